package storetest

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/store"
)

// waiting lists the jobs that a queue has yet to work, by their number.
func waiting(t *testing.T, db Database) []int {
	t.Helper()
	rows, err := db.Raw(t).Query(`SELECT CAST(args AS text) FROM river_job
		WHERE kind = 'storetest_noted' AND state IN ('available', 'scheduled', 'retryable')`)
	require.NoError(t, err)
	defer rows.Close()
	var found []int
	for rows.Next() {
		var args string
		require.NoError(t, rows.Scan(&args))
		n := 0
		for _, digit := range args {
			if digit >= '0' && digit <= '9' {
				n = 10*n + int(digit-'0')
			}
		}
		found = append(found, n)
	}
	require.NoError(t, rows.Err())
	slices.Sort(found)
	return found
}

// schedules puts, replaces and cancels jobs under a key, each in the transaction of a change.
func schedules(t *testing.T, db Database) {
	s := db.Migrated(t)
	later := time.Now().Add(time.Hour)
	change := func(amount int64, then ...river.JobArgs) error {
		order := adjust(1, amount)
		order.Then = then
		_, err := s.Adjust(t.Context(), order)
		return err
	}
	require.NoError(t, change(1, store.At(guild, "a", later, noted{1}), store.At(guild, "b", later, noted{2})))
	require.Equal(t, []int{1, 2}, waiting(t, db))

	require.NoError(t, change(1, store.At(guild, "a", later.Add(time.Hour), noted{3})))
	require.Equal(t, []int{2, 3}, waiting(t, db), "one job waits under a key")
	require.NoError(t, s.Enqueue(t.Context(), store.At(guild+1, "a", later, noted{4}), store.At(0, "a", later, noted{5})))
	require.Equal(t, []int{2, 3, 4, 5}, waiting(t, db), "each guild has keys of its own")

	require.Equal(t, store.InsufficientBalance, code(change(-1000, store.At(guild, "a", later, noted{100}), store.Cancel(guild, "b"))))
	require.Equal(t, []int{2, 3, 4, 5}, waiting(t, db), "a change that is refused changes no job")

	require.NoError(t, change(1, store.Cancel(guild, "b"), store.Cancel(guild, "never"), noted{6}))
	require.Equal(t, []int{3, 4, 5, 6}, waiting(t, db))
	require.NoError(t, s.Enqueue(t.Context(), store.Cancel(guild, "b")), "twice is once")
	require.NoError(t, s.Enqueue(t.Context(), store.At(guild, "b", later, noted{7})))
	require.Equal(t, []int{3, 4, 5, 6, 7}, waiting(t, db), "a key can be used again")
	require.ErrorIs(t, s.Enqueue(t.Context(), store.At(1<<63, "a", later, noted{100})), store.ErrInvalid)
}

// schedulesOnce races changes for one key: whoever is last, one job is left.
func schedulesOnce(t *testing.T, db Database) {
	s, other := db.Migrated(t), db.Open(t)
	later := time.Now().Add(time.Hour)
	together(20, func(i int) {
		assert.NoError(t, []*store.Store{s, other}[i%2].Enqueue(t.Context(), store.At(guild, "a", later, noted{i + 1})))
	})
	require.Len(t, waiting(t, db), 1)
	// Two keys at once, named in either order.
	together(20, func(i int) {
		jobs := []river.JobArgs{store.At(guild, "b", later, noted{2*i + 100}), store.At(guild, "c", later, noted{2*i + 101})}
		if i%2 == 0 {
			jobs[0], jobs[1] = jobs[1], jobs[0]
		}
		assert.NoError(t, []*store.Store{s, other}[i%2].Enqueue(t.Context(), jobs...))
	})
	require.Len(t, waiting(t, db), 3)
}

// worksScheduled works what is due, in the process after the one that scheduled it, and nothing that was
// replaced or cancelled, not even when it was running and failed.
func worksScheduled(t *testing.T, db Database) {
	before := db.Migrated(t)
	soon := time.Now().Add(time.Second)
	require.NoError(t, before.Enqueue(t.Context(), store.At(guild, "due", soon, noted{1}), store.At(guild, "replaced", soon, noted{100}),
		store.At(guild, "cancelled", soon, noted{100}), store.At(guild, "failing", time.Now(), noted{2}), store.At(guild, "late", soon.Add(time.Hour), noted{100})))
	require.NoError(t, before.Enqueue(t.Context(), store.At(guild, "replaced", soon, noted{3}), store.Cancel(guild, "cancelled")))
	require.NoError(t, before.Close())

	s := db.Open(t)
	worked := make(chan int, 100)
	workers := river.NewWorkers()
	river.AddWorker(workers, river.WorkFunc(func(ctx context.Context, job *river.Job[noted]) error {
		if job.Args.N == 2 {
			err := s.Enqueue(ctx, store.Cancel(guild, "failing")) // cancelled while it runs
			worked <- job.Args.N
			return errors.Join(err, errors.New("failed"))
		}
		worked <- job.Args.N
		return nil
	}))
	jobs, err := s.RunJobs(t.Context(), &river.Config{
		Workers: workers, Queues: map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: 4}},
		RetryPolicy: atOnce{},
	})
	require.NoError(t, err)
	seen := map[int]int{}
	for range 3 {
		seen[<-worked]++
	}
	require.Equal(t, map[int]int{1: 1, 2: 1, 3: 1}, seen)
	require.Eventually(t, func() bool {
		var n int
		err := db.Raw(t).QueryRow(`SELECT count(*) FROM river_job WHERE state = 'cancelled'`).Scan(&n)
		return err == nil && n == 3
	}, 20*time.Second, 10*time.Millisecond, "the job that failed is cancelled too")
	require.NoError(t, jobs.Stop(t.Context()))
	require.Empty(t, worked)
	require.Equal(t, []int{100}, waiting(t, db), "what is not due waits")

	keys := func() (n int) {
		require.NoError(t, db.Raw(t).QueryRow(`SELECT count(*) FROM scheduled_jobs`).Scan(&n))
		return n
	}
	require.Equal(t, 3, keys())
	require.NoError(t, s.Sweep(t.Context(), time.Now()))
	require.Equal(t, 1, keys(), "the keys of jobs that are done are forgotten")
}

// atOnce tries a job that failed again without a pause.
type atOnce struct{}

// NextRetry implements river.ClientRetryPolicy.
func (atOnce) NextRetry(*rivertype.JobRow) time.Time { return time.Now() }

// keepsDeliveries records what became of messages.
func keepsDeliveries(t *testing.T, db Database) {
	s := db.Migrated(t)
	sent := store.Delivery{
		GuildID: guild, ID: uuid.Must(uuid.NewV7()), State: store.DeliverySent, ChannelID: 5, MessageID: 6, DoneAt: noon,
	}
	_, err := s.Delivery(t.Context(), guild, sent.ID)
	require.ErrorIs(t, err, store.ErrNotFound)
	require.NoError(t, s.SaveDelivery(t.Context(), sent))
	again := sent
	again.State, again.Code = store.DeliveryRefused, 50013
	require.NoError(t, s.SaveDelivery(t.Context(), again))
	found, err := s.Delivery(t.Context(), guild, sent.ID)
	require.NoError(t, err)
	require.True(t, sent.DoneAt.Equal(found.DoneAt))
	found.DoneAt = sent.DoneAt
	require.Equal(t, sent, found, "the first outcome stays")

	refused := store.Delivery{ID: uuid.Must(uuid.NewV7()), State: store.DeliveryRefused, Code: 50007, Reason: "closed", DoneAt: noon}
	require.NoError(t, s.SaveDelivery(t.Context(), refused))
	found, err = s.Delivery(t.Context(), 0, refused.ID)
	require.NoError(t, err)
	require.Equal(t, 50007, found.Code)
	require.Equal(t, "closed", found.Reason)

	require.NoError(t, s.Sweep(t.Context(), noon.Add(29*24*time.Hour)))
	_, err = s.Delivery(t.Context(), guild, sent.ID)
	require.NoError(t, err)
	require.NoError(t, s.Sweep(t.Context(), noon.Add(31*24*time.Hour)))
	_, err = s.Delivery(t.Context(), guild, sent.ID)
	require.ErrorIs(t, err, store.ErrNotFound)
}
