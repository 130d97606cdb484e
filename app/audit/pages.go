package audit

import (
	"encoding/json"
	"errors"
	"slices"

	"github.com/disgoorg/snowflake/v2"
	"github.com/google/uuid"

	"github.com/smarter-dev/smarterdev/app/platform/dashboard"
	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/ui"
	"github.com/smarter-dev/smarterdev/ui/i18n"
)

const (
	tab     = "audit"
	ownPath = dashboard.SettingsPath + "/audit"
	atGuild = "/admin/guilds/{guild}"
)

// pages is the dashboard's side of the log.
type pages struct {
	log
	web *dashboard.Pages
}

func (l log) pages(p *dashboard.Pages) {
	d := pages{l, p}
	p.Tab(dashboard.Tab{Label: i18n.M("Audit log"), Icon: "history", Path: tab})
	p.SettingsPage(i18n.M("Audit log"), ownPath, dashboard.Administrator, d.ownAudit)
	p.Get(ownPath+".csv", dashboard.Administrator, d.ownAuditCSV)

	p.Get(atGuild+"/audit", dashboard.Manager, d.guildAudit)
	p.Get(atGuild+"/audit.csv", dashboard.Manager, d.guildAuditCSV)
	p.Get(atGuild+"/audit/{id}/revert", dashboard.Manager, d.revertPage)
	p.Post(atGuild+"/audit/{id}/revert", dashboard.Manager, d.revert)
}

// pageSize is the number of entries on a page.
const pageSize = 25

func (d pages) ownAudit(r *dashboard.Request) (dashboard.Response, error) {
	log, err := d.auditLog(r, 0, r.T("Changes by administrators"), ownPath+".csv")
	return r.Settings(r.T("Audit log"), ui.SettingsAudit{Nav: r.SettingsNav(), Log: log}), err
}

func (d pages) guildAudit(r *dashboard.Request) (dashboard.Response, error) {
	log, err := d.auditLog(r, r.Guild.ID, r.T("Changes"), r.Guild.Path()+"/audit.csv")
	return dashboard.Response{Title: r.T("Audit log"), Tab: tab, Body: log}, err
}

func (d pages) auditLog(r *dashboard.Request, guild snowflake.ID, title, csv string) (ui.AuditLog, error) {
	view := ui.AuditLog{Title: title, CSV: csv}
	var before *uuid.UUID
	if text := r.URL.Query().Get("before"); text != "" {
		id, err := uuid.Parse(text)
		if err != nil {
			return view, dashboard.NotFound()
		}
		before = &id
	}
	entries, err := d.store.AuditEntries(r.Context(), guild, before, pageSize+1)
	if err != nil {
		return view, err
	}
	next := ""
	if len(entries) > pageSize {
		entries = entries[:pageSize]
		next = entries[pageSize-1].ID.String()
	}
	view.Pager = r.PagerByKey("audit", "before", next, pageSize, 0)
	names := make(map[snowflake.ID]string)
	for _, e := range entries {
		if e.Actor.ID != 0 {
			names[e.Actor.ID] = e.Actor.Name
		}
	}
	people := d.web.People(r.Context(), guild, names)
	for _, e := range entries {
		view.Rows = append(view.Rows, d.auditRow(r, e, people[e.Actor.ID]))
	}
	return view, nil
}

func (d pages) auditRow(r *dashboard.Request, e store.AuditEntry, who ui.Person) ui.AuditRow {
	row := ui.AuditRow{AuditEntry: e, Who: who, Changes: changes(e)}
	if who.ID != 0 && who.Name == "" {
		row.Who.Name = e.Actor.Name
	}
	if _, ok := d.web.Reverter(e); ok && e.GuildID != 0 {
		row.Revert = r.Guild.Path() + "/audit/" + e.ID.String() + "/revert"
	}
	return row
}

// ignoredFields are values that every write changes and that are not of interest.
var ignoredFields = []string{"updated_at", "created_at", "guild_id"}

// changes lists the values that differ.
func changes(e store.AuditEntry) []ui.Change {
	var before, after map[string]json.RawMessage
	_ = json.Unmarshal(e.Before, &before) // anything but an object has no values to list
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
		if b != a && !slices.Contains(ignoredFields, name) {
			found = append(found, ui.Change{Name: name, Before: plainValue(before[name]), After: plainValue(after[name])})
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

// plainValue is a value as people read it: a string without quotes, and null as nothing.
func plainValue(value json.RawMessage) string {
	var text string
	switch {
	case string(value) == "null":
		return ""
	case json.Unmarshal(value, &text) == nil:
		return text
	}
	return string(value)
}

func (d pages) ownAuditCSV(r *dashboard.Request) (dashboard.Response, error) {
	return d.auditCSV(r, 0, "audit"), nil
}

func (d pages) guildAuditCSV(r *dashboard.Request) (dashboard.Response, error) {
	return d.auditCSV(r, r.Guild.ID, "audit-"+r.Guild.ID.String()), nil
}

func (d pages) auditCSV(r *dashboard.Request, guild snowflake.ID, name string) dashboard.Response {
	head := []string{"id", "created_at", "actor_id", "actor_name", "source", "action", "subject", "before", "after"}
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
					e.ID.String(), e.CreatedAt.Format("2006-01-02T15:04:05Z"), e.Actor.ID.String(), e.Actor.Name, string(e.Actor.Source), e.Action, e.Subject, string(e.Before), string(e.After),
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

func (d pages) revertPage(r *dashboard.Request) (dashboard.Response, error) {
	return d.revertForm(r, r.Form())
}

func (d pages) revertForm(r *dashboard.Request, form ui.Form) (dashboard.Response, error) {
	entry, _, err := d.revertible(r)
	if err != nil {
		return dashboard.Response{}, err
	}
	back := r.Guild.Path() + "/audit"
	return dashboard.Response{Title: r.T("Revert a change"), Tab: tab, Body: ui.AuditRevert{
		Form: form, Path: back + "/" + entry.ID.String() + "/revert", Back: back,
		Row: ui.AuditRow{AuditEntry: entry, Changes: changes(entry)},
	}}, nil
}

// revertible is the entry of the path and how it is undone.
func (d pages) revertible(r *dashboard.Request) (store.AuditEntry, dashboard.Revert, error) {
	id, err := uuid.Parse(r.PathValue("id"))
	if err != nil {
		return store.AuditEntry{}, nil, dashboard.NotFound()
	}
	entry, err := d.store.AuditEntry(r.Context(), r.Guild.ID, id)
	if errors.Is(err, store.ErrNotFound) {
		return entry, nil, dashboard.NotFound()
	}
	if err != nil {
		return entry, nil, err
	}
	revert, ok := d.web.Reverter(entry)
	if !ok {
		return entry, nil, dashboard.NotFound()
	}
	return entry, revert, nil
}

func (d pages) revert(r *dashboard.Request) (dashboard.Response, error) {
	entry, revert, err := d.revertible(r)
	if err != nil {
		return dashboard.Response{}, err
	}
	if err := revert(r.Context(), r.Person, entry); err != nil {
		return r.FormError(err, func(form ui.Form) (dashboard.Response, error) { return d.revertForm(r, form) })
	}
	return dashboard.Redirect(r.Guild.Path()+"/audit", r.T("The change was reverted.")), nil
}
