package bot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"

	"github.com/disgoorg/disgo/discord"
	"github.com/disgoorg/disgo/rest"
	"github.com/disgoorg/snowflake/v2"
)

// Register makes Discord's list of our commands the given one: for each guild named, or
// globally when none is. What is there already as wanted is left alone, because Discord
// limits how often commands may be written. They are registered in every language that the bot
// speaks. It reports whether anything was written.
func (b *Bot) Register(ctx context.Context, commands []discord.ApplicationCommandCreate, guilds ...snowflake.ID) (bool, error) {
	o := b.online.Load()
	if o == nil {
		return false, errors.New("register commands: not connected")
	}
	api, app := b.cfg.Rest, o.application
	commands = b.Mux.declared(commands)
	if b.cfg.Languages != nil {
		commands = Localize(commands, b.cfg.Languages)
	}
	if len(guilds) == 0 {
		return overwrite(commands,
			func() ([]discord.ApplicationCommand, error) {
				return api.GetGlobalCommands(app, true, rest.WithCtx(ctx))
			},
			func() ([]discord.ApplicationCommand, error) {
				return api.SetGlobalCommands(app, commands, rest.WithCtx(ctx))
			})
	}
	var changed bool
	for _, guild := range guilds {
		wrote, err := overwrite(commands,
			func() ([]discord.ApplicationCommand, error) {
				return api.GetGuildCommands(app, guild, true, rest.WithCtx(ctx))
			},
			func() ([]discord.ApplicationCommand, error) {
				return api.SetGuildCommands(app, guild, commands, rest.WithCtx(ctx))
			})
		if err != nil {
			return changed, fmt.Errorf("guild %s: %w", guild, err)
		}
		changed = changed || wrote
	}
	return changed, nil
}

func overwrite(want []discord.ApplicationCommandCreate, get, set func() ([]discord.ApplicationCommand, error)) (bool, error) {
	have, err := get()
	if err != nil {
		return false, fmt.Errorf("read commands: %w", err)
	}
	same, err := sameCommands(want, have)
	if err != nil || same {
		return false, err
	}
	if _, err := set(); err != nil {
		return false, fmt.Errorf("write commands: %w", err)
	}
	return true, nil
}

// sameCommands compares by what we say of a command. Discord adds fields of its own and
// leaves out those that hold their default, so only a field that we set must be equal.
func sameCommands(want []discord.ApplicationCommandCreate, have []discord.ApplicationCommand) (bool, error) {
	if len(want) != len(have) {
		return false, nil
	}
	wanted, err := byName(want)
	if err != nil {
		return false, err
	}
	had, err := byName(have)
	if err != nil {
		return false, err
	}
	for key, w := range wanted {
		h, ok := had[key]
		if ok && h["guild_id"] != nil {
			delete(w, "contexts") // Discord keeps these of global commands alone
			delete(w, "integration_types")
		}
		if !ok || !within(w, h) {
			return false, nil
		}
	}
	return true, nil
}

func byName[C any](commands []C) (map[string]map[string]any, error) {
	m := make(map[string]map[string]any, len(commands))
	for _, c := range commands {
		raw, err := json.Marshal(c)
		if err != nil {
			return nil, fmt.Errorf("encode command: %w", err)
		}
		var v map[string]any
		if err := json.Unmarshal(raw, &v); err != nil {
			return nil, fmt.Errorf("decode command: %w", err)
		}
		m[fmt.Sprint(v["type"], v["name"])] = v
	}
	return m, nil
}

// within reports whether have says everything that want says. Lists must be of the
// same length; a value that equals its zero may be absent.
func within(want, have any) bool {
	switch w := want.(type) {
	case map[string]any:
		h, _ := have.(map[string]any)
		for k, v := range w {
			if !within(v, h[k]) {
				return false
			}
		}
		for k, v := range h {
			if _, said := w[k]; !said && carriesMeaning(k, v) {
				return false
			}
		}
		return true
	case []any:
		h, _ := have.([]any)
		if len(w) != len(h) {
			return false
		}
		for i := range w {
			if !within(w[i], h[i]) {
				return false
			}
		}
		return true
	default:
		return reflect.DeepEqual(want, have) || have == nil && reflect.ValueOf(want).IsZero()
	}
}

// carriesMeaning reports whether a field that only Discord's side holds would be lost by our
// version of the command: an option or a limit that we no longer ask for.
func carriesMeaning(key string, v any) bool {
	switch key {
	case "options", "choices", "required", "autocomplete", "min_value", "max_value",
		"min_length", "max_length", "channel_types", "default_member_permissions",
		"name_localizations", "description_localizations":
		switch v := v.(type) {
		case nil:
			return false
		case []any:
			return len(v) > 0
		case map[string]any:
			return len(v) > 0
		case string:
			return v != "" && v != "0" // how disgo writes permissions that Discord left out
		default:
			return !reflect.ValueOf(v).IsZero()
		}
	}
	return false
}
