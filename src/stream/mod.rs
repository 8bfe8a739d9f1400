//! Recordings analysed while they are made.
//!
//! In: rows of markers or inertial sensors, as bytes in any pieces. Out: [`Line`]s of JSON: one when a
//! stance ends, one when a stride is complete, warnings, and a summary. Memory does not grow with the
//! length of the stream.
//!
//! | file | holds |
//! |---|---|
//! | `engine` | the whole way, from bytes to lines |
//! | `lines`, `timeline` | bytes → rows → an even grid of rows |
//! | `body` | what markers and sensors have in common; `markers`, `sensors` |
//! | `fitted` | a calibration, and what follows from it |
//! | `foot_watch`, `limb_watch` | signs of events in single rows: when it is worth looking |
//! | `walk` | events → stances and strides → lines |
//! | `history` | the last strides, the running label |
//! | `source`, `session`, `record` | where rows come from; a run from source to lines; rows that are kept |
//! | `page` | the lines in a browser |
//! | `ring`, `course`, `walked`, `counts`, `line` | the last rows, the path, the walking, the faults, the JSON |
//!
//! What is computed is computed by the modules for whole recordings, on short stretches around each
//! event; own code decides only when, and which rows.

mod body;
mod counts;
mod course;
mod engine;
mod fitted;
mod foot_watch;
mod history;
mod limb_watch;
mod line;
mod lines;
mod markers;
pub mod page;
mod record;
mod ring;
mod sensors;
mod session;
pub mod source;
mod timeline;
mod walk;
mod walked;

pub use counts::Counts;
pub use engine::{Engine, StreamError};
pub use line::{Kind, Line};
pub use record::Recorder;
pub use session::{Session, SessionError, Sink};
