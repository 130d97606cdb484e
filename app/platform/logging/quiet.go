package logging

import (
	"context"
	"log/slog"
	"strings"
)

// Quiet is log without what a library says below a warning: at debug the one for Discord writes
// tokens and messages' contents. Secrets are taken out of its warnings. That its work was
// cancelled is our own order to stop and no news.
func Quiet(log *slog.Logger) *slog.Logger {
	return slog.New(quiet{log.Handler()})
}

type quiet struct {
	slog.Handler
}

func (q quiet) Enabled(ctx context.Context, l slog.Level) bool {
	return l >= slog.LevelWarn && q.Handler.Enabled(ctx, l)
}

func (q quiet) WithAttrs(a []slog.Attr) slog.Handler { return quiet{q.Handler.WithAttrs(a)} }
func (q quiet) WithGroup(name string) slog.Handler   { return quiet{q.Handler.WithGroup(name)} }

func (q quiet) Handle(ctx context.Context, r slog.Record) error {
	clean := slog.NewRecord(r.Time, r.Level, Clean(r.Message), r.PC)
	cancelled := false
	r.Attrs(func(a slog.Attr) bool {
		text := a.Value.String()
		cancelled = (a.Key == "error" || a.Key == "err") && strings.Contains(text, context.Canceled.Error())
		if cleaned := Clean(text); cleaned != text {
			a.Value = slog.StringValue(cleaned)
		}
		clean.AddAttrs(a)
		return !cancelled
	})
	if cancelled {
		return nil
	}
	return q.Handler.Handle(ctx, clean)
}
