// Package enginetest writes what happens in a server, for tests of the rules: the same for the same
// seed, with who did something wrong marked.
package enginetest

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/smarter-dev/smarterdev/app/automod/engine"
)

// Doing is what somebody is there for.
type Doing string

const (
	Settled  Doing = "settled" // a member of long standing who does nothing wrong
	Newcomer Doing = "newcomer"
	Spammer  Doing = "spammer"
	Raider   Doing = "raider"
)

// Happening is an event and who caused it.
type Happening struct {
	Event *engine.Event
	Doing Doing
	How   string // of a spammer: the kind of spam
}

// Month is a month of a server, in order.
type Month struct {
	Guild      engine.Snowflake
	Start      time.Time
	Happenings []Happening
	Spammers   int
	Raiders    int
}

// Options says how much happens.
type Options struct {
	Seed    uint64
	Days    int
	Members int
}

// The server's channels, and the categories that they lie in.
var (
	general = []engine.Snowflake{101, 91}
	help    = []engine.Snowflake{102, 91}
	code    = []engine.Snowflake{103, 91}
	memes   = []engine.Snowflake{104, 92}
	games   = []engine.Snowflake{105, 92}
	news    = []engine.Snowflake{106, 92}
)

// writer makes up a month.
type writer struct {
	random  *rand.Rand
	month   *Month
	members []person
	serial  uint64
}

type person struct {
	user     engine.User
	member   engine.Member
	language int
	habit    int
}

// Write makes up a month.
func Write(options Options) *Month {
	w := &writer{
		random: rand.New(rand.NewPCG(options.Seed, 13)),
		month:  &Month{Guild: 1, Start: time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC)},
	}
	for i := range options.Members {
		age := 100 + w.random.IntN(2000)
		w.members = append(w.members, w.person(w.month.Start.AddDate(0, 0, -age), w.month.Start.AddDate(0, 0, -8-w.random.IntN(age-10)), true, i))
	}
	raidDay := options.Days / 2
	for day := range options.Days {
		at := w.month.Start.AddDate(0, 0, day)
		w.day(at)
		w.spammer(at.Add(time.Duration(8+w.random.IntN(12))*time.Hour), day)
		if day == raidDay {
			w.raid(at.Add(3 * time.Hour))
		}
	}
	slices.SortStableFunc(w.month.Happenings, func(a, b Happening) int { return cmp.Compare(a.Event.At.UnixNano(), b.Event.At.UnixNano()) })
	return w.month
}

// id is a snowflake of the time.
func (w *writer) id(at time.Time) engine.Snowflake {
	w.serial++
	return engine.Snowflake(uint64(at.UnixMilli()-1420070400000)<<22 | w.serial%(1<<22))
}

func (w *writer) person(created, joined time.Time, picture bool, n int) person {
	p := person{
		user:     engine.User{ID: w.id(created), Username: fmt.Sprintf("%s%s", pick(w.random, firsts), pick(w.random, seconds))},
		member:   engine.Member{JoinedAt: joined},
		language: n % len(languages),
		habit:    n,
	}
	p.user.GlobalName = pick(w.random, firsts)
	if picture {
		p.user.Avatar = fmt.Sprintf("%016x", w.random.Uint64())
	}
	return p
}

func pick[T any](random *rand.Rand, list []T) T { return list[random.IntN(len(list))] }

// post writes a message of somebody down.
func (w *writer) post(p person, at time.Time, channel []engine.Snowflake, doing Doing, how string, message engine.Message) {
	w.month.Happenings = append(w.month.Happenings, Happening{Doing: doing, How: how, Event: &engine.Event{
		Kind: engine.KindMessage, At: at, MessageID: w.id(at), Channels: channel, Author: p.user, Member: p.member, Message: message,
	}})
}

func (w *writer) join(p person, at time.Time, doing Doing) {
	w.month.Happenings = append(w.month.Happenings, Happening{Doing: doing, Event: &engine.Event{
		Kind: engine.KindJoin, At: at, Author: p.user, Member: p.member,
	}})
}

func (w *writer) pause(from, to time.Duration) time.Duration {
	return from + time.Duration(w.random.Int64N(int64(to-from)))
}

// day writes an ordinary day: conversations, questions, links, a birthday, newcomers.
func (w *writer) day(start time.Time) {
	for range len(w.members) / 2 {
		at := start.Add(time.Duration(w.random.IntN(24*60)) * time.Minute)
		w.conversation(at, w.random.IntN(24)+4)
	}
	w.birthday(start.Add(w.pause(9*time.Hour, 20*time.Hour)))
	w.game(start.Add(w.pause(18*time.Hour, 22*time.Hour)))
	for range 3 + w.random.IntN(8) {
		at := start.Add(w.pause(0, 24*time.Hour))
		p := w.person(at.AddDate(0, 0, -1-w.random.IntN(900)), at, w.random.IntN(3) > 0, w.random.IntN(len(w.members)))
		w.join(p, at, Newcomer)
		if w.random.IntN(2) == 0 {
			w.post(p, at.Add(w.pause(time.Minute, time.Hour)), general, Newcomer, "", engine.Message{Content: pick(w.random, languages[p.language].greetings)})
		}
	}
}

// conversation is two to four members who write in turn.
func (w *writer) conversation(at time.Time, messages int) {
	var people []person
	first := w.random.IntN(len(w.members))
	for i := range 2 + w.random.IntN(3) {
		people = append(people, w.members[(first+i*len(languages))%len(w.members)]) // of one language
	}
	channel := pick(w.random, [][]engine.Snowflake{general, general, help, code, memes})
	for range messages {
		p := pick(w.random, people)
		if w.random.IntN(6) == 0 { // somebody who sends each thought by itself
			for range 2 + w.random.IntN(4) {
				w.post(p, at, channel, Settled, "", engine.Message{Content: pick(w.random, languages[p.language].short)})
				at = at.Add(w.pause(900*time.Millisecond, 2500*time.Millisecond))
			}
			continue
		}
		w.post(p, at, channel, Settled, "", w.message(p, people))
		at = at.Add(w.pause(3*time.Second, 70*time.Second))
	}
}

// message is what somebody says.
func (w *writer) message(p person, people []person) engine.Message {
	language := languages[p.language]
	sentence := func() string {
		return fmt.Sprintf(pick(w.random, language.sentences), pick(w.random, language.things), pick(w.random, language.things))
	}
	message := engine.Message{Content: sentence()}
	switch w.random.IntN(24) {
	case 0, 1:
		message.Content = sentence() + "\n" + fmt.Sprintf(pick(w.random, codes), w.random.IntN(100), pick(w.random, firsts))
	case 2, 3:
		message.Content = sentence() + " " + fmt.Sprintf(pick(w.random, addresses), w.random.IntN(9000))
	case 4:
		other := pick(w.random, people)
		message.Content = fmt.Sprintf("<@%d> %s", other.user.ID, sentence())
		message.Mentions = []engine.User{other.user}
	case 5:
		other := pick(w.random, people)
		message.Mentions, message.RepliedTo = []engine.User{other.user}, other.user.ID
	case 6:
		for i := range 1 + w.random.IntN(3) {
			message.Attachments = append(message.Attachments, engine.Attachment{
				Filename: pick(w.random, []string{"screenshot.png", "IMG_2041.jpeg", "error log.txt", "main.go", "trace.pdf"}), Size: int64(w.random.IntN(4 << 20)),
				Width: 800 + i, Height: 600, ContentType: "image/png",
			})
		}
	case 7:
		message.Content = pick(w.random, language.short) + " " + pick(w.random, []string{"😂😂😂", "👍🏽", "<:party:123456789012345678>", "🎉", "❤️"})
	case 8:
		message.Content = "**" + sentence() + "**\n\n" + sentence() + "\n- " + pick(w.random, language.things) + "\n- " + pick(w.random, language.things)
	case 9:
		message.Content = "> " + sentence() + "\n" + pick(w.random, language.short)
	case 10:
		message.Content = "WHAT?! " + sentence()
	}
	return message
}

// birthday is many members who say nearly the same to one of them.
func (w *writer) birthday(at time.Time) {
	for range 8 + w.random.IntN(8) {
		p := pick(w.random, w.members)
		w.post(p, at, general, Settled, "", engine.Message{Content: pick(w.random, wishes)})
		at = at.Add(w.pause(8*time.Second, 50*time.Second))
	}
}

// game is an evening at which everybody writes "gg" at once.
func (w *writer) game(at time.Time) {
	for range 5 {
		for range 10 + w.random.IntN(15) {
			w.post(pick(w.random, w.members), at.Add(w.pause(0, 12*time.Second)), games, Settled, "", engine.Message{Content: pick(w.random, []string{"gg", "GG", "gg wp", "nice", "🎉🎉", "well played"})})
		}
		at = at.Add(w.pause(8*time.Minute, 15*time.Minute))
	}
}
