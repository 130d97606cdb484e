package guilds

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/smarter-dev/smarterdev/app/platform/bus"
	"github.com/smarter-dev/smarterdev/app/platform/dashboard"
	"github.com/smarter-dev/smarterdev/ui"
	"github.com/smarter-dev/smarterdev/ui/i18n"
)

const (
	listPath = "/admin/guilds"
	pageSize = 25
	// activitySize is how many entries of the recent activity the overview shows.
	activitySize = 12
)

// pages is the dashboard's side of the service.
type pages struct {
	*Service
	web      *dashboard.Pages
	findings Findings
}

func (s *Service) pages(p *dashboard.Pages, findings Findings) {
	d := pages{s, p, findings}
	p.Link(i18n.M("Servers"), listPath, "server")
	p.Link(i18n.M("People"), peoplePath, "users")
	p.Tab(dashboard.Tab{Label: i18n.M("Overview"), Icon: "home"})

	p.Get(listPath, dashboard.SignedIn, d.list)
	p.Get(listPath+".csv", dashboard.SignedIn, d.listCSV)
	p.Get(listPath+"/{guild}", dashboard.Manager, d.overview)
	p.Get(listPath+"/{guild}/members", dashboard.Manager, d.members)
	p.Get(peoplePath, dashboard.SignedIn, d.search)
	p.Get(peoplePath+"/{user}", dashboard.SignedIn, d.person)

	p.HomePart(dashboard.Part{Name: "figures", Wide: true, Live: []bus.Topic{bus.TransactionCreated}, View: d.homeFigures})
	p.HomePart(dashboard.Part{Name: "quick", Wide: true, View: d.quick})
	p.HomePart(dashboard.Part{Name: "activity", Live: p.ActivityTopics(), View: d.activity})
	p.HomePart(dashboard.Part{Name: "health", View: d.health})
	p.GuildPart(dashboard.Part{Name: "attention", Wide: true, View: d.attention})
	p.GuildPart(dashboard.Part{Name: "figures", Wide: true, Live: []bus.Topic{bus.TransactionCreated}, View: d.guildFigures})
}

// list shows the guilds that the person may see.
func (d pages) list(r *dashboard.Request) (dashboard.Response, error) {
	found, search, err := d.find(r)
	if err != nil {
		return dashboard.Response{}, err
	}
	offset, err := r.Offset()
	if err != nil {
		return dashboard.Response{}, err
	}
	sort := r.URL.Query().Get("sort")
	view := ui.GuildList{
		Path: listPath, CSV: listPath + ".csv", Any: search != "", Total: len(found),
		Search: ui.Field{Name: "q", Label: r.T("Name or ID"), Type: "search", Value: search},
		Sorts: []ui.Link{
			{Label: r.T("By name"), Path: r.With(map[string]string{"sort": "", "offset": ""}), Current: sort != "members"},
			{Label: r.T("By members"), Path: r.With(map[string]string{"sort": "members", "offset": ""}), Current: sort == "members"},
		},
		Pager: r.PagerByOffset("guilds", offset, pageSize, len(found)),
	}
	shards := d.web.Shards(r.Context())
	for _, g := range found[min(offset, len(found)):min(offset+pageSize, len(found))] {
		configured, err := d.store.Configured(r.Context(), g.ID)
		if err != nil {
			return dashboard.Response{}, err
		}
		view.Rows = append(view.Rows, ui.GuildRow{GuildHead: g, Configured: configured, Shard: shardOf(uint64(g.ID), shards)})
	}
	return dashboard.Response{Head: ui.Head{Title: r.T("Servers"), Lead: r.T("Servers with the bot that you manage.")}, Body: view}, nil
}

// shardOf is the shard of a guild, by Discord's formula.
func shardOf(id uint64, shards int) int { return int(id >> 22 % uint64(shards)) } //nolint:gosec // small numbers

// find returns the guilds that match the search of the request, in the requested order.
func (d pages) find(r *dashboard.Request) ([]ui.GuildHead, string, error) {
	all, err := r.Guilds()
	if err != nil {
		return nil, "", err
	}
	search := strings.TrimSpace(r.URL.Query().Get("q"))
	var found []ui.GuildHead
	for _, g := range all {
		if search == "" || g.ID.String() == search || strings.Contains(strings.ToLower(g.Name), strings.ToLower(search)) {
			found = append(found, g)
		}
	}
	if r.URL.Query().Get("sort") == "members" {
		slices.SortStableFunc(found, func(a, b ui.GuildHead) int { return cmp.Compare(b.Members, a.Members) })
	}
	return found, search, nil
}

func (d pages) listCSV(r *dashboard.Request) (dashboard.Response, error) {
	found, _, err := d.find(r)
	if err != nil {
		return dashboard.Response{}, err
	}
	return dashboard.CSV("servers", []string{"id", "name", "members"}, func(yield func([]string, error) bool) {
		for _, g := range found {
			if !yield([]string{g.ID.String(), g.Name, strconv.Itoa(g.Members)}, nil) {
				return
			}
		}
	}), nil
}

func (d pages) overview(r *dashboard.Request) (dashboard.Response, error) {
	return dashboard.Response{Title: r.T("Overview"), Live: true, Body: ui.GuildOverview{Parts: d.web.GuildParts(r)}}, nil
}
