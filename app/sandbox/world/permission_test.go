package world_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/sandbox/problem"
	"github.com/smarter-dev/smarterdev/app/sandbox/seed"
	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
	"github.com/smarter-dev/smarterdev/app/sandbox/world"
)

// town is a world small enough to think about.
type town struct {
	*world.World
	t       *testing.T
	now     time.Time
	guild   world.ID
	roles   map[string]world.ID
	people  map[string]world.ID
	channel map[string]world.ID
}

func newTown(t *testing.T, g seed.Guild) *town {
	t.Helper()
	s, err := seed.Build(seed.World{Guilds: seed.Guilds{Listed: []seed.Guild{g}}})
	require.NoError(t, err)
	tw := &town{t: t, now: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), guild: s.Guilds[0].Guild.ID,
		roles: map[string]world.ID{}, people: map[string]world.ID{}, channel: map[string]world.ID{}}
	for _, r := range s.Guilds[0].Guild.Roles {
		tw.roles[r.Name] = r.ID
	}
	for _, m := range s.Guilds[0].Members {
		tw.people[m.Name()] = m.User.ID
	}
	for _, c := range s.Guilds[0].Channels {
		tw.channel[c.Channel.Label()] = c.Channel.ID
	}
	tw.World = world.New(s, world.Options{Clock: func() time.Time { return tw.now }})
	return tw
}

func ranks() seed.Guild {
	return seed.Guild{
		Name: "Ranks",
		Roles: []seed.Role{
			{Name: "low"}, {Name: "squad"},
			{Name: "keeper", Permissions: []string{"MANAGE_ROLES", "KICK_MEMBERS", "BAN_MEMBERS", "MODERATE_MEMBERS", "MANAGE_NICKNAMES"}},
			{Name: "bot", Bot: true, Permissions: []string{"MANAGE_ROLES", "VIEW_CHANNEL", "SEND_MESSAGES", "READ_MESSAGE_HISTORY"}},
			{Name: "admin", Permissions: []string{"ADMINISTRATOR"}},
		},
		Channels: []seed.Channel{{Name: "hall"}, {Name: "den", Private: []string{"keeper"}}},
		Members: []seed.Member{
			{Name: "owner", Owner: true}, {Name: "admin1", Roles: []string{"admin"}}, {Name: "admin2", Roles: []string{"admin"}},
			{Name: "keeper1", Roles: []string{"keeper"}}, {Name: "keeper2", Roles: []string{"keeper"}},
			{Name: "low1", Roles: []string{"low"}}, {Name: "plain"},
		},
	}
}

func TestWhoStandsAboveWhom(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		by, user string
		may      bool
	}{
		{"owner", "admin1", true}, {"owner", "plain", true},
		{"admin1", "keeper1", true}, {"admin1", "admin2", false}, {"admin1", "owner", false},
		{"keeper1", "plain", true}, {"keeper1", "low1", true}, {"keeper1", "keeper2", false}, {"keeper1", "admin1", false},
		{"plain", "low1", false}, {"low1", "plain", false},
	} {
		tw := newTown(t, ranks())
		err := tw.Kick(tw.people[c.by], tw.guild, tw.people[c.user], "")
		if c.may {
			require.NoError(t, err, "%v", c)
		} else {
			require.ErrorIs(t, err, problem.MissingPermissions, "%v", c)
		}
	}
}

func TestWhoMayGiveWhichRole(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		by, role string
		refusal  *problem.Error
	}{
		{"keeper1", "low", nil}, {"keeper1", "keeper", problem.MissingPermissions}, {"keeper1", "admin", problem.MissingPermissions},
		{"admin1", "keeper", nil}, {"admin1", "admin", problem.MissingPermissions}, {"admin1", "bot", problem.MissingPermissions},
		{"owner", "admin", nil}, {"owner", "bot", problem.MissingPermissions}, {"owner", "@everyone", problem.InvalidRole},
		{"plain", "low", problem.MissingPermissions},
	} {
		tw := newTown(t, ranks())
		err := tw.AddRole(tw.people[c.by], tw.guild, tw.people["plain"], tw.roles[c.role], "")
		if c.refusal == nil {
			require.NoError(t, err, "%v", c)
			continue
		}
		require.ErrorIs(t, err, c.refusal, "%v", c)
	}
}

func TestOverwrites(t *testing.T) {
	t.Parallel()
	tw := newTown(t, ranks())
	owner, plain, low := tw.people["owner"], tw.people["plain"], tw.people["low1"]
	may := func(who, where string) wire.Permissions { return tw.Permissions(tw.people[who], tw.channel[where]) }
	require.Equal(t, wire.AllPermissions, may("owner", "den"))
	require.Equal(t, wire.AllPermissions, may("admin1", "den"))
	require.True(t, may("keeper1", "den").Has(wire.SendMessages))
	require.Zero(t, may("plain", "den"))
	require.Zero(t, tw.Permissions(plain, 1))

	hall := tw.channel["hall"]
	set := func(id world.ID, kind int, allow, deny wire.Permissions) {
		require.NoError(t, tw.SetOverwrite(owner, hall, wire.Overwrite{ID: id, Type: kind, Allow: allow, Deny: deny}, false, ""))
	}
	set(tw.guild, 0, 0, wire.SendMessages)
	require.False(t, may("plain", "hall").Has(wire.SendMessages))
	require.False(t, may("plain", "hall").Has(wire.AttachFiles), "who cannot write cannot attach")
	require.True(t, may("plain", "hall").Has(wire.ReadMessageHistory))
	set(tw.roles["low"], 0, wire.SendMessages, 0)
	require.True(t, may("low1", "hall").Has(wire.SendMessages), "a role's overwrite comes after everyone's")
	set(low, 1, 0, wire.SendMessages)
	require.False(t, may("low1", "hall").Has(wire.SendMessages), "a member's comes last")
	require.NoError(t, tw.SetOverwrite(owner, hall, wire.Overwrite{ID: low}, true, ""))
	require.True(t, may("low1", "hall").Has(wire.SendMessages))
	require.ErrorIs(t, tw.SetOverwrite(owner, hall, wire.Overwrite{ID: low}, true, ""), problem.UnknownOverwrite)
}

// What somebody may allow or deny in a channel is what they have in the guild, not in the channel, and what stays as it is
// is not asked for.
func TestWhoMayOverwrite(t *testing.T) {
	t.Parallel()
	tw := newTown(t, ranks())
	owner, keeper, hall := tw.people["owner"], tw.people["keeper1"], tw.channel["hall"]
	have := tw.Permissions(keeper, hall)
	require.True(t, have.Has(wire.ManageRoles|wire.SendMessages), "else this shows nothing")
	set := func(by world.ID, o wire.Overwrite) error { return tw.SetOverwrite(by, hall, o, false, "") }
	low, beyond := tw.roles["low"], wire.ManageWebhooks
	require.False(t, have.Has(beyond))
	require.ErrorIs(t, set(keeper, wire.Overwrite{ID: low, Deny: beyond}), problem.MissingPermissions, "denying counts too")
	require.ErrorIs(t, set(keeper, wire.Overwrite{ID: low, Allow: wire.ManageRoles}), problem.MissingPermissions)
	require.NoError(t, set(owner, wire.Overwrite{ID: low, Allow: beyond}))
	require.NoError(t, set(keeper, wire.Overwrite{ID: low, Allow: beyond, Deny: wire.SendMessages}), "what was there before is not theirs to have")
	require.NoError(t, set(owner, wire.Overwrite{ID: tw.guild, Deny: wire.SendMessages}))
	require.NoError(t, set(keeper, wire.Overwrite{ID: low, Allow: beyond | wire.SendMessages}), "the guild decides, not the channel")
}

func TestTimeouts(t *testing.T) {
	t.Parallel()
	tw := newTown(t, ranks())
	keeper, plain := tw.people["keeper1"], tw.people["plain"]
	until := wire.At(tw.now.Add(time.Hour))
	_, err := tw.Timeout(keeper, tw.guild, plain, &until, "")
	require.NoError(t, err)
	hall := tw.channel["hall"]
	require.Equal(t, wire.ViewChannel|wire.ReadMessageHistory, tw.Permissions(plain, hall))
	tw.Advance(time.Hour)
	require.True(t, tw.Permissions(plain, hall).Has(wire.SendMessages))
	_, err = tw.Timeout(tw.people["owner"], tw.guild, tw.people["admin1"], &until, "")
	require.ErrorIs(t, err, problem.MissingPermissions, "administrators cannot be timed out, not even by the owner")
	far := wire.At(tw.now.Add(30 * 24 * time.Hour))
	_, err = tw.Timeout(keeper, tw.guild, plain, &far, "")
	require.ErrorContains(t, err, "communication_disabled_until")
}

func TestNothingHappensTwice(t *testing.T) {
	t.Parallel()
	tw := newTown(t, ranks())
	heard := &ear{}
	tw.Listen(heard)
	owner, plain, low := tw.people["owner"], tw.people["plain"], tw.roles["low"]
	for range 2 {
		require.NoError(t, tw.AddRole(owner, tw.guild, plain, low, ""))
	}
	for range 2 {
		require.NoError(t, tw.RemoveRole(owner, tw.guild, plain, low, ""))
	}
	for range 2 {
		_, err := tw.Join(plain, tw.guild)
		require.NoError(t, err)
	}
	require.Equal(t, []string{"GUILD_MEMBER_UPDATE", "GUILD_AUDIT_LOG_ENTRY_CREATE", "GUILD_MEMBER_UPDATE", "GUILD_AUDIT_LOG_ENTRY_CREATE"}, heard.names)
}

// ear remembers the names of what happens.
type ear struct{ names []string }

func (e *ear) Notice(event *world.Event, _ world.Sight) { e.names = append(e.names, event.Name) }

func TestMentions(t *testing.T) {
	t.Parallel()
	tw := newTown(t, ranks())
	owner, plain := tw.people["owner"], tw.people["plain"]
	text := "<@" + plain.String() + "> <@&" + tw.roles["squad"].String() + "> @everyone"
	write := func(by world.ID, allowed *wire.AllowedMentions) *wire.Message {
		m, err := tw.Write(by, tw.channel["hall"], wire.MessageInput{Content: wire.Given(text), AllowedMentions: allowed})
		require.NoError(t, err)
		return m
	}
	m := write(owner, nil)
	require.Len(t, m.Mentions, 1)
	require.Len(t, m.MentionRoles, 1)
	require.True(t, m.MentionEveryone)
	m = write(owner, &wire.AllowedMentions{Parse: []string{}})
	require.Empty(t, m.Mentions)
	require.Empty(t, m.MentionRoles)
	require.False(t, m.MentionEveryone)
	m = write(owner, &wire.AllowedMentions{Users: []world.ID{plain}})
	require.Len(t, m.Mentions, 1)
	m = write(plain, nil)
	require.Len(t, m.Mentions, 1)
	require.Empty(t, m.MentionRoles, "the role cannot be mentioned by everyone")
	require.False(t, m.MentionEveryone)
}

func TestMessagesArePaged(t *testing.T) {
	t.Parallel()
	tw := newTown(t, ranks())
	plain, hall := tw.people["plain"], tw.channel["hall"]
	var ids []world.ID
	for range 10 {
		tw.Advance(time.Millisecond)
		m, err := tw.Write(plain, hall, wire.MessageInput{Content: wire.Given("x")})
		require.NoError(t, err)
		ids = append(ids, m.ID)
	}
	page := func(p world.Page) (got []int) {
		list, err := tw.Messages(plain, hall, p)
		require.NoError(t, err)
		for _, m := range list {
			for i, id := range ids {
				if id == m.ID {
					got = append(got, i)
				}
			}
		}
		return got
	}
	require.Equal(t, []int{9, 8, 7}, page(world.Page{Limit: 3}))
	require.Equal(t, []int{4, 3, 2}, page(world.Page{Before: ids[5], Limit: 3}))
	require.Equal(t, []int{8, 7, 6}, page(world.Page{After: ids[5], Limit: 3}))
	require.Equal(t, []int{6, 5, 4}, page(world.Page{Around: ids[5], Limit: 3}))
	require.Empty(t, page(world.Page{Before: ids[0], Limit: 3}))
}
