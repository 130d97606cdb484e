package store

import (
	"context"
	"errors"
	"io/fs"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// awaitPause is how long Await waits between two attempts.
const awaitPause = time.Second

// Await opens a database as Open does, and waits for a PostgreSQL that cannot be reached yet, until ctx ends. What a
// server answers, such as that the password is wrong, is an error at once. It logs when it begins to wait and when
// it has no more need to.
func Await(ctx context.Context, url string, migrations fs.FS, opts ...Option) (*Store, error) {
	o := options{}
	for _, opt := range opts {
		opt(&o)
	}
	for waiting := false; ; waiting = true {
		s, err := Open(ctx, url, migrations, opts...)
		if err == nil {
			if waiting && o.log != nil {
				o.log.InfoContext(ctx, "the database is there")
			}
			return s, nil
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if !absent(url, err) {
			return nil, err
		}
		if !waiting && o.log != nil {
			o.log.WarnContext(ctx, "the database cannot be reached; waiting for it", "error", err)
		}
		if err := pause(ctx, awaitPause); err != nil {
			return nil, err
		}
	}
}

// absent reports that no server is at the address yet, or one that is still starting.
func absent(url string, err error) bool {
	if !strings.HasPrefix(url, "postgres") || !errors.Is(err, ErrUnavailable) {
		return false
	}
	refused, ok := errors.AsType[*pgconn.PgError](err)
	return !ok || refused.Code == "57P03"
}
