"""The tables of the box's own SQLite file."""

SCHEMA = """
-- Single facts: the account as the console set it, ids drawn at the first start, counters.
CREATE TABLE IF NOT EXISTS facts (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS tokens (
    token      TEXT PRIMARY KEY,
    channel    TEXT NOT NULL CHECK (channel IN ('plain', 'stable')),
    issued_at  REAL NOT NULL,
    expires_at REAL NOT NULL,
    dead_from  REAL  -- replaced by a newer one: refused from then on, though not expired
) STRICT;

-- One row per forced refresh of the stable token, for its rhythm and its daily limit.
CREATE TABLE IF NOT EXISTS forced_tokens (at REAL NOT NULL) STRICT;

CREATE TABLE IF NOT EXISTS calls (
    day  TEXT NOT NULL,
    path TEXT NOT NULL,
    used INTEGER NOT NULL,
    PRIMARY KEY (day, path)
) STRICT;

CREATE TABLE IF NOT EXISTS requests (
    seq     INTEGER PRIMARY KEY AUTOINCREMENT,
    at      REAL NOT NULL,
    path    TEXT NOT NULL,
    errcode INTEGER,
    fault   TEXT
) STRICT;
CREATE INDEX IF NOT EXISTS requests_by_path ON requests (path, at);

CREATE TABLE IF NOT EXISTS pictures (
    name     TEXT PRIMARY KEY,
    url      TEXT NOT NULL,  -- as it was told to the bot; the box may be served elsewhere next time
    media_id TEXT UNIQUE,    -- NULL: uploaded for use inside articles only
    type     TEXT NOT NULL CHECK (type IN ('inline', 'image', 'thumb')),
    mime     TEXT NOT NULL,
    content  BLOB NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS drafts (
    media_id    TEXT PRIMARY KEY,
    articles    TEXT NOT NULL,  -- JSON list, contents filtered
    create_time REAL NOT NULL,
    update_time REAL NOT NULL
) STRICT;

-- What was accepted for sending, whatever became of it. Rows are never deleted.
CREATE TABLE IF NOT EXISTS sends (
    seq         INTEGER PRIMARY KEY AUTOINCREMENT,
    at          REAL NOT NULL,
    kind        TEXT NOT NULL CHECK (kind IN ('mass', 'publish', 'custom', 'preview')),
    state       TEXT NOT NULL CHECK (state IN ('in progress', 'done', 'failed')),
    due         REAL,            -- real clock: when the result of an accepted job is made
    media_id    TEXT,
    clientmsgid TEXT,
    dedupe_key  TEXT,            -- the clientmsgid, else a digest of range and content
    msg_id      INTEGER UNIQUE,
    msg_data_id INTEGER,
    publish_id  TEXT UNIQUE,
    article_id  TEXT UNIQUE,
    text        TEXT,            -- of a text message
    articles    TEXT NOT NULL,   -- JSON list as it was when accepted
    recipients  TEXT NOT NULL    -- JSON list of openids
) STRICT;
CREATE INDEX IF NOT EXISTS sends_by_dedupe_key ON sends (dedupe_key);

CREATE TABLE IF NOT EXISTS pages (
    token      TEXT PRIMARY KEY,
    send_seq   INTEGER NOT NULL REFERENCES sends (seq),
    idx        INTEGER NOT NULL,  -- 1 is the first
    is_deleted INTEGER NOT NULL DEFAULT 0,
    UNIQUE (send_seq, idx)
) STRICT;

CREATE TABLE IF NOT EXISTS followers (
    openid     TEXT PRIMARY KEY,
    name       TEXT NOT NULL UNIQUE,
    subscribed INTEGER NOT NULL
) STRICT;

-- What the platform knows of a follower beside the name; one row each, made at the start.
CREATE TABLE IF NOT EXISTS profiles (
    openid         TEXT PRIMARY KEY REFERENCES followers (openid),
    remark         TEXT NOT NULL DEFAULT '',
    platform       INTEGER NOT NULL DEFAULT 2 CHECK (platform IN (1, 2, 3)),  -- iOS, Android, other
    subscribe_time INTEGER NOT NULL DEFAULT 0,
    is_blocked     INTEGER NOT NULL DEFAULT 0,  -- by the account: on its blacklist
    is_refusing    INTEGER NOT NULL DEFAULT 0   -- the follower takes no messages
) STRICT;

-- Follows and unfollows, for the statistics.
CREATE TABLE IF NOT EXISTS followings (
    at     REAL NOT NULL,
    openid TEXT NOT NULL,
    change INTEGER NOT NULL CHECK (change IN (-1, 1))
) STRICT;

CREATE TABLE IF NOT EXISTS tags (
    id   INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE IF NOT EXISTS tagged (
    tag_id INTEGER NOT NULL REFERENCES tags (id) ON DELETE CASCADE,
    openid TEXT NOT NULL REFERENCES followers (openid),
    PRIMARY KEY (tag_id, openid)
) STRICT;

-- The menu made by API, and those for some followers only.
CREATE TABLE IF NOT EXISTS menus (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    buttons   TEXT NOT NULL,  -- JSON list
    matchrule TEXT            -- JSON object; NULL: the one menu that everybody else sees
) STRICT;

-- QR codes with a scene; a permanent one never ends.
CREATE TABLE IF NOT EXISTS qrcodes (
    ticket     TEXT PRIMARY KEY,
    scene      TEXT NOT NULL,
    is_number  INTEGER NOT NULL,  -- given as scene_id
    expires_at REAL
) STRICT;

-- What the account took from the library of notifications.
CREATE TABLE IF NOT EXISTS templates (
    template_id TEXT PRIMARY KEY,
    kind        TEXT NOT NULL CHECK (kind IN ('template', 'subscribe')),
    title       TEXT NOT NULL,
    fields      TEXT NOT NULL  -- JSON object: key → name
) STRICT;

-- How many notifications of a template, or of a template and scene, somebody still agreed to.
CREATE TABLE IF NOT EXISTS agreements (
    openid    TEXT NOT NULL REFERENCES followers (openid),
    agreed    TEXT NOT NULL,
    remaining INTEGER NOT NULL CHECK (remaining >= 0),
    PRIMARY KEY (openid, agreed)
) STRICT;

CREATE TABLE IF NOT EXISTS notices (
    msg_id        INTEGER PRIMARY KEY,
    client_msg_id TEXT NOT NULL,
    at            REAL NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS short_keys (
    short_key   TEXT PRIMARY KEY,
    long_data   TEXT NOT NULL,
    create_time REAL NOT NULL,
    expires_at  REAL NOT NULL
) STRICT;

-- How many more customer-service messages somebody may be sent, and until when.
CREATE TABLE IF NOT EXISTS allowances (
    openid    TEXT NOT NULL REFERENCES followers (openid),
    trigger   TEXT NOT NULL,  -- what they did: message, click, follow, scan
    opened_at REAL NOT NULL,
    until     REAL NOT NULL,
    remaining INTEGER NOT NULL CHECK (remaining >= 0),
    PRIMARY KEY (openid, trigger)
) STRICT;

-- Uploads that are no permanent picture: temporary media of each kind, permanent voice and video.
CREATE TABLE IF NOT EXISTS media (
    name         TEXT PRIMARY KEY,
    url          TEXT NOT NULL,
    media_id     TEXT UNIQUE,    -- NULL: deleted from the library
    type         TEXT NOT NULL CHECK (type IN ('image', 'voice', 'video', 'thumb')),
    mime         TEXT NOT NULL,
    content      BLOB NOT NULL,
    filename     TEXT NOT NULL,
    title        TEXT NOT NULL,  -- of a permanent video
    introduction TEXT NOT NULL,
    created_at   REAL NOT NULL,
    expires_at   REAL            -- NULL: permanent
) STRICT;

CREATE TABLE IF NOT EXISTS comments (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    msg_data_id     INTEGER NOT NULL,
    article_index   INTEGER NOT NULL,  -- 0 is the first
    user_comment_id INTEGER NOT NULL,  -- counted within the article
    openid          TEXT NOT NULL,
    at              REAL NOT NULL,
    content         TEXT NOT NULL,
    is_elected      INTEGER NOT NULL DEFAULT 0,
    reply           TEXT,
    replied_at      REAL
) STRICT;

-- One row for each time that somebody opened an article's page.
CREATE TABLE IF NOT EXISTS reads (
    at       REAL NOT NULL,
    send_seq INTEGER NOT NULL REFERENCES sends (seq),
    idx      INTEGER NOT NULL
) STRICT;

-- One row for each post to the webhook.
CREATE TABLE IF NOT EXISTS deliveries (
    at         REAL NOT NULL,
    cost_ms    INTEGER NOT NULL,
    has_failed INTEGER NOT NULL
) STRICT;

-- What was refused under which request id.
CREATE TABLE IF NOT EXISTS refusals (
    rid    TEXT PRIMARY KEY,
    at     REAL NOT NULL,
    url    TEXT NOT NULL,  -- without the token
    body   TEXT NOT NULL,
    answer TEXT NOT NULL,
    ip     TEXT NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS chat (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    seq      INTEGER NOT NULL,  -- raised at each change
    openid   TEXT NOT NULL REFERENCES followers (openid),
    at       REAL NOT NULL,
    sender   TEXT NOT NULL CHECK (sender IN ('fan', 'account', 'system')),
    type     TEXT NOT NULL,
    text     TEXT NOT NULL,
    state    TEXT CHECK (state IN ('delivering', 'answered', 'silent', 'failed')),
    articles TEXT NOT NULL
) STRICT;
-- What an item holds beside its words; only where there is something.
CREATE TABLE IF NOT EXISTS chat_details (
    item_id INTEGER PRIMARY KEY REFERENCES chat (id),
    detail  TEXT NOT NULL  -- JSON object
) STRICT;
CREATE INDEX IF NOT EXISTS chat_by_openid_seq ON chat (openid, seq);
"""

# Columns that a file from an earlier version of the box may lack.
LATER_COLUMNS = (
    ("profiles", "scene", "TEXT NOT NULL DEFAULT ''"),  # of the code that somebody followed by; empty: by another way
    ("profiles", "scene_is_number", "INTEGER NOT NULL DEFAULT 0"),
    ("pictures", "filename", "TEXT NOT NULL DEFAULT ''"),
    ("pictures", "update_time", "REAL NOT NULL DEFAULT 0"),
    ("sends", "shown", "TEXT NOT NULL DEFAULT '[]'"),  # JSON list: what the chats show of a voice, a video and so on
    ("sends", "wanted", "TEXT NOT NULL DEFAULT '[]'"),  # JSON list of openids that were asked for, before filtering
    ("sends", "outcome", "TEXT NOT NULL DEFAULT ''"),  # publish_status or err(N) of a job that did not simply succeed
    (
        "sends",
        "waits_until",
        "REAL",
    ),  # box's clock: the administrator may confirm until then; NULL: nobody is waited for
)
