-- +goose Up
-- A squad is a role of Discord with a price. One that was deleted keeps its row, for those who were in it.
CREATE TABLE squads (
    guild_id    INTEGER NOT NULL,
    id          BLOB    NOT NULL CHECK (length(id) = 16),
    role_id     INTEGER NOT NULL CHECK (role_id > 0),
    name        TEXT    NOT NULL CHECK (name <> ''),
    description TEXT    NOT NULL,
    switch_cost INTEGER NOT NULL CHECK (switch_cost BETWEEN 0 AND 1000000),
    join_cost   INTEGER NOT NULL CHECK (join_cost BETWEEN 0 AND 1000000),
    max_members INTEGER CHECK (max_members > 0),
    position    INTEGER NOT NULL,
    is_active   INTEGER NOT NULL CHECK (is_active IN (0, 1)),
    role_gone   INTEGER NOT NULL CHECK (role_gone IN (0, 1)),
    version     INTEGER NOT NULL,
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL,
    deleted_at  INTEGER,
    PRIMARY KEY (guild_id, id),
    CHECK (role_gone = 0 OR is_active = 0)
) STRICT, WITHOUT ROWID;

-- A role serves one squad.
CREATE UNIQUE INDEX squads_by_role ON squads (guild_id, role_id) WHERE deleted_at IS NULL;

-- Every time that a member was in a squad, counted by nth. The one that has not ended is where they are.
CREATE TABLE memberships (
    guild_id  INTEGER NOT NULL,
    user_id   INTEGER NOT NULL CHECK (user_id > 0),
    nth       INTEGER NOT NULL,
    squad_id  BLOB    NOT NULL CHECK (length(squad_id) = 16),
    cost      INTEGER NOT NULL CHECK (cost >= 0),
    joined_at INTEGER NOT NULL,
    ended_at  INTEGER,
    ended_by  TEXT    CHECK (ended_by IN ('left', 'switched', 'removed', 'deleted', 'departed')),
    PRIMARY KEY (guild_id, user_id, nth),
    FOREIGN KEY (guild_id, squad_id) REFERENCES squads (guild_id, id),
    CHECK ((ended_at IS NULL) = (ended_by IS NULL))
) STRICT, WITHOUT ROWID;

-- At most one squad at a time.
CREATE UNIQUE INDEX memberships_by_user ON memberships (guild_id, user_id) WHERE ended_at IS NULL;
CREATE INDEX memberships_by_squad ON memberships (guild_id, squad_id, joined_at, user_id) WHERE ended_at IS NULL;

-- Roles that members still carry although no squad gives them any more.
CREATE TABLE squad_role_debts (
    guild_id INTEGER NOT NULL,
    user_id  INTEGER NOT NULL,
    role_id  INTEGER NOT NULL,
    PRIMARY KEY (guild_id, user_id, role_id)
) STRICT, WITHOUT ROWID;

-- +goose Down
-- Loses: every squad and membership.
DROP TABLE squad_role_debts;
DROP TABLE memberships;
DROP TABLE squads;
