-- +goose Up
-- Who is signed in to the dashboard. The token is kept as a hash and the rest sealed.
CREATE TABLE sessions (
    token      text        NOT NULL PRIMARY KEY,
    person     text        NOT NULL,
    data       bytea       NOT NULL,
    expires_at timestamptz NOT NULL
);

CREATE INDEX sessions_by_person ON sessions (person);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

-- Who signed in to a development installation by name.
CREATE TABLE developers (
    name       text        NOT NULL PRIMARY KEY,
    created_at timestamptz NOT NULL
);

-- +goose Down
-- Loses: every session and the developers' accounts.
DROP TABLE developers;
DROP TABLE sessions;
