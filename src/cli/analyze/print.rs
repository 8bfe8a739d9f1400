//! What `hipdrop analyze` prints: one line per recording and limb, the sessions, where things are.

use crate::analysis::Status;
use crate::classify::{Interval, Label, LimbFinding, runner_up};
use crate::cli::report::index;
use crate::cli::style::{Style, Tone, counted, cut, degrees, fit, label_tone, plain, wrap};
use crate::recording::Side;
use crate::study::Summary;
use crate::study::rows::{RecordingRow, SessionRow};
use std::fmt::Write;
use std::path::Path;

/// Widest column of names on a terminal.
const NAME_MAX: usize = 40;

/// Characters of a limb's columns after its name.
const LIMB_WIDTH: usize = 50;

/// Remarks need at least this room to say anything.
const REMARK_MIN: usize = 12;

/// Widest line and most lines of a finding in words.
const WORDS_WIDTH: usize = 100;
const WORDS_LINES: usize = 3;

/// Names the failed recordings on standard error.
pub fn failures(summary: &Summary) {
    for row in failed(summary) {
        eprintln!("{}: failed: {}", plain(&row.recording), plain(&row.reason));
    }
}

fn failed(summary: &Summary) -> impl Iterator<Item = &RecordingRow> {
    summary
        .recordings
        .iter()
        .filter(|r| r.status == Status::Failed)
}

/// The results as lines.
pub fn text(summary: &Summary, out: &Path, pages: Option<&Path>) -> String {
    let mut printer = Printer {
        style: Style::of_stdout(),
        name_width: 0,
        text: String::new(),
    };
    printer.recordings(&summary.recordings);
    printer.sessions(&summary.sessions);
    printer.end(summary, out, pages);
    printer.text
}

struct Printer {
    style: Style,
    name_width: usize,
    text: String,
}

impl Printer {
    fn line(&mut self, line: &str) {
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }

    /// Width of the name column: as wide as the names, on a terminal no wider than fits.
    fn set_name_width<'a>(&mut self, names: impl Iterator<Item = &'a str>) {
        let widest = names.map(|n| n.chars().count()).max().unwrap_or(0).max(9);
        self.name_width = match self.style.width {
            Some(width) => widest
                .min(NAME_MAX)
                .min(width.saturating_sub(LIMB_WIDTH + 1).max(12)),
            None => widest,
        };
    }

    fn heading(&mut self, first: &str) {
        let heading = format!(
            "{}  side   strides  label                p   drop   lean",
            fit(first, self.name_width)
        );
        let heading = self.style.paint(Tone::Strong, &heading);
        self.line(&heading);
    }

    fn recordings(&mut self, rows: &[RecordingRow]) {
        let names: Vec<String> = rows.iter().map(|r| plain(&r.recording)).collect();
        self.set_name_width(names.iter().map(String::as_str));
        self.heading("recording");
        for (row, name) in rows.iter().zip(&names) {
            match &row.limbs {
                Some(limbs) => {
                    for side in Side::BOTH {
                        self.limb(name, &limbs[side]);
                    }
                }
                None => self.without_limbs(name, row),
            }
        }
    }

    fn limb(&mut self, name: &str, finding: &LimbFinding) {
        let label = format!("{:<16}", finding.label.name());
        let line = format!(
            "{}  {:<5}  {:>7}  {}  {:>4}  {:>5}  {:>5}",
            fit(name, self.name_width),
            finding.side.name(),
            finding.strides,
            self.style.paint(label_tone(finding.label), &label),
            probability(finding),
            excess(finding.drop_excess_deg),
            excess(finding.lean_excess_deg),
        );
        let remark = remark(finding);
        let remark = match self.style.width {
            Some(width) => match width.saturating_sub(self.name_width + LIMB_WIDTH + 4) {
                room if room < REMARK_MIN => String::new(),
                room => cut(&remark, room),
            },
            None => remark,
        };
        let remark = self.style.paint(Tone::Faint, &remark);
        self.line(&format!("{line}  {remark}"));
    }

    /// A recording without findings: what it is, and why; a reason that is too long goes on below.
    fn without_limbs(&mut self, name: &str, row: &RecordingRow) {
        let what = match row.status {
            Status::Standing => "standing trial",
            Status::NoGait => "no gait",
            Status::Insufficient => "insufficient",
            Status::Failed => "failed",
            Status::Analysed => "analysed",
        };
        let tone = match row.status {
            Status::Failed => Tone::Bad,
            _ => Tone::Faint,
        };
        let reason = plain(&row.reason);
        let name = fit(name, self.name_width);
        let indent = " ".repeat(self.name_width + 2);
        let room = match self.style.width {
            Some(width) => width.saturating_sub(indent.len()).max(20),
            None => usize::MAX,
        };
        let separator = if reason.is_empty() { "" } else { ": " };
        let lines = wrap(&format!("{what}{separator}{reason}"), room);
        for (i, line) in lines.iter().enumerate() {
            let painted = match (i, line.strip_prefix(what)) {
                (0, Some(rest)) => self.style.paint(tone, what) + rest,
                _ => line.clone(),
            };
            let start = if i == 0 {
                format!("{name}  ")
            } else {
                indent.clone()
            };
            self.line(&(start + &painted));
        }
    }

    fn sessions(&mut self, rows: &[SessionRow]) {
        if rows.is_empty() {
            return;
        }
        let names: Vec<String> = rows
            .iter()
            .map(|r| session_name([&r.subject, &r.session, &r.condition]))
            .collect();
        self.set_name_width(names.iter().map(String::as_str));
        self.line("");
        self.heading("session");
        for (i, (row, name)) in rows.iter().zip(&names).enumerate() {
            self.limb(name, &row.finding);
            // the words are the same for both limbs: once, below them
            if names.get(i + 1) != Some(name) && !row.words.is_empty() {
                self.words(&row.words);
            }
        }
    }

    /// A finding in words, its first lines: the report and the tables have all of it.
    fn words(&mut self, words: &str) {
        let room = self.style.width.unwrap_or(WORDS_WIDTH).min(WORDS_WIDTH) - 4;
        let mut lines = wrap(&plain(words), room);
        if lines.len() > WORDS_LINES {
            lines.truncate(WORDS_LINES);
            if let Some(last) = lines.last_mut() {
                while last.chars().count() + 2 > room && last.contains(' ') {
                    last.truncate(last.rfind(' ').unwrap_or(0));
                }
                last.push_str(" …");
            }
        }
        for (n, line) in lines.iter().enumerate() {
            self.line(&format!("  {} {line}", if n == 0 { "→" } else { " " }));
        }
    }

    fn end(&mut self, summary: &Summary, out: &Path, pages: Option<&Path>) {
        self.line("");
        if summary.count(Status::Analysed) > 0 {
            let note =
                "p: probability of the label · drop, lean: single support, degrees above the norm";
            let note = self.style.paint(Tone::Faint, note);
            self.line(&note);
        }
        let room = self.style.width.unwrap_or(usize::MAX);
        for line in wrap(&totals(summary), room) {
            self.line(&line);
        }
        let tables = format!("Tables  {}", out.join("*.csv").display());
        self.line(&tables);
        if let Some(pages) = pages {
            let report = format!("Report  {}", index(pages));
            let report = self.style.paint(Tone::Strong, &report);
            self.line(&report);
        }
    }
}

/// `12 recordings: 8 analysed, 3 standing, 1 failed; …`.
fn totals(summary: &Summary) -> String {
    let statuses = [
        (Status::Analysed, "analysed"),
        (Status::Standing, "standing"),
        (Status::NoGait, "without gait"),
        (Status::Insufficient, "insufficient"),
        (Status::Failed, "failed"),
    ];
    let parts: Vec<String> = statuses
        .iter()
        .map(|(status, word)| (summary.count(*status), word))
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{count} {word}"))
        .collect();
    let all = summary.recordings.len();
    let mut line = format!("{}: {}", counted(all, "recording"), parts.join(", "));
    let unchanged = all - summary.analysed_now.min(all);
    if unchanged == all && summary.removed == 0 {
        line.push_str("; nothing has changed since the last run");
    } else if unchanged > 0 {
        let _ = write!(line, "; {unchanged} had not changed since the last run");
    }
    if summary.removed > 0 {
        let (are, were) = match summary.removed {
            1 => ("is", "was"),
            _ => ("are", "were"),
        };
        let _ = write!(
            line,
            "; {} of the last run {are} not under the given paths and {were} removed from the study",
            counted(summary.removed, "recording")
        );
    }
    if summary.skipped > 0 {
        let _ = write!(
            line,
            "; {} passed over",
            counted(summary.skipped, "other file")
        );
    }
    line
}

fn session_name(parts: [&str; 3]) -> String {
    let mut parts = Vec::from(parts);
    parts.retain(|p| !p.is_empty());
    parts.dedup();
    plain(&parts.join(" / "))
}

/// Probability of the label; empty when there is no label.
fn probability(finding: &LimbFinding) -> String {
    let p = finding.probabilities.and_then(|p| p.of(finding.label));
    p.map_or_else(String::new, |p| match p {
        p if p > 0.99 => ">0.99".to_owned(),
        p => format!("{p:.2}"),
    })
}

fn excess(interval: Option<Interval>) -> String {
    interval.map_or(String::new(), |i| degrees(i.mean))
}

/// Severity, what an undecided limb is undecided between, and what speaks against a label.
fn remark(finding: &LimbFinding) -> String {
    let mut parts: Vec<String> = Vec::new();
    parts.extend(finding.severity.map(|s| s.name().to_owned()));
    if let (Label::Indeterminate, Some((first, _))) = (finding.label, finding.leading) {
        parts.push(match runner_up(finding) {
            Some(second) => format!("{} or {}", first.name(), second.name()),
            None => format!("leading {}", first.name()),
        });
    }
    parts.extend(finding.flags.iter().map(|f| f.code.to_string()));
    parts.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sessions_are_named_without_repeats() {
        assert_eq!(session_name(["P01", "P01", ""]), "P01");
        assert_eq!(session_name(["P01", "pre", "shod"]), "P01 / pre / shod");
    }
}
