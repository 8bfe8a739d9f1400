//! Where the 3-D data are and how many: what header and parameters say, checked against the
//! length of the file before anything is allocated.

use super::header::{BLOCK, Header};
use super::number::exact_decimal;
use super::parameters::Parameters;
use crate::read::ReadError;
use crate::recording::Warning;

/// Storage of the 3-D and analog data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Storage {
    /// 16-bit integers, coordinates in units of `POINT:SCALE`.
    Integer,
    /// 32-bit floats.
    Float,
}

impl Storage {
    /// Bytes of one value.
    pub(super) fn size(self) -> usize {
        match self {
            Storage::Integer => 2,
            Storage::Float => 4,
        }
    }
}

/// The checked layout: `frames` frames of `frame_bytes` bytes begin at `start` and lie in the file.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Layout {
    pub storage: Storage,
    /// Units per integer (always positive; 1 for floats).
    pub scale: f64,
    pub points: usize,
    /// Analog values per frame.
    pub analog_per_frame: usize,
    /// Analog samples per frame (1 when there are none).
    pub analog_samples: usize,
    pub start: usize,
    pub frames: usize,
    pub first_frame: u64,
    pub rate_hz: f64,
}

impl Layout {
    /// Bytes of one frame.
    pub(super) fn frame_bytes(&self) -> usize {
        frame_bytes(self.storage, self.points, self.analog_per_frame)
    }
}

fn frame_bytes(storage: Storage, points: usize, analog: usize) -> usize {
    (4 * points + analog) * storage.size()
}

/// Resolves the layout of a file of `length` bytes; `given_hz` is for files without any rate.
pub(super) fn resolve(
    header: &Header,
    parameters: &Parameters,
    length: usize,
    given_hz: Option<f64>,
    warnings: &mut Vec<Warning>,
) -> Result<Layout, ReadError> {
    let storage = if header.scale < 0.0 {
        Storage::Float
    } else {
        Storage::Integer
    };
    let wanted = wanted_frames(header, parameters);
    let points = points(header, parameters, storage, wanted, length, warnings);
    let frame_bytes = frame_bytes(storage, points, header.analog_per_frame);
    if frame_bytes == 0 {
        return Err(ReadError::new("header", "0 points and 0 analog channels")
            .expected("data")
            .advice("the file holds no recording: export it again"));
    }
    let start = data_start(header, parameters, frame_bytes, wanted, length, warnings)?;
    let room = length.saturating_sub(start) / frame_bytes;
    let frames = frames(wanted, room, warnings)?;
    Ok(Layout {
        storage,
        scale: scale(header, parameters, storage, points)?,
        points,
        analog_per_frame: header.analog_per_frame,
        analog_samples: header.analog_samples.max(1),
        start,
        frames,
        first_frame: first_frame(header, parameters),
        rate_hz: rate(header, parameters, given_hz, warnings)?,
    })
}

/// Points per frame: the header's, except where only the parameter's makes the file's length right.
fn points(
    header: &Header,
    parameters: &Parameters,
    storage: Storage,
    wanted: usize,
    length: usize,
    warnings: &mut Vec<Warning>,
) -> usize {
    let Some(used) = parameters.count("POINT", "USED") else {
        return header.points;
    };
    if used == header.points {
        return used;
    }
    let start = header.data_block.max(2).saturating_sub(1) * BLOCK;
    let rest = |points| {
        let bytes = frame_bytes(storage, points, header.analog_per_frame).checked_mul(wanted)?;
        length.checked_sub(start)?.checked_sub(bytes)
    };
    let chosen = match (rest(header.points), rest(used)) {
        (Some(by_header), Some(by_used)) if by_used < by_header && by_header >= BLOCK => used,
        (None, Some(_)) => used,
        _ => header.points,
    };
    warnings.push(Warning::at(
        "points-disagree",
        "POINT:USED",
        format!(
            "the header says {} points, POINT:USED says {used}; {chosen} fits the file's length and is used",
            header.points
        ),
    ));
    chosen
}

/// The number of frames the file claims: `TRIAL:ACTUAL_*_FIELD` and `POINT:LONG_FRAMES` hold what
/// the header's 16-bit frame numbers cannot (more than 65,535).
fn wanted_frames(header: &Header, parameters: &Parameters) -> usize {
    let by_header = (header.last_frame + 1).saturating_sub(header.first_frame.max(1));
    let full = header.last_frame == usize::from(u16::MAX);
    let by_trial = parameters
        .count("TRIAL", "ACTUAL_END_FIELD")
        .zip(parameters.count("TRIAL", "ACTUAL_START_FIELD"))
        .map(|(end, start)| (end + 1).saturating_sub(start.max(1)));
    let long = parameters.count("POINT", "LONG_FRAMES");
    let short = parameters.count("POINT", "FRAMES");
    let beyond_header = [by_trial, long]
        .into_iter()
        .flatten()
        .find(|&n| n > usize::from(u16::MAX));
    match beyond_header {
        Some(frames) => frames,
        None if by_header > 0 && !full => by_header,
        None => [by_trial, long, short]
            .into_iter()
            .flatten()
            .find(|&n| n > 0)
            .map_or(by_header, |n| n.max(by_header)),
    }
}

/// First byte of the data: the header's block, else `POINT:DATA_START`, whichever leaves room for
/// the frames.
fn data_start(
    header: &Header,
    parameters: &Parameters,
    frame_bytes: usize,
    wanted: usize,
    length: usize,
    warnings: &mut Vec<Warning>,
) -> Result<usize, ReadError> {
    let needed = frame_bytes.checked_mul(wanted);
    let by_header = header.data_block;
    let by_parameter = parameters.count("POINT", "DATA_START").unwrap_or_default();
    let plausible = |block: &usize| {
        *block >= 2 && (block - 1) * BLOCK > header.parameters_at && (block - 1) * BLOCK < length
    };
    let candidates: Vec<usize> = [by_header, by_parameter]
        .into_iter()
        .filter(plausible)
        .collect();
    let fits = |block: &&usize| needed.is_some_and(|n| length - (**block - 1) * BLOCK >= n);
    let chosen = candidates
        .iter()
        .find(fits)
        .or(candidates.first())
        .copied()
        .ok_or_else(|| {
            ReadError::new("header", format!("data start at block {by_header}"))
                .expected(format!("a block inside the file of {length} bytes"))
                .advice("the copy is cut off: copy or export the file again")
        })?;
    if chosen != by_header || (by_parameter != 0 && by_parameter != chosen) {
        warnings.push(Warning::at(
            "data-start-disagrees",
            "POINT:DATA_START",
            format!(
                "the header says the data start at block {by_header}, POINT:DATA_START says {by_parameter}; block {chosen} is used"
            ),
        ));
    }
    Ok((chosen - 1) * BLOCK)
}

/// Frames that are really there.
fn frames(wanted: usize, room: usize, warnings: &mut Vec<Warning>) -> Result<usize, ReadError> {
    if room == 0 {
        return Err(ReadError::new("data", "no complete frame")
            .expected(format!("{wanted} frames"))
            .advice("the copy is cut off: copy or export the file again"));
    }
    if wanted == 0 {
        return Err(ReadError::new("header", "0 frames")
            .expected("the number of frames")
            .advice("the file holds no recording: export it again"));
    }
    if wanted > room {
        warnings.push(Warning::new(
            "truncated",
            format!("the file should hold {wanted} frames but ends after {room}; these are used"),
        ));
    }
    Ok(wanted.min(room))
}

fn scale(
    header: &Header,
    parameters: &Parameters,
    storage: Storage,
    points: usize,
) -> Result<f64, ReadError> {
    if storage == Storage::Float {
        return Ok(1.0);
    }
    let usable = |s: &f64| s.is_finite() && *s != 0.0;
    match Some(header.scale)
        .filter(usable)
        .or_else(|| parameters.real("POINT", "SCALE").filter(usable))
    {
        Some(scale) => Ok(scale.abs()),
        None if points == 0 => Ok(1.0),
        None => Err(ReadError::new("POINT:SCALE", "0")
            .expected("the scale of the integer coordinates")
            .advice("export the file again, as floats")),
    }
}

fn first_frame(header: &Header, parameters: &Parameters) -> u64 {
    parameters
        .count("TRIAL", "ACTUAL_START_FIELD")
        .filter(|&start| start > 0)
        .unwrap_or(header.first_frame)
        .max(1) as u64
}

/// Frames per second: `POINT:RATE`, else the header's, else what the user gives.
fn rate(
    header: &Header,
    parameters: &Parameters,
    given_hz: Option<f64>,
    warnings: &mut Vec<Warning>,
) -> Result<f64, ReadError> {
    let usable = |rate: &f64| crate::read::RATES_HZ.contains(rate);
    let by_parameter = parameters.real("POINT", "RATE").map(exact_decimal);
    let by_parameter = by_parameter.filter(usable);
    let by_header = Some(exact_decimal(header.rate_hz)).filter(usable);
    match (by_header, by_parameter) {
        (None, None) => given_hz.filter(usable).ok_or_else(|| {
            ReadError::new("header", "no frame rate")
                .expected("frames per second in the header or POINT:RATE")
                .advice("give the rate with --rate")
        }),
        (Some(rate), None) => {
            warnings.push(Warning::at(
                "rate-missing",
                "POINT:RATE",
                format!("POINT:RATE is missing or zero; the header's {rate} Hz is used"),
            ));
            Ok(rate)
        }
        (None, Some(rate)) => Ok(rate),
        (Some(header_rate), Some(rate)) => {
            // The header is written by the recorder and must lay out the analog samples; a
            // parameter that disagrees was edited by hand.
            if (header_rate - rate).abs() > 1e-3 * rate {
                warnings.push(Warning::at(
                    "rate-disagrees",
                    "POINT:RATE",
                    format!("the header says {header_rate} Hz, POINT:RATE says {rate} Hz; the header's is used"),
                ));
                return Ok(header_rate);
            }
            Ok(rate)
        }
    }
}
