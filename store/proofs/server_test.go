package proofs

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/disgoorg/snowflake/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/store/storetest"
)

// server is a PostgreSQL server that a test may treat badly.
type server struct {
	t       *testing.T
	bin     string
	data    string
	port    int
	account *syscall.SysProcAttr // it does not run as root
	cmd     *exec.Cmd
	log     bytes.Buffer
}

// newServer starts a server of the test's own, with fsync. It skips the test where there is none to start.
func newServer(t *testing.T) *server {
	t.Helper()
	s := &server{t: t, bin: serverPrograms(t), port: freePort(t)}
	var err error
	s.data, err = os.MkdirTemp("", "proofs-postgres-") // the test's own folder is closed to other users
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, os.RemoveAll(s.data)) })
	if os.Getuid() == 0 {
		postgres, err := user.Lookup("postgres")
		require.NoError(t, err)
		uid, _ := strconv.Atoi(postgres.Uid)
		gid, _ := strconv.Atoi(postgres.Gid)
		require.NoError(t, os.Chown(s.data, uid, gid))
		s.account = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}
	}
	out, err := s.command("initdb", "-D", s.data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C").CombinedOutput()
	require.NoError(t, err, "%s", out)
	s.start()
	t.Cleanup(s.stop)
	return s
}

// serverPrograms returns the folder with initdb and postgres.
func serverPrograms(t *testing.T) string {
	t.Helper()
	if path, err := exec.LookPath("initdb"); err == nil {
		return filepath.Dir(path)
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if len(found) == 0 {
		t.Skip("no initdb on this machine: install PostgreSQL to restart a server under load")
	}
	return filepath.Dir(found[len(found)-1])
}

// freePort finds a port below those that systems hand out by themselves: while nothing listens on it, between a
// stop and a start, no connection can be given it.
func freePort(t *testing.T) int {
	t.Helper()
	for range 1000 {
		port := 10_000 + rand.IntN(20_000)
		if l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port))); err == nil {
			require.NoError(t, l.Close())
			return port
		}
	}
	require.Fail(t, "no port is free")
	return 0
}

func (s *server) command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(filepath.Join(s.bin, name), args...)
	cmd.Dir, cmd.SysProcAttr = "/", s.account
	return cmd
}

func (s *server) start() {
	s.cmd = s.command("postgres", "-D", s.data, "-p", strconv.Itoa(s.port), "-k", s.data, "-c", "listen_addresses=127.0.0.1")
	s.cmd.Stdout, s.cmd.Stderr = &s.log, &s.log
	assert.NoError(s.t, s.cmd.Start())
}

// stop ends the server as a crash would: its sessions are cut off and it has to recover when it starts.
func (s *server) stop() {
	assert.NoError(s.t, s.cmd.Process.Signal(syscall.SIGQUIT))
	_ = s.cmd.Wait()
}

func (s *server) database() storetest.Database {
	return storetest.Database{URL: fmt.Sprintf("postgres://postgres@127.0.0.1:%d/postgres?sslmode=disable", s.port)}
}

// A server under load is stopped at once and started again, and sessions of it are killed, upon which it cuts
// off all others and recovers. What it acknowledged is there, what was in doubt comes to one outcome, and each
// time the same store works again.
func TestCrashingServerKeepsWhatItAcknowledged(t *testing.T) {
	t.Parallel()
	if os.Getenv(storetest.Variable) == "" {
		t.Skipf("without %s nothing runs on PostgreSQL", storetest.Variable)
	}
	server := newServer(t)
	db := server.database()
	var s *store.Store
	require.Eventually(t, func() (up bool) {
		var err error
		s, err = store.Open(t.Context(), db.URL, storetest.Migrations(t), store.WithPoolSize(8))
		return err == nil
	}, 30*time.Second, 10*time.Millisecond, "the server does not start: %s", &server.log)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	require.NoError(t, s.Migrate(t.Context()))

	books := newBooks(t)
	crashes := 0
	m := &meddler{books: books, span: 150, patient: true, harm: func() {
		if crashes++; crashes%2 == 1 {
			server.stop()
			server.start()
			return
		}
		var pid int
		if err := db.Raw(t).QueryRow(`SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()
			AND application_name = 'smarterdev' ORDER BY random() LIMIT 1`).Scan(&pid); err == nil { // else it is still recovering
			assert.NoError(t, syscall.Kill(pid, syscall.SIGKILL))
		}
	}}
	endure(t, m, &crowd{name: "crash", guilds: []snowflake.ID{1, 2}, keyed: 90, stubborn: 1}, s, sized(120, 1_500))
	took := recovers(t, s)
	settled, done := books.settle(s)
	replayed := books.replay(s, 10_000)
	report := books.audit(s)
	t.Logf("%d crashes, %d orders, %d deliveries failed, %d in doubt at the end (%d of them carried out), %d replayed, %d rows; back in %s",
		crashes, len(books.entries), m.failures.Load(), settled, done, replayed, report.Rows, took)
}
