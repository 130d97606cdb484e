package economy

import (
	"context"
	"errors"
	"strings"

	"github.com/disgoorg/disgo/discord"
	"github.com/disgoorg/snowflake/v2"

	"github.com/smarter-dev/smarterdev/app/platform/bot"
	"github.com/smarter-dev/smarterdev/app/platform/directory"
	"github.com/smarter-dev/smarterdev/app/platform/fault"
	"github.com/smarter-dev/smarterdev/app/platform/question"
	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/ui/i18n"
)

// commands are the economy's, as they are registered with Discord.
func commands() []discord.ApplicationCommandCreate {
	inGuild := []discord.InteractionContextType{discord.InteractionContextTypeGuild}
	return []discord.ApplicationCommandCreate{
		discord.SlashCommandCreate{
			Name: "bytes", Description: "Earn, send and check bytes", Contexts: inGuild,
			Options: []discord.ApplicationCommandOption{
				discord.ApplicationCommandOptionSubCommand{
					Name: "balance", Description: "Show your bytes or another member’s",
					Options: []discord.ApplicationCommandOption{
						discord.ApplicationCommandOptionUser{Name: "member", Description: "Whose bytes to show (default: yours)"},
						discord.ApplicationCommandOptionBool{Name: "private", Description: "Only you see the response"},
					},
				},
				discord.ApplicationCommandOptionSubCommand{
					Name: "daily", Description: "Claim today’s bytes and keep your streak going",
				},
				discord.ApplicationCommandOptionSubCommand{
					Name: "send", Description: "Send bytes to another member",
					Options: []discord.ApplicationCommandOption{
						discord.ApplicationCommandOptionUser{Name: "member", Description: "Who gets the bytes", Required: true},
						discord.ApplicationCommandOptionString{Name: "amount", Description: "How many: 250, 1k, all or 50%", Required: true},
						discord.ApplicationCommandOptionString{Name: "reason", Description: "What for", MaxLength: new(longestReason)},
					},
				},
				discord.ApplicationCommandOptionSubCommand{
					Name: "leaderboard", Description: "Show who has the most bytes",
					Options: []discord.ApplicationCommandOption{
						discord.ApplicationCommandOptionString{Name: "by", Description: "What to rank by (default: balance)",
							Choices: []discord.ApplicationCommandOptionChoiceString{
								{Name: "balance", Value: string(store.ByBalance)},
								{Name: "bytes received", Value: string(store.ByReceived)},
							}},
					},
				},
				discord.ApplicationCommandOptionSubCommand{
					Name: "history", Description: "Show where your bytes came from and where they went",
					Options: []discord.ApplicationCommandOption{
						discord.ApplicationCommandOptionBool{Name: "public", Description: "Everyone sees the response"},
					},
				},
				discord.ApplicationCommandOptionSubCommand{
					Name: "info", Description: "Show how bytes work on this server",
				},
			},
		},
		discord.UserCommandCreate{Name: sendMenu, Contexts: inGuild},
	}
}

const sendMenu = "Send Bytes"

// discordSide responds to the economy's interactions.
type discordSide struct {
	*Service
	directory *directory.Directory
	sending   question.Asker[Send]
}

func newDiscordSide(s *Service, who *directory.Directory, questions *question.Questions) discordSide {
	d := discordSide{Service: s, directory: who}
	d.sending = question.Register(questions, question.Kind[Send]{
		Name: string(store.KindTransfer), Confirm: d.confirm, Canceled: i18n.M("Nothing was sent."),
	})
	return d
}

func (d discordSide) mount(m *bot.Mux) {
	m.Command("/bytes/balance", d.balance)
	m.Command("/bytes/daily", d.daily)
	m.Command("/bytes/send", d.send)
	m.UserCommand("/"+sendMenu, d.sendForm)
	m.Modal("/bytes/send/{member}", d.sendFromForm)
	m.Command("/bytes/leaderboard", d.leaderboard)
	m.Button("/bytes/leaderboard/{by}/{page}/{asker}", d.turnLeaderboard)
	m.Command("/bytes/history", d.history)
	m.Button("/bytes/history/{asker}/{before}", d.turnHistory)
	m.Command("/bytes/info", d.info)
}

func (d discordSide) balance(ctx context.Context, i *bot.Interaction) (bot.Reply, error) {
	private := i.Options.Bool("private")
	if private {
		i.RespondEphemerally()
	}
	member, name, _, other := i.MemberOption("member")
	if other && member.ID != i.User().ID {
		if member.Bot {
			return bot.Reply{}, isBot(name)
		}
		st, err := d.Look(ctx, i.Guild, member.ID)
		if errors.Is(err, store.ErrNotFound) {
			return bot.Ephemeral(noAccountYet(i.Printer, name)), nil
		}
		if err != nil {
			return bot.Reply{}, err
		}
		return bot.Reply{Embeds: []discord.Embed{balanceOf(i.Printer, name, st, 0)}, Ephemeral: private}, nil
	}
	earned, err := d.ClaimQuietly(ctx, Claim{Guild: i.Guild, User: i.User().ID, Name: i.Name()})
	if err != nil {
		return bot.Reply{}, err
	}
	st, err := d.Balance(ctx, i.Guild, i.User().ID)
	if err != nil {
		return bot.Reply{}, err
	}
	return bot.Reply{Embeds: []discord.Embed{balanceOf(i.Printer, i.Name(), st, earned)}, Ephemeral: private}, nil
}

func (d discordSide) daily(ctx context.Context, i *bot.Interaction) (bot.Reply, error) {
	c, err := d.Claim(ctx, Claim{Guild: i.Guild, User: i.User().ID, Name: i.Name(), Key: discordKey(i.ID)})
	if f := fault.As(err); f != nil && f.Code == store.AlreadyClaimed {
		return bot.Ephemeral(alreadyClaimedToday(i.Printer, f)), nil
	}
	if err != nil {
		return bot.Reply{}, err
	}
	return bot.Public(claimed(i.Printer, i.Name(), c)), nil
}

func (d discordSide) send(ctx context.Context, i *bot.Interaction) (bot.Reply, error) {
	receiver, name, inGuild, _ := i.MemberOption("member")
	if err := mayReceive(receiver, name, inGuild); err != nil {
		return bot.Reply{}, err
	}
	return d.offer(ctx, i, receiver.ID, name, i.Options.String("amount"), i.Options.String("reason"))
}

// sendForm is the context menu on a member: it asks how much, in a modal.
func (d discordSide) sendForm(_ context.Context, i *bot.Interaction) (bot.Reply, error) {
	receiver, name, inGuild := i.Target.TargetUser(), i.Target.TargetUser().EffectiveName(), false
	if m, ok := i.Target.Resolved.Members[receiver.ID]; ok {
		name, inGuild = bot.Name(receiver, m.Nick), true
	}
	if err := mayReceive(receiver, name, inGuild); err != nil {
		return bot.Reply{}, err
	}
	if receiver.ID == i.User().ID {
		return bot.Reply{}, selfTransfer()
	}
	return bot.Reply{Modal: sendModal(i.Printer, receiver.ID, name)}, nil
}

func (d discordSide) sendFromForm(ctx context.Context, i *bot.Interaction) (bot.Reply, error) {
	to, err := snowflake.Parse(i.Vars["member"])
	if err != nil {
		return bot.Reply{}, fault.New(fault.Invalid, "invalid", "This form no longer works. Open it again from the member’s menu.")
	}
	receiver, err := d.directory.Member(ctx, i.Guild, to)
	if errors.Is(err, directory.ErrUnknown) {
		return bot.Reply{}, fault.New(fault.Refused, "not_in_guild", "This person is not a member of this server, so nothing was sent.")
	}
	if err != nil {
		return bot.Reply{}, err
	}
	name := bot.Name(receiver.User, receiver.Nick)
	if err := mayReceive(receiver.User, name, true); err != nil {
		return bot.Reply{}, err
	}
	return d.offer(ctx, i, to, name, i.Fields.Text(fieldAmount), i.Fields.Text(fieldReason))
}

// offer sends what was typed, or asks for confirmation when it is much.
func (d discordSide) offer(ctx context.Context, i *bot.Interaction, to snowflake.ID, toName, typed, reason string) (bot.Reply, error) {
	amount, err := ParseAmount(typed)
	if err != nil {
		return bot.Reply{}, err
	}
	in := Send{
		Guild: i.Guild, From: i.User().ID, FromName: i.Name(), To: to, ToName: toName,
		Reason: strings.TrimSpace(reason), Key: discordKey(i.ID),
	}
	if in.From == in.To {
		return bot.Reply{}, selfTransfer()
	}
	if in.Amount, err = d.resolve(ctx, in, amount); err != nil {
		return bot.Reply{}, err
	}
	if in.Amount > confirmFrom {
		if err := d.MaySend(ctx, in); err != nil {
			return bot.Reply{}, toGiver(err)
		}
		return d.sending.Ask(ctx, i, question.Question[Send]{About: in, Text: sendQuestion(i.Printer, in)})
	}
	tx, err := d.Send(ctx, in)
	if err != nil {
		return bot.Reply{}, toGiver(err)
	}
	return sent(i.Printer, tx), nil
}

// resolve turns what was typed into bytes. More than the guild allows at once is refused in
// the guild's own figures, however large it is.
func (d discordSide) resolve(ctx context.Context, in Send, a Amount) (int64, error) {
	var balance int64
	if a.NeedsBalance() {
		st, err := d.Balance(ctx, in.Guild, in.From)
		if err != nil {
			return 0, err
		}
		balance = st.Balance.Balance
	}
	n := a.Of(balance)
	if n == 0 {
		return 0, fault.New(fault.Refused, store.InsufficientBalance,
			"That percentage of your %s is less than one byte.", i18n.Bytes(balance)).With("balance", balance)
	}
	cfg, err := d.Settings(ctx, in.Guild)
	if err != nil {
		return 0, err
	}
	if n > cfg.MaxTransfer {
		return 0, overMax(n, cfg.MaxTransfer)
	}
	return n, nil
}

// confirm sends what was asked about. It is checked again: the receiver may have left meanwhile.
func (d discordSide) confirm(ctx context.Context, i *bot.Interaction, a question.Answer[Send]) (bot.Reply, error) {
	in := a.About
	in.Guild, in.Key = i.Guild, a.Key
	receiver, err := d.directory.Member(ctx, i.Guild, in.To)
	if errors.Is(err, directory.ErrUnknown) {
		return bot.Reply{}, notHere(in.ToName)
	}
	if err != nil {
		return bot.Reply{}, err
	}
	if err := mayReceive(receiver.User, in.ToName, true); err != nil {
		return bot.Reply{}, err
	}
	tx, err := d.Send(ctx, in)
	if err != nil {
		return bot.Reply{}, toGiver(err)
	}
	done := bot.Replace(bot.Success(i.T("Bytes sent"), i.T("The transfer is announced below.")))
	if !tx.Again {
		public := sent(i.Printer, tx)
		done.Then = &public
	}
	return done, nil
}

func mayReceive(user discord.User, name string, inGuild bool) error {
	switch {
	case user.Bot:
		return isBot(name)
	case !inGuild:
		return notHere(name)
	}
	return nil
}

// discordKey is the idempotency key of an interaction: Discord may deliver it twice.
func discordKey(interaction snowflake.ID) string { return "discord:" + interaction.String() }
