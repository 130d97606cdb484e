package apikeys

import (
	"slices"
	"strings"
	"time"

	"github.com/disgoorg/snowflake/v2"
	"github.com/google/uuid"

	"github.com/smarter-dev/smarterdev/app/platform/dashboard"
	"github.com/smarter-dev/smarterdev/app/platform/fault"
	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/ui"
	"github.com/smarter-dev/smarterdev/ui/i18n"
)

// maxOfferedGuilds bounds the guilds that the form of a new key offers.
const maxOfferedGuilds = 100

const keysPath = dashboard.SettingsPath + "/keys"

// pages is the dashboard's side of the service.
type pages struct{ *Service }

func (s *Service) pages(p *dashboard.Pages) {
	d := pages{s}
	p.SettingsPage(i18n.M("API keys"), dashboard.SettingsPath, dashboard.Administrator, d.keysPage)
	p.Get(keysPath+"/new", dashboard.Administrator, d.newKeyPage)
	p.Post(keysPath+"/new", dashboard.Administrator, d.createKey)
	p.Get(keysPath+"/{id}/revoke", dashboard.Administrator, d.revokePage)
	p.Post(keysPath+"/{id}/revoke", dashboard.Administrator, d.revokeKey)
}

func (d pages) keysPage(r *dashboard.Request) (dashboard.Response, error) {
	keys, err := d.Keys(r.Context())
	if err != nil {
		return dashboard.Response{}, err
	}
	guilds, err := r.Guilds()
	if err != nil {
		guilds = nil // ids are shown instead of names
	}
	view := ui.SettingsKeys{Nav: r.SettingsNav(), New: keysPath + "/new"}
	for _, k := range keys {
		row := ui.KeyRow{APIKey: k, State: r.T("active"), Where: guildNames(r, k, guilds)}
		switch {
		case k.RevokedAt != nil:
			row.State = r.T("revoked")
		case !k.Usable(d.now()):
			row.State = r.T("expired")
		default:
			row.Revoke = keysPath + "/" + k.ID.String() + "/revoke"
		}
		view.Keys = append(view.Keys, row)
	}
	return r.Settings(r.T("API keys"), view), nil
}

func guildNames(r *dashboard.Request, k store.APIKey, guilds []ui.GuildHead) string {
	if k.Guilds == nil {
		return r.T("all servers")
	}
	if len(k.Guilds) > 3 {
		return r.N("%s server", "%s servers", int64(len(k.Guilds)))
	}
	var names []string
	for _, id := range k.Guilds {
		name := id.String()
		if i := slices.IndexFunc(guilds, func(g ui.GuildHead) bool { return g.ID == id }); i >= 0 {
			name = guilds[i].Name
		}
		names = append(names, name)
	}
	return strings.Join(names, ", ")
}

func (d pages) newKeyPage(r *dashboard.Request) (dashboard.Response, error) {
	return d.keyForm(r, r.Form())
}

func (d pages) keyForm(r *dashboard.Request, form ui.Form) (dashboard.Response, error) {
	view := ui.KeyNew{
		Form: form, Path: keysPath + "/new", Back: dashboard.SettingsPath, ScopeError: form.Errors["scopes"], GuildError: form.Errors["guilds"],
		Name: form.Field(ui.Field{Name: "name", Label: r.T("Name"), Required: true, Longest: maxNameLength, Help: r.T("What the key is for, so that you recognize it later.")}),
		Expires: form.Field(ui.Field{Name: "expires", Label: r.T("Expires"), Type: "select", Value: "90", Options: []ui.Option{
			{Value: "7", Label: r.T("in 7 days")}, {Value: "30", Label: r.T("in 30 days")}, {Value: "90", Label: r.T("in 90 days")},
			{Value: "365", Label: r.T("in 1 year")}, {Value: "0", Label: r.T("never")},
		}}),
	}
	for _, scope := range d.scopes() {
		if !scope.Help.IsZero() {
			name := string(scope.Scope)
			view.Scopes = append(view.Scopes, ui.Check{
				Value: name, Label: name, Help: scope.Help.Localize(r.Printer()), Checked: slices.Contains(form.Typed["scopes"], name),
			})
		}
	}
	guilds, err := r.Guilds()
	if err != nil {
		return dashboard.Response{}, err
	}
	for _, g := range guilds[:min(len(guilds), maxOfferedGuilds)] {
		view.Guilds = append(view.Guilds, ui.Check{Value: g.ID.String(), Label: g.Name,
			Checked: slices.Contains(form.Typed["guilds"], g.ID.String())})
	}
	return r.Settings(r.T("Create an API key"), view), nil
}

// expiries are the days that the form offers.
var expiries = map[string]time.Duration{"7": 7 * day, "30": 30 * day, "90": 90 * day, "365": 365 * day, "0": 0}

const day = 24 * time.Hour

func (d pages) createKey(r *dashboard.Request) (dashboard.Response, error) {
	if err := r.ParseForm(); err != nil {
		return dashboard.Response{}, err
	}
	in := CreateKey{Name: strings.TrimSpace(r.PostFormValue("name")), Scopes: r.PostForm["scopes"], Actor: r.Person.Actor()}
	var f fault.Fields
	for _, text := range r.PostForm["guilds"] {
		id, err := snowflake.Parse(text)
		if err != nil {
			f.Add("guilds", "One of these is not a server.")
			continue
		}
		in.Guilds = append(in.Guilds, id)
	}
	life, offered := expiries[r.PostFormValue("expires")]
	switch {
	case !offered:
		f.Add("expires", "Choose when the key expires.")
	case life > 0:
		in.ExpiresAt = new(d.now().Add(life))
	}
	err := f.Err()
	var key string
	var made store.APIKey
	if err == nil {
		key, made, err = d.CreateKey(r.Context(), in)
	}
	if err != nil {
		return r.FormError(err, func(form ui.Form) (dashboard.Response, error) { return d.keyForm(r, form) })
	}
	return r.Settings(r.T("New API key"), ui.KeyMade{Key: key, Made: made, Back: dashboard.SettingsPath}), nil
}

func (d pages) revokePage(r *dashboard.Request) (dashboard.Response, error) {
	return d.revokeForm(r, r.Form())
}

func (d pages) revokeForm(r *dashboard.Request, form ui.Form) (dashboard.Response, error) {
	k, err := d.keyFromPath(r)
	if err != nil {
		return dashboard.Response{}, err
	}
	return r.Settings(r.T("Revoke an API key"), ui.KeyRevoke{Form: form, Path: keysPath + "/" + k.ID.String() + "/revoke", Back: dashboard.SettingsPath, Key: k}), nil
}

// keyFromPath is the key of the path.
func (d pages) keyFromPath(r *dashboard.Request) (store.APIKey, error) {
	id, err := uuid.Parse(r.PathValue("id"))
	if err != nil {
		return store.APIKey{}, dashboard.NotFound()
	}
	keys, err := d.Keys(r.Context())
	if err != nil {
		return store.APIKey{}, err
	}
	if i := slices.IndexFunc(keys, func(k store.APIKey) bool { return k.ID == id }); i >= 0 {
		return keys[i], nil
	}
	return store.APIKey{}, dashboard.NotFound()
}

func (d pages) revokeKey(r *dashboard.Request) (dashboard.Response, error) {
	k, err := d.keyFromPath(r)
	if err != nil {
		return dashboard.Response{}, err
	}
	if _, err := d.RevokeKey(r.Context(), RevokeKey{ID: k.ID, Actor: r.Person.Actor()}); err != nil {
		return r.FormError(err, func(form ui.Form) (dashboard.Response, error) { return d.revokeForm(r, form) })
	}
	return dashboard.Redirect(dashboard.SettingsPath, r.T("%s was revoked.", k.Name)), nil
}
