package enginetest

import (
	"fmt"
	"time"

	"github.com/smarter-dev/smarterdev/app/automod/engine"
)

// spammer writes the one who comes that day.
func (w *writer) spammer(at time.Time, day int) {
	p := w.person(at.AddDate(0, 0, -w.random.IntN(400)), at.Add(-w.pause(2*time.Minute, 20*time.Hour)), w.random.IntN(2) == 0, 0)
	w.month.Spammers++
	kind := spams[day%len(spams)]
	kind.write(w, p, at, kind.name)
}

// spam is a kind of it.
type spam struct {
	name  string
	write func(w *writer, p person, at time.Time, how string)
}

var everywhere = [][]engine.Snowflake{general, help, code, memes, games, news}

// spams are the kinds, each of which some server has seen.
var spams = []spam{
	{"same text in six channels", func(w *writer, p person, at time.Time, how string) {
		for i, channel := range everywhere {
			w.say(p, at.Add(time.Duration(i)*2*time.Second), channel, how, "Hello! I am giving away my old laptop, message me privately")
		}
	}},
	{"same text with another number", func(w *writer, p person, at time.Time, how string) {
		for i := range 8 {
			w.say(p, at.Add(time.Duration(i)*4*time.Second), general, how, fmt.Sprintf("best prices for accounts, order number %04d", w.random.IntN(10000)))
		}
	}},
	{"invite", func(w *writer, p person, at time.Time, how string) {
		w.say(p, at, general, how, "come and play with us https://discord.gg/badserver")
	}},
	{"disguised invite", func(w *writer, p person, at time.Time, how string) {
		w.say(p, at, general, how, "come and play: d||is||cord[.]gg/%62adserver")
	}},
	{"imitated site", func(w *writer, p person, at time.Time, how string) {
		w.say(p, at, general, how, "claim it [here](https://dlscord-nitro.com/claim) before it is gone")
	}},
	{"address that parsers refuse", func(w *writer, p person, at time.Time, how string) {
		w.say(p, at, general, how, `look https://evil.example\@discord.com/gift`)
	}},
	{"mass mentions", func(w *writer, p person, at time.Time, how string) {
		message := engine.Message{Content: "hey look at my profile"}
		for i := range 9 {
			message.Mentions = append(message.Mentions, w.members[i*3].user)
		}
		w.post(p, at, general, Spammer, how, message)
	}},
	{"mentions adding up", func(w *writer, p person, at time.Time, how string) {
		for i := range 5 {
			message := engine.Message{Content: fmt.Sprintf("hi number %d", i)}
			for k := range 4 {
				message.Mentions = append(message.Mentions, w.members[i*5+k].user)
			}
			w.post(p, at.Add(time.Duration(i)*4*time.Second), general, Spammer, how, message)
		}
	}},
	{"everyone", func(w *writer, p person, at time.Time, how string) {
		w.say(p, at, general, how, "@everyone come and look")
	}},
	{"flood", func(w *writer, p person, at time.Time, how string) {
		for i := range 15 {
			w.say(p, at.Add(time.Duration(i)*350*time.Millisecond), memes, how, string(rune('a'+i)))
		}
	}},
	{"same file in three channels", func(w *writer, p person, at time.Time, how string) {
		for i, channel := range everywhere[:4] {
			w.post(p, at.Add(time.Duration(i)*5*time.Second), channel, Spammer, how, engine.Message{
				Attachments: []engine.Attachment{{Filename: fmt.Sprintf("win%d.png", i), Size: 48213, Width: 1080, Height: 1350, ContentType: "image/png"}},
			})
		}
	}},
	{"program as a picture", func(w *writer, p person, at time.Time, how string) {
		w.post(p, at, help, Spammer, how, engine.Message{Attachments: []engine.Attachment{{Filename: "screenshot.png.scr", Size: 90000}}})
	}},
	{"blocked word, letters of two scripts", func(w *writer, p person, at time.Time, how string) {
		w.say(p, at, general, how, "get frее nitrо today")
	}},
	{"blocked word, accents in heaps", func(w *writer, p person, at time.Time, how string) {
		w.say(p, at, general, how, "you z\u0335\u0321o\u0336\u0328r\u0337g\u0338\u0323")
	}},
	{"pattern across lines and spaces", func(w *writer, p person, at time.Time, how string) {
		w.say(p, at, general, how, "DM  ME\nfor cheap accounts")
	}},
}

func (w *writer) say(p person, at time.Time, channel []engine.Snowflake, how, content string) {
	w.post(p, at, channel, Spammer, how, engine.Message{Content: content})
}

// raid is forty accounts in a minute, of which half write the same.
func (w *writer) raid(at time.Time) {
	w.month.Raiders = 40
	for i := range w.month.Raiders {
		joined := at.Add(time.Duration(i) * 1500 * time.Millisecond)
		p := w.person(joined.AddDate(0, 0, -w.random.IntN(5)-1), joined, false, 0)
		p.user.Username = fmt.Sprintf("raider%03d", w.random.IntN(1000))
		w.join(p, joined, Raider)
		if i%2 == 0 {
			w.post(p, at.Add(70*time.Second+time.Duration(i)*time.Second), general, Raider, "raid", engine.Message{Content: "this server belongs to us now"})
		}
	}
}
