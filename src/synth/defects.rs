//! What a camera system adds: noise, wander, gaps, exchanged labels, finite resolution.

use super::math::{ln, sin};
use super::random::{self, Purpose};
use super::walker::Walker;
use crate::recording::{Marker, Series3};
use nalgebra::Vector3;
use rand::RngExt;
use rand_pcg::Pcg64;
use std::f64::consts::TAU;

/// Coordinates are whole multiples of this, so that text and 32-bit floats hold the same number.
pub(super) const RESOLUTION_MM: f64 = 1.0 / 64.0;

/// Adds everything the walker's [`Noise`](super::Noise) asks for, in place.
pub(super) fn add(walker: &Walker, markers: &mut [Marker]) {
    let seeds = [walker.seed, walker.session, walker.trial];
    for (index, marker) in markers.iter_mut().enumerate() {
        let mut random = random::generator(seeds, Purpose::Noise, index as u64);
        white(
            &mut marker.position,
            0.001 * walker.noise.white_mm,
            &mut random,
        );
        let mut random = random::generator(seeds, Purpose::Wobble, index as u64);
        let rms_m = 0.001 * walker.noise.wobble_mm;
        wander(&mut marker.position, rms_m, walker.rate_hz, &mut random);
    }
    let mut random = random::generator(seeds, Purpose::Defects, 0);
    for _ in 0..walker.noise.swaps {
        exchange(markers, &mut random);
    }
    let mut random = random::generator(seeds, Purpose::Defects, 2);
    for _ in 0..walker.noise.ghosts {
        ghost(markers, &mut random);
    }
    let mut random = random::generator(seeds, Purpose::Defects, 1);
    gaps(walker, markers, &mut random);
    let mut random = random::generator(seeds, Purpose::Defects, 3);
    drop_frames(walker.noise.dropped_share, markers, &mut random);
    if walker.noise.sides_swapped {
        swap_sides(markers);
    }
}

/// Rounds every coordinate to [`RESOLUTION_MM`]; the result is millimetres · 0.001.
pub(super) fn quantise(series: &mut Series3) {
    for column in series.columns_mut() {
        for value in column.iter_mut() {
            *value = (*value * 1000.0 / RESOLUTION_MM).round() * RESOLUTION_MM * 0.001;
        }
    }
}

fn white(series: &mut Series3, sd_m: f64, random: &mut Pcg64) {
    if sd_m == 0.0 {
        return;
    }
    for column in series.columns_mut() {
        for value in column.iter_mut() {
            *value += sd_m * random::normal(random);
        }
    }
}

/// Three sines below 1 Hz with random phases, together of the given RMS.
fn wander(series: &mut Series3, rms_m: f64, rate_hz: f64, random: &mut Pcg64) {
    if rms_m == 0.0 {
        return;
    }
    let amplitude = rms_m * (2.0f64 / 3.0).sqrt();
    for column in series.columns_mut() {
        for _ in 0..3 {
            let frequency_hz = 0.1 + 0.9 * random.random::<f64>();
            let phase = random.random::<f64>();
            for (i, value) in column.iter_mut().enumerate() {
                let t = i as f64 / rate_hz;
                *value += amplitude * sin(TAU * (frequency_hz * t + phase));
            }
        }
    }
}

/// Exchanges two markers of the same body side or segment for 5–40 frames.
fn exchange(markers: &mut [Marker], random: &mut Pcg64) {
    if markers.len() < 2 {
        return;
    }
    let a = random.random_range(0..markers.len() - 1);
    let b = a + 1;
    let frames = markers[a].position.len();
    let length = random.random_range(5..=40).min(frames);
    let start = random.random_range(0..=frames - length);
    let (left, right) = markers.split_at_mut(b);
    for i in start..start + length {
        let (p, q) = (left[a].position.at(i), right[0].position.at(i));
        left[a].position.set(i, q);
        right[0].position.set(i, p);
    }
}

/// Shows one marker 30–150 mm from its place for 2–8 frames, as a reflection would.
fn ghost(markers: &mut [Marker], random: &mut Pcg64) {
    let Some(chosen) = pick(markers.len(), random) else {
        return;
    };
    let series = &mut markers[chosen].position;
    let length = random.random_range(2..=8).min(series.len());
    let start = random.random_range(0..=series.len() - length);
    let direction = Vector3::from_fn(|_, _| random::normal(random)).normalize();
    let away = direction * (0.03 + 0.12 * random.random::<f64>());
    for i in start..start + length {
        series.set(i, series.at(i) + away);
    }
}

/// Frames without any marker, each by itself with the same probability.
fn drop_frames(share: f64, markers: &mut [Marker], random: &mut Pcg64) {
    if share == 0.0 {
        return;
    }
    for i in 0..markers.first().map_or(0, |m| m.position.len()) {
        if random.random::<f64>() < share {
            for marker in markers.iter_mut() {
                marker.position.set(i, Vector3::from_element(f64::NAN));
            }
        }
    }
}

/// A number below `count` that does not depend on the machine's word; `None` when there is none.
fn pick(count: usize, random: &mut Pcg64) -> Option<usize> {
    (count > 0).then(|| random.random_range(0..count as u64) as usize)
}

/// Poisson gaps over all markers; ASIS and medial markers lose sight three times as often.
fn gaps(walker: &Walker, markers: &mut [Marker], random: &mut Pcg64) {
    let frames = markers.first().map_or(0, |m| m.position.len());
    let per_frame = walker.noise.gaps_per_s / walker.rate_hz;
    if per_frame == 0.0 {
        return;
    }
    let weights: Vec<f64> = markers
        .iter()
        .map(|m| match m.label.get(1..) {
            Some("ASI" | "KNM" | "ANM") => 3.0,
            _ => 1.0,
        })
        .collect();
    let total: f64 = weights.iter().sum();
    for start in 0..frames {
        if random.random::<f64>() >= per_frame {
            continue;
        }
        let mut pick = total * random.random::<f64>();
        let chosen = weights
            .iter()
            .position(|w| {
                pick -= w;
                pick < 0.0
            })
            .unwrap_or(markers.len() - 1);
        let length = gap_frames(walker.rate_hz, random).min(frames - start);
        for i in start..start + length {
            markers[chosen]
                .position
                .set(i, Vector3::from_element(f64::NAN));
        }
    }
}

fn gap_frames(rate_hz: f64, random: &mut Pcg64) -> usize {
    let seconds = if random.random::<f64>() < 0.02 {
        0.5
    } else {
        // exponential, mean 0.12 s
        -0.12 * ln(1.0 - random.random::<f64>())
    };
    ((seconds * rate_hz).round() as usize).max(1)
}

fn swap_sides(markers: &mut [Marker]) {
    for marker in markers {
        let swapped = match marker.label.split_at_checked(1) {
            Some(("L", rest)) => format!("R{rest}"),
            Some(("R", rest)) => format!("L{rest}"),
            _ => continue,
        };
        marker.label = swapped;
    }
}
