//! The last rows of a stream, column by column.

/// Rows numbered from 0 without end, of which the last are kept.
///
/// The columns lie in one piece each, so that a stretch of rows is a slice: up to twice as many rows
/// as must be kept are held, then the older half goes.
#[derive(Debug, Clone)]
pub(super) struct Ring {
    columns: Vec<Vec<f64>>,
    /// Number of the first row that is held.
    first: u64,
    keep: usize,
}

impl Ring {
    /// A ring of so many columns that keeps at least so many rows.
    pub fn new(width: usize, keep: usize) -> Ring {
        Ring {
            columns: vec![Vec::new(); width],
            first: 0,
            keep: keep.max(1),
        }
    }

    /// The same with rows numbered from `first`.
    pub fn starting_at(width: usize, keep: usize, first: u64) -> Ring {
        Ring {
            first,
            ..Ring::new(width, keep)
        }
    }

    /// Number of the first row that is held.
    pub fn first(&self) -> u64 {
        self.first
    }

    /// Number of the next row.
    pub fn end(&self) -> u64 {
        self.first + self.len() as u64
    }

    fn len(&self) -> usize {
        self.columns.first().map_or(0, Vec::len)
    }

    /// Appends a row; missing numbers are NaN.
    pub fn push(&mut self, values: &[f64]) {
        if self.len() >= 2 * self.keep {
            let gone = self.len() - self.keep;
            for column in &mut self.columns {
                column.drain(..gone);
            }
            self.first += gone as u64;
        }
        let values = values.iter().copied().chain(std::iter::repeat(f64::NAN));
        for (column, value) in self.columns.iter_mut().zip(values) {
            column.push(value);
        }
    }

    /// From now on keeps so many rows; what is older goes.
    pub fn keep(&mut self, rows: usize) {
        self.keep = rows.max(1);
        let gone = self.len().saturating_sub(2 * self.keep);
        for column in &mut self.columns {
            column.drain(..gone);
            column.shrink_to(2 * self.keep);
        }
        self.first += gone as u64;
    }

    /// Where a row lies in the columns.
    fn place(&self, row: u64) -> Option<usize> {
        let place = usize::try_from(row.checked_sub(self.first)?).ok()?;
        (place < self.len()).then_some(place)
    }

    /// The value of a column in a row; NaN when it is not held.
    pub fn at(&self, column: usize, row: u64) -> f64 {
        let value = || self.columns.get(column)?.get(self.place(row)?).copied();
        value().unwrap_or(f64::NAN)
    }

    /// Replaces the values of a row that is still held.
    pub fn set(&mut self, row: u64, values: &[f64]) {
        let Some(place) = self.place(row) else { return };
        for (column, value) in self.columns.iter_mut().zip(values) {
            if let Some(at) = column.get_mut(place) {
                *at = *value;
            }
        }
    }

    /// A column from one row up to (not including) another, as far as they are held.
    pub fn column(&self, column: usize, from: u64, to: u64) -> &[f64] {
        let held = |row: u64| row.clamp(self.first, self.end()) - self.first;
        let (from, to) = (held(from) as usize, held(to) as usize);
        let column = self.columns.get(column).map_or(&[][..], Vec::as_slice);
        column.get(from..to.max(from)).unwrap_or_default()
    }

    /// All columns of a stretch of rows.
    pub fn columns(&self, from: u64, to: u64) -> Vec<&[f64]> {
        (0..self.columns.len())
            .map(|column| self.column(column, from, to))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_rows_are_there_and_memory_does_not_grow() {
        let mut ring = Ring::new(2, 10);
        for row in 0..1000 {
            ring.push(&[f64::from(row), -f64::from(row)]);
        }
        assert_eq!(ring.end(), 1000);
        assert!(ring.len() <= 20 && ring.first() <= 990);
        assert_eq!(ring.column(0, 995, 998), [995.0, 996.0, 997.0]);
        assert_eq!(ring.at(1, 999), -999.0);
        assert!(ring.at(1, 1000).is_nan() && ring.at(1, 3).is_nan());
        ring.set(998, &[7.0, 8.0]);
        assert_eq!((ring.at(0, 998), ring.at(1, 998)), (7.0, 8.0));
        assert!(ring.columns.iter().all(|c| c.capacity() <= 40));
    }

    #[test]
    fn keeping_less_leaves_the_numbers_of_the_rows() {
        let mut ring = Ring::new(1, 100);
        for row in 0..150 {
            ring.push(&[f64::from(row)]);
        }
        ring.keep(20);
        assert_eq!((ring.first(), ring.end()), (110, 150));
        assert_eq!(ring.at(0, 149), 149.0);
        assert_eq!(ring.column(0, 0, 112), [110.0, 111.0]);
    }

    #[test]
    fn short_rows_end_in_missing_values() {
        let mut ring = Ring::new(2, 4);
        ring.push(&[1.0]);
        assert!(ring.at(1, 0).is_nan());
        assert_eq!(ring.columns(0, 1)[0], [1.0]);
    }
}
