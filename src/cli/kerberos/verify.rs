//! `regionsim kerberos verify`.

use std::io::Write;

use clap::Args;

use super::{owners, principal, read, read_keytab};
use crate::cli::{End, Format, Stop, json_line, whole_seconds};
use crate::protocol::kerberos::KerberosTime;
use crate::protocol::kerberos::evidence::Verifier;
use crate::protocol::kerberos::replay::ReplayCache;
use crate::scalar::{Duration, Moment};
use crate::study::evidence::{VerifiedToken, token};
use crate::study::inspect::octets;

#[derive(Debug, Args)]
#[command(
    after_help = "The verdict is that of a region's VERIFY TOKEN with ENCRYPTKEY: the same checks in the same \
    order. Of several tokens in one call each is accepted once.\nExit codes: 0 accepted, 1 refused, \
    2 unusable input. With --format json one line for each token.\n\n\
    Examples:\n  regionsim kerberos verify alice.token --keytab region.keytab --at \
    2026-03-02T09:05:00Z\n  regionsim kerberos verify - --keytab region.keytab --principal \
    HTTP/host.example --at @1772442300 --skew 2m"
)]
pub(in crate::cli) struct Verify {
    /// Files with a GSS-API context token each: its bytes, base64 text, or hexadecimal digits; - is
    /// standard input.
    #[arg(required = true, value_name = "TOKENFILE")]
    tokens: Vec<String>,
    /// The key table with the service's keys.
    #[arg(long, value_name = "FILE")]
    keytab: String,
    /// The service that the tokens must be for; without it, any key of the key table will do. The
    /// realm may be left out where the key table has one only.
    #[arg(long, value_name = "NAME")]
    principal: Option<String>,
    /// The time by the service's clock: 2026-03-02T09:00:00Z, an offset such as +01:00 in place of
    /// Z, or @ and seconds since 1970.
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    at: Moment,
    /// How far clocks may be apart.
    #[arg(long, value_name = "DURATION", default_value = "300s")]
    skew: Duration,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

impl Verify {
    pub(super) fn run(&self, out: &mut dyn Write) -> Result<End, Stop> {
        let inputs = self.tokens.iter().chain([&self.keytab]);
        if inputs.filter(|path| *path == "-").count() > 1 {
            return Err(Stop::Because("standard input can be read once".to_owned()));
        }
        let keytab = read_keytab(&self.keytab)?;
        let named = self.principal.as_ref().map(|text| principal(text, Some(&keytab)));
        let named = named.transpose()?;
        let skew = whole_seconds("--skew", self.skew)?;
        let verifier = Verifier::new(&keytab, named.as_ref(), skew).map_err(|error| {
            Stop::Because(format!("{}: {error}; {}", self.keytab, owners(&keytab)))
        })?;
        let now = KerberosTime { seconds: self.at.seconds(), micros: self.at.micros() };
        let mut replay = ReplayCache::default();
        let mut end = End::Expected;
        for (number, name) in self.tokens.iter().enumerate() {
            let file = read(name)?;
            // Text that stands for no octets is taken as it is, and refused as no token.
            let bytes = octets(&file).map_or_else(|_| file.clone(), |(bytes, _)| bytes);
            let verification = verifier.verify(&bytes, now, &mut replay);
            match self.format {
                Format::Text => {
                    let gap = if number > 0 { "\n" } else { "" };
                    write!(out, "{gap}{}", token(name, skew, &verification))?;
                }
                Format::Json => json_line(out, &VerifiedToken::of(name, &verification))?,
            }
            if verification.verdict.is_err() {
                end = End::Different;
            }
        }
        Ok(end)
    }
}
