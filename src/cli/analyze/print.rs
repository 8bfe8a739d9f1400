//! What `hipdrop analyze` prints: one line per recording and limb, the sessions, where things are.

use crate::analysis::Status;
use crate::classify::{Interval, Label, LimbFinding, runner_up};
use crate::cli::report::index;
use crate::cli::style::{Style, Tone, counted, degrees, fit, label_tone, plain, wrap};
use crate::inertial::Calibration;
use crate::recording::Side;
use crate::study::Summary;
use crate::study::long::is_whole;
use crate::study::rows::{RecordingRow, SessionRow};
use crate::tasks::StanceTest;
use std::fmt::Write;
use std::path::Path;

/// Widest column of names on a terminal.
const NAME_MAX: usize = 40;

/// Characters of a limb's columns after its name.
const LIMB_WIDTH: usize = 50;

/// Widest line of a finding in words.
const WORDS_WIDTH: usize = 100;

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
    printer.sessions(&summary.sessions, &summary.recordings);
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
        let mut whole = None;
        for (row, name) in rows.iter().zip(&names) {
            if is_whole(row) {
                whole = row.calibration.as_ref();
            }
            match &row.limbs {
                Some(limbs) => {
                    // about the recording, not the limb: said once
                    let warnings = warnings(row);
                    self.limb(name, &limbs[Side::Left], &warnings);
                    self.limb(name, &limbs[Side::Right], "");
                }
                None => self.without_limbs(name, row),
            }
            // a bout stands below its recording: what is the same there is said once
            if let Some(calibration) = &row.calibration
                && (is_whole(row) || !same_axes(whole, calibration))
            {
                self.calibration(calibration);
            }
        }
    }

    /// How the sensors of a recording were calibrated.
    fn calibration(&mut self, calibration: &Calibration) {
        let text = plain(&format!("sensors: {}", calibration.in_short()));
        let width = self.style.width.unwrap_or(WORDS_WIDTH);
        let indent = self.name_width + 2;
        for line in wrap(&text, width.saturating_sub(indent).max(20)) {
            let line = self.style.paint(Tone::Faint, &line);
            self.line(&format!("{:indent$}{line}", ""));
        }
    }

    /// One limb; `note` goes before what its finding remarks. What does not fit goes on below.
    fn limb(&mut self, name: &str, finding: &LimbFinding, note: &str) {
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
        let remark = remark(finding, note);
        let width = self.style.width.unwrap_or(usize::MAX);
        let indent = self.name_width + 2;
        let beside = width.saturating_sub(self.name_width + LIMB_WIDTH + 4);
        if remark.chars().count() <= beside {
            let remark = self.style.paint(Tone::Faint, &remark);
            self.line(&format!("{line}  {remark}"));
            return;
        }
        self.line(&line);
        for below in wrap(&remark, width.saturating_sub(indent).max(20)) {
            let below = self.style.paint(Tone::Faint, &below);
            self.line(&format!("{:indent$}{below}", ""));
        }
    }

    /// A recording without findings: what it is, and why; a reason that is too long goes on below.
    fn without_limbs(&mut self, name: &str, row: &RecordingRow) {
        let what = match row.status {
            Status::Standing => "standing trial",
            Status::NoGait => "no gait",
            Status::Insufficient => "insufficient",
            Status::Bouts => "long recording",
            Status::Failed => "failed",
            Status::Analysed => "analysed",
        };
        let tone = match row.status {
            Status::Failed => Tone::Bad,
            _ => Tone::Faint,
        };
        let reason = match &row.tasks.stance {
            Some(test) => stances(test),
            None => plain(&row.reason),
        };
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

    fn sessions(&mut self, rows: &[SessionRow], recordings: &[RecordingRow]) {
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
            let note = match row.side {
                Side::Left => look_alikes(row, recordings),
                Side::Right => String::new(),
            };
            self.limb(name, &row.finding, &note);
            // the words are the same for both limbs: once, below them
            if names.get(i + 1) != Some(name) && !row.words.is_empty() {
                self.words(&row.words);
            }
        }
    }

    /// A finding in words, all of it: its end may hold what forbids a label.
    fn words(&mut self, words: &str) {
        let room = self.style.width.unwrap_or(WORDS_WIDTH).min(WORDS_WIDTH) - 4;
        let lines = wrap(&plain(words), room);
        for (n, line) in lines.iter().enumerate() {
            self.line(&format!("  {} {line}", if n == 0 { "→" } else { " " }));
        }
    }

    fn end(&mut self, summary: &Summary, out: &Path, pages: Option<&Path>) {
        self.line("");
        if summary.count(Status::Analysed) > 0 {
            let note =
                "p: probability of the label · drop, lean: single support, degrees above the norm";
            for line in wrap(note, self.style.width.unwrap_or(usize::MAX)) {
                let line = self.style.paint(Tone::Faint, &line);
                self.line(&line);
            }
            if summary
                .recordings
                .iter()
                .any(|row| !row.warnings.is_empty())
            {
                let note = "warnings: on the pages, and with `hipdrop inspect FILE`";
                let note = self.style.paint(Tone::Faint, note);
                self.line(&note);
            }
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

/// Whether a bout was measured with the calibration of its recording.
fn same_axes(whole: Option<&Calibration>, bout: &Calibration) -> bool {
    whole.is_some_and(|w| (&w.upright, &w.sensors) == (&bout.upright, &bout.sensors))
}

/// `12 recordings: 8 analysed, 3 standing, 1 failed; …`.
fn totals(summary: &Summary) -> String {
    let statuses = [
        (Status::Analysed, "analysed"),
        (Status::Standing, "standing"),
        (Status::NoGait, "without gait"),
        (Status::Insufficient, "insufficient"),
        (Status::Bouts, "cut into walking bouts"),
        (Status::Failed, "failed"),
    ];
    let whole = || summary.recordings.iter().filter(|row| is_whole(row));
    let parts: Vec<String> = statuses
        .iter()
        .map(|(status, word)| (whole().filter(|r| r.status == *status).count(), word))
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{count} {word}"))
        .collect();
    let all = whole().count();
    let bouts = summary.recordings.len() - all;
    let mut line = format!("{}: {}", counted(all, "recording"), parts.join(", "));
    if bouts > 0 {
        let _ = write!(line, "; {} analysed", counted(bouts, "walking bout"));
    }
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

/// `2 warnings: ramp, short-standing`; empty without any.
fn warnings(row: &RecordingRow) -> String {
    let mut codes: Vec<String> = row.warnings.iter().map(|w| plain(&w.code)).collect();
    codes.sort();
    codes.dedup();
    match row.warnings.len() {
        0 => String::new(),
        count => format!("{}: {}", counted(count, "warning"), codes.join(", ")),
    }
}

/// How many recordings of a session are copies of others, and how many may be.
fn look_alikes(session: &SessionRow, recordings: &[RecordingRow]) -> String {
    let of_session = |row: &&RecordingRow| {
        (&row.subject, &row.session, &row.condition)
            == (&session.subject, &session.session, &session.condition)
    };
    let count = |code: &str| {
        let has = |row: &&RecordingRow| row.warnings.iter().any(|w| w.code == code);
        recordings.iter().filter(of_session).filter(has).count()
    };
    let mut parts = Vec::new();
    match count("copy") {
        0 => {}
        1 => parts.push("1 copy left out".to_owned()),
        copies => parts.push(format!("{copies} copies left out")),
    }
    match count("similar-walk") {
        0 => {}
        1 => parts.push("1 recording looks like another".to_owned()),
        alike => parts.push(format!("{alike} recordings look like others")),
    }
    parts.join(", ")
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

/// `note`, severity, what an undecided limb is undecided between, and what speaks against a label.
fn remark(finding: &LimbFinding, note: &str) -> String {
    let mut parts: Vec<String> = Vec::new();
    parts.extend(Some(note.to_owned()).filter(|note| !note.is_empty()));
    parts.extend(finding.severity.map(|s| s.name().to_owned()));
    if let (Label::Indeterminate, Some((first, _))) = (finding.label, finding.leading) {
        parts.push(match runner_up(finding) {
            Some(second) => format!("{} or {}", first.name(), second.name()),
            None => format!("leading {}", first.name()),
        });
    }
    let codes = |blocking: bool| {
        let of = finding.flags.iter().filter(|f| f.blocking == blocking);
        of.map(|f| f.code.to_string()).collect::<Vec<_>>()
    };
    // which rule left a limb without a label is said as such, however sure the label would be
    let against = codes(true);
    if !against.is_empty() {
        parts.push(format!("no label because of {}", against.join(" and ")));
    }
    parts.extend(codes(false));
    parts.join(", ")
}

/// The stances of a standing test: `left leg 12.4 s (failed, drop +3.1° on average)`.
fn stances(test: &StanceTest) -> String {
    let each = test.stances.iter().map(|stance| {
        let mean = stance.drop_mean_deg.map_or(String::new(), |drop| {
            format!(", drop {} on average", degrees(drop))
        });
        let invalid = if stance.valid() { "" } else { ", not valid" };
        format!(
            "{} leg {:.1} s ({}{mean}{invalid})",
            stance.side.name(),
            stance.held_s,
            stance.outcome.name()
        )
    });
    format!("on one leg, {}", each.collect::<Vec<_>>().join("; "))
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
