-- +goose Up
-- The job that is waiting under each key, so that it can be replaced or cancelled with the change that
-- it belongs to.
CREATE TABLE scheduled_jobs (
    guild_id INTEGER NOT NULL,
    key      TEXT    NOT NULL,
    job_id   INTEGER, -- in river_job; empty only inside the transaction that inserts it
    PRIMARY KEY (guild_id, key)
) STRICT, WITHOUT ROWID;

INSERT INTO schema_versions (version, lowest) VALUES (11, 10);

-- +goose Down
-- Loses: which job belongs to which change; those that wait can no longer be replaced or cancelled.
DROP TABLE scheduled_jobs;
DELETE FROM schema_versions WHERE version = 11;
