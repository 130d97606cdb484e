package moderation

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/disgoorg/disgo/discord"
	"github.com/disgoorg/disgo/rest"
	"github.com/disgoorg/snowflake/v2"

	"github.com/smarter-dev/smarterdev/app/platform/access"
	"github.com/smarter-dev/smarterdev/app/platform/bot"
	"github.com/smarter-dev/smarterdev/app/platform/fault"
	"github.com/smarter-dev/smarterdev/store"
)

const (
	mostPurged  = 1000
	mostLooked  = 5000 // messages that are read to find those
	pageOfChat  = 100  // messages that Discord lists or deletes at once
	purgeBudget = 20 * time.Second
	// purgeAge is how old a message may be: Discord refuses all of a bulk when one is older than 14 days. A minute is for
	// clocks that differ.
	purgeAge = 14*day - time.Minute
)

const purgeNeeds = discord.PermissionManageMessages | discord.PermissionReadMessageHistory

func purgeCommand() discord.ApplicationCommandOption {
	return discord.ApplicationCommandOptionSubCommand{Name: "purge", Description: "Delete the newest messages of this channel", Options: []discord.ApplicationCommandOption{
		discord.ApplicationCommandOptionInt{Name: "count", Description: "How many at most", Required: true, MinValue: new(1), MaxValue: new(mostPurged)},
		discord.ApplicationCommandOptionUser{Name: "member", Description: "Only messages of this member"},
		discord.ApplicationCommandOptionString{Name: "containing", Description: "Only messages with these words", MaxLength: new(100)},
		discord.ApplicationCommandOptionString{Name: "before", Description: "Only messages older than this one: its link or ID", MaxLength: new(200)},
		discord.ApplicationCommandOptionBool{Name: "pins", Description: "Delete pinned messages too"},
	}}
}

// purging says which messages of a channel are to be deleted.
type purging struct {
	guild, channel snowflake.ID
	count          int
	member         snowflake.ID // 0: of anybody
	containing     string       // whatever its case; empty: anything
	before         snowflake.ID // only older messages
	pins           bool
	actor          store.Actor
}

// ended is why a purge deleted no more.
type ended int

const (
	endedAtCount ended = iota // as many as were asked for
	endedAtStart              // the channel has no more
	endedAtAge                // what is left is too old
	endedLooking              // too many were read
	endedByTime
	endedByDiscord // did not answer, or refused, after some were deleted
)

// purge deletes messages, the newest first, and says how many were deleted and why no more were. It fails with
// bot_permission, discord_refused, message_content_missing and unavailable, and then none was deleted.
func (s *Service) purge(ctx context.Context, in purging) (deleted int, why ended, err error) {
	began := time.Now()
	found, why, err := s.findPurged(ctx, in, began)
	if err != nil {
		return 0, why, err
	}
	opts := []rest.RequestOpt{rest.WithCtx(ctx), rest.WithReason(bot.Cut("purge · "+in.actor.Name, longestReason))}
	for ; len(found) > 0 && err == nil; found = found[min(len(found), pageOfChat):] {
		if time.Since(began) > purgeBudget {
			why = endedByTime
			break
		}
		page := found[:min(len(found), pageOfChat)]
		if len(page) == 1 { // Discord takes no bulk of one
			err = s.discord.DeleteMessage(in.channel, page[0], opts...)
			if rest.IsJSONErrorCode(err, rest.JSONErrorCodeUnknownMessage) {
				err = nil
				continue // somebody else was faster
			}
		} else {
			err = s.discord.BulkDeleteMessages(in.channel, page, opts...)
		}
		if err == nil {
			deleted += len(page)
		}
	}
	if deleted == 0 {
		return 0, why, purgeFault(err)
	}
	if err != nil {
		s.log.WarnContext(ctx, "a purge stopped halfway", "guild", in.guild, "channel", in.channel, "deleted", deleted, "error", err)
		why = endedByDiscord
	}
	s.metrics.purged.Add(float64(deleted))
	entry := in.actor.Entry("messages.purge", fmt.Sprintf("channel %d: %d deleted", in.channel, deleted))
	entry.GuildID, entry.CreatedAt = in.guild, s.now()
	_, err = s.store.Audit(context.WithoutCancel(ctx), entry)
	return deleted, why, err
}

// findPurged lists the messages that a purge deletes, each once, and says why it lists no more.
func (s *Service) findPurged(ctx context.Context, in purging, now time.Time) (found []snowflake.ID, why ended, err error) {
	oldest, words, before := snowflake.New(now.Add(-purgeAge)), strings.ToLower(in.containing), in.before
	if words != "" && !s.reads() {
		return nil, why, fault.New(fault.Refused, "message_content_missing",
			"Discord does not show the bot what messages say, so it cannot look for words. Enable the Message Content Intent for the bot, or leave out the words.")
	}
	for range mostLooked / pageOfChat {
		if time.Since(now) > purgeBudget/2 {
			return found, endedByTime, nil
		}
		page, err := s.discord.GetMessages(in.channel, 0, before, 0, pageOfChat, rest.WithCtx(ctx))
		if err != nil {
			return nil, why, purgeFault(err)
		}
		for _, m := range page {
			before = min(before, m.ID)
			if m.ID < oldest {
				return found, endedAtAge, nil
			}
			if m.Pinned && !in.pins || !m.Type.Deleteable() || in.member != 0 && m.Author.ID != in.member ||
				!strings.Contains(strings.ToLower(m.Content), words) {
				continue
			}
			if found = append(found, m.ID); len(found) == in.count {
				return found, endedAtCount, nil
			}
		}
		if len(page) < pageOfChat {
			return found, endedAtStart, nil
		}
	}
	return found, endedLooking, nil
}

// purgeFault words why Discord did not delete.
func purgeFault(err error) error {
	said := refusal(err)
	switch {
	case said == nil:
		return unanswered(err)
	case said.Code == rest.JSONErrorCodeLackPermissionsToPerformAction || said.Code == rest.JSONErrorCodeMissingAccess:
		return refused(access.Verdict{Refusal: access.BotNotAllowed, Missing: purgeNeeds})
	}
	return fault.New(fault.Refused, "discord_refused", "Discord refused to delete the messages: %s.", said.Message).With("discord_code", int(said.Code))
}

// purge is the handler of the command. Only what was written before it can be deleted, so its own reply stays.
func (d discordSide) purge(ctx context.Context, i *bot.Interaction) (bot.Reply, error) {
	cfg, err := d.quiet(ctx, i)
	if err != nil {
		return bot.Reply{}, err
	}
	if !i.Holds(purgeNeeds) {
		return bot.Reply{}, refused(access.Verdict{Refusal: access.NotAllowed, Missing: purgeNeeds})
	}
	if !access.Allows(i.Allowed, purgeNeeds) {
		return bot.Reply{}, refused(access.Verdict{Refusal: access.BotNotAllowed, Missing: purgeNeeds})
	}
	in := purging{guild: i.Guild, channel: i.Channel, count: i.Options.Int("count"), before: i.ID, actor: actor(i)}
	if in.count < 1 || in.count > mostPurged {
		return bot.Reply{}, bot.Outdated()
	}
	if user, _, _, given := i.MemberOption("member"); given {
		in.member = user.ID
	}
	in.containing, _ = i.Options.OptString("containing")
	in.pins, _ = i.Options.OptBool("pins")
	if text, given := i.Options.OptString("before"); given {
		id, err := snowflake.Parse(text[strings.LastIndex(text, "/")+1:])
		if err != nil || id == 0 {
			var f fault.Fields
			f.Add("before", "“%s” is not a message. Give the link of a message or its ID.", bot.Cut(text, 50))
			return bot.Reply{}, f.Err()
		}
		in.before = min(id, i.ID)
	}
	deleted, why, err := d.Service.purge(ctx, in)
	if err != nil {
		return bot.Reply{}, err
	}
	lines := []string{i.N("%s message was deleted.", "%s messages were deleted.", int64(deleted))}
	switch why {
	case endedAtCount:
	case endedAtStart:
		lines = append(lines, i.T("There are no more like that in this channel."))
	case endedAtAge:
		lines = append(lines, i.T("What is older than 14 days was left: Discord does not delete it in bulk."))
	case endedLooking:
		lines = append(lines, i.N("Only the newest %s message was looked at.", "Only the newest %s messages were looked at.", int64(mostLooked)))
	case endedByTime:
		lines = append(lines, i.T("It took too long, so some were left. Run the command again for the rest."))
	case endedByDiscord:
		lines = append(lines, i.T("Then Discord stopped responding or refused. Run the command again for the rest."))
	}
	title, text := i.T("Messages deleted"), strings.Join(lines, "\n")
	e := bot.Success(title, text)
	if deleted == 0 {
		e = bot.Info(i.T("Nothing to delete"), text)
	}
	return bot.Reply{Embeds: []discord.Embed{e}, Ephemeral: cfg.EphemeralReplies}, nil
}
