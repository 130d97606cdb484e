package store

import (
	"context"
	"time"
)

// Queue says how much durable work waits.
type Queue struct {
	Waiting int64         // jobs that are due and that nobody works on
	Oldest  time.Duration // for how long the first of them has been due, to the second
}

// Queue returns the state of the queue of jobs.
func (s *Store) Queue(ctx context.Context) (Queue, error) {
	c := s.db.reader(ctx)
	due := c.dialect().dueFor
	scan := func(r row) (Queue, error) {
		var q Queue
		var seconds int64
		err := r.Scan(&q.Waiting, &seconds)
		q.Oldest = time.Duration(seconds) * time.Second
		return q, err
	}
	q, err := one(c, scan, `SELECT count(*), coalesce(max(`+due+`), 0) FROM river_job
		WHERE state IN ('available', 'retryable') AND `+due+` >= 0`)
	return q, wrap("read the queue", err)
}
