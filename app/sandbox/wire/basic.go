// Package wire holds Discord's objects as they travel as JSON, and the checks that Discord
// makes on what a client sends. It knows nothing of who may do what; that is the world's.
package wire

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/disgoorg/snowflake/v2"
)

// ID is a snowflake: a string in JSON, 64 bits in memory, ordered by time.
type ID = snowflake.ID

// Time is an instant as Discord writes it: ISO 8601 with microseconds and an offset.
type Time struct{ time.Time }

// At wraps an instant, in UTC and cut to milliseconds.
func At(t time.Time) Time { return Time{t.UTC().Truncate(time.Millisecond)} }

const timeLayout = "2006-01-02T15:04:05.000000-07:00"

// MarshalJSON writes the instant, the zero one as null.
func (t Time) MarshalJSON() ([]byte, error) {
	if t.IsZero() {
		return []byte("null"), nil
	}
	return []byte(t.Format(`"` + timeLayout + `"`)), nil
}

// UnmarshalJSON reads any RFC 3339 instant.
func (t *Time) UnmarshalJSON(data []byte) error {
	if bytes.Equal(data, []byte("null")) {
		*t = Time{}
		return nil
	}
	var s string
	if err := json.Unmarshal(data, &s); err != nil {
		return err
	}
	parsed, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		return fmt.Errorf("not an ISO8601 time: %q", s)
	}
	*t = At(parsed)
	return nil
}

// Opt is a field of a PATCH: absent, null or a value.
type Opt[T any] struct {
	Set   bool // the field was there
	Null  bool // it was null
	Value T
}

// UnmarshalJSON notes that the field was there.
func (o *Opt[T]) UnmarshalJSON(data []byte) error {
	o.Set = true
	if bytes.Equal(data, []byte("null")) {
		o.Null = true
		return nil
	}
	return json.Unmarshal(data, &o.Value)
}

// present notes that the field was there, and returns where its value goes.
func (o *Opt[T]) present(null bool) any {
	*o = Opt[T]{Set: true, Null: null}
	return &o.Value
}

// Given makes an Opt that holds a value.
func Given[T any](v T) Opt[T] { return Opt[T]{Set: true, Value: v} }

// Pointer returns nil for null, else the value's address.
func (o Opt[T]) Pointer() *T {
	if o.Null {
		return nil
	}
	return &o.Value
}

// Permissions is a set of permission bits: a decimal string in JSON.
type Permissions uint64

// MarshalJSON writes the bits as a decimal string.
func (p Permissions) MarshalJSON() ([]byte, error) {
	return []byte(`"` + strconv.FormatUint(uint64(p), 10) + `"`), nil
}

// UnmarshalJSON reads a decimal string or a number.
func (p *Permissions) UnmarshalJSON(data []byte) error {
	if bytes.Equal(data, []byte("null")) {
		return nil
	}
	n, err := strconv.ParseUint(string(bytes.Trim(data, `"`)), 10, 64)
	if err != nil {
		return fmt.Errorf("not a permission set: %s", data)
	}
	*p = Permissions(n)
	return nil
}

// Has reports whether every bit of want is there.
func (p Permissions) Has(want Permissions) bool { return p&want == want }
