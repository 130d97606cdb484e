//go:build unix

package backups

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// checkSpace returns an ErrNoSpace when the disk of a folder has less room than bytes.
func checkSpace(folder string, bytes int64) error {
	var disk unix.Statfs_t
	if err := unix.Statfs(folder, &disk); err != nil {
		return fmt.Errorf("look at the disk of %s: %w", folder, err)
	}
	free := int64(disk.Bavail) * int64(disk.Bsize) //nolint:unconvert // of other types on other systems
	if free < bytes {
		return fmt.Errorf("%w: %s has %d MB free, and this needs about %d MB", ErrNoSpace, folder, free>>20, bytes>>20+1)
	}
	return nil
}

// syncFolder makes the names in a folder durable.
func syncFolder(folder string) error {
	f, err := os.Open(folder)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
