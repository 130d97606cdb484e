package gateway

import (
	"encoding/json"
	"slices"

	"github.com/coder/websocket"

	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
	"github.com/smarter-dev/smarterdev/app/sandbox/world"
)

const (
	chunk        = 1000 // members in one GUILD_MEMBERS_CHUNK
	mostSearched = 100  // members found by a prefix or asked for by id
)

// command handles what a session asks of the gateway.
func (c *conn) command(s *session, op int, d json.RawMessage) websocket.StatusCode {
	switch op {
	case opPresence:
		var p presenceUpdate
		if wire.Decode(d, &p) != nil {
			return decodeError
		}
		c.g.present(s.bot, p)
	case opRequestMembers:
		return c.members(s, d)
	case opVoiceState:
		return c.voice(s, d)
	}
	return 0
}

// voice answers op 4: it connects the bot, moves it, or disconnects it. There is no sound behind
// it, so the server that a client then waits for has no address.
func (c *conn) voice(s *session, d json.RawMessage) websocket.StatusCode {
	var in struct {
		GuildID   world.ID  `json:"guild_id"`
		ChannelID *world.ID `json:"channel_id"`
		SelfMute  bool      `json:"self_mute"`
		SelfDeaf  bool      `json:"self_deaf"`
	}
	if json.Unmarshal(d, &in) != nil || in.GuildID == 0 {
		return decodeError
	}
	if in.ChannelID == nil {
		_ = c.g.world.LeaveVoice(s.bot, in.GuildID) // Discord says nothing about what it does not allow
		return 0
	}
	if _, err := c.g.world.JoinVoice(s.bot, in.GuildID, wire.VoiceInput{ChannelID: *in.ChannelID, SelfMute: in.SelfMute, SelfDeaf: in.SelfDeaf}); err != nil {
		return 0
	}
	s.push(own("VOICE_SERVER_UPDATE", struct {
		Token    string   `json:"token"`
		GuildID  world.ID `json:"guild_id"`
		Endpoint *string  `json:"endpoint"`
	}{Token: s.id, GuildID: in.GuildID}), 0)
	return 0
}

// members answers op 8. The whole list needs the members intent, presences the presences intent.
func (c *conn) members(s *session, d json.RawMessage) websocket.StatusCode {
	var in struct {
		GuildID   wire.OneOrMore `json:"guild_id"`
		Query     *string        `json:"query"`
		Limit     int            `json:"limit"`
		Presences bool           `json:"presences"`
		UserIDs   wire.OneOrMore `json:"user_ids"`
		Nonce     string         `json:"nonce"`
	}
	if wire.Decode(d, &in) != nil || len(in.GuildID) != 1 || in.Query == nil && len(in.UserIDs) == 0 {
		return decodeError
	}
	whole := in.Query != nil && *in.Query == "" && in.Limit == 0
	if whole && s.intents&GuildMembers == 0 {
		return disallowedIntents
	}
	in.Presences = in.Presences && s.intents&GuildPresences != 0
	guild := in.GuildID[0]
	found, missing := []*wire.Member{}, []world.ID{}
	var err error
	switch {
	case whole:
		found, err = c.g.world.Members(s.bot, guild, 0, 1<<30)
	case in.Query != nil:
		limit := in.Limit
		if limit < 1 || limit > mostSearched {
			limit = mostSearched
		}
		found, err = c.g.world.SearchMembers(s.bot, guild, *in.Query, limit)
	default:
		for _, id := range in.UserIDs[:min(len(in.UserIDs), mostSearched)] {
			m, notThere := c.g.world.Member(s.bot, guild, id)
			if notThere != nil {
				missing = append(missing, id)
				continue
			}
			found = append(found, m)
		}
	}
	if err != nil {
		return 0 // Discord says nothing about a guild that the bot is not in
	}
	if len(in.Nonce) > 32 {
		in.Nonce = ""
	}
	chunks := slices.Collect(slices.Chunk(found, chunk))
	if len(chunks) == 0 {
		chunks = [][]*wire.Member{{}}
	}
	for i, part := range chunks {
		data := struct {
			GuildID    world.ID         `json:"guild_id"`
			Members    []*wire.Member   `json:"members"`
			ChunkIndex int              `json:"chunk_index"`
			ChunkCount int              `json:"chunk_count"`
			NotFound   []world.ID       `json:"not_found,omitempty"`
			Presences  []*wire.Presence `json:"presences,omitempty"`
			Nonce      string           `json:"nonce,omitempty"`
		}{guild, part, i, len(chunks), nil, nil, in.Nonce}
		if i == 0 {
			data.NotFound = missing
		}
		if in.Presences {
			for _, m := range part {
				data.Presences = append(data.Presences, c.g.world.Presence(m.User.ID))
			}
		}
		s.push(own("GUILD_MEMBERS_CHUNK", data), 0)
	}
	return 0
}
