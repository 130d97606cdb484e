package sandbox_test

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/smarter-dev/smarterdev/app/sandbox"
	"github.com/smarter-dev/smarterdev/app/sandbox/sandboxtest"
)

func oauthConfig(w *sandboxtest.World, scopes ...string) *oauth2.Config {
	return &oauth2.Config{
		ClientID: w.ClientID.String(), ClientSecret: w.ClientSecret, RedirectURL: "http://127.0.0.1:9/callback", Scopes: scopes,
		Endpoint: oauth2.Endpoint{AuthURL: w.APIURL + "/oauth2/authorize", TokenURL: w.APIURL + "/oauth2/token"},
	}
}

func TestSigningIn(t *testing.T) {
	t.Parallel()
	w := sandboxtest.Start(t)
	ada := w.Member("Ada")
	cfg := oauthConfig(w, "identify", "guilds")
	verifier := oauth2.GenerateVerifier()
	agree := func() string {
		location := ada.Agree(cfg.AuthCodeURL("the state", oauth2.S256ChallengeOption(verifier)))
		require.Equal(t, "/callback", location.Path)
		require.Equal(t, "the state", location.Query().Get("state"))
		return location.Query().Get("code")
	}
	code := agree()
	token, err := cfg.Exchange(t.Context(), code, oauth2.VerifierOption(verifier))
	require.NoError(t, err)
	require.Equal(t, "identify guilds", token.Extra("scope"))
	_, err = cfg.Exchange(t.Context(), code, oauth2.VerifierOption(verifier))
	require.ErrorContains(t, err, "invalid_grant", "a code is good once")
	_, err = cfg.Exchange(t.Context(), agree(), oauth2.VerifierOption(oauth2.GenerateVerifier()))
	require.ErrorContains(t, err, "code_verifier")
	_, err = cfg.Exchange(t.Context(), agree())
	require.ErrorContains(t, err, "code_verifier")
	late := agree()
	w.Advance(time.Minute)
	_, err = cfg.Exchange(t.Context(), late, oauth2.VerifierOption(verifier))
	require.ErrorContains(t, err, "invalid_grant")
	wrong := *cfg
	wrong.ClientSecret = "wrong"
	_, err = wrong.Exchange(t.Context(), agree(), oauth2.VerifierOption(verifier))
	require.ErrorContains(t, err, "invalid_client")

	me := &raw{t: t, w: w, header: http.Header{"Authorization": {"Bearer " + token.AccessToken}}}
	user := me.ok("GET", "/v10/users/@me", nil).(object)
	require.Equal(t, ada.ID.String(), user["id"])
	require.Nil(t, user["email"])
	guilds := me.ok("GET", "/v10/users/@me/guilds?with_counts=true", nil).([]any)
	require.Len(t, guilds, 1)
	require.Equal(t, true, guilds[0].(object)["owner"])
	require.EqualValues(t, len(w.Members), guilds[0].(object)["approximate_member_count"])
	require.Empty(t, me.ok("GET", "/v10/users/@me/guilds?after="+w.GuildID.String(), nil))
	me.refused(403, 50026, "GET", "/v10/users/@me/guilds/"+w.GuildID.String()+"/member", nil)
	me.refused(401, 0, "GET", "/v10/guilds/"+w.GuildID.String(), nil)
	require.Equal(t, "ada", me.ok("GET", "/oauth2/@me", nil).(object)["user"].(object)["username"])

	renewed, err := cfg.TokenSource(context.Background(), &oauth2.Token{RefreshToken: token.RefreshToken, Expiry: time.Unix(1, 0)}).Token()
	require.NoError(t, err)
	me.refused(401, 0, "GET", "/v10/users/@me", nil)
	me.header.Set("Authorization", "Bearer "+renewed.AccessToken)
	me.ok("GET", "/v10/users/@me", nil)
	form := url.Values{"token": {renewed.AccessToken}}
	req, err := http.NewRequest(http.MethodPost, w.APIURL+"/oauth2/token/revoke", strings.NewReader(form.Encode()))
	require.NoError(t, err)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.SetBasicAuth(w.ClientID.String(), w.ClientSecret)
	resp, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	resp.Body.Close()
	require.Equal(t, 200, resp.StatusCode)
	me.refused(401, 0, "GET", "/v10/users/@me", nil)
}

func TestAuthorizePage(t *testing.T) {
	t.Parallel()
	w := sandboxtest.Start(t, sandbox.Config{World: sandbox.World{RedirectURIs: []string{"http://127.0.0.1:9/callback"}}})
	cfg := oauthConfig(w, "identify", "email", "guilds.members.read")
	address := cfg.AuthCodeURL("s")
	resp, err := http.Get(address)
	require.NoError(t, err)
	page, err := io.ReadAll(resp.Body)
	resp.Body.Close()
	require.NoError(t, err)
	require.Equal(t, 200, resp.StatusCode)
	require.Contains(t, string(page), "Grace")
	require.Contains(t, string(page), "See your e-mail address")
	require.Contains(t, resp.Header.Get("Content-Security-Policy"), "form-action 'self' http://127.0.0.1:9")

	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer := func(person, answer string) url.Values {
		resp, err := client.PostForm(address, url.Values{"person": {person}, "answer": {answer}})
		require.NoError(t, err)
		resp.Body.Close()
		require.Equal(t, 302, resp.StatusCode)
		location, err := resp.Location()
		require.NoError(t, err)
		return location.Query()
	}
	require.Equal(t, "access_denied", answer("", "deny").Get("error"))
	token, err := cfg.Exchange(t.Context(), answer(w.Member("Ken").ID.String(), "allow").Get("code"))
	require.NoError(t, err)
	me := &raw{t: t, w: w, header: http.Header{"Authorization": {"Bearer " + token.AccessToken}}}
	require.Equal(t, "ken@example.com", me.ok("GET", "/v10/users/@me", nil).(object)["email"])
	require.Equal(t, "ken", me.ok("GET", "/v10/users/@me/guilds/"+w.GuildID.String()+"/member", nil).(object)["user"].(object)["username"])

	for name, change := range map[string]func(url.Values){
		"another application": func(q url.Values) { q.Set("client_id", "1") },
		"another address":     func(q url.Values) { q.Set("redirect_uri", "http://127.0.0.1:9/elsewhere") },
		"another response":    func(q url.Values) { q.Set("response_type", "token") },
		"an unknown scope":    func(q url.Values) { q.Set("scope", "everything") },
		"no scope":            func(q url.Values) { q.Del("scope") },
		"a plain challenge":   func(q url.Values) { q.Set("code_challenge", "x"); q.Set("code_challenge_method", "plain") },
	} {
		u, err := url.Parse(address)
		require.NoError(t, err)
		q := u.Query()
		change(q)
		u.RawQuery = q.Encode()
		resp, err := client.Get(u.String())
		require.NoError(t, err)
		resp.Body.Close()
		require.Equal(t, 400, resp.StatusCode, name)
		_, err = w.Member("Ken").TryAgree(u.String())
		require.Error(t, err, name)
	}
}
