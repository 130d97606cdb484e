package dashboard

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"
)

// A Discord that answers with a redirect does not make us ask another host.
func TestCallsFollowNoRedirects(t *testing.T) {
	t.Parallel()
	elsewhere := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		t.Errorf("followed a redirect to %s with %q", r.URL, r.Header.Get("Authorization"))
		w.Header().Set("Content-Type", "image/png")
	}))
	t.Cleanup(elsewhere.Close)
	tokens := true
	discord := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/oauth2/token" && tokens {
			w.Header().Set("Content-Type", "application/json")
			_, _ = io.WriteString(w, `{"access_token":"secret","token_type":"Bearer"}`)
			return
		}
		http.Redirect(w, r, elsewhere.URL+r.URL.Path, http.StatusTemporaryRedirect)
	}))
	t.Cleanup(discord.Close)
	p := &Pages{config: Config{Discord: DiscordSignIn(discord.URL, "http://localhost", "1", "client secret"), APIURL: discord.URL}}
	_, err := p.exchangeCode(t.Context(), "code", "verifier")
	require.ErrorContains(t, err, "Discord is not responding", "the profile is elsewhere")
	tokens = false
	_, err = p.exchangeCode(t.Context(), "code", "verifier")
	require.ErrorIs(t, err, errBadCode, "the token is elsewhere")
	p.revoke(t.Context(), "secret")

	pictures := newPictures(discord.URL)
	t.Cleanup(pictures.close)
	_, err = pictures.get(t.Context(), "/avatars/1/a")
	require.ErrorIs(t, err, errNoPicture)
}
