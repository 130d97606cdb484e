// Package jobs is the durable work of the program: what was enqueued in a transaction and must happen
// although the process dies. It runs on the store's queue. A job that belongs to a change is among the
// change's Then; one that is due later is wrapped in store.At, whose key lets a later change replace or
// cancel it in its own transaction.
package jobs

import (
	"context"
	"log/slog"
	"time"

	"github.com/riverqueue/river"

	"github.com/smarter-dev/smarterdev/app/platform/logging"
	"github.com/smarter-dev/smarterdev/store"
)

// QueueBulk is the queue of long work, done one at a time, so that short work never waits behind it.
const QueueBulk = "bulk"

const (
	// usualTimeout bounds a job unless WorkLong is used.
	usualTimeout = 20 * time.Second
	// rescueAfter is when a job whose process died is worked again; it must exceed usualTimeout.
	rescueAfter = 30 * time.Second

	workers     = 4
	bulkWorkers = 1
)

// Registry collects the workers of the features.
type Registry struct {
	workers  *river.Workers
	periodic []*river.PeriodicJob
	first    []river.JobArgs // inserted when the program starts
}

// NewRegistry makes an empty registry.
func NewRegistry() *Registry { return &Registry{workers: river.NewWorkers()} }

// Work mounts f for jobs of type T. A job is tried again, later and later, until f succeeds; f
// must do no harm when it runs twice.
func Work[T river.JobArgs](r *Registry, f func(ctx context.Context, args T) error) {
	WorkTries(r, func(ctx context.Context, args T, _ Try) error { return f(ctx, args) })
}

// WorkLong is Work without a limit of time.
func WorkLong[T river.JobArgs](r *Registry, f func(ctx context.Context, args T) error) {
	river.AddWorker(r.workers, &worker[T]{f: func(ctx context.Context, args T, _ Try) error { return f(ctx, args) }, timeout: -1})
}

// Try says which attempt at a job this is.
type Try struct {
	Number int  // from 1
	Last   bool // when it fails, the job is given up
}

// WorkTries is Work for jobs that must come to an end of their own: f learns when it is tried for the last
// time.
func WorkTries[T river.JobArgs](r *Registry, f func(ctx context.Context, args T, try Try) error) {
	river.AddWorker(r.workers, &worker[T]{f: f, timeout: usualTimeout})
}

// Every enqueues a job when a process starts, and at each interval, then by one of several processes.
func (r *Registry) Every(interval time.Duration, args river.JobArgs) {
	r.first = append(r.first, args)
	r.periodic = append(r.periodic, river.NewPeriodicJob(river.PeriodicInterval(interval),
		func() (river.JobArgs, *river.InsertOpts) { return args, nil }, nil))
}

type worker[T river.JobArgs] struct {
	river.WorkerDefaults[T]
	f       func(ctx context.Context, args T, try Try) error
	timeout time.Duration
}

func (w *worker[T]) Work(ctx context.Context, job *river.Job[T]) error {
	return w.f(ctx, job.Args, Try{Number: job.Attempt, Last: job.Attempt >= job.MaxAttempts})
}

func (w *worker[T]) Timeout(*river.Job[T]) time.Duration { return w.timeout }

// Run works the queue until the returned Jobs are stopped.
func Run(ctx context.Context, s *store.Store, r *Registry, log *slog.Logger) (*store.Jobs, error) {
	// After a crash nobody enqueues periodic jobs until the lease of the process that died is over, and
	// what it left undone should not wait for that.
	if err := s.Enqueue(ctx, r.first...); err != nil {
		return nil, err
	}
	return s.RunJobs(ctx, &river.Config{
		Workers:              r.workers,
		PeriodicJobs:         r.periodic,
		Queues:               map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: workers}, QueueBulk: {MaxWorkers: bulkWorkers}},
		JobTimeout:           usualTimeout,
		RescueStuckJobsAfter: rescueAfter,
		Logger:               logging.Quiet(log),
	})
}
