package sandbox_test

import (
	"testing"
	"time"

	"github.com/disgoorg/snowflake/v2"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/sandbox"
	"github.com/smarter-dev/smarterdev/app/sandbox/flood"
	"github.com/smarter-dev/smarterdev/app/sandbox/sandboxtest"
)

// A raid of 300 joins and 10,000 messages: the bot hears all of it, in order, and the channels keep
// no more than they may.
func TestARaid(t *testing.T) {
	t.Parallel()
	w := sandboxtest.Start(t)
	s := dialGateway(t, w, "").identify(everything)
	s.ready()
	raid := w.Flood(flood.Flood{Seed: 1, People: 300, Young: true, NoAvatars: true, NamePattern: "raider", Messages: 10_000, Text: "free stuff at example.com"})
	joined, messages, last := 0, 0, s.seq
	for joined < 300 || messages < 10_300 { // Discord greets each of them
		p := s.next("")
		require.Equal(t, last+1, p.S)
		last = p.S
		switch p.T {
		case "GUILD_MEMBER_ADD":
			joined++
		case "MESSAGE_CREATE":
			messages++
		}
	}
	done := raid.Wait()
	require.Equal(t, []int{300, 10_000}, []int{done.Joined, done.Written})
	require.Empty(t, done.Refused)
	require.Len(t, done.PeopleID, 300)
	young := w.Person(done.PeopleID[0])
	require.WithinDuration(t, w.Standing().Now, young.ID.Time(), 25*time.Hour)
	m, _ := w.Member("Ada").Look(young)
	require.Equal(t, "raider 0", m.Name)
	require.Nil(t, m.User.Avatar)
}

// The same seed gives the same people, who say the same in the same order.
func TestFloodsAreReproducible(t *testing.T) {
	t.Parallel()
	said := func(seed int64) (lines []string) {
		w := sandboxtest.Start(t)
		w.Flood(flood.Flood{Seed: seed, People: 5, Messages: 40, Renames: 5, Channels: []snowflake.ID{w.ChannelID}}).Wait()
		for _, m := range w.Member("Ada").Messages(w.ChannelID) {
			lines = append(lines, m.Author.Username+": "+m.Content)
		}
		return lines
	}
	first := said(7)
	require.Len(t, first, 45)
	require.Equal(t, first, said(7))
	require.NotEqual(t, first, said(8))
}

func TestFloodsAreRefusedAsPeopleAre(t *testing.T) {
	t.Parallel()
	w := sandboxtest.Start(t)
	ada := w.Member("Ada")
	ada.NewRule(keyword(nil, "*buy*"))
	done := w.Flood(flood.Flood{People: 3, Messages: 10, Text: "buy now"}).Wait()
	require.Equal(t, map[string]int{"200000": 10}, done.Refused)
	ada.Pause(time.Hour, 0)
	done = w.Flood(flood.Flood{People: 3}).Wait()
	require.Equal(t, map[string]int{"40008": 3}, done.Refused)

	slow := w.Flood(flood.Flood{Messages: 1000, MessageRate: 60}) // by those who are there
	ada.Until("somebody has written", func() bool { return slow.Now().Written > 0 })
	slow.Stop()
	require.Less(t, slow.Wait().Written, 1000)
	bad := sandboxtest.Start(t, sandbox.Config{})
	require.ErrorContains(t, bad.TryFlood(flood.Flood{People: 20_000}), "NUMBER_TYPE_MAX")
}
