// Package apikeys creates, authenticates and revokes the keys of the API.
package apikeys

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/smarter-dev/smarterdev/app/platform/api"
	"github.com/smarter-dev/smarterdev/app/platform/bus"
	"github.com/smarter-dev/smarterdev/app/platform/cache"
	"github.com/smarter-dev/smarterdev/app/platform/fault"
	"github.com/smarter-dev/smarterdev/store"
)

const (
	// A key is loaded within lookupTimeout and then cached for keyTTL. A revocation is also published;
	// the sum bounds how long a revoked key works when that event is lost.
	lookupTimeout = 2 * time.Second
	keyTTL        = 2500 * time.Millisecond
	maxCachedKeys = 10_000
	flushEvery    = 30 * time.Second // how often last uses are written
)

// Service keeps the keys. Its verbs return *fault.Error for what may be
// told to a person.
type Service struct {
	store  *store.Store
	bus    *bus.Bus
	log    *slog.Logger
	now    func() time.Time
	scopes func() []api.ScopeInfo                         // that keys can have
	keys   *cache.Cache[[sha256.Size]byte, *store.APIKey] // nil: there is none
	stop   func()

	mu   sync.Mutex
	used map[uuid.UUID]time.Time // not yet written to the database
	done chan struct{}
	wait sync.WaitGroup
}

// New returns the service for keys that can have these scopes, which are asked for when they are needed;
// Close it.
func New(s *store.Store, b *bus.Bus, scopes func() []api.ScopeInfo, log *slog.Logger, now func() time.Time) *Service {
	k := &Service{
		store: s, bus: b, log: log, now: now, scopes: scopes,
		keys: cache.New[[sha256.Size]byte, *store.APIKey](maxCachedKeys, keyTTL),
		used: make(map[uuid.UUID]time.Time),
		done: make(chan struct{}),
	}
	k.stop = b.Subscribe(bus.Subscriber{
		Name:   "API keys",
		Topics: []bus.Topic{bus.KeyRevoked},
		Handle: func(context.Context, bus.Event) { k.keys.InvalidateAll() },
		Resync: func(context.Context) { k.keys.InvalidateAll() },
	})
	k.wait.Go(k.flushLoop)
	return k
}

// Close writes pending last uses and closes the cache.
func (s *Service) Close() {
	s.stop()
	close(s.done)
	s.wait.Wait()
	s.keys.Close()
}

// Authenticate returns the key that a caller presented. It fails with unauthorized when the key is
// unknown, revoked or expired.
func (s *Service) Authenticate(ctx context.Context, presented string) (*store.APIKey, error) {
	hash, ok := parseKey(presented)
	if !ok {
		return nil, unauthorized("this is no API key of ours: one begins with sd_ and has 52 characters")
	}
	k, err := s.lookUp(ctx, hash)
	if err != nil {
		return nil, err
	}
	now := s.now()
	switch {
	case k == nil || subtle.ConstantTimeCompare(k.Hash, hash[:]) != 1:
		return nil, unauthorized("this API key is not known here; check that it was made on this server")
	case k.RevokedAt != nil:
		return nil, unauthorized("this API key was revoked; make a new one")
	case !k.Usable(now):
		return nil, unauthorized("this API key has expired; make a new one")
	}
	s.touch(k.ID, now)
	return k, nil
}

func unauthorized(words string) error {
	return fault.New(fault.Unauthorized, "unauthorized", "%s", words)
}

// lookUp loads a key from the database, or from the cache for a few seconds; nil when there is none.
func (s *Service) lookUp(ctx context.Context, hash [sha256.Size]byte) (*store.APIKey, error) {
	return s.keys.Get(ctx, hash, s.load)
}

func (s *Service) load(ctx context.Context, hash [sha256.Size]byte) (*store.APIKey, error) {
	ctx, cancel := context.WithTimeout(ctx, lookupTimeout)
	defer cancel()
	k, err := s.store.APIKeyByHash(ctx, hash[:])
	switch {
	case errors.Is(err, store.ErrNotFound):
		return nil, nil
	case err != nil && ctx.Err() != nil:
		return nil, fault.New(fault.Unavailable, "unavailable",
			"the database does not answer right now; try again in a moment").Because(err)
	case err != nil:
		return nil, err
	}
	return &k, nil
}

// touch records that a key was used; flushLoop writes it.
func (s *Service) touch(id uuid.UUID, at time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.used[id] = at
}

func (s *Service) flushLoop() {
	tick := time.NewTicker(flushEvery)
	defer tick.Stop()
	for ended := false; !ended; {
		select {
		case <-tick.C:
		case <-s.done:
			ended = true
		}
		s.Flush(context.Background())
	}
}

// Flush writes when keys were last used.
func (s *Service) Flush(ctx context.Context) {
	s.mu.Lock()
	used := s.used
	s.used = make(map[uuid.UUID]time.Time, len(used))
	s.mu.Unlock()
	if err := s.store.TouchAPIKeys(ctx, used); err != nil {
		s.log.WarnContext(ctx, "the last uses of API keys were not recorded", "keys", len(used), "error", err)
	}
}
