package world

import (
	"cmp"
	"crypto/rand"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/smarter-dev/smarterdev/app/sandbox/problem"
	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
)

const (
	mostInvites = 1000
	inviteAge   = 86400 // seconds, unless somebody says otherwise
)

// Invite is a way into a guild, as the world keeps it.
type Invite struct {
	Code    string `json:"code"`
	Channel ID     `json:"channel_id"`
	Inviter ID     `json:"inviter_id"`
	Roles   []ID   `json:"roles,omitempty"`

	wire.InviteMetadata
}

func (i *Invite) expires() *wire.Time {
	if i.MaxAge == 0 {
		return nil
	}
	return new(wire.At(i.CreatedAt.Add(time.Duration(i.MaxAge) * time.Second)))
}

// CreateInvite makes an invite into a channel, or returns the one like it unless it must be unique.
// It needs CREATE_INSTANT_INVITE there, and MANAGE_ROLES and rank for roles.
func (w *World) CreateInvite(by, channel ID, in wire.InviteInput, reason string) (*wire.Invite, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	ch, err := w.manageable(by, channel, wire.CreateInstantInvite)
	if err != nil {
		return nil, err
	}
	if ch.wire.Type == wire.CategoryChannel {
		return nil, problem.WrongChannelType
	}
	age := inviteAge
	if in.MaxAge.Set && !in.MaxAge.Null {
		age = in.MaxAge.Value
	}
	f := problem.NewForm()
	f.At("max_age").Range(age, 0, 7*86400)
	f.At("max_uses").Range(in.MaxUses.Value, 0, 100)
	if err := f.Err(); err != nil {
		return nil, err
	}
	for _, id := range in.Roles.Value {
		r, err := ch.guild.role(id)
		if err == nil {
			err = w.mayGive(ch.guild, by, r)
		}
		if err != nil {
			return nil, err
		}
	}
	g := ch.guild
	w.expireInvites(g)
	i := &Invite{
		Channel: channel, Inviter: by, Roles: in.Roles.Value,
		InviteMetadata: wire.InviteMetadata{MaxUses: in.MaxUses.Value, MaxAge: age, Temporary: in.Temporary.Value, CreatedAt: wire.At(w.now())},
	}
	if !in.Unique.Value {
		for _, old := range g.invites {
			if old.Channel == channel && old.Inviter == by && old.MaxUses == i.MaxUses && old.MaxAge == i.MaxAge &&
				old.Temporary == i.Temporary && slices.Equal(old.Roles, i.Roles) {
				return w.showInvite(g, old, false, true), nil
			}
		}
	}
	if len(g.invites) >= mostInvites {
		return nil, problem.TooManyInvites
	}
	i.Code = rand.Text()[:10]
	g.invites = append(slices.Clone(g.invites), i)
	shown := w.showInvite(g, i, false, true)
	w.inviteEvent("INVITE_CREATE", ch, struct {
		ChannelID ID         `json:"channel_id"`
		GuildID   ID         `json:"guild_id"`
		Code      string     `json:"code"`
		Inviter   *wire.User `json:"inviter"`
		ExpiresAt *wire.Time `json:"expires_at"`
		Type      int        `json:"type"`
		RoleIDs   []ID       `json:"role_ids,omitempty"`
		wire.InviteMetadata
	}{channel, g.wire.ID, i.Code, w.users[by], i.expires(), 0, i.Roles, i.InviteMetadata})
	w.log(g, by, wire.AuditInviteCreate, 0, reason, nil, wire.AuditChange{Key: "code", New: i.Code}, wire.AuditChange{Key: "channel_id", New: channel})
	return shown, nil
}

// inviteEvent tells those who manage the channel.
func (w *World) inviteEvent(name string, ch *channel, data any) {
	w.emit(&Event{
		Name: name, Guild: ch.guild.wire.ID, Data: data, People: true, Needs: wire.ManageChannels,
		Bots: w.allowed(w.app.BotID, ch).Has(wire.ManageChannels),
	})
}

func (w *World) showInvite(g *guild, i *Invite, counts, metadata bool) *wire.Invite {
	shown := &wire.Invite{
		Code: i.Code, GuildID: g.wire.ID, Guild: inviteGuild(g.wire), Inviter: w.users[i.Inviter], ExpiresAt: i.expires(),
	}
	if ch := w.chans[i.Channel]; ch != nil {
		shown.Channel = partial(ch)
	}
	for _, id := range i.Roles {
		if r := g.roles[id]; r != nil {
			shown.Roles = append(shown.Roles, r)
		}
	}
	if counts {
		shown.Members, shown.Presences = new(len(g.members)), new(w.online(g))
	}
	if metadata {
		shown.InviteMetadata = new(i.InviteMetadata)
	}
	return shown
}

func partial(ch *channel) *wire.PartialChannel {
	return &wire.PartialChannel{ID: ch.wire.ID, Name: ch.wire.Label(), Type: ch.wire.Type}
}

func inviteGuild(g *wire.Guild) *wire.InviteGuild {
	return &wire.InviteGuild{
		ID: g.ID, Name: g.Name, Icon: g.Icon, Splash: g.Splash, Banner: g.Banner, Description: g.Description, Features: g.Features,
		VerificationLevel: g.VerificationLevel, VanityURLCode: g.VanityURLCode, NSFWLevel: g.NSFWLevel,
		PremiumSubscriptionCount: g.PremiumSubscriptionCount,
	}
}

// findInvite finds an invite by its code, a guild's vanity code included: 10006 when there is none.
func (w *World) findInvite(code string) (*guild, *Invite, error) {
	for _, id := range w.order {
		g := w.guilds[id]
		w.expireInvites(g)
		if v := g.wire.VanityURLCode; v != nil && strings.EqualFold(*v, code) {
			return g, &Invite{Code: *v, Channel: cmp.Or(g.firstChannel(w), 0), InviteMetadata: wire.InviteMetadata{Uses: g.vanityUses}}, nil
		}
		for _, i := range g.invites {
			if i.Code == code {
				return g, i, nil
			}
		}
	}
	return nil, nil, problem.UnknownInvite
}

func (g *guild) firstChannel(w *World) ID {
	for _, id := range g.channels {
		if w.chans[id].wire.Type == wire.TextChannel {
			return id
		}
	}
	return 0
}

// expireInvites removes the invites that have run out, and tells.
func (w *World) expireInvites(g *guild) {
	for _, i := range slices.Clone(g.invites) {
		if at := i.expires(); at != nil && !w.now().Before(at.Time) {
			w.dropInvite(g, i)
		}
	}
}

func (w *World) dropInvite(g *guild, i *Invite) {
	g.invites = slices.DeleteFunc(slices.Clone(g.invites), func(other *Invite) bool { return other.Code == i.Code })
	ch := w.chans[i.Channel]
	if ch == nil {
		return
	}
	w.inviteEvent("INVITE_DELETE", ch, struct {
		ChannelID ID     `json:"channel_id"`
		GuildID   ID     `json:"guild_id"`
		Code      string `json:"code"`
	}{i.Channel, g.wire.ID, i.Code})
}

// LookUp returns an invite by its code to anybody.
func (w *World) LookUp(code string, counts bool) (*wire.Invite, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, i, err := w.findInvite(code)
	if err != nil {
		return nil, err
	}
	return w.showInvite(g, i, counts, false), nil
}

// DeleteInvite deletes an invite. It needs MANAGE_CHANNELS in its channel or MANAGE_GUILD.
func (w *World) DeleteInvite(by ID, code, reason string) (*wire.Invite, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, i, err := w.findInvite(code)
	if err != nil {
		return nil, err
	}
	ch := w.chans[i.Channel]
	if g.members[by] == nil || !w.base(g, by).Has(wire.ManageGuild) && (ch == nil || !w.allowed(by, ch).Has(wire.ManageChannels)) {
		return nil, problem.MissingPermissions
	}
	w.dropInvite(g, i)
	w.log(g, by, wire.AuditInviteDelete, 0, reason, nil, wire.AuditChange{Key: "code", Old: i.Code}, wire.AuditChange{Key: "channel_id", Old: i.Channel})
	return w.showInvite(g, i, false, false), nil
}

// Invites lists the invites of a guild. It needs MANAGE_GUILD, or without how they are used
// VIEW_AUDIT_LOG.
func (w *World) Invites(by, guild ID) ([]*wire.Invite, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, err := w.guildFor(by, guild)
	if err != nil {
		return nil, err
	}
	manages := w.base(g, by).Has(wire.ManageGuild)
	if !manages && !w.base(g, by).Has(wire.ViewAuditLog) {
		return nil, problem.MissingPermissions
	}
	return w.invites(g, manages, func(*Invite) bool { return true }), nil
}

// ChannelInvites lists the invites into a channel. It needs MANAGE_CHANNELS there.
func (w *World) ChannelInvites(by, channel ID) ([]*wire.Invite, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	ch, err := w.manageable(by, channel, wire.ManageChannels)
	if err != nil {
		return nil, err
	}
	return w.invites(ch.guild, true, func(i *Invite) bool { return i.Channel == channel }), nil
}

func (w *World) invites(g *guild, metadata bool, match func(*Invite) bool) []*wire.Invite {
	w.expireInvites(g)
	list := []*wire.Invite{}
	for _, i := range g.invites {
		if match(i) {
			list = append(list, w.showInvite(g, i, false, metadata))
		}
	}
	return list
}

// Accept brings an account into a guild by an invite: 10006 when it is not good, or no longer, 40007
// for who is banned, 40008 while invites are paused.
func (w *World) Accept(user ID, code string) (*wire.Member, ID, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, i, err := w.findInvite(code)
	if err != nil {
		return nil, 0, err
	}
	there := g.members[user] != nil
	m, err := w.join(user, g, i.Roles)
	if err != nil || there {
		return m, g.wire.ID, err
	}
	if g.wire.VanityURLCode != nil && i.Code == *g.wire.VanityURLCode {
		g.vanityUses++
		return m, g.wire.ID, nil
	}
	used := new(*i)
	used.Uses++
	g.invites = slices.Clone(g.invites)
	g.invites[slices.Index(g.invites, i)] = used
	if used.MaxUses > 0 && used.Uses >= used.MaxUses {
		w.dropInvite(g, used)
	}
	return m, g.wire.ID, nil
}

var vanity = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{1,24}$`)

// Vanity returns a guild's own code and how often it was used; "" when it has none. It needs MANAGE_GUILD.
func (w *World) Vanity(by, guild ID) (code string, uses int, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, err := w.guildFor(by, guild)
	if err != nil {
		return "", 0, err
	}
	if err := w.require(g, by, wire.ManageGuild); err != nil {
		return "", 0, err
	}
	if g.wire.VanityURLCode == nil {
		return "", 0, nil
	}
	return *g.wire.VanityURLCode, g.vanityUses, nil
}

// SetVanity gives a guild a code of its own, or takes it away with "": 50020 when it is no good or
// taken. It needs MANAGE_GUILD.
func (w *World) SetVanity(by, guild ID, code string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, err := w.guildFor(by, guild)
	if err != nil {
		return err
	}
	if err := w.require(g, by, wire.ManageGuild); err != nil {
		return err
	}
	old := g.wire.VanityURLCode
	if code != "" && (old == nil || *old != code) {
		if _, _, err := w.findInvite(code); err == nil || !vanity.MatchString(code) {
			return problem.InviteTaken
		}
	}
	g.wire = new(*g.wire)
	g.wire.VanityURLCode, g.vanityUses = nil, 0
	g.wire.Features = slices.DeleteFunc(slices.Clone(g.wire.Features), func(f string) bool { return f == "VANITY_URL" })
	if code != "" {
		g.wire.VanityURLCode = &code
		g.wire.Features = append(g.wire.Features, "VANITY_URL")
	}
	w.everyone("GUILD_UPDATE", g, g.rest())
	w.log(g, by, wire.AuditGuildUpdate, guild, "", nil, wire.AuditChange{Key: "vanity_url_code", Old: value(old), New: value(g.wire.VanityURLCode)})
	return nil
}
