package rest

import (
	"cmp"
	"net/http"
	"time"

	"github.com/smarter-dev/smarterdev/app/sandbox/faults"
	"github.com/smarter-dev/smarterdev/app/sandbox/problem"
)

// disturb carries out a fault and reports whether it took the place of the answer.
func (a *API) disturb(w http.ResponseWriter, r *http.Request, rule faults.Rule) bool {
	switch rule.Kind {
	case faults.Answer:
		status := rule.Status
		if status == 0 {
			status = http.StatusInternalServerError
		}
		write(w, nil, problem.New(status, rule.Code, cmp.Or(rule.Message, http.StatusText(status))))
	case faults.RateLimit:
		scope := rule.Scope
		if scope == "" {
			scope = "user"
		}
		if scope != "global" {
			w.Header().Set("X-RateLimit-Limit", "5")
			w.Header().Set("X-RateLimit-Remaining", "0")
			w.Header().Set("X-RateLimit-Bucket", bucket(route{method: r.Method, pattern: rule.Path}))
			reset := time.Duration(rule.RetryAfter * float64(time.Second))
			w.Header().Set("X-RateLimit-Reset", seconds(time.Duration(time.Now().Add(reset).UnixNano())))
			w.Header().Set("X-RateLimit-Reset-After", seconds(reset))
		}
		a.Limits.invalid()
		write(w, nil, limited(w.Header(), scope, time.Duration(rule.RetryAfter*float64(time.Second))))
	case faults.Hang:
		var late <-chan time.Time
		if rule.Millis > 0 {
			late = time.After(time.Duration(rule.Millis) * time.Millisecond)
		}
		select {
		case <-late:
			return false
		case <-r.Context().Done():
		case <-a.Faults.Ended(): // else the server would wait for this request for ever
			Cut(w)
		}
	case faults.Cut:
		Cut(w)
	}
	return true
}

// Cut ends the connection of a request without an answer.
func Cut(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler) // HTTP/2 has no hijacking; this resets the stream
	}
	_ = conn.Close()
}
