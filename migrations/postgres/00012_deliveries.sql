-- +goose Up
-- What became of the messages that the bot sends by itself.
CREATE TABLE deliveries (
    guild_id   bigint      NOT NULL,
    id         uuid        NOT NULL,
    state      text        NOT NULL,
    channel_id bigint      NOT NULL,
    message_id bigint      NOT NULL,
    code       bigint      NOT NULL,
    reason     text        NOT NULL,
    done_at    timestamptz NOT NULL,
    PRIMARY KEY (guild_id, id)
);

CREATE INDEX deliveries_by_age ON deliveries (done_at);

INSERT INTO schema_versions (version, lowest) VALUES (12, 11);

-- +goose Down
-- Loses: the outcomes of what was posted.
DROP TABLE deliveries;
DELETE FROM schema_versions WHERE version = 12;
