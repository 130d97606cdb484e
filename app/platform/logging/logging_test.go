package logging_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/platform/logging"
)

func TestFormats(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	log, closer, err := logging.New(logging.Config{Output: &out})
	require.NoError(t, err)
	log.Debug("hidden")
	log.Info("hello", "guild", 7)
	require.NoError(t, closer.Close())
	var line map[string]any
	require.NoError(t, json.Unmarshal(out.Bytes(), &line))
	require.Equal(t, "hello", line["msg"])
	require.EqualValues(t, 7, line["guild"])

	out.Reset()
	log, _, err = logging.New(logging.Config{Output: &out, Format: logging.Text, Level: "DEBUG"})
	require.NoError(t, err)
	log.Debug("shown", "guild", 7)
	require.Contains(t, out.String(), "DBG shown guild=7")
	require.NotContains(t, out.String(), "\x1b")

	out.Reset()
	log, _, err = logging.New(logging.Config{Output: &out, Format: logging.Text, Colour: true})
	require.NoError(t, err)
	log.Error("red")
	require.Contains(t, out.String(), "\x1b")
}

func TestWrongConfigurationIsNamed(t *testing.T) {
	t.Parallel()
	_, _, err := logging.New(logging.Config{Level: "loud"})
	require.ErrorContains(t, err, `"loud" is not known: use debug, info, warn or error`)
	_, _, err = logging.New(logging.Config{Format: "xml"})
	require.ErrorContains(t, err, `"xml" is not known: use text or json`)
	_, _, err = logging.New(logging.Config{File: t.TempDir()})
	require.ErrorContains(t, err, "opening the log file")
}

func TestFileIsRotatedAndFiveOldOnesAreKept(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "logs")
	log, closer, err := logging.New(logging.Config{File: filepath.Join(dir, "smarterdev.log"), Format: logging.Text, Colour: true})
	require.NoError(t, err)
	long := strings.Repeat("x", 1<<20)
	for range 9 * 8 { // lines of a megabyte: more than seven files of ten
		log.Info(long)
	}
	require.NoError(t, closer.Close())
	// Old files are removed in the background.
	var files []os.DirEntry
	for files, err = os.ReadDir(dir); err == nil && len(files) != 6; files, err = os.ReadDir(dir) {
	}
	require.NoError(t, err)
	for _, file := range files {
		info, err := file.Info()
		require.NoError(t, err)
		require.LessOrEqual(t, info.Size(), int64(10<<20))
	}
	text, err := os.ReadFile(filepath.Join(dir, "smarterdev.log"))
	require.NoError(t, err)
	require.NotContains(t, string(text), "\x1b")
}
