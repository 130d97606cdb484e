package logging

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/getsentry/sentry-go"
)

// reportTime is how long reports that wait may take when the process ends.
const reportTime = 2 * time.Second

// told are the only attributes of a line that leave the house: ids and the program's own words,
// never a name or what somebody wrote.
var told = map[string]bool{"request_id": true, "interaction": true, "route": true, "method": true, "status": true, "guild": true, "job": true}

// Report returns log with a copy of every line from error upwards sent to Sentry at dsn, with the
// ids and the version that ran and the types of its causes, but no texts of theirs. Call close
// when the last line is written. It returns an error for a dsn that cannot be read.
func Report(log *slog.Logger, dsn, version string) (_ *slog.Logger, end func(), err error) {
	client, err := sentry.NewClient(sentry.ClientOptions{
		Dsn: dsn, Release: "smarterdev@" + version, AttachStacktrace: true,
		ServerName: "smarterdev", // not the machine's own
	})
	if err != nil {
		return nil, nil, fmt.Errorf("SENTRY_DSN cannot be read: it is of the form https://key@host/project")
	}
	var handler slog.Handler
	if once, ok := log.Handler().(repeats); ok { // a failure that repeats is not reported each time
		handler = once.around(reporter{Handler: once.next, client: client})
	} else {
		handler = reporter{Handler: log.Handler(), client: client}
	}
	return slog.New(handler), func() { client.Flush(reportTime) }, nil
}

type reporter struct {
	slog.Handler
	client *sentry.Client
	attrs  []slog.Attr
}

func (r reporter) WithAttrs(attrs []slog.Attr) slog.Handler {
	r.Handler = r.Handler.WithAttrs(attrs)
	r.attrs = append(r.attrs[:len(r.attrs):len(r.attrs)], attrs...)
	return r
}

func (r reporter) WithGroup(name string) slog.Handler {
	r.Handler = r.Handler.WithGroup(name)
	return r
}

func (r reporter) Handle(ctx context.Context, line slog.Record) error {
	if line.Level >= slog.LevelError {
		r.client.CaptureEvent(r.event(line), nil, nil)
	}
	return r.Handler.Handle(ctx, line)
}

func (r reporter) event(line slog.Record) *sentry.Event {
	e := sentry.NewEvent()
	e.Level, e.Message, e.Timestamp = sentry.LevelError, Clean(line.Message), line.Time
	tell := func(a slog.Attr) bool {
		if told[a.Key] {
			e.Tags[a.Key] = Clean(a.Value.String())
		}
		if err, ok := a.Value.Any().(error); ok {
			e.Exception = append(e.Exception, causes(err)...)
		}
		return true
	}
	for _, a := range r.attrs {
		tell(a)
	}
	line.Attrs(tell)
	return e
}

// causes are the types in an error's chain; Sentry wants the innermost first.
func causes(err error) (found []sentry.Exception) {
	switch inner := err.(type) { //nolint:errorlint // the chain itself is walked
	case interface{ Unwrap() error }:
		if next := inner.Unwrap(); next != nil {
			found = causes(next)
		}
	case interface{ Unwrap() []error }:
		for _, next := range inner.Unwrap() {
			found = append(found, causes(next)...)
		}
	}
	return append(found, sentry.Exception{Type: fmt.Sprintf("%T", err)})
}
