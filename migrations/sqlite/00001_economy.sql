-- Times are microseconds since 1970 in UTC, days are days since 1970-01-01, ids of our own are 16 bytes.

-- +goose Up
CREATE TABLE balances (
    guild_id       INTEGER NOT NULL,
    user_id        INTEGER NOT NULL CHECK (user_id > 0),
    balance        INTEGER NOT NULL CHECK (balance BETWEEN 0 AND 9007199254740991),
    total_received INTEGER NOT NULL CHECK (total_received >= 0),
    total_sent     INTEGER NOT NULL CHECK (total_sent >= 0),
    streak         INTEGER NOT NULL DEFAULT 0 CHECK (streak >= 0),
    last_daily     INTEGER,
    last_sent_at   INTEGER,
    created_at     INTEGER NOT NULL,
    updated_at     INTEGER NOT NULL,
    PRIMARY KEY (guild_id, user_id)
) STRICT, WITHOUT ROWID;

-- The leaderboards: ties go to the older account.
CREATE INDEX balances_by_balance ON balances (guild_id, balance DESC, created_at, user_id);
CREATE INDEX balances_by_received ON balances (guild_id, total_received DESC, created_at, user_id);

-- Every change of any balance, immutable. Account 0 is the bank, which mints and burns: it has no
-- balance, and so neither a row in balances nor a balance written here.
CREATE TABLE ledger (
    guild_id     INTEGER NOT NULL,
    seq          INTEGER NOT NULL,
    id           BLOB    NOT NULL CHECK (length(id) = 16),
    kind         TEXT    NOT NULL CHECK (kind IN ('opening', 'daily', 'transfer', 'squad_fee', 'adjustment', 'reversal')),
    from_id      INTEGER NOT NULL CHECK (from_id >= 0),
    from_name    TEXT,
    to_id        INTEGER NOT NULL CHECK (to_id >= 0),
    to_name      TEXT,
    amount       INTEGER NOT NULL CHECK (amount BETWEEN 1 AND 9007199254740991),
    from_balance INTEGER CHECK (from_balance BETWEEN 0 AND 9007199254740991),
    to_balance   INTEGER CHECK (to_balance BETWEEN 0 AND 9007199254740991),
    reason       TEXT,
    reverses     BLOB    CHECK (length(reverses) = 16),
    created_at   INTEGER NOT NULL,
    PRIMARY KEY (guild_id, seq),
    FOREIGN KEY (guild_id, reverses) REFERENCES ledger (guild_id, id),
    CHECK (from_id <> to_id),
    CHECK ((from_id = 0) = (from_balance IS NULL)),
    CHECK ((to_id = 0) = (to_balance IS NULL)),
    CHECK ((kind = 'reversal') = (reverses IS NOT NULL))
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX ledger_by_id ON ledger (guild_id, id);
CREATE UNIQUE INDEX ledger_by_reverses ON ledger (guild_id, reverses) WHERE reverses IS NOT NULL;
CREATE INDEX ledger_by_from ON ledger (guild_id, from_id, seq);
CREATE INDEX ledger_by_to ON ledger (guild_id, to_id, seq);
CREATE INDEX ledger_by_kind ON ledger (guild_id, kind, seq);

CREATE TABLE bytes_config (
    guild_id                INTEGER NOT NULL PRIMARY KEY,
    starting_balance        INTEGER NOT NULL CHECK (starting_balance BETWEEN 0 AND 1000000),
    daily_amount            INTEGER NOT NULL CHECK (daily_amount BETWEEN 0 AND 100000),
    streak_bonuses          TEXT    NOT NULL CHECK (json_valid(streak_bonuses)),
    max_transfer            INTEGER NOT NULL CHECK (max_transfer BETWEEN 1 AND 10000),
    transfer_cooldown_hours INTEGER NOT NULL CHECK (transfer_cooldown_hours BETWEEN 0 AND 720),
    role_rewards            TEXT    NOT NULL CHECK (json_valid(role_rewards)),
    daily_on_message        INTEGER NOT NULL CHECK (daily_on_message IN (0, 1)),
    version                 INTEGER NOT NULL,
    created_at              INTEGER NOT NULL,
    updated_at              INTEGER NOT NULL
) STRICT;

-- What a call with this key came to: a ledger row, or a refusal with its figures.
CREATE TABLE idempotency (
    guild_id   INTEGER NOT NULL,
    key        TEXT    NOT NULL CHECK (key <> ''),
    request    BLOB    NOT NULL,
    ledger_id  BLOB    CHECK (length(ledger_id) = 16),
    refusal    TEXT,
    facts      TEXT    CHECK (json_valid(facts)),
    created_at INTEGER NOT NULL,
    PRIMARY KEY (guild_id, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX idempotency_by_age ON idempotency (created_at);

CREATE TABLE confirmations (
    guild_id   INTEGER NOT NULL,
    id         BLOB    NOT NULL CHECK (length(id) = 16),
    user_id    INTEGER NOT NULL,
    kind       TEXT    NOT NULL,
    payload    TEXT    NOT NULL CHECK (json_valid(payload)),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (guild_id, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX confirmations_by_expiry ON confirmations (expires_at);

-- How full tables are spread, for the planner: without it SQLite takes every guild to have ten rows, and reads
-- a member's history by walking the guild's whole ledger.
ANALYZE;
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('balances', 'balances', '1000000 10000 1'),
    ('balances', 'balances_by_balance', '1000000 10000 50 2 1'),
    ('balances', 'balances_by_received', '1000000 10000 50 2 1'),
    ('ledger', 'ledger', '10000000 100000 1'),
    ('ledger', 'ledger_by_id', '10000000 100000 1'),
    ('ledger', 'ledger_by_reverses', '100000 1000 1'),
    ('ledger', 'ledger_by_from', '10000000 100000 20 1'),
    ('ledger', 'ledger_by_to', '10000000 100000 20 1'),
    ('ledger', 'ledger_by_kind', '10000000 100000 20000 1'),
    ('idempotency', 'idempotency', '1000000 10000 1'),
    ('idempotency', 'idempotency_by_age', '1000000 1');

-- +goose Down
-- Loses: every account, the ledger and all settings of the economy.
DROP TABLE confirmations;
DROP TABLE idempotency;
DROP TABLE bytes_config;
DROP TABLE ledger;
DROP TABLE balances;
