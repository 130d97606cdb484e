package bot

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

type metrics struct {
	interactions *prometheus.CounterVec
	durations    *prometheus.HistogramVec
	events       *prometheus.CounterVec
}

func newMetrics(r prometheus.Registerer) *metrics {
	m := &metrics{
		interactions: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "smarterdev_interactions_total", Help: "Interactions answered, by route and outcome.",
		}, []string{"route", "outcome"}),
		durations: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "smarterdev_interaction_seconds", Help: "Time from an interaction's arrival to its answer.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
		}, []string{"route"}),
		events: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "smarterdev_gateway_events_total", Help: "Gateway events handed to listeners, by type.",
		}, []string{"type"}),
	}
	r.MustRegister(m.interactions, m.durations, m.events)
	return m
}

func (m *metrics) interaction(route, outcome string, took time.Duration) {
	m.interactions.WithLabelValues(route, outcome).Inc()
	m.durations.WithLabelValues(route).Observe(took.Seconds())
}
