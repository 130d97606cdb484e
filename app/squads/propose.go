package squads

import (
	"context"

	"github.com/disgoorg/snowflake/v2"
	"github.com/google/uuid"

	"github.com/smarter-dev/smarterdev/app/platform/fault"
	"github.com/smarter-dev/smarterdev/store"
)

// Proposal is a joining that a member is asked to confirm.
type Proposal struct {
	Choice  Choice       // the squad, and what joining it comes to
	From    *store.Squad // the squad that joining would leave; nil for none
	Balance int64        // bytes now
}

// ProposeJoin looks whether joining would be refused now, before the member is asked to confirm it. It
// fails as Join does.
func (s *Service) ProposeJoin(ctx context.Context, guild, user snowflake.ID, squad uuid.UUID) (Proposal, error) {
	q, err := s.Squad(ctx, guild, squad)
	if err != nil {
		return Proposal{}, err
	}
	st, err := s.economy.Balance(ctx, guild, user)
	if err != nil {
		return Proposal{}, err
	}
	last, err := s.store.LastMembership(ctx, guild, user)
	if err != nil {
		return Proposal{}, err
	}
	p := Proposal{Choice: Choice{q, q.Offer(last, st.Balance.Balance, s.now())}, Balance: st.Balance.Balance}
	if r := p.Choice.Refusal; r != nil {
		return Proposal{}, refused(r, q.RoleGone)
	}
	if last.Nth > 0 && last.EndedAt == nil {
		from, err := s.Squad(ctx, guild, last.SquadID)
		if err != nil {
			return Proposal{}, err
		}
		p.From = &from
	}
	return p, nil
}

// ProposeLeave is the squad that a member would leave. It fails with not_member when they are in none.
func (s *Service) ProposeLeave(ctx context.Context, guild, user snowflake.ID) (store.Squad, error) {
	here, err := s.Of(ctx, guild, user)
	if fault.Has(err, "not_found") {
		return store.Squad{}, fault.New(fault.Refused, "not_member", "You are not in a squad. `/squads join` shows the ones you can join.")
	}
	if err != nil {
		return store.Squad{}, err
	}
	return here.Squad, nil
}
