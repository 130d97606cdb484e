-- +goose Up
-- What moderators did, numbered without gaps in each guild.
CREATE TABLE cases (
    guild_id               bigint      NOT NULL,
    number                 bigint      NOT NULL CHECK (number > 0),
    action                 text        NOT NULL CHECK (action IN ('ban', 'unban', 'kick', 'softban', 'timeout', 'untimeout', 'warn', 'note')),
    user_id                bigint      NOT NULL CHECK (user_id > 0),
    user_tag               text        NOT NULL, -- empty: not known
    moderator_id           bigint      NOT NULL, -- 0: not known, or no person
    moderator_tag          text        NOT NULL,
    reason                 text        NOT NULL,
    duration_seconds       bigint,
    expires_at             timestamptz,
    delete_message_seconds bigint,
    state                  text        NOT NULL CHECK (state IN ('pending', 'done', 'failed', 'undone')),
    failure_code           bigint, -- Discord's
    failure_message        text,
    source                 text        NOT NULL,
    dm                     text        NOT NULL CHECK (dm IN ('sent', 'refused', 'off', 'none')),
    rule_id                uuid,
    report_id              uuid,
    appeal_id              uuid,
    batch_id               uuid,
    caused_by              bigint,
    undone_by              bigint,
    audit_log_id           bigint,
    external_ref           text,
    interaction_id         bigint,
    request_key            text,             -- the same request never acts twice
    happened               bigint      NOT NULL, -- a snowflake, the entry of Discord's audit log where it is known: it orders what happened to a person
    in_force               boolean     NOT NULL, -- the ban or timeout that holds now
    ended_at               timestamptz,          -- when its time was over
    resolved               boolean     NOT NULL,
    resolved_by            bigint,
    resolved_at            timestamptz,
    log_channel_id         bigint, -- where its message in the log channel is
    log_message_id         bigint,
    version                bigint      NOT NULL,
    created_at             timestamptz NOT NULL,
    updated_at             timestamptz NOT NULL,
    PRIMARY KEY (guild_id, number)
);

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
    guild_id bigint      NOT NULL PRIMARY KEY,
    last     bigint      NOT NULL
);

-- What was changed in cases, and by whom. Rows are only ever added.
CREATE TABLE case_history (
    guild_id   bigint      NOT NULL,
    number     bigint      NOT NULL,
    seq        bigint      NOT NULL,
    at         timestamptz NOT NULL,
    actor_id   bigint      NOT NULL,
    actor_name text        NOT NULL,
    source     text        NOT NULL,
    field      text        NOT NULL,
    before     text,
    after      text,
    PRIMARY KEY (guild_id, number, seq),
    FOREIGN KEY (guild_id, number) REFERENCES cases (guild_id, number)
);

CREATE TABLE case_evidence (
    guild_id    bigint      NOT NULL,
    number      bigint      NOT NULL,
    id          uuid        NOT NULL,
    kind        text        NOT NULL CHECK (kind IN ('message', 'text', 'link', 'file')),
    channel_id  bigint,
    message_id  bigint,
    url         text,
    author_id   bigint,
    author_tag  text,
    content     text        NOT NULL,
    sent_at     timestamptz,
    attachments jsonb       NOT NULL CHECK (jsonb_typeof(attachments) = 'array'),
    added_by    bigint      NOT NULL,
    added_at    timestamptz NOT NULL,
    PRIMARY KEY (guild_id, number, id),
    FOREIGN KEY (guild_id, number) REFERENCES cases (guild_id, number)
);

CREATE INDEX case_evidence_by_age ON case_evidence (added_at);

-- The words of each case's reason and user tag, for searching.
CREATE TABLE case_words (
    guild_id bigint      NOT NULL,
    word     text        NOT NULL,
    number   bigint      NOT NULL,
    PRIMARY KEY (guild_id, word, number)
);

-- Up to which entry each guild's audit log of Discord has been read.
CREATE TABLE case_feeds (
    guild_id     bigint      NOT NULL PRIMARY KEY,
    audit_log_id bigint      NOT NULL,
    read_at      timestamptz NOT NULL
);

-- Log channels that the bot could not write to.
CREATE TABLE case_log_problems (
    guild_id   bigint      NOT NULL PRIMARY KEY,
    channel_id bigint      NOT NULL,
    code       bigint      NOT NULL,
    created_at timestamptz NOT NULL
);

-- Reasons that moderators use often.
CREATE TABLE case_templates (
    guild_id               bigint      NOT NULL,
    id                     uuid        NOT NULL,
    name                   text        NOT NULL CHECK (name <> ''),
    action                 text,
    reason                 text        NOT NULL,
    duration_seconds       bigint,
    delete_message_seconds bigint,
    position               bigint      NOT NULL,
    created_at             timestamptz NOT NULL,
    updated_at             timestamptz NOT NULL,
    PRIMARY KEY (guild_id, id)
);

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
