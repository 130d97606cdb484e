package proofs

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/store"
)

// childVariable holds the task of a process that is a child of a test.
const childVariable = "SMARTERDEV_PROOFS_CHILD"

func TestMain(m *testing.M) {
	spec := os.Getenv(childVariable)
	if spec == "" {
		os.Exit(m.Run())
	}
	var do task
	err := json.Unmarshal([]byte(spec), &do)
	if err == nil {
		err = do.run(context.Background(), &reporter{to: json.NewEncoder(os.Stdout)})
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// task is what a child does.
type task struct {
	Role  string // see run
	URL   string // of the database
	Name  string // begins the names of its orders; of the role fail, how the disk fails
	Seed  uint64
	Count int    // of members
	Dir   string // that the database lies in
}

// run plays the role, and returns when it is done.
func (do task) run(ctx context.Context, say *reporter) error {
	role, known := map[string]func(task, context.Context, *reporter) error{
		"load":    task.load,
		"migrate": task.migrate,
		"contest": task.contest,
		"fail":    task.fail,
	}[do.Role]
	if !known {
		return fmt.Errorf("no role %q", do.Role)
	}
	return role(do, ctx, say)
}

func (do task) open(ctx context.Context) (*store.Store, error) {
	return store.Open(ctx, do.URL, os.DirFS("../../migrations"), store.WithPoolSize(8))
}

// event is one line that a child writes.
type event struct {
	What    string // tried, got, failed, or what the role says
	Order   order
	Figures figures
	Error   string
}

// reporter is the journal of a child: it writes each event to the parent at once, so that a line which was
// written is read even if the child is killed next.
type reporter struct {
	mu sync.Mutex
	to *json.Encoder
}

func (r *reporter) tried(o order)          { r.say(event{What: "tried", Order: o}) }
func (r *reporter) got(o order, f figures) { r.say(event{What: "got", Order: o, Figures: f}) }
func (r *reporter) failed(o order, err error) {
	r.say(event{What: "failed", Order: o, Error: errorName(err)})
}

func (r *reporter) say(e event) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.to.Encode(e); err != nil {
		os.Exit(3) // the parent is gone
	}
}

// errorNames are the errors that the parent must know again.
var errorNames = map[string]error{"unavailable": store.ErrUnavailable, "reused": store.ErrKeyReused}

func errorName(err error) string {
	for name, sentinel := range errorNames {
		if errors.Is(err, sentinel) {
			return name
		}
	}
	return err.Error()
}

// child is another process on the same database.
type child struct {
	t      *testing.T
	cmd    *exec.Cmd
	in     io.WriteCloser
	out    *bufio.Scanner
	errors bytes.Buffer
}

// spawn starts this very test binary as a child, killed with the test. Where the machine does not allow what
// adjust asks for it skips the test.
func spawn(t *testing.T, do task, adjust ...func(*exec.Cmd)) *child {
	t.Helper()
	spec, err := json.Marshal(do)
	require.NoError(t, err)
	c := &child{t: t, cmd: exec.CommandContext(t.Context(), os.Args[0])}
	c.cmd.Env = append(os.Environ(), childVariable+"="+string(spec))
	c.cmd.Stderr = &c.errors
	c.in, err = c.cmd.StdinPipe()
	require.NoError(t, err)
	out, err := c.cmd.StdoutPipe()
	require.NoError(t, err)
	c.out = bufio.NewScanner(out)
	for _, change := range adjust {
		change(c.cmd)
	}
	err = c.cmd.Start()
	if len(adjust) > 0 && errors.Is(err, os.ErrPermission) {
		t.Skipf("this machine gives a process no mounts of its own: %v", err)
	}
	require.NoError(t, err)
	return c
}

// follow enters what the child reports until it ends, and shows each event to look when that is given.
func (c *child) follow(b journal, look func(event)) {
	c.t.Helper()
	for c.out.Scan() {
		var e event
		if !assert.NoError(c.t, json.Unmarshal(c.out.Bytes(), &e), "%q", c.out.Text()) {
			return
		}
		switch e.What {
		case "tried":
			b.tried(e.Order)
		case "got":
			b.got(e.Order, e.Figures)
		case "failed":
			err := errorNames[e.Error]
			if err == nil {
				err = errors.New(e.Error)
			}
			b.failed(e.Order, err)
		}
		if look != nil {
			look(e)
		}
	}
	assert.NoError(c.t, c.out.Err())
}

// kill ends the child with SIGKILL.
func (c *child) kill() { _ = c.cmd.Process.Kill() }

// ended waits for the end of a child that was killed.
func (c *child) ended() {
	c.t.Helper()
	var exit *exec.ExitError
	require.ErrorAs(c.t, c.cmd.Wait(), &exit)
	require.Equal(c.t, -1, exit.ExitCode(), "the child ended by itself: %s", c.errors.String())
}

// finished waits for a child that ends by itself, well.
func (c *child) finished() {
	c.t.Helper()
	assert.NoError(c.t, c.cmd.Wait(), "%s", c.errors.String())
}
