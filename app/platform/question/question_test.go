package question

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/disgoorg/disgo/discord"
	"github.com/disgoorg/disgo/rest"
	"github.com/disgoorg/snowflake/v2"
	"github.com/google/uuid"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/platform/bot"
	"github.com/smarter-dev/smarterdev/app/platform/fault"
	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/store/storetest"
	"github.com/smarter-dev/smarterdev/ui/i18n"
)

const (
	guild snowflake.ID = 1000
	ada   snowflake.ID = 2
	grace snowflake.ID = 3
)

// edits keeps what was edited.
type edits struct {
	original, followups []discord.MessageUpdate
	err                 error
}

func (e *edits) UpdateInteractionResponse(_ snowflake.ID, token string, u discord.MessageUpdate, _ ...rest.RequestOpt) (*discord.Message, error) {
	e.original = append(e.original, u)
	return nil, e.err
}

func (e *edits) UpdateFollowupMessage(_ snowflake.ID, _ string, message snowflake.ID, u discord.MessageUpdate, _ ...rest.RequestOpt) (*discord.Message, error) {
	e.followups = append(e.followups, u)
	return nil, e.err
}

type order struct {
	Amount int `json:"amount"`
}

// desk is where questions about orders are asked and answered.
type desk struct {
	*Questions
	asker   Asker[order]
	discord *edits
	clock   atomic.Int64
	done    atomic.Int64                                // how often it was carried out
	confirm func(a Answer[order]) (bot.Reply, error)    // nil: it is carried out
	ask     func(q Question[order]) (bot.Reply, string) // asks as ada; with the question's id
}

func newDesk(t *testing.T, s *store.Store) *desk {
	t.Helper()
	d := &desk{discord: &edits{}}
	d.Questions = New(d.discord, s, slog.New(slog.DiscardHandler), func() time.Time { return noon.Add(time.Duration(d.clock.Load())) })
	d.asker = Register(d.Questions, Kind[order]{Name: "order", Canceled: i18n.M("Nothing was ordered."),
		Confirm: func(_ context.Context, _ *bot.Interaction, a Answer[order]) (bot.Reply, error) {
			if d.confirm != nil {
				return d.confirm(a)
			}
			d.done.Add(1)
			return bot.Replace(bot.Success("Ordered", "")), nil
		}})
	d.ask = func(q Question[order]) (bot.Reply, string) {
		q.About, q.Text = order{5}, "Order **5**?"
		r, err := d.asker.Ask(t.Context(), by(ada, 0), q)
		require.NoError(t, err)
		id := strings.Split(buttons(r)[0].CustomID, "/")[2]
		return r, id
	}
	return d
}

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func by(user snowflake.ID, holds discord.Permissions) *bot.Interaction {
	i := &bot.Interaction{Printer: i18n.English(), Guild: guild, Application: 7, Token: "token"}
	i.Member.User.ID, i.Member.Permissions = user, holds
	return i
}

func (d *desk) pressed(t *testing.T, user snowflake.ID, id, button string, holds ...discord.Permissions) (bot.Reply, error) {
	t.Helper()
	var p discord.Permissions
	for _, h := range holds {
		p |= h
	}
	i := by(user, p)
	i.Vars = map[string]string{"question": id, "answer": button}
	return d.press(t.Context(), i)
}

func buttons(r bot.Reply) (list []discord.ButtonComponent) {
	for _, row := range r.Components {
		for _, c := range row.(discord.ActionRowComponent).Components {
			list = append(list, c.(discord.ButtonComponent))
		}
	}
	return list
}

func each(t *testing.T, test func(t *testing.T, d *desk)) {
	t.Parallel()
	storetest.EachDatabase(t, func(t *testing.T, db storetest.Database) { test(t, newDesk(t, db.Migrated(t))) })
}

func TestAQuestionIsAskedAndAnswered(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		r, id := d.ask(Question[order]{})
		require.True(t, r.Ephemeral)
		require.Equal(t, "Please confirm", r.Embeds[0].Title)
		require.Equal(t, "Order **5**?\nThis question expires "+bot.Relative(noon.Add(time.Minute))+".", r.Embeds[0].Description)
		b := buttons(r)
		require.Equal(t, []string{"Confirm", "Cancel"}, []string{b[0].Label, b[1].Label})
		require.Equal(t, discord.ButtonStyleSuccess, b[0].Style)

		done, err := d.pressed(t, ada, id, "confirm")
		require.NoError(t, err)
		require.True(t, done.Update, "the outcome takes the place of the question")
		require.Empty(t, done.Components)

		r, id = d.ask(Question[order]{Title: "Sure?", Confirm: "Order", Danger: true, Public: true, InPlace: true})
		require.Equal(t, []bool{false, true}, []bool{r.Ephemeral, r.Update})
		require.Equal(t, "Sure?", r.Embeds[0].Title)
		require.Equal(t, []any{"Order", discord.ButtonStyleDanger}, []any{buttons(r)[0].Label, buttons(r)[0].Style})
		off, err := d.pressed(t, ada, id, "cancel")
		require.NoError(t, err)
		require.Equal(t, []any{"Canceled", "Nothing was ordered.", true}, []any{off.Embeds[0].Title, off.Embeds[0].Description, off.Update})
		_, err = d.pressed(t, ada, id, "confirm")
		require.True(t, fault.Has(err, "confirmation_answered"), "%v", err)
		require.EqualValues(t, 1, d.done.Load())
	})
}

func TestOfManyPressesOneIsCarriedOut(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		_, id := d.ask(Question[order]{})
		var wg sync.WaitGroup
		var refused atomic.Int64
		for range 10 {
			wg.Go(func() {
				if _, err := d.pressed(t, ada, id, "confirm"); fault.Has(err, "confirmation_answered") {
					refused.Add(1)
				}
			})
		}
		wg.Wait()
		require.Equal(t, []int64{1, 9}, []int64{d.done.Load(), refused.Load()})
	})
}

func TestStrangersCannotAnswer(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		_, id := d.ask(Question[order]{Public: true})
		for _, button := range []string{"confirm", "cancel"} {
			_, err := d.pressed(t, grace, id, button, discord.PermissionAdministrator)
			require.True(t, fault.Has(err, "confirmation_stranger"), "%v", err)
			require.Contains(t, fault.As(err).Message, "Only <@2> can answer")
		}
		_, err := d.pressed(t, ada, id, "confirm")
		require.NoError(t, err, "it is still open to who asked")

		_, id = d.ask(Question[order]{Public: true, Requires: discord.PermissionBanMembers})
		_, err = d.pressed(t, grace, id, "confirm", discord.PermissionKickMembers)
		require.True(t, fault.Has(err, "confirmation_stranger"), "%v", err)
		require.Contains(t, fault.As(err).Message, "Ban Members")
		_, err = d.pressed(t, grace, id, "confirm", discord.PermissionBanMembers)
		require.NoError(t, err)
		require.EqualValues(t, 2, d.done.Load())
	})
}

func TestWhatIsNotOpenIsRefusedInPlace(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		_, id := d.ask(Question[order]{})
		unknown := store.Confirmation{ID: uuid.New(), GuildID: guild, UserID: ada, Kind: "removed", Payload: []byte(`{}`), CreatedAt: noon, ExpiresAt: noon.Add(time.Hour)}
		require.NoError(t, d.store.SaveConfirmation(t.Context(), unknown))
		for _, id := range []string{"x", uuid.NewString(), unknown.ID.String()} {
			r, err := d.pressed(t, ada, id, "confirm")
			require.NoError(t, err)
			require.True(t, r.Update)
			require.Contains(t, r.Embeds[0].Description, "no longer open")
		}
		i := by(ada, 0)
		i.Guild, i.Vars = guild+1, map[string]string{"question": id, "answer": "confirm"}
		r, err := d.press(t.Context(), i)
		require.NoError(t, err)
		require.Contains(t, r.Embeds[0].Description, "no longer open", "it is another guild's")

		d.clock.Store(int64(time.Minute))
		r, err = d.pressed(t, ada, id, "confirm")
		require.NoError(t, err)
		require.True(t, r.Update)
		require.Contains(t, r.Embeds[0].Description, "Time ran out")
		require.Zero(t, d.done.Load())
	})
}

func TestARefusalClosesAQuestionAndAFailureDoesNot(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		_, id := d.ask(Question[order]{})
		var keys []string
		fail := errors.New("lost")
		d.confirm = func(a Answer[order]) (bot.Reply, error) {
			require.Equal(t, order{5}, a.About)
			require.Equal(t, ada, a.Asker)
			keys = append(keys, a.Key)
			return bot.Reply{}, fail
		}
		_, err := d.pressed(t, ada, id, "confirm")
		require.ErrorIs(t, err, fail)
		fail = fault.New(fault.Refused, "too_much", "Too much.")
		r, err := d.pressed(t, ada, id, "confirm")
		require.NoError(t, err)
		require.True(t, r.Update)
		require.Equal(t, "Too much.", r.Embeds[0].Description)
		require.Equal(t, keys[0], keys[1], "a repetition has the same key")
		_, err = d.pressed(t, ada, id, "confirm")
		require.True(t, fault.Has(err, "confirmation_answered"), "%v", err)
	})
}

func TestWhoDiesWhileCarryingOutLeavesTheQuestionOpen(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		_, id := d.ask(Question[order]{})
		require.NoError(t, d.store.ClaimConfirmation(t.Context(), guild, uuid.MustParse(id), ada, noon, noon.Add(claimTime)))
		_, err := d.pressed(t, ada, id, "confirm")
		require.True(t, fault.Has(err, "confirmation_answered"), "%v", err)
		d.clock.Store(int64(claimTime))
		_, err = d.pressed(t, ada, id, "confirm")
		require.NoError(t, err)
		require.EqualValues(t, 1, d.done.Load())
	})
}

func TestAQuestionClosesItself(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		snoozed := func(err error, want time.Duration) {
			t.Helper()
			snooze, ok := errors.AsType[*rivertype.JobSnoozeError](err)
			require.True(t, ok, "%v", err)
			require.Equal(t, want, snooze.Duration)
		}
		job := func(id string) Close {
			return Close{Guild: guild, ID: uuid.MustParse(id), Title: "Over", Text: "Order **5**?", Hint: "Nothing has changed."}
		}
		_, id := d.ask(Question[order]{})
		snoozed(d.close(t.Context(), job(id)), time.Minute)
		d.clock.Store(int64(time.Minute))
		require.NoError(t, d.close(t.Context(), job(id)))
		require.Len(t, d.discord.original, 1)
		closed := d.discord.original[0]
		require.Equal(t, "Order **5**?\n\nNothing has changed.", (*closed.Embeds)[0].Description)
		require.Empty(t, *closed.Components)

		followup := job(id)
		followup.Message = 9
		require.NoError(t, d.close(t.Context(), followup))
		require.Len(t, d.discord.followups, 1)

		_, id = d.ask(Question[order]{})
		require.NoError(t, d.store.ClaimConfirmation(t.Context(), guild, uuid.MustParse(id), ada, d.now(), d.now().Add(2*time.Minute)))
		d.clock.Add(int64(time.Minute))
		snoozed(d.close(t.Context(), job(id)), time.Minute)
		d.clock.Add(int64(time.Minute))
		require.NoError(t, d.close(t.Context(), job(id)))
		require.NotContains(t, (*d.discord.original[1].Embeds)[0].Description, "Nothing", "who confirmed it died, perhaps after the change")

		_, id = d.ask(Question[order]{})
		_, err := d.pressed(t, ada, id, "confirm")
		require.NoError(t, err)
		d.clock.Add(int64(time.Minute))
		require.NoError(t, d.close(t.Context(), job(id)))
		require.Len(t, d.discord.original, 2, "an answered question is left alone")

		_, id = d.ask(Question[order]{})
		d.clock.Add(int64(time.Minute))
		d.discord.err = errors.New("lost")
		require.Error(t, d.close(t.Context(), job(id)), "it is tried again")
		d.clock.Add(int64(tokenLife))
		require.NoError(t, d.close(t.Context(), job(id)), "Discord would refuse it")
		require.NoError(t, d.close(t.Context(), job(uuid.NewString())))
		var _ river.JobArgs = Close{}
	})
}

func TestAKindIsRegisteredOnce(t *testing.T) {
	t.Parallel()
	q := New(nil, nil, slog.New(slog.DiscardHandler), time.Now)
	Register(q, Kind[order]{Name: "a"})
	require.Panics(t, func() { Register(q, Kind[order]{Name: "a"}) })
	require.Panics(t, func() { Register(q, Kind[order]{Name: "b", Time: time.Hour}) })
}
