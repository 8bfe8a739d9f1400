//! What the fuzzers run: one function per reader, and the small files of our own that they begin
//! with.
//!
//! Shared by the libFuzzer targets of this folder and by `tests/fuzz`, which mutates the same files
//! with a seeded generator on a stable compiler.

use hipdrop::read::{self, ReadOptions};
use hipdrop::synth::{Affected, Pattern, Walker, walk};

/// A reader: its name, the bytes by which its format is recognised, and a file to begin with.
pub struct Target {
    pub name: &'static str,
    /// Put before bytes that do not begin so: else most of them would reach another reader.
    pub magic: &'static [u8],
    pub seed: fn() -> Vec<u8>,
}

/// Every reader.
pub const TARGETS: [Target; 9] = [
    target("c3d", b"\x02\x50", c3d),
    target("trc", b"PathFileType", trc),
    target("wide", b"", wide),
    target("nexus", b"Trajectories", || NEXUS.into()),
    target("optitrack", b"Format Version,1.23,", || OPTITRACK.into()),
    target("qualisys", b"NO_OF_FRAMES\t", || QUALISYS.into()),
    target("opensim", b"Coordinates\n", || OPENSIM.into()),
    target("inertial", b"", || INERTIAL.into()),
    target("gzip", b"\x1f\x8b", gzip),
];

const fn target(name: &'static str, magic: &'static [u8], seed: fn() -> Vec<u8>) -> Target {
    Target { name, magic, seed }
}

/// Reads the bytes as a file of the target's format: a recording or an error, never a panic.
pub fn run(target: &Target, bytes: &[u8]) {
    let with_magic;
    let bytes = if bytes.starts_with(target.magic) {
        bytes
    } else {
        with_magic = [target.magic, bytes].concat();
        &with_magic
    };
    let options = ReadOptions {
        rate_hz: Some(100.0),
        ..ReadOptions::default()
    };
    let _ = read::from_bytes(bytes, target.name, &options);
    let _ = read::looks_like_recording(bytes);
}

/// A short walk: a stride with stored events.
fn recording() -> hipdrop::recording::Recording {
    let mut walker = Walker::new(Pattern::Healthy, Affected::Right);
    walker.strides = 1;
    walker.rate_hz = 25.0;
    walk(&walker)
        .expect("the walker's parameters are possible")
        .0
}

fn c3d() -> Vec<u8> {
    let mut bytes = Vec::new();
    read::write_c3d(&recording(), &mut bytes).expect("memory");
    bytes
}

fn trc() -> Vec<u8> {
    let mut bytes = Vec::new();
    read::write_trc(&recording(), &mut bytes).expect("memory");
    bytes
}

fn wide() -> Vec<u8> {
    let mut bytes = Vec::new();
    read::write_wide_csv(&recording(), &mut bytes).expect("memory");
    bytes
}

fn gzip() -> Vec<u8> {
    use std::io::Write;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(&wide()).expect("memory");
    encoder.finish().expect("memory")
}

const NEXUS: &str = "Trajectories,,,,,,,\r\n100,,,,,,,\r\n,,Ann:LASI,,,Ann:RASI,,\r\n\
    Frame,Sub Frame,X,Y,Z,X,Y,Z\r\n,,mm,mm,mm,mm,mm,mm\r\n7,0,1,2,1000,1.5,-2,1e3\r\n\
    8,0,,,,1,2,3\r\n9,0,0,0,0,1,2,3\r\n,,,,,,,\r\nModel Outputs,,,,\r\n100,,,,\r\n\
    ,,Ann:LHipAngles,,\r\nFrame,Sub Frame,X,Y,Z\r\n,,deg,deg,deg\r\n8,0,10,20,30\r\n\
    \r\nEvents\r\n100\r\nSubject,Context,Name,Time (s),Description\r\nAnn,Left,Foot Strike,0.07,\r\n";

const OPTITRACK: &str = "Format Version,1.23,Take Name,walk,Capture Frame Rate,240.000000,\
    Export Frame Rate,120.000000,Length Units,Meters,Coordinate Space,Global\r\n\r\n\
    ,Type,Marker,Marker,Marker,Marker,Marker,Marker\r\n,Name,LASI,LASI,LASI,RASI,RASI,RASI\r\n\
    ,ID,2,2,2,4,4,4\r\n,,Position,Position,Position,Position,Position,Position\r\n\
    Frame,Time (Seconds),X,Y,Z,X,Y,Z\r\n12,0.100000,0.125,1,2,3,4,5\r\n\
    13,0.108333,,,,3,4,5\r\n14,0.116667,0.125,1,2,3,4,5\r\n";

const QUALISYS: &str = "NO_OF_FRAMES\t3\r\nNO_OF_CAMERAS\t8\r\nNO_OF_MARKERS\t2\r\n\
    FREQUENCY\t200\r\nDATA_INCLUDED\t3D\r\nEVENT\tRight Foot Strike\t12\t0.05500\r\n\
    MARKER_NAMES\tLASI\tRASI\r\nFrame\tTime\tLASI X\tLASI Y\tLASI Z\tRASI X\tRASI Y\tRASI Z\r\n\
    11\t0.05000\t1.5\t2\t1000\t4\t5\t6\r\n12\t0.05500\t0.000\t0.000\t0.000\t4\t5\t7\r\n\
    13\t0.06000\t1\t2\t3\t\t\t\r\n";

const OPENSIM: &str = "Coordinates\nversion=1\nnRows=3\nnColumns=4\ninDegrees=yes\nendheader\n\
    time\tpelvis_list\tpelvis_tx\tknee_angle_r\n0.45\t-2\t0.1\t40\n0.46\t-3\t0.2\t50\n\
    0.47\t-4\t0.3\t60\n";

const INERTIAL: &str = "time_s,pelvis_acc_x_m_s2,pelvis_acc_y_m_s2,pelvis_acc_z_m_s2,\
    pelvis_gyr_x_rad_s,pelvis_gyr_y_rad_s,pelvis_gyr_z_rad_s\n0,0.1,0.2,9.81,0.01,0.02,0.03\n\
    0.01,0.1,0.2,9.8,0.01,0.02,0.03\n0.02,,0.2,9.8,0.01,0.02,0.03\n0.03,0.1,0.2,9.8,0,0,0\n";

/// The same by the name of the target.
#[allow(dead_code, reason = "only the libFuzzer targets go by names")]
pub fn run_named(name: &str, bytes: &[u8]) {
    if let Some(target) = TARGETS.iter().find(|target| target.name == name) {
        run(target, bytes);
    }
}
