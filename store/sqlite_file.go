package store

import (
	"fmt"
	"os"
	"sync/atomic"
	"time"
)

// liveFile notices that the file of an open database was deleted or replaced: what is written then goes to a file
// without a name, and is lost with the process. It looks by stat alone, since opening the file would drop SQLite's locks.
type liveFile struct {
	path   string
	opened os.FileInfo
	looked atomic.Int64 // when it was last found in place, in nanoseconds
}

func watchFile(path string) (*liveFile, error) {
	opened, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	return &liveFile{path: path, opened: opened}, nil
}

// lookEvery is how often a write looks.
const lookEvery = time.Second

// recent returns an ErrUnavailable when the file was gone within the last second.
func (f *liveFile) recent() error {
	if time.Now().UnixNano()-f.looked.Load() < int64(lookEvery) {
		return nil
	}
	return f.look()
}

// look returns an ErrUnavailable when the file is gone.
func (f *liveFile) look() error {
	now, err := os.Stat(f.path)
	if err != nil {
		return fmt.Errorf("%w: the file %s is gone: %w", ErrUnavailable, f.path, err)
	}
	if !os.SameFile(f.opened, now) {
		return fmt.Errorf("%w: the file %s was replaced by another; start again to use that one", ErrUnavailable, f.path)
	}
	f.looked.Store(time.Now().UnixNano())
	return nil
}
