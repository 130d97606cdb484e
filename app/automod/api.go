package automod

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/disgoorg/snowflake/v2"
	"github.com/google/uuid"

	"github.com/smarter-dev/smarterdev/app/automod/engine"
	"github.com/smarter-dev/smarterdev/app/platform/access"
	"github.com/smarter-dev/smarterdev/app/platform/api"
	"github.com/smarter-dev/smarterdev/app/platform/fault"
	"github.com/smarter-dev/smarterdev/app/platform/settings"
	"github.com/smarter-dev/smarterdev/store"
)

const apiPath = "/guilds/{guild_id}/automod"

// api mounts the operations of auto-moderation.
func (s *Service) api(a *api.API) {
	a.Area("automod", "Rules that look at what is written and who joins, and what they found.")
	api.Describe[ruleView](a, "A rule of auto-moderation with what it found in the last seven days.")
	api.Describe[ruleStats](a, "What a rule found in the last seven days.")
	api.Describe[pausedAction](a, "An action that the bot no longer tries, because Discord refused it three times in ten minutes.")
	api.Describe[modeBody](a, "The mode that a rule is to have.")
	api.Describe[store.AutomodHit](a, "What a rule found: one burst of one member.")
	api.Describe[store.AutomodAction](a, "One thing that a rule does, and what became of it.")
	api.Describe[verdictBody](a, "What a moderator says of it.")
	api.Describe[Config](a, "What the rules of a guild have in common.")
	api.Describe[settings.Patch[Settings]](a, "The settings that are to change; what is left out stays as it is.")
	api.Describe[settings.Whole[Settings]](a, "All settings.")
	api.Describe[store.AutomodPanic](a, "Whether all rules of a guild are off.")
	api.Describe[panicBody](a, "Whether all rules are to be off.")
	api.Describe[testBody](a, "A rule and what it is tried against.")
	api.Describe[Tried](a, "What a rule would have found.")
	api.Describe[TriedHit](a, "One thing that the rule would have found.")
	s.rulesAPI(a)
	s.logAPI(a)
	s.configAPI(a)
}

// ruleJSON is the body of a rule; what is in it depends on the type, so the engine reads and checks it.
type ruleJSON json.RawMessage

// UnmarshalJSON keeps the text.
func (r *ruleJSON) UnmarshalJSON(text []byte) error {
	*r = append((*r)[:0], text...)
	return nil
}

// MarshalJSON writes the text.
func (r ruleJSON) MarshalJSON() ([]byte, error) { return r, nil }

// Schema describes the parts that all types share.
func (ruleJSON) Schema(r huma.Registry) *huma.Schema {
	text := func(doc string, example any) *huma.Schema {
		return &huma.Schema{Type: "string", Description: doc, Examples: []any{example}}
	}
	ids := func(doc string) *huma.Schema {
		return &huma.Schema{Type: "array", Items: &huma.Schema{Type: "string"}, Description: doc, Examples: []any{[]string{"1000000000000000009"}}}
	}
	types := make([]any, 0, len(engine.Types()))
	for _, t := range engine.Types() {
		types = append(types, string(t))
	}
	kind := text("What it looks at.", "mentions")
	kind.Enum = types
	mode := text("off, shadow (it only logs) or enforce. A new rule is best tried in shadow first.", "shadow")
	mode.Enum, mode.Default = []any{"off", "shadow", "enforce"}, "shadow"
	s := &huma.Schema{Type: "object", Required: []string{"name", "type", "actions"}, Properties: map[string]*huma.Schema{
		"name":            text("What it is called, once in the guild.", "Mass mentions"),
		"type":            kind,
		"config":          {Type: "object", AdditionalProperties: true, Description: "The settings of its type; what is left out has its default.", Examples: []any{map[string]any{"mention_total_limit": 6}}},
		"conditions":      {Type: "object", AdditionalProperties: true, Description: "Narrow it to some members and channels: member_for_less_than_seconds, account_younger_than_seconds, roles_any, channels. All that are given must hold.", Examples: []any{map[string]any{"member_for_less_than_seconds": 604800}}},
		"exempt_roles":    ids("Roles that it does not look at."),
		"exempt_channels": ids("Channels that it does not look at; a category covers what is in it."),
		"actions": {Type: "array", Items: &huma.Schema{Type: "object", AdditionalProperties: true}, Description: "What it does, at most one of each type: delete, warn, timeout, kick, ban, nickname, alert, notify, slowmode, raid_mode, with the fields of each.",
			Examples: []any{[]any{map[string]any{"type": "delete"}, map[string]any{"type": "timeout", "duration_seconds": 600}}}},
		"mode": mode,
	}, Description: "A rule; what can be in config depends on its type.", AdditionalProperties: false}
	s.PrecomputeMessages()
	return s
}

// read is the rule of a body. It fails with invalid and the names of what is wrong.
func (r ruleJSON) read() (engine.Rule, error) {
	var rule engine.Rule
	err := json.Unmarshal(r, &rule)
	if err == nil {
		return rule, nil
	}
	var f fault.Fields
	var problems engine.Problems
	if errors.As(err, &problems) {
		for _, p := range problems {
			location := p.Location
			if location == "" {
				location = "body"
			}
			f.Add(location, "%s", p.Message)
		}
	} else {
		f.Add("body", "This is not a rule: %s.", err.Error())
	}
	return rule, f.Err()
}

// ruleView is a rule as the API shows it.
type ruleView struct {
	ID             uuid.UUID        `json:"id" doc:"A UUIDv7." example:"019a0000-0000-7000-8000-000000000002"`
	GuildID        snowflake.ID     `json:"guild_id" doc:"The guild." example:"1000000000000000001"`
	Name           string           `json:"name" doc:"What it is called." example:"Mass mentions"`
	Type           string           `json:"type" doc:"What it looks at." example:"mentions"`
	Config         map[string]any   `json:"config" doc:"The settings of its type."`
	Conditions     map[string]any   `json:"conditions" doc:"What narrows it to some members and channels."`
	ExemptRoles    []snowflake.ID   `json:"exempt_roles" doc:"Roles that it does not look at." example:"[\"1000000000000000009\"]"`
	ExemptChannels []snowflake.ID   `json:"exempt_channels" doc:"Channels that it does not look at." example:"[\"1000000000000000005\"]"`
	Actions        []map[string]any `json:"actions" doc:"What it does."`
	Mode           string           `json:"mode" enum:"off,shadow,enforce" doc:"Whether it is asked, only logs, or acts." example:"shadow"`
	Position       int64            `json:"position" doc:"Its place among the rules, from 0. The first that is enforced and matches acts." example:"0"`
	TextVersion    int              `json:"text_version" doc:"The version of reading texts that it was saved under." example:"1"`
	Unavailable    *string          `json:"unavailable" doc:"Why it finds nothing at present; null when it can." example:"message_content_intent"`
	PausedActions  []pausedAction   `json:"paused_actions" doc:"Actions that are no longer tried."`
	Stats          ruleStats        `json:"stats" doc:"What it found in the last seven days."`
	CreatedAt      time.Time        `json:"created_at" doc:"When it was made." example:"2026-11-22T15:04:05Z"`
	UpdatedAt      time.Time        `json:"updated_at" doc:"When it last changed." example:"2026-11-22T15:04:05Z"`
}

type pausedAction struct {
	Type  string    `json:"type" doc:"The action." example:"timeout"`
	Code  int64     `json:"code" doc:"Discord's code." example:"50013"`
	Since time.Time `json:"since" doc:"Since when." example:"2026-11-22T15:04:05Z"`
}

type ruleStats struct {
	Hits      int64    `json:"hits_7d" doc:"Bursts that it found." example:"12"`
	Confirmed int64    `json:"confirmed" doc:"Of these, found right by moderators." example:"9"`
	False     int64    `json:"false" doc:"Found wrong." example:"1"`
	Open      int64    `json:"open" doc:"Not looked at." example:"2"`
	Precision *float64 `json:"precision" doc:"Confirmed of all that were looked at; null while none was." example:"0.9"`
}

func (s *Service) view(guild snowflake.ID, r Rule) (ruleView, error) {
	raw, err := json.Marshal(r.Rule)
	if err != nil {
		return ruleView{}, err
	}
	v := ruleView{GuildID: guild, Position: r.Position, CreatedAt: r.CreatedAt, UpdatedAt: r.UpdatedAt, PausedActions: []pausedAction{},
		Stats: ruleStats{Hits: r.Stats.Hits, Confirmed: r.Stats.Confirmed, False: r.Stats.False, Open: r.Stats.Open}}
	if err := json.Unmarshal(raw, &v); err != nil {
		return v, err
	}
	if judged := r.Stats.Confirmed + r.Stats.False; judged > 0 {
		v.Stats.Precision = new(float64(r.Stats.Confirmed) / float64(judged))
	}
	if why := s.unavailable(r.Type); why != "" {
		v.Unavailable = &why
	}
	for _, p := range s.pauses.of(guild) {
		if p.Rule == r.ID {
			v.PausedActions = append(v.PausedActions, pausedAction{p.Type, p.Code, p.Since})
		}
	}
	return v, nil
}

func (s *Service) views(guild snowflake.ID, rules []Rule) ([]ruleView, error) {
	views := make([]ruleView, 0, len(rules))
	for _, r := range rules {
		v, err := s.view(guild, r)
		if err != nil {
			return nil, err
		}
		views = append(views, v)
	}
	return views, nil
}

// RulePath is embedded in the input of an operation on one rule.
type RulePath struct {
	api.InGuild
	ID api.RowID `path:"id" doc:"The rule." example:"019a0000-0000-7000-8000-000000000002"`
}

// BuiltOn is embedded where a change may be bound to a version.
type BuiltOn struct {
	Match api.IfMatch `header:"If-Match" doc:"The ETag of the version that the change builds on; without it whatever is there is changed."`
}

func (b BuiltOn) version(ctx context.Context, s *Service, in RulePath) (*int64, error) {
	return b.Match.Version(func() (int64, error) {
		r, err := s.Rule(ctx, in.Guild.ID, in.ID.UUID)
		return r.Version, err
	})
}

type modeBody struct {
	Mode string `json:"mode" enum:"off,shadow,enforce" doc:"off, shadow or enforce." example:"enforce"`
}

func (s *Service) rulesAPI(a *api.API) {
	noRule := api.Refusal{Kind: fault.NotFound, Code: "not_found", Detail: "There is no such rule in this server. It may have been deleted."}
	stale := api.Refusal{Kind: fault.Stale, Code: "stale", Detail: "Somebody else has changed this rule meanwhile. Look at it again, then try again."}
	exists := api.Refusal{Kind: fault.Conflict, Code: "rule_exists", Detail: "Another rule of this server has this name. Choose another name."}
	many := api.Refusal{Kind: fault.Conflict, Code: "too_many_rules", Detail: "A server can have at most 100 rules. Delete one that is no longer needed first."}
	fixed := api.Refusal{Kind: fault.Refused, Code: "type_fixed", Detail: "The type of a rule cannot change: this one is mentions. Make another rule instead."}
	path := apiPath + "/rules"

	api.Do(a, api.Op{
		ID: "list-automod-rules", Method: http.MethodGet, Path: path, Tag: "automod", Scope: scope,
		Summary:     "List the rules",
		Description: "Lists the rules of the guild in their order. A guild that is met for the first time gets the starter rules, which only log.",
	}, func(ctx context.Context, in *struct{ api.InGuild }) (*api.Body[[]ruleView], error) {
		rules, err := s.Rules(ctx, in.Guild.ID)
		if err != nil {
			return nil, err
		}
		views, err := s.views(in.Guild.ID, rules)
		return &api.Body[[]ruleView]{Body: views}, err
	})
	api.Do(a, api.Op{
		ID: "get-automod-rule", Method: http.MethodGet, Path: path + "/{id}", Tag: "automod", Scope: scope,
		Summary: "Read a rule", Description: "Returns one rule.", Refusals: []api.Refusal{noRule},
	}, func(ctx context.Context, in *RulePath) (*api.Versioned[ruleView], error) {
		r, err := s.Rule(ctx, in.Guild.ID, in.ID.UUID)
		return s.versioned(in.Guild.ID, r, 0, err)
	})
	api.Do(a, api.Op{
		ID: "create-automod-rule", Method: http.MethodPost, Path: path, Tag: "automod", Scope: scope, Status: http.StatusCreated,
		Summary:     "Make a rule",
		Description: "Adds a rule behind the others, in shadow unless the mode says otherwise. A pattern that cannot be compiled is refused with the place of the mistake.",
		Refusals:    []api.Refusal{exists, many},
	}, func(ctx context.Context, in *struct {
		api.InGuild
		Body ruleJSON
	}) (*api.Versioned[ruleView], error) {
		rule, err := in.Body.read()
		if err != nil {
			return nil, err
		}
		r, err := s.Create(ctx, Edit{Guild: in.Guild.ID, Rule: rule, Actor: api.Actor(ctx), By: access.AsKey()})
		return s.versioned(in.Guild.ID, r, http.StatusCreated, err)
	})
	api.Do(a, api.Op{
		ID: "replace-automod-rule", Method: http.MethodPut, Path: path + "/{id}", Tag: "automod", Scope: scope,
		Summary: "Replace a rule", Description: "Sets everything of a rule but its type; what is left out gets its default. It holds in every process within a second.",
		Refusals: []api.Refusal{noRule, stale, exists, fixed},
	}, func(ctx context.Context, in *struct {
		RulePath
		BuiltOn
		Body ruleJSON
	}) (*api.Versioned[ruleView], error) {
		rule, err := in.Body.read()
		if err != nil {
			return nil, err
		}
		version, err := in.version(ctx, s, in.RulePath)
		if err != nil {
			return nil, err
		}
		r, err := s.Change(ctx, Edit{Guild: in.Guild.ID, ID: in.ID.UUID, Rule: rule, IfVersion: version, Actor: api.Actor(ctx), By: access.AsKey()})
		return s.versioned(in.Guild.ID, r, 0, err)
	})
	api.Do(a, api.Op{
		ID: "switch-automod-rule", Method: http.MethodPatch, Path: path + "/{id}", Tag: "automod", Scope: scope,
		Summary: "Switch a rule", Description: "Switches a rule off, to shadow or to enforce.", Refusals: []api.Refusal{noRule, stale},
	}, func(ctx context.Context, in *struct {
		RulePath
		BuiltOn
		Body modeBody
	}) (*api.Versioned[ruleView], error) {
		version, err := in.version(ctx, s, in.RulePath)
		if err != nil {
			return nil, err
		}
		r, err := s.SetMode(ctx, Edit{Guild: in.Guild.ID, ID: in.ID.UUID, IfVersion: version, Actor: api.Actor(ctx), By: access.AsKey()}, engine.Mode(in.Body.Mode))
		return s.versioned(in.Guild.ID, r, 0, err)
	})
	api.Do(a, api.Op{
		ID: "delete-automod-rule", Method: http.MethodDelete, Path: path + "/{id}", Tag: "automod", Scope: scope,
		Summary: "Delete a rule", Description: "Removes a rule. What it found stays in the log.", Refusals: []api.Refusal{noRule, stale},
	}, func(ctx context.Context, in *struct {
		RulePath
		BuiltOn
	}) (*struct{}, error) {
		version, err := in.version(ctx, s, in.RulePath)
		if err != nil {
			return nil, err
		}
		_, err = s.Delete(ctx, Edit{Guild: in.Guild.ID, ID: in.ID.UUID, IfVersion: version, Actor: api.Actor(ctx), By: access.AsKey()})
		return nil, err
	})
	api.Do(a, api.Op{
		ID: "order-automod-rules", Method: http.MethodPut, Path: path + "/order", Tag: "automod", Scope: scope,
		Summary:     "Order the rules",
		Description: "Puts the rules of the guild into the given order and returns them. The list holds each of them once.",
		Refusals: []api.Refusal{{Kind: fault.Conflict, Code: "conflict",
			Detail: "These are not exactly the rules of this server: one was added or deleted meanwhile, or is named twice. Look at the list again, then order it."}},
	}, func(ctx context.Context, in *struct {
		api.InGuild
		Body []uuid.UUID `maxItems:"100" doc:"The ids of all rules." example:"[\"019a0000-0000-7000-8000-000000000002\"]"`
	}) (*api.Body[[]ruleView], error) {
		rules, err := s.Order(ctx, in.Guild.ID, in.Body, api.Actor(ctx), access.AsKey())
		if err != nil {
			return nil, err
		}
		views, err := s.views(in.Guild.ID, rules)
		return &api.Body[[]ruleView]{Body: views}, err
	})
	api.Do(a, api.Op{
		ID: "test-automod-rule", Method: http.MethodPost, Path: path + "/test", Tag: "automod", Scope: scope,
		Summary:     "Try a rule",
		Description: "Says what a rule would find in the given samples, in their order, without saving it or acting on anything. A sample is Discord's message object, the parts that matter.",
	}, func(ctx context.Context, in *struct {
		api.InGuild
		Body testBody
	}) (*api.Body[Tried], error) {
		rule, err := in.Body.Rule.read()
		if err != nil {
			return nil, err
		}
		samples, err := in.Body.samples()
		if err != nil {
			return nil, err
		}
		tried, err := s.TrySamples(ctx, in.Guild.ID, rule, samples)
		return &api.Body[Tried]{Body: tried}, err
	})
}

func (s *Service) versioned(guild snowflake.ID, r Rule, status int, err error) (*api.Versioned[ruleView], error) {
	if err != nil {
		return nil, err
	}
	v, err := s.view(guild, r)
	if err != nil {
		return nil, err
	}
	return &api.Versioned[ruleView]{Status: status, ETag: api.ETag(r.Version), Body: v}, nil
}

type testBody struct {
	Rule    ruleJSON         `json:"rule" doc:"The rule; it need not be saved."`
	Samples []map[string]any `json:"samples" minItems:"1" maxItems:"200" doc:"Messages as Discord describes them: content, embeds, attachments, mentions, author, member, channel_id, and event (message, edit, thread, join, rename), before, at_s." example:"[{\"content\": \"free nitro here\", \"author\": {\"id\": \"1000000000000000007\"}}]"`
}

func (b testBody) samples() ([]engine.Sample, error) {
	raw, err := json.Marshal(b.Samples)
	if err != nil {
		return nil, err
	}
	var samples []engine.Sample
	if err := json.Unmarshal(raw, &samples); err != nil {
		var f fault.Fields
		f.Add("samples", "These are no messages as Discord describes them: %s.", err.Error())
		return nil, f.Err()
	}
	return samples, nil
}

type verdictBody struct {
	Verdict string `json:"verdict" enum:"confirmed,false" doc:"confirmed, or false for a false positive." example:"false"`
	Undo    *bool  `json:"undo,omitempty" doc:"Whether a false positive also undoes the case that it led to, as when it is left out." example:"true"`
}

func (s *Service) logAPI(a *api.API) {
	api.Do(a, api.Op{
		ID: "list-automod-log", Method: http.MethodGet, Path: apiPath + "/logs", Tag: "automod", Scope: scope,
		Summary: "List what the rules found", Description: "Lists what the rules of the guild found, the newest first. It is kept for 30 days.",
	}, func(ctx context.Context, in *struct {
		api.InGuild
		api.Paging
		Rule    api.RowID `query:"rule" doc:"Only what this rule found." example:"019a0000-0000-7000-8000-000000000002"`
		User    api.ID    `query:"user" doc:"Only what was found of this person." example:"1000000000000000007"`
		Channel api.ID    `query:"channel" doc:"Only what was found in this channel." example:"1000000000000000005"`
		Verdict string    `query:"verdict" enum:"open,confirmed,false" doc:"Only what moderators say this of." example:"open"`
		Mode    string    `query:"mode" enum:"shadow,enforce" doc:"Only what was logged in shadow, or was acted on." example:"shadow"`
		After   time.Time `query:"created_after" doc:"Only what began at this time or later." example:"2026-11-22T15:04:05Z"`
		Before  time.Time `query:"created_before" doc:"Only what began before this time." example:"2026-11-23T15:04:05Z"`
	}) (*api.Page[store.AutomodHit], error) {
		f := store.AutomodHitFilter{User: in.User.ID, Channel: in.Channel.ID, Verdict: in.Verdict}
		if in.Rule.UUID != uuid.Nil {
			f.Rule = &in.Rule.UUID
		}
		if in.Mode != "" {
			f.Shadow = new(in.Mode == "shadow")
		}
		if !in.After.IsZero() {
			f.After = &in.After
		}
		if !in.Before.IsZero() {
			f.Before = &in.Before
		}
		return api.List(ctx, in.Paging, func(after string, limit int) ([]store.AutomodHit, error) {
			var before *uuid.UUID
			if after != "" {
				id, err := uuid.Parse(after)
				if err != nil {
					return nil, err
				}
				before = &id
			}
			return s.store.AutomodHits(ctx, in.Guild.ID, f, before, limit)
		}, func(h store.AutomodHit) string { return h.ID.String() })
	})
	api.Do(a, api.Op{
		ID: "judge-automod-hit", Method: http.MethodPost, Path: apiPath + "/logs/{id}/verdict", Tag: "automod", Scope: scope,
		Summary:     "Say what it was",
		Description: "Notes whether the rule was right, which feeds its precision. A false positive also undoes its case, unless undo is false.",
		Refusals:    []api.Refusal{{Kind: fault.NotFound, Code: "not_found", Detail: "This entry of the log is no longer kept: entries are deleted after 30 days."}},
	}, func(ctx context.Context, in *struct {
		api.InGuild
		ID   api.RowID `path:"id" doc:"The entry of the log." example:"019a0000-0000-7000-8000-000000000001"`
		Body verdictBody
	}) (*api.Body[store.AutomodHit], error) {
		h, err := s.SetVerdict(ctx, Judge{Guild: in.Guild.ID, ID: in.ID.UUID, Verdict: in.Body.Verdict, Undo: in.Body.Undo == nil || *in.Body.Undo, Actor: api.Actor(ctx), By: access.AsKey()})
		return &api.Body[store.AutomodHit]{Body: h}, err
	})
}

type panicBody struct {
	Active bool `json:"active" doc:"true switches all rules off, false on again." example:"true"`
}

func (s *Service) configAPI(a *api.API) {
	stale := api.Refusal{Kind: fault.Stale, Code: "stale", Detail: "Somebody else changed these settings in the meantime. Look at what is new, then save again."}
	path := apiPath + "/config"
	api.Do(a, api.Op{
		ID: "get-automod-config", Method: http.MethodGet, Path: path, Tag: "automod", Scope: scope,
		Summary: "Read the settings", Description: "Returns what the rules of the guild have in common, the defaults while nobody has saved any.",
	}, func(ctx context.Context, in *struct {
		api.InGuild
		Known api.IfNoneMatch `header:"If-None-Match" doc:"The ETag of the version that is known."`
	}) (*api.Versioned[Config], error) {
		cfg, err := s.SettingsNow(ctx, in.Guild.ID)
		if err != nil {
			return nil, err
		}
		return api.WithETag(cfg, cfg.Version, in.Known), nil
	})
	api.Do(a, api.Op{
		ID: "replace-automod-config", Method: http.MethodPut, Path: path, Tag: "automod", Scope: api.ScopeConfig,
		Summary: "Replace the settings", Description: "Sets every setting that the rules of the guild have in common. It holds at once, and is in the audit log.", Refusals: []api.Refusal{stale},
	}, func(ctx context.Context, in *struct {
		api.InGuild
		Match api.IfMatch `header:"If-Match" doc:"The ETag of the version that the change builds on; without it whatever is there is changed."`
		Body  settings.Whole[Settings]
	}) (*api.Versioned[Config], error) {
		return s.configure(ctx, in.InGuild, in.Match, in.Body.Patch)
	})
	api.Do(a, api.Op{
		ID: "change-automod-config", Method: http.MethodPatch, Path: path, Tag: "automod", Scope: api.ScopeConfig,
		Summary: "Change some settings", Description: "Sets the settings that are given and leaves the others. It holds at once, and is in the audit log.", Refusals: []api.Refusal{stale},
	}, func(ctx context.Context, in *struct {
		api.InGuild
		Match api.IfMatch `header:"If-Match" doc:"The ETag of the version that the change builds on; without it whatever is there is changed."`
		Body  settings.Patch[Settings]
	}) (*api.Versioned[Config], error) {
		return s.configure(ctx, in.InGuild, in.Match, in.Body)
	})
	api.Do(a, api.Op{
		ID: "get-automod-panic", Method: http.MethodGet, Path: apiPath + "/panic", Tag: "automod", Scope: scope,
		Summary: "Read the panic switch", Description: "Says whether all rules of the guild are off, since when, and who switched them off.",
	}, func(ctx context.Context, in *struct{ api.InGuild }) (*api.Body[store.AutomodPanic], error) {
		p, err := s.Panic(ctx, in.Guild.ID)
		return &api.Body[store.AutomodPanic]{Body: p}, err
	})
	api.Do(a, api.Op{
		ID: "set-automod-panic", Method: http.MethodPost, Path: apiPath + "/panic", Tag: "automod", Scope: scope,
		Summary: "Switch all rules off or on", Description: "Switches all rules of the guild off at once, in every process within a second, or on again.",
	}, func(ctx context.Context, in *struct {
		api.InGuild
		Body panicBody
	}) (*api.Body[store.AutomodPanic], error) {
		p, err := s.SetPanic(ctx, in.Guild.ID, in.Body.Active, api.Actor(ctx), access.AsKey())
		return &api.Body[store.AutomodPanic]{Body: p}, err
	})
}

func (s *Service) configure(ctx context.Context, in api.InGuild, match api.IfMatch, to settings.Patch[Settings]) (*api.Versioned[Config], error) {
	version, err := match.Version(func() (int64, error) {
		now, err := s.SettingsNow(ctx, in.Guild.ID)
		return now.Version, err
	})
	if err != nil {
		return nil, err
	}
	saved, err := s.Configure(ctx, Configure{Guild: in.Guild.ID, Patch: to, IfVersion: version, Actor: api.Actor(ctx), By: access.AsKey()})
	if err != nil {
		return nil, err
	}
	return api.WithETag(saved, saved.Version, api.IfNoneMatch{}), nil
}
