//! `regionsim explain`.

use std::io::{Read, Write};

use clap::Args;

use super::{End, Format, Stop, json, width};
use crate::study::explain::{Answer, BYTES_MAX, explain};

#[derive(Debug, Args)]
#[command(
    after_help = "WHAT is a message id, the words of a reason, codes in any spelling, an abend code, or \
    a whole line of a log; of several readings each is named. Nothing but the program is needed.\n\n\
    Examples:\n  regionsim explain DFHXS1402\n  regionsim explain ticket expired\n  regionsim explain \
    INVREQ 255\n  regionsim explain RESP2=61\n  regionsim explain \"SAF 8 ESM 16 X'96C73A25'\"\n  \
    regionsim explain -1765328352\n  regionsim explain AEY7\n  regionsim explain - < line-of-a-log.txt\n\n\
    Exit codes: 0 explained, or several readings; 1 nothing is known of it; 2 unusable."
)]
pub(super) struct Explain {
    /// What to explain; several words are one question. `-` alone reads standard input.
    #[arg(required = true, allow_negative_numbers = true)]
    what: Vec<String>,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

impl Explain {
    pub(super) fn run(&self, out: &mut dyn Write) -> Result<End, Stop> {
        let what = match self.what.as_slice() {
            [only] if only == "-" => pasted()?,
            words => words.join(" "),
        };
        let answer = explain(&what);
        if let Answer::Unusable(why) = &answer {
            return Err(Stop::Because(why.clone()));
        }
        match self.format {
            Format::Text => out.write_all(answer.text(width()).as_bytes())?,
            Format::Json => json(out, &answer.reply(what.trim()))?,
        }
        Ok(match answer {
            Answer::Unknown { .. } => End::Different,
            _ => End::Expected,
        })
    }
}

/// Standard input, up to a little more than can be explained.
fn pasted() -> Result<String, Stop> {
    let mut bytes = Vec::new();
    let most = BYTES_MAX as u64 + 1;
    std::io::stdin()
        .lock()
        .take(most)
        .read_to_end(&mut bytes)
        .map_err(|error| Stop::Because(format!("cannot read standard input: {error}")))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
