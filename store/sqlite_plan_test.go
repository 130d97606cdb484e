package store

import (
	"strings"
	"testing"

	"github.com/disgoorg/snowflake/v2"
	"github.com/stretchr/testify/require"
)

// plan returns how SQLite would carry a statement out.
func plan(t *testing.T, s *Store, sql string, args ...any) string {
	t.Helper()
	type step struct{ detail string }
	scan := func(r row) (st step, err error) {
		var id, parent, unused int64
		return st, r.Scan(&id, &parent, &unused, &st.detail)
	}
	steps, err := list(s.db.reader(t.Context()), scan, `EXPLAIN QUERY PLAN `+sql, args...)
	require.NoError(t, err, sql)
	var lines []string
	for _, st := range steps {
		lines = append(lines, st.detail)
	}
	return strings.Join(lines, "\n")
}

// Every list walks an index in its order: it reads no more rows than it returns, and sorts none.
func TestListsWalkIndexes(t *testing.T) {
	t.Parallel()
	s, _ := openWriter(t)
	id, kind, seq := snowflake.ID(7), KindTransfer, int64(9)
	for name, c := range map[string]struct {
		filter TransactionFilter
		plan   string
	}{
		"guild":     {TransactionFilter{}, "SEARCH ledger USING PRIMARY KEY (guild_id=?)"},
		"page":      {TransactionFilter{Before: &seq}, "SEARCH ledger USING PRIMARY KEY (guild_id=? AND seq<?)"},
		"from":      {TransactionFilter{From: &id}, "SEARCH ledger USING INDEX ledger_by_from (guild_id=? AND from_id=?)"},
		"from page": {TransactionFilter{From: &id, Before: &seq}, "SEARCH ledger USING INDEX ledger_by_from (guild_id=? AND from_id=? AND seq<?)"},
		"to page":   {TransactionFilter{To: &id, Before: &seq}, "SEARCH ledger USING INDEX ledger_by_to (guild_id=? AND to_id=? AND seq<?)"},
		"kind page": {TransactionFilter{Kind: &kind, Before: &seq}, "SEARCH ledger USING INDEX ledger_by_kind (guild_id=? AND kind=? AND seq<?)"},
	} {
		sql, args := c.filter.query()
		require.Equal(t, c.plan, plan(t, s, sql, args...), name)
	}
	sql, args := TransactionFilter{User: &id, Before: &seq}.query()
	p := plan(t, s, sql, args...)
	require.Contains(t, p, "SEARCH ledger USING INDEX ledger_by_from (guild_id=? AND from_id=? AND seq<?)", p)
	require.Contains(t, p, "SEARCH ledger USING INDEX ledger_by_to (guild_id=? AND to_id=? AND seq<?)", p)

	for _, by := range []Ranking{ByBalance, ByReceived} {
		p := plan(t, s, by.top(), 1, 10, 0)
		require.Contains(t, p, "balances_by_"+string(by))
		require.NotContains(t, p, "TEMP B-TREE")
		p = plan(t, s, by.from(">="), 1, 2, 3, 4, 5, 6, 11)
		require.Contains(t, p, "balances_by_"+string(by)+" (guild_id=? AND "+by.column()+"=? AND (created_at,user_id)>(?,?))", p)
		require.Contains(t, p, "balances_by_"+string(by)+" (guild_id=? AND "+by.column()+"<?)", p)
		p = plan(t, s, by.countAhead(), 1, 2, 3, 4, 5)
		require.Equal(t, 2, strings.Count(p, "COVERING INDEX balances_by_"+string(by)), p)
	}
	p = plan(t, s, selectPostings)
	require.NotContains(t, p, "TEMP B-TREE", "the proof holds no table in memory: %s", p)
}
