package dashboard

import (
	"context"
	"errors"
	"time"

	"github.com/alexedwards/scs/goredisstore"
	"github.com/redis/go-redis/v9"

	"github.com/smarter-dev/smarterdev/store"
)

// databaseSessions are stored in our own database, so they survive restarts and a lost Redis.
type databaseSessions struct {
	store *store.Store
	now   func() time.Time
}

func (d databaseSessions) find(ctx context.Context, token string) ([]byte, bool, error) {
	found, err := d.store.Session(ctx, token, d.now())
	if errors.Is(err, store.ErrNotFound) {
		return nil, false, nil
	}
	return found.Data, err == nil, err
}

func (d databaseSessions) create(ctx context.Context, token, person string, data []byte, expiry time.Time) error {
	return d.store.CreateSession(ctx, store.Session{Token: token, Person: person, Data: data, ExpiresAt: expiry})
}

func (d databaseSessions) update(ctx context.Context, token, person string, data []byte, expiry time.Time) error {
	err := d.store.UpdateSession(ctx, store.Session{Token: token, Person: person, Data: data, ExpiresAt: expiry})
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	return err
}

func (d databaseSessions) delete(ctx context.Context, token string) error {
	return d.store.DeleteSession(ctx, token)
}

func (d databaseSessions) deleteAll(ctx context.Context, person string, _ func(string, []byte) (sessionContent, bool)) error {
	return d.store.DeleteSessionsOf(ctx, person)
}

func (d databaseSessions) of(ctx context.Context, person string, _ func(string, []byte) (sessionContent, bool)) (map[string][]byte, error) {
	found, err := d.store.SessionsOf(ctx, person, d.now())
	sealed := make(map[string][]byte, len(found))
	for _, s := range found {
		sealed[s.Token] = s.Data
	}
	return sealed, err
}

// redisSessions are stored in Redis, for installations that prefer it.
type redisSessions struct {
	inner  *goredisstore.RedisStore
	client *redis.Client
}

const redisPrefix = "smarterdev:session:"

func newRedisSessions(client *redis.Client) redisSessions {
	return redisSessions{goredisstore.NewWithPrefix(client, redisPrefix), client}
}

func (r redisSessions) find(ctx context.Context, token string) ([]byte, bool, error) {
	return r.inner.FindCtx(ctx, token)
}

func (r redisSessions) create(ctx context.Context, token, _ string, data []byte, expiry time.Time) error {
	return r.inner.CommitCtx(ctx, token, data, expiry)
}

func (r redisSessions) update(ctx context.Context, token, _ string, data []byte, expiry time.Time) error {
	err := r.client.SetArgs(ctx, redisPrefix+token, data, redis.SetArgs{Mode: "XX", ExpireAt: expiry}).Err()
	if errors.Is(err, redis.Nil) {
		return nil
	}
	return err
}

func (r redisSessions) delete(ctx context.Context, token string) error {
	return r.inner.DeleteCtx(ctx, token)
}

// of reads every session: Redis has no index by person, and this is rare.
func (r redisSessions) of(ctx context.Context, person string, open func(string, []byte) (sessionContent, bool)) (map[string][]byte, error) {
	all, err := r.inner.AllCtx(ctx)
	for token, data := range all {
		if content, ok := open(token, data); !ok || content.person() != person {
			delete(all, token)
		}
	}
	return all, err
}

func (r redisSessions) deleteAll(ctx context.Context, person string, open func(string, []byte) (sessionContent, bool)) error {
	theirs, err := r.of(ctx, person, open)
	if err != nil {
		return err
	}
	var errs []error
	for token := range theirs {
		errs = append(errs, r.inner.DeleteCtx(ctx, token))
	}
	return errors.Join(errs...)
}
