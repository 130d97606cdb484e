package sandboxtest

import (
	"net/http"

	"github.com/disgoorg/snowflake/v2"

	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
)

// Invite makes an invite into a channel, with the fields that Discord's API has, and returns its code.
func (p *Person) Invite(channel snowflake.ID, in map[string]any) string {
	p.world.t.Helper()
	var i wire.Invite
	p.world.must(http.MethodPost, p.path+"/channels/"+channel.String()+"/invites", in, &i)
	return i.Code
}

// Accept joins a guild by an invite.
func (p *Person) Accept(code string) {
	p.world.t.Helper()
	if err := p.TryAccept(code); err != nil {
		p.world.t.Fatalf("accept an invite: %v", err)
	}
}

// TryAccept is Accept for what may be refused.
func (p *Person) TryAccept(code string) error { return p.try(http.MethodPost, "/invites/"+code, nil) }

// SetVanity gives the guild a code of its own.
func (p *Person) SetVanity(code string) error {
	return p.try(http.MethodPatch, p.inGuild("/"), map[string]any{"vanity_url_code": code})
}

// NewWebhook makes a webhook of a channel, as in its settings.
func (p *Person) NewWebhook(channel snowflake.ID, name string) *wire.Webhook {
	p.world.t.Helper()
	h := new(wire.Webhook)
	p.world.must(http.MethodPost, p.path+"/channels/"+channel.String()+"/webhooks", map[string]any{"name": name}, h)
	return h
}
