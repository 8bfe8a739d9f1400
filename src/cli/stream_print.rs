//! The lines of `hipdrop stream` on standard output: JSON, or words on a terminal.

use super::style::{self, Tone, plain};
use crate::classify::Label;
use crate::stream::{Kind, Line, Sink};
use serde_json::Value;
use std::io::{self, IsTerminal, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TryRecvError, TrySendError, sync_channel};
use std::thread::{self, JoinHandle};

/// Lines that wait for a slow reader before the rows do.
const WAITING: usize = 4096;
/// Drop for which the bar on the terminal has its full width, degrees, and that width.
const BAR_DEG: f64 = 12.0;
const BAR: usize = 24;

/// How lines look.
#[derive(Debug, Clone, Copy)]
pub struct Style {
    words: bool,
    quiet: bool,
    style: style::Style,
}

impl Style {
    /// Words on a terminal unless JSON is asked for.
    pub fn new(json: bool, quiet: bool) -> Style {
        Style {
            words: io::stdout().is_terminal() && !json,
            quiet,
            style: style::Style::of_stdout(),
        }
    }
}

/// Lines on their way to standard output: a thread writes them, so that a reader who pauses does not
/// stop the rows at once.
pub struct Lines {
    style: Style,
    sender: Option<SyncSender<String>>,
    writer: Option<JoinHandle<io::Result<()>>>,
    closed: Arc<AtomicBool>,
    waits: u64,
}

impl Lines {
    /// Begins to write.
    pub fn new(style: Style) -> Lines {
        let (sender, lines) = sync_channel(WAITING);
        let closed = Arc::new(AtomicBool::new(false));
        let seen = closed.clone();
        let writer = thread::Builder::new().name("lines".into()).spawn(move || {
            let result = write(&lines);
            if result.is_err() {
                seen.store(true, Ordering::Relaxed);
            }
            result
        });
        Lines {
            style,
            sender: Some(sender),
            writer: writer.ok(),
            closed,
            waits: 0,
        }
    }

    /// Waits until everything is written.
    pub fn finish(mut self) -> io::Result<()> {
        self.sender = None;
        match self.writer.take().map(JoinHandle::join) {
            Some(Ok(result)) => result,
            _ => Ok(()),
        }
    }
}

/// Writes line after line; flushes when no further one waits.
fn write(lines: &Receiver<String>) -> io::Result<()> {
    let mut out = super::output::stdout();
    loop {
        let line = match lines.try_recv() {
            Ok(line) => line,
            Err(TryRecvError::Empty) => {
                out.flush()?;
                match lines.recv() {
                    Ok(line) => line,
                    Err(_) => return Ok(()),
                }
            }
            Err(TryRecvError::Disconnected) => return out.flush(),
        };
        out.write_all(line.as_bytes())?;
        out.write_all(b"\n")?;
    }
}

impl Sink for Lines {
    fn line(&mut self, line: &Line) -> io::Result<bool> {
        let Some(text) = shown(line, &self.style) else {
            return Ok(true);
        };
        let Some(sender) = &self.sender else {
            return Ok(false);
        };
        // no line is ever dropped: the rows wait instead
        let sent = match sender.try_send(text) {
            Ok(()) => true,
            Err(TrySendError::Full(text)) => {
                self.waits += 1;
                sender.send(text).is_ok()
            }
            Err(TrySendError::Disconnected(_)) => false,
        };
        Ok(sent && !self.closed.load(Ordering::Relaxed))
    }

    fn waits(&self) -> u64 {
        self.waits
    }

    fn begins(&mut self, what: &str) {
        if !self.style.quiet {
            eprintln!("{what}; strides follow once somebody walks");
        }
    }
}

/// What is printed for a line; `None`: nothing.
fn shown(line: &Line, style: &Style) -> Option<String> {
    if !style.words {
        return Some(line.json.clone());
    }
    let value: Value = serde_json::from_str(&line.json).unwrap_or_default();
    match line.kind {
        Kind::Stance => None,
        Kind::Stride => Some(stride(&value, style.style)),
        Kind::Warning => {
            let text = format!(
                "note: {}",
                plain(value["message"].as_str().unwrap_or_default())
            );
            Some(style.style.paint(Tone::Faint, &text))
        }
        Kind::Summary => Some(summary(&value, style.style)),
    }
}

fn number(value: &Value, name: &str, decimals: usize) -> String {
    value[name]
        .as_f64()
        .map_or("–".into(), |v| format!("{v:.decimals$}"))
}

/// `  12.3 s  right  7  drop  6.2° ██████████──────  lean −1.0°  uncompensated 93 %`
fn stride(value: &Value, style: style::Style) -> String {
    let drop = value["drop_ss_deg"].as_f64().unwrap_or(0.0);
    let full = ((drop / BAR_DEG).clamp(0.0, 1.0) * BAR as f64).round() as usize;
    let bar = format!("{}{}", "█".repeat(full), "─".repeat(BAR - full));
    let label = value["label"].as_str().unwrap_or_default();
    let left_out = match value["excluded_because"].as_str() {
        Some(why) => format!("  not used: {why}"),
        None => String::new(),
    };
    let probability = match label {
        "none" => "p_none",
        "compensated" => "p_compensated",
        "mixed" => "p_mixed",
        _ => "p_uncompensated",
    };
    let sure = value[probability]
        .as_f64()
        .filter(|_| label != Label::Indeterminate.name());
    let sure = sure.map_or(String::new(), |p| format!(" {:.0} %", 100.0 * p));
    let tone = match label {
        "none" => Tone::Clear,
        "indeterminate" => Tone::Open,
        _ => Tone::Finding,
    };
    format!(
        "{:>8} s  {:<5} {:>4}  drop {:>5}° {bar}  lean {:>5}°  {}{}",
        number(value, "end_s", 2),
        value["side"].as_str().unwrap_or_default(),
        value["stride"],
        number(value, "drop_ss_deg", 1),
        number(value, "lean_ss_deg", 1),
        style.paint(tone, &format!("{label}{sure}")),
        style.paint(Tone::Faint, &left_out),
    )
}

fn summary(value: &Value, style: style::Style) -> String {
    let limb = |side: &str| {
        let name = |what: &str| format!("{what}_{side}");
        format!(
            "  {side:<5}  {} strides, {} used; mean drop {}°, lean {}°; {}",
            value[name("strides")],
            value[name("used")],
            number(value, &name("drop_ss_deg"), 1),
            number(value, &name("lean_ss_deg"), 1),
            value[name("label")].as_str().unwrap_or_default(),
        )
    };
    let rows = format!(
        "{} rows; missing {}, late {}, stale {}, repeated {}, not readable {}, wrong times {}",
        value["rows"],
        value["missing"],
        value["late"],
        value["stale"],
        value["duplicate"],
        value["malformed"],
        value["wrong_time"],
    );
    let head = style.paint(
        Tone::Strong,
        &format!("{} s", number(value, "duration_s", 1)),
    );
    format!("{head}  {rows}\n{}\n{}", limb("left"), limb("right"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stride_is_one_readable_line() {
        let json = r#"{"type":"stride","side":"right","stride":7,"end_s":12.345,"drop_ss_deg":6.2,
            "lean_ss_deg":null,"label":"uncompensated","p_uncompensated":0.93,"excluded_because":"turn"}"#;
        let line = Line {
            kind: Kind::Stride,
            json: json.replace('\n', ""),
        };
        let mut style = Style::new(false, false);
        assert_eq!(shown(&line, &style), Some(line.json.clone()));
        style.words = true;
        let text = shown(&line, &style).unwrap();
        for wanted in [
            "12.35 s",
            "right",
            "6.2°",
            "lean     –°",
            "uncompensated 93 %",
            "not used: turn",
        ] {
            assert!(text.contains(wanted), "{text}");
        }
    }
}
