-- Who changed what, with the values before and after. Guild 0 is the installation itself.

-- +goose Up
CREATE TABLE audit (
    guild_id   bigint      NOT NULL,
    id         uuid        NOT NULL,
    actor_id   bigint      NOT NULL,
    actor_name text        NOT NULL,
    action     text        NOT NULL,
    subject    text        NOT NULL,
    before     jsonb,
    after      jsonb,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (guild_id, id)
);

-- +goose Down
-- Loses: the audit log.
DROP TABLE audit;
