package moderation

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/disgoorg/disgo/discord"
	"github.com/disgoorg/disgo/rest"
	"github.com/disgoorg/snowflake/v2"

	"github.com/smarter-dev/smarterdev/app/platform/access"
	"github.com/smarter-dev/smarterdev/app/platform/bot"
	"github.com/smarter-dev/smarterdev/app/platform/fault"
	"github.com/smarter-dev/smarterdev/store"
)

const (
	// sendBits are what a lock takes.
	sendBits = discord.PermissionSendMessages | discord.PermissionSendMessagesInThreads
	// staffBits mark the roles whose own permission to write in a channel a lock leaves.
	staffBits = discord.PermissionKickMembers | discord.PermissionBanMembers | discord.PermissionModerateMembers |
		discord.PermissionManageMessages | discord.PermissionManageGuild | discord.PermissionAdministrator
	longestLock = 7 * day
)

// Unlock is the job that ends a lock.
type Unlock struct {
	Guild   snowflake.ID `json:"guild"`
	Channel snowflake.ID `json:"channel"`
}

// Kind names the job in the queue.
func (Unlock) Kind() string { return "moderation_unlock" }

func unlockKey(channel snowflake.ID) string { return fmt.Sprintf("moderation.unlock:%d", channel) }

// LockChannel keeps members from writing in a channel, for a while or with 0 until it is unlocked. It takes the permission
// from everybody and from roles that had it there; roles of moderators keep theirs, and so does the bot. What was before is
// kept first, so that UnlockChannel restores it also after a crash. A thread is locked as Discord does it. Faults: invalid,
// not_found, not_allowed, bot_permission, already_locked, discord_refused, unavailable; when Discord refuses halfway, what
// was changed is restored.
func (s *Service) LockChannel(ctx context.Context, in ChannelRequest, length time.Duration) (store.ChannelLock, error) {
	if length < 0 || length > longestLock {
		var f fault.Fields
		f.Add("minutes", "A channel can be locked for at most 7 days, or until somebody unlocks it.")
		return store.ChannelLock{}, f.Err()
	}
	p, err := s.stand(ctx, in)
	if err != nil {
		return store.ChannelLock{}, err
	}
	needed := discord.PermissionManageRoles
	if p.thread != nil {
		needed = discord.PermissionManageThreads
	}
	if err := p.needs(needed); err != nil {
		return store.ChannelLock{}, err
	}
	if p.thread == nil && !p.touchable().Has(discord.PermissionSendMessages) {
		return store.ChannelLock{}, refused(access.Verdict{Refusal: access.BotNotAllowed, Missing: discord.PermissionSendMessages})
	}
	lock := store.ChannelLock{GuildID: in.Guild, ChannelID: in.Channel, LockedBy: in.Actor.ID, LockedTag: in.Actor.Name, CreatedAt: s.now()}
	if p.thread == nil {
		lock.Changes = p.locking()
	}
	if p.thread == nil && len(lock.Changes) == 0 || p.thread != nil && p.thread.ThreadMetadata.Locked {
		return lock, fault.New(fault.Refused, "already_locked", "Only moderators can write here already.")
	}
	if length > 0 {
		lock.Until = new(lock.CreatedAt.Add(length))
		err = s.store.AddChannelLock(ctx, lock, in.Actor, store.At(in.Guild, unlockKey(in.Channel), *lock.Until, Unlock{in.Guild, in.Channel}))
	} else {
		err = s.store.AddChannelLock(ctx, lock, in.Actor)
	}
	if errors.Is(err, store.ErrExists) {
		return lock, fault.New(fault.Refused, "already_locked", "This channel is locked already. Unlock it first.").Because(err)
	}
	if err != nil {
		return lock, err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), actBudget)
	defer cancel()
	if err := s.applyLock(ctx, p, lock, "lock · "+in.Actor.Name); err != nil {
		if restored := s.restore(ctx, lock, "the lock failed"); restored != nil {
			s.log.ErrorContext(ctx, "a lock stopped halfway; it can be unlocked", "guild", in.Guild, "channel", in.Channel, "error", restored)
			return lock, channelFault(err, needed)
		}
		if forgotten := s.forgetLock(ctx, in); forgotten != nil {
			return lock, forgotten
		}
		return lock, channelFault(err, needed)
	}
	return lock, nil
}

func (s *Service) applyLock(ctx context.Context, p place, lock store.ChannelLock, reason string) error {
	opts := []rest.RequestOpt{rest.WithCtx(ctx), rest.WithReason(bot.Cut(reason, longestReason))}
	if p.thread != nil {
		_, err := s.discord.UpdateChannel(lock.ChannelID, discord.GuildThreadUpdate{Locked: new(true)}, opts...)
		return err
	}
	for _, c := range lock.Changes {
		allow, deny, _ := bitsOf(p.channel.PermissionOverwrites(), c)
		mask := discord.Permissions(c.Mask)
		allow, deny = allow&^mask|discord.Permissions(c.AllowAfter), deny&^mask|discord.Permissions(c.DenyAfter)
		if err := s.overwrite(lock.ChannelID, c, allow, deny, opts...); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) overwrite(channel snowflake.ID, c store.OverwriteChange, allow, deny discord.Permissions, opts ...rest.RequestOpt) error {
	var to discord.PermissionOverwriteUpdate = discord.RolePermissionOverwriteUpdate{Allow: &allow, Deny: &deny}
	if c.Member {
		to = discord.MemberPermissionOverwriteUpdate{Allow: &allow, Deny: &deny}
	}
	return s.discord.UpdatePermissionOverwrite(channel, c.ID, to, opts...)
}

// bitsOf are what the overwrite of somebody allows and denies now.
func bitsOf(overwrites []discord.PermissionOverwrite, c store.OverwriteChange) (allow, deny discord.Permissions, exists bool) {
	for _, o := range overwrites {
		switch o := o.(type) {
		case discord.RolePermissionOverwrite:
			if !c.Member && o.RoleID == c.ID {
				return o.Allow, o.Deny, true
			}
		case discord.MemberPermissionOverwrite:
			if c.Member && o.UserID == c.ID {
				return o.Allow, o.Deny, true
			}
		}
	}
	return 0, 0, false
}

// touchable are the permissions to write that the bot may give and take: those that it has in the guild, whatever the
// channel says.
func (p place) touchable() discord.Permissions {
	have := p.guild.Permissions(p.self, time.Now())
	if have.Has(discord.PermissionAdministrator) {
		return sendBits
	}
	return sendBits & have
}

// locking lists what locks the channel, the bot's own permission first. It is empty when nobody can write already.
func (p place) locking() []store.OverwriteChange {
	bits := p.touchable()
	var changes []store.OverwriteChange
	after := slices.Clone(p.channel.PermissionOverwrites())
	change := func(id snowflake.ID, member bool, allow, deny discord.Permissions) {
		c := store.OverwriteChange{ID: id, Member: member, Mask: int64(bits)}
		a, d, exists := bitsOf(p.channel.PermissionOverwrites(), c)
		c.Existed, c.AllowBefore, c.DenyBefore = exists, int64(a&bits), int64(d&bits)
		c.AllowAfter, c.DenyAfter = int64(allow), int64(deny)
		if c.AllowBefore != c.AllowAfter || c.DenyBefore != c.DenyAfter {
			changes = append(changes, c)
			after = slices.DeleteFunc(after, func(o discord.PermissionOverwrite) bool { return o.ID() == id })
			if member {
				after = append(after, discord.MemberPermissionOverwrite{UserID: id, Allow: a&^bits | allow, Deny: d&^bits | deny})
			} else {
				after = append(after, discord.RolePermissionOverwrite{RoleID: id, Allow: a&^bits | allow, Deny: d&^bits | deny})
			}
		}
	}
	everyone := p.guild.ID
	for _, o := range p.channel.PermissionOverwrites() {
		r, ok := o.(discord.RolePermissionOverwrite)
		if !ok || r.RoleID == everyone || r.Allow&bits == 0 || slices.Contains(p.self.Roles, r.RoleID) {
			continue
		}
		if role, known := p.guild.Role(r.RoleID); known && role.Permissions&staffBits != 0 {
			continue
		}
		change(r.RoleID, false, 0, r.Deny&bits)
	}
	change(everyone, false, 0, bits)
	if len(changes) > 0 && !access.Allows(p.guild.InChannel(p.self, after, time.Now()), bits) {
		change(p.self.ID, true, bits, 0)
		last := len(changes) - 1
		changes = slices.Insert(changes[:last:last], 0, changes[last])
	}
	return changes
}

// UnlockChannel restores what a lock took, as far as nobody has changed it meanwhile. Faults: not_found, not_allowed,
// bot_permission, not_locked, discord_refused, unavailable.
func (s *Service) UnlockChannel(ctx context.Context, in ChannelRequest) error {
	p, err := s.stand(ctx, in)
	if err != nil {
		return err
	}
	needed := discord.PermissionManageRoles
	if p.thread != nil {
		needed = discord.PermissionManageThreads
	}
	if err := p.needs(needed); err != nil {
		return err
	}
	lock, err := s.store.ChannelLock(ctx, in.Guild, in.Channel)
	if errors.Is(err, store.ErrNotFound) {
		return fault.New(fault.Refused, "not_locked", "This channel was not locked with /mod lock.").Because(err)
	}
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), actBudget)
	defer cancel()
	if err := s.restore(ctx, lock, "unlock · "+in.Actor.Name); err != nil {
		return channelFault(err, needed)
	}
	return s.forgetLock(ctx, in)
}

func (s *Service) forgetLock(ctx context.Context, in ChannelRequest) error {
	err := s.store.RemoveChannelLock(ctx, in.Guild, in.Channel, s.now(), in.Actor, store.Cancel(in.Guild, unlockKey(in.Channel)))
	if errors.Is(err, store.ErrNotFound) {
		return nil // somebody else was faster
	}
	return err
}

// unlockLater ends a lock whose time is over. Where Discord refuses for good it is forgotten: nobody is asked for ever.
func (s *Service) unlockLater(ctx context.Context, job Unlock) error {
	lock, err := s.store.ChannelLock(ctx, job.Guild, job.Channel)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := s.restore(ctx, lock, "the time of the lock is over"); err != nil {
		if refusal(err) == nil {
			return err
		}
		s.log.WarnContext(ctx, "a channel cannot be unlocked", "guild", job.Guild, "channel", job.Channel, "error", err)
	}
	err = s.store.RemoveChannelLock(ctx, job.Guild, job.Channel, s.now(), store.Actor{ID: lock.LockedBy, Name: lock.LockedTag, Source: store.SourceCommand})
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	return err
}

// restore gives back what a lock took, bit by bit: one that somebody has changed since stays as it is. A channel that does
// not exist any more needs nothing.
func (s *Service) restore(ctx context.Context, lock store.ChannelLock, reason string) error {
	opts := []rest.RequestOpt{rest.WithCtx(ctx), rest.WithReason(bot.Cut(reason, longestReason))}
	found, err := s.discord.GetChannel(lock.ChannelID, rest.WithCtx(ctx))
	if rest.IsJSONErrorCode(err, rest.JSONErrorCodeUnknownChannel) {
		return nil
	}
	if err != nil {
		return err
	}
	if len(lock.Changes) == 0 {
		_, err := s.discord.UpdateChannel(lock.ChannelID, discord.GuildThreadUpdate{Locked: new(false)}, opts...)
		return err
	}
	channel, ok := found.(discord.GuildChannel)
	if !ok {
		return nil
	}
	for _, c := range slices.Backward(lock.Changes) {
		allow, deny, exists := bitsOf(channel.PermissionOverwrites(), c)
		if !exists && c.AllowAfter|c.DenyAfter != 0 {
			continue // somebody has removed it
		}
		to, not := before(c, allow, deny)
		switch {
		case to == allow && not == deny:
		case to|not == 0 && !c.Existed:
			err = s.discord.DeletePermissionOverwrite(lock.ChannelID, c.ID, opts...)
		default:
			err = s.overwrite(lock.ChannelID, c, to, not, opts...)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// before are the bits of an overwrite as they were, where they still are as the lock left them.
func before(c store.OverwriteChange, allow, deny discord.Permissions) (to, not discord.Permissions) {
	to, not = allow, deny
	for bit := discord.Permissions(1); bit != 0 && int64(bit) <= c.Mask; bit <<= 1 {
		if int64(bit)&c.Mask == 0 || int64(allow&bit) != c.AllowAfter&int64(bit) || int64(deny&bit) != c.DenyAfter&int64(bit) {
			continue
		}
		to, not = to&^bit|discord.Permissions(c.AllowBefore)&bit, not&^bit|discord.Permissions(c.DenyBefore)&bit
	}
	return to, not
}
