package economy

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/disgoorg/disgo/discord"
	"github.com/disgoorg/snowflake/v2"

	"github.com/smarter-dev/smarterdev/app/platform/bot"
	"github.com/smarter-dev/smarterdev/app/platform/fault"
	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/ui/i18n"
)

func balanceOf(p *i18n.Printer, name string, st Account, earned int64) discord.Embed {
	var b strings.Builder
	fmt.Fprintf(&b, "**%s**\n", p.Bytes(st.Balance.Balance))
	if earned > 0 {
		b.WriteString(p.T("+%s from today’s claim", i18n.Bytes(earned)) + "\n")
	}
	writeStreak(&b, p, st)
	return bot.Info(p.T("%s’s bytes", bot.Escape(name)), b.String())
}

func claimed(p *i18n.Printer, name string, c Claimed) discord.Embed {
	var b strings.Builder
	b.WriteString(p.T("**+%s**. You now have %s.", i18n.Bytes(c.Earned), i18n.Bytes(c.Balance.Balance)) + "\n")
	writeStreak(&b, p, c.Account)
	return bot.Success(p.T("%s claimed today’s bytes", bot.Escape(name)), b.String())
}

// alreadyClaimedToday is not an error: the member has their bytes.
func alreadyClaimedToday(p *i18n.Printer, f *fault.Error) discord.Embed {
	text := p.T("You have already claimed today’s bytes.")
	if opens, ok := f.Data["retry_at"].(time.Time); ok {
		text += "\n" + p.T("Next claim %s", bot.Relative(opens))
	}
	return bot.Info(p.T("Already claimed"), text)
}

// writeStreak writes the streak, its tier, what comes next and when.
func writeStreak(b *strings.Builder, p *i18n.Printer, st Account) {
	days := i18n.Count(int64(st.streak), "%s day", "%s days")
	if st.Multiplier > 1 {
		b.WriteString(p.T("Streak: %s · %s, daily ×%s", days, st.Tier, i18n.Number(st.Multiplier)))
	} else {
		b.WriteString(p.T("Streak: %s · %s", days, st.Tier))
	}
	if n := st.next; n != nil {
		b.WriteString("\n" + p.T("Next: %s at %s, daily ×%s",
			n.Name, i18n.Count(int64(n.Threshold), "%s day", "%s days"), i18n.Number(n.Multiplier)))
	}
	if st.NextClaimAt != nil {
		b.WriteString("\n" + p.T("Next claim %s", bot.Relative(*st.NextClaimAt)))
	} else {
		b.WriteString("\n" + p.T("You can claim today’s bytes now: `/bytes daily`"))
	}
}

func noAccountYet(p *i18n.Printer, name string) discord.Embed {
	return bot.Info(p.T("No bytes yet"), p.T(
		"%s has no account here yet. It opens with their first message or command, or when somebody sends them bytes with `/bytes send`.",
		bot.Escape(name)))
}

// sent announces a transfer to everyone, and notifies only the one who gets the bytes.
func sent(p *i18n.Printer, tx store.Transaction) bot.Reply {
	text := p.T("%s sent **%s** to %s.", bot.Mention(tx.FromID), i18n.Bytes(tx.Amount), bot.Mention(tx.ToID))
	if tx.Reason != nil {
		text += "\n> " + bot.Escape(*tx.Reason)
	}
	r := bot.Public(bot.Success(p.T("Bytes sent"), text))
	r.Ping = []snowflake.ID{tx.ToID}
	return r
}

// sendQuestion asks before a larger transfer.
func sendQuestion(p *i18n.Printer, in Send) string {
	text := p.T("Send **%s** to %s?", i18n.Bytes(in.Amount), bot.Mention(in.To))
	if in.Reason != "" {
		text += "\n> " + bot.Escape(in.Reason)
	}
	return text
}

const (
	fieldAmount = "amount"
	fieldReason = "reason"

	longestTitle       = 45 // of a modal and of its labels, in characters
	longestPlaceholder = 100
)

// sendModal asks how many bytes a member gets, and what for.
func sendModal(p *i18n.Printer, to snowflake.ID, name string) *discord.ModalCreate {
	amount := discord.NewShortTextInput(fieldAmount)
	amount.Required, amount.MaxLength, amount.Placeholder = true, 20, bot.Cut(p.T("250, 1k, all or 50%"), longestPlaceholder)
	reason := discord.NewParagraphTextInput(fieldReason)
	reason.MaxLength, reason.Placeholder = longestReason, bot.Cut(p.T("What for (optional)"), longestPlaceholder)
	reason.Required = false
	return &discord.ModalCreate{
		CustomID: "/bytes/send/" + to.String(),
		Title:    bot.Cut(p.T("Send bytes to %s", name), longestTitle),
		Components: []discord.LayoutComponent{
			discord.NewLabel(bot.Cut(p.T("How many bytes"), longestTitle), amount),
			discord.NewLabel(bot.Cut(p.T("Reason"), longestTitle), reason),
		},
	}
}

var medals = [...]string{"🥇", "🥈", "🥉"}

func leaderboardReply(p *i18n.Printer, places []Place, own *Place, by store.Ranking, page int, more bool, asker snowflake.ID) bot.Reply {
	title := p.T("Leaderboard")
	if by == store.ByReceived {
		title = p.T("Leaderboard by bytes received")
	}
	var b strings.Builder
	if len(places) == 0 {
		b.WriteString(p.T("Nobody is on the leaderboard yet. Write a message or run `/bytes daily` to be the first."))
	}
	listed := false
	for _, place := range places {
		b.WriteString(placeLine(p, place, by, place.UserID == asker))
		listed = listed || place.UserID == asker
	}
	switch {
	case own != nil && !listed:
		b.WriteString("\n" + placeLine(p, *own, by, true))
	case own == nil && len(places) > 0:
		b.WriteString("\n" + p.T("You have no bytes yet. `/bytes daily` opens your account."))
	}
	path := func(page int) string { return fmt.Sprintf("/bytes/leaderboard/%s/%d/%s", by, page, asker) }
	return bot.Public(bot.Info(title, b.String()), bot.PageTurns(p, path, page, more)...)
}

func placeLine(p *i18n.Printer, place Place, by store.Ranking, own bool) string {
	figure := place.Balance.Balance
	if by == store.ByReceived {
		figure = place.TotalReceived
	}
	rank := "#" + p.Number(place.Rank)
	if place.Rank <= int64(len(medals)) {
		rank = medals[place.Rank-1]
	}
	line := fmt.Sprintf("%s %s · %s", rank, named(place.Name, place.UserID), p.Bytes(figure))
	if place.Departed {
		line += " (" + p.T("left") + ")"
	}
	if own {
		line = "**" + line + "**"
	}
	return line + "\n"
}

// named is somebody in a list. Clients show a mention of a member whom they have not seen yet as a
// number, so it is used only where there is no name.
func named(name string, user snowflake.ID) string {
	if fault.Blank(name) {
		return bot.Mention(user)
	}
	return bot.Escape(name)
}

func historyReply(p *i18n.Printer, rows []store.Transaction, user snowflake.ID, later, more bool) bot.Reply {
	var b strings.Builder
	if len(rows) == 0 {
		b.WriteString(p.T("There is nothing here yet. `/bytes daily` earns your first bytes."))
	}
	for _, tx := range rows {
		b.WriteString(historyLine(p, tx, user))
	}
	last := int64(1) // two buttons of one message need different ids
	if len(rows) > 0 {
		last = rows[len(rows)-1].Seq
	}
	path := func(before int64) string { return fmt.Sprintf("/bytes/history/%s/%d", user, before) }
	return bot.Public(bot.Info(p.T("Your bytes, latest first"), b.String()), bot.Turns(
		bot.Turn{Label: p.T("Latest"), Path: path(0), Off: !later}, bot.Turn{Label: p.T("Earlier"), Path: path(last), Off: !more})...)
}

func historyLine(p *i18n.Printer, tx store.Transaction, user snowflake.ID) string {
	sign := "+"
	if tx.FromID == user {
		sign = "−"
	}
	line := fmt.Sprintf("**%s%s** %s, %s", sign, p.Number(tx.Amount), movement(p, tx, user), bot.Relative(tx.CreatedAt))
	if tx.Reason != nil {
		line += "\n> " + bot.Escape(bot.Cut(*tx.Reason, 80))
	}
	return line + "\n"
}

// movement is what a transaction was for one of its sides.
func movement(p *i18n.Printer, tx store.Transaction, user snowflake.ID) string {
	switch tx.Kind {
	case store.KindOpening:
		return p.T("account opened")
	case store.KindDaily:
		return p.T("daily claim")
	case store.KindSquadFee:
		return p.T("squad fee")
	case store.KindAdjustment:
		return p.T("adjusted by an admin")
	case store.KindReversal:
		return p.T("undone by an admin")
	}
	name := func(n *string) string {
		if n == nil {
			return ""
		}
		return *n
	}
	if tx.FromID == user {
		return p.T("to %s", named(name(tx.ToName), tx.ToID))
	}
	return p.T("from %s", named(name(tx.FromName), tx.FromID))
}

func infoOf(p *i18n.Printer, cfg Config, today store.Day) discord.Embed {
	var b strings.Builder
	line := func(text string) { b.WriteString(text + "\n") }
	line(p.T("A new account starts with **%s**.", i18n.Bytes(cfg.StartingBalance)))
	if cfg.DailyOnMessage {
		line(p.T("Your first message of the day or `/bytes daily` claims **%s**.", i18n.Bytes(cfg.DailyAmount)))
	} else {
		line(p.T("`/bytes daily` claims **%s** once a day.", i18n.Bytes(cfg.DailyAmount)))
	}
	line(p.T("A new day starts at 00:00 UTC, %s.", bot.Relative((today + 1).Start())))
	line("\n**" + p.T("Streaks") + "**")
	for _, t := range Tiers(cfg.StreakBonuses) {
		if t.Threshold == 0 {
			line(p.T("%s from the first day", t.Name))
		} else {
			line(p.T("%s from %s in a row: daily ×%s", t.Name, i18n.Count(int64(t.Threshold), "%s day", "%s days"), i18n.Number(t.Multiplier)))
		}
	}
	line("\n**" + p.T("Sending bytes") + "**")
	if h := cfg.TransferCooldownHours; h > 0 {
		line(p.T("Up to %s at a time, with %s between transfers.", i18n.Bytes(cfg.MaxTransfer), i18n.Count(int64(h), "%s hour", "%s hours")))
	} else {
		line(p.T("Up to %s at a time.", i18n.Bytes(cfg.MaxTransfer)))
	}
	if len(cfg.RoleRewards) > 0 {
		line("\n**" + p.T("Roles for bytes received") + "**")
		roles := slices.SortedFunc(maps.Keys(cfg.RoleRewards), func(x, y snowflake.ID) int {
			return cmp.Or(cmp.Compare(cfg.RoleRewards[x], cfg.RoleRewards[y]), cmp.Compare(x, y))
		})
		for _, role := range roles {
			line(p.T("%s at %s", discord.RoleMention(role), i18n.Bytes(cfg.RoleRewards[role])))
		}
	}
	return bot.Info(p.T("How bytes work here"), b.String())
}

// toGiver words refusals of a transfer for the member who sends the bytes.
func toGiver(err error) error {
	f := fault.As(err)
	if f == nil {
		return err
	}
	switch f.Code {
	case store.InsufficientBalance:
		balance, _ := f.Data["balance"].(int64)
		shortfall, _ := f.Data["shortfall"].(int64)
		return fault.New(f.Kind, f.Code, "You have %s; that needs %s.", i18n.Bytes(balance), i18n.Bytes(balance+shortfall))
	case store.TransferCooldown:
		return fault.New(f.Kind, f.Code, "You have to wait between transfers on this server.").With("retry_at", f.Data["retry_at"])
	}
	return err
}

func isBot(name string) error {
	return fault.New(fault.Refused, "is_bot", "%s is a bot, and bots have no bytes. Choose a member.", bot.Escape(name))
}

func notHere(name string) error {
	return fault.New(fault.Refused, "not_in_guild", "%s is not a member of this server, so nothing was sent.", bot.Escape(name))
}
