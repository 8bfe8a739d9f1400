//! What markers and sensors have in common when they come row by row.

use crate::angles::AngleSeries;
use crate::classify::Measurement;
use crate::events::GaitEvent;
use crate::lab::Motion;
use crate::recording::{BodyMeasures, EventKind, Side, Warning};
use crate::signal::GapReport;
use crate::strides::Stride;

/// An event that has probably just happened: it is worth looking for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sign {
    /// `None` where the sign does not tell.
    pub side: Option<Side>,
    pub kind: EventKind,
    /// Row in which it showed.
    pub row: u64,
}

/// A stretch of rows, ready to be measured.
pub(super) struct Piece {
    pub motion: Motion,
    pub angles: AngleSeries,
    pub gaps: GapReport,
    pub measures: BodyMeasures,
}

/// The rows of markers or sensors of one stretch, and what is known of their wearer. Times are
/// seconds from row 0.
pub(super) trait Body {
    /// Takes the next row; signs of events go to `signs`.
    fn push(&mut self, values: &[f64], signs: &mut Vec<Sign>);

    /// A row that was missing has come after all.
    fn late(&mut self, row: u64, values: &[f64]);

    /// Number of the next row.
    fn end(&self) -> u64;

    /// What is done from time to time: frame, calibration, whether somebody walks. `last` is true
    /// when no row follows.
    fn tend(&mut self, last: bool, warnings: &mut Vec<Warning>);

    /// Frame or calibration is known: events can be found and strides measured.
    fn ready(&self) -> bool;

    /// Rows that must follow an event before it counts.
    fn look_ahead(&self) -> u64;

    /// Events among the rows from `since` on (and earlier ones); of one foot when that is enough and the
    /// feet can be looked at alone.
    fn events(&self, since: u64, only: Option<Side>) -> (Vec<GaitEvent>, Vec<Warning>);

    /// Angles of the rows from one up to another; `None` when they are no longer held.
    fn piece(&self, from: u64, to: u64) -> Option<Piece>;

    /// How briskly a stride was walked, in any unit; NaN when that tells nothing.
    fn pace(&self, stride: &Stride, piece: &Piece) -> f64;

    /// Seconds after a turn in which angles are not yet sure.
    fn settles(&self) -> f64;

    /// A stride of this time was walked.
    fn walked(&mut self, stride_s: f64);

    /// An event counts.
    fn accepted(&mut self, event: &GaitEvent);

    /// How the angles are measured.
    fn measurement(&self) -> Measurement;

    /// The clock has jumped: rows begin at 0 again, at this time of the source; what is known of the
    /// wearer stays.
    fn begin(&mut self, start_s: f64);
}
