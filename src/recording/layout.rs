//! How a file was laid out, as far as the reader had to find out.

/// What a reader concluded about the layout of a file; `None` = does not apply or was not looked
/// for. It explains a recording and never steers its analysis.
#[derive(Debug, Clone, PartialEq, Default, serde::Serialize)]
pub struct Layout {
    /// What separates the cells of a text.
    pub delimiter: Option<char>,
    /// The decimal sign of its numbers.
    pub decimal_sign: Option<char>,
    /// Lines before the first row of numbers.
    pub header_lines: Option<usize>,
    /// Frames per second that the file declares.
    pub declared_rate_hz: Option<f64>,
    /// Frames per second of the time column.
    pub measured_rate_hz: Option<f64>,
    /// The rows stood at uneven times and were resampled.
    pub resampled: bool,
    /// Columns that were not read, by name.
    pub unused_columns: Vec<String>,
}
