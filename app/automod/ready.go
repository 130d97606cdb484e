package automod

import (
	"context"
	"time"

	"github.com/disgoorg/disgo/cache"
	"github.com/disgoorg/disgo/discord"
	"github.com/disgoorg/snowflake/v2"

	"github.com/smarter-dev/smarterdev/app/automod/engine"
	"github.com/smarter-dev/smarterdev/app/platform/access"
)

// ready is what is needed to judge the events of a guild, without asking anybody. It is swapped whole.
type ready struct {
	rules    *engine.Compiled // nil: all rules are off
	settings Settings
	guild    access.Guild
	names    map[string]string // rule id → name
}

// prepare compiles the rules of a guild.
func (s *Service) prepare(ctx context.Context, guild snowflake.ID) (*ready, error) {
	cfg, err := s.SettingsNow(ctx, guild)
	if err != nil {
		return nil, err
	}
	panicking, err := s.Panic(ctx, guild)
	if err != nil {
		return nil, err
	}
	rules, err := s.rulesOf(ctx, guild)
	if err != nil {
		return nil, err
	}
	g, err := s.who.Rights(ctx, guild)
	if err != nil {
		return nil, err
	}
	r := &ready{settings: cfg.Settings, guild: g, names: make(map[string]string, len(rules))}
	if panicking.Active {
		return r, nil
	}
	compiled, problems := engine.Compile(engine.Settings{
		GuildID: engine.Snowflake(guild), OwnerID: engine.Snowflake(g.Owner), ExemptModerators: cfg.ExemptModerators,
		ExemptRoles: flakes(cfg.ExemptRoles), ExemptChannels: flakes(cfg.ExemptChannels), Staff: s.staff(ctx, guild, g),
	}, engineRules(rules))
	for _, p := range problems {
		s.log.WarnContext(ctx, "a rule of auto-moderation cannot be used", "guild", guild, "rule", p.Rule, "problem", p.Message)
	}
	for _, rule := range rules {
		r.names[rule.ID] = rule.Name
	}
	r.rules = compiled
	return r, nil
}

func engineRules(rules []Rule) []engine.Rule {
	plain := make([]engine.Rule, len(rules))
	for i, r := range rules {
		plain[i] = r.Rule
	}
	return plain
}

// mostStaff is how many names are guarded against look-alikes.
const mostStaff = 200

// staff are the accounts whose names nobody else may look like: the bot and, as far as the gateway tells of members, those
// who moderate.
func (s *Service) staff(ctx context.Context, guild snowflake.ID, g access.Guild) []engine.User {
	var staff []engine.User
	add := func(m discord.Member) {
		staff = append(staff, userOf(m.User))
	}
	ids := []snowflake.ID{g.Owner}
	if self, err := s.who.Self(ctx, guild); err == nil {
		ids = append(ids, self.ID)
	}
	for _, id := range ids {
		if m, err := s.who.Member(ctx, guild, id); err == nil {
			add(m)
		}
	}
	c := s.gateway()
	if c == nil {
		return staff
	}
	now := s.now()
	for m := range c.Members(guild) {
		if len(staff) >= mostStaff {
			break
		}
		if !m.User.Bot && m.User.ID != g.Owner && uint64(g.Permissions(access.MemberOf(m), now))&uint64(engine.Moderating) != 0 {
			add(m)
		}
	}
	return staff
}

func (s *Service) gateway() cache.Caches {
	if s.caches == nil {
		return nil
	}
	return s.caches()
}

func flakes(ids []snowflake.ID) []engine.Snowflake {
	out := make([]engine.Snowflake, len(ids))
	for i, id := range ids {
		out[i] = engine.Snowflake(id)
	}
	return out
}

// settledAfter is how long somebody must have been a member for the ceiling to protect them.
const settledAfter = 24 * time.Hour
