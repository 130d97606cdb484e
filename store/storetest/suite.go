package storetest

import (
	"context"
	"log/slog"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/disgoorg/snowflake/v2"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/store"
)

// Run is what every engine must pass. create makes an empty database.
func Run(t *testing.T, create func(t testing.TB) Database) {
	for name, test := range map[string]func(*testing.T, Database){
		"opening once":                opensOnce,
		"opening twice at once":       opensPairOnce,
		"claiming":                    claims,
		"claiming once":               claimsOnce,
		"claiming at midnight":        claimsAtMidnight,
		"claiming nothing":            claimsNothing,
		"transferring":                transfers,
		"refusing in order":           refusesInOrder,
		"refusing what cannot be":     refusesInvalid,
		"totals":                      tellsTotals,
		"never overdrawing":           neverOverdraws,
		"opposing storm":              survivesOpposition,
		"never overflowing":           neverOverflows,
		"bulk":                        carriesOutBulk,
		"bulks in opposition":         survivesOpposingBulks,
		"one key, one outcome":        keepsOutcome,
		"one key, one refusal":        keepsRefusal,
		"one key, one claim":          keepsClaim,
		"one key, one request":        refusesReusedKey,
		"one key, changed settings":   keepsOutcomeAfterChange,
		"adjusting":                   adjusts,
		"reversing":                   reverses,
		"reversing what was spent":    refusesSpent,
		"reversing once":              reversesOnce,
		"farming":                     farmsNothing,
		"listing transactions":        listsTransactions,
		"leaderboard":                 ranks,
		"ranks far down":              ranksFarDown,
		"pages far down":              pagesFarDown,
		"statistics":                  counts,
		"settings":                    savesSettings,
		"settings at once":            savesSettingsOnce,
		"settings changed at once":    countsInSettings,
		"audit":                       audits,
		"confirmations":               confirms,
		"sweeping":                    sweeps,
		"API keys":                    keepsKeys,
		"sessions":                    keepsSessions,
		"developers":                  keepsDevelopers,
		"figures by day":              countsByDay,
		"jobs":                        enqueues,
		"jobs at a time":              schedules,
		"jobs at a time, raced":       schedulesOnce,
		"jobs at a time, worked":      worksScheduled,
		"deliveries":                  keepsDeliveries,
		"times and ids":               keepsPrecision,
		"cancelled callers":           honoursContext,
		"proof of tampered rows":      namesTamperedRows,
		"proof of everything at once": staysTrueUnderLoad,
		"model":                       followsModel,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, create(t))
		})
	}
}

// Full reports whether the proofs should run at their full size, as before a release; by default they are
// sized to take seconds.
func Full() bool { return os.Getenv("PROOFS") == "full" }

func sized(usual, full int) int {
	if Full() {
		return full
	}
	return usual
}

// noon is when most tests happen.
var noon = time.Date(2026, 11, 22, 12, 0, 0, 123456000, time.UTC)

const guild snowflake.ID = 900000000000000001

// user returns the i-th member.
func user(i int) snowflake.ID { return snowflake.ID(100000000000000000 + i) }

// together runs do n times at once and returns when all are done.
func together(n int, do func(i int)) {
	var wg sync.WaitGroup
	start := make(chan struct{})
	for i := range n {
		wg.Go(func() {
			<-start
			do(i)
		})
	}
	close(start)
	wg.Wait()
}

// Prove runs Verify and fails the test on any difference.
func Prove(t testing.TB, s *store.Store) store.Report {
	t.Helper()
	r, err := s.Verify(context.WithoutCancel(t.Context()))
	require.NoError(t, err)
	var found []string
	for _, d := range r.Differences {
		found = append(found, d.String())
	}
	require.True(t, r.OK(), "the ledger is not true:\n%s", strings.Join(found, "\n"))
	return r
}

// code returns the code of the refusal in err, or "" when there is none.
func code(err error) string {
	if r := store.AsRefusal(err); r != nil {
		return r.Code
	}
	return ""
}

// send is a transfer with usual settings.
func send(from, to int, amount int64) store.Transfer {
	return store.Transfer{Guild: guild, From: user(from), To: user(to), FromName: "from", ToName: "to",
		Amount: amount, Max: 1000, Starting: 100, At: noon}
}

// daily is a claim with usual settings.
func daily(who int, at time.Time) store.Claim {
	return store.Claim{Guild: guild, User: user(who), Name: "who", Amount: 10, Starting: 100, At: at,
		Tiers: []store.Tier{{Threshold: 8, Multiplier: 2}, {Threshold: 16, Multiplier: 4}}}
}

// open opens an account and returns it.
func open(t testing.TB, s *store.Store, who int, starting int64) store.Balance {
	t.Helper()
	b, err := s.OpenAccount(t.Context(), store.Account{Guild: guild, User: user(who), Name: "who", Starting: starting, At: noon})
	require.NoError(t, err)
	return b
}

// balance reads what a member holds.
func balance(t testing.TB, s *store.Store, who int) int64 {
	t.Helper()
	b, err := s.Balance(t.Context(), guild, user(who))
	require.NoError(t, err)
	return b.Balance
}

// repeats counts the writes that a store had to repeat, by its log.
type repeats struct {
	slog.Handler
	n atomic.Int64
}

func (r *repeats) Enabled(context.Context, slog.Level) bool { return true }

func (r *repeats) Handle(_ context.Context, record slog.Record) error {
	if strings.Contains(record.Message, "repeated") || strings.Contains(record.Message, "one by one") {
		r.n.Add(1)
	}
	return nil
}

func countRepeats() (*repeats, store.Option) {
	r := &repeats{Handler: slog.DiscardHandler}
	return r, store.WithLogger(slog.New(r))
}
