-- +goose Up
-- Who is signed in to the dashboard. The token is kept as a hash and the rest sealed.
CREATE TABLE sessions (
    token      TEXT    NOT NULL PRIMARY KEY,
    person     TEXT    NOT NULL,
    data       BLOB    NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX sessions_by_person ON sessions (person);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

-- Who signed in to a development installation by name.
CREATE TABLE developers (
    name       TEXT    NOT NULL PRIMARY KEY,
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- +goose Down
-- Loses: every session and the developers' accounts.
DROP TABLE developers;
DROP TABLE sessions;
