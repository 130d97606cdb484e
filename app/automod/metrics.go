package automod

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/smarter-dev/smarterdev/app/automod/engine"
)

// metrics are those of this process.
type metrics struct {
	events  *prometheus.CounterVec
	hits    *prometheus.CounterVec
	actions *prometheus.CounterVec
	seconds prometheus.Histogram
	windows func() engine.WindowsStats
}

func newMetrics() *metrics {
	return &metrics{
		events: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "smarterdev_automod_events_total", Help: "Events that the rules judged, by kind and whether somebody was exempt.",
		}, []string{"kind", "exempt"}),
		hits: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "smarterdev_automod_hits_total", Help: "Matches of rules, by type of the rule and its mode.",
		}, []string{"type", "mode"}),
		actions: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "smarterdev_automod_actions_total", Help: "What rules did, by action and outcome: done, failed, paused, capped.",
		}, []string{"action", "outcome"}),
		seconds: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "smarterdev_automod_judge_seconds", Help: "How long judging one event takes.", Buckets: []float64{1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 1e-2, 1e-1, 1},
		}),
	}
}

func (m *metrics) collectors() []prometheus.Collector {
	gauge := func(name, help string, value func(engine.WindowsStats) float64) prometheus.Collector {
		return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, func() float64 { return value(m.windows()) })
	}
	return []prometheus.Collector{m.events, m.hits, m.actions, m.seconds,
		gauge("smarterdev_automod_window_bytes", "Memory of what the rules count.", func(s engine.WindowsStats) float64 { return float64(s.Bytes) }),
		gauge("smarterdev_automod_window_evicted", "Messages dropped for want of memory while a rule could still count them.", func(s engine.WindowsStats) float64 { return float64(s.Evicted) }),
	}
}

func (m *metrics) judged(kind engine.Kind, v engine.Verdict, took time.Duration) {
	exempt := "no"
	if v.Exempt != "" {
		exempt = string(v.Exempt)
	}
	m.events.WithLabelValues(string(kind), exempt).Inc()
	for _, match := range v.Matches {
		m.hits.WithLabelValues(string(match.Rule.Type), string(match.Rule.Mode)).Inc()
	}
	m.seconds.Observe(took.Seconds())
}
