-- +goose Up
-- Who else may answer a question (permissions of Discord), who answers it now, and who has.
ALTER TABLE confirmations
    ADD COLUMN requires      bigint NOT NULL DEFAULT 0,
    ADD COLUMN answered_by   bigint NOT NULL DEFAULT 0,
    ADD COLUMN claimed_until timestamptz,
    ADD COLUMN answered_at   timestamptz;

INSERT INTO schema_versions (version, lowest) VALUES (13, 11);

-- +goose Down
-- Loses: which questions were answered; each can be answered once more until it expires.
ALTER TABLE confirmations
    DROP COLUMN requires,
    DROP COLUMN answered_by,
    DROP COLUMN claimed_until,
    DROP COLUMN answered_at;
DELETE FROM schema_versions WHERE version = 13;
