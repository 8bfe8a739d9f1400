//! Writers: the plain wide CSV, C3D and TRC.
//!
//! In: a [`Recording`](crate::recording::Recording). Out: bytes that the readers turn back into
//! the same coordinates, bit for bit for multiples of 1/64 mm below 100 m.

mod c3d;
mod parameters;
mod trc;
mod wide_csv;

pub use c3d::write_c3d;
pub use trc::write_trc;
pub use wide_csv::{write_sensor_csv, write_wide_csv};

/// The millimetres that become exactly `metres` when they are read (multiplied once by 0.001):
/// the shortest decimal if it does, else the nearest number that does, else the nearest number.
fn millimetres(metres: f64) -> f64 {
    let nearest = metres * 1000.0;
    let six_decimals = (nearest * 1e6).round() / 1e6;
    [
        six_decimals,
        nearest,
        nearest.next_up(),
        nearest.next_down(),
    ]
    .into_iter()
    .find(|mm| mm * 0.001 == metres)
    .unwrap_or(nearest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::{ReadOptions, from_bytes};
    use crate::recording::{
        BodyMeasures, EventKind, Format, LengthUnit, LimbMeasures, Marker, ModelOutput, PerSide,
        Recording, Series3, Side, StoredEvent,
    };
    use proptest::prelude::*;

    /// A marker of multiples of 1/64 mm.
    fn marker(label: &str, sixty_fourths: &[[i32; 3]]) -> Marker {
        let column = |axis: usize| {
            sixty_fourths
                .iter()
                .map(|v| f64::from(v[axis]) / 64.0 * 0.001)
                .collect()
        };
        Marker {
            label: label.to_owned(),
            position: Series3 {
                x: column(0),
                y: column(1),
                z: column(2),
            },
        }
    }

    fn recording(markers: Vec<Marker>, first_frame: u64) -> Recording {
        let frames = markers[0].position.len();
        let mut recording = Recording::new("written", Format::Memory, 100.0, frames);
        recording.first_frame = first_frame;
        recording.markers = markers;
        recording
    }

    fn bits(recording: &Recording) -> Vec<(String, Vec<u64>)> {
        recording
            .markers
            .iter()
            .map(|m| {
                let values = m.position.columns().into_iter().flatten();
                (m.label.clone(), values.map(|v| v.to_bits()).collect())
            })
            .collect()
    }

    fn csv(recording: &Recording) -> Recording {
        let mut bytes = Vec::new();
        write_wide_csv(recording, &mut bytes).unwrap();
        from_bytes(&bytes, "written.csv", &ReadOptions::default()).unwrap()
    }

    fn trc(recording: &Recording) -> Recording {
        let mut bytes = Vec::new();
        write_trc(recording, &mut bytes).unwrap();
        from_bytes(&bytes, "written.trc", &ReadOptions::default()).unwrap()
    }

    fn c3d(recording: &Recording) -> Recording {
        let mut bytes = Vec::new();
        write_c3d(recording, &mut bytes).unwrap();
        from_bytes(&bytes, "written.c3d", &ReadOptions::default()).unwrap()
    }

    proptest! {
        /// Multiples of 1/64 mm below 100 m have the same bits after every format.
        #[test]
        fn coordinates_come_back_exactly(
            values in prop::collection::vec(prop::array::uniform3(-6_399_999..6_399_999i32), 2..8),
            first_frame in 1u64..1000,
        ) {
            let values: Vec<[i32; 3]> = values.into_iter().map(|v| if v == [0; 3] { [1; 3] } else { v }).collect();
            let written = recording(vec![marker("LASI", &values), marker("S:R,\"x", &values)], first_frame);
            for read in [csv(&written), c3d(&written), trc(&written)] {
                prop_assert_eq!(bits(&read), bits(&written));
                prop_assert_eq!((read.frames, read.first_frame, read.rate_hz), (written.frames, first_frame, 100.0));
                prop_assert_eq!(&read.warnings, &[]);
            }
        }

        /// Any coordinate comes back from the CSV within an ulp or two.
        #[test]
        fn any_coordinate_comes_back_closely(value in -100.0..100.0f64) {
            let mm = millimetres(value);
            prop_assert!((mm * 0.001 - value).abs() <= 2.0 * f64::EPSILON * value.abs());
        }
    }

    #[test]
    fn odd_rates_come_back_exactly() {
        for rate_hz in [59.94, 119.88, 239.76] {
            let mut written = recording(vec![marker("A", &[[64, 128, 192]; 500])], 31);
            written.rate_hz = rate_hz;
            for read in [csv(&written), c3d(&written), trc(&written)] {
                assert_eq!((read.rate_hz, read.first_frame), (rate_hz, 31));
            }
        }
    }

    #[test]
    fn gaps_and_raw_units() {
        let mut written = recording(vec![marker("A", &[[64, 128, 192], [64, 64, 64]])], 1);
        written.markers[0].position.y[1] = f64::NAN;
        for read in [csv(&written), c3d(&written), trc(&written)] {
            assert!(!read.markers[0].position.is_missing(0));
            assert!(read.markers[0].position.is_missing(1));
            assert_eq!(read.declared_unit, Some(LengthUnit::Millimetre));
        }
        written.declared_unit = None;
        written.markers[0].position = Series3 {
            x: vec![1.5; 2],
            y: vec![-2.25; 2],
            z: vec![1e3; 2],
        };
        for read in [csv(&written), c3d(&written), trc(&written)] {
            assert_eq!(read.declared_unit, None);
            assert_eq!(
                read.markers[0].position.at(0),
                written.markers[0].position.at(0)
            );
        }
    }

    #[test]
    fn events_body_measures_and_outputs_come_back_from_c3d() {
        let mut written = recording(vec![marker("LASI", &[[1, 2, 3]; 4])], 695);
        written.subjects = vec!["Änne".to_owned()];
        written.screen_axes = Some(("+X".to_owned(), "+Z".to_owned()));
        written.events = [
            (
                Some(Side::Left),
                Some(EventKind::FootStrike),
                "Foot Strike",
                6.95,
            ),
            (
                Some(Side::Right),
                Some(EventKind::FootOff),
                "Foot Off",
                6.97,
            ),
            (None, None, "note", 66.5),
        ]
        .map(|(side, kind, label, time_s)| StoredEvent {
            side,
            kind,
            label: label.to_owned(),
            time_s,
        })
        .to_vec();
        written.body = BodyMeasures {
            limbs: PerSide {
                left: LimbMeasures {
                    leg_length_m: Some(830.0 * 0.001),
                    knee_width_m: Some(102.0 * 0.001),
                    thigh_rotation_rad: Some(-0.125),
                    ..LimbMeasures::default()
                },
                right: LimbMeasures::default(),
            },
            height_m: Some(1480.0 * 0.001),
            mass_kg: Some(45.5),
            ..BodyMeasures::default()
        };
        written.model_outputs = vec![ModelOutput {
            label: "LHipAngles".to_owned(),
            unit: "deg".to_owned(),
            components: ["X", "Y", "Z"].map(str::to_owned).to_vec(),
            values: vec![vec![1.5, 0.0, -2.25, 3.0], vec![0.0; 4], vec![0.5; 4]],
        }];
        let read = c3d(&written);
        assert_eq!(read.events, written.events);
        assert_eq!(read.subjects, written.subjects);
        assert_eq!(read.screen_axes, written.screen_axes);
        assert_eq!(read.model_outputs, written.model_outputs);
        assert_eq!(read.body, written.body);
        assert!(read.warnings.is_empty(), "{:?}", read.warnings);
    }

    #[test]
    fn more_points_and_frames_than_the_header_can_count() {
        let points: Vec<Marker> = (0..600)
            .map(|i| marker(&format!("M{i}"), &[[i, 1, 1]]))
            .collect();
        let read = c3d(&recording(points, 1));
        assert_eq!(read.markers.len(), 600);
        assert_eq!(read.markers[599].label, "M599");
        let frames: Vec<[i32; 3]> = (0..70_000).map(|i| [i, 1, 1]).collect();
        let written = recording(vec![marker("A", &frames)], 66_000);
        let read = c3d(&written);
        assert_eq!((read.frames, read.first_frame), (70_000, 66_000));
        assert_eq!(bits(&read), bits(&written));
        assert!(read.warnings.is_empty(), "{:?}", read.warnings);
    }
}
