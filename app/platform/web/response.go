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

// recorder stands between the server and everything else: it knows what went out on the wire,
// adds X-Response-Time and turns an answer of server-sent events into a stream.
type recorder struct {
	http.ResponseWriter
	began   time.Time
	status  int
	bytes   int64
	streams *streams
	cancel  context.CancelFunc // ends the request's context
	leave   func()             // set while the answer is a stream
}

func (a *recorder) WriteHeader(status int) {
	if status >= 100 && status < 200 && status != http.StatusSwitchingProtocols {
		a.ResponseWriter.WriteHeader(status)
		return
	}
	if a.status == 0 {
		a.status = status
		took := time.Since(a.began)
		a.Header().Set(responseTimeHeader, strconv.FormatFloat(float64(took.Microseconds())/1000, 'f', 3, 64)+"ms")
		if isStream(a.Header()) {
			a.stream()
		}
	}
	a.ResponseWriter.WriteHeader(status)
}

func (a *recorder) Write(b []byte) (int, error) {
	if a.status == 0 {
		a.WriteHeader(http.StatusOK)
	}
	if a.leave != nil {
		_ = a.controller().SetWriteDeadline(time.Now().Add(WriteTimeout))
	}
	n, err := a.ResponseWriter.Write(b)
	a.bytes += int64(n)
	return n, err
}

// stream lifts the limits on the whole answer; each write gets its own. Between two events a
// stream has no deadline, and it ends with the server.
func (a *recorder) stream() {
	control := a.controller()
	_ = control.SetReadDeadline(time.Time{})
	_ = control.SetWriteDeadline(time.Time{})
	a.Header().Set("X-Accel-Buffering", "no") // or a proxy would hold events back
	a.leave = a.streams.join(a.cancel)
}

// finish is called once, when the handlers are done.
func (a *recorder) finish() {
	if a.status == 0 {
		a.status = http.StatusOK // net/http sends this for a handler that wrote nothing
	}
	if a.leave != nil {
		a.leave()
	}
}

func (a *recorder) controller() *http.ResponseController {
	return http.NewResponseController(a.ResponseWriter)
}

// Flush sends what is buffered; the compression looks for this method.
func (a *recorder) Flush() {
	if a.status == 0 {
		a.WriteHeader(http.StatusOK)
	}
	if a.leave != nil {
		_ = a.controller().SetWriteDeadline(time.Now().Add(WriteTimeout))
	}
	_ = a.controller().Flush()
}

// Hijack hands over the connection, for WebSockets.
func (a *recorder) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, buffer, err := a.controller().Hijack()
	if err == nil && a.status == 0 {
		a.status = http.StatusSwitchingProtocols
	}
	return conn, buffer, err
}

// Unwrap lets http.ResponseController reach the connection.
func (a *recorder) Unwrap() http.ResponseWriter { return a.ResponseWriter }

func isStream(h http.Header) bool {
	return strings.HasPrefix(h.Get("Content-Type"), "text/event-stream")
}

// streams are the answers that would never end by themselves.
type streams struct {
	mu    sync.Mutex
	next  int
	open  map[int]context.CancelFunc
	ended bool
}

// join adds a stream and returns how it leaves. After end it is cancelled at once.
func (s *streams) join(cancel context.CancelFunc) (leave func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended {
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

// end cancels every open stream and all that come.
func (s *streams) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ended = true
	for _, cancel := range s.open {
		cancel()
	}
}
