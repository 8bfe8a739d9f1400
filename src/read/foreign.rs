//! Files that are recognised but not read: the message then says what they are.

use super::ReadError;

/// What a file is when it is none of the readable formats.
pub(super) struct Foreign {
    /// For the message: "this is …".
    what: &'static str,
    /// What the user can do.
    advice: &'static str,
    /// It is a recording of movement (not a result, an archive or a document), so a searched
    /// folder should name it rather than pass over it.
    pub is_recording: bool,
}

const NOT_YET: &str = "this format is not readable yet: export C3D, TRC or CSV with markers";
const INERTIAL_EXPORT: &str =
    "export x, y and z of acceleration and angular velocity (acc_x, …, gyr_z), or the orientation";
const EXTRACT: &str = "unpack it first";
const SAVE_AS_CSV: &str = "save the table as CSV (UTF-8)";

/// Beginnings of files, the most telling first.
const BEGINNINGS: [(&[u8], &str, &str, bool); 12] = [
    (
        b"NO_OF_SAMPLES",
        "a Qualisys TSV export of forces or analog signals",
        "export the 3D data (markers) as well and read that file",
        false,
    ),
    (
        b"# ,Joint Angle",
        "a pyCGM result",
        "it holds results, not markers: read the recording it was made from",
        false,
    ),
    (
        b"\x1f\x8b",
        "a gzip archive in a gzip archive",
        EXTRACT,
        false,
    ),
    (
        b"PK\x03\x04",
        "a zip archive or an Excel workbook",
        "unpack it, or save the table as CSV",
        false,
    ),
    (b"\xff\xfe", "text in UTF-16", SAVE_AS_CSV, false),
    (b"\xfe\xff", "text in UTF-16", SAVE_AS_CSV, false),
    (b"<?xml", "an XML file", "give the recording itself", false),
    (b"<", "HTML or XML", "give the recording itself", false),
    (b"{", "JSON", "give the recording itself", false),
    (
        b"%PDF",
        "a PDF document",
        "give the recording itself",
        false,
    ),
    (b"MATLAB", "a MATLAB file", NOT_YET, false),
    (b"\x89HDF", "an HDF5 file", NOT_YET, false),
];

/// Recognises a file by its first bytes.
pub(super) fn recognise(first_bytes: &[u8]) -> Option<Foreign> {
    let first = first_bytes.get(..first_bytes.len().min(4096))?;
    let text = first.strip_prefix(b"\xef\xbb\xbf").unwrap_or(first);
    if let Some(&(_, what, advice, is_recording)) = BEGINNINGS
        .iter()
        .find(|(beginning, ..)| text.starts_with(beginning))
    {
        return Some(Foreign {
            what,
            advice,
            is_recording,
        });
    }
    let contains = |needle: &[u8]| text.windows(needle.len()).any(|w| w == needle);
    if super::opensim::recognises(text) {
        return Some(Foreign {
            what: "an OpenSim table (MOT or STO) without a pelvis",
            advice: "it holds results: read the recording or the coordinates it was made from",
            is_recording: false,
        });
    }
    if contains(b"PacketCounter") {
        return Some(Foreign {
            what: "an Xsens export without a whole signal",
            advice: INERTIAL_EXPORT,
            is_recording: true,
        });
    }
    if text.contains(&0) {
        return Some(Foreign {
            what: "neither text nor C3D",
            advice: "hipdrop reads C3D, TRC, plain CSV and the exports of Vicon, Qualisys and OptiTrack",
            is_recording: false,
        });
    }
    None
}

impl Foreign {
    /// A table with some columns of inertial sensors, but no signal with x, y and z.
    pub(super) const INERTIAL_TABLE: Foreign = Foreign {
        what: "a table of inertial sensors without a whole signal",
        advice: INERTIAL_EXPORT,
        is_recording: true,
    };

    /// The error for a file that was to be read.
    pub(super) fn error(&self) -> ReadError {
        ReadError::new("", format!("this is {}", self.what)).advice(self.advice)
    }
}
