-- +goose Up
-- For searching what one moderator did of one kind, of which there may be little among much.
CREATE INDEX cases_by_moderator_action ON cases (guild_id, moderator_id, action, number);

INSERT INTO schema_versions (version, lowest) VALUES (15, 11);

-- +goose Down
-- Loses: nothing.
DROP INDEX cases_by_moderator_action;
DELETE FROM schema_versions WHERE version = 15;
