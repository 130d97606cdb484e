package economy

import (
	"context"
	"strconv"

	"github.com/disgoorg/snowflake/v2"

	"github.com/smarter-dev/smarterdev/app/platform/bot"
	"github.com/smarter-dev/smarterdev/store"
)

// perPage is how many rows a list in Discord shows, so that it fits on a phone.
const perPage = 10

func (d discordSide) leaderboard(ctx context.Context, i *bot.Interaction) (bot.Reply, error) {
	by := store.ByBalance
	if i.Options.String("by") == string(store.ByReceived) {
		by = store.ByReceived
	}
	return d.leaderboardPage(ctx, i, by, 0, i.User().ID)
}

// turnLeaderboard shows another page in place; to someone else than who asked, beside it.
func (d discordSide) turnLeaderboard(ctx context.Context, i *bot.Interaction) (bot.Reply, error) {
	by := store.Ranking(i.Vars["by"])
	page, asker, ok := i.TurnedPage()
	if !ok || (by != store.ByBalance && by != store.ByReceived) {
		return bot.Reply{}, bot.Outdated()
	}
	r, err := d.leaderboardPage(ctx, i, by, page, i.User().ID)
	return bot.Turned(r, asker == i.User().ID), err
}

func (d discordSide) leaderboardPage(ctx context.Context, i *bot.Interaction, by store.Ranking, page int, asker snowflake.ID) (bot.Reply, error) {
	places, err := d.Leaderboard(ctx, LeaderboardPage{Guild: i.Guild, By: by, Offset: page * perPage, Limit: perPage + 1})
	if err != nil {
		return bot.Reply{}, err
	}
	own, has, err := d.Rank(ctx, i.Guild, asker, by)
	if err != nil {
		return bot.Reply{}, err
	}
	more := len(places) > perPage
	if more {
		places = places[:perPage]
	}
	var self *Place
	if has {
		own.Name = i.Name()
		self = &own
	}
	return leaderboardReply(i.Printer, places, self, by, page, more, asker), nil
}

func (d discordSide) history(ctx context.Context, i *bot.Interaction) (bot.Reply, error) {
	public := i.Options.Bool("public")
	if !public {
		i.RespondEphemerally()
	}
	r, err := d.historyPage(ctx, i, nil)
	r.Ephemeral = !public
	return r, err
}

func (d discordSide) turnHistory(ctx context.Context, i *bot.Interaction) (bot.Reply, error) {
	asker, err := snowflake.Parse(i.Vars["asker"])
	before, err2 := strconv.ParseInt(i.Vars["before"], 10, 64)
	if err != nil || err2 != nil {
		return bot.Reply{}, bot.Outdated()
	}
	if asker != i.User().ID {
		return bot.Ephemeral(bot.Info(i.T("Not your list"), i.T("These buttons are for the member who asked. For your own list, run `/bytes history`."))), nil
	}
	var cursor *int64
	if before > 0 {
		cursor = &before
	}
	r, err := d.historyPage(ctx, i, cursor)
	return bot.Turned(r, true), err
}

func (d discordSide) historyPage(ctx context.Context, i *bot.Interaction, before *int64) (bot.Reply, error) {
	user := i.User().ID
	rows, err := d.Transactions(ctx, store.TransactionFilter{Guild: i.Guild, User: &user, Before: before, Limit: perPage + 1})
	if err != nil {
		return bot.Reply{}, err
	}
	more := len(rows) > perPage
	if more {
		rows = rows[:perPage]
	}
	return historyReply(i.Printer, rows, user, before != nil, more), nil
}

func (d discordSide) info(ctx context.Context, i *bot.Interaction) (bot.Reply, error) {
	cfg, err := d.Settings(ctx, i.Guild)
	if err != nil {
		return bot.Reply{}, err
	}
	return bot.Public(infoOf(i.Printer, cfg, store.DayOf(d.now()))), nil
}
