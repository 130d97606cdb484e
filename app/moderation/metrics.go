package moderation

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/smarter-dev/smarterdev/app/platform/fault"
	"github.com/smarter-dev/smarterdev/store"
)

// metrics are those of this process.
type metrics struct {
	acts    *prometheus.CounterVec
	seconds prometheus.Histogram
	direct  *prometheus.CounterVec
	native  *prometheus.CounterVec
	expired *prometheus.CounterVec
	purged  prometheus.Counter
}

func newMetrics() *metrics {
	return &metrics{
		acts: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "smarterdev_moderation_acts_total", Help: "Acts of moderators, keys and rules, by action, source and outcome: done, pending, failed, refused, error.",
		}, []string{"action", "source", "outcome"}),
		seconds: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "smarterdev_moderation_act_seconds", Help: "How long acts take, Discord's time included.", Buckets: []float64{.01, .03, .1, .3, 1, 3, 10},
		}),
		direct: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "smarterdev_moderation_direct_messages_total", Help: "Direct messages about cases, by outcome: sent, refused, none.",
		}, []string{"outcome"}),
		native: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "smarterdev_moderation_native_total", Help: "Cases of what was done in Discord itself, by action.",
		}, []string{"action"}),
		expired: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "smarterdev_moderation_expiries_total", Help: "Ends of bans, timeouts and warnings that were worked, by action and outcome: ended, late, renewed, left.",
		}, []string{"action", "outcome"}),
		purged: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "smarterdev_moderation_purged_messages_total", Help: "Messages that moderators deleted by /mod purge.",
		}),
	}
}

func (m *metrics) collectors() []prometheus.Collector {
	return []prometheus.Collector{m.acts, m.seconds, m.direct, m.native, m.expired, m.purged}
}

func (m *metrics) act(c store.Case, in ActRequest, err error, took time.Duration) {
	outcome := string(c.State)
	switch {
	case err != nil && c.Number == 0 && fault.As(err) != nil:
		outcome = "refused"
	case err != nil && c.Number == 0:
		outcome = "error"
	}
	m.acts.WithLabelValues(string(in.Action), string(in.Actor.Source), outcome).Inc()
	m.seconds.Observe(took.Seconds())
}

func (m *metrics) told(dm store.CaseDM) { m.direct.WithLabelValues(string(dm)).Inc() }
