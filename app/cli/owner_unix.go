//go:build unix

package cli

import (
	"fmt"
	"os"
	"syscall"
)

// checkOwner refuses a file that somebody else could have written: one of another user, root excepted,
// or one that everybody may write. A file that does not exist is no error.
func checkOwner(file string) error {
	info, _ := os.Stat(file)
	if info == nil {
		return nil // whoever reads it reports why
	}
	if info.Mode().Perm()&0o002 != 0 {
		return fmt.Errorf("%s can be written by every user of this machine, so it is not read; run chmod o-w %s", file, file)
	}
	if stat, ok := info.Sys().(*syscall.Stat_t); ok && stat.Uid != 0 && int(stat.Uid) != os.Geteuid() {
		return fmt.Errorf("%s belongs to another user (uid %d), so it is not read; make it yours or remove it", file, stat.Uid)
	}
	return nil
}
