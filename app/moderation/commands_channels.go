package moderation

import (
	"context"
	"time"

	"github.com/disgoorg/disgo/discord"

	"github.com/smarter-dev/smarterdev/app/platform/bot"
	"github.com/smarter-dev/smarterdev/ui/i18n"
)

func channelCommands() []discord.ApplicationCommandOption {
	type list = []discord.ApplicationCommandOption
	where := discord.ApplicationCommandOptionChannel{Name: "channel", Description: "Which channel; without, this one"}
	return list{
		discord.ApplicationCommandOptionSubCommand{Name: "lock", Description: "Keep members from writing in a channel", Options: list{
			where, discord.ApplicationCommandOptionInt{Name: "minutes", Description: "For how long; without, until it is unlocked", MinValue: new(1), MaxValue: new(int(longestLock / time.Minute))},
		}},
		discord.ApplicationCommandOptionSubCommand{Name: "unlock", Description: "Let members write in a channel again, as before", Options: list{where}},
		discord.ApplicationCommandOptionSubCommand{Name: "slowmode", Description: "Set how long members wait between two messages", Options: list{
			discord.ApplicationCommandOptionInt{Name: "seconds", Description: "Seconds between two messages; 0 for none", Required: true, MinValue: new(0), MaxValue: new(int(slowestSlowmode / time.Second))},
			where,
		}},
	}
}

// channelOf is the request about the channel of an option, without one about the channel of the command.
func channelOf(i *bot.Interaction) ChannelRequest {
	in := ChannelRequest{Guild: i.Guild, Channel: i.Channel, Actor: actor(i)}
	if c, given := i.Options.OptChannel("channel"); given {
		in.Channel = c.ID
	}
	return in
}

// said is seen by everybody where it is about the channel of the command, so that members know why they cannot write.
func said(i *bot.Interaction, in ChannelRequest, e discord.Embed) bot.Reply {
	return bot.Reply{Embeds: []discord.Embed{e}, Ephemeral: in.Channel != i.Channel}
}

func (d discordSide) lock(ctx context.Context, i *bot.Interaction) (bot.Reply, error) {
	in := channelOf(i)
	if in.Channel != i.Channel {
		i.RespondEphemerally()
	}
	minutes, _ := i.Options.OptInt("minutes")
	lock, err := d.LockChannel(ctx, in, time.Duration(minutes)*time.Minute)
	if err != nil {
		return bot.Reply{}, err
	}
	text := i.T("Only moderators can write in %s until somebody unlocks it.", discord.ChannelMention(in.Channel))
	if lock.Until != nil {
		text = i.T("Only moderators can write in %s. That ends %s.", discord.ChannelMention(in.Channel), bot.Relative(*lock.Until))
	}
	return said(i, in, bot.Warning(i.T("Channel locked"), text)), nil
}

func (d discordSide) unlock(ctx context.Context, i *bot.Interaction) (bot.Reply, error) {
	in := channelOf(i)
	if in.Channel != i.Channel {
		i.RespondEphemerally()
	}
	if err := d.UnlockChannel(ctx, in); err != nil {
		return bot.Reply{}, err
	}
	return said(i, in, bot.Success(i.T("Channel unlocked"), i.T("Everybody can write in %s as before.", discord.ChannelMention(in.Channel)))), nil
}

func (d discordSide) slowmode(ctx context.Context, i *bot.Interaction) (bot.Reply, error) {
	in := channelOf(i)
	if in.Channel != i.Channel {
		i.RespondEphemerally()
	}
	pause := time.Duration(i.Options.Int("seconds")) * time.Second
	if err := d.Slowmode(ctx, in, pause); err != nil {
		return bot.Reply{}, err
	}
	if pause == 0 {
		return said(i, in, bot.Success(i.T("Slow mode is off"), i.T("Members can write in %s without waiting.", discord.ChannelMention(in.Channel)))), nil
	}
	length := i18n.Duration(pause).Localize(i.Printer)
	if pause%time.Minute != 0 {
		length = i.N("%s second", "%s seconds", int64(pause/time.Second))
	}
	return said(i, in, bot.Success(i.T("Slow mode"), i.T("Members can write in %s once every %s.", discord.ChannelMention(in.Channel), length))), nil
}
