-- +goose Up
-- The job that is waiting under each key, so that it can be replaced or cancelled with the change that
-- it belongs to.
CREATE TABLE scheduled_jobs (
    guild_id bigint NOT NULL,
    key      text   NOT NULL,
    job_id   bigint, -- in river_job; empty only inside the transaction that inserts it
    PRIMARY KEY (guild_id, key)
);

-- +goose Down
DROP TABLE scheduled_jobs;
