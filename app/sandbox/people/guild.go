package people

import (
	"time"

	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
	"github.com/smarter-dev/smarterdev/app/sandbox/world"
)

// What people do to a guild by hand, in Discord's own windows. The rules are those of the world.

func (h *Handler) join(a *ask) (any, error) {
	me, guild := a.id("me"), a.id("guild")
	if a.err != nil {
		return nil, a.err
	}
	return h.World.Join(me, guild)
}

func (h *Handler) leave(a *ask) (any, error) {
	me, guild := a.id("me"), a.id("guild")
	if a.err != nil {
		return nil, a.err
	}
	return nil, h.World.Leave(me, guild)
}

func (h *Handler) renameGuild(a *ask) (any, error) {
	var in struct {
		Name   *string `json:"name"`
		Vanity *string `json:"vanity_url_code"` // "" takes it away
		Locale string  `json:"preferred_locale"`
	}
	me, guild := a.id("me"), a.id("guild")
	if err := a.input(&in); err != nil {
		return nil, err
	}
	if in.Vanity != nil {
		if err := h.World.SetVanity(me, guild, *in.Vanity); err != nil {
			return nil, err
		}
	}
	if in.Locale != "" {
		if err := h.World.SetLocale(me, guild, in.Locale); err != nil {
			return nil, err
		}
	}
	if in.Name == nil {
		return h.World.Guild(me, guild, false)
	}
	return h.World.RenameGuild(me, guild, *in.Name, "")
}

func (h *Handler) inviteBot(a *ask) (any, error) {
	me, guild := a.id("me"), a.id("guild")
	if a.err != nil {
		return nil, a.err
	}
	return h.World.InviteBot(me, guild)
}

func (h *Handler) member(a *ask) (any, error) {
	me, guild, user := a.id("me"), a.id("guild"), a.id("user")
	if a.err != nil {
		return nil, a.err
	}
	return h.World.SeeMember(me, guild, user)
}

func (h *Handler) editMember(a *ask) (any, error) {
	var in struct {
		world.MemberInput
		Reason string `json:"reason"`
	}
	me, guild, user := a.id("me"), a.id("guild"), a.id("user")
	if err := a.input(&in); err != nil {
		return nil, err
	}
	return h.World.EditMember(me, guild, user, in.MemberInput, in.Reason)
}

// reason is the body of what takes nothing but a reason.
type reason struct {
	Reason string `json:"reason"`
}

func (h *Handler) kick(a *ask) (any, error) {
	var in reason
	me, guild, user := a.id("me"), a.id("guild"), a.id("user")
	if err := a.input(&in); err != nil {
		return nil, err
	}
	return nil, h.World.Kick(me, guild, user, in.Reason)
}

func (h *Handler) giveRole(a *ask) (any, error) {
	me, guild, user, role := a.id("me"), a.id("guild"), a.id("user"), a.id("role")
	if a.err != nil {
		return nil, a.err
	}
	return nil, h.World.AddRole(me, guild, user, role, "")
}

func (h *Handler) takeRole(a *ask) (any, error) {
	me, guild, user, role := a.id("me"), a.id("guild"), a.id("user"), a.id("role")
	if a.err != nil {
		return nil, a.err
	}
	return nil, h.World.RemoveRole(me, guild, user, role, "")
}

func (h *Handler) bans(a *ask) (any, error) {
	me, guild := a.id("me"), a.id("guild")
	if a.err != nil {
		return nil, a.err
	}
	return h.World.Bans(me, guild, 0, a.query("after"), 1000)
}

func (h *Handler) ban(a *ask) (any, error) {
	var in struct {
		Reason  string `json:"reason"`
		Seconds int    `json:"delete_message_seconds"`
	}
	me, guild, user := a.id("me"), a.id("guild"), a.id("user")
	if err := a.input(&in); err != nil {
		return nil, err
	}
	return nil, h.World.Ban(me, guild, user, time.Duration(in.Seconds)*time.Second, in.Reason)
}

func (h *Handler) unban(a *ask) (any, error) {
	var in reason
	me, guild, user := a.id("me"), a.id("guild"), a.id("user")
	if err := a.input(&in); err != nil {
		return nil, err
	}
	return nil, h.World.Unban(me, guild, user, in.Reason)
}

func (h *Handler) auditLog(a *ask) (any, error) {
	me, guild := a.id("me"), a.id("guild")
	if a.err != nil {
		return nil, a.err
	}
	entries, users, err := h.World.AuditLog(me, guild, world.AuditQuery{Before: a.query("before"), Limit: 100})
	if err != nil {
		return nil, err
	}
	return map[string]any{"audit_log_entries": entries, "users": users}, nil
}

func (h *Handler) createRole(a *ask) (any, error) {
	var in wire.RoleInput
	me, guild := a.id("me"), a.id("guild")
	if err := a.input(&in); err != nil {
		return nil, err
	}
	return h.World.CreateRole(me, guild, in, "")
}

// editRole also moves the role, when the body has a position.
func (h *Handler) editRole(a *ask) (any, error) {
	var in struct {
		wire.RoleInput
		Position *int `json:"position"`
	}
	me, guild, role := a.id("me"), a.id("guild"), a.id("role")
	if err := a.input(&in); err != nil {
		return nil, err
	}
	if in.Position != nil {
		if _, err := h.World.MoveRoles(me, guild, map[world.ID]int{role: *in.Position}, ""); err != nil {
			return nil, err
		}
	}
	return h.World.EditRole(me, guild, role, in.RoleInput, "")
}

func (h *Handler) deleteRole(a *ask) (any, error) {
	me, guild, role := a.id("me"), a.id("guild"), a.id("role")
	if a.err != nil {
		return nil, a.err
	}
	return nil, h.World.DeleteRole(me, guild, role, "")
}

func (h *Handler) createChannel(a *ask) (any, error) {
	var in wire.ChannelInput
	me, guild := a.id("me"), a.id("guild")
	if err := a.input(&in); err != nil {
		return nil, err
	}
	return h.World.CreateChannel(me, guild, in, "")
}

func (h *Handler) editChannel(a *ask) (any, error) {
	var in wire.ChannelInput
	me, channel := a.id("me"), a.id("channel")
	if err := a.input(&in); err != nil {
		return nil, err
	}
	return h.World.EditChannel(me, channel, in, "")
}

func (h *Handler) deleteChannel(a *ask) (any, error) {
	me, channel := a.id("me"), a.id("channel")
	if a.err != nil {
		return nil, a.err
	}
	return h.World.DeleteChannel(me, channel, "")
}

func (h *Handler) setAccess(a *ask) (any, error) {
	var in struct {
		Permissions []wire.CommandPermission `json:"permissions"`
	}
	me, guild, command := a.id("me"), a.id("guild"), a.id("command")
	if err := a.input(&in); err != nil {
		return nil, err
	}
	return nil, h.World.SetAccess(me, guild, command, in.Permissions)
}

// pause stops invites and direct messages, or goes on with them.
func (h *Handler) pause(a *ask) (any, error) {
	var in wire.IncidentActions
	me, guild := a.id("me"), a.id("guild")
	if err := a.input(&in); err != nil {
		return nil, err
	}
	return h.World.Pause(me, guild, in)
}

func (h *Handler) prune(a *ask) (any, error) {
	in := struct {
		Days   int       `json:"days"`
		Roles  []wire.ID `json:"include_roles"`
		Reason string    `json:"reason"`
	}{Days: 7}
	me, guild := a.id("me"), a.id("guild")
	if err := a.input(&in); err != nil {
		return nil, err
	}
	n, err := h.World.Prune(me, guild, world.Pruning{Days: in.Days, Roles: in.Roles}, in.Reason)
	return map[string]int{"pruned": n}, err
}

// createSticker uploads a sticker; without a picture one is drawn.
func (h *Handler) createSticker(a *ask) (any, error) {
	var in struct {
		Name        string  `json:"name"`
		Description string  `json:"description"`
		Tags        string  `json:"tags"`
		File        *upload `json:"file"`
	}
	me, guild := a.id("me"), a.id("guild")
	if err := a.input(&in); err != nil {
		return nil, err
	}
	var file *wire.File
	if in.File != nil {
		file = new(in.File.file(0))
	}
	return h.World.CreateSticker(me, guild, wire.StickerInput{
		Name: wire.Given(in.Name), Description: wire.Given(in.Description), Tags: wire.Given(in.Tags),
	}, file, "")
}
