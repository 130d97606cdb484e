package automod

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/disgoorg/disgo/discord"
	"github.com/disgoorg/omit"
	"github.com/disgoorg/snowflake/v2"
	"github.com/google/uuid"

	"github.com/smarter-dev/smarterdev/app/automod/engine"
	"github.com/smarter-dev/smarterdev/app/platform/access"
	"github.com/smarter-dev/smarterdev/app/platform/bot"
	"github.com/smarter-dev/smarterdev/app/platform/fault"
	"github.com/smarter-dev/smarterdev/app/platform/settings"
	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/ui/i18n"
)

const (
	listedRules  = 25 // in a reply
	triedByReply = 500
	shownTried   = 5
)

// commands are those of auto-moderation. Discord shows them to moderators; what somebody may do is judged when they do it.
func commands() []discord.ApplicationCommandCreate {
	type list = []discord.ApplicationCommandOption
	rule := discord.ApplicationCommandOptionString{Name: "rule", Description: "Which rule", Required: true, Autocomplete: true}
	return []discord.ApplicationCommandCreate{discord.SlashCommandCreate{
		Name: "automod", Description: "The rules that look at what members write", Contexts: []discord.InteractionContextType{discord.InteractionContextTypeGuild},
		DefaultMemberPermissions: omit.NewPtr(discord.PermissionModerateMembers),
		Options: list{
			discord.ApplicationCommandOptionSubCommand{Name: "list", Description: "Show the rules, and what they found in the last week"},
			discord.ApplicationCommandOptionSubCommand{Name: "test", Description: "Show what a rule would find; nothing is done", Options: list{
				rule,
				discord.ApplicationCommandOptionString{Name: "text", Description: "Try it on this; without, on the last messages of this channel", MaxLength: new(2000)},
			}},
			discord.ApplicationCommandOptionSubCommand{Name: "panic", Description: "Switch all rules off at once, or on again", Options: list{
				discord.ApplicationCommandOptionString{Name: "rules", Description: "Off or on", Required: true, Choices: []discord.ApplicationCommandOptionChoiceString{
					{Name: "off", Value: "off"}, {Name: "on", Value: "on"},
				}},
			}},
			discord.ApplicationCommandOptionSubCommand{Name: "exempt", Description: "Let no rule look at a role or a channel", Options: list{
				discord.ApplicationCommandOptionRole{Name: "role", Description: "Members with this role"},
				discord.ApplicationCommandOptionChannel{Name: "channel", Description: "This channel, or what is in this category"},
				discord.ApplicationCommandOptionBool{Name: "end", Description: "Let the rules look at it again"},
			}},
			discord.ApplicationCommandOptionSubCommand{Name: "why", Description: "Show what each rule says about a message", Options: list{
				discord.ApplicationCommandOptionString{Name: "message", Description: "Its link, or its ID in this channel", Required: true, MaxLength: new(200)},
			}},
		},
	}}
}

// mountCommands registers the handlers of the commands.
func (s *Service) mountCommands(m *bot.Mux) {
	m.Command("/automod/list", s.listCommand)
	m.Command("/automod/test", s.testCommand)
	m.Autocomplete("/automod/test", s.suggestRule)
	m.Command("/automod/panic", s.panicCommand)
	m.Command("/automod/exempt", s.exemptCommand)
	m.Command("/automod/why", s.whyCommand)
}

// commander is who asks, by a command.
func commander(i *bot.Interaction) (store.Actor, access.Authority) {
	u := i.User()
	return store.Actor{ID: u.ID, Name: u.Username, Source: store.SourceCommand}, access.AsMember(u.ID)
}

func modeName(p *i18n.Printer, m engine.Mode) string {
	switch m {
	case engine.Enforce:
		return p.T("enforced")
	case engine.Shadow:
		return p.T("shadow")
	}
	return p.T("off")
}

func (s *Service) listCommand(ctx context.Context, i *bot.Interaction) (bot.Reply, error) {
	i.RespondEphemerally()
	_, by := commander(i)
	if err := s.moderation.MayRead(ctx, i.Guild, by); err != nil {
		return bot.Reply{}, err
	}
	rules, err := s.Rules(ctx, i.Guild)
	if err != nil {
		return bot.Reply{}, err
	}
	panicking, err := s.Panic(ctx, i.Guild)
	if err != nil {
		return bot.Reply{}, err
	}
	var lines []string
	if panicking.Active {
		lines = append(lines, i.T("**All rules are off** until somebody uses `/automod panic`."))
	}
	for _, rule := range rules[:min(len(rules), listedRules)] {
		line := fmt.Sprintf("**%s** · %s", bot.Escape(rule.Name), modeName(i.Printer, rule.Mode))
		if n := rule.Stats.Hits; n > 0 {
			line += " · " + i.N("%s hit this week", "%s hits this week", n)
		}
		lines = append(lines, line)
	}
	if more := len(rules) - listedRules; more > 0 {
		lines = append(lines, i.N("%s more on the dashboard", "%s more on the dashboard", int64(more)))
	}
	if len(rules) == 0 {
		lines = append(lines, i.T("There are no rules. Make one on the dashboard."))
	}
	e := bot.Info(i.T("Rules of auto-moderation"), strings.Join(lines, "\n"))
	e.URL = s.tabURL(i.Guild)
	return bot.Ephemeral(e), nil
}

// suggestRule lists the rules whose names hold what was typed.
func (s *Service) suggestRule(ctx context.Context, i *bot.Interaction) ([]bot.Suggestion, error) {
	_, by := commander(i)
	if err := s.maySetUp(ctx, i.Guild, by); err != nil {
		return nil, nil //nolint:nilerr // whoever may not try rules is offered none
	}
	rules, err := s.rulesOf(ctx, i.Guild)
	if err != nil {
		return nil, err
	}
	var choices []bot.Suggestion
	for _, rule := range rules {
		if strings.Contains(strings.ToLower(rule.Name), strings.ToLower(i.Typed)) {
			choices = append(choices, bot.Suggestion{Name: rule.Name, Value: rule.ID})
		}
	}
	return choices, nil
}

// ruleNamed is the rule of an option: one that was chosen from the list, or whose name was typed.
func (s *Service) ruleNamed(ctx context.Context, guild snowflake.ID, text string) (Rule, error) {
	if id, err := uuid.Parse(text); err == nil {
		return s.Rule(ctx, guild, id)
	}
	rules, err := s.rulesOf(ctx, guild)
	if err != nil {
		return Rule{}, err
	}
	for _, rule := range rules {
		if strings.EqualFold(rule.Name, strings.TrimSpace(text)) {
			return rule, nil
		}
	}
	return Rule{}, fault.New(fault.NotFound, "not_found", "There is no rule called “%s”. Choose one from the list.", bot.Cut(text, 100))
}

func (s *Service) testCommand(ctx context.Context, i *bot.Interaction) (bot.Reply, error) {
	i.RespondEphemerally()
	_, by := commander(i)
	if err := s.maySetUp(ctx, i.Guild, by); err != nil {
		return bot.Reply{}, err
	}
	rule, err := s.ruleNamed(ctx, i.Guild, i.Options.String("rule"))
	if err != nil {
		return bot.Reply{}, err
	}
	var tried Tried
	if text, given := i.Options.OptString("text"); given {
		tried, err = s.TrySamples(ctx, i.Guild, rule.Rule, linesOf(text, rule.Type))
	} else {
		tried, err = s.TryChannels(ctx, i.Guild, rule.Rule, []snowflake.ID{i.Channel}, triedByReply, by)
	}
	if err != nil {
		return bot.Reply{}, err
	}
	title := i.T("Rule: %s", bot.Escape(rule.Name))
	if tried.Hidden > 0 {
		return bot.Ephemeral(bot.Warning(title, i.T("You or the bot cannot read what was written in this channel, so nothing was tried."))), nil
	}
	lines := []string{i.T("It finds %s of %s, from %s.", i18n.Number(int64(tried.Matched)).Localize(i.Printer), i18n.Number(int64(tried.Looked)).Localize(i.Printer),
		i.N("%s member", "%s members", int64(tried.Members)))}
	if len(tried.Moderators) > 0 {
		lines = append(lines, i.T("Moderators among them, who are exempt unless the settings say otherwise: %s", bot.Escape(strings.Join(tried.Moderators, ", "))))
	}
	for _, hit := range tried.Hits[:min(len(tried.Hits), shownTried)] {
		lines = append(lines, quoted(hit.Excerpt))
	}
	if tried.Matched == 0 {
		return bot.Ephemeral(bot.Info(title, lines[0])), nil
	}
	return bot.Ephemeral(bot.Warning(title, strings.Join(lines, "\n"))), nil
}

// quoted is what somebody wrote, in a block in which nothing is a link or pings; empty for nothing.
func quoted(text string) string {
	if text == "" {
		return ""
	}
	return "```\n" + strings.ReplaceAll(bot.Cut(text, excerptLength), "`", "ˋ") + "\n```"
}

func (s *Service) panicCommand(ctx context.Context, i *bot.Interaction) (bot.Reply, error) {
	actor, by := commander(i)
	off := i.Options.String("rules") == "off"
	if _, err := s.SetPanic(ctx, i.Guild, off, actor, by); err != nil {
		return bot.Reply{}, err
	}
	if off {
		return bot.Ephemeral(bot.Warning(i.T("All rules are off."), i.T("Nothing is deleted and nobody is punished by a rule until you use `/automod panic` again."))), nil
	}
	return bot.Ephemeral(bot.Success(i.T("The rules work again."), "")), nil
}

func (s *Service) exemptCommand(ctx context.Context, i *bot.Interaction) (bot.Reply, error) {
	i.RespondEphemerally()
	actor, by := commander(i)
	role, isRole := i.Options.OptRole("role")
	channel, isChannel := i.Options.OptChannel("channel")
	if !isRole && !isChannel {
		var f fault.Fields
		f.Add("role", "Choose a role or a channel.")
		return bot.Reply{}, f.Err()
	}
	end, _ := i.Options.OptBool("end")
	cfg, err := s.SettingsNow(ctx, i.Guild)
	if err != nil {
		return bot.Reply{}, err
	}
	patch := settings.Patch[Settings]{}
	var names []string
	if isRole {
		patch, names = patch.Set("exempt_roles", with(cfg.ExemptRoles, role.ID, end)), append(names, discord.RoleMention(role.ID))
	}
	if isChannel {
		patch, names = patch.Set("exempt_channels", with(cfg.ExemptChannels, channel.ID, end)), append(names, discord.ChannelMention(channel.ID))
	}
	if _, err := s.Configure(ctx, Configure{Guild: i.Guild, Patch: patch, IfVersion: &cfg.Version, Actor: actor, By: by}); err != nil {
		return bot.Reply{}, err
	}
	said := i.T("No rule looks at this: %s", strings.Join(names, ", "))
	if end {
		said = i.T("The rules look at this again: %s", strings.Join(names, ", "))
	}
	return bot.Ephemeral(bot.Success(i.T("Saved"), said)), nil
}

// with is a list with an ID, or without it.
func with(ids []snowflake.ID, id snowflake.ID, without bool) []snowflake.ID {
	rest := slices.DeleteFunc(slices.Clone(ids), func(other snowflake.ID) bool { return other == id })
	if without {
		return rest
	}
	return append(rest, id)
}
