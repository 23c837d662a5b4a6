//! `regionsim kerberos token`.

use std::io::Write;

use clap::{Args, Subcommand};

use super::{Holder, Output};
use crate::cli::{End, Stop};

#[derive(Debug, Subcommand)]
#[command(
    after_help = "Example: regionsim kerberos token export scenarios/dfhxs1402/success.ron --client alice \
    -o alice.token"
)]
pub(in crate::cli) enum TokenCommand {
    /// Run a scenario and write a context token that a client made in it.
    #[command(after_help = "Without --name it is the last token that the client presented.\n\n\
        Example: regionsim kerberos token export scenarios/dfhxs1402/success.ron --client alice \
        -o alice.token")]
    Export(Export),
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Export {
    #[command(flatten)]
    holder: Holder,
    #[command(flatten)]
    output: Output,
    /// The name that a MakeToken step gave it.
    #[arg(long, value_name = "TOKEN")]
    name: Option<String>,
}

impl TokenCommand {
    pub(super) fn run(&self, _: &mut dyn Write) -> Result<End, Stop> {
        let TokenCommand::Export(Export { holder, output, name }) = self;
        let client = holder.client()?;
        let Some(bytes) = client.token_bytes(name.as_deref()) else {
            let names: Vec<&str> = client.token_names().collect();
            return Err(Stop::Because(match (name, names.as_slice()) {
                (Some(name), []) => format!("no token {name}: the client kept none"),
                (Some(name), _) => format!("no token {name}; there are: {}", names.join(", ")),
                (None, []) => "the client presented no token".to_owned(),
                (None, _) => {
                    format!("the client presented no token; name one: {}", names.join(", "))
                }
            }));
        };
        output.write(bytes, &format!("a token of {} bytes", bytes.len()))
    }
}
