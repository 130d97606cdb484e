package bot

import (
	"context"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/disgoorg/disgo/rest"
	"github.com/disgoorg/snowflake/v2"
	"github.com/stretchr/testify/require"
)

func memberOf(guild int) *rest.CompiledEndpoint {
	return rest.GetMember.Compile(nil, snowflake.ID(guild), snowflake.ID(1))
}

func said(status int, headers ...string) *http.Response {
	h := make(http.Header)
	for i := 0; i < len(headers); i += 2 {
		h.Set(headers[i], headers[i+1])
	}
	return &http.Response{StatusCode: status, Header: h}
}

// after is how long a request to the endpoint must wait now.
func after(t *testing.T, r *rates, endpoint *rest.CompiledEndpoint) time.Duration {
	t.Helper()
	began := time.Now()
	require.NoError(t, r.Wait(t.Context(), endpoint))
	require.NoError(t, r.Unlock(endpoint, nil))
	return time.Since(began)
}

func TestARequestWaitsAsDiscordSays(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		answer      *http.Response
		same, other time.Duration // for the same bucket and for another guild's
	}{
		"something remains":    {said(200, "X-RateLimit-Remaining", "3", "X-RateLimit-Reset-After", "5"), 0, 0},
		"nothing remains":      {said(200, "X-RateLimit-Remaining", "0", "X-RateLimit-Reset-After", "2.5"), 2500 * time.Millisecond, 0},
		"nothing is said":      {said(200), 0, 0},
		"nonsense is said":     {said(200, "X-RateLimit-Remaining", "no", "X-RateLimit-Reset-After", "NaN"), 0, 0},
		"too many":             {said(429, "X-RateLimit-Bucket", "b", "Via", "1.1 google", "Retry-After", "3"), 3 * time.Second, 0},
		"too many, a fraction": {said(429, "X-RateLimit-Bucket", "b", "Via", "1.1 google", "Retry-After", "0.75"), 750 * time.Millisecond, 0},
		"too many, no bucket":  {said(429, "Via", "1.1 google", "Retry-After", "3"), 3 * time.Second, 0},
		"too many, no time":    {said(429, "X-RateLimit-Bucket", "b", "Via", "1.1 google"), time.Second, 0},
		"too many of all":      {said(429, "X-RateLimit-Global", "true", "Retry-After", "4"), 4 * time.Second, 4 * time.Second},
		"refused in front":     {said(429, "Retry-After", "6"), 6 * time.Second, 6 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for endpoint, want := range map[*rest.CompiledEndpoint]time.Duration{memberOf(1): c.same, memberOf(2): c.other} {
				synctest.Test(t, func(t *testing.T) {
					r := newRates(nil)
					require.NoError(t, r.Wait(t.Context(), memberOf(1)))
					require.NoError(t, r.Unlock(memberOf(1), c.answer))
					require.Equal(t, want, after(t, r, endpoint))
				})
			}
		})
	}
}

func TestOneRequestOfABucketIsUnderWayAtATime(t *testing.T) {
	t.Parallel()
	r := newRates(nil)
	var mu sync.Mutex
	under, most := 0, 0
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			if r.Wait(t.Context(), memberOf(1)) != nil {
				return
			}
			mu.Lock()
			under++
			most = max(most, under)
			mu.Unlock()
			mu.Lock()
			under--
			mu.Unlock()
			_ = r.Unlock(memberOf(1), said(200, "X-RateLimit-Remaining", "5"))
		})
	}
	wg.Wait()
	require.Equal(t, 1, most)
}

func TestNobodyWaitsLongerThanTheyMay(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRates(nil)
		require.NoError(t, r.Wait(t.Context(), memberOf(1)))
		ctx, cancel := context.WithCancel(t.Context())
		gaveUp, closed := make(chan error, 1), make(chan error, 1)
		go func() { gaveUp <- r.Wait(ctx, memberOf(1)) }()
		go func() { closed <- r.Wait(t.Context(), memberOf(1)) }()
		synctest.Wait()
		cancel()
		require.ErrorIs(t, <-gaveUp, context.Canceled)
		r.Close(t.Context())
		r.Close(t.Context())
		require.ErrorIs(t, <-closed, errRatesClosed)
		require.NoError(t, r.Unlock(memberOf(1), nil), "a request under way ends as it does")
	})
	synctest.Test(t, func(t *testing.T) {
		r := newRates(nil)
		require.NoError(t, r.Wait(t.Context(), memberOf(1)))
		require.NoError(t, r.Unlock(memberOf(1), said(200, "X-RateLimit-Remaining", "0", "X-RateLimit-Reset-After", "60")))
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		began := time.Now()
		require.ErrorIs(t, r.Wait(ctx, memberOf(1)), context.DeadlineExceeded)
		require.Zero(t, time.Since(began), "waiting in vain is not begun")
		r.Reset()
		require.NoError(t, r.Wait(ctx, memberOf(1)))
	})
}

func TestBucketsThatSayNothingAreForgotten(t *testing.T) {
	t.Parallel()
	r := newRates(nil)
	require.NoError(t, r.Wait(t.Context(), memberOf(0)))
	for guild := range 3 * rateSweep {
		e := memberOf(guild + 1)
		require.NoError(t, r.Wait(t.Context(), e), strconv.Itoa(guild))
		require.NoError(t, r.Unlock(e, said(200)))
	}
	require.LessOrEqual(t, len(r.buckets), rateSweep)
	require.Contains(t, r.buckets, bucketName(memberOf(0)), "one that is in use stays")
}

// Discord that refuses everything for ten minutes counts few requests, however many there are to make
// and processes that make them.
func TestARefusalOfEverythingThatStaysIsTriedSeldom(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const processes, wanted = 3, 100
		var refused atomic.Int32
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
		defer cancel()
		alone := newRates(nil)
		var all sync.WaitGroup
		for range processes {
			r := newRates(nil)
			r.attempt = alone.attempt // as through Redis
			for n := range wanted {
				all.Go(func() {
					for endpoint := memberOf(n); r.Wait(ctx, endpoint) == nil; {
						time.Sleep(100 * time.Millisecond)
						refused.Add(1)
						require.NoError(t, r.Unlock(endpoint, said(429, "X-RateLimit-Global", "true", "Retry-After", "1")))
					}
				})
			}
		}
		all.Wait()
		require.LessOrEqual(t, refused.Load(), int32(100))
		require.Greater(t, refused.Load(), int32(30), "it does try")
	})
}

func TestARefusalOfEverythingEnds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRates(nil)
		require.NoError(t, r.Wait(t.Context(), memberOf(1)))
		require.NoError(t, r.Unlock(memberOf(1), said(429, "X-RateLimit-Global", "true", "Retry-After", "4", "Via", "1.1 google")))
		callback := rest.CreateInteractionResponse.Compile(nil, snowflake.ID(1), "t")
		require.Zero(t, after(t, r, callback), "responses to interactions have no part in it")
		began := time.Now()
		var all sync.WaitGroup
		for n := range 50 {
			all.Go(func() {
				require.NoError(t, r.Wait(t.Context(), memberOf(n)))
				time.Sleep(100 * time.Millisecond)
				require.NoError(t, r.Unlock(memberOf(n), said(200)))
			})
		}
		all.Wait()
		require.Less(t, time.Since(began), 5*time.Second, "one tries, then all go on")
	})
}
