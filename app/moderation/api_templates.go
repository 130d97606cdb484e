package moderation

import (
	"context"
	"net/http"

	"github.com/google/uuid"

	"github.com/smarter-dev/smarterdev/app/platform/api"
	"github.com/smarter-dev/smarterdev/app/platform/fault"
	"github.com/smarter-dev/smarterdev/store"
)

type templateBody struct {
	Name                 string            `json:"name" minLength:"1" maxLength:"50" doc:"What moderators choose it by; no other of the guild has it." example:"Spam"`
	Action               *store.CaseAction `json:"action,omitempty" enum:"ban,unban,kick,softban,timeout,untimeout,warn,note" doc:"The only action that it is for; left out for any." example:"timeout"`
	Reason               string            `json:"reason,omitempty" maxLength:"500" doc:"The reason." example:"Spam in several channels"`
	DurationSeconds      *int64            `json:"duration_seconds,omitempty" minimum:"1" maximum:"315360000" doc:"How long a ban, timeout or warning lasts; left out when it does not say." example:"86400"`
	DeleteMessageSeconds *int64            `json:"delete_message_seconds,omitempty" minimum:"0" maximum:"604800" doc:"How far back a ban deletes messages; left out when it does not say." example:"3600"`
	Position             int64             `json:"position,omitempty" minimum:"0" maximum:"1000" doc:"Its place among the guild’s templates, from 0." example:"0"`
}

func (b templateBody) save(ctx context.Context, in api.InGuild, id uuid.UUID) Template {
	return Template{Guild: in.Guild.ID, ID: id, Name: b.Name, Action: b.Action, Reason: b.Reason, DurationSeconds: b.DurationSeconds,
		DeleteMessageSeconds: b.DeleteMessageSeconds, Position: b.Position, Actor: api.Actor(ctx)}
}

// TemplatePath is embedded in the input of an operation on one template.
type TemplatePath struct {
	api.InGuild
	ID api.RowID `path:"id" doc:"The template." example:"019a0000-0000-7000-8000-000000000004"`
}

func (s *Service) templatesAPI(a *api.API) {
	api.Describe[store.CaseTemplate](a, "A reason that moderators use often, with what else goes with it.")
	api.Describe[templateBody](a, "What a template is to say.")
	path := apiPath + "/templates"
	taken := api.Refusal{Kind: fault.Conflict, Code: "name_taken", Detail: "There is a template with this name already. Choose another."}
	none := api.Refusal{Kind: fault.NotFound, Code: "not_found", Detail: "There is no such template. Choose another, or write the reason yourself."}

	api.Get(a, api.Op{
		ID: "list-case-templates", Path: path, Tag: "moderation", Scope: scope,
		Summary: "List the templates", Description: "Lists the reasons that moderators of the guild use often, in their order.",
	}, func(ctx context.Context, in *struct{ api.InGuild }) ([]store.CaseTemplate, error) {
		return s.store.CaseTemplates(ctx, in.Guild.ID)
	})
	api.Do(a, api.Op{
		ID: "create-case-template", Method: http.MethodPost, Path: path, Tag: "moderation", Scope: scope, Status: http.StatusCreated,
		Summary: "Make a template", Description: "Adds a reason that moderators can choose while they type. A guild has at most 50.",
		Refusals: []api.Refusal{taken, {Kind: fault.Refused, Code: "too_many_templates", Detail: "A server can have at most 50 templates. Delete one first."}},
	}, func(ctx context.Context, in *struct {
		api.InGuild
		Body templateBody
	}) (*api.Body[store.CaseTemplate], error) {
		t, err := s.SaveTemplate(ctx, in.Body.save(ctx, in.InGuild, uuid.Nil))
		return &api.Body[store.CaseTemplate]{Body: t}, err
	})
	api.Do(a, api.Op{
		ID: "replace-case-template", Method: http.MethodPut, Path: path + "/{id}", Tag: "moderation", Scope: scope,
		Summary: "Replace a template", Description: "Sets everything of a template. Cases keep the words that they were given.", Refusals: []api.Refusal{none, taken},
	}, func(ctx context.Context, in *struct {
		TemplatePath
		Body templateBody
	}) (*api.Body[store.CaseTemplate], error) {
		t, err := s.SaveTemplate(ctx, in.Body.save(ctx, in.InGuild, in.ID.UUID))
		return &api.Body[store.CaseTemplate]{Body: t}, err
	})
	api.Do(a, api.Op{
		ID: "delete-case-template", Method: http.MethodDelete, Path: path + "/{id}", Tag: "moderation", Scope: scope,
		Summary: "Delete a template", Description: "Removes a template. Cases keep its words.", Refusals: []api.Refusal{none},
	}, func(ctx context.Context, in *TemplatePath) (*struct{}, error) {
		return nil, s.DeleteTemplate(ctx, in.Guild.ID, in.ID.UUID, api.Actor(ctx))
	})
}
