-- +goose Up
-- The rules of auto-moderation. The document is the rule as the API writes it, without what has a column of its own.
CREATE TABLE automod_rules (
    guild_id   bigint NOT NULL,
    id         uuid NOT NULL,
    name       text NOT NULL CHECK (name <> ''),
    type       text NOT NULL,
    doc        jsonb    NOT NULL CHECK (jsonb_typeof(doc) = 'object'),
    mode       text NOT NULL CHECK (mode IN ('off', 'shadow', 'enforce')),
    position   bigint NOT NULL,
    version    bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (guild_id, id)
);

CREATE UNIQUE INDEX automod_rules_by_name ON automod_rules (guild_id, name);

-- Which guilds have had their starter rules, and where all rules are off for now.
CREATE TABLE automod_guilds (
    guild_id   bigint NOT NULL PRIMARY KEY,
    panic_at   timestamptz, -- empty: the rules work
    panic_by   bigint,
    created_at timestamptz NOT NULL
);

-- What rules found. What a member does in one burst is one row.
CREATE TABLE automod_hits (
    guild_id         bigint NOT NULL,
    id               uuid NOT NULL,
    rule_id          uuid NOT NULL,
    rule_name        text NOT NULL,
    user_id          bigint NOT NULL,
    user_tag         text NOT NULL,
    channel_id       bigint,
    message_ids      jsonb    NOT NULL CHECK (jsonb_typeof(message_ids) = 'array'),
    part             text NOT NULL,
    excerpt          text NOT NULL,
    matched          text NOT NULL,
    actions          jsonb    NOT NULL CHECK (jsonb_typeof(actions) = 'array'),
    shadow           boolean NOT NULL,
    masked           boolean NOT NULL, -- a milder rule before it acted
    settled          boolean NOT NULL, -- the member had been there for over a day
    acted            text NOT NULL CHECK (acted IN ('', 'warn', 'timeout', 'kick', 'ban')),
    count            bigint NOT NULL CHECK (count > 0),
    verdict          text NOT NULL CHECK (verdict IN ('open', 'confirmed', 'false')),
    verdict_by       bigint,
    case_number      bigint,
    alert_channel_id bigint,
    alert_message_id bigint,
    created_at       timestamptz NOT NULL,
    updated_at       timestamptz NOT NULL,
    PRIMARY KEY (guild_id, id)
);

CREATE INDEX automod_hits_by_rule ON automod_hits (guild_id, rule_id, created_at);
CREATE INDEX automod_hits_by_user ON automod_hits (guild_id, user_id, id);
CREATE INDEX automod_hits_by_age ON automod_hits (created_at);

INSERT INTO schema_versions (version, lowest) VALUES (16, 15);

-- +goose Down
-- Loses: the rules of auto-moderation and what they found.
DROP TABLE automod_hits;
DROP TABLE automod_guilds;
DROP TABLE automod_rules;
DELETE FROM schema_versions WHERE version = 16;
