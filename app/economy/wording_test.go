package economy

import (
	"strings"
	"testing"
	"time"

	"github.com/disgoorg/disgo/discord"
	"github.com/disgoorg/snowflake/v2"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/platform/bot"
	"github.com/smarter-dev/smarterdev/app/platform/bot/bottest"
	"github.com/smarter-dev/smarterdev/app/platform/fault"
	"github.com/smarter-dev/smarterdev/app/platform/settings"
	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/ui/i18n"
)

func TestRepliesAreWordedInEveryLanguage(t *testing.T) {
	t.Parallel()
	at := time.Unix(1_800_000_000, 0)
	tier := Tier{"CHAR", store.Tier{Threshold: 8, Multiplier: 2}}
	open := Account{Balance: store.Balance{Balance: 1250}, Tier: "BIT", Multiplier: 1, streak: 1, next: &tier}
	done := Account{Balance: store.Balance{Balance: 1}, Tier: "CHAR", Multiplier: 2, NextClaimAt: &at, streak: 9}
	long := strings.Repeat("W", 100)
	var places []Place
	var rows []store.Transaction
	for i := range perPage {
		id := snowflake.ID(i + 1)
		places = append(places, Place{Rank: int64(i + 1), Name: strings.Repeat("*", 32), Departed: true,
			Balance: store.Balance{UserID: id, Balance: store.MaxBalance, TotalReceived: 5}})
		kinds := []store.Kind{store.KindOpening, store.KindDaily, store.KindTransfer, store.KindSquadFee, store.KindAdjustment, store.KindReversal}
		row := store.Transaction{Kind: kinds[i%len(kinds)], FromID: id, ToID: 2, FromName: &long, ToName: &long, Amount: 5, Reason: new(strings.Repeat("_", 200)), CreatedAt: at}
		if i > 6 {
			row.FromID, row.ToID = 2, 3
		}
		rows = append(rows, row)
	}
	cfg := Config{settings.Head{}, Settings{StartingBalance: 100, DailyAmount: 10, DailyOnMessage: true, MaxTransfer: 1000, TransferCooldownHours: 2,
		StreakBonuses: StreakBonuses{8: 2, 16: 4}, RoleRewards: RoleRewards{5: 100}}}
	other := cfg
	other.DailyOnMessage, other.TransferCooldownHours = false, 0
	notAmount := fault.As(notAnAmount("X"))
	bottest.Worded(t, func(p *i18n.Printer) []bot.Reply {
		replies := []bot.Reply{
			bot.Public(balanceOf(p, long, open, 10)),
			bot.Public(balanceOf(p, long, done, 0)),
			bot.Public(claimed(p, long, Claimed{Account: done, Earned: 20})),
			bot.Public(alreadyClaimedToday(p, fault.As(alreadyClaimed(at)))),
			bot.Public(noAccountYet(p, long)),
			sent(p, store.Transaction{FromID: 1, ToID: 2, Amount: 5, Reason: &long}),
			bot.Ephemeral(bot.Warning("", sendQuestion(p, Send{To: 2, Amount: 500, Reason: "W"}))),
			{Modal: sendModal(p, 2, long)},
			leaderboardReply(p, nil, nil, store.ByReceived, 0, false, 9),
			leaderboardReply(p, places, nil, store.ByBalance, 0, true, 99),
			leaderboardReply(p, places, &places[0], store.ByBalance, 1, true, 99),
			historyReply(p, nil, 2, false, false),
			historyReply(p, rows, 2, true, true),
			bot.Public(infoOf(p, cfg, 20000)),
			bot.Public(infoOf(p, other, 20000)),
		}
		for _, err := range []error{
			isBot(long), notHere(long), selfTransfer(), overMax(5000, 1000), coolingDown(at), insufficient(50, 20),
			toGiver(insufficient(50, 20)), toGiver(coolingDown(at)), alreadyClaimed(at), notAmount,
		} {
			format, values := fault.As(err).Words()
			replies = append(replies, bot.Public(bot.Error(p.T("That didn’t work"), p.T(format, values...))))
		}
		return replies
	})
}

func TestListsShowNamesAndNotMentions(t *testing.T) {
	t.Parallel()
	p := i18n.English()
	line := placeLine(p, Place{Rank: 4, Name: "**Ada**", Balance: store.Balance{UserID: 7, Balance: 5}}, store.ByBalance, false)
	require.Equal(t, `#4 \*\*Ada\*\* · 5 bytes`+"\n", line)
	line = placeLine(p, Place{Rank: 4, Name: "\u2800", Departed: true, Balance: store.Balance{UserID: 7, Balance: 5}}, store.ByBalance, true)
	require.Equal(t, "**#4 "+discord.UserMention(7)+" · 5 bytes (left)**\n", line, "a mention where there is nothing to read")
	require.Contains(t, historyLine(p, store.Transaction{Kind: store.KindTransfer, FromID: 7, FromName: new("_Ada_"), ToID: 2, Amount: 5}, 2), `from \_Ada\_,`)
	require.Equal(t, `\*\*Ada\*\*’s bytes`, balanceOf(p, "**Ada**", Account{}, 0).Title)
	require.Equal(t, `\_Ada\_ claimed today’s bytes`, claimed(p, "_Ada_", Claimed{}).Title)
}
