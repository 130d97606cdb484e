package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/disgoorg/snowflake/v2"
)

// Tier multiplies the daily amount of a streak that has reached Threshold days.
type Tier struct {
	Threshold  int
	Multiplier int64
}

// Claim is a member's daily claim; the day is DayOf(At). The account is opened with Starting when it is not
// there. Amount and Tiers are the guild's settings at the time.
type Claim struct {
	Guild, User snowflake.ID
	Name        string // at the time, for the ledger
	Amount      int64
	Tiers       []Tier // in any order
	Starting    int64
	At          time.Time
	Key         string // idempotency key, "caller:key"; empty for none
}

// Claimed is a claim that was paid.
type Claimed struct {
	Balance       // after it
	Earned  int64 `json:"earned" doc:"Bytes paid by this claim." example:"20"`
	Again   bool  `json:"-"` // the remembered outcome of an earlier call with the same key: nothing was paid now
}

type claimOrder struct {
	Claim
	identified
	day Day
}

// Claim pays the daily claim once a UTC day. A *Refusal with AlreadyClaimed says that this day, or a later
// one when the clock was set back, is claimed. Claimed the day before, the streak grows by one, else it
// begins at one. Keys are as in Transfer.
func (s *Store) Claim(ctx context.Context, c Claim) (Claimed, error) {
	if err := checkAccount(c.Guild, c.User, c.Starting); err != nil {
		return Claimed{}, err
	}
	if c.Amount < 0 || c.Amount > MaxBalance {
		return Claimed{}, fmt.Errorf("%w: a daily amount of %d bytes", ErrInvalid, c.Amount)
	}
	for _, t := range c.Tiers {
		if t.Multiplier < 1 || c.Amount > MaxBalance/t.Multiplier {
			return Claimed{}, fmt.Errorf("%w: %d bytes times %d", ErrInvalid, c.Amount, t.Multiplier)
		}
	}
	c.At = moment(c.At)
	out, err := s.db.claim(ctx, claimOrder{c, identified{
		id: NewID(c.At), guild: c.Guild, key: c.Key, at: c.At, request: fingerprint("daily", c.User),
	}, DayOf(c.At)})
	if err == nil && out.refusal != nil {
		return Claimed{}, out.refusal
	}
	return out.claimed, wrap("claim", err)
}

// multiplier is that of the highest threshold that the streak has reached, 1 below the first.
func (o claimOrder) multiplier(streak int) int64 {
	reached := slices.DeleteFunc(slices.Clone(o.Tiers), func(t Tier) bool { return t.Threshold > streak })
	if len(reached) == 0 {
		return 1
	}
	return slices.MaxFunc(reached, func(a, b Tier) int { return cmp.Compare(a.Threshold, b.Threshold) }).Multiplier
}

func (o claimOrder) account() Account {
	return Account{Guild: o.Guild, User: o.User, Name: o.Name, Starting: o.Starting, At: o.At}
}

// claimIn is the claim in a transaction of several statements.
func claimIn(c conn, o claimOrder) (outcome, error) {
	b, err := lockAccount(c, o.account())
	if err != nil {
		return outcome{}, err
	}
	streak := 1
	if b.LastDaily != nil && *b.LastDaily == o.day-1 {
		streak = b.Streak + 1
	}
	earned := o.Amount * o.multiplier(streak)
	switch {
	case b.LastDaily != nil && *b.LastDaily >= o.day:
		return refuseClaim(c, o, AlreadyClaimed, facts{Amount: earned, Balance: b.Balance, LastDaily: (*int32)(b.LastDaily)})
	case b.Balance > MaxBalance-earned:
		return refuseClaim(c, o, OverMaxBalance, facts{Amount: earned, Balance: b.Balance, Max: MaxBalance})
	}
	after := b
	after.Balance, after.TotalReceived = b.Balance+earned, b.TotalReceived+earned
	after.Streak, after.LastDaily, after.UpdatedAt = streak, &o.day, o.At
	f := factsOf(after)
	f.Earned = earned
	id := &o.id
	if earned == 0 {
		id = nil
	}
	free, err := remember(c, o.identified, id, "", &f)
	if err != nil {
		return outcome{}, err
	}
	if !free {
		return recallClaim(c, o)
	}
	if err := payClaim(c, o, b, after, earned); err != nil {
		return outcome{}, err
	}
	return outcome{claimed: Claimed{Balance: after, Earned: earned}}, nil
}

// payClaim writes the account and the row; a claim of nothing has no row.
func payClaim(c conn, o claimOrder, before, after Balance, earned int64) error {
	if earned == 0 {
		_, err := c.exec(`UPDATE balances SET streak = $3, last_daily = $4, updated_at = $5 WHERE guild_id = $1 AND user_id = $2`,
			o.Guild, o.User, after.Streak, after.LastDaily, after.UpdatedAt)
		return err
	}
	before.Streak, before.LastDaily = after.Streak, after.LastDaily
	_, err := move(c, Transaction{ID: o.id, GuildID: o.Guild, Kind: KindDaily, FromID: Bank, ToName: text(o.Name),
		Amount: earned, CreatedAt: o.At}, nil, &before)
	return err
}

func refuseClaim(c conn, o claimOrder, code string, f facts) (outcome, error) {
	free, err := remember(c, o.identified, nil, code, &f)
	if err != nil {
		return outcome{}, err
	}
	if !free {
		return recallClaim(c, o)
	}
	return outcome{refusal: f.refusal(code)}, nil
}

// recallClaim returns the remembered outcome of a claim: the account as it was left then.
func recallClaim(c conn, o claimOrder) (outcome, error) {
	m, err := recall(c, o.identified)
	if err != nil {
		return outcome{}, err
	}
	if m.refusal != nil {
		return m.refused()
	}
	f, err := m.figures()
	if err != nil {
		return outcome{}, err
	}
	again := m.ledgerID == nil || *m.ledgerID != o.id
	return outcome{claimed: Claimed{Balance: f.account(o.Guild, o.User), Earned: f.Earned, Again: again}}, nil
}

func factsOf(b Balance) facts {
	return facts{
		Balance: b.Balance, TotalReceived: b.TotalReceived, TotalSent: b.TotalSent, Streak: b.Streak,
		LastDaily: (*int32)(b.LastDaily), LastSentAt: b.LastSentAt, CreatedAt: &b.CreatedAt, UpdatedAt: &b.UpdatedAt,
	}
}

func (f facts) account(guild, user snowflake.ID) Balance {
	b := Balance{
		GuildID: guild, UserID: user, Balance: f.Balance, TotalReceived: f.TotalReceived, TotalSent: f.TotalSent,
		Streak: f.Streak, LastDaily: (*Day)(f.LastDaily), LastSentAt: utc(f.LastSentAt),
	}
	if f.CreatedAt != nil {
		b.CreatedAt = f.CreatedAt.UTC()
	}
	if f.UpdatedAt != nil {
		b.UpdatedAt = f.UpdatedAt.UTC()
	}
	return b
}
