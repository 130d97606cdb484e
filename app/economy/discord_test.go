package economy_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"testing"
	"time"

	"github.com/disgoorg/snowflake/v2"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/apptest"
	"github.com/smarter-dev/smarterdev/app/economy"
	"github.com/smarter-dev/smarterdev/app/platform/access"
	"github.com/smarter-dev/smarterdev/app/platform/bot"
	"github.com/smarter-dev/smarterdev/app/platform/settings"
	"github.com/smarter-dev/smarterdev/app/sandbox/sandboxtest"
	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/store/storetest"
)

type options = sandboxtest.Options

func eachProgram(t *testing.T, test func(t *testing.T, p *apptest.Program)) {
	t.Parallel()
	storetest.EachDatabase(t, func(t *testing.T, db storetest.Database) {
		p := apptest.Start(t, db)
		t.Cleanup(func() {
			if !t.Failed() {
				p.Proven()
			}
		})
		test(t, p)
	})
}

func TestANewMemberEarnsAndSendsBytes(t *testing.T) {
	eachProgram(t, func(t *testing.T, p *apptest.Program) {
		ken, ada := p.World.Member("Ken"), p.World.Member("Ada")

		hello := ken.Write(p.World.ChannelID, "Hello everyone!")
		hello.WaitReaction("🪙")

		balance := ken.Run("/bytes balance")
		require.False(t, balance.Ephemeral())
		require.Contains(t, balance.Text(), "110 bytes")
		require.Contains(t, balance.Text(), "Streak: 1 day · BIT")

		again := ken.Run("/bytes daily")
		require.True(t, again.Ephemeral())
		require.Contains(t, again.Text(), "already claimed")
		require.Equal(t, balance.Embeds[0].Color, again.Embeds[0].Color, "that is no error")

		sent := ken.Run("/bytes send", options{"member": ada.ID, "amount": "10", "reason": "for the *help* @everyone"})
		require.False(t, sent.Ephemeral())
		require.Contains(t, sent.Text(), "10 bytes")
		require.NotContains(t, sent.Text(), "@everyone", "what a member writes mentions nobody")
		require.Len(t, sent.Mentions, 1)
		require.Equal(t, ada.ID, sent.Mentions[0].ID, "only the receiver is notified")

		all := ken.Run("/bytes send", options{"member": ada.ID, "amount": "all"})
		require.Contains(t, all.Text(), "100 bytes", "a hundred is sent without a question")
		require.Contains(t, ken.Run("/bytes send", options{"member": ada.ID, "amount": "50%"}).Text(), "less than one byte")
	})
}

func TestALargeTransferIsConfirmed(t *testing.T) {
	eachProgram(t, func(t *testing.T, p *apptest.Program) {
		ken, ada := p.World.Member("Ken"), p.World.Member("Ada")
		ken.Run("/bytes balance")

		question := ken.Run("/bytes send", options{"member": ada.ID, "amount": "105"})
		require.True(t, question.Ephemeral())
		require.Contains(t, question.Text(), "Send **105 bytes**")
		require.Equal(t, []string{"Confirm", "Cancel"}, question.Buttons())

		done := question.Press("Confirm")
		require.Contains(t, done.Text(), "announced below")
		require.Empty(t, done.Buttons(), "a question that was answered has no buttons")
		require.Contains(t, done.Next().Text(), "sent **105 bytes**")

		st, err := p.Economy.Look(t.Context(), p.World.GuildID, ada.ID)
		require.NoError(t, err)
		require.Equal(t, int64(205), st.Balance.Balance)

		p.Clock.Pass(24 * time.Hour)
		ken.Run("/bytes daily")
		expired := ada.Run("/bytes send", options{"member": ken.ID, "amount": "150"})
		p.Clock.Pass(61 * time.Second)
		late := expired.Press("Confirm")
		require.Contains(t, late.Text(), "Time ran out before you confirmed")

		canceled := ada.Run("/bytes send", options{"member": ken.ID, "amount": "150"})
		require.Contains(t, canceled.Press("Cancel").Text(), "Nothing was sent")
	})
}

func TestRefusalsAreEphemeralAndSayWhatToDo(t *testing.T) {
	eachProgram(t, func(t *testing.T, p *apptest.Program) {
		ken, ada := p.World.Member("Ken"), p.World.Member("Ada")
		for _, test := range []struct {
			in   options
			says string
		}{
			{options{"member": ada.ID, "amount": "nothing"}, "“nothing” is not an amount. Enter a whole number like 250 or 1k"},
			{options{"member": ada.ID, "amount": "5k"}, "At most 1,000 bytes"},
			{options{"member": ada.ID, "amount": "90000000"}, "At most 1,000 bytes"},
			{options{"member": ada.ID, "amount": "**9** @everyone"}, "“\\*\\*9\\*\\* @\u200beveryone” is not an amount"},
			{options{"member": ada.ID, "amount": "900"}, "You have 100 bytes; that needs 900 bytes."},
			{options{"member": ken.ID, "amount": "5"}, "yourself"},
			{options{"member": p.World.Member("Echo").ID, "amount": "5"}, "is a bot"},
		} {
			reply := ken.Run("/bytes send", test.in)
			require.True(t, reply.Ephemeral(), test.says)
			require.Contains(t, reply.Text(), test.says)
		}
		require.Contains(t, ken.Run("/bytes balance", options{"member": p.World.Member("Radia").ID}).Text(), "no account here yet")
		stranger := p.World.Newcomer(sandboxtest.Newcomer{Username: "stranger"})
		require.Contains(t, ken.Run("/bytes send", options{"member": stranger.ID, "amount": "5"}).Text(), "not a member of this server")
	})
}

func TestBytesAreSentFromAMembersMenu(t *testing.T) {
	eachProgram(t, func(t *testing.T, p *apptest.Program) {
		ken, ada := p.World.Member("Ken"), p.World.Member("Ada")
		form := ken.Menu("Send Bytes", ada)
		require.NotNil(t, form.Modal)
		require.Equal(t, "Send bytes to Ada", form.Modal.Title)
		sent := form.Submit(map[string]string{"amount": "25%", "reason": "lunch"})
		require.Contains(t, sent.Text(), "25 bytes")
		require.Contains(t, sent.Text(), "lunch")
		require.Contains(t, ken.Menu("Send Bytes", ken).Text(), "yourself")
	})
}

func TestListsPageAndSurviveARestart(t *testing.T) {
	t.Parallel()
	storetest.EachDatabase(t, func(t *testing.T, db storetest.Database) {
		p := apptest.Start(t, db)
		ken := p.World.Member("Ken")
		require.Contains(t, ken.Run("/bytes history").Text(), "There is nothing here yet")
		for _, m := range p.World.Members {
			if !m.Bot {
				_, err := p.Economy.Balance(t.Context(), p.World.GuildID, m.ID)
				require.NoError(t, err)
			}
		}
		for range 12 {
			_, err := p.Economy.Claim(t.Context(), economy.Claim{Guild: p.World.GuildID, User: ken.ID, Name: "Ken"})
			require.NoError(t, err)
			p.Clock.Pass(24 * time.Hour)
		}
		board := ken.Run("/bytes leaderboard")
		require.Contains(t, board.Text(), "🥇 Ken · ")
		require.Equal(t, []string{"Next"}, board.Buttons(), "before the first page is nothing")
		require.True(t, ken.Run("/bytes history").Ephemeral(), "only who asks sees where their bytes went")
		history := ken.Run("/bytes history", options{"public": true})
		require.False(t, history.Ephemeral())
		require.Contains(t, history.Text(), "daily claim")
		require.NotContains(t, history.Text(), "account opened")

		p.Stop()
		apptest.Join(t, p.World, db)
		p.World.Ready("bytes")
		require.Contains(t, board.Press("Next").Text(), "#11")
		ada := p.World.Member("Ada")
		other := history.Message.As(ada).Press("Earlier")
		require.True(t, other.Ephemeral())
		require.Contains(t, other.Text(), "For your own list, run `/bytes history`")
		require.Contains(t, history.Press("Earlier").Text(), "account opened")
	})
}

func TestCommandsAreRegisteredInGermanAndNotWrittenAgain(t *testing.T) {
	t.Parallel()
	db := storetest.NewSQLite(t)
	p := apptest.Start(t, db)
	api := bot.NewRest(p.World.BotToken, p.World.APIURL, slog.New(slog.DiscardHandler))
	t.Cleanup(func() { api.Close(context.WithoutCancel(t.Context())) })
	versions := func() map[string]snowflake.ID {
		commands, err := api.GetGuildCommands(p.World.ApplicationID, p.World.GuildID, true)
		require.NoError(t, err)
		text, err := json.Marshal(commands)
		require.NoError(t, err)
		for _, german := range []string{`"de":"täglich"`, `"de":"Bytes senden"`, `"de":"erhaltene Bytes"`, `"de":"Hol die Bytes von heute ab und setze deine Serie fort"`, `"de":"beitreten"`} {
			require.Contains(t, string(text), german)
		}
		found := map[string]snowflake.ID{}
		for _, c := range commands {
			found[c.Name()] = c.Version()
		}
		return found
	}
	first := versions()
	require.NotEmpty(t, first)
	p.Stop()
	apptest.Join(t, p.World, db)
	p.World.Ready("bytes")
	require.Equal(t, first, versions(), "Discord limits how often commands may be written")
}

func TestInfoTellsTheGuildsRules(t *testing.T) {
	eachProgram(t, func(t *testing.T, p *apptest.Program) {
		_, err := p.Economy.Configure(t.Context(), economy.Configure{Guild: p.World.GuildID, Actor: store.Actor{Source: store.SourceCommand}, By: access.AsOwner(),
			Patch: settings.Set[economy.Settings]("max_transfer", 500).Set("transfer_cooldown_hours", 2).
				Set("role_rewards", map[snowflake.ID]int64{p.World.Role("Regular"): 1000})})
		require.NoError(t, err)
		text := p.World.Member("Ken").Run("/bytes info").Text()
		for _, says := range []string{"starts with **100 bytes**", "CHAR from 8 days", "Up to 500 bytes at a time, with 2 hours between transfers", "at 1,000 bytes"} {
			require.Contains(t, text, says)
		}
	})
}
