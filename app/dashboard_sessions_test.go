package app_test

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// The body of a form arrives after its sender has signed out elsewhere.
func TestAFormHeldOpenOverASignOutDoesNothing(t *testing.T) {
	t.Parallel()
	d := openDashboard(t)
	here, there := d.as(d.dennis), d.as(d.dennis)
	token := here.Token()
	before := d.actions(t, d.north)

	body, send := io.Pipe()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, d.URL+d.guild(d.north, "/bytes"), body)
	require.NoError(t, err)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	req.Header.Set("X-CSRF-Token", token)
	answered := make(chan *http.Response, 1)
	go func() {
		resp, err := here.Open(req)
		if err == nil {
			_ = resp.Body.Close()
		}
		answered <- resp
	}()
	form := url.Values{"version": {"0"}, "daily_amount": {"77"}}.Encode()
	_, err = io.WriteString(send, form[:5])
	require.NoError(t, err)
	there.Post("/admin/logout", url.Values{"csrf": {there.Token()}, "everywhere": {"yes"}})
	_, err = io.WriteString(send, form[5:])
	require.NoError(t, err)
	require.NoError(t, send.Close())
	resp := <-answered
	require.NotNil(t, resp)
	require.Equal(t, http.StatusSeeOther, resp.StatusCode)
	require.Equal(t, "/admin/login", resp.Header.Get("Location"))
	require.Equal(t, before, d.actions(t, d.north))
	require.Equal(t, "/admin/login", here.Get("/admin").Header.Get("Location"))
}

// A session ends when nobody uses it, and a page that is open and refreshes itself is no use.
func TestASessionThatIsNotUsedEnds(t *testing.T) {
	t.Parallel()
	d := openDashboard(t)
	v := d.as(d.dennis)
	for range 3 {
		d.Clock.Pass(90 * time.Minute)
		require.Equal(t, http.StatusOK, v.Get("/admin/guilds").StatusCode, "each use counts")
	}
	d.Clock.Pass(90 * time.Minute)
	ctx, end := context.WithCancel(t.Context())
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, d.URL+"/admin/events", nil)
	require.NoError(t, err)
	req.Header.Set("Accept", "text/event-stream")
	resp, err := v.Open(req)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, resp.StatusCode)
	end()
	_ = resp.Body.Close()
	d.Clock.Pass(40 * time.Minute)
	require.Equal(t, "/admin/login?next=%2Fadmin%2Fguilds", v.Get("/admin/guilds").Header.Get("Location"))
	require.Equal(t, "/admin/login", v.Get("/admin").Header.Get("Location"), "and does not come back")
}

// Who is signed in several times sees where and ends one of them; an administrator ends those of others.
func TestSignInsAreListedAndEnded(t *testing.T) {
	t.Parallel()
	d := openDashboard(t)
	here, there := d.as(d.dennis), d.as(d.dennis)
	other := d.as(d.grace)
	page := here.Get("/admin/sessions")
	require.Equal(t, 2, page.Find("tbody tr").Length())
	require.Equal(t, 1, page.Find("tbody form").Length(), "the one that asks is ended by signing out")
	id := page.Find("tbody input[name=id]").AttrOr("value", "")
	require.Contains(t, here.Post("/admin/sessions", url.Values{"csrf": {here.Token()}, "id": {"0123456789abcdef"}}).Header.Get("Location"), "/admin/sessions")
	require.Equal(t, http.StatusOK, there.Get("/admin").StatusCode, "an unknown one ends nothing")
	here.Post("/admin/sessions", url.Values{"csrf": {here.Token()}, "id": {id}})
	require.Equal(t, "/admin/login", there.Get("/admin").Header.Get("Location"))
	require.Equal(t, http.StatusOK, here.Get("/admin").StatusCode)
	require.Equal(t, http.StatusOK, other.Get("/admin").StatusCode)

	path := "/admin/users/" + d.dennis.ID.String() + "/sessions"
	require.Equal(t, http.StatusForbidden, other.Get(path).StatusCode)
	radia := d.as(d.radia)
	require.Equal(t, 1, radia.Get(path).Find("tbody tr").Length())
	radia.Post(path, url.Values{"csrf": {radia.Token()}, "all": {"yes"}})
	require.Equal(t, "/admin/login", here.Get("/admin").Header.Get("Location"))
	require.Equal(t, http.StatusOK, radia.Get("/admin").StatusCode)
	require.Contains(t, radia.Get(path).Text, "They are not signed in")
}
