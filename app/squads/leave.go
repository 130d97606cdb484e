package squads

import (
	"context"
	"errors"

	"github.com/disgoorg/snowflake/v2"
	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"github.com/smarter-dev/smarterdev/app/platform/fault"
	"github.com/smarter-dev/smarterdev/app/platform/rolesync"
	"github.com/smarter-dev/smarterdev/store"
)

// Leave asks to take a member out of a squad at their own request.
type Leave struct {
	Guild, User snowflake.ID
	Squad       uuid.UUID
}

// Leave ends the membership; the role in Discord follows. It fails with not_found when the guild
// has no such squad, and with not_member when the member is not in it.
func (s *Service) Leave(ctx context.Context, in Leave) error {
	_, err := s.end(ctx, store.End{Guild: in.Guild, User: in.User, Squad: &in.Squad, By: store.EndLeft})
	if errors.Is(err, store.ErrNoSquad) {
		if _, err := s.Squad(ctx, in.Guild, in.Squad); err != nil {
			return err
		}
		return notMember()
	}
	return err
}

func notMember() error {
	return fault.New(fault.Refused, "not_member", "Not a member of this squad, so there is nothing to leave.")
}

// Remove asks to take a member out of their squad by an admin.
type Remove struct {
	Guild, User snowflake.ID
	Squad       *uuid.UUID  // the squad that they must be in; nil for whichever
	Actor       store.Actor // who does it
}

// Remove ends the membership, with an entry in the audit log; the role in Discord follows. It fails
// with not_found when the member is not in a squad, or not in that one.
func (s *Service) Remove(ctx context.Context, in Remove) error {
	_, err := s.end(ctx, store.End{Guild: in.Guild, User: in.User, Squad: in.Squad, By: store.EndRemoved, Actor: in.Actor})
	if errors.Is(err, store.ErrNoSquad) {
		return inNone(in.User)
	}
	return err
}

// Depart ends the membership of someone who has left the guild; it is no error when there is none.
func (s *Service) Depart(ctx context.Context, guild, user snowflake.ID) error {
	_, err := s.end(ctx, store.End{Guild: guild, User: user, By: store.EndDeparted})
	if errors.Is(err, store.ErrNoSquad) {
		return nil
	}
	return err
}

func (s *Service) end(ctx context.Context, e store.End) (store.Membership, error) {
	e.At = s.now()
	if e.By != store.EndDeparted { // Discord took their roles
		e.Then = []river.JobArgs{rolesync.Member{Guild: e.Guild, User: e.User}}
	}
	m, err := s.store.EndMembership(ctx, e)
	if err == nil {
		s.moved(ctx, e.Guild, e.User, m.SquadID)
	}
	return m, err
}
