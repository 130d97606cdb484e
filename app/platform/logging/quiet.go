package logging

import (
	"context"
	"log/slog"
	"regexp"
	"strings"
)

// Quiet is log without what a library says below a warning: at debug the one for Discord writes
// tokens and messages' contents. From the addresses in its warnings the tokens of interactions
// are taken out. That its work was cancelled is our own order to stop and no news.
func Quiet(log *slog.Logger) *slog.Logger {
	return slog.New(quiet{log.Handler(), regexp.MustCompile(`(/(?:interactions|webhooks)/\d+/)[^/?\s"]+`)})
}

type quiet struct {
	slog.Handler
	token *regexp.Regexp
}

func (q quiet) Enabled(ctx context.Context, l slog.Level) bool {
	return l >= slog.LevelWarn && q.Handler.Enabled(ctx, l)
}

func (q quiet) WithAttrs(a []slog.Attr) slog.Handler { return quiet{q.Handler.WithAttrs(a), q.token} }
func (q quiet) WithGroup(name string) slog.Handler   { return quiet{q.Handler.WithGroup(name), q.token} }

func (q quiet) Handle(ctx context.Context, r slog.Record) error {
	clean := slog.NewRecord(r.Time, r.Level, q.hide(r.Message), r.PC)
	cancelled := false
	r.Attrs(func(a slog.Attr) bool {
		text := a.Value.String()
		cancelled = (a.Key == "error" || a.Key == "err") && strings.Contains(text, context.Canceled.Error())
		if hidden := q.hide(text); hidden != text {
			a.Value = slog.StringValue(hidden)
		}
		clean.AddAttrs(a)
		return !cancelled
	})
	if cancelled {
		return nil
	}
	return q.Handler.Handle(ctx, clean)
}

func (q quiet) hide(text string) string { return q.token.ReplaceAllString(text, "${1}[redacted]") }
