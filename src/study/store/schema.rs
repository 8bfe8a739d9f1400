//! Tables of `study.sqlite`.
//!
//! Text is stored exactly. What has a column in the CSV tables has a column here under the same
//! name; nested details (flags, warnings, curves) are JSON, which SQLite can query.

use crate::metrics::METRIC_NAMES;

/// Marks a database as a study of this program ("hdrp").
pub const APPLICATION_ID: i64 = 0x6864_7270;

/// Raised whenever a table changes; [`migrate`](super::migrate) then knows the step from the version
/// before.
pub const VERSION: i64 = 5;

pub(super) const TABLES: &str = "
CREATE TABLE study (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
);
CREATE TABLE recordings (
    recording TEXT PRIMARY KEY,
    subject TEXT NOT NULL,
    session TEXT NOT NULL,
    condition TEXT NOT NULL,
    status TEXT NOT NULL,
    reason TEXT NOT NULL,
    format TEXT NOT NULL,
    kind TEXT NOT NULL,
    rate_hz REAL,
    frames INTEGER,
    duration_s REAL,
    finding TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    trunk TEXT NOT NULL,
    static_trial TEXT NOT NULL,
    facts TEXT NOT NULL,   -- JSON: aid, load, pain, leg lengths, body mass index
    limbs TEXT,            -- JSON {left, right}: label, probabilities, excess, flags
    own_standing TEXT,     -- JSON: standing posture measured in this recording
    standing TEXT,         -- JSON: standing posture that was used
    frame TEXT,            -- JSON: laboratory frame
    passes TEXT NOT NULL,  -- JSON: straight passes
    gaps TEXT NOT NULL,    -- JSON: gaps per marker
    warnings TEXT NOT NULL,-- JSON: warnings of the analysis
    pool_warnings TEXT NOT NULL DEFAULT '[]', -- JSON: warnings of pooling
    file_subjects TEXT NOT NULL, -- JSON: subjects that the file declares
    way TEXT NOT NULL,           -- JSON: where the pelvis went, to know copies
    size TEXT NOT NULL,          -- JSON: size of the person, to know different people
    subject_guessed INTEGER NOT NULL, -- folders alone name the subject
    pool_session TEXT,           -- session it was pooled in, when not `session`
    analysis_key TEXT NOT NULL,  -- hash of everything that steers the analysis
    calibration TEXT,            -- JSON: how inertial sensors were calibrated
    part_of TEXT NOT NULL DEFAULT '', -- recording that this one is a walking bout of
    start_s REAL,                -- where a walking bout begins in its recording
    tasks TEXT NOT NULL DEFAULT '{}' -- JSON: what was measured besides strides of walking
);
CREATE TABLE strides (
    recording TEXT NOT NULL REFERENCES recordings ON DELETE CASCADE,
    side TEXT NOT NULL,
    stride INTEGER NOT NULL,
    start_s REAL NOT NULL,
    end_s REAL NOT NULL,
    opposite_off_s REAL,
    opposite_strike_s REAL,
    off_s REAL,
    used INTEGER GENERATED ALWAYS AS (excluded_because = '') VIRTUAL,
    excluded_because TEXT NOT NULL,
    events_source TEXT NOT NULL,
    events_confidence TEXT NOT NULL,
{metrics}    evidence TEXT NOT NULL, -- JSON: further numbers of the decision model
    curves TEXT NOT NULL,   -- JSON: 0 to 100 % of the stride, degrees
    PRIMARY KEY (recording, side, stride)
);
CREATE TABLE sessions (
    subject TEXT NOT NULL,
    session TEXT NOT NULL,
    condition TEXT NOT NULL,
    side TEXT NOT NULL,
    recordings TEXT NOT NULL, -- JSON: names of the pooled recordings
    label TEXT GENERATED ALWAYS AS (finding ->> '$.label') VIRTUAL,
    finding TEXT NOT NULL,    -- JSON: label, probabilities, excess, flags
    words TEXT NOT NULL,
    metrics TEXT NOT NULL,    -- JSON: mean and SD per metric
    pool_key TEXT NOT NULL,   -- hash of everything that was pooled
    PRIMARY KEY (subject, session, condition, side)
);
CREATE VIEW limbs AS
SELECT recording, subject, session, key AS side,
       value ->> '$.strides' AS strides,
       value ->> '$.label' AS label,
       value ->> '$.probabilities.none' AS p_none,
       value ->> '$.probabilities.uncompensated' AS p_uncompensated,
       value ->> '$.probabilities.compensated' AS p_compensated,
       value ->> '$.probabilities.mixed' AS p_mixed,
       value ->> '$.severity' AS severity,
       value ->> '$.drop_excess_deg.mean' AS drop_excess_deg,
       value ->> '$.lean_excess_deg.mean' AS lean_excess_deg
FROM recordings, json_each(recordings.limbs);
";

/// The statements that make an empty study.
pub fn statements() -> String {
    let metrics: String = METRIC_NAMES
        .iter()
        .map(|name| format!("    {name} REAL,\n"))
        .collect();
    format!(
        "{}PRAGMA application_id = {APPLICATION_ID};\nPRAGMA user_version = {VERSION};\n",
        TABLES.replace("{metrics}", &metrics)
    )
}
