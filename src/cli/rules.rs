//! `regionsim rules`.

use std::io::Write;

use clap::Args;

use super::{End, Format, Stop, json};
use crate::study::rules::{list, text, wanted};

#[derive(Debug, Args)]
#[command(
    after_help = "A rule is what a check compares by; the check records of a trace name it. Exit code 1 \
    where no rule fits.\n\nExamples:\n  regionsim rules kerberos\n  regionsim rules --assumed"
)]
pub(super) struct Rules {
    /// Only rules that hold this text in their name, sentence or source.
    text: Option<String>,
    /// Only rules that no public document states.
    #[arg(long)]
    assumed: bool,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

impl Rules {
    pub(super) fn run(&self, out: &mut dyn Write) -> Result<End, Stop> {
        let rules = wanted(self.assumed, self.text.as_deref());
        match self.format {
            Format::Text => out.write_all(text(&rules).as_bytes())?,
            Format::Json => json(out, &list(&rules))?,
        }
        Ok(if rules.is_empty() { End::Different } else { End::Expected })
    }
}
