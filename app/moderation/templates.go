package moderation

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/disgoorg/snowflake/v2"
	"github.com/google/uuid"

	"github.com/smarter-dev/smarterdev/app/platform/bot"
	"github.com/smarter-dev/smarterdev/app/platform/bus"
	"github.com/smarter-dev/smarterdev/app/platform/fault"
	"github.com/smarter-dev/smarterdev/store"
)

const (
	longestTemplateName = 50
	// chosenTemplate begins a reason that was chosen from the templates: a choice's value ends at 100 characters.
	chosenTemplate = "t:"
)

// Template asks to make a template, or to replace one.
type Template struct {
	Guild                snowflake.ID
	ID                   uuid.UUID // of the one that is replaced; Nil for a new one
	Name                 string
	Action               *store.CaseAction // nil: any
	Reason               string
	DurationSeconds      *int64
	DeleteMessageSeconds *int64
	Position             int64
	Actor                store.Actor
}

// Validate fails with an Invalid fault that names everything that is wrong.
func (in Template) Validate() error {
	var f fault.Fields
	if n := utf8.RuneCountInString(in.Name); fault.Blank(in.Name) || n > longestTemplateName {
		f.Add("name", "A template needs a name of at most %d characters.", longestTemplateName)
	}
	if n := utf8.RuneCountInString(in.Reason); n > store.MaxReason {
		f.Add("reason", "A reason can have at most %d characters; this one has %d.", store.MaxReason, n)
	}
	if in.Action != nil && !slices.Contains(store.CaseActions(), *in.Action) {
		f.Add("action", "There is no such action.")
	}
	if d := in.DurationSeconds; d != nil && (*d < 1 || *d > int64(longestBan/time.Second)) {
		f.Add("duration_seconds", "A template can last from a second to ten years.")
	}
	if d := in.DeleteMessageSeconds; d != nil && (*d < 0 || *d > longestDelete) {
		f.Add("delete_message_seconds", "Messages of at most 7 days can be deleted: from 0 to 604,800 seconds.")
	}
	return f.Err()
}

// Templates are those of a guild in their order, at most 30 s old. They must not be altered.
func (s *Service) Templates(ctx context.Context, guild snowflake.ID) ([]store.CaseTemplate, error) {
	return s.templates.Get(ctx, guild)
}

// SaveTemplate makes a template, or replaces the one with the ID. It fails with invalid, not_found, name_taken and
// too_many_templates.
func (s *Service) SaveTemplate(ctx context.Context, in Template) (store.CaseTemplate, error) {
	if err := in.Validate(); err != nil {
		return store.CaseTemplate{}, err
	}
	t := store.CaseTemplate{GuildID: in.Guild, ID: in.ID, Name: strings.TrimSpace(in.Name), Action: in.Action, Reason: strings.TrimSpace(in.Reason),
		DurationSeconds: in.DurationSeconds, DeleteMessageSeconds: in.DeleteMessageSeconds, Position: in.Position, UpdatedAt: s.now()}
	var err error
	if in.ID == uuid.Nil {
		t, err = s.store.CreateCaseTemplate(ctx, t, in.Actor)
	} else {
		t, err = s.store.UpdateCaseTemplate(ctx, t, in.Actor)
	}
	switch {
	case errors.Is(err, store.ErrExists):
		return t, fault.New(fault.Conflict, "name_taken", "There is a template with this name already. Choose another.").Because(err)
	case errors.Is(err, store.ErrInvalid):
		return t, fault.New(fault.Refused, "too_many_templates", "A server can have at most %d templates. Delete one first.", store.MaxCaseTemplates).Because(err)
	case err != nil:
		return t, noTemplate(err)
	}
	s.templatesChanged(ctx, in.Guild)
	return t, nil
}

// DeleteTemplate removes a template; cases keep its words. It fails with not_found.
func (s *Service) DeleteTemplate(ctx context.Context, guild snowflake.ID, id uuid.UUID, actor store.Actor) error {
	if err := s.store.DeleteCaseTemplate(ctx, guild, id, s.now(), actor); err != nil {
		return noTemplate(err)
	}
	s.templatesChanged(ctx, guild)
	return nil
}

func (s *Service) templatesChanged(ctx context.Context, guild snowflake.ID) {
	s.templates.Invalidate(guild)
	s.bus.Publish(ctx, bus.Event{Topic: bus.SettingsChanged, Guild: guild, IDs: []string{"moderation"}})
}

func noTemplate(err error) error {
	if errors.Is(err, store.ErrNotFound) {
		return fault.New(fault.NotFound, "not_found", "There is no such template. Choose another, or write the reason yourself.").Because(err)
	}
	return err
}

// filled is the request with what its template says where it says nothing itself. A reason that was chosen from the
// templates names its template.
func (s *Service) filled(ctx context.Context, in ActRequest) (ActRequest, error) {
	if id, chosen := strings.CutPrefix(in.Reason, chosenTemplate); chosen && in.Template == "" {
		if _, err := uuid.Parse(id); err == nil {
			in.Template, in.Reason = id, ""
		}
	}
	if in.Template == "" {
		return in, nil
	}
	templates, err := s.Templates(ctx, in.Guild)
	if err != nil {
		return in, err
	}
	at := slices.IndexFunc(templates, func(t store.CaseTemplate) bool { return t.ID.String() == in.Template || t.Name == in.Template })
	if at < 0 {
		return in, noTemplate(store.ErrNotFound)
	}
	t := templates[at]
	if t.Action != nil && *t.Action != in.Action {
		var f fault.Fields
		f.Add("template", "The template “%s” is for another action.", bot.Escape(t.Name))
		return in, f.Err()
	}
	if in.Reason == "" {
		in.Reason = t.Reason
	}
	lasts := in.Action == store.CaseBan || in.Action == store.CaseTimeout || in.Action == store.CaseWarn
	if lasts && !in.Forever && in.Duration == 0 && in.Until == nil && t.DurationSeconds != nil {
		in.Duration = time.Duration(*t.DurationSeconds) * time.Second
	}
	if in.Action == store.CaseBan && in.DeleteSeconds == nil {
		in.DeleteSeconds = t.DeleteMessageSeconds
	}
	return in, nil
}

// suggestReason offers the templates for an action that hold what was typed, and what was typed itself.
func (d discordSide) suggestReason(action store.CaseAction) bot.Suggester {
	return func(ctx context.Context, i *bot.Interaction) ([]bot.Suggestion, error) {
		templates, err := d.Templates(ctx, i.Guild)
		if err != nil {
			return nil, err
		}
		typed := strings.ToLower(strings.TrimSpace(i.Typed))
		var found []bot.Suggestion
		for _, t := range templates {
			if t.Action != nil && *t.Action != action || !strings.Contains(strings.ToLower(t.Name+" "+t.Reason), typed) {
				continue
			}
			name := t.Name
			if t.Reason != "" && t.Reason != t.Name {
				name += " · " + t.Reason
			}
			found = append(found, bot.Suggestion{Name: name, Value: chosenTemplate + t.ID.String()})
		}
		return found, nil
	}
}
