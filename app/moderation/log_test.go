package moderation_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/moderation"
	"github.com/smarter-dev/smarterdev/app/sandbox/faults"
	"github.com/smarter-dev/smarterdev/app/sandbox/sandboxtest"
	"github.com/smarter-dev/smarterdev/store"
)

// logged are the texts of the messages in a channel.
func logged(ada *sandboxtest.Person, o office, channel string) (texts []string) {
	for _, m := range ada.Messages(o.world.Channel(channel)) {
		texts = append(texts, m.Text())
	}
	return texts
}

func TestACaseIsOneMessageInTheLogChannel(t *testing.T) {
	eachOffice(t, func(t *testing.T, o office, ada, linus *sandboxtest.Person) {
		o.set(t, "log_channel_id", o.world.Channel("general"))
		before := len(logged(ada, o, "general"))
		c := o.act(t, o.request(store.CaseWarn, ada, linus))
		require.NoError(t, o.Log(t.Context(), c.GuildID, c.Number))
		require.NoError(t, o.Log(t.Context(), c.GuildID, c.Number))
		_, err := o.Edit(t.Context(), editing(ada, c), moderation.Edit{Reason: new("@everyone better words")})
		require.NoError(t, err)
		require.NoError(t, o.Log(t.Context(), c.GuildID, c.Number))
		texts := logged(ada, o, "general")[before:]
		require.Len(t, texts, 1)
		require.Contains(t, texts[0], "Warning · case #1")
		require.Contains(t, texts[0], "better words")
		require.NotContains(t, texts[0], "@everyone")
	})
}

// A log channel that cannot be written to is told of once and left alone until something changes.
func TestALogChannelThatCannotBeWrittenTo(t *testing.T) {
	eachOffice(t, func(t *testing.T, o office, ada, linus *sandboxtest.Person) {
		o.set(t, "log_channel_id", o.world.Channel("general"))
		o.world.Fault(faults.Rule{Kind: faults.Answer, Status: 403, Code: 50013, Method: "POST", Path: "/channels/*/messages", Times: 1})
		c := o.act(t, withoutDM(o.request(store.CaseWarn, ada, linus)))
		require.NoError(t, o.Log(t.Context(), c.GuildID, c.Number))
		before := len(logged(ada, o, "general"))
		require.NoError(t, o.Log(t.Context(), c.GuildID, c.Number))
		require.Len(t, logged(ada, o, "general"), before, "it is not tried again")
		texts, err := o.Findings(t.Context(), c.GuildID)
		require.NoError(t, err)
		require.Len(t, texts, 1)
		require.Contains(t, texts[0], "cannot write to the log channel")
		o.set(t, "log_channel_id", o.world.Channel("general"))
		require.NoError(t, o.Log(t.Context(), c.GuildID, c.Number))
		require.Len(t, logged(ada, o, "general"), before+1)
		texts, err = o.Findings(t.Context(), c.GuildID)
		require.NoError(t, err)
		require.Empty(t, texts)
	})
}

func withoutDM(in moderation.ActRequest) moderation.ActRequest {
	in.Notify = new(false)
	return in
}

func TestManyNativeCasesAreOneMessage(t *testing.T) {
	eachOffice(t, func(t *testing.T, o office, ada, linus *sandboxtest.Person) {
		o.set(t, "log_channel_id", o.world.Channel("general"))
		before := len(logged(ada, o, "general"))
		since := time.Now().Add(-time.Second)
		for range 8 {
			ada.Ban(linus, "")
			ada.Unban(linus, "")
		}
		o.catchUp(t)
		for _, c := range o.of(t, linus) {
			require.NoError(t, o.Log(t.Context(), c.GuildID, c.Number))
		}
		require.Len(t, logged(ada, o, "general"), before)
		require.NoError(t, o.Flood(t.Context(), moderation.LogFlood{Guild: o.world.GuildID, Since: since}))
		texts := logged(ada, o, "general")[before:]
		require.Len(t, texts, 1)
		require.Contains(t, texts[0], "16 cases were made of what was done in Discord itself, up to #16")
	})
}

func TestDirectMessages(t *testing.T) {
	eachOffice(t, func(t *testing.T, o office, ada, linus *sandboxtest.Person) {
		o.set(t, "messages", map[string]string{"timeout": "You are out of {server} for {duration}: {reason}. Back {expires}."})
		in := o.request(store.CaseTimeout, ada, linus)
		in.Duration, in.Reason = 2*time.Hour, "*shouting*"
		require.Equal(t, store.DMSent, o.act(t, in).DM)
		messages := linus.Messages(linus.Direct())
		text := messages[len(messages)-1].Text()
		require.Contains(t, text, "out of Smarter Dev for 2 h: ")
		require.Contains(t, text, `\*shouting\*`)
		ken := o.world.Member("Ken")
		ken.TakeDMs(false)
		require.Equal(t, store.DMRefused, o.act(t, o.request(store.CaseWarn, ada, ken)).DM)
		require.Equal(t, store.DMOff, o.act(t, o.request(store.CaseNote, ada, ken)).DM, "nobody is told of notes")
		o.set(t, "notify", map[string]bool{"warn": false, "timeout": true, "kick": true, "ban": true, "softban": true})
		require.Equal(t, store.DMOff, o.act(t, o.request(store.CaseWarn, ada, ken)).DM)
	})
}

// A slow direct message stops no ban, and one that Discord calls too many pauses all.
func TestDirectMessagesThatFail(t *testing.T) {
	eachOffice(t, func(t *testing.T, o office, ada, linus *sandboxtest.Person) {
		o.world.Fault(faults.Rule{Kind: faults.Hang, Millis: 4000, Method: "POST", Path: "/users/@me/channels", Times: 1})
		began := time.Now()
		c := o.act(t, o.request(store.CaseBan, ada, linus))
		require.Less(t, time.Since(began), 6*time.Second)
		require.Equal(t, []any{store.CaseDone, store.DMNone}, []any{c.State, c.DM})
		require.True(t, o.banned(linus))

		o.world.Fault(faults.Rule{Kind: faults.Answer, Status: 400, Code: 40003, Method: "POST", Path: "/users/@me/channels", Times: 1})
		ken := o.world.Member("Ken")
		require.Equal(t, store.DMNone, o.act(t, o.request(store.CaseWarn, ada, ken)).DM)
		texts, err := o.Findings(t.Context(), 0)
		require.NoError(t, err)
		require.Len(t, texts, 1)
		require.Equal(t, store.DMNone, o.act(t, o.request(store.CaseWarn, ada, o.world.Member("Dennis"))).DM, "nobody is written to for a while")
	})
}

func TestUndoAndEdits(t *testing.T) {
	eachOffice(t, func(t *testing.T, o office, ada, linus *sandboxtest.Person) {
		ban := o.request(store.CaseBan, ada, linus)
		ban.Duration = time.Hour
		c := o.act(t, ban)
		later := o.Now().Add(48 * time.Hour)
		changed, err := o.Edit(t.Context(), editing(ada, c), moderation.Edit{Ends: true, Until: &later})
		require.NoError(t, err)
		require.WithinDuration(t, later, *changed.ExpiresAt, time.Second)
		forever, err := o.Edit(t.Context(), editing(ada, c), moderation.Edit{Ends: true, Until: nil})
		require.NoError(t, err)
		require.Nil(t, forever.ExpiresAt)
		_, err = o.Edit(t.Context(), editing(ada, c), moderation.Edit{Ends: true, Until: new(o.Now().Add(-time.Hour))})
		require.ErrorContains(t, err, "invalid")
		undone, err := o.Undo(t.Context(), editing(ada, c), "by mistake")
		require.NoError(t, err)
		require.Equal(t, []any{store.CaseUndone, int64(2)}, []any{undone.State, *undone.UndoneBy})
		require.False(t, o.banned(linus))
		_, err = o.Undo(t.Context(), editing(ada, c), "")
		require.True(t, strings.HasPrefix(err.Error(), "already_undone"), err)
		_, err = o.Edit(t.Context(), editing(ada, c), moderation.Edit{Ends: true, Until: &later})
		require.ErrorContains(t, err, "not_editable")

		linus.Join()
		timeout := o.request(store.CaseTimeout, ada, linus)
		timeout.Duration = time.Hour
		c = o.act(t, timeout)
		soon := o.Now().Add(10 * time.Minute)
		_, err = o.Edit(t.Context(), editing(ada, c), moderation.Edit{Ends: true, Until: &soon})
		require.NoError(t, err)
		view, _ := ada.Look(linus)
		require.WithinDuration(t, soon, view.TimeoutUntil.Time, time.Second, "Discord is changed too")
		o.catchUp(t)
		require.Len(t, o.of(t, linus), 3, "changing a timeout makes no case of its own")
		warn := o.act(t, o.request(store.CaseWarn, ada, linus))
		_, err = o.Undo(t.Context(), editing(ada, warn), "")
		require.NoError(t, err)
		require.False(t, o.of(t, linus)[3].Counts(o.Now()))
	})
}
