-- The settings of all features, one document for each guild and feature. The economy's move here from a table
-- of their own, so a binary that knows only that table must not run on this schema.

-- +goose Up
CREATE TABLE guild_settings (
    guild_id   bigint      NOT NULL,
    feature    text        NOT NULL,
    version    bigint      NOT NULL CHECK (version >= 0),
    doc        jsonb       NOT NULL CHECK (jsonb_typeof(doc) = 'object'),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (guild_id, feature)
);

INSERT INTO guild_settings (guild_id, feature, version, doc, created_at, updated_at)
SELECT guild_id, 'bytes', version, jsonb_build_object(
        'starting_balance', starting_balance,
        'daily_amount', daily_amount,
        'streak_bonuses', streak_bonuses,
        'max_transfer', max_transfer,
        'transfer_cooldown_hours', transfer_cooldown_hours,
        'role_rewards', role_rewards,
        'daily_on_message', daily_on_message),
    created_at, updated_at
FROM bytes_config;
DROP TABLE bytes_config;
INSERT INTO schema_versions (version, lowest) VALUES (10, 10);

-- +goose Down
-- Loses: the settings of every feature but the economy.
CREATE TABLE bytes_config (
    guild_id                bigint      NOT NULL PRIMARY KEY,
    starting_balance        bigint      NOT NULL CHECK (starting_balance BETWEEN 0 AND 1000000),
    daily_amount            bigint      NOT NULL CHECK (daily_amount BETWEEN 0 AND 100000),
    streak_bonuses          jsonb       NOT NULL,
    max_transfer            bigint      NOT NULL CHECK (max_transfer BETWEEN 1 AND 10000),
    transfer_cooldown_hours integer     NOT NULL CHECK (transfer_cooldown_hours BETWEEN 0 AND 720),
    role_rewards            jsonb       NOT NULL,
    daily_on_message        boolean     NOT NULL,
    version                 bigint      NOT NULL,
    created_at              timestamptz NOT NULL,
    updated_at              timestamptz NOT NULL
);

INSERT INTO bytes_config (guild_id, starting_balance, daily_amount, streak_bonuses, max_transfer, transfer_cooldown_hours,
    role_rewards, daily_on_message, version, created_at, updated_at)
SELECT guild_id, (doc ->> 'starting_balance')::bigint, (doc ->> 'daily_amount')::bigint, doc -> 'streak_bonuses',
    (doc ->> 'max_transfer')::bigint, (doc ->> 'transfer_cooldown_hours')::integer, doc -> 'role_rewards',
    (doc ->> 'daily_on_message')::boolean, version, created_at, updated_at
FROM guild_settings WHERE feature = 'bytes';
DROP TABLE guild_settings;
DELETE FROM schema_versions WHERE version = 10;
