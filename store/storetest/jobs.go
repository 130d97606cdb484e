package storetest

import (
	"context"
	"testing"

	"github.com/riverqueue/river"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/store"
)

// noted is a job that says it was worked.
type noted struct {
	N int `json:"n"`
}

func (noted) Kind() string { return "storetest_noted" }

// enqueues inserts jobs with changes and by themselves, and works them.
func enqueues(t *testing.T, db Database) {
	s := db.Migrated(t)
	give := adjust(1, 50)
	give.Key, give.Then = "api:give", []river.JobArgs{noted{1}, noted{2}}
	given, err := s.Adjust(t.Context(), give)
	require.NoError(t, err)
	_, err = s.Adjust(t.Context(), give)
	require.NoError(t, err)
	take := adjust(1, -500)
	take.Then = []river.JobArgs{noted{100}}
	_, err = s.Adjust(t.Context(), take)
	require.Equal(t, store.InsufficientBalance, code(err))
	back := undo(given.ID)
	back.Then = []river.JobArgs{noted{3}}
	_, err = s.Reverse(t.Context(), back)
	require.NoError(t, err)
	_, err = saveSettings(t, s, `{"a": 1}`, nil, noted{4})
	require.NoError(t, err)
	_, err = saveSettings(t, s, `{"a": 1}`, new(int64), noted{100})
	require.ErrorIs(t, err, store.ErrStale)
	require.NoError(t, s.Enqueue(t.Context(), noted{5}, noted{6}))
	require.NoError(t, s.Enqueue(t.Context()))

	worked := make(chan int, 100)
	workers := river.NewWorkers()
	river.AddWorker(workers, river.WorkFunc(func(ctx context.Context, job *river.Job[noted]) error {
		worked <- job.Args.N
		return nil
	}))
	jobs, err := s.RunJobs(t.Context(), &river.Config{Workers: workers, Queues: map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: 4}}})
	require.NoError(t, err)
	seen := map[int]int{}
	for range 6 {
		seen[<-worked]++
	}
	require.Equal(t, map[int]int{1: 1, 2: 1, 3: 1, 4: 1, 5: 1, 6: 1}, seen, "what was refused or repeated left no job")

	// The queue and the ledger share the database, on SQLite even the connection.
	together(20, func(i int) {
		order := adjust(i, 5)
		order.Then = []river.JobArgs{noted{10 + i}}
		_, err := s.Adjust(t.Context(), order)
		assert.NoError(t, err)
	})
	for range 20 {
		seen[<-worked]++
	}
	require.Len(t, seen, 26)
	require.NoError(t, jobs.Stop(t.Context()))
	require.Empty(t, worked)

	_, err = s.RunJobs(t.Context(), &river.Config{Queues: map[string]river.QueueConfig{"": {}}})
	require.ErrorIs(t, err, store.ErrInvalid)
	Prove(t, s)
}
