package proofs

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/disgoorg/snowflake/v2"
	"github.com/google/uuid"

	"github.com/smarter-dev/smarterdev/store"
)

// journal records every order, before and after.
type journal interface {
	// tried comes before a delivery: until more is heard nobody knows what the order came to.
	tried(order)
	// got comes after a delivery that had an outcome.
	got(order, figures)
	// failed comes after a delivery without one.
	failed(order, error)
}

// crowd draws orders at random, for many clients at once.
type crowd struct {
	name   string // begins the names of its orders
	guilds []snowflake.ID
	keyed  int // of a hundred orders, how many have a key of their own
	// One caller in this many leaves within a few milliseconds, and each time that an order is lost one in this
	// many delivers it again; 0 for none.
	impatient, stubborn int
	writes              journal

	mu   sync.Mutex
	past []order // with keys, acknowledged
	rows []order // that undo a row which was written
}

// noon is when the orders begin.
var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// members of each guild; few, so that the same accounts are hot.
const members = 8

func member(r *rand.Rand) snowflake.ID { return snowflake.ID(1 + r.IntN(members)) }

// work draws and delivers orders, of the client with this number, until done says so.
func (c *crowd) work(ctx context.Context, s *store.Store, seed uint64, number int, done func() bool) {
	r := rand.New(rand.NewPCG(seed, uint64(number)))
	for n := 0; !done(); n++ {
		name := fmt.Sprintf("%s %d.%d", c.name, number, n)
		leaving, cancel := ctx, context.CancelFunc(func() {})
		if one(r, c.impatient) {
			leaving, cancel = context.WithTimeout(ctx, time.Duration(r.IntN(8_000))*time.Microsecond)
		}
		if one(r, 10) {
			c.bulk(leaving, s, r, name, n)
			cancel()
			continue
		}
		o := c.draw(r, name, n)
		err := c.deliver(leaving, s, o)
		cancel()
		for o.Key != "" && one(r, c.stubborn) && errors.Is(err, store.ErrUnavailable) {
			select {
			case <-time.After(25 * time.Millisecond): // as one who was told 503 would
			case <-ctx.Done():
				return
			}
			err = c.deliver(ctx, s, o)
		}
	}
}

// one is true once in n times.
func one(r *rand.Rand, n int) bool { return n > 0 && r.IntN(n) == 0 }

// deliver carries out one order and tells the journal. The error is that of the delivery.
func (c *crowd) deliver(ctx context.Context, s *store.Store, o order) error {
	c.writes.tried(o)
	f, err := o.carryOut(ctx, s)
	c.tell(o, f, err)
	return err
}

func (c *crowd) tell(o order, f figures, err error) {
	if err != nil {
		c.writes.failed(o, err)
		return
	}
	c.writes.got(o, f)
	c.mu.Lock()
	defer c.mu.Unlock()
	if o.Key != "" {
		c.past = append(c.past, o)
	}
	if f.ID != (uuid.UUID{}) && !f.Again {
		c.rows = append(c.rows, order{Verb: undoes, Guild: o.Guild, Row: f.ID})
	}
}

// bulk delivers several transfers in one call.
func (c *crowd) bulk(ctx context.Context, s *store.Store, r *rand.Rand, name string, n int) {
	orders := make([]order, 2+r.IntN(6))
	transfers := make([]store.Transfer, len(orders))
	for i := range orders {
		orders[i] = c.send(r, fmt.Sprintf("%s.%d", name, i), n)
		transfers[i] = orders[i].transfer()
		c.writes.tried(orders[i])
	}
	for i, result := range s.Transfers(ctx, transfers) {
		f, err := rowFigures(result.Transaction, result.Err)
		c.tell(orders[i], f, err)
	}
}

// draw makes an order up, or takes one that was there before.
func (c *crowd) draw(r *rand.Rand, name string, n int) order {
	o := order{Name: name, Guild: c.guilds[r.IntN(len(c.guilds))], From: member(r), At: noon.Add(time.Duration(n) * 7 * time.Minute)}
	switch p := r.IntN(100); {
	case p < 3:
		o.Verb = opens
		return o
	case p < 14:
		o.Verb = claims
	case p < 26:
		o.Verb, o.Amount = gives, []int64{-150, -1, 20, 90}[r.IntN(4)]
	case p < 38:
		undo, ok := pick(c, r, func() []order { return c.rows })
		if !ok {
			return c.send(r, name, n)
		}
		undo.Name, undo.At = name, o.At
		o = undo
	case p < 44:
		if again, ok := pick(c, r, func() []order { return c.past }); ok {
			return again
		}
		return c.send(r, name, n)
	case p < 46:
		if owner, ok := pick(c, r, func() []order { return c.past }); ok {
			o = c.send(r, name, n)
			o.Guild, o.Key, o.Stolen = owner.Guild, owner.Key, true
			return o
		}
		return c.send(r, name, n)
	default:
		return c.send(r, name, n)
	}
	c.key(r, &o)
	return o
}

// pick returns one of the crowd's lists, more often a late one; false while there is none.
func pick(c *crowd, r *rand.Rand, from func() []order) (order, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	list := from()
	if len(list) == 0 {
		return order{}, false
	}
	if last := 32; r.IntN(2) == 0 && len(list) > last {
		list = list[len(list)-last:]
	}
	return list[r.IntN(len(list))], true
}

func (c *crowd) send(r *rand.Rand, name string, n int) order {
	o := order{Verb: sends, Name: name, Guild: c.guilds[r.IntN(len(c.guilds))], From: member(r), Amount: 1 + r.Int64N(120),
		At: noon.Add(time.Duration(n) * 7 * time.Minute), Cooldown: time.Duration(r.IntN(4)/3) * time.Hour}
	o.To = 1 + (o.From+snowflake.ID(r.IntN(members-1)))%members
	c.key(r, &o)
	return o
}

func (c *crowd) key(r *rand.Rand, o *order) {
	if r.IntN(100) < c.keyed {
		o.Key = "proofs:" + o.Name
	}
}
