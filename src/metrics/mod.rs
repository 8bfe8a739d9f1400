//! Numbers and curves of every stride.
//!
//! In: strides, angle series, trajectories. Out: [`StrideMetrics`] and [`StrideCurves`], degrees,
//! clinical signs of the stance limb (`docs/conventions.md`).
//!
//! | file | holds |
//! |---|---|
//! | `measure` | all metrics, evidence and curves of every stride |
//! | `limb` | the angle series as seen from one stance limb, degrees |
//! | `window` | mean, extreme and range of a channel between two moments |
//! | `spatiotemporal` | speed, lengths, widths, percentages |
//! | `gaps` | share of filled frames, and which metrics it spoils |
//! | `outliers` | strides that do not belong to their limb |
//! | `standing` | posture of a static trial |
//! | `knee` | whether the knee's frontal-plane angle may be interpreted |
//! | `leg_length` | leg lengths, given or from markers |

mod gaps;
mod knee;
mod leg_length;
mod limb;
mod measure;
mod outliers;
mod spatiotemporal;
mod standing;
mod window;

pub use knee::{KneeTrust, knee_trust};
pub use leg_length::leg_length_m;
pub(crate) use measure::GRAVITY_M_S2;
pub use measure::measure;
pub use outliers::exclude as exclude_outliers;
pub use standing::standing;

use crate::recording::PerSide;
use crate::strides::Stride;

/// Points of a time-normalised curve: 0, 1, …, 100 % of the stride.
pub const CURVE_POINTS: usize = 101;

/// Declares the metrics once: struct, column names and access by index, so that tables, store and
/// report cannot disagree on names or order.
macro_rules! metrics {
    ($( $name:ident : $what:literal; )*) => {
        /// Metrics of one stride; `None` = not available. Angles in degrees, stance-limb signs.
        #[derive(Debug, Clone, Copy, PartialEq, Default, serde::Serialize, serde::Deserialize)]
        pub struct StrideMetrics {
            $( #[doc = $what] pub $name: Option<f64>, )*
        }

        /// Names of the metrics = column names, in table order.
        pub const METRIC_NAMES: &[&str] = &[$( stringify!($name), )*];

        /// What each metric is, in table order.
        pub const METRIC_DOCS: &[&str] = &[$( $what, )*];

        impl StrideMetrics {
            /// Values in table order.
            pub fn values(&self) -> Vec<Option<f64>> {
                vec![$( self.$name, )*]
            }

            /// Sets the value of column `index` of [`METRIC_NAMES`].
            pub fn set(&mut self, index: usize, value: Option<f64>) {
                let slots = [$( &mut self.$name, )*];
                *slots[index] = value;
            }
        }
    };
}

metrics! {
    speed_m_s: "Walking speed over the stride, metres per second.";
    cadence_steps_min: "Cadence, steps per minute (120 / stride time).";
    stride_length_m: "Stride length, metres (belt travel added on a treadmill).";
    step_length_m: "Step length that ends with this stride's opposite foot strike, metres.";
    step_width_m: "Step width, metres.";
    stance_pct: "Stance, percent of the stride.";
    single_support_pct: "Single support, percent of the stride.";
    drop_peak_deg: "Peak contralateral pelvic drop in stance.";
    drop_peak_pct: "When it occurs, percent of stance.";
    drop_ss_deg: "Mean contralateral pelvic drop over single support.";
    drop_mid_deg: "Contralateral pelvic drop at mid single support.";
    drop_late_deg: "Mean contralateral pelvic drop over the second half of single support.";
    drop_ss_offset_free_deg: "Single-support drop less the constant obliquity of the stride.";
    pelvis_range_deg: "Range of pelvic obliquity over the stride.";
    lean_peak_deg: "Peak trunk lean toward the stance limb in stance.";
    lean_ss_deg: "Mean trunk lean toward the stance limb over single support.";
    lean_late_deg: "Mean trunk lean over the second half of single support.";
    lean_ss_offset_free_deg: "Single-support lean less the constant trunk list of the stride.";
    lean_range_deg: "Range of trunk lean over the stride.";
    lean_on_pelvis_ss_deg: "Mean lean of the trunk relative to the pelvis over single support.";
    hip_adduction_peak_deg: "Peak hip adduction in stance.";
    hip_adduction_ss_deg: "Mean hip adduction over single support.";
    knee_valgus_peak_deg: "Peak knee valgus in stance.";
    knee_valgus_ss_deg: "Mean knee valgus over single support.";
    fppa_peak_deg: "Peak frontal-plane projection angle (valgus positive) in stance.";
}

/// Curves of one stride at 0–100 %; degrees, stance-limb signs; NaN = not available.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct StrideCurves {
    /// Contralateral pelvic drop (this side up).
    pub pelvis_drop_deg: Vec<f64>,
    /// Trunk lean toward this side.
    pub trunk_lean_deg: Vec<f64>,
    /// Hip adduction.
    pub hip_adduction_deg: Vec<f64>,
    /// Knee valgus.
    pub knee_valgus_deg: Vec<f64>,
    /// Hip flexion.
    pub hip_flexion_deg: Vec<f64>,
    /// Knee flexion.
    pub knee_flexion_deg: Vec<f64>,
}

/// Further per-stride evidence that the decision model needs and the tables do not show.
#[derive(Debug, Clone, Copy, PartialEq, Default, serde::Serialize, serde::Deserialize)]
pub struct StrideEvidence {
    /// Offset-free peak drop in stance, degrees.
    pub drop_peak_offset_free_deg: Option<f64>,
    /// Constant pelvic obliquity O_P of the stride (left side up positive), degrees.
    pub pelvis_offset_deg: Option<f64>,
    /// Constant trunk lean O_T of the stride (lean to the right positive), degrees.
    pub trunk_offset_deg: Option<f64>,
    /// Peak elevation of this side in its own swing, degrees (hip hike).
    pub swing_elevation_peak_deg: Option<f64>,
    /// Peak knee flexion of this side in its own swing, degrees.
    pub swing_knee_flexion_peak_deg: Option<f64>,
    /// Mean trunk lean **away** from this side in its own swing, degrees.
    pub swing_lean_away_deg: Option<f64>,
    /// Peak hip abduction of this side in its own swing, degrees.
    pub swing_hip_abduction_peak_deg: Option<f64>,
    /// r² between knee varus and knee flexion over the stride.
    pub knee_cross_talk_r2: Option<f64>,
    /// Range of knee varus over the stride, degrees.
    pub knee_varus_range_deg: Option<f64>,
    /// Peak knee valgus in stance about the corrected axis, degrees; `None` when the correction is off.
    pub knee_valgus_peak_corrected_deg: Option<f64>,
    /// Mean knee valgus over single support about the corrected axis, degrees.
    pub knee_valgus_ss_corrected_deg: Option<f64>,
    /// Share of gap-filled marker frames in single support, percent.
    pub filled_pct: Option<f64>,
    /// Speed made dimensionless with the leg length, v/√(g·leg).
    pub speed_dimensionless: Option<f64>,
    /// Stance time, seconds.
    pub stance_s: Option<f64>,
}

/// A stride with its numbers and curves.
#[derive(Debug, Clone, PartialEq)]
pub struct MeasuredStride {
    /// The stride.
    pub stride: Stride,
    /// Its metrics.
    pub metrics: StrideMetrics,
    /// Evidence for the decision model.
    pub evidence: StrideEvidence,
    /// Its curves.
    pub curves: StrideCurves,
}

/// Standing posture from a static trial, degrees, laboratory signs.
#[derive(Debug, Clone, Copy, PartialEq, Default, serde::Serialize, serde::Deserialize)]
pub struct StandingPosture {
    /// Standing pelvic obliquity, left side up positive.
    pub pelvis_obliquity_deg: Option<f64>,
    /// Standing trunk lean, right positive.
    pub trunk_lean_deg: Option<f64>,
}

/// Leg lengths used for dimensionless speed, metres.
pub type LegLengths = PerSide<Option<f64>>;
