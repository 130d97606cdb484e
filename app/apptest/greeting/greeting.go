// Package greeting is a feature that a test adds to the product. It has a surface of every sort, and nothing
// outside of its folder names it but the one line in the list of features.
package greeting

import (
	"context"
	_ "embed"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"github.com/disgoorg/disgo/discord"
	"github.com/disgoorg/disgo/events"
	"github.com/disgoorg/disgo/gateway"
	"github.com/disgoorg/snowflake/v2"

	"github.com/smarter-dev/smarterdev/app/platform"
	"github.com/smarter-dev/smarterdev/app/platform/api"
	"github.com/smarter-dev/smarterdev/app/platform/bot"
	"github.com/smarter-dev/smarterdev/app/platform/dashboard"
	"github.com/smarter-dev/smarterdev/app/platform/fault"
	"github.com/smarter-dev/smarterdev/app/platform/finding"
	"github.com/smarter-dev/smarterdev/app/platform/jobs"
	"github.com/smarter-dev/smarterdev/app/platform/outbox"
	"github.com/smarter-dev/smarterdev/app/platform/settings"
	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/ui"
	"github.com/smarter-dev/smarterdev/ui/i18n"
)

// Template is the page, for the folder ui/greeting of the product's files.
//
//go:embed settings.html
var Template []byte

// Settings is what a guild sets.
type Settings struct {
	Text string `json:"text" default:"Welcome!" maxLength:"50" label:"Greeting" help:"what the bot says" doc:"What the bot says." example:"Welcome!"`
	On   bool   `json:"on" default:"true" label:"Greet" doc:"Whether it says anything." example:"true"`
}

// Config is a guild's settings with when they were saved.
type Config struct {
	settings.Head
	Settings
}

type service struct {
	store    *store.Store
	document *settings.Document[Settings]
}

// Feature is greetings as the program mounts them.
func Feature(s *store.Store, log *slog.Logger) platform.Feature {
	g := service{s, settings.New[Settings]("greeting")}
	return platform.Feature{
		Name: "greeting",
		Commands: []discord.ApplicationCommandCreate{
			discord.SlashCommandCreate{Name: "greet", Description: "Say the greeting"},
		},
		Interactions: func(m *bot.Mux) { m.Command("/greet", g.greet) },
		Listeners:    func(l *bot.Listeners) { g.listen(l, log) },
		Jobs:         func(r *jobs.Registry) { jobs.Work(r, g.answer) },
		API:          g.api,
		Scopes:       []api.ScopeInfo{{Scope: "greeting", Help: i18n.M("Change the greeting")}},
		Pages:        g.pages,
		Findings:     finding.InGuild(g.findings),
	}
}

func (g service) load(ctx context.Context, guild snowflake.ID) (Config, error) {
	head, cfg, err := g.document.Load(ctx, g.store, guild)
	return Config{head, cfg}, err
}

func (g service) configure(ctx context.Context, guild snowflake.ID, patch settings.Patch[Settings], version *int64, actor store.Actor) (Config, error) {
	head, cfg, err := g.document.Save(ctx, g.store, settings.Change[Settings]{Guild: guild, Patch: patch, IfVersion: version, Actor: actor, At: time.Now()})
	return Config{head, cfg}, err
}

func (g service) greet(ctx context.Context, i *bot.Interaction) (bot.Reply, error) {
	cfg, err := g.load(ctx, i.Guild)
	if err != nil {
		return bot.Reply{}, err
	}
	if !cfg.On {
		return bot.Reply{}, fault.New(fault.Refused, "greeting_off", "Nobody is greeted here.")
	}
	return bot.Public(bot.Success(i.T("Greeting"), bot.Escape(cfg.Text))), nil
}

// hello is somebody who said hello in a channel.
type hello struct {
	Guild   snowflake.ID `json:"guild"`
	Channel snowflake.ID `json:"channel"`
	User    snowflake.ID `json:"user"`
}

// Kind names the job in the queue.
func (hello) Kind() string { return "greeting_answer" }

func (g service) listen(l *bot.Listeners, log *slog.Logger) {
	l.Require(gateway.IntentGuildMessages)
	l.Prefer(gateway.IntentMessageContent, i18n.M("Nobody is greeted who says hello."))
	queue := bot.NewQueue(l, bot.QueueConfig[hello]{
		Name: "hellos", Size: 100, Workers: 1,
		Key: func(h hello) bot.Key { return bot.Key{Guild: h.Guild} },
		Work: func(ctx context.Context, h hello) {
			if err := g.store.Enqueue(ctx, h); err != nil {
				log.ErrorContext(ctx, "a hello is not answered", "error", err)
			}
		},
	})
	bot.On(l, func(e *events.GuildMessageCreate) {
		if !e.Message.Author.Bot && e.Message.Content == "hello" {
			queue.Add(hello{e.GuildID, e.ChannelID, e.Message.Author.ID})
		}
	})
}

func (g service) answer(ctx context.Context, h hello) error {
	cfg, err := g.load(ctx, h.Guild)
	if err != nil || !cfg.On {
		return err
	}
	return g.store.Enqueue(ctx, outbox.Post(h.Guild, h.Channel, discord.MessageCreate{
		Embeds: []discord.Embed{bot.Info("", bot.Escape(cfg.Text)+" "+bot.Mention(h.User))},
	}))
}

func (g service) findings(ctx context.Context, guild snowflake.ID) ([]finding.Finding, error) {
	cfg, err := g.load(ctx, guild)
	if err != nil || cfg.On {
		return nil, err
	}
	return []finding.Finding{{Severity: finding.Note, Text: i18n.M("Nobody is greeted."), Hint: i18n.M("Switch it on.")}}, nil
}

func (g service) api(a *api.API) {
	const path = "/guilds/{guild_id}/greeting"
	a.Area("greeting", "How members are greeted.")
	api.Describe[Config](a, "How members are greeted.")
	api.Describe[settings.Patch[Settings]](a, "What is to change.")
	api.Do(a, api.Op{
		ID: "get-greeting", Method: http.MethodGet, Path: path, Tag: "greeting", Scope: api.ScopeRead,
		Summary: "Read the settings", Description: "Returns the settings, the defaults while nobody has saved any.",
	}, func(ctx context.Context, in *struct{ api.InGuild }) (*api.Versioned[Config], error) {
		cfg, err := g.load(ctx, in.Guild.ID)
		return api.WithETag(cfg, cfg.Version, api.IfNoneMatch{}), err
	})
	api.Do(a, api.Op{
		ID: "change-greeting", Method: http.MethodPatch, Path: path, Tag: "greeting", Scope: "greeting",
		Summary: "Change the settings", Description: "Sets what is given and leaves the rest.",
	}, func(ctx context.Context, in *struct {
		api.InGuild
		Body settings.Patch[Settings]
	}) (*api.Versioned[Config], error) {
		cfg, err := g.configure(ctx, in.Guild.ID, in.Body, nil, api.Actor(ctx))
		return api.WithETag(cfg, cfg.Version, api.IfNoneMatch{}), err
	})
}

// page is the form of the settings.
type page struct {
	Form    ui.Form
	Path    string
	Version string
	Fields  []ui.Field
}

// Template names the page's template.
func (page) Template() string { return "greeting/settings" }

func (g service) pages(p *dashboard.Pages) {
	const path = "/admin/guilds/{guild}/greeting"
	p.Tab(dashboard.Tab{Label: i18n.M("Greeting"), Icon: "message-circle", Path: "greeting"})
	p.Get(path, dashboard.Manager, func(r *dashboard.Request) (dashboard.Response, error) { return g.form(r, r.Form()) })
	p.Post(path, dashboard.Manager, func(r *dashboard.Request) (dashboard.Response, error) {
		var f fault.Fields
		patch := g.document.Read(r, &f)
		version, err := strconv.ParseInt(r.PostFormValue("version"), 10, 64)
		if err == nil {
			err = f.Err()
		}
		if err == nil {
			_, err = g.configure(r.Context(), r.Guild.ID, patch, &version, r.Person.Actor())
		}
		if err != nil {
			return r.FormError(err, func(form ui.Form) (dashboard.Response, error) { return g.form(r, form) })
		}
		return dashboard.Redirect(r.Guild.Path()+"/greeting", r.T("Settings saved.")), nil
	})
	p.Reverts(store.SettingsAction("greeting"), func(ctx context.Context, who dashboard.Person, entry store.AuditEntry) error {
		before, err := g.document.Recorded(entry.Before)
		if err == nil {
			_, err = g.configure(ctx, entry.GuildID, before, nil, who.Actor())
		}
		return err
	})
}

func (g service) form(r *dashboard.Request, form ui.Form) (dashboard.Response, error) {
	cfg, err := g.load(r.Context(), r.Guild.ID)
	return dashboard.Response{Title: r.T("Greeting"), Tab: "greeting", Body: page{
		Form: form, Path: r.Guild.Path() + "/greeting", Version: strconv.FormatInt(cfg.Version, 10),
		Fields: g.document.Fields(r.Printer(), form, cfg.Settings),
	}}, err
}
