package store

import (
	"context"
	"time"
)

// sweepSlice bounds one delete, so that no one waits long behind it.
const sweepSlice = 1000

// Sweep removes what is over by now: idempotency keys older than 7 days, confirmations a day after
// their end, and sessions. It works in slices and stops with the context; what is left is for the next time.
func (s *Store) Sweep(ctx context.Context, now time.Time) error {
	for _, dead := range []struct {
		sql    string
		before time.Time
	}{
		{`DELETE FROM idempotency WHERE (guild_id, key) IN
			(SELECT guild_id, key FROM idempotency WHERE created_at < $1 ORDER BY created_at LIMIT $2)`, now.Add(-keyLife)},
		{`DELETE FROM confirmations WHERE (guild_id, id) IN
			(SELECT guild_id, id FROM confirmations WHERE expires_at < $1 ORDER BY expires_at LIMIT $2)`, now.Add(-24 * time.Hour)},
		{`DELETE FROM sessions WHERE token IN
			(SELECT token FROM sessions WHERE expires_at < $1 ORDER BY expires_at LIMIT $2)`, now},
	} {
		for n := int64(sweepSlice); n == sweepSlice; {
			err := s.db.write(ctx, func(c conn) (err error) {
				n, err = c.exec(dead.sql, moment(dead.before), sweepSlice)
				return err
			})
			if err != nil {
				return wrap("sweep", err)
			}
		}
	}
	return nil
}
