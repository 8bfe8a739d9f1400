//! Rows of markers.
//!
//! The laboratory frame (unit, up, treadmill or ground) is found from the last seconds by the code
//! for whole recordings, again and again; events and angles come from short stretches around them,
//! by the same code as well, in the frame that was found last.

use super::body::{Body, Piece, Sign};
use super::course::{Course, continued};
use super::foot_watch::{FootWatch, Ground};
use super::ring::Ring;
use crate::analysis::Options;
use crate::angles;
use crate::body::{self, Model};
use crate::classify::Measurement;
use crate::events::{self, GaitEvent};
use crate::lab::{self, LabFrame, Locomotion, Motion, Progression};
use crate::landmarks::{self, Landmark, Points};
use crate::read::LiveTable;
use crate::recording::{BodyMeasures, Recording, Series3, Side, Warning};
use crate::signal;
use crate::strides::Stride;
use nalgebra::{Matrix3, Vector3};
use std::sync::Arc;

/// Seconds between two looks while nobody walks, and the stretch that is looked at then.
const LOOK_S: f64 = 1.0;
const LOOK_BACK_S: f64 = 5.0;
/// Stride time when none has been seen, seconds.
const STRIDE_S: f64 = 1.2;
/// Rows that are searched for an event, in stride times and seconds more: a whole swing, what stands
/// before it, and the beginning of the filter.
const SEARCH_STRIDES: f64 = 1.4;
const SEARCH_MORE_S: f64 = 0.3;

/// Markers of one stretch.
pub(super) struct Markers {
    table: Arc<LiveTable>,
    options: Arc<Options>,
    rate_hz: f64,
    rows: Ring,
    course: Course,
    feet: [FootWatch; 2],
    known: Option<Known>,
    /// Row of the next look at the frame.
    look_at: u64,
    walking_m_s: f64,
    /// Rows that are held.
    keep: usize,
}

/// What the last look found.
struct Known {
    /// Marker of every landmark.
    indices: Vec<(Landmark, usize)>,
    /// Markers of the pelvis.
    pelvis: Vec<usize>,
    /// Heel (else ankle) and toe (else heel) per side.
    feet: [Option<[usize; 2]>; 2],
    /// Metres in laboratory axes from the numbers of the rows.
    lab_from_rows: Matrix3<f64>,
    frame: LabFrame,
    locomotion: Locomotion,
    belt_m_s: Option<f64>,
    /// Direction of walking on a treadmill.
    belt_heading_rad: f64,
    trial_heading_rad: f64,
    stride_s: f64,
    measures: BodyMeasures,
}

impl Markers {
    pub fn new(table: Arc<LiveTable>, options: Arc<Options>) -> Markers {
        let rate_hz = table.rate_hz();
        let window_s = options.settings.stream.window_s;
        let keep = ((window_s + 4.0) * rate_hz).ceil() as usize;
        Markers {
            rows: Ring::new(table.width(), keep),
            course: Course::new(0, keep),
            feet: Side::BOTH.map(FootWatch::new),
            known: None,
            look_at: 0,
            keep,
            walking_m_s: options.settings.lab.walking_speed_min_m_s,
            rate_hz,
            table,
            options,
        }
    }

    fn rows_in(&self, seconds: f64) -> u64 {
        (seconds * self.rate_hz).round() as u64
    }

    /// Where a marker is in a row, laboratory axes, metres.
    fn position(known: &Known, values: &[f64], marker: usize) -> [f64; 3] {
        let xyz = values.get(3 * marker..3 * marker + 3);
        match xyz {
            Some([x, y, z]) => (known.lab_from_rows * Vector3::new(*x, *y, *z)).into(),
            _ => [f64::NAN; 3],
        }
    }

    /// Course and signs of a row.
    fn follow(&mut self, row: u64, values: &[f64], signs: &mut Vec<Sign>) {
        let Some(known) = &self.known else { return };
        let at = |marker: usize| Markers::position(known, values, marker);
        self.course.push(known.pelvis.iter().map(|&m| {
            let [x, y, _] = at(m);
            [x, y]
        }));
        let belt = known.belt_m_s.unwrap_or(0.0);
        if row.is_multiple_of(8) {
            let own = self.course.velocity(row, known.stride_s * self.rate_hz);
            let speed = own.size() * self.rate_hz + belt;
            self.walking_m_s = speed.max(self.options.settings.lab.walking_speed_min_m_s);
        }
        let (sin, cos) = known.belt_heading_rad.sin_cos();
        let ground = Ground {
            walking_m_s: self.walking_m_s,
            belt: match belt > 0.0 {
                true => [belt * cos, belt * sin],
                false => [0.0; 2],
            },
            rate_hz: self.rate_hz,
        };
        let settings = &self.options.settings.events;
        for (watch, markers) in self.feet.iter_mut().zip(known.feet) {
            let Some(markers) = markers else { continue };
            signs.extend(watch.push(row, markers.map(at), &ground, settings));
        }
    }

    /// The frame from the last rows, by the code for whole recordings.
    fn look(&mut self, warnings: &mut Vec<Warning>) {
        let walks = self.walks();
        let stream = &self.options.settings.stream;
        let back = if walks { stream.window_s } else { LOOK_BACK_S };
        let pause = if walks { stream.refresh_s } else { LOOK_S };
        let end = self.rows.end();
        let from = end
            .saturating_sub(self.rows_in(back))
            .max(self.rows.first());
        self.look_at = end + self.rows_in(pause);
        let recording = self
            .table
            .recording(&self.rows.columns(from, end), from + 1);
        match self.known_from(&recording, warnings) {
            Ok(found) => self.settle(found),
            Err(warning) => warnings.push(warning),
        }
    }

    fn known_from(
        &self,
        recording: &Recording,
        warnings: &mut Vec<Warning>,
    ) -> Result<Known, Warning> {
        let failed = |error: String| Warning::new("not-ready", error);
        let settings = &self.options.settings;
        let resolved = landmarks::resolve(recording, self.options.subject.as_deref())
            .map_err(|e| failed(e.to_string()))?;
        let mut motion =
            lab::to_lab(recording, &resolved, &settings.lab).map_err(|e| failed(e.to_string()))?;
        warnings.extend(resolved.warnings.iter().cloned());
        warnings.append(&mut motion.warnings);
        signal::fill_gaps(&mut motion.points, motion.rate_hz, &settings.signal);
        signal::low_pass(
            &mut motion.points,
            motion.rate_hz,
            settings.signal.cutoff_hz,
        );
        let given = self.options.body;
        let body = body::build(&motion, &given, &settings.body, Model::Hipdrop);
        warnings.extend(body.warnings.iter().cloned());
        let mut measures = given;
        measures.inter_asis_m = given.inter_asis_m.or(body.measures.inter_asis_m);
        for side in Side::BOTH {
            let used = body.measures.limbs[side].leg_length_m;
            let limb = &mut measures.limbs[side];
            limb.leg_length_m = limb.leg_length_m.or(used);
        }
        let index = |landmark: Landmark| resolved.indices.get(&landmark).copied();
        let foot = |side: Side| {
            let heel = index(Landmark::Heel(side)).or(index(Landmark::Ankle(side)));
            let toe = index(Landmark::Toe(side));
            let heel = heel.or(toe)?;
            Some([heel, toe.unwrap_or(heel)])
        };
        let progression = &motion.progression;
        let headings = progression.heading_rad.iter().copied();
        Ok(Known {
            indices: resolved.indices.iter().map(|(l, i)| (*l, *i)).collect(),
            pelvis: pelvis_markers(&resolved.indices),
            feet: Side::BOTH.map(foot),
            lab_from_rows: motion.frame.lab_from_file
                * scale(recording, &motion, &resolved.indices),
            locomotion: progression.locomotion,
            belt_m_s: progression.belt_speed_m_s,
            belt_heading_rad: headings
                .clone()
                .rev()
                .find(|h| h.is_finite())
                .unwrap_or(0.0),
            trial_heading_rad: progression.trial_heading_rad,
            stride_s: STRIDE_S,
            frame: motion.frame,
            measures,
        })
    }

    /// Takes what a look found; the axes stay those of the first look, so that nothing jumps.
    fn settle(&mut self, mut found: Known) {
        let first = self.known.is_none();
        if let Some(known) = self.known.take() {
            found.lab_from_rows = known.lab_from_rows;
            found.frame = known.frame;
            found.stride_s = known.stride_s;
        }
        self.known = Some(found);
        if first {
            self.restart_course();
        }
    }

    /// The course of the rows that are held.
    fn restart_course(&mut self) {
        let Some(known) = &self.known else { return };
        let rows = self.rows.first()..self.rows.end();
        self.course = Course::starting_at(known.pelvis.len(), self.keep, rows.start);
        for row in rows {
            let values = |marker: usize| {
                let at = |k: usize| self.rows.at(3 * marker + k, row);
                let [x, y, _] = *(known.lab_from_rows * Vector3::new(at(0), at(1), at(2))).as_ref();
                [x, y]
            };
            self.course.push(known.pelvis.iter().map(|&m| values(m)));
        }
    }

    /// True when the last look saw somebody walking.
    fn walks(&self) -> bool {
        self.known
            .as_ref()
            .is_some_and(|k| k.locomotion != Locomotion::Standing)
    }

    /// A stretch of rows in the laboratory frame, gaps and all, with the landmarks that are wanted.
    fn motion(&self, from: u64, to: u64, wanted: impl Fn(Landmark) -> bool) -> Option<Motion> {
        let known = self.known.as_ref()?;
        if from < self.rows.first() || to > self.rows.end() || to <= from + 1 {
            return None;
        }
        let mut points = Points::default();
        for &(landmark, marker) in known.indices.iter().filter(|(l, _)| wanted(*l)) {
            let [x, y, z] = [0, 1, 2].map(|k| self.rows.column(3 * marker + k, from, to));
            let vectors = x.iter().zip(y).zip(z);
            let series = Series3::from_vectors(
                vectors.map(|((x, y), z)| known.lab_from_rows * Vector3::new(*x, *y, *z)),
            );
            points.series.insert(landmark, series);
        }
        Some(Motion {
            rate_hz: self.rate_hz,
            first_frame: from + 1,
            frames: (to - from) as usize,
            points,
            plates: Vec::new(),
            frame: known.frame.clone(),
            progression: self.progression(known, from, to),
            warnings: Vec::new(),
        })
    }

    /// Direction and speed of every row of a stretch.
    fn progression(&self, known: &Known, from: u64, to: u64) -> Progression {
        let stride = known.stride_s * self.rate_hz;
        let treadmill = known.locomotion == Locomotion::Treadmill;
        let least = self.options.settings.lab.walking_speed_min_m_s;
        let (mut headings, mut speeds) = (Vec::new(), Vec::new());
        let mut last = f64::NAN;
        for row in from..to {
            let velocity = self.course.velocity(row, stride);
            let speed = velocity.size() * self.rate_hz;
            if treadmill {
                last = known.belt_heading_rad;
            } else if speed > least {
                last = continued(velocity.heading(), last);
            }
            headings.push(last);
            speeds.push(speed);
        }
        // before the first step the direction is that of the first step
        let first = headings.iter().copied().find(|h| h.is_finite());
        for heading in headings.iter_mut().take_while(|h| h.is_nan()) {
            *heading = first.unwrap_or(known.belt_heading_rad);
        }
        Progression {
            locomotion: known.locomotion,
            rate_hz: self.rate_hz,
            heading_rad: headings,
            speed_m_s: speeds,
            passes: Vec::new(),
            trial_heading_rad: known.trial_heading_rad,
            belt_speed_m_s: known.belt_m_s,
        }
    }
}

impl Body for Markers {
    fn push(&mut self, values: &[f64], signs: &mut Vec<Sign>) {
        let row = self.rows.end();
        self.rows.push(values);
        self.follow(row, values, signs);
    }

    fn late(&mut self, row: u64, values: &[f64]) {
        self.rows.set(row, values);
    }

    fn end(&self) -> u64 {
        self.rows.end()
    }

    fn tend(&mut self, last: bool, warnings: &mut Vec<Warning>) {
        let settled = self.rows.end() >= self.rows_in(self.options.settings.stream.settle_s);
        let due = self.rows.end() >= self.look_at && settled;
        let never = last && !self.walks() && self.rows.end() > self.rows_in(LOOK_S);
        if due || never {
            self.look(warnings);
        }
    }

    fn ready(&self) -> bool {
        self.walks()
    }

    fn look_ahead(&self) -> u64 {
        self.rows_in(self.options.settings.stream.look_ahead_s)
    }

    fn events(&self, since: u64, only: Option<Side>) -> (Vec<GaitEvent>, Vec<Warning>) {
        let end = self.rows.end();
        let stride_s = self.known.as_ref().map_or(STRIDE_S, |k| k.stride_s);
        let most_s = self.options.settings.stream.search_s;
        let search = self.rows_in((SEARCH_STRIDES * stride_s + SEARCH_MORE_S).min(most_s));
        let from = since.min(end.saturating_sub(search)).max(self.rows.first());
        let wanted = |landmark| {
            let side = landmark_side(landmark).filter(|_| !landmark.is_pelvis());
            tells_events(landmark) && (only.is_none() || side.is_none() || side == only)
        };
        let Some(mut motion) = self.motion(from, end, wanted) else {
            return Default::default();
        };
        let settings = &self.options.settings;
        signal::fill_gaps(&mut motion.points, motion.rate_hz, &settings.signal);
        (events::detect(&motion, settings), Vec::new())
    }

    fn piece(&self, from: u64, to: u64) -> Option<Piece> {
        let known = self.known.as_ref()?;
        let (from, to) = (from.max(self.rows.first()), to.min(self.rows.end()));
        let mut motion = self.motion(from, to, |_| true)?;
        let settings = &self.options.settings;
        let gaps = signal::fill_gaps(&mut motion.points, motion.rate_hz, &settings.signal);
        if settings.signal.filter {
            signal::low_pass(
                &mut motion.points,
                motion.rate_hz,
                settings.signal.cutoff_hz,
            );
        }
        let body = body::build(&motion, &known.measures, &settings.body, Model::Hipdrop);
        Some(Piece {
            angles: angles::series(&body, &motion),
            motion,
            gaps,
            measures: known.measures,
        })
    }

    fn pace(&self, stride: &Stride, piece: &Piece) -> f64 {
        if piece.motion.progression.locomotion == Locomotion::Treadmill {
            return f64::NAN;
        }
        let row = |time_s: f64| piece.motion.index_at(time_s).round().max(0.0) as usize;
        let speeds = &piece.motion.progression.speed_m_s;
        let within = speeds.get(row(stride.start_s)..=row(stride.end_s));
        let within = within.unwrap_or_default();
        within.iter().sum::<f64>() / within.len() as f64
    }

    fn settles(&self) -> f64 {
        0.0
    }

    fn walked(&mut self, stride_s: f64) {
        if let Some(known) = &mut self.known {
            known.stride_s += 0.3 * (stride_s - known.stride_s);
        }
    }

    fn accepted(&mut self, _event: &GaitEvent) {}

    fn measurement(&self) -> Measurement {
        Measurement::Optical
    }

    fn begin(&mut self, _start_s: f64) {
        let known = self.known.take();
        *self = Markers::new(self.table.clone(), self.options.clone());
        self.known = known;
        self.restart_course();
    }
}

/// The foot or leg a landmark belongs to.
fn landmark_side(landmark: Landmark) -> Option<Side> {
    match landmark {
        Landmark::Heel(side)
        | Landmark::Toe(side)
        | Landmark::Ankle(side)
        | Landmark::AnkleMedial(side)
        | Landmark::AnkleCentre(side)
        | Landmark::Knee(side) => Some(side),
        _ => None,
    }
}

/// Landmarks that the search for events looks at.
fn tells_events(landmark: Landmark) -> bool {
    landmark.is_pelvis()
        || matches!(
            landmark,
            Landmark::Heel(_)
                | Landmark::Toe(_)
                | Landmark::Ankle(_)
                | Landmark::AnkleMedial(_)
                | Landmark::AnkleCentre(_)
                | Landmark::Knee(_)
                | Landmark::HipCentre(_)
        )
}

/// Markers that follow the pelvis: its own, else the hip centres.
fn pelvis_markers(indices: &std::collections::BTreeMap<Landmark, usize>) -> Vec<usize> {
    let of = |wanted: fn(&Landmark) -> bool| -> Vec<usize> {
        let wanted = indices.iter().filter(|(l, _)| wanted(l));
        wanted.map(|(_, i)| *i).collect()
    };
    let pelvis = of(|l| l.is_pelvis());
    match pelvis.is_empty() {
        true => of(|l| matches!(l, Landmark::HipCentre(_))),
        false => pelvis,
    }
}

/// Metres per unit of the rows: what the laboratory frame made of one position.
fn scale(
    recording: &Recording,
    motion: &Motion,
    indices: &std::collections::BTreeMap<Landmark, usize>,
) -> f64 {
    let ratios = indices.iter().filter_map(|(landmark, &marker)| {
        let raw = &recording.markers.get(marker)?.position;
        let lab = motion.points.get(*landmark)?;
        let both = (0..raw.len()).find(|&i| !raw.is_missing(i) && raw.at(i).norm() > 1e-6)?;
        Some(lab.at(both).norm() / raw.at(both).norm())
    });
    let known: Vec<f64> = ratios.filter(|r| r.is_finite()).collect();
    signal::median(&known)
}
