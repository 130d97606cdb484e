package moderation

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/disgoorg/disgo/rest"
	"github.com/disgoorg/snowflake/v2"
	"github.com/riverqueue/river"

	"github.com/smarter-dev/smarterdev/store"
)

// Expire is the job that ends a ban, a timeout or a warning, or renews a timeout that is longer than Discord's.
type Expire struct {
	Guild  snowflake.ID `json:"guild"`
	Number int64        `json:"number"`
}

// Kind names the job in the queue.
func (Expire) Kind() string { return "moderation_expire" }

const (
	// early is how much before its time an end is accepted: clocks differ.
	early = 2 * time.Second
	// retryLeast and retryMost bound how often an end is tried that Discord does not let us bring about.
	retryLeast = 30 * time.Second
	retryMost  = time.Hour
	// overdue is how late an end must be to be a finding.
	overdue = 5 * time.Minute
	// lookAgain is when a long timeout is looked at again of somebody who has left.
	lookAgain = 24 * time.Hour
)

// expiryJob is the key under which the end of what holds of somebody waits. A newer ban or timeout replaces it.
func expiryJob(c store.Case) string {
	if c.Action == store.CaseWarn {
		return fmt.Sprintf("moderation.warn:%d", c.Number)
	}
	return fmt.Sprintf("moderation.%s:%d", c.Action.Lasting(), c.UserID)
}

// follow says what follows from a change of a guild's cases, in its transaction: when they end, and their messages in the
// log channel, where the guild has one.
func (s *Service) follow(ctx context.Context, guild snowflake.ID) store.CaseJobs {
	cfg, err := s.Settings(ctx, guild)
	logs := err != nil || cfg.LogChannelID != nil
	steps := err != nil || len(cfg.WarnSteps) > 0
	return func(change store.CaseChange) []river.JobArgs {
		var then []river.JobArgs
		if change.Case.State != store.CasePending || change.Before != nil {
			then = append(then, s.followEnd(change)...)
		}
		if steps && change.Before == nil && escalates(change.Case) {
			then = append(then, escalateJob(change.Case))
		}
		if !logs {
			return then
		}
		if change.Case.State != store.CasePending && change.Case.Source != store.SourceImport && change.Case.BatchID == nil {
			then = append(then, s.logJob(change.Case))
		}
		for _, c := range change.Replaced {
			if c.LogMessageID != nil {
				then = append(then, s.logJob(c))
			}
		}
		return then
	}
}

func (s *Service) followEnd(change store.CaseChange) []river.JobArgs {
	c, old := change.Case, change.Before
	if old != nil && old.State == c.State && sameTime(old.ExpiresAt, c.ExpiresAt) && old.InForce == c.InForce && old.Happened == c.Happened && old.Resolved == c.Resolved {
		return nil
	}
	switch {
	case c.Action == store.CaseWarn && c.ExpiresAt != nil && c.State == store.CaseDone && !c.Resolved:
		return []river.JobArgs{store.At(c.GuildID, expiryJob(c), *c.ExpiresAt, Expire{c.GuildID, c.Number})}
	case c.Action == store.CaseWarn && old != nil:
		return []river.JobArgs{store.Cancel(c.GuildID, expiryJob(c))}
	case c.Action.Lasting() == "" || c.State == store.CaseFailed || c.State == store.CasePending:
		return nil
	case change.InForce == nil || change.InForce.ExpiresAt == nil:
		return []river.JobArgs{store.Cancel(c.GuildID, expiryJob(c))}
	}
	f := *change.InForce
	return []river.JobArgs{store.At(f.GuildID, expiryJob(f), s.due(f), Expire{f.GuildID, f.Number})}
}

func sameTime(a, b *time.Time) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.Equal(*b)
}

// due is when something must be done about what holds: it ends, or Discord's part of a long timeout does soon.
func (s *Service) due(c store.Case) time.Time {
	if c.Action == store.CaseTimeout {
		if until := s.discordUntil(c); until.Before(*c.ExpiresAt) {
			return until.Add(-renewBefore)
		}
	}
	return *c.ExpiresAt
}

// expire ends what a case began. It acts on what the database says when it runs: only a case that still holds ends.
func (s *Service) expire(ctx context.Context, job Expire) error {
	c, err := s.store.Case(ctx, job.Guild, job.Number)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if c.Action == store.CaseWarn {
		if !c.Counts(time.Time{}) || c.ExpiresAt == nil || !s.over(c) {
			return nil
		}
		return s.end(ctx, c, "ended")
	}
	// What was done in Discord meanwhile may have ended it.
	if err := s.CatchUp(ctx, c.GuildID); err != nil {
		return s.late(ctx, c, err)
	}
	if c, err = s.store.Case(ctx, job.Guild, job.Number); err != nil {
		return err
	}
	switch {
	case !c.InForce || c.ExpiresAt == nil:
		return nil
	case c.Action == store.CaseTimeout && !s.over(c):
		return s.renew(ctx, c)
	case !s.over(c):
		return s.store.Enqueue(ctx, store.At(c.GuildID, expiryJob(c), s.due(c), job))
	case c.Action == store.CaseTimeout: // Discord has ended its part by itself
		return s.end(ctx, c, "ended")
	}
	mine, err := s.stillOurs(ctx, c)
	if err != nil {
		return s.late(ctx, c, err)
	}
	if !mine {
		return nil
	}
	err = s.discord.DeleteBan(c.GuildID, c.UserID, rest.WithCtx(ctx), rest.WithReason(auditReason(store.Case{Number: c.Number, ModeratorTag: "expired"})))
	if err != nil && !rest.IsJSONErrorCode(err, rest.JSONErrorCodeUnknownBan) {
		return s.late(ctx, c, err)
	}
	return s.end(ctx, c, "ended")
}

func (s *Service) over(c store.Case) bool { return !s.now().Before(c.ExpiresAt.Add(-early)) }

// stillOurs reports whether the ban that Discord holds is the one of a case. Where the audit log can be read it has said
// so by now. Where it cannot, a reason with another number, or without one, is somebody else's ban, which stays.
func (s *Service) stillOurs(ctx context.Context, c store.Case) (bool, error) {
	readable, err := s.readsAuditLog(ctx, c.GuildID)
	if err != nil || readable || c.Source == store.SourceDiscord {
		return true, err
	}
	ban, err := s.discord.GetBan(c.GuildID, c.UserID, rest.WithCtx(ctx))
	if rest.IsJSONErrorCode(err, rest.JSONErrorCodeUnknownBan) {
		return true, nil
	}
	if err != nil {
		return false, err
	}
	first, _ := numbersIn(ban.Reason)
	if first == 0 {
		return false, s.recordUnseen(ctx, c.GuildID, ban.User, store.CaseBan)
	}
	return true, nil
}

// end notes that the time of a case is over.
func (s *Service) end(ctx context.Context, c store.Case, outcome string) error {
	actor := store.Actor{Name: "Smarter Dev", Source: store.SourceExpiry}
	_, err := s.edit(ctx, store.CaseEdit{Guild: c.GuildID, Number: c.Number, Actor: actor, Audit: "case.expire", Change: func(now store.Case) (store.Case, error) {
		if now.EndedAt != nil || now.State != store.CaseDone || !sameTime(now.ExpiresAt, c.ExpiresAt) {
			return now, nil // changed meanwhile
		}
		now.EndedAt = new(s.now())
		if !now.Resolved {
			now.Resolved, now.ResolvedAt = true, now.EndedAt
		}
		return now, nil
	}})
	if err == nil {
		s.metrics.expired.WithLabelValues(string(c.Action), outcome).Inc()
	}
	return err
}

// late tries again later, for as long as it takes: somebody who should be free must not be forgotten. The longer an end
// is overdue, the rarer it is tried.
func (s *Service) late(ctx context.Context, c store.Case, cause error) error {
	s.metrics.expired.WithLabelValues(string(c.Action), "late").Inc()
	now := s.now()
	wait := min(max(now.Sub(*c.ExpiresAt)/2, retryLeast), retryMost)
	s.log.WarnContext(ctx, "a case cannot be ended yet", "guild", c.GuildID, "case", c.Number, "action", c.Action, "again_in", wait, "error", cause)
	return s.store.Enqueue(ctx, store.At(c.GuildID, expiryJob(c), now.Add(wait), Expire{c.GuildID, c.Number}))
}

// renew keeps up a timeout that is longer than Discord's. What Discord holds decides, so that doing it twice does no harm.
func (s *Service) renew(ctx context.Context, c store.Case) error {
	m, err := s.member(ctx, c.GuildID, c.UserID)
	if err != nil {
		return s.renewLater(ctx, c, err)
	}
	next := s.now().Add(lookAgain)
	outcome := "left" // they are timed out again when they come back
	if m != nil {
		outcome = "renewed"
		want := s.discordUntil(c)
		held := m.CommunicationDisabledUntil
		if held == nil || held.Before(want.Add(-early)) && held.Sub(s.now()) <= renewBefore+early {
			if err := s.timeOut(ctx, c); err != nil {
				return s.renewLater(ctx, c, err)
			}
			held = &want
		}
		if next = *c.ExpiresAt; held.Before(next.Add(-early)) {
			next = held.Add(-renewBefore)
		}
	}
	if next.After(*c.ExpiresAt) {
		next = *c.ExpiresAt
	}
	s.metrics.expired.WithLabelValues(string(c.Action), outcome).Inc()
	return s.store.Enqueue(ctx, store.At(c.GuildID, expiryJob(c), next, Expire{c.GuildID, c.Number}))
}

func (s *Service) renewLater(ctx context.Context, c store.Case, cause error) error {
	s.metrics.expired.WithLabelValues(string(c.Action), "late").Inc()
	s.log.WarnContext(ctx, "a timeout cannot be renewed yet", "guild", c.GuildID, "case", c.Number, "error", cause)
	return s.store.Enqueue(ctx, store.At(c.GuildID, expiryJob(c), s.now().Add(retryMost), Expire{c.GuildID, c.Number}))
}

// arrive times somebody out again who left while they were timed out and comes back.
func (s *Service) arrive(ctx context.Context, guild, user snowflake.ID, until *time.Time) error {
	c, err := s.store.CaseInForce(ctx, guild, user, store.CaseTimeout)
	if errors.Is(err, store.ErrNotFound) || err == nil && (c.ExpiresAt == nil || s.over(c)) {
		return nil
	}
	if err != nil {
		return err
	}
	if want := s.discordUntil(c); until != nil && !until.Before(want.Add(-time.Minute)) {
		return nil
	}
	if err := s.timeOut(ctx, c); err != nil {
		return err
	}
	return s.store.Enqueue(ctx, store.At(guild, expiryJob(c), s.due(c), Expire{guild, c.Number}))
}
