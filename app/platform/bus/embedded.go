package bus

import (
	"context"
	"net"
	"time"

	"github.com/alicebob/miniredis/v2"
)

// The embedded Redis visits every key to move its clock, so the step grows with the keys:
// moving the clock may take a fiftieth of the time.
const (
	clockStep    = 100 * time.Millisecond
	clockStepMax = 5 * time.Second
	clockShare   = 50
)

// embedded is a Redis in the process. It opens no port: connections are pipes.
type embedded struct{ mini *miniredis.Miniredis }

func startEmbedded() *embedded { return &embedded{mini: miniredis.NewMiniRedis()} }

func (e *embedded) dial(context.Context, string, string) (net.Conn, error) { return e.mini.Dial() }

// runClock lets keys expire as time passes, which they do not by themselves: an expiry is at
// most one step early or late. It returns when the context ends.
func (e *embedded) runClock(ctx context.Context) {
	last := time.Now()
	timer := time.NewTimer(clockStep)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		}
		now := time.Now()
		e.mini.FastForward(now.Sub(last))
		last = now
		timer.Reset(min(max(clockStep, time.Since(now)*clockShare), clockStepMax))
	}
}

// close ends the server; its clients must be closed before, or they would start it again.
func (e *embedded) close() { e.mini.Close() }
