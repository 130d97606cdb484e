package store

import (
	"context"
	"errors"
	"time"

	"github.com/disgoorg/snowflake/v2"
	"github.com/google/uuid"
	"github.com/riverqueue/river"
)

// The codes of a Refusal that squads have.
const (
	AlreadyMember = "already_member" // the member is in this squad
	SquadInactive = "squad_inactive" // it cannot be joined for now
	SquadFull     = "squad_full"     // Max members are in it
)

// Join moves a member into a squad, out of another one if they are in it. The account is opened with Starting
// when it is not there.
type Join struct {
	Guild, User snowflake.ID
	Squad       uuid.UUID
	Name        string // of the member at the time, for the ledger
	Starting    int64
	At          time.Time
	Key         string          // idempotency key, "caller:key"; empty for none
	Then        []river.JobArgs // inserted with the membership
}

// Joined is what joining came to.
type Joined struct {
	Squad    Squad      `json:"squad"`
	Cost     int64      `json:"cost" doc:"Bytes that it took." example:"50"`
	Balance  int64      `json:"balance" doc:"Bytes that are left." example:"60"`
	Previous *uuid.UUID `json:"previous_squad_id" doc:"The squad that the member was in; null for none."`
	Again    bool       `json:"-"` // the remembered outcome of an earlier call with the same key: nothing happened now
}

// joined is what a key remembers of a membership, beside its cost and the balance after it.
type joined struct {
	Squad    uuid.UUID  `json:"squad"`
	Previous *uuid.UUID `json:"previous,omitempty"`
}

// Join carries it out: fee, membership and jobs in one transaction. ErrNotFound when the guild has no such
// squad. A *Refusal says that it is not possible, see Squad.Offer. Keys are as in Transfer.
func (s *Store) Join(ctx context.Context, j Join) (Joined, error) {
	if err := checkAccount(j.Guild, j.User, j.Starting); err != nil {
		return Joined{}, err
	}
	j.At = moment(j.At)
	i := identified{id: NewID(j.At), guild: j.Guild, key: j.Key, at: j.At,
		request: fingerprint("join", j.User, j.Squad)}.always()
	var done Joined
	out, err := s.once(ctx, func(c conn) (out outcome, err error) {
		done, out.refusal, err = j.in(c, i)
		return out, err
	})
	switch {
	case err != nil:
		return Joined{}, wrap("join squad", err)
	case out.refusal != nil:
		return Joined{}, out.refusal
	}
	return done, nil
}

// in locks the squad before the account, always in this order, and judges by what it has locked.
func (j Join) in(c conn, i identified) (Joined, *Refusal, error) {
	if done, refused, err := recallJoin(c, i); !errors.Is(err, ErrNotFound) {
		return done, refused, err
	}
	q, err := lockSquad(c, j.Guild, j.Squad)
	if err != nil {
		return Joined{}, nil, err
	}
	b, err := lockAccount(c, Account{Guild: j.Guild, User: j.User, Name: j.Name, Starting: j.Starting, At: j.At})
	if err != nil {
		return Joined{}, nil, err
	}
	last, err := lastMembership(c, j.Guild, j.User, c.dialect().forUpdate)
	if err != nil {
		return Joined{}, nil, err
	}
	offer := q.Offer(last, b.Balance, j.At)
	f := facts{Amount: offer.Cost, Balance: b.Balance}
	if r := offer.Refusal; r != nil {
		f.Max = r.Max
		free, err := remember(c, i, nil, r.Code, &f)
		if err != nil || free {
			return Joined{}, r, err
		}
		return recallJoin(c, i)
	}

	done := Joined{Squad: q, Cost: offer.Cost, Balance: b.Balance - offer.Cost}
	done.Squad.MemberCount++
	if last.Nth > 0 && last.EndedAt == nil {
		done.Previous = &last.SquadID
	}
	f.Balance, f.Joined = done.Balance, &joined{Squad: q.ID, Previous: done.Previous}
	var fee *uuid.UUID
	if done.Cost > 0 {
		fee = &i.id
	}
	free, err := remember(c, i, fee, "", &f)
	if err != nil {
		return Joined{}, nil, err
	}
	if !free {
		return recallJoin(c, i)
	}
	return done, nil, j.write(c, i.id, done, last, b)
}

// write pays the fee and writes the membership. A fee of nothing leaves no row in the ledger.
func (j Join) write(c conn, fee uuid.UUID, done Joined, last Membership, b Balance) error {
	if done.Cost > 0 {
		_, err := move(c, Transaction{ID: fee, GuildID: j.Guild, Kind: KindSquadFee, FromName: text(j.Name), ToID: Bank,
			Amount: done.Cost, Reason: text(done.Squad.Name), CreatedAt: j.At}, &b, nil)
		if err != nil {
			return err
		}
	}
	if done.Previous != nil {
		if _, err := endMembership(c, last, EndSwitched, j.At); err != nil {
			return err
		}
	}
	_, err := c.exec(`INSERT INTO memberships (`+membershipColumns+`) VALUES ($1, $2, $3, $4, $5, $6, NULL, NULL)`,
		j.Guild, j.User, j.Squad, last.Nth+1, done.Cost, j.At)
	if err != nil {
		return err
	}
	return c.enqueue(j.Then)
}

// recallJoin returns what an earlier call with this key came to, ErrNotFound when there was none. The squad is
// as it is now, also when it was deleted since.
func recallJoin(c conn, i identified) (Joined, *Refusal, error) {
	m, err := recall(c, i)
	if err != nil {
		return Joined{}, nil, err
	}
	f, err := m.figures()
	if err != nil {
		return Joined{}, nil, err
	}
	if m.refusal != nil {
		r := f.refusal(*m.refusal)
		r.Again = true
		return Joined{}, r, nil
	}
	done := Joined{Cost: f.Amount, Balance: f.Balance, Previous: f.Joined.Previous, Again: true}
	done.Squad, err = one(c, scanSquad, selectSquad, i.guild, f.Joined.Squad)
	return done, nil, err
}
