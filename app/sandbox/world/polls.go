package world

import (
	"slices"
	"strconv"
	"time"

	"github.com/smarter-dev/smarterdev/app/sandbox/problem"
	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
)

// openPoll is a poll in which people still vote.
type openPoll struct {
	ch *channel
	id ID
}

// poll is the one of a new message.
func (w *World) poll(in *wire.PollInput) *wire.Poll {
	p := &wire.Poll{
		Question: wire.PollMedia{Text: in.Question.Text}, Multiple: in.Multiple, Layout: 1, Answers: []wire.PollAnswer{},
		Expiry: new(wire.At(w.now().Add(time.Duration(in.Hours()) * time.Hour))),
	}
	for i, a := range in.Answers {
		p.Answers = append(p.Answers, wire.PollAnswer{ID: i + 1, Media: a.Media})
	}
	return p
}

// counted is a message's poll with its votes as someone sees them.
func (p *post) counted(viewer ID) *wire.Poll {
	poll := new(*p.msg.Poll)
	r := &wire.PollResults{Counts: []wire.PollCount{}, Finalized: p.ended}
	for _, a := range poll.Answers {
		if who := p.votes[a.ID]; len(who) > 0 {
			r.Counts = append(r.Counts, wire.PollCount{ID: a.ID, Count: len(who), Me: slices.Contains(who, viewer)})
		}
	}
	poll.Results = r
	return poll
}

// votable finds a poll that is still open: 520001 for one that is over.
func (w *World) votable(by, channel, message ID) (*channel, *post, error) {
	w.endPolls()
	ch, err := w.channelFor(by, channel)
	if err != nil {
		return nil, nil, err
	}
	p, err := ch.post(message)
	switch {
	case err != nil:
		return nil, nil, err
	case p.msg.Poll == nil:
		return nil, nil, problem.NotAPoll
	case p.ended:
		return nil, nil, problem.PollExpired
	}
	return ch, p, nil
}

// Vote is a person voting in a poll: for these answers and no longer for others. Applications cannot
// vote.
func (w *World) Vote(by, channel, message ID, answers []int) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	ch, p, err := w.votable(by, channel, message)
	if err != nil {
		return err
	}
	if w.users[by].Bot {
		return problem.BotsCannot
	}
	f := problem.NewForm()
	problem.Unique(f.At("answer_ids"), answers)
	if len(answers) > 1 && !p.msg.Poll.Multiple {
		f.At("answer_ids").Count(len(answers), 0, 1)
	}
	for i, id := range answers {
		f.At("answer_ids", i).Range(id, 1, len(p.msg.Poll.Answers))
	}
	if err := f.Err(); err != nil {
		return err
	}
	if p.votes == nil {
		p.votes = make(map[int][]ID)
	}
	for _, a := range p.msg.Poll.Answers {
		at := slices.Index(p.votes[a.ID], by)
		switch wants := slices.Contains(answers, a.ID); {
		case wants && at < 0:
			p.votes[a.ID] = append(p.votes[a.ID], by)
			w.voted("MESSAGE_POLL_VOTE_ADD", ch, message, by, a.ID)
		case !wants && at >= 0:
			p.votes[a.ID] = slices.Delete(slices.Clone(p.votes[a.ID]), at, at+1)
			w.voted("MESSAGE_POLL_VOTE_REMOVE", ch, message, by, a.ID)
		}
	}
	return nil
}

func (w *World) voted(name string, ch *channel, message, user ID, answer int) {
	e := &Event{Name: name, Channel: ch.wire.ID, Subject: user, Bots: true, People: true}
	if ch.guild != nil {
		e.Guild = ch.guild.wire.ID
		e.Bots = w.allowed(w.app.BotID, ch).Has(wire.ViewChannel)
	}
	e.Data = struct {
		UserID    ID  `json:"user_id"`
		ChannelID ID  `json:"channel_id"`
		MessageID ID  `json:"message_id"`
		GuildID   ID  `json:"guild_id,omitempty"`
		AnswerID  int `json:"answer_id"`
	}{user, ch.wire.ID, message, e.Guild, answer}
	w.emit(e)
}

// Voters lists up to limit people who voted for an answer, after one, ascending by id.
func (w *World) Voters(by, channel, message ID, answer int, after ID, limit int) ([]*wire.User, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	ch, err := w.channelFor(by, channel)
	if err != nil {
		return nil, err
	}
	p, err := ch.post(message)
	switch {
	case err != nil:
		return nil, err
	case p.msg.Poll == nil:
		return nil, problem.NotAPoll
	}
	users := []*wire.User{}
	for _, id := range slices.Sorted(slices.Values(p.votes[answer])) {
		if id > after && len(users) < limit {
			users = append(users, w.users[id])
		}
	}
	return users, nil
}

// EndPoll ends one's own poll at once.
func (w *World) EndPoll(by, channel, message ID) (*wire.Message, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	ch, p, err := w.votable(by, channel, message)
	if err != nil {
		return nil, err
	}
	if p.msg.Author.ID != by {
		return nil, problem.MissingPermissions
	}
	w.endPoll(ch, p)
	return p.show(by), nil
}

// endPolls ends the polls whose time is over.
func (w *World) endPolls() {
	for _, open := range slices.Clone(w.polls) {
		if p, err := open.ch.post(open.id); err == nil && !p.ended && !w.now().Before(p.msg.Poll.Expiry.Time) {
			w.endPoll(open.ch, p)
		}
	}
}

// endPoll counts a poll for good and posts its result.
func (w *World) endPoll(ch *channel, p *post) {
	id := p.msg.ID
	w.polls = slices.DeleteFunc(slices.Clone(w.polls), func(open openPoll) bool { return open.ch == ch && open.id == id })
	p.ended = true
	m := new(*p.msg)
	m.Poll = new(*m.Poll)
	if now := wire.At(w.now()); now.Before(m.Poll.Expiry.Time) {
		m.Poll.Expiry = &now
	}
	w.replace(ch, p, m, 0)
	total, most, winner := 0, 0, []wire.PollAnswer(nil)
	for _, a := range m.Poll.Answers {
		n := len(p.votes[a.ID])
		total += n
		switch {
		case n > most:
			most, winner = n, []wire.PollAnswer{a}
		case n == most && n > 0:
			winner = append(winner, a)
		}
	}
	fields := []wire.EmbedField{
		{Name: "poll_question_text", Value: m.Poll.Question.Text}, {Name: "victor_answer_votes", Value: strconv.Itoa(most)},
		{Name: "total_votes", Value: strconv.Itoa(total)},
	}
	if len(winner) == 1 {
		fields = append(fields,
			wire.EmbedField{Name: "victor_answer_id", Value: strconv.Itoa(winner[0].ID)},
			wire.EmbedField{Name: "victor_answer_text", Value: winner[0].Media.Text})
	}
	w.put(ch, &post{msg: &wire.Message{
		Type: wire.MessagePollResult, Author: m.Author, Mentions: []*wire.User{m.Author}, Embeds: []wire.Embed{{Type: "poll_result", Fields: fields}},
		Reference: &wire.Reference{MessageID: id, ChannelID: ch.wire.ID},
	}})
}
