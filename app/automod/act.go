package automod

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/disgoorg/disgo/discord"
	"github.com/disgoorg/disgo/rest"
	"github.com/disgoorg/omit"
	"github.com/disgoorg/snowflake/v2"
	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"github.com/smarter-dev/smarterdev/app/automod/engine"
	"github.com/smarter-dev/smarterdev/app/moderation"
	"github.com/smarter-dev/smarterdev/app/platform/access"
	"github.com/smarter-dev/smarterdev/app/platform/bot"
	"github.com/smarter-dev/smarterdev/app/platform/bus"
	"github.com/smarter-dev/smarterdev/app/platform/fault"
	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/ui/i18n"
)

const (
	// joinedTime is how long hits of one rule on one member are one burst.
	joinedTime = time.Minute
	// mostBulk is how many messages Discord deletes at once.
	mostBulk = 100
	// oldest is how old a message may be that is deleted in bulk.
	oldest        = 14*24*time.Hour - time.Minute
	excerptLength = 100
)

// actor is who acts for a rule.
func actor() store.Actor { return store.Actor{Name: "auto-moderation", Source: store.SourceAutomod} }

// act logs a match and, where the rule is enforced and it is the one that acts, does what the rule says. The hit is
// written before Discord is asked, so that the ceiling counts it also after a crash.
func (s *Service) act(ctx context.Context, f found) error {
	rule := f.match.Rule
	id, err := uuid.Parse(rule.ID)
	if err != nil {
		return err
	}
	h := f.hit(id, s.now())
	plan := rule.Actions
	if !f.acts {
		if rule.Mode == engine.Enforce && !f.match.Masked {
			return nil // an earlier rule of the same harshness or more has acted
		}
		h.Shadow = rule.Mode != engine.Enforce
		for _, a := range plan {
			h.Actions = append(h.Actions, store.AutomodAction{Type: string(a.Type()), Outcome: store.OutcomeShadow})
		}
		_, err := s.save(ctx, f, h)
		return err
	}
	if f.match.AlertOnly || f.match.SameFile && !s.sameFiles(ctx, f) {
		plan = slices.DeleteFunc(slices.Clone(plan), func(a engine.Action) bool { return a.Type() != engine.ActionAlert })
	}
	h, capped, err := s.reserve(ctx, f, h, plan)
	if err != nil {
		return err
	}
	return s.carryOut(ctx, f, h, plan, capped)
}

// hit is a match as the log keeps it.
func (f found) hit(rule uuid.UUID, now time.Time) store.AutomodHit {
	h := store.AutomodHit{
		GuildID: f.guild, RuleID: rule, RuleName: f.match.Rule.Name, UserID: f.user, UserTag: f.tag, Masked: f.match.Masked, CreatedAt: now, Settled: f.settled(now),
	}
	switch f.event.kind {
	case engine.KindMessage, engine.KindEdit:
		h.ChannelID = &f.event.message.ChannelID
		h.MessageIDs = []snowflake.ID{f.event.message.ID}
	case engine.KindThread:
		h.ChannelID = new(f.event.thread.ID())
	}
	for _, m := range f.match.Burst {
		if id := snowflake.ID(m.MessageID); !slices.Contains(h.MessageIDs, id) && snowflake.ID(m.MemberID) == f.user {
			h.MessageIDs = append(h.MessageIDs, id)
		}
	}
	if len(f.match.Hits) > 0 {
		one := f.match.Hits[0]
		h.Part = string(one.Part)
		h.Excerpt, _ = one.Excerpt(excerptLength)
		h.Matched = bot.Cut(one.Text, excerptLength)
		if h.Matched == "" {
			h.Matched = one.By
		}
	}
	return h
}

// settled reports whether somebody has been a member for long enough to be protected by the ceiling.
func (f found) settled(now time.Time) bool {
	joined := f.event.member.JoinedAt
	if f.event.message.Member != nil {
		joined = f.event.message.Member.JoinedAt
	}
	return joined != nil && now.Sub(*joined) > settledAfter
}

// together reports whether hits on different members are one burst.
func (f found) together() bool { return f.match.Rule.Type == engine.TypeRaid }

func (s *Service) save(ctx context.Context, f found, h store.AutomodHit) (store.AutomodHit, error) {
	saved, err := s.store.AddAutomodHit(ctx, h, joinedTime, f.together())
	if err == nil {
		s.bus.Publish(ctx, bus.Event{Topic: bus.RuleHit, Guild: h.GuildID, Users: []snowflake.ID{h.UserID}, IDs: []string{saved.ID.String()}})
	}
	return saved, err
}

// ceiling is the lock under which acts in a guild look at the ceiling, one after another.
func (s *Service) ceiling(guild snowflake.ID) *sync.Mutex {
	return &s.ceilings[uint64(guild)>>22%uint64(len(s.ceilings))]
}

// reserve writes the hit with what is about to be done to the member, unless the ceiling is reached.
func (s *Service) reserve(ctx context.Context, f found, h store.AutomodHit, plan engine.Actions) (_ store.AutomodHit, capped bool, err error) {
	onMember := memberAction(plan)
	lock := s.ceiling(f.guild)
	lock.Lock()
	defer lock.Unlock()
	if onMember != nil && h.Settled {
		pace, err := s.store.AutomodPaceOf(ctx, f.guild, h.RuleID, s.now())
		if err != nil {
			return h, false, err
		}
		cfg := f.ready.settings
		switch onMember.Type() {
		case engine.ActionKick, engine.ActionBan:
			capped = pace.RemovalsMinute >= cfg.RemovalsMinute || pace.RemovalsHour >= cfg.RemovalsHour
		case engine.ActionTimeout:
			capped = pace.TimeoutsMinute >= cfg.TimeoutsMinute
		}
		if pace.RuleMembers >= cfg.MembersTenMin {
			capped = true
			if err := s.standDown(ctx, f, h.RuleID, pace.RuleMembers); err != nil {
				return h, false, err
			}
		}
	}
	if onMember != nil && !capped {
		h.Acted = string(onMember.Type())
	}
	h, err = s.save(ctx, f, h)
	return h, capped, err
}

// standDown puts a rule that acts on too many members into shadow, and says so.
func (s *Service) standDown(ctx context.Context, f found, rule uuid.UUID, members int64) error {
	r, err := s.setMode(ctx, f.guild, rule, nil, engine.Shadow, actor())
	if fault.Has(err, "not_found") {
		return nil
	}
	if err != nil {
		return err
	}
	s.log.WarnContext(ctx, "a rule of auto-moderation acted on too many members and only logs from now on", "guild", f.guild, "rule", r.ID, "members", members)
	channel := f.ready.settings.AlertChannelID
	if channel == nil {
		return nil
	}
	p := i18n.English()
	e := bot.Warning(p.T("A rule was switched to shadow"), p.T("%s acted on %s in ten minutes, all of whom have been here for over a day. It only logs from now on. Look at what it found, then switch it on again.",
		"**"+bot.Escape(r.Name)+"**", i18n.Count(members, "%s member", "%s members")))
	e.URL = s.tabURL(f.guild)
	_, err = s.discord.CreateMessage(*channel, discord.MessageCreate{Embeds: []discord.Embed{e}, AllowedMentions: &discord.AllowedMentions{}}, rest.WithCtx(ctx))
	return unlessRefused(err)
}

// memberAction is the one of a rule's actions that is done to the member; nil when there is none.
func memberAction(plan engine.Actions) engine.Action {
	for _, a := range plan {
		switch a.Type() {
		case engine.ActionWarn, engine.ActionTimeout, engine.ActionKick, engine.ActionBan:
			return a
		}
	}
	return nil
}

// carryOut does what the rule says and notes what became of it. Deleting comes first: it matters most.
func (s *Service) carryOut(ctx context.Context, f found, h store.AutomodHit, plan engine.Actions, capped bool) error {
	plan = slices.Clone(plan)
	slices.SortStableFunc(plan, func(a, b engine.Action) int {
		return boolOrder(a.Type() == engine.ActionDelete, b.Type() == engine.ActionDelete)
	})
	first := h.Count == 1
	var done []store.AutomodAction
	var number *int64
	alert := false
	var failed []error
	for _, a := range plan {
		if a.Type() == engine.ActionAlert {
			alert = true
			continue
		}
		if a.Type() != engine.ActionDelete && !first {
			continue // done once for a burst
		}
		out := store.AutomodAction{Type: string(a.Type()), Outcome: store.OutcomeDone}
		switch {
		case capped && a == memberAction(plan):
			out.Outcome = store.OutcomeCapped
		case s.pauses.paused(f.guild, f.match.Rule.ID, out.Type):
			out.Outcome = store.OutcomePaused
		default:
			n, err := s.do(ctx, f, h, a)
			if n != nil {
				number = n
			}
			if err != nil {
				out = s.failure(f, out, err)
				if out.Code == nil && fault.As(err) == nil {
					failed = append(failed, err)
				}
			}
		}
		s.metrics.actions.WithLabelValues(out.Type, out.Outcome).Inc()
		done = append(done, out)
	}
	if alert {
		done = append(done, store.AutomodAction{Type: string(engine.ActionAlert), Outcome: store.OutcomeDone})
	}
	_, err := s.store.FinishAutomodHit(context.WithoutCancel(ctx), f.guild, h.ID, done, number, func(h store.AutomodHit) []river.JobArgs {
		if !alert {
			return nil
		}
		return []river.JobArgs{s.alertJob(h)}
	})
	return errors.Join(append(failed, err)...)
}

func boolOrder(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}

// failure is what became of an action that failed. A missing permission pauses it after a few times.
func (s *Service) failure(f found, out store.AutomodAction, err error) store.AutomodAction {
	out.Outcome = store.OutcomeFailed
	code := int64(0)
	if said, refused := refusal(err); refused {
		code = said
	} else if of := fault.As(err); of != nil && (of.Code == "bot_permission" || of.Code == "bot_rank") {
		code = int64(rest.JSONErrorCodeLackPermissionsToPerformAction)
	}
	if code == 0 {
		return out
	}
	out.Code = &code
	if code == int64(rest.JSONErrorCodeLackPermissionsToPerformAction) || code == int64(rest.JSONErrorCodeMissingAccess) {
		s.pauses.refused(f.guild, f.match.Rule.ID, out.Type, code, s.now())
	}
	return out
}

// do carries out one action and returns the number of the case that it led to.
func (s *Service) do(ctx context.Context, f found, h store.AutomodHit, a engine.Action) (*int64, error) {
	switch a := a.(type) {
	case *engine.Delete:
		return nil, s.delete(ctx, f, a.Burst)
	case *engine.Warn:
		return s.punish(ctx, f, h, moderation.ActRequest{Action: store.CaseWarn, Reason: a.Reason})
	case *engine.Timeout:
		return s.punish(ctx, f, h, moderation.ActRequest{Action: store.CaseTimeout, Reason: a.Reason, Duration: time.Duration(a.DurationSeconds) * time.Second})
	case *engine.Kick:
		return s.punish(ctx, f, h, moderation.ActRequest{Action: store.CaseKick, Reason: a.Reason})
	case *engine.Ban:
		in := moderation.ActRequest{Action: store.CaseBan, Reason: a.Reason, DeleteSeconds: &a.DeleteMessageSeconds}
		if a.DurationSeconds != nil {
			in.Duration = time.Duration(*a.DurationSeconds) * time.Second
		}
		return s.punish(ctx, f, h, in)
	case *engine.Nickname:
		nick := strings.ReplaceAll(a.Nickname, "{n}", fmt.Sprintf("%04d", rand.IntN(10000))) //nolint:gosec // a number to tell names apart
		_, err := s.discord.UpdateMember(f.guild, f.user, discord.MemberUpdate{Nick: &nick}, rest.WithCtx(ctx), rest.WithReason("Auto-moderation: "+f.match.Rule.Name))
		return nil, err
	case *engine.Notify:
		return nil, s.tell(ctx, f, a.CustomMessage)
	case *engine.Slowmode:
		return nil, s.slow(ctx, f, a)
	case *engine.RaidMode:
		until := s.now().Add(time.Duration(a.DurationSeconds) * time.Second)
		_, err := s.discord.UpdateGuildIncidentActions(f.guild, discord.GuildIncidentActionsUpdate{
			InvitesDisabledUntil: omit.New(&until), DMsDisabledUntil: omit.New(&until)}, rest.WithCtx(ctx))
		return nil, err
	}
	return nil, fmt.Errorf("an action of type %s is not known", a.Type())
}

// delete removes what was written; with burst also what else of it the rule counted and is still there.
func (s *Service) delete(ctx context.Context, f found, burst bool) error {
	channels := map[snowflake.ID][]snowflake.ID{}
	add := func(channel, message snowflake.ID) {
		if !slices.Contains(channels[channel], message) && s.now().Sub(message.Time()) < oldest {
			channels[channel] = append(channels[channel], message)
		}
	}
	if f.event.kind == engine.KindMessage || f.event.kind == engine.KindEdit {
		add(f.event.message.ChannelID, f.event.message.ID)
	}
	if burst {
		for _, m := range f.match.Burst {
			add(snowflake.ID(m.ChannelID), snowflake.ID(m.MessageID))
		}
	}
	var errs []error
	for channel, messages := range channels {
		for part := range slices.Chunk(messages, mostBulk) {
			var err error
			if len(part) == 1 {
				err = s.discord.DeleteMessage(channel, part[0], rest.WithCtx(ctx), rest.WithReason("Auto-moderation: "+f.match.Rule.Name))
			} else {
				err = s.discord.BulkDeleteMessages(channel, part, rest.WithCtx(ctx), rest.WithReason("Auto-moderation: "+f.match.Rule.Name))
			}
			if !rest.IsJSONErrorCode(err, rest.JSONErrorCodeUnknownMessage) { // somebody was quicker
				errs = append(errs, err)
			}
		}
	}
	return errors.Join(errs...)
}

// punish does something to the member, as a case.
func (s *Service) punish(ctx context.Context, f found, h store.AutomodHit, in moderation.ActRequest) (*int64, error) {
	in.Guild, in.User, in.UserTag = f.guild, f.user, f.tag
	if in.Reason == "" {
		in.Reason = f.match.Rule.Name
	}
	in.Actor, in.By, in.RuleID, in.Confirm = actor(), access.AsKey(), &h.RuleID, true
	in.Key = "automod:" + h.ID.String() // the burst is one case, also after a crash
	if m := f.event.message; m.ID != 0 {
		in.Evidence = []store.Evidence{evidenceOf(f.guild, m)}
	}
	c, err := s.moderation.Act(ctx, in)
	if c.Number != 0 {
		return &c.Number, err
	}
	return nil, err
}

// tell says to the member why, in a direct message.
func (s *Service) tell(ctx context.Context, f found, text string) error {
	name := ""
	if g, err := s.who.Guild(ctx, f.guild); err == nil {
		name = g.Name
	}
	text = strings.NewReplacer("{rule}", f.match.Rule.Name, "{server}", name).Replace(text)
	channel, err := s.discord.CreateDMChannel(f.user, rest.WithCtx(ctx))
	if err != nil {
		return err
	}
	_, err = s.discord.CreateMessage(channel.ID(), discord.MessageCreate{Embeds: []discord.Embed{bot.Info(name, bot.Escape(text))}}, rest.WithCtx(ctx))
	return err
}

// EndSlowmode is the job that ends the slow mode that a rule began.
type EndSlowmode struct {
	Guild   snowflake.ID `json:"guild"`
	Channel snowflake.ID `json:"channel"`
	Set     int          `json:"set"` // by the rule; another value is somebody's own
	Before  int          `json:"before"`
}

// Kind names the job in the queue.
func (EndSlowmode) Kind() string { return "automod_end_slowmode" }

// slow slows the channel down for a while. A channel that is slower already is left alone.
func (s *Service) slow(ctx context.Context, f found, a *engine.Slowmode) error {
	channel := f.event.message.ChannelID
	now, err := s.slowness(ctx, f.guild, channel)
	if err != nil || now >= a.RateLimitPerUser {
		return err
	}
	if _, err := s.discord.UpdateChannel(channel, discord.GuildTextChannelUpdate{RateLimitPerUser: &a.RateLimitPerUser}, rest.WithCtx(ctx), rest.WithReason("Auto-moderation: "+f.match.Rule.Name)); err != nil {
		return err
	}
	return s.store.Enqueue(context.WithoutCancel(ctx), store.At(f.guild, "automod.slowmode:"+channel.String(),
		s.now().Add(time.Duration(a.DurationSeconds)*time.Second), EndSlowmode{f.guild, channel, a.RateLimitPerUser, now}))
}

// endSlowmode restores what was, unless somebody has changed it meanwhile.
func (s *Service) endSlowmode(ctx context.Context, job EndSlowmode) error {
	now, err := s.slowness(ctx, job.Guild, job.Channel)
	if err != nil || now != job.Set {
		return unlessRefused(err)
	}
	_, err = s.discord.UpdateChannel(job.Channel, discord.GuildTextChannelUpdate{RateLimitPerUser: &job.Before}, rest.WithCtx(ctx), rest.WithReason("Auto-moderation: the slow mode of a rule is over"))
	return unlessRefused(err)
}

// slowness is the slow mode of a channel in seconds, as Discord has it now.
func (s *Service) slowness(ctx context.Context, guild, channel snowflake.ID) (int, error) {
	channels, err := s.discord.GetGuildChannels(guild, rest.WithCtx(ctx))
	if err != nil {
		return 0, err
	}
	for _, c := range channels {
		if m, ok := c.(discord.GuildMessageChannel); ok && c.ID() == channel {
			return m.RateLimitPerUser(), nil
		}
	}
	return 0, nil
}

// longestEvidence is how many characters of a message a case keeps.
const longestEvidence = 4000

// evidenceOf is a message as a case keeps it.
func evidenceOf(guild snowflake.ID, m discord.Message) store.Evidence {
	e := store.Evidence{
		Kind: "message", ChannelID: &m.ChannelID, MessageID: &m.ID, AuthorID: &m.Author.ID, AuthorTag: &m.Author.Username,
		Content: bot.Cut(m.Content, longestEvidence), SentAt: new(m.ID.Time()), URL: new(fmt.Sprintf("https://discord.com/channels/%d/%d/%d", guild, m.ChannelID, m.ID)),
	}
	for _, a := range m.Attachments {
		e.Attachments = append(e.Attachments, store.Attachment{Filename: a.Filename, Size: int64(a.Size)})
	}
	return e
}

// refusal reports whether Discord said no, which trying again does not change, and its code.
func refusal(err error) (code int64, refused bool) {
	e, ok := errors.AsType[*rest.Error](err)
	if !ok || e.Response == nil || e.Response.StatusCode < 400 || e.Response.StatusCode >= 500 || e.Response.StatusCode == http.StatusTooManyRequests {
		return 0, false
	}
	return int64(e.Code), true
}

// unlessRefused drops Discord's no from an error.
func unlessRefused(err error) error {
	if _, refused := refusal(err); refused {
		return nil
	}
	return err
}
