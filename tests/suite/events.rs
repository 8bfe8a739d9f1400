//! Detected events against those that laboratories marked, against force plates and against
//! synthetic truth.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::OnceLock;

use hipdrop::events::{self, Confidence, EventSource, GaitEvent};
use hipdrop::lab::Motion;
use hipdrop::recording::{EventKind, Recording, Side};
use hipdrop::settings::{EventPreference, Settings};
use hipdrop::synth::{self, Affected, Noise, Pattern, Walker};
use hipdrop::{lab, landmarks, read, signal};

use crate::common;

const KINDS: [EventKind; 2] = [EventKind::FootStrike, EventKind::FootOff];

/// Largest distance at which a detected event is the marked one.
const WINDOW_S: f64 = 0.1;

/// An event of `reference/events.csv`, or a true one.
#[derive(Debug, Clone, Copy)]
struct Marked {
    side: Side,
    kind: EventKind,
    time_s: f64,
}

/// A walk of `reference/events.csv`.
struct Walk {
    file: String,
    marked: Vec<Marked>,
    recording: Recording,
    motion: Motion,
}

/// Walks of `reference/events.csv` whose marked events a detector can be held against: not the
/// standing trials, nor the files that hold model outputs of a normalised stride. Read once.
fn walks(shared: &Path) -> &'static [Walk] {
    static WALKS: OnceLock<Vec<Walk>> = OnceLock::new();
    WALKS.get_or_init(|| {
        let marked = marked(shared).into_iter();
        marked
            .map(|(file, marked)| {
                let recording = open(shared, &file);
                let motion = motion_of(&recording, &Settings::default());
                Walk {
                    file,
                    marked,
                    recording,
                    motion,
                }
            })
            .collect()
    })
}

fn marked(shared: &Path) -> BTreeMap<String, Vec<Marked>> {
    let table = shared.join("recordings/reference/events.csv");
    let mut walks: BTreeMap<String, Vec<Marked>> = BTreeMap::new();
    for row in csv::Reader::from_path(table).unwrap().records() {
        let row = row.unwrap();
        let (side, kind) = match (&row[1], &row[2]) {
            ("Left", "Foot Strike") | ("LHS", _) => (Side::Left, EventKind::FootStrike),
            ("Left", "Foot Off") | ("LTO", _) => (Side::Left, EventKind::FootOff),
            ("Right", "Foot Strike") | ("RHS", _) => (Side::Right, EventKind::FootStrike),
            ("Right", "Foot Off") | ("RTO", _) => (Side::Right, EventKind::FootOff),
            other => panic!("{other:?}"),
        };
        let standing = row[0].contains("static");
        let normalised = row[0].contains("Analysis") || row[0].contains("Overflow");
        if !standing && !normalised {
            walks.entry(row[0].to_owned()).or_default().push(Marked {
                side,
                kind,
                time_s: row[3].parse().unwrap(),
            });
        }
    }
    walks
}

fn motion_of(recording: &Recording, settings: &Settings) -> Motion {
    let resolved = landmarks::resolve(recording, None).unwrap();
    let mut motion = lab::to_lab(recording, &resolved, &settings.lab).unwrap();
    signal::fill_gaps(&mut motion.points, motion.rate_hz, &settings.signal);
    motion
}

fn open(shared: &Path, file: &str) -> Recording {
    let path = shared.join("recordings").join(file);
    read::open(&path, &read::ReadOptions::default()).unwrap()
}

/// How a detector did.
#[derive(Debug, Default, Clone)]
struct Score {
    errors_ms: Vec<f64>,
    missed: Vec<Marked>,
    invented: Vec<GaitEvent>,
}

impl Score {
    fn bias_ms(&self) -> f64 {
        self.errors_ms.iter().sum::<f64>() / self.errors_ms.len() as f64
    }

    fn mae_ms(&self) -> f64 {
        self.errors_ms.iter().map(|e| e.abs()).sum::<f64>() / self.errors_ms.len() as f64
    }

    fn p95_ms(&self) -> f64 {
        let sizes: Vec<f64> = self.errors_ms.iter().map(|e| e.abs()).collect();
        signal::percentile(&sizes, 95.0)
    }

    fn found(&self) -> f64 {
        self.errors_ms.len() as f64 / (self.errors_ms.len() + self.missed.len()) as f64
    }

    fn add(&mut self, other: &Score) {
        self.errors_ms.extend(&other.errors_ms);
        self.missed.extend(&other.missed);
        self.invented.extend(&other.invented);
    }

    fn print(&self, what: &str, kind: EventKind) {
        println!(
            "{what:46} {:11} n {:3} missed {} invented {} bias {:5.1} MAE {:4.1} p95 {:4.1} ms",
            kind.name(),
            self.errors_ms.len(),
            self.missed.len(),
            self.invented.len(),
            self.bias_ms(),
            self.mae_ms(),
            self.p95_ms(),
        );
    }
}

fn score(marked: &[Marked], detected: &[GaitEvent], kind: EventKind) -> Score {
    let mut score = Score::default();
    let mut partner = vec![false; detected.len()];
    for m in marked.iter().filter(|m| m.kind == kind) {
        let nearest = detected
            .iter()
            .enumerate()
            .filter(|(_, d)| d.side == m.side && d.kind == kind)
            .map(|(i, d)| (d.time_s - m.time_s, i))
            .min_by(|a, b| a.0.abs().total_cmp(&b.0.abs()))
            .filter(|(error, _)| error.abs() <= WINDOW_S);
        match nearest {
            Some((error, i)) => {
                partner[i] = true;
                score.errors_ms.push(1000.0 * error);
            }
            None => score.missed.push(*m),
        }
    }
    score.invented = detected
        .iter()
        .zip(&partner)
        .filter(|(d, partner)| d.kind == kind && !**partner && contradicts(marked, d))
        .map(|(d, _)| *d)
        .collect();
    score
}

/// True when an unmarked event cannot be one that the laboratory left out: among the marked events
/// of its foot it does not restore the alternation of strike and off.
fn contradicts(marked: &[Marked], event: &GaitEvent) -> bool {
    let mut own: Vec<&Marked> = marked.iter().filter(|m| m.side == event.side).collect();
    own.sort_by(|a, b| a.time_s.total_cmp(&b.time_s));
    let (Some(first), Some(last)) = (own.first(), own.last()) else {
        return false;
    };
    if event.time_s < first.time_s - WINDOW_S || event.time_s > last.time_s + WINDOW_S {
        return false;
    }
    let before = own.iter().rfind(|m| m.time_s <= event.time_s);
    let after = own.iter().find(|m| m.time_s > event.time_s);
    [before, after]
        .into_iter()
        .flatten()
        .any(|m| m.kind == event.kind)
}

/// Scores a detector on every marked walk, prints the table, and returns the sums.
fn score_walks(
    shared: &Path,
    keep: impl Fn(&str) -> bool,
    detector: impl Fn(&Recording, &Motion) -> Vec<GaitEvent>,
) -> BTreeMap<EventKind, Score> {
    let mut sums: BTreeMap<EventKind, Score> = BTreeMap::new();
    for walk in walks(shared).iter().filter(|w| keep(&w.file)) {
        let file = &walk.file;
        let detected = detector(&walk.recording, &walk.motion);
        for kind in KINDS {
            let score = score(&walk.marked, &detected, kind);
            score.print(file, kind);
            assert!(
                score.invented.is_empty(),
                "{file}: invented {:?}",
                score.invented
            );
            sums.entry(kind).or_default().add(&score);
        }
    }
    for (kind, sum) in &sums {
        sum.print("all", *kind);
    }
    sums
}

fn assert_good(sums: &BTreeMap<EventKind, Score>, n_min: usize) {
    for (kind, sum) in sums {
        let name = kind.name();
        assert!(sum.errors_ms.len() >= n_min, "{name}: too few to judge");
        assert!(sum.found() >= 0.97, "{name}: missed {:?}", sum.missed);
        assert!(sum.mae_ms() <= 15.0, "{name}: MAE {}", sum.mae_ms());
        assert!(
            sum.bias_ms().abs() <= 10.0,
            "{name}: bias {}",
            sum.bias_ms()
        );
        assert!(sum.p95_ms() <= 40.0, "{name}: p95 {}", sum.p95_ms());
    }
}

#[test]
fn detected_events_agree_with_marked_ones() {
    let Some(shared) = common::shared("detected_events_agree_with_marked_ones") else {
        return;
    };
    let settings = Settings::default();
    let sums = score_walks(&shared, |_| true, |_, m| events::detect(m, &settings));
    assert_good(&sums, 68);
}

#[test]
fn detection_with_force_plates_agrees_with_marked_events() {
    let Some(shared) = common::shared("detection_with_force_plates") else {
        return;
    };
    let mut settings = Settings::default();
    settings.events.source = EventPreference::Detect;
    let sums = score_walks(
        &shared,
        |_| true,
        |recording, motion| {
            let (events, warnings) = events::find(recording, motion, &settings);
            assert_eq!(warnings, []);
            events
        },
    );
    assert_good(&sums, 68);
}

#[test]
fn events_in_turns_agree_with_marked_ones() {
    let Some(shared) = common::shared("events_in_turns_agree_with_marked_ones") else {
        return;
    };
    let settings = Settings::default();
    let turns = |file: &str| file.contains("turn");
    for (kind, sum) in score_walks(&shared, turns, |_, m| events::detect(m, &settings)) {
        assert!(sum.mae_ms() <= 20.0, "{}: {}", kind.name(), sum.mae_ms());
        assert_eq!(sum.found(), 1.0);
    }
}

#[test]
fn plate_events_are_those_of_the_marked_feet() {
    let Some(shared) = common::shared("plate_events_are_those_of_the_marked_feet") else {
        return;
    };
    let settings = Settings::default();
    let mut score_all = Score::default();
    for walk in walks(&shared) {
        let file = &walk.file;
        for event in &events::from_plates(&walk.motion, &settings) {
            let nearest = walk
                .marked
                .iter()
                .filter(|m| m.side == event.side && m.kind == event.kind)
                .map(|m| event.time_s - m.time_s)
                .min_by(|a, b| a.abs().total_cmp(&b.abs()));
            println!(
                "{file:46} {:5} {:11} {:.3} s, marked {:+.0} ms",
                event.side.name(),
                event.kind.name(),
                event.time_s,
                1000.0 * nearest.unwrap_or(f64::NAN)
            );
            if let Some(apart) = nearest.filter(|apart| apart.abs() <= WINDOW_S) {
                score_all.errors_ms.push(1000.0 * apart);
            }
        }
    }
    println!(
        "plates: n {} bias {:.1} MAE {:.1} p95 {:.1} ms",
        score_all.errors_ms.len(),
        score_all.bias_ms(),
        score_all.mae_ms(),
        score_all.p95_ms()
    );
    assert!(score_all.errors_ms.len() >= 40);
    assert!(score_all.mae_ms() <= 8.0);
}

#[test]
fn stored_events_are_used_where_they_make_strides() {
    let Some(shared) = common::shared("stored_events_are_used_where_they_make_strides") else {
        return;
    };
    let settings = Settings::default();
    let sources = |file: &str| {
        let recording = open(&shared, file);
        let motion = motion_of(&recording, &settings);
        let (found, _) = events::find(&recording, &motion, &settings);
        let stored = found
            .iter()
            .filter(|e| e.source == EventSource::Stored)
            .count();
        (found.len(), stored)
    };
    // both limbs have a marked stride
    assert_eq!(
        sources("plug-in-gait/mcgill/HC002D06-straight.c3d"),
        (12, 12)
    );
    // only one foot was marked: the rest is detected, the marked events stay
    let (all, stored) = sources("plug-in-gait/mcgill/HC039A31-turn.c3d");
    assert!(stored == 2 && all >= 10, "{stored} of {all}");
    // nothing was marked
    let (all, stored) = sources("plug-in-gait/pycgm/Movement_trial.c3d");
    assert!(stored == 0 && all >= 8, "{stored} of {all}");
}

fn true_events(truth: &synth::Truth) -> Vec<Marked> {
    truth
        .events
        .iter()
        .map(|e| Marked {
            side: e.side,
            kind: e.event,
            time_s: e.time_s,
        })
        .collect()
}

#[test]
fn synthetic_events_are_found_where_they_are() {
    let healthy = || Walker {
        strides: 4,
        ..Walker::default()
    };
    let with = |change: fn(&mut Walker)| {
        let mut walker = healthy();
        change(&mut walker);
        walker
    };
    let noise_mm = |white_mm| Noise {
        white_mm,
        ..Noise::default()
    };
    // name, walker, largest mean absolute error of a strike, of an off, ms
    let walkers = [
        ("healthy", healthy(), 10.0, 5.0),
        ("slow", with(|w| w.speed_m_s = Some(0.5)), 15.0, 5.0),
        ("fast", with(|w| w.speed_m_s = Some(1.9)), 10.0, 5.0),
        ("child", with(|w| w.height_m = 1.1), 10.0, 5.0),
        ("50 Hz", with(|w| w.rate_hz = 50.0), 12.0, 5.0),
        ("250 Hz", with(|w| w.rate_hz = 250.0), 10.0, 5.0),
        (
            "noise",
            Walker {
                noise: noise_mm(0.5),
                ..healthy()
            },
            15.0,
            15.0,
        ),
        ("realistic", healthy().realistic(), 15.0, 15.0),
        ("there and back", with(|w| w.passes = 2), 10.0, 5.0),
        ("treadmill", with(|w| w.treadmill = true), 10.0, 5.0),
        (
            "ataxic",
            with(|w| (w.pattern, w.affected) = (Pattern::Ataxic, Affected::Both)),
            10.0,
            5.0,
        ),
        (
            "antalgic",
            with(|w| (w.pattern, w.affected) = (Pattern::Antalgic, Affected::Left)),
            10.0,
            5.0,
        ),
        (
            "waddle",
            with(|w| (w.pattern, w.affected) = (Pattern::Waddle, Affected::Both)),
            10.0,
            5.0,
        ),
        (
            "hip hike",
            with(|w| (w.pattern, w.affected) = (Pattern::HipHike, Affected::Left)),
            10.0,
            5.0,
        ),
        (
            "gaps",
            Walker {
                noise: Noise {
                    gaps_per_s: 1.0,
                    ..noise_mm(0.5)
                },
                ..healthy()
            },
            15.0,
            15.0,
        ),
        (
            "soft tissue",
            Walker {
                noise: Noise {
                    soft_tissue: 1.0,
                    wobble_mm: 0.5,
                    ..noise_mm(0.5)
                },
                ..healthy()
            },
            15.0,
            15.0,
        ),
    ];
    let settings = Settings::default();
    for (name, walker, strike_ms, off_ms) in walkers {
        let (recording, truth) = synth::walk(&walker).unwrap();
        let detected = events::detect(&motion_of(&recording, &settings), &settings);
        for (kind, limit_ms) in KINDS.into_iter().zip([strike_ms, off_ms]) {
            let score = score(&true_events(&truth), &detected, kind);
            score.print(name, kind);
            assert!(score.invented.is_empty(), "{name}: {:?}", score.invented);
            assert!(score.found() >= 0.97, "{name}: missed {:?}", score.missed);
            assert!(score.mae_ms() <= limit_ms, "{name}: {}", score.mae_ms());
        }
        let low = detected
            .iter()
            .filter(|e| e.confidence == Confidence::Low)
            .count();
        assert!(
            20 * low <= detected.len(),
            "{name}: {low} of low confidence"
        );
    }
}

fn times(events: &[GaitEvent], side: Side, kind: EventKind) -> Vec<f64> {
    events
        .iter()
        .filter(|e| e.side == side && e.kind == kind)
        .map(|e| e.time_s)
        .collect()
}

/// Events of a recording after a change to it.
fn detect_changed(recording: &Recording, change: impl Fn(&mut Recording)) -> Vec<GaitEvent> {
    let settings = Settings::default();
    let mut changed = recording.clone();
    change(&mut changed);
    events::detect(&motion_of(&changed, &settings), &settings)
}

fn assert_same_times(a: &[f64], b: &[f64], shift_s: f64) {
    assert_eq!(a.len(), b.len());
    for (a, b) in a.iter().zip(b) {
        assert!((a + shift_s - b).abs() < 1e-6, "{a} + {shift_s} is not {b}");
    }
}

#[test]
fn events_move_with_the_recording_and_swap_with_the_sides() {
    let walker = Walker {
        strides: 3,
        passes: 2,
        direction_rad: 0.4,
        ..Walker::default().realistic()
    };
    let (recording, _) = synth::walk(&walker).unwrap();
    let plain = detect_changed(&recording, |_| {});
    assert!(plain.len() >= 20);
    let later = detect_changed(&recording, |r| r.first_frame = 351);
    // turned about the vertical by half a turn: walks the other way
    let reversed = detect_changed(&recording, |r| {
        for marker in &mut r.markers {
            marker.position.x.iter_mut().for_each(|x| *x = -*x);
            marker.position.y.iter_mut().for_each(|y| *y = -*y);
        }
    });
    // seen in a mirror: the left becomes the right
    let mirrored = detect_changed(&recording, |r| {
        for marker in &mut r.markers {
            marker.position.y.iter_mut().for_each(|y| *y = -*y);
            let other = match marker.label.as_bytes().first() {
                Some(b'L') => "R",
                Some(b'R') => "L",
                _ => continue,
            };
            marker.label.replace_range(..1, other);
        }
    });
    for side in Side::BOTH {
        for kind in KINDS {
            let own = times(&plain, side, kind);
            assert_same_times(&own, &times(&later, side, kind), 3.5);
            assert_same_times(&own, &times(&reversed, side, kind), 0.0);
            assert_same_times(&own, &times(&mirrored, side.opposite(), kind), 0.0);
        }
    }
}

#[test]
fn nobody_who_stands_strikes_the_ground() {
    let settings = Settings::default();
    let walker = Walker::default().realistic();
    let (standing, _) = synth::stand(&walker, 10.0).unwrap();
    assert_eq!(
        events::detect(&motion_of(&standing, &settings), &settings),
        []
    );
    let Some(shared) = common::shared("nobody_who_stands_strikes_the_ground") else {
        return;
    };
    for file in [
        "plug-in-gait/mcgill/HC002D02-static.c3d",
        "plug-in-gait/mcgill/HC039A01-static.c3d",
        "plug-in-gait/fmc/MH0222_BP08-static.c3d",
        "plug-in-gait/btk/PiG_Calibration3_FF.c3d",
    ] {
        let motion = motion_of(&open(&shared, file), &settings);
        assert_eq!(events::detect(&motion, &settings), [], "{file}");
    }
}

#[test]
fn events_of_exchanged_feet_are_noticed_and_forbid_a_label() {
    use hipdrop::analysis::{Options, analyze};
    use hipdrop::classify::Label;
    use hipdrop::events::GaitEvent;
    use hipdrop::synth::{Affected, Pattern, Walker, walk};

    let mut walker = Walker::new(Pattern::Uncompensated, Affected::Right);
    walker.magnitude_deg = Some(9.0);
    let (recording, _) = walk(&walker).unwrap();
    let found = analyze(&recording, &Options::default()).unwrap();
    let exchanged = found.events.iter().map(|e| GaitEvent {
        side: e.side.opposite(),
        ..*e
    });
    let with = |events: Vec<GaitEvent>| {
        let options = Options {
            events: Some(events),
            ..Options::default()
        };
        analyze(&recording, &options).unwrap()
    };
    let swapped = with(exchanged.collect());
    let same = with(found.events.clone());
    let noticed = |a: &hipdrop::analysis::Analysis| {
        a.warnings.iter().any(|w| w.code == "event-sides-swapped")
    };
    assert!(noticed(&swapped) && !noticed(&same) && !noticed(&found));
    for limb in [&swapped.limbs.left, &swapped.limbs.right] {
        assert_eq!(limb.label, Label::Indeterminate);
        assert!(
            limb.flags
                .iter()
                .any(|f| f.blocking && f.code == "event-sides-swapped")
        );
    }
    assert_eq!(same.limbs.right.label, Label::Uncompensated);
}
