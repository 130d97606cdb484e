package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/disgoorg/snowflake/v2"
	"github.com/riverqueue/river"
)

// MaxAdjustment is the most bytes that one adjustment gives or takes.
const MaxAdjustment int64 = 1_000_000

// Adjust gives a member bytes from the bank, or takes them. The account is opened with Starting when it is
// not there.
type Adjust struct {
	Guild, User snowflake.ID
	Name        string // at the time, for the ledger
	Amount      int64  // bytes; negative takes
	Reason      string
	Starting    int64
	At          time.Time
	Key         string     // idempotency key, "caller:key"; empty for none
	Audit       AuditEntry // who did it; After is the transaction unless it is given
	Then        []river.JobArgs
}

// Adjust carries out an adjustment and returns its row; the audit entry and the jobs are written with it. A
// *Refusal with InsufficientBalance says that the member has less than would be taken. Keys are as in Transfer.
func (s *Store) Adjust(ctx context.Context, a Adjust) (Transaction, error) {
	if err := errors.Join(checkAccount(a.Guild, a.User, a.Starting), checkIDs(a.Audit.Actor.ID)); err != nil {
		return Transaction{}, err
	}
	if a.Amount == 0 || a.Amount > MaxAdjustment || a.Amount < -MaxAdjustment {
		return Transaction{}, fmt.Errorf("%w: an adjustment of %d bytes is outside ±1–%d", ErrInvalid, a.Amount, MaxAdjustment)
	}
	a.At = moment(a.At)
	i := identified{id: NewID(a.At), guild: a.Guild, key: a.Key, at: a.At,
		request: fingerprint("adjustment", a.User, a.Amount, a.Reason)}.always()
	out, err := s.once(ctx, func(c conn) (outcome, error) { return a.in(c, i) })
	return out.transaction("adjust", err)
}

func (a Adjust) in(c conn, i identified) (outcome, error) {
	b, err := lockAccount(c, Account{Guild: a.Guild, User: a.User, Name: a.Name, Starting: a.Starting, At: a.At})
	if err != nil {
		return outcome{}, err
	}
	row := Transaction{ID: i.id, GuildID: a.Guild, Kind: KindAdjustment, Amount: max(a.Amount, -a.Amount),
		Reason: text(a.Reason), CreatedAt: a.At}
	from, to := (*Balance)(nil), &b
	row.ToName = text(a.Name)
	if a.Amount < 0 {
		from, to = to, from
		row.FromName, row.ToName = row.ToName, row.FromName
	}
	return settle(c, i, row, from, to, a.Audit, a.Then)
}

// settle carries out a movement that an admin ordered, whose accounts are locked: judge, remember, move,
// record.
func settle(c conn, i identified, row Transaction, from, to *Balance, audit AuditEntry, then []river.JobArgs) (outcome, error) {
	if from != nil && from.Balance < row.Amount {
		return refuse(c, i, InsufficientBalance, facts{Amount: row.Amount, Balance: from.Balance})
	}
	if to != nil && to.Balance > MaxBalance-row.Amount {
		return refuse(c, i, OverMaxBalance, facts{Amount: row.Amount, Balance: to.Balance, Max: MaxBalance})
	}
	free, err := remember(c, i, &i.id, "", nil)
	if err != nil {
		return outcome{}, err
	}
	if !free {
		return recallOutcome(c, i)
	}
	if row, err = move(c, row, from, to); err != nil {
		return outcome{}, err
	}
	if err := writeChange(c, audit, i.guild, i.at, nil, row); err != nil {
		return outcome{}, err
	}
	return outcome{row: row}, c.enqueue(then)
}

// once carries out a money operation of several statements. Its key makes it safe to repeat when the
// connection was lost, as long as a write may take: the repeat finds what the first has done.
func (s *Store) once(ctx context.Context, do func(conn) (outcome, error)) (out outcome, err error) {
	begun := time.Now()
	for attempt := range attempts {
		err = s.db.write(ctx, func(c conn) (err error) {
			out, err = do(c)
			return err
		})
		if !errors.Is(err, errLost) || time.Since(begun) > writeTimeout {
			break
		}
		ctx = context.WithoutCancel(ctx) // a caller who left would not know what became of it
		if err := pause(ctx, time.Duration(attempt+1)*20*time.Millisecond); err != nil {
			return out, err
		}
	}
	return out, err
}
