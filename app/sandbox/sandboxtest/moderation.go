package sandboxtest

import (
	"net/http"
	"time"

	"github.com/disgoorg/snowflake/v2"

	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
)

// Speak connects the person to a voice channel of the guild, or moves them there.
func (p *Person) Speak(channel snowflake.ID) {
	p.world.t.Helper()
	if err := p.TrySpeak(wire.VoiceInput{ChannelID: channel}); err != nil {
		p.world.t.Fatalf("connect to a voice channel: %v", err)
	}
}

// TrySpeak is Speak for what may be refused, and with whether they mute or deafen themselves.
func (p *Person) TrySpeak(in wire.VoiceInput) error {
	return p.try(http.MethodPut, p.inGuild("/voice"), in)
}

// HangUp disconnects the person from voice.
func (p *Person) HangUp() { p.world.t.Helper(); p.do(http.MethodDelete, p.inGuild("/voice"), nil) }

// Change changes a member as a moderator does in Discord's own windows: nick, roles, mute, deaf,
// channel_id, communication_disabled_until, reason.
func (p *Person) Change(who *Person, change map[string]any) {
	p.world.t.Helper()
	if err := p.TryChange(who, change); err != nil {
		p.world.t.Fatalf("change a member: %v", err)
	}
}

// TryChange is Change for what may be refused.
func (p *Person) TryChange(who *Person, change map[string]any) error {
	return p.try(http.MethodPatch, p.inGuild("/members/"+who.ID.String()), change)
}

// Pause stops the guild's invites and direct messages for a while; 0 goes on with them.
func (p *Person) Pause(invites, directs time.Duration) {
	p.world.t.Helper()
	now := p.world.Standing().Now
	until := func(d time.Duration) any {
		if d == 0 {
			return nil
		}
		return now.Add(d)
	}
	p.do(http.MethodPut, p.inGuild("/incident-actions"), map[string]any{
		"invites_disabled_until": until(invites), "dms_disabled_until": until(directs),
	})
}

// Prune removes the members of the guild who have not been seen for days and have no roles.
func (p *Person) Prune(days int) (removed int) {
	p.world.t.Helper()
	var out struct {
		Pruned int `json:"pruned"`
	}
	p.world.must(http.MethodPost, p.path+p.inGuild("/prune"), map[string]any{"days": days}, &out)
	return out.Pruned
}

// Status shows the person as online, idle, dnd or offline.
func (p *Person) Status(status string) {
	p.world.t.Helper()
	p.do(http.MethodPatch, "/", map[string]any{"status": status})
}

// CreateRoleWith makes a role with permissions and returns its id.
func (p *Person) CreateRoleWith(name string, permissions wire.Permissions) snowflake.ID {
	p.world.t.Helper()
	var r wire.Role
	p.world.must(http.MethodPost, p.path+p.inGuild("/roles"), map[string]any{"name": name, "permissions": permissions}, &r)
	return r.ID
}

// NewRule makes a rule of Discord's AutoMod, with the fields that its API has.
func (p *Person) NewRule(rule map[string]any) *wire.AutoModRule {
	p.world.t.Helper()
	r, err := p.TryNewRule(rule)
	if err != nil {
		p.world.t.Fatalf("make a rule of AutoMod: %v", err)
	}
	return r
}

// TryNewRule is NewRule for what may be refused.
func (p *Person) TryNewRule(rule map[string]any) (*wire.AutoModRule, error) {
	r := new(wire.AutoModRule)
	err := p.world.call(http.MethodPost, p.path+p.inGuild("/auto-moderation/rules"), rule, r)
	return r, err
}

// ChangeRule changes a rule of AutoMod.
func (p *Person) ChangeRule(rule snowflake.ID, change map[string]any) {
	p.world.t.Helper()
	p.do(http.MethodPatch, p.inGuild("/auto-moderation/rules/"+rule.String()), change)
}

// Rules lists the rules of AutoMod.
func (p *Person) Rules() (list []*wire.AutoModRule) {
	p.world.t.Helper()
	p.world.must(http.MethodGet, p.path+p.inGuild("/auto-moderation/rules"), nil, &list)
	return list
}

// TryBan is Ban for what may be refused.
func (p *Person) TryBan(who *Person) error {
	return p.try(http.MethodPut, p.inGuild("/bans/"+who.ID.String()), map[string]any{})
}

// TryKick is Kick for what may be refused.
func (p *Person) TryKick(who *Person) error {
	return p.try(http.MethodDelete, p.inGuild("/members/"+who.ID.String()), map[string]any{})
}
