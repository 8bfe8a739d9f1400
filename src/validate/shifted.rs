//! How much a label hangs on the foot contacts: recordings again with the found events moved.

use super::measure::Measured;
use super::table::{Table, percent};
use super::tally::Rate;
use crate::analysis::{Options, analyze};
use crate::classify::Label;
use crate::events::GaitEvent;
use crate::recording::{EventKind, PerSide, Recording, Side};

/// Every so many subjects of the usual conditions are analysed again.
pub const EVERY: u64 = 6;

/// How far events are moved, seconds.
const BY_S: f64 = 0.030;

/// Which events are moved, in words, and whether a kind is among them.
type Which = (&'static str, fn(EventKind) -> bool);

const WHICH: [Which; 3] = [
    ("foot strikes", |kind| kind == EventKind::FootStrike),
    ("foot offs", |kind| kind == EventKind::FootOff),
    ("all events", |_| true),
];

/// Labels of one recording with its events moved.
#[derive(Debug, Clone)]
pub struct Shifted {
    which: &'static str,
    by_s: f64,
    labels: PerSide<Label>,
}

/// The recording again with each kind of event earlier and later.
pub fn labels(recording: &Recording, events: &[GaitEvent], options: &Options) -> Vec<Shifted> {
    let cases = WHICH
        .iter()
        .flat_map(|which| [(which, -BY_S), (which, BY_S)]);
    let again = cases.filter_map(|((which, moves), by_s)| {
        let mut events = events.to_vec();
        let moved = events.iter_mut().filter(|e| moves(e.kind));
        moved.for_each(|e| e.time_s += by_s);
        events.sort_by(|a, b| a.time_s.total_cmp(&b.time_s));
        let options = Options {
            events: Some(events),
            ..options.clone()
        };
        let analysis = analyze(recording, &options).ok()?;
        Some(Shifted {
            which,
            by_s,
            labels: PerSide::from_fn(|side| analysis.limbs[side].label),
        })
    });
    again.collect()
}

/// How many labels change.
pub fn table(measured: &[Measured]) -> Table {
    let mut table = Table::new(
        "event_shifts",
        "When the foot contacts move by 30 ms",
        "Limbs of every sixth subject of the usual conditions that get another label; gained and lost: limbs that get or lose a definite pattern; reversed: limbs that go from one definite pattern, or from none, to another pattern or none. All events later or earlier is what a wrong clock does, foot strikes or foot offs alone what a detector does.",
        &[
            "events",
            "moved_ms",
            "limbs",
            "changed",
            "changed_pct",
            "gained",
            "lost",
            "reversed",
        ],
    );
    for (which, _) in WHICH {
        for by_s in [-BY_S, BY_S] {
            let same = |s: &&Shifted| s.which == which && s.by_s == by_s;
            let cases = measured.iter().flat_map(|m| {
                let moved = m.shifted.iter().filter(same);
                moved.flat_map(|s| Side::BOTH.map(|side| (m.limbs[side].label, s.labels[side])))
            });
            let (mut changed, mut gained, mut lost, mut reversed) = (Rate::default(), 0, 0, 0);
            for (old, new) in cases {
                changed.count(old != new);
                gained += usize::from(new.is_positive() && !old.is_positive());
                lost += usize::from(old.is_positive() && !new.is_positive());
                let definite = old != Label::Indeterminate && new != Label::Indeterminate;
                reversed += usize::from(definite && old != new);
            }
            table.rows.push(vec![
                which.to_owned(),
                format!("{:+.0}", 1000.0 * by_s),
                changed.of.to_string(),
                changed.hits.to_string(),
                percent(changed),
                gained.to_string(),
                lost.to_string(),
                reversed.to_string(),
            ]);
        }
    }
    table
}
