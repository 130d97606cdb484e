-- +goose Up
-- What became of the messages that the bot sends by itself.
CREATE TABLE deliveries (
    guild_id   INTEGER NOT NULL,
    id         BLOB    NOT NULL CHECK (length(id) = 16),
    state      TEXT    NOT NULL,
    channel_id INTEGER NOT NULL,
    message_id INTEGER NOT NULL,
    code       INTEGER NOT NULL,
    reason     TEXT    NOT NULL,
    done_at    INTEGER NOT NULL,
    PRIMARY KEY (guild_id, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX deliveries_by_age ON deliveries (done_at);

INSERT INTO schema_versions (version, lowest) VALUES (12, 11);

-- +goose Down
-- Loses: the outcomes of what was posted.
DROP TABLE deliveries;
DELETE FROM schema_versions WHERE version = 12;
