//! A bounded fuzz run on a stable compiler: the readers on mutated files of every format.
//!
//! ```text
//! cargo test --test fuzz                              # 20 seconds
//! HIPDROP_FUZZ_SECONDS=1200 cargo test --test fuzz    # as long as you like
//! HIPDROP_FUZZ_SEED=7 cargo test --test fuzz          # other mutations
//! ```
//!
//! Nothing may panic, take longer than its length allows, or hold more than 8 times the file's
//! size and 64 MiB at once. What fails is written to `target/fuzz-NAME-SEED-ROUND`, and the
//! message says how to run it again. `fuzz/` has the same targets for libFuzzer.

#[path = "../../fuzz/targets.rs"]
mod targets;

use peak_alloc::PeakAlloc;
use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};
use targets::{TARGETS, Target};

#[global_allocator]
static HEAP: PeakAlloc = PeakAlloc;

/// Time of the bounded run, seconds.
const SECONDS: f64 = 20.0;

/// Held at once, at most, besides 8 times the file: bytes.
const HELD_MAX: usize = 64 << 20;

/// CPU time that a file may take whatever its length …
const TIME_MAX: Duration = Duration::from_secs(2);

/// … and so long per byte; an unoptimised build needs a hundredth.
const TIME_PER_BYTE: Duration = Duration::from_micros(50);

/// Text that is put into files: numbers at the edges, and what separates.
const PIECES: [&[u8]; 22] = [
    b"1e308",
    b"-1e-308",
    b"99999999999999999999",
    b"NaN",
    b"-",
    b".",
    b"0",
    b"1,5",
    b"\"",
    b"\"\"",
    b",",
    b",,,,,,,,",
    b"\t",
    b";",
    b"\n",
    b"\r",
    b"\r\n\r\n",
    b"\n\n",
    b"mm",
    b"X",
    b"Frame",
    b"\xff\xfe",
];

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [name, file] = &arguments[..]
        && let Some(target) = TARGETS.iter().find(|target| target.name == name)
    {
        let bytes = std::fs::read(file).expect("the file can be read");
        check(target, &bytes).expect("nothing is wrong");
        return;
    }
    // `cargo test NAME` asks every test program for tests of that name
    let other = |first: &String| first == "--list" || !first.starts_with('-');
    if arguments.first().is_some_and(other) {
        return;
    }
    let number = |name: &str| std::env::var(name).ok().and_then(|v| v.parse().ok());
    let seconds: f64 = number("HIPDROP_FUZZ_SECONDS").unwrap_or(SECONDS);
    let seed = number("HIPDROP_FUZZ_SEED").unwrap_or(1.0) as u64;
    std::panic::set_hook(Box::new(|_| {}));
    let mut failed = 0;
    for (index, target) in TARGETS.iter().enumerate() {
        let mut random = SmallRng::seed_from_u64(seed * 100 + index as u64);
        let budget = Duration::from_secs_f64(seconds / TARGETS.len() as f64);
        let began = Instant::now();
        let mut corpus = vec![(target.seed)()];
        let mut round = 0_u64;
        while began.elapsed() < budget || round < 20 {
            let bytes = mutated(&corpus, &mut random);
            if let Err(what) = check(target, &bytes) {
                let path = format!(
                    "{}/fuzz-{}-{seed}-{round}",
                    env!("CARGO_TARGET_TMPDIR"),
                    target.name
                );
                let _ = std::fs::write(&path, &bytes);
                println!(
                    "{}: {what}; again with: {} {path}",
                    target.name, target.name
                );
                failed += 1;
                break;
            }
            // what still has the format and differs in length is a new beginning
            if corpus.len() < 32 && round.is_multiple_of(64) && bytes.len() < 100_000 {
                corpus.push(bytes);
            }
            round += 1;
        }
        println!("{}: {round} files", target.name);
    }
    println!(
        "test result: {}. {} passed; {failed} failed; 0 ignored; 0 measured; 0 filtered out",
        if failed == 0 { "ok" } else { "FAILED" },
        TARGETS.len() - failed
    );
    std::process::exit(i32::from(failed > 0));
}

/// Runs a target and says what was wrong.
fn check(target: &Target, bytes: &[u8]) -> Result<(), String> {
    HEAP.reset_peak_usage();
    let before = HEAP.current_usage();
    let began = cpu_time();
    let ran = catch_unwind(AssertUnwindSafe(|| targets::run(target, bytes)));
    let took = cpu_time().saturating_sub(began);
    let held = HEAP.peak_usage().saturating_sub(before);
    if let Err(panic) = ran {
        let text = panic.downcast_ref::<String>().cloned();
        let text = text.or_else(|| panic.downcast_ref::<&str>().map(|t| (*t).to_owned()));
        return Err(format!("panicked ({})", text.unwrap_or_default()));
    }
    // an archive is unpacked before it is read: what it holds counts
    let size = match target.name {
        "gzip" => bytes.len().max(unpacked_size(bytes)),
        _ => bytes.len(),
    };
    if held > 8 * size + HELD_MAX {
        return Err(format!("held {held} bytes for a file of {size}"));
    }
    if took > TIME_MAX + TIME_PER_BYTE * size as u32 {
        return Err(format!("took {took:?} for a file of {size} bytes"));
    }
    Ok(())
}

/// CPU time of this thread: what other programs do does not count.
fn cpu_time() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

/// Bytes that come out of an archive, as far as it is whole.
fn unpacked_size(bytes: &[u8]) -> usize {
    let mut decoder = flate2::bufread::MultiGzDecoder::new(bytes);
    std::io::copy(&mut decoder, &mut std::io::sink()).unwrap_or(0) as usize
}

/// A file of the corpus with some damage.
fn mutated(corpus: &[Vec<u8>], random: &mut SmallRng) -> Vec<u8> {
    let mut bytes = corpus[random.random_range(0..corpus.len())].clone();
    for _ in 0..random.random_range(1..=6) {
        let at = random.random_range(0..=bytes.len());
        let until = (at + random.random_range(0..64)).min(bytes.len());
        match random.random_range(0..9) {
            // headers are short and hold the sizes: half of all damage goes there
            0 | 1 if !bytes.is_empty() => {
                let end = if random.random() {
                    bytes.len()
                } else {
                    bytes.len().min(1536)
                };
                let at = random.random_range(0..end);
                bytes[at] ^= 1 << random.random_range(0..8);
            }
            2 if !bytes.is_empty() => {
                let at = random.random_range(0..bytes.len().min(1536));
                bytes[at] = [0, 1, 0x7f, 0x80, 0xff, b',', b'\n', b'9'][random.random_range(0..8)];
            }
            3 => bytes.truncate(at),
            4 => drop(bytes.drain(at..until)),
            5 => {
                let piece = bytes[at..until].to_vec();
                let to = random.random_range(0..=bytes.len());
                bytes.splice(to..to, piece);
            }
            6 | 7 => {
                let piece = PIECES[random.random_range(0..PIECES.len())];
                bytes.splice(at..at, piece.iter().copied());
            }
            _ => {
                let piece = PIECES[random.random_range(0..PIECES.len())];
                bytes.splice(at..until, piece.iter().copied());
            }
        }
    }
    bytes
}
