package text

import "testing"

func BenchmarkProperties(b *testing.B) {
	for b.Loop() {
		buildProperties()
	}
}
