package dashboard

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/smarter-dev/smarterdev/app/platform/web"
	"github.com/smarter-dev/smarterdev/ui"
	"github.com/smarter-dev/smarterdev/ui/i18n"
)

// contentID is the id of the element with the content between the bars.
const contentID = "page"

// maxSwitcherGuilds bounds the guilds in the switcher; the list of servers has all of them.
const maxSwitcherGuilds = 12

// respond writes a response.
func (p *Pages) respond(r *Request, a Response) error {
	switch {
	case a.write != nil:
		a.write(r.w)
		return nil
	case a.redirect != "":
		if a.flash != nil {
			text, err := json.Marshal(a.flash)
			if err != nil {
				return err
			}
			p.sessions.Put(r.Context(), sessionFlash, string(text))
		}
		p.redirect(r, a)
		return nil
	}
	view, err := p.layout(r, a)
	if err != nil {
		return err
	}
	return p.write(r.w, r.Request, a.Status, view)
}

// redirect redirects the browser. After an htmx form only the content is fetched.
func (p *Pages) redirect(r *Request, a Response) {
	h := r.w.Header()
	switch {
	case !r.htmx():
		http.Redirect(r.w, r.Request, a.redirect, http.StatusSeeOther)
		return
	case a.flash == nil:
		h.Set("HX-Redirect", a.redirect)
	default:
		h.Set("HX-Location", fmt.Sprintf(`{"path":%s,"target":"#%s","swap":"innerHTML show:window:top"}`, strconv.Quote(a.redirect), contentID))
		h.Set("HX-Trigger", "dialog:done")
	}
	r.w.WriteHeader(http.StatusOK)
}

// layout renders the body of a response inside the frame for a whole page, as the content for an htmx
// navigation, and alone for a part.
func (p *Pages) layout(r *Request, a Response) (ui.View, error) {
	r.w.Header().Add("Vary", "HX-Request")
	title := a.Title
	if title == "" {
		title = a.Head.Title
	}
	if r.htmx() && r.target() != contentID {
		return ui.Fresh{Content: a.Body, Toasts: p.flashes(r)}, nil
	}
	content := ui.Content{Head: a.Head, Body: a.Body}
	if r.Guild.ID != 0 {
		content.Guild = &r.Guild
		for _, t := range p.tabs {
			content.Tabs = append(content.Tabs, ui.Link{
				Label: t.Label.Localize(r.Printer()), Icon: t.Icon, Path: r.Guild.Path() + t.suffix(), Current: t.Path == a.Tab,
			})
		}
		title += " · " + r.Guild.Name
	}
	if r.htmx() {
		return ui.Fresh{Title: title, Content: content, Toasts: p.flashes(r)}, nil
	}
	page := ui.Page{
		Title: title, Who: r.Person.who(), Token: p.token(r.Request), Theme: p.theme(r.Request), Path: r.URL.RequestURI(),
		Nav: p.navFor(r), Guilds: p.switcher(r), Content: content, Toasts: p.flashes(r),
	}
	if a.Live {
		page.Events = home + "/events"
		if r.Guild.ID != 0 {
			page.Events = r.Guild.Path() + "/events"
		}
	}
	return page, nil
}

// navFor is the sidebar: the pages that the person may open.
func (p *Pages) navFor(r *Request) []ui.Link {
	var links []ui.Link
	for _, entry := range p.nav {
		link := entry.in(r.Printer())
		if p.rightFor(link.Path) == Administrator && !r.Person.Admin {
			continue
		}
		link.Current = link.Path == r.URL.Path || link.Path != home && under(r.URL.Path, link.Path)
		links = append(links, link)
	}
	if p.config.Play != "" {
		links = append(links, ui.Link{Label: r.T("Playground"), Path: p.config.Play, Icon: "message-circle"})
	}
	return links
}

func (p *Pages) rightFor(pattern string) Right {
	for _, route := range p.routes {
		if route.Pattern == pattern && route.Method == http.MethodGet {
			return route.Right
		}
	}
	return Anyone
}

func under(path, parent string) bool {
	return len(path) > len(parent) && path[:len(parent)] == parent && path[len(parent)] == '/'
}

// switcher lists guilds to switch to. It is empty when Discord does not respond.
func (p *Pages) switcher(r *Request) []ui.Link {
	guilds, err := p.visibleGuilds(r)
	if err != nil {
		web.Logger(r.Context()).InfoContext(r.Context(), "the guild switcher is empty", "error", err)
		return nil
	}
	var links []ui.Link
	for _, g := range guilds[:min(len(guilds), maxSwitcherGuilds)] {
		links = append(links, ui.Link{Label: g.Name, Path: g.Path(), Picture: g.Icon, Current: g.ID == r.Guild.ID})
	}
	return links
}

// flashes pops the flash message of the session.
func (p *Pages) flashes(r *Request) []ui.Toast {
	if !p.sessions.Exists(r.Context(), sessionFlash) {
		return nil
	}
	var toast ui.Toast
	if json.Unmarshal([]byte(p.sessions.PopString(r.Context(), sessionFlash)), &toast) != nil {
		return nil
	}
	return []ui.Toast{toast}
}

// Printer is the printer of the language that the browser prefers.
func (p *Pages) Printer(r *http.Request) *i18n.Printer {
	return p.config.Languages.Printer(r.Header.Get("Accept-Language"))
}

// write renders a view as a response in the reader's language.
func (p *Pages) write(w http.ResponseWriter, r *http.Request, status int, view ui.View) error {
	w.Header().Add("Vary", "Accept-Language")
	body, err := p.config.Templates.Render(p.Printer(r), view)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	if status == 0 {
		status = http.StatusOK
	}
	w.WriteHeader(status)
	_, _ = w.Write(body) // the client may have disconnected
	return nil
}

// ShowPublic renders a public page.
func (p *Pages) ShowPublic(w http.ResponseWriter, r *http.Request, page ui.SitePage) {
	page.BaseURL, page.Path, page.Invite = p.config.BaseURL, r.URL.Path, p.config.Invite != ""
	w.Header().Set("Cache-Control", "public, max-age=300")
	if err := p.write(w, r, 0, page); err != nil {
		p.fail(w, r, err)
	}
}

// Asset serves a built file under a fixed address, which browsers may cache for an hour.
func (p *Pages) Asset(name string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		path, err := p.AssetPath(name)
		if err != nil {
			p.fail(w, r, err)
			return
		}
		r = r.Clone(r.Context())
		r.URL.Path = strings.TrimPrefix(path, AssetsAt)
		p.config.Assets.ServeHTTP(shortCache{w}, r)
	}
}

// AssetPath is the address of a built file, such as "icon-192.png".
func (p *Pages) AssetPath(name string) (string, error) { return p.config.Assets.Path(name) }

// shortCache lets browsers cache a response for an hour instead of forever.
type shortCache struct{ http.ResponseWriter }

// WriteHeader sends the headers.
func (w shortCache) WriteHeader(status int) {
	w.shorten()
	w.ResponseWriter.WriteHeader(status)
}

func (w shortCache) Write(b []byte) (int, error) {
	w.shorten()
	return w.ResponseWriter.Write(b)
}

func (w shortCache) shorten() { w.Header().Set("Cache-Control", "public, max-age=3600") }
