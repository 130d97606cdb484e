package moderation

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/disgoorg/disgo/discord"
	"github.com/disgoorg/snowflake/v2"
	"github.com/google/uuid"

	"github.com/smarter-dev/smarterdev/app/platform/access"
	"github.com/smarter-dev/smarterdev/app/platform/api"
	"github.com/smarter-dev/smarterdev/app/platform/fault"
	"github.com/smarter-dev/smarterdev/store"
)

const (
	// scope is that of operations on cases and settings of moderation; reading needs it too.
	scope   = api.Scope("moderation")
	apiPath = "/guilds/{guild_id}/moderation"
)

// api mounts the operations of moderation.
func (s *Service) api(a *api.API) {
	a.Area("moderation", "What moderators do to members, as numbered cases.")
	api.Describe[store.Case](a, "What was done to somebody in a guild, as a numbered case.")
	api.Describe[store.CaseFailure](a, "Why an act failed.")
	api.Describe[store.CaseHistory](a, "One change of a case.")
	api.Describe[store.Evidence](a, "Something that a case rests on.")
	api.Describe[store.Attachment](a, "A file of a message that is evidence.")
	api.Describe[wholeCase](a, "A case with its evidence and its changes.")
	api.Describe[actBody](a, "What to do to whom.")
	api.Describe[editBody](a, "What is to change of a case; what is left out stays as it is.")
	api.Describe[undoBody](a, "Why a case is taken back, and by whom.")
	api.Describe[resolveBody](a, "Whether a case is closed.")
	s.configAPI(a)
	s.templatesAPI(a)
	s.casesAPI(a)
	s.editAPI(a)
}

// wholeCase is a case with what it rests on and what became of it.
type wholeCase struct {
	store.Case
	Evidence []store.Evidence    `json:"evidence" doc:"What the case rests on, the oldest first."`
	History  []store.CaseHistory `json:"history" doc:"What changed, the oldest first."`
}

// respond answers with a case as it is now.
func (s *Service) respond(ctx context.Context, c store.Case, status int) (*api.Versioned[wholeCase], error) {
	body := wholeCase{Case: c}
	var err error
	if body.Evidence, err = s.store.CaseEvidence(ctx, c.GuildID, c.Number); err != nil {
		return nil, err
	}
	if body.History, err = s.store.CaseHistory(ctx, c.GuildID, c.Number); err != nil {
		return nil, err
	}
	return &api.Versioned[wholeCase]{Status: status, ETag: api.ETag(c.Version), Body: body}, nil
}

// CasePath is embedded in the input of an operation on one case.
type CasePath struct {
	api.InGuild
	Number int64 `path:"number" minimum:"1" doc:"The number of the case." example:"12"`
}

// Moderator is embedded in the body of an operation that may be done on behalf of a moderator.
type Moderator struct {
	ModeratorID snowflake.ID `json:"moderator_id,omitempty" doc:"On whose behalf: their permissions and rank count. Without it the key itself acts, and only the bot’s count." example:"1000000000000000003"`
}

// authority is whose rights count.
func (m Moderator) authority() access.Authority {
	if m.ModeratorID != 0 {
		return access.AsMember(m.ModeratorID)
	}
	return access.AsKey()
}

type actBody struct {
	Moderator
	Action               store.CaseAction `json:"action" enum:"ban,unban,kick,softban,timeout,untimeout,warn,note" doc:"What to do; softban is a ban and an unban at once, to delete messages." example:"timeout"`
	UserID               snowflake.ID     `json:"user_id" doc:"To whom. They need not be in the guild to be banned, unbanned or noted." example:"1000000000000000007"`
	Reason               string           `json:"reason,omitempty" maxLength:"500" doc:"Why. Required when the settings say so." example:"Spam in several channels"`
	Template             string           `json:"template,omitempty" maxLength:"50" doc:"The name or id of a template, which says what is not given here." example:"Spam"`
	DurationSeconds      *int64           `json:"duration_seconds,omitempty" minimum:"1" maximum:"315360000" doc:"For how long. A timeout needs it, or expires_at, or a template with a duration; a ban without it does not end, and a warning counts for as long as the settings say." example:"86400"`
	ExpiresAt            *time.Time       `json:"expires_at,omitempty" doc:"Until when, instead of duration_seconds." example:"2026-11-23T15:04:05Z"`
	DeleteMessageSeconds *int64           `json:"delete_message_seconds,omitempty" minimum:"0" maximum:"604800" doc:"How far back a ban deletes the person’s messages; as the settings say when it is left out." example:"3600"`
	Notify               *bool            `json:"notify,omitempty" doc:"Whether the person is told by a direct message; as the settings say when it is left out." example:"true"`
	Confirm              bool             `json:"confirm,omitempty" doc:"Do it although somebody else has just acted on the same person, or a longer ban holds." example:"false"`
}

// request is what the body asks for. Times that only one of can be given are left to the rules.
func (b actBody) request(guild snowflake.ID, actor store.Actor, key string) ActRequest {
	in := ActRequest{Guild: guild, Action: b.Action, User: b.UserID, Reason: b.Reason, Template: b.Template, Until: b.ExpiresAt,
		DeleteSeconds: b.DeleteMessageSeconds, Notify: b.Notify, Confirm: b.Confirm, Actor: actor, By: b.authority(), Key: key}
	if b.DurationSeconds != nil {
		in.Duration = time.Duration(*b.DurationSeconds) * time.Second
	}
	return in
}

func noSuchCase() api.Refusal {
	return api.Refusal{Kind: fault.NotFound, Code: "not_found", Detail: "There is no case #12 in this server."}
}

func rightsRefusals() []api.Refusal {
	return api.Refuses(
		refused(access.Verdict{Refusal: access.NotAllowed, Missing: discord.PermissionModerateMembers}),
		refused(access.Verdict{Refusal: access.MemberRank}),
	)
}

func actRefusals() []api.Refusal {
	return slices.Concat(rightsRefusals(), api.Refuses(
		refused(access.Verdict{Refusal: access.BotRank}),
		refused(access.Verdict{Refusal: access.BotNotAllowed, Missing: discord.PermissionModerateMembers}),
		refused(access.Verdict{Refusal: access.Self}),
		refused(access.Verdict{Refusal: access.BotItself}),
		refused(access.Verdict{Refusal: access.GuildOwner}),
		refused(access.Verdict{Refusal: access.Administrator}),
		refused(access.Verdict{Refusal: access.NotThere}),
		fault.KeyReused(),
	), []api.Refusal{
		{Kind: fault.Refused, Code: "not_banned", Detail: "They are not banned."},
		{Kind: fault.Refused, Code: "already_banned", Detail: "They are banned already, and a softban would end by unbanning them."},
		{Kind: fault.Refused, Code: "not_timed_out", Detail: "They are not timed out."},
		{Kind: fault.Conflict, Code: "recently_acted", Detail: "grace has just acted on the same person: case #12, timeout."},
		{Kind: fault.Conflict, Code: "shorter", Detail: "They are banned already by case #12, and for longer than this."},
		{Kind: fault.Conflict, Code: "in_progress", Detail: "Another act on the same person, case #12, is under way. Try again in a moment.", Data: map[string]any{"number": 12}},
		{Kind: fault.Refused, Code: "discord_refused", Detail: "Discord refused this: Missing Permissions. Case #12 says so.", Data: map[string]any{"number": 12, "discord_code": 50013}},
	})
}

// CaseQuery is embedded in the input of the list of cases, which it narrows.
type CaseQuery struct {
	User      api.ID    `query:"user" doc:"Only cases of this person." example:"1000000000000000007"`
	Moderator string    `query:"moderator" pattern:"^[0-9]{1,19}$" patternDescription:"an id" doc:"Only cases by this moderator; 0 for those of nobody, or of nobody known." example:"1000000000000000003"`
	Action    []string  `query:"action,explode" enum:"ban,unban,kick,softban,timeout,untimeout,warn,note" doc:"Only these actions; can be given several times." example:"[\"ban\"]"`
	Source    string    `query:"source" enum:"command,dashboard,api,automod,ladder,discord,native,import" doc:"Only what came by this way." example:"command"`
	State     string    `query:"state" enum:"pending,done,failed,undone" doc:"Only cases of which this became." example:"done"`
	Resolved  string    `query:"resolved" enum:"true,false" doc:"Only those that are closed, or are not." example:"false"`
	Batch     api.RowID `query:"batch" doc:"Only cases of this bulk act." example:"019a0000-0000-7000-8000-000000000003"`
	Text      string    `query:"q" maxLength:"100" doc:"Words that are all in the reason or in the person’s user name." example:"spam"`
	After     time.Time `query:"created_after" doc:"Only what happened at this time or later." example:"2026-11-22T15:04:05Z"`
	Before    time.Time `query:"created_before" doc:"Only what happened before this time." example:"2026-11-23T15:04:05Z"`
}

func (q CaseQuery) filter() (store.CaseFilter, error) {
	f := store.CaseFilter{User: q.User.ID, Source: store.Source(q.Source), State: store.CaseState(q.State), Text: q.Text, After: q.After, Before: q.Before}
	for _, a := range q.Action {
		f.Actions = append(f.Actions, store.CaseAction(a))
	}
	if q.Resolved != "" {
		f.Resolved = new(q.Resolved == "true")
	}
	if q.Batch.UUID != uuid.Nil {
		f.Batch = &q.Batch.UUID
	}
	if q.Moderator != "" {
		id, err := strconv.ParseInt(q.Moderator, 10, 64)
		if err != nil {
			var fields fault.Fields
			fields.Add("moderator", "This is not an id.")
			return f, fields.Err()
		}
		f.Moderator = new(snowflake.ID(id)) //nolint:gosec // the pattern has no sign
	}
	return f, nil
}

func (s *Service) casesAPI(a *api.API) {
	path := apiPath + "/cases"
	api.Do(a, api.Op{
		ID: "list-cases", Method: http.MethodGet, Path: path, Tag: "moderation", Scope: scope,
		Summary:     "List cases",
		Description: "Lists the cases of the guild, the newest first. What the filters say must all hold.",
	}, func(ctx context.Context, in *struct {
		api.InGuild
		api.Paging
		CaseQuery
	}) (*api.Page[store.Case], error) {
		f, err := in.filter()
		if err != nil {
			return nil, err
		}
		return api.List(ctx, in.Paging, func(after string, limit int) ([]store.Case, error) {
			before := int64(0)
			if after != "" {
				if before, err = strconv.ParseInt(after, 10, 64); err != nil {
					return nil, err
				}
			}
			return s.Search(ctx, in.Guild.ID, f, before, limit)
		}, func(c store.Case) string { return strconv.FormatInt(c.Number, 10) })
	})
	api.Do(a, api.Op{
		ID: "get-case", Method: http.MethodGet, Path: path + "/{number}", Tag: "moderation", Scope: scope,
		Summary: "Read a case", Description: "Returns one case with its evidence and its changes.", Refusals: []api.Refusal{noSuchCase()},
	}, func(ctx context.Context, in *CasePath) (*api.Versioned[wholeCase], error) {
		c, err := s.Get(ctx, in.Guild.ID, in.Number)
		if err != nil {
			return nil, err
		}
		return s.respond(ctx, c, http.StatusOK)
	})
	api.Do(a, api.Op{
		ID: "create-case", Method: http.MethodPost, Path: path, Tag: "moderation", Scope: scope, Status: http.StatusCreated,
		Summary: "Moderate a member",
		Description: "Does something to somebody and returns its case. With moderator_id the permissions and the rank of that member count, without it those of the bot; " +
			"the history names the key either way. 202 and a case that is pending say that Discord has not answered: it is compared with Discord within a minute. " +
			"When Discord refuses, the answer names the case, which has failed. Confirm passes recently_acted and shorter.",
		Refusals: actRefusals(),
	}, func(ctx context.Context, in *struct {
		api.InGuild
		api.Idempotency
		Body actBody
	}) (*api.Versioned[wholeCase], error) {
		request := in.Body.request(in.Guild.ID, api.Actor(ctx), in.Key(ctx))
		c, err := s.Act(ctx, request)
		if err != nil {
			return nil, err
		}
		status := http.StatusCreated
		if c.State == store.CasePending {
			status = http.StatusAccepted
		}
		return s.respond(ctx, c, status)
	})
}

// end is when something ends: absent, null for never, or a time.
type end struct {
	given bool
	at    *time.Time
}

// UnmarshalJSON reads a time or null.
func (e *end) UnmarshalJSON(text []byte) error {
	e.given = true
	return json.Unmarshal(text, &e.at)
}

// Schema is that of a time that may be null.
func (end) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Format: "date-time", Nullable: true}
}

type editBody struct {
	Moderator
	Reason    *string `json:"reason,omitempty" maxLength:"500" doc:"The new reason." example:"Spam in three channels"`
	ExpiresAt end     `json:"expires_at,omitempty" doc:"When a ban or timeout ends now, or a warning stops counting; null for never, which a timeout cannot be." example:"2026-11-30T15:04:05Z"`
}

type undoBody struct {
	Moderator
	Reason string `json:"reason,omitempty" maxLength:"500" doc:"Why it is taken back." example:"It was somebody else"`
}

type resolveBody struct {
	Moderator
	Resolved *bool `json:"resolved,omitempty" doc:"true closes the case, as when it is left out; false opens it again." example:"true"`
}

func (s *Service) editAPI(a *api.API) {
	path := apiPath + "/cases/{number}"
	refusals := append(rightsRefusals(), noSuchCase())
	api.Do(a, api.Op{
		ID: "change-case", Method: http.MethodPatch, Path: path, Tag: "moderation", Scope: scope,
		Summary:     "Change a case",
		Description: "Changes the reason of a case, and when it ends. A timeout is changed at Discord first; when Discord refuses, nothing is changed.",
		Refusals: append(slices.Clone(refusals), api.Refusal{Kind: fault.Stale, Code: "stale",
			Detail: "Somebody else changed this case in the meantime. Check what is new, then try again."},
			api.Refusal{Kind: fault.Refused, Code: "not_editable",
				Detail: "Case #12 has no end that could be changed: only a ban or timeout that holds now, or a warning that counts, has one."}),
	}, func(ctx context.Context, in *struct {
		CasePath
		Match api.IfMatch `header:"If-Match" doc:"The ETag of the version that the change builds on; without it whatever is there is changed."`
		Body  editBody
	}) (*api.Versioned[wholeCase], error) {
		version, err := in.Match.Version(func() (int64, error) {
			c, err := s.Get(ctx, in.Guild.ID, in.Number)
			return c.Version, err
		})
		if err != nil {
			return nil, err
		}
		c, err := s.Edit(ctx, EditRequest{Guild: in.Guild.ID, Number: in.Number, IfVersion: version, Actor: api.Actor(ctx), By: in.Body.authority()},
			Edit{Reason: in.Body.Reason, Ends: in.Body.ExpiresAt.given, Until: in.Body.ExpiresAt.at})
		if err != nil {
			return nil, err
		}
		return s.respond(ctx, c, http.StatusOK)
	})
	api.Do(a, api.Op{
		ID: "undo-case", Method: http.MethodPost, Path: path + "/undo", Tag: "moderation", Scope: scope,
		Summary:     "Take a case back",
		Description: "Ends a ban by an unban and a timeout by lifting it, as a case of its own that undone_by names; a warning or a note stops counting. Other actions cannot be taken back. Returns the case that was undone.",
		Refusals: append(slices.Clone(refusals),
			api.Refusal{Kind: fault.Refused, Code: "not_undoable", Detail: "A kick cannot be taken back."},
			api.Refusal{Kind: fault.Refused, Code: "already_undone", Detail: "Case #12 is undone already."}),
	}, func(ctx context.Context, in *struct {
		CasePath
		Body undoBody
	}) (*api.Versioned[wholeCase], error) {
		c, err := s.Undo(ctx, EditRequest{Guild: in.Guild.ID, Number: in.Number, Actor: api.Actor(ctx), By: in.Body.authority()}, in.Body.Reason)
		if err != nil {
			return nil, err
		}
		return s.respond(ctx, c, http.StatusOK)
	})
	api.Do(a, api.Op{
		ID: "resolve-case", Method: http.MethodPost, Path: path + "/resolve", Tag: "moderation", Scope: scope,
		Summary: "Close a case", Description: "Closes a case, or opens it again. What it did to the person stays.", Refusals: refusals,
	}, func(ctx context.Context, in *struct {
		CasePath
		Body resolveBody
	}) (*api.Versioned[wholeCase], error) {
		c, err := s.Resolve(ctx, EditRequest{Guild: in.Guild.ID, Number: in.Number, Actor: api.Actor(ctx), By: in.Body.authority()},
			in.Body.Resolved == nil || *in.Body.Resolved)
		if err != nil {
			return nil, err
		}
		return s.respond(ctx, c, http.StatusOK)
	})
}
