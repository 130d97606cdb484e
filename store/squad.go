package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/disgoorg/snowflake/v2"
	"github.com/google/uuid"
)

// MaxSquadCost is the most bytes that joining a squad may cost.
const MaxSquadCost int64 = 1_000_000

// Squad is a role of Discord that members join for a price; a member is in at most one of a guild.
type Squad struct {
	ID          uuid.UUID    `json:"id" doc:"A UUIDv7." example:"019a0000-0000-7000-8000-000000000001"`
	GuildID     snowflake.ID `json:"guild_id" doc:"The guild." example:"1000000000000000001"`
	RoleID      snowflake.ID `json:"role_id" doc:"The role that its members have; it serves one squad only." example:"1000000000000000009"`
	Name        string       `json:"name" doc:"What it is called." example:"Compilers"`
	Description string       `json:"description" doc:"What it is about." example:"We read machine code at breakfast."`
	SwitchCost  int64        `json:"switch_cost" doc:"Bytes that a member of another squad pays to join." example:"50"`
	JoinCost    int64        `json:"join_cost" doc:"Bytes that a member of no squad pays to join." example:"0"`
	MaxMembers  *int64       `json:"max_members" doc:"How many can be in it; null for any number." example:"25"`
	MemberCount int64        `json:"member_count" doc:"How many are in it now." example:"12"`
	Position    int64        `json:"position" doc:"Its place among the guild's squads, from 0." example:"0"`
	Active      bool         `json:"is_active" doc:"Whether it can be joined." example:"true"`
	RoleGone    bool         `json:"-"` // the role was deleted in Discord; it is not active then
	Version     int64        `json:"-"` // bumped by each change, for ETag
	CreatedAt   time.Time    `json:"created_at" doc:"When it was made." example:"2026-11-22T15:04:05Z"`
	UpdatedAt   time.Time    `json:"updated_at" doc:"When it last changed; joining changes nothing of it." example:"2026-11-22T15:04:05Z"`
	DeletedAt   *time.Time   `json:"-"` // it is kept for the history of its members
}

const squadColumns = `s.id, s.guild_id, s.role_id, s.name, s.description, s.switch_cost, s.join_cost, s.max_members,
	(SELECT count(*) FROM memberships m WHERE m.guild_id = s.guild_id AND m.squad_id = s.id AND m.ended_at IS NULL),
	s.position, s.is_active, s.role_gone, s.version, s.created_at, s.updated_at, s.deleted_at`

func scanSquad(r row) (Squad, error) {
	var q Squad
	err := r.Scan(&q.ID, &q.GuildID, &q.RoleID, &q.Name, &q.Description, &q.SwitchCost, &q.JoinCost, &q.MaxMembers,
		&q.MemberCount, &q.Position, &q.Active, &q.RoleGone, &q.Version, &q.CreatedAt, &q.UpdatedAt, &q.DeletedAt)
	return q, err
}

const selectSquad = `SELECT ` + squadColumns + ` FROM squads s WHERE s.guild_id = $1 AND s.id = $2`

// Squad returns one squad of a guild, ErrNotFound when there is none or it was deleted.
func (s *Store) Squad(ctx context.Context, guild snowflake.ID, id uuid.UUID) (Squad, error) {
	if err := checkIDs(guild); err != nil {
		return Squad{}, err
	}
	q, err := one(s.db.reader(ctx), scanSquad, selectSquad+` AND s.deleted_at IS NULL`, guild, id)
	return q, wrap("read squad", err)
}

// AnySquad is Squad for the history: it returns one that was deleted as well.
func (s *Store) AnySquad(ctx context.Context, guild snowflake.ID, id uuid.UUID) (Squad, error) {
	if err := checkIDs(guild); err != nil {
		return Squad{}, err
	}
	q, err := one(s.db.reader(ctx), scanSquad, selectSquad, guild, id)
	return q, wrap("read squad", err)
}

// Squads returns the squads of a guild in their order, those that are not active included.
func (s *Store) Squads(ctx context.Context, guild snowflake.ID) ([]Squad, error) {
	if err := checkIDs(guild); err != nil {
		return nil, err
	}
	found, err := squadsIn(s.db.reader(ctx), guild)
	return found, wrap("list squads", err)
}

func squadsIn(c conn, guild snowflake.ID) ([]Squad, error) {
	return list(c, scanSquad, `SELECT `+squadColumns+` FROM squads s
		WHERE s.guild_id = $1 AND s.deleted_at IS NULL ORDER BY s.position, s.id`, guild)
}

// SquadGuilds returns the guilds that have a squad, and those in which a role is still to be taken.
func (s *Store) SquadGuilds(ctx context.Context) ([]snowflake.ID, error) {
	found, err := list(s.db.reader(ctx), scalar[snowflake.ID], `SELECT guild_id FROM squads WHERE deleted_at IS NULL
		UNION SELECT guild_id FROM squad_role_debts ORDER BY guild_id`)
	return found, wrap("list guilds with squads", err)
}

// lockSquad locks a squad that was not deleted and returns it. The count of its members is read after the
// lock: whoever waited for it must see who came in meanwhile.
func lockSquad(c conn, guild snowflake.ID, id uuid.UUID) (Squad, error) {
	_, err := one(c, scalar[int64], `SELECT version FROM squads WHERE guild_id = $1 AND id = $2 AND deleted_at IS NULL`+
		c.dialect().forUpdate, guild, id)
	if err != nil {
		return Squad{}, err
	}
	return one(c, scanSquad, selectSquad, guild, id)
}

func (q Squad) check() error {
	if q.RoleID == 0 || q.Name == "" {
		return fmt.Errorf("%w: a squad needs a role and a name", ErrInvalid)
	}
	for _, cost := range []int64{q.SwitchCost, q.JoinCost} {
		if cost < 0 || cost > MaxSquadCost {
			return fmt.Errorf("%w: a squad that costs %d bytes is outside 0–%d", ErrInvalid, cost, MaxSquadCost)
		}
	}
	if q.MaxMembers != nil && *q.MaxMembers < 1 {
		return fmt.Errorf("%w: a squad for at most %d members", ErrInvalid, *q.MaxMembers)
	}
	if q.RoleGone && q.Active {
		return fmt.Errorf("%w: a squad without its role cannot be active", ErrInvalid)
	}
	return checkIDs(q.GuildID, q.RoleID)
}

// left reports whether a membership ended by the member's own doing.
func (m Membership) left() bool {
	return m.EndedBy != nil && (*m.EndedBy == EndLeft || *m.EndedBy == EndDeparted)
}

// ReturnWindow is how long after leaving one squad another costs what a switch costs, so that leaving first
// saves nothing; the same one is free again.
const ReturnWindow = 24 * time.Hour

// Offer is what joining a squad would come to for one member now.
type Offer struct {
	Cost    int64    // bytes
	Refusal *Refusal // why it is not possible; nil when it is
}

// Offer judges whether a member may join and what it costs, by their latest membership (the zero value when
// there was none) and their balance. Refusals win in this order: AlreadyMember, SquadInactive, SquadFull,
// InsufficientBalance.
func (q Squad) Offer(last Membership, balance int64, at time.Time) Offer {
	in := last.Nth > 0 && last.EndedAt == nil
	o := Offer{Cost: q.JoinCost}
	switch {
	case in:
		o.Cost = q.SwitchCost
	case last.left() && at.Before(last.EndedAt.Add(ReturnWindow)) && last.SquadID == q.ID:
		o.Cost = 0
	case last.left() && at.Before(last.EndedAt.Add(ReturnWindow)):
		o.Cost = q.SwitchCost
	}
	refuse := func(code string, most int64) Offer {
		o.Refusal = &Refusal{Code: code, Amount: o.Cost, Balance: balance, Max: most}
		return o
	}
	switch {
	case in && last.SquadID == q.ID:
		return refuse(AlreadyMember, 0)
	case !q.Active:
		return refuse(SquadInactive, 0)
	case q.MaxMembers != nil && q.MemberCount >= *q.MaxMembers:
		return refuse(SquadFull, *q.MaxMembers)
	case balance < o.Cost:
		return refuse(InsufficientBalance, 0)
	}
	return o
}

// ErrNoSquad: the member is in no squad, or not in that one; it is an ErrNotFound too.
var ErrNoSquad = fmt.Errorf("%w: no such membership", ErrNotFound)

func noSquad(err error) error {
	if errors.Is(err, ErrNotFound) {
		return ErrNoSquad
	}
	return err
}
