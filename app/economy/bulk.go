package economy

import (
	"context"
	"slices"

	"github.com/disgoorg/snowflake/v2"

	"github.com/smarter-dev/smarterdev/store"
)

// MostInBulk is how many transfers one bulk may hold.
const MostInBulk = 100

// Sent is what became of one transfer of a bulk.
type Sent struct {
	Transaction store.Transaction
	Err         error // as from Send
}

// SendAll carries out transfers of one guild in their order. Each has an outcome of its own, as
// from Send, and one that is refused stops no other.
func (s *Service) SendAll(ctx context.Context, guild snowflake.ID, bulk []Send) ([]Sent, error) {
	cfg, err := s.Settings(ctx, guild)
	if err != nil {
		return nil, err
	}
	now := s.now()
	outcomes := make([]Sent, len(bulk))
	orders := make([]store.Transfer, 0, len(bulk))
	places := make([]int, 0, len(bulk))
	for i, in := range bulk {
		if err := in.Validate(); err != nil {
			outcomes[i].Err = err
			continue
		}
		in.Guild = guild
		orders, places = append(orders, in.order(cfg, now)), append(places, i)
	}
	var touched []snowflake.ID
	var sum int64
	for i, r := range s.store.Transfers(ctx, orders) {
		outcomes[places[i]].Transaction = r.Transaction
		if r.Err != nil {
			outcomes[places[i]].Err = refused(r.Err)
		} else if !r.Transaction.Again {
			touched = append(touched, orders[i].From, orders[i].To)
			sum += orders[i].Amount
			s.reward(ctx, cfg, orders[i].To, orders[i].Amount, r.Transaction.Received)
		}
	}
	if len(touched) > 0 {
		slices.Sort(touched)
		s.Moved(ctx, guild, store.KindTransfer, sum, slices.Compact(touched)...)
	}
	return outcomes, nil
}
