//! How wide words are and which characters can be printed, from the typeface that the program
//! carries.

/// Regular or bold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Weight {
    /// Running text.
    #[default]
    Regular,
    /// Headings and what matters.
    Bold,
}

#[cfg(feature = "pdf")]
mod face {
    use super::Weight;
    use std::sync::OnceLock;
    use ttf_parser::Face;

    fn face(weight: Weight) -> Option<&'static Face<'static>> {
        static FACES: [OnceLock<Option<Face<'static>>>; 2] = [OnceLock::new(), OnceLock::new()];
        let (cell, bytes) = match weight {
            Weight::Regular => (&FACES[0], notosans::REGULAR_TTF),
            Weight::Bold => (&FACES[1], notosans::BOLD_TTF),
        };
        cell.get_or_init(|| Face::parse(bytes, 0).ok()).as_ref()
    }

    /// Advance of a character, in sizes of the type; `None` when the typeface lacks it.
    pub fn advance(c: char, weight: Weight) -> Option<f64> {
        let face = face(weight)?;
        let glyph = face.glyph_index(c)?;
        let advance = face.glyph_hor_advance(glyph)?;
        Some(f64::from(advance) / f64::from(face.units_per_em()))
    }
}

#[cfg(not(feature = "pdf"))]
mod face {
    use super::Weight;

    /// Without a typeface at hand a usual width: only the place of legends depends on it.
    pub fn advance(_: char, weight: Weight) -> Option<f64> {
        Some(match weight {
            Weight::Regular => 0.55,
            Weight::Bold => 0.6,
        })
    }
}

/// Stands for a character that the typeface lacks: a name must not lose letters unseen.
const UNPRINTABLE: char = '?';

/// `text` as it can be printed: the arrows of an axis become signs, characters that steer
/// are shown, and what the typeface lacks becomes a question mark.
pub fn printable(text: &str) -> String {
    let text = text
        .replace("\u{2003}\u{2191}", ": +")
        .replace("\u{2003}\u{2193}", ", \u{2212}");
    crate::recording::visible(&text)
        .chars()
        .map(|c| match c {
            '\u{2003}' | '\t' | '\n' => ' ',
            c if face::advance(c, Weight::Regular).is_some() => c,
            _ => UNPRINTABLE,
        })
        .collect()
}

/// Width of `text` at a size, in the unit of the size.
pub fn width(text: &str, size: f64, weight: Weight) -> f64 {
    let advance = |c| face::advance(c, weight).unwrap_or(0.5);
    size * text.chars().map(advance).sum::<f64>()
}

/// `text` in lines no wider than `most`; a word that is wider by itself is cut.
pub fn lines(text: &str, size: f64, weight: Weight, most: f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        for part in fitting(word, size, weight, most) {
            let longer = match line.is_empty() {
                true => part.clone(),
                false => format!("{line} {part}"),
            };
            if line.is_empty() || width(&longer, size, weight) <= most {
                line = longer;
            } else {
                lines.push(std::mem::replace(&mut line, part));
            }
        }
    }
    lines.push(line);
    lines
}

/// Pieces of a word that each fit.
fn fitting(word: &str, size: f64, weight: Weight, most: f64) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut used = 0.0;
    for c in word.chars() {
        let wide = width(c.encode_utf8(&mut [0; 4]), size, weight);
        if used + wide > most && used > 0.0 {
            parts.push(String::new());
            used = 0.0;
        }
        used += wide;
        if let Some(last) = parts.last_mut() {
            last.push(c);
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_is_wider_than_the_page_and_no_word_is_lost() {
        let text = "The pelvis drops 5.7° more than the norm Donaudampfschifffahrtsgesellschaft.";
        let found = lines(text, 8.0, Weight::Regular, 60.0);
        assert!(found.len() > 3);
        for line in &found {
            assert!(width(line, 8.0, Weight::Regular) <= 60.0, "{line}");
        }
        let letters = |s: &str| s.chars().filter(|c| !c.is_whitespace()).collect::<String>();
        assert_eq!(letters(&found.concat()), letters(text));
        assert_eq!(lines("", 8.0, Weight::Regular, 60.0), [""]);
    }

    #[cfg(feature = "pdf")]
    #[test]
    fn the_typeface_has_every_character_of_every_language() {
        for text in crate::report::language::texts() {
            for c in text.chars().filter(|c| !c.is_control() && *c != '\u{2003}') {
                let shown = printable(&c.to_string());
                assert!(shown != "?" || c == '?', "{c:?} cannot be printed");
            }
        }
        assert_eq!(printable("Иван 患者"), "Иван ??");
        assert!(width("mmm", 10.0, Weight::Bold) > width("iii", 10.0, Weight::Bold));
    }
}
