package app

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/smarter-dev/smarterdev/store"
)

// observeStore returns the options by which a store is measured.
func observeStore(r prometheus.Registerer) []store.Option {
	operations := prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "smarterdev_store_seconds", Help: "Time of a database operation, by its name.",
		Buckets: []float64{.0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, 1, 5},
	}, []string{"operation"})
	failures := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "smarterdev_store_failures_total", Help: "Database operations that failed, by their name; a refusal by a rule is none.",
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

// totals reports, at each scrape, what the parts of a program know of themselves.
type totals struct {
	p       *Program
	figures []figure
}

// figure is one of them, with the values of its labels.
type figure struct {
	desc *prometheus.Desc
	kind prometheus.ValueType
	read func(*Program, func(v float64, labels ...string))
}

func totalFigures() []figure {
	sum := func(kind prometheus.ValueType, name, help string, read func(*Program) float64) figure {
		return figure{prometheus.NewDesc("smarterdev_"+name, help, nil, nil), kind,
			func(p *Program, tell func(float64, ...string)) { tell(read(p)) }}
	}
	const counter, gauge = prometheus.CounterValue, prometheus.GaugeValue
	return []figure{
		sum(counter, "bus_published_total", "Events published by this process.", func(p *Program) float64 { return float64(p.Bus.Stats().Published) }),
		sum(counter, "bus_dropped_total", "Published events that did not reach the other processes.", func(p *Program) float64 { return float64(p.Bus.Stats().Dropped) }),
		sum(counter, "bus_received_total", "Events received from other processes.", func(p *Program) float64 { return float64(p.Bus.Stats().Received) }),
		sum(counter, "cache_hits_total", "Values found in the shared cache.", func(p *Program) float64 { return float64(p.Bus.Stats().CacheHits) }),
		sum(counter, "cache_misses_total", "Values not found in the shared cache.", func(p *Program) float64 { return float64(p.Bus.Stats().CacheMisses) }),
		sum(counter, "limit_denied_total", "Requests refused by a rate limit.", func(p *Program) float64 { return float64(p.Bus.Stats().LimitDenied) }),
		sum(gauge, "gateway_latency_seconds", "Mean round trip of the shards' heartbeats.", func(p *Program) float64 { return p.bot.Latency().Seconds() }),
		sum(gauge, "guilds", "Guilds that the shards of this process have told of.", func(p *Program) float64 { return float64(p.bot.Guilds()) }),
		{prometheus.NewDesc("smarterdev_bytes_total", "Bytes moved by this process, by the kind of movement; openings are left out.", []string{"kind"}, nil), counter,
			func(p *Program, tell func(float64, ...string)) {
				for kind, amount := range p.Economy.Totals() {
					tell(float64(amount), string(kind))
				}
			}},
		{prometheus.NewDesc("smarterdev_jobs_waiting", "Jobs that are due and that nobody works on.", nil, nil), gauge,
			func(p *Program, tell func(float64, ...string)) {
				if q, err := p.queue(); err == nil {
					tell(float64(q.Waiting))
				}
			}},
		{prometheus.NewDesc("smarterdev_jobs_oldest_seconds", "For how long the first job that waits has been due.", nil, nil), gauge,
			func(p *Program, tell func(float64, ...string)) {
				if q, err := p.queue(); err == nil {
					tell(q.Oldest.Seconds())
				}
			}},
		{prometheus.NewDesc("smarterdev_build_info", "The version that runs; always 1.", []string{"version"}, nil), gauge,
			func(p *Program, tell func(float64, ...string)) { tell(1, p.setup.Version) }},
	}
}

// queue reads the queue of jobs for a scrape, which would rather go without than wait.
func (p *Program) queue() (store.Queue, error) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	return p.Store.Queue(ctx)
}

func (t totals) Describe(c chan<- *prometheus.Desc) {
	for _, f := range t.figures {
		c <- f.desc
	}
}

func (t totals) Collect(c chan<- prometheus.Metric) {
	for _, f := range t.figures {
		f.read(t.p, func(v float64, labels ...string) {
			c <- prometheus.MustNewConstMetric(f.desc, f.kind, v, labels...)
		})
	}
}
