package proofs

import (
	"math/rand/v2"
	"testing"

	"github.com/smarter-dev/smarterdev/store/storetest"
)

// full reports whether this build proves everything at the size that the claims are made for.
func full() bool { return storetest.Full() && !raced }

// sized picks the size of a proof.
func sized(short, long int) int {
	if full() {
		return long
	}
	return short
}

// newSeed returns a seed that the test's output tells.
func newSeed(t *testing.T) uint64 {
	t.Helper()
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	return seed
}
