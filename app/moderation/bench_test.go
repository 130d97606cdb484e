package moderation_test

import (
	"context"
	"log/slog"
	"slices"
	"sync"
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
	"github.com/smarter-dev/smarterdev/store/storetest"
)

// timed is a Discord that counts for how long at least one request was under way.
type timed struct {
	rest.Rest
	mu    sync.Mutex
	under int
	since time.Time
	spent time.Duration
}

func (d *timed) asks() func() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.under++; d.under == 1 {
		d.since = time.Now()
	}
	return func() {
		d.mu.Lock()
		defer d.mu.Unlock()
		if d.under--; d.under == 0 {
			d.spent += time.Since(d.since)
		}
	}
}

func (d *timed) GetMember(guild, user snowflake.ID, opts ...rest.RequestOpt) (*discord.Member, error) {
	defer d.asks()()
	return d.Rest.GetMember(guild, user, opts...)
}

func (d *timed) GetGuild(guild snowflake.ID, counts bool, opts ...rest.RequestOpt) (*discord.RestGuild, error) {
	defer d.asks()()
	return d.Rest.GetGuild(guild, counts, opts...)
}

func (d *timed) GetCurrentUserGuilds(token string, before, after snowflake.ID, limit int, counts bool, opts ...rest.RequestOpt) ([]discord.OAuth2Guild, error) {
	defer d.asks()()
	return d.Rest.GetCurrentUserGuilds(token, before, after, limit, counts, opts...)
}

func (d *timed) UpdateMember(guild, user snowflake.ID, update discord.MemberUpdate, opts ...rest.RequestOpt) (*discord.Member, error) {
	defer d.asks()()
	return d.Rest.UpdateMember(guild, user, update, opts...)
}

func (d *timed) CreateDMChannel(user snowflake.ID, opts ...rest.RequestOpt) (*discord.DMChannel, error) {
	defer d.asks()()
	return d.Rest.CreateDMChannel(user, opts...)
}

func (d *timed) CreateMessage(channel snowflake.ID, message discord.MessageCreate, opts ...rest.RequestOpt) (*discord.Message, error) {
	defer d.asks()()
	return d.Rest.CreateMessage(channel, message, opts...)
}

// BenchmarkAct times out a member again and again. ours-ms is the median of an act's time during which Discord was not
// being asked.
func BenchmarkAct(b *testing.B) {
	for name, open := range map[string]func(testing.TB) *store.Store{"sqlite": storetest.SQLite, "postgres": storetest.Postgres} {
		b.Run(name, func(b *testing.B) {
			w := sandboxtest.Start(b)
			s := open(b)
			log := slog.New(slog.DiscardHandler)
			shared, err := bus.Open(b.Context(), bus.Config{})
			require.NoError(b, err)
			api := &timed{Rest: bot.NewRest(w.BotToken, w.APIURL, log)}
			who := directory.New(api, func() cache.Caches { return nil })
			clock := apptest.NewClock()
			m := moderation.New(moderation.Setup{Store: s, Bus: shared, Discord: api, Guilds: who, Log: log, Now: clock.Now})
			defer func() {
				m.Close()
				who.Close()
				api.Close(context.Background())
				require.NoError(b, shared.Close())
			}()
			ada, linus := w.Member("Ada"), w.Member("Linus")
			ours := make([]time.Duration, 0, 1000)
			for b.Loop() {
				began, before := time.Now(), api.spent
				_, err := m.Act(b.Context(), moderation.ActRequest{
					Guild: w.GuildID, Action: store.CaseTimeout, User: linus.ID, Reason: "because", Duration: time.Hour,
					Actor: store.Actor{ID: ada.ID, Name: "ada", Source: store.SourceCommand}, By: access.AsMember(ada.ID),
				})
				require.NoError(b, err)
				ours = append(ours, time.Since(began)-(api.spent-before))
			}
			slices.Sort(ours)
			b.ReportMetric(float64(ours[len(ours)/2].Microseconds())/1000, "ours-ms")
		})
	}
}
