package cli

import (
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

func TestKeysAreCreatedListedAndRevokedByCommand(t *testing.T) {
	t.Parallel()
	data := "--data=" + t.TempDir()
	succeed(t, "migrate", "up", data)
	out := succeed(t, "apikey", "create", data, "--name=deploy", "--scopes=read,economy", "--guilds=7", "--expires=1h")
	lines := strings.Split(strings.TrimSpace(out), "\n")
	key := lines[len(lines)-1]
	require.Regexp(t, `^sd_[A-Za-z0-9_-]{49}$`, key)

	out = succeed(t, "apikey", "list", data)
	require.Contains(t, out, "deploy")
	require.Contains(t, out, "economy,read")
	require.Contains(t, out, "until ")
	require.Contains(t, out, key[:7])
	require.NotContains(t, out, key)
	id := strings.Fields(strings.Split(out, "\n")[1])[0]

	require.Contains(t, succeed(t, "apikey", "revoke", data, id), `revoked the API key "deploy"`)
	require.Contains(t, succeed(t, "apikey", "list", data), "revoked ")

	require.Contains(t, refuse(t, "apikey", "revoke", data, uuid.NewString()), "not found")
	require.Contains(t, refuse(t, "apikey", "revoke", data, "first"), "apikey list")
	require.Contains(t, refuse(t, "apikey", "create", data, "--scopes=root"), `"root" is not a scope`)
	require.Contains(t, refuse(t, "apikey", "create", data, "--name="), "needs a name")
}
