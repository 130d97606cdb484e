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

// wholePage is the id of the element that holds everything between the bars.
const wholePage = "page"

// switcherMost bounds the guilds that the switcher lists; there is a page for all of them.
const switcherMost = 12

// show writes an answer.
func (p *Pages) show(r *Request, a Answer) error {
	switch {
	case a.sent != nil:
		a.sent(r.w)
		return nil
	case a.leave != "":
		if a.said != nil {
			text, err := json.Marshal(a.said)
			if err != nil {
				return err
			}
			p.sessions.Put(r.Context(), sessionSays, string(text))
		}
		p.leave(r, a)
		return nil
	}
	view, err := p.dress(r, a)
	if err != nil {
		return err
	}
	return p.write(r.w, r.Request, a.Status, view)
}

// leave sends the browser elsewhere. After a form of htmx the content alone is fetched anew.
func (p *Pages) leave(r *Request, a Answer) {
	h := r.w.Header()
	switch {
	case !r.htmx():
		http.Redirect(r.w, r.Request, a.leave, http.StatusSeeOther)
		return
	case a.said == nil:
		h.Set("HX-Redirect", a.leave)
	default:
		h.Set("HX-Location", fmt.Sprintf(`{"path":%s,"target":"#%s","swap":"innerHTML show:window:top"}`, strconv.Quote(a.leave), wholePage))
		h.Set("HX-Trigger", "dialog:done")
	}
	r.w.WriteHeader(http.StatusOK)
}

// dress puts an answer's body into what the asker needs around it: the frame for somebody who opens
// the page, the content for a form that has done its work, nothing for a part.
func (p *Pages) dress(r *Request, a Answer) (ui.View, error) {
	r.w.Header().Add("Vary", "HX-Request")
	title := a.Title
	if title == "" {
		title = a.Head.Title
	}
	if r.htmx() && r.target() != wholePage {
		return ui.Fresh{Content: a.Body, Toasts: p.toasts(r)}, nil
	}
	content := ui.Content{Head: a.Head, Body: a.Body}
	if r.Guild.ID != 0 {
		content.Guild = &r.Guild
		for _, t := range p.tabs {
			content.Tabs = append(content.Tabs, ui.Link{
				Label: t.Label, Icon: t.Icon, Path: r.Guild.Path() + t.suffix(), Current: t.Path == a.Tab,
			})
		}
		title += " · " + r.Guild.Name
	}
	if r.htmx() {
		return ui.Fresh{Title: title, Content: content, Toasts: p.toasts(r)}, nil
	}
	page := ui.Page{
		Title: title, Who: r.Person.who(), Token: p.token(r.Request), Theme: theme(r.Request), Path: r.URL.RequestURI(),
		Nav: p.navFor(r), Guilds: p.switcher(r), Content: content, Toasts: p.toasts(r),
	}
	if a.Live {
		page.Events = home + "/events"
		if r.Guild.ID != 0 {
			page.Events = r.Guild.Path() + "/events"
		}
	}
	return page, nil
}

// navFor is the sidebar: what the person may open.
func (p *Pages) navFor(r *Request) []ui.Link {
	var links []ui.Link
	for _, link := range p.nav {
		if p.rightFor(link.Path) == Administrator && !r.Person.Admin {
			continue
		}
		link.Current = link.Path == r.URL.Path || link.Path != home && under(r.URL.Path, link.Path)
		links = append(links, link)
	}
	if p.config.Play != "" {
		links = append(links, ui.Link{Label: "Playground", Path: p.config.Play, Icon: "message-circle"})
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

// switcher lists guilds to go to. Without an answer from Discord it is empty, and the page is there.
func (p *Pages) switcher(r *Request) []ui.Link {
	guilds, err := p.Guilds(r)
	if err != nil {
		web.Logger(r.Context()).InfoContext(r.Context(), "the guild switcher is empty", "error", err)
		return nil
	}
	var links []ui.Link
	for _, g := range guilds[:min(len(guilds), switcherMost)] {
		links = append(links, ui.Link{Label: g.Name, Path: g.Path(), Picture: g.Icon, Current: g.ID == r.Guild.ID})
	}
	return links
}

// toasts takes what there is to say.
func (p *Pages) toasts(r *Request) []ui.Toast {
	if !p.sessions.Exists(r.Context(), sessionSays) {
		return nil
	}
	var toast ui.Toast
	if json.Unmarshal([]byte(p.sessions.PopString(r.Context(), sessionSays)), &toast) != nil {
		return nil
	}
	return []ui.Toast{toast}
}

// printer words in the language that a browser asks for.
func (p *Pages) printer(r *http.Request) *i18n.Printer {
	return p.config.Languages.Printer(r.Header.Get("Accept-Language"))
}

// write renders a view as a response in the reader's language.
func (p *Pages) write(w http.ResponseWriter, r *http.Request, status int, view ui.View) error {
	w.Header().Add("Vary", "Accept-Language")
	body, err := p.config.Templates.Render(p.printer(r), view)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	if status == 0 {
		status = http.StatusOK
	}
	w.WriteHeader(status)
	_, _ = w.Write(body) // the client may have gone, which nobody can be told
	return nil
}

// ShowPublic writes a public page.
func (p *Pages) ShowPublic(w http.ResponseWriter, r *http.Request, page ui.SitePage) {
	page.BaseURL, page.Path, page.Invite = p.config.BaseURL, r.URL.Path, p.config.Invite != ""
	w.Header().Set("Cache-Control", "public, max-age=300")
	if err := p.write(w, r, 0, page); err != nil {
		p.fail(w, r, err)
	}
}

// Asset serves a built file under an address of its own, which browsers may keep for an hour.
func (p *Pages) Asset(name string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		path, err := p.AssetPath(name)
		if err != nil {
			p.fail(w, r, err)
			return
		}
		r = r.Clone(r.Context())
		r.URL.Path = strings.TrimPrefix(path, AssetsAt)
		p.config.Assets.ServeHTTP(shortKept{w}, r)
	}
}

// AssetPath is the address of a built file, such as "icon-192.png".
func (p *Pages) AssetPath(name string) (string, error) { return p.config.Assets.Path(name) }

// shortKept lets browsers keep an answer for an hour instead of for ever.
type shortKept struct{ http.ResponseWriter }

// WriteHeader sends the headers.
func (w shortKept) WriteHeader(status int) {
	w.shorten()
	w.ResponseWriter.WriteHeader(status)
}

func (w shortKept) Write(b []byte) (int, error) {
	w.shorten()
	return w.ResponseWriter.Write(b)
}

func (w shortKept) shorten() { w.Header().Set("Cache-Control", "public, max-age=3600") }
