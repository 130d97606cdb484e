package squads

import (
	"context"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/disgoorg/snowflake/v2"
	"github.com/google/uuid"

	"github.com/smarter-dev/smarterdev/app/platform/bot"
	"github.com/smarter-dev/smarterdev/store"
)

const (
	// perPage is how many rows a list in Discord shows, so that it fits on a phone.
	perPage = 10
	// perMenu is how many choices Discord takes in one menu.
	perMenu = 25
)

func (d discordSide) list(ctx context.Context, i *bot.Interaction) (bot.Reply, error) {
	return d.listPage(ctx, i, 0)
}

// turnList shows another page in place; to someone else than who asked, beside it.
func (d discordSide) turnList(ctx context.Context, i *bot.Interaction) (bot.Reply, error) {
	page, asker, ok := i.TurnedPage()
	if !ok {
		return bot.Reply{}, bot.Outdated()
	}
	r, err := d.listPage(ctx, i, page)
	return bot.Turned(r, asker == i.User().ID), err
}

func (d discordSide) listPage(ctx context.Context, i *bot.Interaction, page int) (bot.Reply, error) {
	squads, err := d.Squads(ctx, i.Guild)
	if err != nil {
		return bot.Reply{}, err
	}
	judge, err := d.judge(ctx, i.Guild, i.User().ID)
	if err != nil {
		return bot.Reply{}, err
	}
	choices := make([]Choice, len(squads))
	for n, q := range squads {
		choices[n] = judge(q)
	}
	return listReply(i.Printer, choices, page, i.User().ID), nil
}

func (d discordSide) members(ctx context.Context, i *bot.Interaction) (bot.Reply, error) {
	q, err := d.named(ctx, i.Guild, i.Options.String(optionSquad))
	if err != nil {
		return bot.Reply{}, err
	}
	return d.membersPage(ctx, i, q, 0)
}

func (d discordSide) turnMembers(ctx context.Context, i *bot.Interaction) (bot.Reply, error) {
	page, asker, ok := i.TurnedPage()
	id, err := uuid.Parse(i.Vars["squad"])
	if !ok || err != nil {
		return bot.Reply{}, bot.Outdated()
	}
	q, err := d.Squad(ctx, i.Guild, id)
	if err != nil {
		return i.ReplaceRefused(err)
	}
	r, err := d.membersPage(ctx, i, q, page)
	return bot.Turned(r, asker == i.User().ID), err
}

// membersPage reads from the beginning: squads are small, and people seldom turn many pages.
func (d discordSide) membersPage(ctx context.Context, i *bot.Interaction, q store.Squad, page int) (bot.Reply, error) {
	from := page * perPage
	members, err := d.store.SquadMembers(ctx, q.GuildID, q.ID, nil, from+perPage+1)
	if err != nil {
		return bot.Reply{}, err
	}
	members = members[min(from, len(members)):]
	more := len(members) > perPage
	members = members[:min(len(members), perPage)]
	names := make([]string, len(members))
	var looking sync.WaitGroup
	for n, m := range members {
		looking.Go(func() { names[n], _ = d.who.Name(ctx, q.GuildID, m.UserID) })
	}
	looking.Wait()
	r := membersReply(i.Printer, q, members, names, page, more, i.User().ID)
	r.Embeds[0] = d.colored(ctx, r.Embeds[0], q)
	return r, nil
}

// MemberPosition says where a member is in the list of a squad's members; ReadMemberPosition
// reads it, and an empty text as nil.
func MemberPosition(m store.Membership) string {
	return strconv.FormatInt(m.JoinedAt.UnixMicro(), 10) + " " + m.UserID.String()
}

// ReadMemberPosition fails when MemberPosition did not write the text.
func ReadMemberPosition(text string) (*store.Membership, error) {
	if text == "" {
		return nil, nil
	}
	at, id, _ := strings.Cut(text, " ")
	micros, err := strconv.ParseInt(at, 10, 64)
	if err != nil {
		return nil, err
	}
	user, err := snowflake.Parse(id)
	return &store.Membership{JoinedAt: time.UnixMicro(micros), UserID: user}, err
}
