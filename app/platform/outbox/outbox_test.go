package outbox_test

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/disgoorg/disgo/discord"
	"github.com/disgoorg/disgo/rest"
	"github.com/disgoorg/snowflake/v2"
	"github.com/riverqueue/river"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/platform/bot"
	"github.com/smarter-dev/smarterdev/app/platform/jobs"
	"github.com/smarter-dev/smarterdev/app/platform/outbox"
	"github.com/smarter-dev/smarterdev/app/sandbox/sandboxtest"
	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/store/storetest"
)

// unreachable is Discord for a bot whose first calls get no answer.
type unreachable struct {
	outbox.Discord
	failures atomic.Int64
}

func (u *unreachable) CreateMessage(channel snowflake.ID, m discord.MessageCreate, opts ...rest.RequestOpt) (*discord.Message, error) {
	if u.failures.Add(-1) >= 0 {
		return nil, &rest.Error{Response: &http.Response{StatusCode: http.StatusBadGateway}}
	}
	return u.Discord.CreateMessage(channel, m, opts...)
}

// office is a process that sends what waits, beside a stand-in for Discord.
type office struct {
	*outbox.Outbox
	world   *sandboxtest.World
	store   *store.Store
	discord *unreachable
}

// open makes an office whose jobs are not worked yet: run starts that.
func open(t *testing.T) *office {
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	o := &office{world: sandboxtest.Start(t), store: storetest.NewSQLite(t).Migrated(t)}
	api := bot.NewRest(o.world.BotToken, o.world.APIURL, log)
	t.Cleanup(func() { api.Close(context.WithoutCancel(t.Context())) })
	o.discord = &unreachable{Discord: api}
	o.Outbox = outbox.New(o.discord, o.store, log)
	return o
}

func (o *office) run(t *testing.T) {
	t.Helper()
	registry := jobs.NewRegistry()
	o.Mount(registry)
	running, err := jobs.Run(t.Context(), o.store, registry, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, running.Stop(context.WithoutCancel(t.Context()))) })
}

// deliver sends a message and waits for what becomes of it.
func (o *office) deliver(t *testing.T, m outbox.Message) store.Delivery {
	t.Helper()
	require.NoError(t, o.Send(t.Context(), m))
	d, err := o.Wait(t.Context(), m)
	require.NoError(t, err)
	require.Equal(t, m.ID, d.ID)
	require.Equal(t, m.Guild, d.GuildID)
	return d
}

func say(text string) discord.MessageCreate {
	return discord.MessageCreate{Embeds: []discord.Embed{bot.Info("By itself", text)}}
}

func TestAMessageIsPostedEditedAndReported(t *testing.T) {
	t.Parallel()
	o := open(t)
	type report struct {
		ref string
		store.Delivery
	}
	reports := make(chan report, 10)
	failed := false
	o.Handle("test.posted", func(_ context.Context, ref string, d store.Delivery) error {
		if !failed { // told again, and not sent again
			failed = true
			return errors.New("cannot be told yet")
		}
		reports <- report{ref, d}
		return nil
	})
	o.run(t)
	ada, general := o.world.Member("Ada"), o.world.Channel("general")

	body := say("first")
	body.Content = "@everyone " + ada.Mention()
	body.Components = []discord.LayoutComponent{discord.NewActionRow(discord.NewPrimaryButton("Press", "/x"))}
	d := o.deliver(t, outbox.Post(o.world.GuildID, general, body).Report("test.posted", "case 7"))
	require.Equal(t, store.DeliverySent, d.State)
	require.Equal(t, general, d.ChannelID)
	posted := ada.WaitMessage(general, func(m *sandboxtest.Message) bool { return m.ID == d.MessageID })
	require.Contains(t, posted.Text(), "first")
	require.Empty(t, posted.Mentions, "nobody is notified who was not named in allowed mentions")
	require.False(t, posted.MentionEveryone)
	require.Len(t, posted.Components, 1)

	told := <-reports
	require.Equal(t, "case 7", told.ref)
	require.Equal(t, d.MessageID, told.MessageID)
	require.Len(t, ada.Messages(general), 1, "a handler that failed is told again, without another message")

	edited := o.deliver(t, outbox.Edit(o.world.GuildID, general, d.MessageID, say("second")))
	require.Equal(t, store.DeliverySent, edited.State)
	require.Equal(t, d.MessageID, edited.MessageID)
	now := ada.Messages(general)[0]
	require.Contains(t, now.Text(), "second")
	require.NotContains(t, now.Text(), "everyone")
	require.Empty(t, now.Components, "what the new body does not have is gone")
}

func TestWhoIsNamedIsNotified(t *testing.T) {
	t.Parallel()
	o := open(t)
	o.run(t)
	ada, general := o.world.Member("Ada"), o.world.Channel("general")
	body := discord.MessageCreate{Content: ada.Mention(), AllowedMentions: &discord.AllowedMentions{Users: []snowflake.ID{ada.ID}}}
	d := o.deliver(t, outbox.Post(o.world.GuildID, general, body))
	posted := ada.WaitMessage(general, func(m *sandboxtest.Message) bool { return m.ID == d.MessageID })
	require.Len(t, posted.Mentions, 1)
}

func TestADirectMessageArrivesOrSaysWhyNot(t *testing.T) {
	t.Parallel()
	o := open(t)
	o.run(t)
	ada, ken := o.world.Member("Ada"), o.world.Member("Ken")
	d := o.deliver(t, outbox.Direct(o.world.GuildID, ada.ID, say("a word")))
	require.Equal(t, store.DeliverySent, d.State)
	require.Equal(t, ada.Direct(), d.ChannelID)
	require.Contains(t, ada.Messages(d.ChannelID)[0].Text(), "a word")

	ken.TakeDMs(false)
	d = o.deliver(t, outbox.Direct(o.world.GuildID, ken.ID, say("a word")))
	require.Equal(t, store.DeliveryRefused, d.State)
	require.Equal(t, 50007, d.Code)
	require.NotEmpty(t, d.Reason)
	require.Zero(t, d.MessageID)
}

func TestWhatDiscordRefusesIsAnOutcome(t *testing.T) {
	t.Parallel()
	o := open(t)
	o.run(t)
	guild, general := o.world.GuildID, o.world.Channel("general")
	gone := o.deliver(t, outbox.Post(guild, 123, say("into the void")))
	require.Equal(t, store.DeliveryRefused, gone.State)
	require.Equal(t, 10003, gone.Code)
	missing := o.deliver(t, outbox.Edit(guild, general, 123, say("of nothing")))
	require.Equal(t, 10008, missing.Code)
	empty := o.deliver(t, outbox.Post(guild, general, discord.MessageCreate{}))
	require.Equal(t, store.DeliveryRefused, empty.State, "a message that is not valid does not become so")
	require.NotZero(t, empty.Code)
}

func TestWhatMayPassIsTriedAgain(t *testing.T) {
	t.Parallel()
	o := open(t)
	o.discord.failures.Store(1)
	o.run(t)
	ada, general := o.world.Member("Ada"), o.world.Channel("general")
	d := o.deliver(t, outbox.Post(o.world.GuildID, general, say("at last")))
	require.Equal(t, store.DeliverySent, d.State)
	require.Len(t, ada.Messages(general), 1)
	require.EqualValues(t, -1, o.discord.failures.Load(), "one failure, one success")
}

func TestWhatNeverPassesExpires(t *testing.T) {
	t.Parallel()
	o := open(t)
	o.discord.failures.Store(1000)
	o.run(t)
	m := outbox.Post(o.world.GuildID, o.world.Channel("general"), say("never"))
	require.NoError(t, o.store.Enqueue(t.Context(), onlyOnce{m}))
	d, err := o.Wait(t.Context(), m)
	require.NoError(t, err)
	require.Equal(t, store.DeliveryExpired, d.State)
	require.Zero(t, d.MessageID)
	require.NotContains(t, strings.ToLower(d.Reason), "error", "the reason is for people")
}

// onlyOnce is a message at its last attempt.
type onlyOnce struct{ outbox.Message }

func (onlyOnce) InsertOpts() river.InsertOpts { return river.InsertOpts{MaxAttempts: 1} }

func TestAMessageOutlivesTheProcess(t *testing.T) {
	t.Parallel()
	o := open(t)
	ada, general := o.world.Member("Ada"), o.world.Channel("general")
	m := outbox.Post(o.world.GuildID, general, say("late, but there"))
	require.NoError(t, o.Send(t.Context(), m)) // no process works yet
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := o.Wait(ended, m)
	require.ErrorIs(t, err, context.Canceled)

	o.run(t)
	other := outbox.New(o.discord, o.store, slog.New(slog.DiscardHandler)) // as another process would wait
	d, err := other.Wait(t.Context(), m)
	require.NoError(t, err)
	require.Equal(t, store.DeliverySent, d.State)
	require.Contains(t, ada.Messages(general)[0].Text(), "late, but there")
}
