package store

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/disgoorg/snowflake/v2"
	"github.com/google/uuid"
)

// AutomodRule is a rule of auto-moderation as it is kept. What its document means is for app/automod.
type AutomodRule struct {
	ID        uuid.UUID
	GuildID   snowflake.ID
	Name      string // of which a guild has each once
	Type      string
	Doc       json.RawMessage
	Mode      string // off, shadow or enforce
	Position  int64
	Version   int64 // bumped by each change, for ETag
	CreatedAt time.Time
	UpdatedAt time.Time
}

const automodRuleColumns = `guild_id, id, name, type, doc, mode, position, version, created_at, updated_at`

func scanAutomodRule(r row) (a AutomodRule, err error) {
	return a, r.Scan(&a.GuildID, &a.ID, &a.Name, &a.Type, &a.Doc, &a.Mode, &a.Position, &a.Version, &a.CreatedAt, &a.UpdatedAt)
}

// AutomodRules returns the rules of a guild in their order.
func (s *Store) AutomodRules(ctx context.Context, guild snowflake.ID) ([]AutomodRule, error) {
	if err := checkIDs(guild); err != nil {
		return nil, err
	}
	found, err := automodRulesIn(s.db.reader(ctx), guild)
	return found, wrap("list automod rules", err)
}

func automodRulesIn(c conn, guild snowflake.ID) ([]AutomodRule, error) {
	return list(c, scanAutomodRule, `SELECT `+automodRuleColumns+` FROM automod_rules WHERE guild_id = $1 ORDER BY position, id`, guild)
}

// AutomodRule returns one rule of a guild, ErrNotFound when there is none.
func (s *Store) AutomodRule(ctx context.Context, guild snowflake.ID, id uuid.UUID) (AutomodRule, error) {
	if err := checkIDs(guild); err != nil {
		return AutomodRule{}, err
	}
	a, err := one(s.db.reader(ctx), scanAutomodRule, `SELECT `+automodRuleColumns+` FROM automod_rules WHERE guild_id = $1 AND id = $2`, guild, id)
	return a, wrap("read automod rule", err)
}

// ErrTooMany: there are as many as there may be.
var ErrTooMany = errors.New("there are as many as there may be")

// CreateAutomodRule adds a rule behind the others, with the audit entry, and returns it with its id, place and times.
// ErrExists when the guild has one of its name, ErrTooMany when it has most rules.
func (s *Store) CreateAutomodRule(ctx context.Context, a AutomodRule, most int64, actor Actor) (AutomodRule, error) {
	if err := checkIDs(a.GuildID); err != nil {
		return a, err
	}
	a.UpdatedAt = moment(a.UpdatedAt)
	a.CreatedAt = a.UpdatedAt
	a.ID, a.Version = NewID(a.UpdatedAt), 1
	err := s.db.write(ctx, func(c conn) error {
		if err := lockAutomod(c, a.GuildID, a.UpdatedAt); err != nil {
			return err
		}
		type place struct{ rules, next int64 }
		at, err := one(c, func(r row) (p place, err error) { return p, r.Scan(&p.rules, &p.next) },
			`SELECT count(*), coalesce(max(position) + 1, 0) FROM automod_rules WHERE guild_id = $1`, a.GuildID)
		if err != nil {
			return err
		}
		if at.rules >= most {
			return ErrTooMany
		}
		a.Position = at.next
		if err := insertAutomodRule(c, a); err != nil {
			return err
		}
		return writeChange(c, actor.Entry("automod.rule.create", a.Name), a.GuildID, a.UpdatedAt, nil, a.recorded())
	})
	return a, wrap("create automod rule", err)
}

func insertAutomodRule(c conn, a AutomodRule) error {
	_, err := c.exec(`INSERT INTO automod_rules (`+automodRuleColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		a.GuildID, a.ID, a.Name, a.Type, a.Doc, a.Mode, a.Position, a.Version, a.CreatedAt, a.UpdatedAt)
	return err
}

// lockAutomod makes one change of a guild's rules wait for another, and remembers that the guild has been met.
func lockAutomod(c conn, guild snowflake.ID, at time.Time) error {
	_, err := c.exec(`INSERT INTO automod_guilds (guild_id, created_at) VALUES ($1, $2)
		ON CONFLICT (guild_id) DO UPDATE SET created_at = automod_guilds.created_at`, guild, at)
	return err
}

// recordedRule is a rule as the audit log shows it.
type recordedRule struct {
	ID   uuid.UUID       `json:"id"`
	Name string          `json:"name"`
	Type string          `json:"type"`
	Mode string          `json:"mode"`
	Rule json.RawMessage `json:"rule"`
}

func (a AutomodRule) recorded() recordedRule {
	return recordedRule{a.ID, a.Name, a.Type, a.Mode, a.Doc}
}

// UpdateAutomodRule changes a rule, with an audit entry: change gets the rule as it is and returns what it becomes; of that
// name, document and mode count, and UpdatedAt, which is when. change only computes and may run more than once; an error
// of it is returned and nothing is written. With ifVersion the rule must be of that version, else ErrStale. ErrNotFound
// when there is none, ErrExists when another has its name.
func (s *Store) UpdateAutomodRule(ctx context.Context, guild snowflake.ID, id uuid.UUID, ifVersion *int64, actor Actor,
	change func(AutomodRule) (AutomodRule, error)) (AutomodRule, error) {
	if err := checkIDs(guild); err != nil {
		return AutomodRule{}, err
	}
	var saved AutomodRule
	err := s.db.write(ctx, func(c conn) error {
		old, err := lockAutomodRule(c, guild, id)
		if err != nil {
			return err
		}
		if ifVersion != nil && *ifVersion != old.Version {
			return ErrStale
		}
		if saved, err = change(old); err != nil {
			return err
		}
		saved.GuildID, saved.ID, saved.Type, saved.Position, saved.Version, saved.CreatedAt = guild, id, old.Type, old.Position, old.Version+1, old.CreatedAt
		saved.UpdatedAt = moment(saved.UpdatedAt)
		_, err = c.exec(`UPDATE automod_rules SET name = $3, doc = $4, mode = $5, version = $6, updated_at = $7 WHERE guild_id = $1 AND id = $2`,
			guild, id, saved.Name, saved.Doc, saved.Mode, saved.Version, saved.UpdatedAt)
		if err != nil {
			return err
		}
		return writeChange(c, actor.Entry("automod.rule.update", saved.Name), guild, saved.UpdatedAt, old.recorded(), saved.recorded())
	})
	return saved, wrap("update automod rule", err)
}

func lockAutomodRule(c conn, guild snowflake.ID, id uuid.UUID) (AutomodRule, error) {
	return one(c, scanAutomodRule, `SELECT `+automodRuleColumns+` FROM automod_rules WHERE guild_id = $1 AND id = $2`+c.dialect().forUpdate, guild, id)
}

// DeleteAutomodRule removes a rule, with an audit entry, and returns it as it was. What it found stays in the log.
// ErrNotFound and ErrStale as in UpdateAutomodRule.
func (s *Store) DeleteAutomodRule(ctx context.Context, guild snowflake.ID, id uuid.UUID, ifVersion *int64, at time.Time, actor Actor) (AutomodRule, error) {
	if err := checkIDs(guild); err != nil {
		return AutomodRule{}, err
	}
	var old AutomodRule
	err := s.db.write(ctx, func(c conn) (err error) {
		if old, err = lockAutomodRule(c, guild, id); err != nil {
			return err
		}
		if ifVersion != nil && *ifVersion != old.Version {
			return ErrStale
		}
		if _, err := c.exec(`DELETE FROM automod_rules WHERE guild_id = $1 AND id = $2`, guild, id); err != nil {
			return err
		}
		return writeChange(c, actor.Entry("automod.rule.delete", old.Name), guild, moment(at), old.recorded(), nil)
	})
	return old, wrap("delete automod rule", err)
}

// OrderAutomodRules puts a guild's rules into the order of ids, with an audit entry, and returns them. ErrStale when ids
// are not exactly the rules of the guild.
func (s *Store) OrderAutomodRules(ctx context.Context, guild snowflake.ID, ids []uuid.UUID, at time.Time, actor Actor) ([]AutomodRule, error) {
	if err := checkIDs(guild); err != nil {
		return nil, err
	}
	at = moment(at)
	var ordered []AutomodRule
	err := s.db.write(ctx, func(c conn) error {
		if err := lockAutomod(c, guild, at); err != nil {
			return err
		}
		old, err := automodRulesIn(c, guild)
		if err != nil {
			return err
		}
		if len(ids) != len(old) {
			return ErrStale
		}
		before, after := make([]string, len(old)), make([]string, len(old))
		ordered = make([]AutomodRule, len(old))
		for i, id := range ids {
			at := slices.IndexFunc(old, func(a AutomodRule) bool { return a.ID == id })
			if at < 0 || slices.Index(ids, id) != i {
				return ErrStale
			}
			ordered[i] = old[at]
			before[i], after[i] = old[i].Name, old[at].Name
			ordered[i].Position = int64(i)
		}
		for i, id := range ids { // at most a hundred, by the number of rules that a guild may have
			if _, err := c.exec(`UPDATE automod_rules SET position = $3 WHERE guild_id = $1 AND id = $2`, guild, id, int64(i)); err != nil {
				return err
			}
		}
		return writeChange(c, actor.Entry("automod.rules.order", "rules"), guild, at, map[string][]string{"order": before}, map[string][]string{"order": after})
	})
	return ordered, wrap("order automod rules", err)
}

// SeedAutomodRules gives a guild the rules that a new one has, unless it has been met before: then nothing is written
// and it returns false.
func (s *Store) SeedAutomodRules(ctx context.Context, guild snowflake.ID, rules []AutomodRule, at time.Time) (bool, error) {
	if err := checkIDs(guild); err != nil {
		return false, err
	}
	at = moment(at)
	met, err := one(s.db.reader(ctx), scalar[int64], `SELECT count(*) FROM automod_guilds WHERE guild_id = $1`, guild)
	if err != nil || met > 0 {
		return false, wrap("seed automod rules", err)
	}
	seeded := false
	err = s.db.write(ctx, func(c conn) error {
		n, err := c.exec(`INSERT INTO automod_guilds (guild_id, created_at) VALUES ($1, $2) ON CONFLICT (guild_id) DO NOTHING`, guild, at)
		if seeded = n == 1; err != nil || !seeded {
			return err
		}
		for i, a := range rules { // a dozen
			a.GuildID, a.ID, a.Version, a.Position, a.CreatedAt, a.UpdatedAt = guild, NewID(at), 1, int64(i), at, at
			if err := insertAutomodRule(c, a); err != nil {
				return err
			}
		}
		return nil
	})
	return seeded, wrap("seed automod rules", err)
}

// AutomodPanic says since when all rules of a guild are off, and who switched them off.
type AutomodPanic struct {
	Active bool          `json:"active" doc:"Whether all rules are off." example:"false"`
	Since  *time.Time    `json:"since" doc:"Since when; null while the rules work." example:"2026-11-22T15:04:05Z"`
	By     *snowflake.ID `json:"by" doc:"Who switched them off; null while the rules work, and for a key." example:"1000000000000000003"`
}

// AutomodPanicOf reads it.
func (s *Store) AutomodPanicOf(ctx context.Context, guild snowflake.ID) (AutomodPanic, error) {
	if err := checkIDs(guild); err != nil {
		return AutomodPanic{}, err
	}
	p, err := one(s.db.reader(ctx), func(r row) (p AutomodPanic, err error) { return p, r.Scan(&p.Since, &p.By) },
		`SELECT panic_at, panic_by FROM automod_guilds WHERE guild_id = $1`, guild)
	if errors.Is(err, ErrNotFound) {
		return AutomodPanic{}, nil
	}
	p.Active = p.Since != nil
	return p, wrap("read automod panic", err)
}

// SetAutomodPanic switches all rules of a guild off or on again, with an audit entry when that changes something.
func (s *Store) SetAutomodPanic(ctx context.Context, guild snowflake.ID, active bool, at time.Time, actor Actor) (AutomodPanic, error) {
	if err := checkIDs(guild); err != nil {
		return AutomodPanic{}, err
	}
	at = moment(at)
	var p AutomodPanic
	err := s.db.write(ctx, func(c conn) error {
		if err := lockAutomod(c, guild, at); err != nil {
			return err
		}
		old, err := one(c, func(r row) (p AutomodPanic, err error) { return p, r.Scan(&p.Since, &p.By) },
			`SELECT panic_at, panic_by FROM automod_guilds WHERE guild_id = $1`, guild)
		if err != nil {
			return err
		}
		old.Active = old.Since != nil
		if p = old; old.Active == active {
			return nil
		}
		p = AutomodPanic{Active: active}
		if active {
			p.Since = &at
			if actor.ID != 0 {
				p.By = &actor.ID
			}
		}
		if _, err := c.exec(`UPDATE automod_guilds SET panic_at = $2, panic_by = $3 WHERE guild_id = $1`, guild, p.Since, p.By); err != nil {
			return err
		}
		return writeChange(c, actor.Entry("automod.panic", "auto-moderation"), guild, at, map[string]bool{"active": old.Active}, map[string]bool{"active": active})
	})
	return p, wrap("set automod panic", err)
}
