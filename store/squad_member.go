package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/disgoorg/snowflake/v2"
	"github.com/google/uuid"
	"github.com/riverqueue/river"
)

// Ending says how a membership ended.
type Ending string

// The endings. Of the first three the member was the cause.
const (
	EndLeft     Ending = "left"
	EndSwitched Ending = "switched" // by joining another squad
	EndDeparted Ending = "departed" // the member left the guild
	EndRemoved  Ending = "removed"  // by an admin
	EndDeleted  Ending = "deleted"  // the squad was
)

// Membership is one time that a member was in a squad. The one that has not ended is where they are.
type Membership struct {
	GuildID  snowflake.ID `json:"-"`
	UserID   snowflake.ID `json:"user_id" doc:"The member." example:"1000000000000000002"`
	SquadID  uuid.UUID    `json:"-"`
	Nth      int64        `json:"-"` // counts the memberships of a member, from 1
	Cost     int64        `json:"-"` // bytes that joining took
	JoinedAt time.Time    `json:"joined_at" doc:"When they joined." example:"2026-11-22T15:04:05Z"`
	EndedAt  *time.Time   `json:"-"`
	EndedBy  *Ending      `json:"-"`
}

const membershipColumns = `guild_id, user_id, squad_id, nth, cost, joined_at, ended_at, ended_by`

func scanMembership(r row) (Membership, error) {
	var m Membership
	var endedBy *string
	err := r.Scan(&m.GuildID, &m.UserID, &m.SquadID, &m.Nth, &m.Cost, &m.JoinedAt, &m.EndedAt, &endedBy)
	m.EndedBy = (*Ending)(endedBy)
	return m, err
}

const selectCurrent = `SELECT ` + membershipColumns + ` FROM memberships WHERE guild_id = $1 AND user_id = $2 AND ended_at IS NULL`

// Membership returns where a member is; ErrNoSquad when in no squad.
func (s *Store) Membership(ctx context.Context, guild, user snowflake.ID) (Membership, error) {
	if err := checkIDs(guild, user); err != nil {
		return Membership{}, err
	}
	m, err := one(s.db.reader(ctx), scanMembership, selectCurrent, guild, user)
	return m, wrap("read membership", noSquad(err))
}

// LastMembership returns a member's latest membership, ended or not, and the zero value when there was none.
func (s *Store) LastMembership(ctx context.Context, guild, user snowflake.ID) (Membership, error) {
	if err := checkIDs(guild, user); err != nil {
		return Membership{}, err
	}
	m, err := lastMembership(s.db.reader(ctx), guild, user, "")
	return m, wrap("read last membership", err)
}

func lastMembership(c conn, guild, user snowflake.ID, lock string) (Membership, error) {
	m, err := one(c, scanMembership, `SELECT `+membershipColumns+` FROM memberships
		WHERE guild_id = $1 AND user_id = $2 ORDER BY guild_id DESC, user_id DESC, nth DESC LIMIT 1`+lock, guild, user)
	if errors.Is(err, ErrNotFound) {
		return Membership{}, nil
	}
	return m, err
}

// Memberships returns all of a member's times in squads of a guild, the latest first, at most limit.
func (s *Store) Memberships(ctx context.Context, guild, user snowflake.ID, limit int) ([]Membership, error) {
	if err := checkIDs(guild, user); err != nil {
		return nil, err
	}
	found, err := list(s.db.reader(ctx), scanMembership, `SELECT `+membershipColumns+` FROM memberships
		WHERE guild_id = $1 AND user_id = $2 ORDER BY nth DESC LIMIT $3`, guild, user, limit)
	return found, wrap("list memberships", err)
}

// SquadMembers returns who is in a squad, the longest first, after the given member (nil for the first page),
// at most limit.
func (s *Store) SquadMembers(ctx context.Context, guild snowflake.ID, squad uuid.UUID, after *Membership, limit int) ([]Membership, error) {
	if err := checkIDs(guild); err != nil {
		return nil, err
	}
	last := value(after)
	found, err := list(s.db.reader(ctx), scanMembership, `SELECT `+membershipColumns+` FROM memberships
		WHERE guild_id = $1 AND squad_id = $2 AND ended_at IS NULL AND (joined_at, user_id) > ($3, $4)
		ORDER BY guild_id, squad_id, joined_at, user_id LIMIT $5`, guild, squad, moment(last.JoinedAt), last.UserID, limit)
	return found, wrap("list squad members", err)
}

// End orders that a membership ends.
type End struct {
	Guild, User snowflake.ID
	Squad       *uuid.UUID // the squad that it must be of; nil for any
	By          Ending     // EndLeft, EndRemoved or EndDeparted
	At          time.Time
	Actor       Actor // who removed them, for the audit entry of EndRemoved
	Then        []river.JobArgs
}

// EndMembership takes a member out of their squad and returns what has ended; the audit entry and the jobs
// are written with it. ErrNoSquad when they are in none, or not in that one.
func (s *Store) EndMembership(ctx context.Context, e End) (Membership, error) {
	if err := checkIDs(e.Guild, e.User); err != nil {
		return Membership{}, err
	}
	switch e.By {
	case EndLeft, EndRemoved, EndDeparted:
	default:
		return Membership{}, fmt.Errorf("%w: a membership cannot be ended as %q", ErrInvalid, e.By)
	}
	e.At = moment(e.At)
	var ended Membership
	err := s.db.write(ctx, func(c conn) error {
		m, err := one(c, scanMembership, selectCurrent+c.dialect().forUpdate, e.Guild, e.User)
		if err != nil {
			return noSquad(err)
		}
		if e.Squad != nil && *e.Squad != m.SquadID {
			return ErrNoSquad
		}
		before := m
		if ended, err = endMembership(c, m, e.By, e.At); err != nil {
			return err
		}
		if e.By == EndRemoved {
			entry := e.Actor.Entry("squad.remove", e.User.String())
			if err := writeChange(c, entry, e.Guild, e.At, before, nil); err != nil {
				return err
			}
		}
		return c.enqueue(e.Then)
	})
	return ended, wrap("end membership", err)
}

// endMembership ends a membership that is locked.
func endMembership(c conn, m Membership, by Ending, at time.Time) (Membership, error) {
	m.EndedAt, m.EndedBy = &at, &by
	_, err := c.exec(`UPDATE memberships SET ended_at = $4, ended_by = $5 WHERE guild_id = $1 AND user_id = $2 AND nth = $3`,
		m.GuildID, m.UserID, m.Nth, at, string(by))
	return m, err
}
