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
	"github.com/smarter-dev/smarterdev/ui/i18n"
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

// source is where the code of this program is published.
const source = "https://github.com/smarter-dev/smarterdev"

func (s site) landing(w http.ResponseWriter, r *http.Request) {
	p := s.Printer(r)
	s.ShowPublic(w, r, ui.SitePage{
		Title:       p.T("Smarter Dev: learn, code, grow"),
		Description: p.T("A bot, an API and a dashboard for your Discord server: bytes, squads and moderation, with a ledger that can be proved."),
		Body:        ui.Landing{Invite: s.Invite() != "", Source: source},
	})
}

func (s site) about(w http.ResponseWriter, r *http.Request) {
	p := s.Printer(r)
	s.ShowPublic(w, r, ui.SitePage{
		Title:       p.T("About") + " · Smarter Dev",
		Description: p.T("Smarter Dev is a self-hosted community platform for Discord: a bot, a REST API and a dashboard in one program."),
		Body:        ui.About{Invite: s.Invite() != "", Version: s.Version()},
	})
}

func (s site) privacy(w http.ResponseWriter, r *http.Request) {
	p := s.Printer(r)
	s.ShowPublic(w, r, ui.SitePage{
		Title:       p.T("Privacy") + " · Smarter Dev",
		Description: p.T("What Smarter Dev stores about people, why, and for how long."),
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
	whileUsed := i18n.M("While the server uses the bot")
	whileInstalled := i18n.M("While the installation exists")
	return []ui.Kept{
		{What: i18n.M("Accounts and balances"), Why: i18n.M("To keep your bytes and your streak. Stored with your Discord ID, without your name."), HowLong: whileUsed},
		{What: i18n.M("Transactions"), Why: i18n.M("To make the ledger verifiable: who sent what to whom, the names at the time, and the reason given."), HowLong: whileUsed},
		{What: i18n.M("Squads"), Why: i18n.M("To limit everyone to one squad and to charge the right fee: which squad, from when to when, and what was paid."), HowLong: whileUsed},
		{What: i18n.M("Moderation cases"), Why: i18n.M("To show moderators what was done, to whom, by whom and why, with the evidence that they attached. Stored with Discord IDs and the user names at the time."), HowLong: whileUsed},
		{What: i18n.M("Auto-moderation hits"), Why: i18n.M("To show moderators what a rule found, and to tell whether the rule is right: the start of the message, with your Discord ID and user name."), HowLong: i18n.M("30 days")},
		{What: i18n.M("Recent messages"), Why: i18n.M("So that a rule can be tried on them before it is switched on. Kept in memory only, and only where auto-moderation is used."), HowLong: i18n.M("5 minutes")},
		{What: i18n.M("Pending role changes"), Why: i18n.M("To finish them after a restart. IDs only."), HowLong: i18n.M("Up to a week after they are done; if Discord refuses one, until it works")},
		{What: i18n.M("Changes by admins"), Why: i18n.M("To show who changed what, and to undo it."), HowLong: whileInstalled},
		{What: i18n.M("Responses to API requests"), Why: i18n.M("So that a request that is sent twice takes effect once."), HowLong: i18n.M("7 days")},
		{What: i18n.M("Confirmations"), Why: i18n.M("To ask before something is done, such as a large transfer."), HowLong: i18n.M("One day after they expire")},
		{What: i18n.M("Dashboard sign-ins"), Why: i18n.M("To know who is signed in. Encrypted with a key that is not in the database."), HowLong: i18n.M("24 hours, or until you sign out")},
		{What: i18n.M("API keys"), Why: i18n.M("Their names and when they were last used. Of the key itself, only a hash is stored."), HowLong: whileInstalled},
		{What: i18n.M("Names, avatars and roles from Discord"), Why: i18n.M("To show them. Kept in memory only."), HowLong: i18n.M("5 minutes")},
		{What: i18n.M("IP addresses"), Why: i18n.M("To limit abuse, and in the server log."), HowLong: i18n.M("As long as the operator keeps logs")},
	}
}
