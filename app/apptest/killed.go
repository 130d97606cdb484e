package apptest

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// asChild names the variable that turns a test binary into the process that a test kills.
const asChild = "APPTEST_CHILD"

// Main is the TestMain of a package whose tests kill processes: what Killed starts runs child
// instead of the tests.
func Main(m *testing.M, child func(context.Context) error) {
	if os.Getenv(asChild) == "" {
		os.Exit(m.Run())
	}
	if err := child(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// Killed runs the child that Main was given in a process of its own, with env added to its
// environment, and kills it (SIGKILL) once it has printed n lines. It returns the lines that were
// printed whole, n or more. The test fails when the process ends before.
func Killed(t testing.TB, n int, env ...string) (lines []string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(append(os.Environ(), asChild+"=1"), env...)
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
