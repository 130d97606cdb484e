package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/disgoorg/snowflake/v2"
	"github.com/riverqueue/river"
)

// GuildSettings is what one guild has set for one feature: a document of JSON whose fields the feature knows.
type GuildSettings struct {
	GuildID   snowflake.ID
	Feature   string
	Version   int64           // bumped by each write, 0 while nobody has saved any
	Doc       json.RawMessage // an object
	CreatedAt time.Time       // zero while nobody has saved any
	UpdatedAt time.Time
}

const guildSettingsColumns = `guild_id, feature, version, doc, created_at, updated_at`

const selectGuildSettings = `SELECT ` + guildSettingsColumns + ` FROM guild_settings WHERE guild_id = $1 AND feature = $2`

func scanGuildSettings(r row) (GuildSettings, error) {
	var g GuildSettings
	return g, r.Scan(&g.GuildID, &g.Feature, &g.Version, &g.Doc, &g.CreatedAt, &g.UpdatedAt)
}

// GuildSettings returns a guild's settings of a feature: those with the document defaults and Version 0 when it
// has saved none.
func (s *Store) GuildSettings(ctx context.Context, guild snowflake.ID, feature string, defaults json.RawMessage) (GuildSettings, error) {
	if err := checkIDs(guild); err != nil {
		return GuildSettings{}, err
	}
	g, err := one(s.db.reader(ctx), scanGuildSettings, selectGuildSettings, guild, feature)
	if errors.Is(err, ErrNotFound) {
		return GuildSettings{GuildID: guild, Feature: feature, Doc: defaults}, nil
	}
	return g, wrap("read settings", err)
}

// lockGuildSettings reads settings that are about to change. A row of version 0, which this transaction replaces,
// makes those wait for each other who save the first ones.
func lockGuildSettings(c conn, guild snowflake.ID, feature string, defaults json.RawMessage) (GuildSettings, error) {
	now := moment(time.Now())
	_, err := c.exec(`INSERT INTO guild_settings (`+guildSettingsColumns+`) VALUES ($1, $2, 0, '{}', $3, $3)
		ON CONFLICT (guild_id, feature) DO NOTHING`, guild, feature, now)
	if err != nil {
		return GuildSettings{}, err
	}
	g, err := one(c, scanGuildSettings, selectGuildSettings+c.dialect().forUpdate, guild, feature)
	if err == nil && g.Version == 0 {
		g = GuildSettings{GuildID: guild, Feature: feature, Doc: defaults}
	}
	return g, err
}

// Configured reports whether a guild has saved settings of any feature.
func (s *Store) Configured(ctx context.Context, guild snowflake.ID) (bool, error) {
	if err := checkIDs(guild); err != nil {
		return false, err
	}
	saved, err := list(s.db.reader(ctx), scalar[string], `SELECT feature FROM guild_settings WHERE guild_id = $1 LIMIT 1`, guild)
	return len(saved) > 0, wrap("read settings", err)
}

// UpdateGuildSettings changes a guild's settings of a feature, with an audit entry of the documents before and
// after: change gets the settings as they are (see GuildSettings) and returns what they become. All of it, with
// the jobs, is one transaction. change only computes and may run more than once; of what it returns the document
// counts, and UpdatedAt, which is when, now if it is left as it was. An error of change is returned and nothing is
// written. With ifVersion the settings must be of that version, else ErrStale.
func (s *Store) UpdateGuildSettings(ctx context.Context, guild snowflake.ID, feature string, defaults json.RawMessage, ifVersion *int64,
	actor Actor, change func(GuildSettings) (GuildSettings, error), then ...river.JobArgs) (GuildSettings, error) {
	if err := checkIDs(guild); err != nil {
		return GuildSettings{}, err
	}
	var saved GuildSettings
	err := s.db.write(ctx, func(c conn) error {
		old, err := lockGuildSettings(c, guild, feature, defaults)
		if err != nil {
			return err
		}
		if ifVersion != nil && *ifVersion != old.Version {
			return ErrStale
		}
		if saved, err = change(old); err != nil {
			return err
		}
		if saved.UpdatedAt.Equal(old.UpdatedAt) {
			saved.UpdatedAt = time.Now()
		}
		saved.UpdatedAt = moment(saved.UpdatedAt)
		saved.GuildID, saved.Feature, saved.Version, saved.CreatedAt = guild, feature, old.Version+1, old.CreatedAt
		if old.Version == 0 {
			saved.CreatedAt = saved.UpdatedAt
		}
		if err := writeGuildSettings(c, saved); err != nil {
			return err
		}
		entry := actor.Entry(SettingsAction(feature), feature+" settings")
		entry.Before, entry.After = old.Doc, saved.Doc
		if err := writeChange(c, entry, guild, saved.UpdatedAt, nil, nil); err != nil {
			return err
		}
		return c.enqueue(then)
	})
	return saved, wrap("update settings", err)
}

// SettingsAction is what the audit log calls a change of a feature's settings.
func SettingsAction(feature string) string { return feature + ".config" }

func writeGuildSettings(c conn, g GuildSettings) error {
	var object map[string]json.RawMessage
	if err := json.Unmarshal(g.Doc, &object); err != nil || object == nil {
		return fmt.Errorf("%w: the settings of %s are not an object of JSON", ErrInvalid, g.Feature)
	}
	_, err := c.exec(`UPDATE guild_settings SET version = $3, doc = $4, created_at = $5, updated_at = $6 WHERE guild_id = $1 AND feature = $2`,
		g.GuildID, g.Feature, g.Version, g.Doc, g.CreatedAt, g.UpdatedAt)
	return err
}

// writeChange completes and writes the audit entry of a change from before to after.
func writeChange(c conn, a AuditEntry, guild snowflake.ID, at time.Time, before, after any) (err error) {
	a.GuildID, a.CreatedAt = guild, at
	if a.Before == nil && before != nil {
		if a.Before, err = json.Marshal(before); err != nil {
			return err
		}
	}
	if a.After == nil && after != nil {
		if a.After, err = json.Marshal(after); err != nil {
			return err
		}
	}
	_, err = writeAudit(c, a)
	return err
}
