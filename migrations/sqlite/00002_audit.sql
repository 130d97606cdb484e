-- Who changed what, with the values before and after. Guild 0 is the installation itself.

-- +goose Up
CREATE TABLE audit (
    guild_id   INTEGER NOT NULL,
    id         BLOB    NOT NULL CHECK (length(id) = 16),
    actor_id   INTEGER NOT NULL,
    actor_name TEXT    NOT NULL,
    action     TEXT    NOT NULL,
    subject    TEXT    NOT NULL,
    before     TEXT    CHECK (json_valid(before)),
    after      TEXT    CHECK (json_valid(after)),
    created_at INTEGER NOT NULL,
    PRIMARY KEY (guild_id, id)
) STRICT, WITHOUT ROWID;

-- +goose Down
-- Loses: the audit log.
DROP TABLE audit;
