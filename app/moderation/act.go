package moderation

import (
	"context"
	"errors"
	"time"

	"github.com/disgoorg/disgo/discord"
	"github.com/disgoorg/disgo/rest"
	"github.com/disgoorg/snowflake/v2"

	"github.com/smarter-dev/smarterdev/app/platform/access"
	"github.com/smarter-dev/smarterdev/app/platform/fault"
	"github.com/smarter-dev/smarterdev/store"
)

const (
	recently  = 15 * time.Second // within which somebody else's act is shown before a second one
	busyWait  = 3 * time.Second  // for another act on the same person to end
	busyPoll  = 50 * time.Millisecond
	actBudget = 20 * time.Second // for Discord, once the case is written
)

// Act does something to somebody and returns the case. It goes in this order: the rights of the one who acts, who the
// person is, the ranks; whether somebody else acted on the same person just now; the case as pending; the direct message
// for a ban, softban or kick; the act itself, with "#number · moderator · reason" as the reason in Discord's audit log;
// the case as done or failed; the direct message for the rest. The message in the log channel follows.
//
// A case that is pending, without an error, is one that Discord did not answer: it is compared with Discord within a
// minute. Of a case that failed, both the case and the fault are returned. Faults: invalid; not_allowed, rank, bot_rank,
// bot_permission, self_target, bot_target, owner_target, admin_target, not_member; not_banned, already_banned,
// not_timed_out; recently_acted and shorter, which Confirm passes, with the case that they speak of; in_progress;
// discord_refused, with number and discord_code; idempotency_mismatch for a Key that led to another act; unavailable when
// nothing was done.
func (s *Service) Act(ctx context.Context, in ActRequest) (store.Case, error) {
	began := time.Now()
	c, err := s.act(ctx, in)
	s.metrics.act(c, in, err, time.Since(began))
	return c, err
}

func (s *Service) act(ctx context.Context, in ActRequest) (store.Case, error) {
	in, err := s.filled(ctx, in)
	if err != nil {
		return store.Case{}, err
	}
	if err := in.Validate(); err != nil {
		return store.Case{}, err
	}
	cfg, err := s.Settings(ctx, in.Guild)
	if err != nil {
		return store.Case{}, err
	}
	c, sc, again, err := s.begin(ctx, in, cfg)
	if err != nil || again {
		return c, err
	}
	// What was begun is carried to its end although the caller goes away.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), actBudget)
	defer cancel()
	return s.carryOut(ctx, c, sc, cfg, in.Actor)
}

// begin judges and writes the case. When somebody else is at the same person it waits, and judges again.
func (s *Service) begin(ctx context.Context, in ActRequest, cfg Config) (store.Case, scene, bool, error) {
	for until := time.Now().Add(busyWait); ; {
		c, sc, again, err := s.tryBegin(ctx, in, cfg)
		busy, isBusy := errors.AsType[*store.ErrCaseBusy](err)
		switch {
		case isBusy && time.Now().After(until):
			return store.Case{}, sc, false, fault.New(fault.Conflict, "in_progress",
				"Another act on the same person, case #%d, is under way. Try again in a moment.", busy.Case.Number).With("number", busy.Case.Number)
		case isBusy, err == nil && again && c.State == store.CasePending && time.Now().Before(until):
			if err := s.pause(ctx); err != nil {
				return store.Case{}, sc, false, err
			}
		case errors.Is(err, store.ErrStale) && time.Now().Before(until.Add(busyWait)):
			// look again
		default:
			if err == nil && !again {
				s.changed(ctx, c)
			}
			return c, sc, again, err
		}
	}
}

// tryBegin judges and writes the case. It fails with *store.ErrCaseBusy while somebody else is at the same person, and
// with store.ErrStale when they were meanwhile.
func (s *Service) tryBegin(ctx context.Context, in ActRequest, cfg Config) (c store.Case, sc scene, again bool, err error) {
	if in.Key != "" {
		c, err := s.store.CaseByRequest(ctx, in.Guild, in.Key)
		if err == nil && (c.Action != in.Action || c.UserID != in.User) {
			return c, sc, false, fault.KeyReused()
		}
		if !errors.Is(err, store.ErrNotFound) {
			return c, sc, err == nil, err
		}
	}
	seen, err := s.store.NewestCase(ctx, in.Guild, in.User)
	if err != nil {
		return c, sc, false, err
	}
	if sc, err = s.judge(ctx, in); err != nil {
		return c, sc, false, err
	}
	if c, err = in.new(cfg.Settings, s.now()); err != nil {
		return c, sc, false, err
	}
	if c.UserTag == "" {
		if c.UserTag, err = s.tagOf(ctx, in.User, sc.target); err != nil {
			return c, sc, false, err
		}
	}
	if sc.moderator != nil {
		c.ModeratorTag = sc.moderator.User.Username
	}
	if sc.target == nil && c.DM == store.DMNone {
		c.DM = store.DMOff // nobody opens a conversation with a stranger
	}
	c, again, err = s.store.BeginCase(ctx, c, &seen, in.Evidence, in.Actor, s.follow(ctx, in.Guild))
	return c, sc, again, err
}

func (s *Service) pause(ctx context.Context) error {
	select {
	case <-time.After(busyPoll):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// judge says whether the act is possible now, by rights and ranks, by what holds of the person already, and by what
// others did just now.
func (s *Service) judge(ctx context.Context, in ActRequest) (scene, error) {
	banMatters := in.Action.Lasting() == store.CaseBan
	sc, err := s.look(ctx, in.Guild, in.By, in.User, banMatters)
	if err != nil {
		return sc, err
	}
	if err := refused(sc.may(access.Act(in.Action), in.By, in.User, time.Now())); err != nil {
		return sc, err
	}
	if in.Action == store.CaseNote {
		return sc, nil
	}
	if err := s.notJustNow(ctx, in); err != nil {
		return sc, err
	}
	switch in.Action {
	case store.CaseUnban:
		if sc.ban == nil {
			return sc, fault.New(fault.Refused, "not_banned", "They are not banned.")
		}
	case store.CaseSoftban:
		if sc.ban != nil {
			return sc, fault.New(fault.Refused, "already_banned", "They are banned already, and a softban would end by unbanning them.")
		}
	case store.CaseUntimeout:
		if !memberOf(sc.target).TimedOut(time.Now()) {
			return sc, fault.New(fault.Refused, "not_timed_out", "They are not timed out.")
		}
	case store.CaseBan:
		if sc.ban != nil {
			return sc, s.notShorter(ctx, in)
		}
	}
	return sc, nil
}

// notJustNow fails with recently_acted when somebody else acted on the person in the last moments, and with
// *store.ErrCaseBusy while they are at it.
func (s *Service) notJustNow(ctx context.Context, in ActRequest) error {
	by, person := in.By.User()
	if in.Confirm || !person && in.Actor.Source != store.SourceAPI && in.Actor.Source != store.SourceDashboard || in.CausedBy != nil {
		return nil
	}
	last, err := s.store.LatestCase(ctx, in.Guild, in.User)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if last.State == store.CasePending {
		return &store.ErrCaseBusy{Case: last} // it may be done any moment, and must be shown then
	}
	if last.Source == store.SourceLadder && last.CausedBy != nil { // who warned knows of it
		if last, err = s.store.Case(ctx, in.Guild, *last.CausedBy); err != nil {
			return err
		}
	}
	if s.now().Sub(last.CreatedAt) > recently || person && last.ModeratorID == by || !person && last.ModeratorID == 0 && last.ModeratorTag == in.Actor.Name {
		return nil
	}
	return fault.New(fault.Conflict, "recently_acted", "%s has just acted on the same person: case #%d, %s.",
		moderatorName(last), last.Number, string(last.Action)).With("case", last)
}

// moderatorName is how a case's moderator is called.
func moderatorName(c store.Case) string {
	switch {
	case c.ModeratorTag != "":
		return c.ModeratorTag
	case c.ModeratorID != 0:
		return c.ModeratorID.String()
	}
	return "Somebody"
}

// notShorter fails with shorter when somebody who is banned would be let in sooner.
func (s *Service) notShorter(ctx context.Context, in ActRequest) error {
	if in.Confirm || in.Duration == 0 && in.Until == nil {
		return nil
	}
	ends := s.now().Add(in.Duration)
	if in.Until != nil {
		ends = *in.Until
	}
	old, err := s.store.CaseInForce(ctx, in.Guild, in.User, store.CaseBan)
	if errors.Is(err, store.ErrNotFound) {
		return fault.New(fault.Conflict, "shorter", "They are banned already, and nobody knows until when. This would let them in again sooner or later.")
	}
	if err != nil {
		return err
	}
	if old.ExpiresAt != nil && !ends.Before(*old.ExpiresAt) {
		return nil
	}
	return fault.New(fault.Conflict, "shorter", "They are banned already by case #%d, and for longer than this.", old.Number).With("case", old)
}

// tagOf is somebody's user name. It fails with not_found when Discord knows nobody of that id.
func (s *Service) tagOf(ctx context.Context, user snowflake.ID, m *discord.Member) (string, error) {
	if m != nil {
		return m.User.Username, nil
	}
	u, err := s.discord.GetUser(user, rest.WithCtx(ctx))
	if rest.IsJSONErrorCode(err, rest.JSONErrorCodeUnknownUser) {
		return "", fault.New(fault.NotFound, "not_found", "Discord knows no user with the ID %s.", user.String())
	}
	if err != nil {
		return "", unanswered(err)
	}
	return u.Username, nil
}

// carryOut brings a case that was begun to its end.
func (s *Service) carryOut(ctx context.Context, c store.Case, sc scene, cfg Config, actor store.Actor) (store.Case, error) {
	if c.State == store.CaseDone { // Discord has no part in it
		return s.tellAfter(ctx, c, cfg, actor)
	}
	before := c.Action == store.CaseBan || c.Action == store.CaseSoftban || c.Action == store.CaseKick
	if before {
		c.DM = s.tell(ctx, c, cfg)
	}
	c.Happened = snowflake.New(time.Now())
	err := s.perform(ctx, c)
	said := refusal(err)
	if err != nil && said == nil { // Discord may have acted
		happened, unknown := s.compare(ctx, c)
		if unknown != nil {
			s.log.WarnContext(ctx, "Discord did not answer; the case is compared with it in a minute", "guild", c.GuildID, "case", c.Number, "error", err)
			c, err := s.note(ctx, c, actor)
			return c, err
		}
		if !happened {
			done, err := s.finish(ctx, c, actor, &store.CaseFailure{Message: "Discord did not answer, and it was not done."})
			s.correct(ctx, done, cfg)
			if err == nil {
				err = fault.New(fault.Unavailable, "unavailable", "Discord did not answer, and nothing was done. Case #%d says so. Please try again in a moment.", c.Number).With("number", c.Number)
			}
			return done, err
		}
	}
	if said != nil {
		failed, err := s.finish(ctx, c, actor, &store.CaseFailure{Code: new(int64(said.Code)), Message: said.Message})
		s.correct(ctx, failed, cfg)
		if err != nil {
			return failed, err
		}
		return failed, discordSaid(failed, said)
	}
	done, err := s.finish(ctx, c, actor, nil)
	if err != nil || before || done.State != store.CaseDone {
		return done, err
	}
	return s.tellAfter(ctx, done, cfg, actor)
}

// note keeps what is known of a case that stays pending.
func (s *Service) note(ctx context.Context, c store.Case, actor store.Actor) (store.Case, error) {
	return s.edit(ctx, store.CaseEdit{Guild: c.GuildID, Number: c.Number, Actor: actor, Change: func(now store.Case) (store.Case, error) {
		now.DM, now.Happened = c.DM, max(now.Happened, c.Happened)
		return now, nil
	}})
}

// tellAfter tells the person of what was done, and notes whether they were reached.
func (s *Service) tellAfter(ctx context.Context, c store.Case, cfg Config, actor store.Actor) (store.Case, error) {
	dm := s.tell(ctx, c, cfg)
	if dm == c.DM {
		return c, nil
	}
	return s.edit(ctx, store.CaseEdit{Guild: c.GuildID, Number: c.Number, Actor: actor, Change: func(now store.Case) (store.Case, error) {
		now.DM = dm
		return now, nil
	}})
}

// finish notes what became of a pending case; failure is nil when it was done. One that was finished by somebody else
// meanwhile is returned as it is.
func (s *Service) finish(ctx context.Context, c store.Case, actor store.Actor, failure *store.CaseFailure) (store.Case, error) {
	return s.edit(ctx, store.CaseEdit{Guild: c.GuildID, Number: c.Number, Actor: actor, Change: func(now store.Case) (store.Case, error) {
		if now.State != store.CasePending {
			return now, nil
		}
		now.State, now.Failure, now.DM = store.CaseDone, failure, c.DM
		if failure != nil {
			now.State = store.CaseFailed
		}
		if now.AuditLogID == nil { // else the entry of Discord's log decides the order
			now.Happened = c.Happened
		}
		return now, nil
	}})
}

// edit changes a case, with what follows, and announces it.
func (s *Service) edit(ctx context.Context, e store.CaseEdit) (store.Case, error) {
	e.At, e.Then = s.now(), s.follow(ctx, e.Guild)
	c, err := s.store.EditCase(ctx, e)
	if err == nil {
		s.changed(ctx, c)
	}
	return c, err
}
