package bus_test

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"testing"

	"github.com/disgoorg/snowflake/v2"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/platform/bus"
)

func TestEventReachesItsSubscribersWhole(t *testing.T) {
	t.Parallel()
	each(t, engines(), func(t *testing.T, cfg bus.Config) {
		b := open(t, cfg)
		all, balances, squads := listen(t, b), listen(t, b, bus.BalanceChanged), listen(t, b, bus.SquadsChanged)
		sent := bus.Event{
			Topic: bus.BalanceChanged, Guild: 18446744073709551615,
			Users: []snowflake.ID{1, 2}, IDs: []string{"0192-a", "b"},
		}
		b.Publish(t.Context(), sent)
		b.Publish(t.Context(), bus.Event{Topic: bus.SquadsChanged, Guild: 7})

		require.Equal(t, sent, <-all.events)
		require.Equal(t, sent, <-balances.events)
		require.Equal(t, bus.Event{Topic: bus.SquadsChanged, Guild: 7}, <-all.events)
		require.Equal(t, bus.SquadsChanged, (<-squads.events).Topic)
		require.Empty(t, balances.events)
		require.Empty(t, squads.events)
	})
}

func TestEventCrossesToOtherProcessesOnce(t *testing.T) {
	t.Parallel()
	each(t, servers(), func(t *testing.T, cfg bus.Config) {
		one, two := open(t, cfg), open(t, cfg)
		here, there := listen(t, one), listen(t, two)
		sent := bus.Event{
			Topic: bus.TransactionCreated, Guild: 18446744073709551615,
			Users: []snowflake.ID{1, 2}, IDs: []string{"0192-a"},
		}
		for range 500 {
			one.Publish(t.Context(), sent)
		}
		two.Publish(t.Context(), bus.Event{Topic: bus.KeyRevoked, IDs: []string{"last"}})
		for range 500 {
			require.Equal(t, sent, <-here.events)
		}
		got := map[bus.Topic]int{}
		for range 501 {
			got[(<-there.events).Topic]++
		}
		require.Equal(t, map[bus.Topic]int{bus.TransactionCreated: 500, bus.KeyRevoked: 1}, got)
		require.Equal(t, bus.KeyRevoked, (<-here.events).Topic)
		// What came back of its own would have come before the other's event did.
		require.Empty(t, here.events)
		require.EqualValues(t, 500, two.Stats().Received)
		require.EqualValues(t, 1, one.Stats().Received)
		require.Zero(t, one.Stats().Dropped)
	})
}

func TestEventsOfOnePublisherKeepTheirOrder(t *testing.T) {
	t.Parallel()
	each(t, servers(), func(t *testing.T, cfg bus.Config) {
		one, two := open(t, cfg), open(t, cfg)
		there := listen(t, two)
		for i := range 2000 {
			one.Publish(t.Context(), bus.Event{Topic: bus.CaseChanged, Guild: snowflake.ID(i + 1)})
		}
		for i := range 2000 {
			require.EqualValues(t, i+1, (<-there.events).Guild)
		}
	})
}

func TestPrefixesKeepInstallationsApart(t *testing.T) {
	t.Parallel()
	each(t, servers(), func(t *testing.T, cfg bus.Config) {
		other := cfg
		other.Prefix += "other:"
		one, two := open(t, cfg), open(t, other)
		here, there := listen(t, one), listen(t, two)
		one.Publish(t.Context(), bus.Event{Topic: bus.RuleHit})
		two.Publish(t.Context(), bus.Event{Topic: bus.RulesChanged})
		require.Equal(t, bus.RuleHit, (<-here.events).Topic)
		require.Equal(t, bus.RulesChanged, (<-there.events).Topic)
		require.NoError(t, one.Set(t.Context(), "k", 1, bus.HeartbeatKept))
		found, err := two.Get(t.Context(), "k", new(int))
		require.NoError(t, err)
		require.False(t, found)
	})
}

func TestCancelEndsASubscription(t *testing.T) {
	t.Parallel()
	each(t, engines(), func(t *testing.T, cfg bus.Config) {
		b := open(t, cfg)
		entered := make(chan context.Context)
		release := make(chan struct{})
		calls := 0
		cancel := b.Subscribe(bus.Subscriber{Name: "cancelled", Handle: func(ctx context.Context, _ bus.Event) {
			calls++
			entered <- ctx
			<-release
		}})
		b.Publish(t.Context(), bus.Event{Topic: bus.CommandUsed})
		b.Publish(t.Context(), bus.Event{Topic: bus.CommandUsed})
		ctx := <-entered
		require.NoError(t, ctx.Err())
		cancel()
		cancel()
		<-ctx.Done()
		close(release)
		require.NoError(t, b.Close())
		require.Equal(t, 1, calls, "the second event came after the end")
	})
}

func TestSlowSubscriberIsToldToResyncAndHoldsUpNobody(t *testing.T) {
	t.Parallel()
	each(t, engines(), func(t *testing.T, cfg bus.Config) {
		b := open(t, cfg)
		quick := listen(t, b)
		entered, release := make(chan struct{}), make(chan struct{})
		told := make(chan string, 100)
		var once sync.Once
		b.Subscribe(bus.Subscriber{
			Name: "slow", Buffer: 8,
			Handle: func(_ context.Context, e bus.Event) {
				once.Do(func() { close(entered); <-release })
				told <- fmt.Sprint(e.Guild)
			},
			Resync: func(context.Context) { told <- "resync" },
		})
		b.Publish(t.Context(), bus.Event{Topic: bus.CaseChanged, Guild: 1})
		<-entered
		for i := range 99 {
			b.Publish(t.Context(), bus.Event{Topic: bus.CaseChanged, Guild: snowflake.ID(i + 2)})
		}
		for i := range 100 {
			require.EqualValues(t, i+1, (<-quick.events).Guild)
		}
		close(release)
		require.Equal(t, "1", <-told)
		require.Equal(t, "resync", <-told)
		last := ""
		for n := 0; last != "100"; n++ {
			last = <-told
			require.Less(t, n, 8, "no more is kept than the buffer holds")
		}
		require.Positive(t, b.Stats().Overflowed)
	})
}

func TestPanicOfASubscriberEndsNothing(t *testing.T) {
	t.Parallel()
	each(t, engines(), func(t *testing.T, cfg bus.Config) {
		b := open(t, cfg)
		calls := make(chan snowflake.ID)
		b.Subscribe(bus.Subscriber{Name: "panics", Handle: func(_ context.Context, e bus.Event) {
			calls <- e.Guild
			panic("boom")
		}})
		for i := range 3 {
			b.Publish(t.Context(), bus.Event{Topic: bus.CaseChanged, Guild: snowflake.ID(i + 1)})
			require.EqualValues(t, i+1, <-calls)
		}
	})
}

func TestUnknownTopicIsNotPublished(t *testing.T) {
	t.Parallel()
	b := open(t, bus.Config{})
	all := listen(t, b)
	b.Publish(t.Context(), bus.Event{Topic: "no.such"})
	b.Publish(t.Context(), bus.Event{Topic: bus.RuleHit})
	require.Equal(t, bus.RuleHit, (<-all.events).Topic)
	require.EqualValues(t, 1, b.Stats().Published)
}

func TestConcurrentUseOfSubscriptions(t *testing.T) {
	t.Parallel()
	each(t, engines(), func(t *testing.T, cfg bus.Config) {
		b := open(t, cfg)
		steady := listen(t, b, bus.RuleHit)
		var group sync.WaitGroup
		for range 8 {
			group.Go(func() {
				for range 50 {
					cancel := b.Subscribe(bus.Subscriber{Name: "passing", Handle: func(context.Context, bus.Event) {}})
					b.Publish(t.Context(), bus.Event{Topic: bus.RuleHit})
					cancel()
				}
			})
		}
		group.Wait()
		for range 400 {
			require.Equal(t, bus.RuleHit, (<-steady.events).Topic)
		}
	})
}

func TestEventOnTheWireIsSmall(t *testing.T) {
	t.Parallel()
	body, err := json.Marshal(bus.Event{Topic: bus.BalanceChanged, Guild: 123456789012345678, Users: []snowflake.ID{5}})
	require.NoError(t, err)
	require.JSONEq(t, `{"topic":"balance.changed","guild":"123456789012345678","users":["5"]}`, string(body))
	body, err = json.Marshal(bus.Event{Topic: bus.KeyRevoked, IDs: []string{"k"}})
	require.NoError(t, err)
	require.JSONEq(t, `{"topic":"key.revoked","ids":["k"]}`, string(body))
}

func TestUnreadableEventIsPassedOver(t *testing.T) {
	t.Parallel()
	each(t, servers(), func(t *testing.T, cfg bus.Config) {
		one, two := open(t, cfg), open(t, cfg)
		there := listen(t, two, bus.RuleHit)
		channel := cfg.Prefix + "topic:" + string(bus.RuleHit)
		for _, body := range []string{"garbage", "", `{"topic":7}`, `{"topic":"case.changed"}`, `{"topic":"rule.hit","guild":"x"}`} {
			require.NoError(t, one.Client().Publish(t.Context(), channel, body).Err())
		}
		later := `{"origin":"` + "01890a5d-ac96-774b-bcce-b302099a8057" + `","topic":"rule.hit","guild":"5","of a later version":[]}`
		require.NoError(t, one.Client().Publish(t.Context(), channel, later).Err())
		require.Equal(t, bus.Event{Topic: bus.RuleHit, Guild: 5}, <-there.events)
		require.Empty(t, there.events)
		require.Empty(t, there.resyncs)
	})
}
