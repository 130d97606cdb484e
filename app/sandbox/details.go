package sandbox

import (
	"strings"

	"github.com/disgoorg/snowflake/v2"

	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
	"github.com/smarter-dev/smarterdev/app/sandbox/world"
)

// Details is what a client needs to log in, and who and what is in the world. The first guild
// and its first text channel are also named by themselves.
type Details struct {
	APIURL        string       `json:"discord_api_url"`
	PlaygroundURL string       `json:"playground_url,omitempty"`
	BotToken      string       `json:"bot_token"`
	ApplicationID snowflake.ID `json:"application_id"`
	ClientID      snowflake.ID `json:"client_id"`
	ClientSecret  string       `json:"client_secret"`
	GuildID       snowflake.ID `json:"guild_id"`
	ChannelID     snowflake.ID `json:"channel_id"`
	Guilds        []Named      `json:"guilds"`   // at most 100
	Channels      []Named      `json:"channels"` // of the first guild
	Roles         []Named      `json:"roles"`    // of the first guild, lowest first
	Members       []Person     `json:"members"`  // of the first guild, at most 100
}

// Named is something with an id and a name.
type Named struct {
	ID   snowflake.ID `json:"id"`
	Name string       `json:"name"`
}

// Person is a member of the first guild.
type Person struct {
	ID   snowflake.ID `json:"id"`
	Name string       `json:"name"`
	Bot  bool         `json:"bot"`
	Role string       `json:"role"` // owner, moderator, member
}

const mostDetailed = 100

func detailsOf(s world.State, cfg Config) Details {
	app := s.Application
	d := Details{
		APIURL: cfg.URL, PlaygroundURL: strings.TrimSuffix(cfg.PlaygroundURL, "/"), BotToken: app.BotToken,
		ApplicationID: app.ID, ClientID: app.ID, ClientSecret: app.ClientSecret,
		Guilds: []Named{}, Channels: []Named{}, Roles: []Named{}, Members: []Person{},
	}
	for _, g := range s.Guilds[:min(len(s.Guilds), mostDetailed)] {
		d.Guilds = append(d.Guilds, Named{g.Guild.ID, g.Guild.Name})
	}
	if len(s.Guilds) == 0 {
		return d
	}
	first := s.Guilds[0]
	d.GuildID = first.Guild.ID
	for _, c := range first.Channels {
		d.Channels = append(d.Channels, Named{c.Channel.ID, c.Channel.Label()})
		if c.Channel.Type == wire.TextChannel && d.ChannelID == 0 {
			d.ChannelID = c.Channel.ID
		}
	}
	for _, r := range first.Guild.Roles {
		d.Roles = append(d.Roles, Named{r.ID, r.Name})
	}
	for _, m := range first.Members[:min(len(first.Members), mostDetailed)] {
		d.Members = append(d.Members, Person{m.User.ID, m.Name(), m.User.Bot, standing(first.Guild, m)})
	}
	return d
}

// what makes someone a moderator
const moderates = wire.Administrator | wire.BanMembers | wire.KickMembers | wire.ModerateMembers | wire.ManageGuild

func standing(g *wire.Guild, m *wire.Member) string {
	if m.User.ID == g.OwnerID {
		return "owner"
	}
	if m.User.Bot {
		return "member" // whatever it may do, nobody acts as it
	}
	for _, id := range m.Roles {
		for _, r := range g.Roles {
			if r.ID == id && r.Permissions&moderates != 0 {
				return "moderator"
			}
		}
	}
	return "member"
}
