package ui_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/ui"
)

func built() fstest.MapFS {
	return fstest.MapFS{
		"manifest.json":   {Data: []byte(`{"chat.css":"chat-A.css","chat.js":"chat-B.js"}`)},
		"chat-A.css":      {Data: []byte("plain")},
		"chat-A.css.br":   {Data: []byte("brotli")},
		"chat-A.css.gz":   {Data: []byte("gzip")},
		"chat-B.js":       {Data: []byte("script")},
		"inter-C.woff2":   {Data: []byte("font")},
		"folder/x-D.css":  {Data: []byte("nested")},
		"secret-E.passwd": {Data: []byte("no")},
	}
}

func get(a *ui.Assets, method, path, accepts string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "/", nil)
	r.URL.Path = path
	r.Header.Set("Accept-Encoding", accepts)
	w := httptest.NewRecorder()
	a.ServeHTTP(w, r)
	return w
}

func TestPathsComeFromTheManifest(t *testing.T) {
	t.Parallel()
	a, err := ui.NewAssets(built(), "/assets/")
	require.NoError(t, err)
	path, err := a.Path("chat.css")
	require.NoError(t, err)
	require.Equal(t, "/assets/chat-A.css", path)
	_, err = a.Path("missing.css")
	require.ErrorContains(t, err, "ui/missing/missing.css")
}

func TestABrokenBuildIsToldAtStart(t *testing.T) {
	t.Parallel()
	_, err := ui.NewAssets(fstest.MapFS{}, "/assets")
	require.ErrorContains(t, err, "run make assets")
	files := built()
	delete(files, "chat-B.js")
	_, err = ui.NewAssets(files, "/assets")
	require.ErrorContains(t, err, "chat.js")
	files["manifest.json"] = &fstest.MapFile{Data: []byte("[]")}
	_, err = ui.NewAssets(files, "/assets")
	require.ErrorContains(t, err, "manifest.json")
}

func TestTheSmallestAcceptedCopyIsServed(t *testing.T) {
	t.Parallel()
	a, err := ui.NewAssets(built(), "/assets")
	require.NoError(t, err)
	for accepts, want := range map[string][2]string{
		"":                         {"", "plain"},
		"gzip":                     {"gzip", "gzip"},
		"gzip, deflate, br, zstd":  {"br", "brotli"},
		"br;q=0, GZIP;q=0.5":       {"gzip", "gzip"},
		"br; q=0.000, gzip; q=x":   {"", "plain"},
		"brotli, x-gzip, identity": {"", "plain"},
	} {
		w := get(a, http.MethodGet, "/chat-A.css", accepts)
		require.Equal(t, http.StatusOK, w.Code)
		require.Equal(t, want[0], w.Header().Get("Content-Encoding"), accepts)
		require.Equal(t, want[1], w.Body.String(), accepts)
		require.Equal(t, "text/css; charset=utf-8", w.Header().Get("Content-Type"))
		require.Equal(t, "public, max-age=31536000, immutable", w.Header().Get("Cache-Control"))
		require.Equal(t, "Accept-Encoding", w.Header().Get("Vary"))
	}
	w := get(a, http.MethodGet, "/chat-B.js", "br")
	require.Equal(t, "script", w.Body.String(), "a small file has no copies")
	w = get(a, http.MethodHead, "/inter-C.woff2", "")
	require.Equal(t, "4", w.Header().Get("Content-Length"))
	require.Empty(t, w.Body.String())
}

func TestNothingElseIsServed(t *testing.T) {
	t.Parallel()
	a, err := ui.NewAssets(built(), "/assets")
	require.NoError(t, err)
	for _, path := range []string{"/", "", "/manifest.json", "/chat-A.css.br", "/secret-E.passwd", "/folder", "/../go.css", "/none.css"} {
		w := get(a, http.MethodGet, path, "")
		require.Equal(t, http.StatusNotFound, w.Code, path)
		require.Empty(t, w.Header().Get("Cache-Control"))
	}
	require.Equal(t, http.StatusMethodNotAllowed, get(a, http.MethodPost, "/chat-A.css", "").Code)
}

func TestLiveAssetsFollowTheBuild(t *testing.T) {
	t.Parallel()
	files := built()
	a := ui.LiveAssets(files, "/assets")
	files["manifest.json"] = &fstest.MapFile{Data: []byte(`{"chat.css":"chat-Z.css"}`)}
	path, err := a.Path("chat.css")
	require.NoError(t, err)
	require.Equal(t, "/assets/chat-Z.css", path)
}
