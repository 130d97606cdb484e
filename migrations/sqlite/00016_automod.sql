-- +goose Up
-- The rules of auto-moderation. The document is the rule as the API writes it, without what has a column of its own.
CREATE TABLE automod_rules (
    guild_id   INTEGER NOT NULL,
    id         BLOB    NOT NULL CHECK (length(id) = 16),
    name       TEXT    NOT NULL CHECK (name <> ''),
    type       TEXT    NOT NULL,
    doc        TEXT    NOT NULL CHECK (json_type(doc) = 'object'),
    mode       TEXT    NOT NULL CHECK (mode IN ('off', 'shadow', 'enforce')),
    position   INTEGER NOT NULL,
    version    INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (guild_id, id)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX automod_rules_by_name ON automod_rules (guild_id, name);

-- Which guilds have had their starter rules, and where all rules are off for now.
CREATE TABLE automod_guilds (
    guild_id   INTEGER NOT NULL PRIMARY KEY,
    panic_at   INTEGER, -- empty: the rules work
    panic_by   INTEGER,
    created_at INTEGER NOT NULL
) STRICT;

-- What rules found. What a member does in one burst is one row.
CREATE TABLE automod_hits (
    guild_id         INTEGER NOT NULL,
    id               BLOB    NOT NULL CHECK (length(id) = 16),
    rule_id          BLOB    NOT NULL CHECK (length(rule_id) = 16),
    rule_name        TEXT    NOT NULL,
    user_id          INTEGER NOT NULL,
    user_tag         TEXT    NOT NULL,
    channel_id       INTEGER,
    message_ids      TEXT    NOT NULL CHECK (json_type(message_ids) = 'array'),
    part             TEXT    NOT NULL,
    excerpt          TEXT    NOT NULL,
    matched          TEXT    NOT NULL,
    actions          TEXT    NOT NULL CHECK (json_type(actions) = 'array'),
    shadow           INTEGER NOT NULL CHECK (shadow IN (0, 1)),
    masked           INTEGER NOT NULL CHECK (masked IN (0, 1)), -- a milder rule before it acted
    settled          INTEGER NOT NULL CHECK (settled IN (0, 1)), -- the member had been there for over a day
    acted            TEXT    NOT NULL CHECK (acted IN ('', 'warn', 'timeout', 'kick', 'ban')),
    count            INTEGER NOT NULL CHECK (count > 0),
    verdict          TEXT    NOT NULL CHECK (verdict IN ('open', 'confirmed', 'false')),
    verdict_by       INTEGER,
    case_number      INTEGER,
    alert_channel_id INTEGER,
    alert_message_id INTEGER,
    created_at       INTEGER NOT NULL,
    updated_at       INTEGER NOT NULL,
    PRIMARY KEY (guild_id, id)
) STRICT, WITHOUT ROWID;

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
