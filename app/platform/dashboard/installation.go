package dashboard

import (
	"errors"
	"runtime"
	"strconv"

	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/ui"
	"github.com/smarter-dev/smarterdev/ui/i18n"
)

// SettingsPath is where the settings of the installation begin.
const SettingsPath = home + "/settings"

const adminsPath = SettingsPath + "/admins"

// Installation mounts the settings that no feature owns: who administers the installation, and how
// this process was built and configured.
func Installation(p *Pages) {
	p.Link(i18n.M("Settings"), SettingsPath, "settings")
	p.SettingsPage(i18n.M("Administrators"), adminsPath, Administrator, p.adminsPage)
	if p.config.Develop {
		p.Post(adminsPath+"/remove", Administrator, p.removeDeveloper)
	}
	p.SettingsPage(i18n.M("System"), SettingsPath+"/system", Administrator, p.systemPage)
}

// SettingsPage registers a page of the installation's settings and adds it to the navigation that
// they share, behind those that are there.
func (p *Pages) SettingsPage(label i18n.Text, path string, right Right, h Handler) {
	p.settings = append(p.settings, navLink{label: label, path: path})
	p.Get(path, right, h)
}

// SettingsNav is the navigation that the pages of the installation's settings share.
func (r *Request) SettingsNav() []ui.Link {
	links := make([]ui.Link, len(r.pages.settings))
	for i, entry := range r.pages.settings {
		links[i] = entry.in(r.Printer())
		links[i].Current = links[i].Path == r.URL.Path
	}
	return links
}

// Settings is a page of the installation's settings.
func (r *Request) Settings(title string, body ui.View) Response {
	return Response{Title: title, Head: ui.Head{Title: r.T("Settings"), Lead: r.T("For the whole installation.")}, Body: body}
}

func (p *Pages) adminsPage(r *Request) (Response, error) {
	view := ui.SettingsAdmins{Nav: r.SettingsNav(), Form: r.Form(), Develop: p.config.Develop}
	if view.Develop {
		developers, err := p.config.Store.Developers(r.Context())
		if err != nil {
			return Response{}, err
		}
		for _, dev := range developers {
			view.Admins = append(view.Admins, ui.AdminRow{
				Name: dev.Name, Since: &dev.CreatedAt, Remove: adminsPath + "/remove", Self: r.Person.ID == 0 && r.Person.Name == dev.Name,
			})
		}
	}
	for _, id := range p.config.Admins {
		row := ui.AdminRow{ID: id.String(), Self: r.Person.ID == id}
		if row.Self {
			row.Name = r.Person.Name
		}
		view.Admins = append(view.Admins, row)
	}
	return r.Settings(r.T("Administrators"), view), nil
}

func (p *Pages) removeDeveloper(r *Request) (Response, error) {
	name := r.PostFormValue("name")
	gone := Person{Name: name}
	err := p.config.Store.RemoveDeveloper(r.Context(), name, gone.Key(), p.config.Now(), r.Person.Actor().Entry("developer.remove", name))
	if errors.Is(err, store.ErrNotFound) {
		return Redirect(adminsPath, r.T("%s was no longer on the list.", name)), nil
	}
	if err != nil {
		return Response{}, err
	}
	return Redirect(adminsPath, r.T("%s was removed and signed out.", name)), nil
}

func (p *Pages) systemPage(r *Request) (Response, error) {
	version := p.Version()
	return r.Settings(r.T("System"), ui.SettingsSystem{
		Nav: r.SettingsNav(),
		Build: []ui.Fact{
			{Name: r.T("Version"), Value: version},
			{Name: "Go", Value: runtime.Version()},
			{Name: r.T("System"), Value: runtime.GOOS + "/" + runtime.GOARCH},
			{Name: r.T("Processors"), Value: strconv.Itoa(runtime.GOMAXPROCS(0))},
			{Name: r.T("Shards"), Value: strconv.Itoa(p.Shards(r.Context()))},
		},
		Config: p.config.Facts,
		Health: p.Health(r),
	}), nil
}
