package backups

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/smarter-dev/smarterdev/store"
)

// Restored is what a restore left.
type Restored struct {
	Proof
	Held int64  // jobs that wait to be released
	Kept string // where the database that was there before is now; empty when there was none
}

// RestoreSQLite puts a backup in the place of the database at path, which no process may have open. Nothing is
// replaced before the backup was opened and its ledger added up. The database that was there stays beside it. Jobs
// of the backup are held, so that nothing old happens again by itself.
func RestoreSQLite(ctx context.Context, file, path string, at time.Time, migrations fs.FS) (Restored, error) {
	info, err := os.Stat(file)
	if err != nil {
		return Restored{}, err
	}
	if same, err := os.Stat(path); err == nil && os.SameFile(info, same) {
		return Restored{}, fmt.Errorf("%s is the database itself", file)
	}
	if err := checkSpace(filepath.Dir(path), 2*info.Size()); err != nil {
		return Restored{}, err
	}
	part := path + ".restoring"
	clean := func() {
		for _, ending := range sqliteFiles {
			_ = os.Remove(part + ending)
		}
		_ = os.Remove(part + ".migrate")
	}
	clean()
	defer clean()
	if err := copyFile(file, part); err != nil {
		return Restored{}, err
	}
	restored, err := prepare(ctx, "sqlite:"+part, migrations)
	if err != nil {
		return Restored{}, fmt.Errorf("the backup cannot be used, so nothing was changed: %w", err)
	}
	// Closing it wrote everything into the one file.
	if _, err := os.Stat(part + "-wal"); err == nil {
		return Restored{}, errors.New("the restored database was not closed properly, so nothing was changed")
	}
	if _, err := os.Stat(path); err == nil {
		restored.Kept = path + ".before-restore-" + at.UTC().Format("20060102-150405")
		for _, ending := range sqliteFiles {
			if err := os.Rename(path+ending, restored.Kept+ending); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return Restored{}, err
			}
		}
	}
	if err := os.Rename(part, path); err != nil {
		return Restored{}, err
	}
	return restored, syncFolder(filepath.Dir(path))
}

// sqliteFiles are the endings of the files that a SQLite database consists of. The journal of another database beside
// a restored one would destroy it.
var sqliteFiles = []string{"", "-wal", "-shm"}

// RestorePostgres loads a backup into an empty database and proves it. The rest is as with RestoreSQLite.
func RestorePostgres(ctx context.Context, file, databaseURL string, migrations fs.FS) (Restored, error) {
	if err := store.RestorePostgres(ctx, databaseURL, file); err != nil {
		return Restored{}, err
	}
	return prepare(ctx, databaseURL, migrations)
}

// prepare proves a restored database and holds its jobs.
func prepare(ctx context.Context, databaseURL string, migrations fs.FS) (r Restored, err error) {
	if r.Proof, err = proveDatabase(ctx, databaseURL, migrations); err != nil {
		return r, err
	}
	db, err := store.Open(ctx, databaseURL, migrations)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	r.Held, err = db.HoldJobs(ctx)
	return r, err
}
