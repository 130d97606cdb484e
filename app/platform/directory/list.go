package directory

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/disgoorg/disgo/rest"
	"github.com/disgoorg/snowflake/v2"

	"github.com/smarter-dev/smarterdev/app/platform/fault"
)

const (
	listTTL = time.Minute
	// relistAfter is how old a list must be to be requested again for a guild that is not in it: the bot
	// may just have been invited.
	relistAfter = 10 * time.Second
	listPage    = 200 // the most that Discord returns at once

	listTimeout  = 1500 * time.Millisecond // how long List waits for Discord
	staleListTTL = 15 * time.Minute        // how long List falls back to what was last known
)

// Listed is a guild in a list.
type Listed struct {
	ID          snowflake.ID `json:"id" doc:"The guild." example:"1000000000000000001"`
	Name        string       `json:"name" doc:"What it is called." example:"Smarter Dev"`
	Icon        *string      `json:"icon" doc:"Discord's hash of its icon; null without one." example:"a_1269e74af4df7417b13759eae50c83dc"`
	MemberCount int          `json:"member_count" doc:"About how many members it has." example:"128"`
}

// list is the guilds that the bot is in, by id, and when they were requested.
type list struct {
	guilds   []Listed
	loadedAt time.Time
}

func (l *list) has(id snowflake.ID) bool {
	_, ok := slices.BinarySearchFunc(l.guilds, id, func(g Listed, id snowflake.ID) int { return cmp.Compare(g.ID, id) })
	return ok
}

// Guilds lists the guilds that the bot is in by ascending id, at most a minute old. It fails with
// an Unavailable fault when Discord does not answer. What it returns must not be altered.
func (d *Directory) Guilds(ctx context.Context) ([]Listed, error) {
	l, err := d.list(ctx)
	if err != nil {
		return nil, err
	}
	return l.guilds, nil
}

var errSlow = fault.New(fault.Unavailable, "unavailable",
	"Discord is taking a long time to respond. Please try again in a moment.")

// List lists the same guilds for a page, which must not wait long. When Discord is slow or fails, it
// returns the last known list of the past quarter of an hour, and stale is true; without one it fails
// with an Unavailable fault. What it returns must not be altered.
func (d *Directory) List(ctx context.Context) (guilds []Listed, stale bool, err error) {
	type result struct {
		guilds []Listed
		err    error
	}
	done := make(chan result, 1)
	go func() {
		guilds, err := d.Guilds(context.WithoutCancel(ctx))
		done <- result{guilds, err}
	}()
	wait := time.NewTimer(listTimeout)
	defer wait.Stop()
	var got result
	select {
	case got = <-done:
	case <-wait.C:
		got.err = errSlow
	case <-ctx.Done():
		return nil, false, ctx.Err()
	}
	if got.err == nil {
		d.last.Store(&list{guilds: got.guilds, loadedAt: time.Now()})
		return got.guilds, false, nil
	}
	if last := d.last.Load(); last != nil && time.Since(last.loadedAt) < staleListTTL {
		return last.guilds, true, nil
	}
	return nil, false, got.err
}

// Present reports whether the bot is in a guild. It fails with an Unavailable fault when Discord
// does not answer and the gateway has not sent the guild. A random id costs no request to Discord,
// which counts failed requests against the bot.
func (d *Directory) Present(ctx context.Context, id snowflake.ID) (bool, error) {
	if c := d.gateway(); c != nil && (d.onGateway(id) || c.IsGuildUnavailable(id)) {
		return true, nil
	}
	l, err := d.list(ctx)
	if err == nil && !l.has(id) && time.Since(l.loadedAt) > relistAfter {
		d.lists.Invalidate(struct{}{})
		l, err = d.list(ctx)
	}
	if err != nil {
		return false, err
	}
	return l.has(id), nil
}

func (d *Directory) list(ctx context.Context) (*list, error) {
	return d.lists.Get(ctx, struct{}{}, d.loadList)
}

func (d *Directory) loadList(ctx context.Context, _ struct{}) (*list, error) {
	l := &list{guilds: []Listed{}, loadedAt: time.Now()}
	for after := snowflake.ID(0); ; {
		page, err := d.api.GetCurrentUserGuilds("", 0, after, listPage, true, rest.WithCtx(ctx))
		if err != nil {
			return nil, translate(err)
		}
		for _, g := range page {
			l.guilds = append(l.guilds, Listed{ID: g.ID, Name: g.Name, Icon: g.Icon, MemberCount: g.ApproximateMemberCount})
			after = max(after, g.ID)
		}
		if len(page) < listPage {
			break
		}
	}
	slices.SortFunc(l.guilds, func(a, b Listed) int { return cmp.Compare(a.ID, b.ID) })
	return l, nil
}
