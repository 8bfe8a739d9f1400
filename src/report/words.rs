//! The report's words for what the tables name: labels, reasons, curves.
//!
//! In: types of the analysis. Out: text for a clinician. Wording follows `docs/conventions.md`:
//! sides name the **stance** limb, and a direction is said, not left to a sign.

use crate::analysis::Status;
use crate::classify::Label;
use crate::norms::NormCurve;
use crate::recording::Side;
use crate::strides::Exclusion;

/// Title and usual name of a label. Without trunk data nothing may be said about the lean.
pub fn label(label: Label, trunk: bool) -> (&'static str, &'static str) {
    match label {
        Label::None if !trunk => ("No drop, trunk not measured", "compensation cannot be seen"),
        Label::None => ("Neither drop nor lean", "no pattern"),
        Label::Uncompensated => ("Pelvic drop, uncompensated", "Trendelenburg pattern"),
        Label::Compensated => (
            "Trunk lean, pelvis level or raised",
            "compensated, Duchenne pattern",
        ),
        Label::Mixed => ("Pelvic drop and trunk lean", "mixed, partially compensated"),
        Label::DropUnspecified => ("Pelvic drop, trunk not measured", "compensation unknown"),
        Label::Indeterminate => ("Indeterminate", "the data cannot tell"),
    }
}

/// A label where space is short: the name of the tables.
pub fn label_short(label: Label, trunk: bool) -> &'static str {
    match label {
        Label::None if !trunk => "No drop",
        Label::None => "None",
        Label::Uncompensated => "Uncompensated",
        Label::Compensated => "Compensated",
        Label::Mixed => "Mixed",
        Label::DropUnspecified => "Drop",
        Label::Indeterminate => "Indeterminate",
    }
}

/// `Left` or `Right`.
pub fn side_title(side: Side) -> &'static str {
    match side {
        Side::Left => "Left",
        Side::Right => "Right",
    }
}

/// Why a stride is not used.
pub fn exclusion(exclusion: Exclusion) -> &'static str {
    match exclusion {
        Exclusion::Turn => "turning",
        Exclusion::StartStop => "starting or stopping",
        Exclusion::Gap => "markers missing in single support",
        Exclusion::Events => "foot contacts not credible",
        Exclusion::Incomplete => "an event is missing",
        Exclusion::Outlier => "far from the other strides",
        Exclusion::ByHand => "left out by hand",
    }
}

/// What became of a recording.
pub fn status(status: Status) -> &'static str {
    match status {
        Status::Analysed => "Analysed",
        Status::Standing => "Standing trial",
        Status::NoGait => "No walking in it",
        Status::Insufficient => "Too little to analyse",
        Status::Failed => "Failed",
    }
}

/// How a curve is presented.
pub struct CurveWords {
    /// Heading.
    pub title: &'static str,
    /// What is measured.
    pub what: &'static str,
    /// What up means in the stance of a side.
    pub up: fn(Side) -> String,
    /// What down means.
    pub down: fn(Side) -> String,
    /// Said when nothing was measured.
    pub missing: &'static str,
    /// Values that every diagram shows, degrees: the same scale in every report.
    pub range: (f64, f64),
}

/// How `curve` is presented.
pub fn curve(curve: NormCurve) -> CurveWords {
    match curve {
        NormCurve::PelvisDrop => CurveWords {
            title: "Pelvic drop",
            what: "Tilt of the pelvis from the horizontal in the frontal plane (rotation–obliquity–tilt order).",
            up: |side| format!("{} side low", side.opposite().name()),
            down: |side| format!("{} side high", side.opposite().name()),
            missing: "The pelvis could not be measured.",
            range: (-10.0, 10.0),
        },
        NormCurve::TrunkLean => CurveWords {
            title: "Trunk lean",
            what: "Sideways lean of the trunk from the vertical.",
            up: |side| format!("leans {}, over the stance leg", side.name()),
            down: |side| format!("leans {}", side.opposite().name()),
            missing: "No trunk markers: the lean of the trunk was not measured, so it cannot be said whether a drop of the pelvis is compensated.",
            range: (-10.0, 10.0),
        },
        NormCurve::HipAdduction => CurveWords {
            title: "Hip adduction",
            what: "Thigh relative to the pelvis in the frontal plane. In stance it should rise and fall with the pelvic drop.",
            up: |_| "adducted".to_owned(),
            down: |_| "abducted".to_owned(),
            missing: "The thigh could not be measured.",
            range: (-15.0, 15.0),
        },
        NormCurve::KneeValgus => CurveWords {
            title: "Knee valgus",
            what: "Shank relative to the thigh in the frontal plane.",
            up: |_| "valgus, knee inward".to_owned(),
            down: |_| "varus".to_owned(),
            missing: "The knee could not be measured.",
            range: (-15.0, 15.0),
        },
    }
}

/// Splits a finding into what is read first and the rest: whole sentences until they say something.
pub fn lead_and_rest(finding: &str) -> (String, String) {
    const ENOUGH: usize = 30;
    let mut from = 0;
    while let Some(found) = finding.get(from..).and_then(|rest| rest.find(". ")) {
        let end = from + found + 1;
        if end >= ENOUGH {
            let (lead, rest) = finding.split_at(end);
            return (lead.to_owned(), rest.trim_start().to_owned());
        }
        from = end;
    }
    (finding.to_owned(), String::new())
}

/// First letter upper case, `-` as spaces: a machine name as a heading.
pub fn from_code(code: &str) -> String {
    let text = code.replace(['-', '_'], " ");
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => String::new(),
    }
}

/// Text from a file, cut to a length that no page suffers from.
pub fn clip(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    text.chars().take(most).chain("…".chars()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lead_is_the_first_sentence_that_says_something() {
        let lead = |text| lead_and_rest(text).0;
        assert_eq!(
            lead("Bilateral. Left-sided: a drop of 5.2° in 7 strides. Note: x."),
            "Bilateral. Left-sided: a drop of 5.2° in 7 strides."
        );
        assert_eq!(
            lead("Neither side: nothing of the kind was found. Right: none."),
            "Neither side: nothing of the kind was found."
        );
        assert_eq!(
            lead_and_rest("Neither side."),
            ("Neither side.".into(), String::new())
        );
        assert_eq!(
            lead_and_rest("Übergänge müssen ganz bleiben, überall. Ä. Ö.").1,
            "Ä. Ö."
        );
        assert_eq!(lead(""), "");
    }

    #[test]
    fn clipping_counts_characters() {
        assert_eq!(clip("äöü", 3), "äöü");
        assert_eq!(clip("äöüß", 3), "äöü…");
        assert_eq!(from_code("fixed-obliquity"), "Fixed obliquity");
    }
}
