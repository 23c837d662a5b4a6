//! `regionsim kerberos token`.

use std::io::Write;

use clap::{Args, Subcommand};

use super::{Holder, Output, read};
use crate::check::Checks;
use crate::cli::{End, Format, Stop, json_line};
use crate::nodes::client::Client;
use crate::study::evidence::{JudgedAnswer, answer};
use crate::study::inspect::octets;

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
    /// Run a scenario and judge the answer of a service to a token that a client made in it.
    #[command(
        after_help = "The answer is the token that the acceptor of other software returned (AP-REP). \
        Without --name it is the answer to the last token that the client presented.\n\
        Exit codes: 0 accepted, 1 refused, 2 unusable input.\n\n\
        Example: regionsim kerberos token judge scenarios/dfhxs1402/success.ron --client alice \
        --answer ap-rep.token"
    )]
    Judge(Judge),
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Judge {
    #[command(flatten)]
    holder: Holder,
    /// The file with the answer: its bytes, base64 text, or hexadecimal digits; - is standard input.
    #[arg(long, value_name = "FILE")]
    answer: String,
    /// The name that a MakeToken step gave the token.
    #[arg(long, value_name = "TOKEN")]
    name: Option<String>,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

impl Judge {
    fn run(&self, out: &mut dyn Write) -> Result<End, Stop> {
        let client = self.holder.client()?;
        let name = self.name.as_deref();
        let initiator = client.initiator(name).cloned().ok_or_else(|| no_token(name, &client))?;
        let file = read(&self.answer)?;
        let bytes = octets(&file).map_or_else(|_| file.clone(), |(bytes, _)| bytes);
        let mut checks = Checks::new();
        let result = initiator.answered(&bytes, &mut checks);
        match self.format {
            Format::Text => write!(out, "{}", answer(&self.answer, &result, &checks))?,
            Format::Json => json_line(out, &JudgedAnswer::of(&result, &checks))?,
        }
        Ok(if result.is_ok() { End::Expected } else { End::Different })
    }
}

/// There is no such token; which there are.
fn no_token(name: Option<&str>, client: &Client) -> Stop {
    let names: Vec<&str> = client.token_names().collect();
    Stop::Because(match (name, names.as_slice()) {
        (Some(name), []) => format!("no token {name}: the client kept none"),
        (Some(name), _) => format!("no token {name}; there are: {}", names.join(", ")),
        (None, []) => "the client presented no token".to_owned(),
        (None, _) => format!("the client presented no token; name one: {}", names.join(", ")),
    })
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
    pub(super) fn run(&self, out: &mut dyn Write) -> Result<End, Stop> {
        let Export { holder, output, name } = match self {
            TokenCommand::Export(export) => export,
            TokenCommand::Judge(judge) => return judge.run(out),
        };
        let client = holder.client()?;
        let Some(bytes) = client.token_bytes(name.as_deref()) else {
            return Err(no_token(name.as_deref(), &client));
        };
        output.write(bytes, &format!("a token of {} bytes", bytes.len()))
    }
}
