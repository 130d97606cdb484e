package app_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/disgoorg/disgo"
	"github.com/disgoorg/disgo/bot"
	"github.com/disgoorg/disgo/discord"
	"github.com/disgoorg/disgo/events"
	"github.com/disgoorg/disgo/gateway"
	"github.com/disgoorg/disgo/rest"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/apptest"
	"github.com/smarter-dev/smarterdev/app/sandbox"
	"github.com/smarter-dev/smarterdev/app/sandbox/sandboxtest"
	"github.com/smarter-dev/smarterdev/store/storetest"
)

// BenchmarkSlashCommand measures reading a balance on SQLite, from the interaction to the answer
// that Discord gets, beside a bot of nothing but disgo that answers the same command with a
// constant. p50-ms and p99-ms are what Discord waits; ns/op has the stand-in's own work in it too.
func BenchmarkSlashCommand(b *testing.B) {
	for name, join := range map[string]func(*testing.B, *stage){
		"echo":    func(b *testing.B, s *stage) { s.echo(b) },
		"balance": func(b *testing.B, s *stage) { apptest.Join(b, s.world, storetest.NewSQLite(b)) },
	} {
		for load, run := range map[string]func(*stage, *testing.B){
			"one-by-one":   (*stage).oneByOne,
			"500-a-second": func(s *stage, b *testing.B) { s.paced(b, 500) },
		} {
			b.Run(name+"/"+load, func(b *testing.B) {
				s := newStage(b)
				join(b, s)
				run(s, b)
			})
		}
	}
}

// stage is a stand-in that notes when the answers to interactions come.
type stage struct {
	world  *sandboxtest.World
	people http.Handler

	mu      sync.Mutex
	came    map[string]time.Time // answers that were quicker than their interaction's id
	waiting map[string]chan time.Time
}

func newStage(b *testing.B) *stage {
	b.Helper()
	s := &stage{came: map[string]time.Time{}, waiting: map[string]chan time.Time{}}
	server := httptest.NewUnstartedServer(nil)
	base := "http://" + server.Listener.Addr().String()
	standIn, err := sandbox.New(sandbox.Config{URL: base + "/api", PlaygroundURL: base + "/sandbox"})
	require.NoError(b, err)
	s.people = http.StripPrefix("/sandbox", standIn.Playground())
	mux := http.NewServeMux()
	mux.Handle("/api/", s.note(http.StripPrefix("/api", standIn.API())))
	mux.Handle("/sandbox/", s.people)
	server.Config.Handler = mux
	server.Start()
	b.Cleanup(func() {
		require.NoError(b, standIn.Close())
		server.CloseClientConnections()
		server.Close()
	})
	s.world = sandboxtest.Dial(b, base+"/sandbox")
	return s
}

// note remembers when an answer arrives, before the stand-in looks at it.
func (s *stage) note(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		at := time.Now()
		next.ServeHTTP(w, r)
		_, rest, found := strings.Cut(r.URL.Path, "/interactions/")
		if !found || r.Method != http.MethodPost {
			return
		}
		id, _, _ := strings.Cut(rest, "/")
		s.mu.Lock()
		defer s.mu.Unlock()
		if c := s.waiting[id]; c != nil {
			delete(s.waiting, id)
			c <- at
			return
		}
		s.came[id] = at
	})
}

// ask lets the n-th member run /bytes balance, and returns how long Discord waited for the answer.
func (s *stage) ask(b *testing.B, n int) time.Duration {
	member := s.world.Members[n%len(s.world.Members)]
	r := httptest.NewRequest(http.MethodPost, "/sandbox/people/"+member.ID.String()+"/channels/"+s.world.ChannelID.String()+"/commands",
		strings.NewReader(`{"command": "bytes balance"}`))
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	began := time.Now()
	s.people.ServeHTTP(w, r)
	var asked struct {
		Interaction string `json:"interaction_id"`
	}
	if json.Unmarshal(w.Body.Bytes(), &asked) != nil || asked.Interaction == "" {
		b.Error("no interaction:", w.Body)
		return 0
	}
	return s.answer(asked.Interaction).Sub(began)
}

func (s *stage) answer(id string) time.Time {
	s.mu.Lock()
	if at, ok := s.came[id]; ok {
		delete(s.came, id)
		s.mu.Unlock()
		return at
	}
	c := make(chan time.Time, 1)
	s.waiting[id] = c
	s.mu.Unlock()
	return <-c
}

// warm lets every person ask once, so that their accounts are there.
func (s *stage) warm(b *testing.B) {
	b.Helper()
	s.world.Ready("bytes")
	s.world.Members = slices.DeleteFunc(s.world.Members, func(m sandbox.Person) bool { return m.Bot })
	for n := range s.world.Members {
		s.ask(b, n)
	}
}

func (s *stage) oneByOne(b *testing.B) {
	b.Helper()
	s.warm(b)
	var took []time.Duration
	for n := 0; b.Loop(); n++ {
		took = append(took, s.ask(b, n))
	}
	report(b, took)
}

// paced asks at a rate, whether or not the answers keep up: a late one is late from when it was due.
func (s *stage) paced(b *testing.B, perSecond int) {
	b.Helper()
	s.warm(b)
	took := make([]time.Duration, b.N)
	var asking sync.WaitGroup
	b.ResetTimer()
	began := time.Now()
	for n := range b.N {
		due := began.Add(time.Duration(n) * time.Second / time.Duration(perSecond))
		<-time.After(time.Until(due))
		asking.Go(func() {
			late := time.Since(due)
			took[n] = late + s.ask(b, n)
		})
	}
	asking.Wait()
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "op/s")
	report(b, took)
}

// echo is a bot of nothing but disgo, with the same command and an answer of the same form.
func (s *stage) echo(b *testing.B) {
	b.Helper()
	answer := discord.NewMessageCreate().WithEmbeds(discord.Embed{
		Title: "Ken's bytes", Description: "**110** bytes", Color: 0x22d3ee,
		Fields: []discord.EmbedField{{Name: "Received", Value: "110 bytes"}, {Name: "Sent", Value: "0 bytes"}, {Name: "Streak", Value: "1 day"}},
	})
	client := bare(b, s.world, gateway.IntentGuilds, bot.WithEventListenerFunc(func(e *events.ApplicationCommandInteractionCreate) {
		if err := e.CreateMessage(answer); err != nil {
			b.Error(err)
		}
	}))
	_, err := client.Rest.SetGuildCommands(client.ApplicationID, s.world.GuildID, []discord.ApplicationCommandCreate{
		discord.SlashCommandCreate{Name: "bytes", Description: "Look at bytes", Options: []discord.ApplicationCommandOption{
			discord.ApplicationCommandOptionSubCommand{Name: "balance", Description: "Show your bytes"},
		}},
	})
	require.NoError(b, err)
}

// bare connects a bot of nothing but disgo.
func bare(b *testing.B, world *sandboxtest.World, intents gateway.Intents, options ...bot.ConfigOpt) *bot.Client {
	b.Helper()
	client, err := disgo.New(world.BotToken, append(options,
		bot.WithLogger(slog.New(slog.DiscardHandler)),
		bot.WithRestClientConfigOpts(rest.WithURL(world.APIURL+"/v10")),
		bot.WithGatewayConfigOpts(gateway.WithIntents(intents)))...)
	require.NoError(b, err)
	require.NoError(b, client.OpenGateway(b.Context()))
	b.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		client.Close(ctx)
	})
	return client
}
