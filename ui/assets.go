// Package ui is what people see in a browser: views, templates, and the sources of our style
// sheets and scripts, one folder for each part of the site.
package ui

import (
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"strings"
)

const (
	manifestName = "manifest.json"
	forever      = "public, max-age=31536000, immutable"
)

// Assets are the built browser files of dist/. Their names change with their content, so a browser
// may keep each for ever. As a handler it sees paths without the prefix.
type Assets struct {
	files  fs.FS
	prefix string
	names  map[string]string // nil: the manifest is read again at each use
}

// NewAssets reads the manifest of dist, whose files will be served below prefix ("/assets").
// It returns an error when there is no manifest or a file that it names is missing.
func NewAssets(dist fs.FS, prefix string) (*Assets, error) {
	names, err := readManifest(dist)
	if err != nil {
		return nil, err
	}
	for name, file := range names {
		if _, err := fs.Stat(dist, file); err != nil {
			return nil, fmt.Errorf("the built file of %s: %w; run make assets", name, err)
		}
	}
	return &Assets{files: dist, prefix: strings.TrimSuffix(prefix, "/"), names: names}, nil
}

// LiveAssets follows a dist that is rebuilt while the program runs.
func LiveAssets(dist fs.FS, prefix string) *Assets {
	return &Assets{files: dist, prefix: strings.TrimSuffix(prefix, "/")}
}

// Path returns the address of an entry, such as "playground.css". Templates call it, so that an
// unknown name fails the page instead of pointing nowhere.
func (a *Assets) Path(name string) (string, error) {
	names := a.names
	if names == nil {
		var err error
		if names, err = readManifest(a.files); err != nil {
			return "", err
		}
	}
	file, ok := names[name]
	if !ok {
		return "", fmt.Errorf("there is no asset %q; its source would be ui/%s/%s, built by make assets",
			name, strings.TrimSuffix(name, path.Ext(name)), name)
	}
	return a.prefix + "/" + file, nil
}

func (a *Assets) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "only GET and HEAD work here", http.StatusMethodNotAllowed)
		return
	}
	name := strings.TrimPrefix(r.URL.Path, "/")
	kind := contentType(name)
	if kind == "" || name == manifestName || !fs.ValidPath(name) {
		http.NotFound(w, r)
		return
	}
	file, encoding, err := a.open(name, r.Header.Get("Accept-Encoding"))
	if err != nil {
		http.NotFound(w, r)
		return
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil || info.IsDir() {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Cache-Control", forever)
	h.Set("Content-Length", strconv.FormatInt(info.Size(), 10))
	h.Add("Vary", "Accept-Encoding")
	if encoding != "" {
		h.Set("Content-Encoding", encoding)
	}
	if r.Method == http.MethodGet {
		_, _ = io.Copy(w, file) // the client may have gone, which nobody can be told
	}
}

// open prefers the smallest copy that the client accepts.
func (a *Assets) open(name, accepts string) (file fs.File, encoding string, err error) {
	for _, packed := range []struct{ encoding, suffix string }{{"br", ".br"}, {"gzip", ".gz"}} {
		if !accepted(accepts, packed.encoding) {
			continue
		}
		if file, err := a.files.Open(name + packed.suffix); err == nil {
			return file, packed.encoding, nil
		}
	}
	file, err = a.files.Open(name)
	return file, "", err
}

// accepted reports whether an Accept-Encoding header names this encoding and does not weigh it 0.
func accepted(header, encoding string) bool {
	for part := range strings.SplitSeq(header, ",") {
		name, weight, _ := strings.Cut(part, ";")
		if !strings.EqualFold(strings.TrimSpace(name), encoding) {
			continue
		}
		q, found := strings.CutPrefix(strings.TrimSpace(weight), "q=")
		value, err := strconv.ParseFloat(q, 64)
		return !found || err == nil && value > 0
	}
	return false
}

// contentType knows the kinds that are built, and no other: the system's own table differs from
// machine to machine.
func contentType(name string) string {
	switch path.Ext(name) {
	case ".css":
		return "text/css; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".webp":
		return "image/webp"
	case ".png":
		return "image/png"
	case ".ico":
		return "image/x-icon"
	case ".woff2":
		return "font/woff2"
	}
	return ""
}

func readManifest(dist fs.FS) (map[string]string, error) {
	text, err := fs.ReadFile(dist, manifestName)
	if err != nil {
		return nil, fmt.Errorf("reading the list of built assets: %w; run make assets", err)
	}
	names := make(map[string]string)
	if err := json.Unmarshal(text, &names); err != nil {
		return nil, fmt.Errorf("the list of built assets, %s: %w", manifestName, err)
	}
	return names, nil
}
