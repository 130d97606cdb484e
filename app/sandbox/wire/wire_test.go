package wire_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/sandbox/problem"
	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
)

func TestTimesAreDiscords(t *testing.T) {
	t.Parallel()
	at := wire.At(time.Date(2026, 2, 3, 4, 5, 6, 789_123_456, time.FixedZone("", 3600)))
	data, err := json.Marshal(at)
	require.NoError(t, err)
	require.Equal(t, `"2026-02-03T03:05:06.789000+00:00"`, string(data))
	var back wire.Time
	require.NoError(t, json.Unmarshal(data, &back))
	require.True(t, at.Equal(back.Time))
	require.NoError(t, json.Unmarshal([]byte(`"2026-02-03T03:05:06Z"`), &back))
	require.Error(t, json.Unmarshal([]byte(`"yesterday"`), &back))
}

func TestPermissionsAreStrings(t *testing.T) {
	t.Parallel()
	data, err := json.Marshal(wire.BanMembers | wire.ModerateMembers)
	require.NoError(t, err)
	require.Equal(t, `"1099511627780"`, string(data))
	var p wire.Permissions
	for _, text := range []string{`"8"`, `8`} {
		require.NoError(t, json.Unmarshal([]byte(text), &p))
		require.Equal(t, wire.Administrator, p)
	}
	require.True(t, wire.AllPermissions.Has(wire.BypassSlowmode|wire.CreateInstantInvite))
}

func TestOptTellsAbsentFromNull(t *testing.T) {
	t.Parallel()
	var in struct{ A, B, C wire.Opt[string] }
	require.NoError(t, json.Unmarshal([]byte(`{"B": null, "C": "x"}`), &in))
	require.False(t, in.A.Set)
	require.True(t, in.B.Set && in.B.Null)
	require.Nil(t, in.B.Pointer())
	require.Equal(t, "x", *in.C.Pointer())
}

func TestComponentsGetIDs(t *testing.T) {
	t.Parallel()
	list := []wire.Component{
		{Type: wire.ActionRow, ID: 2, Components: []wire.Component{{Type: wire.Button}, {Type: wire.Button}}},
		{Type: wire.Section, Accessory: &wire.Component{Type: wire.Thumbnail}},
	}
	numbered := wire.Number(list)
	seen := map[int]bool{}
	wire.Walk(numbered, func(c *wire.Component) {
		require.NotZero(t, c.ID)
		require.False(t, seen[c.ID])
		seen[c.ID] = true
	})
	require.Len(t, seen, 5)
	require.Equal(t, 2, numbered[0].ID)
	require.Zero(t, list[0].Components[0].ID, "the list itself stays as it was")
	require.Zero(t, list[1].Accessory.ID)
}

func TestComponentsV2(t *testing.T) {
	t.Parallel()
	check := func(v2 bool, list ...wire.Component) error {
		f := problem.NewForm()
		wire.CheckComponents(f, list, v2)
		return f.Err()
	}
	text := wire.Component{Type: wire.TextDisplay, Content: "hello"}
	container := wire.Component{Type: wire.Container, Components: []wire.Component{text, {Type: wire.Separator}}}
	section := wire.Component{Type: wire.Section, Components: []wire.Component{text}, Accessory: &wire.Component{Type: wire.Thumbnail, Media: &wire.UnfurledMedia{URL: "https://example.org/a.png"}}}
	require.NoError(t, check(true, text, container, section))
	require.Error(t, check(false, text))
	section.Accessory = nil
	require.ErrorContains(t, check(true, section), "accessory")
	require.Error(t, check(true, wire.Component{Type: wire.Container, Components: []wire.Component{container}}))
	many := make([]wire.Component, 41)
	for i := range many {
		many[i] = text
	}
	require.Error(t, check(true, many...))

	in := wire.MessageInput{Content: wire.Given("text"), Components: wire.Given([]wire.Component{text})}
	f := problem.NewForm()
	in.Check(f, wire.FlagComponentsV2)
	require.ErrorContains(t, f.Err(), "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2")
}

func TestChoicesOfAutocomplete(t *testing.T) {
	t.Parallel()
	choices := make([]wire.Choice, 26)
	for i := range choices {
		choices[i] = wire.Choice{Name: "n", Value: json.RawMessage(`"v"`)}
	}
	check := func(list []wire.Choice, option int) error {
		f := problem.NewForm()
		wire.CheckChoices(f, list, option)
		return f.Err()
	}
	require.NoError(t, check(choices[:25], wire.StringOption))
	require.ErrorContains(t, check(choices, wire.StringOption), "25 or fewer")
	require.ErrorContains(t, check(choices[:1], wire.IntegerOption), "NUMBER_TYPE_COERCE")
}

// Whatever a client sends as a body, checking it ends in a refusal or in nothing, never in a panic.
func FuzzBodies(f *testing.F) {
	for _, text := range []string{
		`{"content":"x","embeds":[{"title":"t","fields":[{"name":"n","value":"v"}]}]}`,
		`{"components":[{"type":1,"components":[{"type":3,"custom_id":"s","options":[{"label":"l","value":"v"}]}]}],"flags":32768}`,
		`{"type":9,"data":{"custom_id":"m","title":"t","components":[{"type":18,"label":"l","component":{"type":4,"custom_id":"x","style":1}}]}}`,
		`{"name":"a","description":"d","options":[{"type":1,"name":"b","description":"c","options":[{"type":4,"name":"n","description":"d","choices":[{"name":"c","value":1}]}]}]}`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var m wire.MessageInput
		if json.Unmarshal(data, &m) == nil {
			m.Check(problem.NewForm(), m.Flags.Value)
			wire.Number(m.Components.Value)
		}
		var cb wire.Callback
		if json.Unmarshal(data, &cb) == nil {
			wire.CheckModal(problem.NewForm(), cb.Data.Components.Value)
			wire.CheckChoices(problem.NewForm(), cb.Data.Choices, cb.Type)
		}
		var c wire.Command
		if json.Unmarshal(data, &c) == nil {
			form := problem.NewForm()
			c.Check(form)
			if err := form.Err(); err != nil {
				if _, jsonErr := json.Marshal(err); jsonErr != nil {
					t.Fatal(jsonErr)
				}
			}
		}
	})
}
