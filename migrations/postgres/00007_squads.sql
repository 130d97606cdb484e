-- +goose Up
-- A squad is a role of Discord with a price. One that was deleted keeps its row, for those who were in it.
CREATE TABLE squads (
    guild_id    bigint      NOT NULL,
    id          uuid        NOT NULL,
    role_id     bigint      NOT NULL CHECK (role_id > 0),
    name        text        NOT NULL CHECK (name <> ''),
    description text        NOT NULL,
    switch_cost bigint      NOT NULL CHECK (switch_cost BETWEEN 0 AND 1000000),
    join_cost   bigint      NOT NULL CHECK (join_cost BETWEEN 0 AND 1000000),
    max_members bigint      CHECK (max_members > 0),
    position    bigint      NOT NULL,
    is_active   boolean     NOT NULL,
    role_gone   boolean     NOT NULL,
    version     bigint      NOT NULL,
    created_at  timestamptz NOT NULL,
    updated_at  timestamptz NOT NULL,
    deleted_at  timestamptz,
    PRIMARY KEY (guild_id, id),
    CHECK (NOT role_gone OR NOT is_active)
);

-- A role serves one squad.
CREATE UNIQUE INDEX squads_by_role ON squads (guild_id, role_id) WHERE deleted_at IS NULL;

-- Every time that a member was in a squad, counted by nth. The one that has not ended is where they are.
CREATE TABLE memberships (
    guild_id  bigint      NOT NULL,
    user_id   bigint      NOT NULL CHECK (user_id > 0),
    nth       bigint      NOT NULL,
    squad_id  uuid        NOT NULL,
    cost      bigint      NOT NULL CHECK (cost >= 0),
    joined_at timestamptz NOT NULL,
    ended_at  timestamptz,
    ended_by  text        CHECK (ended_by IN ('left', 'switched', 'removed', 'deleted', 'departed')),
    PRIMARY KEY (guild_id, user_id, nth),
    FOREIGN KEY (guild_id, squad_id) REFERENCES squads (guild_id, id),
    CHECK ((ended_at IS NULL) = (ended_by IS NULL))
);

-- At most one squad at a time.
CREATE UNIQUE INDEX memberships_by_user ON memberships (guild_id, user_id) WHERE ended_at IS NULL;
CREATE INDEX memberships_by_squad ON memberships (guild_id, squad_id, joined_at, user_id) WHERE ended_at IS NULL;

-- Roles that members still carry although no squad gives them any more.
CREATE TABLE squad_role_debts (
    guild_id bigint NOT NULL,
    user_id  bigint NOT NULL,
    role_id  bigint NOT NULL,
    PRIMARY KEY (guild_id, user_id, role_id)
);

-- +goose Down
-- Loses: every squad and membership.
DROP TABLE squad_role_debts;
DROP TABLE memberships;
DROP TABLE squads;
