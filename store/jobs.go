package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/rivertype"
)

// Enqueue inserts durable jobs. A job that belongs to a change goes into the change's own transaction
// instead, by its Then; this is for what follows a commit and is healed anyway when it is lost.
func (s *Store) Enqueue(ctx context.Context, jobs ...river.JobArgs) error {
	if len(jobs) == 0 {
		return nil
	}
	return wrap("enqueue jobs", s.db.write(ctx, func(c conn) error { return c.enqueue(jobs) }))
}

// Jobs is a running worker of the queue.
type Jobs struct {
	stop func(context.Context) error
}

// RunJobs starts to work the queue as cfg says, with cfg.Workers on cfg.Queues, until Stop. Without a
// Logger it uses the store's. On SQLite the queue shares the one connection for writes.
func (s *Store) RunJobs(ctx context.Context, cfg *river.Config) (*Jobs, error) {
	own := *cfg
	if own.Logger == nil {
		own.Logger = s.log
	}
	own.Middleware = append(slices.Clone(own.Middleware), river.WorkerMiddlewareFunc(skipCancelled))
	jobs, err := s.db.work(ctx, &own)
	return jobs, wrap("run jobs", err)
}

// skipCancelled ends a job that was cancelled while it ran and then failed. River puts such a job back
// into the queue when its next try is due within seconds.
func skipCancelled(ctx context.Context, job *rivertype.JobRow, work func(context.Context) error) error {
	var metadata struct {
		Cancelled json.RawMessage `json:"cancel_attempted_at"`
	}
	if err := json.Unmarshal(job.Metadata, &metadata); err == nil && metadata.Cancelled != nil {
		return river.JobCancel(errors.New("cancelled while it ran"))
	}
	return work(ctx)
}

// Stop takes no more jobs and waits for those that run. When ctx ends first they are cancelled, and it
// returns once they have obeyed.
func (j *Jobs) Stop(ctx context.Context) error { return j.stop(ctx) }

// startJobs runs a client of either engine.
func startJobs[TTx any](ctx context.Context, driver riverdriver.Driver[TTx], cfg *river.Config) (*Jobs, error) {
	client, err := river.NewClient(driver, cfg)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	if err := client.Start(context.WithoutCancel(ctx)); err != nil {
		return nil, err
	}
	return &Jobs{stop: func(ctx context.Context) error {
		err := client.Stop(ctx)
		if err != nil && ctx.Err() != nil {
			return client.StopAndCancel(context.WithoutCancel(ctx))
		}
		return err
	}}, nil
}

// jobInserter inserts and cancels jobs in transactions of either engine; it works none.
type jobInserter[TTx any] struct{ client *river.Client[TTx] }

func newJobInserter[TTx any](driver riverdriver.Driver[TTx], log *slog.Logger) (*jobInserter[TTx], error) {
	client, err := river.NewClient(driver, &river.Config{Logger: log})
	if err != nil {
		return nil, err
	}
	return &jobInserter[TTx]{client}, nil
}

// insert returns the ids of the jobs, in order.
func (j *jobInserter[TTx]) insert(ctx context.Context, tx TTx, jobs []river.InsertManyParams) ([]int64, error) {
	inserted, err := j.client.InsertManyTx(ctx, tx, jobs)
	if err != nil {
		return nil, err
	}
	ids := make([]int64, len(inserted))
	for i, r := range inserted {
		ids[i] = r.Job.ID
	}
	return ids, nil
}

// cancel ends a job that waits, and keeps one that runs from being tried again. Of a job that is over or
// gone nothing is left to cancel.
func (j *jobInserter[TTx]) cancel(ctx context.Context, tx TTx, id int64) error {
	_, err := j.client.JobCancelTx(ctx, tx, id)
	if errors.Is(err, rivertype.ErrNotFound) {
		return nil
	}
	return err
}
