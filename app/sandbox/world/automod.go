package world

import (
	"slices"

	"github.com/smarter-dev/smarterdev/app/sandbox/problem"
	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
)

// Rules lists the rules of Discord's AutoMod in a guild. It needs MANAGE_GUILD, as all of AutoMod.
func (w *World) Rules(by, guild ID) ([]*wire.AutoModRule, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, err := w.ruled(by, guild)
	if err != nil {
		return nil, err
	}
	return append([]*wire.AutoModRule{}, g.rules...), nil
}

// Rule returns one rule of AutoMod.
func (w *World) Rule(by, guild, id ID) (*wire.AutoModRule, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, err := w.ruled(by, guild)
	if err != nil {
		return nil, err
	}
	i, err := g.rule(id)
	if err != nil {
		return nil, err
	}
	return g.rules[i], nil
}

// CreateRule makes a rule of AutoMod: 50035 where its trigger has as many as a guild may have. A
// rule that times out also needs MODERATE_MEMBERS.
func (w *World) CreateRule(by, guild ID, in wire.AutoModInput, reason string) (*wire.AutoModRule, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, err := w.ruled(by, guild)
	if err != nil {
		return nil, err
	}
	f := problem.NewForm()
	for _, part := range []struct {
		name string
		set  bool
	}{{"name", in.Name.Set}, {"event_type", in.EventType.Set}, {"trigger_type", in.TriggerType.Set}} {
		if !part.set {
			f.At(part.name).Required()
		}
	}
	if err := f.Err(); err != nil {
		return nil, err
	}
	same := 0
	for _, r := range g.rules {
		if r.TriggerType == in.TriggerType.Value {
			same++
		}
	}
	if most := wire.MostRules[in.TriggerType.Value]; most > 0 && same >= most {
		f.At("trigger_type").Add("AUTO_MODERATION_MAX_RULES_OF_TYPE_EXCEEDED", "Maximum number of rules of this type reached")
		return nil, f.Err()
	}
	r := &wire.AutoModRule{
		ID: w.next(), GuildID: guild, CreatorID: by, TriggerType: in.TriggerType.Value,
		Actions: []wire.AutoModAction{}, ExemptRoles: []ID{}, ExemptChannels: []ID{},
	}
	if err := w.fillRule(g, by, r, in); err != nil {
		return nil, err
	}
	g.rules = append(slices.Clone(g.rules), r)
	w.ruleEvent("AUTO_MODERATION_RULE_CREATE", g, r)
	w.log(g, by, wire.AuditRuleCreate, r.ID, reason, nil, wire.AuditChange{Key: "name", New: r.Name}, wire.AuditChange{Key: "enabled", New: r.Enabled})
	return r, nil
}

// EditRule changes a rule of AutoMod; its trigger stays of the same type.
func (w *World) EditRule(by, guild, id ID, in wire.AutoModInput, reason string) (*wire.AutoModRule, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, err := w.ruled(by, guild)
	if err != nil {
		return nil, err
	}
	i, err := g.rule(id)
	if err != nil {
		return nil, err
	}
	old := g.rules[i]
	r := new(*old)
	if err := w.fillRule(g, by, r, in); err != nil {
		return nil, err
	}
	g.rules = slices.Clone(g.rules)
	g.rules[i] = r
	w.ruleEvent("AUTO_MODERATION_RULE_UPDATE", g, r)
	var changes []wire.AuditChange
	if old.Name != r.Name {
		changes = append(changes, wire.AuditChange{Key: "name", Old: old.Name, New: r.Name})
	}
	if old.Enabled != r.Enabled {
		changes = append(changes, wire.AuditChange{Key: "enabled", Old: old.Enabled, New: r.Enabled})
	}
	w.log(g, by, wire.AuditRuleUpdate, id, reason, nil, changes...)
	return r, nil
}

// DeleteRule deletes a rule of AutoMod.
func (w *World) DeleteRule(by, guild, id ID, reason string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, err := w.ruled(by, guild)
	if err != nil {
		return err
	}
	i, err := g.rule(id)
	if err != nil {
		return err
	}
	r := g.rules[i]
	g.rules = slices.Delete(slices.Clone(g.rules), i, i+1)
	w.ruleEvent("AUTO_MODERATION_RULE_DELETE", g, r)
	w.log(g, by, wire.AuditRuleDelete, id, reason, nil, wire.AuditChange{Key: "name", Old: r.Name})
	return nil
}

func (w *World) ruled(by, guild ID) (*guild, error) {
	g, err := w.guildFor(by, guild)
	if err != nil {
		return nil, err
	}
	return g, w.require(g, by, wire.ManageGuild)
}

func (g *guild) rule(id ID) (int, error) {
	if i := slices.IndexFunc(g.rules, func(r *wire.AutoModRule) bool { return r.ID == id }); i >= 0 {
		return i, nil
	}
	return 0, problem.UnknownRule
}

// ruleEvent tells those who may manage the guild.
func (w *World) ruleEvent(name string, g *guild, data any) {
	w.emit(&Event{
		Name: name, Guild: g.wire.ID, Data: data, People: true, Needs: wire.ManageGuild,
		Bots: w.base(g, w.app.BotID).Has(wire.ManageGuild),
	})
}

func (w *World) fillRule(g *guild, by ID, r *wire.AutoModRule, in wire.AutoModInput) error {
	if in.Name.Set {
		r.Name = in.Name.Value
	}
	if in.EventType.Set {
		r.EventType = in.EventType.Value
	}
	if in.Trigger.Set {
		r.Trigger = in.Trigger.Value
	}
	if in.Actions.Set {
		r.Actions = append([]wire.AutoModAction{}, in.Actions.Value...)
	}
	if in.Enabled.Set {
		r.Enabled = in.Enabled.Value
	}
	if in.ExemptRoles.Set {
		r.ExemptRoles = append([]ID{}, in.ExemptRoles.Value...)
	}
	if in.ExemptChannels.Set {
		r.ExemptChannels = append([]ID{}, in.ExemptChannels.Value...)
	}
	f := problem.NewForm()
	r.Check(f)
	for i, a := range r.Actions {
		if a.Type != wire.SendAlert || a.Metadata.ChannelID == 0 {
			continue
		}
		if ch := w.chans[a.Metadata.ChannelID]; ch == nil || ch.guild != g || !ch.wire.Text() {
			f.At("actions", i, "metadata", "channel_id").Add("CHANNEL_NOT_FOUND", "Channel does not exist")
		}
	}
	if err := f.Err(); err != nil {
		return err
	}
	if r.Does(wire.TimeoutMember) {
		return w.require(g, by, wire.ModerateMembers)
	}
	return nil
}
