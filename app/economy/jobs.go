package economy

import (
	"context"
	"errors"
	"maps"
	"slices"

	"github.com/disgoorg/snowflake/v2"

	"github.com/smarter-dev/smarterdev/app/platform/rolesync"
	"github.com/smarter-dev/smarterdev/store"
)

// desiredRoles is what the economy decides about roles: a reward role is held by exactly those who
// have received its threshold.
func (s *Service) desiredRoles() *rolesync.Desired {
	return &rolesync.Desired{Name: "role rewards", Of: s.rewardsOf, In: s.rewardsIn, Guilds: s.store.RewardGuilds}
}

func (s *Service) rewardsOf(ctx context.Context, guild, user snowflake.ID) (map[snowflake.ID]bool, error) {
	cfg, err := s.SettingsNow(ctx, guild)
	if err != nil {
		return nil, err
	}
	b, err := s.store.Balance(ctx, guild, user)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return nil, err
	}
	roles := make(map[snowflake.ID]bool, len(cfg.RoleRewards))
	for role, threshold := range cfg.RoleRewards {
		roles[role] = err == nil && b.TotalReceived >= threshold
	}
	return roles, nil
}

func (s *Service) rewardsIn(ctx context.Context, guild snowflake.ID) (map[snowflake.ID]rolesync.Members, error) {
	cfg, err := s.SettingsNow(ctx, guild)
	if err != nil || len(cfg.RoleRewards) == 0 {
		return nil, err
	}
	roles := make(map[snowflake.ID]rolesync.Members, len(cfg.RoleRewards))
	for role := range cfg.RoleRewards {
		roles[role] = rolesync.Members{}
	}
	lowest := slices.Min(slices.Collect(maps.Values(cfg.RoleRewards)))
	for b, err := range s.store.ReceivedAtLeast(ctx, guild, lowest) {
		if err != nil {
			return nil, err
		}
		for role, threshold := range cfg.RoleRewards {
			if b.TotalReceived >= threshold {
				roles[role][b.UserID] = struct{}{}
			}
		}
	}
	return roles, nil
}

// arrive orders the rewards of someone who comes, perhaps again, and has earned some.
func (s *Service) arrive(ctx context.Context, guild, user snowflake.ID) error {
	cfg, err := s.Settings(ctx, guild)
	if err != nil || len(cfg.RoleRewards) == 0 {
		return err
	}
	b, err := s.store.Balance(ctx, guild, user)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil || b.TotalReceived < slices.Min(slices.Collect(maps.Values(cfg.RoleRewards))) {
		return err
	}
	return s.store.Enqueue(ctx, rolesync.Member{Guild: guild, User: user})
}

// reward enqueues a member's roles when amount, which they earned or with a minus gave back, took
// what they have received in all over a threshold, to after; 0 is a sum that is not known, so that
// it may have. What gets lost here is healed by the reconciliation.
func (s *Service) reward(ctx context.Context, cfg Config, user snowflake.ID, amount, after int64) {
	if user == store.Bank || len(cfg.RoleRewards) == 0 || after != 0 && !crossed(cfg.RoleRewards, after-amount, after) {
		return
	}
	if err := s.store.Enqueue(context.WithoutCancel(ctx), rolesync.Member{Guild: cfg.GuildID, User: user}); err != nil {
		s.log.Error("role reward not ordered; the next reconciliation gives it", "guild", cfg.GuildID, "user", user, "error", err)
	}
}

func crossed(rewards map[snowflake.ID]int64, before, after int64) bool {
	for _, threshold := range rewards {
		if (before >= threshold) != (after >= threshold) {
			return true
		}
	}
	return false
}
