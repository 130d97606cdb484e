package people

import (
	"strconv"
	"time"

	"github.com/go-chi/chi/v5"

	"github.com/smarter-dev/smarterdev/app/sandbox/faults"
	"github.com/smarter-dev/smarterdev/app/sandbox/gateway"
	"github.com/smarter-dev/smarterdev/app/sandbox/problem"
	"github.com/smarter-dev/smarterdev/app/sandbox/rest"
)

// control tells how things stand.
func (h *Handler) control(*ask) (any, error) {
	return struct {
		Sessions int            `json:"sessions"` // gateway sessions that are connected
		Faults   []faults.Rule  `json:"faults"`
		Tuning   gateway.Tuning `json:"tuning"`
		Limits   rest.Rates     `json:"limits"`
		Invalid  int            `json:"invalid_requests"` // answers 401, 403 and 429 of the last ten minutes
		Now      time.Time      `json:"now"`
	}{h.Gateway.Sessions(), h.Faults.List(), h.Gateway.Tuning(), h.Limits.Rates(), h.Limits.Invalid(), h.World.Now()}, nil
}

func (h *Handler) addFault(a *ask) (any, error) {
	var in faults.Rule
	if err := a.input(&in); err != nil {
		return nil, err
	}
	if !faults.Known(in.Kind) {
		f := problem.NewForm()
		f.At("kind").Add("BASE_TYPE_CHOICES", "There is no fault %q.", in.Kind)
		return nil, f.Err()
	}
	rule := h.Faults.Add(in)
	if in.Kind == faults.Offline {
		if _, err := h.Gateway.Disturb(gateway.Drop, -1, 0); err != nil {
			return nil, err
		}
	}
	return rule, nil
}

func (h *Handler) liftFaults(a *ask) (any, error) {
	id, _ := strconv.Atoi(chi.URLParam(a.Request, "fault"))
	h.Faults.Lift(id)
	return nil, nil
}

// disturb does something to the gateway's connections at once.
func (h *Handler) disturb(a *ask) (any, error) {
	in := struct {
		Do    string `json:"do"`
		Shard *int   `json:"shard"` // absent: all
		Code  int    `json:"code"`  // of close
	}{}
	if err := a.input(&in); err != nil {
		return nil, err
	}
	if in.Do == "expire_sessions" {
		h.Gateway.Expire()
		return map[string]int{"connections": 0}, nil
	}
	shard := -1
	if in.Shard != nil {
		shard = *in.Shard
	}
	n, err := h.Gateway.Disturb(in.Do, shard, in.Code)
	if err != nil {
		f := problem.NewForm()
		f.At("do").Add("BASE_TYPE_CHOICES", "%s", err)
		return nil, f.Err()
	}
	return map[string]int{"connections": n}, nil
}

func (h *Handler) tune(a *ask) (any, error) {
	var in gateway.Tuning
	if err := a.input(&in); err != nil {
		return nil, err
	}
	h.Gateway.Tune(in)
	return in, nil
}

func (h *Handler) setLimits(a *ask) (any, error) {
	var in rest.Rates
	if err := a.input(&in); err != nil {
		return nil, err
	}
	h.Limits.Set(in)
	return h.Limits.Rates(), nil
}

// advance moves the world's clock, so that tokens, deadlines and timeouts run out.
func (h *Handler) advance(a *ask) (any, error) {
	var in struct {
		Millis int64 `json:"advance_ms"`
	}
	if err := a.input(&in); err != nil {
		return nil, err
	}
	h.World.Advance(time.Duration(in.Millis) * time.Millisecond)
	return map[string]time.Time{"now": h.World.Now()}, nil
}
