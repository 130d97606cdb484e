-- +goose Up
-- What moderators did, numbered without gaps in each guild.
CREATE TABLE cases (
    guild_id               INTEGER NOT NULL,
    number                 INTEGER NOT NULL CHECK (number > 0),
    action                 TEXT    NOT NULL CHECK (action IN ('ban', 'unban', 'kick', 'softban', 'timeout', 'untimeout', 'warn', 'note')),
    user_id                INTEGER NOT NULL CHECK (user_id > 0),
    user_tag               TEXT    NOT NULL, -- empty: not known
    moderator_id           INTEGER NOT NULL, -- 0: not known, or no person
    moderator_tag          TEXT    NOT NULL,
    reason                 TEXT    NOT NULL,
    duration_seconds       INTEGER,
    expires_at             INTEGER,
    delete_message_seconds INTEGER,
    state                  TEXT    NOT NULL CHECK (state IN ('pending', 'done', 'failed', 'undone')),
    failure_code           INTEGER, -- Discord's
    failure_message        TEXT,
    source                 TEXT    NOT NULL,
    dm                     TEXT    NOT NULL CHECK (dm IN ('sent', 'refused', 'off', 'none')),
    rule_id                BLOB,
    report_id              BLOB,
    appeal_id              BLOB,
    batch_id               BLOB,
    caused_by              INTEGER,
    undone_by              INTEGER,
    audit_log_id           INTEGER,
    external_ref           TEXT,
    interaction_id         INTEGER,
    request_key            TEXT,             -- the same request never acts twice
    happened               INTEGER NOT NULL, -- a snowflake, the entry of Discord's audit log where it is known: it orders what happened to a person
    in_force               INTEGER NOT NULL CHECK (in_force IN (0, 1)), -- the ban or timeout that holds now
    ended_at               INTEGER,          -- when its time was over
    resolved               INTEGER NOT NULL CHECK (resolved IN (0, 1)),
    resolved_by            INTEGER,
    resolved_at            INTEGER,
    log_channel_id         INTEGER, -- where its message in the log channel is
    log_message_id         INTEGER,
    version                INTEGER NOT NULL,
    created_at             INTEGER NOT NULL,
    updated_at             INTEGER NOT NULL,
    PRIMARY KEY (guild_id, number)
) STRICT, WITHOUT ROWID;

CREATE INDEX cases_by_user ON cases (guild_id, user_id, number);
CREATE INDEX cases_by_moderator ON cases (guild_id, moderator_id, number);
CREATE INDEX cases_by_action ON cases (guild_id, action, number);
CREATE INDEX cases_by_source ON cases (guild_id, source, number);
CREATE INDEX cases_by_state ON cases (guild_id, state, number);
CREATE INDEX cases_by_resolved ON cases (guild_id, resolved, number);
CREATE INDEX cases_by_time ON cases (guild_id, created_at);
CREATE INDEX cases_by_batch ON cases (guild_id, batch_id, number) WHERE batch_id IS NOT NULL;
CREATE INDEX cases_by_expiry ON cases (expires_at) WHERE in_force AND expires_at IS NOT NULL;
CREATE INDEX cases_waiting ON cases (updated_at) WHERE state = 'pending';

-- One act at a time on one person, one case for one entry of Discord's log, one for one row of an import.
CREATE UNIQUE INDEX cases_pending ON cases (guild_id, user_id) WHERE state = 'pending';
CREATE UNIQUE INDEX cases_by_audit_log ON cases (guild_id, audit_log_id) WHERE audit_log_id IS NOT NULL;
CREATE UNIQUE INDEX cases_by_external_ref ON cases (guild_id, source, external_ref) WHERE external_ref IS NOT NULL;
CREATE UNIQUE INDEX cases_by_request ON cases (guild_id, request_key) WHERE request_key IS NOT NULL;
CREATE UNIQUE INDEX cases_in_force ON cases (guild_id, user_id, action) WHERE in_force;

-- The last number that each guild has used. Its row is also what changes of cases wait for each other by.
CREATE TABLE case_counters (
    guild_id INTEGER NOT NULL PRIMARY KEY,
    last     INTEGER NOT NULL
) STRICT;

-- What was changed in cases, and by whom. Rows are only ever added.
CREATE TABLE case_history (
    guild_id   INTEGER NOT NULL,
    number     INTEGER NOT NULL,
    seq        INTEGER NOT NULL,
    at         INTEGER NOT NULL,
    actor_id   INTEGER NOT NULL,
    actor_name TEXT    NOT NULL,
    source     TEXT    NOT NULL,
    field      TEXT    NOT NULL,
    before     TEXT,
    after      TEXT,
    PRIMARY KEY (guild_id, number, seq),
    FOREIGN KEY (guild_id, number) REFERENCES cases (guild_id, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE case_evidence (
    guild_id    INTEGER NOT NULL,
    number      INTEGER NOT NULL,
    id          BLOB    NOT NULL CHECK (length(id) = 16),
    kind        TEXT    NOT NULL CHECK (kind IN ('message', 'text', 'link', 'file')),
    channel_id  INTEGER,
    message_id  INTEGER,
    url         TEXT,
    author_id   INTEGER,
    author_tag  TEXT,
    content     TEXT    NOT NULL,
    sent_at     INTEGER,
    attachments TEXT    NOT NULL CHECK (json_type(attachments) = 'array'),
    added_by    INTEGER NOT NULL,
    added_at    INTEGER NOT NULL,
    PRIMARY KEY (guild_id, number, id),
    FOREIGN KEY (guild_id, number) REFERENCES cases (guild_id, number)
) STRICT, WITHOUT ROWID;

CREATE INDEX case_evidence_by_age ON case_evidence (added_at);

-- The words of each case's reason and user tag, for searching.
CREATE TABLE case_words (
    guild_id INTEGER NOT NULL,
    word     TEXT    NOT NULL,
    number   INTEGER NOT NULL,
    PRIMARY KEY (guild_id, word, number)
) STRICT, WITHOUT ROWID;

-- Up to which entry each guild's audit log of Discord has been read.
CREATE TABLE case_feeds (
    guild_id     INTEGER NOT NULL PRIMARY KEY,
    audit_log_id INTEGER NOT NULL,
    read_at      INTEGER NOT NULL
) STRICT;

-- Log channels that the bot could not write to.
CREATE TABLE case_log_problems (
    guild_id   INTEGER NOT NULL PRIMARY KEY,
    channel_id INTEGER NOT NULL,
    code       INTEGER NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

-- Reasons that moderators use often.
CREATE TABLE case_templates (
    guild_id               INTEGER NOT NULL,
    id                     BLOB    NOT NULL CHECK (length(id) = 16),
    name                   TEXT    NOT NULL CHECK (name <> ''),
    action                 TEXT,
    reason                 TEXT    NOT NULL,
    duration_seconds       INTEGER,
    delete_message_seconds INTEGER,
    position               INTEGER NOT NULL,
    created_at             INTEGER NOT NULL,
    updated_at             INTEGER NOT NULL,
    PRIMARY KEY (guild_id, id)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX case_templates_by_name ON case_templates (guild_id, name);

INSERT INTO schema_versions (version, lowest) VALUES (14, 11);

-- +goose Down
-- Loses: every case, its history and evidence, and the templates.
DROP TABLE case_templates;
DROP TABLE case_log_problems;
DROP TABLE case_feeds;
DROP TABLE case_words;
DROP TABLE case_evidence;
DROP TABLE case_history;
DROP TABLE case_counters;
DROP TABLE cases;
DELETE FROM schema_versions WHERE version = 14;
