//! `hipdrop completions` and `hipdrop man`: made from the definition of the arguments.

use super::output::{Done, Failure, stdout};
use crate::study::whole;
use anyhow::Context;
use clap::{Args, Command};
use clap_complete::Shell;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Print the completions of a shell.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  hipdrop completions bash > ~/.local/share/bash-completion/completions/hipdrop
  hipdrop completions zsh > ~/.zfunc/_hipdrop
  hipdrop completions fish > ~/.config/fish/completions/hipdrop.fish")]
pub struct Completions {
    /// The shell.
    #[arg(value_name = "SHELL")]
    shell: Shell,
}

/// Print the manual page, or write those of all commands into a folder.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  hipdrop man | man -l -
  hipdrop man -o ~/.local/share/man/man1")]
pub struct Man {
    /// Folder for the pages of all commands.
    #[arg(short, long = "out", value_name = "DIR")]
    out: Option<PathBuf>,
}

/// Runs `hipdrop completions`.
pub fn completions(arguments: &Completions, mut command: Command) -> Result<Done, Failure> {
    let mut text = Vec::new();
    clap_complete::generate(arguments.shell, &mut command, "hipdrop", &mut text);
    print(&text)
}

/// Runs `hipdrop man`.
pub fn man(arguments: &Man, command: Command) -> Result<Done, Failure> {
    let Some(folder) = &arguments.out else {
        return print(&page(command)?);
    };
    let mut command = command;
    // gives every command its whole name, such as `hipdrop analyze`
    command.build();
    let commands = command.get_subcommands().cloned();
    for sub in commands.filter(|sub| sub.get_name() != "help") {
        let name = format!("hipdrop-{}", sub.get_name());
        write(folder, &name, sub.display_name(name.clone()))?;
    }
    write(folder, "hipdrop", command)?;
    Ok(Done::All)
}

fn write(folder: &Path, name: &str, command: Command) -> Result<(), Failure> {
    let path = folder.join(format!("{name}.1"));
    whole::write(&path, &page(command)?)
        .with_context(|| format!("{}: cannot be written", path.display()))?;
    Ok(())
}

fn page(command: Command) -> std::io::Result<Vec<u8>> {
    let mut page = Vec::new();
    clap_mangen::Man::new(command).render(&mut page)?;
    Ok(page)
}

fn print(text: &[u8]) -> Result<Done, Failure> {
    let mut out = stdout();
    out.write_all(text)?;
    out.flush()?;
    Ok(Done::All)
}
