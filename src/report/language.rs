//! The words of the report in the reader's language.
//!
//! In: a message file (`languages/*.toml`) per language. Out: [`Language`], which says a message,
//! fills in its values, counts things and writes numbers the way the language does. English is
//! the reference: a test asks every other file for exactly its keys. What the *analysis* writes —
//! messages of warnings, reasons, names of norms — stands in the tables too and stays as it is;
//! pages mark it as English.

use std::collections::BTreeMap;

use super::number;
use crate::recording::Side;

/// Code, own name and messages of every language.
const FILES: [(&str, &str, &str); 4] = [
    ("en", "English", include_str!("languages/en.toml")),
    ("de", "Deutsch", include_str!("languages/de.toml")),
    ("fr", "français", include_str!("languages/fr.toml")),
    ("es", "español", include_str!("languages/es.toml")),
];

/// Codes of the languages a report can be written in.
pub fn codes() -> impl Iterator<Item = &'static str> {
    FILES.iter().map(|(code, _, _)| *code)
}

/// One language.
#[derive(Debug, Clone)]
pub struct Language {
    code: &'static str,
    /// `section.key` → message.
    messages: BTreeMap<String, String>,
}

impl Default for Language {
    fn default() -> Language {
        Language::of(FILES[0])
    }
}

impl Language {
    /// The language of a code (`en`, `de`, …).
    pub fn named(code: &str) -> Option<Language> {
        FILES
            .into_iter()
            .find(|(known, _, _)| *known == code)
            .map(Language::of)
    }

    fn of((code, _, text): (&'static str, &str, &str)) -> Language {
        Language {
            code,
            // the files are compiled in and a test reads each of them
            messages: flat(text).unwrap_or_default(),
        }
    }

    /// `en`, `de`, ….
    pub fn code(&self) -> &'static str {
        self.code
    }

    /// The message of `key`; the key itself when there is none (a test finds such keys).
    pub fn say(&self, key: &str) -> String {
        self.known(key).unwrap_or(key).to_owned()
    }

    /// The message of `key`, if there is one.
    pub fn known(&self, key: &str) -> Option<&str> {
        self.messages.get(key).map(String::as_str)
    }

    /// The message of `key` with `{name}` replaced by its value.
    pub fn fill(&self, key: &str, values: &[(&str, &str)]) -> String {
        fill(&self.say(key), values)
    }

    /// The message of `key.left` or `key.right`: languages bend sides in their own ways.
    pub fn sided(&self, key: &str, side: Side) -> String {
        self.say(&format!("{key}.{}", side.name()))
    }

    /// `n` things: `key.one` or `key.other` with `{n}`.
    pub fn count(&self, n: usize, key: &str) -> String {
        let form = if n == 1 { "one" } else { "other" };
        self.fill(&format!("{key}.{form}"), &[("n", &n.to_string())])
    }

    /// `value` with `decimals` decimals, in the language's decimal sign and a true minus.
    pub fn fixed(&self, value: f64, decimals: usize) -> String {
        let text = number::fixed(value, decimals);
        match self.known("number.decimal") {
            Some(sign) if sign != "." => text.replace('.', sign),
            _ => text,
        }
    }

    /// `5.2°`.
    pub fn degrees(&self, value: f64) -> String {
        format!("{}°", self.fixed(value, 1))
    }

    /// `93 %`; beyond 99 % and below 1 % not a number that would claim certainty.
    pub fn share(&self, share: f64) -> String {
        crate::classify::share_in_words(share)
    }

    /// `a, b and c`.
    pub fn list(&self, items: &[String]) -> String {
        match items {
            [] => String::new(),
            [one] => one.clone(),
            [first @ .., last] => {
                format!("{} {} {last}", first.join(", "), self.say("list.and"))
            }
        }
    }
}

/// `text` with every `{name}` of `values` replaced.
pub fn fill(text: &str, values: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(text.len() + 32);
    let mut rest = text;
    while let Some(open) = rest.find('{') {
        let Some(close) = rest[open..].find('}').map(|at| open + at) else {
            break;
        };
        filled.push_str(&rest[..open]);
        let name = &rest[open + 1..close];
        match values.iter().find(|(known, _)| *known == name) {
            Some((_, value)) => filled.push_str(value),
            None => filled.push_str(&rest[open..=close]),
        }
        rest = &rest[close + 1..];
    }
    filled.push_str(rest);
    filled
}

/// The strings of a TOML text by their dotted path.
fn flat(text: &str) -> Result<BTreeMap<String, String>, toml::de::Error> {
    fn add(path: &str, value: toml::Value, found: &mut BTreeMap<String, String>) {
        match value {
            toml::Value::Table(table) => {
                for (key, value) in table {
                    let path = match path.is_empty() {
                        true => key,
                        false => format!("{path}.{key}"),
                    };
                    add(&path, value, found);
                }
            }
            toml::Value::String(text) => {
                found.insert(path.to_owned(), text);
            }
            other => {
                found.insert(path.to_owned(), other.to_string());
            }
        }
    }
    let mut found = BTreeMap::new();
    add(
        "",
        toml::Value::Table(toml::from_str::<toml::Table>(text)?),
        &mut found,
    );
    Ok(found)
}

/// Every message of every language.
#[cfg(all(test, feature = "pdf"))]
pub fn texts() -> Vec<String> {
    let all = FILES
        .iter()
        .flat_map(|file| Language::of(*file).messages.into_values());
    all.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use std::path::Path;

    /// Placeholders of a message, sorted.
    fn names(message: &str) -> BTreeSet<&str> {
        message
            .split('{')
            .skip(1)
            .filter_map(|rest| rest.split('}').next())
            .collect()
    }

    #[test]
    fn every_language_has_every_message_with_the_same_values() {
        let english = flat(FILES[0].2).unwrap();
        assert!(english.len() > 200);
        for (code, _, text) in FILES {
            let other = flat(text).unwrap();
            let keys = |m: &BTreeMap<String, String>| m.keys().cloned().collect::<BTreeSet<_>>();
            let missing: Vec<_> = keys(&english).difference(&keys(&other)).cloned().collect();
            let extra: Vec<_> = keys(&other).difference(&keys(&english)).cloned().collect();
            assert!(missing.is_empty(), "{code} lacks {missing:?}");
            assert!(
                extra.is_empty(),
                "{code} has {extra:?}, which English lacks"
            );
            for (key, message) in &english {
                assert_eq!(names(message), names(&other[key]), "{code}: {key}");
                assert!(!other[key].trim().is_empty(), "{code}: {key} is empty");
            }
        }
    }

    /// Text of everything that can name a message: templates, script and Rust of the report.
    fn sources(folder: &Path, found: &mut String) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let source = ["rs", "html", "js"]
                .iter()
                .any(|e| path.extension().is_some_and(|x| x == *e));
            if path.is_dir() {
                sources(&path, found);
            } else if source {
                found.push_str(&std::fs::read_to_string(&path).unwrap());
            }
        }
    }

    /// True when `key` can be made from `pattern`, whose `{…}` stand for anything.
    fn fits(pattern: &str, key: &str) -> bool {
        let mut parts = pattern.split('{').enumerate().map(|(i, part)| match i {
            0 => part,
            _ => part.split_once('}').map_or("", |(_, rest)| rest),
        });
        let Some(mut rest) = key.strip_prefix(parts.next().unwrap_or_default()) else {
            return false;
        };
        let mut open = false;
        for part in parts {
            open = part.is_empty();
            match rest.find(part) {
                Some(at) => rest = &rest[at + part.len()..],
                None => return false,
            }
        }
        open || rest.is_empty()
    }

    #[test]
    fn every_message_is_used_and_every_used_message_is_there() {
        let mut text = String::new();
        sources(
            &Path::new(env!("CARGO_MANIFEST_DIR")).join("src/report"),
            &mut text,
        );
        let looks_like_a_key = |s: &&str| {
            let letter = |b: u8| b.is_ascii_alphanumeric() || b".-_{}".contains(&b);
            s.contains('.') && s.len() > 3 && s.bytes().all(letter)
        };
        let found: BTreeSet<&str> = text.split('"').filter(looks_like_a_key).collect();
        // `{key}.more` continues one of the others
        let (tails, whole): (Vec<&str>, Vec<&str>) = found.iter().partition(|l| l.starts_with('{'));
        let plain_tails = tails.iter().filter_map(|tail| tail.split_once('}'));
        let plain_tails: Vec<&str> = plain_tails
            .map(|(_, tail)| tail)
            .filter(|tail| !tail.contains('{'))
            .collect();
        let mut literals: Vec<String> = whole.iter().map(|l| (*l).to_owned()).collect();
        for start in whole.iter().filter(|l| !l.contains('{')) {
            literals.extend(plain_tails.iter().map(|tail| format!("{start}{tail}")));
        }
        let english = flat(FILES[0].2).unwrap();
        let endings = [".left", ".right", ".one", ".other"];
        let never: Vec<&String> = english
            .keys()
            .filter(|key| {
                let stems = endings.iter().filter_map(|e| key.strip_suffix(e));
                let mut names = stems.chain([key.as_str()]);
                !names.any(|name| literals.iter().any(|literal| fits(literal, name)))
            })
            .collect();
        assert!(never.is_empty(), "never said: {never:?}");
        for start in [".say(\"", " t(\"", "(t(\"", ".fill(\"", ".known(\""] {
            for rest in text.split(start).skip(1) {
                let key = rest.split('"').next().unwrap_or_default();
                let with = |ending: &&&str| english.contains_key(&format!("{key}{ending}"));
                let known = english.contains_key(key) || endings.iter().any(|e| with(&e));
                assert!(
                    known || !key.contains('.'),
                    "{key} is said, but no language has it"
                );
            }
        }
    }

    /// Everything that the decision can flag has a name in the report: the codes are read from the
    /// sources, where each stands as the first argument of `Flag::new`.
    #[test]
    fn every_flag_has_a_title_and_a_meaning() {
        let mut text = String::new();
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        sources(&root.join("src/classify"), &mut text);
        let english = flat(FILES[0].2).unwrap();
        let mut codes = BTreeSet::new();
        for rest in text.split("Flag::new(").skip(1) {
            let code = rest.trim_start().strip_prefix('"');
            codes.extend(code.and_then(|code| code.split('"').next()));
        }
        // given by a table of speeds, and by warnings that become flags
        codes.extend(["slow-walking", "fast-walking", "sides-swapped"]);
        codes.extend(["walking-backwards", "event-sides-swapped"]);
        codes.insert(crate::events::SIDES_PROVISIONAL);
        assert!(codes.len() > 30, "{codes:?}");
        let nameless: Vec<_> = codes
            .iter()
            .filter(|code| {
                let known = |part: &str| english.contains_key(&format!("flag.{code}.{part}"));
                !(known("title") && known("meaning"))
            })
            .collect();
        assert!(nameless.is_empty(), "no language names {nameless:?}");
    }

    #[test]
    fn values_are_filled_in_once_and_numbers_follow_the_language() {
        assert_eq!(fill("{a} of {b}", &[("a", "{b}"), ("b", "2")]), "{b} of 2");
        assert_eq!(fill("open {a", &[("a", "1")]), "open {a");
        let german = Language::named("de").unwrap();
        assert_eq!(german.degrees(-1.26), "\u{2212}1,3°");
        assert!(Language::named("xx").is_none());
    }
}
