//! Aligned, coloured text for a terminal; plain text for a pipe.

use crate::classify::Label;
use std::io::IsTerminal;

/// Width of a line where none is known.
const WIDTH_DEFAULT: usize = 100;

/// How text is to look.
#[derive(Debug, Clone, Copy)]
pub struct Style {
    colour: bool,
    /// Characters per line; `None` in a pipe, where nothing is cut.
    pub width: Option<usize>,
}

/// Colours by meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Headings.
    Strong,
    /// Side remarks.
    Faint,
    /// A definite pattern.
    Finding,
    /// No pattern.
    Clear,
    /// Cannot tell.
    Open,
    /// Something went wrong.
    Bad,
}

impl Style {
    /// The style of standard output.
    pub fn of_stdout() -> Style {
        let terminal = std::io::stdout().is_terminal();
        let plain = std::env::var_os("NO_COLOR").is_some_and(|v| !v.is_empty())
            || std::env::var_os("TERM").is_some_and(|t| t == "dumb");
        Style {
            colour: terminal && !plain,
            width: terminal.then(|| {
                terminal_size::terminal_size()
                    .map_or(WIDTH_DEFAULT, |(width, _)| usize::from(width.0).max(40))
            }),
        }
    }

    /// Text in a tone.
    pub fn paint(self, tone: Tone, text: &str) -> String {
        let code = match tone {
            Tone::Strong => "1",
            Tone::Faint => "2",
            Tone::Finding => "1;33",
            Tone::Clear => "32",
            Tone::Open => "36",
            Tone::Bad => "1;31",
        };
        if self.colour && !text.is_empty() {
            format!("\x1b[{code}m{text}\x1b[0m")
        } else {
            text.to_owned()
        }
    }
}

/// Tone of a label.
pub fn label_tone(label: Label) -> Tone {
    match label {
        Label::None => Tone::Clear,
        Label::Indeterminate => Tone::Open,
        _ => Tone::Finding,
    }
}

/// Text from a file on one line, characters that steer a terminal or the direction of writing as
/// visible escapes.
pub fn plain(text: &str) -> String {
    let one_line = text.replace('\n', "\\n").replace('\t', "\\t");
    crate::recording::visible(&one_line).into_owned()
}

/// A name in `width` characters. Of a path that is too long the folders in the middle go first;
/// the end stays, because names differ there.
pub fn fit(text: &str, width: usize) -> String {
    let length = text.chars().count();
    if length <= width {
        return format!("{text:<width$}");
    }
    if let (Some((first, _)), Some((_, last))) = (text.split_once('/'), text.rsplit_once('/')) {
        let short = format!("{first}/…/{last}");
        if short.chars().count() <= width {
            return format!("{short:<width$}");
        }
    }
    let kept: String = text.chars().skip(length + 1 - width.max(1)).collect();
    format!("…{kept}")
}

/// `text` cut to `width` characters, its beginning kept.
pub fn cut(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    let kept: String = text.chars().take(width.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

/// Lines of at most `width` characters, broken between words.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// A signed number of degrees: `+5.1°`, `−0.4°`.
pub fn degrees(value: f64) -> String {
    let text = format!("{:.1}°", value.abs());
    let sign = match text.as_str() {
        "0.0°" => "",
        _ if value < 0.0 => "−",
        _ => "+",
    };
    format!("{sign}{text}")
}

/// `3 recordings`, `1 recording`.
pub fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_keep_their_end() {
        assert_eq!(fit("abc", 5), "abc  ");
        assert_eq!(fit("folder/walk-1.c3d", 10), "…alk-1.c3d");
        assert_eq!(fit("a/long/way/w.c3d", 12), "a/…/w.c3d   ");
    }

    #[test]
    fn degrees_carry_a_sign_unless_zero() {
        assert_eq!(degrees(5.06), "+5.1°");
        assert_eq!(degrees(-0.36), "−0.4°");
        assert_eq!(degrees(-0.01), "0.0°");
    }

    #[test]
    fn lines_break_between_words() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(cut("one two three", 8), "one two…");
    }

    #[test]
    fn terminal_codes_in_names_are_shown() {
        assert_eq!(plain("a\x1b[31mb\n\u{202e}"), "a\\u{1b}[31mb\\n\\u{202e}");
    }
}
