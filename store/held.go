package store

import (
	"context"
	"encoding/json"
	"time"

	"github.com/disgoorg/snowflake/v2"
)

// HeldJob is a job that came with a backup or an import and waits for somebody to say whether it is still wanted.
type HeldJob struct {
	ID    int64           `json:"id"`
	Kind  string          `json:"kind"`
	Args  json.RawMessage `json:"args"`
	DueAt time.Time       `json:"due_at"`
	Guild snowflake.ID    `json:"guild_id,omitzero"` // with Key: the guild whose change it belongs to
	Key   string          `json:"key,omitzero"`
}

// waiting are the jobs that are not over.
const waiting = `state NOT IN ('cancelled', 'completed', 'discarded')`

// held is what tells a held job from others in the state "pending", which River leaves alone.
const held = `state = 'pending'`

// HoldJobs keeps every job that is not over from being worked, until ReleaseJobs or DropJobs. It returns how many
// there are. A change that replaces or cancels its job still does. Nobody may work the queue meanwhile.
func (s *Store) HoldJobs(ctx context.Context) (int64, error) {
	// Without its unique key it does not keep a new job like it out of the queue.
	return s.moveJobs(ctx, "hold jobs", `UPDATE river_job SET state = 'pending', unique_key = NULL WHERE `+waiting)
}

// ReleaseJobs gives held jobs back to the queue: what is overdue is worked within seconds.
func (s *Store) ReleaseJobs(ctx context.Context) (int64, error) {
	return s.moveJobs(ctx, "release jobs", `UPDATE river_job SET state = 'scheduled' WHERE `+held)
}

// DropJobs ends held jobs without working them.
func (s *Store) DropJobs(ctx context.Context) (int64, error) {
	return s.moveJobs(ctx, "drop jobs", `UPDATE river_job SET state = 'cancelled', finalized_at = CURRENT_TIMESTAMP WHERE `+held)
}

func (s *Store) moveJobs(ctx context.Context, what, sql string) (n int64, err error) {
	err = s.db.write(ctx, func(c conn) error {
		n, err = c.exec(sql)
		return err
	})
	return n, wrap(what, err)
}

// CountHeldJobs returns how many jobs are held.
func (s *Store) CountHeldJobs(ctx context.Context) (int64, error) {
	n, err := one(s.db.reader(ctx), scalar[int64], `SELECT count(*) FROM river_job WHERE `+held)
	return n, wrap("count held jobs", err)
}

// HeldJobs lists up to limit held jobs, the earliest first.
func (s *Store) HeldJobs(ctx context.Context, limit int) ([]HeldJob, error) {
	c := s.db.reader(ctx)
	scan := func(r row) (HeldJob, error) {
		var j HeldJob
		var guild *snowflake.ID
		var key *string
		err := r.Scan(&j.ID, &guild, &key, &j.Kind, &j.Args, &j.DueAt)
		if guild != nil && key != nil {
			j.Guild, j.Key = *guild, *key
		}
		return j, err
	}
	jobs, err := list(c, scan, `SELECT j.id, s.guild_id, s.key, j.kind, `+c.dialect().jobArgs+`, `+c.dialect().jobDue+`
		FROM river_job j LEFT JOIN scheduled_jobs s ON s.job_id = j.id WHERE `+held+` ORDER BY j.scheduled_at, j.id LIMIT $1`, limit)
	return jobs, wrap("list held jobs", err)
}

// jobsTable names the jobs in an export.
const jobsTable = "jobs"

// jobsPart are the jobs that are not over; of one guild, those that belong to a change in it.
func jobsPart(d *dialect, guild snowflake.ID) part {
	p := part{ExportTable: ExportTable{Name: jobsTable, Columns: []tableColumn{
		{"guild_id", kindID}, {"key", kindText}, {"kind", kindText}, {"args", kindJSON}, {"queue", kindText},
		{"priority", kindInt}, {"max_attempts", kindInt}, {"scheduled_at", kindTime},
	}}, order: "scheduled_at, kind" + d.bytewise + ", id"}
	p.query = `SELECT s.guild_id, s.key, j.kind, ` + d.jobArgs + ` AS args, j.queue, j.priority, j.max_attempts, ` + d.jobDue + ` AS scheduled_at
		FROM river_job j LEFT JOIN scheduled_jobs s ON s.job_id = j.id WHERE ` + waiting
	if guild != 0 {
		p.query, p.args = p.query+` AND s.guild_id = $1`, []any{guild}
	}
	return p
}

// loadJobs inserts the jobs of an export, held.
func loadJobs(c conn, next func() ([]any, error)) error {
	for {
		v, err := next()
		if v == nil || err != nil {
			return err
		}
		id, err := one(c, scalar[int64], `INSERT INTO river_job (state, kind, args, queue, priority, max_attempts, scheduled_at)
			VALUES ('pending', $1, $2, $3, $4, $5, `+c.dialect().jobAt+`) RETURNING id`, v[2], v[3], v[4], v[5], v[6], v[7])
		if err != nil {
			return err
		}
		if v[0] != nil {
			if _, err := c.exec(`INSERT INTO scheduled_jobs (guild_id, key, job_id) VALUES ($1, $2, $3)`, v[0], v[1], id); err != nil {
				return err
			}
		}
	}
}
