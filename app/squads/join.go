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
	"github.com/smarter-dev/smarterdev/ui/i18n"
)

// Join asks to move a member into a squad, out of another one if they are in it.
type Join struct {
	Guild, User snowflake.ID
	Squad       uuid.UUID
	Name        string // what the member is called, kept with the ledger's row
	Key         string // makes a repetition give the same outcome; may be empty
}

// Join charges the fee and makes the member one of the squad; the role in Discord follows. It fails
// with not_found, and refusals win in this order: already_member, squad_inactive, squad_full
// (max_members), insufficient_balance (price, balance, shortfall). The same Key gives
// the same outcome again; with another request it fails with idempotency_mismatch.
func (s *Service) Join(ctx context.Context, in Join) (store.Joined, error) {
	cfg, err := s.economy.Settings(ctx, in.Guild)
	if err != nil {
		return store.Joined{}, err
	}
	done, err := s.store.Join(ctx, store.Join{
		Guild: in.Guild, User: in.User, Squad: in.Squad, Name: in.Name, Key: in.Key,
		Starting: cfg.StartingBalance, At: s.now(),
		Then: []river.JobArgs{rolesync.Member{Guild: in.Guild, User: in.User}},
	})
	if err != nil {
		return store.Joined{}, s.notJoined(ctx, in.Guild, in.Squad, err)
	}
	if !done.Again {
		squads := []uuid.UUID{done.Squad.ID}
		if done.Previous != nil {
			squads = append(squads, *done.Previous)
		}
		s.moved(ctx, in.Guild, in.User, squads...)
		if done.Cost > 0 {
			s.economy.Moved(ctx, in.Guild, store.KindSquadFee, done.Cost, in.User)
		}
	}
	return done, nil
}

// notJoined words why a member was not let in.
func (s *Service) notJoined(ctx context.Context, guild snowflake.ID, id uuid.UUID, err error) error {
	if errors.Is(err, store.ErrKeyReused) {
		return fault.KeyReused()
	}
	r := store.AsRefusal(err)
	if r == nil {
		return found(err, id)
	}
	var gone bool
	if r.Code == store.SquadInactive {
		q, err := s.store.Squad(ctx, guild, id)
		gone = err == nil && q.RoleGone
	}
	return refused(r, gone)
}

// refused words a refusal; roleGone is why an inactive squad is inactive.
func refused(r *store.Refusal, roleGone bool) error {
	switch r.Code {
	case store.AlreadyMember:
		return fault.New(fault.Refused, r.Code, "Already a member of this squad. Nothing was charged.")
	case store.SquadInactive:
		if roleGone {
			return fault.New(fault.Refused, r.Code,
				"This squad is not active: its role was deleted in Discord. An admin can give it another role.")
		}
		return fault.New(fault.Refused, r.Code, "This squad is not active, so it cannot be joined at the moment.")
	case store.SquadFull:
		return fault.New(fault.Refused, r.Code,
			"This squad is full, with %s. Choose another, or wait until somebody leaves.", i18n.Count(r.Max, "%s member", "%s members")).
			With("max_members", r.Max)
	case store.InsufficientBalance:
		return fault.New(fault.Refused, r.Code,
			"Refused, insufficient balance: joining costs %s, the balance is %s, %s short.",
			i18n.Bytes(r.Amount), i18n.Bytes(r.Balance), i18n.Bytes(r.Amount-r.Balance)).
			With("price", r.Amount).With("balance", r.Balance).With("shortfall", r.Amount-r.Balance)
	}
	return r
}

// toMember words refusals for the member who wants to join.
func toMember(err error) error {
	f := fault.As(err)
	if f == nil {
		return err
	}
	switch f.Code {
	case store.AlreadyMember:
		return fault.New(f.Kind, f.Code, "You are already in this squad, so nothing was charged.")
	case store.InsufficientBalance:
		balance, _ := f.Data["balance"].(int64)
		price, _ := f.Data["price"].(int64)
		return fault.New(f.Kind, f.Code, "You have %s; joining costs %s.", i18n.Bytes(balance), i18n.Bytes(price))
	}
	return err
}

// Choice is a squad with what joining it would come to for one member now.
type Choice struct {
	store.Squad
	store.Offer
}

// Choices are the squads that a member can look at, in their order: all that are active. It opens
// no account; without one it judges by what the account would begin with.
func (s *Service) Choices(ctx context.Context, guild, user snowflake.ID) ([]Choice, error) {
	squads, err := s.recent(ctx, guild)
	if err != nil {
		return nil, err
	}
	judge, err := s.judge(ctx, guild, user)
	if err != nil {
		return nil, err
	}
	choices := []Choice{}
	for _, q := range squads {
		if q.Active {
			choices = append(choices, judge(q))
		}
	}
	return choices, nil
}

// judge looks at a member and returns what says of a squad what joining it would come to.
func (s *Service) judge(ctx context.Context, guild, user snowflake.ID) (func(store.Squad) Choice, error) {
	last, err := s.store.LastMembership(ctx, guild, user)
	if err != nil {
		return nil, err
	}
	var balance int64
	st, err := s.economy.Look(ctx, guild, user)
	switch {
	case err == nil:
		balance = st.Balance.Balance
	case errors.Is(err, store.ErrNotFound):
		cfg, err := s.economy.Settings(ctx, guild)
		if err != nil {
			return nil, err
		}
		balance = cfg.StartingBalance
	default:
		return nil, err
	}
	now := s.now()
	return func(q store.Squad) Choice { return Choice{q, q.Offer(last, balance, now)} }, nil
}
