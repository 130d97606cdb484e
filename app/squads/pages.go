package squads

import (
	"slices"
	"strconv"

	"github.com/disgoorg/snowflake/v2"
	"github.com/google/uuid"

	"github.com/smarter-dev/smarterdev/app/platform/bus"
	"github.com/smarter-dev/smarterdev/app/platform/dashboard"
	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/ui"
	"github.com/smarter-dev/smarterdev/ui/i18n"
)

// The tab of the dashboard, and its pages below a guild's own path.
const (
	tab      = "squads"
	atTab    = "/admin/guilds/{guild}/squads"
	pageSize = 50
)

// pages is the dashboard's side of the service.
type pages struct {
	*Service
	web *dashboard.Pages
}

func (s *Service) pages(p *dashboard.Pages) { pages{s, p}.mount() }

func (p pages) mount() {
	p.web.Tab(dashboard.Tab{Label: i18n.M("Squads"), Icon: "users-group", Path: tab})
	p.web.Get(atTab, dashboard.Manager, p.list)
	p.web.Post(atTab, dashboard.Manager, p.act)
	p.web.Get(atTab+"/counts", dashboard.Manager, p.counts)
	p.web.Get(atTab+"/new", dashboard.Manager, p.newPage)
	p.web.Post(atTab+"/new", dashboard.Manager, p.create)
	p.web.Get(atTab+"/{id}", dashboard.Manager, p.membersPage)
	p.web.Get(atTab+"/{id}/members.csv", dashboard.Manager, p.membersCSV)
	p.web.Post(atTab+"/{id}/remove", dashboard.Manager, p.remove)
	p.web.Get(atTab+"/{id}/edit", dashboard.Manager, p.editPage)
	p.web.Post(atTab+"/{id}/edit", dashboard.Manager, p.edit)
	p.web.Get(atTab+"/{id}/delete", dashboard.Manager, p.deletePage)
	p.web.Post(atTab+"/{id}/delete", dashboard.Manager, p.delete)
	p.web.Reverts("squad.update", p.revert)
	p.web.UserPart(dashboard.Part{Name: "squads", Wide: true, View: p.timesPart})
}

// base is where the tab of the request's guild begins.
func base(r *dashboard.Request) string { return r.Guild.Path() + "/" + tab }

func (p pages) answer(title string, body ui.View) dashboard.Response {
	return dashboard.Response{Title: title, Tab: tab, Live: true, Body: body}
}

func (p pages) list(r *dashboard.Request) (dashboard.Response, error) {
	return p.listed(r, r.Form(), "")
}

// listed shows the squads; said is what has just been done to their order.
func (p pages) listed(r *dashboard.Request, form ui.Form, said string) (dashboard.Response, error) {
	squads, err := p.Squads(r.Context(), r.Guild.ID)
	if err != nil {
		return dashboard.Response{}, err
	}
	view := ui.Squads{Form: form, Path: base(r), Counts: base(r) + "/counts", Trigger: dashboard.Trigger(bus.MembershipChanged), Said: said}
	roles, _ := r.Roles()
	for i, q := range squads {
		row := p.row(r, q, roles)
		row.First, row.Last = i == 0, i == len(squads)-1
		view.Rows = append(view.Rows, row)
	}
	return p.answer(r.T("Squads"), view), nil
}

// row shows a squad of the request's guild.
func (p pages) row(r *dashboard.Request, q store.Squad, roles map[snowflake.ID]ui.Role) ui.SquadRow {
	role, known := roles[q.RoleID]
	if !known {
		role = ui.Role{ID: q.RoleID, Name: q.RoleID.String(), Gone: q.RoleGone}
	}
	role.Problem = "" // which is told in a sentence
	return ui.SquadRow{Squad: q, Role: role, Prices: prices(r, q), Trouble: p.Trouble(r.Context(), q).Localize(r.Printer()), Path: base(r) + "/" + q.ID.String()}
}

// prices says what joining a squad costs.
func prices(r *dashboard.Request, q store.Squad) string {
	switch {
	case q.JoinCost > 0 && q.SwitchCost > 0:
		return r.T("Joining costs %s, switching from another squad costs %s", i18n.Bytes(q.JoinCost), i18n.Bytes(q.SwitchCost))
	case q.JoinCost > 0:
		return r.T("Joining costs %s", i18n.Bytes(q.JoinCost))
	case q.SwitchCost > 0:
		return r.T("Switching from another squad costs %s", i18n.Bytes(q.SwitchCost))
	}
	return r.T("Free to join")
}

// act carries out what one button of the list asks for, or the order that its rows were dragged to.
func (p pages) act(r *dashboard.Request) (dashboard.Response, error) {
	if err := r.ParseForm(); err != nil {
		return dashboard.Response{}, err
	}
	var said string
	var err error
	switch {
	case r.PostFormValue("activate") != "":
		said, err = p.activate(r, "activate", true)
	case r.PostFormValue("deactivate") != "":
		said, err = p.activate(r, "deactivate", false)
	default:
		said, err = p.reorder(r)
	}
	if err != nil {
		return r.FormError(err, func(form ui.Form) (dashboard.Response, error) { return p.listed(r, form, "") })
	}
	if r.Header.Get("HX-Request") == "true" {
		return p.listed(r, r.Form(), said) // in place, so that the focus stays where it is
	}
	return dashboard.Redirect(base(r), said), nil
}

func (p pages) activate(r *dashboard.Request, field string, active bool) (string, error) {
	id, err := uuid.Parse(r.PostFormValue(field))
	if err != nil {
		return "", dashboard.NotFound()
	}
	q, err := p.Change(r.Context(), Change{Guild: r.Guild.ID, ID: id, Details: Details{Active: &active}, Actor: r.Person.Actor(), By: r.Person.Authority()})
	if err != nil {
		return "", err
	}
	if active {
		return r.T("%s can be joined again.", q.Name), nil
	}
	return r.T("%s cannot be joined until you activate it. Its members stay.", q.Name), nil
}

// reorder reads the order of the rows and the one that is to move by a place.
func (p pages) reorder(r *dashboard.Request) (string, error) {
	var ids []uuid.UUID
	for _, text := range r.PostForm["id"] {
		id, err := uuid.Parse(text)
		if err != nil {
			return "", dashboard.NotFound()
		}
		ids = append(ids, id)
	}
	moved := uuid.Nil
	for field, by := range map[string]int{"up": -1, "down": 1} {
		id, err := uuid.Parse(r.PostFormValue(field))
		if err != nil {
			continue
		}
		moved = id
		at := slices.Index(ids, id)
		if to := at + by; at >= 0 && to >= 0 && to < len(ids) {
			ids[at], ids[to] = ids[to], ids[at]
		}
	}
	squads, err := p.Order(r.Context(), Order{Guild: r.Guild.ID, IDs: ids, Actor: r.Person.Actor()})
	if err != nil {
		return "", err
	}
	if at := slices.IndexFunc(squads, func(q store.Squad) bool { return q.ID == moved }); at >= 0 {
		return r.T("%s is now %d of %d.", squads[at].Name, at+1, len(squads)), nil
	}
	return r.T("Order saved."), nil
}

func (p pages) counts(r *dashboard.Request) (dashboard.Response, error) {
	squads, err := p.Squads(r.Context(), r.Guild.ID)
	return dashboard.Response{Title: r.T("Squads"), Tab: tab, Body: ui.SquadCounts{Rows: squads}}, err
}

// squad is the one that the path names.
func (p pages) squad(r *dashboard.Request) (store.Squad, error) {
	id, err := uuid.Parse(r.PathValue("id"))
	if err != nil {
		return store.Squad{}, dashboard.NotFound()
	}
	return p.Squad(r.Context(), r.Guild.ID, id)
}

func (p pages) membersPage(r *dashboard.Request) (dashboard.Response, error) {
	return p.membersOf(r, r.Form())
}

func (p pages) membersOf(r *dashboard.Request, form ui.Form) (dashboard.Response, error) {
	q, err := p.squad(r)
	if err != nil {
		return dashboard.Response{}, err
	}
	after, err := ReadMemberPosition(r.URL.Query().Get("after"))
	if err != nil {
		return dashboard.Response{}, dashboard.NotFound()
	}
	members, err := p.Members(r.Context(), r.Guild.ID, q.ID, after, pageSize+1)
	if err != nil {
		return dashboard.Response{}, err
	}
	roles, _ := r.Roles()
	row := p.row(r, q, roles)
	view := ui.SquadMembers{SquadRow: row, Form: form, Back: base(r), CSV: row.Path + "/members.csv", Self: row.Path}
	next := ""
	if len(members) > pageSize {
		members = members[:pageSize]
		next = MemberPosition(members[pageSize-1])
	}
	view.Pager = r.PagerByKey("squad-members", "after", next, pageSize, int(q.MemberCount))
	if after == nil {
		view.Trigger = dashboard.Trigger(bus.MembershipChanged)
	}
	names := make(map[snowflake.ID]string, len(members))
	for _, m := range members {
		names[m.UserID] = ""
	}
	people := p.web.People(r.Context(), r.Guild.ID, names)
	for _, m := range members {
		view.Members = append(view.Members, ui.SquadMember{Membership: m, Who: people[m.UserID]})
	}
	return p.answer(q.Name, view), nil
}

func (p pages) membersCSV(r *dashboard.Request) (dashboard.Response, error) {
	q, err := p.squad(r)
	if err != nil {
		return dashboard.Response{}, err
	}
	return dashboard.CSV("squad-"+q.ID.String(), []string{"user_id", "joined_at", "cost"}, func(yield func([]string, error) bool) {
		const slice = 1000
		for after := (*store.Membership)(nil); ; {
			members, err := p.store.SquadMembers(r.Context(), r.Guild.ID, q.ID, after, slice)
			if err != nil {
				yield(nil, err)
				return
			}
			for _, m := range members {
				if !yield([]string{m.UserID.String(), m.JoinedAt.Format("2006-01-02T15:04:05Z"), strconv.FormatInt(m.Cost, 10)}, nil) {
					return
				}
				after = &m
			}
			if len(members) < slice {
				return
			}
		}
	}), nil
}

func (p pages) remove(r *dashboard.Request) (dashboard.Response, error) {
	q, err := p.squad(r)
	if err != nil {
		return dashboard.Response{}, err
	}
	user, err := snowflake.Parse(r.PostFormValue("user_id"))
	if err != nil || aMember("user_id", user) != nil {
		return dashboard.Response{}, dashboard.NotFound()
	}
	err = p.Remove(r.Context(), Remove{Guild: r.Guild.ID, User: user, Squad: &q.ID, Actor: r.Person.Actor()})
	if err != nil {
		return r.FormError(err, func(form ui.Form) (dashboard.Response, error) { return p.membersOf(r, form) })
	}
	name := p.web.People(r.Context(), r.Guild.ID, map[snowflake.ID]string{user: user.String()})[user].Name
	return dashboard.Redirect(base(r)+"/"+q.ID.String(), r.T("%s is no longer in %s.", name, q.Name)), nil
}

func (p pages) deletePage(r *dashboard.Request) (dashboard.Response, error) {
	return p.deleteForm(r, r.Form())
}

func (p pages) deleteForm(r *dashboard.Request, form ui.Form) (dashboard.Response, error) {
	q, err := p.squad(r)
	if err != nil {
		return dashboard.Response{}, err
	}
	roles, _ := r.Roles()
	return p.answer(r.T("Delete %s", q.Name), ui.SquadDelete{SquadRow: p.row(r, q, roles), Form: form, Back: base(r)}), nil
}

func (p pages) delete(r *dashboard.Request) (dashboard.Response, error) {
	q, err := p.squad(r)
	if err != nil {
		return dashboard.Response{}, err
	}
	version, err := version(r)
	if err == nil {
		q, err = p.Delete(r.Context(), Delete{Guild: r.Guild.ID, ID: q.ID, IfVersion: version, Actor: r.Person.Actor()})
	}
	if err != nil {
		return r.FormError(err, func(form ui.Form) (dashboard.Response, error) { return p.deleteForm(r, form) })
	}
	message := r.T("%s was deleted.", q.Name)
	if q.MemberCount > 0 {
		message = r.T("%s was deleted. Its role is being removed from %s.", q.Name, i18n.Count(q.MemberCount, "%s member", "%s members"))
	}
	return dashboard.Redirect(base(r), message), nil
}
