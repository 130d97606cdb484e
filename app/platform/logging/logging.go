// Package logging makes the one logger of a process: coloured text for people, JSON for machines.
package logging

import (
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/lmittmann/tint"
	"gopkg.in/natefinch/lumberjack.v2"
)

const (
	fileMegabytes = 10
	fileBackups   = 5
)

// The formats of a line.
const (
	Text = "text" // for people: short, coloured on a terminal
	JSON = "json" // for machines
)

// Config says what is logged and where it goes.
type Config struct {
	Level  string    // debug, info, warn or error; empty means info
	Format string    // Text or JSON; empty means JSON
	File   string    // rotated at 10 MB, five old files are kept; empty means Output
	Output io.Writer // os.Stdout when nil
	Colour bool      // Text only, never into a file
}

// New returns the logger and what must be closed when the last line is written. No secret gets
// through it, and a failure that repeats is logged once and then counted once a minute. It returns an
// error for an unknown level or format and for a file that cannot be written.
func New(config Config) (*slog.Logger, io.Closer, error) {
	level, err := ParseLevel(config.Level)
	if err != nil {
		return nil, nil, err
	}
	out, closer, err := open(config)
	if err != nil {
		return nil, nil, err
	}
	var lines slog.Handler
	switch config.Format {
	case "", JSON:
		lines = slog.NewJSONHandler(out, &slog.HandlerOptions{Level: level})
	case Text:
		lines = tint.NewTextHandler(out, &tint.Options{
			Level: level, TimeFormat: time.TimeOnly, NoColor: !config.Colour || config.File != "",
		})
	}
	if lines != nil {
		once := newRepeats(clean{lines})
		return slog.New(once), closers{once.state, closer}, nil
	}
	_ = closer.Close()
	return nil, nil, fmt.Errorf("log format %q is not known: use %s or %s", config.Format, Text, JSON)
}

// ParseLevel reads debug, info, warn or error in any case; empty means info.
func ParseLevel(text string) (slog.Level, error) {
	if text == "" {
		return slog.LevelInfo, nil
	}
	var level slog.Level
	if err := level.UnmarshalText([]byte(text)); err != nil {
		return 0, fmt.Errorf("log level %q is not known: use debug, info, warn or error", text)
	}
	return level, nil
}

func open(config Config) (io.Writer, io.Closer, error) {
	if config.File == "" {
		if config.Output == nil {
			return os.Stdout, io.NopCloser(nil), nil
		}
		return config.Output, io.NopCloser(nil), nil
	}
	if err := os.MkdirAll(filepath.Dir(config.File), 0o750); err != nil {
		return nil, nil, fmt.Errorf("making the folder of the log file: %w", err)
	}
	// Tried now, because the rotating writer would tell of a file it cannot write at the first line only.
	probe, err := os.OpenFile(config.File, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o640)
	if err != nil {
		return nil, nil, fmt.Errorf("opening the log file: %w", err)
	}
	if err := probe.Close(); err != nil {
		return nil, nil, fmt.Errorf("opening the log file: %w", err)
	}
	file := &lumberjack.Logger{Filename: config.File, MaxSize: fileMegabytes, MaxBackups: fileBackups}
	return file, file, nil
}
