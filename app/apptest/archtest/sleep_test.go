package archtest

import (
	"bytes"
	"io/fs"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A test that waits for a time is slow on a good day and wrong on a bad one. Inside a synctest
// bubble sleeping takes no time and is exact, so there it is fine.
func TestTestsDoNotSleep(t *testing.T) {
	t.Parallel()
	sleeps := func(source []byte) bool {
		return bytes.Contains(source, []byte("time"+".Sleep(")) && !bytes.Contains(source, []byte(`"testing/synctest"`))
	}
	require.True(t, sleeps([]byte("time"+".Sleep(time.Second)")))
	require.False(t, sleeps([]byte(`import "testing/synctest"; time`+".Sleep(time.Second)")))

	tree := os.DirFS(root)
	found := 0
	require.NoError(t, fs.WalkDir(tree, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && path != "." && (strings.HasPrefix(entry.Name(), ".") || entry.Name() == "node_modules") {
			return fs.SkipDir
		}
		if !strings.HasSuffix(path, "_test.go") {
			return nil
		}
		source, err := fs.ReadFile(tree, path)
		if err != nil {
			return err
		}
		found++
		require.False(t, sleeps(source), "%s sleeps; wait for what it needs", path)
		return nil
	}))
	require.Greater(t, found, 5)
}
