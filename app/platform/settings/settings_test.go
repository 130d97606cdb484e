package settings_test

import (
	"encoding/json"
	"net/url"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/platform/fault"
	"github.com/smarter-dev/smarterdev/app/platform/settings"
	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/store/storetest"
	"github.com/smarter-dev/smarterdev/ui"
	"github.com/smarter-dev/smarterdev/ui/i18n"
)

type limits map[string]int64

func (l limits) Check(f *fault.Fields, name string) {
	for key, n := range l {
		if n < 0 {
			f.Add(name, "%s is below 0.", key)
		}
	}
}

type example struct {
	Count  int64  `json:"count" default:"3" minimum:"1" maximum:"5000" unit:"things" label:"How many" help:"or so"`
	Mode   string `json:"mode" default:"quiet" enum:"quiet,loud" label:"How"`
	On     bool   `json:"on" default:"true" label:"Whether"`
	Limits limits `json:"limits" initial:"{\"a\": 1}" maxProperties:"2"`
}

type posted url.Values

func (p posted) PostFormValue(name string) string { return url.Values(p).Get(name) }

func (p posted) Number(f *fault.Fields, name string) *int64 {
	n, err := strconv.ParseInt(p.PostFormValue(name), 10, 64)
	if err != nil {
		return nil
	}
	return &n
}

func TestOneFieldIsAllOfASetting(t *testing.T) {
	t.Parallel()
	d := settings.New[example]("example")
	require.Equal(t, example{3, "quiet", true, limits{"a": 1}}, d.Default())

	fields := d.Fields(i18n.English(), ui.Form{}, d.Default())
	require.Len(t, fields, 3, "those with a label")
	require.Equal(t, ui.Field{Name: "count", Label: "How many", Type: "number", Value: "3", Min: "1", Max: "5000", Unit: "things",
		Help: "1 to 5,000, or so", Required: true}, fields[0])
	require.Equal(t, "select", fields[1].Type)
	require.True(t, fields[2].Checked)

	var f fault.Fields
	patch := d.Read(posted{"count": {"7"}, "mode": {"loud"}}, &f)
	require.Empty(t, f)
	require.NoError(t, d.Check(patch))
	d.Read(posted{}, &f)
	require.Equal(t, "count", f[0].Name, "a number may not be left empty")
}

func TestAPatchNamesEverythingThatIsWrong(t *testing.T) {
	t.Parallel()
	d := settings.New[example]("example")
	for _, c := range []struct{ body, field, says string }{
		{`{"count": 0}`, "count", "a whole number from 1 to 5,000, not 0"},
		{`{"count": 1.5}`, "count", "whole number"},
		{`{"count": "1"}`, "count", "whole number"},
		{`{"mode": "shy"}`, "mode", "quiet, loud"},
		{`{"on": 1}`, "on", "true or false"},
		{`{"limits": {"a": 1, "b": 2, "c": 3}}`, "limits", "at most 2"},
		{`{"limits": {"a": -1}}`, "limits", "below 0"},
		{`{"limits": []}`, "limits", "an object"},
		{`{"other": 1}`, "other", "no such setting"},
	} {
		var patch settings.Patch[example]
		require.NoError(t, json.Unmarshal([]byte(c.body), &patch))
		wrong := fault.As(d.Check(patch))
		require.NotNil(t, wrong, c.body)
		require.Equal(t, c.field, wrong.Fields[0].Name)
		require.Contains(t, wrong.Fields[0].Message, c.says)
	}
}

func TestSettingsAreSavedAndRead(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		d := settings.New[example]("example")
		change := func(patch settings.Patch[example], ifVersion *int64) (settings.Head, example, error) {
			return d.Save(t.Context(), s, settings.Change[example]{Guild: 1, Patch: patch, IfVersion: ifVersion, Actor: store.Actor{Source: store.SourceAPI}})
		}
		head, v, err := d.Load(t.Context(), s, 1)
		require.NoError(t, err)
		require.Zero(t, head.Version)
		require.Equal(t, d.Default(), v)

		head, v, err = change(settings.Set[example]("limits", limits{}).Set("count", 5), new(int64))
		require.NoError(t, err)
		require.EqualValues(t, 1, head.Version)
		require.Equal(t, example{5, "quiet", true, limits{}}, v, "a map replaces the default, and is not added to it")
		_, read, err := d.Load(t.Context(), s, 1)
		require.NoError(t, err)
		require.Equal(t, v, read)
		_, _, err = change(settings.Set[example]("on", false), new(int64))
		require.True(t, fault.Has(err, "stale"))
		_, _, err = change(settings.Set[example]("count", 0), nil)
		require.True(t, fault.Has(err, "invalid"))

		log, err := s.AuditEntries(t.Context(), 1, nil, 5)
		require.NoError(t, err)
		require.Len(t, log, 1)
		before, err := d.Recorded(log[0].Before)
		require.NoError(t, err)
		_, v, err = change(before, nil)
		require.NoError(t, err)
		require.Equal(t, d.Default(), v, "taking the first change back")
	})
}

// A document of another version of the program is read: what it lacks has its default, what is not known is left.
func TestADocumentOfAnotherVersionIsRead(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		_, err := s.UpdateGuildSettings(t.Context(), 1, "example", nil, nil, store.Actor{Source: store.SourceAPI}, func(g store.GuildSettings) (store.GuildSettings, error) {
			g.Doc = json.RawMessage(`{"count": 9, "gone": [1]}`)
			return g, nil
		})
		require.NoError(t, err)
		_, v, err := settings.New[example]("example").Load(t.Context(), s, 1)
		require.NoError(t, err)
		require.Equal(t, example{9, "quiet", true, limits{"a": 1}}, v)
	})
}

func TestTagsThatCannotBeRightPanic(t *testing.T) {
	t.Parallel()
	for _, make := range []func(){
		func() { settings.New[struct{ A int }]("x") },
		func() {
			settings.New[struct {
				A int `json:"a"`
			}]("x")
		},
		func() {
			settings.New[struct {
				A int `json:"a" default:"0" minimum:"1"`
			}]("x")
		},
		func() {
			settings.New[struct {
				A int `json:"a" default:"x"`
			}]("x")
		},
	} {
		require.Panics(t, make, "tags")
	}
}
