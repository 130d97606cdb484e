-- +goose Up
-- The job that is waiting under each key, so that it can be replaced or cancelled with the change that
-- it belongs to.
CREATE TABLE scheduled_jobs (
    guild_id INTEGER NOT NULL,
    key      TEXT    NOT NULL,
    job_id   INTEGER, -- in river_job; empty only inside the transaction that inserts it
    PRIMARY KEY (guild_id, key)
) STRICT, WITHOUT ROWID;

-- +goose Down
DROP TABLE scheduled_jobs;
