package ui_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/ui"
)

// build runs the asset build; it needs Node.js and what make assets installs.
func build(t *testing.T, args ...string) (output string, err error) {
	t.Helper()
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("node is not installed: the asset build is not tested")
	}
	if _, err := os.Stat("node_modules/esbuild"); err != nil {
		t.Skip("ui/node_modules is missing (make assets brings it): the asset build is not tested")
	}
	text, err := exec.CommandContext(t.Context(), node, append([]string{"build.mjs"}, args...)...).CombinedOutput()
	return string(text), err
}

func TestCommittedAssetsAreWhatTheSourcesBuild(t *testing.T) {
	t.Parallel()
	output, err := build(t, "--check")
	require.NoError(t, err, output)
}

func TestBuildBundlesHashesAndCompresses(t *testing.T) {
	t.Parallel()
	sources, dist := t.TempDir(), t.TempDir()
	write := func(name, text string) {
		file := filepath.Join(sources, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o700))
		require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	}
	write("chat/chat.js", `import { greet } from "./words.js"; document.title = greet("you");`)
	write("chat/words.js", `export const greet = (who) => "hello " + who;`)
	write("chat/chat.css", `@import "./face.css"; main { background: url("dot.svg") }`)
	var face strings.Builder
	for i := range 100 {
		fmt.Fprintf(&face, ".face-%d { margin: %dpx }\n", i, i)
	}
	write("chat/face.css", face.String())
	write("chat/dot.svg", `<svg xmlns="http://www.w3.org/2000/svg"/>`)
	write("words/readme.txt", "a folder without an entry")
	flags := []string{"--ui", sources, "--dist", dist}
	output, err := build(t, flags...)
	require.NoError(t, err, output)

	assets, err := ui.NewAssets(os.DirFS(dist), "/assets")
	require.NoError(t, err)
	script, err := assets.Path("chat.js")
	require.NoError(t, err)
	require.Regexp(t, `^/assets/chat-[A-Z0-9]{8}\.js$`, script)
	served := get(assets, "GET", strings.TrimPrefix(script, "/assets"), "").Body.String()
	require.Contains(t, served, "hello ")
	require.NotContains(t, served, "import")
	sheet, err := assets.Path("chat.css")
	require.NoError(t, err)
	plain := get(assets, "GET", strings.TrimPrefix(sheet, "/assets"), "")
	require.Regexp(t, `url\(["']?(\./)?dot-[A-Z0-9]{8}\.svg["']?\)`, plain.Body.String())
	packed := get(assets, "GET", strings.TrimPrefix(sheet, "/assets"), "br")
	require.Equal(t, "br", packed.Header().Get("Content-Encoding"))
	require.Less(t, packed.Body.Len(), plain.Body.Len())

	flags = append(flags, "--check")
	output, err = build(t, flags...)
	require.NoError(t, err, output)
	write("chat/words.js", `export const greet = (who) => "good day " + who;`)
	output, err = build(t, flags...)
	require.Error(t, err)
	require.Contains(t, output, "run: make assets")
	require.Contains(t, output, filepath.Base(script)+" is built from nothing")
}
