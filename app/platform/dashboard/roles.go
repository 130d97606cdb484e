package dashboard

import (
	"github.com/disgoorg/snowflake/v2"

	"github.com/smarter-dev/smarterdev/app/platform/directory"
	"github.com/smarter-dev/smarterdev/app/platform/web"
	"github.com/smarter-dev/smarterdev/ui"
)

// Roles are the roles of the request's guild as pages show them, with what keeps the bot from giving them.
// answered is false, and there are none, while Discord does not answer.
func (r *Request) Roles() (roles map[snowflake.ID]ui.Role, answered bool) {
	listed, answered := r.listRoles()
	roles = make(map[snowflake.ID]ui.Role, len(listed))
	for _, role := range listed {
		roles[role.ID] = r.role(role)
	}
	return roles, answered
}

func (r *Request) listRoles() (roles []directory.Role, answered bool) {
	guild, err := r.pages.config.Directory.Guild(r.Context(), r.Guild.ID)
	if err != nil {
		web.Logger(r.Context()).InfoContext(r.Context(), "a page is shown without roles", "error", err)
	}
	return guild.Roles, err == nil
}

func (r *Request) role(role directory.Role) ui.Role {
	shown := ui.Role{ID: role.ID, Name: role.Name, Color: role.Color}
	switch {
	case role.Managed:
		shown.Problem = r.T("managed by an integration")
	case role.Powerful:
		shown.Problem = r.T("has permissions that the bot does not hand out")
	case !role.Assignable:
		shown.Problem = r.T("above the bot’s role, so the bot cannot assign it")
	}
	return shown
}

// RolePicker is a choice of one role of the guild that the bot gives to members.
type RolePicker struct {
	Field  string                  // of the form, with the role's id
	Chosen snowflake.ID            // while nothing was typed; 0: none
	Used   map[snowflake.ID]string // roles that cannot be chosen, and why: "used by Gophers"
	Hidden func(snowflake.ID) bool // roles that are not listed; nil: none
	Above  bool                    // a role above the bot's can be chosen: it is given once that is changed
}

// RolePicker shows a choice of roles as it is, or as it was typed.
func (r *Request) RolePicker(form ui.Form, o RolePicker) ui.RolePicker {
	view := ui.RolePicker{Name: o.Field, Error: form.Errors[o.Field]}
	roles, answered := r.listRoles()
	if !answered {
		view.Gone = r.T("Discord is not responding, so you cannot choose another role right now. Everything else works.")
	}
	chosen := o.Chosen.String()
	if form.Typed != nil {
		chosen = form.Typed.Get(o.Field)
	}
	listed := false
	for _, role := range roles {
		if role.ID == r.Guild.ID || o.Hidden != nil && o.Hidden(role.ID) {
			continue
		}
		shown := r.role(role)
		shown.Chosen = role.ID.String() == chosen
		shown.Disabled = role.Managed || role.Powerful || !role.Assignable && !o.Above
		if why, used := o.Used[role.ID]; used && !role.Managed && !role.Powerful {
			shown.Problem, shown.Disabled = why, true
		}
		listed = listed || role.ID == o.Chosen
		view.Roles = append(view.Roles, shown)
	}
	if o.Chosen != 0 && !listed {
		view.Roles = append(view.Roles, ui.Role{ID: o.Chosen, Name: o.Chosen.String(), Chosen: o.Chosen.String() == chosen, Gone: answered})
	}
	return view
}
