//! Every threshold and filter of the analysis, with unit, default and source.
//!
//! In: optionally a TOML text that overrides some of them. Out: [`Settings`]. This is the only
//! place where a number that steers a result is written down; `hipdrop analyze --print-config`
//! prints it and the report prints its hash and every changed value.
//!
//! Source tags: `[V]` value seen in the cited source, `[C]` computed from data, `[M]` customary,
//! `[P]` engineering choice of this project.

use serde::{Deserialize, Serialize};

/// How one setting is documented.
#[derive(Debug, Clone, Copy)]
pub struct Documented {
    /// Section of the TOML table.
    pub section: &'static str,
    /// Key in the section.
    pub name: &'static str,
    /// Unit, or `-`.
    pub unit: &'static str,
    /// Source tag and citation.
    pub source: &'static str,
    /// What it does.
    pub what: &'static str,
}

/// Declares the sections once: structs, defaults, and the documentation that `--print-config` prints.
macro_rules! settings {
    ($( $(#[doc = $sdoc:literal])* $section:ident : $Struct:ident {
        $( $name:ident : $ty:ty = $default:expr, $unit:literal, $source:literal, $what:literal; )*
    } )*) => {
        $(
            $(#[doc = $sdoc])*
            #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
            #[serde(default, deny_unknown_fields)]
            pub struct $Struct {
                $( #[doc = concat!($what, " Unit: ", $unit, ". Source: ", $source)] pub $name: $ty, )*
            }
            impl Default for $Struct {
                fn default() -> Self { $Struct { $( $name: $default, )* } }
            }
        )*

        /// All settings.
        #[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub struct Settings {
            $( $(#[doc = $sdoc])* pub $section: $Struct, )*
        }

        /// Documentation of every setting, in the order of the table.
        pub const DOCUMENTATION: &[Documented] = &[
            $( $( Documented { section: stringify!($section), name: stringify!($name), unit: $unit, source: $source, what: $what }, )* )*
        ];
    };
}

settings! {
    /// Laboratory frame: direction of progression, passes and turns.
    lab: LabSettings {
        heading_cutoff_hz: f64 = 0.5, "Hz", "[P]", "Low-pass of the pelvis velocity that gives the walking direction when no stride time can be measured; else the velocity is averaged over one stride.";
        path_gap_max_s: f64 = 0.5, "s", "[P]", "Longest gap of a pelvis marker bridged for the walking direction.";
        walking_speed_min_m_s: f64 = 0.2, "m/s", "[P]", "Below this horizontal speed of the pelvis nobody walks.";
        turn_rate_max_deg_s: f64 = 20.0, "deg/s", "[P]", "A pass ends where the walking direction turns faster than this.";
        turn_hysteresis_s: f64 = 0.3, "s", "[P]", "… for longer than this.";
        stride_turn_max_deg: f64 = 20.0, "deg", "[P]", "A stride whose heading changes by this or more is a turn.";
        curvature_radius_min_m: f64 = 2.0, "m", "[P]", "A stride on a tighter path is a turn.";
        curved_turn_min_deg: f64 = 10.0, "deg", "[P]", "The heading must change by at least this for the tighter path to count as a turn.";
        overground_displacement_min_m: f64 = 0.8, "m", "[V] pyCGM2 progressionFrameProcedures (800 mm)", "Less net displacement means standing or a treadmill.";
        vertical_alignment_min: f64 = 0.98, "-", "[P] (11 degrees)", "Share of the body's long axis that must lie along one file axis.";
        vertical_agreed_min: f64 = 0.80, "-", "[P] (37 degrees)", "Share that is enough when the file's display axis or the force plates agree.";
        ramp_slope_min: f64 = 0.02, "-", "[P]; level walks here stay below 0.005 [C]", "Steeper walking is a ramp or stairs.";
        swap_step_min_m: f64 = 0.020, "m", "[P]", "A step of a marker against its neighbours within one frame that means exchanged labels.";
        swap_gain_min: f64 = 0.50, "-", "[P]", "Exchanged labels are put right when the step and the rigidity error fall by more than this share.";
        rigid_sd_trunk_max_m: f64 = 0.010, "m", "[P]", "Larger SD of a distance within pelvis or thorax: not rigid.";
        pelvis_twist_sd_max_deg: f64 = 6.0, "deg", "[C] nine healthy walks 1.4 to 4.0", "Larger SD of the tilt of the ASIS line against the PSIS line: not rigid.";
        rigid_sd_limb_max_m: f64 = 0.025, "m", "[P]", "Larger SD of a distance within thigh, shank or foot: not rigid.";
    }
    /// Gap filling and filters.
    signal: SignalSettings {
        cutoff_hz: f64 = 6.0, "Hz", "[M] Winter; [P]", "Zero-lag Butterworth cut-off of the markers that give angles (net 4th order).";
        event_cutoff_hz: f64 = 8.0, "Hz", "[P]", "The same for heel and toe in event detection.";
        filter: bool = true, "-", "[P]", "Filter at all.";
        fill_gaps: bool = true, "-", "[P]", "Fill gaps at all.";
        spline_gap_max_s: f64 = 0.10, "s", "[P] 10 frames at 100 Hz", "Longest gap bridged by a cubic.";
        pattern_gap_max_s: f64 = 0.25, "s", "[P] 25 frames at 100 Hz", "Longest gap filled with the pattern of a marker on the same segment.";
        rigid_gap_max_s: f64 = 0.50, "s", "[P] 50 frames at 100 Hz", "Longest gap filled from three other markers of a rigid segment.";
        rigid_residual_max_m: f64 = 0.015, "m", "[P]", "No rigid fill when the other markers fit worse than this (RMS).";
        filled_share_max: f64 = 0.20, "-", "[P]", "A stride with a larger share of filled frames in single support is not used.";
    }
    /// Body model.
    body: BodySettings {
        hip_centre: HipCentreMethod = HipCentreMethod::Auto, "-", "science [V] Harrington 2007, Hara 2016, Davis 1991", "auto | harrington | hara | davis.";
        marker_diameter_m: f64 = 0.014, "m", "[M]", "Used when the file does not say.";
        knee_width_per_leg: f64 = 0.128, "leg lengths", "[C] 12 subjects, SD 0.017", "Knee width of the own model when the file does not say.";
        ankle_width_per_leg: f64 = 0.078, "leg lengths", "[C] 12 subjects, SD 0.009", "Ankle width of the own model when the file does not say.";
        definition_share_min: f64 = 0.5, "-", "[P]", "A better definition of a segment is taken when it covers this share of the frames the most complete one covers.";
        rigid_residual_max_m: f64 = 0.015, "m", "[P]", "No pelvis or thorax marker is put back when the other three fit the segment worse than this (RMS).";
        knee_correction: KneeCorrection = KneeCorrection::None, "-", "[V] Baudet 2014 (pca), [M] Baker 1999 (thigh)", "none | pca | thigh: knee valgus about a corrected axis, beside the measured one.";
        cross_talk_r2_max: f64 = 0.5, "-", "[P]", "Knee cross-talk is flagged above this r² between varus and flexion.";
        cross_talk_range_max_deg: f64 = 15.0, "deg", "[P]", "… or above this varus range over the stride.";
    }
    /// Foot strike and foot off.
    events: EventSettings {
        source: EventPreference = EventPreference::Auto, "-", "[P]", "stored | detect | auto (stored, else force plates, else markers).";
        plate_threshold_n: f64 = 20.0, "N", "[M]", "Vertical force that means contact.";
        plate_contact_min_s: f64 = 0.15, "s", "[P]", "Shorter loading of a force plate is not a stance.";
        plate_gap_max_s: f64 = 0.05, "s", "[P]", "Shorter unloading within a stance is bridged.";
        plate_reading_s: f64 = 0.08, "s", "[P]", "The centre of pressure that finds the foot is read over this time after the beginning or before the end of a loading.";
        plate_offset_max_n: f64 = 50.0, "N", "[P]", "Largest zero offset of a force plate that is removed.";
        plate_hull_margin_m: f64 = 0.05, "m", "[P]", "A foot stands on a plate when the centre of pressure is within this distance of its markers.";
        plate_edge_margin_m: f64 = 0.02, "m", "[P]", "The heel (strike) or toe (off) may lie outside the plate by this much.";
        strike_speed_factor: f64 = 0.35, "-", "[C] 74 events of 16 walks: bias -2, SD 16 ms; 26 force plate contacts: SD 7 ms", "Foot strike: heel slower than this share of the walking speed.";
        strike_speed_factor_ankle: f64 = 0.45, "-", "[C] 2 walks without heel markers", "… ankle marker when there is no heel marker.";
        off_speed_factor: f64 = 0.75, "-", "[C] 57 events of 14 walks: bias +2, SD 14 ms", "Foot off: tip of the foot faster than this share of the walking speed.";
        off_speed_factor_toe: f64 = 1.0, "-", "[C] 2 walks without heel markers", "… toe marker when the tip cannot be found.";
        foot_tip_leg_share: f64 = 0.25, "leg lengths", "[C] makes foot off independent of where on the foot the toe marker sits: SD 18 to 14 ms", "Distance of the tip of the foot from the heel marker, along the line to the toe marker.";
        heel_rise_shift_s: f64 = 0.022, "s", "[C] 64 events", "Foot off without a toe marker: this long after the largest upward speed of the heel.";
        toe_first_margin_m: f64 = 0.02, "m", "[P]", "Toe marker lower than the heel marker by this much at contact: the toe touched first.";
        swing_speed_factor: f64 = 1.0, "-", "[P] a foot in swing is faster than the body", "A foot swings while it is faster than this share of the walking speed.";
        swing_gap_max_s: f64 = 0.10, "s", "[P]", "Shorter slowing of the foot does not end a swing.";
        swing_displacement_min_m: f64 = 0.10, "m", "[P]", "Shorter displacement of the foot is not a swing.";
        swing_displacement_share: f64 = 0.20, "-", "[P]", "… nor less than this share of the longest in the recording.";
        search_s: f64 = 0.25, "s", "[P]", "How far before and after a swing its events are looked for.";
        zeni_strike_shift_s: f64 = 0.042, "s", "[C] 61 events", "Correction of the Zeni foot strike (heel farthest ahead of the pelvis).";
        zeni_off_shift_s: f64 = -0.010, "s", "[C] 64 events", "Correction of the Zeni foot off (toe farthest behind the pelvis).";
        fva_heel_height_share: f64 = 0.35, "-", "[V] O'Connor 2007", "Foot-velocity algorithm: foot strike needs the heel below this share of its height range.";
        fva_speed_share: f64 = 0.20, "-", "[P]", "… and extrema of the vertical foot speed below this share of the largest are ripple.";
        agreement_high_s: f64 = 0.030, "s", "[P]", "Two detectors within this time: high confidence.";
        agreement_medium_s: f64 = 0.060, "s", "[P]", "… medium confidence, else low.";
        pairing_window_s: f64 = 0.15, "s", "[P]", "Events of two sources that differ by less are the same event.";
        sensor_cutoff_hz: f64 = 15.0, "Hz", "[P]", "Low-pass of the angular velocity of shank and foot sensors.";
        sensor_gap_max_s: f64 = 0.10, "s", "[P]", "Lost packets of a sensor that are bridged by a straight line.";
        sensor_margin_s: f64 = 0.60, "s", "[P]", "Events this near to walking count.";
        swing_peak_min_deg_s: f64 = 50.0, "deg/s", "[V] Salarian 2004", "Least angular velocity of a shank or foot in mid-swing.";
        swing_peak_share: f64 = 0.35, "-", "[P]", "… and least share of the usual one.";
        swing_peak_distance_s: f64 = 0.50, "s", "[V] Salarian 2004", "Mid-swings of one limb are at least this far apart.";
        swing_search_s: f64 = 1.5, "s", "[M] Salarian 2004", "How far from mid-swing its events are looked for.";
        foot_strike_window_s: [f64; 2] = [-0.02, 0.10], "s", "[C] one walk: contact 20 to 35 ms after the crossing; synthetic walkers 60 ms", "Foot strike by the foot: the most abrupt change of acceleration in this window about the end of the swing's rotation.";
        foot_off_window_s: [f64; 2] = [-0.10, 0.02], "s", "[C] one walk: 10 to 25 ms before the crossing; synthetic walkers 45 ms", "… foot off: about the beginning of that rotation.";
        foot_impact_shift_s: f64 = -0.008, "s", "[C] one walk: impact begins 8 to 10 ms before its most abrupt moment", "Correction of the foot strike found so.";
        foot_strike_shift_s: f64 = 0.022, "s", "[C] one walk", "Foot strike after the end of the swing's rotation where there is no acceleration.";
        foot_off_shift_s: f64 = -0.020, "s", "[C] one walk", "… and foot off after its beginning.";
        shank_strike_deg_s: f64 = 10.0, "deg/s", "[V] Salarian 2004", "Foot strike by the shank: a minimum below minus this …";
        shank_off_deg_s: f64 = 20.0, "deg/s", "[V] Salarian 2004", "… and foot off below minus this.";
        shank_strike_shift_s: f64 = -0.010, "s", "[V] Aminian 2002: 10 ms late", "Correction of the shank's foot strike.";
        shank_off_shift_s: f64 = -0.006, "s", "[C] against foot off by the foot: one walk 10 ms early, synthetic walkers 24 ms late", "Correction of the shank's foot off.";
        back_step_s: [f64; 2] = [0.30, 1.00], "s", "[P]", "Shortest and longest step that the lower back is searched for.";
        back_double_support_share: f64 = 0.12, "strides", "[M] adults at free speed; Schwartz 2008: 0.10", "Double support that lies around the lowest place of the pelvis.";
        back_side_band_hz: [f64; 2] = [0.5, 2.0], "Hz", "[V] McCamley 2012 in mobgap", "Band of the pelvis's turning that tells the side of a step.";
        back_side_agreement_min: f64 = 0.80, "-", "[P]", "Sides that less of the evidence agrees with make the events of low confidence.";
        disagreement_max_s: f64 = 0.050, "s", "[P]", "Stored and detected events that differ by more are reported; a plate event that differs by more from the markers is not used.";
    }
    /// Inertial sensors: orientation, calibration, heading.
    inertial: InertialSettings {
        orientation: OrientationSource = OrientationSource::Auto, "-", "[P]", "filter | vendor | auto (own filter where there is an angular velocity, else the stored orientation).";
        filter_tau_acc_s: f64 = 3.0, "s", "[V] Laidig & Seel 2023", "Time constant of the acceleration's low-pass in the orientation filter.";
        gap_max_s: f64 = 0.25, "s", "[P]", "Longest gap of a sensor bridged by a straight line before the orientation filter; it begins anew after a longer one.";
        stretch_min_s: f64 = 2.0, "s", "[P]", "Shorter stretches between long gaps have no orientation.";
        vendor_difference_max_deg: f64 = 3.0, "deg", "[P]", "The vendor's and the own orientation may differ by this inclination (RMS) before it is told.";
        standing_s: [f64; 2] = [0.0, 0.0], "s", "[P]", "Beginning and end of quiet standing that calibrates the sensors; 0 and 0: found automatically.";
        standing_min_s: f64 = 3.0, "s", "science 5.3 [P]", "Quiet standing should last this long.";
        standing_short_s: f64 = 1.5, "s", "[P]", "Shorter quiet standing down to this is used with a warning.";
        standing_gyr_max_deg_s: f64 = 6.0, "deg/s", "[P]", "Largest RMS angular velocity of pelvis and trunk in quiet standing.";
        standing_acc_max_m_s2: f64 = 0.35, "m/s2", "[P]", "Largest standard deviation of the acceleration in quiet standing.";
        standing_lean_max_deg: f64 = 30.0, "deg", "[P]", "A sensor may be inclined in standing by this against its mean in walking (shanks and thighs twice this); else the subject sat or lay.";
        walking_regularity_min: f64 = 0.4, "-", "[P]", "Somebody walks where the vertical acceleration repeats itself with this correlation from step to step or stride to stride …";
        walking_acc_min_m_s2: f64 = 0.5, "m/s2", "[P]", "… and has at least this standard deviation.";
        axis_contrast_min: f64 = 0.4, "-", "[P]", "Least difference between the step-to-step repetition forward and sideways (2 at most) with which walking tells the forward direction of pelvis and trunk.";
        swing_contrast_min: f64 = 0.7, "-", "[P]", "Least share of the horizontal angular velocity of thigh or shank that must be about one axis.";
        bow_contrast_min: f64 = 0.9, "-", "[P]", "The same for bows and squats.";
        bow_min_deg: f64 = 15.0, "deg", "[P]", "Least inclination of a bow or squat that calibrates.";
        bows_min: usize = 3, "-", "science 5.3 [P]", "Least number of bows or squats.";
        moved_max_deg: f64 = 5.0, "deg", "[P]", "A sensor whose mean inclination in walking changes by more than this from the first to the last third has moved on the body.";
        bouts_above_s: f64 = 1200.0, "s", "[P]", "A longer recording in one table of sensors is cut into walking bouts, each a recording of its own.";
        bout_min_s: f64 = 6.0, "s", "[P]", "Shorter walks of a long recording are left out.";
        bout_max_s: f64 = 600.0, "s", "[P]", "A longer walk of a long recording is cut into parts, which bounds the memory.";
        bout_pause_max_s: f64 = 3.0, "s", "[V] Kluge 2021, consensus on walking bouts", "A longer pause ends a walking bout.";
        bout_margin_s: f64 = 15.0, "s", "[P]", "What is read before and after a bout: the orientation filter settles in it, and quiet standing may be there.";
        bout_strides_min: usize = 6, "-", "[P] three of each leg, as for a label", "A bout with fewer used strides of both legs together is left out, and counted.";
        bout_calibrating_min_s: f64 = 10.0, "s", "[P]", "The first bout of this length with quiet standing beside it calibrates all.";
        relative_heading_window_s: f64 = 8.0, "s", "[V] qmt headingCorrection window", "The heading of neighbouring segments is taken as equal on average over this time.";
    }
    /// Which strides count.
    strides: StrideSettings {
        stance_min_pct: f64 = 45.0, "% of stride", "[P]", "Shorter stance: events are not believed.";
        stance_max_pct: f64 = 80.0, "% of stride", "[P]", "Longer stance: events are not believed.";
        duration_tolerance: f64 = 0.40, "-", "[P]", "Stride time may differ from the median by this share.";
        duration_min_s: f64 = 0.40, "s", "[P]", "A shorter stride is not believed.";
        duration_max_s: f64 = 4.0, "s", "[P]", "A longer stride is not believed.";
        start_stop_speed_share: f64 = 0.70, "-", "[P]", "A stride slower than this share of the median speed is starting or stopping.";
    }
    /// Numbers of a stride.
    metrics: MetricSettings {
        outlier_strides_min: usize = 5, "-", "[P]", "Strides of a limb needed to call one of them an outlier.";
        outlier_mads: f64 = 6.0, "scaled median absolute deviations", "[P]", "A stride whose single-support drop or lean is this far from the limb's median is an outlier (a marker failed) …";
        outlier_min_deg: f64 = 10.0, "deg", "[P]", "… and at least this far.";
        fppa_knee_flexion_max_deg: f64 = 30.0, "deg", "[P]", "The projection angle of the knee is read only while the knee is flexed less than this.";
    }
    /// Standing on one leg.
    standing: StandingSettings {
        target_s: f64 = 30.0, "s", "[V] Hardcastle & Nade 1985", "The pelvis should be held level or raised for this long.";
        failure_drop_deg: f64 = 2.0, "deg", "[P] the SEM of the clinical measurement, Youdas 2007 [V]", "A drop below the level of both legs beyond this …";
        failure_lasting_s: f64 = 0.5, "s", "[P]", "… for this long ends the holding.";
        settle_s: f64 = 1.0, "s", "[P]", "The weight is shifted for this long after the foot has left the ground: not counted in drop and lean.";
        leave_s: f64 = 0.3, "s", "[P]", "The same before the foot is set down.";
        part_s: f64 = 2.0, "s", "[P]", "The drop at the beginning and at the end is averaged over this time.";
        shift_s: f64 = 0.5, "s", "[P]", "The level of both legs is not read this near to a stance on one leg.";
        level_min_s: f64 = 1.0, "s", "[P]", "Least standing on both legs that gives a level; without it the drop is measured from the horizontal.";
        stance_min_s: f64 = 2.0, "s", "[P]", "A foot lifted for a shorter time is no standing test.";
        valid_min_s: f64 = 5.0, "s", "[P]", "A shorter stance that does not fail is no valid test.";
        touch_max_s: f64 = 0.15, "s", "[P]", "A foot that touches the ground for a shorter time is not set down.";
        unseen_max_s: f64 = 0.25, "s", "[P]", "A lifted foot that is not seen for a shorter time stays lifted.";
        unseen_share_max: f64 = 0.20, "-", "[P]", "A stance in which the pelvis is not seen for a larger share is not valid.";
        lean_max_deg: f64 = 6.0, "deg", "[V] Simic 2012: trained leans of 6 degrees and more", "A larger mean lean over the stance leg is remarked as compensation.";
        ground_percentile: f64 = 5.0, "%", "[P]", "A foot marker is on the ground at this percentile of its height.";
        lift_min_m: f64 = 0.03, "m", "[P]", "A foot is lifted for certain when its lowest marker is this much higher …";
        lift_edge_m: f64 = 0.005, "m", "[P]", "… and leaves the ground at this height.";
        lift_min_deg: f64 = 15.0, "deg", "[P]", "With inertial sensors: when thigh or shank turn this far out of the vertical …";
        lift_edge_deg: f64 = 6.0, "deg", "[P]", "… and it leaves the ground at this angle.";
        curve_hz: f64 = 10.0, "Hz", "[P]", "Values a second that are kept of the curves.";
        picture_edge_m: f64 = 0.015, "m", "[P]", "In a picture: a foot leaves the ground at this height; points of a video are less steady.";
        hidden_min_s: f64 = 1.0, "s", "[P]", "In a picture: a foot or shank that is out of sight for this long, while the pelvis is seen, is lifted behind the body.";
        inter_asis_m: f64 = 0.24, "m", "[M]", "In a picture: distance of the ASIS that its scale is taken from, for the lift of the feet alone.";
    }
    /// Decision model.
    classify: ClassifySettings {
        mode: Mode = Mode::Clinical, "-", "[P]", "clinical | sensitive | specific | absolute.";
        z: f64 = 2.25, "SD", "[C] stricter than the 2.0 of the model's first description: `hipdrop validate --config` with 2.0 finds more false labels in mimics", "Excess over the norm that counts, offset-free features, mode clinical.";
        z_sensitive: f64 = 1.5, "SD", "[P]", "… mode sensitive.";
        z_specific: f64 = 2.5, "SD", "[P]", "… mode specific.";
        z_raw: f64 = 1.0, "SD", "[P]", "… raw features.";
        drop_floor_deg: f64 = 4.0, "deg", "[P] science, decision model", "Least single-support drop that can be called a drop.";
        lean_floor_deg: f64 = 3.5, "deg", "[P]", "Least single-support lean that can be called a lean.";
        z_level: f64 = 1.0, "SD", "[P]", "Up to this offset-free drop excess the pelvis counts as level (and raised below its negative).";
        intermittent_share_min: f64 = 0.10, "-", "[P]", "A pattern comes and goes when the 95 % interval of the share of strides that show it lies between this and one less this …";
        intermittent_sd_factor: f64 = 2.0, "-", "[P]", "… and drop or lean varies from stride to stride by more than this multiple of the healthy SD.";
        standing_level: bool = true, "-", "[P]", "Measure the drop from the obliquity of the standing trial when there is one.";
        standing_apart_max_deg: f64 = 3.0, "deg", "[P]", "… unless it differs by more from the constant obliquity of walking.";
        standing_sd_deg: f64 = 0.7, "deg", "[C] 8 healthy people with a standing trial", "Root mean square difference of standing obliquity and constant obliquity of walking; added to the spread of the offset-free drop norms.";
        leak_share_drop: f64 = 0.16, "-", "[C] 1000 simulated one-sided patterns of `hipdrop validate` against healthy walkers: 0.16, filter at 6 Hz included (0.11 without)", "Share of a one-sided drop that is still there at the double-support midpoints and so leaks into the constant tilt of both limbs; it is put back.";
        leak_share_lean: f64 = 0.15, "-", "[C] 700 simulated lurches of 5 to 20 degrees: 0.15, filter at 6 Hz included", "… of a one-sided lurch.";
        constant_share: f64 = 0.45, "-", "[C] the constant tilt of healthy walkers spreads by 1.4 degrees, of which 3 mm of marker placement make 1.0: 0.42 pelvis, 0.46 trunk; 12 children: 1.4 degrees", "Share of a constant tilt or list that is believed to be the person's; the rest is marker placement.";
        draws: usize = 1000, "-", "[P]", "Bootstrap draws.";
        sd_optical_deg: f64 = 0.8, "deg", "[P]", "Measurement error of pelvis and trunk, optical (constant over a session).";
        sd_optical_free_deg: f64 = 0.5, "deg", "[C] simulated limbs: 0.1 beside the variation of the strides, tissue and contacts doubled and rounded up", "… of the features without the constant tilt or list, which misplaced markers cannot reach.";
        sd_inertial_deg: f64 = 1.5, "deg", "[P]", "… inertial (calibration).";
        sd_markerless_deg: f64 = 2.5, "deg", "[P]", "… markerless or 2-D.";
        stride_sd_drop_deg: f64 = 0.9, "deg", "[C] 12 children 0.89", "Healthy stride-to-stride SD of the offset-free drop.";
        stride_sd_lean_deg: f64 = 1.0, "deg", "[P]", "Healthy stride-to-stride SD of the offset-free lean.";
        probability_min: f64 = 0.80, "-", "[P]", "Least probability of a definite label.";
        probability_min_few: f64 = 0.95, "-", "[P]", "… with three or four strides.";
        strides_min: usize = 5, "-", "[P]", "Strides for a label at the usual probability.";
        strides_few: usize = 3, "-", "[P]", "Strides below which there is no label.";
        events_low_share_max: f64 = 0.5, "-", "[P]", "No label when a larger share of the strides has events of low confidence.";
        drop_mean_deg: f64 = 1.1, "deg", "[C] Schwartz 2008 free, ROT", "Norm of the single-support drop at free speed, raw and offset-free.";
        drop_sd_raw_deg: f64 = 1.9, "deg", "[C] Schwartz 2008", "Its between-subject SD, raw.";
        drop_sd_deg: f64 = 1.0, "deg", "[C] 12 children 0.97", "Its between-subject SD, offset-free.";
        drop_peak_mean_deg: f64 = 4.1, "deg", "[C] 12 children", "Norm of the offset-free peak drop.";
        drop_peak_sd_deg: f64 = 1.4, "deg", "[C] 12 children 1.7, Schwartz 1.1", "Its SD.";
        drop_tor_shift_deg: f64 = 0.1, "deg", "[C] Schwartz 2008: 1.2 against 1.1", "Added to the drop norm in the sequence tilt-obliquity-rotation.";
        drop_peak_tor_shift_deg: f64 = 0.3, "deg", "[V] Schwartz 2008: 4.4 against 4.1", "Added to the peak-drop norm in the sequence tilt-obliquity-rotation.";
        lean_mean_deg: f64 = 0.75, "deg", "[C] 12 children, CGM2.3", "Norm of the single-support trunk lean, raw and offset-free.";
        lean_sd_raw_deg: f64 = 1.9, "deg", "[C] 12 children 1.86, CGM2.3 1.82", "Its SD, raw.";
        lean_sd_deg: f64 = 1.3, "deg", "[P]", "Its SD, offset-free.";
        absolute_drop_deg: f64 = 4.0, "deg", "[P]", "Mode absolute: drop.";
        absolute_lean_deg: f64 = 5.0, "deg", "[P]", "Mode absolute: lean.";
        speed_min: f64 = 0.12, "- (v/√(g·leg))", "[P]", "Slower walking has no norm.";
        speed_max: f64 = 0.80, "- (v/√(g·leg))", "[P]", "Faster walking has no norm.";
        severity_drop_deg: [f64; 3] = [2.0, 4.0, 8.0], "deg", "[P] no validated cut-offs exist", "Drop excess: mild, moderate, severe from here.";
        severity_lean_deg: [f64; 3] = [3.0, 6.0, 12.0], "deg", "[P] no validated cut-offs exist", "Lean excess: mild, moderate, severe from here.";
        seed: u64 = 20_080_101, "-", "[P]", "Seed of the bootstrap.";
    }
    /// Pooling of recordings into sessions.
    study: StudySettings {
        same_walk_max_m: f64 = 0.0002, "m", "[P]", "Two files whose pelvis goes the same way within this hold the same walk (one trial in two formats), which counts once.";
        similar_walk_max_m: f64 = 0.010, "m", "[P] one Vicon trial raw and filtered: 7 mm", "… within this they may (one trial raw and filtered): both count, with a warning.";
        same_person_max: f64 = 0.10, "share", "[P] leg lengths from markers vary by 3.5 %", "Recordings whose subject only a folder names are not pooled when leg lengths or inter-ASIS distances differ by more.";
    }
    /// Recordings that are analysed while they are made.
    stream: StreamSettings {
        look_ahead_s: f64 = 0.20, "s", "[P] the zero-lag filter's answer to what comes later than this is below 0.2 %", "Markers: an event counts, and angles are final, once the rows reach this far beyond: the stated delay.";
        look_ahead_swing_s: f64 = 0.25, "s", "[P] mid-swing must have been seen", "… with sensors on feet or shanks.";
        look_ahead_back_s: f64 = 0.60, "s", "[P] the wavelet reaches 0.9 steps, of which the last tenth weighs nothing", "… with a sensor on the lower back alone.";
        settle_s: f64 = 4.0, "s", "[P]", "Rows before the laboratory frame or the calibration is looked for.";
        refresh_s: f64 = 20.0, "s", "[P]", "The laboratory frame is found anew this often.";
        window_s: f64 = 12.0, "s", "[P]", "… from the rows of this time.";
        search_s: f64 = 3.0, "s", "[P] two strides and more", "Events are looked for in the rows of this time.";
        gap_max_s: f64 = 1.0, "s", "[P]", "A longer silence, or a longer step back of the clock, begins a new stretch.";
        calibration_s: f64 = 120.0, "s", "[P]", "Rows of sensors that are kept until the calibration is final.";
        calibration_first_s: f64 = 6.0, "s", "[C] synthetic walkers: after 2 s the drop is up to 1.9 degrees off", "Walking before sensors are calibrated; the strides until then are told late.";
        calibration_walk_s: f64 = 60.0, "s", "[C] one walk of 44 s: the drop changes by 0.3 degrees at most after the first 4 s", "Walking after which the calibration is final.";
        turn_settle_s: f64 = 2.5, "s", "[C] one walk with a turn: the drop differs from the analysis afterwards by up to 1.6 degrees in this time, by 0.5 later", "Sensors: strides that begin within this time after a turn are not used.";
        label_strides: usize = 60, "-", "[P] about a minute of walking", "The running label comes from the last strides of each limb.";
        label_draws: usize = 400, "-", "[P] a probability of 80 % is then good to 2 %", "Bootstrap draws of the running label.";
    }
    /// Change between two sessions of one person.
    compare: CompareSettings {
        mdc_pelvis_deg: f64 = 2.5, "deg", "[P]", "Minimal detectable change of pelvic obliquity between sessions.";
        mdc_trunk_deg: f64 = 3.0, "deg", "[P]", "… of trunk lean.";
        mdc_hip_deg: f64 = 4.0, "deg", "[P]", "… of hip adduction.";
        mdc_knee_deg: f64 = 4.0, "deg", "[P]", "… of knee valgus.";
        mdc_fppa_deg: f64 = 6.0, "deg", "[P]", "… of the frontal-plane projection angle.";
        draws: usize = 2000, "-", "[P]", "Draws of the interval of a change.";
        permutations: usize = 2000, "-", "[P]", "Permutations of the test of two curves.";
        seed: u64 = 20_080_102, "-", "[P]", "Seed of draws and permutations.";
    }
    /// Conditions that look like the pattern.
    mimics: MimicSettings {
        offset_max_deg: f64 = 3.0, "deg", "[P]", "Constant obliquity that suggests leg-length difference or a fixed obliquity.";
        trunk_offset_max_deg: f64 = 3.0, "deg", "[P]", "Constant trunk list that suggests scoliosis.";
        marker_offset_max_deg: f64 = 6.0, "deg", "[P]", "Constant obliquity that suggests a misplaced ASIS marker.";
        hike_deg: f64 = -3.0, "deg", "[P]", "Swing-side elevation that suggests hip hiking.";
        hike_knee_flexion_deg: f64 = 45.0, "deg", "[P]", "Hip hiking goes with less peak knee flexion in swing than this, …";
        hike_abduction_sd: f64 = 2.0, "SD", "[P]", "… or with more hip abduction in swing than the norm plus this many SDs.";
        step_width_max_leg: f64 = 0.18, "leg lengths", "[C] 12 healthy walks: 0.11, SD 0.03", "Wider steps suggest ataxic or wide-based gait.";
        stride_time_cv_max: f64 = 0.06, "-", "[P]", "More variable stride times suggest ataxia.";
        stride_sd_max_deg: f64 = 3.0, "deg", "[P]", "Lean or drop that varies more from stride to stride suggests ataxia.";
        stride_sd_factor: f64 = 2.0, "-", "[P]", "Stride-to-stride SD of drop or lean above this multiple of the healthy one: no label in ataxic gait.";
        leg_difference_min_m: f64 = 0.020, "m", "[V] BMC Musculoskelet Disord 2022: from 20 mm obliquity rises in standing and midstance", "Measured leg-length difference that is remarked.";
        body_mass_index_max: f64 = 30.0, "kg/m²", "[M] obesity by WHO", "Above this body mass index soft tissue and a wide base are remarked.";
        knee_varus_sd: f64 = 2.0, "SD", "[P]", "Knee varus in single support beyond the norm plus this many SDs suggests that a lean unloads the knee.";
        stance_asymmetry_max_pct: f64 = 10.0, "%", "[P]", "Larger stance-time asymmetry suggests an antalgic gait.";
        rebound_share: f64 = 0.6, "-", "[C] 198 of 200 limbs of simulated bilateral waddles lean more than this share of the other", "A lean smaller than this share of the opposite limb's is the trunk swinging back: no label.";
        smaller_side_share: f64 = 0.6, "-", "[C] as rebound_share", "An excess (in SDs of the norm) smaller than this share of the opposite limb's gets no label.";
    }
}

/// Regression that places the hip joint centre.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum HipCentreMethod {
    /// Harrington with a sacral or PSIS marker, Hara with a leg length only.
    Auto,
    /// Harrington 2007, single predictors.
    Harrington,
    /// Hara 2016, leg length.
    Hara,
    /// Davis 1991, as in Plug-in Gait.
    Davis,
}

/// Which orientation of inertial sensors is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OrientationSource {
    /// The own filter where there is an angular velocity, else the vendor's.
    Auto,
    /// The own filter.
    Filter,
    /// The vendor's where it is stored.
    Vendor,
}

/// How cross-talk is taken out of the knee's frontal-plane angle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum KneeCorrection {
    /// Not at all.
    None,
    /// Principal components of flexion and valgus.
    Pca,
    /// Rotation of the thigh about its long axis.
    Thigh,
}

/// Where events come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EventPreference {
    /// Only the file's own.
    Stored,
    /// Only detected ones.
    Detect,
    /// Stored, else force plates, else markers.
    Auto,
}

/// Operating point of the decision model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// Excess of `classify.z`.
    Clinical,
    /// Excess of `classify.z_sensitive`, for screening.
    Sensitive,
    /// Excess of `classify.z_specific`.
    Specific,
    /// No norm: fixed degrees, for populations without norms.
    Absolute,
}

/// A settings file that cannot be used.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum SettingsError {
    /// Not TOML, an unknown key, or a value of the wrong type.
    #[error("{0}\n  (hipdrop analyze --print-config prints every setting with its default)")]
    Toml(String),
    /// A value outside its range.
    #[error("{section}.{name} = {found}: expected {expected}")]
    Range {
        /// Section.
        section: &'static str,
        /// Key.
        name: &'static str,
        /// Value found.
        found: String,
        /// What is allowed.
        expected: &'static str,
    },
}

/// A setting that differs from its default.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Changed {
    /// `section.name`.
    pub name: String,
    /// Value in use, as TOML.
    pub value: String,
    /// Default, as TOML.
    pub default: String,
}

impl StreamSettings {
    /// Refuses times with which rows would be kept for ever, or not at all.
    fn check(&self) -> Result<(), SettingsError> {
        let times = [
            ("look_ahead_s", self.look_ahead_s),
            ("look_ahead_swing_s", self.look_ahead_swing_s),
            ("look_ahead_back_s", self.look_ahead_back_s),
            ("settle_s", self.settle_s),
            ("refresh_s", self.refresh_s),
            ("window_s", self.window_s),
            ("search_s", self.search_s),
            ("gap_max_s", self.gap_max_s),
            ("calibration_s", self.calibration_s),
            ("calibration_first_s", self.calibration_first_s),
            ("calibration_walk_s", self.calibration_walk_s),
            ("turn_settle_s", self.turn_settle_s),
            ("label_strides", self.label_strides as f64),
        ];
        match times.iter().find(|(_, t)| !(0.05..=600.0).contains(t)) {
            None => Ok(()),
            Some((name, found)) => Err(SettingsError::Range {
                section: "stream",
                name,
                found: found.to_string(),
                expected: "0.05 to 600",
            }),
        }
    }
}

impl Settings {
    /// Settings from a TOML text; what it does not name keeps its default, unknown names are refused.
    ///
    /// ```
    /// use hipdrop::settings::Settings;
    /// let settings = Settings::from_toml("[signal]\ncutoff_hz = 8.0\n")?;
    /// assert_eq!(settings.changed()[0].name, "signal.cutoff_hz");
    /// assert!(Settings::from_toml("[signal]\ncut_off = 8.0\n").is_err());
    /// # Ok::<(), hipdrop::settings::SettingsError>(())
    /// ```
    ///
    /// # Errors
    /// [`SettingsError`] for text that is not TOML, unknown names and impossible values.
    pub fn from_toml(text: &str) -> Result<Settings, SettingsError> {
        let settings: Settings = toml::from_str(text)
            .map_err(|e| SettingsError::Toml(e.to_string().trim_end().into()))?;
        settings.check()?;
        Ok(settings)
    }

    /// Refuses values that no analysis can be made with.
    pub fn check(&self) -> Result<(), SettingsError> {
        let positive = [
            ("signal", "cutoff_hz", self.signal.cutoff_hz),
            ("signal", "event_cutoff_hz", self.signal.event_cutoff_hz),
            ("lab", "heading_cutoff_hz", self.lab.heading_cutoff_hz),
            ("body", "marker_diameter_m", self.body.marker_diameter_m),
            (
                "inertial",
                "filter_tau_acc_s",
                self.inertial.filter_tau_acc_s,
            ),
            ("inertial", "standing_min_s", self.inertial.standing_min_s),
            (
                "inertial",
                "relative_heading_window_s",
                self.inertial.relative_heading_window_s,
            ),
            ("standing", "target_s", self.standing.target_s),
            ("standing", "part_s", self.standing.part_s),
            ("standing", "stance_min_s", self.standing.stance_min_s),
            ("standing", "lift_min_m", self.standing.lift_min_m),
            ("standing", "lift_min_deg", self.standing.lift_min_deg),
            ("standing", "curve_hz", self.standing.curve_hz),
            ("classify", "drop_sd_deg", self.classify.drop_sd_deg),
            ("classify", "drop_sd_raw_deg", self.classify.drop_sd_raw_deg),
            (
                "classify",
                "drop_peak_sd_deg",
                self.classify.drop_peak_sd_deg,
            ),
            ("classify", "lean_sd_deg", self.classify.lean_sd_deg),
            ("classify", "lean_sd_raw_deg", self.classify.lean_sd_raw_deg),
        ];
        for (section, name, value) in positive {
            if !(value.is_finite() && value > 0.0) {
                return Err(SettingsError::Range {
                    section,
                    name,
                    found: value.to_string(),
                    expected: "a finite number above 0",
                });
            }
        }
        self.stream.check()?;
        let shares = [
            ("leak_share_drop", self.classify.leak_share_drop),
            ("leak_share_lean", self.classify.leak_share_lean),
        ];
        for (name, value) in shares {
            if !(0.0..0.45).contains(&value) {
                return Err(SettingsError::Range {
                    section: "classify",
                    name,
                    found: value.to_string(),
                    expected: "0 to below 0.45",
                });
            }
        }
        if !(0.0..=1.0).contains(&self.classify.constant_share) {
            return Err(SettingsError::Range {
                section: "classify",
                name: "constant_share",
                found: self.classify.constant_share.to_string(),
                expected: "0 to 1",
            });
        }
        let probabilities = [
            ("probability_min", self.classify.probability_min),
            ("probability_min_few", self.classify.probability_min_few),
        ];
        for (name, value) in probabilities {
            if !(0.5..=1.0).contains(&value) {
                return Err(SettingsError::Range {
                    section: "classify",
                    name,
                    found: value.to_string(),
                    expected: "0.5 to 1",
                });
            }
        }
        // fewer draws give no 95 % interval worth its name
        if !(100..=1_000_000).contains(&self.classify.draws) {
            return Err(SettingsError::Range {
                section: "classify",
                name: "draws",
                found: self.classify.draws.to_string(),
                expected: "100 to 1000000",
            });
        }
        Ok(())
    }

    /// Every value as TOML, keyed by `section`, `name`.
    fn as_table(&self) -> toml::Table {
        // serialising plain numbers, enums and booleans cannot fail
        toml::Table::try_from(self).unwrap_or_default()
    }

    /// The whole table as TOML with unit, source and meaning above every value.
    pub fn to_commented_toml(&self) -> String {
        let table = self.as_table();
        let mut text = String::from(
            "# Settings of hipdrop: every threshold and filter, with unit and source.\n\
             # [V] value seen in the cited source, [C] computed from data, [M] customary, [P] choice of this project.\n\
             # Keep only the lines you change; what is missing keeps its default.\n",
        );
        let mut section = "";
        for entry in DOCUMENTATION {
            if entry.section != section {
                section = entry.section;
                text.push_str(&format!("\n[{section}]\n"));
            }
            let value = &table[entry.section][entry.name];
            text.push_str(&format!(
                "# {} Unit: {}. Source: {}\n{} = {value}\n",
                entry.what, entry.unit, entry.source, entry.name
            ));
        }
        text
    }

    /// SHA-256 of all values in table order, hex: two analyses with the same hash used the same numbers.
    pub fn hash(&self) -> String {
        use sha2::{Digest, Sha256};
        let table = self.as_table();
        let mut digest = Sha256::new();
        for entry in DOCUMENTATION {
            let value = &table[entry.section][entry.name];
            digest.update(format!("{}.{}={value}\n", entry.section, entry.name));
        }
        digest
            .finalize()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }

    /// The settings that differ from their defaults, in table order.
    pub fn changed(&self) -> Vec<Changed> {
        let (mine, default) = (self.as_table(), Settings::default().as_table());
        DOCUMENTATION
            .iter()
            .filter_map(|entry| {
                let value = mine[entry.section][entry.name].to_string();
                let default = default[entry.section][entry.name].to_string();
                (value != default).then(|| Changed {
                    name: format!("{}.{}", entry.section, entry.name),
                    value,
                    default,
                })
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn printed_table_reads_back_to_the_same_settings() {
        let mut settings = Settings::default();
        settings.classify.z = 1.75;
        settings.body.hip_centre = HipCentreMethod::Davis;
        settings.classify.severity_drop_deg = [1.0, 2.5, 7.0];
        let back = Settings::from_toml(&settings.to_commented_toml()).unwrap();
        assert_eq!(back, settings);
        assert_eq!(back.hash(), settings.hash());
    }

    #[test]
    fn every_setting_is_documented_with_a_source_tag() {
        let table = Settings::default().as_table();
        let keys: usize = table.values().map(|s| s.as_table().unwrap().len()).sum();
        assert_eq!(keys, DOCUMENTATION.len());
        for entry in DOCUMENTATION {
            assert!(entry.what.ends_with(['.', '…']), "{}", entry.name);
            assert!(
                ["[V]", "[C]", "[M]", "[P]"]
                    .iter()
                    .any(|t| entry.source.contains(t)),
                "{} has no source tag",
                entry.name
            );
        }
    }

    #[test]
    fn changed_values_are_named_and_change_the_hash() {
        let settings = Settings::from_toml("[classify]\nz = 2.5\n").unwrap();
        assert_eq!(
            settings.changed(),
            [Changed {
                name: "classify.z".into(),
                value: "2.5".into(),
                default: "2.25".into()
            }]
        );
        assert_ne!(settings.hash(), Settings::default().hash());
    }

    #[test]
    fn unknown_names_and_impossible_values_are_refused() {
        let unknown = Settings::from_toml("[classify]\nzed = 2\n")
            .unwrap_err()
            .to_string();
        assert!(
            unknown.contains("zed") && unknown.contains("--print-config"),
            "{unknown}"
        );
        let range = Settings::from_toml("[signal]\ncutoff_hz = -1.0\n")
            .unwrap_err()
            .to_string();
        assert!(range.contains("signal.cutoff_hz = -1"), "{range}");
        assert!(Settings::from_toml("[classify]\ndraws = 0\n").is_err());
        assert!(Settings::from_toml("[stream]\nwindow_s = 1e9\n").is_err());
    }
}
