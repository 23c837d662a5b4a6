//! `regionsim saml validate`.

use std::io::Write;

use clap::{Args, ValueEnum};

use super::{Token, certificates, end, form, one_standard_input};
use crate::cli::{End, Format, Stop};
use crate::protocol::saml::{self, Policy};
use crate::protocol::x509::KeyRing;
use crate::scalar::Duration;
use crate::study::evidence::saml::validated;

#[derive(Debug, Args)]
#[command(
    after_help = "The answer is that of DFHSAML with SAML-EXTRACT: the response code, the containers that it \
    fills, each decision with its margin, what the signature covers and what it does not. Nothing is \
    fetched.\nExit codes: 0 response 0, 1 any other response, 2 unusable input.\n\n\
    Examples:\n  regionsim saml validate token.xml --trust ca.pem --at 2026-06-15T12:00:00Z\n  \
    regionsim saml validate - --trust ca.pem --at @1781524800 --skew 0s --format json\n  \
    regionsim saml validate token.ebcdic --ccsid 37 --signed ignored --no-keyring --at @1781524800"
)]
pub(in crate::cli) struct Validate {
    #[command(flatten)]
    token: Token,
    /// A file with certificates of the key ring, PEM or DER, as often as wanted; without any the key
    /// ring is empty.
    #[arg(long, value_name = "FILE")]
    trust: Vec<String>,
    /// There is no key ring (system initialization parameter KEYRING is not specified).
    #[arg(long, conflicts_with = "trust")]
    no_keyring: bool,
    /// How far clocks may be apart (clock_skew of the STS configuration).
    #[arg(long, value_name = "DURATION", default_value = "180s")]
    skew: Duration,
    /// Whether a signature must be there and hold (container DFHSAML-SIGNED).
    #[arg(long, value_enum, ignore_case = true, default_value_t = Signed::Required)]
    signed: Signed,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Signed {
    /// SAML-REQUIRED.
    #[value(alias = "saml-required")]
    Required,
    /// SAML-IGNORED: no signature is looked at.
    #[value(alias = "saml-ignored")]
    Ignored,
}

impl Validate {
    pub(super) fn run(&self, out: &mut dyn Write) -> Result<End, Stop> {
        one_standard_input(self.trust.iter().chain([&self.token.file]))?;
        let mut ring = KeyRing::default();
        for path in &self.trust {
            certificates(path)?.into_iter().for_each(|own| ring.connect(path, own));
        }
        let policy = Policy {
            now: self.token.now(),
            skew: self.skew.nanoseconds(),
            signed: match self.signed {
                Signed::Required => saml::Signed::Required,
                Signed::Ignored => saml::Signed::Ignored,
            },
            ring: (!self.no_keyring).then_some(&ring),
        };
        let answer = validated(&self.token.read()?, self.token.ccsid, &policy);
        match self.token.format {
            Format::Text => out.write_all(answer.text(&self.token.file).as_bytes())?,
            Format::Json => return form(&answer, out),
        }
        Ok(end(&answer))
    }
}
