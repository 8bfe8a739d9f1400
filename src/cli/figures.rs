//! `hipdrop figures`: the report's plots as files for papers.

use super::common::DeIdentify;
use super::output::{self, Done, Failure};
use super::report::Words;
use crate::report::paper::figures::{Drawing, Drawn, Kind, Selection, draw};
use crate::report::paper::{Colour, EMBEDDED, Look};
use crate::study::StudyError;
use crate::study::pseudonyms::DeIdentified;
use crate::study::rows::StudyData;
use crate::study::whole;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueEnum};
use std::path::PathBuf;

const EXAMPLES: &str = "Examples:
  hipdrop figures hipdrop-out --to pdf -o figures
  hipdrop figures hipdrop-out --subject P07 --session pre --session post --figure comparison
  hipdrop figures hipdrop-out --recording P07/pre/walk.c3d --figure pelvis_drop --width 85 --to svg
  hipdrop figures hipdrop-out --to png --dpi 600 --font-file Arial.ttf --font Arial --font-size 8";

/// Write the report's plots as files for papers: curves with mean ± SD and norm band, drop against
/// lean, the body at mid-stance, small multiples of all limbs, and comparisons of two sessions.
///
/// Sessions are drawn with their recordings pooled, unless recordings are named. The left limb is
/// red with solid lines and circles, the right one blue with dashed lines and triangles. No font of
/// the system is needed: Noto Sans is built in.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    /// Study folder that `analyze` wrote.
    #[arg(value_name = "STUDY")]
    study: PathBuf,
    /// File format.
    #[arg(long, value_name = "FORMAT", value_enum, default_value = "svg")]
    to: Format,
    /// Folder of the figures [default: STUDY/figures]
    #[arg(short, long = "out", value_name = "DIR")]
    out: Option<PathBuf>,
    /// What to draw; can be given several times [default: all but single curves]
    #[arg(long = "figure", value_name = "NAME", value_parser = kinds())]
    kinds: Vec<Kind>,
    #[command(flatten)]
    words: Words,
    #[command(flatten)]
    chosen: Chosen,
    #[command(flatten)]
    look: LookOptions,
    #[command(flatten)]
    de_identify: DeIdentify,
}

/// Of whom.
#[derive(Debug, Args)]
#[command(next_help_heading = "Of whom")]
struct Chosen {
    /// Recordings, each by itself, named as in recordings.csv.
    #[arg(long = "recording", value_name = "NAME", conflicts_with_all = ["subject", "sessions"])]
    recordings: Vec<String>,
    /// Sessions of this subject.
    #[arg(long, value_name = "ID")]
    subject: Option<String>,
    /// Sessions of this name.
    #[arg(long = "session", value_name = "NAME")]
    sessions: Vec<String>,
}

impl Chosen {
    /// As the study names it; in a view without names, names mean their pseudonyms.
    fn selection(&self, view: Option<&DeIdentified>) -> Selection {
        let Some(view) = view else {
            return Selection {
                recordings: self.recordings.clone(),
                subject: self.subject.clone(),
                sessions: self.sessions.clone(),
            };
        };
        let recordings = self.recordings.iter();
        let sessions = self.sessions.iter();
        Selection {
            recordings: recordings.map(|name| view.recording_of(name)).collect(),
            subject: self.subject.as_ref().map(|name| view.subject_of(name)),
            sessions: sessions.map(|name| view.session_of(name)).collect(),
        }
    }
}

/// How figures look.
#[derive(Debug, Args)]
#[command(next_help_heading = "Look")]
struct LookOptions {
    /// Width in millimetres (85: one column, 180: two); scatter and body take less of a wide one.
    #[arg(long, value_name = "MM", default_value = "180", value_parser = millimetres)]
    width: f64,
    /// Height in millimetres [default: as the figure needs]
    #[arg(long, value_name = "MM", value_parser = millimetres)]
    height: Option<f64>,
    /// Font family; SVG files only name it, PNG and PDF need it built in or in --font-file.
    #[arg(long, value_name = "FAMILY", default_value = EMBEDDED, value_parser = family)]
    font: String,
    /// TrueType or OpenType file of the family.
    #[arg(long, value_name = "FILE")]
    font_file: Vec<PathBuf>,
    /// Size of the type in points.
    #[arg(long, value_name = "PT", default_value = "7", value_parser = points)]
    font_size: f64,
    /// Colour of the left limb.
    #[arg(long, value_name = "#RRGGBB", default_value = "#b3202e")]
    left: Colour,
    /// Colour of the right limb.
    #[arg(long, value_name = "#RRGGBB", default_value = "#17599f")]
    right: Colour,
    /// Dots per inch of PNG files.
    #[arg(long, value_name = "DPI", default_value = "300", value_parser = clap::value_parser!(u16).range(36..=2400))]
    dpi: u16,
}

/// Format of a figure's file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Scalable vector graphics.
    Svg,
    /// Pixels.
    #[cfg(feature = "pdf")]
    Png,
    /// Vector PDF.
    #[cfg(feature = "pdf")]
    Pdf,
}

impl Format {
    fn extension(self) -> &'static str {
        match self {
            Format::Svg => "svg",
            #[cfg(feature = "pdf")]
            Format::Png => "png",
            #[cfg(feature = "pdf")]
            Format::Pdf => "pdf",
        }
    }
}

fn kinds() -> impl TypedValueParser<Value = Kind> {
    PossibleValuesParser::new(Kind::all().map(Kind::name)).map(|name| {
        let found = Kind::all().find(|kind| kind.name() == name);
        // only names of figures get here
        found.unwrap_or(Kind::Curves)
    })
}

fn between(text: &str, low: f64, high: f64, what: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(value) if (low..=high).contains(&value) => Ok(value),
        _ => Err(format!("expected {what} from {low} to {high}")),
    }
}

fn millimetres(text: &str) -> Result<f64, String> {
    between(text, 30.0, 1000.0, "millimetres")
}

fn points(text: &str) -> Result<f64, String> {
    between(text, 3.0, 40.0, "points")
}

/// A family goes into a style sheet: letters, digits, blanks, `-` and commas only.
fn family(text: &str) -> Result<String, String> {
    let fine = |c: char| c.is_alphanumeric() || " -_,".contains(c);
    match !text.trim().is_empty() && text.chars().all(fine) {
        true => Ok(text.trim().to_owned()),
        false => Err("expected the name of a font family, for example Arial".into()),
    }
}

/// Runs the command.
pub fn run(arguments: &Arguments, quiet: bool) -> Result<Done, Failure> {
    let writer = Writer::new(arguments)?;
    let store = super::report::open(&arguments.study, quiet)?;
    let kinds = match arguments.kinds.is_empty() {
        true => Kind::USUAL.to_vec(),
        false => arguments.kinds.clone(),
    };
    let key = arguments
        .de_identify
        .pseudonyms(&[&writer.out, &arguments.study])?;
    let view = key
        .as_ref()
        .map(|key| DeIdentified::new(&store, key))
        .transpose()?;
    let drawing = Drawing {
        kinds: &kinds,
        selection: &arguments.chosen.selection(view.as_ref()),
        look: &writer.look,
        language: &arguments.words.language,
    };
    let study: &dyn StudyData = match &view {
        Some(view) => view,
        None => &store,
    };
    let made = draw(study, &drawing, &mut |drawn| writer.write(&drawn))?;
    if made == 0 {
        let message = "nothing to draw: what was asked for was not measured in these recordings";
        return Err(Failure::Recording(anyhow::Error::msg(message)));
    }
    if !quiet {
        let figures = super::style::counted(made, "figure");
        let all = writer.out.join(format!("*.{}", writer.format.extension()));
        output::line(&format!("Figures {} ({figures})", all.display()))?;
    }
    Ok(Done::All)
}

/// Where figures go and how.
struct Writer {
    out: PathBuf,
    format: Format,
    look: Look,
    #[cfg(feature = "pdf")]
    fonts: crate::report::paper::Fonts,
    #[cfg(feature = "pdf")]
    dpi: f64,
    #[cfg(feature = "pdf")]
    language: String,
}

impl Writer {
    fn new(arguments: &Arguments) -> anyhow::Result<Writer> {
        let look = &arguments.look;
        let folder = match arguments.study.is_dir() {
            true => arguments.study.clone(),
            false => arguments.study.with_file_name(""),
        };
        let writer = Writer {
            out: arguments
                .out
                .clone()
                .unwrap_or_else(|| folder.join("figures")),
            format: arguments.to,
            look: Look {
                width_mm: look.width,
                height_mm: look.height,
                font: look.font.clone(),
                font_pt: look.font_size,
                left: look.left,
                right: look.right,
            },
            #[cfg(feature = "pdf")]
            fonts: crate::report::paper::Fonts::new(&look.font_file)?,
            #[cfg(feature = "pdf")]
            dpi: f64::from(look.dpi),
            #[cfg(feature = "pdf")]
            language: arguments.words.language.code().to_owned(),
        };
        #[cfg(feature = "pdf")]
        writer.check_font()?;
        Ok(writer)
    }

    /// Type that is not at hand would silently be replaced.
    #[cfg(feature = "pdf")]
    fn check_font(&self) -> anyhow::Result<()> {
        let known = self.fonts.families();
        let there = |name: &str| known.iter().any(|k| k.eq_ignore_ascii_case(name.trim()));
        if self.format != Format::Svg && !self.look.font.split(',').any(there) {
            anyhow::bail!(
                "the font “{}” is not at hand (there is: {}); give its file with --font-file",
                self.look.font,
                known.join(", ")
            );
        }
        Ok(())
    }

    fn write(&self, drawn: &Drawn) -> anyhow::Result<()> {
        let name = format!("{}.{}", drawn.name, self.format.extension());
        let path = self.out.join(name);
        output::check_target(Some(&path), &[]).map_err(Failure::into_error)?;
        let error = |error| StudyError::Output {
            path: path.clone(),
            error,
        };
        std::fs::create_dir_all(&self.out).map_err(error)?;
        let bytes = self.bytes(drawn)?;
        Ok(whole::write(&path, &bytes).map_err(error)?)
    }

    fn bytes(&self, drawn: &Drawn) -> anyhow::Result<Vec<u8>> {
        match self.format {
            Format::Svg => Ok(drawn.svg.clone().into_bytes()),
            #[cfg(feature = "pdf")]
            Format::Png => self.fonts.png(&drawn.svg, self.dpi),
            #[cfg(feature = "pdf")]
            Format::Pdf => {
                let about = crate::report::paper::About {
                    title: drawn.title.clone(),
                    language: self.language.clone(),
                };
                self.fonts.pdf(std::slice::from_ref(&drawn.svg), &about)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_family_cannot_leave_the_style_sheet() {
        assert!(family("Arial").is_ok() && family("Noto Sans, Arial").is_ok());
        for wrong in ["", " ", "a'}*{display:none", "</style>", "a;b", "url(x)"] {
            assert!(family(wrong).is_err(), "{wrong}");
        }
    }
}
