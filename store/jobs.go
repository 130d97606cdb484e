package store

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
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
	jobs, err := s.db.work(ctx, &own)
	return jobs, wrap("run jobs", err)
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

// jobInserter inserts jobs into transactions of either engine; it works none.
type jobInserter[TTx any] struct{ client *river.Client[TTx] }

func newJobInserter[TTx any](driver riverdriver.Driver[TTx], log *slog.Logger) (*jobInserter[TTx], error) {
	client, err := river.NewClient(driver, &river.Config{Logger: log})
	if err != nil {
		return nil, err
	}
	return &jobInserter[TTx]{client}, nil
}

func (j *jobInserter[TTx]) insert(ctx context.Context, tx TTx, jobs []river.JobArgs) error {
	params := make([]river.InsertManyParams, len(jobs))
	for i, args := range jobs {
		params[i].Args = args
	}
	_, err := j.client.InsertManyTx(ctx, tx, params)
	return err
}
