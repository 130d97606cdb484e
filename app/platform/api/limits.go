package api

import (
	"net/http"
	"strconv"
	"time"

	"github.com/smarter-dev/smarterdev/app/platform/bus"
	"github.com/smarter-dev/smarterdev/app/platform/fault"
	"github.com/smarter-dev/smarterdev/app/platform/web"
	"github.com/smarter-dev/smarterdev/store"
)

// limits limits the rate of requests, by key, or by address where there is no valid key.
type limits struct {
	counter Limiter
	limit   bus.Limit
	policy  string // the figures of RateLimit-Policy: how many in how many seconds
}

func newLimits(config Config) limits {
	burst := 2 * config.Rate
	return limits{
		counter: config.Limits,
		limit:   bus.Limit{PerSecond: float64(config.Rate), Burst: burst},
		policy:  ";q=" + strconv.Itoa(burst) + ";w=2",
	}
}

// count counts one request and sets the rate limit headers. It fails with rate_limited when the
// limit is exceeded.
func (l limits) count(r *http.Request, key *store.APIKey, h http.Header) error {
	if l.limit.PerSecond <= 0 {
		return nil
	}
	name, of := `"address"`, "api:address:"+web.ClientKey(web.ClientIP(r.Context()))
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

// seconds rounds up, so that a client that waits for it has waited long enough.
func seconds(d time.Duration) int { return int((d + time.Second - 1) / time.Second) }
