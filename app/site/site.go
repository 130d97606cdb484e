// Package site is what everyone may see: the front page, what this installation is, what it keeps
// about people, and the few files that browsers and search engines ask for.
package site

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"net/http"

	"github.com/smarter-dev/smarterdev/app/platform"
	"github.com/smarter-dev/smarterdev/app/platform/dashboard"
	"github.com/smarter-dev/smarterdev/app/platform/web"
	"github.com/smarter-dev/smarterdev/ui"
)

// Feature is the public pages as the program mounts them.
func Feature() platform.Feature {
	return platform.Feature{Name: "site", Pages: mount}
}

// pages are the public ones, for the map of the site too.
var pages = [...]string{"/", "/about", "/privacy"}

func mount(p *dashboard.Pages) {
	s := site{p}
	p.Public("/", s.landing)
	p.Public("/about", s.about)
	p.Public("/privacy", s.privacy)
	if p.Invite() != "" {
		p.Public("/discord", s.discord)
	}
	p.Public("/robots.txt", s.robots)
	p.Public("/sitemap.xml", s.sitemap)
	p.Public("/site.webmanifest", s.manifest)
	p.Public("/favicon.ico", p.Asset("favicon.ico"))
	p.Public("/apple-touch-icon.png", p.Asset("apple-touch-icon.png"))
}

type site struct{ *dashboard.Pages }

func (s site) landing(w http.ResponseWriter, r *http.Request) {
	s.ShowPublic(w, r, ui.SitePage{
		Title:       "Smarter Dev: learn, code, grow",
		Description: "A community for people who write code: questions at any level, daily challenges, and others to build things with.",
		Body:        ui.Landing{Invite: s.Invite() != ""},
	})
}

func (s site) about(w http.ResponseWriter, r *http.Request) {
	s.ShowPublic(w, r, ui.SitePage{
		Title:       "About · Smarter Dev",
		Description: "Smarter Dev is a self-hosted community platform for Discord: a bot, a REST API and a dashboard in one program.",
		Body:        ui.About{Invite: s.Invite() != "", Version: s.Version()},
	})
}

func (s site) privacy(w http.ResponseWriter, r *http.Request) {
	s.ShowPublic(w, r, ui.SitePage{
		Title:       "Privacy · Smarter Dev",
		Description: "What Smarter Dev keeps about people, why, and for how long.",
		Body:        ui.Privacy{Kept: kept()},
	})
}

func (s site) discord(w http.ResponseWriter, r *http.Request) {
	http.Redirect(w, r, s.Invite(), http.StatusFound)
}

func (s site) robots(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = fmt.Fprint(w, "User-agent: *\nDisallow: /admin\nDisallow: /api\n")
	if s.BaseURL() != "" {
		_, _ = fmt.Fprintf(w, "\nSitemap: %s/sitemap.xml\n", s.BaseURL())
	}
}

func (s site) sitemap(w http.ResponseWriter, _ *http.Request) {
	type address struct {
		Loc string `xml:"loc"`
	}
	list := struct {
		XMLName xml.Name  `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 urlset"`
		URLs    []address `xml:"url"`
	}{}
	for _, path := range pages {
		list.URLs = append(list.URLs, address{s.BaseURL() + path})
	}
	w.Header().Set("Content-Type", "application/xml; charset=utf-8")
	_, _ = fmt.Fprint(w, xml.Header)
	_ = xml.NewEncoder(w).Encode(list) // the client may have disconnected
}

// manifest is the web app manifest, for phones' home screens.
func (s site) manifest(w http.ResponseWriter, r *http.Request) {
	type image struct {
		Src   string `json:"src"`
		Sizes string `json:"sizes"`
		Type  string `json:"type"`
	}
	var icons []image
	for _, size := range []string{"192", "512"} {
		path, err := s.AssetPath("icon-" + size + ".png")
		if err != nil {
			http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
			web.Logger(r.Context()).Error("web manifest", "error", err)
			return
		}
		icons = append(icons, image{path, size + "x" + size, "image/png"})
	}
	w.Header().Set("Content-Type", "application/manifest+json")
	_ = json.NewEncoder(w).Encode(map[string]any{ // the client may have disconnected
		"name": "Smarter Dev", "short_name": "Smarter Dev", "start_url": "/", "display": "browser",
		"background_color": "#1a1a1a", "theme_color": "#1a1a1a", "icons": icons,
	})
}

// kept is what is stored about people. It follows the tables of the database.
func kept() []ui.Kept {
	return []ui.Kept{
		{What: "Accounts and balances", Why: "So that bytes and streaks are there tomorrow. By the member's id, without a name.", HowLong: "While the server uses the bot"},
		{What: "Transactions", Why: "So that the books add up and can be checked: who sent what to whom, the names at the time, and the reason given.", HowLong: "While the server uses the bot"},
		{What: "Squads", Why: "So that one is in at most one, and leaving is no way round a fee: which, from when to when, and what was paid.", HowLong: "While the server uses the bot"},
		{What: "Roles to give or take", Why: "So that Discord follows also after a restart: ids alone.", HowLong: "At most a week after it was done; what Discord refuses, until it works"},
		{What: "Record of changes by admins", Why: "So that it can be seen who changed what, and taken back.", HowLong: "While the installation exists"},
		{What: "Answers to repeated requests", Why: "So that a request sent twice does nothing twice.", HowLong: "7 days"},
		{What: "Questions to confirm", Why: "So that a large transfer is asked about first.", HowLong: "A day after they end"},
		{What: "Sign-ins to the dashboard", Why: "Who is signed in, sealed with a key that is not in the database.", HowLong: "24 hours, or until signing out"},
		{What: "API keys", Why: "What each is called and when it was used last. Of the key itself only a fingerprint.", HowLong: "While the installation exists"},
		{What: "Names, faces and roles from Discord", Why: "To show them. Held in memory, never written.", HowLong: "5 minutes"},
		{What: "Network addresses", Why: "To limit abuse, and in the server's own log.", HowLong: "As long as whoever runs this keeps logs"},
	}
}
