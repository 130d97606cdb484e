package apptest

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/sandbox/sandboxtest"
)

// Visitor is a browser without script: it keeps cookies, follows no redirect by itself and reads
// pages by selector.
type Visitor struct {
	t      testing.TB
	base   string
	client *http.Client
}

// Visitor opens a browser of its own.
func (p *Program) Visitor() *Visitor {
	jar, err := cookiejar.New(nil)
	require.NoError(p.t, err)
	v := &Visitor{t: p.t, base: p.URL, client: &http.Client{
		Jar: jar, Transport: &http.Transport{},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
	p.t.Cleanup(v.client.CloseIdleConnections)
	return v
}

// Page is what came back.
type Page struct {
	*http.Response
	Text string
	*goquery.Document
}

// Get opens a path. Headers are pairs of name and value.
func (v *Visitor) Get(path string, headers ...string) *Page {
	v.t.Helper()
	return v.Do(http.MethodGet, path, nil, headers...)
}

// Post sends a form as a browser of this site would, with the proof of the session where the page
// at from shows one.
func (v *Visitor) Post(path string, form url.Values, headers ...string) *Page {
	v.t.Helper()
	return v.Do(http.MethodPost, path, form, append([]string{"Sec-Fetch-Site", "same-origin"}, headers...)...)
}

// Do sends a request.
func (v *Visitor) Do(method, path string, form url.Values, headers ...string) *Page {
	v.t.Helper()
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	req, err := http.NewRequestWithContext(v.t.Context(), method, v.base+path, body)
	require.NoError(v.t, err)
	req.Header.Set("Accept", "text/html")
	if form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	resp, err := v.client.Do(req)
	require.NoError(v.t, err)
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	require.NoError(v.t, err)
	document, err := goquery.NewDocumentFromReader(strings.NewReader(string(text)))
	require.NoError(v.t, err)
	return &Page{Response: resp, Text: string(text), Document: document}
}

// Open sends a request with the cookies of the browser as it is. The caller closes the body.
func (v *Visitor) Open(r *http.Request) (*http.Response, error) { return v.client.Do(r) }

// Token is the proof that the pages of this session carry.
func (v *Visitor) Token() string {
	v.t.Helper()
	token, there := v.Get("/admin").Find(`input[name="csrf"]`).First().Attr("value")
	require.True(v.t, there, "somebody is signed in")
	return token
}

// Send fills in the form of the page at path and sends it; fields that are not given are sent as
// the page shows them.
func (v *Visitor) Send(path, selector string, fields url.Values) *Page {
	v.t.Helper()
	form := v.Get(path).Find(selector)
	require.Equal(v.t, 1, form.Length(), "%s has one form %s", path, selector)
	values := url.Values{}
	form.Find("input, textarea, select").Each(func(_ int, field *goquery.Selection) {
		name, kind := field.AttrOr("name", ""), field.AttrOr("type", "")
		_, checked := field.Attr("checked")
		switch {
		case name == "" || (kind == "checkbox" || kind == "radio") && !checked:
		case goquery.NodeName(field) == "select":
			values.Add(name, field.Find("option[selected]").AttrOr("value", field.Find("option").First().AttrOr("value", "")))
		case goquery.NodeName(field) == "textarea":
			values.Add(name, field.Text())
		default:
			values.Add(name, field.AttrOr("value", ""))
		}
	})
	for name, value := range fields {
		values[name] = value
	}
	return v.Post(form.AttrOr("action", path), values)
}

// SignIn goes through Discord as a person of its world, and returns the page that they come to.
func (v *Visitor) SignIn(who *sandboxtest.Person, next string) *Page {
	v.t.Helper()
	back := v.Ask(who, next)
	page := v.Get(back.RequestURI())
	require.Equal(v.t, http.StatusSeeOther, page.StatusCode, page.Text)
	return page
}

// Ask begins a sign-in and lets the person agree; it returns where Discord sends their browser.
func (v *Visitor) Ask(who *sandboxtest.Person, next string) *url.URL {
	v.t.Helper()
	start := v.Get("/admin/oauth/start?" + url.Values{"next": {next}}.Encode())
	require.Equal(v.t, http.StatusSeeOther, start.StatusCode, start.Text)
	return who.Agree(start.Header.Get("Location"))
}

// Stream opens a stream of events and returns it when it has begun. It ends with the test.
func (v *Visitor) Stream(path string) *bufio.Reader {
	v.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, v.base+path, nil)
	require.NoError(v.t, err)
	resp, err := v.client.Do(req)
	require.NoError(v.t, err)
	v.t.Cleanup(func() {
		cancel()
		_ = resp.Body.Close()
	})
	require.Equal(v.t, "text/event-stream", resp.Header.Get("Content-Type"))
	return bufio.NewReader(resp.Body)
}
