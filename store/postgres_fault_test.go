package store_test

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/disgoorg/snowflake/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/store/storetest"
)

// proxy sits between a store and its server, and can cut what goes through it.
type proxy struct {
	listener net.Listener
	server   string
	down     atomic.Bool

	mu    sync.Mutex
	conns []net.Conn
}

// throughProxy returns the database as reached through a new proxy.
func throughProxy(t *testing.T, db storetest.Database) (*proxy, storetest.Database) {
	t.Helper()
	u, err := url.Parse(db.URL)
	require.NoError(t, err)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	p := &proxy{listener: l, server: u.Host}
	go p.serve()
	t.Cleanup(func() { _ = l.Close(); p.cut() })
	u.Host = l.Addr().String()
	return p, storetest.Database{URL: u.String()}
}

func (p *proxy) serve() {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return
		}
		server, err := net.Dial("tcp", p.server)
		if err != nil || p.down.Load() {
			_ = client.Close()
			continue
		}
		p.mu.Lock()
		p.conns = append(p.conns, client, server)
		p.mu.Unlock()
		go func() { _, _ = io.Copy(server, client); _ = server.Close() }()
		go func() { _, _ = io.Copy(client, server); _ = client.Close() }()
	}
}

// cut ends every connection at once, whatever is under way on it.
func (p *proxy) cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range p.conns {
		_ = c.Close()
	}
	p.conns = nil
}

// Sockets are cut while transfers are under way. Each call either has its outcome or says that the database
// is unavailable; repeated with its key, it moves its byte once.
func TestCutConnections(t *testing.T) {
	t.Parallel()
	db := storetest.NewPostgres(t)
	direct := db.Migrated(t)
	p, through := throughProxy(t, db)
	survivesLoss(t, direct, through.Open(t), p.cut)
}

// The server ends sessions on its own, as it does when it is shut down.
func TestTerminatedSessions(t *testing.T) {
	t.Parallel()
	db := storetest.NewPostgres(t)
	direct := db.Migrated(t)
	named := db
	named.URL += "&application_name=" + t.Name()
	raw := db.Raw(t)
	survivesLoss(t, direct, named.Open(t), func() {
		_, err := raw.Exec(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1`, t.Name())
		assert.NoError(t, err)
	})
}

func survivesLoss(t *testing.T, direct, shaky *store.Store, lose func()) {
	t.Helper()
	const workers, each = 8, 60 // store/proofs goes on for longer
	var done atomic.Int64
	var unavailable, first atomic.Int64
	var wg sync.WaitGroup
	for worker := range workers {
		wg.Go(func() {
			r := rand.New(rand.NewPCG(9, uint64(worker)))
			for i := range each {
				from := r.IntN(6)
				order := store.Transfer{Guild: 1, From: snowflake.ID(1 + from), To: snowflake.ID(1 + (from+1+r.IntN(5))%6),
					Amount: 1, Max: 1, Starting: 1_000_000, Key: fmt.Sprint(worker, "-", i)}
				row, err := shaky.Transfer(context.Background(), order)
				if done.Add(1)%20 == 0 {
					lose()
				}
				if err != nil {
					assert.ErrorIs(t, err, store.ErrUnavailable)
					unavailable.Add(1)
					_, err = direct.Transfer(context.Background(), order)
					assert.NoError(t, err)
					continue
				}
				if !row.Again {
					first.Add(1)
				}
				again, err := direct.Transfer(context.Background(), order)
				assert.NoError(t, err)
				assert.True(t, again.Again)
				assert.Equal(t, row.ID, again.ID)
			}
		})
	}
	wg.Wait()
	t.Logf("%d transfers, %d told unavailable, %d answered by their first delivery", workers*each, unavailable.Load(), first.Load())
	require.EqualValues(t, workers*each, unavailable.Load()+first.Load(), "an answer is the call's own, although it had to be repeated")
	kind := store.KindTransfer
	var rows int64
	filter := store.TransactionFilter{Guild: 1, Kind: &kind, Limit: 1000}
	for {
		page, err := direct.Transactions(t.Context(), filter)
		require.NoError(t, err)
		if len(page) == 0 {
			break
		}
		rows += int64(len(page))
		filter.Before = &page[len(page)-1].Seq
	}
	require.EqualValues(t, workers*each, rows, "each byte moved once")
	storetest.Prove(t, direct)
}

// While the server cannot be reached everything says so; when it is back the same store works again.
func TestServerAwayAndBack(t *testing.T) {
	t.Parallel()
	db := storetest.NewPostgres(t)
	db.Migrated(t)
	p, through := throughProxy(t, db)
	s := through.Open(t)
	order := store.Transfer{Guild: 1, From: 1, To: 2, Amount: 1, Max: 1, Starting: 10, Key: "k"}
	_, err := s.Transfer(t.Context(), order)
	require.NoError(t, err)

	p.down.Store(true)
	p.cut()
	for name, call := range map[string]func() error{
		"transfer": func() error { o := order; o.Key = "away"; _, err := s.Transfer(t.Context(), o); return err },
		"claim":    func() error { _, err := s.Claim(t.Context(), store.Claim{Guild: 1, User: 1, Amount: 1}); return err },
		"read":     func() error { _, err := s.Balance(t.Context(), 1, 1); return err },
		"write":    func() error { return s.ReleaseConfirmation(t.Context(), 1, store.NewID(order.At), 1) },
		"ping":     func() error { return s.Ping(t.Context()) },
		"verify":   func() error { _, err := s.Verify(t.Context()); return err },
		"migrate":  func() error { return s.Migrate(t.Context()) },
	} {
		require.ErrorIs(t, call(), store.ErrUnavailable, name)
	}

	p.down.Store(false)
	require.NoError(t, s.Ping(t.Context()))
	again, err := s.Transfer(t.Context(), order)
	require.NoError(t, err)
	require.True(t, again.Again)
	storetest.Prove(t, s)
	require.NoError(t, s.Close())
	_, err = s.Balance(t.Context(), 1, 1)
	require.ErrorIs(t, err, store.ErrClosed)
	_, err = s.Transfer(t.Context(), order)
	require.ErrorIs(t, err, store.ErrClosed)
}
