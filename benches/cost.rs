//! CPU time of every stage on one thread, and one run of a stage to be counted.
//!
//! ```text
//! cargo bench --bench cost                 # a table: CPU time and rate of every stage
//! cargo bench --bench cost -- filter lab   # of these only
//! ```
//!
//! `--once STAGE` runs the stage a single time inside [`counted`], to be counted with
//! `valgrind --tool=callgrind --toggle-collect='*counted*' target/release/deps/cost-… --once STAGE`.
//! CPU time, unlike the clock on the wall, does not
//! include what other programs do; the fastest of many runs is the one least disturbed.

mod support;

use rustix::time::{ClockId, clock_gettime};
use support::Stage;

/// CPU time that is spent on each stage, seconds.
const SPENT_S: f64 = 1.0;

fn main() {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    // `cargo bench` says that it does
    arguments.retain(|argument| argument != "--bench");
    let once = arguments.first().is_some_and(|first| first == "--once");
    let chosen = &arguments[usize::from(once)..];
    let mut stages = support::stages();
    if let Some(unknown) = chosen.iter().find(|c| stages.iter().all(|s| s.name != **c)) {
        let names: Vec<&str> = stages.iter().map(|stage| stage.name).collect();
        eprintln!("no stage `{unknown}`; there are {}", names.join(", "));
        std::process::exit(2);
    }
    stages.retain(|stage| chosen.is_empty() || chosen.iter().any(|c| c == stage.name));
    if !once {
        println!(
            "{:<16} {:>12} {:>12}  rate of the fastest",
            "stage", "fastest µs", "median µs"
        );
    }
    for stage in &mut stages {
        if once {
            // what is done once in a process (tables, caches) is not counted
            (stage.run)();
            counted(stage);
        } else {
            measure(stage);
        }
    }
}

/// One run; callgrind collects inside this function alone.
#[inline(never)]
fn counted(stage: &mut Stage) {
    (stage.run)();
}

fn measure(stage: &mut Stage) {
    let began = cpu_s();
    let mut runs = Vec::new();
    while cpu_s() - began < SPENT_S || runs.len() < 5 {
        let before = cpu_s();
        (stage.run)();
        runs.push(cpu_s() - before);
    }
    runs.sort_by(f64::total_cmp);
    let (fastest, median) = (runs[0], runs[runs.len() / 2]);
    println!(
        "{:<16} {:>12.1} {:>12.1}  {:.2} M{}/s",
        stage.name,
        fastest * 1e6,
        median * 1e6,
        stage.amount / fastest / 1e6,
        stage.unit
    );
}

/// CPU time of this thread so far, seconds.
fn cpu_s() -> f64 {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    time.tv_sec as f64 + time.tv_nsec as f64 * 1e-9
}
