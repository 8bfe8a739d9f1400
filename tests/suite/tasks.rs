//! What people do who do not walk, against synthetic truth and real tracks.

#[path = "tasks/standing.rs"]
mod standing;
