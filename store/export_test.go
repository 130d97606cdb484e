package store

import "github.com/google/uuid"

// What the benchmarks compare the store with: the very statements, on the bare driver.

// TransferStatement is the one statement of a transfer on PostgreSQL.
const TransferStatement = transferStatement

// ClaimStatement is the one statement of a claim on PostgreSQL.
const ClaimStatement = claimStatement

// TransferArgs are the arguments of TransferStatement.
func TransferArgs(t Transfer) []any {
	o, err := t.order()
	if err != nil {
		panic(err)
	}
	return o.statement().args
}

// ClaimArgs are the arguments of ClaimStatement, for a claim without tiers.
func ClaimArgs(c Claim) []any {
	at := moment(c.At)
	id := NewID(at)
	return bindPostgres([]any{c.Guild, c.User, int32(DayOf(at)), c.Amount, []int32{}, []int64{}, at, id, "auto:" + uuid.NewString(),
		fingerprint("daily", c.User), text(c.Name)})
}

// BalanceColumns are the columns of an account.
const BalanceColumns = balanceColumns
