package bus

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/redis/go-redis/v9"
)

// A heartbeat is expected every 30 s.
const (
	HeartbeatKept  = 25 * time.Hour   // after that a process is forgotten
	HeartbeatStale = 90 * time.Second // after that it is thought dead
)

// Heartbeat is what a process says of itself.
type Heartbeat struct {
	Process string        `json:"process"` // unique among the processes of the installation
	At      time.Time     `json:"at"`
	Guilds  int           `json:"guilds"`
	Uptime  time.Duration `json:"uptime"` // nanoseconds, as Latency
	Version string        `json:"version"`
	Shards  []int         `json:"shards"`
	Latency time.Duration `json:"latency"`        // of the gateway; 0 when unknown
	Down    []int         `json:"down,omitempty"` // shards that are not connected
	Missing []Missing     `json:"intents_off,omitempty"`
	Stale   bool          `json:"-"` // set by Heartbeats
}

// Missing is a privileged intent that the bot's owner has switched off.
type Missing struct {
	Name    string   `json:"name"`    // on the application's page
	Effects []string `json:"effects"` // what does not work, a sentence of the catalogues each
	URL     string   `json:"url"`     // where it is switched on
}

// Beat records a heartbeat in the place of the process's last one; a zero At becomes now. It
// fails with [ErrUnavailable].
func (b *Bus) Beat(ctx context.Context, h Heartbeat) error {
	if h.At.IsZero() {
		h.At = time.Now()
	}
	h.At = h.At.UTC()
	body, err := json.Marshal(h)
	if err != nil {
		return fmt.Errorf("heartbeat of %s: %w", h.Process, err)
	}
	return b.do(ctx, func(ctx context.Context) error {
		_, err := b.client.TxPipelined(ctx, func(pipe redis.Pipeliner) error {
			pipe.HSet(ctx, b.heartbeats(), h.Process, body)
			pipe.Expire(ctx, b.heartbeats(), HeartbeatKept)
			return nil
		})
		return err
	})
}

// Gone removes the heartbeat of a process that ends on purpose. It fails with [ErrUnavailable].
func (b *Bus) Gone(ctx context.Context, process string) error {
	return b.do(ctx, func(ctx context.Context) error {
		return b.client.HDel(ctx, b.heartbeats(), process).Err()
	})
}

// Heartbeats lists the last heartbeat of each process, by its name. It fails with
// [ErrUnavailable]: then nothing is known of the others.
func (b *Bus) Heartbeats(ctx context.Context) ([]Heartbeat, error) {
	var fields map[string]string
	err := b.do(ctx, func(ctx context.Context) (err error) {
		fields, err = b.client.HGetAll(ctx, b.heartbeats()).Result()
		return err
	})
	if err != nil {
		return nil, err
	}
	list := make([]Heartbeat, 0, len(fields))
	var old []string
	for process, body := range fields {
		var h Heartbeat
		if err := json.Unmarshal([]byte(body), &h); err != nil {
			return nil, fmt.Errorf("heartbeat of %s: %w", process, err)
		}
		age := time.Since(h.At)
		if age > HeartbeatKept {
			old = append(old, process)
			continue
		}
		h.Stale = age > HeartbeatStale
		list = append(list, h)
	}
	if len(old) > 0 {
		err := b.do(ctx, func(ctx context.Context) error {
			return b.client.HDel(ctx, b.heartbeats(), old...).Err()
		})
		if err != nil {
			b.log.WarnContext(ctx, "old heartbeats not removed", "error", err)
		}
	}
	slices.SortFunc(list, func(x, y Heartbeat) int { return cmp.Compare(x.Process, y.Process) })
	return list, nil
}

func (b *Bus) heartbeats() string { return b.key("heartbeat", "all") }
