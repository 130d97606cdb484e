package people

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"
)

const keepAlive = 20 * time.Second // a comment line, so that nothing in between gives the stream up

// stream is a response of server-sent events.
type stream struct {
	w    http.ResponseWriter
	ctrl *http.ResponseController
}

func openStream(w http.ResponseWriter) *stream {
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no")
	s := &stream{w, http.NewResponseController(w)}
	w.WriteHeader(http.StatusOK)
	_ = s.ctrl.Flush()
	return s
}

func (s *stream) send(id int64, name string, data []byte) error {
	_ = s.ctrl.SetWriteDeadline(time.Now().Add(keepAlive))
	if _, err := fmt.Fprintf(s.w, "id: %d\nevent: %s\ndata: %s\n\n", id, name, data); err != nil {
		return err
	}
	return nil
}

func (s *stream) alive() error {
	_ = s.ctrl.SetWriteDeadline(time.Now().Add(keepAlive))
	if _, err := s.w.Write([]byte(": still here\n\n")); err != nil {
		return err
	}
	return s.ctrl.Flush()
}

// lastEvent is where a stream goes on: after Last-Event-ID, after the query's cursor, or -1.
func lastEvent(r *http.Request) int64 {
	for _, raw := range []string{r.Header.Get("Last-Event-ID"), r.URL.Query().Get("after")} {
		if n, err := strconv.ParseInt(raw, 10, 64); err == nil {
			return n
		}
	}
	return -1
}

// streamEvents sends what one person sees happen. A RESET says that some of it is no longer
// known, and that the state is to be asked for again.
func (h *Handler) streamEvents(w http.ResponseWriter, r *http.Request) {
	a := &ask{Request: r}
	me := a.id("me")
	if _, err := h.World.User(me); err != nil || a.err != nil {
		reply(w, nil, firstOf(a.err, err))
		return
	}
	at := lastEvent(r)
	if at < 0 {
		at = h.hub.cursor(me)
	}
	s := openStream(w)
	tick := time.NewTicker(keepAlive / 2)
	defer tick.Stop()
	for {
		list, more, whole := h.hub.after(me, at)
		if !whole {
			at = h.hub.cursor(me)
			if s.send(at, "RESET", []byte(`{"name":"RESET","data":null}`)) != nil || s.ctrl.Flush() != nil {
				return
			}
			continue
		}
		for _, n := range list {
			if s.send(n.seq, n.event.Name, n.body()) != nil {
				return
			}
			at = n.seq
		}
		if len(list) > 0 && s.ctrl.Flush() != nil {
			return
		}
		select {
		case <-more:
		case <-tick.C:
			if s.alive() != nil {
				return
			}
		case <-r.Context().Done():
			return
		case <-h.done.Done():
			return
		}
	}
}

// streamWire sends gateway payloads and REST calls as they happen, the last ones first.
func (h *Handler) streamWire(w http.ResponseWriter, r *http.Request) {
	at := max(lastEvent(r), 0)
	s := openStream(w)
	tick := time.NewTicker(keepAlive / 2)
	defer tick.Stop()
	for {
		list, more := h.Trace.After(at)
		for _, e := range list {
			data, err := json.Marshal(e)
			if err != nil || s.send(e.Seq, e.Kind, data) != nil {
				return
			}
			at = e.Seq
		}
		if len(list) > 0 && s.ctrl.Flush() != nil {
			return
		}
		select {
		case <-more:
		case <-tick.C:
			if s.alive() != nil {
				return
			}
		case <-r.Context().Done():
			return
		case <-h.done.Done():
			return
		}
	}
}

func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
