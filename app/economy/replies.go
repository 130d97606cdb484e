package economy

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/disgoorg/disgo/discord"
	"github.com/disgoorg/snowflake/v2"

	"github.com/smarter-dev/smarterdev/app/platform/bot"
	"github.com/smarter-dev/smarterdev/app/platform/fault"
	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/ui/words"
)

func balanceOf(name string, st Standing, earned int64) discord.Embed {
	var b strings.Builder
	fmt.Fprintf(&b, "**%s**\n", words.Bytes(st.Balance.Balance))
	if earned > 0 {
		fmt.Fprintf(&b, "+%s, today's claim\n", words.Bytes(earned))
	}
	writeStreak(&b, st)
	return bot.Info(name+"'s bytes", b.String())
}

func claimed(name string, c Claimed) discord.Embed {
	var b strings.Builder
	fmt.Fprintf(&b, "**+%s**, which makes %s.\n", words.Bytes(c.Earned), words.Bytes(c.Balance.Balance))
	writeStreak(&b, c.Standing)
	return bot.Success(name+" claimed today's bytes", b.String())
}

// writeStreak says the streak, its tier, what comes next and when.
func writeStreak(b *strings.Builder, st Standing) {
	fmt.Fprintf(b, "Streak: %s · %s", words.Count(int64(st.streak), "day"), st.Tier)
	if st.Multiplier > 1 {
		fmt.Fprintf(b, ", daily ×%s", words.Number(st.Multiplier))
	}
	if n := st.next; n != nil {
		fmt.Fprintf(b, "\nNext: %s at %d days, daily ×%s", n.Name, n.Threshold, words.Number(n.Multiplier))
	}
	if st.NextClaimAt != nil {
		fmt.Fprintf(b, "\nNext claim %s", bot.Relative(*st.NextClaimAt))
	} else {
		b.WriteString("\nToday's claim is open: `/bytes daily`")
	}
}

func noAccountYet(name string) discord.Embed {
	return bot.Info("No bytes yet", fmt.Sprintf(
		"%s has no account here so far. It opens with their first message or command, or when somebody sends them bytes: `/bytes send`.",
		bot.Escape(name)))
}

// sent announces a transfer to all, and notifies only the one who gets the bytes.
func sent(tx store.Transaction) bot.Reply {
	text := fmt.Sprintf("%s sent **%s** to %s.", bot.Mention(tx.FromID), words.Bytes(tx.Amount), bot.Mention(tx.ToID))
	if tx.Reason != nil {
		text += "\n> " + bot.Escape(*tx.Reason)
	}
	r := bot.Say(bot.Success("Bytes sent", text))
	r.Ping = []snowflake.ID{tx.ToID}
	return r
}

// confirmation asks before a larger transfer. The buttons carry the id of the question, so
// they work after a restart.
func confirmation(in Send, c store.Confirmation) bot.Reply {
	text := fmt.Sprintf("Send **%s** to %s?", words.Bytes(in.Amount), bot.Mention(in.To))
	if in.Reason != "" {
		text += "\n> " + bot.Escape(in.Reason)
	}
	text += "\nThis question ends " + bot.Relative(c.ExpiresAt) + "."
	path := "/bytes/send/" + c.ID.String()
	return bot.Whisper(bot.Warning("Please confirm", text), discord.NewActionRow(
		discord.NewSuccessButton("Confirm", path+"/confirm"),
		discord.NewSecondaryButton("Cancel", path+"/cancel"),
	))
}

const (
	fieldAmount = "amount"
	fieldReason = "reason"
)

// sendModal asks how many bytes a member shall get, and what for.
func sendModal(to snowflake.ID, name string) *discord.ModalCreate {
	amount := discord.NewShortTextInput(fieldAmount)
	amount.Required, amount.MaxLength, amount.Placeholder = true, 20, "250, 1k, 50% or all"
	reason := discord.NewParagraphTextInput(fieldReason)
	reason.MaxLength, reason.Placeholder = longestReason, "What for (may be left out)"
	reason.Required = false
	return &discord.ModalCreate{
		CustomID: "/bytes/send/" + to.String(),
		Title:    bot.Cut("Send bytes to "+name, 45),
		Components: []discord.LayoutComponent{
			discord.NewLabel("How many bytes", amount),
			discord.NewLabel("Reason", reason),
		},
	}
}

var medals = [...]string{"🥇", "🥈", "🥉"}

func leaderboardReply(places []Place, own *Place, by store.Ranking, page int, more bool, asker snowflake.ID) bot.Reply {
	title := "Leaderboard"
	if by == store.ByReceived {
		title = "Leaderboard by bytes received"
	}
	var b strings.Builder
	if len(places) == 0 {
		b.WriteString("Nobody stands here yet. Write a message or run `/bytes daily` to be first.")
	}
	listed := false
	for _, p := range places {
		b.WriteString(placeLine(p, by, p.UserID == asker))
		listed = listed || p.UserID == asker
	}
	switch {
	case own != nil && !listed:
		fmt.Fprintf(&b, "\n%s", placeLine(*own, by, true))
	case own == nil && len(places) > 0:
		b.WriteString("\nYou have no bytes yet: `/bytes daily` opens your account.")
	}
	path := func(page int) string { return fmt.Sprintf("/bytes/leaderboard/%s/%d/%s", by, page, asker) }
	return bot.Say(bot.Info(title, b.String()), pager(path(max(page-1, 0)), page > 0, path(page+1), more, "Previous", "Next")...)
}

func placeLine(p Place, by store.Ranking, own bool) string {
	figure := p.Balance.Balance
	if by == store.ByReceived {
		figure = p.TotalReceived
	}
	rank := "#" + words.Number(p.Rank)
	if p.Rank <= int64(len(medals)) {
		rank = medals[p.Rank-1]
	}
	line := fmt.Sprintf("%s %s · %s", rank, bot.Mention(p.UserID), words.Bytes(figure))
	if p.Departed {
		line += " (left)"
	}
	if own {
		line = "**" + line + "**"
	}
	return line + "\n"
}

func historyReply(rows []store.Transaction, user snowflake.ID, later, more bool) bot.Reply {
	var b strings.Builder
	if len(rows) == 0 {
		b.WriteString("Nothing has happened here yet. `/bytes daily` earns your first bytes.")
	}
	for _, tx := range rows {
		b.WriteString(historyLine(tx, user))
	}
	last := int64(1) // two buttons of one message need different ids
	if len(rows) > 0 {
		last = rows[len(rows)-1].Seq
	}
	path := func(before int64) string { return fmt.Sprintf("/bytes/history/%s/%d", user, before) }
	return bot.Say(bot.Info("Your bytes, latest first", b.String()), pager(path(0), later, path(last), more, "Latest", "Earlier")...)
}

func historyLine(tx store.Transaction, user snowflake.ID) string {
	sign, other, way := "+", tx.FromID, "from"
	if tx.FromID == user {
		sign, other, way = "−", tx.ToID, "to"
	}
	what := map[store.Kind]string{
		store.KindOpening: "account opened", store.KindDaily: "daily claim", store.KindSquadFee: "squad fee",
		store.KindAdjustment: "adjusted by an admin", store.KindReversal: "undone by an admin",
	}[tx.Kind]
	if tx.Kind == store.KindTransfer {
		what = way + " " + bot.Mention(other)
	}
	line := fmt.Sprintf("**%s%s** %s, %s", sign, words.Number(tx.Amount), what, bot.Relative(tx.CreatedAt))
	if tx.Reason != nil {
		line += "\n> " + bot.Escape(bot.Cut(*tx.Reason, 80))
	}
	return line + "\n"
}

// pager is a row of two buttons, each dead where it leads nowhere; none when both are.
func pager(back string, canBack bool, on string, canOn bool, backLabel, onLabel string) []discord.LayoutComponent {
	if !canBack && !canOn {
		return nil
	}
	return []discord.LayoutComponent{discord.NewActionRow(
		discord.NewSecondaryButton(backLabel, back).WithDisabled(!canBack),
		discord.NewSecondaryButton(onLabel, on).WithDisabled(!canOn),
	)}
}

func infoOf(cfg Config, today store.Day) discord.Embed {
	var b strings.Builder
	fmt.Fprintf(&b, "A new account starts with **%s**. A daily claim pays **%s**", words.Bytes(cfg.StartingBalance), words.Bytes(cfg.DailyAmount))
	if cfg.DailyOnMessage {
		b.WriteString(", by your first message of the day or `/bytes daily`")
	} else {
		b.WriteString(" by `/bytes daily`")
	}
	fmt.Fprintf(&b, ". The day turns at 00:00 UTC, %s.\n\n**Streaks**\n", bot.Relative((today + 1).Start()))
	for _, t := range Tiers(cfg.StreakBonuses) {
		if t.Threshold == 0 {
			fmt.Fprintf(&b, "%s, from the first day\n", t.Name)
		} else {
			fmt.Fprintf(&b, "%s, from %s in a row: daily ×%s\n", t.Name, words.Count(int64(t.Threshold), "day"), words.Number(t.Multiplier))
		}
	}
	fmt.Fprintf(&b, "\n**Sending**\nUp to %s at once", words.Bytes(cfg.MaxTransfer))
	if h := cfg.TransferCooldownHours; h > 0 {
		fmt.Fprintf(&b, ", once in %s", words.Count(int64(h), "hour"))
	}
	b.WriteString(".\n")
	if len(cfg.RoleRewards) > 0 {
		b.WriteString("\n**Roles for bytes received**\n")
		roles := slices.SortedFunc(maps.Keys(cfg.RoleRewards), func(x, y snowflake.ID) int {
			return cmp.Or(cmp.Compare(cfg.RoleRewards[x], cfg.RoleRewards[y]), cmp.Compare(x, y))
		})
		for _, role := range roles {
			fmt.Fprintf(&b, "<@&%s> at %s\n", role, words.Bytes(cfg.RoleRewards[role]))
		}
	}
	return bot.Info("How bytes work here", b.String())
}

func damagedButton(command string) error {
	return fault.New(fault.Invalid, "invalid", "This button is damaged. Run `%s` again.", command)
}

func isBot(name string) error {
	return fault.New(fault.Refused, "is_bot", "%s is a bot, and bots have no bytes. Choose a member.", bot.Escape(name))
}

func notHere(name string) error {
	return fault.New(fault.Refused, "not_in_guild", "%s is not a member of this server, so nothing was sent.", bot.Escape(name))
}
