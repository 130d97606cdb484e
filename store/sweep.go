package store

import (
	"context"
	"time"
)

// sweepSlice bounds one delete, so that no one waits long behind it.
const sweepSlice = 1000

// deliveriesKept is how long the outcome of a message is remembered.
const deliveriesKept = 30 * 24 * time.Hour

// Sweep removes what is over by now: idempotency keys older than 7 days, confirmations a day after
// their end, sessions, deliveries older than 30 days, and the keys of jobs that are done. It works in
// slices and stops with the context; what is left is for the next time.
func (s *Store) Sweep(ctx context.Context, now time.Time) error {
	for _, dead := range []struct {
		sql    string
		before time.Time // zero: the statement does not ask for a time
	}{
		{`DELETE FROM idempotency WHERE (guild_id, key) IN
			(SELECT guild_id, key FROM idempotency WHERE created_at < $1 ORDER BY created_at LIMIT $2)`, now.Add(-keyLife)},
		{`DELETE FROM confirmations WHERE (guild_id, id) IN
			(SELECT guild_id, id FROM confirmations WHERE expires_at < $1 ORDER BY expires_at LIMIT $2)`, now.Add(-24 * time.Hour)},
		{`DELETE FROM sessions WHERE token IN
			(SELECT token FROM sessions WHERE expires_at < $1 ORDER BY expires_at LIMIT $2)`, now},
		{`DELETE FROM deliveries WHERE (guild_id, id) IN
			(SELECT guild_id, id FROM deliveries WHERE done_at < $1 ORDER BY done_at LIMIT $2)`, now.Add(-deliveriesKept)},
		{`DELETE FROM automod_hits WHERE (guild_id, id) IN
			(SELECT guild_id, id FROM automod_hits WHERE created_at < $1 ORDER BY created_at LIMIT $2)`, now.Add(-AutomodHitsKept)},
		{`DELETE FROM scheduled_jobs WHERE (guild_id, key, job_id) IN
			(SELECT s.guild_id, s.key, s.job_id FROM scheduled_jobs s LEFT JOIN river_job j ON j.id = s.job_id
				WHERE j.id IS NULL OR j.state IN ('completed', 'cancelled', 'discarded') LIMIT $1)`, time.Time{}},
	} {
		for n := int64(sweepSlice); n == sweepSlice; {
			err := s.db.write(ctx, func(c conn) (err error) {
				args := []any{moment(dead.before), sweepSlice}
				if dead.before.IsZero() {
					args = args[1:]
				}
				n, err = c.exec(dead.sql, args...)
				return err
			})
			if err != nil {
				return wrap("sweep", err)
			}
		}
	}
	return nil
}
