package web

import (
	"bufio"
	"context"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// responseRecorder wraps the response of the server: it records status and size, adds
// X-Response-Time and prepares server-sent events for streaming.
type responseRecorder struct {
	http.ResponseWriter
	start        time.Time
	status       int
	bytes        int64
	streams      *streams
	cancel       context.CancelFunc // ends the request's context
	leaveStreams func()             // set while the response is a stream
}

func (r *responseRecorder) WriteHeader(status int) {
	if status >= 100 && status < 200 && status != http.StatusSwitchingProtocols {
		r.ResponseWriter.WriteHeader(status)
		return
	}
	if r.status == 0 {
		r.status = status
		took := time.Since(r.start)
		r.Header().Set(responseTimeHeader, strconv.FormatFloat(float64(took.Microseconds())/1000, 'f', 3, 64)+"ms")
		if isStream(r.Header()) {
			r.startStream()
		}
	}
	r.ResponseWriter.WriteHeader(status)
}

func (r *responseRecorder) Write(b []byte) (int, error) {
	if r.status == 0 {
		r.WriteHeader(http.StatusOK)
	}
	if r.leaveStreams != nil {
		_ = r.controller().SetWriteDeadline(time.Now().Add(WriteTimeout))
	}
	n, err := r.ResponseWriter.Write(b)
	r.bytes += int64(n)
	return n, err
}

// startStream replaces the deadlines of the whole response by one for each write. A stream has no
// deadline between two events; it ends with the server.
func (r *responseRecorder) startStream() {
	control := r.controller()
	_ = control.SetReadDeadline(time.Time{})
	_ = control.SetWriteDeadline(time.Time{})
	r.Header().Set("X-Accel-Buffering", "no") // or a proxy would buffer events
	r.leaveStreams = r.streams.add(r.cancel)
}

// finish is called once, after the handlers returned.
func (r *responseRecorder) finish() {
	if r.status == 0 {
		r.status = http.StatusOK // what net/http sends for a handler that wrote nothing
	}
	if r.leaveStreams != nil {
		r.leaveStreams()
	}
}

func (r *responseRecorder) controller() *http.ResponseController {
	return http.NewResponseController(r.ResponseWriter)
}

// Flush sends what is buffered; the compression looks for this method.
func (r *responseRecorder) Flush() {
	if r.status == 0 {
		r.WriteHeader(http.StatusOK)
	}
	if r.leaveStreams != nil {
		_ = r.controller().SetWriteDeadline(time.Now().Add(WriteTimeout))
	}
	_ = r.controller().Flush()
}

// Hijack hands over the connection, for WebSockets.
func (r *responseRecorder) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, buffer, err := r.controller().Hijack()
	if err == nil && r.status == 0 {
		r.status = http.StatusSwitchingProtocols
	}
	return conn, buffer, err
}

// Unwrap lets http.ResponseController reach the connection.
func (r *responseRecorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

func isStream(h http.Header) bool {
	return strings.HasPrefix(h.Get("Content-Type"), "text/event-stream")
}

// streams are the open event streams, which would never end by themselves.
type streams struct {
	mu     sync.Mutex
	next   int
	open   map[int]context.CancelFunc
	closed bool
}

// add registers a stream and returns how to remove it. After closeAll it is cancelled at once.
func (s *streams) add(cancel context.CancelFunc) (remove func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		cancel()
		return func() {}
	}
	if s.open == nil {
		s.open = make(map[int]context.CancelFunc)
	}
	id := s.next
	s.next++
	s.open[id] = cancel
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.open, id)
	}
}

// closeAll cancels every open stream and all later ones.
func (s *streams) closeAll() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	for _, cancel := range s.open {
		cancel()
	}
}
