//! Templates and the page around them: escaping, style, script and what a page may do.
//!
//! In: a page's values. Out: one self-contained HTML text. Every value is escaped by the
//! template engine; only the finished SVG of `plot` and the parts below are inserted as they are.

use super::language::{self, Language};
use crate::recording::visible;
use anyhow::Context;
use minijinja::value::{Kwargs, Serde};
use minijinja::{Environment, Error, UndefinedBehavior, Value, escape_formatter};
use serde::Serialize;
use sha2::{Digest, Sha256};

const STYLE: &str = include_str!("templates/style.css");
const SCRIPT: &str = include_str!("templates/script.js");

/// The compiled templates.
pub struct Pages {
    environment: Environment<'static>,
}

impl Pages {
    /// Compiles the templates.
    pub fn new(lang: &Language) -> anyhow::Result<Pages> {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        for (name, source) in [
            ("page.html", include_str!("templates/page.html")),
            ("parts.html", include_str!("templates/parts.html")),
            ("gait.html", include_str!("templates/gait.html")),
            ("index.html", include_str!("templates/index.html")),
            ("recording.html", include_str!("templates/recording.html")),
            ("tasks.html", include_str!("templates/tasks.html")),
            ("session.html", include_str!("templates/session.html")),
            ("compare.html", include_str!("templates/compare.html")),
            ("validation.html", include_str!("templates/validation.html")),
        ] {
            environment
                .add_template(name, source)
                .with_context(|| format!("compiling the report's template {name}"))?;
        }
        // text from files may hold characters that change how the page reads
        environment.set_formatter(|out, state, value| match value.as_str() {
            Some(text) if !value.is_safe() => {
                escape_formatter(out, state, &Value::from(visible(text).as_ref()))
            }
            _ => escape_formatter(out, state, value),
        });
        // nothing but the style and the script of this very text may act in the page
        let policy = format!(
            "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; base-uri 'none'; form-action 'none'",
            base64(&Sha256::digest(STYLE.as_bytes())),
            base64(&Sha256::digest(SCRIPT.as_bytes())),
        );
        let words = lang.clone();
        environment.add_function(
            "t",
            move |key: &str, values: Kwargs| -> Result<String, Error> {
                let mut text = words.say(key);
                if let Ok(n) = values.get::<usize>("n")
                    && words.known(key).is_none()
                {
                    text = words.count(n, key);
                }
                let mut filled: Vec<(String, String)> = Vec::new();
                for name in values.args() {
                    let value: Value = values.get(name)?;
                    filled.push((name.to_owned(), value.to_string()));
                }
                let filled: Vec<(&str, &str)> = filled
                    .iter()
                    .map(|(name, value)| (name.as_str(), value.as_str()))
                    .collect();
                Ok(language::fill(&text, &filled))
            },
        );
        environment.add_global("language", lang.code());
        environment.add_global("content_policy", policy);
        environment.add_global("style", STYLE);
        environment.add_global("script", SCRIPT);
        Ok(Pages { environment })
    }

    /// Renders one page.
    pub fn render(&self, template: &str, page: &impl Serialize) -> anyhow::Result<String> {
        self.environment
            .get_template(template)
            .and_then(|template| template.render(Serde(page)))
            .map_err(|e| anyhow::anyhow!("{e:#}"))
            .with_context(|| format!("rendering the report's template {template}"))
    }
}

/// Standard Base64, as content policies write hashes.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let bits =
            chunk.iter().fold(0u32, |bits, b| bits << 8 | u32::from(*b)) << (8 * (3 - chunk.len()));
        for i in 0..4 {
            text.push(if i <= chunk.len() {
                char::from(LETTERS[(bits >> (18 - 6 * i)) as usize & 63])
            } else {
                '='
            });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_of_known_texts() {
        // RFC 4648, section 10
        for (plain, coded) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(base64(plain.as_bytes()), coded);
        }
    }

    #[test]
    fn templates_compile_and_insert_unescaped_only_what_is_ours() {
        Pages::new(&Language::default()).unwrap();
        let sources = [
            include_str!("templates/page.html"),
            include_str!("templates/parts.html"),
            include_str!("templates/gait.html"),
            include_str!("templates/index.html"),
            include_str!("templates/recording.html"),
            include_str!("templates/tasks.html"),
            include_str!("templates/session.html"),
            include_str!("templates/compare.html"),
            include_str!("templates/validation.html"),
        ];
        for source in sources {
            for line in source.lines().filter(|l| l.contains("safe")) {
                let ours = [
                    "style|safe",
                    "script|safe",
                    "diagram.svg|safe",
                    "scatter.svg|safe",
                ];
                assert!(ours.iter().any(|o| line.contains(o)), "unescaped: {line}");
            }
            assert!(
                !source.contains(" style=\""),
                "the content policy refuses inline styles"
            );
            for handler in [" onclick", " onload", " onerror", " oninput", " onmouse"] {
                assert!(
                    !source.contains(handler),
                    "no inline handlers: use the script"
                );
            }
        }
    }
}
