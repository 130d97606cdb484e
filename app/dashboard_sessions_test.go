package app_test

import (
	"io"
	"net/http"
	"net/url"
	"testing"

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
