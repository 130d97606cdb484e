package squads

import (
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/platform/bot"
	"github.com/smarter-dev/smarterdev/app/platform/bot/bottest"
	"github.com/smarter-dev/smarterdev/app/platform/fault"
	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/ui/i18n"
)

// everyOffer are squads with names as long as they may be, one for each thing that a member is told.
func everyOffer() []Choice {
	squad := func(change func(*store.Squad)) store.Squad {
		q := store.Squad{ID: uuid.Must(uuid.NewV7()), RoleID: 1<<62 - 1, Name: strings.Repeat("*", 100), Description: strings.Repeat("_", 500), Active: true, MemberCount: 1}
		change(&q)
		return q
	}
	as := func(code string) store.Offer {
		return store.Offer{Cost: 50, Refusal: &store.Refusal{Code: code, Amount: 50, Balance: 20, Max: 5}}
	}
	none := func(*store.Squad) {}
	full := func(q *store.Squad) { q.MaxMembers, q.MemberCount = new(int64(5)), 5 }
	return []Choice{
		{squad(none), store.Offer{}},
		{squad(none), store.Offer{Cost: 50}},
		{squad(none), as(store.AlreadyMember)},
		{squad(full), as(store.SquadFull)},
		{squad(none), as(store.InsufficientBalance)},
		{squad(func(q *store.Squad) { q.Active = false }), as(store.SquadInactive)},
		{squad(func(q *store.Squad) { q.Active, q.RoleGone = false, true }), as(store.AlreadyMember)},
	}
}

func TestRepliesAreWordedInEveryLanguage(t *testing.T) {
	t.Parallel()
	at := time.Unix(1_800_000_000, 0)
	choices := everyOffer()
	many := choices
	for len(many) < 30 {
		many = append(many, choices...)
	}
	q := choices[0].Squad
	members, names := []store.Membership{{UserID: 1, JoinedAt: at}, {UserID: 2, JoinedAt: at}}, []string{"W", ""}
	bottest.Worded(t, func(p *i18n.Printer) []bot.Reply {
		replies := []bot.Reply{
			menuReply(p, nil, 0), menuReply(p, many, 0), menuReply(p, many, 1),
			bot.Ephemeral(bot.Warning("", joinQuestion(p, Proposal{Choice: choices[0]}, false))),
			bot.Ephemeral(bot.Warning("", joinQuestion(p, Proposal{Choice: choices[1], Balance: 100}, true))),
			bot.Ephemeral(bot.Warning("", joinQuestion(p, Proposal{Choice: choices[1], From: &q, Balance: 100}, true))),
			bot.Ephemeral(welcome(p, store.Joined{Squad: q}, true)),
			bot.Ephemeral(welcome(p, store.Joined{Squad: choices[3].Squad, Cost: 50, Balance: 1}, false)),
			bot.Ephemeral(bot.Warning("", leaveQuestion(p, q))),
			bot.Ephemeral(goodbye(p, q)),
			bot.Ephemeral(inNoSquad(p, "W", true)), bot.Ephemeral(inNoSquad(p, "W", false)),
			bot.Public(placeOf(p, "W", MemberSquad{q, at})), bot.Public(placeOf(p, "W", MemberSquad{choices[5].Squad, at})),
			listReply(p, nil, 0, 1),
			membersReply(p, q, nil, nil, 0, false, 1), membersReply(p, q, members, names, 1, true, 1),
		}
		for page := range paged(p, many) {
			replies = append(replies, listReply(p, many, page, 1))
		}
		for _, r := range []*store.Refusal{
			{Code: store.AlreadyMember}, {Code: store.SquadInactive}, {Code: store.SquadFull, Max: 5}, {Code: store.InsufficientBalance, Amount: 50, Balance: 20},
		} {
			for _, err := range []error{refused(r, false), toMember(refused(r, false)), refused(r, true)} {
				format, values := fault.As(err).Words()
				replies = append(replies, bot.Ephemeral(bot.Error(p.T("That didn’t work"), p.T(format, values...))))
			}
		}
		return replies
	})
}

func TestAPageOfSquadsHoldsWhatFits(t *testing.T) {
	t.Parallel()
	var many []Choice
	for len(many) < 42 {
		many = append(many, everyOffer()...)
	}
	pages := paged(i18n.English(), many)
	shown := 0
	for n, page := range pages {
		text := listReply(i18n.English(), many, n, 1).Embeds[0].Description
		for _, block := range page {
			require.Contains(t, text, block)
			shown++
		}
		require.LessOrEqual(t, len(page), perPage)
	}
	require.Equal(t, len(many), shown, "no squad is lost")
	require.Less(t, len(pages), len(many), "several squads share a page")
	require.Equal(t, listReply(i18n.English(), many, len(pages)-1, 1), listReply(i18n.English(), many, 10_000, 1), "beyond the end is the last page")
}
