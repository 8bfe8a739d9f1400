//! From rows of one source to lines: events as they become certain, stances, strides.

use super::body::{Body, Sign};
use super::history::History;
use super::line::{self, Kind, Line};
use crate::analysis::Options;
use crate::events::GaitEvent;
use crate::metrics::{self, MeasuredStride};
use crate::recording::{EventKind, Side, Warning};
use crate::strides::{self, Exclusion, Stride};
use crate::study::tables::Cell;
use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;

/// Rows before and after a stride that its angles are filtered with, seconds.
const MARGIN_S: f64 = 0.3;
/// Two events of one kind and foot are at least this far apart, seconds.
const APART_S: f64 = 0.3;
/// Accepted events that are remembered, seconds.
const REMEMBERED_S: f64 = 12.0;
/// A sign and its event are no farther apart than this, seconds.
const SIGN_S: f64 = 0.3;
/// Looks for the event of a sign, and rows between them.
const LOOKS: u32 = 6;
const BETWEEN_ROWS: u64 = 2;
/// Without signs events are looked for this often, as far back, seconds.
const REGULAR_S: f64 = 2.0;
const BACK_S: f64 = 6.0;
/// Stance as a share of the stride, for the end of a stride that is not over.
const STANCE_SHARE: f64 = 0.62;
/// Different warnings that are told.
const WARNINGS_MAX: usize = 200;

/// An event that a sign has announced.
struct Expected {
    sign: Sign,
    due: u64,
    looks: u32,
}

/// One walk, across all stretches of its source.
pub(super) struct Walk {
    body: Box<dyn Body>,
    options: Arc<Options>,
    source: String,
    rate_hz: f64,
    /// Time of row 0 of this stretch on the source's clock.
    start_s: f64,
    events: VecDeque<GaitEvent>,
    expected: Vec<Expected>,
    /// Rows from a sign to its event, as they were so far, per kind.
    lead: [f64; 2],
    regular_at: u64,
    was_ready: bool,
    numbers: [u64; 2],
    /// Until when the angles settle after a turn.
    settled_s: f64,
    pub history: History,
    /// Warnings of the last look at frame or calibration, and of the events.
    current: Vec<Warning>,
    told: BTreeSet<(String, String)>,
    signs: Vec<Sign>,
}

impl Walk {
    pub fn new(body: Box<dyn Body>, options: Arc<Options>, source: &str, rate_hz: f64) -> Walk {
        Walk {
            history: History::new(&options),
            body,
            options,
            source: source.to_owned(),
            rate_hz,
            start_s: 0.0,
            events: VecDeque::new(),
            expected: Vec::new(),
            lead: [0.0; 2],
            regular_at: 0,
            was_ready: false,
            numbers: [0; 2],
            settled_s: f64::NEG_INFINITY,
            current: Vec::new(),
            told: BTreeSet::new(),
            signs: Vec::new(),
        }
    }

    fn rows_in(&self, seconds: f64) -> u64 {
        (seconds * self.rate_hz).round() as u64
    }

    /// Time of the newest row on the source's clock.
    pub fn now_s(&self) -> f64 {
        self.start_s + self.body.end().saturating_sub(1) as f64 / self.rate_hz
    }

    /// A new stretch: what was begun is finished first.
    pub fn begin(&mut self, start_s: f64, out: &mut Vec<Line>) {
        if self.body.end() > 0 {
            self.finish(out);
        }
        self.body.begin(start_s);
        self.start_s = start_s;
        self.events.clear();
        self.expected.clear();
        self.settled_s = f64::NEG_INFINITY;
        self.regular_at = 0;
        self.was_ready = self.body.ready();
    }

    /// The next row; `None` = missing.
    pub fn row(&mut self, values: Option<&[f64]>, out: &mut Vec<Line>) {
        let mut signs = std::mem::take(&mut self.signs);
        self.body.push(values.unwrap_or_default(), &mut signs);
        let ahead = self.body.look_ahead();
        for sign in signs.drain(..) {
            let lead = self.lead[sign.kind as usize].round() as i64;
            let due = sign.row.saturating_add_signed(lead) + ahead + 1;
            self.expected.push(Expected {
                sign,
                due,
                looks: 0,
            });
        }
        self.signs = signs;
        self.tend(false, out);
        let end = self.body.end();
        if self.body.ready() {
            let caught_up = std::mem::replace(&mut self.was_ready, true);
            let regular = end >= self.regular_at;
            if !caught_up {
                self.look(0, None, false, out);
                // no sign was seen of what happened in the last rows before
                self.regular_at = end + ahead + 1;
            } else if regular {
                let since = end.saturating_sub(self.rows_in(BACK_S));
                self.look(since, None, false, out);
            } else if let Some(only) = self.due(end) {
                self.look(end, only, false, out);
            }
        } else {
            self.expected.clear();
        }
    }

    /// The foot whose event should be there by now; `Some(None)`: either.
    fn due(&self, end: u64) -> Option<Option<Side>> {
        let mut due = self.expected.iter().filter(|e| e.due < end);
        let first = due.next()?.sign.side;
        Some(first.filter(|_| due.all(|e| e.sign.side == first)))
    }

    /// A row that was missing has come.
    pub fn late(&mut self, row: u64, values: &[f64]) {
        self.body.late(row, values);
    }

    /// No row follows: everything that is complete is told.
    pub fn finish(&mut self, out: &mut Vec<Line>) {
        self.tend(true, out);
        if self.body.ready() {
            self.look(0, None, true, out);
        }
    }

    fn tend(&mut self, last: bool, out: &mut Vec<Line>) {
        let mut found = Vec::new();
        self.body.tend(last, &mut found);
        if found.is_empty() {
            return;
        }
        for warning in &found {
            self.tell(warning, out);
        }
        self.current = found;
    }

    /// Tells a warning once.
    pub fn tell(&mut self, warning: &Warning, out: &mut Vec<Line>) {
        let key = (warning.code.to_string(), warning.place.clone());
        if self.told.len() < WARNINGS_MAX && self.told.insert(key) {
            out.push(line::warning(self.now_s(), warning));
        }
    }

    /// Looks for events from a row on, and tells what they complete.
    fn look(&mut self, since: u64, only: Option<Side>, last: bool, out: &mut Vec<Line>) {
        let end = self.body.end();
        if only.is_none() {
            self.regular_at = end + self.rows_in(REGULAR_S);
        }
        let ahead = if last { 0 } else { self.body.look_ahead() };
        let until_s = end.saturating_sub(1).saturating_sub(ahead) as f64 / self.rate_hz;
        let (mut found, warnings) = self.body.events(since, only);
        found.retain(|event| event.time_s <= until_s && self.is_new(event));
        found.sort_by(|a, b| a.time_s.total_cmp(&b.time_s));
        for warning in warnings {
            self.tell(&warning, out);
            if self.current.iter().all(|w| w.code != warning.code) {
                self.current.push(warning);
            }
        }
        for event in found {
            if self.is_new(&event) {
                self.accept(event);
                self.complete(&event, out);
            }
        }
        self.wait_on(end);
    }

    /// No event of this foot and kind so near or later has counted.
    fn is_new(&self, event: &GaitEvent) -> bool {
        let same = |e: &&GaitEvent| e.side == event.side && e.kind == event.kind;
        let last = self.events.iter().rfind(same);
        last.is_none_or(|last| event.time_s > last.time_s + APART_S)
    }

    fn accept(&mut self, event: GaitEvent) {
        let at = self.events.partition_point(|e| e.time_s <= event.time_s);
        self.events.insert(at, event);
        self.body.accepted(&event);
        while self
            .events
            .front()
            .is_some_and(|e| e.time_s < event.time_s - REMEMBERED_S)
        {
            self.events.pop_front();
        }
        let row = event.time_s * self.rate_hz;
        let near = SIGN_S * self.rate_hz;
        let lead = &mut self.lead[event.kind as usize];
        self.expected.retain(|expected| {
            let sign = expected.sign;
            let apart = row - sign.row as f64;
            let its = sign.side.is_none_or(|side| side == event.side)
                && sign.kind == event.kind
                && apart.abs() <= near;
            if its {
                *lead += 0.2 * (apart - *lead);
            }
            !its
        });
    }

    /// Signs whose event has not come are waited on a little longer.
    fn wait_on(&mut self, end: u64) {
        self.expected.retain_mut(|expected| {
            if expected.due < end {
                expected.looks += 1;
                expected.due = end + BETWEEN_ROWS - 1;
            }
            expected.looks < LOOKS
        });
    }

    /// What an event completes: a foot off the stance, a foot strike the stride.
    fn complete(&mut self, event: &GaitEvent, out: &mut Vec<Line>) {
        let before = |e: &&GaitEvent| {
            e.side == event.side && e.kind == EventKind::FootStrike && e.time_s < event.time_s
        };
        let Some(start) = self.events.iter().rfind(before).copied() else {
            return;
        };
        if event.time_s - start.time_s > self.options.settings.strides.duration_max_s {
            return;
        }
        match event.kind {
            EventKind::FootOff => self.stance(&start, event, out),
            EventKind::FootStrike => self.stride(&start, event, out),
        }
    }

    /// Events of a stretch of time, its ends included.
    fn between(&self, from_s: f64, to_s: f64) -> Vec<GaitEvent> {
        let within = self
            .events
            .iter()
            .filter(|e| (from_s..=to_s).contains(&e.time_s));
        within.copied().collect()
    }

    fn stance(&mut self, start: &GaitEvent, off: &GaitEvent, out: &mut Vec<Line>) {
        let mut events = self.between(start.time_s, off.time_s);
        let end_s = start.time_s + (off.time_s - start.time_s) / STANCE_SHARE;
        events.push(GaitEvent {
            kind: EventKind::FootStrike,
            time_s: end_s,
            ..*off
        });
        let known_s = off.time_s;
        let Some((mut measured, _)) = self.measured(&events, start, end_s, known_s) else {
            return;
        };
        let stride = &measured.stride;
        if stride.opposite_off_s.is_none() || stride.opposite_strike_s.is_none() {
            return;
        }
        line::of_stance(&mut measured);
        measured.stride.number = self.numbers[start.side as usize] as usize + 1;
        self.tell_stride(Kind::Stance, measured, off.time_s, out);
    }

    fn stride(&mut self, start: &GaitEvent, end: &GaitEvent, out: &mut Vec<Line>) {
        let events = self.between(start.time_s, end.time_s);
        let found = self.measured(&events, start, end.time_s, end.time_s);
        let Some((mut measured, pace)) = found else {
            return;
        };
        let number = &mut self.numbers[start.side as usize];
        *number += 1;
        measured.stride.number = *number as usize;
        self.settle(&mut measured.stride);
        self.history.add(&mut measured, pace);
        self.body.walked(end.time_s - start.time_s);
        let measurement = self.body.measurement();
        self.history
            .label(false, measurement, &self.options, &self.current);
        self.tell_stride(Kind::Stride, measured, end.time_s, out);
    }

    /// After a turn the orientations of sensors settle: strides until then count as part of it.
    fn settle(&mut self, stride: &mut Stride) {
        if stride.exclusion == Some(Exclusion::Turn) {
            self.settled_s = stride.end_s + self.body.settles();
        } else if stride.exclusion.is_none() && stride.start_s < self.settled_s {
            stride.exclusion = Some(Exclusion::Turn);
        }
    }

    /// The label from all strides that are kept, at once.
    pub fn label_now(&mut self) {
        let measurement = self.body.measurement();
        self.history
            .label(true, measurement, &self.options, &self.current);
    }

    /// The stride from one strike to an end, measured; rows beyond `known_s` are used as far as they
    /// have come.
    fn measured(
        &self,
        events: &[GaitEvent],
        start: &GaitEvent,
        end_s: f64,
        known_s: f64,
    ) -> Option<(MeasuredStride, f64)> {
        let from = ((start.time_s - MARGIN_S) * self.rate_hz).floor().max(0.0) as u64;
        let to = ((known_s + MARGIN_S) * self.rate_hz).ceil() as u64 + 1;
        let piece = self.body.piece(from, to.min(self.body.end()))?;
        let settings = &self.options.settings;
        let all = strides::find(events, &piece.motion, settings);
        let its =
            |s: &Stride| s.side == start.side && s.start_s == start.time_s && s.end_s == end_s;
        let stride = all.into_iter().find(its)?;
        let pace = self.body.pace(&stride, &piece);
        let measured = metrics::measure(
            &[stride],
            &piece.angles,
            &piece.motion,
            &piece.gaps,
            &piece.measures,
            settings,
        );
        Some((measured.into_iter().next()?, pace))
    }

    /// Writes a stance or stride that `event_s` completed.
    fn tell_stride(
        &self,
        kind: Kind,
        mut measured: MeasuredStride,
        event_s: f64,
        out: &mut Vec<Line>,
    ) {
        let stride = &mut measured.stride;
        let side = stride.side;
        stride.start_s += self.start_s;
        stride.end_s += self.start_s;
        for time in [
            &mut stride.opposite_off_s,
            &mut stride.opposite_strike_s,
            &mut stride.off_s,
        ] {
            *time = time.map(|t| t + self.start_s);
        }
        let delay_s = self.now_s() - self.start_s - event_s;
        let finding = self.history.findings().map(|f| &f[side]);
        let line = line::stride(kind, &self.source, &measured)
            .finding(finding)
            .field("delay_s", Cell::time(delay_s))
            .line();
        out.push(line);
    }
}
