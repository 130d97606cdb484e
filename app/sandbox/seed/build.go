package seed

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
	"github.com/smarter-dev/smarterdev/app/sandbox/world"
)

// when things began, in milliseconds of Discord's epoch; ids are made of them
var (
	accounts = since(2019, 1)
	guilds   = since(2024, 1)
	things   = since(2024, 2)
	joins    = time.Date(2024, 3, 1, 12, 0, 0, 0, time.UTC)
)

func since(year int, month time.Month) uint64 {
	const discord = 1420070400000
	return uint64(time.Date(year, month, 1, 0, 0, 0, 0, time.UTC).UnixMilli() - discord)
}

const fourYears = 4 * 365 * 24 * 60 * 60 * 1000 // milliseconds

// builder hands out ids: the same in the same order.
type builder struct {
	seed   uint64
	users  uint64
	guild  uint64
	thing  uint64
	state  world.State
	names  map[string]bool
	joined int
}

// Build makes the state of a world: the default guild, the listed ones, or generated ones.
func Build(w World) (world.State, error) {
	if err := w.check(); err != nil {
		return world.State{}, err
	}
	b := &builder{seed: uint64(w.Seed), names: make(map[string]bool)}
	name := w.Bot
	if name == "" {
		name = "Smarter Dev"
	}
	bot := b.user(Member{Name: name, Bot: true})
	b.state.Application = application(bot, name, w)
	switch {
	case len(w.Guilds.Listed) > 0:
		for _, g := range w.Guilds.Listed {
			if err := b.add(g, bot); err != nil {
				return world.State{}, err
			}
		}
	case w.Guilds.Count > 0 || w.Members > 0:
		b.generate(max(w.Guilds.Count, 1), w.Members, bot)
	default:
		if err := b.add(home(), bot); err != nil {
			return world.State{}, err
		}
	}
	if len(b.state.Guilds) > 0 {
		b.state.Application.OwnerID = b.state.Guilds[0].Guild.OwnerID
	}
	return b.state, nil
}

// application derives everything about the application from the seed. A token's first segment
// is the application's id, as libraries expect.
func application(bot *wire.User, name string, w World) world.Application {
	secret := func(use string, n int) string {
		sum := sha256.Sum256(fmt.Appendf(nil, "%s of the stand-in %d", use, w.Seed))
		return hex.EncodeToString(sum[:])[:n]
	}
	id := base64.RawStdEncoding.EncodeToString([]byte(bot.ID.String()))
	app := world.Application{
		ID: bot.ID, BotID: bot.ID, Name: name, RedirectURIs: w.RedirectURIs,
		BotToken: id + "." + secret("time", 6) + "." + secret("token", 38), ClientSecret: secret("client", 32),
		Members: true, Presences: true, MessageContent: true,
	}
	if w.Intents != nil {
		app.Members, app.Presences, app.MessageContent = w.Intents.Members, w.Intents.Presences, w.Intents.MessageContent
	}
	return app
}

// mix is a small hash, so that the same seed gives the same accidents.
func mix(seed, n uint64) uint64 {
	h := seed*0x9e3779b97f4a7c15 + n + 0x632be59bd9b4e019
	h = (h ^ h>>30) * 0xbf58476d1ce4e5b9
	h = (h ^ h>>27) * 0x94d049bb133111eb
	return h ^ h>>31
}

func (b *builder) user(m Member) *wire.User {
	n := b.users
	b.users++
	id := wire.ID((accounts+mix(b.seed, n)%fourYears)<<22 | n&(1<<22-1))
	username := m.Username
	if username == "" {
		username = plainName(m.Name)
	}
	for base, i := username, 2; b.names[username]; i++ {
		username = base + strconv.Itoa(i)
	}
	b.names[username] = true
	u := &wire.User{ID: id, Username: username, Discriminator: "0", Bot: m.Bot}
	if m.Bot {
		u.Username, u.Discriminator = m.Name, fmt.Sprintf("%04d", 1+n%9998)
	} else if m.Name != "" {
		u.GlobalName = &m.Name
	}
	if !m.NoAvatar {
		u.Avatar = new(world.AvatarHash(id))
	}
	b.state.Users = append(b.state.Users, u)
	return u
}

// plainName turns a name into a username.
func plainName(name string) string {
	name = strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9', r == '_':
			return r
		case r == ' ' || r == '-' || r == '.':
			return '.'
		}
		return -1
	}, strings.ToLower(name))
	if len(name) < 2 {
		name += "person"
	}
	return name
}

func (b *builder) next() wire.ID {
	b.thing++
	return wire.ID((things + b.thing) << 22)
}

// member puts someone into a guild, a while after the one before.
func (b *builder) member(u *wire.User, nick string, roles ...wire.ID) *wire.Member {
	b.joined++
	m := &wire.Member{User: u, Roles: append([]wire.ID{}, roles...), JoinedAt: wire.At(joins.Add(time.Duration(b.joined) * time.Minute))}
	if nick != "" {
		m.Nick = &nick
	}
	return m
}

func (b *builder) newGuild(name string) *wire.Guild {
	b.guild++
	id := wire.ID((guilds + b.guild) << 22) // consecutive, so that shards get equal shares
	return &wire.Guild{
		ID: id, Name: name, Icon: new(world.AvatarHash(id)), Region: "deprecated", AFKTimeout: 300,
		Emojis: []*wire.GuildEmoji{}, Stickers: []*wire.Sticker{}, Features: []string{}, MaxMembers: 500000, MaxVideoChannelUsers: 25,
		PreferredLocale: "en-US", VerificationLevel: 1,
		Roles: []*wire.Role{{ID: id, Name: "@everyone", Permissions: wire.DefaultPermissions}},
	}
}
