package rest

import (
	"slices"
	"strconv"

	"github.com/smarter-dev/smarterdev/app/sandbox/gateway"
	"github.com/smarter-dev/smarterdev/app/sandbox/problem"
	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
	"github.com/smarter-dev/smarterdev/app/sandbox/world"
)

func getGateway(c *call) (any, error) {
	return map[string]string{"url": c.api.Gateway.URL()}, nil
}

func getGatewayBot(c *call) (any, error) { return c.api.Gateway.Bot(), nil }

// self is an account as it sees itself.
type self struct {
	*wire.User
	MFAEnabled bool    `json:"mfa_enabled"`
	Locale     string  `json:"locale"`
	Premium    int     `json:"premium_type"`
	Verified   bool    `json:"verified"`
	Email      *string `json:"email"`
}

func getMe(c *call) (any, error) {
	if !c.isBot && !c.grant.Has("identify") {
		return nil, problem.MissingScope
	}
	u, err := c.world.User(c.me)
	if err != nil {
		return nil, err
	}
	me := self{User: u, Locale: "en-US", Verified: true, MFAEnabled: c.isBot}
	if c.grant.Has("email") {
		me.Email = new(u.Username + "@example.com")
	}
	return me, nil
}

func editMe(c *call) (any, error) {
	var in struct {
		Username wire.Opt[string] `json:"username"`
		Avatar   wire.Opt[string] `json:"avatar"`
	}
	if err := c.body(&in); err != nil {
		return nil, err
	}
	var change world.Account
	if in.Username.Set && !in.Username.Null {
		change.Username = &in.Username.Value
	}
	if in.Avatar.Set {
		change.Avatar = new(!in.Avatar.Null)
	}
	if _, err := c.world.ChangeAccount(c.me, change); err != nil {
		return nil, err
	}
	return getMe(c)
}

func getMyGuilds(c *call) (any, error) {
	if !c.isBot && !c.grant.Has("guilds") {
		return nil, problem.MissingScope
	}
	limit, err := c.queryInt("limit", 200, 1, 200)
	if err != nil {
		return nil, err
	}
	before, err := c.queryID("before")
	if err != nil {
		return nil, err
	}
	after, err := c.queryID("after")
	if err != nil {
		return nil, err
	}
	list := c.world.Partial(c.me, c.queryBool("with_counts"))
	list = slices.DeleteFunc(list, func(g wire.PartialGuild) bool {
		return before != 0 && g.ID >= before || after != 0 && g.ID <= after
	})
	if before != 0 && len(list) > limit {
		return list[len(list)-limit:], nil
	}
	return list[:min(limit, len(list))], nil
}

func leaveGuild(c *call) (any, error) {
	id, err := c.id("guild")
	if err != nil {
		return nil, err
	}
	return nil, c.world.Leave(c.me, id)
}

func getMyMember(c *call) (any, error) {
	if !c.grant.Has("guilds.members.read") {
		return nil, problem.MissingScope
	}
	id, err := c.id("guild")
	if err != nil {
		return nil, err
	}
	return c.world.Member(c.me, id, c.me)
}

func openDirect(c *call) (any, error) {
	var in struct {
		Recipient wire.ID `json:"recipient_id"`
	}
	if err := c.body(&in); err != nil {
		return nil, err
	}
	f := problem.NewForm()
	if in.Recipient == 0 {
		f.At("recipient_id").Required()
		return nil, f.Err()
	}
	return c.world.OpenDirect(in.Recipient)
}

func getUser(c *call) (any, error) {
	id, err := c.id("user")
	if err != nil {
		return nil, err
	}
	return c.world.User(id)
}

// application is the application as its own bot sees it.
type application struct {
	ID                   wire.ID    `json:"id"`
	Name                 string     `json:"name"`
	Icon                 *string    `json:"icon"`
	Description          string     `json:"description"`
	Type                 *int       `json:"type"`
	BotPublic            bool       `json:"bot_public"`
	BotRequireGrant      bool       `json:"bot_require_code_grant"`
	Bot                  *wire.User `json:"bot"`
	Owner                *wire.User `json:"owner"`
	Team                 any        `json:"team"`
	VerifyKey            string     `json:"verify_key"`
	Flags                int        `json:"flags"`
	FlagsNew             string     `json:"flags_new"` // the same as text
	RedirectURIs         []string   `json:"redirect_uris"`
	GuildCount           int        `json:"approximate_guild_count"`
	UserInstallCount     int        `json:"approximate_user_install_count"`
	AuthorizationCount   int        `json:"approximate_user_authorization_count"`
	ContentFilter        int        `json:"explicit_content_filter"`
	EligibleOAuth2Scopes []string   `json:"eligible_oauth2_scopes"`
	Tags                 []string   `json:"tags"`

	InteractionsURL    *string        `json:"interactions_endpoint_url"`
	RoleConnectionsURL *string        `json:"role_connections_verification_url"`
	InstallURL         string         `json:"custom_install_url,omitempty"`
	IntegrationTypes   map[string]any `json:"integration_types_config,omitempty"`
}

func orNull(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

func getApplication(c *call) (any, error) {
	app := c.world.Application()
	owner, err := c.world.User(app.OwnerID)
	if err != nil {
		return nil, err
	}
	flags := gateway.Flags(app)
	return application{
		ID: app.ID, Name: app.Name, BotPublic: true, Bot: c.world.Bot(), Owner: owner, Flags: flags, FlagsNew: strconv.Itoa(flags), EligibleOAuth2Scopes: []string{},
		Description: app.Description, VerifyKey: app.VerifyKey(), InteractionsURL: orNull(app.InteractionsURL), RoleConnectionsURL: orNull(app.RoleURL),
		InstallURL: app.InstallURL, IntegrationTypes: app.IntegrationTypes,
		RedirectURIs: append([]string{}, app.RedirectURIs...), GuildCount: len(c.world.GuildIDs(app.BotID)), Tags: append([]string{}, app.Tags...),
	}, nil
}

func getAuthorization(c *call) (any, error) {
	app := c.world.Application()
	flags := gateway.Flags(app)
	body := map[string]any{
		"application": map[string]any{
			"id": app.ID, "name": app.Name, "icon": nil, "description": app.Description, "type": nil, "bot_public": true, "bot_require_code_grant": false,
			"verify_key": app.VerifyKey(), "flags": flags, "flags_new": strconv.Itoa(flags),
		},
		"scopes":  c.grant.Scopes,
		"expires": wire.At(c.grant.Expires),
	}
	if c.grant.Has("identify") {
		u, err := c.world.User(c.me)
		if err != nil {
			return nil, err
		}
		body["user"] = u
	}
	return body, nil
}
