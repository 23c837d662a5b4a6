//! `regionsim saml`.

mod issue;
mod validate;

use std::io::Write;
use std::sync::Arc;

use clap::{Args, Subcommand};

use super::{End, Format, Stop, json};
use crate::host::files::read_input;
use crate::protocol::charset::CCSIDS;
use crate::protocol::saml::Instant;
use crate::protocol::x509::Certificate;
use crate::scalar::Moment;
use crate::study::evidence::saml::Answer;

/// Most bytes of a token that are read: the longest one in any character set, and far beyond, so that it
/// is DFHSAML's answer that a token is too long.
const TOKEN_MAX: u64 = 512 << 20;

/// Most bytes of a file of certificates or keys.
const PEM_MAX: u64 = 1 << 20;

#[derive(Debug, Subcommand)]
#[command(after_help = "Examples:\n  regionsim saml validate token.xml --trust ca.pem --at \
    2026-06-15T12:00:00Z\n  regionsim saml issue token.xml --certificate sts.pem --key sts.key.pem \
    --at 2026-06-15T12:00:00Z")]
pub(super) enum Saml {
    /// Validate a token and extract what it says, as DFHSAML does.
    Validate(validate::Validate),
    /// Add attributes to a token and sign it anew, as DFHSAML does.
    Issue(issue::Issue),
}

impl Saml {
    pub(super) fn run(&self, out: &mut dyn Write) -> Result<End, Stop> {
        match self {
            Saml::Validate(command) => command.run(out),
            Saml::Issue(command) => command.run(out),
        }
    }
}

/// A token, and when.
#[derive(Debug, Args)]
struct Token {
    /// The file with the token: an assertion of SAML 1.1 or 2.0; - is standard input.
    #[arg(value_name = "FILE")]
    file: String,
    /// The time by the system's clock: 2026-06-15T12:00:00Z, an offset such as +01:00 in place of Z,
    /// or @ and seconds since 1970.
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    at: Moment,
    /// The coded character set of the token: 37, 819, 1200, 1202 or 1208 [default: 1208, or UTF-16
    /// where a byte order mark says so].
    #[arg(long, value_name = "CCSID", value_parser = ccsid)]
    ccsid: Option<u16>,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

impl Token {
    fn read(&self) -> Result<Vec<u8>, Stop> {
        read(&self.file, TOKEN_MAX)
    }

    fn now(&self) -> Instant {
        Instant { seconds: self.at.seconds(), nanos: self.at.nanos() }
    }
}

fn ccsid(text: &str) -> Result<u16, String> {
    let number = text.parse().ok().filter(|number| CCSIDS.contains(number));
    number.ok_or_else(|| format!("valid are {}", CCSIDS.map(|ccsid| ccsid.to_string()).join(", ")))
}

fn read(path: &str, most: u64) -> Result<Vec<u8>, Stop> {
    read_input(path, most).map_err(|why| Stop::Because(format!("{path}: {why}")))
}

/// All certificates of a file.
fn certificates(path: &str) -> Result<Vec<Arc<Certificate>>, Stop> {
    let all = Certificate::read_all(&read(path, PEM_MAX)?);
    let all = all.map_err(|error| Stop::Because(format!("{path}: {error}")))?;
    Ok(all.into_iter().map(Arc::new).collect())
}

/// Only one of several inputs can be standard input.
fn one_standard_input<'a>(paths: impl IntoIterator<Item = &'a String>) -> Result<(), Stop> {
    match paths.into_iter().filter(|path| *path == "-").count() {
        0 | 1 => Ok(()),
        _ => Err(Stop::Because("standard input can be read once".to_owned())),
    }
}

fn end(answer: &Answer) -> End {
    if answer.is_ok() { End::Expected } else { End::Different }
}

fn form(answer: &Answer, out: &mut dyn Write) -> Result<End, Stop> {
    json(out, &answer.form())?;
    Ok(end(answer))
}
