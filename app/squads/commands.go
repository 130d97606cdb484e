package squads

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/disgoorg/disgo/discord"
	"github.com/disgoorg/snowflake/v2"
	"github.com/google/uuid"

	"github.com/smarter-dev/smarterdev/app/platform/bot"
	"github.com/smarter-dev/smarterdev/app/platform/fault"
	"github.com/smarter-dev/smarterdev/app/platform/question"
	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/ui/i18n"
)

// commands are those of squads, as they are registered with Discord.
func commands() []discord.ApplicationCommandCreate {
	return []discord.ApplicationCommandCreate{discord.SlashCommandCreate{
		Name: "squads", Description: "Join or leave a squad, and see who is in which",
		Contexts: []discord.InteractionContextType{discord.InteractionContextTypeGuild},
		Options: []discord.ApplicationCommandOption{
			discord.ApplicationCommandOptionSubCommand{
				Name: "list", Description: "Show this server’s squads",
			},
			discord.ApplicationCommandOptionSubCommand{
				Name: "join", Description: "Join a squad, or switch to another",
				Options: []discord.ApplicationCommandOption{
					discord.ApplicationCommandOptionString{Name: optionSquad, Description: "Which squad (default: choose from a menu)", Autocomplete: true},
				},
			},
			discord.ApplicationCommandOptionSubCommand{
				Name: "leave", Description: "Leave your squad",
			},
			discord.ApplicationCommandOptionSubCommand{
				Name: "info", Description: "Show your squad or another member’s",
				Options: []discord.ApplicationCommandOption{
					discord.ApplicationCommandOptionUser{Name: "member", Description: "Whose squad to show (default: yours)"},
				},
			},
			discord.ApplicationCommandOptionSubCommand{
				Name: "members", Description: "Show who is in a squad",
				Options: []discord.ApplicationCommandOption{
					discord.ApplicationCommandOptionString{Name: optionSquad, Description: "Which squad", Required: true, Autocomplete: true},
				},
			},
		},
	}}
}

const optionSquad = "squad"

// discordSide responds to the interactions of squads.
type discordSide struct {
	*Service
	joining, leaving question.Asker[asked]
}

// asked is what a member is asked about.
type asked struct {
	Squad uuid.UUID `json:"squad"`
}

func newDiscordSide(s *Service, questions *question.Questions) discordSide {
	d := discordSide{Service: s}
	d.joining = question.Register(questions, question.Kind[asked]{Name: "squad_join", Confirm: d.confirmJoin})
	d.leaving = question.Register(questions, question.Kind[asked]{Name: "squad_leave", Confirm: d.confirmLeave})
	return d
}

func (d discordSide) mount(m *bot.Mux) {
	m.Command("/squads/list", d.list)
	m.Button("/squads/list/{page}/{asker}", d.turnList)
	m.Command("/squads/join", d.join)
	m.Autocomplete("/squads/join", d.suggestToJoin)
	m.Button("/squads/menu/{page}", d.turnMenu)
	m.Button("/squads/choose", d.choose)
	m.Select("/squads/pick", d.pick)
	m.Command("/squads/leave", d.leave)
	m.Command("/squads/info", d.info)
	m.Command("/squads/members", d.members)
	m.Autocomplete("/squads/members", d.suggest)
	m.Button("/squads/members/{squad}/{page}/{asker}", d.turnMembers)
}

func (d discordSide) join(ctx context.Context, i *bot.Interaction) (bot.Reply, error) {
	i.RespondEphemerally()
	typed, given := i.Options.OptString(optionSquad)
	if !given {
		return d.menu(ctx, i, 0)
	}
	q, err := d.named(ctx, i.Guild, typed)
	if err != nil {
		return bot.Reply{}, err
	}
	return d.askToJoin(ctx, i, q.ID, false)
}

// choose opens the menu from the button under the list.
func (d discordSide) choose(ctx context.Context, i *bot.Interaction) (bot.Reply, error) {
	return d.menu(ctx, i, 0)
}

// menu is a page of the squads to choose from.
func (d discordSide) menu(ctx context.Context, i *bot.Interaction, page int) (bot.Reply, error) {
	choices, err := d.Choices(ctx, i.Guild, i.User().ID)
	if err != nil {
		return bot.Reply{}, err
	}
	return menuReply(i.Printer, choices, page), nil
}

func (d discordSide) turnMenu(ctx context.Context, i *bot.Interaction) (bot.Reply, error) {
	page, err := strconv.Atoi(i.Vars["page"])
	if err != nil || page < 0 {
		return bot.Reply{}, bot.Outdated()
	}
	r, err := d.menu(ctx, i, page)
	r.Update = true
	return r, err
}

// pick asks for confirmation of what was chosen in the menu, in its place.
func (d discordSide) pick(ctx context.Context, i *bot.Interaction) (bot.Reply, error) {
	if len(i.Values) != 1 {
		return bot.Reply{}, bot.Outdated()
	}
	squad, err := uuid.Parse(i.Values[0])
	if err != nil {
		return bot.Reply{}, bot.Outdated()
	}
	return d.askToJoin(ctx, i, squad, true) // when it is refused the menu stays, to choose another
}

func (d discordSide) askToJoin(ctx context.Context, i *bot.Interaction, squad uuid.UUID, inPlace bool) (bot.Reply, error) {
	p, err := d.ProposeJoin(ctx, i.Guild, i.User().ID, squad)
	if err != nil {
		return bot.Reply{}, toMember(err)
	}
	return d.joining.Ask(ctx, i, question.Question[asked]{
		About: asked{squad}, Text: joinQuestion(i.Printer, p, d.withheld(ctx, p.Choice.Squad)), InPlace: inPlace,
	})
}

// confirmJoin joins as was proposed. It is checked again: prices and places may have changed.
func (d discordSide) confirmJoin(ctx context.Context, i *bot.Interaction, a question.Answer[asked]) (bot.Reply, error) {
	done, err := d.Join(ctx, Join{Guild: i.Guild, User: i.User().ID, Squad: a.About.Squad, Name: i.Name(), Key: a.Key})
	if err != nil {
		return bot.Reply{}, toMember(err)
	}
	return bot.Replace(d.colored(ctx, welcome(i.Printer, done, d.withheld(ctx, done.Squad)), done.Squad)), nil
}

func (d discordSide) leave(ctx context.Context, i *bot.Interaction) (bot.Reply, error) {
	i.RespondEphemerally()
	q, err := d.ProposeLeave(ctx, i.Guild, i.User().ID)
	if err != nil {
		return bot.Reply{}, err
	}
	return d.leaving.Ask(ctx, i, question.Question[asked]{About: asked{q.ID}, Text: leaveQuestion(i.Printer, q)})
}

func (d discordSide) confirmLeave(ctx context.Context, i *bot.Interaction, a question.Answer[asked]) (bot.Reply, error) {
	q, err := d.Squad(ctx, i.Guild, a.About.Squad)
	if err != nil {
		return bot.Reply{}, err
	}
	if err := d.Leave(ctx, Leave{Guild: i.Guild, User: i.User().ID, Squad: q.ID}); err != nil {
		return bot.Reply{}, err
	}
	return bot.Replace(goodbye(i.Printer, q)), nil
}

func (d discordSide) info(ctx context.Context, i *bot.Interaction) (bot.Reply, error) {
	user, name, _, other := i.MemberOption("member")
	if !other {
		user, name = i.User(), i.Name()
	}
	place, err := d.Of(ctx, i.Guild, user.ID)
	if fault.Has(err, "not_found") {
		return bot.Ephemeral(inNoSquad(i.Printer, name, user.ID == i.User().ID)), nil
	}
	if err != nil {
		return bot.Reply{}, err
	}
	return bot.Public(d.colored(ctx, placeOf(i.Printer, name, place), place.Squad)), nil
}

// named finds the squad that was meant: by id, as suggestions hold it, or by name, as people type.
func (d discordSide) named(ctx context.Context, guild snowflake.ID, typed string) (store.Squad, error) {
	squads, err := d.Squads(ctx, guild)
	if err != nil {
		return store.Squad{}, err
	}
	var meant []store.Squad
	for _, q := range squads {
		if q.ID.String() == typed {
			return q, nil
		}
		if strings.EqualFold(q.Name, strings.TrimSpace(typed)) {
			meant = append(meant, q)
		}
	}
	switch len(meant) {
	case 1:
		return meant[0], nil
	case 0:
		return store.Squad{}, fault.New(fault.NotFound, "not_found",
			"There is no squad called “%s”. `/squads list` shows this server’s squads.", bot.Escape(bot.Cut(typed, 100)))
	}
	return store.Squad{}, fault.New(fault.Invalid, "invalid",
		"%s squads are called “%s”. Choose one from the suggestions, or from the menu of `/squads join`.", i18n.Number(len(meant)), bot.Escape(meant[0].Name))
}

// suggestToJoin offers what can be joined, with its price.
func (d discordSide) suggestToJoin(ctx context.Context, i *bot.Interaction) ([]bot.Suggestion, error) {
	choices, err := d.Choices(ctx, i.Guild, i.User().ID)
	if err != nil {
		return nil, err
	}
	return fitting(i.Typed, choices, func(c Choice) store.Squad { return c.Squad }, func(c Choice) string {
		text := " · " + price(i.Printer, c)
		return bot.Cut(c.Name, 100-utf8.RuneCountInString(text)) + text
	}), nil
}

func (d discordSide) suggest(ctx context.Context, i *bot.Interaction) ([]bot.Suggestion, error) {
	squads, err := d.recent(ctx, i.Guild)
	if err != nil {
		return nil, err
	}
	return fitting(i.Typed, squads, func(q store.Squad) store.Squad { return q }, func(q store.Squad) string { return q.Name }), nil
}

// fitting keeps what holds the typed text in its name, first those that begin with it.
func fitting[T any](typed string, from []T, squad func(T) store.Squad, label func(T) string) []bot.Suggestion {
	typed = strings.ToLower(strings.TrimSpace(typed))
	var begin, hold []bot.Suggestion
	for _, v := range from {
		q := squad(v)
		name := strings.ToLower(q.Name)
		switch s := (bot.Suggestion{Name: label(v), Value: q.ID.String()}); {
		case strings.HasPrefix(name, typed):
			begin = append(begin, s)
		case strings.Contains(name, typed):
			hold = append(hold, s)
		}
	}
	return slices.Concat(begin, hold)
}
