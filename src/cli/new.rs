//! `regionsim new`.

use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use clap::Args;

use super::{End, Stop};
use crate::host::files::write_whole;
use crate::scalar::words::suggestion;
use crate::scenario::templates::{ALL, Template, find};

#[derive(Debug, Args)]
#[command(
    after_help = "No file is overwritten. Under a folder `scenarios`, `regionsim check scenarios \
    --bless` keeps the trace, and later runs of check compare with it.\n\n\
    Examples:\n  regionsim new mine.ron\n  regionsim new scenarios/late.ron --template slow-client\n  \
    regionsim new --list"
)]
pub(super) struct New {
    /// The scenario file to write; its plex comes into the folder `plexes` beside it.
    #[arg(required_unless_present = "list")]
    file: Option<PathBuf>,
    /// What to begin with; --list names the templates.
    #[arg(long, value_name = "NAME", default_value = "success")]
    template: String,
    /// List the templates.
    #[arg(long, conflicts_with_all = ["file", "template"])]
    list: bool,
}

impl New {
    pub(super) fn run(&self, out: &mut dyn Write) -> Result<End, Stop> {
        let Some(file) = &self.file else {
            for Template { name, about, .. } in &ALL {
                writeln!(out, "{name:<16} {about}")?;
            }
            return Ok(End::Expected);
        };
        let template = find(&self.template).ok_or_else(|| {
            let help = suggestion(&self.template, ALL.iter().map(|template| template.name));
            let help = help.map(|help| format!("; {help}")).unwrap_or_default();
            Stop::Because(format!("there is no template `{}`{help}", self.template))
        })?;
        if file.extension().is_none_or(|kind| kind != "ron") {
            let text = format!("{}: a scenario's file ends with .ron", file.display());
            return Err(Stop::Because(text));
        }
        let plex = file.parent().unwrap_or(Path::new("")).join(template.plex_path);
        // What could be in the way is looked at before anything is written.
        let there = same(&plex, template.plex)?;
        absent(file)?;
        if !there {
            write(&plex, template.plex)?;
            writeln!(out, "wrote {}, the plex", plex.display())?;
        }
        write(file, &template.scenario())?;
        let file = file.display();
        writeln!(out, "wrote {file}, {}\n\nnext:", template.about)?;
        writeln!(out, "  regionsim run {file}\n  regionsim why {file}")?;
        Ok(End::Expected)
    }
}

/// Whether a file is there with this text; another text is an error.
fn same(path: &Path, text: &str) -> Result<bool, Stop> {
    match fs::read(path) {
        Ok(bytes) if bytes == text.as_bytes() => Ok(true),
        Ok(_) => Err(Stop::Because(format!(
            "{} is there already and is another plex: choose another folder",
            path.display()
        ))),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(failed(path, &error)),
    }
}

fn absent(path: &Path) -> Result<(), Stop> {
    match fs::symlink_metadata(path) {
        Ok(_) => Err(Stop::Because(format!("{} is there already", path.display()))),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) => Err(failed(path, &error)),
    }
}

fn write(path: &Path, text: &str) -> Result<(), Stop> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.map_or(Ok(()), fs::create_dir_all);
    folder
        .and_then(|()| write_whole(path, false, |file| file.write_all(text.as_bytes())))
        .map_err(|error| failed(path, &error))
}

fn failed(path: &Path, error: &std::io::Error) -> Stop {
    Stop::Because(format!("{}: {error}", path.display()))
}
