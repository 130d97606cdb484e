package gateway

import (
	"slices"

	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
	"github.com/smarter-dev/smarterdev/app/sandbox/world"
)

// Intents are groups of events that a session asks for.
type Intents uint64

// Discord's intents.
const (
	Guilds                 Intents = 1 << 0
	GuildMembers           Intents = 1 << 1 // privileged
	GuildModeration        Intents = 1 << 2
	GuildExpressions       Intents = 1 << 3
	GuildWebhooks          Intents = 1 << 5
	GuildInvites           Intents = 1 << 6
	GuildVoiceStates       Intents = 1 << 7
	GuildPresences         Intents = 1 << 8 // privileged
	GuildMessages          Intents = 1 << 9
	GuildMessageReactions  Intents = 1 << 10
	GuildMessageTyping     Intents = 1 << 11
	DirectMessages         Intents = 1 << 12
	DirectMessageReactions Intents = 1 << 13
	DirectMessageTyping    Intents = 1 << 14
	MessageContent         Intents = 1 << 15 // privileged
	AutoModConfiguration   Intents = 1 << 20
	AutoModExecution       Intents = 1 << 21
	GuildPolls             Intents = 1 << 24
	DirectPolls            Intents = 1 << 25
)

// known is every bit that Discord defines: 0–16, 20, 21, 24, 25.
const known = Intents(1<<17-1) | 1<<20 | 1<<21 | 1<<24 | 1<<25

// asks lists, for each event, the intent in a guild and the one in a direct conversation. An
// event that is not listed needs none.
var asks = map[string][2]Intents{
	"GUILD_CREATE":                     {Guilds, 0},
	"GUILD_UPDATE":                     {Guilds, 0},
	"GUILD_DELETE":                     {Guilds, 0},
	"GUILD_ROLE_CREATE":                {Guilds, 0},
	"GUILD_ROLE_UPDATE":                {Guilds, 0},
	"GUILD_ROLE_DELETE":                {Guilds, 0},
	"CHANNEL_CREATE":                   {Guilds, 0},
	"CHANNEL_UPDATE":                   {Guilds, 0},
	"CHANNEL_DELETE":                   {Guilds, 0},
	"THREAD_CREATE":                    {Guilds, 0},
	"THREAD_UPDATE":                    {Guilds, 0},
	"THREAD_DELETE":                    {Guilds, 0},
	"THREAD_MEMBER_UPDATE":             {Guilds, 0},
	"THREAD_MEMBERS_UPDATE":            {Guilds | GuildMembers, 0},
	"WEBHOOKS_UPDATE":                  {GuildWebhooks, 0},
	"INVITE_CREATE":                    {GuildInvites, 0},
	"INVITE_DELETE":                    {GuildInvites, 0},
	"CHANNEL_PINS_UPDATE":              {Guilds, DirectMessages},
	"GUILD_MEMBER_ADD":                 {GuildMembers, 0},
	"GUILD_MEMBER_UPDATE":              {GuildMembers, 0},
	"GUILD_MEMBER_REMOVE":              {GuildMembers, 0},
	"GUILD_AUDIT_LOG_ENTRY_CREATE":     {GuildModeration, 0},
	"GUILD_BAN_ADD":                    {GuildModeration, 0},
	"GUILD_BAN_REMOVE":                 {GuildModeration, 0},
	"MESSAGE_POLL_VOTE_ADD":            {GuildPolls, DirectPolls},
	"MESSAGE_POLL_VOTE_REMOVE":         {GuildPolls, DirectPolls},
	"GUILD_STICKERS_UPDATE":            {GuildExpressions, 0},
	"GUILD_EMOJIS_UPDATE":              {GuildExpressions, 0},
	"VOICE_STATE_UPDATE":               {GuildVoiceStates, 0},
	"AUTO_MODERATION_RULE_CREATE":      {AutoModConfiguration, 0},
	"AUTO_MODERATION_RULE_UPDATE":      {AutoModConfiguration, 0},
	"AUTO_MODERATION_RULE_DELETE":      {AutoModConfiguration, 0},
	"AUTO_MODERATION_ACTION_EXECUTION": {AutoModExecution, 0},
	"PRESENCE_UPDATE":                  {GuildPresences, 0},
	"MESSAGE_CREATE":                   {GuildMessages, DirectMessages},
	"MESSAGE_UPDATE":                   {GuildMessages, DirectMessages},
	"MESSAGE_DELETE":                   {GuildMessages, DirectMessages},
	"MESSAGE_DELETE_BULK":              {GuildMessages, 0},
	"MESSAGE_REACTION_ADD":             {GuildMessageReactions, DirectMessageReactions},
	"MESSAGE_REACTION_REMOVE":          {GuildMessageReactions, DirectMessageReactions},
	"MESSAGE_REACTION_REMOVE_ALL":      {GuildMessageReactions, DirectMessageReactions},
	"MESSAGE_REACTION_REMOVE_EMOJI":    {GuildMessageReactions, DirectMessageReactions},
	"TYPING_START":                     {GuildMessageTyping, DirectMessageTyping},
}

// wants reports whether an event belongs to the session's shard and intents.
func (s *session) wants(e *world.Event) bool {
	if e.Guild == 0 {
		if s.shard[0] != 0 {
			return false
		}
	} else if int(uint64(e.Guild)>>22%uint64(s.shard[1])) != s.shard[0] {
		return false
	}
	need, asked := asks[e.Name]
	if !asked || e.Name == "GUILD_MEMBER_UPDATE" && e.Subject == s.bot {
		return true
	}
	if e.Name == "THREAD_MEMBERS_UPDATE" && e.Subject != s.bot { // of others it needs the members intent
		return s.intents&GuildMembers != 0
	}
	if e.Guild != 0 {
		return s.intents&need[0] != 0
	}
	return s.intents&need[1] != 0
}

// privileged returns the intents that the application has not switched on.
func privileged(asked Intents, a world.Application) (missing Intents) {
	for _, p := range []struct {
		on  bool
		bit Intents
	}{{a.Presences, GuildPresences}, {a.Members, GuildMembers}, {a.MessageContent, MessageContent}} {
		if !p.on {
			missing |= asked & p.bit
		}
	}
	return missing
}

// redacted is what a session without the message content intent gets of a message: nothing that
// people entered, but for its own messages, direct ones, and those that mention it.
func (s *session) redacted(m *wire.Message) *wire.Message {
	if s.intents&MessageContent != 0 || m.GuildID == 0 || m.Author.ID == s.bot ||
		slices.ContainsFunc(m.Mentions, func(u *wire.User) bool { return u.ID == s.bot }) {
		return m
	}
	return wire.Redact(m, s.bot)
}
