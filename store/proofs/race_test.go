//go:build race

package proofs

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/store/storetest"
)

// raced says that this build looks for races, which makes SQLite about ten times slower.
const raced = true

// The race detector needs no great numbers and the great numbers cannot afford it: what runs here at full size
// is a build of the same tests without it.
func TestEverythingHoldsAtFullSizeWithoutTheRaceDetector(t *testing.T) {
	t.Parallel()
	if !storetest.Full() {
		return // and nothing is claimed
	}
	cmd := exec.CommandContext(t.Context(), "go", "test", "-v", "-count=1", "-timeout=45m", "./store/proofs")
	cmd.Dir, cmd.Env = "../..", os.Environ()
	out, err := cmd.CombinedOutput()
	for line := range strings.Lines(string(out)) {
		if !strings.HasPrefix(line, "===") {
			t.Log(strings.TrimRight(line, "\n"))
		}
	}
	require.NoError(t, err)
	require.NotContains(t, string(out), "--- SKIP")
}
