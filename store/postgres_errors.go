package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// errLost marks an ErrUnavailable after which it is not known whether the write was done.
var errLost = errors.New("the connection was lost under way")

// postgresError translates the driver's errors at the boundary; the original stays in the chain.
func postgresError(err error) error {
	if err == nil || errors.Is(err, ErrUnavailable) || errors.Is(err, ErrExists) {
		return err
	}
	if _, unreachable := errors.AsType[*pgconn.ConnectError](err); unreachable {
		return fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	if refused, ok := errors.AsType[*pgconn.PgError](err); ok {
		return postgresRefusal(refused, err)
	}
	_, network := errors.AsType[net.Error](err)
	switch {
	case err.Error() == "closed pool": // a pgxpool that was closed
		return fmt.Errorf("%w: %w", ErrClosed, err)
	case errors.Is(err, context.Canceled):
		return err
	case errors.Is(err, context.DeadlineExceeded), network, errors.Is(err, net.ErrClosed),
		errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, pgconn.ErrConnClosed):
		// The driver's SafeToRetry is no help: it is true for a connection found closed while the answer to a
		// commit is awaited, which the server may have carried out.
		return fmt.Errorf("%w: %w: %w", ErrUnavailable, errLost, err)
	}
	return err
}

// postgresRefusal goes by SQLSTATE.
func postgresRefusal(e *pgconn.PgError, err error) error {
	switch {
	case e.Code == "23505":
		return fmt.Errorf("%w: %w", ErrExists, err)
	case e.Code == "57P01", e.Code == "57P02", e.Code == "57P05": // the server ends the session
		return fmt.Errorf("%w: %w: %w", ErrUnavailable, errLost, err)
	case strings.HasPrefix(e.Code, "08"), strings.HasPrefix(e.Code, "53"), strings.HasPrefix(e.Code, "58"),
		e.Code == "57P03", e.Code == "57014", e.Code == "25006", e.Code == "XX001", e.Code == "XX002":
		// connection, resources, disk, starting up, time, read-only, a damaged page or index
		return fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	return err
}

// undone reports that the database rolled the transaction back to let another one through, and that it has not
// been repeated often enough.
func undone(err error) bool {
	var e *pgconn.PgError
	return errors.As(err, &e) && (e.Code == "40001" || e.Code == "40P01") && !errors.Is(err, ErrUnavailable)
}

// attempts bounds how often a write is repeated.
const attempts = 10

// repeat runs do again, as a whole, while the database undoes it; nothing else is repeated.
func (e *postgresEngine) repeat(ctx context.Context, do func() error) error {
	for attempt := 1; ; attempt++ {
		err := do()
		if !undone(err) {
			return err
		}
		if attempt == attempts {
			return fmt.Errorf("%w: undone %d times: %w", ErrUnavailable, attempts, err)
		}
		e.opts.log.DebugContext(ctx, "write repeated", "attempt", attempt, "err", err)
		if err := pause(ctx, time.Duration(attempt)*5*time.Millisecond); err != nil {
			return err
		}
	}
}

// pause waits about d, less when ctx ends.
func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d/2 + rand.N(d))
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
