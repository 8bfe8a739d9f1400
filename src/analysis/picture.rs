//! Points in the plane of a picture: a standing test filmed from the front or from behind.
//!
//! In: a recording whose points have two coordinates. Out: the same [`Analysis`] with pelvis, trunk and
//! knee as the picture shows them, and the standing test. There is no depth: a body that turns before
//! the camera changes every angle.

use super::{Analysis, AnalysisError, Found, Options, Processing, Status, conclude};
use crate::angles::{AngleSeries, Frontal, TrunkDefinition, fppa, spine_line_lean};
use crate::classify::Measurement;
use crate::landmarks::{self, Landmark, Points, Resolved};
use crate::recording::{PerSide, Recording, Series3, Side, View, Warning};
use crate::settings::{Settings, StandingSettings};
use crate::signal::{finite_runs, low_pass_series, median};
use crate::tasks::{self, Feet, StanceTest, Stood, Tasks};

/// Why there are no frames of segments.
pub(super) const NO_FRAMES: &str = "points of a picture have no depth: there are no Plug-in Gait angles; \
                                    --sequence rot gives what the picture shows";

/// Labels of tables that name the hips of a standing test: the lifted side and the one stood on.
const TEST_LABELS: [&str; 3] = ["hip_test", "hip_base", "tibia"];

/// Analyses points of a picture.
pub fn analyze(recording: &Recording, options: &Options) -> Result<Analysis, AnalysisError> {
    let picture = Picture::of(recording, options, Processing::Filtered)?;
    let angles = picture.angles();
    let measures = options.body.or(&recording.body);
    let stance = picture.stance_test(recording, options, &angles);
    let (status, reason) = match &stance {
        Some(_) => (Status::Standing, String::new()),
        None => (
            Status::NoGait,
            "the picture shows nobody standing on one leg: no foot or shank is lifted or out of sight \
             for long enough"
                .into(),
        ),
    };
    let mut warnings = recording.warnings.clone();
    warnings.extend(picture.warnings);
    warnings.push(Warning::new(
        "picture-plane",
        "points in the plane of a picture: angles are those that the camera sees; a body turned to the \
         camera or a camera that does not stand level changes them by degrees",
    ));
    let found = Found {
        status,
        reason,
        measurement: Measurement::Markerless,
        standing: options.standing,
        frame: None,
        progression: None,
        gaps: Vec::new(),
        calibration: None,
        angles,
        events: Vec::new(),
        strides: Vec::new(),
        tasks: Tasks { stance },
        warnings,
    };
    Ok(conclude(recording, options, &measures, found))
}

/// The angle series that a picture shows.
pub(super) fn angle_series(
    recording: &Recording,
    options: &Options,
    processing: Processing,
) -> Result<AngleSeries, AnalysisError> {
    Ok(Picture::of(recording, options, processing)?.angles())
}

/// The points in the frontal plane: `y` to the subject's left, `z` up, about metres.
struct Picture {
    frames: usize,
    points: Points,
    /// The limb stood on, by the names of the columns.
    told: Option<Side>,
    warnings: Vec<Warning>,
    rate_hz: f64,
}

impl Picture {
    fn of(
        recording: &Recording,
        options: &Options,
        processing: Processing,
    ) -> Result<Picture, AnalysisError> {
        let named = Named::of(recording, options)?;
        let Some([left, right]) = pelvis_of(&named.indices) else {
            return Err(AnalysisError::Nothing(
                "the picture has no two points of the pelvis: name both ASIS (LASI, RASI), both PSIS or \
                 both hips, in the columns or in a map (--landmarks)"
                    .into(),
            ));
        };
        let mut points = Points::default();
        for (&landmark, &index) in &named.indices.indices {
            if let Some(marker) = recording.markers.get(index) {
                points.series.insert(landmark, marker.position.clone());
            }
        }
        let width = |axis: fn(&Series3) -> &Vec<f64>| match (points.get(left), points.get(right)) {
            (Some(l), Some(r)) => {
                let pairs = axis(l).iter().zip(axis(r));
                median(&pairs.map(|(l, r)| l - r).collect::<Vec<f64>>())
            }
            _ => f64::NAN,
        };
        let (across, along) = (width(|s| &s.x), width(|s| &s.y));
        if !(across.is_finite() && along.is_finite()) || across == 0.0 {
            return Err(AnalysisError::Nothing(
                "both sides of the pelvis are never seen in the same picture".into(),
            ));
        }
        let mut warnings = named.warnings;
        if along.abs() > across.abs() {
            warnings.push(Warning::new(
                "picture-on-its-side",
                "the two sides of the pelvis lie above each other rather than side by side: check which \
                 column is x and which y",
            ));
        }
        // the left of the body is where its left side is, whichever way the camera looks
        let leftward = across.signum();
        let upward = match recording.given.up.as_deref() {
            Some("+Y") => 1.0,
            _ => -1.0,
        };
        let metres = options.settings.standing.inter_asis_m / across.hypot(along);
        for series in points.series.values_mut() {
            for i in 0..series.len() {
                let (x, y) = (series.x[i], series.y[i]);
                series.x[i] = 0.0 * x;
                series.y[i] = leftward * metres * x;
                series.z[i] = upward * metres * y;
            }
        }
        let mut picture = Picture {
            frames: recording.frames,
            points,
            told: named.stood_on,
            warnings,
            rate_hz: recording.rate_hz,
        };
        if processing == Processing::Filtered {
            picture.filter(&options.settings);
        }
        Ok(picture)
    }

    fn stance_test(
        &self,
        recording: &Recording,
        options: &Options,
        angles: &AngleSeries,
    ) -> Option<StanceTest> {
        let settings = &options.settings.standing;
        let feet = self.feet(settings);
        let unseen = Side::BOTH.iter().all(|&side| !feet.is_known(side));
        let stood = Stood {
            rate_hz: recording.rate_hz,
            first_s: recording.time_s(0),
            obliquity: &angles.pelvis.obliquity,
            lean: &angles.thorax.obliquity,
            told: self.told.filter(|_| unseen),
            feet: &feet,
            in_picture: true,
            facts: &options.facts,
        };
        tasks::stance_test(&stood, settings)
    }

    fn filter(&mut self, settings: &Settings) {
        if !settings.signal.filter {
            return;
        }
        let mut filtered = true;
        for series in self.points.series.values_mut() {
            for column in [&mut series.y, &mut series.z] {
                filtered &= low_pass_series(column, self.rate_hz, settings.signal.cutoff_hz);
            }
        }
        if !filtered {
            self.warnings.push(Warning::new(
                "not-filtered",
                format!(
                    "{:.3} pictures a second are too few for a low-pass at {} Hz: nothing was filtered",
                    self.rate_hz, settings.signal.cutoff_hz
                ),
            ));
        }
    }

    fn at(&self, landmark: Landmark, index: usize) -> Option<Frontal> {
        let series = self.points.get(landmark)?;
        let seen = !series.is_missing(index);
        seen.then(|| Frontal {
            left: series.y[index],
            up: series.z[index],
        })
    }

    fn angles(&self) -> AngleSeries {
        let pelvis = self.pelvis_points();
        let mut angles = AngleSeries::default();
        let trunk = self.trunk();
        angles.trunk_definition = trunk.map(|_| TrunkDefinition::SpineLine);
        for i in 0..self.frames {
            let ends = pelvis.and_then(|[l, r]| Some((self.at(l, i)?, self.at(r, i)?)));
            let obliquity = ends.map_or(f64::NAN, |(l, r)| (l.up - r.up).atan2(l.left - r.left));
            angles.pelvis.obliquity.push(obliquity);
            angles.thorax.obliquity.push(self.lean(trunk, ends, i));
        }
        angles.pelvis.tilt = vec![f64::NAN; self.frames];
        angles.pelvis.rotation = vec![f64::NAN; self.frames];
        angles.thorax.tilt = vec![f64::NAN; self.frames];
        angles.thorax.rotation = vec![f64::NAN; self.frames];
        angles.lean_on_pelvis = (angles.thorax.obliquity.iter())
            .zip(&angles.pelvis.obliquity)
            .map(|(t, p)| t - p)
            .collect();
        angles.fppa = PerSide::from_fn(|side| self.knee(side));
        for joints in [&mut angles.hip, &mut angles.knee] {
            for side in Side::BOTH {
                let missing = vec![f64::NAN; self.frames];
                joints[side].flexion.clone_from(&missing);
                joints[side].frontal.clone_from(&missing);
                joints[side].rotation = missing;
            }
        }
        angles
    }

    /// The points that mark the top of the trunk.
    fn trunk(&self) -> Option<[Landmark; 2]> {
        let shoulders = Side::BOTH.map(Landmark::Shoulder);
        [
            [Landmark::C7; 2],
            [Landmark::Clavicle; 2],
            [Landmark::Sternum; 2],
            shoulders,
        ]
        .into_iter()
        .find(|pair| pair.iter().all(|l| self.points.get(*l).is_some()))
    }

    fn lean(
        &self,
        trunk: Option<[Landmark; 2]>,
        pelvis: Option<(Frontal, Frontal)>,
        index: usize,
    ) -> f64 {
        let top = trunk.and_then(|[a, b]| Some((self.at(a, index)?, self.at(b, index)?)));
        let (Some((a, b)), Some((l, r))) = (top, pelvis) else {
            return f64::NAN;
        };
        spine_line_lean(Frontal {
            left: (a.left + b.left - l.left - r.left) / 2.0,
            up: (a.up + b.up - l.up - r.up) / 2.0,
        })
    }

    /// Projection angle of the knee with the ASIS in place of the hip, as on video.
    fn knee(&self, side: Side) -> Vec<f64> {
        let hips = [Landmark::HipCentre(side), Landmark::Asis(side)];
        let knees = [Landmark::KneeCentre(side), Landmark::Knee(side)];
        let ankles = [Landmark::AnkleCentre(side), Landmark::Ankle(side)];
        (0..self.frames)
            .map(|i| {
                let [hip, knee, ankle] =
                    [hips, knees, ankles].map(|of| of.iter().find_map(|l| self.at(*l, i)));
                match (hip, knee, ankle) {
                    (Some(hip), Some(knee), Some(ankle)) => fppa(side, hip, knee, ankle),
                    _ => f64::NAN,
                }
            })
            .collect()
    }

    /// When the feet are lifted: the height of the lowest tracked point of the leg, and legs that are
    /// hidden behind the body while the pelvis is seen.
    fn feet(&self, settings: &StandingSettings) -> Feet {
        let mut feet = tasks::lift_of_markers(&self.below_pelvis(), self.frames, settings);
        feet.edge = settings.picture_edge_m / settings.lift_min_m;
        let pelvis = self.angles().pelvis.obliquity;
        let longest = (settings.hidden_min_s * self.rate_hz).ceil() as usize;
        for side in Side::BOTH {
            if !feet.is_known(side) {
                continue;
            }
            let unseen = |lift: &f64| if lift.is_nan() { 1.0 } else { f64::NAN };
            let unseen: Vec<f64> = feet.lift[side].iter().map(unseen).collect();
            for run in finite_runs(&unseen) {
                // moments in which nothing at all is seen say nothing
                let seen: Vec<usize> = run.filter(|&i| pelvis[i].is_finite()).collect();
                if let [first, .., last] = seen[..]
                    && seen.len() >= longest
                {
                    // twice a certain lift: it is out of sight
                    feet.lift[side][first..=last].fill(2.0);
                }
            }
        }
        feet
    }

    /// The points as they lie below the middle of the pelvis: nearer to the camera or further from it,
    /// a standing leg stays where it is.
    fn below_pelvis(&self) -> Points {
        let mut points = self.points.clone();
        let Some([left, right]) = self.pelvis_points() else {
            return points;
        };
        for series in points.series.values_mut() {
            for (i, z) in series.z.iter_mut().enumerate() {
                let middle = self.at(left, i).zip(self.at(right, i));
                *z -= middle.map_or(f64::NAN, |(l, r)| (l.up + r.up) / 2.0);
            }
        }
        points
    }

    fn pelvis_points(&self) -> Option<[Landmark; 2]> {
        let resolved = Resolved {
            indices: self.points.series.keys().map(|l| (*l, 0)).collect(),
            ..Resolved::default()
        };
        pelvis_of(&resolved)
    }
}

/// Which point is which.
struct Named {
    indices: Resolved,
    stood_on: Option<Side>,
    warnings: Vec<Warning>,
}

impl Named {
    fn of(recording: &Recording, options: &Options) -> Result<Named, AnalysisError> {
        let index = |name: &str| recording.markers.iter().position(|m| m.label == name);
        let [test, base, tibia] = TEST_LABELS.map(index);
        let (Some(test), Some(base)) = (test, base) else {
            let indices = landmarks::resolve(recording, options.subject.as_deref())?;
            return Ok(Named {
                warnings: indices.warnings.clone(),
                indices,
                stood_on: None,
            });
        };
        let middle = |index: usize| {
            let marker = recording.markers.get(index);
            marker.map_or(f64::NAN, |m| median(&m.position.x))
        };
        let view = recording.given.view.unwrap_or(View::Front);
        let lifted = match (middle(test) < middle(base), view) {
            (true, View::Front) | (false, View::Back) => Side::Right,
            _ => Side::Left,
        };
        let mut indices = Resolved::default();
        indices.indices.insert(Landmark::Asis(lifted), test);
        indices
            .indices
            .insert(Landmark::Asis(lifted.opposite()), base);
        if let Some(tibia) = tibia {
            indices.indices.insert(Landmark::Tibia(lifted), tibia);
        }
        let mut warnings = Vec::new();
        if recording.given.view.is_none() {
            warnings.push(Warning::new(
                "sides-by-view",
                format!(
                    "the columns tell the lifted side, not left and right: the camera was taken to look \
                     from the front, so {} was lifted and {} stood on; say `view = \"back\"` in a map \
                     (--landmarks) if it looks from behind or the picture is mirrored",
                    lifted.name(),
                    lifted.opposite().name()
                ),
            ));
        }
        Ok(Named {
            indices,
            stood_on: Some(lifted.opposite()),
            warnings,
        })
    }
}

/// The two sides of the pelvis: ASIS, else PSIS, else hips.
fn pelvis_of(resolved: &Resolved) -> Option<[Landmark; 2]> {
    let kinds: [fn(Side) -> Landmark; 3] = [Landmark::Asis, Landmark::Psis, Landmark::HipCentre];
    kinds
        .into_iter()
        .map(|of| Side::BOTH.map(of))
        .find(|pair| pair.iter().all(|l| resolved.indices.contains_key(l)))
}
