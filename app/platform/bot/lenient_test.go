package bot

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/disgoorg/disgo/discord"
	"github.com/disgoorg/disgo/gateway"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"
)

const (
	guildText = `{"id":"10","type":0,"name":"general","position":1,"permission_overwrites":[]}`
	author    = `"author":{"id":"5","username":"ada","discriminator":"0"}`
	member    = `"member":{"user":{"id":"5","username":"ada","discriminator":"0"},"roles":[],"joined_at":"2026-01-02T03:04:05Z","permissions":"8"}`
)

func message(components string) string {
	return `{"id":"20","channel_id":"10","guild_id":"1","type":0,"content":"hello","timestamp":"2026-01-02T03:04:05Z",` + author + `,"components":` + components + `}`
}

func guild(channels, threads string) string {
	return `{"id":"1","name":"Smarter Dev","owner_id":"5","joined_at":"2026-01-02T03:04:05Z","roles":[],"emojis":[],"members":[{"user":{"id":"5","username":"ada","discriminator":"0"},"roles":[],"joined_at":"2026-01-02T03:04:05Z"}],"channels":` + channels + `,"threads":` + threads + `}`
}

func command(channel, data string) string {
	return `{"id":"30","application_id":"2","type":2,"token":"t","version":1,"guild_id":"1","channel_id":"10",` + member + `,"channel":` + channel + `,"data":` + data + `}`
}

func TestWhatCannotBeReadIsLeftOutAlone(t *testing.T) {
	t.Parallel()
	const slash = `{"id":"31","name":"bytes","type":1,"options":[{"name":"amount","type":4,"value":3}]}`
	type payload struct {
		name  string
		event gateway.EventType
		data  string
		keeps string // of what is decoded; empty: nothing is
		skips []string
	}
	var table []payload
	add := func(name string, event gateway.EventType, data, keeps string, skips ...string) {
		table = append(table, payload{name, event, data, keeps, skips})
	}
	add("a guild with an invented channel", gateway.EventTypeGuildCreate, guild(`[`+guildText+`,{"id":"11","type":999,"name":"x"},{"id":"12","type":998}]`, `[]`), "general", "channels[]", "channels[]")
	add("a guild with an invented thread", gateway.EventTypeGuildCreate, guild(`[`+guildText+`]`, `[{"id":"13","type":777}]`), "general")
	for kind := discord.ChannelType(0); kind <= 20; kind++ { // 14 is a directory, 17 and more are not given out
		add(fmt.Sprint("a guild with a channel of type ", kind), gateway.EventTypeGuildCreate, guild(`[`+guildText+fmt.Sprintf(`,{"id":"11","type":%d,"name":"x"}]`, kind), `[]`), "general")
		add(fmt.Sprint("a command in a channel of type ", kind), gateway.EventTypeInteractionCreate, command(fmt.Sprintf(`{"id":"10","type":%d}`, kind), slash), "bytes")
	}
	add("a command in a category", gateway.EventTypeInteractionCreate, command(`{"id":"10","type":4,"name":"x"}`, slash), "bytes", "channel")
	add("a command that names an invented channel", gateway.EventTypeInteractionCreate, command(guildText, `{"id":"31","name":"bytes","type":1,"resolved":{"channels":{"11":{"id":"11","type":999}}}}`), "bytes")
	add("a command with an option of an invented type", gateway.EventTypeInteractionCreate, command(guildText, `{"id":"31","name":"bytes","type":1,"options":[{"name":"amount","type":99,"value":{}}]}`), "bytes")
	add("a command of an invented type in a category", gateway.EventTypeInteractionCreate, command(`{"id":"10","type":4}`, `{"id":"31","name":"bytes","type":99}`), "", "")
	add("an interaction of an invented type", gateway.EventTypeInteractionCreate, `{"id":"30","application_id":"2","type":77,"token":"t","version":1}`, "", "")
	add("a channel of an invented type", gateway.EventTypeChannelCreate, `{"id":"11","type":999,"guild_id":"1"}`, "", "")
	for kind := range 61 { // Discord gives out 0 to 46, with gaps
		add(fmt.Sprint("a message of type ", kind), gateway.EventTypeMessageCreate, strings.Replace(message(`[]`), `"type":0`, fmt.Sprintf(`"type":%d`, kind), 1), "hello")
	}
	for kind := 1; kind <= 40; kind++ { // Discord gives out 1 to 23
		c := fmt.Sprintf(`{"type":%d,"id":4,"custom_id":"/x","content":"x","label":"x","style":1,"components":[],"options":[],"items":[]}`, kind)
		add(fmt.Sprint("a component of type ", kind), gateway.EventTypeMessageCreate, message(`[`+c+`]`), "hello")
		add(fmt.Sprintf("a component of type %d in a row", kind), gateway.EventTypeMessageCreate, message(`[{"type":1,"components":[`+c+`]}]`), "hello")
		add(fmt.Sprintf("a component of type %d in a container", kind), gateway.EventTypeMessageCreate, message(`[{"type":17,"components":[{"type":10,"content":"kept text"},`+c+`]}]`), "kept text")
		add(fmt.Sprintf("a component of type %d in a section", kind), gateway.EventTypeMessageUpdate, message(`[{"type":9,"components":[],"accessory":`+c+`}]`), "hello")
	}
	add("a component in a container that the library allows only in a row", gateway.EventTypeMessageCreate, message(`[{"type":17,"components":[{"type":10,"content":"kept text"},{"type":2}]}]`), "kept text", "components[].components[]")
	add("an answer to a message with such a component", gateway.EventTypeMessageCreate, strings.Replace(message(`[]`), `"type":0`, `"type":19,"referenced_message":`+message(`[{"type":17,"components":[{"type":2}]}]`), 1), "hello", "referenced_message.components[].components[]")
	add("not an id", gateway.EventTypeMessageCreate, strings.Replace(message(`[]`), `"components":[]`, `"attachments":[{"id":"x"}]`, 1), "hello", "attachments[]")
	add("an unknown event", "SOMETHING_NEW", `{"a":[1,2]}`, "a")
	add("no object at all", gateway.EventTypeMessageCreate, `17`, "", "")

	for _, c := range table {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			require.True(t, json.Valid([]byte(c.data)), c.data)
			var log bytes.Buffer
			metrics := prometheus.NewRegistry()
			l := newLenient(slog.New(slog.NewTextHandler(&log, nil)), metrics)
			for range 2 {
				var event gateway.EventData
				err := l.read(string(c.event), []byte(c.data), func(data []byte) (err error) {
					event, err = gateway.UnmarshalEventData(data, c.event)
					return err
				})
				if c.keeps == "" {
					require.ErrorIs(t, err, errUnreadable)
					continue
				}
				require.NoError(t, err)
				require.Contains(t, fmt.Sprintf("%+v %s", event, event), c.keeps)
			}
			if c.skips != nil {
				require.InDelta(t, 2*len(c.skips), value(t, metrics, "smarterdev_discord_unreadable_total"), 0)
			}
			lines := map[string]bool{}
			for _, line := range strings.Split(strings.TrimSpace(log.String()), "\n") {
				_, what, _ := strings.Cut(line, "level=")
				require.False(t, lines[what], "said twice: %s", line)
				lines[what] = true
			}
			for _, path := range c.skips {
				if path != "" {
					require.Contains(t, log.String(), "path="+path)
				}
			}
		})
	}
}

func TestALargeGuildWithUnknownChannelsIsRead(t *testing.T) {
	t.Parallel()
	var members, channels []string
	for i := range 3000 {
		members = append(members, fmt.Sprintf(`{"user":{"id":"%d","username":"ada","discriminator":"0"},"roles":[],"joined_at":"2026-01-02T03:04:05Z"}`, 1000+i))
	}
	for i := range 400 {
		kind := 0
		if i%150 == 0 {
			kind = 999
		}
		channels = append(channels, fmt.Sprintf(`{"id":"%d","type":%d,"name":"c"}`, 5000+i, kind))
	}
	data := strings.Replace(guild(`[`+strings.Join(channels, ",")+`]`, `[]`), `"members":[`, `"members":[`+strings.Join(members, ",")+`,`, 1)
	metrics := prometheus.NewRegistry()
	l := newLenient(slog.New(slog.DiscardHandler), metrics)
	var event gateway.EventData
	tries := 0
	require.NoError(t, l.read("GUILD_CREATE", []byte(data), func(data []byte) (err error) {
		tries++
		event, err = gateway.UnmarshalEventData(data, gateway.EventTypeGuildCreate)
		return err
	}))
	g := event.(gateway.EventGuildCreate)
	require.Len(t, g.Channels, 397)
	require.Len(t, g.Members, 3001)
	require.InDelta(t, 3, value(t, metrics, "smarterdev_discord_unreadable_total"), 0)
	require.Less(t, tries, 100)
}
