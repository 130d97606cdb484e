package extract_test

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/ui/i18n/extract"
)

var update = flag.Bool("update", false, "write the sentences of the program into the catalogues")

const tree = "../../.."

// What every language must have. make messages adds what is new to the files.
func TestCataloguesHoldEverySentence(t *testing.T) {
	t.Parallel()
	messages, _, err := extract.Find(os.DirFS(tree))
	require.NoError(t, err)
	require.NotEmpty(t, messages)
	files, err := filepath.Glob(filepath.Join(tree, "ui/i18n/*.po"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		if *update {
			text = extract.Update(text, messages)
			require.NoError(t, os.WriteFile(file, text, 0o644))
		}
		missing, obsolete := extract.Missing(text, messages)
		require.Empty(t, missing, "%s lacks these; run make messages and translate them", file)
		require.Empty(t, obsolete, "%s translates what nothing says any more; run make messages", file)
	}
}
