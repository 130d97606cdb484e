-- +goose Up
CREATE TABLE api_keys (
    id           BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    name         TEXT    NOT NULL,
    prefix       TEXT    NOT NULL,
    hash         BLOB    NOT NULL CHECK (length(hash) = 32),
    scopes       TEXT    NOT NULL CHECK (json_valid(scopes)),
    guilds       TEXT    CHECK (json_valid(guilds)),
    expires_at   INTEGER,
    last_used_at INTEGER,
    revoked_at   INTEGER,
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX api_keys_by_hash ON api_keys (hash);

-- +goose Down
-- Loses: every API key.
DROP TABLE api_keys;
