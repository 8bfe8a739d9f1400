//! From bytes to a [`Recording`]: one file per format behind one probe.
//!
//! In: a path or bytes. Out: [`Recording`], or a [`ReadError`] that says where the file is wrong
//! and what to do. The format is recognised from the content, not the extension. Every reader
//! takes arbitrary bytes without panicking and with memory bounded by the file's length; files
//! packed with gzip are unpacked first, within limits.

mod c3d;
mod content;
mod error;
mod event_names;
mod foreign;
mod gzip;
mod inertial;
mod labels;
mod live;
mod map;
mod nexus;
mod opensim;
mod optitrack;
mod qualisys;
mod source;
mod table;
mod trajectories;
mod trc;
mod unreadable;
mod wide;
mod write;

use std::path::Path;

pub use content::Content;
pub use error::ReadError;
pub use inertial::{LongTable, Rows, Streams};
pub use live::{LiveTable, ROWS_FIRST, RowFault, Stamp, is_row};
pub use map::{ColumnMap, ColumnName, Map, MapError, OFFERED, TableMap, quoted};
pub use source::Source;
pub use unreadable::{text_of, why_unreadable};
pub use write::{write_c3d, write_sensor_csv, write_trc, write_wide_csv};

use crate::recording::Recording;

/// Frame rates that a recording of movement can have, Hz; what lies outside is damage, and would
/// make later stages reserve absurd windows.
pub const RATES_HZ: std::ops::RangeInclusive<f64> = 0.1..=1e6;

/// What a file cannot say and the user can.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ReadOptions {
    /// Frames per second of a file without time column and rate (`--rate`).
    pub rate_hz: Option<f64>,
    /// What the user knows about the files (`--landmarks`).
    pub map: Map,
}

/// Reads a recording from a file, or from a folder whose files are the streams of its sensors;
/// [`Recording::name`] is the path as given, with `/`.
pub fn open(path: &Path, options: &ReadOptions) -> Result<Recording, ReadError> {
    let name = path.to_string_lossy();
    let name = if cfg!(windows) {
        name.replace('\\', "/")
    } else {
        name.into_owned()
    };
    let content = Content::of(path).map_err(|error| error.in_file(&name))?;
    content.read(&name, options)
}

/// The bytes of a file. Pipes and devices are refused: they may never end.
pub fn bytes_of(path: &Path) -> Result<Vec<u8>, ReadError> {
    let unreadable = |error: std::io::Error| {
        let (found, advice) = unreadable::words(&error);
        ReadError::new("", found).advice(advice)
    };
    // before opening: that alone waits for the other end of a pipe
    if !std::fs::metadata(path).map_err(unreadable)?.is_file() {
        return Err(ReadError::new("", "not a regular file")
            .expected("a file with a recording")
            .advice("save what the pipe or device gives to a file first"));
    }
    std::fs::read(path).map_err(unreadable)
}

/// Bytes that a stream may give: it has no length that could be looked at first.
const STREAM_MAX: u64 = 1 << 30;

/// The bytes of a stream, such as standard input, up to its end; `name` is what messages call it.
pub fn bytes_of_stream(stream: impl std::io::Read, name: &str) -> Result<Vec<u8>, ReadError> {
    let mut bytes = Vec::new();
    let unreadable = |error: std::io::Error| {
        ReadError::new("", format!("cannot be read ({error})"))
            .advice("check the program that gives the recording")
    };
    std::io::Read::read_to_end(&mut stream.take(STREAM_MAX + 1), &mut bytes)
        .map_err(|error| unreadable(error).in_file(name))?;
    if bytes.len() as u64 > STREAM_MAX {
        return Err(ReadError::new("", "more than 1 GiB")
            .expected("one recording")
            .advice("save it to a file first")
            .in_file(name));
    }
    Ok(bytes)
}

/// Reads a recording from bytes; `name` is what messages and tables call it.
pub fn from_bytes(bytes: &[u8], name: &str, options: &ReadOptions) -> Result<Recording, ReadError> {
    let result = if gzip::recognises(bytes) {
        gzip::unpack(bytes).and_then(|unpacked| read(&unpacked, name, options))
    } else {
        read(bytes, name, options)
    };
    let result = result.and_then(|recording| finished(recording, options));
    result.map_err(|error| error.in_file(name))
}

/// Lays the user's map over a recording and refuses rates that no recording of movement has.
fn finished(mut recording: Recording, options: &ReadOptions) -> Result<Recording, ReadError> {
    options.map.apply(&mut recording);
    if RATES_HZ.contains(&recording.rate_hz) {
        return Ok(recording);
    }
    Err(
        ReadError::new("", format!("a frame rate of {} Hz", recording.rate_hz))
            .expected("between 0.1 and 1,000,000 Hz")
            .advice("correct the rate or the time column"),
    )
}

/// Reads what is not packed.
fn read(bytes: &[u8], name: &str, options: &ReadOptions) -> Result<Recording, ReadError> {
    if bytes.is_empty() {
        Err(ReadError::new("", "the file is empty")
            .expected("a recording")
            .advice("copy or export it again"))
    } else if c3d::recognises(bytes) {
        c3d::read(bytes, name, options)
    } else if trc::recognises(bytes) {
        trc::read(bytes, name)
    } else if nexus::recognises(bytes) {
        nexus::read(bytes, name)
    } else if optitrack::recognises(bytes) {
        optitrack::read(bytes, name)
    } else if opensim::recognises(bytes) {
        opensim::read(bytes, name)
    } else if qualisys::recognises(bytes) {
        qualisys::read(bytes, name, options)
    } else if options.map.recognises(bytes) {
        wide::read(bytes, name, options)
    } else if inertial::recognises(bytes) {
        inertial::read(bytes, name, options)
    } else if let Some(foreign) = foreign::recognise(bytes) {
        Err(foreign.error())
    } else {
        wide::read(bytes, name, options)
    }
}

/// True when [`read`] would take the file as a table of inertial sensors.
fn is_sensor_table(first_bytes: &[u8], options: &ReadOptions) -> bool {
    let other = c3d::recognises(first_bytes)
        || trc::recognises(first_bytes)
        || nexus::recognises(first_bytes)
        || optitrack::recognises(first_bytes)
        || opensim::recognises(first_bytes)
        || qualisys::recognises(first_bytes)
        || options.map.recognises(first_bytes);
    !other && inertial::recognises(first_bytes)
}

/// True for a table of inertial sensors, by its beginning.
pub fn holds_sensors(source: &Source<'_>) -> bool {
    let beginning = || -> std::io::Result<Vec<u8>> {
        let mut first = Vec::new();
        let text = source.text()?;
        std::io::Read::read_to_end(&mut std::io::Read::take(text, 16_384), &mut first)?;
        Ok(first)
    };
    beginning().is_ok_and(|first| is_sensor_table(&first, &ReadOptions::default()))
}

/// True when the first bytes of a file (4096 are plenty, 512 mostly do) look like a recording:
/// decides which files of a searched folder are worth opening.
///
/// It is also true for recordings in formats that cannot be read yet, so that a batch names them
/// instead of passing over them; results of other programs, archives and documents are none.
pub fn looks_like_recording(first_bytes: &[u8]) -> bool {
    let unpacked;
    let first_bytes = if gzip::recognises(first_bytes) {
        unpacked = gzip::beginning(first_bytes);
        &unpacked
    } else {
        first_bytes
    };
    if c3d::recognises(first_bytes)
        || trc::recognises(first_bytes)
        || nexus::recognises(first_bytes)
        || optitrack::recognises(first_bytes)
        || qualisys::recognises(first_bytes)
        || opensim::has_pelvis(first_bytes)
        || inertial::recognises(first_bytes)
    {
        return true;
    }
    match foreign::recognise(first_bytes) {
        Some(foreign) => foreign.is_recording,
        None => wide::recognises(first_bytes, &Map::default()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_format_comes_from_the_content() {
        for (bytes, found) in [
            (&b""[..], "the file is empty"),
            (b"\x1f\x8b\x08\0", "the gzip archive is damaged"),
            (b"NO_OF_FRAMES\t3\r\n", "no marker names"),
            (
                b"Coordinates\nversion=1\nnRows=3\nnColumns=2\nendheader\n",
                "OpenSim",
            ),
            (
                b"// Start Time: Unknown\nPacketCounter\tAcc_X\tAcc_Y\tAcc_Z\n",
                "no rows",
            ),
            (b"\0\0\0\0", "neither text nor C3D"),
        ] {
            let error = from_bytes(bytes, "x.c3d", &ReadOptions::default()).unwrap_err();
            assert!(error.found.contains(found), "{error}");
            assert_eq!(error.file, "x.c3d");
        }
    }

    /// In every text format with a column of times or frames, a row that repeats one or goes back
    /// is named.
    #[test]
    fn repeated_and_backward_rows_are_named_in_every_format() {
        let trc = "PathFileType\t4\nDataRate\tCameraRate\tNumFrames\tNumMarkers\tUnits\n\
                   100\t100\t3\t1\tmm\nFrame#\tTime\tA\n\t\tX1\tY1\tZ1\n";
        let motive = "Format Version,1.23,Export Frame Rate,100,Length Units,Meters\n\n\
                      ,Type,Marker,Marker,Marker\n,Name,A,A,A\n,ID,1,1,1\n\
                      ,,Position,Position,Position\nFrame,Time (Seconds),X,Y,Z\n";
        let qualisys = "NO_OF_FRAMES\t3\nNO_OF_MARKERS\t1\nFREQUENCY\t100\n\
                        DATA_INCLUDED\t3D\nMARKER_NAMES\tA\nFrame\tTime\tA X\tA Y\tA Z\n";
        let nexus = "Trajectories\n100\n,,A,,\nFrame,Sub Frame,X,Y,Z\n,,mm,mm,mm\n";
        let opensim = "Coordinates\nnRows=3\nnColumns=3\ninDegrees=yes\nendheader\n\
                       time\tpelvis_tilt\tpelvis_list\n";
        for (header, rows) in [
            (trc, ["1\t0.00\t1\t2\t3", "2\t0.01\t1\t2\t3"]),
            (motive, ["0,0.00,1,2,3", "1,0.01,1,2,3"]),
            (qualisys, ["1\t0.00\t1\t2\t3", "2\t0.01\t1\t2\t3"]),
            (nexus, ["1,0,1,2,3", "2,0,1,2,3"]),
            (opensim, ["0.00\t1\t2", "0.01\t1\t2"]),
            ("time_s,A_x,A_y,A_z\n", ["0.00,1,2,3", "0.01,1,2,3"]),
            ("time_s,marker,x,y,z\n", ["0.00,A,1,2,3", "0.01,A,1,2,3"]),
        ] {
            let open = |order: [usize; 3]| {
                let rows = order.map(|row| rows.get(row).copied().unwrap_or_default());
                let text = format!("{header}{}\n", rows.join("\n"));
                from_bytes(text.as_bytes(), "walk", &ReadOptions::default())
            };
            let line = header.lines().count() + 3;
            for (order, how) in [([0, 1, 1], "repeated"), ([0, 1, 0], "back")] {
                let error = open(order).unwrap_err();
                assert!(error.found.contains(how), "{error}: {header}");
                assert_eq!(error.place, format!("line {line}"), "{header}");
            }
            assert!(open([0, 1, 2]).is_ok(), "{header}");
        }
    }

    #[test]
    fn only_recordings_are_worth_opening() {
        for bytes in [
            &b"PathFileType\t4\t(X/Y/Z)\tx.trc\n"[..],
            b"Trajectories,,,\n100,,,\n",
            b"LPSI_x_mm,LPSI_y_mm,LPSI_z_mm,RPSI_x_m",
            b"NO_OF_FRAMES\t3\r\n",
            b"time_s,pelvis_acc_x_m_s2,pelvis_acc_y_m_s2,pelvis_acc_z_m_s2\n",
            b"Coordinates\nnRows=3\nnColumns=4\nendheader\ntime\tpelvis_tilt\tpelvis_list\n",
        ] {
            assert!(looks_like_recording(bytes), "{}", bytes.escape_ascii());
        }
        for bytes in [
            &b""[..],
            b"# Notes\n\nSome text about the patient, x and y.\n",
            b"recording,subject,session,side,strides,label\n",
            b"frame,time_s,LPelvisAngles_X,LPelvisAngles_Y,LPelvisAngles_Z\n",
            b"Coordinates\nnRows=3\nnColumns=2\nendheader\n",
            b"{\"a\": 1}",
            b"\x89PNG\r\n\x1a\n\0\0\0",
        ] {
            assert!(!looks_like_recording(bytes), "{}", bytes.escape_ascii());
        }
    }

    #[test]
    fn packed_recordings_are_read_like_unpacked_ones() {
        let text = b"frame,time_s,LASI_x_mm,LASI_y_mm,LASI_z_mm\n1,0,1,2,3\n2,0.01,4,5,6\n";
        let options = ReadOptions::default();
        let archive = gzip::packed(text);
        let unpacked = from_bytes(text, "walk", &options).unwrap();
        assert_eq!(from_bytes(&archive, "walk", &options).unwrap(), unpacked);
        assert!(looks_like_recording(&archive));
        assert!(!looks_like_recording(&gzip::packed(b"Some notes.\n")));
        // an archive in an archive is named, not unpacked
        let error = from_bytes(&gzip::packed(&archive), "walk", &options).unwrap_err();
        assert_eq!(error.found, "this is a gzip archive in a gzip archive");
    }

    proptest! {
        /// Arbitrary bytes behind any format's beginning are read or refused, never a panic.
        #[test]
        fn arbitrary_bytes(
            beginning in prop::sample::select(vec![
                &b""[..],
                b"\x02P",
                b"PathFileType\t4\nDataRate\tCameraRate\n100\t100\t2\t1\tmm\nFrame#\tTime\tA\n",
                b"Trajectories\n100\n,,A,,\nFrame,Sub Frame,X,Y,Z\n",
                b"Coordinates\ninDegrees=yes\nendheader\ntime\tpelvis_list\thip_flexion_r\n",
                b"frame,time_s,A_x,A_y,A_z\n",
                b"NO_OF_FRAMES\t3\nFREQUENCY\t100\nMARKER_NAMES\tA\n",
                b"// Update Rate: 100.0Hz\nPacketCounter\tSampleTimeFine\tAcc_X\tAcc_Y\tAcc_Z\tMat[1][1]\n",
                b"time_s,pelvis_acc_x_g,pelvis_acc_y_g,pelvis_acc_z_g,pelvis_gyr_x,pelvis_gyr_y,pelvis_gyr_z\n",
                b"Format=7,5718,,,Lumbar,,\nTime,Accelerometer,,,Gyroscope,,\n,X,Y,Z,X,Y,Z\n",
            ]),
            bytes in prop::collection::vec(any::<u8>(), 0..2000),
            text in "[0-9,.\\-\t\n;eNa]{0,400}",
        ) {
            let options = ReadOptions { rate_hz: Some(100.0), ..ReadOptions::default() };
            let _ = from_bytes(&[beginning, &bytes].concat(), "x", &options);
            let _ = from_bytes(&[beginning, text.as_bytes()].concat(), "x", &options);
            let _ = looks_like_recording(&[beginning, &bytes].concat());
        }
    }
}
