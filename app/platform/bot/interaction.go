package bot

import (
	"sync/atomic"

	"github.com/disgoorg/disgo/discord"
	"github.com/disgoorg/disgo/handler"
	"github.com/disgoorg/snowflake/v2"

	"github.com/smarter-dev/smarterdev/ui/i18n"
)

// Interaction is a member of a guild asking something: by a slash command, a context menu,
// a button, a select or a modal, or still typing a command. Only the part that fits its kind is
// filled. Its Printer words the response in the language of who asks: i.T("Your balance is %s.", …).
type Interaction struct {
	*i18n.Printer
	ID      snowflake.ID
	Guild   snowflake.ID
	Channel snowflake.ID
	Member  discord.ResolvedMember // who asks, with their permissions in the channel

	Allowed discord.Permissions // what the bot may do in the channel

	Application snowflake.ID // ours
	Token       string       // with which the response can be changed for 15 minutes

	Vars    map[string]string                   // of the pattern that matched
	Options discord.SlashCommandInteractionData // of a slash command
	Target  discord.UserCommandInteractionData  // of a context menu on a member
	Fields  discord.ModalSubmitInteractionData  // of a modal
	Values  []string                            // chosen in a select
	Typed   string                              // so far, into the option that is being completed

	ephemeral atomic.Bool
}

// User is who asks.
func (i *Interaction) User() discord.User { return i.Member.User }

// Name is what the person who asks is called in this guild.
func (i *Interaction) Name() string { return Name(i.Member.User, i.Member.Nick) }

// RespondEphemerally says that the response will be ephemeral, so that a deferred one is too. Call
// it before slow work.
func (i *Interaction) RespondEphemerally() { i.ephemeral.Store(true) }

// MemberOption returns the member named in a slash command's option. ok is false when the option was
// not given; inGuild is false when the person is not, or no longer, a member here.
func (i *Interaction) MemberOption(option string) (user discord.User, name string, inGuild, ok bool) {
	user, ok = i.Options.OptUser(option)
	if !ok {
		return user, "", false, false
	}
	if m, found := i.Options.OptMember(option); found {
		return user, Name(user, m.Nick), true, true
	}
	return user, user.EffectiveName(), false, true
}

func newInteraction(p *i18n.Printer, e *handler.InteractionEvent) *Interaction {
	i := &Interaction{Printer: p, ID: e.ID(), Guild: *e.GuildID(), Member: *e.Member(), Vars: e.Vars,
		Application: e.ApplicationID(), Token: e.Token()}
	if p := e.AppPermissions(); p != nil {
		i.Allowed = *p
	}
	if c := e.Channel(); c.MessageChannel != nil {
		i.Channel = c.ID()
	}
	switch in := e.Interaction.(type) {
	case discord.ApplicationCommandInteraction:
		switch data := in.Data.(type) {
		case discord.SlashCommandInteractionData:
			i.Options = data
		case discord.UserCommandInteractionData:
			i.Target = data
		}
	case discord.ModalSubmitInteraction:
		i.Fields = in.Data
	case discord.ComponentInteraction:
		if data, ok := in.Data.(discord.StringSelectMenuInteractionData); ok {
			i.Values = data.Values
		}
	case discord.AutocompleteInteraction:
		i.Typed, _ = in.Data.OptString(in.Data.Focused().Name)
	}
	return i
}
