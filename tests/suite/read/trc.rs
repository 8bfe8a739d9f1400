//! TRC as its many writers malform it: small texts made here, each with what must come out.

use super::codes;
use hipdrop::read::{self, ReadError, ReadOptions};
use hipdrop::recording::{LengthUnit, Recording};

const NAMES: &str = "DataRate\tCameraRate\tNumFrames\tNumMarkers\tUnits\tOrigDataRate\t\
    OrigDataStartFrame\tOrigNumFrames";

/// Two markers at 100 Hz; A at (1, 2, 3) + the row, B at ten times that, in millimetres.
const STANDARD: &str = "PathFileType\t4\t(X/Y/Z)\twalk.trc\n{NAMES}\n\
    100.00\t100.00\t3\t2\tmm\t100.00\t1\t3\nFrame#\tTime\tA\t\t\tB\t\t\n\
    \t\tX1\tY1\tZ1\tX2\tY2\tZ2\n\n1\t0.000\t1\t2\t3\t10\t20\t30\n\
    2\t0.010\t2\t3\t4\t20\t30\t40\n3\t0.020\t3\t4\t5\t30\t40\t50\n";

fn standard() -> String {
    STANDARD.replace("{NAMES}", NAMES)
}

fn read(text: &str) -> Result<Recording, ReadError> {
    read::from_bytes(text.as_bytes(), "walk.trc", &ReadOptions::default())
}

/// Every coordinate of every marker, missing ones as 0.
fn numbers(recording: &Recording) -> Vec<Vec<f64>> {
    let columns = recording.markers.iter().flat_map(|m| m.position.columns());
    let without_gaps = |v: &f64| if v.is_nan() { 0.0 } else { *v };
    columns
        .map(|column| column.iter().map(without_gaps).collect())
        .collect()
}

/// What differs in the writing and not in the content gives the same recording, with the warnings
/// named.
#[test]
fn malformed_files_give_the_recording_of_the_standard_one() {
    let standard = standard();
    let expected = read(&standard).unwrap();
    assert_eq!((expected.frames, expected.rate_hz), (3, 100.0));
    assert_eq!(expected.markers[1].position.z[2], 50.0 * 0.001);
    let with = |from: &str, to: &str| {
        assert!(standard.contains(from), "{from}");
        standard.replace(from, to)
    };
    let scientific = with("10\t20\t30", "1.0E+01\t2.0e1\t3.00E+1");
    let cases: [(&str, String, &[&str]); 18] = [
        ("CRLF", with("\n", "\r\n"), &[]),
        (
            "NumFrames too large",
            with("100.00\t3\t2", "100.00\t900\t2"),
            &["header-count"],
        ),
        (
            "NumFrames too small",
            with("100.00\t3\t2", "100.00\t1\t2"),
            &["header-count"],
        ),
        (
            "NumFrames with blanks",
            with("100.00\t3\t2", "100.00\t       3\t2"),
            &[],
        ),
        (
            "NumMarkers too large",
            with("100.00\t3\t2", "100.00\t3\t66"),
            &["header-count"],
        ),
        (
            "NumMarkers too small",
            with("100.00\t3\t2", "100.00\t3\t1"),
            &["header-count"],
        ),
        (
            "both counts 0",
            with("100.00\t3\t2", "100.00\t0\t0"),
            &["header-count", "header-count"],
        ),
        (
            "header row 3 not below row 2",
            with(
                "100.00\t100.00\t3\t2\tmm\t",
                "  100.0\t\t  100.0\t\t    3\t\t     2\t\t mm\t",
            ),
            &[],
        ),
        (
            "blanks in line 1",
            with(
                "PathFileType\t4\t(X/Y/Z)\t",
                "PathFileType  4\t(X/Y/Z) C:\\",
            ),
            &[],
        ),
        (
            "separators at the ends of the lines",
            with("\n", "\t\n"),
            &[],
        ),
        (
            "many separators behind the header",
            with("OrigNumFrames", "OrigNumFrames\t\t\t\t\t"),
            &[],
        ),
        (
            "blanks around names",
            with("\tA\t\t\tB", "\t A \t\t\tB "),
            &[],
        ),
        (
            "one separator behind the last name",
            with("B\t\t\n", "B\n"),
            &[],
        ),
        ("no blank line above the rows", with("Z2\n\n", "Z2\n"), &[]),
        (
            "axes numbered from another number",
            with("X1\tY1\tZ1\tX2\tY2\tZ2", "X7\tY7\tZ7\tX9\tY9\tZ9"),
            &[],
        ),
        (
            "axes without numbers",
            with("X1\tY1\tZ1\tX2\tY2\tZ2", "X\tY\tZ\tX\tY\tZ"),
            &[],
        ),
        ("E-format", scientific, &[]),
        ("saved by a spreadsheet", with("\t", ","), &[]),
    ];
    for (what, text, warnings) in cases {
        let recording = read(&text).unwrap_or_else(|e| panic!("{what}: {e}"));
        assert_eq!(numbers(&recording), numbers(&expected), "{what}");
        let labels: Vec<&str> = recording.markers.iter().map(|m| m.label.as_str()).collect();
        assert_eq!(labels, ["A", "B"], "{what}");
        assert_eq!((recording.frames, recording.rate_hz), (3, 100.0), "{what}");
        assert_eq!(
            recording.declared_unit,
            Some(LengthUnit::Millimetre),
            "{what}"
        );
        assert_eq!(codes(&recording), warnings, "{what}");
    }
}

/// Blank cells and every spelling of a missing number are gaps, alone and up to the row's end.
#[test]
fn gaps_are_blank_or_say_so() {
    let standard = standard();
    for gap in [
        "", " ", "NaN", "nan", "NAN", "-NaN", "-nan", " NaN ", "NA", "null", "-",
    ] {
        let cells = format!("2\t0.010\t2\t3\t4\t{gap}\t{gap}\t{gap}");
        let text = standard.replace("2\t0.010\t2\t3\t4\t20\t30\t40", &cells);
        assert_ne!(text, standard);
        let recording = read(&text).unwrap_or_else(|e| panic!("`{gap}`: {e}"));
        let [a, b] = &recording.markers[..] else {
            panic!("`{gap}`: {} markers", recording.markers.len());
        };
        assert!(
            b.position.is_missing(1) && !b.position.is_missing(2),
            "`{gap}`"
        );
        assert_eq!(
            (a.position.present(), b.position.present()),
            (3, 2),
            "`{gap}`"
        );
    }
    for short in [
        "2\t0.010\t2\t3\t4",
        "2\t0.010\t2\t3\t4\t",
        "2\t0.010\t2\t3\t4\t20\t30",
    ] {
        let recording = read(&standard.replace("2\t0.010\t2\t3\t4\t20\t30\t40", short)).unwrap();
        assert_eq!(recording.markers[1].position.present(), 2, "{short}");
    }
}

/// Metres in E-format are metres; a unit that is none is told from the pelvis.
#[test]
fn units_are_those_of_line_3() {
    for (unit, declared, metres) in [
        ("m", Some(LengthUnit::Metre), 10.0),
        ("M", Some(LengthUnit::Metre), 10.0),
        ("cm", Some(LengthUnit::Centimetre), 10.0 * 0.01),
        ("MM", Some(LengthUnit::Millimetre), 10.0 * 0.001),
        ("furlong", None, 10.0),
    ] {
        let recording = read(&standard().replace("\tmm\t", &format!("\t{unit}\t"))).unwrap();
        assert_eq!(recording.declared_unit, declared, "{unit}");
        assert_eq!(recording.markers[1].position.x[0], metres, "{unit}");
    }
}

/// What cannot be read says where and why.
#[test]
fn what_cannot_be_read_names_the_place() {
    for (from, to, place, found) in [
        ("\t20\t30\t40", "\t20\tx30\t40", "line 8", "x30"),
        ("\tA\t\t\tB\t\t", "\t\t", "line 4", "no marker names"),
        ("3\t0.020\t3", "3\t0.010\t3", "line 9", "repeated"),
    ] {
        let text = standard().replace(from, to);
        let error = read(&text).unwrap_err();
        assert!(error.place.starts_with(place), "{error}");
        assert!(error.found.contains(found), "{error}");
    }
}
