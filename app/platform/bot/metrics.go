package bot

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

type metrics struct {
	interactions *prometheus.CounterVec
	durations    *prometheus.HistogramVec
	events       *prometheus.CounterVec

	queueDepth   *prometheus.GaugeVec
	queueDropped *prometheus.CounterVec
	queueWaited  *prometheus.HistogramVec
}

// queueMetrics are those of one queue.
type queueMetrics struct {
	depth   prometheus.Gauge
	dropped prometheus.Counter
	waited  prometheus.Observer
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
		queueDepth: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "smarterdev_queue_depth", Help: "Events that wait in a queue.",
		}, []string{"queue"}),
		queueDropped: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "smarterdev_queue_dropped_total", Help: "Events that a full queue dropped.",
		}, []string{"queue"}),
		queueWaited: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "smarterdev_queue_wait_seconds", Help: "Time that an event waits in a queue.",
			Buckets: []float64{.0001, .001, .01, .1, 1, 10, 60},
		}, []string{"queue"}),
	}
	r.MustRegister(m.interactions, m.durations, m.events, m.queueDepth, m.queueDropped, m.queueWaited)
	return m
}

func (m *metrics) interaction(route, outcome string, took time.Duration) {
	m.interactions.WithLabelValues(route, outcome).Inc()
	m.durations.WithLabelValues(route).Observe(took.Seconds())
}

func (m *metrics) queue(name string) queueMetrics {
	return queueMetrics{m.queueDepth.WithLabelValues(name), m.queueDropped.WithLabelValues(name), m.queueWaited.WithLabelValues(name)}
}
