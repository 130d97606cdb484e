package automod

import (
	"net/url"
	"testing"

	"github.com/disgoorg/disgo/discord"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/automod/engine"
	"github.com/smarter-dev/smarterdev/app/platform/directory"
	"github.com/smarter-dev/smarterdev/ui"
	"github.com/smarter-dev/smarterdev/ui/i18n"
)

// What the editor shows of a rule is what it reads of the form, whatever was chosen.
func TestTheEditorReadsWhatItShows(t *testing.T) {
	t.Parallel()
	g := directory.Guild{ID: 1, Channels: []directory.Channel{
		{ID: 10, Name: "Welcome", Type: discord.ChannelTypeGuildCategory}, {ID: 11, Name: "general", Type: discord.ChannelTypeGuildText},
	}, Roles: []directory.Role{{ID: 1, Name: "@everyone"}, {ID: 20, Name: "Friends"}}}
	typed := url.Values{
		"name": {"Words"}, "mode": {"shadow"}, "config.keyword_filter": {"zorg\nblimp"}, "config.in": {"content", "filename"},
		"conditions.channels": {"10", "11"}, "exempt_roles": {"20", "99"}, "exempt_channels": {"11"}, "action.alert": {"yes"}, "action.alert.channel_id": {"11"},
	}
	rule, err := readRuleForm(typed, engine.TypeContent)
	require.NoError(t, err)
	require.Equal(t, []engine.Snowflake{20, 99}, rule.ExemptRoles)
	require.Equal(t, []engine.Snowflake{11}, rule.ExemptChannels)
	require.Equal(t, []engine.Snowflake{10, 11}, rule.Conditions.Channels)

	for name, form := range map[string]ui.Form{"saved": {}, "typed": {Typed: typed}} {
		s := newSheet(i18n.English(), form, g)
		fields := map[string]ui.Field{}
		conditions := rule.Conditions
		for _, f := range append(s.fields("config.", string(rule.Type), rule.Config), s.fields("conditions.", "conditions", &conditions)...) {
			fields[f.Name] = f
		}
		require.True(t, fields["config.in"].Chosen("filename"), name)
		require.False(t, fields["config.in"].Chosen("poll"), name)
		require.Equal(t, "zorg\nblimp", fields["config.keyword_filter"].Value, name)
		require.Equal(t, []ui.Option{{Value: "10", Label: "Category Welcome"}, {Value: "11", Label: "#general"}}, fields["conditions.channels"].Options, name)
		require.True(t, fields["conditions.channels"].Chosen("10"), name)

		roles := s.choose(ui.Field{Name: "exempt_roles", Value: oneALine(rule.ExemptRoles)}, s.roles)
		require.Equal(t, []ui.Option{{Value: "20", Label: "@Friends"}, {Value: "99", Label: "Deleted: 99"}}, roles.Options, name)
		require.True(t, roles.Chosen("99"), name)
	}
	require.False(t, ui.Field{}.Chosen("1"))
}
