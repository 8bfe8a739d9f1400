//! Gives the program a fingerprint of the code that makes results, so that a stored result never
//! outlives the code that made it. Pages and command line make none.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;

fn add(folder: &Path, hasher: &mut DefaultHasher) -> std::io::Result<()> {
    let mut paths: Vec<_> = fs::read_dir(folder)?
        .map(|entry| entry.map(|e| e.path()))
        .collect::<Result<_, _>>()?;
    paths.sort();
    for path in paths {
        if path.ends_with("src/cli") || path.ends_with("src/report") {
            continue;
        }
        if path.is_dir() {
            add(&path, hasher)?;
        } else {
            path.to_string_lossy().hash(hasher);
            fs::read(&path)?.hash(hasher);
        }
    }
    Ok(())
}

fn main() -> std::io::Result<()> {
    println!("cargo::rerun-if-changed=src");
    let mut hasher = DefaultHasher::new();
    add(Path::new("src"), &mut hasher)?;
    println!("cargo::rustc-env=HIPDROP_CODE={:016x}", hasher.finish());
    Ok(())
}
