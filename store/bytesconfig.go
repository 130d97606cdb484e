package store

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"time"

	"github.com/disgoorg/snowflake/v2"
	"github.com/riverqueue/river"
)

// BytesConfig is how the economy of one guild works.
type BytesConfig struct {
	GuildID               snowflake.ID           `json:"guild_id" doc:"The guild." example:"1000000000000000001"`
	StartingBalance       int64                  `json:"starting_balance" doc:"Bytes of a new account, 0–1,000,000." example:"100"`
	DailyAmount           int64                  `json:"daily_amount" doc:"Bytes of a daily claim before the multiplier, 0–100,000." example:"10"`
	StreakBonuses         map[int]int64          `json:"streak_bonuses" doc:"Multiplier from this many days in a row on; at most 4." example:"{\"8\": 2}"`
	MaxTransfer           int64                  `json:"max_transfer" doc:"Most bytes of one transfer, 1–10,000." example:"1000"`
	TransferCooldownHours int                    `json:"transfer_cooldown_hours" doc:"Hours between two transfers of one member, 0–720." example:"0"`
	RoleRewards           map[snowflake.ID]int64 `json:"role_rewards" doc:"Role given when this many bytes have been received; at most 50." example:"{\"1000000000000000009\": 500}"`
	DailyOnMessage        bool                   `json:"daily_on_message" doc:"Whether the first message of the day claims." example:"true"`
	Version               int64                  `json:"-"` // bumped by each write, 0 while the defaults hold; for ETag
	CreatedAt             time.Time              `json:"created_at,omitzero" doc:"When the settings were first saved; absent while nobody has."`
	UpdatedAt             time.Time              `json:"updated_at,omitzero" doc:"When they last changed; absent while nobody has saved any."`
}

// DefaultBytesConfig returns the settings of a guild that has saved none.
func DefaultBytesConfig(guild snowflake.ID) BytesConfig {
	return BytesConfig{
		GuildID:         guild,
		StartingBalance: 100,
		DailyAmount:     10,
		StreakBonuses:   map[int]int64{8: 2, 16: 4, 32: 8, 64: 16},
		MaxTransfer:     1000,
		RoleRewards:     map[snowflake.ID]int64{},
		DailyOnMessage:  true,
	}
}

const bytesConfigColumns = `guild_id, starting_balance, daily_amount, streak_bonuses, max_transfer, transfer_cooldown_hours, role_rewards, daily_on_message, version, created_at, updated_at`

func scanBytesConfig(r row) (BytesConfig, error) {
	var c BytesConfig
	var bonuses, rewards json.RawMessage
	err := r.Scan(&c.GuildID, &c.StartingBalance, &c.DailyAmount, &bonuses, &c.MaxTransfer, &c.TransferCooldownHours,
		&rewards, &c.DailyOnMessage, &c.Version, &c.CreatedAt, &c.UpdatedAt)
	if err != nil {
		return c, err
	}
	return c, errors.Join(json.Unmarshal(bonuses, &c.StreakBonuses), json.Unmarshal(rewards, &c.RoleRewards))
}

// BytesConfig returns the settings of a guild, the defaults with Version 0 when it has saved none.
func (s *Store) BytesConfig(ctx context.Context, guild snowflake.ID) (BytesConfig, error) {
	if err := checkIDs(guild); err != nil {
		return BytesConfig{}, err
	}
	c, err := readBytesConfig(s.db.reader(ctx), guild, "")
	return c, wrap("read bytes settings", err)
}

func readBytesConfig(c conn, guild snowflake.ID, lock string) (BytesConfig, error) {
	cfg, err := one(c, scanBytesConfig, `SELECT `+bytesConfigColumns+` FROM bytes_config WHERE guild_id = $1`+lock, guild)
	if errors.Is(err, ErrNotFound) {
		return DefaultBytesConfig(guild), nil
	}
	return cfg, err
}

// SaveBytesConfig replaces the settings of cfg.GuildID and writes the audit entry and the jobs in the same
// transaction; Before and After of the entry are filled in when they are empty. With ifVersion the settings
// must still be of that version, else ErrStale. It returns them with their new version and times;
// cfg.UpdatedAt is when, now if it is zero.
func (s *Store) SaveBytesConfig(ctx context.Context, cfg BytesConfig, ifVersion *int64, audit AuditEntry, then ...river.JobArgs) (BytesConfig, error) {
	if err := errors.Join(checkIDs(cfg.GuildID, audit.Actor.ID), checkIDs(keys(cfg.RoleRewards)...)); err != nil {
		return BytesConfig{}, err
	}
	if cfg.UpdatedAt.IsZero() {
		cfg.UpdatedAt = time.Now()
	}
	cfg.UpdatedAt = moment(cfg.UpdatedAt)
	if cfg.StreakBonuses == nil {
		cfg.StreakBonuses = map[int]int64{}
	}
	if cfg.RoleRewards == nil {
		cfg.RoleRewards = map[snowflake.ID]int64{}
	}
	var saved BytesConfig
	err := s.db.write(ctx, func(c conn) error {
		old, err := readBytesConfig(c, cfg.GuildID, c.dialect().forUpdate)
		if err != nil {
			return err
		}
		if ifVersion != nil && *ifVersion != old.Version {
			return ErrStale
		}
		saved = cfg
		saved.Version, saved.CreatedAt = old.Version+1, old.CreatedAt
		if old.Version == 0 {
			saved.CreatedAt = cfg.UpdatedAt
		}
		if err := writeBytesConfig(c, saved); err != nil {
			return err
		}
		if err := writeChange(c, audit, cfg.GuildID, cfg.UpdatedAt, old, saved); err != nil {
			return err
		}
		return c.enqueue(then)
	})
	return saved, wrap("save bytes settings", err)
}

// writeBytesConfig writes the row of version c.Version over the one before it. Two first saves at once find
// no row to lock: the slower one is stale.
func writeBytesConfig(c conn, cfg BytesConfig) error {
	bonuses, err := json.Marshal(cfg.StreakBonuses)
	if err != nil {
		return err
	}
	rewards, err := json.Marshal(cfg.RoleRewards)
	if err != nil {
		return err
	}
	n, err := c.exec(`INSERT INTO bytes_config (`+bytesConfigColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
		ON CONFLICT (guild_id) DO UPDATE SET starting_balance = excluded.starting_balance, daily_amount = excluded.daily_amount,
			streak_bonuses = excluded.streak_bonuses, max_transfer = excluded.max_transfer,
			transfer_cooldown_hours = excluded.transfer_cooldown_hours, role_rewards = excluded.role_rewards,
			daily_on_message = excluded.daily_on_message, version = excluded.version, updated_at = excluded.updated_at
		WHERE bytes_config.version = excluded.version - 1`,
		cfg.GuildID, cfg.StartingBalance, cfg.DailyAmount, json.RawMessage(bonuses), cfg.MaxTransfer, cfg.TransferCooldownHours,
		json.RawMessage(rewards), cfg.DailyOnMessage, cfg.Version, cfg.CreatedAt, cfg.UpdatedAt)
	if err == nil && n == 0 {
		return ErrStale
	}
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

func keys[V any](m map[snowflake.ID]V) []snowflake.ID {
	ids := make([]snowflake.ID, 0, len(m))
	for id := range maps.Keys(m) {
		ids = append(ids, id)
	}
	return ids
}
