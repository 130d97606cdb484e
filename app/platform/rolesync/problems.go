package rolesync

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/disgoorg/disgo/rest"
	"github.com/disgoorg/snowflake/v2"

	"github.com/smarter-dev/smarterdev/app/platform/access"
	"github.com/smarter-dev/smarterdev/app/platform/directory"
	"github.com/smarter-dev/smarterdev/store"
)

// possible reports whether a change is not known to be refused. A role with power is not given, but it
// can be taken.
func possible(problems []store.RoleProblem) func(change) bool {
	return func(c change) bool {
		return !slices.ContainsFunc(problems, func(p store.RoleProblem) bool {
			return p.RoleID == c.role && (c.give || p.Reason != store.HasPower)
		})
	}
}

// lends reports whether the bot lends a role. It may have gained power since it was named, which is
// reported.
func (r *Reconciler) lends(ctx context.Context, guild, role snowflake.ID) (bool, error) {
	why, err := r.lender.MayLend(ctx, guild, role)
	if errors.Is(err, directory.ErrUnknown) {
		return false, ErrNotInGuild
	}
	if err != nil {
		return false, fmt.Errorf("look at role %s: %w", role, err)
	}
	if why != access.PowerfulRole { // anything else is for Discord to say
		return true, nil
	}
	return false, r.report(ctx, guild, role, store.HasPower)
}

// report remembers a role that the bot does not give, and logs it the first time.
func (r *Reconciler) report(ctx context.Context, guild, role snowflake.ID, why string) error {
	first, err := r.store.SaveRoleProblem(ctx, store.RoleProblem{GuildID: guild, RoleID: role, Reason: why, CreatedAt: time.Now()})
	if err == nil && first {
		r.log.Warn("a role is not given", "guild", guild, "role", role, "reason", why)
	}
	return err
}

// recheck forgets problems that no longer hold, so that a role that was moved below the bot's, or that
// lost its power, is given again.
func (r *Reconciler) recheck(ctx context.Context, guild snowflake.ID) error {
	problems, err := r.store.RoleProblems(ctx, guild)
	if err != nil {
		return err
	}
	for _, p := range problems {
		why, err := r.lender.MayLend(ctx, guild, p.RoleID)
		if errors.Is(err, directory.ErrUnknown) {
			return ErrNotInGuild
		}
		if err != nil {
			return fmt.Errorf("look at role %s: %w", p.RoleID, err)
		}
		if why != "" {
			continue
		}
		if err := r.store.DeleteRoleProblem(ctx, guild, p.RoleID); err != nil {
			return err
		}
	}
	return nil
}

func reason(err error) string {
	var e *rest.Error
	if errors.As(err, &e) && e.Message != "" {
		return e.Message
	}
	return "refused by Discord"
}

// impossible reports whether Discord refuses for a reason that trying again does not change.
func impossible(err error) bool {
	var e *rest.Error
	if !errors.As(err, &e) || e.Response == nil || notInGuild(err) {
		return false
	}
	return e.Response.StatusCode == http.StatusForbidden || e.Code == rest.JSONErrorCodeUnknownRole
}

func unknownMember(err error) bool {
	return rest.IsJSONErrorCode(err, rest.JSONErrorCodeUnknownMember, rest.JSONErrorCodeUnknownUser)
}

func notInGuild(err error) bool {
	return rest.IsJSONErrorCode(err, rest.JSONErrorCodeUnknownGuild, rest.JSONErrorCodeMissingAccess)
}

// absent turns Discord's ways of saying that the bot is not in a guild into ErrNotInGuild.
func absent(err error) error {
	if notInGuild(err) {
		return ErrNotInGuild
	}
	return err
}
