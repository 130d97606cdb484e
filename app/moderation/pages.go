package moderation

import (
	"strconv"

	"github.com/disgoorg/snowflake/v2"

	"github.com/smarter-dev/smarterdev/app/platform/dashboard"
	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/ui"
	"github.com/smarter-dev/smarterdev/ui/i18n"
)

// The tab of the dashboard, and its pages below a guild's own path.
const (
	tab      = "moderation"
	atTab    = "/admin/guilds/{guild}/" + tab
	pageSize = 25
	others   = 10 // cases of the same person on the page of a case
)

// pages is the dashboard's side of the service.
type pages struct {
	*Service
	web *dashboard.Pages
}

func (s *Service) pages(p *dashboard.Pages) {
	d := pages{s, p}
	p.Tab(dashboard.Tab{Label: i18n.M("Moderation"), Icon: "gavel", Path: tab})
	p.Get(atTab, dashboard.Manager, d.list)
	p.Get(atTab+"/cases/{number}", dashboard.Manager, d.page)
	p.Post(atTab+"/cases/{number}", dashboard.Manager, d.edit)
	p.Get(atTab+"/settings", dashboard.Manager, d.settingsPage)
	p.Post(atTab+"/settings", dashboard.Manager, d.saveSettings)
}

func (d pages) list(r *dashboard.Request) (dashboard.Response, error) {
	query := r.URL.Query()
	view := ui.Cases{Path: r.Guild.Path() + "/" + tab, Settings: r.Guild.Path() + "/" + tab + "/settings", Text: query.Get("q")}
	before, err := strconv.ParseInt(query.Get("before"), 10, 64)
	if query.Get("before") != "" && (err != nil || before < 1) || len([]rune(view.Text)) > 100 {
		return dashboard.Response{}, dashboard.NotFound()
	}
	found, err := d.Search(r.Context(), r.Guild.ID, store.CaseFilter{Text: view.Text}, before, pageSize+1)
	if err != nil {
		return dashboard.Response{}, err
	}
	next := ""
	if len(found) > pageSize {
		found = found[:pageSize]
		next = strconv.FormatInt(found[pageSize-1].Number, 10)
	}
	view.Pager = r.PagerByKey("cases", "before", next, pageSize, 0)
	view.Rows = d.rows(r, found)
	return dashboard.Response{Title: r.T("Moderation"), Tab: tab, Body: view}, nil
}

// caseOf is the case of the address. It fails with not_found.
func (d pages) caseOf(r *dashboard.Request) (store.Case, error) {
	number, err := strconv.ParseInt(r.PathValue("number"), 10, 64)
	if err != nil {
		return store.Case{}, dashboard.NotFound()
	}
	return d.Get(r.Context(), r.Guild.ID, number)
}

func (d pages) page(r *dashboard.Request) (dashboard.Response, error) {
	c, err := d.caseOf(r)
	if err != nil {
		return dashboard.Response{}, err
	}
	return d.show(r, c, r.Form())
}

// edit changes a case by the buttons of its page. Who presses one needs the right to it, and the rank.
func (d pages) edit(r *dashboard.Request) (dashboard.Response, error) {
	c, err := d.caseOf(r)
	if err != nil {
		return dashboard.Response{}, err
	}
	in := EditRequest{Guild: r.Guild.ID, Number: c.Number, Actor: r.Person.Actor(), By: r.Person.Authority()}
	said := r.T("The reason was saved.")
	switch r.PostFormValue("do") {
	case "reason":
		_, err = d.Edit(r.Context(), in, Edit{Reason: new(r.PostFormValue("reason"))})
	case "close":
		said = r.T("Case #%s is closed.", strconv.FormatInt(c.Number, 10))
		_, err = d.Resolve(r.Context(), in, true)
	case "open":
		said = r.T("Case #%s is open again.", strconv.FormatInt(c.Number, 10))
		_, err = d.Resolve(r.Context(), in, false)
	case "undo":
		said = r.T("Case #%s was taken back.", strconv.FormatInt(c.Number, 10))
		_, err = d.Undo(r.Context(), in, "")
	default:
		return dashboard.Response{}, dashboard.NotFound()
	}
	if err != nil {
		return r.FormError(err, func(form ui.Form) (dashboard.Response, error) { return d.show(r, c, form) })
	}
	return dashboard.Redirect(r.URL.Path, said), nil
}

// undoing says what taking a case back is called, and what is asked before; empty when it cannot be taken back.
func undoing(p *i18n.Printer, c store.Case) (label, question string) {
	if c.State != store.CaseDone {
		return "", ""
	}
	switch c.Action {
	case store.CaseBan:
		return p.T("Unban"), p.T("Unban %s?", c.UserTag)
	case store.CaseTimeout:
		return p.T("Lift the timeout"), p.T("Lift the timeout of %s?", c.UserTag)
	case store.CaseWarn, store.CaseNote:
		return p.T("Take back"), p.T("Take back this case? It no longer counts, and stays in the list.")
	}
	return "", ""
}

// show is the page of a case, with its form.
func (d pages) show(r *dashboard.Request, c store.Case, form ui.Form) (dashboard.Response, error) {
	changes, err := d.store.CaseHistory(r.Context(), r.Guild.ID, c.Number)
	if err != nil {
		return dashboard.Response{}, err
	}
	found, err := d.Search(r.Context(), r.Guild.ID, store.CaseFilter{User: c.UserID}, 0, others)
	if err != nil {
		return dashboard.Response{}, err
	}
	rows := d.rows(r, append([]store.Case{c}, found...))
	view := ui.Case{CaseRow: rows[0], Form: form, Back: r.Guild.Path() + "/" + tab, Told: dmLine(r.Printer(), c)}
	view.Words = form.Field(ui.Field{Name: "reason", Label: r.T("Reason"), Value: c.Reason, Longest: store.MaxReason})
	view.Undo, view.Asks = undoing(r.Printer(), c)
	for _, other := range rows[1:] {
		if other.Number != c.Number {
			view.Others = append(view.Others, other)
		}
	}
	for _, h := range changes {
		view.Changes = append(view.Changes, ui.CaseChange{CaseHistory: h, What: fieldName(r.Printer(), h.Field)})
	}
	return dashboard.Response{Title: r.T("Case #%s", strconv.FormatInt(c.Number, 10)), Tab: tab, Body: view}, nil
}

// rows shows cases with the people in them.
func (d pages) rows(r *dashboard.Request, cases []store.Case) []ui.CaseRow {
	names := make(map[snowflake.ID]string)
	for _, c := range cases {
		names[c.UserID] = c.UserTag
		if c.ModeratorID != 0 {
			names[c.ModeratorID] = c.ModeratorTag
		}
	}
	people := d.web.People(r.Context(), r.Guild.ID, names)
	rows := make([]ui.CaseRow, len(cases))
	for i, c := range cases {
		rows[i] = ui.CaseRow{
			Case: c, Action: actionName(r.Printer(), c.Action), Who: people[c.UserID], By: way(r.Printer(), c), State: plainState(r.Printer(), c),
			Path: r.Guild.Path() + "/" + tab + "/cases/" + strconv.FormatInt(c.Number, 10),
		}
		if c.ModeratorID != 0 {
			rows[i].Moderator = people[c.ModeratorID]
		}
	}
	return rows
}

// way says who did what no person of Discord did.
func way(p *i18n.Printer, c store.Case) string {
	switch {
	case c.Source == store.SourceNative:
		return p.T("Discord’s AutoMod")
	case c.Source == store.SourceAutomod:
		return p.T("auto-moderation")
	case c.Source == store.SourceLadder:
		return p.T("warnings that add up")
	case c.ModeratorTag != "":
		return c.ModeratorTag
	}
	return p.T("unknown")
}

// plainState says what became of a case when that is not simply that it was done.
func plainState(p *i18n.Printer, c store.Case) string {
	switch {
	case c.State == store.CaseFailed && c.Failure != nil:
		return p.T("Failed: %s", c.Failure.Message)
	case c.State == store.CasePending:
		return p.T("Discord has not answered yet.")
	case c.State == store.CaseUndone && c.UndoneBy != nil:
		return p.T("Undone by case #%s", strconv.FormatInt(*c.UndoneBy, 10))
	case c.State == store.CaseUndone:
		return p.T("Undone")
	case c.InForce:
		return p.T("In force")
	case c.Resolved:
		return p.T("Closed")
	}
	return ""
}
