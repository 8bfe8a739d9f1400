//! Which walkers are made: cells of subjects that share everything but what makes them different.
//!
//! The cells `base` are the conditions of the published operating characteristics (noise 0.4 mm,
//! placement 3 mm, eight strides, 100 Hz). Every other axis changes one thing about a few of them
//! and keeps the subjects, so that a difference between two levels is the level's.

use crate::synth::{Affected, Imu, MarkerSet, Noise, Pattern, SensorSet, Walker};
use rand::{RngExt, SeedableRng};
use rand_distr::{Distribution, StandardNormal};
use rand_pcg::Pcg64;

/// Subjects that share the pattern, its magnitude and the way they were measured.
#[derive(Debug, Clone)]
pub struct Cell {
    /// What is varied; `base` for the usual conditions.
    pub axis: &'static str,
    /// Its value; empty for `base`.
    pub level: String,
    /// What is prescribed.
    pub pattern: Pattern,
    /// How much of it, degrees.
    pub magnitude_deg: f64,
    /// Number of subjects.
    pub walkers: u64,
    /// Walking speed as a share of the subject's free speed.
    pub relative_speed: f64,
    /// What all subjects share.
    pub template: Walker,
    /// Inertial sensors worn instead of markers.
    pub sensors: Option<Imu>,
}

/// Name of the axis without any change.
pub const BASE: &str = "base";

/// Patterns and magnitudes of the cells `base`, and how many times the usual number of walkers.
const BASE_CELLS: &[(Pattern, f64, u64)] = &[
    (Pattern::Healthy, 0.0, 4),
    (Pattern::Uncompensated, 3.0, 1),
    (Pattern::Uncompensated, 4.0, 1),
    (Pattern::Uncompensated, 5.0, 4),
    (Pattern::Uncompensated, 6.0, 1),
    (Pattern::Uncompensated, 7.0, 3),
    (Pattern::Uncompensated, 8.0, 1),
    (Pattern::Compensated, 5.0, 1),
    (Pattern::Compensated, 6.0, 1),
    (Pattern::Compensated, 8.0, 2),
    (Pattern::Compensated, 12.0, 2),
    (Pattern::Compensated, 16.0, 1),
    (Pattern::Compensated, 20.0, 1),
    (Pattern::Mixed, 6.0, 1),
    (Pattern::Mixed, 9.0, 1),
    (Pattern::Mixed, 12.0, 1),
    (Pattern::Waddle, 8.0, 1),
    (Pattern::LegLengthDifference, 5.0, 1),
    (Pattern::LegLengthDifference, 8.2, 1),
    (Pattern::FixedObliquity, 4.0, 1),
    (Pattern::TrunkList, 4.0, 1),
    (Pattern::TrunkList, 8.0, 1),
    (Pattern::HipHike, 8.0, 1),
    (Pattern::Ataxic, 4.0, 1),
    (Pattern::Antalgic, 5.0, 1),
    (Pattern::Antalgic, 8.0, 1),
    (Pattern::KneeValgus, 8.0, 1),
];

/// What is varied one thing at a time.
const PROBES: &[(Pattern, f64)] = &[
    (Pattern::Healthy, 0.0),
    (Pattern::Uncompensated, 5.0),
    (Pattern::Uncompensated, 7.0),
    (Pattern::Compensated, 8.0),
    (Pattern::Compensated, 16.0),
    (Pattern::Mixed, 9.0),
];

/// Every cell for `walkers` subjects per cell of `base`; the other axes get a quarter of it.
pub fn plan(walkers: u64) -> Vec<Cell> {
    let usual = Cell {
        axis: BASE,
        level: String::new(),
        pattern: Pattern::Healthy,
        magnitude_deg: 0.0,
        walkers,
        relative_speed: 1.0,
        template: Walker::default().realistic(),
        sensors: None,
    };
    let base = BASE_CELLS
        .iter()
        .map(|&(pattern, magnitude_deg, times)| Cell {
            pattern,
            magnitude_deg,
            walkers: walkers * times,
            ..usual.clone()
        });
    let mut cells: Vec<Cell> = base.collect();
    for varied in variations(&usual) {
        cells.extend(PROBES.iter().map(|&(pattern, magnitude_deg)| Cell {
            pattern,
            magnitude_deg,
            walkers: walkers.div_ceil(4),
            ..varied.clone()
        }));
    }
    cells
}

/// The usual conditions with one thing changed.
fn variations(usual: &Cell) -> Vec<Cell> {
    let mut all = Vec::new();
    let mut add = |axis, level: String, change: &dyn Fn(&mut Walker)| {
        let mut varied = Cell {
            axis,
            level,
            ..usual.clone()
        };
        change(&mut varied.template);
        all.push(varied);
    };
    for strides in [3, 5, 16] {
        add("strides", strides.to_string(), &|w| w.strides = strides);
    }
    for rate_hz in [50.0, 200.0] {
        add("rate", format!("{rate_hz} Hz"), &|w| w.rate_hz = rate_hz);
    }
    for white_mm in [1.0, 2.0] {
        add("noise", format!("{white_mm} mm"), &|w| {
            w.noise.white_mm = white_mm;
        });
    }
    for sd_mm in [0.0, 5.0] {
        add("placement", format!("{sd_mm} mm"), &|w| {
            w.placement_sd_mm = sd_mm;
        });
    }
    add("soft tissue", "as published".into(), &|w| {
        w.noise.soft_tissue = 1.0;
        w.noise.wobble_mm = 0.5;
    });
    add("defects", "gaps, swaps, ghosts".into(), &|w| {
        w.noise = Noise {
            gaps_per_s: 0.3,
            swaps: 2,
            ghosts: 2,
            dropped_share: 0.005,
            ..w.noise
        };
    });
    add("path", "there and back".into(), &|w| {
        w.passes = 2;
        w.strides = 4;
    });
    add("path", "treadmill".into(), &|w| w.treadmill = true);
    for markers in [MarkerSet::Medial, MarkerSet::Sacrum, MarkerSet::AsisOnly] {
        add("markers", markers.name().into(), &|w| w.markers = markers);
    }
    for rebound in [0.25, 0.4] {
        add("rebound", format!("{rebound}"), &|w| w.rebound = rebound);
    }
    all.extend(SensorSet::ALL.iter().map(|&sensors| Cell {
        axis: "sensors",
        level: sensors.name().into(),
        sensors: Some(Imu {
            sensors,
            soft_tissue: 1.0,
            ..Imu::default().realistic()
        }),
        ..usual.clone()
    }));
    all.extend([0.7, 1.3].map(|relative_speed| Cell {
        axis: "speed",
        level: format!("{relative_speed} × free"),
        relative_speed,
        ..usual.clone()
    }));
    all
}

impl Cell {
    /// True when neither limb has a pattern: healthy walking and everything that looks like one.
    pub fn is_mimic(&self) -> bool {
        !matches!(
            self.pattern,
            Pattern::Uncompensated | Pattern::Compensated | Pattern::Mixed | Pattern::Waddle
        )
    }

    /// Pattern and magnitude in words.
    pub fn name(&self) -> String {
        match self.magnitude_deg {
            0.0 => self.pattern.to_string(),
            magnitude => format!("{} {magnitude}°", self.pattern),
        }
    }

    /// One subject of the cell. The same number is the same subject on every axis.
    pub fn walker(&self, number: u64, seed: u64) -> Walker {
        // a subject's own numbers hang on the cell's pattern and magnitude, not on its place in the plan
        let kind = Pattern::ALL.iter().position(|p| *p == self.pattern);
        let of_cell = kind.unwrap_or_default() as u64 * 1_000 + (10.0 * self.magnitude_deg) as u64;
        let own = seed
            .wrapping_mul(1_000_000_007)
            .wrapping_add(of_cell * 100_000 + number);
        let mut random = Pcg64::seed_from_u64(own);
        let mut normal = || -> f64 { StandardNormal.sample(&mut random) };
        let height_m = (1.68 + 0.10 * normal()).clamp(1.40, 2.0);
        let relative_speed = (1.0 + 0.08 * normal()).clamp(0.7, 1.3);
        let affected = match number % 2 {
            0 => Affected::Left,
            _ => Affected::Right,
        };
        // free speed: 0.428·√(g·leg), leg 0.538 of the height
        let free_m_s = 0.428 * (9.80665 * 0.538 * height_m).sqrt();
        Walker {
            pattern: self.pattern,
            affected,
            magnitude_deg: Some(self.magnitude_deg),
            height_m,
            speed_m_s: Some(free_m_s * relative_speed * self.relative_speed),
            direction_rad: std::f64::consts::TAU * random.random::<f64>(),
            first_phase: random.random(),
            seed: own,
            ..self.template.clone()
        }
    }
}
