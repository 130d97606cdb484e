package squads

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/disgoorg/disgo/discord"
	"github.com/disgoorg/snowflake/v2"

	"github.com/smarter-dev/smarterdev/app/platform/bot"
	"github.com/smarter-dev/smarterdev/app/platform/fault"
	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/ui/i18n"
)

// longestEmbed is how many characters Discord takes in the description of an embed.
const longestEmbed = 4096

// price is what joining costs the member who looks, or why they cannot join.
func price(p *i18n.Printer, c Choice) string {
	switch r := c.Refusal; {
	case r == nil && c.Cost == 0:
		return p.T("Free to join")
	case r == nil:
		return p.Bytes(c.Cost)
	case r.Code == store.AlreadyMember:
		return p.T("You are in this squad")
	case r.Code == store.SquadFull:
		return p.T("Full: %s", places(p, c.Squad))
	case r.Code == store.InsufficientBalance:
		return p.T("Costs %s; you have %s", i18n.Bytes(r.Amount), i18n.Number(r.Balance))
	default:
		return p.T("Not active")
	}
}

// places is how many are in a squad, of how many when that is limited.
func places(p *i18n.Printer, q store.Squad) string {
	if q.MaxMembers == nil {
		return p.N("%s member", "%s members", q.MemberCount)
	}
	return p.T("%s of %s", i18n.Number(q.MemberCount), i18n.Count(*q.MaxMembers, "%s place", "%s places"))
}

// priceAndPlaces is both; a full squad says its places already.
func priceAndPlaces(p *i18n.Printer, c Choice) string {
	if c.Refusal != nil && c.Refusal.Code == store.SquadFull {
		return price(p, c)
	}
	return price(p, c) + " · " + places(p, c.Squad)
}

func noSquads(p *i18n.Printer) discord.Embed {
	return bot.Info(p.T("No squads yet"), p.T("This server has no squads yet. An admin can create them on the dashboard."))
}

// menuReply offers a page of squads in a menu that only the member sees.
func menuReply(p *i18n.Printer, choices []Choice, page int) bot.Reply {
	if len(choices) == 0 {
		return bot.Ephemeral(noSquads(p))
	}
	page = min(page, (len(choices)-1)/perMenu)
	shown := choices[page*perMenu : min(len(choices), (page+1)*perMenu)]
	options := make([]discord.StringSelectMenuOption, len(shown))
	for i, c := range shown {
		options[i] = discord.NewStringSelectMenuOption(bot.Cut(c.Name, 100), c.ID.String()).WithDescription(bot.Cut(priceAndPlaces(p, c), 100))
	}
	path := func(page int) string { return fmt.Sprintf("/squads/menu/%d", page) }
	rows := append([]discord.LayoutComponent{
		discord.NewActionRow(discord.NewStringSelectMenu("/squads/pick", p.T("Choose a squad"), options...)),
	}, bot.PageTurns(p, path, page, len(choices) > (page+1)*perMenu)...)
	text := p.T("Choose a squad. You will be asked to confirm before anything changes.")
	if len(choices) > perMenu {
		text += "\n" + p.T("Page %s of %s", i18n.Number(page+1), i18n.Number((len(choices)-1)/perMenu+1))
	}
	return bot.Ephemeral(bot.Info(p.T("Which squad?"), text), rows...)
}

// joinQuestion asks for confirmation; withheld says that the role cannot be given.
func joinQuestion(p *i18n.Printer, proposal Proposal, withheld bool) string {
	var lines []string
	q, cost := proposal.Choice.Squad, proposal.Choice.Cost
	if proposal.From != nil {
		lines = append(lines, p.T("Switch from **%s** to **%s**?", bot.Escape(proposal.From.Name), bot.Escape(q.Name)))
	} else {
		lines = append(lines, p.T("Join **%s**?", bot.Escape(q.Name)))
	}
	if q.Description != "" {
		lines = append(lines, "> "+bot.Escape(q.Description))
	}
	if cost > 0 {
		lines = append(lines, p.T("It costs **%s**. You have %s, which leaves %s.", i18n.Bytes(cost), i18n.Bytes(proposal.Balance), i18n.Bytes(proposal.Balance-cost)))
		if proposal.From == nil && cost != q.JoinCost {
			lines = append(lines, p.T("That is the price of switching, because you left another squad within the last 24 hours."))
		}
	} else {
		lines = append(lines, p.T("It is free."))
	}
	if withheld {
		lines = append(lines, roleWithheld(p))
	}
	return strings.Join(lines, "\n")
}

func welcome(p *i18n.Printer, done store.Joined, withheld bool) discord.Embed {
	text := p.T("You are now in **%s** (%s).", bot.Escape(done.Squad.Name), places(p, done.Squad))
	if done.Cost > 0 {
		text += "\n" + p.T("It cost %s; you have %s left.", i18n.Bytes(done.Cost), i18n.Bytes(done.Balance))
	}
	if withheld {
		text += "\n" + roleWithheld(p)
	} else {
		text += "\n" + p.T("You will get its role in a moment.")
	}
	return bot.Success(p.T("Welcome"), text)
}

// withheld reports whether the role of a squad cannot be given, as far as is known.
func (d discordSide) withheld(ctx context.Context, q store.Squad) bool {
	return !d.Trouble(ctx, q).IsZero()
}

func roleWithheld(p *i18n.Printer) string {
	return p.T("Its role cannot be given at the moment because the bot lacks the permission, but your membership counts all the same. An admin can see on the dashboard what to do.")
}

func leaveQuestion(p *i18n.Printer, q store.Squad) string {
	return p.T("Leave **%s**? This is free, and so is coming back within 24 hours. Joining another squad within 24 hours costs as much as switching to it.",
		bot.Escape(q.Name))
}

func goodbye(p *i18n.Printer, q store.Squad) discord.Embed {
	return bot.Success(p.T("You left the squad"), p.T("You are no longer in **%s**. `/squads join` shows the squads you can join.", bot.Escape(q.Name)))
}

func inNoSquad(p *i18n.Printer, name string, own bool) discord.Embed {
	if own {
		return bot.Info(p.T("No squad"), p.T("You are not in a squad. `/squads join` shows the ones you can join."))
	}
	return bot.Info(p.T("No squad"), p.T("%s is not in a squad. `/squads list` shows this server’s squads.", bot.Escape(name)))
}

func placeOf(p *i18n.Printer, name string, place MemberSquad) discord.Embed {
	var b strings.Builder
	fmt.Fprintf(&b, "**%s** · <@&%s>\n", bot.Escape(place.Name), place.RoleID)
	if place.Description != "" {
		fmt.Fprintf(&b, "> %s\n", bot.Escape(place.Description))
	}
	fmt.Fprintf(&b, "%s\n%s", p.T("Member since %s (%s)", fmt.Sprintf("<t:%d:D>", place.JoinedAt.Unix()), bot.Relative(place.JoinedAt)), places(p, place.Squad))
	if state := inactive(p, place.Squad); state != "" {
		b.WriteString("\n" + state)
	}
	return bot.Info(p.T("%s’s squad", bot.Escape(name)), b.String())
}

// inactive says that a squad is not active, and why when that is known.
func inactive(p *i18n.Printer, q store.Squad) string {
	switch {
	case q.RoleGone:
		return p.T("Not active: its role was deleted in Discord.")
	case !q.Active:
		return p.T("Not active: nobody can join at the moment.")
	}
	return ""
}

// listReply is a page of squads, each with what joining it would cost the asker. A page holds as many
// as fit into a message.
func listReply(p *i18n.Printer, choices []Choice, page int, asker snowflake.ID) bot.Reply {
	if len(choices) == 0 {
		return bot.Public(noSquads(p))
	}
	pages := paged(p, choices)
	page = min(page, len(pages)-1)
	path := func(page int) string { return fmt.Sprintf("/squads/list/%d/%s", page, asker) }
	rows := append(bot.PageTurns(p, path, page, page < len(pages)-1),
		discord.NewActionRow(discord.NewPrimaryButton(p.T("Join a squad"), "/squads/choose")))
	return bot.Public(bot.Info(p.T("Squads"), strings.Join(pages[page], "\n\n")), rows...)
}

// paged divides the blocks of squads into pages.
func paged(p *i18n.Printer, choices []Choice) [][]string {
	pages := [][]string{nil}
	length := 0
	for _, c := range choices {
		block := listBlock(p, c)
		size := utf8.RuneCountInString(block) + len("\n\n")
		last := len(pages) - 1
		if n := len(pages[last]); n == perPage || n > 0 && length+size > longestEmbed {
			pages, last, length = append(pages, nil), last+1, 0
		}
		pages[last] = append(pages[last], block)
		length += size
	}
	return pages
}

func listBlock(p *i18n.Printer, c Choice) string {
	var b strings.Builder
	fmt.Fprintf(&b, "**%s** · <@&%s>\n", bot.Escape(c.Name), c.RoleID)
	if c.Description != "" {
		fmt.Fprintf(&b, "> %s\n", bot.Escape(bot.Cut(c.Description, 120)))
	}
	own := c.Refusal != nil && c.Refusal.Code == store.AlreadyMember
	switch state := inactive(p, c.Squad); {
	case state != "" && own:
		b.WriteString(p.T("You are in this squad") + "\n" + state)
	case state != "":
		b.WriteString(state)
	default:
		b.WriteString(priceAndPlaces(p, c))
	}
	return b.String()
}

// membersReply is a page of a squad's members; names are theirs, empty where they are not known.
func membersReply(p *i18n.Printer, q store.Squad, members []store.Membership, names []string, page int, more bool, asker snowflake.ID) bot.Reply {
	var b strings.Builder
	if len(members) == 0 {
		b.WriteString(p.T("Nobody is in this squad yet. Be the first with `/squads join`."))
	}
	for i, m := range members {
		name := bot.Escape(names[i])
		if fault.Blank(name) {
			name = bot.Mention(m.UserID)
		}
		b.WriteString(p.T("%s, since %s", name, fmt.Sprintf("<t:%d:d>", m.JoinedAt.Unix())) + "\n")
	}
	if len(members) > 0 {
		fmt.Fprintf(&b, "\n%s · <@&%s>", places(p, q), q.RoleID)
	}
	path := func(page int) string { return fmt.Sprintf("/squads/members/%s/%d/%s", q.ID, page, asker) }
	return bot.Public(bot.Info(p.T("Members of %s", bot.Escape(q.Name)), b.String()), bot.PageTurns(p, path, page, more)...)
}

// colored gives an embed the colour of a squad's role, where it has one and Discord answers.
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
