-- +goose Up
-- Roles that the bot may not give, remembered so that each is reported once and not asked for again.
CREATE TABLE role_problems (
    guild_id   INTEGER NOT NULL,
    role_id    INTEGER NOT NULL,
    reason     TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (guild_id, role_id)
) STRICT, WITHOUT ROWID;

-- +goose Down
-- Loses: the known problems with roles; they are found again.
DROP TABLE role_problems;
