package squads

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/disgoorg/snowflake/v2"
	"github.com/google/uuid"

	"github.com/smarter-dev/smarterdev/app/platform/fault"
	"github.com/smarter-dev/smarterdev/store"
)

const confirmFor = 60 * time.Second

// question is what a member is asked to confirm. The values are kept in the database.
type question string

const (
	askJoin  question = "squad_join"
	askLeave question = "squad_leave"
)

// asked is the payload of a question.
type asked struct {
	Squad uuid.UUID `json:"squad"`
}

// Proposal is a change of squads that waits to be confirmed.
type Proposal struct {
	ID      uuid.UUID
	Choice  Choice       // the squad to join or to leave, and for joining what it comes to
	From    *store.Squad // the squad that joining would leave; nil for none
	Balance int64        // bytes now
	Ends    time.Time
}

// ProposeJoin looks whether joining would be refused now and, when it would not, keeps it for the
// member to confirm within a minute. It fails as Join does.
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
	return p, s.ask(ctx, askJoin, guild, user, &p)
}

// ProposeLeave keeps a leaving for the member to confirm within a minute. It fails with not_member
// when they are not in a squad.
func (s *Service) ProposeLeave(ctx context.Context, guild, user snowflake.ID) (Proposal, error) {
	here, err := s.Of(ctx, guild, user)
	if fault.Has(err, "not_found") {
		return Proposal{}, fault.New(fault.Refused, "not_member", "You are not in a squad. `/squads join` shows the ones you can join.")
	}
	if err != nil {
		return Proposal{}, err
	}
	p := Proposal{Choice: Choice{Squad: here.Squad}}
	return p, s.ask(ctx, askLeave, guild, user, &p)
}

// ask keeps a question and notes its id and end.
func (s *Service) ask(ctx context.Context, kind question, guild, user snowflake.ID, p *Proposal) error {
	payload, err := json.Marshal(asked{p.Choice.ID})
	if err != nil {
		return fmt.Errorf("encode proposal: %w", err)
	}
	now := s.now()
	p.ID, p.Ends = store.NewID(now), now.Add(confirmFor)
	return s.store.SaveConfirmation(ctx, store.Confirmation{
		ID: p.ID, GuildID: guild, UserID: user, Kind: string(kind), Payload: payload, CreatedAt: now, ExpiresAt: p.Ends,
	})
}

// answer is the squad that a question was about. It fails with confirmation_expired when the minute
// is over, and with confirmation_unknown when it is not theirs or was canceled.
func (s *Service) answer(ctx context.Context, kind question, guild, user snowflake.ID, id uuid.UUID) (uuid.UUID, error) {
	c, err := s.store.Confirmation(ctx, guild, id)
	if errors.Is(err, store.ErrNotFound) || err == nil && (c.UserID != user || c.Kind != string(kind)) {
		return uuid.Nil, unknownQuestion()
	}
	if err != nil {
		return uuid.Nil, err
	}
	if s.now().After(c.ExpiresAt) {
		return uuid.Nil, fault.New(fault.Refused, "confirmation_expired",
			"Time ran out before you confirmed, so nothing has changed. Run the command again.")
	}
	var a asked
	if err := json.Unmarshal(c.Payload, &a); err != nil {
		return uuid.Nil, fmt.Errorf("decode confirmation %s: %w", id, err)
	}
	return a.Squad, nil
}

// ConfirmJoin joins as was proposed; it is checked again, and pressing again has the same outcome. It
// fails as Join does, with confirmation_expired and confirmation_unknown.
func (s *Service) ConfirmJoin(ctx context.Context, guild, user snowflake.ID, name string, id uuid.UUID) (store.Joined, error) {
	squad, err := s.answer(ctx, askJoin, guild, user, id)
	if err != nil {
		return store.Joined{}, err
	}
	return s.Join(ctx, Join{Guild: guild, User: user, Squad: squad, Name: name, Key: "discord:confirmation:" + id.String()})
}

// ConfirmLeave leaves as was proposed, once, and returns the squad. It fails as Leave does, with
// confirmation_expired and confirmation_unknown.
func (s *Service) ConfirmLeave(ctx context.Context, guild, user snowflake.ID, id uuid.UUID) (store.Squad, error) {
	squad, err := s.answer(ctx, askLeave, guild, user, id)
	if err != nil {
		return store.Squad{}, err
	}
	q, err := s.Squad(ctx, guild, squad)
	if err != nil {
		return store.Squad{}, err
	}
	if err := s.Leave(ctx, Leave{Guild: guild, User: user, Squad: squad}); err != nil {
		return store.Squad{}, err
	}
	// It is done: a late press must not end what the member has joined since.
	if err := s.store.DeleteConfirmation(ctx, guild, id); err != nil && !errors.Is(err, store.ErrNotFound) {
		s.log.WarnContext(ctx, "an answered question stays until its minute is over", "guild", guild, "error", err)
	}
	return q, nil
}

// Cancel forgets a question. It fails with confirmation_expired and confirmation_unknown.
func (s *Service) Cancel(ctx context.Context, guild, user snowflake.ID, id uuid.UUID) error {
	_, err := s.answer(ctx, askJoin, guild, user, id)
	if fault.Has(err, codeUnknown) {
		_, err = s.answer(ctx, askLeave, guild, user, id)
	}
	if err != nil {
		return err
	}
	err = s.store.DeleteConfirmation(ctx, guild, id)
	if errors.Is(err, store.ErrNotFound) {
		return unknownQuestion()
	}
	return err
}

const codeUnknown = "confirmation_unknown"

func unknownQuestion() error {
	return fault.New(fault.NotFound, codeUnknown,
		"This question is no longer open, so nothing was changed now. Run the command again if you still want to.")
}
