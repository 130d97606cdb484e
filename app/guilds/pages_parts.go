package guilds

import (
	"github.com/smarter-dev/smarterdev/app/platform/dashboard"
	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/ui"
)

// maxSummed bounds the guilds whose figures are added up for one page.
const maxSummed = 1000

// homeFigures adds up the guilds that the person may see.
func (d pages) homeFigures(r *dashboard.Request) (ui.View, error) {
	guilds, err := r.Guilds()
	if err != nil {
		return nil, err
	}
	var sum store.Stats
	for _, g := range guilds[:min(len(guilds), maxSummed)] {
		st, err := d.sums(r.Context(), g.ID)
		if err != nil {
			return nil, err
		}
		sum.Accounts += st.Accounts
		sum.Supply += st.Supply
		sum.TransactionsToday += st.TransactionsToday
	}
	return ui.Figures{Items: []ui.Figure{
		{Label: r.T("Servers"), Value: int64(len(guilds)), Icon: "server", Note: r.T("with the bot")},
		{Label: r.T("Accounts"), Value: sum.Accounts, Icon: "wallet", Note: r.T("members with bytes")},
		{Label: r.T("Supply"), Value: sum.Supply, Icon: "coin", Note: r.T("bytes held by members")},
		{Label: r.T("Transactions"), Value: sum.TransactionsToday, Icon: "arrows-exchange", Note: r.T("today, since 00:00 UTC")},
	}}, nil
}

func (d pages) guildFigures(r *dashboard.Request) (ui.View, error) {
	st, err := d.sums(r.Context(), r.Guild.ID)
	if err != nil {
		return nil, err
	}
	return ui.Figures{Items: []ui.Figure{
		{Label: r.T("Accounts"), Value: st.Accounts, Icon: "wallet", Note: r.T("members with bytes")},
		{Label: r.T("Supply"), Value: st.Supply, Icon: "coin", Note: r.T("bytes held by members")},
		{Label: r.T("Minted"), Value: st.Minted, Icon: "plus", Note: r.T("bytes paid out by the bank")},
		{Label: r.T("Burned"), Value: st.Burned, Icon: "flame", Note: r.T("bytes paid to the bank")},
		{Label: r.T("Transactions"), Value: st.TransactionsToday, Icon: "arrows-exchange", Note: r.T("today, since 00:00 UTC")},
	}}, nil
}

func (d pages) quick(r *dashboard.Request) (ui.View, error) {
	links := []ui.Link{{Label: r.T("Open a server"), Path: listPath, Icon: "server"}}
	if r.Person.Admin {
		links = append(links, ui.Link{Label: r.T("Create an API key"), Path: "/admin/settings/keys/new", Icon: "key"})
	}
	links = append(links, ui.Link{Label: r.T("API reference"), Path: "/api/docs", Icon: "book"})
	if play := d.web.Play(); play != "" {
		links = append(links, ui.Link{Label: r.T("Open the playground"), Path: play, Icon: "message-circle"})
	}
	return ui.Quick{Links: links}, nil
}

func (d pages) activity(r *dashboard.Request) (ui.View, error) {
	items, err := d.web.Activity(r, activitySize)
	return ui.Activity{Items: items}, err
}

// health is the health of the installation; details are for its administrators.
func (d pages) health(r *dashboard.Request) (ui.View, error) {
	return d.web.Health(r), nil
}

// attention lists what is wrong in the guild; it is not there while everything works.
func (d pages) attention(r *dashboard.Request) (ui.View, error) {
	var list ui.Findings
	for _, f := range d.findings(r.Context(), r.Guild.ID) {
		list.Items = append(list.Items, ui.Finding{State: string(f.Severity), Text: f.Text.Localize(r.Printer()), Hint: f.Hint.Localize(r.Printer())})
	}
	if len(list.Items) == 0 {
		return ui.Nothing{}, nil
	}
	return list, nil
}
