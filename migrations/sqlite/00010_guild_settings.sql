-- The settings of all features, one document for each guild and feature. The economy's move here from a table
-- of their own, so a binary that knows only that table must not run on this schema.

-- +goose Up
CREATE TABLE guild_settings (
    guild_id   INTEGER NOT NULL,
    feature    TEXT    NOT NULL,
    version    INTEGER NOT NULL CHECK (version >= 0),
    doc        TEXT    NOT NULL CHECK (json_type(doc) = 'object'),
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (guild_id, feature)
) STRICT, WITHOUT ROWID;

INSERT INTO guild_settings (guild_id, feature, version, doc, created_at, updated_at)
SELECT guild_id, 'bytes', version, json_object(
        'starting_balance', starting_balance,
        'daily_amount', daily_amount,
        'streak_bonuses', json(streak_bonuses),
        'max_transfer', max_transfer,
        'transfer_cooldown_hours', transfer_cooldown_hours,
        'role_rewards', json(role_rewards),
        'daily_on_message', json(CASE WHEN daily_on_message = 1 THEN 'true' ELSE 'false' END)),
    created_at, updated_at
FROM bytes_config;
DROP TABLE bytes_config;
INSERT INTO schema_versions (version, lowest) VALUES (10, 10);

-- +goose Down
-- Loses: the settings of every feature but the economy.
CREATE TABLE bytes_config (
    guild_id                INTEGER NOT NULL PRIMARY KEY,
    starting_balance        INTEGER NOT NULL CHECK (starting_balance BETWEEN 0 AND 1000000),
    daily_amount            INTEGER NOT NULL CHECK (daily_amount BETWEEN 0 AND 100000),
    streak_bonuses          TEXT    NOT NULL CHECK (json_valid(streak_bonuses)),
    max_transfer            INTEGER NOT NULL CHECK (max_transfer BETWEEN 1 AND 10000),
    transfer_cooldown_hours INTEGER NOT NULL CHECK (transfer_cooldown_hours BETWEEN 0 AND 720),
    role_rewards            TEXT    NOT NULL CHECK (json_valid(role_rewards)),
    daily_on_message        INTEGER NOT NULL CHECK (daily_on_message IN (0, 1)),
    version                 INTEGER NOT NULL,
    created_at              INTEGER NOT NULL,
    updated_at              INTEGER NOT NULL
) STRICT;

INSERT INTO bytes_config (guild_id, starting_balance, daily_amount, streak_bonuses, max_transfer, transfer_cooldown_hours,
    role_rewards, daily_on_message, version, created_at, updated_at)
SELECT guild_id, doc ->> 'starting_balance', doc ->> 'daily_amount', doc -> 'streak_bonuses', doc ->> 'max_transfer',
    doc ->> 'transfer_cooldown_hours', doc -> 'role_rewards', doc ->> 'daily_on_message', version, created_at, updated_at
FROM guild_settings WHERE feature = 'bytes';
DROP TABLE guild_settings;
DELETE FROM schema_versions WHERE version = 10;
