package moderation

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/disgoorg/disgo/discord"
	"github.com/disgoorg/omit"
	"github.com/disgoorg/snowflake/v2"

	"github.com/smarter-dev/smarterdev/app/platform/access"
	"github.com/smarter-dev/smarterdev/app/platform/bot"
	"github.com/smarter-dev/smarterdev/app/platform/fault"
	"github.com/smarter-dev/smarterdev/app/platform/question"
	"github.com/smarter-dev/smarterdev/store"
)

// moderateMenu is the context menu on a member.
const moderateMenu = "Moderate"

// commands are those of moderation, as they are registered with Discord. Discord shows them to moderators; what somebody
// may do is judged when they do it.
func commands() []discord.ApplicationCommandCreate {
	inGuild := []discord.InteractionContextType{discord.InteractionContextTypeGuild}
	shown := omit.NewPtr(discord.PermissionModerateMembers)
	return []discord.ApplicationCommandCreate{
		discord.SlashCommandCreate{
			Name: "mod", Description: "Moderate members", Contexts: inGuild, DefaultMemberPermissions: shown,
			Options: append(slices.Concat(actCommands(), caseCommands(), channelCommands()), purgeCommand()),
		},
		discord.UserCommandCreate{Name: moderateMenu, Contexts: inGuild, DefaultMemberPermissions: shown},
	}
}

func actCommands() []discord.ApplicationCommandOption {
	type list = []discord.ApplicationCommandOption
	reason := discord.ApplicationCommandOptionString{Name: "reason", Description: "Why: one of the server’s templates, or your own words", MaxLength: new(store.MaxReason), Autocomplete: true}
	duration := discord.ApplicationCommandOptionString{Name: "duration", Description: "How long: 10m, 2h, 7d, 1w2d, permanent", MaxLength: new(50)}
	silent := discord.ApplicationCommandOptionBool{Name: "silent", Description: "Do not tell them by direct message"}
	remove := discord.ApplicationCommandOptionInt{Name: "delete", Description: "Delete their messages of the last", Choices: []discord.ApplicationCommandOptionChoiceInt{
		{Name: "none", Value: 0}, {Name: "hour", Value: 3600}, {Name: "24 hours", Value: 86400}, {Name: "7 days", Value: longestDelete},
	}}
	text := discord.ApplicationCommandOptionString{Name: "reason", Description: "What to remember", Required: true, MaxLength: new(store.MaxReason)}
	return list{
		discord.ApplicationCommandOptionSubCommand{Name: "warn", Description: "Warn a member",
			Options: list{discord.ApplicationCommandOptionUser{Name: "member", Description: "Whom to warn", Required: true}, reason, duration, silent}},
		discord.ApplicationCommandOptionSubCommand{Name: "timeout", Description: "Keep a member from writing for a while",
			Options: list{discord.ApplicationCommandOptionUser{Name: "member", Description: "Whom to time out", Required: true}, duration, reason, silent}},
		discord.ApplicationCommandOptionSubCommand{Name: "untimeout", Description: "Lift a timeout",
			Options: list{discord.ApplicationCommandOptionUser{Name: "member", Description: "Whose timeout to lift", Required: true}, reason}},
		discord.ApplicationCommandOptionSubCommand{Name: "kick", Description: "Remove a member, who may come back",
			Options: list{discord.ApplicationCommandOptionUser{Name: "member", Description: "Whom to kick", Required: true}, reason, silent}},
		discord.ApplicationCommandOptionSubCommand{Name: "ban", Description: "Ban somebody, also by their ID",
			Options: list{discord.ApplicationCommandOptionUser{Name: "member", Description: "Whom to ban", Required: true}, reason, duration, remove, silent}},
		discord.ApplicationCommandOptionSubCommand{Name: "softban", Description: "Kick a member and delete their messages of a day",
			Options: list{discord.ApplicationCommandOptionUser{Name: "member", Description: "Whom to softban", Required: true}, reason, silent}},
		discord.ApplicationCommandOptionSubCommand{Name: "unban", Description: "Lift a ban",
			Options: list{discord.ApplicationCommandOptionUser{Name: "member", Description: "Whose ban to lift, by their ID", Required: true}, reason}},
		discord.ApplicationCommandOptionSubCommand{Name: "note", Description: "Keep a note about somebody, which they do not see",
			Options: list{discord.ApplicationCommandOptionUser{Name: "member", Description: "About whom", Required: true}, text}},
	}
}

func caseCommands() []discord.ApplicationCommandOption {
	type list = []discord.ApplicationCommandOption
	number := discord.ApplicationCommandOptionInt{Name: "number", Description: "Which case", Required: true, MinValue: new(1)}
	reason := discord.ApplicationCommandOptionString{Name: "reason", Description: "Why", MaxLength: new(store.MaxReason)}
	needed := reason
	needed.Required = true
	return list{
		discord.ApplicationCommandOptionSubCommand{Name: "case", Description: "Show a case", Options: list{number}},
		discord.ApplicationCommandOptionSubCommand{Name: "history", Description: "Show the cases of somebody",
			Options: list{discord.ApplicationCommandOptionUser{Name: "member", Description: "Whose cases", Required: true}}},
		discord.ApplicationCommandOptionSubCommand{Name: "reason", Description: "Change the reason of a case", Options: list{number, needed}},
		discord.ApplicationCommandOptionSubCommand{Name: "resolve", Description: "Close a case; what it did stays", Options: list{number}},
		discord.ApplicationCommandOptionSubCommand{Name: "undo", Description: "Take back a ban, timeout, warning or note", Options: list{number, reason}},
	}
}

// discordSide responds to the interactions of moderation.
type discordSide struct {
	*Service
	again question.Asker[asked]
}

// asked is an act that its moderator is asked about once more.
type asked struct {
	Action  store.CaseAction `json:"action"`
	User    snowflake.ID     `json:"user"`
	UserTag string           `json:"user_tag"`
	Reason  string           `json:"reason"`
	Seconds int64            `json:"seconds"`
	Forever bool             `json:"forever,omitempty"`
	Delete  *int64           `json:"delete,omitempty"`
	Notify  *bool            `json:"notify,omitempty"`
}

func newDiscordSide(s *Service, questions *question.Questions) discordSide {
	d := discordSide{Service: s}
	d.again = question.Register(questions, question.Kind[asked]{Name: "moderation_again", Confirm: d.confirm})
	return d
}

func (d discordSide) mount(m *bot.Mux) {
	for _, a := range store.CaseActions() {
		m.Command("/mod/"+string(a), d.command(a))
		if a != store.CaseNote {
			m.Autocomplete("/mod/"+string(a), d.suggestReason(a))
		}
	}
	m.Command("/mod/case", d.showCase)
	m.Command("/mod/history", d.history)
	m.Button("/mod/history/{user}/{before}", d.turnHistory)
	m.Command("/mod/reason", d.editReason)
	m.Command("/mod/resolve", d.resolve)
	m.Command("/mod/undo", d.undo)
	m.Command("/mod/purge", d.purge)
	m.Command("/mod/lock", d.lock)
	m.Command("/mod/unlock", d.unlock)
	m.Command("/mod/slowmode", d.slowmode)
	m.Button("/mod/undo/{number}", d.pressUndo)
	m.Button("/mod/step/{number}", d.pressStep)
	m.UserCommand("/"+moderateMenu, d.card)
	m.Button("/mod/cases/{user}", d.openHistory)
	m.Button("/mod/form/{action}/{user}", d.openForm)
	m.Modal("/mod/form/{action}/{user}", d.submitForm)
}

// quiet makes the response private where the guild wants that, and returns the settings.
func (d discordSide) quiet(ctx context.Context, i *bot.Interaction) (Config, error) {
	cfg, err := d.Settings(ctx, i.Guild)
	if err == nil && cfg.EphemeralReplies {
		i.RespondEphemerally()
	}
	return cfg, err
}

// actor is who asks, by a command.
func actor(i *bot.Interaction) store.Actor {
	return store.Actor{ID: i.User().ID, Name: i.User().Username, Source: store.SourceCommand}
}

// command is the handler of the acts, which have the same options.
func (d discordSide) command(action store.CaseAction) bot.Handler {
	return func(ctx context.Context, i *bot.Interaction) (bot.Reply, error) {
		user, _, _, given := i.MemberOption("member")
		if !given {
			return bot.Reply{}, bot.Outdated()
		}
		ask := asked{Action: action, User: user.ID, UserTag: user.Username}
		ask.Reason, _ = i.Options.OptString("reason")
		if text, given := i.Options.OptString("duration"); given {
			length, err := ParseDuration(text)
			if err != nil {
				return bot.Reply{}, err
			}
			ask.Seconds, ask.Forever = int64(length/time.Second), length == Permanent
		}
		if seconds, given := i.Options.OptInt("delete"); given {
			ask.Delete = new(int64(seconds))
		}
		if silent, _ := i.Options.OptBool("silent"); silent {
			ask.Notify = new(false)
		}
		return d.run(ctx, i, ask, "i:"+i.ID.String(), false)
	}
}

// run carries out an act, or asks once more where somebody else was faster or the ban would become shorter.
func (d discordSide) run(ctx context.Context, i *bot.Interaction, ask asked, key string, confirmed bool) (bot.Reply, error) {
	cfg, err := d.quiet(ctx, i)
	if err != nil {
		return bot.Reply{}, err
	}
	c, err := d.Act(ctx, ActRequest{
		Guild: i.Guild, Action: ask.Action, User: ask.User, UserTag: ask.UserTag, Reason: ask.Reason, Duration: time.Duration(ask.Seconds) * time.Second, Forever: ask.Forever,
		DeleteSeconds: ask.Delete, Notify: ask.Notify, Confirm: confirmed,
		Actor: actor(i), By: access.AsMember(i.User().ID), Key: key, InteractionID: i.ID,
	})
	if f := fault.As(err); f != nil && (f.Code == "recently_acted" || f.Code == "shorter") {
		format, values := f.Words()
		return d.again.Ask(ctx, i, question.Question[asked]{About: ask, Danger: true,
			Text: i.T(format, values...) + "\n" + i.T("Do you want to go on?")})
	}
	if err != nil {
		return bot.Reply{}, err
	}
	r := d.reply(i, c, cfg)
	if !escalates(c) {
		return r, nil
	}
	climbed, err := d.Escalate(ctx, c)
	if err != nil { // the queue tries again
		d.log.WarnContext(ctx, "what warnings add up to was not done yet", "guild", c.GuildID, "case", c.Number, "error", err)
		return r, nil
	}
	if line := climbed.line(i.Printer); line != "" {
		r.Embeds[0].Description += "\n" + line
	}
	r.Components = append(r.Components, climbed.buttons(i.Printer, c)...)
	return r, nil
}

// pressStep carries out a step that waited for somebody with the right to it.
func (d discordSide) pressStep(ctx context.Context, i *bot.Interaction) (bot.Reply, error) {
	number, err := strconv.ParseInt(i.Vars["number"], 10, 64)
	if err != nil {
		return bot.Reply{}, bot.Outdated()
	}
	cfg, err := d.quiet(ctx, i)
	if err != nil {
		return bot.Reply{}, err
	}
	c, err := d.CarryOutStep(ctx, i.Guild, number, actor(i))
	if err != nil {
		return bot.Reply{}, err
	}
	return d.reply(i, c, cfg), nil
}

// confirm carries out what was asked once more.
func (d discordSide) confirm(ctx context.Context, i *bot.Interaction, a question.Answer[asked]) (bot.Reply, error) {
	r, err := d.run(ctx, i, a.About, a.Key, true)
	r.Update = true
	return r, err
}

// reply says what was done.
func (d discordSide) reply(i *bot.Interaction, c store.Case, cfg Config) bot.Reply {
	r := bot.Reply{Embeds: []discord.Embed{done(i.Printer, c)}, Ephemeral: cfg.EphemeralReplies}
	if c.State == store.CaseDone && (c.Action.Lasting() == c.Action || c.Action == store.CaseWarn || c.Action == store.CaseNote) {
		r.Components = []discord.LayoutComponent{discord.NewActionRow(
			discord.NewSecondaryButton(i.T("Undo"), fmt.Sprintf("/mod/undo/%d", c.Number)))}
	}
	return r
}

// editing is a request to change the case that an option names.
func (d discordSide) editing(i *bot.Interaction, number int64) EditRequest {
	return EditRequest{Guild: i.Guild, Number: number, Actor: actor(i), By: access.AsMember(i.User().ID)}
}

func (d discordSide) showCase(ctx context.Context, i *bot.Interaction) (bot.Reply, error) {
	cfg, err := d.quiet(ctx, i)
	if err != nil {
		return bot.Reply{}, err
	}
	if err := d.MayRead(ctx, i.Guild, access.AsMember(i.User().ID)); err != nil {
		return bot.Reply{}, err
	}
	c, err := d.Get(ctx, i.Guild, int64(i.Options.Int("number")))
	if err != nil {
		return bot.Reply{}, err
	}
	changes, err := d.store.CaseHistory(ctx, i.Guild, c.Number)
	if err != nil {
		return bot.Reply{}, err
	}
	return bot.Reply{Embeds: []discord.Embed{d.whole(i.Printer, c, changes)}, Ephemeral: cfg.EphemeralReplies}, nil
}

func (d discordSide) history(ctx context.Context, i *bot.Interaction) (bot.Reply, error) {
	user, _, _, given := i.MemberOption("member")
	if !given {
		return bot.Reply{}, bot.Outdated()
	}
	return d.page(ctx, i, user.ID, 0)
}

func (d discordSide) turnHistory(ctx context.Context, i *bot.Interaction) (bot.Reply, error) {
	user, err := snowflake.Parse(i.Vars["user"])
	before, wrong := strconv.ParseInt(i.Vars["before"], 10, 64)
	if err != nil || wrong != nil {
		return bot.Reply{}, bot.Outdated()
	}
	r, err := d.page(ctx, i, user, before)
	r.Update = err == nil
	return r, err
}

// page shows some of somebody's cases, those below a number.
func (d discordSide) page(ctx context.Context, i *bot.Interaction, user snowflake.ID, before int64) (bot.Reply, error) {
	cfg, err := d.quiet(ctx, i)
	if err != nil {
		return bot.Reply{}, err
	}
	if err := d.MayRead(ctx, i.Guild, access.AsMember(i.User().ID)); err != nil {
		return bot.Reply{}, err
	}
	found, err := d.Search(ctx, i.Guild, store.CaseFilter{User: user}, before, perPage+1)
	if err != nil {
		return bot.Reply{}, err
	}
	record, err := d.store.CaseRecord(ctx, i.Guild, user, d.now())
	if err != nil {
		return bot.Reply{}, err
	}
	shown := found[:min(len(found), perPage)]
	r := bot.Reply{Embeds: []discord.Embed{historyEmbed(i.Printer, user, record, shown)}, Ephemeral: cfg.EphemeralReplies}
	var buttons []discord.InteractiveComponent
	if before > 0 {
		buttons = append(buttons, discord.NewSecondaryButton(i.T("Newest"), fmt.Sprintf("/mod/history/%d/0", user)))
	}
	if len(found) > perPage {
		buttons = append(buttons, discord.NewSecondaryButton(i.T("Older"), fmt.Sprintf("/mod/history/%d/%d", user, shown[perPage-1].Number)))
	}
	if len(buttons) > 0 {
		r.Components = []discord.LayoutComponent{discord.NewActionRow(buttons...)}
	}
	return r, nil
}

func (d discordSide) editReason(ctx context.Context, i *bot.Interaction) (bot.Reply, error) {
	cfg, err := d.quiet(ctx, i)
	if err != nil {
		return bot.Reply{}, err
	}
	c, err := d.Edit(ctx, d.editing(i, int64(i.Options.Int("number"))), Edit{Reason: new(i.Options.String("reason"))})
	if err != nil {
		return bot.Reply{}, err
	}
	e := bot.Success(i.T("Case #%s changed", fmt.Sprint(c.Number)), i.T("Reason: %s", bot.Escape(c.Reason)))
	return bot.Reply{Embeds: []discord.Embed{e}, Ephemeral: cfg.EphemeralReplies}, nil
}

func (d discordSide) resolve(ctx context.Context, i *bot.Interaction) (bot.Reply, error) {
	cfg, err := d.quiet(ctx, i)
	if err != nil {
		return bot.Reply{}, err
	}
	c, err := d.Resolve(ctx, d.editing(i, int64(i.Options.Int("number"))), true)
	if err != nil {
		return bot.Reply{}, err
	}
	e := bot.Success(i.T("Case #%s is closed", fmt.Sprint(c.Number)), caseLine(i.Printer, c))
	return bot.Reply{Embeds: []discord.Embed{e}, Ephemeral: cfg.EphemeralReplies}, nil
}

func (d discordSide) undo(ctx context.Context, i *bot.Interaction) (bot.Reply, error) {
	reason, _ := i.Options.OptString("reason")
	return d.takeBack(ctx, i, int64(i.Options.Int("number")), reason)
}

func (d discordSide) pressUndo(ctx context.Context, i *bot.Interaction) (bot.Reply, error) {
	number, err := strconv.ParseInt(i.Vars["number"], 10, 64)
	if err != nil {
		return bot.Reply{}, bot.Outdated()
	}
	r, err := d.takeBack(ctx, i, number, "")
	r.Update = err == nil
	return r, err
}

func (d discordSide) takeBack(ctx context.Context, i *bot.Interaction, number int64, reason string) (bot.Reply, error) {
	cfg, err := d.quiet(ctx, i)
	if err != nil {
		return bot.Reply{}, err
	}
	c, err := d.Undo(ctx, d.editing(i, number), reason)
	if err != nil {
		return bot.Reply{}, err
	}
	text := caseLine(i.Printer, c)
	if c.UndoneBy != nil {
		text += "\n" + i.T("That is case #%s.", fmt.Sprint(*c.UndoneBy))
	}
	return bot.Reply{Embeds: []discord.Embed{bot.Success(i.T("Case #%s is undone", fmt.Sprint(c.Number)), text)}, Ephemeral: cfg.EphemeralReplies}, nil
}
