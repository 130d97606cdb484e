package engine

import (
	"hash/maphash"
	"sync"

	"github.com/smarter-dev/smarterdev/app/automod/engine/text"
)

// part is one text of an event, read.
type part struct {
	place Part
	index int // which of its kind
	text  *text.Text
}

// reading is an event's texts, read once for all rules, and what was found in them.
type reading struct {
	parts   []part
	words   []wordHit
	gates   []uint64 // patterns whose literal occurs, by part: gates[part*width : (part+1)*width]
	matched bool     // words and gates are there
	allowed []allowedSpans
	linked  bool // links and invites are there
	links   []linkRead
	invites []inviteRead

	letters  []byte // letters and digits of the content's view A
	counted  bool
	emojis   int
	newlines int
	longest  int // longest run of line breaks
}

var readings = sync.Pool{New: func() any { return new(reading) }}

// seed makes hashes of texts hard to aim at.
var seed = maphash.MakeSeed()

// Release gives the buffers of an event back once its verdict has been used. Forgetting it costs
// no more than garbage.
func (e *Event) Release() {
	r := e.reading
	if r == nil {
		return
	}
	e.reading = nil
	for _, part := range r.parts {
		part.text.Release()
	}
	clear(r.parts)
	clear(r.links)
	*r = reading{parts: r.parts[:0], words: r.words[:0], gates: r.gates[:0], letters: r.letters[:0], links: r.links[:0]}
	readings.Put(r)
}

func (e *Event) read() *reading {
	if e.reading == nil {
		e.reading = readings.Get().(*reading)
		e.collect(e.reading)
	}
	return e.reading
}

func (r *reading) add(place Part, index int, source string, kind text.Kind) {
	if source != "" {
		r.parts = append(r.parts, part{place: place, index: index, text: text.New(source, kind)})
	}
}

// collect lists every text of an event with its place.
func (e *Event) collect(r *reading) {
	switch e.Kind {
	case KindJoin, KindRename:
		person := e.person()
		r.add(PartUsername, 0, person.Username, text.Plain)
		r.add(PartGlobalName, 0, person.GlobalName, text.Plain)
		r.add(PartNick, 0, e.Member.Nick, text.Plain)
		return
	}
	// Discord adds previews to a message of a person by an edit: they were not written by anybody.
	previews := e.Kind == KindEdit && e.InvokedBy == nil
	e.Message.collect(r, PartContent, 0, previews)
}

func (m *Message) collect(r *reading, content Part, index int, skipEmbeds bool) {
	r.add(content, index, m.Content, text.Markdown)
	if !skipEmbeds {
		for i, embed := range m.Embeds {
			for _, s := range embed.Texts {
				r.add(PartEmbed, i, s, text.Markdown)
			}
			for _, s := range embed.URLs {
				r.add(PartEmbed, i, s, text.Address)
			}
		}
	}
	for i := range m.Snapshots {
		m.Snapshots[i].collect(r, PartSnapshot, i, skipEmbeds)
	}
	for i, s := range m.Poll {
		r.add(PartPoll, i, s, text.Markdown)
	}
	r.add(PartThreadName, 0, m.ThreadName, text.Plain)
	for i, s := range m.Stickers {
		r.add(PartSticker, i, s, text.Plain)
	}
	for i, attachment := range m.Attachments {
		r.add(PartFilename, i, attachment.Filename, text.Plain)
		r.add(PartDescription, i, attachment.Description, text.Plain)
	}
	for i, component := range m.Components {
		r.add(PartComponent, i, component.Text, text.Markdown)
		r.add(PartComponent, i, component.URL, text.Address)
	}
}

// written reports whether somebody typed or forwarded the text as a message.
func (p part) written() bool { return p.place == PartContent || p.place == PartSnapshot }

// count fills in what the rules about amounts ask for.
func (r *reading) count(message *Message) {
	if r.counted {
		return
	}
	r.counted = true
	r.emojis = len(message.Stickers)
	for _, part := range r.parts {
		if !part.written() {
			continue
		}
		r.emojis += part.text.Emojis()
		all, longest := part.text.LineBreaks()
		r.newlines += all
		r.longest = max(r.longest, longest)
	}
}

// body is the text that is compared with others: the content, or what was forwarded.
func (r *reading) body() (view *text.View) {
	for _, part := range r.parts {
		if part.written() {
			return part.text.Folded()
		}
	}
	return nil
}
