//! Where the shared real recordings are, and what happens when they are not there.

use std::path::PathBuf;

/// The folder with real recordings, golden frames and norms: `$HIPDROP_SHARED`, else `../shared`.
///
/// `None` (with a line that says so) when it is absent: the test then returns and counts as
/// skipped. On CI the folder must be there, unless `HIPDROP_SHARED=none` says that it is not.
pub fn shared(test: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("HIPDROP_SHARED")
        .map(PathBuf::from)
        .unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared"));
    if folder.join("recordings").is_dir() {
        return Some(folder);
    }
    let known_absent = folder.as_os_str() == "none";
    assert!(
        known_absent || std::env::var_os("CI").is_none(),
        "{test}: the shared recordings are missing at {} and must be there on CI",
        folder.display()
    );
    eprintln!(
        "SKIPPED {test}: no shared recordings at {} (set HIPDROP_SHARED)",
        folder.display()
    );
    None
}

/// Walkers per cell of a table of operating characteristics: `$HIPDROP_WALKERS`, else `few`, so that
/// the ordinary run stays quick.
pub fn walkers_per_cell(few: u64) -> u64 {
    std::env::var("HIPDROP_WALKERS")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(few)
}
