package squads

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/disgoorg/snowflake/v2"

	"github.com/smarter-dev/smarterdev/app/platform/dashboard"
	"github.com/smarter-dev/smarterdev/app/platform/fault"
	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/ui"
	"github.com/smarter-dev/smarterdev/ui/i18n"
)

func (p pages) newPage(r *dashboard.Request) (dashboard.Response, error) {
	return p.newForm(r, r.Form())
}

func (p pages) newForm(r *dashboard.Request, form ui.Form) (dashboard.Response, error) {
	fresh, err := Details{RoleID: new(snowflake.ID), Name: new(string)}.Whole()
	if err != nil {
		return dashboard.Response{}, err
	}
	view, err := p.form(r, form, fresh.on(store.Squad{GuildID: r.Guild.ID}))
	view.ID, view.Title, view.Path, view.Submit = "squad-new", r.T("New squad"), base(r)+"/new", r.T("Create squad")
	return p.answer(view.Title, view), err
}

func (p pages) create(r *dashboard.Request) (dashboard.Response, error) {
	details, err := readDetails(r)
	var q store.Squad
	if err == nil {
		q, err = p.Create(r.Context(), Create{Guild: r.Guild.ID, Details: details, Actor: r.Person.Actor(), By: r.Person.Authority()})
	}
	if err != nil {
		return r.FormError(err, func(form ui.Form) (dashboard.Response, error) { return p.newForm(r, form) })
	}
	return dashboard.Redirect(base(r), r.T("%s was created. Members join it with /squads join.", q.Name)), nil
}

func (p pages) editPage(r *dashboard.Request) (dashboard.Response, error) {
	q, err := p.squad(r)
	if err != nil {
		return dashboard.Response{}, err
	}
	return p.editForm(r, r.Form(), q, strconv.FormatInt(q.Version, 10))
}

func (p pages) editForm(r *dashboard.Request, form ui.Form, q store.Squad, version string) (dashboard.Response, error) {
	view, err := p.form(r, form, q)
	view.ID, view.Title, view.Path = "squad-edit-"+q.ID.String(), r.T("Edit %s", q.Name), base(r)+"/"+q.ID.String()+"/edit"
	view.Version, view.Members, view.Submit = version, q.MemberCount, r.T("Save")
	return p.answer(view.Title, view), err
}

func (p pages) edit(r *dashboard.Request) (dashboard.Response, error) {
	now, err := p.squad(r)
	if err != nil {
		return dashboard.Response{}, err
	}
	in := Change{Guild: r.Guild.ID, ID: now.ID, Actor: r.Person.Actor(), By: r.Person.Authority()}
	in.Details, err = readDetails(r)
	if err == nil {
		in.IfVersion, err = version(r)
	}
	var q store.Squad
	if err == nil {
		q, err = p.Change(r.Context(), in)
	}
	if err != nil {
		return r.FormError(err, func(form ui.Form) (dashboard.Response, error) {
			shown := r.PostFormValue("version")
			if fault.Has(err, "stale") { // after that the newest version is what is looked at
				shown = strconv.FormatInt(now.Version, 10)
			}
			return p.editForm(r, form, now, shown)
		})
	}
	return dashboard.Redirect(base(r), r.T("%s was saved.", q.Name)), nil
}

// version is the one that the form was made from.
func version(r *dashboard.Request) (*int64, error) {
	n, err := strconv.ParseInt(r.PostFormValue("version"), 10, 64)
	if err != nil {
		return nil, fault.New(fault.Stale, "stale", "This page is outdated. Reload it, then try again.")
	}
	return &n, nil
}

// form shows a squad as it is, or as it was typed.
func (p pages) form(r *dashboard.Request, form ui.Form, q store.Squad) (ui.SquadForm, error) {
	figure := func(name, label, unit, help string, value string, least, most int64) ui.Field {
		return form.Field(ui.Field{Name: name, Label: label, Type: "number", Value: value, Unit: unit, Help: help,
			Min: strconv.FormatInt(least, 10), Max: strconv.FormatInt(most, 10), Required: name != "max_members"})
	}
	limit := ""
	if q.MaxMembers != nil {
		limit = strconv.FormatInt(*q.MaxMembers, 10)
	}
	view := ui.SquadForm{
		Form: form, Back: base(r),
		Name:  form.Field(ui.Field{Name: "name", Label: r.T("Name"), Value: q.Name, Longest: longestName, Required: true, Autofocus: true}),
		About: form.Field(ui.Field{Name: "description", Label: r.T("Description"), Type: "textarea", Value: q.Description, Longest: longestDescription, Placeholder: r.T("What the squad is about")}),
		Figures: []ui.Field{
			figure("join_cost", r.T("Joining fee"), r.T("bytes"), r.T("for members who are not in a squad"), strconv.FormatInt(q.JoinCost, 10), 0, store.MaxSquadCost),
			figure("switch_cost", r.T("Switching fee"), r.T("bytes"), r.T("for members of another squad, and for 24 hours after leaving one"), strconv.FormatInt(q.SwitchCost, 10), 0, store.MaxSquadCost),
			figure("max_members", r.T("Member limit"), r.T("members"), r.T("leave empty for no limit"), limit, 1, mostMembers),
		},
		Active: form.Field(ui.Field{Name: "is_active", Label: r.T("Open for new members"), Type: "checkbox", Checked: q.Active, Help: r.T("When off, members stay and no one can join.")}),
	}
	var err error
	view.Roles, err = p.choices(r, form, q)
	return view, err
}

// choices lists the roles that the squad can have; of those that it cannot, why.
func (p pages) choices(r *dashboard.Request, form ui.Form, q store.Squad) (ui.RolePicker, error) {
	squads, err := p.Squads(r.Context(), r.Guild.ID)
	if err != nil {
		return ui.RolePicker{}, err
	}
	used := make(map[snowflake.ID]string, len(squads))
	for _, other := range squads {
		if other.ID != q.ID {
			used[other.RoleID] = r.T("used by %s", other.Name)
		}
	}
	view := r.RolePicker(form, dashboard.RolePicker{Field: "role_id", Chosen: q.RoleID, Used: used, Above: true})
	view.None = i18n.M("This server has no role that a squad can use. Create one in Discord first.")
	return view, nil
}

// readDetails reads the form. It fails with an Invalid fault that names what cannot be read.
func readDetails(r *dashboard.Request) (Details, error) {
	var f fault.Fields
	cost := func(name string) *int64 {
		n := r.Number(&f, name)
		if n == nil && r.PostFormValue(name) == "" {
			f.Add(name, "This cannot be empty. Enter 0 for free.")
		}
		return n
	}
	d := Details{
		Name: new(r.PostFormValue("name")), Description: new(r.PostFormValue("description")),
		SwitchCost: cost("switch_cost"), JoinCost: cost("join_cost"),
		MaxMembers: Limit{Given: true, Most: r.Number(&f, "max_members")},
		Active:     new(r.PostFormValue("is_active") != ""),
	}
	if role, err := snowflake.Parse(r.PostFormValue("role_id")); err == nil {
		d.RoleID = &role
	} else {
		f.Add("role_id", "Choose the role that the members of the squad get.")
	}
	if err := d.Validate(); err != nil {
		f = append(f, fault.As(err).Fields...)
	}
	return d, f.Err()
}

// revert sets what an entry of the audit log says was there before.
func (p pages) revert(ctx context.Context, who dashboard.Person, entry store.AuditEntry) error {
	var before store.Squad
	if err := json.Unmarshal(entry.Before, &before); err != nil {
		return fmt.Errorf("read the squad of audit entry %s: %w", entry.ID, err)
	}
	_, err := p.Change(ctx, Change{
		Guild: entry.GuildID, ID: before.ID, Actor: who.Actor(), By: who.Authority(),
		Details: Details{
			RoleID: &before.RoleID, Name: &before.Name, Description: &before.Description, SwitchCost: &before.SwitchCost,
			JoinCost: &before.JoinCost, MaxMembers: Limit{Given: true, Most: before.MaxMembers}, Active: &before.Active,
		},
	})
	return err
}

// timesPart shows a person's squads in the guilds that the asker may see, and in no other.
func (p pages) timesPart(r *dashboard.Request) (ui.View, error) {
	user, guilds, err := r.Subject()
	if err != nil {
		return nil, err
	}
	var view ui.SquadTimes
	for _, g := range guilds {
		times, err := p.store.Memberships(r.Context(), g.ID, user, 5)
		if err != nil {
			return nil, err
		}
		for _, m := range times {
			q, err := p.store.AnySquad(r.Context(), g.ID, m.SquadID)
			if err != nil {
				return nil, err
			}
			shown := ui.SquadTime{Membership: m, Guild: g, Name: q.Name}
			if q.DeletedAt == nil {
				shown.Path = g.Path() + "/" + tab + "/" + q.ID.String()
			}
			view.Times = append(view.Times, shown)
		}
	}
	return view, nil
}
