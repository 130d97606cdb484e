package config

import (
	"cmp"
	"io"
	"log/slog"
	"os"

	"github.com/smarter-dev/smarterdev/app/platform/logging"
)

// Open makes the process's logger. It writes to out unless LogFile names a file, in format unless
// LogFormat names another ("text" or "json"). Close it when the last line is written.
func (l Logs) Open(out io.Writer, format string) (*slog.Logger, io.Closer, error) {
	return logging.New(logging.Config{
		Level: l.LogLevel, Format: cmp.Or(l.LogFormat, format), File: l.LogFile, Output: out, Colour: isTerminal(out),
	})
}

// Report returns log with its errors also sent to Sentry, where a DSN is set. Call end when the last
// line is written.
func (w Watch) Report(log *slog.Logger, version string) (_ *slog.Logger, end func(), err error) {
	if w.SentryDSN == "" {
		return log, func() {}, nil
	}
	return logging.Report(log, w.SentryDSN.Reveal(), version)
}

// isTerminal reports whether out is a terminal and colour was not turned off.
func isTerminal(out io.Writer) bool {
	file, ok := out.(*os.File)
	if !ok || os.Getenv("NO_COLOR") != "" {
		return false
	}
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
