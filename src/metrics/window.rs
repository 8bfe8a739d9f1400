//! Mean, extreme and range of a channel between two moments.
//!
//! A channel holds one value per frame and runs straight between frames. Moments are fractional
//! indices, so that results do not jump with the rounding of an event to a frame. A window with a
//! missing value in it has no result: a mean over what happens to be left would be another number.

use crate::signal::value_at;

/// Stretch of a recording between two fractional indices.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Window {
    pub from: f64,
    pub to: f64,
}

impl Window {
    pub(super) fn new(from: f64, to: f64) -> Window {
        Window { from, to }
    }

    pub(super) fn middle(self) -> f64 {
        0.5 * (self.from + self.to)
    }

    pub(super) fn second_half(self) -> Window {
        Window::new(self.middle(), self.to)
    }

    /// Both ends and the frames between them: index and value. Empty when the window is.
    fn nodes(self, channel: &[f64]) -> impl Iterator<Item = (f64, f64)> + Clone {
        let lies_within =
            self.to > self.from && self.from >= 0.0 && self.to <= channel.len() as f64;
        // not negative: the casts round down and up
        let (first, end) = (self.from as usize + 1, self.to.ceil() as usize);
        let between = channel.get(first..end).unwrap_or_default();
        let ends = [self.from, self.to].map(|at| (at, value_at(channel, at)));
        let [start, stop] = ends.map(|end| lies_within.then_some(end));
        let between = if lies_within { between } else { &[] };
        let between = between.iter().enumerate();
        start
            .into_iter()
            .chain(between.map(move |(i, &value)| ((first + i) as f64, value)))
            .chain(stop)
    }

    /// The nodes, when there are some and all are known.
    fn known_nodes(self, channel: &[f64]) -> Option<impl Iterator<Item = (f64, f64)>> {
        let nodes = self.nodes(channel);
        nodes.clone().next()?;
        nodes.clone().all(|(_, v)| v.is_finite()).then_some(nodes)
    }

    /// Mean over time: the exact integral of the line through the frames, over the duration.
    pub(super) fn mean(self, channel: &[f64]) -> Option<f64> {
        let mut nodes = self.known_nodes(channel)?;
        let mut last = nodes.next()?;
        let mut area = 0.0;
        for next in nodes {
            area += 0.5 * (last.1 + next.1) * (next.0 - last.0);
            last = next;
        }
        Some(area / (self.to - self.from))
    }

    /// Largest value and its index (the first, when several are equal).
    pub(super) fn maximum(self, channel: &[f64]) -> Option<(f64, f64)> {
        largest(self.known_nodes(channel)?)
    }

    /// Largest of the values that are known, when at least half of them are.
    pub(super) fn maximum_of_known(self, channel: &[f64]) -> Option<f64> {
        let nodes = self.nodes(channel);
        let known = nodes.clone().filter(|(_, v)| v.is_finite());
        if 2 * known.clone().count() < nodes.count() {
            return None;
        }
        largest(known).map(|(value, _)| value)
    }

    /// Largest less smallest value.
    pub(super) fn range(self, channel: &[f64]) -> Option<f64> {
        let values = self.known_nodes(channel)?.map(|node| node.1);
        let (low, high) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| {
            (v.min(low), v.max(high))
        });
        Some(high - low)
    }

    /// The channel at equally spaced moments from beginning to end; NaN where not known.
    pub(super) fn resampled(self, channel: &[f64], points: usize) -> Vec<f64> {
        let step = (self.to - self.from) / (points.max(2) - 1) as f64;
        (0..points)
            .map(|i| {
                // the end exactly, not the sum of rounded steps
                let index = if i + 1 == points {
                    self.to
                } else {
                    self.from + i as f64 * step
                };
                value_at(channel, index)
            })
            .collect()
    }
}

fn largest(nodes: impl Iterator<Item = (f64, f64)>) -> Option<(f64, f64)> {
    nodes
        .map(|(index, value)| (value, index))
        .reduce(|best, next| if next.0 > best.0 { next } else { best })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn mean_of_a_line_is_its_middle() {
        let line: Vec<f64> = (0..20).map(|i| 3.0 * i as f64 - 1.0).collect();
        let window = Window::new(2.3, 11.8);
        let mean = window.mean(&line).unwrap();
        assert!((mean - (3.0 * window.middle() - 1.0)).abs() < 1e-12);
        assert!((window.range(&line).unwrap() - 3.0 * 9.5).abs() < 1e-12);
        let (value, index) = window.maximum(&line).unwrap();
        assert_eq!(index, 11.8);
        assert!((value - (3.0 * 11.8 - 1.0)).abs() < 1e-12);
    }

    #[test]
    fn a_missing_value_spoils_the_window_it_lies_in_only() {
        let x = [1.0, 2.0, f64::NAN, 4.0, 5.0];
        assert_eq!(Window::new(0.0, 1.5).mean(&x), None);
        assert_eq!(Window::new(0.0, 1.0).mean(&x), Some(1.5));
        assert_eq!(Window::new(3.0, 4.0).mean(&x), Some(4.5));
        assert_eq!(Window::new(0.0, 4.0).maximum(&x), None);
        assert_eq!(Window::new(0.0, 4.0).maximum_of_known(&x), Some(5.0));
        assert_eq!(Window::new(1.0, 3.0).maximum_of_known(&[f64::NAN; 5]), None);
    }

    #[test]
    fn windows_past_the_recording_or_without_length_have_no_result() {
        let x = [1.0, 2.0, 3.0];
        for window in [
            Window::new(-0.5, 1.0),
            Window::new(1.0, 2.5),
            Window::new(1.0, 1.0),
            Window::new(2.0, 1.0),
            Window::new(f64::NAN, 1.0),
        ] {
            assert_eq!(window.mean(&x), None, "{window:?}");
            assert_eq!(window.maximum(&x), None, "{window:?}");
        }
    }

    #[test]
    fn resampling_keeps_the_ends_and_marks_what_is_unknown() {
        let x = [0.0, 1.0, 4.0, f64::NAN];
        let curve = Window::new(0.5, 2.0).resampled(&x, 4);
        assert_eq!(curve, [0.5, 1.0, 2.5, 4.0]);
        let beyond = Window::new(1.0, 3.0).resampled(&x, 3);
        assert_eq!(beyond[1], 4.0);
        assert!(beyond[2].is_nan());
    }

    proptest! {
        #[test]
        fn mean_of_two_parts_is_the_mean_of_the_whole(
            values in prop::collection::vec(-30.0..30.0f64, 12),
            a in 0.0..3.0f64, b in 4.0..7.0f64, c in 8.0..11.0f64,
        ) {
            let mean = |f, t| Window::new(f, t).mean(&values).unwrap();
            let parts = (mean(a, b) * (b - a) + mean(b, c) * (c - b)) / (c - a);
            prop_assert!((parts - mean(a, c)).abs() < 1e-9);
        }
    }
}
