package i18n

import "time"

// Localizer is a value that each language words differently. Its String method is English.
type Localizer interface {
	Localize(p *Printer) string
}

// Text is a sentence with its values that has yet to be worded, for code that does not know who
// reads it. The zero Text is empty.
type Text struct {
	Sentence string
	Values   []any
}

// M makes a Text; the sentence is a format as Printer.T takes it.
func M(sentence string, values ...any) Text { return Text{Sentence: sentence, Values: values} }

// Localize words the text.
func (t Text) Localize(p *Printer) string {
	if t.Sentence == "" {
		return ""
	}
	return p.T(t.Sentence, t.Values...)
}

func (t Text) String() string { return t.Localize(english) }

// MarshalText writes the text in English, for programs.
func (t Text) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// IsZero reports whether there is no text.
func (t Text) IsZero() bool { return t.Sentence == "" }

// Plural is a sentence about N things that has yet to be worded; see Printer.N.
type Plural struct {
	N         int64
	One, Many string
	Values    []any
}

// Count makes a Plural, such as Count(n, "%s member", "%s members").
func Count(n int64, one, many string, values ...any) Plural {
	return Plural{N: n, One: one, Many: many, Values: values}
}

// Localize words the number and what is counted.
func (c Plural) Localize(p *Printer) string { return p.N(c.One, c.Many, c.N, c.Values...) }

func (c Plural) String() string { return c.Localize(english) }

// Number is an integer with its digits grouped: 1,250.
type Number int64

// Localize writes the number.
func (n Number) Localize(p *Printer) string { return p.Number(int64(n)) }

func (n Number) String() string { return n.Localize(english) }

// Bytes is an amount of the economy: "1 byte", "1,250 bytes".
type Bytes int64

// Localize words the amount.
func (n Bytes) Localize(p *Printer) string { return p.Bytes(int64(n)) }

func (n Bytes) String() string { return n.Localize(english) }

// Duration is how long something still takes, rounded up to the minute: "3 h 12 min".
type Duration time.Duration

// Localize words the duration.
func (d Duration) Localize(p *Printer) string { return p.Duration(time.Duration(d)) }

func (d Duration) String() string { return d.Localize(english) }

// Moment is a point in time in a sentence, in UTC: "1 March 2026 at 14:00 UTC".
type Moment time.Time

// Localize words the moment.
func (m Moment) Localize(p *Printer) string { return p.Moment(time.Time(m)) }

func (m Moment) String() string { return m.Localize(english) }

// List joins items as a sentence does: "a, b and c". Items that implement Localizer are worded.
type List []any

// Localize joins the items.
func (l List) Localize(p *Printer) string { return p.List(l...) }

func (l List) String() string { return l.Localize(english) }
