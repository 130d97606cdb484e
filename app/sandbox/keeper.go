package sandbox

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/smarter-dev/smarterdev/app/sandbox/seed"
	"github.com/smarter-dev/smarterdev/app/sandbox/world"
)

// worldFile is where a world is kept, in Config.Dir.
const worldFile = "sandbox-world.json"

const settle = time.Second // the least time between two writes

// keeper writes the world down a while after it changed, and when it is closed.
type keeper struct {
	file  string // empty: nothing is kept
	log   *slog.Logger
	world *world.World
	dirty atomic.Bool
	wake  chan struct{}
	quit  chan struct{}
	done  sync.WaitGroup
}

// openKeeper reads the world that is kept in dir, or builds the described one.
func openKeeper(dir string, described World, log *slog.Logger) (*keeper, world.State, error) {
	k := &keeper{log: log, wake: make(chan struct{}, 1), quit: make(chan struct{})}
	if dir != "" {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return nil, world.State{}, fmt.Errorf("make the folder for the sandbox's world: %w", err)
		}
		k.file = filepath.Join(dir, worldFile)
		data, err := os.ReadFile(k.file)
		if err == nil {
			var s world.State
			if err := json.Unmarshal(data, &s); err != nil {
				return nil, world.State{}, fmt.Errorf("the sandbox's world in %s cannot be read (delete the file to start over): %w", k.file, err)
			}
			return k, s, nil
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return nil, world.State{}, fmt.Errorf("read the sandbox's world: %w", err)
		}
	}
	s, err := seed.Build(described)
	return k, s, err
}

// note is called at every change, under the world's lock.
func (k *keeper) note() {
	if k.file == "" || k.dirty.Swap(true) {
		return
	}
	select {
	case k.wake <- struct{}{}:
	default:
	}
}

func (k *keeper) start(w *world.World) {
	k.world = w
	if k.file == "" {
		return
	}
	k.done.Go(func() {
		pause := settle
		for {
			select {
			case <-k.quit:
				return
			case <-k.wake:
			}
			select {
			case <-k.quit:
				return
			case <-time.After(pause):
			}
			began := time.Now()
			if err := k.save(); err != nil {
				k.log.Error("the sandbox's world could not be written down", "err", err)
			}
			pause = max(settle, 20*time.Since(began)) // a large world is written more rarely
		}
	})
}

// save writes the world to a file beside the old one, and puts it in its place.
func (k *keeper) save() error {
	k.dirty.Store(false)
	data, err := json.Marshal(k.world.State())
	if err != nil {
		return err
	}
	temporary, err := os.CreateTemp(filepath.Dir(k.file), worldFile+".*")
	if err != nil {
		return err
	}
	_, err = temporary.Write(data)
	err = errors.Join(err, temporary.Sync(), temporary.Close())
	if err == nil {
		err = os.Rename(temporary.Name(), k.file)
	}
	if err != nil {
		_ = os.Remove(temporary.Name())
	}
	return err
}

// close writes what has changed since the last time.
func (k *keeper) close() error {
	close(k.quit)
	k.done.Wait()
	if k.file == "" {
		return nil
	}
	if err := k.save(); err != nil {
		return fmt.Errorf("write the sandbox's world down: %w", err)
	}
	return nil
}
