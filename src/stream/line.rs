//! Lines of JSON: one object each.

use crate::classify::{Label, LimbFinding, Probabilities};
use crate::metrics::{MeasuredStride, StrideEvidence, StrideMetrics};
use crate::recording::Warning;
use crate::study::tables::json::push_fields;
use crate::study::tables::{Cell, strides};

/// What a line is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A stance has ended: what it tells, before the stride is complete.
    Stance,
    /// A stride is complete.
    Stride,
    /// Something was doubtful.
    Warning,
    /// The stream has ended.
    Summary,
}

impl Kind {
    /// Value of `type`.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Stance => "stance",
            Kind::Stride => "stride",
            Kind::Warning => "warning",
            Kind::Summary => "summary",
        }
    }
}

/// One line.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// What it is about.
    pub kind: Kind,
    /// One JSON object, without a line end.
    pub json: String,
}

/// An object that is being written.
pub(super) struct Object {
    kind: Kind,
    json: String,
}

impl Object {
    pub fn new(kind: Kind) -> Object {
        Object {
            kind,
            json: format!("{{\"type\":\"{}\"", kind.name()),
        }
    }

    /// Appends a field.
    pub fn field(mut self, name: &str, cell: Cell) -> Object {
        let name = format!("\"{name}\"");
        self.push([(name.as_str(), &cell)].into_iter());
        self
    }

    fn push<'a>(&mut self, fields: impl Iterator<Item = (&'a str, &'a Cell)>) {
        // text always becomes JSON
        let _ = push_fields(&mut self.json, fields);
    }

    /// Appends label and probabilities of a limb.
    pub fn finding(self, finding: Option<&LimbFinding>) -> Object {
        let p = finding.and_then(|f| f.probabilities);
        let of = |value: fn(&Probabilities) -> f64| Cell::number(p.as_ref().map(value));
        self.field(
            "label",
            Cell::Word(finding.map_or(Label::Indeterminate, |f| f.label).name()),
        )
        .field("p_none", of(|p| p.none))
        .field("p_uncompensated", of(|p| p.uncompensated))
        .field("p_compensated", of(|p| p.compensated))
        .field("p_mixed", of(|p| p.mixed))
        .field(
            "label_strides",
            Cell::Count(finding.map_or(0, |f| f.strides as u64)),
        )
    }

    pub fn line(mut self) -> Line {
        self.json.push('}');
        Line {
            kind: self.kind,
            json: self.json,
        }
    }
}

/// The columns of `strides.csv`; what is not yet known of a stance is null.
pub(super) fn stride(kind: Kind, source: &str, measured: &MeasuredStride) -> Object {
    let row = (&measured.stride, &measured.metrics, &measured.evidence);
    let mut cells = strides::cells([source, "", ""], row);
    let names = strides::columns();
    if kind == Kind::Stance {
        for (name, cell) in names.iter().zip(&mut cells) {
            if matches!(*name, "end_s" | "used" | "excluded_because") {
                *cell = Cell::Empty;
            }
        }
    }
    let names: Vec<String> = names.iter().map(|name| format!("\"{name}\"")).collect();
    let mut object = Object::new(kind);
    object.push(names.iter().map(String::as_str).zip(&cells));
    object
}

/// What a stance tells before the stride is complete; the rest needs its end.
pub(super) fn of_stance(measured: &mut MeasuredStride) {
    let m = measured.metrics;
    measured.metrics = StrideMetrics {
        speed_m_s: None,
        cadence_steps_min: None,
        stride_length_m: None,
        step_length_m: None,
        step_width_m: None,
        stance_pct: None,
        single_support_pct: None,
        pelvis_range_deg: None,
        lean_range_deg: None,
        ..m
    };
    measured.evidence = StrideEvidence {
        filled_pct: measured.evidence.filled_pct,
        ..StrideEvidence::default()
    };
}

/// A warning at a time of the source.
pub(super) fn warning(time_s: f64, warning: &Warning) -> Line {
    Object::new(Kind::Warning)
        .field("time_s", Cell::time(time_s))
        .field("code", Cell::text(&*warning.code))
        .field("place", Cell::text(&*warning.place))
        .field("message", Cell::text(&*warning.message))
        .line()
}
