//! `regionsim inspect`.

use std::io::Write;

use clap::Args;

use super::{End, Format, Stop, json};
use crate::host::files::read_input;
use crate::study::inspect::{InspectError, Inspection, ReadAs, inspect, octets, octets_of_hex};

/// Most octets that are read: base64 of the longest token, with room to spare.
const INPUT_MAX: u64 = 1 << 20;

#[derive(Debug, Args)]
#[command(after_help = "\
Text is read as hexadecimal digits or base64, or as XML where it begins with <; everything else is
the octets of the token. Nothing is verified: `saml validate` and `kerberos verify` do that.
Exit code 1: the token is damaged; 2: it is no token.

Examples:
  regionsim inspect request.token
  regionsim inspect --hex \"$(xxd -p request.token)\"
  base64 request.token | regionsim inspect -
  regionsim inspect assertion.xml
  regionsim inspect --kind Ticket --format json evidence.der")]
pub(super) struct Inspect {
    /// The file with the token; `-` is standard input.
    #[arg(required_unless_present = "hex", conflicts_with = "hex")]
    file: Option<String>,
    /// The token itself, in hexadecimal digits.
    #[arg(long, value_name = "DIGITS")]
    hex: Option<String>,
    /// What it is, where its first octets do not tell: GSSToken, AP-REQ, KRB-ERROR, SAML …
    #[arg(long, value_name = "NAME")]
    kind: Option<String>,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

impl Inspect {
    pub(super) fn run(&self, out: &mut dyn Write) -> Result<End, Stop> {
        let found = self.find().map_err(|why| {
            let place = self.file.as_deref().unwrap_or("--hex");
            Stop::Because(format!("{place}: {why}"))
        })?;
        match self.format {
            Format::Text => out.write_all(found.text().as_bytes())?,
            Format::Json => json(out, &found)?,
        }
        Ok(if found.decodes { End::Expected } else { End::Different })
    }
}

impl Inspect {
    fn find(&self) -> Result<Inspection, String> {
        let told = |error: InspectError| error.to_string();
        let (bytes, read_as) = match (&self.hex, &self.file) {
            (Some(digits), _) => (octets_of_hex(digits).map_err(told)?, ReadAs::Hexadecimal),
            (None, file) => {
                let input = read_input(file.as_deref().unwrap_or("-"), INPUT_MAX)?;
                match octets(&input) {
                    Ok(found) => found,
                    // Whoever says what it is means the octets, whatever they look like.
                    Err(_) if self.kind.is_some() => (input, ReadAs::Octets),
                    Err(error) => return Err(told(error)),
                }
            }
        };
        inspect(self.kind.as_deref(), &bytes, read_as).map_err(told)
    }
}
