package sandbox_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/sandbox"
)

func TestWithoutFilesThePlaygroundSaysSo(t *testing.T) {
	t.Parallel()
	s, err := sandbox.New(sandbox.Config{URL: "http://127.0.0.1:1/api"})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	w := httptest.NewRecorder()
	s.Playground().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "http://127.0.0.1/", nil))
	require.Contains(t, w.Body.String(), "no playground page")

	_, err = sandbox.New(sandbox.Config{URL: "http://127.0.0.1:1/api", UI: os.DirFS(t.TempDir())})
	require.ErrorContains(t, err, "ui/playground/playground.html")
}

func TestThePageIsServedWithItsPolicyAndAssets(t *testing.T) {
	t.Parallel()
	s, err := sandbox.New(sandbox.Config{
		URL: "http://127.0.0.1:1/sandbox/api", PlaygroundURL: "http://127.0.0.1:1/sandbox", UI: os.DirFS("../.."),
		Links: []sandbox.Link{{Name: "Dash <board>", URL: "/admin"}},
	})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	get := func(path string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		s.Playground().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "http://127.0.0.1"+path, nil))
		return w
	}
	w := get("/")
	page := w.Body.String()
	require.Equal(t, http.StatusOK, w.Code)
	require.Contains(t, w.Header().Get("Content-Security-Policy"), "default-src 'none'; script-src 'self'; style-src 'self'")
	require.Equal(t, "no-store", w.Header().Get("Cache-Control"))
	require.Contains(t, page, `data-people="/sandbox/people"`)
	require.Contains(t, page, `<a href="/admin">Dash &lt;board&gt;</a>`)
	require.NotContains(t, page, " style=")
	require.NotRegexp(t, `<script[^>]*>[^<]`, page)
	require.Regexp(t, `src="/sandbox/assets/playground-[A-Z0-9]{8}\.js"`, page)
	require.Equal(t, http.StatusNotFound, get("/go.mod").Code)
	require.Equal(t, http.StatusNotFound, get("/assets/manifest.json").Code)
}
