package proofs

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net"
	"net/url"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/Shopify/toxiproxy/v2"
	"github.com/rs/zerolog"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/store/storetest"
)

// network sits between a store and its server, and can fail in many ways. It is safe for use by many
// goroutines.
type network struct {
	t     *testing.T
	mu    sync.Mutex
	proxy *toxiproxy.Proxy
}

// throughNetwork returns the database as reached through a network of its own.
func throughNetwork(t *testing.T, db storetest.Database) (*network, storetest.Database) {
	t.Helper()
	u, err := url.Parse(db.URL)
	require.NoError(t, err)
	server := toxiproxy.NewServer(toxiproxy.NewMetricsContainer(nil), zerolog.Nop())
	n := &network{t: t, proxy: toxiproxy.NewProxy(server, t.Name(), net.JoinHostPort("127.0.0.1", strconv.Itoa(freePort(t))), u.Host)}
	require.NoError(t, n.proxy.Start())
	t.Cleanup(n.proxy.Stop)
	u.Host = n.proxy.Listen
	return n, storetest.Database{URL: u.String()}
}

// cut closes every connection, whatever is under way on it; new ones can be made.
func (n *network) cut() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.proxy.Stop()
	assert.NoError(n.t, n.proxy.Start())
}

// worsen adds a toxic of Toxiproxy to what goes upstream (to the server) or downstream, on connections new and
// old.
func (n *network) worsen(kind, stream string, attributes map[string]int) {
	n.mu.Lock()
	defer n.mu.Unlock()
	toxic, err := json.Marshal(map[string]any{"type": kind, "stream": stream, "attributes": attributes})
	assert.NoError(n.t, err)
	_, err = n.proxy.Toxics.AddToxicJson(bytes.NewReader(toxic))
	assert.NoError(n.t, err)
}

// heal takes every toxic away. What they have eaten does not come back: connections are cut too.
func (n *network) heal() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.proxy.Stop()
	n.proxy.Toxics.ResetToxics(context.Background())
	assert.NoError(n.t, n.proxy.Start())
}

// recovers waits until the store can write again, which must be within 10 s, and returns how long it took.
func recovers(t *testing.T, s *store.Store) time.Duration {
	t.Helper()
	start := time.Now()
	_, err := insist(t.Context(), s, order{Verb: sends, Name: "recovery of " + t.Name(), Key: "proofs:recovery of " + t.Name(), Guild: 99, From: 1, To: 2, Amount: 1, At: noon})
	require.NoError(t, err)
	return time.Since(start)
}

// insist delivers an order that has a key until it comes to an outcome, for 10 s at most: after a cut or a crash
// each connection of the pool can be dead, and costs one delivery to be found so.
func insist(ctx context.Context, s *store.Store, o order) (figures, error) {
	for begun := time.Now(); ; {
		f, err := o.carryOut(ctx, s)
		if !errors.Is(err, store.ErrUnavailable) || time.Since(begun) > 10*time.Second {
			return f, err
		}
		<-time.After(5 * time.Millisecond)
	}
}
