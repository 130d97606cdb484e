package engine

import (
	"hash/maphash"
	"time"
	"unicode/utf8"
	"unsafe"

	"github.com/smarter-dev/smarterdev/app/automod/engine/text"
)

// message is what is remembered of one.
type message struct {
	at           time.Time
	member       Snowflake
	id           Snowflake
	places       [3]Snowflake // the channel and what it lies in
	before       int64        // of the same member, -1 for none
	beforeSame   int64        // with the same text
	hash         uint64       // of letters and digits, 0 for a text that no rule compares
	text         string       // view A, cut, where rules compare texts that are not equal
	letters      int32
	emojis       uint16
	newlines     uint16
	attachments  uint16
	suspicious   bool
	files        []uint64 // size, dimensions and type, hashed
	mentions     []Snowflake
	roleMentions []Snowflake
}

// join is what is remembered of one.
type join struct {
	at        time.Time
	member    Snowflake
	createdAt time.Time
	avatar    uint64 // 0: the default picture
	pattern   uint64 // of the name without its digits, 0 for none
	rejoined  bool
}

const (
	messageSize = int64(unsafe.Sizeof(message{})) + 2*32 // with its share of the two maps
	joinSize    = int64(unsafe.Sizeof(join{}))
)

func (m *message) size() int64 {
	return messageSize + int64(len(m.text)+8*(len(m.files)+len(m.mentions)+len(m.roleMentions)))
}

// Count remembers an event for the rules that count, before any rule judges it: a rule that deletes
// a message must not hide it from another rule's count. Only messages and joins of people count.
func (c *Compiled) Count(e *Event, w *GuildWindows) {
	if e.Webhook || e.Author.Bot && e.InvokedBy == nil || c.horizon == 0 {
		return
	}
	switch e.Kind {
	case KindMessage:
		w.addMessage(c.horizon, c.messageOf(e))
	case KindJoin:
		w.addJoin(c.horizon, joinOf(e))
	}
}

// suspiciousAge is the age below which an account is suspicious in a crowd.
const suspiciousAge = 7 * 24 * time.Hour

func (c *Compiled) messageOf(e *Event) message {
	person := e.person()
	r := e.read()
	m := message{
		at: e.At, member: person.ID, id: e.MessageID,
		attachments: uint16(min(len(e.Message.Attachments), 1<<16-1)),
		suspicious:  person.Avatar == "" || e.At.Sub(person.CreatedAt()) < suspiciousAge,
	}
	copy(m.places[:], e.Channels)
	if view := r.body(); c.hashes && view != nil {
		var letters int
		r.letters, letters = view.LettersAndDigits(r.letters[:0])
		m.letters = int32(letters)
		if m.letters > 0 {
			m.hash = maphash.Bytes(seed, r.letters) | 1
		}
		if c.texts && m.letters > 0 {
			m.text = string(cut(view.Bytes, maxCompared))
		}
	}
	if c.hashes {
		for _, file := range e.Message.Attachments {
			m.files = append(m.files, fileKey(file))
		}
	}
	if c.amounts {
		r.count(&e.Message)
		m.emojis, m.newlines = uint16(min(r.emojis, 1<<16-1)), uint16(min(r.newlines, 1<<16-1))
	}
	if c.mentions {
		m.mentions, m.roleMentions = e.mentioned(), e.Message.MentionRoles
	}
	return m
}

// cut returns the first characters of a text.
func cut(b []byte, characters int) []byte {
	at := 0
	for ; at < len(b) && characters > 0; characters-- {
		_, n := utf8.DecodeRune(b[at:])
		at += n
	}
	return b[:at]
}

// fileKey is the same for files that may be the same.
func fileKey(file Attachment) uint64 {
	return maphash.Comparable(seed, struct {
		size          int64
		width, height int
		contentType   string
	}{file.Size, file.Width, file.Height, file.ContentType})
}

func joinOf(e *Event) join {
	person := e.person()
	j := join{at: e.At, member: person.ID, createdAt: person.CreatedAt(), rejoined: e.Member.Rejoined}
	if person.Avatar != "" {
		j.avatar = maphash.String(seed, person.Avatar) | 1
	}
	if pattern := namePattern(person.Username); pattern != "" {
		j.pattern = maphash.String(seed, pattern) | 1
	}
	return j
}

// namePattern is a name with its numbers left open, as raider#, and empty for a name that has no
// number or too few letters to be a pattern.
func namePattern(name string) string {
	read := text.New(name, text.Plain)
	defer read.Release()
	pattern := make([]byte, 0, 32)
	letters, digits := 0, false
	for _, c := range read.Folded().Bytes {
		if c < '0' || c > '9' {
			pattern = append(pattern, c)
			letters++
			continue
		}
		if n := len(pattern); n == 0 || pattern[n-1] != '#' {
			pattern = append(pattern, '#')
		}
		digits = true
	}
	if letters < 3 || !digits {
		return ""
	}
	return string(pattern)
}
