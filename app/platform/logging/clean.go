package logging

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"regexp"
	"strings"
)

const redacted = "[redacted]"

// A secretForm is a shape in which secrets appear in addresses and in the errors of libraries. It
// keeps its first group. Most texts hold none of the characters in signs, which is quick to see.
type secretForm struct {
	signs string
	form  *regexp.Regexp
}

var secretForms = []secretForm{ //nolint:gochecknoglobals // compiled once
	// The token of an interaction or webhook.
	{"/", regexp.MustCompile(`(/(?:interactions|webhooks)/\d+/)[^/?\s"'\\]+`)},
	// user:password@ in the address of a database, of Redis or of a proxy.
	{"@", regexp.MustCompile(`([a-zA-Z][a-zA-Z0-9+.-]*://[^/\s:@"']*:)[^\s@"']+@`)},
	// The key in a Sentry DSN.
	{"@", regexp.MustCompile(`(https?://)[0-9a-zA-Z]+@`)},
	// Parameters of OAuth2, of forms and of queries.
	{"=", regexp.MustCompile(`(?i)\b((?:access_token|refresh_token|client_secret|code|code_verifier|token|password|secret|state|csrf)=)[^&\s"']+`)},
	// The same in JSON, escaped or not.
	{`"`, regexp.MustCompile(`(?i)(\\?"(?:access_token|refresh_token|client_secret|token|password|secret)\\?"\s*:\s*\\?")[^"\\]+`)},
	// Headers.
	{" \t\r\n\f", regexp.MustCompile(`(?i)\b((?:Bot|Bearer|Basic)\s+)[A-Za-z0-9._~+/=-]{8,}`)},
	{":", regexp.MustCompile(`(?i)\b((?:Set-)?Cookie:\s*)[^\r\n"]+`)},
	// A bot's token: application, time, signature.
	{".", regexp.MustCompile(`()\b[A-Za-z0-9_-]{18,30}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,}`)},
	// A key for the API.
	{"_", regexp.MustCompile(`(\bsd_)[A-Za-z0-9_-]{16,}`)},
}

// Clean takes out of a text what looks like a secret.
func Clean(text string) string {
	for _, s := range secretForms {
		if strings.ContainsAny(text, s.signs) {
			text = s.form.ReplaceAllString(text, "${1}"+redacted)
		}
	}
	return text
}

// clean is a handler that lets no secret through, in the message, in any attribute and in the text of
// any error.
type clean struct{ slog.Handler }

func (c clean) WithAttrs(attrs []slog.Attr) slog.Handler {
	cleaned := make([]slog.Attr, len(attrs))
	for i, a := range attrs {
		cleaned[i] = cleanAttr(a)
	}
	return clean{c.Handler.WithAttrs(cleaned)}
}

func (c clean) WithGroup(name string) slog.Handler { return clean{c.Handler.WithGroup(name)} }

func (c clean) Handle(ctx context.Context, r slog.Record) error {
	cleaned := slog.NewRecord(r.Time, r.Level, Clean(r.Message), r.PC)
	r.Attrs(func(a slog.Attr) bool {
		cleaned.AddAttrs(cleanAttr(a))
		return true
	})
	return c.Handler.Handle(ctx, cleaned)
}

func cleanAttr(a slog.Attr) slog.Attr {
	v := a.Value.Resolve()
	switch v.Kind() {
	case slog.KindString:
		v = slog.StringValue(Clean(v.String()))
	case slog.KindGroup:
		attrs := make([]slog.Attr, len(v.Group()))
		for i, inner := range v.Group() {
			attrs[i] = cleanAttr(inner)
		}
		v = slog.GroupValue(attrs...)
	case slog.KindAny:
		v = cleanAny(v)
	}
	return slog.Attr{Key: a.Key, Value: v}
}

// cleanAny makes text of an error, and keeps any other value as it is unless its text holds a secret.
func cleanAny(v slog.Value) slog.Value {
	if err, ok := v.Any().(error); ok {
		return slog.StringValue(Clean(err.Error()))
	}
	text := fmt.Sprintf("%+v", v.Any())
	if stringer, ok := v.Any().(fmt.Stringer); ok {
		text = stringer.String()
	} else if body, err := json.Marshal(v.Any()); err == nil {
		text += string(body) // behind pointers too
	}
	if Clean(text) != text {
		return slog.StringValue(redacted)
	}
	return v
}
