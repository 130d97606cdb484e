package dashboard

import (
	"net/http"
	"strings"

	"github.com/smarter-dev/smarterdev/app/platform/bus"
	"github.com/smarter-dev/smarterdev/ui"
	"github.com/smarter-dev/smarterdev/ui/i18n"
)

// Tab is a page of a guild that a feature contributes. Its page is registered at
// /admin/guilds/{guild}/PATH with Get.
type Tab struct {
	Label i18n.Text
	Icon  string // of ui/icons.json
	Path  string // "bytes"; empty for the overview
}

func (t Tab) suffix() string {
	if t.Path == "" {
		return ""
	}
	return "/" + t.Path
}

// Tab adds a tab to every guild, behind those that are there.
func (p *Pages) Tab(t Tab) { p.tabs = append(p.tabs, t) }

// Link adds an entry to the sidebar, behind those that are there. Its page must be registered by the
// same path: who may not open it is not shown the entry. The icon is one of ui/icons.json.
func (p *Pages) Link(label i18n.Text, path, icon string) {
	p.nav = append(p.nav, navLink{label, path, icon})
}

// navLink is a link that has yet to be worded for its reader.
type navLink struct {
	label      i18n.Text
	path, icon string
}

func (l navLink) in(p *i18n.Printer) ui.Link {
	return ui.Link{Label: l.label.Localize(p), Path: l.path, Icon: l.icon}
}

// Part is a piece that a feature contributes to a page of the frame. A part that fails is replaced by
// an error message; the rest of the page is not affected.
type Part struct {
	Name string                          // part of its path
	Wide bool                            // it takes the full width
	Slow i18n.Text                       // message while it is loaded after the page: "Loading the members…"
	Live []bus.Topic                     // it is refreshed on these events
	View func(*Request) (ui.View, error) // ui.Nothing leaves the part out, unless it is Live
}

// HomePart adds a part to the overview of the installation.
func (p *Pages) HomePart(part Part) { p.homes = p.part(p.homes, part, home+"/parts/", SignedIn) }

// GuildPart adds a part to the overview of a guild.
func (p *Pages) GuildPart(part Part) {
	p.guilds = p.part(p.guilds, part, home+"/guilds/{guild}/parts/", Manager)
}

// UserPart adds a section to the page of a person. It must show only what belongs to guilds that the
// viewer may see.
func (p *Pages) UserPart(part Part) {
	p.users = p.part(p.users, part, home+"/users/{user}/parts/", SignedIn)
}

func (p *Pages) part(parts []Part, part Part, base string, right Right) []Part {
	p.Get(base+part.Name, right, func(r *Request) (Response, error) {
		view, err := part.View(r)
		if err != nil {
			return Response{}, err
		}
		return Response{Title: part.Name, Body: view}, nil
	})
	return append(parts, part)
}

// homeParts are the parts of the overview of the installation.
func (p *Pages) homeParts(r *Request) ui.Parts { return p.renderParts(r, p.homes, home) }

// GuildParts are the parts of the overview of a guild.
func (p *Pages) GuildParts(r *Request) ui.Parts { return p.renderParts(r, p.guilds, r.Guild.Path()) }

// UserParts are the sections of the page of a person.
func (p *Pages) UserParts(r *Request) ui.Parts { return p.renderParts(r, p.users, r.URL.Path) }

// renderParts renders the parts; slow ones only when they are requested.
func (p *Pages) renderParts(r *Request, parts []Part, base string) ui.Parts {
	var whole ui.Parts
	inPlace := r.URL.Query().Get("parts") == "now"
	for _, part := range parts {
		at := base + "/parts/" + part.Name
		box := ui.PartBox{ID: "part-" + part.Name, Path: at, Wide: part.Wide, Trigger: trigger(part.Live)}
		if !part.Slow.IsZero() && !inPlace {
			box.Body = ui.Slow{Part: at, Page: r.With(map[string]string{"parts": "now"}), What: part.Slow.Localize(r.Printer()), Rows: 12}
		} else if view, err := part.View(r); err != nil {
			box.Body = p.partError(r, err, at)
		} else if _, nothing := view.(ui.Nothing); nothing && box.Trigger == "" {
			continue
		} else {
			box.Body = view
		}
		whole.Items = append(whole.Items, box)
	}
	return whole
}

// trigger is the hx-trigger that refreshes a part.
func trigger(topics []bus.Topic) string {
	if len(topics) == 0 {
		return ""
	}
	events := make([]string, 0, len(topics)+1)
	for _, t := range topics {
		events = append(events, "sse:"+eventName(t)+" throttle:1s")
	}
	return strings.Join(append(events, "sse:resync"), ", ")
}

// eventName is the name of a topic in an hx-trigger, which cannot contain dots.
func eventName(t bus.Topic) string { return strings.ReplaceAll(string(t), ".", "-") }

// Trigger is the hx-trigger of an element that is refreshed on events of these topics.
func Trigger(topics ...bus.Topic) string { return trigger(topics) }

func (p *Pages) mountFrame() {
	p.Get(home, SignedIn, func(r *Request) (Response, error) {
		return Response{Head: ui.Head{Title: r.T("Overview")}, Live: true, Body: ui.Home{Parts: p.homeParts(r)}}, nil
	})
	p.Post(home+"/theme", SignedIn, func(r *Request) (Response, error) {
		p.chooseTheme(r)
		return Response{redirect: nextPath(r.PostFormValue("next"))}, nil
	})
	p.stream(home+"/events", SignedIn)
	p.stream(home+"/guilds/{guild}/events", Manager)
	p.mountPictures()
	p.Get(home+"/*", SignedIn, func(*Request) (Response, error) { return Response{}, errNotFound })
}

// themeCookie is the name of the cookie that keeps the theme.
func themeCookie(secure bool) string {
	if secure {
		return "__Host-theme"
	}
	return "theme"
}

// theme is the chosen theme: light, dark, or auto to follow the system.
func (p *Pages) theme(r *http.Request) string {
	cookie, err := r.Cookie(themeCookie(p.sessions.Cookie.Secure))
	if err == nil && (cookie.Value == "light" || cookie.Value == "dark") {
		return cookie.Value
	}
	return "auto"
}

func (p *Pages) chooseTheme(r *Request) {
	cookie := &http.Cookie{
		Name: themeCookie(p.sessions.Cookie.Secure), Value: r.PostFormValue("theme"), Path: "/", MaxAge: 365 * 24 * 60 * 60,
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: p.sessions.Cookie.Secure,
	}
	if cookie.Value != "light" && cookie.Value != "dark" {
		cookie.Value, cookie.MaxAge = "", -1
	}
	http.SetCookie(r.w, cookie)
}
