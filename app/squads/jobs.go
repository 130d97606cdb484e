package squads

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/disgoorg/disgo/rest"
	"github.com/disgoorg/snowflake/v2"

	"github.com/smarter-dev/smarterdev/app/platform/rolesync"
	"github.com/smarter-dev/smarterdev/store"
)

const (
	removalPage = 50
	// removalSlice is how long one job takes roles before it hands over to another, so that no other
	// short job waits long behind it.
	removalSlice = 8 * time.Second
)

// desiredRoles is what squads decide about roles: the role of a squad is held by exactly its members.
func (s *Service) desiredRoles() *rolesync.Desired {
	return &rolesync.Desired{Name: "squads", Of: s.store.SquadRolesOf, In: s.rolesIn, Guilds: s.store.SquadGuilds, Left: s.miss}
}

// timeToCome is how long somebody has to come into the guild whom a program has put into a squad before.
const timeToCome = 24 * time.Hour

// miss ends the membership of somebody who is not in the guild: their leaving was not heard.
func (s *Service) miss(ctx context.Context, guild, user snowflake.ID) error {
	m, err := s.store.Membership(ctx, guild, user)
	if errors.Is(err, store.ErrNoSquad) {
		return nil
	}
	if err != nil {
		return err
	}
	if s.now().Sub(m.JoinedAt) < timeToCome {
		return nil
	}
	return s.Depart(ctx, guild, user)
}

func (s *Service) rolesIn(ctx context.Context, guild snowflake.ID) (map[snowflake.ID]rolesync.Members, error) {
	if err := s.missRoles(ctx, guild); err != nil {
		return nil, err
	}
	held, err := s.store.SquadRoles(ctx, guild)
	if err != nil {
		return nil, err
	}
	roles := make(map[snowflake.ID]rolesync.Members, len(held))
	for role, users := range held {
		roles[role] = make(rolesync.Members, len(users))
		for _, user := range users {
			roles[role][user] = struct{}{}
		}
	}
	pending, err := s.store.PendingRemovals(ctx, guild, nil, 1)
	if err == nil && len(pending) > 0 { // in case their own job was given up
		err = s.store.Enqueue(ctx, TakeRoles{guild})
	}
	return roles, err
}

// missRoles finds squads whose roles were deleted in Discord while nobody listened. The squads are
// read before the roles, so that a role that was just made is not missed.
func (s *Service) missRoles(ctx context.Context, guild snowflake.ID) error {
	squads, err := s.store.Squads(ctx, guild)
	if err != nil || len(squads) == 0 {
		return err
	}
	roles, err := s.discord.GetRoles(guild, rest.WithCtx(ctx))
	if rest.IsJSONErrorCode(err, rest.JSONErrorCodeUnknownGuild, rest.JSONErrorCodeMissingAccess) {
		return nil // the bot is not there; that says nothing of roles
	}
	if err != nil {
		return fmt.Errorf("list roles: %w", err)
	}
	exists := make(map[snowflake.ID]bool, len(roles))
	for _, r := range roles {
		exists[r.ID] = true
	}
	var errs []error
	for _, q := range squads {
		if !q.RoleGone && !exists[q.RoleID] {
			errs = append(errs, s.LoseRole(ctx, guild, q.RoleID))
		}
	}
	return errors.Join(errs...)
}

// TakeRoles is the job that takes the roles which members still have from squads that are gone.
type TakeRoles struct {
	Guild snowflake.ID `json:"guild"`
}

// Kind names the job in the queue.
func (TakeRoles) Kind() string { return "squad_take_roles" }

// reconciler gives and takes a member's roles, as rolesync.Reconciler does.
type reconciler interface {
	SyncMember(ctx context.Context, guild, user snowflake.ID) error
}

// takeRoles reconciles each member who still has a role of a squad that is gone; then its removal is
// no longer pending. Where the bot is not in the guild they stay pending, for when it is back.
func (s *Service) takeRoles(ctx context.Context, guild snowflake.ID, roles reconciler) error {
	for begun := time.Now(); ; {
		pending, err := s.store.PendingRemovals(ctx, guild, nil, removalPage)
		if err != nil || len(pending) == 0 {
			return err
		}
		for _, removal := range pending {
			if time.Since(begun) > removalSlice {
				return s.store.Enqueue(ctx, TakeRoles{guild})
			}
			err := s.takeRole(ctx, removal, roles)
			if errors.Is(err, rolesync.ErrNotInGuild) {
				return nil
			}
			if err != nil {
				return err
			}
		}
	}
}

func (s *Service) takeRole(ctx context.Context, removal store.PendingRemoval, roles reconciler) error {
	if err := roles.SyncMember(ctx, removal.GuildID, removal.UserID); err != nil {
		return err
	}
	return s.store.RemovalDone(ctx, removal)
}
