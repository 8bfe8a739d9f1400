//! Angles frame by frame as an OpenSim motion file (MOT), for OpenSim and what reads its files.
//!
//! In: angle series. Out: text: coordinates of the gait models in degrees, one row per frame.

use super::angles::Frames;
use super::cell::push_fixed;
use crate::angles::{self, AngleSeries};
use std::fmt::Write as _;
use std::io::{self, Write};

/// Decimals of an angle: a ten-thousandth of a degree is far below what any system measures.
const DECIMALS: usize = 6;

/// Writes the motion; `name` is its title.
pub fn write(
    out: &mut dyn Write,
    name: &str,
    angles: &AngleSeries,
    frames: Frames,
) -> io::Result<()> {
    let columns = angles::coordinates(angles);
    // a line break in a name would end the title
    let title: String = name
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    writeln!(
        out,
        "{title}\nversion=1\nnRows={}\nnColumns={}\ninDegrees=yes\nendheader",
        frames.count,
        columns.len() + 1
    )?;
    let names = columns.iter().map(|(name, _)| format!("\t{name}"));
    writeln!(out, "time{}", names.collect::<String>())?;
    let mut line = String::new();
    for index in 0..frames.count {
        line.clear();
        push_fixed(&mut line, frames.time_s(index), DECIMALS);
        for (_, values) in &columns {
            line.push('\t');
            let degrees = values.get(index).map_or(f64::NAN, |v| v.to_degrees());
            match degrees.is_finite() {
                true => push_fixed(&mut line, degrees, DECIMALS),
                // writing to a String cannot fail
                false => _ = line.write_str("nan"),
            }
        }
        writeln!(out, "{line}")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::{Options, Processing, angle_series};
    use crate::read::{ReadOptions, from_bytes};
    use crate::synth::{Affected, Pattern, Walker, walk};

    /// What is written is read back as the same angles.
    #[test]
    fn the_angles_come_back() {
        let mut walker = Walker::new(Pattern::Mixed, Affected::Right);
        walker.strides = 2;
        let (recording, _) = walk(&walker).unwrap();
        let series = |recording: &_| {
            angle_series(recording, &Options::default(), Processing::Filtered).unwrap()
        };
        let angles = series(&recording);
        let frames = Frames {
            first: recording.first_frame,
            count: recording.frames,
            rate_hz: recording.rate_hz,
        };
        let mut text = Vec::new();
        write(&mut text, "a\nb", &angles, frames).unwrap();
        let again = from_bytes(&text, "walk.mot", &ReadOptions::default()).unwrap();
        assert_eq!(again.format.name(), "opensim");
        assert!((again.rate_hz - recording.rate_hz).abs() < 1e-6);
        let again = series(&again);
        let mut compared = 0;
        for (a, b) in [
            (&angles.pelvis.tilt, &again.pelvis.tilt),
            (&angles.pelvis.obliquity, &again.pelvis.obliquity),
            (&angles.pelvis.rotation, &again.pelvis.rotation),
            (&angles.thorax.obliquity, &again.thorax.obliquity),
            (&angles.thorax.tilt, &again.thorax.tilt),
            (&angles.lean_on_pelvis, &again.lean_on_pelvis),
            (&angles.hip.left.frontal, &again.hip.left.frontal),
            (&angles.hip.right.flexion, &again.hip.right.flexion),
            (&angles.hip.right.rotation, &again.hip.right.rotation),
            (&angles.knee.left.flexion, &again.knee.left.flexion),
        ] {
            assert_eq!(a.len(), b.len());
            for (a, b) in a.iter().zip(b).filter(|(a, _)| a.is_finite()) {
                assert!((a - b).to_degrees().abs() < 1e-5, "{a} {b}");
                compared += 1;
            }
        }
        assert!(compared > 5 * recording.frames);
    }
}
