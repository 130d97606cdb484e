package store

import (
	"context"
	"fmt"
	"time"

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

// place is where an account is in a ranking.
type place struct {
	value  int64
	opened time.Time
	user   snowflake.ID
}

func (r Ranking) placeOf(b Balance) place { return place{r.of(b), b.CreatedAt, b.UserID} }

// Leaderboard returns the accounts of a guild in their order, from offset on, at most limit. The first thousand
// are counted where they are. A page further down costs the same at any offset, and begins where its first
// account stood up to 60 seconds ago; only the first such page in a while is counted from the top.
func (s *Store) Leaderboard(ctx context.Context, guild snowflake.ID, by Ranking, offset, limit int) ([]Balance, error) {
	if err := by.check(guild); err != nil {
		return nil, err
	}
	c := s.db.reader(ctx)
	if offset >= countable {
		if h := s.ranks.ready(ctx, s.db, histogramKey{guild, by}); h != nil {
			if mark, skip, ok := h.begin(offset); ok {
				found, err := list(c, scanBalance, by.from(">="), guild, mark.value, mark.opened, mark.user, limit, skip, limit+skip)
				return found, wrap("leaderboard", err)
			}
		}
	}
	found, err := list(c, scanBalance, by.top(), guild, limit, offset)
	return found, wrap("leaderboard", err)
}

// LeaderboardAfter returns the accounts of a guild that rank after last, in their order, at most limit; those from
// the first on when last is nil. Whoever goes on from the last account of each page meets every account once, except
// those that change their place meanwhile.
func (s *Store) LeaderboardAfter(ctx context.Context, guild snowflake.ID, by Ranking, last *Balance, limit int) ([]Balance, error) {
	if last == nil {
		return s.Leaderboard(ctx, guild, by, 0, limit)
	}
	if err := by.check(guild); err != nil {
		return nil, err
	}
	after := by.placeOf(*last)
	found, err := list(s.db.reader(ctx), scanBalance, by.from(">"), guild, after.value, after.opened, after.user, limit, 0, limit)
	return found, wrap("leaderboard", err)
}

// top selects $2 accounts of guild $1, without the first $3.
func (r Ranking) top() string {
	return `SELECT ` + balanceColumns + ` FROM balances WHERE guild_id = $1
		ORDER BY guild_id, ` + r.column() + ` DESC, created_at, user_id LIMIT $2 OFFSET $3`
}

// from selects $5 accounts of guild $1 that rank from (">=") or after (">") the place of value $2, opened at $3, of
// user $4, without the first $6 of them: those of as much and as young, then those of less. Both walk the
// leaderboard's index; $7 bounds how far, the sum of $5 and $6.
func (r Ranking) from(compare string) string {
	order := `ORDER BY guild_id, ` + r.column() + ` DESC, created_at, user_id LIMIT $7`
	return fmt.Sprintf(`SELECT %[1]s FROM (
		SELECT * FROM (SELECT %[1]s FROM balances WHERE guild_id = $1 AND %[2]s = $2 AND (created_at, user_id) %[3]s ($3, $4) %[4]s) equal
		UNION ALL
		SELECT * FROM (SELECT %[1]s FROM balances WHERE guild_id = $1 AND %[2]s < $2 %[4]s) less
	) page ORDER BY %[2]s DESC, created_at, user_id LIMIT $5 OFFSET $6`, balanceColumns, r.column(), compare, order)
}
