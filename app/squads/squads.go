// Package squads is the squads of a guild: roles that members join for a price, at most one at a
// time. Fee, membership and the order to change roles are one transaction of the store; the role
// in Discord follows by the role worker.
package squads

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/disgoorg/disgo/discord"
	"github.com/disgoorg/disgo/rest"
	"github.com/disgoorg/snowflake/v2"
	"github.com/google/uuid"

	"github.com/smarter-dev/smarterdev/app/economy"
	"github.com/smarter-dev/smarterdev/app/platform/access"
	"github.com/smarter-dev/smarterdev/app/platform/bus"
	"github.com/smarter-dev/smarterdev/app/platform/cache"
	"github.com/smarter-dev/smarterdev/app/platform/directory"
	"github.com/smarter-dev/smarterdev/app/platform/fault"
	"github.com/smarter-dev/smarterdev/store"
)

// Service holds the rules of squads. Its verbs return *fault.Error for what a person may be told.
type Service struct {
	store   *store.Store
	bus     *bus.Bus
	economy *economy.Service
	discord Discord
	who     Guilds
	log     *slog.Logger
	now     func() time.Time
	lists   *cache.Guild[[]store.Squad]
}

// Discord is what squads ask of Discord where it must be as of now.
type Discord interface {
	GetRoles(guildID snowflake.ID, opts ...rest.RequestOpt) ([]discord.Role, error)
}

// Guilds is what squads ask of the directory. Its answers may be some minutes old where nothing else is
// said.
type Guilds interface {
	// Guild fails with directory.ErrUnknown when the bot is not in it.
	Guild(ctx context.Context, id snowflake.ID) (directory.Guild, error)
	// Name is what a member is called, and whether they have left. The name is empty when it is not
	// known.
	Name(ctx context.Context, guild, user snowflake.ID) (name string, left bool)
	// MayName says whether somebody may name a role that the bot then gives, as of now.
	MayName(ctx context.Context, by access.Authority, guild, role snowflake.ID) (access.Refusal, error)
}

// New makes the service; Close it. now is the clock that decides the window after leaving.
func New(s *store.Store, b *bus.Bus, bytes *economy.Service, api Discord, who Guilds, log *slog.Logger, now func() time.Time) *Service {
	return &Service{
		store: s, bus: b, economy: bytes, discord: api, who: who, log: log, now: now,
		lists: cache.ByGuild(b, "squads", s.Squads, bus.SquadsChanged, bus.MembershipChanged),
	}
}

// Close ends the upkeep of the service's cache.
func (s *Service) Close() { s.lists.Close() }

// Squads are the squads of a guild in their order, those that are not active included.
func (s *Service) Squads(ctx context.Context, guild snowflake.ID) ([]store.Squad, error) {
	return s.store.Squads(ctx, guild)
}

// recent is Squads, at most 30 s old. It must not be altered.
func (s *Service) recent(ctx context.Context, guild snowflake.ID) ([]store.Squad, error) {
	return s.lists.Get(ctx, guild)
}

// Squad is one squad of a guild. It fails with not_found.
func (s *Service) Squad(ctx context.Context, guild snowflake.ID, id uuid.UUID) (store.Squad, error) {
	q, err := s.store.Squad(ctx, guild, id)
	return q, found(err, id)
}

// found words that there is no such squad.
func found(err error, id uuid.UUID) error {
	if errors.Is(err, store.ErrNotFound) {
		return fault.New(fault.NotFound, "not_found", "Squad %s not found.", id).Because(err)
	}
	return err
}

// MemberSquad is the squad of a member, with when they joined.
type MemberSquad struct {
	store.Squad
	JoinedAt time.Time `json:"joined_at" doc:"When the member joined it." example:"2026-11-22T15:04:05Z"`
}

// Of is the squad that a member is in. It fails with not_found when they are not in one.
func (s *Service) Of(ctx context.Context, guild, user snowflake.ID) (MemberSquad, error) {
	for range 2 { // once more when the squad was deleted between the two looks
		m, err := s.store.Membership(ctx, guild, user)
		if errors.Is(err, store.ErrNoSquad) {
			break
		}
		if err != nil {
			return MemberSquad{}, err
		}
		q, err := s.store.Squad(ctx, guild, m.SquadID)
		if err == nil {
			return MemberSquad{Squad: q, JoinedAt: m.JoinedAt}, nil
		}
		if !errors.Is(err, store.ErrNotFound) {
			return MemberSquad{}, err
		}
	}
	return MemberSquad{}, inNone(user)
}

func inNone(user snowflake.ID) error {
	return fault.New(fault.NotFound, "not_found", "Squad of member %s not found: they are not in one.", user)
}

// Members lists who is in a squad, the longest first, those after the given one (nil for the first
// page). It fails with not_found.
func (s *Service) Members(ctx context.Context, guild snowflake.ID, id uuid.UUID, after *store.Membership, limit int) ([]store.Membership, error) {
	if _, err := s.Squad(ctx, guild, id); err != nil {
		return nil, err
	}
	return s.store.SquadMembers(ctx, guild, id, after, limit)
}

// changed announces that squads of a guild were changed.
func (s *Service) changed(ctx context.Context, guild snowflake.ID, squads ...uuid.UUID) {
	s.tell(ctx, bus.SquadsChanged, guild, nil, squads)
}

// moved announces that a member joined or left squads.
func (s *Service) moved(ctx context.Context, guild, user snowflake.ID, squads ...uuid.UUID) {
	s.tell(ctx, bus.MembershipChanged, guild, []snowflake.ID{user}, squads)
}

func (s *Service) tell(ctx context.Context, topic bus.Topic, guild snowflake.ID, users []snowflake.ID, squads []uuid.UUID) {
	s.lists.Invalidate(guild)
	ids := make([]string, len(squads))
	for i, id := range squads {
		ids[i] = id.String()
	}
	s.bus.Publish(ctx, bus.Event{Topic: topic, Guild: guild, Users: users, IDs: ids})
}
