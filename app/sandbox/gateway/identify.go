package gateway

import (
	"crypto/rand"
	"encoding/json"
	"strings"

	"github.com/coder/websocket"

	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
	"github.com/smarter-dev/smarterdev/app/sandbox/world"
)

const mostGuilds = 2500 // in one shard

type presenceUpdate struct {
	Status     string          `json:"status"`
	Activities []wire.Activity `json:"activities"`
}

// identify begins a session.
func (c *conn) identify(d json.RawMessage) websocket.StatusCode {
	var in struct {
		Token          string          `json:"token"`
		Properties     json.RawMessage `json:"properties"`
		Compress       bool            `json:"compress"`
		LargeThreshold int             `json:"large_threshold"`
		Shard          []int           `json:"shard"`
		Presence       *presenceUpdate `json:"presence"`
		Intents        *Intents        `json:"intents"`
	}
	if wire.Decode(d, &in) != nil || in.Intents == nil {
		return decodeError
	}
	app := c.g.world.Application()
	if strings.TrimPrefix(in.Token, "Bot ") != app.BotToken {
		return authenticationFailed
	}
	s := newSession(strings.ToLower(rand.Text()), app.BotID)
	s.intents, s.shard, s.threshold = *in.Intents, [2]int{0, 1}, 50
	if len(in.Shard) > 0 {
		if len(in.Shard) != 2 || in.Shard[1] < 1 || in.Shard[0] < 0 || in.Shard[0] >= in.Shard[1] {
			return invalidShard
		}
		s.shard = [2]int(in.Shard)
	}
	if in.LargeThreshold >= 50 && in.LargeThreshold <= 250 {
		s.threshold = in.LargeThreshold
	}
	switch {
	case s.intents&^known != 0:
		return invalidIntents
	case privileged(s.intents, app) != 0:
		return disallowedIntents
	case !c.g.mayIdentify(s.shard[0]):
		c.tell(opInvalidSession, false)
		return 0
	}
	if p, ok := c.enc.(*plain); ok {
		p.payloads.Store(in.Compress)
	}
	if !c.enter(s) {
		return shardingRequired
	}
	if in.Presence != nil {
		c.g.present(app.BotID, *in.Presence)
	} else {
		c.g.world.SetPresence(app.BotID, "online", nil)
	}
	return 0
}

// enter fills a session with what it begins with: READY, then its guilds. It reports false when
// there are too many of them for one shard.
func (c *conn) enter(s *session) bool {
	few := true
	c.g.world.Enter(s.shard[0], s.shard[1], s.intents&GuildPresences != 0, s.threshold, func(e world.Entrance) {
		if len(e.Guilds) > mostGuilds {
			few = false
			return
		}
		r := ready{
			V: 10, User: e.User, SessionID: s.id, SessionType: "normal", ResumeGatewayURL: c.g.url, Shard: s.shard,
			Guilds: []wire.UnavailableGuild{}, PrivateChannels: []any{}, Relationships: []any{}, Presences: []any{},
		}
		r.Application.ID, r.Application.Flags = e.Application.ID, Flags(e.Application)
		for _, g := range e.Guilds {
			r.Guilds = append(r.Guilds, wire.UnavailableGuild{ID: g.ID, Unavailable: true})
		}
		s.push(own("READY", r), 0)
		if s.intents&Guilds != 0 {
			for _, g := range e.Guilds {
				s.push(own("GUILD_CREATE", g), 0)
			}
		}
		s.attach(c)
		c.g.mu.Lock()
		c.g.sessions[s.id] = s
		c.g.mu.Unlock()
		c.begin(s, 0)
	})
	return few
}

// resume takes a session up where its last connection ended.
func (c *conn) resume(d json.RawMessage) websocket.StatusCode {
	var in struct {
		Token     string `json:"token"`
		SessionID string `json:"session_id"`
		Seq       int    `json:"seq"`
	}
	if wire.Decode(d, &in) != nil {
		return decodeError
	}
	if strings.TrimPrefix(in.Token, "Bot ") != c.g.world.Application().BotToken {
		return authenticationFailed
	}
	s := c.g.find(in.SessionID)
	if s == nil {
		c.tell(opInvalidSession, false)
		return 0
	}
	possible, known := s.canReplay(in.Seq)
	switch {
	case !known:
		return invalidSeq
	case !possible:
		c.g.end(s)
		c.tell(opInvalidSession, false)
		return 0
	}
	s.ack(in.Seq)
	if old := s.attach(c); old != nil && old != c {
		go old.close(alreadyAuthenticated, "")
	}
	s.push(own("RESUMED", map[string]any{"_trace": []string{"sandbox"}}), 0)
	c.begin(s, in.Seq)
	return 0
}

func (g *Gateway) present(bot world.ID, p presenceUpdate) {
	status := p.Status
	switch status {
	case "online", "idle", "dnd", "invisible", "offline":
	default:
		status = "online"
	}
	g.world.SetPresence(bot, status, p.Activities)
}
