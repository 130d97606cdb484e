package store

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"math"
	"time"

	"github.com/disgoorg/snowflake/v2"
	"github.com/google/uuid"
)

// SQLite knows integers, text and blobs. This file alone decides how our types become those and come back:
// times as microseconds since 1970, uuids as 16 bytes, JSON as text, bools as 0 and 1.

// bindSQLite converts the arguments of a statement.
func bindSQLite(args []any) ([]any, error) {
	bound := make([]any, len(args))
	for i, arg := range args {
		v, err := bindValue(arg)
		if err != nil {
			return nil, fmt.Errorf("argument $%d: %w", i+1, err)
		}
		bound[i] = v
	}
	return bound, nil
}

func bindValue(arg any) (any, error) {
	switch v := arg.(type) {
	case nil, int64, string, []byte:
		return v, nil
	case int:
		return int64(v), nil
	case int32:
		return int64(v), nil
	case Day:
		return int64(v), nil
	case Kind:
		return string(v), nil
	case bool:
		if v {
			return int64(1), nil
		}
		return int64(0), nil
	case time.Time:
		return v.UnixMicro(), nil
	case snowflake.ID:
		if v > math.MaxInt64 {
			return nil, fmt.Errorf("%w: id %d is above 2^63−1", ErrInvalid, uint64(v))
		}
		return int64(v), nil
	case uuid.UUID:
		return v[:], nil
	case json.RawMessage:
		if v == nil {
			return nil, nil
		}
		return string(v), nil
	case *string:
		return bindPointer(v)
	case *int64:
		return bindPointer(v)
	case *Day:
		return bindPointer(v)
	case *time.Time:
		return bindPointer(v)
	case *snowflake.ID:
		return bindPointer(v)
	case *uuid.UUID:
		return bindPointer(v)
	}
	return nil, fmt.Errorf("%w: cannot store a %T", ErrInvalid, arg)
}

func bindPointer[T any](p *T) (any, error) {
	if p == nil {
		return nil, nil
	}
	return bindValue(*p)
}

// sqliteRows scans into our types.
type sqliteRows struct {
	*sql.Rows
	targets []target
	wrapped []any
}

func (r *sqliteRows) Scan(dest ...any) error {
	if len(r.targets) != len(dest) {
		r.targets = make([]target, len(dest))
		r.wrapped = make([]any, len(dest))
		for i := range r.targets {
			r.wrapped[i] = &r.targets[i]
		}
	}
	for i := range dest {
		r.targets[i].to = dest[i]
	}
	return sqliteError(r.Rows.Scan(r.wrapped...))
}

func (r *sqliteRows) Err() error { return sqliteError(r.Rows.Err()) }
func (r *sqliteRows) Close()     { _ = r.Rows.Close() }

// target is a sql.Scanner over one of our scan targets.
type target struct{ to any }

func (t *target) Scan(src any) error {
	switch to := t.to.(type) {
	case *int64:
		return scanInteger(to, src)
	case *int:
		return scanInteger(to, src)
	case *Day:
		return scanInteger(to, src)
	case *snowflake.ID:
		return scanInteger(to, src)
	case *bool:
		var n int64
		err := scanInteger(&n, src)
		*to = n != 0
		return err
	case *time.Time:
		var n int64
		err := scanInteger(&n, src)
		*to = time.UnixMicro(n).UTC()
		return err
	case *string:
		return scanText(to, src)
	case *Kind:
		return scanText(to, src)
	case *[]byte:
		b, ok := src.([]byte)
		if !ok && src != nil {
			return fmt.Errorf("a %T is no blob", src)
		}
		*to = append([]byte(nil), b...)
		return nil
	case *json.RawMessage:
		if src == nil {
			*to = nil
			return nil
		}
		var text string
		err := scanText(&text, src)
		*to = json.RawMessage(text)
		return err
	case *uuid.UUID:
		b, ok := src.([]byte)
		if !ok || len(b) != len(to) {
			return fmt.Errorf("a %T is no uuid", src)
		}
		copy(to[:], b)
		return nil
	case **int64:
		return scanNull(to, src)
	case **Day:
		return scanNull(to, src)
	case **snowflake.ID:
		return scanNull(to, src)
	case **time.Time:
		return scanNull(to, src)
	case **string:
		return scanNull(to, src)
	case **uuid.UUID:
		return scanNull(to, src)
	}
	return fmt.Errorf("cannot read into a %T", t.to)
}

func scanInteger[T ~int | ~int32 | ~int64 | ~uint64](to *T, src any) error {
	n, ok := src.(int64)
	if !ok {
		return fmt.Errorf("a %T is no integer", src)
	}
	*to = T(n)
	return nil
}

func scanText[T ~string](to *T, src any) error {
	switch v := src.(type) {
	case string:
		*to = T(v)
	case []byte:
		*to = T(v)
	default:
		return fmt.Errorf("a %T is no text", src)
	}
	return nil
}

func scanNull[T any](to **T, src any) error {
	if src == nil {
		*to = nil
		return nil
	}
	*to = new(T)
	return (&target{to: *to}).Scan(src)
}
