-- Days are days since 1970-01-01. Every primary key of guild data begins with guild_id, so that these
-- tables can be partitioned or distributed by guild.

-- +goose Up
CREATE TABLE balances (
    guild_id       bigint      NOT NULL,
    user_id        bigint      NOT NULL CHECK (user_id > 0),
    balance        bigint      NOT NULL CHECK (balance BETWEEN 0 AND 9007199254740991),
    total_received bigint      NOT NULL CHECK (total_received >= 0),
    total_sent     bigint      NOT NULL CHECK (total_sent >= 0),
    streak         integer     NOT NULL DEFAULT 0 CHECK (streak >= 0),
    last_daily     integer,
    last_sent_at   timestamptz,
    created_at     timestamptz NOT NULL,
    updated_at     timestamptz NOT NULL,
    PRIMARY KEY (guild_id, user_id)
);

-- The leaderboards: ties go to the older account.
CREATE INDEX balances_by_balance ON balances (guild_id, balance DESC, created_at, user_id);
CREATE INDEX balances_by_received ON balances (guild_id, total_received DESC, created_at, user_id);

-- Every change of any balance, immutable. Account 0 is the bank, which mints and burns: it has no
-- balance, and so neither a row in balances nor a balance written here. seq is drawn while the accounts
-- are locked: the last row and the chain of an account go by seq, never by id or created_at.
CREATE TABLE ledger (
    guild_id     bigint      NOT NULL,
    seq          bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    id           uuid        NOT NULL,
    kind         text        NOT NULL CHECK (kind IN ('opening', 'daily', 'transfer', 'squad_fee', 'adjustment', 'reversal')),
    from_id      bigint      NOT NULL CHECK (from_id >= 0),
    from_name    text,
    to_id        bigint      NOT NULL CHECK (to_id >= 0),
    to_name      text,
    amount       bigint      NOT NULL CHECK (amount BETWEEN 1 AND 9007199254740991),
    from_balance bigint      CHECK (from_balance BETWEEN 0 AND 9007199254740991),
    to_balance   bigint      CHECK (to_balance BETWEEN 0 AND 9007199254740991),
    reason       text,
    reverses     uuid,
    created_at   timestamptz NOT NULL,
    PRIMARY KEY (guild_id, seq),
    CHECK (from_id <> to_id),
    CHECK ((from_id = 0) = (from_balance IS NULL)),
    CHECK ((to_id = 0) = (to_balance IS NULL)),
    CHECK ((kind = 'reversal') = (reverses IS NOT NULL))
);

CREATE UNIQUE INDEX ledger_by_id ON ledger (guild_id, id);
CREATE UNIQUE INDEX ledger_by_reverses ON ledger (guild_id, reverses) WHERE reverses IS NOT NULL;
CREATE INDEX ledger_by_from ON ledger (guild_id, from_id, seq);
CREATE INDEX ledger_by_to ON ledger (guild_id, to_id, seq);
CREATE INDEX ledger_by_kind ON ledger (guild_id, kind, seq);

ALTER TABLE ledger ADD FOREIGN KEY (guild_id, reverses) REFERENCES ledger (guild_id, id);

CREATE TABLE bytes_config (
    guild_id                bigint      NOT NULL PRIMARY KEY,
    starting_balance        bigint      NOT NULL CHECK (starting_balance BETWEEN 0 AND 1000000),
    daily_amount            bigint      NOT NULL CHECK (daily_amount BETWEEN 0 AND 100000),
    streak_bonuses          jsonb       NOT NULL,
    max_transfer            bigint      NOT NULL CHECK (max_transfer BETWEEN 1 AND 10000),
    transfer_cooldown_hours integer     NOT NULL CHECK (transfer_cooldown_hours BETWEEN 0 AND 720),
    role_rewards            jsonb       NOT NULL,
    daily_on_message        boolean     NOT NULL,
    version                 bigint      NOT NULL,
    created_at              timestamptz NOT NULL,
    updated_at              timestamptz NOT NULL
);

-- What a call with this key came to: a ledger row, or a refusal with its figures.
CREATE TABLE idempotency (
    guild_id   bigint      NOT NULL,
    key        text        NOT NULL CHECK (key <> ''),
    request    bytea       NOT NULL,
    ledger_id  uuid,
    refusal    text,
    facts      jsonb,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (guild_id, key)
);

CREATE INDEX idempotency_by_age ON idempotency (created_at);

CREATE TABLE confirmations (
    guild_id   bigint      NOT NULL,
    id         uuid        NOT NULL,
    user_id    bigint      NOT NULL,
    kind       text        NOT NULL,
    payload    jsonb       NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (guild_id, id)
);

CREATE INDEX confirmations_by_expiry ON confirmations (expires_at);

-- +goose Down
-- Loses: every account, the ledger and all settings of the economy.
DROP TABLE confirmations;
DROP TABLE idempotency;
DROP TABLE bytes_config;
DROP TABLE ledger;
DROP TABLE balances;
