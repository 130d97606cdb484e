package app

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/smarter-dev/smarterdev/app/platform/bus"
	"github.com/smarter-dev/smarterdev/store"
)

// measureStore returns the options that measure a store.
func measureStore(r prometheus.Registerer) []store.Option {
	operations := prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "smarterdev_store_seconds", Help: "Duration of database operations, by name.",
		Buckets: []float64{.0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, 1, 5},
	}, []string{"operation"})
	failures := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "smarterdev_store_failures_total", Help: "Database operations that failed, by name; a refusal by a rule does not count.",
	}, []string{"operation"})
	sizes := prometheus.NewHistogram(prometheus.HistogramOpts{
		Name: "smarterdev_store_batch_operations", Help: "Writes that shared one commit (SQLite).",
		Buckets: []float64{1, 2, 4, 8, 16, 32, 64},
	})
	r.MustRegister(operations, failures, sizes)
	return []store.Option{
		store.WithOperations(func(o store.Operation) {
			operations.WithLabelValues(o.Name).Observe(o.Took.Seconds())
			if o.Err != nil {
				failures.WithLabelValues(o.Name).Inc()
			}
		}),
		store.WithBatches(func(b store.Batch) { sizes.Observe(float64(b.Size)) }),
	}
}

// totals collects, at each scrape, what the parts of a program count themselves.
type totals struct {
	p       *Program
	metrics []metric
}

// scrape is what one scrape reads once for all metrics.
type scrape struct {
	*Program
	bus   bus.Stats
	queue *store.Queue // nil: it could not be read
}

// metric is one of the totals, read with the values of its labels.
type metric struct {
	desc *prometheus.Desc
	kind prometheus.ValueType
	read func(scrape, func(v float64, labels ...string))
}

func totalMetrics() []metric {
	const counter, gauge = prometheus.CounterValue, prometheus.GaugeValue
	metricOf := func(kind prometheus.ValueType, name, help string, labels []string, read func(scrape, func(float64, ...string))) metric {
		return metric{prometheus.NewDesc("smarterdev_"+name, help, labels, nil), kind, read}
	}
	count := func(name, help string, read func(bus.Stats) uint64) metric {
		return metricOf(counter, name, help, nil, func(s scrape, report func(float64, ...string)) { report(float64(read(s.bus))) })
	}
	queued := func(name, help string, read func(store.Queue) float64) metric {
		return metricOf(gauge, name, help, nil, func(s scrape, report func(float64, ...string)) {
			if s.queue != nil {
				report(read(*s.queue))
			}
		})
	}
	return []metric{
		count("bus_published_total", "Events published by this process.", func(b bus.Stats) uint64 { return b.Published }),
		count("bus_dropped_total", "Published events that did not reach the other processes.", func(b bus.Stats) uint64 { return b.Dropped }),
		count("bus_received_total", "Events received from other processes.", func(b bus.Stats) uint64 { return b.Received }),
		count("cache_hits_total", "Values found in the shared cache.", func(b bus.Stats) uint64 { return b.CacheHits }),
		count("cache_misses_total", "Values not found in the shared cache.", func(b bus.Stats) uint64 { return b.CacheMisses }),
		count("limit_denied_total", "Requests refused by a rate limit.", func(b bus.Stats) uint64 { return b.LimitDenied }),
		queued("jobs_waiting", "Jobs that are due and not being worked on.", func(q store.Queue) float64 { return float64(q.Waiting) }),
		queued("jobs_oldest_seconds", "How long the oldest waiting job has been due.", func(q store.Queue) float64 { return q.Oldest.Seconds() }),
		metricOf(gauge, "gateway_latency_seconds", "Mean round trip of the shards' heartbeats.", nil,
			func(s scrape, report func(float64, ...string)) { report(s.bot.Latency().Seconds()) }),
		metricOf(gauge, "guilds", "Guilds of the shards of this process.", nil,
			func(s scrape, report func(float64, ...string)) { report(float64(s.bot.Guilds())) }),
		metricOf(gauge, "build_info", "The version that runs; always 1.", []string{"version"},
			func(s scrape, report func(float64, ...string)) { report(1, s.setup.Version) }),
	}
}

func (t totals) Describe(c chan<- *prometheus.Desc) {
	for _, f := range t.metrics {
		c <- f.desc
	}
}

func (t totals) Collect(c chan<- prometheus.Metric) {
	s := scrape{Program: t.p, bus: t.p.Bus.Stats()}
	ctx, cancel := context.WithTimeout(context.Background(), time.Second) // rather without the queue than late
	defer cancel()
	if q, err := t.p.Store.Queue(ctx); err == nil {
		s.queue = &q
	}
	for _, f := range t.metrics {
		f.read(s, func(v float64, labels ...string) {
			c <- prometheus.MustNewConstMetric(f.desc, f.kind, v, labels...)
		})
	}
}
