package bot

import (
	"net/http"
	"strconv"
	"time"

	"github.com/disgoorg/disgo/rest"
	"github.com/prometheus/client_golang/prometheus"
)

const (
	requestTimeout = 20 * time.Second
	// idleConnections is how many connections to Discord are kept for the next answers. Go's own
	// two would make most answers of a busy guild begin with a handshake.
	idleConnections = 64
)

// Counted counts the calls to Discord in r, by method and status; a 429 is a limit that was met.
func Counted(r prometheus.Registerer) rest.ClientConfigOpt {
	requests := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "smarterdev_discord_requests_total", Help: "Calls to Discord's REST API, by method and status; status 0 is a call without an answer.",
	}, []string{"method", "status"})
	r.MustRegister(requests)
	return rest.WithHTTPClient(newClient(func(next http.RoundTripper) http.RoundTripper {
		return counted{next, requests}
	}))
}

func newClient(around func(http.RoundTripper) http.RoundTripper) *http.Client {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.MaxIdleConnsPerHost = idleConnections
	return &http.Client{Timeout: requestTimeout, Transport: around(t)}
}

func bare(t http.RoundTripper) http.RoundTripper { return t }

type counted struct {
	next     http.RoundTripper
	requests *prometheus.CounterVec
}

func (c counted) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := c.next.RoundTrip(r)
	status := 0
	if answer != nil {
		status = answer.StatusCode
	}
	c.requests.WithLabelValues(r.Method, strconv.Itoa(status)).Inc()
	return answer, err
}

// CloseIdleConnections is looked for by http.Client.
func (c counted) CloseIdleConnections() {
	if t, ok := c.next.(*http.Transport); ok {
		t.CloseIdleConnections()
	}
}
