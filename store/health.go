package store

import (
	"context"
	"errors"
	"sync/atomic"
	"time"
)

// failedFor is how long WriteHealth remembers a write that failed, when none follows.
const failedFor = time.Minute

// WriteHealth returns why the database did not take the last write, nil when it did or when the last one is more
// than a minute ago. A full disk or a damaged page shows here while reads still work.
func (s *Store) WriteHealth() error {
	if f := s.writes.last.Load(); f != nil && time.Since(f.at) < failedFor {
		return f.err
	}
	return nil
}

// writeHealth is the outcome of the last write; nil when it was kept.
type writeHealth struct{ last atomic.Pointer[writeFailure] }

type writeFailure struct {
	err error
	at  time.Time
}

// note takes notice of how a write ended. A refusal by a rule and an error of the caller say that the database works,
// or nothing about it.
func (h *writeHealth) note(err error) {
	switch {
	case errors.Is(err, ErrClosed):
	case errors.Is(err, ErrUnavailable):
		h.last.Store(&writeFailure{err, time.Now()})
	case err == nil && h.last.Load() != nil:
		h.last.Store(nil)
	}
}

// watched notes how the writes of an engine end.
type watched struct {
	engine
	health *writeHealth
}

func (e *watched) write(ctx context.Context, fn func(conn) error) error {
	err := e.engine.write(ctx, fn)
	e.health.note(err)
	return err
}

func (e *watched) transfer(ctx context.Context, o transferOrder) (outcome, error) {
	out, err := e.engine.transfer(ctx, o)
	e.health.note(err)
	return out, err
}

func (e *watched) claim(ctx context.Context, o claimOrder) (outcome, error) {
	out, err := e.engine.claim(ctx, o)
	e.health.note(err)
	return out, err
}

func (e *watched) transfers(ctx context.Context, orders []transferOrder) []transferResult {
	results := e.engine.transfers(ctx, orders)
	for _, r := range results {
		e.health.note(r.err)
	}
	return results
}
