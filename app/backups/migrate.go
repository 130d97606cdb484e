package backups

import (
	"context"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/smarter-dev/smarterdev/store"
)

// keptMigrations is how many of the backups before migrations are kept.
const keptMigrations = 5

// Migrate brings the schema up to date, and writes a backup first when there is something to lose: an older binary
// cannot run on the newer schema. The copy of a SQLite database goes into the folder backups beside it; the oldest
// of more than five are removed. PostgreSQL has backups of its own, see docs/operating.md: the log says that none was made.
func Migrate(ctx context.Context, db *store.Store, databaseURL string, migrations fs.FS, at time.Time, log *slog.Logger) error {
	schema, err := db.Schema(ctx)
	if err != nil {
		return err
	}
	if schema.Version > 0 && schema.Version < schema.Known {
		path, ok := strings.CutPrefix(databaseURL, "sqlite:")
		if !ok {
			log.WarnContext(ctx, "migrating without a backup; make one with smarterdev backup before an update", "from", schema.Version, "to", schema.Known)
		} else if err := beforeMigration(ctx, db, path, databaseURL, schema, migrations, at, log); err != nil {
			return fmt.Errorf("back up before the migration: %w", err)
		}
	}
	return db.Migrate(ctx)
}

func beforeMigration(ctx context.Context, db *store.Store, path, databaseURL string, schema store.Schema, migrations fs.FS, at time.Time, log *slog.Logger) error {
	path, _, _ = strings.Cut(strings.TrimPrefix(path, "//"), "?")
	folder := filepath.Join(filepath.Dir(path), "backups")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	name := fmt.Sprintf("before-step-%05d-%s", schema.Known, strings.TrimPrefix(Name(databaseURL, at), "smarterdev-"))
	made, err := Make(ctx, db, databaseURL, filepath.Join(folder, name), migrations)
	if err != nil {
		return err
	}
	log.InfoContext(ctx, "wrote a backup before migrating", "file", made.File, "bytes", made.Bytes, "from", schema.Version, "to", schema.Known)
	old, err := filepath.Glob(filepath.Join(folder, "before-step-*.db"))
	if err != nil {
		return err
	}
	slices.SortFunc(old, func(a, b string) int { return strings.Compare(timeIn(b), timeIn(a)) })
	for _, file := range old[min(keptMigrations, len(old)):] {
		if err := os.Remove(file); err != nil {
			return err
		}
	}
	return nil
}

// timeIn is the time in the name of a backup.
func timeIn(file string) string {
	name := strings.TrimSuffix(filepath.Base(file), filepath.Ext(file))
	return name[max(0, len(name)-len("20060102-150405")):]
}
