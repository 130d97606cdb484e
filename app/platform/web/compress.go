package web

import (
	"bufio"
	"net"
	"net/http"
	"strings"

	"github.com/klauspost/compress/gzhttp"
)

// compressFrom is the size in bytes below which compressing costs more than it saves.
const compressFrom = 1000

// compress shrinks answers for clients that can read it, never a stream of events.
func compress() func(http.Handler) http.Handler {
	pack, err := gzhttp.NewWrapper(gzhttp.MinSize(compressFrom), gzhttp.ContentTypeFilter(compressible))
	if err != nil {
		panic(err) // only constants go in
	}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(plain http.ResponseWriter, r *http.Request) {
			pack(http.HandlerFunc(func(packed http.ResponseWriter, r *http.Request) {
				next.ServeHTTP(&reply{ResponseWriter: packed, plain: plain}, r)
			})).ServeHTTP(plain, r)
		})
	}
}

// compressible tells text from what is compressed already: pictures, fonts, archives.
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

// reply is what handlers write to. It knows whether they have begun, and it leads streams past
// the compression, which would hold their first bytes back.
type reply struct {
	http.ResponseWriter
	plain http.ResponseWriter
	begun bool
}

func (w *reply) begin() {
	if !w.begun {
		w.begun = true
		if isStream(w.Header()) {
			w.ResponseWriter = w.plain
		}
	}
}

func (w *reply) WriteHeader(status int) {
	if status >= 200 || status == http.StatusSwitchingProtocols {
		w.begin()
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *reply) Write(b []byte) (int, error) {
	w.begin()
	return w.ResponseWriter.Write(b)
}

// Flush sends what is buffered.
func (w *reply) Flush() {
	w.begin()
	_ = http.NewResponseController(w.ResponseWriter).Flush()
}

// Hijack hands over the connection, for WebSockets.
func (w *reply) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	w.begun = true
	return http.NewResponseController(w.plain).Hijack()
}

// Unwrap lets http.ResponseController reach the connection.
func (w *reply) Unwrap() http.ResponseWriter { return w.ResponseWriter }
