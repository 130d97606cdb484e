-- By which way a change came in. The default is for binaries that do not know the column.

-- +goose Up
ALTER TABLE audit ADD COLUMN source TEXT NOT NULL DEFAULT 'dashboard' CHECK (source <> '');
UPDATE audit SET source = CASE
    WHEN actor_id = 0 AND actor_name LIKE 'API key %' THEN 'api'
    WHEN actor_id = 0 AND actor_name = 'Discord' THEN 'discord'
    WHEN actor_id = 0 AND actor_name IN ('the command line', 'the command dev') THEN 'command'
    ELSE 'dashboard' END;

-- +goose Down
-- Loses: by which way each change came in.
ALTER TABLE audit DROP COLUMN source;
