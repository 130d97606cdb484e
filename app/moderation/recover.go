package moderation

import (
	"context"
	"errors"
	"time"

	"github.com/smarter-dev/smarterdev/store"
)

// Recover is the job that compares cases that stayed pending with Discord.
type Recover struct{}

// Kind names the job in the queue.
func (Recover) Kind() string { return "moderation_recover" }

const (
	recoverEvery = time.Minute
	recoverAfter = time.Minute
	recoverMost  = 50
	// recoverSlice leaves a job its time to end.
	recoverSlice = 12 * time.Second
)

// recoverPending finishes what a process began that died, or that Discord did not answer: each case becomes what Discord
// says is true.
func (s *Service) recoverPending(ctx context.Context) error {
	cases, err := s.store.PendingCases(ctx, s.now().Add(-recoverAfter), recoverMost)
	if err != nil {
		return err
	}
	var errs []error
	for began := time.Now(); len(cases) > 0 && time.Since(began) < recoverSlice; cases = cases[1:] {
		if err := s.recoverCase(ctx, cases[0]); err != nil {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

func (s *Service) recoverCase(ctx context.Context, c store.Case) error {
	happened, err := s.compare(ctx, c)
	if err != nil {
		s.log.WarnContext(ctx, "a pending case cannot be compared with Discord yet", "guild", c.GuildID, "case", c.Number, "error", err)
		return nil // in a minute
	}
	var failure *store.CaseFailure
	if !happened {
		failure = &store.CaseFailure{Message: "It was interrupted before Discord did it."}
	}
	done, err := s.finish(ctx, c, store.Actor{Name: "Smarter Dev", Source: store.SourceJob}, failure)
	if err != nil {
		return err
	}
	if cfg, err := s.Settings(ctx, c.GuildID); err == nil {
		s.correct(ctx, done, cfg)
	}
	s.log.InfoContext(ctx, "a pending case was compared with Discord", "guild", c.GuildID, "case", c.Number, "action", c.Action, "state", done.State)
	return nil
}
