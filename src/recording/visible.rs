//! Characters that cannot be seen but change what is read, made visible.
//!
//! In: text from a file (names, labels, reasons). Out: the same with control characters (C0, DEL,
//! C1) and the characters that turn the direction of writing as escapes such as `\u{202e}`. A name
//! can then neither steer a terminal nor be shown in another order than it is written.

use std::borrow::Cow;

/// `text` with invisible steering characters as `\u{…}`. Line feed and tab stay: what they mean
/// depends on where the text goes.
pub fn visible(text: &str) -> Cow<'_, str> {
    // most text is plain: nothing to look for but printable ASCII
    let plain = |byte: &u8| matches!(byte, b' '..=b'~');
    if text.as_bytes().iter().all(plain) || !text.contains(steers) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if steers(c) {
            shown.extend(c.escape_unicode());
        } else {
            shown.push(c);
        }
    }
    Cow::Owned(shown)
}

/// Control characters, and the marks, embeddings, overrides and isolates of the Unicode
/// bidirectional algorithm (UAX 9).
fn steers(c: char) -> bool {
    (c.is_control() && !matches!(c, '\n' | '\t'))
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steering_characters_become_escapes_and_the_rest_stays() {
        for (text, shown) in [
            ("walk 1\n\tÄ דג", "walk 1\n\tÄ דג"),
            ("a\u{1b}[31mb", "a\\u{1b}[31mb"),
            ("a\u{202e}d3c.kl", "a\\u{202e}d3c.kl"),
            (
                "\u{2066}\u{2069}\u{9b}\u{7f}\r\0",
                "\\u{2066}\\u{2069}\\u{9b}\\u{7f}\\u{d}\\u{0}",
            ),
        ] {
            assert_eq!(visible(text), shown);
        }
        assert!(matches!(visible("plain"), Cow::Borrowed(_)));
    }
}
