package apptest

import (
	"bufio"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Killed runs the test binary again with env added to its environment, by which its TestMain knows
// what to do, and kills it (SIGKILL) once it has printed n lines. It returns the lines that were
// printed whole, n or more. The test fails when the process ends before.
func Killed(t testing.TB, n int, env ...string) (lines []string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), env...)
	var problems strings.Builder
	cmd.Stderr = &problems
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	for r := bufio.NewReader(out); ; {
		line, err := r.ReadString('\n')
		if err != nil {
			break // what it holds now was cut short
		}
		if lines = append(lines, strings.TrimSuffix(line, "\n")); len(lines) == n {
			require.NoError(t, cmd.Process.Kill())
		}
	}
	_ = cmd.Wait()
	require.GreaterOrEqual(t, len(lines), n, problems.String())
	return lines
}
