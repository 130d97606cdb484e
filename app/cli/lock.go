package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// errTaken is what lockFile returns when another process holds the lock.
var errTaken = errors.New("locked by another process")

// claim takes the lock of a file or a folder, which is a file of its own beside it, with the ending .lock. The
// kernel keeps the lock and drops it with the process, however that ends; the lock file itself stays. release
// gives it back.
func claim(path string) (release func(), err error) {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real // under another name it is the same
	}
	f, err := os.OpenFile(path+".lock", os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock %s: %w", path, err)
	}
	if err := lockFile(f); errors.Is(err, errTaken) {
		holder := holderOf(f)
		return nil, errors.Join(fmt.Errorf("%s is in use by another smarterdev (%s); stop that one first, or choose another folder than %s",
			path, holder, filepath.Dir(path)), f.Close())
	} else if err != nil {
		return nil, errors.Join(fmt.Errorf("lock %s: %w", f.Name(), err), f.Close())
	}
	if err := errors.Join(f.Truncate(0), writeHolder(f)); err != nil {
		return nil, errors.Join(fmt.Errorf("write %s: %w", f.Name(), err), f.Close())
	}
	return func() { _ = f.Close() }, nil // closing drops the lock
}

func writeHolder(f *os.File) error {
	_, err := fmt.Fprintf(f, "%d\n", os.Getpid())
	return err
}

// holderOf names the process that wrote itself into a lock file.
func holderOf(f *os.File) string {
	text, err := io.ReadAll(io.LimitReader(f, 32))
	if id := strings.TrimSpace(string(text)); err == nil && id != "" {
		return "process " + id
	}
	return "its process is not known"
}

// claimDatabase takes the lock of a SQLite database; any other database needs none.
func claimDatabase(url string) (release func(), err error) {
	path, ok := sqlitePath(url)
	if !ok {
		return func() {}, nil
	}
	if err := checkFolder(path); err != nil {
		return nil, err
	}
	return claim(path)
}
