package storetest

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/disgoorg/snowflake/v2"
	"github.com/riverqueue/river"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/smarter-dev/smarterdev/store"
)

// RunCases is what every engine must pass for cases. create makes an empty database.
func RunCases(t *testing.T, create func(t testing.TB) Database) {
	for name, test := range map[string]func(*testing.T, Database){
		"numbers without gaps":     numbersCases,
		"one at a time":            actsOneAtATime,
		"what holds":               decidesForce,
		"what happened in Discord": recordsOnce,
		"history":                  keepsCaseHistory,
		"search":                   searchesCases,
		"places in audit logs":     keepsFeeds,
		"model":                    followsCaseModel,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, create(t))
		})
	}
}

var moderator = store.Actor{ID: 77, Name: "grace", Source: store.SourceCommand}

func aCase(action store.CaseAction, of snowflake.ID, change ...func(*store.Case)) store.Case {
	c := store.Case{GuildID: guild, Action: action, UserID: of, UserTag: "linus", ModeratorID: moderator.ID, ModeratorTag: moderator.Name,
		State: store.CaseDone, Source: store.SourceCommand, DM: store.DMNone, CreatedAt: noon}
	for _, f := range change {
		f(&c)
	}
	return c
}

func pending(c *store.Case) { c.State = store.CasePending }

func begin(t testing.TB, s *store.Store, c store.Case) store.Case {
	t.Helper()
	begun, again, err := s.BeginCase(noContext, c, nil, nil, moderator, nil)
	require.NoError(t, err)
	require.False(t, again)
	return begun
}

func edit(s *store.Store, number int64, change func(*store.Case)) (store.Case, error) {
	return s.EditCase(noContext, store.CaseEdit{Guild: guild, Number: number, Actor: moderator, At: noon.Add(time.Hour),
		Change: func(c store.Case) (store.Case, error) {
			change(&c)
			return c, nil
		}})
}

// numbersCases writes cases of many people at once; what is refused takes no number.
func numbersCases(t *testing.T, db Database) {
	s := db.Migrated(t)
	const n = 60
	var mu sync.Mutex
	var numbers []int64
	together(n, func(i int) {
		c := aCase(store.CaseWarn, user(i%7))
		if i%3 == 0 {
			c.Reason = fmt.Sprintf("%0600d", i) // refused: too long
		}
		begun, _, err := s.BeginCase(noContext, c, nil, nil, moderator, nil)
		if err == nil {
			mu.Lock()
			defer mu.Unlock()
			numbers = append(numbers, begun.Number)
			return
		}
		assert.ErrorIs(t, err, store.ErrInvalid)
	})
	slices.Sort(numbers)
	for i, number := range numbers {
		require.Equal(t, int64(i+1), number)
	}
	require.Len(t, numbers, n*2/3)
	other := begin(t, s, aCase(store.CaseWarn, user(1), func(c *store.Case) { c.GuildID = guild + 1 }))
	require.Equal(t, int64(1), other.Number, "each guild counts for itself")
	_, err := s.Case(t.Context(), guild, 999)
	require.ErrorIs(t, err, store.ErrNotFound)
}

func actsOneAtATime(t *testing.T, db Database) {
	s := db.Migrated(t)
	var mu sync.Mutex
	won, busy := 0, 0
	together(8, func(i int) {
		_, _, err := s.BeginCase(noContext, aCase(store.CaseBan, user(1), pending), nil, nil, moderator, nil)
		mu.Lock()
		defer mu.Unlock()
		if at, is := errors.AsType[*store.ErrCaseBusy](err); is {
			busy++
			assert.Equal(t, int64(1), at.Case.Number)
			return
		}
		assert.NoError(t, err)
		won++
	})
	require.Equal(t, []int{1, 7}, []int{won, busy})
	begin(t, s, aCase(store.CaseBan, user(2), pending))
	_, err := edit(s, 1, func(c *store.Case) { c.State = store.CaseFailed })
	require.NoError(t, err)
	_, _, err = s.BeginCase(t.Context(), aCase(store.CaseBan, user(1), pending), new(int64(0)), nil, moderator, nil)
	require.ErrorIs(t, err, store.ErrStale, "somebody acted since the caller looked")
	_, _, err = s.BeginCase(t.Context(), aCase(store.CaseBan, user(1), pending), new(int64(1)), nil, moderator, nil)
	require.NoError(t, err)

	keyed := aCase(store.CaseWarn, user(3), func(c *store.Case) { c.RequestKey = "i:1" })
	first := begin(t, s, keyed)
	known, again, err := s.BeginCase(t.Context(), keyed, nil, nil, moderator, nil)
	require.NoError(t, err)
	require.True(t, again)
	require.Equal(t, first, known)
	waiting, err := s.PendingCases(t.Context(), noon.Add(time.Hour), 10)
	require.NoError(t, err)
	require.Len(t, waiting, 2)
}

// decidesForce bans, replaces, lifts and undoes.
func decidesForce(t *testing.T, db Database) {
	s := db.Migrated(t)
	at := func(n int) func(*store.Case) { return func(c *store.Case) { c.Happened = snowflake.ID(n) } }
	first := begin(t, s, aCase(store.CaseBan, user(1), at(10)))
	require.True(t, first.InForce)
	second := begin(t, s, aCase(store.CaseBan, user(1), at(20)))
	require.True(t, second.InForce)
	old, err := s.Case(t.Context(), guild, first.Number)
	require.NoError(t, err)
	require.Equal(t, []bool{false, true}, []bool{old.InForce, old.Resolved})
	late := begin(t, s, aCase(store.CaseUnban, user(1), at(15)))
	require.False(t, late.InForce)
	held, err := s.CaseInForce(t.Context(), guild, user(1), store.CaseBan)
	require.NoError(t, err)
	require.Equal(t, second.Number, held.Number, "an unban from before the ban lifts nothing")

	unban := begin(t, s, aCase(store.CaseUnban, user(1), at(30), pending, func(c *store.Case) { c.CausedBy = &second.Number }))
	_, err = edit(s, unban.Number, func(c *store.Case) { c.State = store.CaseDone })
	require.NoError(t, err)
	undone, err := s.Case(t.Context(), guild, second.Number)
	require.NoError(t, err)
	require.Equal(t, []any{store.CaseUndone, unban.Number, false, true}, []any{undone.State, *undone.UndoneBy, undone.InForce, undone.Resolved})
	_, err = s.CaseInForce(t.Context(), guild, user(1), store.CaseBan)
	require.ErrorIs(t, err, store.ErrNotFound)

	ends := noon.Add(time.Hour)
	timeout := begin(t, s, aCase(store.CaseTimeout, user(1), at(40), func(c *store.Case) { c.ExpiresAt = &ends }))
	require.True(t, timeout.InForce, "timeouts and bans hold beside each other")
	overdue, err := s.OverdueCases(t.Context(), guild, ends.Add(time.Minute), 10)
	require.NoError(t, err)
	require.Len(t, overdue, 1)
	over, err := edit(s, timeout.Number, func(c *store.Case) { c.EndedAt = &ends })
	require.NoError(t, err)
	require.Equal(t, []bool{false, true}, []bool{over.InForce, over.Resolved})
}

func recordsOnce(t *testing.T, db Database) {
	s := db.Migrated(t)
	entry := aCase(store.CaseKick, user(1), func(c *store.Case) { c.Source, c.AuditLogID = store.SourceDiscord, new(snowflake.ID(500)) })
	numbers := make([]int64, 8)
	together(len(numbers), func(i int) {
		c, _, err := s.RecordCase(noContext, entry, moderator, nil)
		assert.NoError(t, err)
		numbers[i] = c.Number
	})
	require.Equal(t, []int64{1, 1, 1, 1, 1, 1, 1, 1}, numbers)
	row := aCase(store.CaseWarn, user(1), func(c *store.Case) { c.Source, c.ExternalRef = store.SourceImport, new("red:1") })
	first, again, err := s.RecordCase(t.Context(), row, moderator, nil)
	require.NoError(t, err)
	require.False(t, again)
	second, again, err := s.RecordCase(t.Context(), row, moderator, nil)
	require.NoError(t, err)
	require.True(t, again)
	require.Equal(t, first, second)
	n, last, err := s.RecentNative(t.Context(), guild, noon)
	require.NoError(t, err)
	require.Equal(t, []int64{1, 1}, []int64{n, last}, "imports do not count")
}

func keepsCaseHistory(t *testing.T, db Database) {
	s := db.Migrated(t)
	evidence := []store.Evidence{{Kind: "text", Content: "seen by many", AddedBy: moderator.ID}, {Kind: "link", URL: new("https://example.com/1")}}
	c, _, err := s.BeginCase(t.Context(), aCase(store.CaseWarn, user(1), func(c *store.Case) { c.Reason = "spam" }), nil, evidence, moderator, nil)
	require.NoError(t, err)
	require.Equal(t, int64(2), c.EvidenceCount)
	kept, err := s.CaseEvidence(t.Context(), guild, c.Number)
	require.NoError(t, err)
	require.Len(t, kept, 2)

	changed, err := s.EditCase(t.Context(), store.CaseEdit{Guild: guild, Number: c.Number, Actor: moderator, At: noon.Add(time.Hour), Audit: "case.reason",
		Change: func(c store.Case) (store.Case, error) { c.Reason, c.Resolved = "more spam", true; return c, nil },
		Then: func(change store.CaseChange) []river.JobArgs {
			require.Equal(t, "spam", change.Before.Reason)
			return []river.JobArgs{noted{int(change.Case.Version)}}
		}})
	require.NoError(t, err)
	require.Equal(t, int64(2), changed.Version)
	require.Equal(t, []int{2}, waiting(t, db))
	same, err := edit(s, c.Number, func(c *store.Case) { c.Resolved = true })
	require.NoError(t, err)
	require.Equal(t, changed.Version, same.Version, "a change of nothing writes nothing")
	_, err = s.EditCase(t.Context(), store.CaseEdit{Guild: guild, Number: c.Number, IfVersion: new(int64(1)), Actor: moderator, At: noon,
		Change: func(c store.Case) (store.Case, error) { return c, nil }})
	require.ErrorIs(t, err, store.ErrStale)
	history, err := s.CaseHistory(t.Context(), guild, c.Number)
	require.NoError(t, err)
	require.Len(t, history, 2)
	require.Equal(t, []string{"reason", "spam", "more spam", "grace"}, []string{history[0].Field, *history[0].Before, *history[0].After, history[0].ActorName})
	require.Equal(t, []string{"resolved", "false", "true"}, []string{history[1].Field, *history[1].Before, *history[1].After})
	record, err := s.CaseRecord(t.Context(), guild, user(1), noon)
	require.NoError(t, err)
	require.Equal(t, store.CaseRecord{Total: 1}, record, "a closed warning does not count")
}

func searchesCases(t *testing.T, db Database) {
	s := db.Migrated(t)
	reasons := []string{"Spam in general", "Scam links", "spam and SCAM", "", "Straße gesperrt"}
	for i, reason := range reasons {
		action := []store.CaseAction{store.CaseWarn, store.CaseNote}[i%2]
		begin(t, s, aCase(action, user(i%2), func(c *store.Case) { c.Reason, c.CreatedAt = reason, noon.Add(time.Duration(i)*time.Hour) }))
	}
	find := func(f store.CaseFilter, before int64, limit int) (numbers []int64) {
		t.Helper()
		found, err := s.Cases(t.Context(), guild, f, before, limit)
		require.NoError(t, err)
		for _, c := range found {
			numbers = append(numbers, c.Number)
		}
		return numbers
	}
	require.Equal(t, []int64{5, 4, 3}, find(store.CaseFilter{}, 0, 3))
	require.Equal(t, []int64{2, 1}, find(store.CaseFilter{}, 3, 3))
	require.Equal(t, []int64{3, 1}, find(store.CaseFilter{Text: "SPAM"}, 0, 9))
	require.Equal(t, []int64{3}, find(store.CaseFilter{Text: "scam, spam"}, 0, 9))
	require.Equal(t, []int64{5}, find(store.CaseFilter{Text: "straße"}, 0, 9))
	require.Equal(t, []int64{5, 4, 3, 2, 1}, find(store.CaseFilter{Text: "linus"}, 0, 9))
	require.Empty(t, find(store.CaseFilter{Text: "!?"}, 0, 9))
	require.Equal(t, []int64{4, 2}, find(store.CaseFilter{User: user(1)}, 0, 9))
	require.Equal(t, []int64{4, 2}, find(store.CaseFilter{Actions: []store.CaseAction{store.CaseNote, store.CaseBan}}, 0, 9))
	require.Equal(t, []int64{3}, find(store.CaseFilter{After: noon.Add(2 * time.Hour), Before: noon.Add(3 * time.Hour)}, 0, 9))
	require.Empty(t, find(store.CaseFilter{Moderator: new(snowflake.ID(0))}, 0, 9))
	require.Len(t, find(store.CaseFilter{Moderator: &moderator.ID, State: store.CaseDone, Source: store.SourceCommand, Resolved: new(false)}, 0, 9), 5)
	_, err := edit(s, 1, func(c *store.Case) { c.Reason = "something else" })
	require.NoError(t, err)
	require.Equal(t, []int64{3}, find(store.CaseFilter{Text: "spam"}, 0, 9), "a reason that changed is found by its new words alone")
	require.Equal(t, []int64{1}, find(store.CaseFilter{Text: "else"}, 0, 9))
}

func keepsFeeds(t *testing.T, db Database) {
	s := db.Migrated(t)
	_, err := s.CaseFeed(t.Context(), guild)
	require.ErrorIs(t, err, store.ErrNotFound)
	for _, id := range []snowflake.ID{5, 9, 7} {
		require.NoError(t, s.SaveCaseFeed(t.Context(), guild, store.CaseFeed{AuditLogID: id, ReadAt: noon}))
	}
	feed, err := s.CaseFeed(t.Context(), guild)
	require.NoError(t, err)
	require.Equal(t, snowflake.ID(9), feed.AuditLogID, "it never moves back")
	for i, news := range []bool{true, false} {
		is, err := s.SetCaseLogProblem(t.Context(), guild, &store.CaseLogProblem{ChannelID: 3, Code: 50013, CreatedAt: noon})
		require.NoError(t, err)
		require.Equal(t, news, is, i)
	}
	p, err := s.CaseLogProblem(t.Context(), guild)
	require.NoError(t, err)
	require.Equal(t, store.CaseLogProblem{ChannelID: 3, Code: 50013, CreatedAt: noon}, p)
	_, err = s.SetCaseLogProblem(t.Context(), guild, nil)
	require.NoError(t, err)
	_, err = s.CaseLogProblem(t.Context(), guild)
	require.ErrorIs(t, err, store.ErrNotFound)
}

// happened is one thing of the model: what was done, and its place in what Discord did.
type happened struct {
	action store.CaseAction
	at     snowflake.ID
	ended  bool
	undone bool
}

// followsCaseModel writes what happened to one person in any order, ends and undoes some of it, and compares what holds
// with the newest thing that happened.
func followsCaseModel(t *testing.T, db Database) {
	s := db.Migrated(t)
	actions := []store.CaseAction{store.CaseBan, store.CaseUnban, store.CaseSoftban, store.CaseTimeout, store.CaseUntimeout, store.CaseKick, store.CaseWarn}
	person := 0
	rapid.Check(t, func(rt *rapid.T) {
		person++
		of := user(person)
		model := map[int64]*happened{}
		used := map[snowflake.ID]bool{}
		for range rapid.IntRange(1, 25).Draw(rt, "steps") {
			if len(model) > 0 && rapid.IntRange(0, 4).Draw(rt, "edit") == 0 {
				number := rapid.SampledFrom(sortedKeys(model)).Draw(rt, "case")
				h := model[number]
				if h.action.Lasting() != h.action {
					continue
				}
				if undo := rapid.Bool().Draw(rt, "undo"); undo {
					_, err := edit(s, number, func(c *store.Case) { c.State = store.CaseUndone })
					require.NoError(rt, err)
					h.undone = true
				} else {
					_, err := edit(s, number, func(c *store.Case) { c.EndedAt = new(noon) })
					require.NoError(rt, err)
					h.ended = true
				}
			} else {
				at := snowflake.ID(rapid.IntRange(1, 1_000_000).Draw(rt, "at"))
				if used[at] {
					continue
				}
				used[at] = true
				h := &happened{action: rapid.SampledFrom(actions).Draw(rt, "action"), at: at}
				id := at + snowflake.ID(person)<<24
				c, _, err := s.RecordCase(noContext, aCase(h.action, of, func(c *store.Case) { c.Happened, c.AuditLogID, c.Source = at, &id, store.SourceDiscord }), moderator, nil)
				require.NoError(rt, err)
				model[c.Number] = h
			}
			for _, kind := range []store.CaseAction{store.CaseBan, store.CaseTimeout} {
				want := int64(0)
				var newest *happened
				for number, h := range model {
					if h.action.Lasting() == kind && (newest == nil || h.at > newest.at) {
						newest, want = h, number
					}
				}
				if newest == nil || newest.action != kind || newest.ended || newest.undone {
					want = 0
				}
				held, err := s.CaseInForce(noContext, guild, of, kind)
				if want == 0 {
					require.ErrorIs(rt, err, store.ErrNotFound)
				} else {
					require.NoError(rt, err)
					require.Equal(rt, want, held.Number)
				}
			}
		}
		for number, h := range model {
			c, err := s.Case(noContext, guild, number)
			require.NoError(rt, err)
			if h.action.Lasting() == h.action && !c.InForce {
				require.True(rt, c.Resolved, "what no longer holds is closed by itself")
			}
		}
	})
}

func sortedKeys(m map[int64]*happened) []int64 {
	keys := make([]int64, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
