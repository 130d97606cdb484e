package squads

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"github.com/disgoorg/disgo/discord"
	"github.com/disgoorg/snowflake/v2"

	"github.com/smarter-dev/smarterdev/app/platform/bot"
	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/ui/words"
)

// price says what joining comes to for the member who looks: "Free to join", the price, or what
// stands against it.
func price(c Choice) string {
	switch r := c.Refusal; {
	case r == nil && c.Cost == 0:
		return "Free to join"
	case r == nil:
		return words.Bytes(c.Cost)
	case r.Code == store.AlreadyMember:
		return "You are in it"
	case r.Code == store.SquadFull:
		return "Full, " + places(c.Squad)
	case r.Code == store.InsufficientBalance:
		return fmt.Sprintf("Need %s, you have %s", words.Number(r.Amount), words.Number(r.Balance))
	default:
		return "Not active"
	}
}

// places is how many are in a squad, of how many when that is limited.
func places(q store.Squad) string {
	if q.MaxMembers == nil {
		return words.Count(q.MemberCount, "member")
	}
	return fmt.Sprintf("%s of %s", words.Number(q.MemberCount), words.Count(*q.MaxMembers, "place"))
}

func noSquads() discord.Embed {
	return bot.Info("No squads yet", "There are no squads in this server so far. An admin makes them on the dashboard.")
}

// menuReply offers a page of squads in a menu that the member alone sees.
func menuReply(choices []Choice, page int) bot.Reply {
	if len(choices) == 0 {
		return bot.Whisper(noSquads())
	}
	page = min(page, (len(choices)-1)/perMenu)
	shown := choices[page*perMenu : min(len(choices), (page+1)*perMenu)]
	options := make([]discord.StringSelectMenuOption, len(shown))
	for i, c := range shown {
		text := price(c)
		if c.Refusal == nil || c.Refusal.Code != store.SquadFull {
			text += " · " + places(c.Squad)
		}
		options[i] = discord.NewStringSelectMenuOption(bot.Cut(c.Name, 100), c.ID.String()).WithDescription(bot.Cut(text, 100))
	}
	path := func(page int) string { return fmt.Sprintf("/squads/menu/%d", page) }
	rows := append([]discord.LayoutComponent{
		discord.NewActionRow(discord.NewStringSelectMenu("/squads/pick", "Choose a squad", options...)),
	}, pager(path, page, len(choices) > (page+1)*perMenu)...)
	text := "Choose a squad. You are asked once more before anything changes."
	if len(choices) > perMenu {
		text += fmt.Sprintf("\nPage %d of %d.", page+1, (len(choices)-1)/perMenu+1)
	}
	return bot.Whisper(bot.Info("Which squad?", text), rows...)
}

func (d discordSide) joinQuestion(ctx context.Context, p Proposal) discord.Embed {
	var b strings.Builder
	q, cost := p.Choice.Squad, p.Choice.Cost
	if p.From != nil {
		fmt.Fprintf(&b, "Switch from **%s** to **%s**?", bot.Escape(p.From.Name), bot.Escape(q.Name))
	} else {
		fmt.Fprintf(&b, "Join **%s**?", bot.Escape(q.Name))
	}
	if q.Description != "" {
		fmt.Fprintf(&b, "\n> %s", bot.Escape(q.Description))
	}
	if cost > 0 {
		fmt.Fprintf(&b, "\nIt costs **%s**; you have %s, which leaves %s.", words.Bytes(cost), words.Bytes(p.Balance), words.Bytes(p.Balance-cost))
		if p.From == nil && cost != q.JoinCost {
			b.WriteString(" That is the price of a switch, because you left another squad within the last 24 hours.")
		}
	} else {
		b.WriteString("\nIt is free.")
	}
	if text := d.withheld(ctx, q); text != "" {
		b.WriteString("\n" + text)
	}
	fmt.Fprintf(&b, "\nThis question ends %s.", bot.Relative(p.Ends))
	return bot.Warning("Please confirm", b.String())
}

// confirmOrCancel are the buttons of a question. They carry its id, so they work after a restart.
func confirmOrCancel(path string, p Proposal) discord.LayoutComponent {
	return discord.NewActionRow(
		discord.NewSuccessButton("Confirm", path+p.ID.String()+"/confirm"),
		discord.NewSecondaryButton("Cancel", "/squads/cancel/"+p.ID.String()),
	)
}

func welcome(done store.Joined, withheld string) discord.Embed {
	text := fmt.Sprintf("You are in **%s** now, %s.", bot.Escape(done.Squad.Name), places(done.Squad))
	if done.Cost > 0 {
		text += fmt.Sprintf("\nIt cost %s; you have %s left.", words.Bytes(done.Cost), words.Bytes(done.Balance))
	}
	if withheld == "" {
		text += "\nIts role follows in a moment."
	} else {
		text += "\n" + withheld
	}
	return bot.Success("Welcome", text)
}

// withheld tells why the role of a squad cannot be given, or nothing when it can as far as is known.
func (d discordSide) withheld(ctx context.Context, q store.Squad) string {
	if d.Trouble(ctx, q) == "" {
		return ""
	}
	return "Its role cannot be given at the moment, because the bot may not; the membership counts all the same. An admin sees on the dashboard what to do."
}

func leaveQuestion(p Proposal) discord.Embed {
	return bot.Warning("Please confirm", fmt.Sprintf(
		"Leave **%s**? That is free, and so is coming back within 24 hours. Joining another squad within 24 hours costs what a switch to it costs.\nThis question ends %s.",
		bot.Escape(p.Choice.Name), bot.Relative(p.Ends)))
}

func goodbye(q store.Squad) discord.Embed {
	return bot.Success("You left", fmt.Sprintf("You are no longer in **%s**. `/squads join` shows where you can go.", bot.Escape(q.Name)))
}

func inNoSquad(name string, own bool) discord.Embed {
	if own {
		return bot.Info("No squad", "You are in no squad. `/squads join` shows those there are.")
	}
	return bot.Info("No squad", bot.Escape(name)+" is in no squad. `/squads list` shows those there are.")
}

func placeOf(name string, p Place) discord.Embed {
	var b strings.Builder
	fmt.Fprintf(&b, "**%s** · <@&%s>\n", bot.Escape(p.Name), p.RoleID)
	if p.Description != "" {
		fmt.Fprintf(&b, "> %s\n", bot.Escape(p.Description))
	}
	fmt.Fprintf(&b, "In it since <t:%d:D> (%s).\n%s", p.JoinedAt.Unix(), bot.Relative(p.JoinedAt), places(p.Squad))
	if state := inactive(p.Squad); state != "" {
		b.WriteString("\n" + state)
	}
	return bot.Info(bot.Escape(name)+"'s squad", b.String())
}

// inactive says that a squad is not active, and why when that is known.
func inactive(q store.Squad) string {
	switch {
	case q.RoleGone:
		return "Not active: its role was deleted in Discord."
	case !q.Active:
		return "Not active: nobody can join at the moment."
	}
	return ""
}

func listReply(squads []store.Squad, here store.Membership, page int, asker snowflake.ID) bot.Reply {
	if len(squads) == 0 {
		return bot.Say(noSquads())
	}
	page = min(page, (len(squads)-1)/perPage)
	var b strings.Builder
	for _, q := range squads[page*perPage : min(len(squads), (page+1)*perPage)] {
		fmt.Fprintf(&b, "**%s** · <@&%s> · %s", bot.Escape(q.Name), q.RoleID, places(q))
		if here.EndedAt == nil && here.SquadID == q.ID {
			b.WriteString(" · yours")
		}
		b.WriteString("\n")
		if q.Description != "" {
			fmt.Fprintf(&b, "> %s\n", bot.Escape(bot.Cut(q.Description, 120)))
		}
		if line := cmp.Or(inactive(q), costs(q)); line != "" {
			b.WriteString(line + "\n")
		}
	}
	b.WriteString("\n`/squads join` to join one.")
	path := func(page int) string { return fmt.Sprintf("/squads/list/%d/%s", page, asker) }
	return bot.Say(bot.Info("Squads", b.String()), pager(path, page, len(squads) > (page+1)*perPage)...)
}

// costs says the prices of a squad that are any.
func costs(q store.Squad) string {
	var parts []string
	if q.JoinCost > 0 {
		parts = append(parts, "Joining costs "+words.Bytes(q.JoinCost))
	}
	if q.SwitchCost > 0 {
		parts = append(parts, "switching from another squad costs "+words.Bytes(q.SwitchCost))
	}
	if len(parts) == 0 {
		return "Free to join"
	}
	text := strings.Join(parts, ", ")
	return strings.ToUpper(text[:1]) + text[1:]
}

func membersReply(q store.Squad, members []store.Membership, page int, more bool, asker snowflake.ID) bot.Reply {
	var b strings.Builder
	if len(members) == 0 {
		b.WriteString("Nobody is in this squad yet. `/squads join` and be the first.")
	}
	for _, m := range members {
		fmt.Fprintf(&b, "%s, since <t:%d:d>\n", bot.Mention(m.UserID), m.JoinedAt.Unix())
	}
	if len(members) > 0 {
		fmt.Fprintf(&b, "\n%s, <@&%s>", places(q), q.RoleID)
	}
	path := func(page int) string { return fmt.Sprintf("/squads/members/%s/%d/%s", q.ID, page, asker) }
	return bot.Say(bot.Info("Members of "+bot.Escape(q.Name), b.String()), pager(path, page, more)...)
}

// pager is a row of two buttons, each dead where it leads nowhere; none when both are.
func pager(path func(page int) string, page int, more bool) []discord.LayoutComponent {
	if page == 0 && !more {
		return nil
	}
	back := discord.NewSecondaryButton("Previous", path(page-1)).WithDisabled(page == 0)
	on := discord.NewSecondaryButton("Next", path(page+1)).WithDisabled(!more)
	return []discord.LayoutComponent{discord.NewActionRow(back, on)}
}

// colored gives an embed the colour of a squad's role, where it has one and Discord tells it.
func (d discordSide) colored(ctx context.Context, e discord.Embed, q store.Squad) discord.Embed {
	guild, err := d.who.Guild(ctx, q.GuildID)
	if err != nil {
		return e
	}
	for _, r := range guild.Roles {
		if r.ID == q.RoleID && r.Color != 0 {
			e.Color = r.Color
		}
	}
	return e
}
