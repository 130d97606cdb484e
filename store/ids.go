package store

import (
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"math"
	"time"

	"github.com/disgoorg/snowflake/v2"
	"github.com/google/uuid"
)

// Bank is the account that mints and burns. It has rows in the ledger and no balance of its own.
const Bank snowflake.ID = 0

// checkIDs refuses what a signed 64-bit column cannot hold, before any SQL.
func checkIDs(ids ...snowflake.ID) error {
	for _, id := range ids {
		if id > math.MaxInt64 {
			return fmt.Errorf("%w: id %d is above %d, the largest Discord can give", ErrInvalid, uint64(id), int64(math.MaxInt64))
		}
	}
	return nil
}

// NewID makes a UUIDv7 that carries the milliseconds of at rather than of now: ids of rows order by the
// time the rows speak of, and a range of time is a range of ids.
func NewID(at time.Time) uuid.UUID {
	id := firstID(at)
	rand.Read(id[6:])
	id[6] = id[6]&0x0f | 0x70
	id[8] = id[8]&0x3f | 0x80
	return id
}

// firstID is the lower bound of all ids made for at or later.
func firstID(at time.Time) uuid.UUID {
	var id uuid.UUID
	var ms [8]byte
	binary.BigEndian.PutUint64(ms[:], uint64(max(at.UnixMilli(), 0)))
	copy(id[:6], ms[2:])
	return id
}
