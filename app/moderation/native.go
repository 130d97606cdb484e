package moderation

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/disgoorg/disgo/discord"
	"github.com/disgoorg/disgo/rest"
	"github.com/disgoorg/snowflake/v2"
	"github.com/google/uuid"

	"github.com/smarter-dev/smarterdev/app/platform/access"
	"github.com/smarter-dev/smarterdev/app/platform/bot"
	"github.com/smarter-dev/smarterdev/app/platform/directory"
	"github.com/smarter-dev/smarterdev/app/platform/outbox"
	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/ui/i18n"
)

const (
	auditPage  = 100
	auditPages = 200 // that a catch-up reads at most; the log reaches back 45 days
)

// CatchUpGuild is the job that reads a guild's audit log from where it was read last.
type CatchUpGuild struct {
	Guild snowflake.ID `json:"guild"`
}

// Kind names the job in the queue.
func (CatchUpGuild) Kind() string { return "moderation_catch_up" }

// CatchUpAll is the job that has every guild's audit log read.
type CatchUpAll struct{}

// Kind names the job in the queue.
func (CatchUpAll) Kind() string { return "moderation_catch_up_all" }

var discordActor = store.Actor{Name: "Discord", Source: store.SourceDiscord}

// wanted are the entries of the audit log that concern moderation.
var wanted = []discord.AuditLogEvent{
	discord.AuditLogEventMemberKick, discord.AuditLogEventMemberPrune, discord.AuditLogEventMemberBanAdd,
	discord.AuditLogEventMemberBanRemove, discord.AuditLogEventMemberUpdate, discord.AuditLogAutoModerationUserCommunicationDisabled,
}

// readsAuditLog reports whether the bot may read a guild's audit log.
func (s *Service) readsAuditLog(ctx context.Context, guild snowflake.ID) (bool, error) {
	g, err := s.who.Rights(ctx, guild)
	if err != nil {
		return false, err
	}
	self, err := s.who.Self(ctx, guild)
	if err != nil {
		return false, err
	}
	return access.Allows(g.Permissions(self, time.Now()), discord.PermissionViewAuditLog), nil
}

// CatchUp reads a guild's audit log up to where it was read last. A guild that is met for the first time begins at the
// newest entry. Where the bot may not read it nothing is done: a finding says so.
func (s *Service) CatchUp(ctx context.Context, guild snowflake.ID) error {
	feed, err := s.store.CaseFeed(ctx, guild)
	first := errors.Is(err, store.ErrNotFound)
	if err != nil && !first {
		return err
	}
	var missed []discord.AuditLogEntry
	users := map[snowflake.ID]string{}
	newest := feed.AuditLogID
pages:
	for before := snowflake.ID(0); ; {
		limit := auditPage
		if first {
			limit = 1
		}
		log, err := s.discord.GetAuditLog(guild, 0, 0, before, 0, limit, rest.WithCtx(ctx))
		if rest.IsJSONErrorCode(err, rest.JSONErrorCodeLackPermissionsToPerformAction) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read the audit log: %w", err)
		}
		for _, u := range log.Users {
			users[u.ID] = u.Username
		}
		for _, e := range log.AuditLogEntries {
			newest = max(newest, e.ID)
			if first || e.ID <= feed.AuditLogID {
				break pages
			}
			if slices.Contains(wanted, e.ActionType) {
				missed = append(missed, e)
			}
			before = e.ID
		}
		if len(log.AuditLogEntries) < limit || len(missed) > auditPages*auditPage {
			break
		}
	}
	slices.Reverse(missed) // the oldest first
	for _, e := range missed {
		if err := s.Entry(ctx, guild, e, users); err != nil {
			return err
		}
	}
	if newest == feed.AuditLogID && !first {
		return nil
	}
	return s.store.SaveCaseFeed(ctx, guild, store.CaseFeed{AuditLogID: newest, ReadAt: s.now()})
}

// catchUpAll catches up in every guild that the bot is in.
func (s *Service) catchUpAll(ctx context.Context) error {
	guilds, err := s.who.Guilds(ctx)
	if err != nil {
		return err
	}
	var errs []error
	for _, g := range guilds {
		if err := s.CatchUp(ctx, g.ID); err != nil {
			errs = append(errs, fmt.Errorf("guild %d: %w", g.ID, err))
		}
	}
	return errors.Join(errs...)
}

// Entry follows one entry of Discord's audit log: what others did becomes a case, of ours the case learns which entry it
// is. The same entry again does nothing. users are names that are known; it may be nil.
func (s *Service) Entry(ctx context.Context, guild snowflake.ID, e discord.AuditLogEntry, users map[snowflake.ID]string) error {
	if e.ActionType == discord.AuditLogEventMemberPrune {
		return s.pruned(ctx, guild, e, users)
	}
	action, until, ok := meaning(e)
	if !ok || e.TargetID == nil || *e.TargetID == 0 {
		return nil
	}
	self, err := s.who.Self(ctx, guild)
	if errors.Is(err, directory.ErrUnknown) {
		return nil // the bot has just left
	}
	if err != nil {
		return err
	}
	if e.UserID == self.ID {
		ours, err := s.ours(ctx, guild, e, action)
		if err != nil || ours {
			return err
		}
	}
	return s.native(ctx, guild, e, action, until, users)
}

// meaning is what an entry says was done, and until when.
func meaning(e discord.AuditLogEntry) (action store.CaseAction, until *time.Time, ok bool) {
	switch e.ActionType {
	case discord.AuditLogEventMemberKick:
		return store.CaseKick, nil, true
	case discord.AuditLogEventMemberBanAdd:
		return store.CaseBan, nil, true
	case discord.AuditLogEventMemberBanRemove:
		return store.CaseUnban, nil, true
	case discord.AuditLogAutoModerationUserCommunicationDisabled:
		return store.CaseTimeout, nil, true
	case discord.AuditLogEventMemberUpdate:
		for _, change := range e.Changes {
			if change.Key != discord.AuditLogChangeKeyCommunicationDisabledUntil {
				continue
			}
			var at *time.Time
			if len(change.NewValue) > 0 && change.UnmarshalNewValue(&at) != nil {
				return "", nil, false
			}
			if at == nil || at.Before(e.ID.Time()) {
				return store.CaseUntimeout, nil, true
			}
			return store.CaseTimeout, at, true
		}
	}
	return "", nil, false
}

// ours reports whether an entry is an act of ours: our bot did it, and a case of that person and that action has a number
// in its reason. The case learns which entry it is, which decides the order of what happened.
func (s *Service) ours(ctx context.Context, guild snowflake.ID, e discord.AuditLogEntry, action store.CaseAction) (bool, error) {
	first, last := numbersIn(e.Reason)
	if first == 0 {
		return false, nil
	}
	c, err := s.store.Case(ctx, guild, first)
	if last > first {
		c, err = s.store.CaseInRange(ctx, guild, *e.TargetID, first, last)
	}
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if c.UserID != *e.TargetID || !does(c.Action, action) {
		return false, nil
	}
	if c.Action != action && c.Action != store.CaseSoftban || c.AuditLogID != nil && (*c.AuditLogID == e.ID || c.Action != store.CaseSoftban) {
		return true, nil // the end of a ban whose time was over, or a renewal
	}
	id := e.ID
	_, err = s.edit(ctx, store.CaseEdit{Guild: guild, Number: c.Number, Actor: discordActor, Change: func(now store.Case) (store.Case, error) {
		if now.AuditLogID == nil && (now.Action == action || action == store.CaseBan) {
			now.AuditLogID, now.Happened = &id, id
		} else if now.Action == store.CaseSoftban {
			now.Happened = max(now.Happened, id)
		}
		return now, nil
	}})
	return true, err
}

// does reports whether a case of an action leads to an entry of another: a softban bans and unbans, and a ban ends by an
// unban.
func does(of, entry store.CaseAction) bool {
	switch of {
	case store.CaseSoftban, store.CaseBan:
		return entry == store.CaseBan || entry == store.CaseUnban
	}
	return of == entry
}

// native makes a case of what somebody did in Discord itself.
func (s *Service) native(ctx context.Context, guild snowflake.ID, e discord.AuditLogEntry, action store.CaseAction, until *time.Time, users map[snowflake.ID]string) error {
	cfg, err := s.Settings(ctx, guild)
	if err != nil {
		return err
	}
	target := *e.TargetID
	if !cfg.NativeCases {
		// Still, what a moderator lifted or replaced by hand must end what we hold.
		_, err := s.store.CaseInForce(ctx, guild, target, action.Lasting())
		if errors.Is(err, store.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
	}
	id := e.ID
	c := store.Case{
		GuildID: guild, Action: action, UserID: target, UserTag: s.called(ctx, guild, target, users),
		ModeratorID: e.UserID, ModeratorTag: s.called(ctx, guild, e.UserID, users),
		State: store.CaseDone, Source: store.SourceDiscord, DM: store.DMOff, AuditLogID: &id, Happened: id, CreatedAt: id.Time(),
	}
	if e.Reason != nil {
		c.Reason = bot.Cut(*e.Reason, store.MaxReason)
	}
	if e.ActionType == discord.AuditLogAutoModerationUserCommunicationDisabled {
		c.Source = store.SourceNative
		if e.Options != nil && e.Options.AutoModerationRuleName != nil && c.Reason == "" {
			c.Reason = bot.Cut(*e.Options.AutoModerationRuleName, store.MaxReason)
		}
		if until, err = s.timedOutUntil(ctx, guild, target); err != nil {
			return err
		}
	}
	if until != nil {
		c.ExpiresAt, c.DurationSeconds = until, new(int64(until.Sub(c.CreatedAt).Round(time.Second).Seconds()))
	}
	actor := discordActor
	actor.Source = c.Source
	if e.UserID != 0 {
		actor.ID, actor.Name = e.UserID, c.ModeratorTag
	}
	return s.record(ctx, c, actor)
}

// record keeps a case of what happened in Discord itself.
func (s *Service) record(ctx context.Context, c store.Case, actor store.Actor) error {
	c, again, err := s.store.RecordCase(ctx, c, actor, s.follow(ctx, c.GuildID))
	if err != nil || again {
		return err
	}
	s.metrics.native.WithLabelValues(string(c.Action)).Inc()
	s.changed(ctx, c)
	return nil
}

func (s *Service) timedOutUntil(ctx context.Context, guild, user snowflake.ID) (*time.Time, error) {
	m, err := s.member(ctx, guild, user)
	if err != nil || m == nil {
		return nil, err
	}
	return m.CommunicationDisabledUntil, nil
}

// called is somebody's user name; empty when it cannot be learned.
func (s *Service) called(ctx context.Context, guild, user snowflake.ID, users map[snowflake.ID]string) string {
	if user == 0 {
		return ""
	}
	if name, known := users[user]; known {
		return name
	}
	if m, err := s.who.Member(ctx, guild, user); err == nil {
		return m.User.Username
	}
	if u, err := s.discord.GetUser(user, rest.WithCtx(ctx)); err == nil {
		return u.Username
	}
	return ""
}

// unseen follows a ban or unban of which only the event is known, where the bot may not read the audit log.
func (s *Service) unseen(ctx context.Context, guild snowflake.ID, user discord.User, action store.CaseAction) error {
	readable, err := s.readsAuditLog(ctx, guild)
	if err != nil || readable {
		return err // the entry of the log says more
	}
	_, err = s.store.PendingCase(ctx, guild, user.ID)
	if !errors.Is(err, store.ErrNotFound) {
		return err // it is what we are doing
	}
	held, err := s.store.CaseInForce(ctx, guild, user.ID, store.CaseBan)
	switch known := err == nil; {
	case err != nil && !errors.Is(err, store.ErrNotFound):
		return err
	case action == store.CaseBan && known, action == store.CaseUnban && !known:
		return nil // ours, and finished already
	case action == store.CaseUnban && held.ExpiresAt != nil && s.over(held):
		return nil // our expiry is about to say so
	}
	return s.recordUnseen(ctx, guild, user, action)
}

func (s *Service) recordUnseen(ctx context.Context, guild snowflake.ID, user discord.User, action store.CaseAction) error {
	now := s.now()
	return s.record(ctx, store.Case{
		GuildID: guild, Action: action, UserID: user.ID, UserTag: user.Username, State: store.CaseDone,
		Source: store.SourceDiscord, DM: store.DMOff, Happened: snowflake.New(time.Now()), CreatedAt: now,
	}, discordActor)
}

// pruned tells the log channel of a prune, which names nobody.
func (s *Service) pruned(ctx context.Context, guild snowflake.ID, e discord.AuditLogEntry, users map[snowflake.ID]string) error {
	cfg, err := s.Settings(ctx, guild)
	if err != nil || cfg.LogChannelID == nil {
		return err
	}
	p := s.who.Printer(ctx, guild)
	n := int64(0)
	if e.Options != nil && e.Options.MembersRemoved != nil {
		n, _ = strconv.ParseInt(*e.Options.MembersRemoved, 10, 64)
	}
	m := outbox.Post(guild, *cfg.LogChannelID, discord.MessageCreate{Embeds: []discord.Embed{bot.Info(p.T("Prune"),
		p.T("%s removed %s who had not been seen for a while. Discord does not say who they were.",
			bot.Escape(s.called(ctx, guild, e.UserID, users)), i18n.Count(n, "%s member", "%s members")))}})
	m.ID = uuid.NewSHA1(uuid.NameSpaceOID, []byte(e.ID.String())) // the same entry again is the same message
	return s.store.Enqueue(ctx, m)
}
