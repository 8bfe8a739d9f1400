//! A map laid over a recording.

use super::Map;
use crate::recording::{LengthUnit, Recording, Warning};

impl Map {
    /// Puts what the user says in the place of what the file said: rate, unit, axis, landmarks,
    /// placements of sensors. Doing it twice changes nothing more.
    pub fn apply(&self, recording: &mut Recording) {
        if let Some(rate_hz) = self.rate_hz.filter(|&rate| rate != recording.rate_hz) {
            set_rate(recording, rate_hz);
        }
        if let Some(unit) = self.unit {
            set_unit(recording, unit);
        }
        recording.given.up.clone_from(&self.up);
        recording.given.walking.clone_from(&self.walking);
        recording.given.landmarks.clone_from(&self.labels);
        recording.given.view = self.view;
        let mut unused = Vec::new();
        for (&placement, name) in &self.sensors {
            let Some(place) = sensor_named(recording, name) else {
                unused.push(name.as_str());
                continue;
            };
            for (index, sensor) in recording.sensors.iter_mut().enumerate() {
                if index == place {
                    sensor.placement = Some(placement);
                } else if sensor.placement == Some(placement) {
                    sensor.placement = None;
                }
            }
        }
        if !unused.is_empty() && !recording.sensors.is_empty() {
            let known = recording.sensors.iter().map(|s| s.name.as_str());
            recording.warnings.push(Warning::new(
                "map-unused",
                format!(
                    "the map places sensors that are not in the file: {}; it has {}",
                    unused.join(", "),
                    known.collect::<Vec<_>>().join(", ")
                ),
            ));
        }
    }
}

/// The sensor of a name; programs put the device's number at the end of longer names, so the end of
/// one name alone is enough.
fn sensor_named(recording: &Recording, name: &str) -> Option<usize> {
    let name = name.trim().to_lowercase();
    let names = || {
        recording
            .sensors
            .iter()
            .map(|s| s.name.trim().to_lowercase())
    };
    let exactly = names().position(|n| n == name);
    exactly.or_else(|| {
        let mut ending = names().enumerate().filter(|(_, n)| n.ends_with(&name));
        match (ending.next(), ending.next()) {
            (Some((index, _)), None) if !name.is_empty() => Some(index),
            _ => None,
        }
    })
}

/// Frames stay what they are; everything that is told in seconds follows them.
fn set_rate(recording: &mut Recording, rate_hz: f64) {
    recording.warnings.push(Warning::new(
        "rate-given",
        format!(
            "the map says {rate_hz} Hz, the file {} Hz; the map is followed",
            recording.rate_hz
        ),
    ));
    let stretch = recording.rate_hz / rate_hz;
    for event in &mut recording.events {
        event.time_s *= stretch;
    }
    for plate in &mut recording.plates {
        plate.rate_hz /= stretch;
    }
    recording.rate_hz = rate_hz;
}

fn set_unit(recording: &mut Recording, unit: LengthUnit) {
    let before = recording.declared_unit.map_or(1.0, LengthUnit::metres);
    recording.given.unit = true;
    if recording.declared_unit == Some(unit) {
        return;
    }
    let factor = unit.metres() / before;
    let markers = recording.markers.iter_mut().map(|m| &mut m.position);
    let plates = &mut recording.plates;
    for corner in plates.iter_mut().flat_map(|p| p.corners.as_flattened_mut()) {
        *corner *= factor;
    }
    let centres = plates.iter_mut().map(|p| &mut p.centre_of_pressure);
    for column in markers.chain(centres).flat_map(|s| s.columns_mut()) {
        column.iter_mut().for_each(|value| *value *= factor);
    }
    if let Some(declared) = recording.declared_unit.replace(unit) {
        recording.warnings.push(Warning::new(
            "unit-given",
            format!(
                "the map says {}, the file {}; the map is followed",
                unit.symbol(),
                declared.symbol()
            ),
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recording::{EventKind, Format, Marker, Placement, Sensor, Series3, StoredEvent};

    #[test]
    fn rate_unit_axis_and_placements() {
        let mut recording = Recording::new("walk", Format::Memory, 200.0, 1);
        recording.declared_unit = Some(LengthUnit::Metre);
        recording.markers.push(Marker {
            label: "LASI".into(),
            position: Series3 {
                x: vec![100.0],
                y: vec![0.0],
                z: vec![f64::NAN],
            },
        });
        recording.events.push(StoredEvent {
            side: None,
            kind: Some(EventKind::FootStrike),
            label: String::new(),
            time_s: 0.5,
        });
        recording.sensors = vec![Sensor::missing("a", 1), Sensor::missing("b", 1)];
        recording.sensors[0].placement = Some(Placement::Pelvis);
        let map = "rate_hz = 100\nunit = \"mm\"\nup = \"+Y\"\n[labels]\nC7 = \"neck\"\n\
                   [sensors]\npelvis = \"B\"\nsternum = \"c\"\n";
        let map = Map::from_toml(map).unwrap();
        map.apply(&mut recording);
        assert_eq!(
            (recording.rate_hz, recording.events[0].time_s),
            (100.0, 1.0)
        );
        assert_eq!(recording.markers[0].position.x, [0.1]);
        assert_eq!(recording.given.up.as_deref(), Some("+Y"));
        assert_eq!(recording.given.landmarks["C7"], "neck");
        assert_eq!(recording.sensors[0].placement, None);
        assert_eq!(recording.sensors[1].placement, Some(Placement::Pelvis));
        let codes: Vec<&str> = recording.warnings.iter().map(|w| &*w.code).collect();
        assert_eq!(codes, ["rate-given", "unit-given", "map-unused"]);
        let once = (recording.rate_hz, recording.markers.clone());
        map.apply(&mut recording);
        assert_eq!(
            (recording.rate_hz, recording.markers[0].position.x[0]),
            (once.0, 0.1)
        );
    }
}
