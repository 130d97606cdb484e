package moderation_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/moderation"
	"github.com/smarter-dev/smarterdev/app/sandbox/faults"
	"github.com/smarter-dev/smarterdev/app/sandbox/sandboxtest"
	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/store/storetest"
)

// killable are acts, with how many changes each asks of Discord: its direct message is one.
var killable = []struct {
	action  store.CaseAction
	changes int64
}{
	{store.CaseBan, 2}, {store.CaseSoftban, 3}, {store.CaseKick, 2}, {store.CaseTimeout, 2}, {store.CaseUnban, 1}, {store.CaseUntimeout, 1}, {store.CaseWarn, 1},
}

// A process dies before or after each change that an act asks of Discord. When the next one has compared, nothing is
// pending, Discord agrees with the case, nobody was told twice and the act stands once in the audit log.
func TestAProcessThatDiesAtAnyStep(t *testing.T) {
	t.Parallel()
	for _, k := range killable {
		for dies := int64(1); dies <= k.changes; dies++ {
			for _, after := range []bool{false, true} {
				t.Run(fmt.Sprintf("%s at %d after=%t", k.action, dies, after), func(t *testing.T) {
					t.Parallel()
					storetest.Each(t, func(t *testing.T, s *store.Store) {
						w := sandboxtest.Start(t)
						ada, linus := w.Member("Ada"), w.Member("Linus")
						o := openOffice(t, w, s)
						in := o.request(k.action, ada, linus)
						switch k.action {
						case store.CaseTimeout:
							in.Duration = time.Hour
						case store.CaseUnban:
							ada.Ban(linus, "by hand")
						case store.CaseUntimeout:
							ada.Timeout(linus, time.Now().Add(time.Hour), "by hand")
						}
						o.calls.after.Store(after)
						o.calls.dies.Store(dies)
						var wg sync.WaitGroup
						wg.Go(func() {
							_, err := o.Act(t.Context(), in)
							t.Errorf("the process was to die: %v", err)
						})
						wg.Wait()

						next := openOffice(t, w, s)
						require.NoError(t, next.RecoverPending(t.Context()))
						require.Len(t, next.of(t, linus), 1, "before a minute has passed the other process may be at it still")
						next.Pass(2 * time.Minute)
						require.NoError(t, next.RecoverPending(t.Context()))
						require.NoError(t, next.RecoverPending(t.Context()))
						cases := next.of(t, linus)
						require.Len(t, cases, 1)
						c := cases[0]
						require.Contains(t, []store.CaseState{store.CaseDone, store.CaseFailed}, c.State)
						next.agrees(t, ada, linus, c)
						told := o.calls.asked.Load() + next.calls.asked.Load()
						require.LessOrEqual(t, told, int64(1), "nobody is told twice")
						entries, err := s.AuditEntries(t.Context(), w.GuildID, nil, 10)
						require.NoError(t, err)
						acts := 0
						for _, e := range entries {
							if e.Action == "case."+string(k.action) {
								acts++
							}
						}
						require.Equal(t, 1, acts)
					})
				})
			}
		}
	}
}

// agrees requires that Discord is as a case says.
func (o office) agrees(t *testing.T, ada, who *sandboxtest.Person, c store.Case) {
	t.Helper()
	view, there := ada.Look(who)
	done := c.State == store.CaseDone
	switch c.Action {
	case store.CaseBan:
		require.Equal(t, done, o.banned(who))
		require.Equal(t, done, c.InForce)
	case store.CaseUnban:
		require.Equal(t, !done, o.banned(who))
	case store.CaseSoftban:
		require.False(t, o.banned(who), "a softban ends by unbanning")
		require.Equal(t, done, !there)
	case store.CaseKick:
		require.Equal(t, done, !there)
	case store.CaseTimeout:
		require.Equal(t, done, view.TimeoutUntil != nil && !view.TimeoutUntil.IsZero())
		require.Equal(t, done, c.InForce)
	case store.CaseUntimeout:
		require.Equal(t, !done, view.TimeoutUntil != nil && !view.TimeoutUntil.IsZero())
	case store.CaseWarn:
		require.True(t, done)
	}
}

// Discord acts and loses its response, or does not act, or says nothing at all for a while.
func TestAnAnswerThatIsLost(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		w := sandboxtest.Start(t)
		ada, linus, ken := w.Member("Ada"), w.Member("Linus"), w.Member("Ken")
		o := openOffice(t, w, s)
		w.Fault(faults.Rule{Kind: faults.Answer, Status: 503, Method: "PUT", Path: "/guilds/*/bans/*", Times: 1, After: true})
		c, err := o.Act(t.Context(), o.request(store.CaseBan, ada, linus))
		require.NoError(t, err)
		require.Equal(t, store.CaseDone, c.State)
		require.True(t, o.banned(linus))

		w.Fault(faults.Rule{Kind: faults.Answer, Status: 503, Method: "DELETE", Path: "/guilds/*/members/*", Times: 1})
		c, err = o.Act(t.Context(), o.request(store.CaseKick, ada, ken))
		require.ErrorContains(t, err, "unavailable")
		require.Equal(t, store.CaseFailed, c.State)
		require.Equal(t, store.DMSent, c.DM)
		messages := ken.Messages(ken.Direct())
		require.Contains(t, messages[len(messages)-1].Text(), "disregard the last message", "who was told of what was not done is told so")

		ada.Timeout(ken, time.Time{}, "")
		for _, method := range []string{"PATCH", "GET"} {
			w.Fault(faults.Rule{Kind: faults.Answer, Status: 503, Method: method, Path: "/guilds/*/members/" + ken.ID.String(), After: true, Times: 2})
		}
		timeout := o.request(store.CaseTimeout, ada, ken)
		timeout.Duration, timeout.Confirm = time.Hour, true
		_, err = o.Act(t.Context(), timeout)
		require.ErrorContains(t, err, "unavailable", "nothing is written when Discord cannot be asked before")
		require.Len(t, o.of(t, ken), 1)
	})
}

func TestTheSameRequestActsOnce(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		w := sandboxtest.Start(t)
		ada, linus := w.Member("Ada"), w.Member("Linus")
		o, other := openOffice(t, w, s), openOffice(t, w, s)
		in := o.request(store.CaseBan, ada, linus)
		in.Key = "i:1"
		numbers := make([]int64, 6)
		var wg sync.WaitGroup
		for i := range numbers {
			wg.Go(func() {
				c, err := []office{o, other}[i%2].Act(t.Context(), in)
				if err == nil {
					numbers[i] = c.Number
				}
			})
		}
		wg.Wait()
		for _, n := range numbers {
			require.Equal(t, int64(1), n)
		}
		require.Len(t, o.of(t, linus), 1)
	})
}

// Two moderators in two processes and a ban by hand, all at the same instant: one ban and its cases, everybody told the
// truth.
func TestManyAtTheSamePersonAtOnce(t *testing.T) {
	t.Parallel()
	rounds := 3
	if storetest.Full() {
		rounds = 30
	}
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		w := sandboxtest.Start(t)
		ada, grace, linus := w.Member("Ada"), w.Member("Grace"), w.Member("Linus")
		offices := []office{openOffice(t, w, s), openOffice(t, w, s)}
		require.NoError(t, offices[0].CatchUp(t.Context(), w.GuildID))
		for round := range rounds {
			before := len(offices[0].of(t, linus))
			errs := make([]error, 2)
			var wg sync.WaitGroup
			for i, by := range []*sandboxtest.Person{ada, grace} {
				wg.Go(func() {
					in := offices[i].request(store.CaseBan, by, linus)
					in.Reason = fmt.Sprintf("round %d", round)
					_, errs[i] = offices[i].Act(t.Context(), in)
				})
			}
			wg.Go(func() { ada.Ban(linus, "by hand") })
			wg.Wait()
			require.NoError(t, offices[1].CatchUp(t.Context(), w.GuildID))
			require.True(t, offices[0].banned(linus))
			inForce, done := 0, 0
			for _, c := range offices[0].of(t, linus)[before:] {
				require.Contains(t, []store.CaseState{store.CaseDone}, c.State)
				if c.InForce {
					inForce++
				}
				if c.Source == store.SourceCommand {
					done++
				}
			}
			require.Equal(t, 1, inForce, "one ban holds")
			succeeded := 0
			for _, err := range errs {
				if err == nil {
					succeeded++
					continue
				}
				require.True(t, strings.HasPrefix(err.Error(), "recently_acted") || strings.HasPrefix(err.Error(), "in_progress"), "%v", err)
			}
			require.Equal(t, done, succeeded, "who was told that it was done has a case, and nobody else")
			require.Equal(t, 1, succeeded, "the second is shown the first's case")
			ada.Unban(linus, "")
			require.NoError(t, offices[1].CatchUp(t.Context(), w.GuildID))
			linus.Join()
			for _, o := range offices {
				o.Pass(time.Minute)
			}
		}
	})
}

func TestALongTimeoutIsRenewed(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		w := sandboxtest.Start(t)
		ada, linus := w.Member("Ada"), w.Member("Linus")
		o := openOffice(t, w, s)
		in := o.request(store.CaseTimeout, ada, linus)
		in.Duration = 60 * day
		c, err := o.Act(t.Context(), in)
		require.NoError(t, err)
		until := func() time.Time {
			view, there := ada.Look(linus)
			require.True(t, there)
			return view.TimeoutUntil.Time
		}
		require.WithinDuration(t, time.Now().Add(28*day), until(), 5*time.Minute)
		require.WithinDuration(t, time.Now().Add(60*day), *c.ExpiresAt, time.Minute)

		linus.Leave()
		require.NoError(t, o.Run(t.Context(), moderation.Expire{Guild: w.GuildID, Number: c.Number}))
		linus.Join()
		ada.Timeout(linus, time.Time{}, "") // as if Discord had forgotten it
		m, err := o.calls.GetMember(w.GuildID, linus.ID)
		require.NoError(t, err)
		require.NoError(t, o.Arrive(t.Context(), *m, w.GuildID))
		require.WithinDuration(t, time.Now().Add(28*day), until(), 5*time.Minute, "who comes back is timed out again")
	})
}
