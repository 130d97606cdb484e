package store

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/disgoorg/snowflake/v2"
)

// Rank is a member's place on a leaderboard.
type Rank struct {
	Rank int64 // 1 is the first
	Of   int64 // accounts in the guild
}

// Rank returns a member's place by one ranking; ErrNotFound when they have no account. Among the first
// thousand it is exact; further down it is the place among the guild's accounts as they stood up to 60
// seconds ago.
func (s *Store) Rank(ctx context.Context, guild, user snowflake.ID, by Ranking) (Rank, error) {
	if err := by.check(guild, user); err != nil {
		return Rank{}, err
	}
	b, err := s.Balance(ctx, guild, user)
	if err != nil {
		return Rank{}, err
	}
	c := s.db.reader(ctx)
	ahead, err := one(c, scalar[int64], by.countAhead(), guild, by.of(b), b.CreatedAt, user, countable)
	if err != nil {
		return Rank{}, wrap("rank", err)
	}
	if ahead < countable {
		n, err := one(c, scalar[int64], `SELECT count(*) FROM (SELECT 1 FROM balances WHERE guild_id = $1 LIMIT $2) counted`, guild, countable)
		if err != nil || n < countable {
			return Rank{Rank: ahead + 1, Of: n}, wrap("rank", err)
		}
	}
	h, err := s.ranks.histogram(ctx, s.db, histogramKey{guild, by})
	if err != nil {
		return Rank{}, wrap("rank", err)
	}
	if ahead >= countable {
		ahead = h.ahead(by.of(b), b.CreatedAt.UnixMicro())
	}
	return Rank{Rank: ahead + 1, Of: max(h.total(), ahead+1)}, nil
}

// countable is how many entries of an index are counted where they are; more come from the histogram.
const countable = 1000

// histogram is how a guild's accounts are spread: the distinct values in descending order, and for each the
// times at which its accounts were opened, ascending, for the ties. Eight bytes an account. Marks say where pages
// begin.
type histogram struct {
	values []int64
	first  []int   // where the opening times of a value begin
	opened []int64 // microseconds
	marks  []place // every markEvery accounts, from the first on
	read   time.Time
}

// markEvery is how many accounts lie between two marks, and so how many a page skips at most.
const markEvery = 256

// begin finds the last mark up to an offset, and how many accounts lie between; ok is false for an empty guild.
func (h *histogram) begin(offset int) (mark place, skip int, ok bool) {
	if len(h.marks) == 0 {
		return place{}, 0, false
	}
	i := min(offset/markEvery, len(h.marks)-1)
	return h.marks[i], offset - i*markEvery, true
}

// add appends the next account in the order of the ranking.
func (h *histogram) add(p place) {
	value := p.value
	if len(h.opened)%markEvery == 0 {
		h.marks = append(h.marks, p)
	}
	if n := len(h.values); n == 0 || h.values[n-1] != value {
		h.values, h.first = append(h.values, value), append(h.first, len(h.opened))
	}
	h.opened = append(h.opened, p.opened.UnixMicro())
}

func (h *histogram) total() int64 { return int64(len(h.opened)) }

// ahead counts the accounts that rank before one of this value and opening time.
func (h *histogram) ahead(value, opened int64) int64 {
	i, found := slices.BinarySearchFunc(h.values, value, func(have, want int64) int {
		switch {
		case have > want:
			return -1
		case have < want:
			return 1
		}
		return 0
	})
	if i == len(h.values) {
		return h.total()
	}
	if !found {
		return int64(h.first[i])
	}
	end := len(h.opened)
	if i+1 < len(h.first) {
		end = h.first[i+1]
	}
	older, _ := slices.BinarySearch(h.opened[h.first[i]:end], opened)
	return int64(h.first[i] + older)
}

func readHistogram(c conn, k histogramKey) (*histogram, error) {
	h := &histogram{read: time.Now()}
	column := k.by.column()
	scan := func(r row) (p place, err error) { return p, r.Scan(&p.value, &p.opened, &p.user) }
	for p, err := range all(c, scan, `SELECT `+column+`, created_at, user_id FROM balances WHERE guild_id = $1
		ORDER BY guild_id, `+column+` DESC, created_at, user_id`, k.guild) {
		if err != nil {
			return nil, err
		}
		h.add(p)
	}
	return h, nil
}

const (
	histogramRenew = 45 * time.Second // from this age on it is read again in the background
	histogramLife  = 60 * time.Second // and from this age on no longer used
)

type histogramKey struct {
	guild snowflake.ID
	by    Ranking
}

// rankCache keeps the histograms of the guilds that are asked for. While a guild is asked for, its next one is
// read before the last one's time is over, so that nobody waits but the first.
type rankCache struct {
	mu      sync.Mutex
	entries map[histogramKey]*histogramEntry
	reading sync.WaitGroup
}

type histogramEntry struct {
	ready   chan struct{} // closed when the first reading is over
	current *histogram
	err     error
	busy    bool // a reading is under way
}

func (r *rankCache) histogram(ctx context.Context, db engine, k histogramKey) (*histogram, error) {
	e := r.entry(ctx, db, k)
	select {
	case <-e.ready:
		r.mu.Lock()
		defer r.mu.Unlock()
		return e.current, e.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// ready returns the histogram when it has been read, otherwise nil at once; it is being read then.
func (r *rankCache) ready(ctx context.Context, db engine, k histogramKey) *histogram {
	e := r.entry(ctx, db, k)
	r.mu.Lock()
	defer r.mu.Unlock()
	return e.current
}

// entry finds or makes the entry, and sees to it that it is read when it is due.
func (r *rankCache) entry(ctx context.Context, db engine, k histogramKey) *histogramEntry {
	r.mu.Lock()
	defer r.mu.Unlock()
	for k, e := range r.entries {
		if !e.busy && (e.err != nil || time.Since(e.current.read) > histogramLife) {
			delete(r.entries, k)
		}
	}
	e := r.entries[k]
	if e == nil {
		e = &histogramEntry{ready: make(chan struct{})}
		if r.entries == nil {
			r.entries = map[histogramKey]*histogramEntry{}
		}
		r.entries[k] = e
	}
	if !e.busy && (e.current == nil || time.Since(e.current.read) > histogramRenew) {
		e.busy = true
		r.reading.Go(func() { r.read(context.WithoutCancel(ctx), db, k, e) })
	}
	return e
}

func (r *rankCache) read(ctx context.Context, db engine, k histogramKey, e *histogramEntry) {
	var h *histogram
	err := db.snapshot(ctx, func(c conn) (err error) {
		h, err = readHistogram(c, k)
		return err
	})
	r.mu.Lock()
	defer r.mu.Unlock()
	e.busy = false
	first := e.current == nil
	if err == nil {
		e.current = h
	} else if first {
		e.err = err
	}
	if first {
		close(e.ready)
	}
}

// wait lets readings end before the database is closed.
func (r *rankCache) wait() { r.reading.Wait() }
