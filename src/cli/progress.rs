//! The progress bar: on a terminal, on standard error, one for the whole batch.

use crate::study::Progress;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal;

/// A progress bar, or nothing in a pipe or when quiet.
pub struct Bar {
    bar: ProgressBar,
}

impl Bar {
    /// A bar that shows itself once the number of recordings is known.
    pub fn new(quiet: bool) -> Bar {
        let bar = if quiet || !std::io::stderr().is_terminal() {
            ProgressBar::hidden()
        } else {
            ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr())
        };
        // a template that is wrong falls back to the default look
        if let Ok(style) = ProgressStyle::with_template(
            "{bar:30.cyan/dim} {pos}/{len} recordings {elapsed} {wide_msg:.dim}",
        ) {
            bar.set_style(style.progress_chars("━━╌"));
        }
        Bar { bar }
    }
}

impl Progress for Bar {
    fn begin(&self, recordings: usize) {
        self.bar.set_length(recordings as u64);
    }

    fn step(&self, recording: &str) {
        self.bar.set_message(super::style::plain(recording));
        self.bar.inc(1);
    }

    fn end(&self) {
        self.bar.finish_and_clear();
    }
}
