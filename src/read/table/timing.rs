//! Rate, first frame and the place of every row.

use super::resample::Resampling;
use crate::recording::Layout;

/// When the rows of a table were taken.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Timing {
    /// Frames per second.
    pub rate_hz: f64,
    /// Frame number of the first row.
    pub first_frame: u64,
    /// Frames from the first row to the last, dropped ones included.
    pub frames: usize,
    /// Which row is which frame.
    pub(super) rows: Rows,
    /// Rate that the header declares, Hz.
    pub(super) declared_hz: Option<f64>,
    /// Rate of the time column, Hz.
    pub(super) measured_hz: Option<f64>,
}

/// Which row is which frame.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Rows {
    /// Row by row.
    All,
    /// Row `i` is frame `index[i]`; frames between were dropped.
    At(Vec<usize>),
    /// Rows at uneven times, frames at even ones.
    Resampled(Resampling),
}

impl Timing {
    /// The values of a column frame by frame; NaN where frames were dropped. What stands for a
    /// missing value must be NaN before: it must not be taken for a number between its neighbours.
    pub(crate) fn spread(&self, column: Vec<f64>) -> Vec<f64> {
        match &self.rows {
            Rows::All => column,
            Rows::Resampled(resampling) => resampling.apply(&column),
            Rows::At(index) => {
                let mut spread = vec![f64::NAN; self.frames];
                for (&to, value) in index.iter().zip(column) {
                    if let Some(cell) = spread.get_mut(to) {
                        *cell = value;
                    }
                }
                spread
            }
        }
    }

    /// What is told about the rates.
    pub(crate) fn describe(&self, layout: &mut Layout) {
        layout.declared_rate_hz = self.declared_hz;
        layout.measured_rate_hz = self.measured_hz;
        layout.resampled = matches!(self.rows, Rows::Resampled(_));
    }
}
