-- A study as version 1 made it, with one standing recording and two strides of another.
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
    aid INTEGER NOT NULL,
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
    analysis_key TEXT NOT NULL   -- hash of everything that steers the analysis
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
    speed_m_s REAL,
    cadence_steps_min REAL,
    stride_length_m REAL,
    step_length_m REAL,
    step_width_m REAL,
    stance_pct REAL,
    single_support_pct REAL,
    drop_peak_deg REAL,
    drop_peak_pct REAL,
    drop_ss_deg REAL,
    drop_mid_deg REAL,
    drop_late_deg REAL,
    drop_ss_offset_free_deg REAL,
    pelvis_range_deg REAL,
    lean_peak_deg REAL,
    lean_ss_deg REAL,
    lean_late_deg REAL,
    lean_ss_offset_free_deg REAL,
    lean_range_deg REAL,
    lean_on_pelvis_ss_deg REAL,
    hip_adduction_peak_deg REAL,
    hip_adduction_ss_deg REAL,
    knee_valgus_peak_deg REAL,
    knee_valgus_ss_deg REAL,
    evidence TEXT NOT NULL, -- JSON: further numbers of the decision model
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
PRAGMA application_id = 1751413360;
PRAGMA user_version = 1;
INSERT INTO study VALUES ('provenance', '{"version":"0.0.9","settings_hash":"0123456789ab","changed_settings":[],"norms":["Schwartz"]}');
INSERT INTO recordings (recording, subject, session, condition, status, reason, format, kind, rate_hz,
    frames, duration_s, finding, content_hash, trunk, static_trial, aid, limbs, own_standing, standing,
    frame, passes, gaps, warnings, file_subjects, way, analysis_key)
VALUES
    ('P01/pre/static.c3d', 'P01', 'pre', '', 'standing', 'Nobody walks.', 'c3d', 'markers', 100.0, 300,
     3.0, '', '00ff', 'thorax', '', 0, NULL, 'null', 'null', 'null', '[]', '[]', '[]', '["P01"]',
     '{"frames":0,"distances_m":[]}', 'old key'),
    ('P01/pre/w.c3d', 'P01', 'pre', '', 'analysed', '', 'c3d', 'markers', 100.0, 300, 3.0, 'words',
     '11ff', 'thorax', '', 1,
     '{"left":{"side":"left","strides":1,"label":"none","probabilities":null,"leading":null,"severity":null,"consistency":null,"drop_excess_deg":null,"lean_excess_deg":null,"drop_z":null,"lean_z":null,"norm_used":"","flags":[]},"right":{"side":"right","strides":1,"label":"indeterminate","probabilities":null,"leading":null,"severity":null,"consistency":null,"drop_excess_deg":{"mean":1.5,"low":-0.25,"high":3.0},"lean_excess_deg":null,"drop_z":null,"lean_z":null,"norm_used":"","flags":[]}}',
     'null', 'null', 'null', '[]', '[]', '[]', '["P01"]', '{"frames":0,"distances_m":[]}', 'old key');
INSERT INTO strides (recording, side, stride, start_s, end_s, excluded_because, events_source,
    events_confidence, drop_ss_deg, evidence, curves)
VALUES
    ('P01/pre/w.c3d', 'left', 1, 0.5, 1.5, '', 'kinematic', 'high', 1.25, '{}', '{}'),
    ('P01/pre/w.c3d', 'right', 1, 1.0, 2.0, 'gap', 'stored', 'medium', NULL, '{}',
     '{"pelvis_drop_deg":[1.5,null,-0.25]}');
