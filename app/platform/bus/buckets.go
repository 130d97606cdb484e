package bus

import (
	"hash/maphash"
	"sync"
	"time"
)

const (
	bucketShards = 16
	bucketSweep  = 30 * time.Second
	bucketCells  = 64 // in each shard, shared by keys for which there is no room
)

// buckets count requests in the process. A key whose burst is whole again is the same as one
// never seen, so those are swept; when there are too many keys even so, new ones share cells,
// which makes them stricter and never open.
type buckets struct {
	start  time.Time
	seed   maphash.Seed
	most   int // keys in a shard
	shards [bucketShards]bucketShard
}

type bucketShard struct {
	mu       sync.Mutex
	arrivals map[string]*int64
	cells    [bucketCells]int64
	swept    int64
}

func newBuckets(most int) *buckets {
	b := &buckets{start: time.Now(), seed: maphash.MakeSeed(), most: max(most/bucketShards, 1)}
	for i := range b.shards {
		b.shards[i].arrivals = make(map[string]*int64)
	}
	return b
}

func (b *buckets) take(key string, p cadence) Result {
	hash := maphash.String(b.seed, key)
	shard := &b.shards[hash%bucketShards]
	now := int64(time.Since(b.start))
	shard.mu.Lock()
	defer shard.mu.Unlock()
	return p.take(shard.find(key, hash/bucketShards, now, b.most), now)
}

// find returns the arrival time of the key, or of the cell that is used instead.
func (s *bucketShard) find(key string, hash uint64, now int64, most int) *int64 {
	if now-s.swept > int64(bucketSweep) {
		s.sweep(now)
	}
	if arrival, ok := s.arrivals[key]; ok {
		return arrival
	}
	if len(s.arrivals) >= most && now-s.swept > int64(time.Second) {
		s.sweep(now)
	}
	if len(s.arrivals) >= most {
		return &s.cells[hash%bucketCells]
	}
	arrival := new(int64)
	s.arrivals[key] = arrival
	return arrival
}

func (s *bucketShard) sweep(now int64) {
	s.swept = now
	for key, arrival := range s.arrivals {
		if *arrival <= now {
			delete(s.arrivals, key)
		}
	}
}

// len is the number of keys held.
func (b *buckets) len() int {
	n := 0
	for i := range b.shards {
		b.shards[i].mu.Lock()
		n += len(b.shards[i].arrivals)
		b.shards[i].mu.Unlock()
	}
	return n
}
