package economy

import (
	"context"
	"time"

	"github.com/disgoorg/snowflake/v2"

	"github.com/smarter-dev/smarterdev/app/platform/fault"
	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/ui/i18n"
)

// Claim asks for a member's bytes of the day.
type Claim struct {
	Guild, User snowflake.ID
	Name        string // what the member is called, kept with the ledger's row
	Key         string // makes a repetition give the same outcome; may be empty
}

// Claimed is the account after a claim, with what the claim paid.
type Claimed struct {
	Account
	Earned int64 `json:"earned" doc:"Bytes that this claim paid." example:"10"`
}

// Claim pays the bytes of the day, once per UTC calendar day. It fails with the fault
// already_claimed (retry_at) when that was done.
func (s *Service) Claim(ctx context.Context, in Claim) (Claimed, error) {
	cfg, err := s.Settings(ctx, in.Guild)
	if err != nil {
		return Claimed{}, err
	}
	now := s.now()
	c, err := s.store.Claim(ctx, store.Claim{
		Guild: in.Guild, User: in.User, Name: in.Name, Key: in.Key, At: now,
		Amount: cfg.DailyAmount, Tiers: paying(cfg.StreakBonuses), Starting: cfg.StartingBalance,
	})
	if r := store.AsRefusal(err); r != nil && r.Code == store.AlreadyClaimed {
		s.today.mark(in.Guild, in.User, *r.LastDaily)
		return Claimed{}, alreadyClaimed(*r.RetryAt)
	}
	if err != nil {
		return Claimed{}, worded(err)
	}
	s.today.mark(in.Guild, in.User, *c.LastDaily)
	if !c.Again {
		s.Moved(ctx, in.Guild, store.KindDaily, c.Earned, in.User)
		s.reward(ctx, cfg, in.User, c.Earned, c.TotalReceived)
	}
	return Claimed{Account: s.standing(c.Balance, cfg), Earned: c.Earned}, nil
}

// ClaimQuietly claims for a member who did something else: their own balance, a first
// message. earned is 0 when today's bytes were claimed before.
func (s *Service) ClaimQuietly(ctx context.Context, in Claim) (earned int64, err error) {
	done, err := s.today.claimed(ctx, in.Guild, in.User, store.DayOf(s.now()))
	if err != nil || done {
		return 0, err
	}
	c, err := s.Claim(ctx, in)
	if fault.Has(err, store.AlreadyClaimed) {
		return 0, nil
	}
	return c.Earned, err
}

func alreadyClaimed(opens time.Time) error {
	return fault.New(fault.Refused, store.AlreadyClaimed,
		"Today’s bytes are already claimed. The next claim opens on %s.", i18n.Moment(opens)).
		With("retry_at", opens)
}
