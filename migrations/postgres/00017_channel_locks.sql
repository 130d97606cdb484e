-- +goose Up
-- Channels that moderators locked, with what their permissions were before. The changes of a thread are empty.
CREATE TABLE channel_locks (
    guild_id   bigint NOT NULL,
    channel_id bigint NOT NULL,
    changes    jsonb NOT NULL CHECK (jsonb_typeof(changes) = 'array'),
    locked_by  bigint NOT NULL,
    locked_tag text NOT NULL,
    ends_at    timestamptz, -- empty: until somebody unlocks it
    created_at timestamptz NOT NULL,
    PRIMARY KEY (guild_id, channel_id)
);

INSERT INTO schema_versions (version, lowest) VALUES (17, 16);

-- +goose Down
-- Loses: which channels are locked, and what their permissions were before.
DELETE FROM schema_versions WHERE version = 17;
DROP TABLE channel_locks;
