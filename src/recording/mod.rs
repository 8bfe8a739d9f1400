//! What a recording *is*: the data every reader makes and every later stage takes.
//!
//! In: nothing. Out: [`Recording`] — markers, inertial sensors, stored model outputs, force plates,
//! stored events and body measures of one trial, in SI units, missing values as NaN, structure of arrays.

mod agreement;
mod body_measures;
mod given;
mod layout;
mod placement_names;
mod sensor;
mod series;
mod side;
mod subject_facts;
mod visible;
mod warning;

pub use agreement::Agreement;
pub use body_measures::{BodyMeasures, LimbMeasures};
pub use given::{Given, View};
pub use layout::Layout;
pub use sensor::{Placement, Sensor, VendorOrientation};
pub use series::Series3;
pub use side::{PerSide, Side};
pub use subject_facts::SubjectFacts;
pub use visible::visible;
pub use warning::Warning;

/// Order of rotations of a Cardan decomposition of a segment's orientation in the laboratory.
///
/// The two give different obliquities for the same pelvis (Baker 2001); a table of angles and a
/// norm of another sequence must never be compared, so both carry this tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum Sequence {
    /// Rotation–obliquity–tilt, R = Rz·Rx·Ry: obliquity is the elevation of the medio-lateral axis.
    #[serde(rename = "rot")]
    RotationObliquityTilt,
    /// Tilt–obliquity–rotation, R = Ry·Rx·Rz: what Plug-in Gait writes.
    #[serde(rename = "pig")]
    TiltObliquityRotation,
}

/// File format a recording was read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// C3D, any processor and storage type.
    C3d,
    /// TRC (Motion Analysis, OpenSim).
    Trc,
    /// Vicon Nexus CSV (sections `Trajectories`, `Model Outputs`, …) and its old ASCII form.
    NexusCsv,
    /// OptiTrack Motive CSV.
    OptitrackCsv,
    /// Qualisys TSV of marker positions.
    QualisysTsv,
    /// One column per coordinate: `LASI_X,LASI_Y,LASI_Z,…`.
    WideCsv,
    /// One row per frame and marker: `frame,marker,x,y,z`.
    LongCsv,
    /// OpenSim table (MOT or STO): joint coordinates of a model instead of markers.
    #[serde(rename = "opensim")]
    OpenSim,
    /// Xsens or Movella DOT app, one file per sensor.
    XsensDot,
    /// Xsens MT Manager text and its relatives (`PacketCounter`), one file per sensor.
    XsensMt,
    /// APDM Motion Studio CSV, all sensors in one file.
    Apdm,
    /// Any other table of accelerations and angular velocities.
    ImuCsv,
    /// Points in the plane of a picture: two columns per point, pixels.
    #[serde(rename = "tracks-2d")]
    Tracks2d,
    /// Made in memory (synthetic or by the caller).
    Memory,
}

impl Format {
    /// Name as printed in tables and `inspect`.
    pub fn name(self) -> &'static str {
        match self {
            Format::C3d => "c3d",
            Format::Trc => "trc",
            Format::NexusCsv => "nexus-csv",
            Format::OptitrackCsv => "optitrack-csv",
            Format::QualisysTsv => "qualisys-tsv",
            Format::WideCsv => "wide-csv",
            Format::LongCsv => "long-csv",
            Format::OpenSim => "opensim",
            Format::XsensDot => "xsens-dot",
            Format::XsensMt => "xsens-mt",
            Format::Apdm => "apdm",
            Format::ImuCsv => "imu-csv",
            Format::Tracks2d => "tracks-2d",
            Format::Memory => "memory",
        }
    }
}

/// What a recording measured: decides the way to the segments' orientations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Positions of markers (or joint coordinates computed from them).
    Markers,
    /// Accelerations and angular velocities of inertial sensors.
    Inertial,
    /// Points in the plane of a picture.
    #[serde(rename = "points-2d")]
    Picture,
}

impl Kind {
    /// `markers`, `inertial` or `points-2d`, as in the tables.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Markers => "markers",
            Kind::Inertial => "inertial",
            Kind::Picture => "points-2d",
        }
    }
}

/// Unit a file declares for its coordinates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LengthUnit {
    /// Metres.
    #[serde(rename = "m")]
    Metre,
    /// Centimetres.
    #[serde(rename = "cm")]
    Centimetre,
    /// Millimetres.
    #[serde(rename = "mm")]
    Millimetre,
}

impl LengthUnit {
    /// Metres per unit.
    pub fn metres(self) -> f64 {
        match self {
            LengthUnit::Metre => 1.0,
            LengthUnit::Centimetre => 0.01,
            LengthUnit::Millimetre => 0.001,
        }
    }

    /// `m`, `cm` or `mm`.
    pub fn symbol(self) -> &'static str {
        match self {
            LengthUnit::Metre => "m",
            LengthUnit::Centimetre => "cm",
            LengthUnit::Millimetre => "mm",
        }
    }

    /// Unit from a file's spelling (`mm`, `MM`, ` m `, `meters`, …); `None` when not recognised.
    pub fn parse(text: &str) -> Option<LengthUnit> {
        match text.trim().to_ascii_lowercase().as_str() {
            "mm" | "millimeter" | "millimeters" | "millimetre" | "millimetres" => {
                Some(LengthUnit::Millimetre)
            }
            "cm" | "centimeter" | "centimeters" | "centimetre" | "centimetres" => {
                Some(LengthUnit::Centimetre)
            }
            "m" | "meter" | "meters" | "metre" | "metres" => Some(LengthUnit::Metre),
            _ => None,
        }
    }
}

/// One marker's trajectory.
#[derive(Debug, Clone, PartialEq)]
pub struct Marker {
    /// Label exactly as stored, including a `Subject:` prefix.
    pub label: String,
    /// Position in the file's own axes (of a picture: x to its right, y, and 0, in pixels); metres when [`Recording::declared_unit`] is known, else
    /// the file's raw numbers (the `lab` stage then decides from the size of the pelvis).
    pub position: Series3,
}

/// One stored result of another program (Plug-in Gait angles, segment poses, …), as stored.
#[derive(Debug, Clone, PartialEq)]
pub struct ModelOutput {
    /// Label exactly as stored, including prefix and suffix (`Test:LPelvisAngles`, `LHipAnglesV`).
    pub label: String,
    /// Unit exactly as stored (`deg`, `mm`, `N.mm/kg`, empty when unknown).
    pub unit: String,
    /// Component names exactly as stored (`X Y Z`, or `RX RY RZ TX TY TZ …`).
    pub components: Vec<String>,
    /// One vector of [`Recording::frames`] values per component; NaN = missing.
    pub values: Vec<Vec<f64>>,
}

/// One force plate.
#[derive(Debug, Clone, PartialEq)]
pub struct ForcePlate {
    /// Samples per second (a multiple of the marker rate).
    pub rate_hz: f64,
    /// Corners in the file's axes, same unit as the markers, as stored (C3D order: +x+y, −x+y, −x−y, +x−y
    /// of the plate's own frame).
    pub corners: [[f64; 3]; 4],
    /// Force that the ground applies to the foot, newton, in the file's axes.
    pub force: Series3,
    /// Centre of pressure in the file's axes, same unit as the markers; NaN below the threshold.
    pub centre_of_pressure: Series3,
}

/// Kind of a gait event.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum EventKind {
    /// The foot reaches the ground.
    FootStrike,
    /// The foot leaves the ground.
    FootOff,
}

impl EventKind {
    /// `foot_strike` or `foot_off`, as in the tables.
    pub fn name(self) -> &'static str {
        match self {
            EventKind::FootStrike => "foot_strike",
            EventKind::FootOff => "foot_off",
        }
    }
}

/// One event stored in the file.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredEvent {
    /// Side from the context (`Left`, `Right`); `None` for `General` or empty.
    pub side: Option<Side>,
    /// Kind from the label; `None` when the label is empty or unknown.
    pub kind: Option<EventKind>,
    /// Label as stored.
    pub label: String,
    /// Seconds; 0 is frame 1 of the file's count, not the first stored frame.
    pub time_s: f64,
}

/// One trial as read from a file.
///
/// `frame` below is always the file's own count, starting at [`Recording::first_frame`];
/// `index` counts stored frames from 0.
#[derive(Debug, Clone, PartialEq)]
pub struct Recording {
    /// Name for messages and tables: the path as given, with `/`.
    pub name: String,
    /// Format it was read from.
    pub format: Format,
    /// Frames (of markers or sensors) per second.
    pub rate_hz: f64,
    /// Frame number of the first stored frame (1 unless the file says otherwise).
    pub first_frame: u64,
    /// Number of stored frames.
    pub frames: usize,
    /// Marker trajectories, in file order.
    pub markers: Vec<Marker>,
    /// Inertial sensors, in file order, each with [`Recording::frames`] samples.
    pub sensors: Vec<Sensor>,
    /// Unit of the markers *in the file*; `None` when not declared (then positions are raw).
    pub declared_unit: Option<LengthUnit>,
    /// Stored outputs of other programs.
    pub model_outputs: Vec<ModelOutput>,
    /// Force plates that have data.
    pub plates: Vec<ForcePlate>,
    /// Stored events, in time order.
    pub events: Vec<StoredEvent>,
    /// Body measures of the subject.
    pub body: BodyMeasures,
    /// `POINT:X_SCREEN`, `POINT:Y_SCREEN` of a C3D (for example `+X`, `+Z`).
    pub screen_axes: Option<(String, String)>,
    /// Subject name(s) the file declares.
    pub subjects: Vec<String>,
    /// What the user said about it.
    pub given: Given,
    /// How the file was laid out, for explanations.
    pub layout: Layout,
    /// What the reader had to guess or repair.
    pub warnings: Vec<Warning>,
}

impl Recording {
    /// An empty recording to fill.
    pub fn new(name: impl Into<String>, format: Format, rate_hz: f64, frames: usize) -> Recording {
        Recording {
            name: name.into(),
            format,
            rate_hz,
            first_frame: 1,
            frames,
            markers: Vec::new(),
            sensors: Vec::new(),
            declared_unit: Some(LengthUnit::Metre),
            model_outputs: Vec::new(),
            plates: Vec::new(),
            events: Vec::new(),
            body: BodyMeasures::default(),
            screen_axes: None,
            subjects: Vec::new(),
            given: Given::default(),
            layout: Layout::default(),
            warnings: Vec::new(),
        }
    }

    /// What was measured: inertial when there are sensors and no markers.
    pub fn kind(&self) -> Kind {
        if self.format == Format::Tracks2d {
            return Kind::Picture;
        }
        if self.markers.is_empty() && !self.sensors.is_empty() {
            Kind::Inertial
        } else {
            Kind::Markers
        }
    }

    /// Sensor at a placement, the first in file order.
    pub fn sensor(&self, placement: Placement) -> Option<&Sensor> {
        self.sensors
            .iter()
            .find(|sensor| sensor.placement == Some(placement))
    }

    /// Seconds of stored frame `index` on the file's time base: `(frame − 1) / rate`.
    pub fn time_s(&self, index: usize) -> f64 {
        ((self.first_frame as f64 - 1.0) + index as f64) / self.rate_hz
    }

    /// Fractional stored index of a time on the file's time base.
    pub fn index_at(&self, time_s: f64) -> f64 {
        time_s * self.rate_hz - (self.first_frame as f64 - 1.0)
    }

    /// Length of the recording in seconds.
    pub fn duration_s(&self) -> f64 {
        self.frames as f64 / self.rate_hz
    }
}
