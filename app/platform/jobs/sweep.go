package jobs

import (
	"context"
	"time"

	"github.com/smarter-dev/smarterdev/store"
)

const sweepEvery = time.Hour

// SweepStore is the job that removes what the store no longer needs to keep.
type SweepStore struct{}

// Kind names the job in the queue.
func (SweepStore) Kind() string { return "sweep_store" }

// Sweep mounts the regular cleaning of the store.
func Sweep(r *Registry, s *store.Store) {
	Work(r, func(ctx context.Context, _ SweepStore) error { return s.Sweep(ctx, time.Now()) })
	r.Every(sweepEvery, SweepStore{})
}
