package moderation_test

import (
	"context"
	"log/slog"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/disgoorg/disgo/cache"
	"github.com/disgoorg/disgo/discord"
	"github.com/disgoorg/disgo/rest"
	"github.com/disgoorg/snowflake/v2"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/apptest"
	"github.com/smarter-dev/smarterdev/app/moderation"
	"github.com/smarter-dev/smarterdev/app/platform/access"
	"github.com/smarter-dev/smarterdev/app/platform/bot"
	"github.com/smarter-dev/smarterdev/app/platform/bus"
	"github.com/smarter-dev/smarterdev/app/platform/directory"
	"github.com/smarter-dev/smarterdev/app/sandbox/sandboxtest"
	"github.com/smarter-dev/smarterdev/store"
)

// office is what a process does for moderation without a gateway and a web server. Its clock is set by the test.
type office struct {
	*moderation.Service
	*apptest.Clock
	world *sandboxtest.World
	store *store.Store
	calls *mortal
}

func openOffice(t *testing.T, w *sandboxtest.World, s *store.Store) office {
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	b, err := bus.Open(t.Context(), bus.Config{})
	require.NoError(t, err)
	api := bot.NewRest(w.BotToken, w.APIURL, log)
	who := directory.New(api, func() cache.Caches { return nil })
	o := office{world: w, store: s, Clock: apptest.NewClock(), calls: &mortal{Rest: api}}
	o.Service = moderation.New(moderation.Setup{Store: s, Bus: b, Discord: o.calls, Guilds: who, Log: log, Now: o.Now, BaseURL: "https://dashboard.example"})
	t.Cleanup(func() {
		o.Close()
		who.Close()
		api.Close(context.Background())
		require.NoError(t, b.Close())
	})
	return o
}

// request is an act of a member on another.
func (o office) request(action store.CaseAction, by, on *sandboxtest.Person) moderation.ActRequest {
	return moderation.ActRequest{
		Guild: o.world.GuildID, Action: action, User: on.ID, Reason: "because",
		Actor: store.Actor{ID: by.ID, Name: "somebody", Source: store.SourceCommand}, By: access.AsMember(by.ID),
	}
}

// of are somebody's cases, the oldest first.
func (o office) of(t *testing.T, who *sandboxtest.Person) []store.Case {
	t.Helper()
	found, err := o.Search(t.Context(), o.world.GuildID, store.CaseFilter{User: who.ID}, 0, 100)
	require.NoError(t, err)
	for i, j := 0, len(found)-1; i < j; i, j = i+1, j-1 {
		found[i], found[j] = found[j], found[i]
	}
	return found
}

func (o office) banned(who *sandboxtest.Person) bool {
	for _, b := range o.world.Member("Ada").Banned() {
		if b.User.ID == who.ID {
			return true
		}
	}
	return false
}

// mortal is a Discord that ends the goroutine which asks it for the n-th change: before Discord does it, or after.
type mortal struct {
	rest.Rest
	dies  atomic.Int64 // at which change; 0: never
	after atomic.Bool
	count atomic.Int64
	asked atomic.Int64 // direct messages that Discord took
}

func (m *mortal) around(do func() error) error {
	at := m.dies.Load()
	n := m.count.Add(1)
	if at > 0 && n == at && !m.after.Load() {
		runtime.Goexit()
	}
	err := do()
	if at > 0 && n == at && m.after.Load() {
		runtime.Goexit()
	}
	return err
}

func (m *mortal) AddBan(guild, user snowflake.ID, remove time.Duration, opts ...rest.RequestOpt) error {
	return m.around(func() error { return m.Rest.AddBan(guild, user, remove, opts...) })
}

func (m *mortal) DeleteBan(guild, user snowflake.ID, opts ...rest.RequestOpt) error {
	return m.around(func() error { return m.Rest.DeleteBan(guild, user, opts...) })
}

func (m *mortal) RemoveMember(guild, user snowflake.ID, opts ...rest.RequestOpt) error {
	return m.around(func() error { return m.Rest.RemoveMember(guild, user, opts...) })
}

func (m *mortal) UpdateMember(guild, user snowflake.ID, update discord.MemberUpdate, opts ...rest.RequestOpt) (changed *discord.Member, err error) {
	err = m.around(func() (err error) {
		changed, err = m.Rest.UpdateMember(guild, user, update, opts...)
		return err
	})
	return changed, err
}

func (m *mortal) CreateMessage(channel snowflake.ID, message discord.MessageCreate, opts ...rest.RequestOpt) (sent *discord.Message, err error) {
	err = m.around(func() (err error) {
		if sent, err = m.Rest.CreateMessage(channel, message, opts...); err == nil {
			m.asked.Add(1)
		}
		return err
	})
	return sent, err
}

// editing asks to change a case.
func editing(by *sandboxtest.Person, c store.Case) moderation.EditRequest {
	return moderation.EditRequest{Guild: c.GuildID, Number: c.Number, By: access.AsMember(by.ID),
		Actor: store.Actor{ID: by.ID, Name: "somebody", Source: store.SourceDashboard}}
}
