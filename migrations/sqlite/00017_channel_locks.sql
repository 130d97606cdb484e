-- +goose Up
-- Channels that moderators locked, with what their permissions were before. The changes of a thread are empty.
CREATE TABLE channel_locks (
    guild_id   INTEGER NOT NULL,
    channel_id INTEGER NOT NULL,
    changes    TEXT NOT NULL CHECK (json_type(changes) = 'array'),
    locked_by  INTEGER NOT NULL,
    locked_tag TEXT NOT NULL,
    ends_at    INTEGER, -- empty: until somebody unlocks it
    created_at INTEGER NOT NULL,
    PRIMARY KEY (guild_id, channel_id)
) STRICT, WITHOUT ROWID;

INSERT INTO schema_versions (version, lowest) VALUES (17, 16);

-- +goose Down
-- Loses: which channels are locked, and what their permissions were before.
DELETE FROM schema_versions WHERE version = 17;
DROP TABLE channel_locks;
