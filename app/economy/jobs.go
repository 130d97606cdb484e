package economy

import (
	"context"
	"errors"
	"maps"
	"slices"

	"github.com/disgoorg/snowflake/v2"

	"github.com/smarter-dev/smarterdev/app/platform/jobs"
	"github.com/smarter-dev/smarterdev/store"
)

// wish is what the economy says of roles: a reward role is held by exactly those who have
// received its threshold.
func (s *Service) wish() jobs.Wish {
	return jobs.Wish{Name: "role rewards", Of: s.rewardsOf, In: s.rewardsIn, Guilds: s.store.RewardGuilds}
}

func (s *Service) rewardsOf(ctx context.Context, guild, user snowflake.ID) (map[snowflake.ID]bool, error) {
	cfg, err := s.store.BytesConfig(ctx, guild)
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

func (s *Service) rewardsIn(ctx context.Context, guild snowflake.ID) (map[snowflake.ID]jobs.Members, error) {
	cfg, err := s.store.BytesConfig(ctx, guild)
	if err != nil || len(cfg.RoleRewards) == 0 {
		return nil, err
	}
	roles := make(map[snowflake.ID]jobs.Members, len(cfg.RoleRewards))
	for role := range cfg.RoleRewards {
		roles[role] = jobs.Members{}
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

// reward orders a member's roles when amount, which they just received (or lost, when it is
// negative), took them over a threshold. What gets lost here is healed by the reconciliation.
func (s *Service) reward(ctx context.Context, cfg store.BytesConfig, user snowflake.ID, amount int64) {
	if len(cfg.RoleRewards) == 0 || user == store.Bank {
		return
	}
	ctx = context.WithoutCancel(ctx)
	b, err := s.store.Balance(ctx, cfg.GuildID, user)
	if err == nil && crossed(cfg.RoleRewards, b.TotalReceived-amount, b.TotalReceived) {
		err = s.store.Enqueue(ctx, jobs.MemberRoles{Guild: cfg.GuildID, User: user})
	}
	if err != nil {
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
