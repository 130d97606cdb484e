package wire_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/sandbox/problem"
	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
)

func TestDecodeTakesNumbersAndStrings(t *testing.T) {
	t.Parallel()
	var m wire.MessageInput
	require.NoError(t, wire.Decode([]byte(`{"content": "x", "nonce": 123, "message_reference": {"message_id": 80351110224678912},
		"attachments": [{"id": 0, "filename": "a"}, {"id": "1", "filename": "b"}], "allowed_mentions": {"users": [175928847299117063], "roles": ["5"]},
		"embeds": [{"timestamp": "2026-02-03T04:05:06", "color": "255"}], "flags": null, "tts": 1, "unknown": {"a": 1}}`), &m))
	require.Equal(t, wire.ID(80351110224678912), m.Reference.MessageID)
	require.Equal(t, []wire.AttachmentInput{{ID: 0, Filename: "a"}, {ID: 1, Filename: "b"}}, m.Attachments.Value)
	require.Equal(t, []wire.ID{175928847299117063}, m.AllowedMentions.Users)
	require.Equal(t, []wire.ID{5}, m.AllowedMentions.Roles)
	require.JSONEq(t, "123", string(m.Nonce))
	require.Equal(t, 255, *m.Embeds.Value[0].Color)
	require.True(t, m.Embeds.Value[0].Timestamp.Equal(time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC)))
	require.True(t, m.TTS)
	require.True(t, m.Flags.Set && m.Flags.Null)
	require.False(t, m.Components.Set)

	var role wire.RoleInput
	require.NoError(t, wire.Decode([]byte(`{"permissions": 8}`), &role))
	require.Equal(t, wire.Administrator, role.Permissions.Value)
	var ids struct {
		One, List wire.OneOrMore
	}
	require.NoError(t, wire.Decode([]byte(`{"One": 7, "List": ["8", 9]}`), &ids))
	require.Equal(t, wire.OneOrMore{7}, ids.One)
	require.Equal(t, wire.OneOrMore{8, 9}, ids.List)
}

func TestDecodeRefusesInDiscordsWords(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ body, errors string }{
		{`{"embeds": [{}, {"timestamp": "yesterday"}]}`, `{"embeds": {"1": {"timestamp": {"_errors": [{"code": "DATE_TIME_TYPE_PARSE", "message": "Could not parse yesterday. Should be ISO8601."}]}}}}`},
		{`{"attachments": [{"id": "first"}]}`, `{"attachments": {"0": {"id": {"_errors": [{"code": "NUMBER_TYPE_COERCE", "message": "Value \"first\" is not snowflake."}]}}}}`},
		{`{"flags": "many"}`, `{"flags": {"_errors": [{"code": "NUMBER_TYPE_COERCE", "message": "Value \"many\" is not int."}]}}`},
		{`{"content": ["x"]}`, `{"content": {"_errors": [{"code": "STRING_TYPE_CONVERT", "message": "Could not interpret \"[\"x\"]\" as string."}]}}`},
		{`{"embeds": {"title": "x"}}`, `{"embeds": {"_errors": [{"code": "LIST_TYPE_CONVERT", "message": "Only iterables may be used in a ListType"}]}}`},
		{`{"embeds": ["x"], "tts": "loud"}`, `{"embeds": {"0": {"_errors": [{"code": "MODEL_TYPE_CONVERT", "message": "Only dictionaries may be used in a ModelType"}]}},
			"tts": {"_errors": [{"code": "BOOLEAN_TYPE_CONVERT", "message": "Must be either true or false."}]}}`},
		{`{"embeds": [null]}`, `{"embeds": {"0": {"_errors": [{"code": "LIST_ITEM_VALUE_REQUIRED", "message": "List item values of ModelType are required"}]}}}`},
	} {
		var m wire.MessageInput
		body, err := json.Marshal(wire.Decode([]byte(c.body), &m))
		require.NoError(t, err)
		require.JSONEq(t, `{"code": 50035, "message": "Invalid Form Body", "errors": `+c.errors+`}`, string(body))
	}
	for _, body := range []string{``, `{`, `{} {}`, `x`} {
		require.ErrorIs(t, wire.Decode([]byte(body), &wire.MessageInput{}), problem.InvalidJSON)
	}
}

// Which of its fields a component has in a message depends on its type.
func TestComponentsHaveWhatDiscordAlwaysSends(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		component wire.Component
		json      string
	}{
		{wire.Component{Type: wire.Button, Style: 1, CustomID: "b", Emoji: &wire.ComponentEmoji{Name: "👍"}}, `{"type": 2, "style": 1, "custom_id": "b", "emoji": {"name": "👍"}}`},
		{wire.Component{Type: wire.UserSelect, CustomID: "s"}, `{"type": 5, "custom_id": "s", "min_values": 1, "max_values": 1}`},
		{wire.Component{Type: wire.Thumbnail, Media: &wire.UnfurledMedia{ID: 1, URL: "u", ProxyURL: "p"}}, `{"type": 11, "media": {"id": "1", "url": "u", "proxy_url": "p"}, "description": null, "spoiler": false}`},
		{wire.Component{Type: wire.Separator}, `{"type": 14, "divider": true, "spacing": 1}`},
		{wire.Component{Type: wire.Container}, `{"type": 17, "components": [], "accent_color": null, "spoiler": false}`},
		{wire.Component{Type: wire.FileComponent, Name: "a.txt", Size: 3}, `{"type": 13, "name": "a.txt", "size": 3, "spoiler": false}`},
	} {
		data, err := json.Marshal(c.component)
		require.NoError(t, err)
		require.JSONEq(t, c.json, string(data))
	}
}
