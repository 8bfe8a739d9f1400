//! Who walks, and how: every parameter of a synthetic recording.

use super::names::named_enum;
use super::physique::Physique;
use super::rhythm::{RUNNING_SPEEDS, speed_unit_m_s};
use crate::recording::Side;

named_enum! {
    /// Walking or running.
    GaitKind, "gait" {
        /// One foot at least is on the ground.
        Walking = "walking",
        /// Between the stances both feet are in the air.
        Running = "running",
    }
}

impl GaitKind {
    fn is_walking(&self) -> bool {
        *self == GaitKind::Walking
    }
}

named_enum! {
    /// The pattern that is prescribed.
    Pattern, "pattern" {
        /// Norm curves on both sides.
        Healthy = "healthy",
        /// The pelvis drops on the other side in stance of the affected limb (Trendelenburg).
        Uncompensated = "uncompensated",
        /// The trunk lurches over the affected limb, the pelvis stays level or rises (Duchenne).
        Compensated = "compensated",
        /// Drop and lurch together.
        Mixed = "mixed",
        /// Compensated on both sides, whatever `affected` says.
        Waddle = "waddle",
        /// Mimic: the affected leg is shorter.
        LegLengthDifference = "lld",
        /// Mimic: constant pelvic obliquity, affected side low.
        FixedObliquity = "fixed-obliquity",
        /// Mimic: constant trunk list toward the affected side.
        TrunkList = "trunk-list",
        /// Mimic: the affected side's pelvis is hiked in its own swing, with a stiff knee.
        HipHike = "hip-hike",
        /// Mimic: wide, variable steps.
        Ataxic = "ataxic",
        /// Pain-avoiding: short stance of the affected limb with a lurch over it.
        Antalgic = "antalgic",
        /// Dynamic knee valgus of the affected limb.
        KneeValgus = "knee-valgus",
    }
}

impl Pattern {
    /// True for what a runner can do; the others are defined by what walking feet do.
    pub fn can_run(self) -> bool {
        !matches!(self, Pattern::HipHike | Pattern::Ataxic | Pattern::Antalgic)
    }

    /// Magnitude when none is given, degrees (`science` §9: moderate to severe).
    pub fn default_magnitude_deg(self) -> f64 {
        match self {
            Pattern::Healthy => 0.0,
            Pattern::Uncompensated | Pattern::Compensated => 8.0,
            Pattern::Mixed => 9.0,
            Pattern::Waddle | Pattern::TrunkList => 8.0,
            Pattern::HipHike | Pattern::KneeValgus => 8.0,
            Pattern::LegLengthDifference | Pattern::Antalgic => 5.0,
            Pattern::FixedObliquity | Pattern::Ataxic => 4.0,
        }
    }
}

named_enum! {
    /// What somebody does who does not walk.
    Task, "task" {
        /// Stands on the left leg and then on the right.
        OneLeg = "one-leg",
    }
}

named_enum! {
    /// Which limb (as **stance** limb) is affected.
    Affected, "side" {
        /// The left limb.
        Left = "left",
        /// The right limb.
        Right = "right",
        /// Both limbs.
        Both = "both",
    }
}

impl Affected {
    /// True when `side` is affected.
    pub fn includes(self, side: Side) -> bool {
        match self {
            Affected::Left => side == Side::Left,
            Affected::Right => side == Side::Right,
            Affected::Both => true,
        }
    }
}

named_enum! {
    /// Which markers the subject wears.
    MarkerSet, "marker set" {
        /// Plug-in Gait lower body and trunk: ASIS, PSIS, C7, T10, CLAV, STRN, shoulders, thigh and
        /// shank wands, knee, ankle, heel, toe.
        PlugInGait = "plug-in-gait",
        /// The full-body set of 39: with head, right shoulder blade and arms, which move as one with
        /// the trunk.
        FullBody = "full-body",
        /// Plug-in Gait lower body and trunk with medial knee and ankle markers: needs no body measures.
        Medial = "medial",
        /// The same with one sacral marker instead of the PSIS.
        Sacrum = "sacrum",
        /// Plug-in Gait without any trunk marker.
        NoTrunk = "no-trunk",
        /// Plug-in Gait with the ASIS as only pelvis markers.
        AsisOnly = "asis-only",
    }
}

named_enum! {
    /// Regression that the pelvis markers and the hip joint centres agree with exactly.
    HipRegression, "hip regression" {
        /// Harrington 2007, single predictors: what the analysis uses unless told otherwise.
        Harrington = "harrington",
        /// Davis 1991, as in Plug-in Gait.
        Davis = "davis",
        /// Hara 2016, leg length only.
        Hara = "hara",
    }
}

named_enum! {
    /// Unit of the coordinates in the file.
    FileUnit, "unit" {
        /// Millimetres, and the file says so.
        Millimetre = "mm",
        /// Millimetres, and the file does not say so.
        UndeclaredMillimetre = "undeclared-mm",
        /// Centimetres, and the file does not say so.
        UndeclaredCentimetre = "undeclared-cm",
        /// Metres, and the file does not say so.
        UndeclaredMetre = "undeclared-m",
    }
}

impl FileUnit {
    /// Units per metre when the file does not name its unit.
    pub(super) fn undeclared_per_metre(self) -> Option<f64> {
        match self {
            FileUnit::Millimetre => None,
            FileUnit::UndeclaredMillimetre => Some(1000.0),
            FileUnit::UndeclaredCentimetre => Some(100.0),
            FileUnit::UndeclaredMetre => Some(1.0),
        }
    }
}

named_enum! {
    /// Which way the file's axes point; always right-handed. The truth stays in the axes of `z-up`.
    FileAxes, "axes" {
        /// X and Y horizontal, Z up.
        ZUp = "z-up",
        /// Y up, as in OpenSim and game engines: (x, y, z) is stored as (x, z, −y).
        YUp = "y-up",
        /// X up: (x, y, z) is stored as (z, x, y).
        XUp = "x-up",
        /// Z down, as in aviation: (x, y, z) is stored as (x, −y, −z).
        ZDown = "z-down",
    }
}

named_enum! {
    /// Trunk lean of the healthy pattern.
    HealthyLean, "healthy lean" {
        /// Single-support mean at the norm of the decision model (0.75°, `science` §6.4).
        Norm = "norm",
        /// The derived Schwartz 2008 curve as it is: about 0.65° below that norm.
        Fourier = "fourier",
    }
}

/// Errors of measurement added to exact marker positions. All zero = exact.
#[derive(Debug, Clone, Copy, PartialEq, Default, serde::Serialize, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Noise {
    /// White noise, SD per axis, millimetres (real systems: 0.2–0.5).
    pub white_mm: f64,
    /// Slow wander below 1 Hz, RMS per axis, millimetres.
    pub wobble_mm: f64,
    /// Soft-tissue artefact: 1 = the magnitudes of `science` §9, 0 = none.
    pub soft_tissue: f64,
    /// Gaps per second over all markers (Poisson; mean length 0.12 s, 2 % last 0.5 s).
    pub gaps_per_s: f64,
    /// Number of label exchanges between neighbouring markers, each 5–40 frames long.
    pub swaps: usize,
    /// The operator named every left marker right and vice versa.
    pub sides_swapped: bool,
    /// Number of ghosts: a marker is seen 30–150 mm from its place for 2–8 frames.
    pub ghosts: usize,
    /// Share of the frames in which the cameras saw nothing, 0–1.
    pub dropped_share: f64,
}

/// Everything that determines a synthetic recording. The same walker gives the same bytes.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Walker {
    /// Walking or running.
    #[serde(skip_serializing_if = "GaitKind::is_walking")]
    pub gait: GaitKind,
    /// Pattern.
    pub pattern: Pattern,
    /// Affected limb; without meaning for `healthy`, `waddle` and `ataxic`.
    pub affected: Affected,
    /// Amplitude of the pattern, degrees; `None` = [`Pattern::default_magnitude_deg`].
    ///
    /// Drop (uncompensated, hip hike), lean (compensated, mixed, waddle, trunk list, antalgic; mixed
    /// drops by 0.6 of it), standing obliquity (lld, fixed obliquity), stride-to-stride SD (ataxic),
    /// valgus (knee valgus).
    pub magnitude_deg: Option<f64>,
    /// Share of the affected strides that show the pattern, 0–1; which ones is drawn per stride.
    /// Constant conditions and knee valgus are there in every stride.
    pub prevalence: f64,
    /// Share of a lurch by which the trunk swings back over the other limb in that limb's stance.
    pub rebound: f64,
    /// Standing height, metres; all lengths scale with it.
    pub height_m: f64,
    /// Speed, m/s; `None` = 0.428·√(g·leg) walking, 1.0·√(g·leg) running. Walking, stride length
    /// and time follow as √speed; running, mostly the length does, and contact gets shorter.
    pub speed_m_s: Option<f64>,
    /// Complete strides per limb and pass, at least.
    pub strides: usize,
    /// Frames per second.
    pub rate_hz: f64,
    /// Walking direction, radians anticlockwise from the file's X axis.
    pub direction_rad: f64,
    /// Phase of the right limb's cycle at the first frame, 0–1 (0 = right foot strike).
    pub first_phase: f64,
    /// 1 = across the laboratory; 2 = and back, with three strides of turning in between.
    pub passes: usize,
    /// The subject walks on the spot (belt moving backwards).
    pub treadmill: bool,
    /// Markers.
    pub markers: MarkerSet,
    /// Store leg length, joint widths and marker diameter in the recording; a CSV loses them, so
    /// twins in both formats give the same results only without (or with a subjects table).
    pub body_measures: bool,
    /// Unit of the file.
    pub unit: FileUnit,
    /// Axes of the file.
    pub axes: FileAxes,
    /// Hip joint centres.
    pub hip: HipRegression,
    /// Healthy trunk lean.
    pub healthy_lean: HealthyLean,
    /// Errors of measurement.
    pub noise: Noise,
    /// Error of marker placement, SD per axis of the segment, millimetres; fixed per session.
    pub placement_sd_mm: f64,
    /// Draw the subject from the healthy spread (limb drop 1.0°, limb lean 1.2°, obliquity and
    /// trunk offset 0.8° SD) instead of the mean.
    pub between_subject: bool,
    /// Vary every stride (drop 1.2°, lean 1.0°, time 2 % SD).
    pub stride_jitter: bool,
    /// Name of the subject, as a C3D stores it.
    pub subject: String,
    /// The subject: habits that differ from the mean.
    pub seed: u64,
    /// The session: marker placement.
    pub session: u64,
    /// The trial: stride variation and noise.
    pub trial: u64,
}

impl Default for Walker {
    fn default() -> Walker {
        Walker {
            gait: GaitKind::Walking,
            pattern: Pattern::Healthy,
            affected: Affected::Right,
            magnitude_deg: None,
            prevalence: 1.0,
            rebound: 0.0,
            height_m: 1.70,
            speed_m_s: None,
            strides: 8,
            rate_hz: 100.0,
            direction_rad: 0.0,
            first_phase: 0.85,
            passes: 1,
            treadmill: false,
            markers: MarkerSet::PlugInGait,
            body_measures: true,
            unit: FileUnit::Millimetre,
            axes: FileAxes::ZUp,
            hip: HipRegression::Harrington,
            healthy_lean: HealthyLean::Norm,
            noise: Noise::default(),
            placement_sd_mm: 0.0,
            between_subject: false,
            stride_jitter: false,
            subject: "Synthetic".to_owned(),
            seed: 1,
            session: 1,
            trial: 1,
        }
    }
}

/// Parameters that make no walker.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{parameter} = {found}: expected {expected}")]
pub struct WalkerError {
    /// Name of the field.
    pub parameter: &'static str,
    /// What was given.
    pub found: String,
    /// What is possible.
    pub expected: String,
}

impl WalkerError {
    pub(super) fn new(
        parameter: &'static str,
        found: impl ToString,
        expected: impl Into<String>,
    ) -> WalkerError {
        WalkerError {
            parameter,
            found: found.to_string(),
            expected: expected.into(),
        }
    }
}

impl Walker {
    /// A walker of one pattern with everything else at its default.
    pub fn new(pattern: Pattern, affected: Affected) -> Walker {
        Walker {
            pattern,
            affected,
            ..Walker::default()
        }
    }

    /// Amplitude of the pattern, degrees.
    pub fn magnitude_deg(&self) -> f64 {
        self.magnitude_deg
            .unwrap_or_else(|| self.pattern.default_magnitude_deg())
    }

    /// The measurement errors of the published operating characteristics (`science` §6.4): noise
    /// 0.4 mm, placement 3 mm, subjects and strides that differ.
    pub fn realistic(mut self) -> Walker {
        self.noise.white_mm = 0.4;
        self.placement_sd_mm = 3.0;
        self.between_subject = true;
        self.stride_jitter = true;
        self
    }

    /// Checks that the speed can be walked or run, and the pattern as well.
    fn check_gait(&self) -> Result<(), WalkerError> {
        let (low, high) = match self.gait {
            GaitKind::Walking => (0.3, 2.2),
            GaitKind::Running => {
                let unit_m_s = speed_unit_m_s(&Physique::new(self));
                let (slow, fast) = RUNNING_SPEEDS;
                (slow * unit_m_s, fast * unit_m_s)
            }
        };
        if let Some(speed) = self.speed_m_s.filter(|v| !(low..=high).contains(v)) {
            let expected = match self.gait {
                GaitKind::Walking => "0.3 to 2.2 m/s".to_owned(),
                GaitKind::Running => format!("{low:.2} to {high:.2} m/s running, at this height"),
            };
            return Err(WalkerError::new("speed_m_s", speed, expected));
        }
        if self.gait == GaitKind::Running && !self.pattern.can_run() {
            let can = Pattern::ALL.iter().filter(|p| p.can_run());
            let can: Vec<&str> = can.map(|p| p.name()).collect();
            let expected = format!("one of {} when running", can.join(", "));
            return Err(WalkerError::new("pattern", self.pattern, expected));
        }
        Ok(())
    }

    /// Checks that every parameter is possible.
    pub fn check(&self) -> Result<(), WalkerError> {
        let n = &self.noise;
        let ranges = [
            (
                "magnitude_deg",
                self.magnitude_deg(),
                0.0,
                20.0,
                "0 to 20 degrees",
            ),
            ("prevalence", self.prevalence, 0.0, 1.0, "0 to 1"),
            ("rebound", self.rebound, 0.0, 1.0, "0 to 1"),
            ("noise.ghosts", n.ghosts as f64, 0.0, 1000.0, "0 to 1000"),
            ("noise.dropped_share", n.dropped_share, 0.0, 0.9, "0 to 0.9"),
            ("height_m", self.height_m, 0.8, 2.3, "0.8 to 2.3 metres"),
            ("strides", self.strides as f64, 1.0, 10_000.0, "1 to 10000"),
            ("rate_hz", self.rate_hz, 20.0, 2000.0, "20 to 2000 Hz"),
            (
                "direction_rad",
                self.direction_rad,
                -100.0,
                100.0,
                "a finite angle",
            ),
            ("first_phase", self.first_phase, 0.0, 1.0, "0 to 1"),
            ("passes", self.passes as f64, 1.0, 2.0, "1 or 2"),
            ("noise.white_mm", n.white_mm, 0.0, 50.0, "0 to 50 mm"),
            ("noise.wobble_mm", n.wobble_mm, 0.0, 50.0, "0 to 50 mm"),
            ("noise.soft_tissue", n.soft_tissue, 0.0, 5.0, "0 to 5"),
            (
                "noise.gaps_per_s",
                n.gaps_per_s,
                0.0,
                100.0,
                "0 to 100 per second",
            ),
            ("noise.swaps", n.swaps as f64, 0.0, 1000.0, "0 to 1000"),
            (
                "placement_sd_mm",
                self.placement_sd_mm,
                0.0,
                50.0,
                "0 to 50 mm",
            ),
        ];
        for (parameter, found, low, high, expected) in ranges {
            if !(low..=high).contains(&found) {
                return Err(WalkerError::new(parameter, found, expected));
            }
        }
        if self.treadmill && self.passes > 1 {
            return Err(WalkerError::new("passes", self.passes, "1 on a treadmill"));
        }
        self.check_gait()
    }
}
