package sandbox_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/sandbox"
	"github.com/smarter-dev/smarterdev/app/sandbox/faults"
	"github.com/smarter-dev/smarterdev/app/sandbox/gateway"
	"github.com/smarter-dev/smarterdev/app/sandbox/sandboxtest"
	"github.com/smarter-dev/smarterdev/app/sandbox/seed"
	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
)

// data decodes what a gateway event carries.
func data(t *testing.T, p payload) object {
	t.Helper()
	var o object
	require.NoError(t, json.Unmarshal(p.D, &o))
	return o
}

func TestPausingAGuild(t *testing.T) {
	t.Parallel()
	w := sandboxtest.Start(t)
	s := dialGateway(t, w, "").identify(everything)
	s.ready()
	bot := newRaw(t, w)
	path := "/v10/guilds/" + w.GuildID.String() + "/incident-actions"
	until := time.Now().Add(2 * time.Hour).UTC().Truncate(time.Second)
	out := bot.ok("PUT", path, object{"invites_disabled_until": until, "dms_disabled_until": nil}).(object)
	require.Equal(t, until.Format("2006-01-02T15:04:05.000000+00:00"), out["invites_disabled_until"])
	require.Nil(t, out["dms_disabled_until"])
	require.Equal(t, out, data(t, s.next("GUILD_UPDATE"))["incidents_data"])
	out = bot.ok("PUT", path, object{"dms_disabled_until": until}).(object)
	require.NotNil(t, out["invites_disabled_until"], "what is absent stays")
	o := bot.refused(400, 50035, "PUT", path, object{"invites_disabled_until": time.Now().Add(25 * time.Hour)})
	require.Equal(t, "DATE_TIME_TYPE_TOO_FAR", mistake(t, o, "invites_disabled_until"))
	w.Member("Ada").Pause(0, 0)
	guild := bot.ok("GET", "/v10/guilds/"+w.GuildID.String(), nil).(object)
	require.Equal(t, object{"invites_disabled_until": nil, "dms_disabled_until": nil}, guild["incidents_data"])
}

func TestPruning(t *testing.T) {
	t.Parallel()
	w := sandboxtest.Start(t)
	s := dialGateway(t, w, "").identify(everything)
	s.ready()
	bot := newRaw(t, w)
	path := "/v10/guilds/" + w.GuildID.String() + "/prune"
	ada, ken, edsger, radia := w.Member("Ada"), w.Member("Ken"), w.Member("Edsger"), w.Member("Radia")
	for _, p := range []*sandboxtest.Person{ken, edsger, radia} {
		p.Status("offline")
	}
	require.EqualValues(t, 0, bot.ok("GET", path+"?days=7", nil).(object)["pruned"], "they were online a moment ago")
	w.Advance(8 * 24 * time.Hour)
	require.EqualValues(t, 2, bot.ok("GET", path, nil).(object)["pruned"], "whoever has a role stays")
	require.EqualValues(t, 3, bot.ok("GET", path+"?days=7&include_roles="+w.Role("Newcomer").String(), nil).(object)["pruned"])
	mistake(t, bot.refused(400, 50035, "GET", path+"?days=31", nil), "days")

	ken.Status("online")
	bot.header.Set("X-Audit-Log-Reason", "spring")
	out := bot.ok("POST", path, object{"days": 7, "compute_prune_count": false, "include_roles": []string{}}).(object)
	require.Contains(t, out, "pruned")
	require.Nil(t, out["pruned"])
	require.Equal(t, edsger.ID.String(), data(t, s.next("GUILD_MEMBER_REMOVE"))["user"].(object)["id"])
	entry := data(t, s.next("GUILD_AUDIT_LOG_ENTRY_CREATE"))
	require.EqualValues(t, wire.AuditMemberPrune, entry["action_type"])
	require.Equal(t, object{"delete_member_days": "7", "members_removed": "1"}, entry["options"])
	require.Equal(t, "spring", entry["reason"])
	require.Nil(t, entry["target_id"], "it names nobody")
	_, there := ada.Look(ken)
	require.True(t, there)
	require.Zero(t, ada.Prune(7))
}

func TestMovingChannels(t *testing.T) {
	t.Parallel()
	w := sandboxtest.Start(t)
	s := dialGateway(t, w, "").identify(everything)
	s.ready()
	bot := newRaw(t, w)
	path := "/v10/guilds/" + w.GuildID.String() + "/channels"
	general, help, show := w.Channel("general").String(), w.Channel("code-help").String(), w.Channel("show-and-tell").String()
	staff, staffRoom := w.Channel("Staff").String(), w.Channel("staff-room").String()
	bot.ok("PATCH", path, []object{{"id": general, "position": 7}, {"id": help, "position": nil}, {"id": show, "parent_id": staff, "lock_permissions": true}})
	require.EqualValues(t, 7, data(t, s.next("CHANNEL_UPDATE"))["position"])
	moved := data(t, s.next("CHANNEL_UPDATE"))
	require.Equal(t, show, moved["id"])
	require.Equal(t, staff, moved["parent_id"])
	require.Equal(t, bot.ok("GET", "/v10/channels/"+staff, nil).(object)["permission_overwrites"], moved["permission_overwrites"])
	bot.refused(400, 40009, "PATCH", path, []object{{"id": general, "parent_id": staff}, {"id": help, "parent_id": staff}})
	bot.refused(404, 10003, "PATCH", path, []object{{"id": "123", "position": 1}})
	mistake(t, bot.refused(400, 50035, "PATCH", path, []object{{"id": help, "parent_id": general}}), "parent_id")
	bot.ok("PATCH", path, []object{{"id": staffRoom, "parent_id": nil}})
	require.Nil(t, bot.ok("GET", "/v10/channels/"+staffRoom, nil).(object)["parent_id"])
}

func TestDeletingInBulkRefusesAllForOne(t *testing.T) {
	t.Parallel()
	w := sandboxtest.Start(t)
	bot := newRaw(t, w)
	path := "/v10/channels/" + w.ChannelID.String() + "/messages/bulk-delete"
	ken := w.Member("Ken")
	old := ken.Write(w.ChannelID, "old").ID.String()
	w.Advance(14*24*time.Hour + time.Minute)
	one, two := ken.Write(w.ChannelID, "one").ID.String(), ken.Write(w.ChannelID, "two").ID.String()
	bot.refused(400, 50034, "POST", path, object{"messages": []string{one, two, old}})
	o := bot.refused(400, 50035, "POST", path, object{"messages": []string{one, two, one}})
	require.Equal(t, "SET_TYPE_ALREADY_CONTAINS_VALUE", mistake(t, o, "messages", "2"))
	require.Len(t, ken.Messages(w.ChannelID), 3)
	bot.ok("POST", path, object{"messages": []string{one, two}})
	require.Len(t, ken.Messages(w.ChannelID), 1)
}

func TestTheAuditLogReachesBack45Days(t *testing.T) {
	t.Parallel()
	w := sandboxtest.Start(t)
	bot := newRaw(t, w)
	path := "/v10/guilds/" + w.GuildID.String() + "/audit-logs"
	ada := w.Member("Ada")
	entries := func(query string) (reasons []string) {
		for _, e := range bot.ok("GET", path+query, nil).(object)["audit_log_entries"].([]any) {
			reasons = append(reasons, e.(object)["reason"].(string))
		}
		return reasons
	}
	ada.Kick(w.Member("Ken"), "first")
	w.Advance(40 * 24 * time.Hour)
	ada.Kick(w.Member("Radia"), "second")
	require.Equal(t, []string{"second", "first"}, entries(""))
	require.Equal(t, []string{"first", "second"}, entries("?after=0"), "the oldest first")
	w.Advance(6 * 24 * time.Hour)
	require.Equal(t, []string{"second"}, entries(""))
	require.Equal(t, []string{"second"}, entries("?after=0"))
}

// Lines of the audit log come to who has both the intent and the permission.
func TestWhoHearsTheAuditLog(t *testing.T) {
	t.Parallel()
	w := sandboxtest.Start(t, sandbox.Config{World: sandbox.World{Guilds: seed.Guilds{Listed: []seed.Guild{{
		Name:     "Town",
		Channels: []seed.Channel{{Name: "square"}},
		Roles:    []seed.Role{{Name: "Watch", Permissions: []string{"VIEW_AUDIT_LOG"}}, {Name: "Helper", Bot: true, Permissions: []string{"KICK_MEMBERS"}}},
		Members:  []seed.Member{{Name: "Mina", Owner: true}, {Name: "Tom"}, {Name: "Ann"}},
	}}}}})
	with := dialGateway(t, w, "").identify(gateway.GuildModeration | gateway.GuildMembers)
	with.ready()
	without := dialGateway(t, w, "").identify(gateway.GuildMembers)
	without.ready()
	mina, bot := w.Member("Mina"), w.Person(w.ApplicationID)
	newRaw(t, w).refused(403, 50013, "GET", "/v10/guilds/"+w.GuildID.String()+"/audit-logs", nil)
	names := func(s *socket) (list []string) {
		for len(list) == 0 || list[len(list)-1] != "GUILD_MEMBER_REMOVE" {
			list = append(list, s.next("").T)
		}
		return list
	}
	mina.Kick(w.Member("Tom"), "")
	require.NotContains(t, names(with), "GUILD_AUDIT_LOG_ENTRY_CREATE", "the permission is missing")
	mina.GiveRole(bot, w.Role("Watch"))
	mina.Kick(w.Member("Ann"), "")
	require.Contains(t, names(with), "GUILD_AUDIT_LOG_ENTRY_CREATE")
	require.NotContains(t, append(names(without), names(without)...), "GUILD_AUDIT_LOG_ENTRY_CREATE", "the intent is missing")
}

func TestVoice(t *testing.T) {
	t.Parallel()
	w := sandboxtest.Start(t)
	s := dialGateway(t, w, "").identify(everything | gateway.GuildVoiceStates)
	s.ready()
	bot := newRaw(t, w)
	guild := "/v10/guilds/" + w.GuildID.String()
	ada, ken, lounge := w.Member("Ada"), w.Member("Ken"), w.Channel("Lounge")
	state := guild + "/voice-states/" + ken.ID.String()
	member := guild + "/members/" + ken.ID.String()

	bot.refused(404, 10065, "GET", state, nil)
	for _, body := range []object{{"mute": true}, {"deaf": true}, {"channel_id": lounge}, {"channel_id": nil}} {
		bot.refused(400, 40032, "PATCH", member, body)
	}
	ken.Speak(lounge)
	joined := data(t, s.next("VOICE_STATE_UPDATE"))
	require.Equal(t, lounge.String(), joined["channel_id"])
	require.Equal(t, ken.ID.String(), joined["member"].(object)["user"].(object)["id"])
	require.NoError(t, ken.TrySpeak(wire.VoiceInput{ChannelID: lounge, SelfMute: true}))
	require.Equal(t, true, data(t, s.next("VOICE_STATE_UPDATE"))["self_mute"])
	require.ErrorContains(t, ken.TrySpeak(wire.VoiceInput{ChannelID: w.ChannelID}), "50024")

	bot.refused(403, 50013, "PATCH", member, object{"mute": true}) // the bot of the default world has no such right
	ada.GiveRole(w.Person(w.ApplicationID), ada.CreateRoleWith("Voice", wire.MuteMembers|wire.DeafenMembers|wire.MoveMembers))
	bot.ok("PATCH", member, object{"mute": true, "deaf": true})
	muted := data(t, s.next("VOICE_STATE_UPDATE"))
	require.Equal(t, []any{true, true}, []any{muted["mute"], muted["deaf"]})
	require.Equal(t, true, bot.ok("GET", state, nil).(object)["mute"])

	second := bot.ok("POST", guild+"/channels", object{"name": "Second", "type": 2, "user_limit": 1}).(object)["id"].(string)
	bot.ok("PATCH", member, object{"channel_id": second})
	require.Equal(t, second, data(t, s.next("VOICE_STATE_UPDATE"))["channel_id"])
	full := w.Member("Alan").TrySpeak(wire.VoiceInput{ChannelID: snowflakeOf(t, second)})
	require.ErrorContains(t, full, "50013", "the channel is full")

	fresh := dialGateway(t, w, "").identify(everything)
	fresh.ready()
	states := data(t, fresh.next("GUILD_CREATE"))["voice_states"].([]any)
	require.Len(t, states, 1)
	require.NotContains(t, states[0], "guild_id")

	bot.ok("PATCH", member, object{"channel_id": nil})
	require.Nil(t, data(t, s.next("VOICE_STATE_UPDATE"))["channel_id"])
	log := ada.AuditLog()
	require.Equal(t, []int{wire.AuditMemberDisconnect, wire.AuditMemberMove}, []int{log[0].ActionType, log[1].ActionType})
	ken.Speak(lounge)
	require.Equal(t, true, data(t, s.next("VOICE_STATE_UPDATE"))["mute"], "the server still mutes them")
	ken.HangUp()
	require.Nil(t, data(t, s.next("VOICE_STATE_UPDATE"))["channel_id"])
	w.Member("Alan").Speak(lounge)
	s.next("VOICE_STATE_UPDATE")
	ada.Kick(w.Member("Alan"), "")
	require.Nil(t, data(t, s.next("VOICE_STATE_UPDATE"))["channel_id"], "who leaves the guild is disconnected")

	s.send(4, object{"guild_id": w.GuildID, "channel_id": lounge, "self_mute": false, "self_deaf": true})
	require.Equal(t, w.ApplicationID.String(), data(t, s.next("VOICE_STATE_UPDATE"))["user_id"])
	require.Nil(t, data(t, s.next("VOICE_SERVER_UPDATE"))["endpoint"])
	require.Equal(t, true, bot.ok("GET", guild+"/voice-states/@me", nil).(object)["self_deaf"])
	s.send(4, object{"guild_id": w.GuildID, "channel_id": nil, "self_mute": false, "self_deaf": false})
	require.Nil(t, data(t, s.next("VOICE_STATE_UPDATE"))["channel_id"])
	require.NotEmpty(t, bot.ok("GET", "/v10/voice/regions", nil))
}

func TestStages(t *testing.T) {
	t.Parallel()
	w := sandboxtest.Start(t)
	bot := newRaw(t, w)
	guild := "/v10/guilds/" + w.GuildID.String()
	ada, ken := w.Member("Ada"), w.Member("Ken")
	stage := bot.ok("POST", guild+"/channels", object{"name": "Stage", "type": 13}).(object)["id"].(string)
	ken.Speak(snowflakeOf(t, stage))
	state := guild + "/voice-states/" + ken.ID.String()
	require.Equal(t, true, bot.ok("GET", state, nil).(object)["suppress"], "one listens first")
	bot.refused(403, 50013, "PATCH", state, object{"channel_id": stage, "suppress": false})
	ada.GiveRole(w.Person(w.ApplicationID), ada.CreateRoleWith("Host", wire.MuteMembers))
	bot.ok("PATCH", state, object{"channel_id": stage, "suppress": false})
	now := bot.ok("GET", state, nil).(object)
	require.Equal(t, false, now["suppress"])
	require.NotNil(t, now["request_to_speak_timestamp"])
	ken.Speak(w.Channel("Lounge"))
	bot.refused(400, 50024, "PATCH", state, object{"suppress": true})
}

// A test can have Discord refuse with any of its codes.
func TestFaultsWithACode(t *testing.T) {
	t.Parallel()
	w := sandboxtest.Start(t)
	bot := newRaw(t, w)
	ban := "/v10/guilds/" + w.GuildID.String() + "/bans/" + w.Member("Ken").ID.String()
	w.Fault(faults.Rule{
		Kind: faults.Answer, Method: "PUT", Path: "/guilds/*/bans/*", Status: 400, Code: 30035, Times: 1,
		Message: "Maximum number of bans for non-guild members have been exceeded",
	})
	o := bot.refused(400, 30035, "PUT", ban, object{})
	require.Contains(t, o["message"], "non-guild members")
	bot.ok("PUT", ban, object{})
}
