package proofs

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"unsafe"

	"github.com/disgoorg/snowflake/v2"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"github.com/smarter-dev/smarterdev/store/storetest"
)

// disk is one that fails when it is told to, under the process alone that says so.
type disk struct {
	fail func() error
	fix  func() error // nil when that cannot be
}

func (do task) disk() (disk, error) {
	var limit unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_FSIZE, &limit); err != nil {
		return disk{}, err
	}
	size := func(bytes uint64) error {
		return unix.Setrlimit(unix.RLIMIT_FSIZE, &unix.Rlimit{Cur: bytes, Max: limit.Max})
	}
	mount := func(flags uintptr, bytes int) error {
		return unix.Mount("tmpfs", do.Dir, "tmpfs", flags, fmt.Sprint("size=", bytes))
	}
	nothing := func() error { return nil }
	switch kind, _, _ := strings.Cut(do.Name, " "); kind {
	case "small", "smaller": // a file system without room: ENOSPC
		room := map[string]int{"small": 5 << 20, "smaller": 2 << 20}[kind]
		if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
			return disk{}, err
		}
		return disk{nothing, func() error { return mount(unix.MS_REMOUNT, 64<<20) }}, mount(0, room)
	case "limited": // writes beyond a place in the file fail: EFBIG, an I/O error to SQLite
		return disk{func() error { return size(1 << 20) }, func() error { return size(limit.Max) }}, nil
	default: // the disk takes everything and keeps nothing: EIO from fsync
		return disk{failSync, nil}, nil
	}
}

// failSync lets every fsync and fdatasync of this process fail, until its end.
func failSync() error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	fails := uint32(unix.SECCOMP_RET_ERRNO) | uint32(unix.EIO)
	filter := []unix.SockFilter{
		{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, K: 0}, // the number of the system call
		{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, K: unix.SYS_FSYNC, Jt: 2},
		{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, K: unix.SYS_FDATASYNC, Jt: 1},
		{Code: unix.BPF_RET | unix.BPF_K, K: unix.SECCOMP_RET_ALLOW},
		{Code: unix.BPF_RET | unix.BPF_K, K: fails},
	}
	program := unix.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]}
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return err
	}
	_, _, errno := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, unix.SECCOMP_FILTER_FLAG_TSYNC, uintptr(unsafe.Pointer(&program)))
	if errno != 0 {
		return errno
	}
	return nil
}

// fail works on a disk that fails, and on when it is fixed.
func (do task) fail(ctx context.Context, say *reporter) error {
	d, err := do.disk()
	if err != nil {
		return fmt.Errorf("make a disk that fails: %w", err)
	}
	s, err := do.open(ctx)
	if err == nil {
		err = s.Migrate(ctx)
	}
	if err != nil {
		return err
	}
	n := &tally{reporter: say}
	c := &crowd{guilds: []snowflake.ID{1, 2}, keyed: 100, writes: n}
	phase := func(what string, done func() bool) {
		say.say(event{What: what})
		c.name = what
		var wg sync.WaitGroup
		for i := range 8 {
			wg.Go(func() { c.work(ctx, s, do.Seed, i, done) })
		}
		wg.Wait()
	}
	phase("whole", func() bool { return n.had.Load() > 300 || n.lost.Load() > 0 })
	if err := d.fail(); err != nil {
		return err
	}
	phase("failing", func() bool { return n.lost.Load() > 200 || n.had.Load() > 50_000 })
	if _, err := s.Balances(ctx, 1, 0, 10); err != nil {
		return fmt.Errorf("read while the disk fails: %w", err)
	}
	if r, err := s.Verify(ctx); err != nil || !r.OK() {
		return fmt.Errorf("verify while the disk fails: %w, %v", err, r.Differences)
	}
	if d.fix == nil {
		return nil
	}
	if err := d.fix(); err != nil {
		return err
	}
	until := n.had.Load() + 300
	phase("fixed", func() bool { return n.had.Load() > until })
	if err := s.Close(); err != nil {
		return err
	}
	file, err := os.ReadFile(filepath.Join(do.Dir, "test.db"))
	if err != nil {
		return err
	}
	return os.WriteFile(do.Dir+".copy", file, 0o600) // the mount ends with this process
}

// tally is a reporter that counts.
type tally struct {
	*reporter
	had, lost atomic.Int64
}

func (n *tally) got(o order, f figures) {
	n.reporter.got(o, f)
	n.had.Add(1)
}

func (n *tally) failed(o order, err error) {
	n.reporter.failed(o, err)
	if errorName(err) == "unavailable" {
		n.lost.Add(1)
	}
}

// ownMounts gives a child mounts of its own, and where that takes root, a root of its own.
func ownMounts() *syscall.SysProcAttr {
	attr := &syscall.SysProcAttr{Cloneflags: unix.CLONE_NEWNS}
	if os.Getuid() != 0 {
		attr.Cloneflags |= unix.CLONE_NEWUSER
		attr.UidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}}
		attr.GidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}}
	}
	return attr
}

// While the disk is full, or fails in other ways, writes are told so and nothing is acknowledged that is not
// kept; reading goes on, and when there is room again the same store writes again.
func TestFailingDiskLosesNothing(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"small", "smaller", "limited", "forgetful"} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			for range sized(1, 10) {
				failsAndMends(t, kind)
			}
		})
	}
}

func failsAndMends(t *testing.T, kind string) {
	t.Helper()
	disk := filepath.Join(t.TempDir(), "disk")
	require.NoError(t, os.Mkdir(disk, 0o700))
	do := task{Role: "fail", URL: "sqlite:" + filepath.Join(disk, "test.db"), Name: kind, Seed: newSeed(t), Dir: disk}
	c := spawn(t, do, func(cmd *exec.Cmd) {
		if strings.HasPrefix(kind, "small") {
			cmd.SysProcAttr = ownMounts()
		}
	})
	books := newBooks(t)
	phase, lost, fresh := "", map[string]int{}, map[string]int{}
	c.follow(books, func(e event) {
		switch e.What {
		case "whole", "failing", "fixed":
			phase = e.What
		case "failed":
			if e.Error == "unavailable" {
				lost[phase]++
			}
		case "got":
			if !e.Figures.Again && e.Order.Verb != opens {
				fresh[phase]++
			}
		}
	})
	c.finished()
	require.Greater(t, lost["whole"]+lost["failing"], 200)
	db := storetest.Database{URL: do.URL}
	if kind == "forgetful" {
		require.Zero(t, lost["whole"])
		require.Zero(t, fresh["failing"], "acknowledged without a sync")
	} else {
		require.Greater(t, fresh["fixed"], 100)
		require.Zero(t, lost["fixed"], "there is room again")
		db.URL = "sqlite:" + disk + ".copy"
	}
	s := db.Open(t)
	settled, done := books.settle(s)
	replayed := books.replay(s, 10_000)
	report := books.audit(s)
	t.Logf("%d orders, failed %v, %d in doubt (%d of them carried out), %d acknowledged and replayed, %d rows",
		len(books.entries), lost, settled, done, replayed, report.Rows)
}
