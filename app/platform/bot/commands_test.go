package bot

import (
	"encoding/json"
	"testing"

	"github.com/disgoorg/disgo/discord"
	"github.com/stretchr/testify/require"
)

func TestSameCommands(t *testing.T) {
	t.Parallel()
	shortest := 1
	want := []discord.ApplicationCommandCreate{
		discord.SlashCommandCreate{
			Name: "bytes", Description: "Bytes",
			Options: []discord.ApplicationCommandOption{
				discord.ApplicationCommandOptionSubCommand{Name: "send", Description: "Send", Options: []discord.ApplicationCommandOption{
					discord.ApplicationCommandOptionUser{Name: "member", Description: "Who", Required: true},
					discord.ApplicationCommandOptionString{Name: "reason", Description: "Why", MinLength: &shortest},
				}},
			},
		},
		discord.UserCommandCreate{Name: "Send Bytes"},
	}
	asDiscordSaysIt := func(change func([]map[string]any)) []discord.ApplicationCommand {
		raw, err := json.Marshal(want)
		require.NoError(t, err)
		var commands []map[string]any
		require.NoError(t, json.Unmarshal(raw, &commands))
		for i, c := range commands {
			c["id"], c["application_id"], c["version"] = "1", "2", "3"
			c["default_member_permissions"], c["nsfw"] = nil, false
			if i > 0 {
				c["description"] = ""
			}
		}
		change(commands)
		raw, err = json.Marshal(commands)
		require.NoError(t, err)
		var have []discord.UnmarshalApplicationCommand
		require.NoError(t, json.Unmarshal(raw, &have))
		list := make([]discord.ApplicationCommand, len(have))
		for i := range have {
			list[i] = have[i].ApplicationCommand
		}
		return list
	}
	options := func(c []map[string]any) []any {
		return c[0]["options"].([]any)[0].(map[string]any)["options"].([]any)
	}

	for name, test := range map[string]struct {
		change func([]map[string]any)
		same   bool
	}{
		"nothing":                            {func([]map[string]any) {}, true},
		"order":                              {func(c []map[string]any) { c[0], c[1] = c[1], c[0] }, true},
		"description":                        {func(c []map[string]any) { c[0]["description"] = "Other" }, false},
		"option's description":               {func(c []map[string]any) { options(c)[0].(map[string]any)["description"] = "Whom" }, false},
		"no longer required":                 {func(c []map[string]any) { options(c)[0].(map[string]any)["required"] = false }, false},
		"limit we do not ask":                {func(c []map[string]any) { options(c)[1].(map[string]any)["max_length"] = 5 }, false},
		"limit we do ask":                    {func(c []map[string]any) { options(c)[1].(map[string]any)["min_length"] = 2 }, false},
		"renamed":                            {func(c []map[string]any) { c[1]["name"] = "Bytes to" }, false},
		"a language that we no longer speak": {func(c []map[string]any) { c[0]["name_localizations"] = map[string]any{"de": "bytes"} }, false},
		"no language":                        {func(c []map[string]any) { c[0]["name_localizations"] = map[string]any{} }, true},
		"one option fewer": {func(c []map[string]any) {
			sub := c[0]["options"].([]any)[0].(map[string]any)
			sub["options"] = sub["options"].([]any)[:1]
		}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			same, err := sameCommands(want, asDiscordSaysIt(test.change))
			require.NoError(t, err)
			require.Equal(t, test.same, same)
		})
	}

	same, err := sameCommands(want, nil)
	require.NoError(t, err)
	require.False(t, same)
}
