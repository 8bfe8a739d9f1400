//! The sample data: small recordings of every label, made again by one call.

use super::generate::{stand, walk, walk_with_sensors};
use super::imu::{Imu, SensorSet};
use super::truth::{TrueLabel, Truth};
use super::walker::{Affected, MarkerSet, Noise, Pattern, Walker};
use super::write::{FileFormat, whole, write};
use crate::recording::{Recording, Side};
use std::fmt::Write as _;
use std::io;
use std::path::Path;

/// Subject with one-stride trials.
const WALKWAY: &str = "walkway-session";

/// One sample recording before it is made.
#[derive(Debug, Clone)]
pub struct Sample {
    /// Subject folder.
    pub subject: &'static str,
    /// File name without extension.
    pub trial: String,
    /// File format.
    pub format: FileFormat,
    /// Parameters.
    pub walker: Walker,
    /// Inertial sensors instead of markers.
    pub imu: Option<Imu>,
    /// Seconds of standing instead of walking.
    pub standing_s: Option<f64>,
    /// Label the analysis should give the left and the right limb, when it differs from the truth.
    pub expected: Option<[&'static str; 2]>,
}

impl Sample {
    fn new(subject: &'static str, format: FileFormat, walker: Walker) -> Sample {
        Sample {
            subject,
            trial: "walk".to_owned(),
            format,
            walker: Walker {
                subject: subject.to_owned(),
                ..walker
            },
            imu: None,
            standing_s: None,
            expected: None,
        }
    }

    fn expecting(mut self, left: &'static str, right: &'static str) -> Sample {
        self.expected = Some([left, right]);
        self
    }

    /// Makes the recording and its truth (without the angle of every frame).
    pub fn make(&self) -> io::Result<(Recording, Truth)> {
        let made = match (self.standing_s, &self.imu) {
            (Some(seconds), _) => stand(&self.walker, seconds),
            (None, Some(imu)) => walk_with_sensors(&self.walker, imu),
            (None, None) => walk(&self.walker),
        };
        let (recording, mut truth) = made.map_err(io::Error::other)?;
        truth.angles = None;
        Ok((recording, truth))
    }

    /// Path below the sample folder.
    pub fn path(&self) -> String {
        match self.format {
            FileFormat::Folder => format!("{}/visit-1/{}", self.subject, self.trial),
            format => format!("{}/visit-1/{}.{format}", self.subject, self.trial),
        }
    }

    /// Label the analysis should give a limb.
    pub fn expected_label(&self, side: Side, truth: &Truth) -> &'static str {
        match self.expected {
            Some([left, right]) => match side {
                Side::Left => left,
                Side::Right => right,
            },
            None => truth.labels[side].name(),
        }
    }
}

/// Every sample recording.
pub fn samples() -> Vec<Sample> {
    use Affected::{Both, Left, Right};
    use FileFormat::{C3d, Csv};
    let walker = |pattern, affected, seed| Walker {
        strides: 7,
        noise: Noise {
            white_mm: 0.3,
            ..Noise::default()
        },
        placement_sd_mm: 2.0,
        between_subject: true,
        stride_jitter: true,
        seed,
        ..Walker::new(pattern, affected)
    };
    let csv = |w: Walker| Walker {
        markers: MarkerSet::Medial,
        ..w
    };
    let mut samples = vec![
        Sample::new("healthy-adult", C3d, walker(Pattern::Healthy, Right, 11)),
        Sample::new(
            "healthy-child",
            Csv,
            csv(Walker {
                height_m: 1.25,
                direction_rad: 1.6,
                ..walker(Pattern::Healthy, Right, 12)
            }),
        ),
        Sample::new("drop-left", C3d, walker(Pattern::Uncompensated, Left, 13)),
        Sample::new(
            "drop-right",
            Csv,
            csv(walker(Pattern::Uncompensated, Right, 14)),
        ),
        Sample::new(
            "lurch-left",
            Csv,
            csv(walker(Pattern::Compensated, Left, 15)),
        ),
        Sample::new("lurch-right", C3d, walker(Pattern::Compensated, Right, 26)),
        Sample::new("mixed-left", C3d, walker(Pattern::Mixed, Left, 17)),
        Sample::new("mixed-right", C3d, walker(Pattern::Mixed, Right, 18)),
        Sample::new("waddle", C3d, walker(Pattern::Waddle, Both, 19)),
        Sample::new(
            "drop-without-trunk",
            C3d,
            Walker {
                markers: MarkerSet::NoTrunk,
                ..walker(Pattern::Uncompensated, Right, 20)
            },
        )
        .expecting("none", "drop-unspecified"),
        Sample::new(
            "too-short",
            Csv,
            csv(Walker {
                strides: 2,
                ..walker(Pattern::Uncompensated, Left, 21)
            }),
        )
        .expecting("indeterminate", "indeterminate"),
        Sample::new(
            "short-leg",
            C3d,
            walker(Pattern::LegLengthDifference, Left, 22),
        )
        // the oblique pelvis looks like a drop of the longer leg: no definite label there
        .expecting("none", "indeterminate"),
        Sample::new(
            "there-and-back",
            C3d,
            Walker {
                strides: 3,
                passes: 2,
                direction_rad: -0.4,
                ..walker(Pattern::Uncompensated, Left, 23)
            },
        ),
    ];
    samples.extend(walkway_session(walker(Pattern::Uncompensated, Right, 24)));
    samples.push(with_sensors(
        "sensors-drop-right",
        Csv,
        walker(Pattern::Uncompensated, Right, 27),
    ));
    samples.push(with_sensors(
        "sensors-lurch-left",
        FileFormat::Folder,
        walker(Pattern::Compensated, Left, 28),
    ));
    samples
}

/// A walk with sensors on pelvis, sternum and shanks: one table, or a folder with a file of each.
fn with_sensors(subject: &'static str, format: FileFormat, walker: Walker) -> Sample {
    let walker = Walker {
        rate_hz: 50.0,
        ..walker
    };
    let imu = Imu {
        sensors: SensorSet::Trunk,
        standing_s: 5.0,
        ..Imu::default()
    };
    Sample {
        imu: Some(imu.realistic()),
        ..Sample::new(subject, format, walker)
    }
}

/// A session as laboratories record it: a standing trial and walkway trials of one stride per limb.
fn walkway_session(walker: Walker) -> Vec<Sample> {
    let standing = Sample {
        trial: "standing".to_owned(),
        standing_s: Some(2.0),
        ..Sample::new(WALKWAY, FileFormat::C3d, walker.clone())
    };
    let walks = (1..=6u64).map(|trial| {
        let walker = Walker {
            strides: 1,
            trial,
            // there and back along the walkway, caught at another moment of the stride each time
            direction_rad: if trial % 2 == 0 {
                std::f64::consts::PI
            } else {
                0.0
            },
            first_phase: 0.15 * trial as f64 - 0.1,
            ..walker.clone()
        };
        Sample {
            trial: format!("walk-{trial}"),
            ..Sample::new(WALKWAY, FileFormat::C3d, walker)
        }
        .expecting("indeterminate", "indeterminate")
    });
    std::iter::once(standing).chain(walks).collect()
}

/// Writes all samples below `dir`, with `truth.csv` (what the analysis should say) and
/// `subjects.csv` (for `--subjects`).
pub fn sample_data(dir: &Path) -> io::Result<()> {
    let mut truths =
        String::from("recording,side,prescribed,expected_label,expected_session_label\n");
    let mut subjects = String::from(
        "subject,height_m,leg_length_left_m,leg_length_right_m,knee_width_left_m,knee_width_right_m,ankle_width_left_m,ankle_width_right_m,marker_radius_m\n",
    );
    let mut last_subject = "";
    for sample in samples() {
        let (recording, truth) = sample.make()?;
        let folder = dir.join(sample.subject).join("visit-1");
        write(&recording, &truth, &folder, &sample.trial, sample.format)?;
        if sample.standing_s.is_none() {
            for side in Side::BOTH {
                add_truth(&mut truths, &sample, side, &truth);
            }
        }
        if sample.subject != last_subject {
            add_subject(&mut subjects, &sample, &recording);
            last_subject = sample.subject;
        }
    }
    whole(&dir.join("truth.csv"), |out| {
        out.write_all(truths.as_bytes())
    })?;
    whole(&dir.join("subjects.csv"), |out| {
        out.write_all(subjects.as_bytes())
    })
}

fn add_truth(table: &mut String, sample: &Sample, side: Side, truth: &Truth) {
    let label: TrueLabel = truth.labels[side];
    let expected = sample.expected_label(side, truth);
    // writing to a string cannot fail
    let _ = writeln!(
        table,
        "{},{},{label},{expected}",
        sample.path(),
        side.name()
    );
}

fn add_subject(table: &mut String, sample: &Sample, recording: &Recording) {
    let body = &recording.body;
    let limb = |pick: fn(&crate::recording::LimbMeasures) -> Option<f64>| {
        Side::BOTH
            .map(|side| pick(&body.limbs[side]).map_or(String::new(), |v| format!("{v:.4}")))
            .join(",")
    };
    let number = |v: Option<f64>| v.map_or(String::new(), |v| format!("{v:.4}"));
    let _ = writeln!(
        table,
        "{},{},{},{},{},{}",
        sample.subject,
        number(body.height_m),
        limb(|l| l.leg_length_m),
        limb(|l| l.knee_width_m),
        limb(|l| l.ankle_width_m),
        number(body.marker_diameter_m.map(|d| d / 2.0)),
    );
}
