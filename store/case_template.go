package store

import (
	"context"
	"fmt"
	"time"

	"github.com/disgoorg/snowflake/v2"
	"github.com/google/uuid"
)

// MaxCaseTemplates is how many templates a guild can have.
const MaxCaseTemplates = 50

// CaseTemplate is a reason that moderators use often, with what else goes with it.
type CaseTemplate struct {
	GuildID              snowflake.ID `json:"-"`
	ID                   uuid.UUID    `json:"id" doc:"A UUIDv7."`
	Name                 string       `json:"name" doc:"What moderators choose it by; no other of the guild has it." example:"Spam"`
	Action               *CaseAction  `json:"action" doc:"The only action that it is for; null for any." example:"timeout"`
	Reason               string       `json:"reason" doc:"The reason, in up to 500 characters." example:"Spam in several channels"`
	DurationSeconds      *int64       `json:"duration_seconds" doc:"How long a ban, timeout or warning lasts; null when it does not say." example:"86400"`
	DeleteMessageSeconds *int64       `json:"delete_message_seconds" doc:"How far back a ban deletes messages; null when it does not say." example:"3600"`
	Position             int64        `json:"position" doc:"Its place among the guild's templates, from 0." example:"0"`
	CreatedAt            time.Time    `json:"created_at" doc:"When it was made."`
	UpdatedAt            time.Time    `json:"updated_at" doc:"When it last changed."`
}

const caseTemplateColumns = `guild_id, id, name, action, reason, duration_seconds, delete_message_seconds, position, created_at, updated_at`

func scanCaseTemplate(r row) (CaseTemplate, error) {
	var t CaseTemplate
	var action *string
	err := r.Scan(&t.GuildID, &t.ID, &t.Name, &action, &t.Reason, &t.DurationSeconds, &t.DeleteMessageSeconds, &t.Position, &t.CreatedAt, &t.UpdatedAt)
	t.Action = (*CaseAction)(action)
	return t, err
}

// CaseTemplates returns the templates of a guild in their order.
func (s *Store) CaseTemplates(ctx context.Context, guild snowflake.ID) ([]CaseTemplate, error) {
	if err := checkIDs(guild); err != nil {
		return nil, err
	}
	found, err := list(s.db.reader(ctx), scanCaseTemplate, `SELECT `+caseTemplateColumns+` FROM case_templates WHERE guild_id = $1 ORDER BY position, id`, guild)
	return found, wrap("list templates", err)
}

// CreateCaseTemplate adds a template, with an audit entry; UpdatedAt is when. ErrExists when its name is taken, ErrInvalid
// when the guild has as many as it can.
func (s *Store) CreateCaseTemplate(ctx context.Context, t CaseTemplate, actor Actor) (CaseTemplate, error) {
	if err := checkIDs(t.GuildID); err != nil {
		return CaseTemplate{}, err
	}
	t.UpdatedAt = moment(t.UpdatedAt)
	t.ID, t.CreatedAt = NewID(t.UpdatedAt), t.UpdatedAt
	err := s.db.write(ctx, func(c conn) error {
		if err := lockCases(c, t.GuildID); err != nil {
			return err
		}
		n, err := one(c, scalar[int64], `SELECT count(*) FROM case_templates WHERE guild_id = $1`, t.GuildID)
		if err != nil {
			return err
		}
		if n >= MaxCaseTemplates {
			return fmt.Errorf("%w: the guild has %d templates", ErrInvalid, n)
		}
		_, err = c.exec(`INSERT INTO case_templates (`+caseTemplateColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
			t.GuildID, t.ID, t.Name, (*string)(t.Action), t.Reason, t.DurationSeconds, t.DeleteMessageSeconds, t.Position, t.CreatedAt, t.UpdatedAt)
		if err != nil {
			return err
		}
		return writeChange(c, actor.Entry("case_template.create", t.Name), t.GuildID, t.UpdatedAt, nil, t)
	})
	return t, wrap("create template", err)
}

// UpdateCaseTemplate replaces a template, with an audit entry. ErrNotFound when there is none, ErrExists when its name is
// taken.
func (s *Store) UpdateCaseTemplate(ctx context.Context, t CaseTemplate, actor Actor) (CaseTemplate, error) {
	if err := checkIDs(t.GuildID); err != nil {
		return CaseTemplate{}, err
	}
	t.UpdatedAt = moment(t.UpdatedAt)
	err := s.db.write(ctx, func(c conn) error {
		old, err := one(c, scanCaseTemplate, selectCaseTemplate+c.dialect().forUpdate, t.GuildID, t.ID)
		if err != nil {
			return err
		}
		t.CreatedAt = old.CreatedAt
		_, err = c.exec(`UPDATE case_templates SET name = $3, action = $4, reason = $5, duration_seconds = $6, delete_message_seconds = $7,
			position = $8, updated_at = $9 WHERE guild_id = $1 AND id = $2`,
			t.GuildID, t.ID, t.Name, (*string)(t.Action), t.Reason, t.DurationSeconds, t.DeleteMessageSeconds, t.Position, t.UpdatedAt)
		if err != nil {
			return err
		}
		return writeChange(c, actor.Entry("case_template.update", t.Name), t.GuildID, t.UpdatedAt, old, t)
	})
	return t, wrap("update template", err)
}

const selectCaseTemplate = `SELECT ` + caseTemplateColumns + ` FROM case_templates WHERE guild_id = $1 AND id = $2`

// DeleteCaseTemplate removes a template, with an audit entry. ErrNotFound when there is none. Cases keep its words.
func (s *Store) DeleteCaseTemplate(ctx context.Context, guild snowflake.ID, id uuid.UUID, at time.Time, actor Actor) error {
	if err := checkIDs(guild); err != nil {
		return err
	}
	return wrap("delete template", s.db.write(ctx, func(c conn) error {
		old, err := one(c, scanCaseTemplate, selectCaseTemplate+c.dialect().forUpdate, guild, id)
		if err != nil {
			return err
		}
		if _, err := c.exec(`DELETE FROM case_templates WHERE guild_id = $1 AND id = $2`, guild, id); err != nil {
			return err
		}
		return writeChange(c, actor.Entry("case_template.delete", old.Name), guild, moment(at), old, nil)
	}))
}
