//! `regionsim completions` and `regionsim man`: made from the command line itself.

use std::io::Write;
use std::path::PathBuf;

use clap::{Args, CommandFactory as _};
use clap_complete::Shell;
use clap_mangen::Man;

use super::{Arguments, End, Stop};

/// The program's name, as it is typed.
const NAME: &str = "regionsim";

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    regionsim completions bash > ~/.local/share/bash-completion/completions/regionsim\n  \
    regionsim completions zsh > ~/.zfunc/_regionsim")]
pub(super) struct Completions {
    /// The shell.
    #[arg(value_enum)]
    shell: Shell,
}

impl Completions {
    pub(super) fn run(&self, out: &mut dyn Write) -> Result<End, Stop> {
        // Made in memory: the generator does not survive a closed pipe.
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Arguments::command(), NAME, &mut script);
        out.write_all(&script)?;
        Ok(End::Expected)
    }
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  regionsim man | man -l -\n  \
    regionsim man --to ~/.local/share/man/man1")]
pub(super) struct Manual {
    /// Write the pages of all commands into this folder.
    #[arg(long, value_name = "DIR")]
    to: Option<PathBuf>,
}

impl Manual {
    pub(super) fn run(&self, out: &mut dyn Write) -> Result<End, Stop> {
        let command = Arguments::command();
        match &self.to {
            None => Man::new(command).render(out)?,
            Some(folder) => {
                let told = |error| Stop::Because(format!("{}: {error}", folder.display()));
                std::fs::create_dir_all(folder).map_err(told)?;
                clap_mangen::generate_to(command, folder).map_err(told)?;
            }
        }
        Ok(End::Expected)
    }
}
