package api

import (
	"net/http"
	"net/netip"
	"strconv"
	"time"

	"github.com/smarter-dev/smarterdev/app/platform/bus"
	"github.com/smarter-dev/smarterdev/app/platform/fault"
	"github.com/smarter-dev/smarterdev/app/platform/web"
	"github.com/smarter-dev/smarterdev/store"
)

// limits counts the requests of the API: by key, and by address where no good key was sent.
type limits struct {
	counter Limiter
	limit   bus.Limit
	policy  string // the figures of RateLimit-Policy: how many in how many seconds
}

func newLimits(config APIConfig) limits {
	burst := 2 * config.Rate
	return limits{
		counter: config.Limits,
		limit:   bus.Limit{PerSecond: float64(config.Rate), Burst: burst},
		policy:  ";q=" + strconv.Itoa(burst) + ";w=2",
	}
}

// count counts one request, tells the caller in the headers what is left, and fails with
// rate_limited when that was too many.
func (l limits) count(r *http.Request, key *store.APIKey, h http.Header) error {
	if l.limit.PerSecond <= 0 {
		return nil
	}
	name, of := `"address"`, "api:address:"+addressOf(web.ClientIP(r.Context()))
	if key != nil {
		name, of = `"key"`, "api:key:"+key.ID.String()
	}
	result := l.counter.Allow(r.Context(), of, l.limit)
	h.Set("RateLimit-Policy", name+l.policy)
	h.Set("RateLimit", name+";r="+strconv.Itoa(result.Remaining)+";t="+strconv.Itoa(seconds(result.ResetAfter)))
	if result.Allowed {
		return nil
	}
	after := max(seconds(result.RetryAfter), 1)
	return fault.New(fault.Limited, "rate_limited",
		"too many requests: %d a second are allowed, in bursts of %d; the next is possible in %d s",
		int(l.limit.PerSecond), l.limit.Burst, after).With("retry_after", after)
}

// addressOf names who is counted together: an IPv6 customer has a whole /64.
func addressOf(ip netip.Addr) string {
	if ip.Is6() && !ip.Is4In6() {
		if prefix, err := ip.WithZone("").Prefix(64); err == nil {
			return prefix.String()
		}
	}
	return ip.Unmap().String()
}

// seconds rounds up, so that whoever waits as told has waited enough.
func seconds(d time.Duration) int { return int((d + time.Second - 1) / time.Second) }
