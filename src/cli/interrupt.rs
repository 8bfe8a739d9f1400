//! Ctrl-C: the first one asks the run to stop, the second ends the program at once.

use super::output::STOPPED;
use std::sync::atomic::{AtomicBool, Ordering};

static ASKED: AtomicBool = AtomicBool::new(false);

/// Whether the user has asked to stop.
pub fn asked() -> bool {
    ASKED.load(Ordering::Relaxed)
}

/// From now on Ctrl-C, or a signal to end, asks the run to stop. Ending at once loses nothing that
/// is stored: everything is written whole or not at all.
pub fn catch() {
    catch_saying("stopping: the recordings in hand are finished (again: stop at once)");
}

/// The same with words of one's own for what happens then.
pub fn catch_saying(words: &'static str) {
    // where it cannot be caught, Ctrl-C ends the program, which loses nothing either
    let _ = ctrlc::set_handler(move || {
        if ASKED.swap(true, Ordering::Relaxed) {
            std::process::exit(i32::from(STOPPED));
        }
        eprintln!("{words}");
    });
}
