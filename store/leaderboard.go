package store

import (
	"context"
	"fmt"

	"github.com/disgoorg/snowflake/v2"
)

// Ranking is what a leaderboard goes by.
type Ranking string

// The rankings. Ties go to the older account.
const (
	ByBalance  Ranking = "balance"
	ByReceived Ranking = "received"
)

func (r Ranking) check(ids ...snowflake.ID) error {
	if r != ByBalance && r != ByReceived {
		return fmt.Errorf("%w: a leaderboard goes by balance or received, not %q", ErrInvalid, string(r))
	}
	return checkIDs(ids...)
}

func (r Ranking) column() string {
	if r == ByReceived {
		return "total_received"
	}
	return "balance"
}

func (r Ranking) of(b Balance) int64 {
	if r == ByReceived {
		return b.TotalReceived
	}
	return b.Balance
}

// countAhead counts, up to $5, the accounts of guild $1 that rank before one of value $2, opened at $3, of
// user $4: those of more, then those of as much and older. Both walk the leaderboard's index.
func (r Ranking) countAhead() string {
	return fmt.Sprintf(`SELECT count(*) FROM (
		SELECT 1 FROM (SELECT 1 FROM balances WHERE guild_id = $1 AND %[1]s > $2 LIMIT $5) more
		UNION ALL
		SELECT 1 FROM (SELECT 1 FROM balances WHERE guild_id = $1 AND %[1]s = $2 AND (created_at, user_id) < ($3, $4) LIMIT $5) older
	) ahead`, r.column())
}

// Leaderboard returns the accounts of a guild in their order, from offset on, at most limit. The first
// pages cost the same in a guild of a thousand members and of a million.
func (s *Store) Leaderboard(ctx context.Context, guild snowflake.ID, by Ranking, offset, limit int) ([]Balance, error) {
	if err := by.check(guild); err != nil {
		return nil, err
	}
	found, err := list(s.db.reader(ctx), scanBalance, `SELECT `+balanceColumns+` FROM balances WHERE guild_id = $1
		ORDER BY guild_id, `+by.column()+` DESC, created_at, user_id LIMIT $2 OFFSET $3`, guild, limit, offset)
	return found, wrap("leaderboard", err)
}
