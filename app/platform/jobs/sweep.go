package jobs

import (
	"context"
	"time"

	"github.com/smarter-dev/smarterdev/store"
)

const sweepEvery = time.Hour

// SweepStore orders that what the store needs to keep no longer be removed.
type SweepStore struct{}

// Kind names the job in the queue.
func (SweepStore) Kind() string { return "sweep_store" }

// Sweep mounts the upkeep of the store.
func Sweep(r *Registry, s *store.Store) {
	Work(r, func(ctx context.Context, _ SweepStore) error { return s.Sweep(ctx, time.Now()) })
	r.Every(sweepEvery, SweepStore{})
}
