//! From SVG to PNG and PDF, without fonts or programs of the system.
//!
//! In: SVGs of [`sheet`](super::sheet). Out: bytes, the same for the same input. Nothing is loaded:
//! an SVG that named a file or an address would get an empty place.

use super::look::EMBEDDED;
use super::sheet::PT_PER_MM;
use anyhow::{Context, anyhow, bail};
use krilla::Document;
use krilla::geom::Size;
use krilla::metadata::Metadata;
use krilla::page::PageSettings;
use krilla_svg::{SurfaceExt, SvgSettings};
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{ImageHrefResolver, Options, Tree, fontdb::Database};
use std::path::Path;
use std::sync::Arc;

/// The typefaces at hand.
#[derive(Clone)]
pub struct Fonts(Arc<Database>);

impl Fonts {
    /// The typeface that the program carries, and those in `files`.
    ///
    /// # Errors
    /// When a file cannot be read or holds no typeface.
    pub fn new(files: &[impl AsRef<Path>]) -> anyhow::Result<Fonts> {
        let mut database = Database::new();
        for bytes in [notosans::REGULAR_TTF, notosans::BOLD_TTF] {
            database.load_font_data(bytes.to_vec());
        }
        for file in files.iter().map(AsRef::as_ref) {
            let name = file.display();
            let bytes = std::fs::read(file).with_context(|| format!("the typeface {name}"))?;
            let before = database.len();
            database.load_font_data(bytes);
            if database.len() == before {
                bail!(
                    "{name} holds no typeface: expected a TrueType or OpenType file (.ttf, .otf)"
                );
            }
        }
        database.set_sans_serif_family(EMBEDDED);
        Ok(Fonts(Arc::new(database)))
    }

    /// The families at hand.
    pub fn families(&self) -> Vec<String> {
        let faces = self.0.faces();
        let mut names: Vec<String> = faces
            .flat_map(|face| face.families.iter().map(|(name, _)| name.clone()))
            .collect();
        names.sort();
        names.dedup();
        names
    }

    fn tree(&self, svg: &str) -> anyhow::Result<Tree> {
        let options = Options {
            fontdb: Arc::clone(&self.0),
            font_family: EMBEDDED.to_owned(),
            dpi: 72.0,
            image_href_resolver: ImageHrefResolver {
                resolve_data: Box::new(|_, _, _| None),
                resolve_string: Box::new(|_, _| None),
            },
            ..Options::default()
        };
        Tree::from_str(svg, &options).context("reading the drawing")
    }

    /// `svg` as PNG at a resolution in dots per inch.
    pub fn png(&self, svg: &str, dpi: f64) -> anyhow::Result<Vec<u8>> {
        let tree = self.tree(svg)?;
        let scale = dpi as f32 / 72.0;
        let pixels = |points: f32| (points * scale).round().max(1.0) as u32;
        let size = (pixels(tree.size().width()), pixels(tree.size().height()));
        let mut pixmap = Pixmap::new(size.0, size.1)
            .ok_or_else(|| anyhow!("{} × {} pixels are too many", size.0, size.1))?;
        resvg::render(
            &tree,
            Transform::from_scale(scale, scale),
            &mut pixmap.as_mut(),
        );
        let png = pixmap.encode_png().context("packing the picture")?;
        Ok(with_resolution(png, dpi))
    }

    /// One PDF page per SVG, each of its own size; texts can be selected.
    pub fn pdf(&self, svgs: &[String], about: &About) -> anyhow::Result<Vec<u8>> {
        let mut document = Document::new();
        document.set_metadata(
            Metadata::new()
                .title(crate::recording::visible(&about.title).into_owned())
                .language(about.language.clone())
                .creator(format!("hipdrop {}", env!("CARGO_PKG_VERSION"))),
        );
        for svg in svgs {
            let tree = self.tree(svg)?;
            let (w, h) = (tree.size().width(), tree.size().height());
            let no_size = || anyhow!("a page of {w} × {h} points cannot be");
            let settings = PageSettings::from_wh(w, h).ok_or_else(no_size)?;
            let size = Size::from_wh(w, h).ok_or_else(no_size)?;
            let mut page = document.start_page_with(settings);
            let mut surface = page.surface();
            surface
                .draw_svg(&tree, size, SvgSettings::default())
                .ok_or_else(|| anyhow!("the drawing cannot be put on a page"))?;
            surface.finish();
            page.finish();
        }
        document
            .finish()
            .map_err(|e| anyhow!("the PDF cannot be finished: {e:?}"))
    }
}

/// What a PDF says about itself. No time: the same results give the same bytes.
#[derive(Debug, Clone, Default)]
pub struct About {
    /// Title.
    pub title: String,
    /// Code of the language.
    pub language: String,
}

/// Writes the resolution into a PNG, so that it is placed in its true size.
fn with_resolution(png: Vec<u8>, dpi: f64) -> Vec<u8> {
    // signature and the header chunk have a fixed length; `pHYs` must come before the picture
    const HEAD: usize = 8 + 25;
    let per_metre = (dpi * PT_PER_MM * 1000.0 / 72.0).round() as u32;
    let mut chunk = b"pHYs".to_vec();
    for _ in 0..2 {
        chunk.extend(per_metre.to_be_bytes());
    }
    chunk.push(1); // unit: metre
    let mut crc = flate2::Crc::new();
    crc.update(&chunk);
    let (Some(head), Some(rest)) = (png.get(..HEAD), png.get(HEAD..)) else {
        return png;
    };
    [
        head,
        &9_u32.to_be_bytes(),
        &chunk,
        &crc.sum().to_be_bytes(),
        rest,
    ]
    .concat()
}
