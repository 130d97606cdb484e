package web

import (
	"bufio"
	"net"
	"net/http"
	"strings"

	"github.com/klauspost/compress/gzhttp"
)

// minCompressSize is the size in bytes below which compression costs more than it saves.
const minCompressSize = 1000

// compress compresses responses for clients that accept it, but never an event stream.
func compress() func(http.Handler) http.Handler {
	pack, err := gzhttp.NewWrapper(gzhttp.MinSize(minCompressSize), gzhttp.ContentTypeFilter(compressible))
	if err != nil {
		panic(err) // only constants go in
	}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(plain http.ResponseWriter, r *http.Request) {
			pack(http.HandlerFunc(func(packed http.ResponseWriter, r *http.Request) {
				next.ServeHTTP(&responseWriter{ResponseWriter: packed, plain: plain}, r)
			})).ServeHTTP(plain, r)
		})
	}
}

// compressible reports whether a content type is text, rather than something compressed already, such as pictures and fonts.
func compressible(contentType string) bool {
	kind, _, _ := strings.Cut(strings.ToLower(contentType), ";")
	switch kind = strings.TrimSpace(kind); kind {
	case "text/event-stream":
		return false
	case "application/json", "application/javascript", "application/manifest+json", "application/xml",
		"application/yaml", "application/wasm", "image/svg+xml":
		return true
	}
	return strings.HasPrefix(kind, "text/") || strings.HasSuffix(kind, "+json") || strings.HasSuffix(kind, "+yaml") ||
		strings.HasSuffix(kind, "+xml")
}

// responseWriter is what handlers write to. It knows whether a response has started, and lets event
// streams bypass compression, which would delay their first bytes.
type responseWriter struct {
	http.ResponseWriter
	plain   http.ResponseWriter
	started bool
}

func (w *responseWriter) start() {
	if !w.started {
		w.started = true
		if isStream(w.Header()) {
			w.ResponseWriter = w.plain
		}
	}
}

func (w *responseWriter) WriteHeader(status int) {
	if status >= 200 || status == http.StatusSwitchingProtocols {
		w.start()
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *responseWriter) Write(b []byte) (int, error) {
	w.start()
	return w.ResponseWriter.Write(b)
}

// Flush sends what is buffered.
func (w *responseWriter) Flush() {
	w.start()
	_ = http.NewResponseController(w.ResponseWriter).Flush()
}

// Hijack hands over the connection, for WebSockets.
func (w *responseWriter) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	w.started = true
	return http.NewResponseController(w.plain).Hijack()
}

// Unwrap lets http.ResponseController reach the connection.
func (w *responseWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
