package dashboard

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/disgoorg/snowflake/v2"
	"golang.org/x/oauth2"

	"github.com/smarter-dev/smarterdev/app/platform/fault"
	"github.com/smarter-dev/smarterdev/app/platform/web"
)

const (
	discordTimeout = 10 * time.Second
	revokeTimeout  = 3 * time.Second
	maxProfileSize = 1 << 20 // bytes; a person is in at most 200 guilds
)

// errBadCode reports that Discord rejected a code: it was used before, has expired or is not ours.
var errBadCode = errors.New("Discord refused the code") //nolint:staticcheck // Discord is a name

// DiscordSignIn configures the sign-in through the Discord at apiURL, to which "/v10/…" is appended.
func DiscordSignIn(apiURL, baseURL, clientID, clientSecret string) *oauth2.Config {
	apiURL = strings.TrimSuffix(apiURL, "/")
	return &oauth2.Config{
		ClientID:     clientID,
		ClientSecret: clientSecret,
		RedirectURL:  strings.TrimSuffix(baseURL, "/") + home + "/oauth/callback",
		Scopes:       []string{"identify", "guilds"},
		Endpoint: oauth2.Endpoint{
			AuthURL:   apiURL + "/oauth2/authorize",
			TokenURL:  apiURL + "/oauth2/token",
			AuthStyle: oauth2.AuthStyleInHeader,
		},
	}
}

// profile is what Discord returns about a person who signs in.
type profile struct {
	person Person
	guilds []string // ids of those they are in
	access string
}

// exchangeCode exchanges a code for the profile of the person. It fails with errBadCode when Discord
// rejects the code, and with an Unavailable fault when Discord does not respond.
func (p *Pages) exchangeCode(ctx context.Context, code, verifier string) (profile, error) {
	ctx, cancel := context.WithTimeout(context.WithValue(ctx, oauth2.HTTPClient, &http.Client{CheckRedirect: noRedirects}), discordTimeout)
	defer cancel()
	token, err := p.config.Discord.Exchange(ctx, code, oauth2.VerifierOption(verifier))
	if refusal := (*oauth2.RetrieveError)(nil); errors.As(err, &refusal) && refusal.Response.StatusCode < 500 {
		return profile{}, fmt.Errorf("%w: %s", errBadCode, refusal.ErrorCode)
	}
	if err != nil {
		return profile{}, discordUnavailable(err)
	}
	client := p.config.Discord.Client(ctx, token)
	client.CheckRedirect = noRedirects // it takes the transport alone of the client in ctx
	var me struct {
		ID         snowflake.ID `json:"id"`
		Username   string       `json:"username"`
		GlobalName *string      `json:"global_name"`
		Avatar     *string      `json:"avatar"`
	}
	if err := p.getFromDiscord(ctx, client, "/users/@me", &me); err != nil {
		return profile{}, err
	}
	var guilds []struct {
		ID snowflake.ID `json:"id"`
	}
	if err := p.getFromDiscord(ctx, client, "/users/@me/guilds", &guilds); err != nil {
		return profile{}, err
	}
	known := profile{person: Person{ID: me.ID, Name: me.Username}, access: token.AccessToken}
	if me.GlobalName != nil && *me.GlobalName != "" {
		known.person.Name = *me.GlobalName
	}
	if me.Avatar != nil {
		known.person.Avatar = *me.Avatar
	}
	for _, g := range guilds {
		known.guilds = append(known.guilds, g.ID.String())
	}
	return known, nil
}

// getFromDiscord requests a resource on behalf of the person.
func (p *Pages) getFromDiscord(ctx context.Context, client *http.Client, path string, into any) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimSuffix(p.config.APIURL, "/")+"/v10"+path, nil)
	if err != nil {
		return err
	}
	resp, err := client.Do(req)
	if err != nil {
		return discordUnavailable(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return discordUnavailable(fmt.Errorf("GET %s: %s", path, resp.Status))
	}
	if err := json.NewDecoder(io.LimitReader(resp.Body, maxProfileSize)).Decode(into); err != nil {
		return discordUnavailable(fmt.Errorf("GET %s: %w", path, err))
	}
	return nil
}

// revoke revokes an access token. A failure is only logged: the token is stored nowhere else.
func (p *Pages) revoke(ctx context.Context, access string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), revokeTimeout)
	defer cancel()
	form := url.Values{"token": {access}, "token_type_hint": {"access_token"}}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, p.config.Discord.Endpoint.TokenURL+"/revoke", strings.NewReader(form.Encode()))
	if err == nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.SetBasicAuth(p.config.Discord.ClientID, p.config.Discord.ClientSecret)
		var resp *http.Response
		if resp, err = (&http.Client{CheckRedirect: noRedirects}).Do(req); err == nil {
			_ = resp.Body.Close()
			if resp.StatusCode != http.StatusOK {
				err = errors.New(resp.Status)
			}
		}
	}
	if err != nil {
		web.Logger(ctx).WarnContext(ctx, "a token was not revoked at Discord", "error", err)
	}
}

func discordUnavailable(err error) error {
	return fault.New(fault.Unavailable, "unavailable",
		"Discord is not responding right now, so signing in does not work. Please try again in a moment.").Because(err)
}
