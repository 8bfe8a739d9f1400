//! Rows of inertial sensors.
//!
//! Orientations come from the online filter, sample by sample. The calibration is found from the
//! rows so far by the code for whole recordings, as soon as somebody walks, again while the walk gets
//! longer, and then stays. Events come from short stretches, by the same code as for recordings.

use super::body::{Body, Piece, Sign};
use super::fitted::{Fitted, worn};
use super::ring::Ring;
use super::walked::Walked;
use crate::analysis::{Options, effort};
use crate::angles;
use crate::body;
use crate::classify::Measurement;
use crate::events::{self, GaitEvent};
use crate::inertial::vqf::{Parameters, Vqf};
use crate::inertial::{self, Calibration, Segment, Segments, live};
use crate::lab::Motion;
use crate::read::LiveTable;
use crate::recording::{EventKind, PerSide, Recording, Series3, Side, Warning};
use crate::signal::GapReport;
use crate::strides::Stride;
use nalgebra::Vector3;
use std::sync::Arc;

/// Rows of orientations that are held: the longest stride, its margins and some more, seconds.
const HELD_S: f64 = 16.0;
/// Missing rows over which the last angular velocity is taken to go on; then the sensor is taken
/// to keep still.
const HOLD_ROWS: u64 = 3;
/// Rows that are searched where the lower back alone tells the sides: more steps vote, seconds.
const BACK_SEARCH_S: f64 = 8.0;
/// Walking from which a sensor that moves on the body can be told from a walk that begins, seconds.
const MOVED_S: f64 = 30.0;
/// Stride time when none has been seen, seconds.
const STRIDE_S: f64 = 1.2;

/// Sensors of one stretch.
pub(super) struct Sensors {
    table: Arc<LiveTable>,
    options: Arc<Options>,
    rate_hz: f64,
    rows: Ring,
    /// Sensors on segments that are used, and their filters.
    worn: Vec<usize>,
    filters: Vec<Vqf>,
    /// `earth_from_sensor` of the worn sensors.
    turns: Ring,
    missing: u64,
    walked: Walked,
    fitted: Option<Fitted>,
    /// Seconds of walking at which the calibration is looked for again; `None`: it is final.
    refit_s: Option<f64>,
    stride_s: f64,
    /// The last strike that counts: the feet go on alternating from it.
    anchor: Option<GaitEvent>,
    /// Time of row 0 on the source's clock, in rows.
    start_row: u64,
}

impl Sensors {
    pub fn new(table: Arc<LiveTable>, options: Arc<Options>, start_s: f64) -> Sensors {
        let rate_hz = table.rate_hz();
        let settings = &options.settings;
        let parameters = Parameters {
            tau_acc_s: settings.inertial.filter_tau_acc_s,
            ..Parameters::default()
        };
        let worn = worn(table.template());
        let rows_of = |seconds: f64| (seconds * rate_hz).ceil() as usize;
        let start_row = (start_s * rate_hz).round();
        Sensors {
            rows: Ring::new(table.width(), rows_of(settings.stream.calibration_s)),
            turns: Ring::new(4 * worn.len(), rows_of(HELD_S)),
            filters: worn
                .iter()
                .map(|_| Vqf::new(rate_hz, &parameters))
                .collect(),
            worn,
            missing: 0,
            walked: Walked::new(rate_hz),
            fitted: None,
            refit_s: Some(options.settings.stream.calibration_first_s),
            stride_s: STRIDE_S,
            anchor: None,
            // clocks that count from a date are not shown
            start_row: if (0.0..1e9).contains(&start_row) {
                start_row as u64
            } else {
                0
            },
            rate_hz,
            table,
            options,
        }
    }

    fn rows_in(&self, seconds: f64) -> u64 {
        (seconds * self.rate_hz).round() as u64
    }

    fn xyz(values: &[f64], first: usize) -> [f64; 3] {
        match values.get(first..first + 3) {
            Some([x, y, z]) => [*x, *y, *z],
            _ => [f64::NAN; 3],
        }
    }

    /// One step of every filter.
    fn turn(&mut self, values: &[f64]) {
        let whole = self
            .worn
            .iter()
            .all(|&s| !Sensors::xyz(values, 6 * s + 3)[0].is_nan());
        self.missing = if whole { 0 } else { self.missing + 1 };
        let lost = self.missing > self.rows_in(self.options.settings.inertial.gap_max_s);
        let mut row = Vec::with_capacity(4 * self.worn.len());
        for (filter, &sensor) in self.filters.iter_mut().zip(&self.worn) {
            let (acc, mut gyr) = (
                Sensors::xyz(values, 6 * sensor),
                Sensors::xyz(values, 6 * sensor + 3),
            );
            if gyr[0].is_nan() && self.missing > HOLD_ROWS {
                gyr = filter.bias_rad_s();
            }
            let q = filter.push(gyr, acc);
            row.extend(if lost { [f64::NAN; 4] } else { q });
        }
        self.turns.push(&row);
    }

    /// The orientation of the worn sensor `index` of a recording in a row.
    fn orientation(&self, sensor: usize, row: u64) -> [f64; 4] {
        let place = self.worn.iter().position(|&w| w == sensor);
        match place {
            Some(place) => [0, 1, 2, 3].map(|k| self.turns.at(4 * place + k, row)),
            None => [f64::NAN; 4],
        }
    }

    /// Sums up which way the segments face relative to the first.
    fn face(&mut self, row: u64) {
        let window = self.options.settings.inertial.relative_heading_window_s;
        // as old on average as the middle of the window that is used for whole recordings
        let kept = 1.0 - 2.0 / (window * self.rate_hz).max(4.0);
        let Some(fitted) = &self.fitted else { return };
        let directions = fitted.mounted.map(|mounted| {
            let (sensor, turn) = mounted?;
            let q = self.orientation(sensor, row);
            Some(live::direction(live::segment(q, &turn)))
        });
        let Some(first) = directions.iter().flatten().next().copied() else {
            return;
        };
        let Some(fitted) = &mut self.fitted else {
            return;
        };
        for (sum, direction) in fitted.apart.iter_mut().zip(directions) {
            let Some((cos, sin)) = direction else {
                continue;
            };
            let apart = (cos * first.0 + sin * first.1, sin * first.0 - cos * first.1);
            if apart.0.is_finite() {
                *sum = (kept * sum.0 + apart.0, kept * sum.1 + apart.1);
            }
        }
    }

    /// Whether the last window was walked, then what depends on it.
    fn look(&mut self, last: bool, warnings: &mut Vec<Warning>) {
        let end = self.rows.end();
        let (window, hop) = live::WALK_WINDOW_S;
        // a second before the window keeps the ends of the filters out of it
        let from = end
            .saturating_sub(self.rows_in(window + hop))
            .max(self.turns.first());
        let Some(&reference) = self.worn.first() else {
            return;
        };
        let sensor = self.sensor(reference, from, end);
        let turns = (from..end).map(|row| self.orientation(reference, row));
        let settings = &self.options.settings.inertial;
        let walks = live::walks(&sensor, turns.collect(), self.rate_hz, settings);
        let window = end.saturating_sub(self.rows_in(window))..end;
        self.walked.note(window, walks);
        let walked_s = self.walked.seconds();
        let due = self.refit_s.is_some_and(|due| walks && walked_s >= due);
        // a walk that ends sooner is better than none
        let never = last && self.fitted.is_none() && walked_s > 0.0;
        if due || never {
            self.fit(warnings);
        }
    }

    /// One sensor over a stretch of rows.
    fn sensor(&self, sensor: usize, from: u64, to: u64) -> crate::recording::Sensor {
        let columns = self.rows.columns(from, to);
        let recording = self.table.recording(&columns, from + 1);
        let missing = || crate::recording::Sensor::missing("", recording.frames);
        recording
            .sensors
            .get(sensor)
            .cloned()
            .unwrap_or_else(missing)
    }

    /// The calibration from all rows that are held.
    fn fit(&mut self, warnings: &mut Vec<Warning>) {
        let (first, end) = (self.rows.first(), self.rows.end());
        let columns = self.rows.columns(first, end);
        let recording = self.table.recording(&columns, self.start_row + first + 1);
        let settings = &self.options.settings;
        let segments = match inertial::segments(&recording, &settings.inertial) {
            Ok(segments) => segments,
            Err(error) => {
                warnings.push(Warning::new("not-ready", error.to_string()));
                return;
            }
        };
        let stood = |c: &Calibration| matches!(c.upright, inertial::Upright::Standing { .. });
        let before = self.fitted.as_ref().map(|f| stood(&f.calibration));
        let walked_s = self.walked.seconds();
        let final_s = settings.stream.calibration_walk_s;
        if before == Some(true) && !stood(&segments.calibration) {
            // the standing is no longer among the rows: nothing better will come
            self.finish_fitting();
            return;
        }
        let early = walked_s < MOVED_S;
        let told = segments
            .warnings
            .iter()
            .filter(|w| !(early && w.code == "sensor-moved"));
        warnings.extend(told.cloned());
        self.fitted = Some(Fitted::of(&recording, segments, settings));
        for row in self.turns.first()..self.turns.end() {
            self.face(row);
        }
        match walked_s >= final_s {
            true => self.finish_fitting(),
            false => self.refit_s = Some((2.0 * walked_s).min(final_s)),
        }
    }

    fn finish_fitting(&mut self) {
        self.refit_s = None;
        self.rows.keep((HELD_S * self.rate_hz).ceil() as usize);
    }

    /// Feet or shanks tell the events; else the lower back.
    fn has_limbs(&self) -> bool {
        self.fitted.as_ref().is_some_and(|f| f.watches.len() == 2)
    }

    /// The feet go on alternating: a lone sensor tells their sides from few steps at a time.
    fn in_turn(&self, mut found: Vec<GaitEvent>) -> Vec<GaitEvent> {
        let Some(anchor) = &self.anchor else {
            return found;
        };
        let near = |e: &&GaitEvent| {
            e.kind == EventKind::FootStrike && (e.time_s - anchor.time_s).abs() < 0.2
        };
        if found
            .iter()
            .find(near)
            .is_some_and(|e| e.side != anchor.side)
        {
            for event in &mut found {
                event.side = event.side.opposite();
            }
        }
        found
    }

    /// Segments of a stretch of rows.
    fn segments(&self, fitted: &Fitted, from: u64, to: u64) -> Segments {
        let rows = from..to;
        let segment = |place: usize| {
            let (sensor, turn) = fitted.mounted.get(place).copied().flatten()?;
            let (cos, sin) = fitted.apart.get(place).copied().unwrap_or((1.0, 0.0));
            let apart = sin.atan2(cos);
            let earth_from_segment = rows
                .clone()
                .map(|row| live::segment(self.orientation(sensor, row), &turn))
                .map(|q| live::turned(q, apart));
            Some(Segment {
                sensor,
                earth_from_segment: earth_from_segment.collect(),
            })
        };
        Segments {
            frames: (to - from) as usize,
            sensors: Vec::new(),
            pelvis: segment(0),
            thorax: segment(1),
            thighs: PerSide::from_fn(|side| segment(2 + usize::from(side == Side::Right))),
            shanks: PerSide::from_fn(|side| segment(4 + usize::from(side == Side::Right))),
            heading_rad: self.heading(fitted, from, to),
            walking: Vec::new(),
            calibration: fitted.calibration.clone(),
            warnings: Vec::new(),
        }
    }

    /// Direction of progression of a stretch, from a stride before it on.
    fn heading(&self, fitted: &Fitted, from: u64, to: u64) -> Vec<f64> {
        let Some((sensor, turn)) = fitted.mounted.iter().flatten().next() else {
            return vec![f64::NAN; (to - from) as usize];
        };
        let stride = self.rows_in(self.stride_s);
        let first = from.saturating_sub(stride).max(self.turns.first());
        // what is known beyond the stretch helps at its end
        let last = (to + stride).min(self.turns.end());
        let facing: Vec<[f64; 4]> = (first..last)
            .map(|row| live::segment(self.orientation(*sensor, row), turn))
            .collect();
        let mut heading = live::progression(&facing, stride as usize);
        heading.drain(..((from - first) as usize).min(heading.len()));
        heading.truncate((to - from) as usize);
        heading
    }
}

impl Body for Sensors {
    fn push(&mut self, values: &[f64], signs: &mut Vec<Sign>) {
        let row = self.rows.end();
        self.rows.push(values);
        self.turn(values);
        self.face(row);
        if let Some(fitted) = &mut self.fitted {
            for (sensor, watch) in &mut fitted.watches {
                signs.extend(watch.push(row, Sensors::xyz(values, 6 * *sensor + 3)));
            }
            if let (Some(watch), Some(upright)) = (&mut fitted.step_watch, &fitted.upright) {
                let acc = Vector3::from(Sensors::xyz(values, 6 * upright.sensor));
                let step = watch.push(row, acc.dot(&upright.up));
                // a step is a strike and the other foot's off; which is whose is found out with them
                for kind in [EventKind::FootStrike, EventKind::FootOff] {
                    signs.extend(step.map(|row| Sign {
                        side: None,
                        kind,
                        row,
                    }));
                }
            }
        }
    }

    fn late(&mut self, row: u64, values: &[f64]) {
        self.rows.set(row, values);
    }

    fn end(&self) -> u64 {
        self.rows.end()
    }

    fn tend(&mut self, last: bool, warnings: &mut Vec<Warning>) {
        let end = self.rows.end();
        let (window, hop) = live::WALK_WINDOW_S;
        let due = end.is_multiple_of(self.rows_in(hop).max(1)) || last;
        if due && end >= self.rows_in(window) {
            self.look(last, warnings);
        }
    }

    fn ready(&self) -> bool {
        self.fitted.is_some()
    }

    fn look_ahead(&self) -> u64 {
        let stream = &self.options.settings.stream;
        self.rows_in(match self.has_limbs() {
            true => stream.look_ahead_swing_s,
            false => stream.look_ahead_back_s,
        })
    }

    fn events(&self, since: u64, _only: Option<Side>) -> (Vec<GaitEvent>, Vec<Warning>) {
        let Some(fitted) = &self.fitted else {
            return Default::default();
        };
        let end = self.rows.end();
        let search = match self.has_limbs() {
            true => self.options.settings.stream.search_s,
            false => BACK_SEARCH_S,
        };
        let from = since.min(end.saturating_sub(self.rows_in(search)));
        let from = from.max(self.rows.first()).max(self.turns.first());
        let walking = self.walked.between(from..end);
        if !walking.contains(&true) {
            return Default::default();
        }
        let recording = self
            .table
            .recording(&self.rows.columns(from, end), from + 1);
        let settings = &self.options.settings.events;
        let (found, warnings) =
            events::from_sensors(&recording, &walking, fitted.upright, settings);
        // from few swings of one foot nothing is told, least of all by another sensor
        let one_limb = self.has_limbs() && !warnings.is_empty();
        match (one_limb, self.has_limbs()) {
            (true, _) => Default::default(),
            (_, true) => (found, warnings),
            (_, false) => (self.in_turn(found), warnings),
        }
    }

    fn piece(&self, from: u64, to: u64) -> Option<Piece> {
        let fitted = self.fitted.as_ref()?;
        let (from, to) = (from.max(self.turns.first()), to.min(self.turns.end()));
        if to <= from + 1 {
            return None;
        }
        let segments = self.segments(fitted, from, to);
        let frames = segments.frames;
        let mut recording = Recording::new("", self.table.template().format, self.rate_hz, frames);
        recording.first_frame = from + 1;
        let body =
            body::from_segments(&segments, self.rate_hz, Some(&self.options.settings.signal));
        let mut motion = Motion::without_markers(&recording);
        motion.progression.heading_rad = segments.heading_rad;
        Some(Piece {
            angles: angles::series(&body, &motion),
            motion,
            gaps: GapReport::default(),
            measures: self.options.body,
        })
    }

    fn pace(&self, stride: &Stride, _piece: &Piece) -> f64 {
        let mounted = self
            .fitted
            .as_ref()
            .and_then(|f| f.mounted[0].or(f.mounted[1]));
        let Some((sensor, _)) = mounted else {
            return f64::NAN;
        };
        let row = |time_s: f64| (time_s * self.rate_hz).max(0.0);
        let (from, to) = (row(stride.start_s), row(stride.end_s));
        let (first, last) = (from.floor() as u64, to.ceil() as u64 + 1);
        let column = |k: usize| self.rows.column(6 * sensor + k, first, last).to_vec();
        let [x, y, z] = [0, 1, 2].map(column);
        let held = first.max(self.rows.first()) as f64;
        effort(&Series3 { x, y, z }, from - held, to - held)
    }

    fn settles(&self) -> f64 {
        self.options.settings.stream.turn_settle_s
    }

    fn walked(&mut self, stride_s: f64) {
        self.stride_s += 0.3 * (stride_s - self.stride_s);
    }

    fn accepted(&mut self, event: &GaitEvent) {
        if event.kind == EventKind::FootStrike {
            self.anchor = Some(*event);
        }
    }

    fn measurement(&self) -> Measurement {
        Measurement::Inertial
    }

    fn begin(&mut self, start_s: f64) {
        let (fitted, refit_s) = (self.fitted.take(), self.refit_s);
        *self = Sensors::new(self.table.clone(), self.options.clone(), start_s);
        self.fitted = fitted;
        if refit_s.is_none() {
            self.finish_fitting();
        }
        if let Some(fitted) = &mut self.fitted {
            // headings begin anew with the filters
            fitted.apart = [(0.0, 0.0); 6];
        }
    }
}
