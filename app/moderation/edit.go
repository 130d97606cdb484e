package moderation

import (
	"context"
	"errors"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/disgoorg/disgo/discord"
	"github.com/disgoorg/snowflake/v2"

	"github.com/smarter-dev/smarterdev/app/platform/access"
	"github.com/smarter-dev/smarterdev/app/platform/fault"
	"github.com/smarter-dev/smarterdev/store"
)

// EditRequest asks to change a case.
type EditRequest struct {
	Guild     snowflake.ID
	Number    int64
	IfVersion *int64 // the version that it must be of; nil: any
	Actor     store.Actor
	By        access.Authority // whose rights count
}

// mayEdit returns the case when somebody may change it. It fails with not_found, not_allowed and rank.
func (s *Service) mayEdit(ctx context.Context, in EditRequest) (store.Case, error) {
	c, err := s.Get(ctx, in.Guild, in.Number)
	if err != nil {
		return c, err
	}
	g, err := s.who.Rights(ctx, in.Guild)
	if err != nil {
		return c, err
	}
	var moderator, author *discord.Member
	if user, person := in.By.User(); person {
		if moderator, err = s.member(ctx, in.Guild, user); err != nil {
			return c, err
		}
		if c.ModeratorID != 0 && c.ModeratorID != user {
			if author, err = s.member(ctx, in.Guild, c.ModeratorID); err != nil {
				return c, err
			}
		}
	}
	return c, refused(g.MayEdit(access.Act(c.Action), in.By, memberOf(moderator), c.ModeratorID, memberOf(author), time.Now()))
}

// Edit is what is to change of a case; what is zero stays as it is.
type Edit struct {
	Reason *string
	Ends   bool       // whether the end changes
	Until  *time.Time // the new one; nil: never
}

// check fails with an Invalid fault that names what is wrong with the change of a case, and with not_editable.
func (to Edit) check(c store.Case, now time.Time) error {
	var f fault.Fields
	if to.Reason != nil {
		if n := utf8.RuneCountInString(*to.Reason); n > store.MaxReason {
			f.Add("reason", "A reason can have at most %d characters; this one has %d.", store.MaxReason, n)
		}
	}
	if until := to.Until; to.Ends {
		switch {
		case until == nil && c.Action == store.CaseTimeout:
			f.Add("expires_at", "A timeout needs an end. Lift it instead.")
		case until != nil && until.Before(now.Add(shortestTime)):
			f.Add("expires_at", "This end is in the past. Undo the case to end it now.")
		case until != nil && (until.After(now.Add(longestBan)) || c.Action == store.CaseTimeout && until.After(now.Add(longestTimeout))):
			f.Add("expires_at", "This end is too far away: a timeout lasts at most a year, anything else ten.")
		}
	}
	if err := f.Err(); err != nil {
		return err
	}
	if to.Ends && !c.InForce && !c.Counts(now) {
		return fault.New(fault.Refused, "not_editable", "Case #%d has no end that could be changed: only a ban or timeout that holds now, or a warning that counts, has one.", c.Number)
	}
	return nil
}

// Edit changes the reason of a case, and when it ends. A timeout is changed at Discord first, and must have an end. It
// fails with invalid, not_found, not_allowed, rank and stale, with not_editable for a case that has no end to change,
// and as Discord refuses; then nothing has changed.
func (s *Service) Edit(ctx context.Context, in EditRequest, to Edit) (store.Case, error) {
	c, err := s.mayEdit(ctx, in)
	if err != nil {
		return c, err
	}
	if to.Reason != nil {
		to.Reason = new(strings.TrimSpace(*to.Reason))
	}
	if err := to.check(c, s.now()); err != nil {
		return store.Case{}, err
	}
	if in.IfVersion != nil && *in.IfVersion != c.Version {
		return store.Case{}, staleCase() // before Discord is asked to change anything
	}
	audit := "case.reason"
	if to.Ends {
		audit = "case.expiry"
		if c.Action == store.CaseTimeout {
			next := c
			next.ExpiresAt = to.Until
			if err := s.timeOut(ctx, next); err != nil {
				if said := refusal(err); said != nil {
					return store.Case{}, discordSaid(c, said)
				}
				return store.Case{}, unanswered(err)
			}
		}
	}
	return s.change(ctx, in, audit, func(c store.Case) (store.Case, error) {
		if to.Reason != nil {
			c.Reason = *to.Reason
		}
		if !to.Ends {
			return c, nil
		}
		if !c.InForce && c.Action != store.CaseWarn {
			return c, store.ErrStale
		}
		c.ExpiresAt, c.DurationSeconds = to.Until, nil
		if to.Until != nil {
			c.DurationSeconds = new(int64(to.Until.Sub(c.CreatedAt).Round(time.Second).Seconds()))
		}
		return c, nil
	})
}

// Resolve closes a case, or opens it again. What it did to the person stays. It fails as Edit does.
func (s *Service) Resolve(ctx context.Context, in EditRequest, resolved bool) (store.Case, error) {
	if _, err := s.mayEdit(ctx, in); err != nil {
		return store.Case{}, err
	}
	by, person := in.By.User()
	if !person {
		by = in.Actor.ID
	}
	return s.change(ctx, in, "case.resolve", func(c store.Case) (store.Case, error) {
		if c.Resolved == resolved {
			return c, nil
		}
		c.Resolved, c.ResolvedAt, c.ResolvedBy = resolved, nil, nil
		if resolved {
			c.ResolvedAt = new(s.now())
			if by != 0 {
				c.ResolvedBy = &by
			}
		}
		return c, nil
	})
}

// Undo takes back a case: a ban by an unban and a timeout by lifting it, which are cases of their own and named by
// UndoneBy; a warning or note stops counting. It returns the case that was undone. It fails as Edit and Act do,
// with not_undoable for the other actions, and with already_undone.
func (s *Service) Undo(ctx context.Context, in EditRequest, reason string) (store.Case, error) {
	c, err := s.mayEdit(ctx, in)
	if err != nil {
		return c, err
	}
	switch {
	case c.State == store.CaseUndone:
		return c, fault.New(fault.Refused, "already_undone", "Case #%d is undone already.", c.Number)
	case c.State != store.CaseDone:
		return c, fault.New(fault.Refused, "not_undoable", "Case #%d was not carried out, so there is nothing to undo.", c.Number)
	}
	switch c.Action {
	case store.CaseWarn, store.CaseNote:
		return s.change(ctx, in, "case.undo", func(c store.Case) (store.Case, error) {
			c.State = store.CaseUndone
			if !c.Resolved {
				c.Resolved, c.ResolvedAt = true, new(s.now())
			}
			return c, nil
		})
	case store.CaseBan, store.CaseTimeout:
		_, err := s.Act(ctx, ActRequest{
			Guild: in.Guild, Action: "un" + c.Action, User: c.UserID, UserTag: c.UserTag, Reason: reason, CausedBy: &c.Number, Actor: in.Actor, By: in.By,
		})
		if err != nil {
			return c, err
		}
		return s.Get(ctx, in.Guild, in.Number)
	}
	return c, fault.New(fault.Refused, "not_undoable", "A %s cannot be taken back.", string(c.Action))
}

// change writes an edit by somebody.
func (s *Service) change(ctx context.Context, in EditRequest, audit string, change func(store.Case) (store.Case, error)) (store.Case, error) {
	c, err := s.edit(ctx, store.CaseEdit{Guild: in.Guild, Number: in.Number, IfVersion: in.IfVersion, Actor: in.Actor, Audit: audit, Change: change})
	if errors.Is(err, store.ErrStale) {
		err = staleCase().Because(err)
	}
	return c, found(err, in.Number)
}

func staleCase() *fault.Error {
	return fault.New(fault.Stale, "stale", "Somebody else changed this case in the meantime. Check what is new, then try again.")
}
