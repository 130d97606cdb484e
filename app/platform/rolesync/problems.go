package rolesync

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/disgoorg/disgo/discord"
	"github.com/disgoorg/disgo/rest"
	"github.com/disgoorg/snowflake/v2"

	"github.com/smarter-dev/smarterdev/store"
)

// report remembers a role that the bot may not give, and logs it the first time.
func (r *Reconciler) report(ctx context.Context, guild, role snowflake.ID, cause error) error {
	first, err := r.store.SaveRoleProblem(ctx, store.RoleProblem{GuildID: guild, RoleID: role, Reason: reason(cause), CreatedAt: time.Now()})
	if err == nil && first {
		r.log.Warn("a role cannot be given; move the bot's role above it and grant it Manage Roles",
			"guild", guild, "role", role, "reason", reason(cause))
	}
	return err
}

// skipProblems removes the roles that cannot be given from what is compared.
func (r *Reconciler) skipProblems(ctx context.Context, guild snowflake.ID, desired map[snowflake.ID]Members) error {
	problems, err := r.store.RoleProblems(ctx, guild)
	for _, p := range problems {
		delete(desired, p.RoleID)
	}
	return err
}

// recheck forgets problems that no longer hold, so that a role that was moved below the bot's works
// again.
func (r *Reconciler) recheck(ctx context.Context, guild snowflake.ID) error {
	problems, err := r.store.RoleProblems(ctx, guild)
	if err != nil || len(problems) == 0 {
		return err
	}
	roles, err := r.discord.GetRoles(guild, rest.WithCtx(ctx))
	if err != nil {
		return fmt.Errorf("list roles: %w", err)
	}
	self, err := r.discord.GetMember(guild, r.self, rest.WithCtx(ctx))
	if err != nil {
		return fmt.Errorf("read the bot's own roles: %w", err)
	}
	top, mayManage := reach(roles, self.RoleIDs, guild)
	for _, p := range problems {
		for _, role := range roles {
			if role.ID == p.RoleID && mayManage && !role.Managed && role.Position < top {
				if err := r.store.DeleteRoleProblem(ctx, guild, p.RoleID); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// reach is the position of the highest role that somebody has, and whether they may manage roles.
// everyone is the role that all have; its ID is the guild's.
func reach(roles []discord.Role, has []snowflake.ID, everyone snowflake.ID) (top int, mayManage bool) {
	for _, role := range roles {
		if role.ID != everyone && !slices.Contains(has, role.ID) {
			continue
		}
		top = max(top, role.Position)
		if role.Permissions.Has(discord.PermissionManageRoles) || role.Permissions.Has(discord.PermissionAdministrator) {
			mayManage = true
		}
	}
	return top, mayManage
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
