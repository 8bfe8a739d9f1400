//! The progress bar: on a terminal, on standard error, one for the whole batch.

use crate::study::Progress;
use indicatif::{HumanDuration, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};
use std::fmt::Write;
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
            "{bar:30.cyan/dim} {pos}/{len} recordings  {pace}  {wide_msg:.dim}",
        ) {
            let pace = |state: &ProgressState, out: &mut dyn Write| {
                if state.pos() > 0 {
                    let left = HumanDuration(state.eta());
                    // writing to the bar cannot fail
                    let _ = write!(out, "{}  {left:#} left", rate(state.per_sec()));
                }
            };
            bar.set_style(style.with_key("pace", pace).progress_chars("━━╌"));
        }
        Bar { bar }
    }
}

/// Recordings per second, or per minute when there are few.
fn rate(per_second: f64) -> String {
    match per_second {
        many if many >= 9.95 => format!("{many:.0}/s"),
        some if some >= 0.1 => format!("{some:.1}/s"),
        few => format!("{:.1}/min", few * 60.0),
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

    fn stopped(&self) -> bool {
        super::interrupt::asked()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_have_two_digits() {
        assert_eq!(rate(312.4), "312/s");
        assert_eq!(rate(2.449), "2.4/s");
        assert_eq!(rate(0.05), "3.0/min");
    }
}
