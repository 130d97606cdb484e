package store

import (
	"cmp"
	"errors"
	"slices"
	"time"

	"github.com/disgoorg/snowflake/v2"
	"github.com/riverqueue/river"
)

// scheduled is an instruction about the job under a key. It is river.JobArgs only so that it can be among
// the jobs that a change enqueues; it never is in the queue itself.
type scheduled struct {
	guild snowflake.ID
	key   string
	at    time.Time
	job   river.JobArgs // nil: cancel
}

// Kind implements river.JobArgs.
func (scheduled) Kind() string { return "scheduled" }

// At is a job that is worked at a moment, or a few seconds later, for Enqueue or the Then of a change. At
// most one job of a guild waits under a key, such as "moderation.unban:42": this one replaces another.
// Guild 0 is the installation. A job that is running when it is replaced or cancelled may run to its end,
// but is not tried again; so it acts on what the database says when it runs.
func At(guild snowflake.ID, key string, at time.Time, job river.JobArgs) river.JobArgs {
	return scheduled{guild, key, at, job}
}

// Cancel cancels the job that waits under a key of a guild, for Enqueue or the Then of a change. It is not
// an error when there is none.
func Cancel(guild snowflake.ID, key string) river.JobArgs { return scheduled{guild: guild, key: key} }

// enqueue carries out what a change says about jobs, in its transaction.
func enqueue(c jobConn, jobs []river.JobArgs) error {
	var now []river.InsertManyParams
	var later []scheduled
	for _, job := range jobs {
		if s, ok := job.(scheduled); ok {
			later = append(later, s)
		} else {
			now = append(now, river.InsertManyParams{Args: job})
		}
	}
	// In one order, so that two changes never wait for each other.
	slices.SortStableFunc(later, func(a, b scheduled) int { return cmp.Or(cmp.Compare(a.guild, b.guild), cmp.Compare(a.key, b.key)) })
	for _, s := range later {
		if err := s.apply(c); err != nil {
			return err
		}
	}
	if len(now) == 0 {
		return nil
	}
	_, err := c.insertJobs(now)
	return err
}

// jobConn is a conn in a transaction that can change the queue.
type jobConn interface {
	conn
	insertJobs([]river.InsertManyParams) ([]int64, error)
	cancelJob(id int64) error
}

// apply locks the key, so that of two changes at once the second sees the job of the first.
func (s scheduled) apply(c jobConn) error {
	if err := checkIDs(s.guild); err != nil {
		return err
	}
	lock := `INSERT INTO scheduled_jobs (guild_id, key) VALUES ($1, $2)
		ON CONFLICT (guild_id, key) DO UPDATE SET job_id = scheduled_jobs.job_id RETURNING job_id`
	if s.job == nil {
		lock = `DELETE FROM scheduled_jobs WHERE guild_id = $1 AND key = $2 RETURNING job_id`
	}
	waiting, err := one(c, scalar[*int64], lock, s.guild, s.key)
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	if err == nil && waiting != nil {
		err = c.cancelJob(*waiting)
	}
	if err != nil || s.job == nil {
		return err
	}
	ids, err := c.insertJobs([]river.InsertManyParams{{Args: s.job, InsertOpts: &river.InsertOpts{ScheduledAt: s.at}}})
	if err != nil {
		return err
	}
	_, err = c.exec(`UPDATE scheduled_jobs SET job_id = $3 WHERE guild_id = $1 AND key = $2`, s.guild, s.key, ids[0])
	return err
}
