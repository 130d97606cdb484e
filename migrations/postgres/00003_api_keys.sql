-- +goose Up
CREATE TABLE api_keys (
    id           uuid        NOT NULL PRIMARY KEY,
    name         text        NOT NULL,
    prefix       text        NOT NULL,
    hash         bytea       NOT NULL CHECK (length(hash) = 32),
    scopes       jsonb       NOT NULL,
    guilds       jsonb,
    expires_at   timestamptz,
    last_used_at timestamptz,
    revoked_at   timestamptz,
    created_at   timestamptz NOT NULL,
    updated_at   timestamptz NOT NULL
);

CREATE UNIQUE INDEX api_keys_by_hash ON api_keys (hash);

-- +goose Down
-- Loses: every API key.
DROP TABLE api_keys;
