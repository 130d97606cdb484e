package store

import (
	"context"

	"github.com/disgoorg/snowflake/v2"
)

// DayFigures are what happened in one guild's economy on one UTC day.
type DayFigures struct {
	Day          Day   `json:"day" doc:"The UTC day." example:"2026-11-22"`
	Transactions int64 `json:"transactions" doc:"Rows of the ledger." example:"17"`
	Minted       int64 `json:"minted" doc:"Bytes paid out by the bank." example:"320"`
	Burned       int64 `json:"burned" doc:"Bytes paid to the bank." example:"50"`
	Moved        int64 `json:"moved" doc:"Bytes that went from member to member." example:"140"`
}

// DayFigures returns the figures of one day. It reads that day's rows; those of a day that is over never
// change.
func (s *Store) DayFigures(ctx context.Context, guild snowflake.ID, day Day) (DayFigures, error) {
	if err := checkIDs(guild); err != nil {
		return DayFigures{}, err
	}
	scan := func(r row) (DayFigures, error) {
		f := DayFigures{Day: day}
		return f, r.Scan(&f.Transactions, &f.Minted, &f.Burned, &f.Moved)
	}
	// Ids carry the time of their row, so the day is a range of the index on them.
	f, err := one(s.db.reader(ctx), scan, `SELECT count(*),
			CAST(coalesce(sum(CASE WHEN from_id = 0 THEN amount ELSE 0 END), 0) AS bigint),
			CAST(coalesce(sum(CASE WHEN to_id = 0 THEN amount ELSE 0 END), 0) AS bigint),
			CAST(coalesce(sum(CASE WHEN from_id <> 0 AND to_id <> 0 THEN amount ELSE 0 END), 0) AS bigint)
		FROM ledger WHERE guild_id = $1 AND id >= $2 AND id < $3`,
		guild, firstID(day.Start()), firstID((day + 1).Start()))
	return f, wrap("figures of a day", err)
}
