//! Points in the plane of a picture: tables with an x and a y, but no z, for every point.

use std::collections::BTreeMap;

use super::header::{Header, Triple};
use super::names::{Axis, Column, Coordinate};
use crate::read::Map;

/// Names of the two hips in tables of standing tests: the lifted side and the one stood on.
const TEST_NAMES: [&str; 2] = ["hiptest", "hipbase"];

/// Names of the two sides of a pelvis.
const SIDED_NAMES: [[&str; 2]; 8] = [
    ["lasi", "rasi"],
    ["lasis", "rasis"],
    ["leftasis", "rightasis"],
    ["lpsi", "rpsi"],
    ["lpsis", "rpsis"],
    ["leftpsis", "rightpsis"],
    ["lhip", "rhip"],
    ["lefthip", "righthip"],
];

/// The points of a picture: every label with an x and a y; nothing when the table is of something else.
/// Without a map both sides of the pelvis must be named.
pub(super) fn points(header: &Header, map: &Map) -> Vec<Triple> {
    let found = pairs(&header.columns);
    let named = |names: &[&str; 2]| names.iter().all(|n| found.iter().any(|p| is_named(p, n)));
    let told = !map.columns.points.is_empty();
    let is_pelvis = named(&TEST_NAMES) || SIDED_NAMES.iter().any(named);
    match told || is_pelvis {
        true => found,
        false => Vec::new(),
    }
}

fn is_named(point: &Triple, name: &str) -> bool {
    let letters = point.label.chars().filter(|c| c.is_alphanumeric());
    letters.flat_map(char::to_lowercase).eq(name.chars())
}

/// Labels with x and y and without z, in the order of their first column.
fn pairs(columns: &[Column]) -> Vec<Triple> {
    let mut places: BTreeMap<&str, [Option<usize>; 3]> = BTreeMap::new();
    for (index, column) in columns.iter().enumerate() {
        if let Column::Coordinate(Coordinate { label, axis, .. }) = column {
            let place = match axis {
                Axis::X => 0,
                Axis::Y => 1,
                Axis::Z => 2,
            };
            places.entry(label).or_default()[place].get_or_insert(index);
        }
    }
    let pair = |(label, places): (&str, [Option<usize>; 3])| match places {
        [Some(x), Some(y), None] => Some(Triple {
            label: label.to_owned(),
            columns: [x, y, y],
            in_picture: true,
            unit: None,
            written_unit: String::new(),
        }),
        _ => None,
    };
    let mut pairs: Vec<Triple> = places.into_iter().filter_map(pair).collect();
    pairs.sort_by_key(|pair| pair.columns.into_iter().min());
    pairs
}
