package bot

import (
	"net/http"
	"strconv"
	"time"

	"github.com/disgoorg/disgo/rest"
	"github.com/prometheus/client_golang/prometheus"
)

const requestTimeout = 20 * time.Second

// Counted counts the calls to Discord in r, by method and status; a 429 is a limit that was met.
func Counted(r prometheus.Registerer) rest.ClientConfigOpt {
	requests := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "smarterdev_discord_requests_total", Help: "Calls to Discord's REST API, by method and status; status 0 is a call without an answer.",
	}, []string{"method", "status"})
	r.MustRegister(requests)
	return rest.WithHTTPClient(&http.Client{
		Timeout:   requestTimeout,
		Transport: counted{http.DefaultTransport.(*http.Transport).Clone(), requests},
	})
}

// counted embeds the transport, so that http.Client finds how idle connections are closed.
type counted struct {
	*http.Transport
	requests *prometheus.CounterVec
}

func (c counted) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := c.Transport.RoundTrip(r)
	status := 0
	if answer != nil {
		status = answer.StatusCode
	}
	c.requests.WithLabelValues(r.Method, strconv.Itoa(status)).Inc()
	return answer, err
}
