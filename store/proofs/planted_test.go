package proofs

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/store/storetest"
)

// Each bug is planted into a build of its own, and the test that should find it does.
func TestPlantedBugsAreFound(t *testing.T) {
	t.Parallel()
	if os.Getenv(storetest.Variable) == "" {
		t.Skipf("set %s: half of the bugs are in what is done on PostgreSQL", storetest.Variable)
	}
	for _, b := range bugs() {
		t.Run(b.name, func(t *testing.T) {
			t.Parallel()
			overlay := b.plant(t) // also when it is not run: its text must be found
			if full() || b.quick {
				b.hunt(t, overlay)
			}
		})
	}
}

// plant writes the patched files and the overlay that puts them into a build.
func (b bug) plant(t *testing.T) (overlay string) {
	t.Helper()
	dir := t.TempDir()
	sources, err := filepath.Abs("..")
	require.NoError(t, err)
	replace := map[string]string{}
	for _, p := range b.patches {
		original := filepath.Join(sources, p.file)
		current := original
		if replace[original] != "" {
			current = replace[original]
		}
		text, err := os.ReadFile(current)
		require.NoError(t, err)
		require.Equal(t, 1, strings.Count(string(text), p.old), "the bug cannot be planted any more: %s does not hold, once,\n%s", p.file, p.old)
		replace[original] = filepath.Join(dir, p.file)
		require.NoError(t, os.WriteFile(replace[original], []byte(strings.Replace(string(text), p.old, p.new, 1)), 0o600))
	}
	text, err := json.Marshal(map[string]any{"Replace": replace})
	require.NoError(t, err)
	overlay = filepath.Join(dir, "overlay.json")
	require.NoError(t, os.WriteFile(overlay, text, 0o600))
	return overlay
}

// hunt builds with the overlay and runs the one test until it fails: some bugs need luck to show, and on a busy
// machine more of it.
func (b bug) hunt(t *testing.T, overlay string) {
	t.Helper()
	var levels []string
	for level := range strings.SplitSeq(b.test, "/") {
		levels = append(levels, "^"+regexp.QuoteMeta(level)+"$")
	}
	where := "./store"
	if b.here {
		where = "./store/proofs"
	}
	cmd := exec.CommandContext(t.Context(), "go", "test", "-overlay", overlay, "-vet=off", "-count=25", "-failfast", "-timeout=20m",
		"-run", strings.Join(levels, "/"), where)
	cmd.Dir = "../.."
	cmd.Env = append(os.Environ(), "PROOFS=short")
	out, err := cmd.CombinedOutput()
	require.Error(t, err, "%s does not find it:\n%s", b.test, out)
	require.Contains(t, string(out), "--- FAIL: "+b.test, "it fails in another way:\n%s", out)
	t.Logf("found by %s: %s", b.test, firstReason(string(out)))
}

// firstReason returns the first line or two that say what a test found wrong.
func firstReason(output string) string {
	_, reason, found := strings.Cut(output, "Error:")
	if !found {
		return "(no reason given)"
	}
	reason, _, _ = strings.Cut(reason, "Test:")
	reason = strings.Join(strings.Fields(reason), " ")
	return reason[:min(len(reason), 200)]
}
