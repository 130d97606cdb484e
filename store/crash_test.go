package store_test

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/disgoorg/snowflake/v2"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/store/storetest"
)

// loadChild transfers from many goroutines until it is killed, and prints the id of each transfer once it
// is acknowledged.
func loadChild() error {
	ctx := context.Background()
	s, err := store.Open(ctx, os.Getenv("STORE_TEST_URL"), os.DirFS("../migrations"))
	if err != nil {
		return err
	}
	var wg sync.WaitGroup
	for worker := range 16 {
		wg.Go(func() {
			r := rand.New(rand.NewPCG(uint64(os.Getpid()), uint64(worker)))
			for {
				from := r.IntN(20)
				row, err := s.Transfer(ctx, store.Transfer{Guild: 1, From: snowflake.ID(1 + from), To: snowflake.ID(1 + (from+1+r.IntN(19))%20),
					Amount: 1, Max: 10, Starting: 1_000_000, At: time.Now(), Key: uuid.NewString()})
				if err != nil {
					fmt.Fprintln(os.Stderr, err)
					os.Exit(1)
				}
				os.Stdout.WriteString(row.ID.String() + "\n") // one write a line, so that a line is whole or not there
			}
		})
	}
	wg.Wait()
	return nil
}

// A process under load is killed at random, again and again: everything it had acknowledged is there, and
// nothing is half done.
func TestKilledUnderLoad(t *testing.T) {
	t.Parallel()
	const kills = 5 // store/proofs kills a hundred times, amid every operation
	storetest.EachDatabase(t, func(t *testing.T, db storetest.Database) {
		s := db.Migrated(t)
		acknowledged := 0
		for kill := range kills {
			ids := killedAfter(t, db.URL, 20+rand.IntN(300))
			acknowledged += len(ids)
			for _, id := range ids {
				_, err := s.Transaction(t.Context(), 1, id)
				require.NoError(t, err, "kill %d lost %s", kill, id)
			}
			storetest.Prove(t, s)
		}
		require.Greater(t, acknowledged, kills*20-1)
	})
}

// killedAfter runs a child until it has acknowledged n transfers, kills it, and returns all it acknowledged.
func killedAfter(t *testing.T, url string, n int) []uuid.UUID {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), childMode+"=load", "STORE_TEST_URL="+url)
	var problems strings.Builder
	cmd.Stderr = &problems
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	var ids []uuid.UUID
	for lines := bufio.NewScanner(out); lines.Scan(); {
		id, err := uuid.Parse(lines.Text())
		if err != nil {
			break // the last line, cut short
		}
		if ids = append(ids, id); len(ids) == n {
			require.NoError(t, cmd.Process.Kill())
		}
	}
	_ = cmd.Wait()
	require.GreaterOrEqual(t, len(ids), n, problems.String())
	return ids
}
