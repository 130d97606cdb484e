package seed

import (
	"strconv"
	"strings"

	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
	"github.com/smarter-dev/smarterdev/app/sandbox/world"
)

var (
	givenNames = strings.Fields(`Aiko Amara Anders Asha Bela Bjorn Carla Chen Dara Diego Elif Emil Fatima Felix Gita Hana
		Hugo Ines Ivan Jana Jonas Kaito Kofi Lena Luca Maya Milan Nadia Nils Olga Omar Petra Priya Quinn Rosa Ruben Sana
		Sven Tara Tomas Uma Viktor Wen Yara Yusuf Zoe`)
	pastimes = strings.Fields(`codes debugs builds ships reviews tests learns types hacks plots draws reads`)
	topics   = strings.Fields(`Algorithms Backends Compilers Databases Embedded Frontends Games Haskell Internals
		Kernels Languages Machines Networks Packets Queues Runtimes Shaders Types`)
)

// generate adds guilds with members shared evenly among them. In each the first is the owner,
// the second a moderator; every seventh has no avatar, every eleventh a nickname.
func (b *builder) generate(count, members int, bot *wire.User) {
	members = max(members, 2*count)
	b.state.Users = append(make([]*wire.User, 0, members+len(b.state.Users)), b.state.Users...)
	for n := range count {
		share := members / count
		if n < members%count {
			share++
		}
		g := b.newGuild(topics[n%len(topics)] + " " + strconv.Itoa(n+1))
		gs := world.GuildState{Guild: g, Members: make([]*wire.Member, 0, share+1)}
		spec := Guild{Roles: generatedRoles, Channels: generatedChannels}
		roles, err := b.roles(g, spec, bot)
		if err == nil {
			gs.Channels, err = b.channels(g, spec, roles)
		}
		if err != nil {
			panic(err) // the lists below are wrong
		}
		gs.Members = append(gs.Members, b.member(bot, "", roles[botRole]))
		for i := range share {
			gs.Members = append(gs.Members, b.someone(i, roles))
		}
		g.OwnerID = gs.Members[1].User.ID
		b.state.Guilds = append(b.state.Guilds, gs)
	}
}

func (b *builder) someone(i int, roles map[string]wire.ID) *wire.Member {
	h := mix(b.seed, b.users+1<<40)
	given := givenNames[h%uint64(len(givenNames))]
	pastime := pastimes[h>>8%uint64(len(pastimes))]
	m := Member{
		Name: given, Username: strings.ToLower(given) + "." + pastime + strconv.FormatUint(b.users, 36),
		NoAvatar: h>>16%7 == 0,
	}
	nick := ""
	if h>>24%11 == 0 {
		nick = given + " " + pastime
	}
	var has []wire.ID
	switch {
	case i == 1:
		has = append(has, roles["Moderator"])
	case i > 1 && h>>32%3 == 0:
		has = append(has, roles["Regular"])
	case i > 1 && h>>32%3 == 1:
		has = append(has, roles["Squad "+string(rune('A'+h>>40%3))])
	}
	return b.member(b.user(m), nick, has...)
}

var generatedRoles = []Role{
	{Name: "Regular", Color: "#38bdf8"},
	{Name: "Squad A", Color: "#22d3ee"},
	{Name: "Squad B", Color: "#fbbf24"},
	{Name: "Squad C", Color: "#fb7185"},
	{Name: "Moderator", Color: "#22c55e", Hoist: true, Permissions: []string{
		"KICK_MEMBERS", "BAN_MEMBERS", "MODERATE_MEMBERS", "MANAGE_MESSAGES",
	}},
}

var generatedChannels = []Channel{
	{Name: "general", Topic: "Talk about anything."},
	{Name: "help"},
	{Name: "bot-commands"},
	{Name: "mod-log", Private: []string{"Moderator"}},
}
