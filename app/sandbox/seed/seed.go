// Package seed makes worlds: the guild that `dev` starts with, guilds spelled out in a file, and
// any number of generated ones. The same description gives the same world, ids included.
package seed

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
)

// World describes a world. The zero World is the default one.
type World struct {
	Seed         int64    `json:"seed"`
	Guilds       Guilds   `json:"guilds"`
	Members      int      `json:"members"`       // over all generated guilds
	Bot          string   `json:"bot"`           // the bot's name; "Smarter Dev" when empty
	RedirectURIs []string `json:"redirect_uris"` // of OAuth2; empty means any
	Intents      *Intents `json:"intents"`       // nil means all of them are on
}

// Intents says which privileged intents the application has switched on.
type Intents struct {
	Members        bool `json:"members"`
	Presences      bool `json:"presences"`
	MessageContent bool `json:"message_content"`
}

// Guilds is a number of guilds to generate, or guilds spelled out.
type Guilds struct {
	Count  int
	Listed []Guild
}

// Guild describes one guild. Names tie its parts together.
type Guild struct {
	Name     string    `json:"name"`
	Roles    []Role    `json:"roles"` // lowest first, without @everyone
	Channels []Channel `json:"channels"`
	Members  []Member  `json:"members"`
	NoBot    bool      `json:"no_bot"`   // the bot is not in it
	Stickers []string  `json:"stickers"` // their names
}

// Role describes a role.
type Role struct {
	Name        string   `json:"name"`
	Color       string   `json:"color"`       // #rrggbb
	Permissions []string `json:"permissions"` // Discord's names, such as KICK_MEMBERS
	Hoist       bool     `json:"hoist"`
	Mentionable bool     `json:"mentionable"`
	Bot         bool     `json:"bot"` // the application's own role; without one it is the highest
}

// Channel describes a channel.
type Channel struct {
	Name     string   `json:"name"`
	Type     string   `json:"type"` // text (also when empty), voice, category, news, stage, forum
	Category string   `json:"category"`
	Topic    string   `json:"topic"`
	Private  []string `json:"private"`   // the roles that see it; empty means everyone
	ReadOnly bool     `json:"read_only"` // only those who may manage messages write
	SlowMode int      `json:"slow_mode"` // seconds
}

// Member describes a person, or a bot other than the application's.
type Member struct {
	Name     string   `json:"name"`     // the global name
	Username string   `json:"username"` // made from the name when empty
	Nick     string   `json:"nick"`
	Roles    []string `json:"roles"`
	Owner    bool     `json:"owner"`
	Bot      bool     `json:"bot"`
	NoAvatar bool     `json:"no_avatar"`
}

// UnmarshalJSON reads a number or a list.
func (g *Guilds) UnmarshalJSON(data []byte) error {
	if json.Unmarshal(data, &g.Count) == nil {
		return nil
	}
	g.Count = 0
	return json.Unmarshal(data, &g.Listed)
}

// MarshalJSON writes a list when there is one, else the number.
func (g Guilds) MarshalJSON() ([]byte, error) {
	if len(g.Listed) > 0 {
		return json.Marshal(g.Listed)
	}
	return json.Marshal(g.Count)
}

// Load reads the description of a world: a JSON object with seed, guilds and members, or a
// single guild with its name, roles, channels and members.
func Load(file string) (World, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return World{}, fmt.Errorf("read the world: %w", err)
	}
	var in struct {
		Seed         int64           `json:"seed"`
		Guilds       Guilds          `json:"guilds"`
		Members      json.RawMessage `json:"members"` // a number, or the members of the one guild
		Bot          string          `json:"bot"`
		RedirectURIs []string        `json:"redirect_uris"`
		Intents      *Intents        `json:"intents"`
		Name         string          `json:"name"`
		Roles        []Role          `json:"roles"`
		Channels     []Channel       `json:"channels"`
		NoBot        bool            `json:"no_bot"`
		Stickers     []string        `json:"stickers"`
	}
	if err := json.Unmarshal(data, &in); err != nil {
		return World{}, fmt.Errorf("read the world in %s: %w", file, err)
	}
	w := World{Seed: in.Seed, Guilds: in.Guilds, Bot: in.Bot, RedirectURIs: in.RedirectURIs, Intents: in.Intents}
	var members any = &w.Members
	if in.Name != "" {
		w.Guilds.Listed = append(w.Guilds.Listed, Guild{Name: in.Name, Roles: in.Roles, Channels: in.Channels, NoBot: in.NoBot, Stickers: in.Stickers})
		members = &w.Guilds.Listed[len(w.Guilds.Listed)-1].Members
	}
	if len(in.Members) > 0 {
		if err := json.Unmarshal(in.Members, members); err != nil {
			return World{}, fmt.Errorf("read the members of the world in %s: %w", file, err)
		}
	}
	return w, w.check()
}

func (w World) check() error {
	var errs []error
	if w.Guilds.Count < 0 || w.Guilds.Count > 10_000 {
		errs = append(errs, fmt.Errorf("guilds is %d, but must be between 1 and 10000", w.Guilds.Count))
	}
	if w.Members < 0 || w.Members > 1_000_000 {
		errs = append(errs, fmt.Errorf("members is %d, but must be between 1 and 1000000", w.Members))
	}
	for _, g := range w.Guilds.Listed {
		owners := 0
		for _, m := range g.Members {
			if m.Owner {
				owners++
			}
		}
		if owners != 1 {
			errs = append(errs, fmt.Errorf("guild %q has %d owners, but must have one", g.Name, owners))
		}
	}
	return errors.Join(errs...)
}
