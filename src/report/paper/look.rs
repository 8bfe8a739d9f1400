//! How a figure for a paper looks: size, type, colours.
//!
//! In: [`Look`]. Out: the style sheet that stands in every file. The shapes carry classes, as in
//! the pages; colours and lines of print are given here and nowhere else.

/// Size, type and colours of figures.
#[derive(Debug, Clone, PartialEq)]
pub struct Look {
    /// Width, millimetres.
    pub width_mm: f64,
    /// Height, millimetres; `None` = as the figure needs.
    pub height_mm: Option<f64>,
    /// Type families, the first that is there is used.
    pub font: String,
    /// Size of the type, points.
    pub font_pt: f64,
    /// Colour of the left limb, `#rrggbb`.
    pub left: Colour,
    /// Colour of the right limb.
    pub right: Colour,
}

impl Default for Look {
    /// Two columns of a journal, 7 point type, left red and right blue as in the report.
    fn default() -> Look {
        Look {
            width_mm: 180.0,
            height_mm: None,
            font: EMBEDDED.to_owned(),
            font_pt: 7.0,
            left: Colour([0xb3, 0x20, 0x2e]),
            right: Colour([0x17, 0x59, 0x9f]),
        }
    }
}

/// The typeface that the program carries: Noto Sans, SIL Open Font License 1.1.
pub const EMBEDDED: &str = "Noto Sans";

/// A colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Colour(pub [u8; 3]);

impl std::str::FromStr for Colour {
    type Err = String;

    /// Reads `#rrggbb` or `#rgb`.
    fn from_str(text: &str) -> Result<Colour, String> {
        let wrong = || format!("“{text}” is no colour: expected #rrggbb, for example #b3202e");
        let digits = text.strip_prefix('#').ok_or_else(wrong)?;
        if !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(wrong());
        }
        let two: String = match digits.len() {
            3 => digits.chars().flat_map(|c| [c, c]).collect(),
            6 => digits.to_owned(),
            _ => return Err(wrong()),
        };
        let part = |i: usize| u8::from_str_radix(&two[2 * i..2 * i + 2], 16).map_err(|_| wrong());
        Ok(Colour([part(0)?, part(1)?, part(2)?]))
    }
}

impl std::fmt::Display for Colour {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [r, g, b] = self.0;
        write!(f, "#{r:02x}{g:02x}{b:02x}")
    }
}

/// Size of the type inside a plot, in the pixels of [`plot`](super::super::plot): the size that a
/// plot's margins are made for.
pub const PLOT_TYPE_PX: f64 = 11.5;

impl Look {
    /// Points per pixel of a plot, so that its type has the wanted size.
    pub fn pt_per_px(&self) -> f64 {
        self.font_pt / PLOT_TYPE_PX
    }

    /// The families as a style sheet writes them.
    fn families(&self) -> String {
        let named = self.font.split(',').map(|f| format!("'{}'", f.trim()));
        named
            .chain(["Helvetica".into(), "Arial".into(), "sans-serif".into()])
            .collect::<Vec<_>>()
            .join(",")
    }

    /// The style sheet of a file. Right is told from left by colour, and by dashes and triangles.
    pub fn style(&self) -> String {
        let (left, right, families) = (self.left, self.right, self.families());
        // widths are in tenths of a pixel, the drawing units of plots
        format!(
            "text{{font-family:{families};fill:#1a1e23}}.soft{{fill:#545d68}}.bold{{font-weight:700}}\
             .plot{{font-size:115px}}.plot text{{fill:#3a424b}}\
             .plot path{{fill:none;stroke:#1a1e23;stroke-width:10;stroke-linejoin:round}}\
             .plot .window path{{fill:#faf3e0;stroke:none}}.plot .window text{{fill:#7a5a10}}\
             .plot .band path{{stroke:none;fill-opacity:.62}}.plot .one path{{fill:#bcc5cf}}\
             .plot .two path{{fill:#d8dee4}}.plot .grid path{{stroke:#dcdfe3;stroke-width:6}}\
             .plot .zero path{{stroke:#545d68;stroke-width:8}}\
             .plot .event path{{stroke:#545d68;stroke-width:8;stroke-dasharray:10 25}}\
             .plot .left path{{stroke:{left}}}.plot .right path{{stroke:{right}}}\
             .plot .stride path{{stroke-width:6;stroke-opacity:.38}}\
             .plot .left-out path{{stroke:#545d68;stroke-width:6;stroke-dasharray:15 25}}\
             .plot .mean path{{stroke-width:24}}.plot .other path{{stroke-width:12}}\
             .plot .right.mean path{{stroke-dasharray:90 35}}\
             .plot .right.other path{{stroke-dasharray:55 32}}\
             .plot .spread path{{stroke:none;fill-opacity:.2}}.plot .left.spread path{{fill:{left}}}\
             .plot .right.spread path{{fill:{right}}}.plot .before path{{stroke:#545d68}}\
             .plot .before.spread path{{fill:#545d68;stroke:none}}.plot .before.mean path{{stroke-width:20}}\
             .plot .differs path{{fill:#faf3e0;stroke:none}}\
             .plot .area path{{stroke:#dcdfe3;stroke-width:8;fill:none}}.plot .area text{{font-weight:700}}\
             .plot .r-drop path,.plot .r-lean path{{fill:#eef0f2}}.plot .r-mixed path{{fill:#e2e6ea}}\
             .plot .dot circle,.plot .dot path{{stroke:#fff;stroke-width:6}}\
             .plot .centre circle,.plot .centre path{{stroke:#fff;stroke-width:14}}\
             .plot .left circle{{fill:{left}}}\
             .plot .right.dot path,.plot .right.centre path{{fill:{right}}}.plot .dot{{opacity:.6}}\
             .plot .cross path{{stroke-width:18}}\
             .body path,.body circle,.norm path,.norm circle{{fill:none;stroke-linecap:round;stroke-linejoin:round}}\
             .floor{{stroke:#bcc5cf;stroke-width:1}}\
             .norm path,.norm circle{{stroke:#545d68;stroke-width:1;stroke-dasharray:3 3}}\
             .body path,.body circle{{stroke:#1a1e23;stroke-width:2.8}}.body .head{{stroke-width:2.2}}\
             .body .free{{stroke-width:1.6;stroke-opacity:.4}}\
             .left .leg,.left .pelvis{{stroke:{left}!important}}.right .leg,.right .pelvis{{stroke:{right}!important}}\
             .key{{fill:none;stroke:#545d68;stroke-width:1}}.key.left{{stroke:{left};stroke-width:1.6}}\
             .key.right{{stroke:{right};stroke-width:1.6;stroke-dasharray:6 2.4}}.key.fill{{stroke:none}}\
             .key.one{{fill:#bcc5cf}}.key.two{{fill:#d8dee4}}.key.window{{fill:#faf3e0}}.key.spread{{fill:#c9ced4}}\
             .key.thin{{stroke-width:.6}}.key.before{{stroke-width:1.4}}\
             .mark.left{{fill:{left}}}.mark.right{{fill:{right}}}"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_read_and_nothing_else() {
        assert_eq!("#b3202e".parse(), Ok(Colour([0xb3, 0x20, 0x2e])));
        assert_eq!("#0af".parse::<Colour>().unwrap().to_string(), "#00aaff");
        for wrong in [
            "red",
            "#12345",
            "#gggggg",
            "",
            "#",
            "#b3202e;}</style>",
            "#äb",
        ] {
            let error = wrong.parse::<Colour>().unwrap_err();
            assert!(error.contains("#rrggbb"), "{error}");
        }
    }

    #[test]
    fn the_style_tells_left_from_right_by_more_than_colour() {
        let style = Look::default().style();
        assert!(style.contains(".left path{stroke:#b3202e}"));
        assert!(style.contains(".right.mean path{stroke-dasharray"));
        assert!(!style.contains("var("), "converters know no variables");
    }
}
