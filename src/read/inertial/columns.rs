//! Names of the columns of inertial tables: which sensor, which signal, which component, which unit.
//!
//! Spellings seen: `Acc_X`, `pelvis_acc_x_m_s2`, `left foot gyr y (deg/s)`, `Lumbar/Angular
//! Velocity/Z`, `Mat[2][1]`, `Quat_q0`, `Quat_W`, `ori_1`, `FreeAcc_X`, `accX`.

/// What a sensor's column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Signal {
    /// Specific force.
    Acceleration,
    /// Angular velocity.
    AngularVelocity,
    /// Acceleration without gravity in the reference frame.
    FreeAcceleration,
    /// Quaternion, scalar first.
    Quaternion,
    /// Rotation matrix, column by column.
    Matrix,
    /// Roll, pitch, yaw.
    Euler,
}

impl Signal {
    /// Number of components.
    pub(super) fn width(self) -> usize {
        match self {
            Signal::Quaternion => 4,
            Signal::Matrix => 9,
            _ => 3,
        }
    }
}

/// One component of one signal of one sensor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Component {
    /// Name of the sensor; empty when the column names none.
    pub sensor: String,
    pub signal: Signal,
    /// Place among the components of the signal.
    pub component: usize,
    /// Unit as written, in lower case; empty when there is none.
    pub unit: String,
}

/// What a column holds.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Column {
    /// Number of the packet or sample; wraps at a power of two where the name says so.
    Counter,
    /// Number of the row in the file, starting at 0 or 1.
    Frame,
    /// Fine time of an Xsens device.
    FineTime,
    /// Time; the unit as written (empty when there is none).
    Time(String),
    Signal(Component),
    Other,
}

/// What a column holds, from its name and the unit below it.
pub(super) fn column(name: &str, unit_below: &str) -> Column {
    let (stem, bracket_unit) = without_bracket_unit(name);
    let written = if bracket_unit.is_empty() {
        unit_below
    } else {
        bracket_unit
    };
    let letters: String = stem
        .chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect();
    match letters.as_str() {
        "packetcounter" | "counter" => return Column::Counter,
        "sampletimefine" => return Column::FineTime,
        "frame" | "frames" | "sample" | "samples" | "index" | "framenumber" => {
            return Column::Frame;
        }
        "time" | "t" | "timestamp" | "times" | "timesec" | "seconds" | "sec" => {
            let unit = match letters.as_str() {
                "times" if stem.contains(['_', ' ']) => "s",
                "timesec" | "seconds" | "sec" => "s",
                _ => written,
            };
            return Column::Time(unit.trim().to_lowercase());
        }
        "timems" | "milliseconds" | "timestampms" => return Column::Time("ms".into()),
        "timeus" | "microseconds" | "timestampus" => return Column::Time("us".into()),
        _ => {}
    }
    match component(stem) {
        Some(mut found) => {
            if found.unit.is_empty() {
                found.unit = written.trim().to_lowercase();
            }
            Column::Signal(found)
        }
        None => Column::Other,
    }
}

/// `Acc X (g)` → (`Acc X`, `g`); the indices of `Mat[1][1]` are no unit.
fn without_bracket_unit(name: &str) -> (&str, &str) {
    let name = name.trim();
    for (open, close) in [('(', ')'), ('[', ']')] {
        if let Some((stem, unit)) = name.strip_suffix(close).and_then(|n| n.rsplit_once(open))
            && unit.chars().any(char::is_alphabetic)
        {
            return (stem.trim_end(), unit);
        }
    }
    (name, "")
}

/// A word of a name and where it stands.
struct Word<'a> {
    text: String,
    start: usize,
    end: usize,
    whole: &'a str,
}

fn words(name: &str) -> Vec<Word<'_>> {
    let mut words = Vec::new();
    let mut start = None;
    for (at, c) in name.char_indices().chain([(name.len(), ' ')]) {
        match (c.is_alphanumeric(), start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                words.push(Word {
                    text: name[from..at].to_lowercase(),
                    start: from,
                    end: at,
                    whole: name,
                });
                start = None;
            }
            _ => {}
        }
    }
    words
}

/// The component a name stands for: `[sensor] signal axis [unit]`, the sensor also at the end.
fn component(name: &str) -> Option<Component> {
    let words = words(name);
    for (at, word) in words.iter().enumerate() {
        let rest = |from: usize| -> Vec<&str> {
            let rest = words.get(from..).unwrap_or_default();
            rest.iter().map(|w| w.text.as_str()).collect()
        };
        let two: String = rest(at).into_iter().take(2).collect();
        let angular_velocity = matches!(two.as_str(), "angularvelocity" | "angularrate");
        let next = at + if angular_velocity { 2 } else { 1 };
        let (signal, glued) = if angular_velocity {
            (Signal::AngularVelocity, None)
        } else {
            match signal_of(&word.text) {
                Some(found) => found,
                None => continue,
            }
        };
        // the axis follows the signal, or is glued to it
        let (component, used) = match glued {
            Some(component) => (component, next),
            None => axis_of(signal, &rest(next)).map(|(c, n)| (c, next + n))?,
        };
        let (unit, used) =
            unit_of(&rest(used)).map_or((String::new(), used), |(u, n)| (u, used + n));
        let before = words.get(..at).unwrap_or_default();
        let after = words.get(used..).unwrap_or_default();
        return Some(Component {
            sensor: match before.is_empty() {
                true => span(after),
                false => span(before),
            },
            signal,
            component,
            unit,
        });
    }
    None
}

/// The part of a name that some of its words cover.
fn span(words: &[Word<'_>]) -> String {
    match (words.first(), words.last()) {
        (Some(first), Some(last)) => first.whole[first.start..last.end].to_owned(),
        _ => String::new(),
    }
}

/// The signal a word names, and the component when that is glued to it.
fn signal_of(word: &str) -> Option<(Signal, Option<usize>)> {
    let named = |word: &str| match word {
        "acc" | "accel" | "acceleration" | "accelerometer" | "accelerometers" => {
            Some(Signal::Acceleration)
        }
        "gyr" | "gyro" | "gyroscope" | "gyros" | "gyroscopes" | "angvel" | "angularvelocity" => {
            Some(Signal::AngularVelocity)
        }
        "freeacc" => Some(Signal::FreeAcceleration),
        "quat" | "quaternion" | "ori" | "orientation" => Some(Signal::Quaternion),
        "mat" => Some(Signal::Matrix),
        _ => None,
    };
    if let Some(signal) = named(word) {
        return Some((signal, None));
    }
    match word {
        "roll" => return Some((Signal::Euler, Some(0))),
        "pitch" => return Some((Signal::Euler, Some(1))),
        "yaw" => return Some((Signal::Euler, Some(2))),
        _ => {}
    }
    let (stem, axis) = word.split_at_checked(word.len().checked_sub(1)?)?;
    let signal = named(stem).filter(|s| *s != Signal::Matrix)?;
    axis_of(signal, &[axis]).map(|(component, _)| (signal, Some(component)))
}

/// The component that the next words name, and how many words that takes.
fn axis_of(signal: Signal, words: &[&str]) -> Option<(usize, usize)> {
    let first = *words.first()?;
    match signal {
        Signal::Quaternion => {
            let component = match first {
                "q0" | "w" | "s" | "scalar" | "1" => 0,
                "q1" | "x" | "2" => 1,
                "q2" | "y" | "3" => 2,
                "q3" | "z" | "4" => 3,
                _ => return None,
            };
            Some((component, 1))
        }
        Signal::Matrix => {
            let index = |word: &&str| word.parse::<usize>().ok().filter(|i| (1..=3).contains(i));
            let (row, column) = (index(words.first()?)?, index(words.get(1)?)?);
            Some((3 * (column - 1) + row - 1, 2))
        }
        Signal::Euler => None,
        _ => {
            let component = match first {
                "x" | "1" => 0,
                "y" | "2" => 1,
                "z" | "3" => 2,
                _ => return None,
            };
            Some((component, 1))
        }
    }
}

/// A unit made of words (`m_s2`, `rad_s`, `deg_s`, `g`), and how many words that takes.
fn unit_of(words: &[&str]) -> Option<(String, usize)> {
    let pair = (words.first().copied()?, words.get(1).copied());
    match pair {
        ("m", Some("s2" | "ss" | "s²")) => Some(("m/s^2".into(), 2)),
        ("m", Some("s")) if words.get(2) == Some(&"2") => Some(("m/s^2".into(), 3)),
        ("rad", Some("s")) => Some(("rad/s".into(), 2)),
        ("deg", Some("s")) => Some(("deg/s".into(), 2)),
        ("ms2" | "mss" | "mps2", _) => Some(("m/s^2".into(), 1)),
        ("rads" | "rps", _) => Some(("rad/s".into(), 1)),
        ("degs" | "dps", _) => Some(("deg/s".into(), 1)),
        ("g", _) => Some(("g".into(), 1)),
        ("mg", _) => Some(("mg".into(), 1)),
        ("mdps", _) => Some(("mdps".into(), 1)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Signal::*;

    fn found(name: &str, unit: &str) -> (String, Signal, usize, String) {
        match column(name, unit) {
            Column::Signal(c) => (c.sensor, c.signal, c.component, c.unit),
            other => panic!("{name}: {other:?}"),
        }
    }

    #[test]
    fn spellings_of_signals() {
        for (name, below, sensor, signal, component, unit) in [
            ("Acc_X", "", "", Acceleration, 0, ""),
            ("pelvis_acc_x_m_s2", "", "pelvis", Acceleration, 0, "m/s^2"),
            (
                "thigh_l_gyr_z_rad_s",
                "",
                "thigh_l",
                AngularVelocity,
                2,
                "rad/s",
            ),
            (
                "lower back acc y (g)",
                "",
                "lower back",
                Acceleration,
                1,
                "g",
            ),
            (
                "pelvis_gyr_y_deg_s",
                "",
                "pelvis",
                AngularVelocity,
                1,
                "deg/s",
            ),
            (
                "Lumbar/Angular Velocity/Z",
                "rad/s",
                "Lumbar",
                AngularVelocity,
                2,
                "rad/s",
            ),
            ("Static/Orientation/Scalar", "", "Static", Quaternion, 0, ""),
            (
                "Right Ankle/Accelerometer/X",
                "",
                "Right Ankle",
                Acceleration,
                0,
                "",
            ),
            ("Mat[2][1]", "", "", Matrix, 1, ""),
            ("Mat[1][3]", "", "", Matrix, 6, ""),
            ("Quat_q3", "", "", Quaternion, 3, ""),
            ("Quat_W", "", "", Quaternion, 0, ""),
            ("ori_4", "", "", Quaternion, 3, ""),
            ("acc_1", "", "", Acceleration, 0, ""),
            ("FreeAcc_Z", "", "", FreeAcceleration, 2, ""),
            ("Roll", "", "", Euler, 0, ""),
            ("accX", "", "", Acceleration, 0, ""),
            ("Gyro Y [deg/s]", "", "", AngularVelocity, 1, "deg/s"),
            ("acc_x_pelvis", "", "pelvis", Acceleration, 0, ""),
        ] {
            let expected = (sensor.to_owned(), signal, component, unit.to_owned());
            assert_eq!(found(name, below), expected, "{name}");
        }
    }

    #[test]
    fn clocks_and_others() {
        assert_eq!(column("PacketCounter", ""), Column::Counter);
        assert_eq!(column("SampleTimeFine", ""), Column::FineTime);
        assert_eq!(column("samples", ""), Column::Frame);
        assert_eq!(column("Time", "s"), Column::Time("s".into()));
        assert_eq!(column("time_s", ""), Column::Time("s".into()));
        assert_eq!(column("time_ms", ""), Column::Time("ms".into()));
        assert_eq!(column("Time", ""), Column::Time(String::new()));
        for name in [
            "Mag_X",
            "VelInc_X",
            "OriInc_q0",
            "Status",
            "LASI_X",
            "UTC_Nano",
            "acc",
            "",
        ] {
            assert_eq!(column(name, ""), Column::Other, "{name}");
        }
    }
}
