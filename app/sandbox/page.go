package sandbox

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"net/url"
	"strings"

	"github.com/smarter-dev/smarterdev/ui"
)

// Link leads from the playground to another page of the program that serves it.
type Link struct {
	Name string
	URL  string
}

// page is the playground's page with its assets. It is read again for each visit, so that it
// follows files that change.
type page struct {
	files  fs.FS
	base   string // the path at which people reach the playground, without a slash at its end
	links  []Link
	assets *ui.Assets
}

// pagePolicy is the page's own, for where it is served without a server that sets one.
const pagePolicy = "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; connect-src 'self'; " +
	"img-src 'self' data:; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"

// newPage finds the page's parts in files, which has the folders ui and dist. The error names
// what is missing or cannot be read.
func newPage(files fs.FS, address string, links []Link) (*page, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, fmt.Errorf("the playground's address: %w", err)
	}
	dist, err := fs.Sub(files, "dist")
	if err != nil {
		return nil, fmt.Errorf("the playground's assets: %w", err)
	}
	base := strings.TrimSuffix(u.Path, "/")
	p := &page{files: files, base: base, links: links, assets: ui.LiveAssets(dist, base+"/assets")}
	if _, err := p.render(); err != nil {
		return nil, err
	}
	return p, nil
}

func (p *page) render() ([]byte, error) {
	text, err := fs.ReadFile(p.files, "ui/playground/playground.html")
	if err != nil {
		return nil, fmt.Errorf("the playground's page: %w", err)
	}
	icons, err := p.icons()
	if err != nil {
		return nil, err
	}
	t, err := template.New("playground").Funcs(template.FuncMap{"asset": p.assets.Path}).Parse(string(text))
	if err != nil {
		return nil, fmt.Errorf("the playground's page: %w", err)
	}
	var out bytes.Buffer
	if err := t.Execute(&out, struct {
		People string // where the page acts as people
		Icons  map[string]template.HTML
		Links  []Link
	}{p.base + "/people", icons, p.links}); err != nil {
		return nil, fmt.Errorf("the playground's page: %w", err)
	}
	return out.Bytes(), nil
}

// icons returns what draws each of the site's icons, by its name.
func (p *page) icons() (map[string]template.HTML, error) {
	text, err := fs.ReadFile(p.files, "dist/icons.json")
	if err != nil {
		return nil, fmt.Errorf("the playground's icons: %w; run make assets", err)
	}
	icons := make(map[string]template.HTML)
	if err := json.Unmarshal(text, &icons); err != nil {
		return nil, fmt.Errorf("the playground's icons, dist/icons.json: %w", err)
	}
	return icons, nil
}

func (p *page) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := p.render()
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError) // whoever reads it is editing the page
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", pagePolicy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-store")
	_, _ = w.Write(body) // the client may have gone, which nobody can be told
}
