-- +goose Up
-- Who else may answer a question (permissions of Discord), who answers it now, and who has.
ALTER TABLE confirmations ADD COLUMN requires INTEGER NOT NULL DEFAULT 0;
ALTER TABLE confirmations ADD COLUMN answered_by INTEGER NOT NULL DEFAULT 0;
ALTER TABLE confirmations ADD COLUMN claimed_until INTEGER;
ALTER TABLE confirmations ADD COLUMN answered_at INTEGER;

INSERT INTO schema_versions (version, lowest) VALUES (13, 11);

-- +goose Down
-- Loses: which questions were answered; each can be answered once more until it expires.
ALTER TABLE confirmations DROP COLUMN answered_at;
ALTER TABLE confirmations DROP COLUMN claimed_until;
ALTER TABLE confirmations DROP COLUMN answered_by;
ALTER TABLE confirmations DROP COLUMN requires;
DELETE FROM schema_versions WHERE version = 13;
