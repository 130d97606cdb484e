package storetest

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/disgoorg/snowflake/v2"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/store"
)

func listsTransactions(t *testing.T, db Database) {
	s := db.Migrated(t)
	for i := range 30 {
		order := send(i%4, 4+i%3, 1)
		order.At = noon.Add(-time.Duration(i) * time.Minute) // times run backwards; the order must not
		_, err := s.Transfer(t.Context(), order)
		require.NoError(t, err)
	}
	elsewhere := send(0, 4, 1)
	elsewhere.Guild++
	_, err := s.Transfer(t.Context(), elsewhere)
	require.NoError(t, err)

	everything, err := s.Transactions(t.Context(), store.TransactionFilter{Guild: guild})
	require.NoError(t, err)
	require.Len(t, everything, 30+7)
	require.True(t, slices.IsSortedFunc(everything, func(a, b store.Transaction) int { return int(b.Seq - a.Seq) }))

	one, six, bank := user(1), user(6), store.Bank
	for name, c := range map[string]struct {
		filter store.TransactionFilter
		keep   func(store.Transaction) bool
	}{
		"user":          {store.TransactionFilter{User: &six}, func(r store.Transaction) bool { return r.FromID == six || r.ToID == six }},
		"from":          {store.TransactionFilter{From: &one}, func(r store.Transaction) bool { return r.FromID == one }},
		"to":            {store.TransactionFilter{To: &six}, func(r store.Transaction) bool { return r.ToID == six }},
		"from and to":   {store.TransactionFilter{From: &one, To: &six}, func(r store.Transaction) bool { return r.FromID == one && r.ToID == six }},
		"kind":          {store.TransactionFilter{Kind: new(store.KindOpening)}, func(r store.Transaction) bool { return r.Kind == store.KindOpening }},
		"user and kind": {store.TransactionFilter{User: &six, Kind: new(store.KindTransfer)}, func(r store.Transaction) bool { return r.Kind == store.KindTransfer && r.ToID == six }},
		"user and from": {store.TransactionFilter{User: &six, From: &bank}, func(r store.Transaction) bool { return r.FromID == bank && r.ToID == six }},
	} {
		want := slices.DeleteFunc(slices.Clone(everything), func(r store.Transaction) bool { return !c.keep(r) })
		require.NotEmpty(t, want, name)
		c.filter.Guild = guild
		got, err := s.Transactions(t.Context(), c.filter)
		require.NoError(t, err, name)
		require.Equal(t, want, got, name)

		var paged []store.Transaction
		for c.filter.Limit = 3; ; {
			page, err := s.Transactions(t.Context(), c.filter)
			require.NoError(t, err, name)
			if len(page) == 0 {
				break
			}
			require.LessOrEqual(t, len(page), 3, name)
			paged = append(paged, page...)
			c.filter.Before = &page[len(page)-1].Seq
		}
		require.Equal(t, want, paged, "%s, by pages", name)
	}
	none, err := s.Transactions(t.Context(), store.TransactionFilter{Guild: guild + 7})
	require.NoError(t, err)
	require.NotNil(t, none)
	require.Empty(t, none)
}

// ranks compares leaderboard and rank with a sort in memory.
func ranks(t *testing.T, db Database) {
	s := db.Migrated(t)
	r := rand.New(rand.NewPCG(3, 4))
	const members = 60
	for who := range members {
		_, err := s.OpenAccount(t.Context(), store.Account{Guild: guild, User: user(who), Starting: int64(r.IntN(5)) * 100,
			At: noon.Add(time.Duration(r.IntN(10)) * time.Minute)})
		require.NoError(t, err)
	}
	for range 40 {
		from := r.IntN(members)
		_, err := s.Transfer(t.Context(), send(from, (from+1+r.IntN(members-1))%members, int64(1+r.IntN(3))*50))
		require.True(t, err == nil || code(err) == store.InsufficientBalance, "%v", err)
	}
	accounts, err := s.Balances(t.Context(), guild, 0, members+1)
	require.NoError(t, err)
	require.Len(t, accounts, members)
	page, err := s.Balances(t.Context(), guild, accounts[9].UserID, 5)
	require.NoError(t, err)
	require.Equal(t, accounts[10:15], page)

	for _, by := range []store.Ranking{store.ByBalance, store.ByReceived} {
		value := func(b store.Balance) int64 {
			if by == store.ByReceived {
				return b.TotalReceived
			}
			return b.Balance
		}
		slices.SortFunc(accounts, func(a, b store.Balance) int {
			switch {
			case value(a) != value(b):
				return int(value(b) - value(a))
			case !a.CreatedAt.Equal(b.CreatedAt):
				return a.CreatedAt.Compare(b.CreatedAt)
			}
			return int(int64(a.UserID) - int64(b.UserID))
		})
		board, err := s.Leaderboard(t.Context(), guild, by, 0, members)
		require.NoError(t, err)
		require.Equal(t, accounts, board)
		board, err = s.Leaderboard(t.Context(), guild, by, 20, 10)
		require.NoError(t, err)
		require.Equal(t, accounts[20:30], board)
		for i, b := range accounts {
			got, err := s.Rank(t.Context(), guild, b.UserID, by)
			require.NoError(t, err)
			require.Equal(t, store.Rank{Rank: int64(i + 1), Of: members}, got)
		}
	}
	_, err = s.Rank(t.Context(), guild, user(members), store.ByBalance)
	require.ErrorIs(t, err, store.ErrNotFound)
	_, err = s.Leaderboard(t.Context(), guild, "age", 0, 10)
	require.ErrorIs(t, err, store.ErrInvalid)
}

func counts(t *testing.T, db Database) {
	s := db.Migrated(t)
	today := store.DayOf(noon)
	empty, err := s.Stats(t.Context(), guild, today)
	require.NoError(t, err)
	require.Zero(t, empty)

	order := send(1, 2, 10)
	_, err = s.Transfer(t.Context(), order) // two openings and a transfer
	require.NoError(t, err)
	order.At = today.Start().Add(-time.Millisecond)
	_, err = s.Transfer(t.Context(), order) // yesterday
	require.NoError(t, err)
	order.At = (today + 1).Start()
	_, err = s.Transfer(t.Context(), order) // tomorrow
	require.NoError(t, err)
	_, err = s.Adjust(t.Context(), adjust(2, -50))
	require.NoError(t, err)
	other := send(1, 2, 10)
	other.Guild = guild + 1
	_, err = s.Transfer(t.Context(), other)
	require.NoError(t, err)

	got, err := s.Stats(t.Context(), guild, today)
	require.NoError(t, err)
	require.Equal(t, store.Stats{Accounts: 2, Supply: 150, Minted: 200, Burned: 50, TransactionsToday: 4}, got)
	r := Prove(t, s)
	require.EqualValues(t, []int64{2, 4, 400, 50, 350}, []int64{r.Guilds, r.Accounts, r.Minted, r.Burned, r.Held})
	require.EqualValues(t, 2+3+1+3, r.Rows)
}

// ranksFarDown looks up places beyond those that are counted one by one, and among many equal balances.
func ranksFarDown(t *testing.T, db Database) {
	s := db.Migrated(t)
	const members = 12_000
	opened := "1763812800000000 + i"
	if db.IsPostgres() {
		opened = "to_timestamp(1763812800 + i / 1000000.0)"
	}
	db.Exec(t, fmt.Sprintf(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d)
		INSERT INTO balances (guild_id, user_id, balance, total_received, total_sent, created_at, updated_at)
		SELECT 7, i, 1000 - i / 100 * 5, 2000, 1000 + i / 100 * 5, %s, %s FROM n`, members, opened, opened))
	for _, place := range []int64{1, 2, 99, 100, 999, 1000, 1001, 1002, 5000, 11_999, 12_000} {
		for _, by := range []store.Ranking{store.ByBalance, store.ByReceived} {
			got, err := s.Rank(t.Context(), 7, snowflake.ID(place), by)
			require.NoError(t, err)
			require.Equal(t, store.Rank{Rank: place, Of: members}, got, by)
		}
	}
	page, err := s.Leaderboard(t.Context(), 7, store.ByReceived, 11_990, 100)
	require.NoError(t, err)
	require.Len(t, page, 10)
	require.EqualValues(t, 11_991, page[0].UserID)
}

// pagesFarDown compares pages far down, among many that are equal in value and age, with what the bare OFFSET
// returns, and follows the whole leaderboard from page to page.
func pagesFarDown(t *testing.T, db Database) {
	s := db.Migrated(t)
	const members = 6_000
	opened := "1763812800000000 + i %% 7 / 3"
	if db.IsPostgres() {
		opened = "to_timestamp(1763812800 + i %% 7 / 3)"
	}
	db.Exec(t, fmt.Sprintf(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d)
		INSERT INTO balances (guild_id, user_id, balance, total_received, total_sent, created_at, updated_at)
		SELECT 7, i, 1000 - i %% 3, 2000 + i / 2000, 1000 + i / 2000 + i %% 3, `+opened+`, `+opened+` FROM n`, members))
	for _, by := range []store.Ranking{store.ByBalance, store.ByReceived} {
		whole, err := s.Leaderboard(t.Context(), 7, by, 0, members) // the bare OFFSET
		require.NoError(t, err)
		require.Len(t, whole, members)
		_, err = s.Rank(t.Context(), 7, whole[members-1].UserID, by) // waits for the histogram
		require.NoError(t, err)
		for offset := 900; offset < members+400; offset += 97 {
			page, err := s.Leaderboard(t.Context(), 7, by, offset, 50)
			require.NoError(t, err)
			require.Equal(t, whole[min(offset, members):min(offset+50, members)], page, "%s from %d", by, offset)
		}
		var met []store.Balance
		for last := (*store.Balance)(nil); ; last = &met[len(met)-1] {
			page, err := s.LeaderboardAfter(t.Context(), 7, by, last, 700)
			require.NoError(t, err)
			if len(page) == 0 {
				break
			}
			met = append(met, page...)
		}
		require.Equal(t, whole, met, by)
	}
}
