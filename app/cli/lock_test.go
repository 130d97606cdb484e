package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestOneProcessWorksOnADatabase(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	release, err := claimDatabase("sqlite:" + databaseFile(folder))
	require.NoError(t, err)
	says := refuse(t, "dev", "--listen=127.0.0.1:0", "--fresh", "--data", folder)
	require.Contains(t, says, fmt.Sprintf("process %d", os.Getpid()))
	require.Contains(t, says, folder)
	link := filepath.Join(t.TempDir(), "link")
	require.NoError(t, os.Symlink(folder, link))
	_, err = claimDatabase("sqlite:" + filepath.Join(link, "smarterdev.db") + "?_txlock=immediate")
	require.ErrorContains(t, err, "in use", "the same file under another name")

	succeed(t, "migrate", "up", "--data", folder) // commands run beside
	release()
	again, err := claimDatabase("sqlite://" + databaseFile(folder))
	require.NoError(t, err)
	again()

	none, err := claimDatabase("postgres://host/name")
	require.NoError(t, err)
	none()
}

func TestTheWorldOfAStandInIsLocked(t *testing.T) {
	t.Parallel()
	world := filepath.Join(t.TempDir(), "world")
	release, err := claim(world)
	require.NoError(t, err)
	defer release()
	require.Contains(t, refuse(t, "sandbox", "--listen=127.0.0.1:0", "--data", world), "in use")
}
