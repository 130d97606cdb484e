package economy

import "github.com/prometheus/client_golang/prometheus"

var _ prometheus.Collector = movedBytes{}

// movedBytes reports Service.Totals.
type movedBytes struct{ *Service }

// Describe implements prometheus.Collector.
func (m movedBytes) Describe(c chan<- *prometheus.Desc) { c <- m.desc() }

// Collect implements prometheus.Collector.
func (m movedBytes) Collect(c chan<- prometheus.Metric) {
	desc := m.desc()
	for kind, amount := range m.Totals() {
		c <- prometheus.MustNewConstMetric(desc, prometheus.CounterValue, float64(amount), string(kind))
	}
}

func (movedBytes) desc() *prometheus.Desc {
	return prometheus.NewDesc("smarterdev_bytes_total", "Bytes moved by this process, by kind; openings are not counted.", []string{"kind"}, nil)
}
