package store

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Schema compares the schema of the database with what this binary knows.
type Schema struct {
	Version int64 // the latest step that was applied; 0 for an empty database
	Known   int64 // the latest step that this binary knows
	Lowest  int64 // the step that a binary must know to run on it; −1 when the database does not say
}

// SchemaError says that a newer binary has changed the database so that this one must not run on it.
type SchemaError struct{ Schema }

func (e *SchemaError) Error() string {
	asks := "does not say which binaries may run on it"
	if e.Lowest >= 0 {
		asks = fmt.Sprintf("asks for a binary that knows step %d", e.Lowest)
	}
	return fmt.Sprintf("the schema of the database is at step %d and %s; this binary knows steps up to %d. "+
		"Run the newer binary, or take the schema back with its command: smarterdev migrate down, until it is at step %d",
		e.Version, asks, e.Known, e.Known)
}

// CheckSchema returns a *SchemaError when this binary must not run on the database. Each step of the schema names
// the lowest step that a binary must know; a step that only adds names the one before it.
func (s *Store) CheckSchema(ctx context.Context) error {
	schema, err := s.Schema(ctx)
	if err == nil && schema.Version > schema.Known && (schema.Lowest < 0 || schema.Lowest > schema.Known) {
		err = &SchemaError{schema}
	}
	return err
}

// Schema reads how far the schema of the database is. It writes nothing.
func (s *Store) Schema(ctx context.Context) (Schema, error) {
	steps, err := s.MigrationStatus(ctx)
	if err != nil {
		return Schema{}, err
	}
	var schema Schema
	for _, step := range steps {
		if step.Name != "" {
			schema.Known = max(schema.Known, step.Version)
		}
		if step.AppliedAt != nil {
			schema.Version = max(schema.Version, step.Version)
		}
	}
	if schema.Version <= schema.Known {
		schema.Lowest = schema.Version
		return schema, nil
	}
	schema.Lowest, err = s.lowest(ctx, schema)
	return schema, wrap("read the schema", err)
}

// lowest is the highest demand of the steps that this binary does not know, −1 when one of them makes none.
func (s *Store) lowest(ctx context.Context, schema Schema) (int64, error) {
	c := s.db.reader(ctx)
	if there, err := hasTable(c, "schema_versions"); err != nil || !there {
		return -1, err
	}
	silent, err := one(c, scalar[int64], `SELECT count(*) FROM goose_db_version
		WHERE version_id > $1 AND version_id NOT IN (SELECT version FROM schema_versions)`, schema.Known)
	if err != nil || silent > 0 {
		return -1, err
	}
	return one(c, scalar[int64], `SELECT coalesce(max(lowest), -1) FROM schema_versions WHERE version > $1`, schema.Known)
}

// MigrationStatus lists every step in order, applied or pending, also those that this binary does not know. It
// writes nothing.
func (s *Store) MigrationStatus(ctx context.Context) ([]Migration, error) {
	c := s.db.reader(ctx)
	steps, err := knownSteps(s.migrations, c.dialect().folder)
	if err != nil {
		return nil, wrap("read the schema", err)
	}
	there, err := hasTable(c, "goose_db_version")
	if err != nil || !there {
		return steps, wrap("read the schema", err)
	}
	type applied struct {
		version int64
		at      string
	}
	scan := func(r row) (a applied, err error) { return a, r.Scan(&a.version, &a.at) }
	for a, err := range all(c, scan, `SELECT version_id, max(`+c.dialect().appliedAt+`) FROM goose_db_version WHERE version_id > 0 GROUP BY version_id`) {
		if err != nil {
			return nil, wrap("read the schema", err)
		}
		at, err := time.Parse("2006-01-02 15:04:05", a.at)
		if err != nil {
			return nil, wrap("read the schema", err)
		}
		i := slices.IndexFunc(steps, func(step Migration) bool { return step.Version == a.version })
		if i < 0 {
			steps, i = append(steps, Migration{Version: a.version, Loses: "what this binary does not know."}), len(steps)
		}
		steps[i].AppliedAt = &at
	}
	slices.SortFunc(steps, func(a, b Migration) int { return cmp.Compare(a.Version, b.Version) })
	return steps, nil
}

func hasTable(c conn, name string) (bool, error) {
	n, err := one(c, scalar[int64], c.dialect().countTables, name)
	return n > 0, err
}

// knownSteps reads the migrations of one engine from the files that this binary carries.
func knownSteps(files fs.FS, folder string) ([]Migration, error) {
	names, err := fs.Glob(files, folder+"/*.sql")
	if err != nil {
		return nil, err
	}
	steps := make([]Migration, 0, len(names))
	for _, file := range names {
		name := strings.TrimSuffix(strings.TrimPrefix(file, folder+"/"), ".sql")
		number, _, _ := strings.Cut(name, "_")
		version, err := strconv.ParseInt(number, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("migration %s has no number: %w", name, err)
		}
		text, err := fs.ReadFile(files, file)
		if err != nil {
			return nil, err
		}
		steps = append(steps, Migration{Version: version, Name: name, Loses: losesOf(text)})
	}
	return steps, nil
}

// losesOf is what a migration says behind "-- Loses:" of taking it back.
func losesOf(migration []byte) string {
	for lines := bufio.NewScanner(bytes.NewReader(migration)); lines.Scan(); {
		if text, ok := strings.CutPrefix(lines.Text(), "-- Loses: "); ok {
			return text
		}
	}
	return ""
}
