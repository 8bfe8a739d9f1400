//! Analog channels, scaled to their units.

use super::layout::{Layout, Storage};
use super::number::Processor;
use super::parameters::Parameters;

/// Where the analog samples are and how they are scaled.
pub(super) struct Analog<'a> {
    data: &'a [u8],
    layout: &'a Layout,
    processor: Processor,
    channels: usize,
    unsigned: bool,
    general_scale: f64,
    scales: Vec<f64>,
    offsets: Vec<f64>,
    units: Vec<String>,
}

impl<'a> Analog<'a> {
    /// The analog part of the data; `None` when there is none.
    pub(super) fn new(
        bytes: &'a [u8],
        layout: &'a Layout,
        processor: Processor,
        parameters: &Parameters,
    ) -> Option<Analog<'a>> {
        let channels = layout.analog_per_frame / layout.analog_samples;
        if channels == 0 {
            return None;
        }
        let unsigned = parameters
            .texts("ANALOG", "FORMAT")
            .first()
            .is_some_and(|format| format.eq_ignore_ascii_case("UNSIGNED"));
        Some(Analog {
            data: bytes.get(layout.start..)?,
            layout,
            processor,
            channels,
            unsigned,
            general_scale: parameters.real("ANALOG", "GEN_SCALE").unwrap_or(1.0),
            scales: parameters.long_reals("ANALOG", "SCALE"),
            offsets: parameters.long_reals("ANALOG", "OFFSET"),
            units: parameters.long_texts("ANALOG", "UNITS"),
        })
    }

    /// Number of channels.
    pub(super) fn channels(&self) -> usize {
        self.channels
    }

    /// Samples per second.
    pub(super) fn rate_hz(&self) -> f64 {
        self.layout.rate_hz * self.layout.analog_samples as f64
    }

    /// True when a channel counted from 1 is in the file.
    pub(super) fn has_channel(&self, channel: usize) -> bool {
        (1..=self.channels).contains(&channel)
    }

    /// Samples of every channel.
    pub(super) fn samples(&self) -> usize {
        self.layout.frames * self.layout.analog_samples
    }

    /// Unit of a channel counted from 1, as stored.
    pub(super) fn unit(&self, channel: usize) -> &str {
        channel
            .checked_sub(1)
            .and_then(|index| self.units.get(index))
            .map_or("", String::as_str)
    }

    /// All samples of a channel counted from 1: (stored − offset) · scale · general scale;
    /// `None` when the file has no such channel.
    pub(super) fn channel(&self, channel: usize) -> Option<Vec<f64>> {
        let index = channel.checked_sub(1).filter(|&i| i < self.channels)?;
        let scale = self.scales.get(index).copied().unwrap_or(1.0) * self.general_scale;
        let offset = self.offsets.get(index).copied().unwrap_or(0.0);
        let offset = if self.unsigned && offset < 0.0 {
            offset + 65536.0
        } else {
            offset
        };
        let size = self.layout.storage.size();
        let first = (4 * self.layout.points + index) * size;
        let mut samples = Vec::with_capacity(self.samples());
        for frame in self
            .data
            .chunks_exact(self.layout.frame_bytes())
            .take(self.layout.frames)
        {
            for sample in 0..self.layout.analog_samples {
                let at = first + sample * self.channels * size;
                samples.push((self.stored(frame, at) - offset) * scale);
            }
        }
        Some(samples)
    }

    fn stored(&self, frame: &[u8], at: usize) -> f64 {
        let value = match self.layout.storage {
            Storage::Float => self.processor.real_at(frame, at),
            Storage::Integer => self.processor.u16_at(frame, at).map(|word| {
                if self.unsigned {
                    f64::from(word)
                } else {
                    f64::from(word as i16)
                }
            }),
        };
        value.unwrap_or(f64::NAN)
    }
}
