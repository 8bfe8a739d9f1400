//! What was read, written and read again.

use super::{bits, open};
use crate::common;
use hipdrop::read::{self, ReadOptions};

/// A real recording written as wide CSV and as C3D comes back with the same bits, and from C3D
/// with its events and body measures too.
#[test]
fn real_recordings_survive_both_writers() {
    let Some(shared) = common::shared("real_recordings_survive_both_writers") else {
        return;
    };
    let folder = shared.join("recordings/plug-in-gait");
    for file in [
        "pycgm/Movement_trial.c3d",
        "mcgill/HC030A05-straight.c3d",
        "vicon370/gait-pig-nz.c3d",
    ] {
        let original = open(&folder.join(file));
        let read_back = |bytes: &[u8]| {
            read::from_bytes(bytes, file, &ReadOptions::default()).unwrap_or_else(|e| panic!("{e}"))
        };
        let mut bytes = Vec::new();
        read::write_wide_csv(&original, &mut bytes).unwrap();
        let csv = read_back(&bytes);
        bytes.clear();
        read::write_c3d(&original, &mut bytes).unwrap();
        let c3d = read_back(&bytes);
        for written in [&csv, &c3d] {
            assert_eq!(written.rate_hz, original.rate_hz, "{file}");
            assert_eq!(written.first_frame, original.first_frame, "{file}");
            assert!(bits(written) == bits(&original), "{file}");
        }
        assert_eq!(c3d.events.len(), original.events.len(), "{file}");
        for (a, b) in c3d.events.iter().zip(&original.events) {
            assert_eq!((a.side, a.kind), (b.side, b.kind), "{file}");
            assert!((a.time_s - b.time_s).abs() < 1e-6, "{file}");
        }
        assert_eq!(c3d.body, original.body, "{file}");
        assert_eq!(c3d.model_outputs.len(), original.model_outputs.len());
        assert_eq!(c3d.screen_axes, original.screen_axes);
        assert_eq!(c3d.subjects, original.subjects);
    }
}
