//! `regionsim saml issue`.

use std::io::Write;
use std::str::FromStr;

use clap::{Args, ValueEnum};

use super::{PEM_MAX, Token, certificates, end, form, one_standard_input, read};
use crate::cli::{End, Format, Stop, tell};
use crate::protocol::saml::{self, Attribute, Hash, Issuing};
use crate::protocol::x509::Identity;
use crate::study::evidence::saml::issued;

#[derive(Debug, Args)]
#[command(
    after_help = "What goes in is not validated: do that first, as DFHSAML demands. What comes out has a new \
    ID and issue instant, its conditions as they were, and the same bytes each time.\n\
    Exit codes: 0 issued, 1 refused, 2 unusable input.\n\n\
    Examples:\n  regionsim saml issue token.xml --certificate sts.pem --key sts.key.pem --at \
    2026-06-15T12:01:00Z --attribute role=teller > issued.xml\n  \
    regionsim saml issue old.xml --certificate sts.pem --key sts.key.pem --at @1781524860 \
    --issuer http://cics --attribute groups=A --attribute groups=B --namespace urn:bank"
)]
pub(in crate::cli) struct Issue {
    #[command(flatten)]
    token: Token,
    /// The signer's certificate, PEM or DER; further ones of the file go with the signature.
    #[arg(long, value_name = "FILE")]
    certificate: String,
    /// The signer's private key: PKCS #8 or PKCS #1, PEM or DER, not encrypted.
    #[arg(long, value_name = "FILE")]
    key: String,
    /// The hash of digest and signature (hash_algorithm of the STS configuration).
    #[arg(long, value_enum, ignore_case = true, default_value_t = Algorithm::Sha2)]
    hash: Algorithm,
    /// The new issuer [default: it stays].
    #[arg(long, value_name = "URI")]
    issuer: Option<String>,
    /// The format of the new issuer's name (SAML 2.0).
    #[arg(long, value_name = "URI", requires = "issuer")]
    issuer_format: Option<String>,
    /// An attribute to add, as often as wanted; values of one name that follow each other are of one
    /// attribute.
    #[arg(long, value_name = "NAME=VALUE")]
    attribute: Vec<Addition>,
    /// The namespace of the attributes to add (SAML 1.1, which needs one).
    #[arg(long, value_name = "URI", requires = "attribute")]
    namespace: Option<String>,
    /// The name format of the attributes to add (SAML 2.0).
    #[arg(long, value_name = "URI", requires = "attribute")]
    name_format: Option<String>,
    /// The new ID [default: made from token and time].
    #[arg(long, value_name = "ID", value_parser = id)]
    id: Option<String>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Algorithm {
    /// SHA-1.
    #[value(name = "sha-1")]
    Sha1,
    /// SHA-256.
    #[value(name = "sha-2")]
    Sha2,
}

/// A name and a value.
#[derive(Clone, Debug)]
struct Addition {
    name: String,
    value: String,
}

impl FromStr for Addition {
    type Err = String;

    fn from_str(text: &str) -> Result<Addition, String> {
        match text.split_once('=') {
            Some((name, value)) if !name.is_empty() => {
                Ok(Addition { name: name.to_owned(), value: value.to_owned() })
            }
            _ => Err("write NAME=VALUE, as in role=teller".to_owned()),
        }
    }
}

fn id(text: &str) -> Result<String, String> {
    match crate::protocol::xml::is_ncname(text) {
        true => Ok(text.to_owned()),
        false => Err("an ID is an XML name: it begins with a letter or _".to_owned()),
    }
}

impl Issue {
    pub(super) fn run(&self, out: &mut dyn Write) -> Result<End, Stop> {
        one_standard_input([&self.token.file, &self.certificate, &self.key])?;
        let data = self.token.read()?;
        let identity = self.identity()?;
        let additions = self.additions();
        let issuing = Issuing {
            additions: &additions,
            issuer: self.issuer.as_deref().map(|uri| (uri, self.issuer_format.as_deref())),
            signer: &identity,
            hash: match self.hash {
                Algorithm::Sha1 => Hash::Sha1,
                Algorithm::Sha2 => Hash::Sha256,
            },
            now: self.token.now(),
            id: self.id.clone().unwrap_or_else(|| self.drawn(&data)),
        };
        let answer = issued(&data, self.token.ccsid, &issuing);
        if self.token.format == Format::Json {
            return form(&answer, out);
        }
        match answer.token() {
            Some(token) => writeln!(out, "{token}")?,
            None => tell(answer.text(&self.token.file).trim_end()),
        }
        Ok(end(&answer))
    }

    fn identity(&self) -> Result<Identity, Stop> {
        let mut all = certificates(&self.certificate)?.into_iter();
        let none = || Stop::Because(format!("{}: it holds no certificate", self.certificate));
        let own = all.next().ok_or_else(none)?;
        let identity = Identity::read(&own, &read(&self.key, PEM_MAX)?);
        let identity = identity.map_err(|error| Stop::Because(format!("{}: {error}", self.key)))?;
        Ok(identity.with_chain(all.collect()))
    }

    fn additions(&self) -> Vec<Attribute> {
        let mut all: Vec<Attribute> = Vec::new();
        for Addition { name, value } in &self.attribute {
            match all.last_mut().filter(|last| last.name == *name) {
                Some(last) => last.values.push(value.clone()),
                None => all.push(Attribute {
                    name: name.clone(),
                    namespace: self.namespace.clone(),
                    friendly_name: None,
                    format: self.name_format.clone(),
                    values: vec![value.clone()],
                }),
            }
        }
        all
    }

    /// An ID that is always the same for the same token and time, and another one for others.
    fn drawn(&self, data: &[u8]) -> String {
        let digest = Hash::Sha256.digest(&[data, self.token.at.to_string().as_bytes()].concat());
        saml::id(digest.first_chunk().copied().unwrap_or_default())
    }
}
