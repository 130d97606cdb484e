package store

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/disgoorg/snowflake/v2"
	"github.com/google/uuid"
)

// Kind says why bytes moved.
type Kind string

// The kinds of rows in the ledger.
const (
	KindOpening    Kind = "opening"    // the starting balance, minted
	KindDaily      Kind = "daily"      // a daily claim, minted
	KindTransfer   Kind = "transfer"   // from one member to another
	KindSquadFee   Kind = "squad_fee"  // burned for joining a squad
	KindAdjustment Kind = "adjustment" // given or taken by an admin
	KindReversal   Kind = "reversal"   // undoes the row that Reverses names
)

// Transaction is one row of the ledger: Amount bytes from one account to another, immutable.
type Transaction struct {
	ID          uuid.UUID    `json:"id" doc:"A UUIDv7." example:"019a0000-0000-7000-8000-000000000001"`
	GuildID     snowflake.ID `json:"guild_id" doc:"The guild." example:"1000000000000000001"`
	Seq         int64        `json:"-"` // orders the rows of a guild; the cursor of a list
	Kind        Kind         `json:"kind" enum:"opening,daily,transfer,squad_fee,adjustment,reversal" doc:"Why bytes moved." example:"transfer"`
	FromID      snowflake.ID `json:"giver_id" doc:"Who paid; 0 is the bank, which mints." example:"1000000000000000002"`
	FromName    *string      `json:"giver_username" doc:"Their name at the time; null for the bank." example:"ada"`
	ToID        snowflake.ID `json:"receiver_id" doc:"Who received; 0 is the bank, which burns." example:"1000000000000000003"`
	ToName      *string      `json:"receiver_username" doc:"Their name at the time; null for the bank." example:"grace"`
	Amount      int64        `json:"amount" doc:"Bytes moved." example:"50"`
	FromBalance *int64       `json:"-"` // after it; nil for the bank
	ToBalance   *int64       `json:"-"` // after it; nil for the bank
	Reason      *string      `json:"reason" doc:"What the giver said." example:"thank you"`
	Reverses    *uuid.UUID   `json:"reverses" doc:"The transaction that this one undoes."`
	CreatedAt   time.Time    `json:"created_at" doc:"When." example:"2026-11-22T15:04:05Z"`
	Received    int64        `json:"-"` // by the account that earned or gave back, in all and after it; 0 when the row was read, not just written
	Again       bool         `json:"-"` // the remembered outcome of an earlier call with the same key: nothing moved now
}

const ledgerColumns = `guild_id, seq, id, kind, from_id, from_name, to_id, to_name, amount, from_balance, to_balance, reason, reverses, created_at`

func scanTransaction(r row) (Transaction, error) {
	var t Transaction
	err := r.Scan(&t.GuildID, &t.Seq, &t.ID, &t.Kind, &t.FromID, &t.FromName, &t.ToID, &t.ToName,
		&t.Amount, &t.FromBalance, &t.ToBalance, &t.Reason, &t.Reverses, &t.CreatedAt)
	return t, err
}

const selectTransaction = `SELECT ` + ledgerColumns + ` FROM ledger WHERE guild_id = $1 AND id = $2`

// Transaction returns one row of a guild's ledger, ErrNotFound when there is none.
func (s *Store) Transaction(ctx context.Context, guild snowflake.ID, id uuid.UUID) (Transaction, error) {
	if err := checkIDs(guild); err != nil {
		return Transaction{}, err
	}
	t, err := one(s.db.reader(ctx), scanTransaction, selectTransaction, guild, id)
	return t, wrap("read transaction", err)
}

// ReversedBy returns the row that reverses the given one, ErrNotFound when none does.
func (s *Store) ReversedBy(ctx context.Context, guild snowflake.ID, id uuid.UUID) (Transaction, error) {
	if err := checkIDs(guild); err != nil {
		return Transaction{}, err
	}
	t, err := one(s.db.reader(ctx), scanTransaction, selectReversal, guild, id)
	return t, wrap("read reversal", err)
}

// Reversed returns which of the given rows of a guild are undone.
func (s *Store) Reversed(ctx context.Context, guild snowflake.ID, ids ...uuid.UUID) (map[uuid.UUID]bool, error) {
	undone := make(map[uuid.UUID]bool, len(ids))
	if len(ids) == 0 {
		return undone, nil
	}
	if err := checkIDs(guild); err != nil {
		return nil, err
	}
	args, places := []any{guild}, make([]string, len(ids))
	for i, id := range ids {
		args, places[i] = append(args, id), "$"+strconv.Itoa(i+2)
	}
	for id, err := range all(s.db.reader(ctx), scalar[uuid.UUID],
		`SELECT reverses FROM ledger WHERE guild_id = $1 AND reverses IN (`+strings.Join(places, ", ")+`)`, args...) {
		if err != nil {
			return nil, wrap("read reversals", err)
		}
		undone[id] = true
	}
	return undone, nil
}

const selectReversal = `SELECT ` + ledgerColumns + ` FROM ledger WHERE guild_id = $1 AND reverses = $2`

// TransactionFilter picks rows of one guild's ledger; nil fields do not filter.
type TransactionFilter struct {
	Guild  snowflake.ID
	User   *snowflake.ID // on either side
	From   *snowflake.ID
	To     *snowflake.ID
	Kind   *Kind
	Before *int64 // rows with a smaller Seq: the cursor of the next page
	Limit  int    // 0 means 100
}

// Transactions returns the rows that the filter picks, newest first.
func (s *Store) Transactions(ctx context.Context, f TransactionFilter) ([]Transaction, error) {
	if err := checkIDs(f.Guild, value(f.User), value(f.From), value(f.To)); err != nil {
		return nil, err
	}
	sql, args := f.query()
	found, err := list(s.db.reader(ctx), scanTransaction, sql, args...)
	return found, wrap("list transactions", err)
}

// query writes the filter as SQL. A user on either side is the union of both sides, each already limited:
// so that every filter walks one index backwards and reads no more rows than it returns.
func (f TransactionFilter) query() (string, []any) {
	var args []any
	arg := func(v any) string {
		args = append(args, v)
		return "$" + strconv.Itoa(len(args))
	}
	where := []string{"guild_id = " + arg(f.Guild)}
	if f.From != nil {
		where = append(where, "from_id = "+arg(*f.From))
	}
	if f.To != nil {
		where = append(where, "to_id = "+arg(*f.To))
	}
	if f.Kind != nil {
		where = append(where, "kind = "+arg(string(*f.Kind)))
	}
	if f.Before != nil {
		where = append(where, "seq < "+arg(*f.Before))
	}
	limit := f.Limit
	if limit <= 0 {
		limit = 100
	}
	end := " ORDER BY seq DESC LIMIT " + arg(limit)
	one := func(also string) string {
		return "SELECT " + ledgerColumns + " FROM ledger WHERE " + strings.Join(where, " AND ") + also + end
	}
	if f.User == nil {
		return one(""), args
	}
	user := arg(*f.User)
	return fmt.Sprintf("SELECT %s FROM (SELECT * FROM (%s) sent UNION ALL SELECT * FROM (%s) received) both_sides%s",
		ledgerColumns, one(" AND from_id = "+user), one(" AND to_id = "+user), end), args
}

func value[T any](p *T) T {
	if p == nil {
		var none T
		return none
	}
	return *p
}
