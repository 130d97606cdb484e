package web

import (
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// metrics count requests by route pattern.
type metrics struct {
	requests  *prometheus.CounterVec
	durations *prometheus.HistogramVec
}

// newMetrics creates the metrics and registers them unless r is nil.
func newMetrics(r prometheus.Registerer) *metrics {
	m := &metrics{
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "smarterdev_http_requests_total", Help: "HTTP requests answered, by method, route and status.",
		}, []string{"method", "route", "status"}),
		durations: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "smarterdev_http_request_seconds", Help: "Time from an HTTP request's arrival to the end of its answer, by route; without streams.",
			Buckets: []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10},
		}, []string{"route"}),
	}
	if r != nil {
		r.MustRegister(m.requests, m.durations)
	}
	return m
}

func (m *metrics) request(method, route string, status int, took time.Duration, stream bool) {
	m.requests.WithLabelValues(knownMethod(method), route, strconv.Itoa(status)).Inc()
	if !stream {
		m.durations.WithLabelValues(route).Observe(took.Seconds())
	}
}

// knownMethod keeps callers from growing the metrics without bound with invented methods.
func knownMethod(method string) string {
	switch method {
	case "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS":
		return method
	}
	return "other"
}
