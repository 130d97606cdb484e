package wire

import "github.com/smarter-dev/smarterdev/app/sandbox/problem"

const (
	shortestPoll = 1       // hours
	longestPoll  = 32 * 24 // hours
	PollHours    = 24      // unless somebody says otherwise
)

// Poll is a question with answers that people vote for.
type Poll struct {
	Question PollMedia        `json:"question"`
	Answers  List[PollAnswer] `json:"answers"`
	Expiry   *Time            `json:"expiry"`
	Multiple bool             `json:"allow_multiselect"`
	Layout   int              `json:"layout_type"`
	Results  *PollResults     `json:"results,omitempty"`
}

// PollMedia is the text of a question or an answer.
type PollMedia struct {
	Text  string     `json:"text"`
	Emoji *PollEmoji `json:"emoji,omitempty"`
}

// PollEmoji is the emoji of an answer: a Unicode one has no id.
type PollEmoji struct {
	ID   *ID    `json:"id"`
	Name string `json:"name"`
}

// PollAnswer is one answer; they are numbered from 1.
type PollAnswer struct {
	ID    int       `json:"answer_id"`
	Media PollMedia `json:"poll_media"`
}

// PollResults says how the votes are.
type PollResults struct {
	Finalized bool            `json:"is_finalized"`
	Counts    List[PollCount] `json:"answer_counts"`
}

// PollCount is how many voted for an answer.
type PollCount struct {
	ID    int  `json:"id"`
	Count int  `json:"count"`
	Me    bool `json:"me_voted"`
}

// PollInput is the body of creating a poll.
type PollInput struct {
	Question PollMedia    `json:"question"`
	Answers  []PollAnswer `json:"answers"`
	Duration Opt[int]     `json:"duration"` // hours
	Multiple bool         `json:"allow_multiselect"`
	Layout   Opt[int]     `json:"layout_type"`
}

// Hours is how long the poll is open.
func (p *PollInput) Hours() int {
	if p.Duration.Set && !p.Duration.Null {
		return p.Duration.Value
	}
	return PollHours
}

func (p *PollInput) check(f problem.Form) {
	f.At("question", "text").Length(p.Question.Text, 1, 300)
	f.At("answers").Count(len(p.Answers), 1, 10)
	for i, a := range p.Answers {
		f.At("answers", i, "poll_media", "text").Length(a.Media.Text, 1, 55)
	}
	f.At("duration").Range(p.Hours(), shortestPoll, longestPoll)
	if p.Layout.Set && !p.Layout.Null && p.Layout.Value != 1 {
		f.At("layout_type").OneOf("1")
	}
}
