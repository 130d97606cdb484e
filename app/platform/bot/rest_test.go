package bot

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"github.com/disgoorg/disgo/discord"
	"github.com/disgoorg/disgo/events"
	"github.com/disgoorg/disgo/handler"
	"github.com/disgoorg/disgo/rest"
	"github.com/stretchr/testify/require"
)

func TestAResponseWithUnknownTypesIsRead(t *testing.T) {
	t.Parallel()
	mux := http.NewServeMux()
	for path, body := range map[string]string{
		"/v10/guilds/1/channels":    `[` + guildText + `,{"id":"11","type":999}]`,
		"/v10/channels/10/messages": `[` + message(`[{"type":17,"components":[{"type":2},{"type":10,"content":"kept"}]}]`) + `,{"id":"21","attachments":[{"id":"x"}]}]`,
		"/v10/channels/10":          `{"id":"10","type":999}`,
	} {
		mux.HandleFunc(path, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(body)) })
	}
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	api := NewRest("x", server.URL, slog.New(slog.DiscardHandler))

	channels, err := api.GetGuildChannels(1)
	require.NoError(t, err)
	require.Len(t, channels, 1)
	messages, err := api.GetMessages(10, 0, 0, 0, 2)
	require.NoError(t, err)
	require.Len(t, messages, 2)
	require.Len(t, messages[0].Components[0].(discord.ContainerComponent).Components, 1)
	require.Empty(t, messages[1].Attachments)
	_, err = api.GetChannel(10)
	require.ErrorIs(t, err, errUnreadable)
}

func TestACallbackThatDiscordFailsToTakeIsTriedAgain(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		first string // what becomes of the first call
		again bool
		fails bool
	}{
		"one 500":     {"500", true, false},
		"one 503":     {"503", true, false},
		"one cut":     {"cut", true, false},
		"taken":       {"204", false, false},
		"refused":     {"400", false, true},
		"not in time": {"404", false, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var calls atomic.Int32
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				if calls.Add(1) > 1 || c.first == "204" {
					w.WriteHeader(http.StatusNoContent)
					return
				}
				switch c.first {
				case "cut":
					panic(http.ErrAbortHandler)
				case "500":
					w.WriteHeader(http.StatusInternalServerError)
				case "503":
					w.WriteHeader(http.StatusServiceUnavailable)
				case "400":
					w.WriteHeader(http.StatusBadRequest)
				case "404":
					w.WriteHeader(http.StatusNotFound)
				}
			}))
			t.Cleanup(server.Close)
			api := NewRest("x", server.URL, slog.New(slog.DiscardHandler))
			event := &handler.InteractionEvent{InteractionCreate: &events.InteractionCreate{
				Respond: func(kind discord.InteractionResponseType, data discord.InteractionResponseData, opts ...rest.RequestOpt) error {
					return api.CreateInteractionResponse(30, "token", discord.InteractionResponse{Type: kind, Data: data}, opts...)
				},
			}}
			err := beginResponse(event, &Interaction{}).send(t.Context(), Reply{Ephemeral: true, Embeds: []discord.Embed{{Title: "x"}}})
			require.Equal(t, c.fails, err != nil, "%v", err)
			require.Equal(t, c.again, calls.Load() == 2)
		})
	}
}
