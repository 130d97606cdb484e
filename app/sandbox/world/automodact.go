package world

import (
	"strconv"
	"time"

	"github.com/smarter-dev/smarterdev/app/sandbox/problem"
	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
)

// quarantined is the member's flag of a name that AutoMod blocks.
const quarantined = 1 << 7

// systemUser speaks for AutoMod in what only the author of a blocked message sees.
var systemUser = &wire.User{ID: 1, Username: "AutoMod", Discriminator: "0000", System: true}

// screened are the rules that fire on what someone writes, before it is there. Applications and
// whoever may manage the guild are exempt.
func (w *World) screened(ch *channel, author ID, text string, m *wire.Message) []match {
	g := ch.guild
	if g == nil || len(g.rules) == 0 || !w.supervised(g, author) {
		return nil
	}
	place := ch.wire.ID
	parent := ch.wire.ParentID
	mentions := 0
	if m != nil {
		mentions = len(m.Mentions) + len(m.MentionRoles)
	}
	return g.matches(wire.WhenMessageSent, text, mentions, func(r *wire.AutoModRule) bool {
		for _, id := range r.ExemptChannels {
			if id == place || parent != nil && id == *parent {
				return true
			}
		}
		return g.exempts(r, author)
	})
}

func (w *World) supervised(g *guild, user ID) bool {
	m := g.members[user]
	return m != nil && !m.User.Bot && !g.base(m).Has(wire.ManageGuild)
}

func (g *guild) exempts(r *wire.AutoModRule, user ID) bool {
	for _, id := range r.ExemptRoles {
		if hasRole(g.members[user], id) {
			return true
		}
	}
	return false
}

// blocked carries out the rules that fired if one of them blocks the message, and then returns
// 200000. Their author is told why, and sees what they wrote.
func (w *World) blocked(ch *channel, author ID, text string, fired []match) error {
	for _, hit := range fired {
		if !hit.rule.Does(wire.BlockMessage) {
			continue
		}
		w.enforce(ch, author, text, 0, fired)
		w.notice(ch, author, text, hit.rule)
		return problem.BlockedByAutoMod
	}
	return nil
}

// notice shows the author of a blocked message that it was blocked, as Discord's client does.
func (w *World) notice(ch *channel, author ID, text string, r *wire.AutoModRule) {
	why := "This content is blocked by this server."
	for _, a := range r.Actions {
		if a.Type == wire.BlockMessage && a.Metadata.CustomMessage != "" {
			why = a.Metadata.CustomMessage
		}
	}
	w.put(ch, &post{only: author, msg: &wire.Message{
		Type: wire.MessageAutoMod, Flags: wire.FlagEphemeral, Author: systemUser,
		Embeds: []wire.Embed{{Type: "auto_moderation_notification", Title: why, Description: text}},
	}})
}

// enforce carries out what the rules that fired do: one event for each action, and a line in the
// audit log. The message is 0 where it was blocked.
func (w *World) enforce(ch *channel, author ID, text string, message ID, fired []match) {
	g := ch.guild
	for _, hit := range fired {
		for _, a := range hit.rule.Actions {
			e := &wire.AutoModExecution{
				GuildID: g.wire.ID, Action: a, RuleID: hit.rule.ID, TriggerType: hit.rule.TriggerType, UserID: author,
				ChannelID: ch.wire.ID, MessageID: message, Content: text, MatchedKeyword: hit.keyword, MatchedContent: hit.content,
			}
			w.act(g, hit, a, e)
		}
	}
}

// act carries out one action and tells of it.
func (w *World) act(g *guild, hit match, a wire.AutoModAction, e *wire.AutoModExecution) {
	line := 0
	switch a.Type {
	case wire.BlockMessage:
		line = wire.AuditAutoModBlock
	case wire.SendAlert:
		line = wire.AuditAutoModAlert
		e.AlertID = w.alert(g, hit, a.Metadata.ChannelID, e)
	case wire.TimeoutMember:
		line = wire.AuditAutoModTimeout
		if m := g.members[e.UserID]; m != nil && !g.base(m).Has(wire.Administrator) {
			changed := new(*m)
			changed.TimeoutUntil = new(wire.At(w.now().Add(time.Duration(a.Metadata.Seconds) * time.Second)))
			w.setMember(g, changed)
		}
	case wire.QuarantineMember:
		line = wire.AuditAutoModQuarantine
		if m := g.members[e.UserID]; m != nil && m.Flags&quarantined == 0 {
			changed := new(*m)
			changed.Flags |= quarantined
			w.setMember(g, changed)
		}
	}
	w.ruleEvent("AUTO_MODERATION_ACTION_EXECUTION", g, e)
	// in these lines Discord names the member twice
	w.log(g, e.UserID, line, e.UserID, "", &wire.AuditOptions{
		ChannelID: e.ChannelID, RuleName: hit.rule.Name, RuleTrigger: strconv.Itoa(hit.rule.TriggerType),
	})
}

// alert posts what was written into the channel for alerts: a message of the author's, which only
// AutoMod can have written.
func (w *World) alert(g *guild, hit match, channel ID, e *wire.AutoModExecution) ID {
	ch := w.chans[channel]
	if ch == nil || ch.guild != g {
		return 0
	}
	fields := []wire.EmbedField{{Name: "rule_name", Value: hit.rule.Name}, {Name: "decision_id", Value: w.next().String()}}
	add := func(name, text string) {
		if text != "" {
			fields = append(fields, wire.EmbedField{Name: name, Value: text})
		}
	}
	outcome := "flagged"
	for _, a := range hit.rule.Actions {
		switch a.Type {
		case wire.BlockMessage:
			outcome = "blocked"
		case wire.TimeoutMember:
			add("timeout_duration", strconv.Itoa(a.Metadata.Seconds))
		case wire.QuarantineMember:
			add("block_profile_update_type", "nickname_update")
		}
	}
	add("decision_outcome", outcome)
	if e.ChannelID != 0 {
		add("channel_id", e.ChannelID.String())
	}
	if e.MessageID != 0 {
		add("flagged_message_id", e.MessageID.String())
	}
	if hit.keyword != nil {
		add("keyword", *hit.keyword)
		add("keyword_matched_content", *hit.content)
	}
	m := &wire.Message{
		Type: wire.MessageAutoMod, Author: w.users[e.UserID],
		Embeds: []wire.Embed{{Type: "auto_moderation_message", Description: e.Content, Fields: fields}},
	}
	w.put(ch, &post{msg: m})
	return m.ID
}

// screenProfile looks at a member's names when they join or change them. A name that has become
// clean frees them again.
func (w *World) screenProfile(g *guild, user ID) {
	m := g.members[user]
	if m == nil || len(g.rules) == 0 {
		return
	}
	var fired []match
	text := ""
	if w.supervised(g, user) {
		for _, name := range []*string{m.Nick, m.User.GlobalName, &m.User.Username} {
			if name == nil {
				continue
			}
			text = *name
			fired = g.matches(wire.WhenProfileChanged, text, 0, func(r *wire.AutoModRule) bool { return g.exempts(r, user) })
			if len(fired) > 0 {
				break
			}
		}
	}
	if len(fired) == 0 && m.Flags&quarantined != 0 {
		m = new(*m)
		m.Flags &^= quarantined
		w.setMember(g, m)
	}
	for _, hit := range fired {
		for _, a := range hit.rule.Actions {
			w.act(g, hit, a, &wire.AutoModExecution{
				GuildID: g.wire.ID, Action: a, RuleID: hit.rule.ID, TriggerType: hit.rule.TriggerType, UserID: user,
				Content: text, MatchedKeyword: hit.keyword, MatchedContent: hit.content,
			})
		}
	}
}
