//! The program: arguments in, calls to the library, text out. Nothing is computed here.
//!
//! Exit codes: 0 = done, 1 = some recordings failed (the others are done) or the study is in use or
//! the disk full, 2 = wrong usage, 130 = stopped with Ctrl-C.

mod analyze;
mod angles;
mod common;
mod compare;
mod events;
mod export;
mod figures;
mod inspect;
mod interrupt;
mod merge;
mod norms;
mod output;
mod progress;
mod report;
mod run_options;
mod shell;
mod stream;
mod stream_print;
mod style;
mod synth;
mod validate;
mod watch;

use clap::{CommandFactory, Parser, Subcommand};
use output::{Done, Failure};
use std::ffi::OsString;
use std::process::ExitCode;

const EXAMPLES: &str = "\
Examples:
  hipdrop analyze recordings              every recording under a folder, into hipdrop-out
  hipdrop analyze walk.c3d --out study    one recording
  hipdrop inspect walk.c3d                what was recognised, what can be computed
  hipdrop angles walk.c3d -o angles.csv   angles frame by frame
  hipdrop events walk.c3d                 foot strikes and foot offs
  hipdrop watch /mnt/lab/export           recordings as they arrive
  hipdrop stream --listen tcp://127.0.0.1:9000   rows as they come, one line per stride
  hipdrop report hipdrop-out              the pages again
  hipdrop compare hipdrop-out --subject P7 change between the visits of one person
  hipdrop export hipdrop-out --to parquet the tables as Parquet
  hipdrop figures hipdrop-out --to pdf    the plots as files for papers
  hipdrop norms build healthy -o own.csv  norms from a laboratory's healthy recordings
  hipdrop merge part-* --out study        parts of an archive (analyze --shard) made one
  hipdrop synth --pattern uncompensated   a synthetic recording with its truth
  hipdrop validate -o validation          error rates on synthetic walkers
  hipdrop completions bash                completions for a shell; hipdrop man: the manual page

Exit codes: 0 = done, 1 = some recordings failed (the others are done), or the study is in use or
the disk full, 2 = wrong usage, 130 = stopped with Ctrl-C (the same command goes on).";

/// Sees a dropping pelvis: Trendelenburg and Duchenne gait patterns from motion capture.
///
/// hipdrop reads recordings of people walking, measures pelvic obliquity, trunk lean, hip adduction
/// and knee valgus per stride, and says per limb whether the pelvis drops (uncompensated), the trunk
/// lurches over the stance leg (compensated), both, neither, or that the data cannot tell. It
/// reports a gait pattern, never a diagnosis.
#[derive(Debug, Parser)]
#[command(name = "hipdrop", version, after_long_help = EXAMPLES, after_help = EXAMPLES)]
#[command(max_term_width = 100, arg_required_else_help = true)]
struct Cli {
    /// Print nothing but errors.
    #[arg(long, short, global = true)]
    quiet: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Analyze(analyze::Arguments),
    Inspect(inspect::Arguments),
    Angles(angles::Arguments),
    Events(events::Arguments),
    Report(report::Arguments),
    Compare(compare::Arguments),
    Export(export::Arguments),
    Figures(figures::Arguments),
    Merge(merge::Arguments),
    Watch(watch::Arguments),
    Stream(stream::Arguments),
    Synth(synth::Arguments),
    Norms(norms::Arguments),
    Validate(validate::Arguments),
    Completions(shell::Completions),
    Man(shell::Man),
}

/// Runs the program with the arguments of the process.
pub fn main() -> ExitCode {
    ExitCode::from(run_with(std::env::args_os()))
}

/// Runs the program with these arguments, the first of which is its name; gives the exit code.
pub fn run_with(arguments: impl IntoIterator<Item = impl Into<OsString> + Clone>) -> u8 {
    quiet_guarded_panics();
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => {
            // help and version are "errors" too; a closed pipe is none
            let _ = error.print();
            return if error.use_stderr() { 2 } else { 0 };
        }
    };
    match run(&cli) {
        Ok(Done::All) => 0,
        Ok(Done::SomeFailed) => 1,
        Err(failure) => failure.exit(),
    }
}

fn run(cli: &Cli) -> Result<Done, Failure> {
    match &cli.command {
        Command::Analyze(arguments) => analyze::run(arguments, cli.quiet),
        Command::Inspect(arguments) => inspect::run(arguments, cli.quiet),
        Command::Angles(arguments) => angles::run(arguments, cli.quiet),
        Command::Events(arguments) => events::run(arguments),
        Command::Report(arguments) => report::run(arguments, cli.quiet),
        Command::Compare(arguments) => compare::run(arguments, cli.quiet),
        Command::Export(arguments) => export::run(arguments, cli.quiet),
        Command::Figures(arguments) => figures::run(arguments, cli.quiet),
        Command::Merge(arguments) => merge::run(arguments, cli.quiet),
        Command::Watch(arguments) => watch::run(arguments, cli.quiet),
        Command::Stream(arguments) => stream::run(arguments, cli.quiet),
        Command::Synth(arguments) => synth::run(arguments, cli.quiet),
        Command::Norms(arguments) => norms::run(arguments, cli.quiet),
        Command::Completions(arguments) => shell::completions(arguments, Cli::command()),
        Command::Man(arguments) => shell::man(arguments, Cli::command()),
        Command::Validate(arguments) => validate::run(arguments, cli.quiet),
    }
}

/// A panic while one recording is analysed becomes its reason; its message must not run through
/// the terminal as well.
fn quiet_guarded_panics() {
    let default = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if !crate::study::one::is_guarded() {
            default(panic);
        }
    }));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arguments_are_consistent() {
        Cli::command().debug_assert();
    }
}
