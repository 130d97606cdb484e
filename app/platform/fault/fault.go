// Package fault holds the one error type that may be told to a person.
//
// A Service returns a *fault.Error for everything a caller could have done otherwise or
// should know about. Each surface (Discord, the API, a page) has one mapper that turns it
// into its own words. An error that is no fault is internal: it is logged once and the
// person is told in general words.
package fault

import (
	"errors"
	"fmt"
	"maps"
	"strings"
	"unicode"
)

// Kind groups faults by what a surface does with them; an HTTP surface gives each a status.
type Kind uint8

// The kinds, with the HTTP status they become.
const (
	Refused      Kind = iota + 1 // 400: a rule of the product says no
	Unauthorized                 // 401
	Forbidden                    // 403
	NotFound                     // 404
	Conflict                     // 409
	Stale                        // 412: the resource changed since it was read
	TooLarge                     // 413
	Invalid                      // 422: the input is malformed, see Error.Fields
	Limited                      // 429
	Unavailable                  // 503: a database or Discord cannot be reached
)

// Error is a refusal with a stable code for programs and a sentence for people.
type Error struct {
	Kind    Kind
	Code    string         // stable, snake_case, e.g. "insufficient_balance"
	Message string         // what happened, the figures, what to do; in English
	Format  string         // the format that Message was made of, which is its key in other languages
	Values  []any          // of Format
	Fields  []Field        // which inputs were wrong; only with Invalid
	Data    map[string]any // figures for programs: balance, price, shortfall, retry_at
	Err     error          // the cause, for logs only; never shown
}

// Field names one wrong input.
type Field struct {
	Name    string `json:"location"`
	Message string `json:"message"` // in English
	Format  string `json:"-"`       // as in Error
	Values  []any  `json:"-"`
}

// New makes a fault; the message is formatted as by fmt.Sprintf. Values that other languages word
// differently, such as amounts, are given as the types of package i18n.
func New(kind Kind, code, format string, values ...any) *Error {
	return &Error{Kind: kind, Code: code, Message: fmt.Sprintf(format, values...), Format: format, Values: values}
}

// KeyReused is the fault for an idempotency key that was used for another request.
func KeyReused() *Error {
	return New(Invalid, "idempotency_mismatch",
		"This idempotency key was used for another request. Use a new key for a new request.")
}

// Words returns the message as a format with its values, to be worded in the reader's language.
func (e *Error) Words() (format string, values []any) { return words(e.Format, e.Values, e.Message) }

// Words returns the field's message as Error.Words does.
func (f Field) Words() (format string, values []any) { return words(f.Format, f.Values, f.Message) }

func words(format string, values []any, message string) (string, []any) {
	if format == "" { // not made by New: the message is all there is
		return "%s", []any{message}
	}
	return format, values
}

// With returns a copy that carries one more figure for programs.
func (e *Error) With(name string, value any) *Error {
	c := *e
	c.Data = maps.Clone(e.Data)
	if c.Data == nil {
		c.Data = make(map[string]any, 1)
	}
	c.Data[name] = value
	return &c
}

// Because returns a copy that remembers its cause for the log.
func (e *Error) Because(err error) *Error {
	c := *e
	c.Err = err
	return &c
}

func (e *Error) Error() string {
	if e.Err != nil {
		return e.Code + ": " + e.Message + ": " + e.Err.Error()
	}
	return e.Code + ": " + e.Message
}

func (e *Error) Unwrap() error { return e.Err }

// As returns the fault in err's chain, or nil when there is none.
func As(err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return nil
}

// Has reports whether err's chain holds a fault with this code.
func Has(err error, code string) bool {
	e := As(err)
	return e != nil && e.Code == code
}

// Fields collects what is wrong with an input; a Validate method ends with its Err.
type Fields []Field

// Add notes that the input called name is wrong.
func (f *Fields) Add(name, format string, values ...any) {
	*f = append(*f, Field{Name: name, Message: fmt.Sprintf(format, values...), Format: format, Values: values})
}

// Err returns nil when nothing was added, else one Invalid fault whose message is the first entry.
func (f Fields) Err() error {
	if len(f) == 0 {
		return nil
	}
	return &Error{Kind: Invalid, Code: "invalid", Message: f[0].Message, Format: f[0].Format, Values: f[0].Values, Fields: f}
}

// Blank reports whether a text shows nothing: it is empty, or holds only spaces and characters that
// are not visible.
func Blank(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool {
		switch r {
		case '\u2800', '\u115f', '\u1160', '\u3164', '\uffa0': // an empty pattern of braille; fillers of hangul
			return false
		}
		return unicode.IsGraphic(r) && !unicode.IsSpace(r) && !unicode.IsMark(r)
	})
}
