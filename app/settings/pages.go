package settings

import (
	"encoding/json"
	"errors"
	"runtime"
	"slices"
	"strconv"

	"github.com/disgoorg/snowflake/v2"
	"github.com/google/uuid"

	"github.com/smarter-dev/smarterdev/app/platform/dashboard"
	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/ui"
)

const (
	settingsPath = "/admin/settings"
	keysPath     = settingsPath + "/keys"
	adminsPath   = settingsPath + "/admins"
	auditTab     = "audit"
	atGuild      = "/admin/guilds/{guild}"
)

// pages is the dashboard's side of the service.
type pages struct {
	*Service
	web *dashboard.Pages
}

func (s *Service) pages(p *dashboard.Pages) {
	d := pages{s, p}
	p.Link(ui.Link{Label: "Settings", Path: settingsPath, Icon: "settings"})
	p.Tab(dashboard.Tab{Label: "Audit", Icon: "history", Path: auditTab})

	p.Get(settingsPath, dashboard.Administrator, d.keysPage)
	p.Get(keysPath+"/new", dashboard.Administrator, d.newKeyPage)
	p.Post(keysPath+"/new", dashboard.Administrator, d.makeKey)
	p.Get(keysPath+"/{id}/revoke", dashboard.Administrator, d.revokePage)
	p.Post(keysPath+"/{id}/revoke", dashboard.Administrator, d.revokeKey)
	p.Get(adminsPath, dashboard.Administrator, d.adminsPage)
	if p.Develops() {
		p.Post(adminsPath+"/remove", dashboard.Administrator, d.removeDeveloper)
	}
	p.Get(settingsPath+"/system", dashboard.Administrator, d.systemPage)
	p.Get(settingsPath+"/audit", dashboard.Administrator, d.ownAudit)
	p.Get(settingsPath+"/audit.csv", dashboard.Administrator, d.ownAuditCSV)

	p.Get(atGuild+"/audit", dashboard.Manager, d.guildAudit)
	p.Get(atGuild+"/audit.csv", dashboard.Manager, d.guildAuditCSV)
	p.Get(atGuild+"/audit/{id}/revert", dashboard.Manager, d.revertPage)
	p.Post(atGuild+"/audit/{id}/revert", dashboard.Manager, d.revert)
}

// answer is a page of the settings.
func answer(title string, body ui.View) dashboard.Answer {
	return dashboard.Answer{Title: title, Head: ui.Head{Title: "Settings", Lead: "Of the whole installation."}, Body: body}
}

func nav(current string) []ui.Link {
	links := []ui.Link{
		{Label: "API keys", Path: settingsPath},
		{Label: "Admins", Path: adminsPath},
		{Label: "System", Path: settingsPath + "/system"},
		{Label: "Audit", Path: settingsPath + "/audit"},
	}
	for i := range links {
		links[i].Current = links[i].Label == current
	}
	return links
}

func (d pages) adminsPage(r *dashboard.Request) (dashboard.Answer, error) {
	view := ui.SettingsAdmins{Nav: nav("Admins"), Form: r.Form(), Develop: d.web.Develops()}
	if view.Develop {
		developers, err := d.store.Developers(r.Context())
		if err != nil {
			return dashboard.Answer{}, err
		}
		for _, dev := range developers {
			view.Admins = append(view.Admins, ui.AdminRow{
				Name: dev.Name, Since: &dev.CreatedAt, Remove: adminsPath + "/remove", Self: r.Person.ID == 0 && r.Person.Name == dev.Name,
			})
		}
	}
	for _, id := range d.web.Admins() {
		row := ui.AdminRow{ID: id.String(), Self: r.Person.ID == id}
		if row.Self {
			row.Name = r.Person.Name
		}
		view.Admins = append(view.Admins, row)
	}
	return answer("Administrators", view), nil
}

func (d pages) removeDeveloper(r *dashboard.Request) (dashboard.Answer, error) {
	name := r.PostFormValue("name")
	gone := dashboard.Person{Name: name}
	err := d.store.RemoveDeveloper(r.Context(), name, gone.Key(), d.now(), r.Person.Audit("developer.remove", name))
	if errors.Is(err, store.ErrNotFound) {
		return dashboard.Done(adminsPath, name+" was not on the list any more."), nil
	}
	if err != nil {
		return dashboard.Answer{}, err
	}
	return dashboard.Done(adminsPath, name+" was removed and signed out."), nil
}

func (d pages) systemPage(r *dashboard.Request) (dashboard.Answer, error) {
	version := d.web.Version()
	return answer("System", ui.SettingsSystem{
		Nav: nav("System"),
		Build: []ui.Fact{
			{Name: "Version", Value: version},
			{Name: "Go", Value: runtime.Version()},
			{Name: "System", Value: runtime.GOOS + "/" + runtime.GOARCH},
			{Name: "Processors", Value: strconv.Itoa(runtime.GOMAXPROCS(0))},
			{Name: "Shards", Value: strconv.Itoa(d.web.Shards(r.Context()))},
		},
		Config: d.web.Facts(),
		Health: d.web.Health(r),
	}), nil
}

// pageSize is how many entries of an audit log a page has.
const pageSize = 25

func (d pages) ownAudit(r *dashboard.Request) (dashboard.Answer, error) {
	log, err := d.auditLog(r, 0, "What administrators did", settingsPath+"/audit.csv")
	return answer("Audit", ui.SettingsAudit{Nav: nav("Audit"), Log: log}), err
}

func (d pages) guildAudit(r *dashboard.Request) (dashboard.Answer, error) {
	log, err := d.auditLog(r, r.Guild.ID, "Who changed what", r.Guild.Path()+"/audit.csv")
	return dashboard.Answer{Title: "Audit", Tab: auditTab, Body: log}, err
}

func (d pages) auditLog(r *dashboard.Request, guild snowflake.ID, title, csv string) (ui.AuditLog, error) {
	view := ui.AuditLog{Title: title, CSV: csv, Pager: ui.Pager{Target: "audit"}}
	var before *uuid.UUID
	if text := r.URL.Query().Get("before"); text != "" {
		id, err := uuid.Parse(text)
		if err != nil {
			return view, dashboard.NoSuchPage()
		}
		before = &id
		view.Pager.First = r.With(map[string]string{"before": ""})
	}
	entries, err := d.store.AuditEntries(r.Context(), guild, before, pageSize+1)
	if err != nil {
		return view, err
	}
	if len(entries) > pageSize {
		entries = entries[:pageSize]
		view.Pager.Next = r.With(map[string]string{"before": entries[pageSize-1].ID.String()})
	}
	names := make(map[snowflake.ID]string)
	for _, e := range entries {
		if e.ActorID != 0 {
			names[e.ActorID] = e.ActorName
		}
	}
	people := d.web.People(r.Context(), guild, names)
	for _, e := range entries {
		view.Rows = append(view.Rows, d.auditRow(r, e, people[e.ActorID]))
	}
	return view, nil
}

func (d pages) auditRow(r *dashboard.Request, e store.AuditEntry, who ui.Person) ui.AuditRow {
	row := ui.AuditRow{AuditEntry: e, Who: who, Changes: changes(e)}
	if who.ID != 0 && who.Name == "" {
		row.Who.Name = e.ActorName
	}
	if _, ok := d.web.Reverter(e); ok && e.GuildID != 0 {
		row.Revert = r.Guild.Path() + "/audit/" + e.ID.String() + "/revert"
	}
	return row
}

// noChange are values that every write touches and that nobody asks about.
var noChange = []string{"updated_at", "created_at", "guild_id"}

// changes lists the values that differ before and after.
func changes(e store.AuditEntry) []ui.Change {
	var before, after map[string]json.RawMessage
	_ = json.Unmarshal(e.Before, &before) // what is no object has no values to list
	_ = json.Unmarshal(e.After, &after)
	names := make(map[string]bool)
	for name := range before {
		names[name] = true
	}
	for name := range after {
		names[name] = true
	}
	var found []ui.Change
	for name := range names {
		b, a := string(before[name]), string(after[name])
		if b != a && !slices.Contains(noChange, name) {
			found = append(found, ui.Change{Name: name, Before: plain(before[name]), After: plain(after[name])})
		}
	}
	slices.SortFunc(found, func(x, y ui.Change) int {
		switch {
		case x.Name < y.Name:
			return -1
		case x.Name > y.Name:
			return 1
		}
		return 0
	})
	return found
}

// plain is a value as people read it: words without quotes, and nothing for none.
func plain(value json.RawMessage) string {
	var text string
	switch {
	case string(value) == "null":
		return ""
	case json.Unmarshal(value, &text) == nil:
		return text
	}
	return string(value)
}

func (d pages) ownAuditCSV(r *dashboard.Request) (dashboard.Answer, error) {
	return d.auditCSV(r, 0, "audit"), nil
}

func (d pages) guildAuditCSV(r *dashboard.Request) (dashboard.Answer, error) {
	return d.auditCSV(r, r.Guild.ID, "audit-"+r.Guild.ID.String()), nil
}

func (d pages) auditCSV(r *dashboard.Request, guild snowflake.ID, name string) dashboard.Answer {
	head := []string{"id", "created_at", "actor_id", "actor_name", "action", "subject", "before", "after"}
	return dashboard.CSV(name, head, func(yield func([]string, error) bool) {
		var before *uuid.UUID
		const slice = 1000
		for {
			entries, err := d.store.AuditEntries(r.Context(), guild, before, slice)
			if err != nil {
				yield(nil, err)
				return
			}
			for _, e := range entries {
				if !yield([]string{
					e.ID.String(), e.CreatedAt.Format("2006-01-02T15:04:05Z"), e.ActorID.String(), e.ActorName, e.Action, e.Subject, string(e.Before), string(e.After),
				}, nil) {
					return
				}
				before = new(e.ID)
			}
			if len(entries) < slice {
				return
			}
		}
	})
}

func (d pages) revertPage(r *dashboard.Request) (dashboard.Answer, error) {
	return d.revertForm(r, r.Form())
}

func (d pages) revertForm(r *dashboard.Request, form ui.Form) (dashboard.Answer, error) {
	entry, _, err := d.revertible(r)
	if err != nil {
		return dashboard.Answer{}, err
	}
	back := r.Guild.Path() + "/audit"
	return dashboard.Answer{Title: "Take a change back", Tab: auditTab, Body: ui.AuditRevert{
		Form: form, Path: back + "/" + entry.ID.String() + "/revert", Back: back,
		Row: ui.AuditRow{AuditEntry: entry, Changes: changes(entry)},
	}}, nil
}

// revertible is the entry of the path and how it is taken back.
func (d pages) revertible(r *dashboard.Request) (store.AuditEntry, dashboard.Revert, error) {
	id, err := uuid.Parse(r.PathValue("id"))
	if err != nil {
		return store.AuditEntry{}, nil, dashboard.NoSuchPage()
	}
	entry, err := d.store.AuditEntry(r.Context(), r.Guild.ID, id)
	if errors.Is(err, store.ErrNotFound) {
		return entry, nil, dashboard.NoSuchPage()
	}
	if err != nil {
		return entry, nil, err
	}
	revert, ok := d.web.Reverter(entry)
	if !ok {
		return entry, nil, dashboard.NoSuchPage()
	}
	return entry, revert, nil
}

func (d pages) revert(r *dashboard.Request) (dashboard.Answer, error) {
	entry, revert, err := d.revertible(r)
	if err != nil {
		return dashboard.Answer{}, err
	}
	if err := revert(r.Context(), r.Person, entry); err != nil {
		return r.Refuse(err, func(form ui.Form) (dashboard.Answer, error) { return d.revertForm(r, form) })
	}
	return dashboard.Done(r.Guild.Path()+"/audit", "Taken back: everything is as it was before that change."), nil
}
