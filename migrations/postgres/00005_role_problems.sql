-- +goose Up
-- Roles that the bot may not give, remembered so that each is reported once and not asked for again.
CREATE TABLE role_problems (
    guild_id   bigint      NOT NULL,
    role_id    bigint      NOT NULL,
    reason     text        NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (guild_id, role_id)
);

-- +goose Down
-- Loses: the known problems with roles; they are found again.
DROP TABLE role_problems;
