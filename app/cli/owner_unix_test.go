//go:build unix

package cli

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestADotEnvOfOthersIsRefused(t *testing.T) {
	t.Chdir(t.TempDir())
	require.NoError(t, checkOwner(".env"), "there is none")
	require.NoError(t, os.WriteFile(".env", []byte("LOG_LEVEL=debug"), 0o600))
	require.NoError(t, checkOwner(".env"))

	require.NoError(t, os.Chmod(".env", 0o666)) //nolint:gosec // that is what is refused
	code, _, stderr := command(t, "version")
	require.Equal(t, 1, code)
	require.Contains(t, stderr, "chmod o-w .env")

	require.NoError(t, os.Chmod(".env", 0o600))
	if os.Geteuid() != 0 {
		t.Skip("only root can give a file away")
	}
	require.NoError(t, os.Chown(".env", 4711, -1))
	code, _, stderr = command(t, "version")
	require.Equal(t, 1, code)
	require.Contains(t, stderr, "uid 4711")
}
