package sandbox_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/sandbox/sandboxtest"
	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
)

// byHand is a bot that receives interactions and answers them as the test says.
type byHand struct {
	*raw
	*socket
}

func (b *byHand) local() string {
	return "/v10/applications/" + b.raw.w.ApplicationID.String() + "/guilds/" + b.raw.w.GuildID.String() + "/commands"
}

func newByHand(t *testing.T, w *sandboxtest.World, commands ...object) *byHand {
	t.Helper()
	b := &byHand{newRaw(t, w), dialGateway(t, w, "").identify(everything)}
	b.ready()
	b.ok("PUT", b.local(), commands)
	return b
}

// asked is an interaction as it arrives.
type asked struct {
	ID      string          `json:"id"`
	Token   string          `json:"token"`
	Type    int             `json:"type"`
	Data    json.RawMessage `json:"data"`
	Member  *wire.Member    `json:"member"`
	User    *wire.User      `json:"user"`
	Message *wire.Message   `json:"message"`
	GuildID string          `json:"guild_id"`
	Channel *wire.Channel   `json:"channel"`
	Context int             `json:"context"`
}

func (b *byHand) asked() (i asked) {
	b.raw.t.Helper()
	require.NoError(b.raw.t, json.Unmarshal(b.next("INTERACTION_CREATE").D, &i))
	return i
}

func (i asked) callback() string { return "/v10/interactions/" + i.ID + "/" + i.Token + "/callback" }

func (b *byHand) webhook(i asked) string {
	return "/v10/webhooks/" + b.raw.w.ApplicationID.String() + "/" + i.Token
}

// meanwhile runs what a person does and waits for its outcome, while the test plays the bot.
func meanwhile[T any](act func() T) (outcome func() T) {
	c := make(chan T, 1)
	go func() {
		defer close(c) // also when the act fails the test
		c <- act()
	}()
	return func() T { return <-c }
}

var plainCommand = object{"name": "go", "description": "Go"}

func TestInteractionDeadlines(t *testing.T) {
	t.Parallel()
	w := sandboxtest.Start(t)
	b := newByHand(t, w, plainCommand)
	ada := w.Member("Ada")
	original := func(i asked) string { return b.webhook(i) + "/messages/@original" }

	t.Run("three seconds", func(t *testing.T) {
		outcome := meanwhile(func() *sandboxtest.Reply { return ada.Run("/go") })
		i := b.asked()
		b.refused(404, 10015, "PATCH", original(i), object{"content": "too early"})
		w.Advance(3 * time.Second)
		require.Equal(t, "The application did not respond", outcome().Failed)
		b.refused(404, 10062, "POST", i.callback(), object{"type": 4, "data": object{"content": "too late"}})
	})
	t.Run("once", func(t *testing.T) {
		outcome := meanwhile(func() *sandboxtest.Reply { return ada.Run("/go") })
		i := b.asked()
		b.ok("POST", i.callback(), object{"type": 5, "data": object{"flags": 64}})
		b.refused(400, 40060, "POST", i.callback(), object{"type": 4, "data": object{"content": "again"}})
		// The first followup fills the deferred answer, which stays ephemeral.
		m := b.ok("POST", b.webhook(i), object{"content": "first"}).(object)
		require.EqualValues(t, 64, m["flags"])
		reply := outcome()
		require.Equal(t, "first", reply.Text())
		require.True(t, reply.Ephemeral())
		second := b.ok("POST", b.webhook(i), object{"content": "second"}).(object)
		require.NotEqual(t, m["id"], second["id"])
		require.Equal(t, "second", reply.Next().Text())
	})
	t.Run("fifteen minutes", func(t *testing.T) {
		outcome := meanwhile(func() *sandboxtest.Reply { return ada.Run("/go") })
		i := b.asked()
		result := b.ok("POST", i.callback()+"?with_response=true", object{"type": 4, "data": object{"content": "hello"}}).(object)
		require.Equal(t, "hello", result["resource"].(object)["message"].(object)["content"])
		reply := outcome()
		b.ok("PATCH", original(i), object{"content": "edited"})
		require.Equal(t, "edited", reply.Next().Text())
		w.Advance(15 * time.Minute)
		b.refused(401, 50027, "PATCH", original(i), object{"content": "too late"})
		b.ok("PATCH", "/v10/channels/"+w.ChannelID.String()+"/messages/"+reply.ID.String(), object{"content": "but the channel is there"})
	})
	t.Run("deleted", func(t *testing.T) {
		outcome := meanwhile(func() *sandboxtest.Reply { return ada.Run("/go") })
		i := b.asked()
		b.ok("POST", i.callback(), object{"type": 5})
		b.ok("DELETE", original(i), nil)
		b.refused(404, 10008, "GET", original(i), nil)
		b.ok("POST", b.webhook(i), object{"content": "instead", "flags": 64})
		reply := outcome()
		require.Equal(t, "instead", reply.Text())
		require.True(t, reply.Ephemeral())
	})
	t.Run("wrong kind", func(t *testing.T) {
		outcome := meanwhile(func() *sandboxtest.Reply { return ada.Run("/go") })
		i := b.asked()
		for _, kind := range []int{1, 6, 7, 8, 13} {
			mistake(t, b.refused(400, 50035, "POST", i.callback(), object{"type": kind}), "type")
		}
		o := b.refused(400, 50035, "POST", i.callback(), object{"type": 4, "data": object{"embeds": []object{{"title": text(257)}}}})
		require.Equal(t, "BASE_TYPE_MAX_LENGTH", mistake(t, o, "data", "embeds", "0", "title"))
		o = b.refused(400, 50035, "POST", i.callback(), object{"type": 9, "data": object{"custom_id": "m", "title": text(46), "components": row(object{"type": 4, "custom_id": "x", "style": 1, "label": "x"})}})
		require.Equal(t, "BASE_TYPE_BAD_LENGTH", mistake(t, o, "data", "title"))
		b.ok("POST", i.callback(), object{"type": 4, "data": object{"content": "right"}})
		require.Equal(t, "right", outcome().Text())
	})
}

func TestEphemeralMessages(t *testing.T) {
	t.Parallel()
	w := sandboxtest.Start(t)
	b := newByHand(t, w, plainCommand)
	ada, ken := w.Member("Ada"), w.Member("Ken")
	outcome := meanwhile(func() *sandboxtest.Reply { return ada.Run("/go") })
	i := b.asked()
	b.ok("POST", i.callback(), object{"type": 4, "data": object{"content": "psst", "flags": 64, "components": row(button("/b"))}})
	reply := outcome()

	var heard object
	require.NoError(t, json.Unmarshal(b.next("MESSAGE_CREATE").D, &heard))
	require.Nil(t, heard["guild_id"])
	require.Len(t, ada.Messages(w.ChannelID), 1)
	require.Empty(t, ken.Messages(w.ChannelID))
	message := "/v10/channels/" + w.ChannelID.String() + "/messages/" + reply.ID.String()
	b.refused(404, 10008, "GET", message, nil)
	b.refused(404, 10008, "PATCH", message, object{"content": "x"})
	_, err := reply.As(ken).TryPress("b")
	require.Error(t, err)

	pressed := meanwhile(func() *sandboxtest.Reply { return reply.Press("b") })
	press := b.asked()
	require.Equal(t, 3, press.Type)
	require.Equal(t, "psst", press.Message.Content)
	b.ok("POST", press.callback(), object{"type": 7, "data": object{"content": "pressed", "components": []object{}}})
	after := pressed()
	require.Equal(t, "pressed", after.Text())
	require.Empty(t, after.Buttons())
	for _, e := range ken.Seen() {
		require.NotContains(t, string(e.Data), "psst")
	}
	reply.Delete()
	require.Empty(t, ada.Messages(w.ChannelID))
}

func TestOptionsAreChecked(t *testing.T) {
	t.Parallel()
	w := sandboxtest.Start(t)
	option := func(kind int, name string, more object) object {
		o := object{"type": kind, "name": name, "description": name}
		for k, v := range more {
			o[k] = v
		}
		return o
	}
	b := newByHand(t, w,
		object{"name": "pay", "description": "Pay", "options": []object{
			option(1, "now", object{"options": []object{
				option(6, "whom", object{"required": true}),
				option(4, "much", object{"required": true, "min_value": 1, "max_value": 10}),
				option(3, "why", object{"max_length": 5}),
				option(3, "how", object{"choices": []object{{"name": "Cash", "value": "cash"}}}),
				option(8, "role", nil), option(7, "where", object{"channel_types": []int{0}}), option(10, "rate", nil), option(5, "sure", nil),
			}}),
			option(2, "later", object{"options": []object{option(1, "maybe", nil)}}),
		}},
		object{"name": "Look", "type": 2}, object{"name": "Quote", "type": 3},
	)
	ada, ken := w.Member("Ada"), w.Member("Ken")
	good := sandboxtest.Options{"whom": ken.ID, "much": 5}
	for name, c := range map[string]struct {
		command string
		options sandboxtest.Options
		code    int
	}{
		"unknown command":    {"/nothing", nil, 10063},
		"bare":               {"/pay", nil, 50035},
		"unknown subcommand": {"/pay never", nil, 50035},
		"missing":            {"/pay now", sandboxtest.Options{"much": 5}, 50035},
		"unknown option":     {"/pay now", sandboxtest.Options{"what": 5}, 50035},
		"too small":          {"/pay now", sandboxtest.Options{"much": 0}, 50035},
		"too large":          {"/pay now", sandboxtest.Options{"much": 11}, 50035},
		"no integer":         {"/pay now", sandboxtest.Options{"much": 1.5}, 50035},
		"no number":          {"/pay now", sandboxtest.Options{"rate": "x"}, 50035},
		"too long":           {"/pay now", sandboxtest.Options{"why": text(6)}, 50035},
		"no choice":          {"/pay now", sandboxtest.Options{"how": "card"}, 50035},
		"no user":            {"/pay now", sandboxtest.Options{"whom": "123"}, 50035},
		"no role":            {"/pay now", sandboxtest.Options{"role": ken.ID}, 50035},
		"wrong channel":      {"/pay now", sandboxtest.Options{"where": w.Channel("Lounge")}, 50035},
		"no boolean":         {"/pay now", sandboxtest.Options{"sure": "yes"}, 50035},
	} {
		t.Run(name, func(t *testing.T) {
			options := sandboxtest.Options{}
			for _, o := range []sandboxtest.Options{good, c.options} {
				for k, v := range o {
					options[k] = v
				}
			}
			if name == "missing" {
				delete(options, "whom")
			}
			_, err := ada.TryRun(c.command, options)
			var refused *sandboxtest.Refused
			require.ErrorAs(t, err, &refused)
			require.Equal(t, c.code, refused.Code, "%v", err)
		})
	}

	outcome := meanwhile(func() *sandboxtest.Reply {
		return ada.Run("/pay now", good, sandboxtest.Options{"role": w.Role("Regular"), "where": w.ChannelID, "how": "cash"})
	})
	i := b.asked()
	var data struct {
		Options []struct {
			Name    string
			Options []struct {
				Name  string
				Value any
			}
		}
		Resolved wire.Resolved
	}
	require.NoError(t, json.Unmarshal(i.Data, &data))
	require.Equal(t, "now", data.Options[0].Name)
	require.Len(t, data.Options[0].Options, 5)
	require.EqualValues(t, 5, data.Options[0].Options[1].Value)
	require.Equal(t, "ken", data.Resolved.Users[ken.ID.String()].Username)
	require.NotNil(t, data.Resolved.Members[ken.ID.String()].Permissions)
	require.Equal(t, "Regular", data.Resolved.Roles[w.Role("Regular").String()].Name)
	require.Equal(t, "general", data.Resolved.Channels[w.ChannelID.String()].Label())
	require.Equal(t, ada.ID, i.Member.User.ID)
	require.NotNil(t, i.Member.Permissions)
	b.ok("POST", i.callback(), object{"type": 4, "data": object{"content": "paid"}})
	answer := outcome()
	require.Equal(t, "pay now", answer.InteractionMetadata.Name)
	require.Equal(t, 20, answer.Type)

	said := ken.Write(w.ChannelID, "wise words")
	quoted := meanwhile(func() *sandboxtest.Reply { return ada.MenuOn("Quote", said) })
	i = b.asked()
	require.NoError(t, json.Unmarshal(i.Data, &data))
	require.Equal(t, "wise words", data.Resolved.Messages[said.ID.String()].Content)
	b.ok("POST", i.callback(), object{"type": 4, "data": object{"content": "> wise words"}})
	require.Equal(t, 23, quoted().Type)
}

func TestComponentsAndModals(t *testing.T) {
	t.Parallel()
	w := sandboxtest.Start(t)
	b := newByHand(t, w, plainCommand)
	ada := w.Member("Ada")
	post := func(components []object) *sandboxtest.Message {
		b.ok("POST", "/v10/channels/"+w.ChannelID.String()+"/messages", object{"content": "choose", "components": components})
		return ada.Messages(w.ChannelID)[len(ada.Messages(w.ChannelID))-1]
	}
	off := button("off")
	off["disabled"] = true
	_, err := post(row(off, button("on"))).As(ada).TryPress("off")
	require.ErrorContains(t, err, "COMPONENT_VALIDATION_FAILED")

	m := post(append(row(selectOf(3)), row(object{"type": 5, "custom_id": "u"})...))
	chosen := meanwhile(func() *sandboxtest.Reply { return m.Select("s", text(2)) })
	i := b.asked()
	require.JSONEq(t, `["xx"]`, string(field(t, i.Data, "values")))
	b.ok("POST", i.callback(), object{"type": 6})
	b.ok("PATCH", b.webhook(i)+"/messages/@original", object{"content": "chosen"})
	require.Equal(t, "chosen", chosen().Text())

	opened := meanwhile(func() *sandboxtest.Reply { return m.Select("u", w.Member("Ken").ID.String()) })
	i = b.asked()
	require.Contains(t, string(field(t, i.Data, "resolved")), `"ken"`)
	b.ok("POST", i.callback(), object{"type": 9, "data": object{"custom_id": "form", "title": "A form", "components": []object{
		{"type": 18, "label": "Why", "component": object{"type": 4, "custom_id": "why", "style": 1, "min_length": 3}},
		{"type": 18, "label": "Which", "component": selectOf(2)},
	}}})
	modal := opened()
	require.Equal(t, "A form", modal.Modal.Title)
	submitted := meanwhile(func() *sandboxtest.Reply { return modal.Submit(map[string]string{"Why": "because", "s": text(1)}) })
	i = b.asked()
	require.Equal(t, 5, i.Type)
	require.Equal(t, m.ID, i.Message.ID)
	require.Contains(t, string(i.Data), `"value":"because"`)
	require.Contains(t, string(i.Data), `"values":["x"]`)
	b.ok("POST", i.callback(), object{"type": 7, "data": object{"content": "thanks"}})
	require.Equal(t, "thanks", submitted().Text())
}

func field(t *testing.T, data json.RawMessage, name string) json.RawMessage {
	t.Helper()
	var o map[string]json.RawMessage
	require.NoError(t, json.Unmarshal(data, &o))
	return o[name]
}

func TestWhoMayUseACommand(t *testing.T) {
	t.Parallel()
	w := sandboxtest.Start(t)
	b := newByHand(t, w, plainCommand, object{"name": "ban", "description": "Ban", "default_member_permissions": "4"},
		object{"name": "none", "description": "Admins only", "default_member_permissions": "0"})
	may := func(p *sandboxtest.Person, channel string) (names []string) {
		for _, c := range p.State(w.Channel(channel)).Channel.Commands {
			names = append(names, c.Name)
		}
		return names
	}
	ada, grace, ken := w.Member("Ada"), w.Member("Grace"), w.Member("Ken")
	require.Equal(t, []string{"go", "ban", "none"}, may(ada, "general"))
	require.Equal(t, []string{"go", "ban"}, may(grace, "general"))
	require.Equal(t, []string{"go"}, may(ken, "general"))

	var commands []struct{ ID, Name string }
	list, err := json.Marshal(b.ok("GET", b.local(), nil))
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(list, &commands))
	ada.Override(commands[1].ID, wire.CommandPermission{ID: ken.ID, Type: 2, Permission: true},
		wire.CommandPermission{ID: w.Channel("code-help"), Type: 3, Permission: false})
	require.Equal(t, []string{"go", "ban"}, may(ken, "general"))
	require.Equal(t, []string{"go"}, may(ken, "code-help"))
	b.next("APPLICATION_COMMAND_PERMISSIONS_UPDATE")
	require.Len(t, b.ok("GET", b.local()+"/"+commands[1].ID+"/permissions", nil).(object)["permissions"], 2)
	b.refused(404, 10066, "GET", b.local()+"/"+commands[0].ID+"/permissions", nil)
}

func TestCommandsAreChecked(t *testing.T) {
	t.Parallel()
	w := sandboxtest.Start(t)
	b := newRaw(t, w)
	commands := "/v10/applications/" + w.ApplicationID.String() + "/commands"
	options := func(n int) []object {
		list := make([]object, n)
		for i := range list {
			list[i] = object{"type": 3, "name": text(i + 1), "description": "d"}
		}
		return list
	}
	for _, c := range []struct {
		command object
		path    []string
		code    string
	}{
		{object{"name": "Big", "description": "d"}, []string{"name"}, "APPLICATION_COMMAND_INVALID_NAME"},
		{object{"name": "two words", "description": "d"}, []string{"name"}, "APPLICATION_COMMAND_INVALID_NAME"},
		{object{"name": text(33), "description": "d"}, []string{"name"}, "BASE_TYPE_BAD_LENGTH"},
		{object{"name": "a", "description": ""}, []string{"description"}, "BASE_TYPE_REQUIRED"},
		{object{"name": "a", "description": text(101)}, []string{"description"}, "BASE_TYPE_BAD_LENGTH"},
		{object{"name": "a", "description": "d", "options": options(26)}, []string{"options"}, "BASE_TYPE_MAX_LENGTH"},
		{object{"name": "a", "description": "d", "options": append(options(1), object{"type": 3, "name": "r", "description": "d", "required": true})}, []string{"options", "1"}, "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID"},
		{object{"name": "a", "description": "d", "options": append(options(1), options(1)...)}, []string{"options", "1", "name"}, "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS"},
		{object{"name": "a", "description": "d", "options": []object{{"type": 12, "name": "x", "description": "d"}}}, []string{"options", "0", "type"}, "BASE_TYPE_CHOICES"},
		{object{"name": "a", "description": "d", "options": []object{{"type": 4, "name": "x", "description": "d", "choices": []object{{"name": "c", "value": "text"}}}}}, []string{"options", "0", "choices", "0", "value"}, "NUMBER_TYPE_COERCE"},
		{object{"name": "Menu", "type": 2, "description": "d"}, []string{"description"}, "APPLICATION_COMMAND_CONTEXT_MENU_DESCRIPTION"},
		{object{"name": "a", "type": 9}, []string{"type"}, "BASE_TYPE_CHOICES"},
	} {
		o := b.refused(400, 50035, "PUT", commands, []object{c.command})
		require.Equal(t, c.code, mistake(t, o, append([]string{"0"}, c.path...)...), "%v", o)
	}
	twice := []object{{"name": "a", "description": "d"}, {"name": "a", "description": "d"}}
	require.Equal(t, "APPLICATION_COMMANDS_DUPLICATE_NAME", mistake(t, b.refused(400, 50035, "PUT", commands, twice), "1", "name"))
	var many []object
	for i := range 101 {
		many = append(many, object{"name": "c" + text(i%30) + string(rune('a'+i/30)), "description": "d"})
	}
	b.refused(400, 30032, "PUT", commands, many)

	first := b.ok("PUT", commands, []object{{"name": "a", "description": "d"}, {"name": "ü-1", "description": "d"}}).([]any)
	second := b.ok("PUT", commands, []object{{"name": "a", "description": "other"}, {"name": "Menu", "type": 2}}).([]any)
	require.Equal(t, first[0].(object)["id"], second[0].(object)["id"], "a command keeps its id")
	require.NotEqual(t, first[0].(object)["version"], second[0].(object)["version"])
	id := second[0].(object)["id"].(string)
	resp, _ := b.send("POST", commands, object{"name": "new", "description": "d"})
	require.Equal(t, 201, resp.StatusCode)
	resp, _ = b.send("POST", commands, object{"name": "new", "description": "e"})
	require.Equal(t, 200, resp.StatusCode)
	require.Equal(t, "changed", b.ok("PATCH", commands+"/"+id, object{"description": "changed"}).(object)["description"])
	b.ok("DELETE", commands+"/"+id, nil)
	b.refused(404, 10063, "GET", commands+"/"+id, nil)
	b.refused(403, 20012, "GET", "/v10/applications/1/commands", nil)
	require.Len(t, b.ok("GET", commands, nil), 2)
}

func TestInteractionsInDirectMessages(t *testing.T) {
	t.Parallel()
	w := sandboxtest.Start(t)
	b := newByHand(t, w)
	b.ok("PUT", "/v10/applications/"+w.ApplicationID.String()+"/commands", []object{plainCommand, {"name": "guild-only", "description": "d", "contexts": []int{0}}})
	ken := w.Member("Ken")
	ken = ken.In(ken.Direct())
	_, err := ken.TryRun("/guild-only")
	require.ErrorContains(t, err, "10063")
	outcome := meanwhile(func() *sandboxtest.Reply { return ken.Run("/go") })
	i := b.asked()
	require.Equal(t, ken.ID, i.User.ID)
	require.Nil(t, i.Member)
	require.Empty(t, i.GuildID)
	require.Equal(t, 1, i.Context)
	b.ok("POST", i.callback(), object{"type": 4, "data": object{"content": "hello"}})
	require.Equal(t, "hello", outcome().Text())
}
