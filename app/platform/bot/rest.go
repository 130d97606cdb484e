package bot

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"reflect"
	"strconv"
	"time"

	"github.com/disgoorg/disgo/rest"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/smarter-dev/smarterdev/app/platform/bus"
	"github.com/smarter-dev/smarterdev/app/platform/logging"
)

const requestTimeout = 20 * time.Second

// RestOption adjusts NewRest.
type RestOption func(*restConfig)

type restConfig struct {
	metrics prometheus.Registerer
	shared  *bus.Bus
}

// WithMetrics counts the calls to Discord in r, by method and status; a 429 is a limit that was met.
func WithMetrics(r prometheus.Registerer) RestOption { return func(c *restConfig) { c.metrics = r } }

// WithBus shares with other processes the attempts that are made while Discord refuses everything.
func WithBus(b *bus.Bus) RestOption { return func(c *restConfig) { c.shared = b } }

// NewRest is the REST client for everything in this process that calls Discord: it keeps to
// the limits that Discord's headers announce, and reads what it can of a response that holds
// objects of unknown types. apiURL is the base that /v10 is appended to.
func NewRest(token, apiURL string, log *slog.Logger, options ...RestOption) rest.Rest {
	cfg := restConfig{metrics: prometheus.NewRegistry()}
	for _, o := range options {
		o(&cfg)
	}
	requests := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "smarterdev_discord_requests_total", Help: "Calls to Discord's REST API, by method and status; status 0 is a call without a response.",
	}, []string{"method", "status"})
	cfg.metrics.MustRegister(requests)
	quiet := logging.Quiet(log)
	return rest.New(lenientClient{newLenient(log, cfg.metrics), rest.NewClient(token,
		rest.WithURL(apiURL+"/v10"),
		rest.WithLogger(quiet),
		rest.WithUserAgent("DiscordBot (https://github.com/smarter-dev/smarterdev, 1)"),
		rest.WithRateLimiter(newRates(cfg.shared)),
		rest.WithHTTPClient(&http.Client{
			Timeout:       requestTimeout,
			Transport:     counted{http.DefaultTransport.(*http.Transport).Clone(), requests},
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		}),
	)})
}

// lenientClient decodes responses leniently.
type lenientClient struct {
	lenient *lenient
	rest.Client
}

// Do makes a request and decodes its response into rsBody, where that is not nil.
func (c lenientClient) Do(endpoint *rest.CompiledEndpoint, rqBody, rsBody any, options ...rest.RequestOpt) error {
	if rsBody == nil {
		return c.Client.Do(endpoint, rqBody, nil, options...)
	}
	var body json.RawMessage
	if err := c.Client.Do(endpoint, rqBody, &body, options...); err != nil {
		return err
	}
	return c.lenient.read(endpoint.Endpoint.Method+" "+endpoint.Endpoint.Route, body, func(data []byte) error {
		reflect.ValueOf(rsBody).Elem().SetZero() // of an attempt before
		return json.Unmarshal(data, rsBody)
	})
}

// counted embeds the transport, so that http.Client finds how idle connections are closed.
type counted struct {
	*http.Transport
	requests *prometheus.CounterVec
}

func (c counted) RoundTrip(r *http.Request) (*http.Response, error) {
	response, err := c.Transport.RoundTrip(r)
	status := 0
	if response != nil {
		status = response.StatusCode
	}
	c.requests.WithLabelValues(r.Method, strconv.Itoa(status)).Inc()
	return response, err
}
