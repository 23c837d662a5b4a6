//! `regionsim demo`.

use std::io::Write;

use clap::Args;

use super::{End, Stop, width};
use crate::study::demo::demo;

#[derive(Debug, Args)]
#[command(after_help = "It needs no files and writes none.\n\nExample: regionsim demo")]
pub(super) struct Demo {}

impl Demo {
    pub(super) fn run(&self, out: &mut dyn Write) -> Result<End, Stop> {
        out.write_all(demo(width()).map_err(Stop::Because)?.as_bytes())?;
        Ok(End::Expected)
    }
}
