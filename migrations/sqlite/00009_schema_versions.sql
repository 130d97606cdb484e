-- For each step of the schema, the lowest step that a binary must know to run on it: the one before when the step
-- only adds, itself when a binary that does not know it would lose or corrupt data. Each later migration adds its
-- own row. A binary refuses a schema that asks for more than it knows.

-- +goose Up
CREATE TABLE schema_versions (
    version INTEGER NOT NULL PRIMARY KEY,
    lowest  INTEGER NOT NULL CHECK (lowest BETWEEN 0 AND version)
) STRICT;

INSERT INTO schema_versions (version, lowest) VALUES (1, 0), (2, 1), (3, 2), (4, 3), (5, 4), (6, 5), (7, 6), (8, 7), (9, 8);

-- +goose Down
-- Loses: nothing.
DROP TABLE schema_versions;
