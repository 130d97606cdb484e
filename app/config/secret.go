package config

import (
	"fmt"
	"io"
	"log/slog"
)

// Secret is text that must never be shown: however it is printed, logged or encoded, it shows only
// whether it is set. Addresses that may hold a password are secrets too.
type Secret string

// Reveal returns the text itself, for the one place that needs it.
func (s Secret) Reveal() string { return string(s) }

func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return "[redacted]"
}

// Format covers every verb of fmt, also those that would spell out a string's bytes.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, s.String()) }

// LogValue is what slog writes.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalText is what JSON and every other encoder writes.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }
