//! TLS between ORBs, as far as identity goes: chains of certificates, and signatures by which each end
//! proves that it has the private key. There is no record layer: what follows is not encrypted, but
//! numbered as records are, so that one sent again is noticed.
//!
//! ```text
//!   caller ── random ──────────────────────> server
//!          <─ random, chain, signature ──────
//!          ── chain, signature (or neither) ─>
//!          <─ finished ──────────────────────
//! ```

use std::collections::BTreeMap;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::rules;
use crate::check::{Check, Checks, Operand, Seconds};
use crate::protocol::x509::{self, Certificate, Hash, Identity, KeyRing, find_path};

/// TLS of a node: the certificate that it shows, and the authorities that it trusts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Tls {
    /// The file with its certificate; a server needs one.
    pub certificate: Option<String>,
    /// The file with the private key of that certificate.
    pub key: Option<String>,
    /// Files with further certificates of its path, which it shows too.
    pub chain: Vec<String>,
    /// Files with certificates of the authorities that it trusts.
    pub trusted: Vec<String>,
}

impl Tls {
    /// The files that it names, with the fields that name them.
    pub fn files(&self) -> Vec<(String, &str)> {
        let one = |field: &str, file: &'_ Option<String>| file.as_deref().map(|_| field.to_owned());
        let mut files = Vec::new();
        for (field, file) in [("certificate", &self.certificate), ("key", &self.key)] {
            files.extend(one(field, file).zip(file.as_deref()));
        }
        for (field, list) in [("chain", &self.chain), ("trusted", &self.trusted)] {
            let named = list.iter().zip(0..);
            files.extend(named.map(|(file, index)| (format!("{field}.{index}"), file.as_str())));
        }
        files
    }

    /// Reads the files.
    ///
    /// # Errors
    /// The field and what is wrong with its file; whoever declared it replaces it.
    pub fn read(&self, files: &BTreeMap<String, Arc<[u8]>>) -> Result<Keys, (String, String)> {
        let bytes = |name: &str| files.get(name).map(|bytes| &**bytes).unwrap_or_default();
        let certificate = |field: String, name: &str| {
            let read = Certificate::read(bytes(name));
            read.map(Arc::new).map_err(|error| (field, format!("{name}: {error}")))
        };
        let list = |field: &str, names: &[String]| {
            let named = names.iter().zip(0..);
            let read = named.map(|(name, index)| certificate(format!("{field}.{index}"), name));
            read.collect::<Result<Vec<_>, _>>()
        };
        let mut trusted = KeyRing::default();
        for (name, own) in self.trusted.iter().zip(list("trusted", &self.trusted)?) {
            trusted.connect(name, own);
        }
        let identity = match (&self.certificate, &self.key) {
            (Some(name), Some(key)) => {
                let own = certificate("certificate".to_owned(), name)?;
                let identity = Identity::read(&own, bytes(key));
                let identity =
                    identity.map_err(|error| ("key".to_owned(), format!("{key}: {error}")))?;
                Some(identity.with_chain(list("chain", &self.chain)?))
            }
            (None, None) => None,
            (Some(_), None) => {
                return Err((
                    "certificate".to_owned(),
                    "the certificate needs its `key`".to_owned(),
                ));
            }
            (None, Some(_)) => {
                return Err(("key".to_owned(), "the key needs its `certificate`".to_owned()));
            }
        };
        Ok(Keys { identity, trusted })
    }
}

/// What a node has for TLS.
#[derive(Clone, Debug)]
pub struct Keys {
    /// Its certificate with its private key.
    pub identity: Option<Identity>,
    /// The authorities that it trusts.
    pub trusted: KeyRing,
}

/// Which end of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::nodes) enum End {
    Caller,
    Server,
}

/// The random octets of both ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::nodes) struct Randoms {
    pub caller: [u8; 32],
    pub server: [u8; 32],
}

/// What shows that a record is as it was sent. The model has no secret keys of connections: faults change
/// messages and do not make seals.
pub(in crate::nodes) fn seal(end: End, randoms: &Randoms, number: u64, giop: &[u8]) -> [u8; 32] {
    let mut text = transcript(end, randoms, &[]);
    text.extend(number.to_be_bytes());
    text.extend(giop);
    let mut seal = [0; 32];
    let digest = Hash::Sha256.digest(&text);
    seal.iter_mut().zip(digest).for_each(|(octet, own)| *octet = own);
    seal
}

/// The records of a connection in one direction, from the side that receives them.
#[derive(Clone, Debug)]
pub(in crate::nodes) struct Records {
    pub randoms: Randoms,
    pub end: End,
    /// The number of the last one.
    pub last: u64,
}

impl Records {
    /// Whether a record is the next one, and as it was sent.
    pub(in crate::nodes) fn accept(
        &mut self,
        number: u64,
        giop: &[u8],
        own: &[u8],
        checks: &mut Checks,
    ) -> bool {
        let next = self.last + 1;
        let in_order = Check::equal(
            &rules::SEQUENCE,
            (Operand::new("record", number.to_string()), &number),
            (Operand::new("next", next.to_string()), &next),
        );
        if !checks.decide(in_order) {
            return false;
        }
        let is_whole = seal(self.end, &self.randoms, number, giop) == own;
        let state = if is_whole { "as it was sent" } else { "changed on the way" };
        let (record, state) =
            (Operand::new("record", number.to_string()), Operand::new("state", state));
        if !checks.decide(Check::holds(&rules::INTEGRITY, record, state, is_whole)) {
            return false;
        }
        self.last = number;
        true
    }
}

/// What an end signs: who it is, the random octets of both, and its chain.
fn transcript(end: End, randoms: &Randoms, chain: &[Vec<u8>]) -> Vec<u8> {
    let mut text = match end {
        End::Caller => b"caller".to_vec(),
        End::Server => b"server".to_vec(),
    };
    text.extend(randoms.caller);
    text.extend(randoms.server);
    for certificate in chain {
        text.extend(Hash::Sha256.digest(certificate));
    }
    text
}

/// The chain of an end and its signature; neither where it has no certificate.
pub(in crate::nodes) fn prove(keys: &Keys, end: End, randoms: &Randoms) -> (Vec<Vec<u8>>, Vec<u8>) {
    let Some(identity) = &keys.identity else { return Default::default() };
    let chain: Vec<Vec<u8>> = identity.certificates().map(|own| own.der().to_vec()).collect();
    let signature = identity.sign(Hash::Sha256, &transcript(end, randoms, &chain));
    (chain, signature)
}

/// Judges the chain of the other end and its signature.
///
/// # Errors
/// Why the connection is given up.
pub(in crate::nodes) fn judge(
    (chain, signature): (&[Vec<u8>], &[u8]),
    (end, randoms): (End, &Randoms),
    trusted: &KeyRing,
    now: Seconds,
    checks: &mut Checks,
) -> Result<Vec<Arc<Certificate>>, String> {
    let read = chain.iter().map(|der| Certificate::from_der(der).map(Arc::new));
    let read: Vec<Arc<Certificate>> = match read.collect() {
        Ok(read) => read,
        Err(error) => return Err(error.to_string()),
    };
    let Some(own) = read.first() else { return Err("there is no certificate".to_owned()) };
    let proves = own.verifies(Hash::Sha256, &transcript(end, randoms, chain), signature);
    let possession = Check::holds(
        &rules::POSSESSION,
        Operand::new("certificate", own.subject.clone()),
        Operand::new("signature", if proves { "its key's" } else { "another key's" }),
        proves,
    );
    if !checks.decide(possession) {
        return Err(format!("the sender has not the key of {}", own.subject));
    }
    let critical = own.not_understood.clone();
    let understood = Check::holds(
        &x509::rules::EXTENSIONS,
        Operand::new("extension", critical.clone().unwrap_or_else(|| "none".to_owned())),
        Operand::new("needed", "none that is critical and not understood"),
        critical.is_none(),
    );
    if !checks.decide(understood) {
        return Err("an extension of the certificate is not understood".to_owned());
    }
    let labels: Vec<&str> = trusted.entries().map(|(label, _)| label).collect();
    let path = find_path(own, read.get(1..).unwrap_or_default(), trusted, now);
    let found = Check::holds(
        &x509::rules::PATH,
        Operand::new("certificate", own.subject.clone()),
        Operand::new("trusted certificates", crate::nodes::listed(labels.into_iter())),
        path.is_some(),
    );
    let found = found.about([Operand::new("issuer", own.issuer.clone())]);
    let (true, Some(path)) = (checks.decide(found), path) else {
        return Err(format!("no path leads from {} to a trusted certificate", own.subject));
    };
    for certificate in &path.certificates {
        for (name, limit, left) in [
            (
                "begin of validity",
                certificate.not_before,
                now.saturating_sub(certificate.not_before),
            ),
            ("end of validity", certificate.not_after, certificate.not_after.saturating_sub(now)),
        ] {
            let left = i128::from(left) * i128::from(crate::nodes::NANOS);
            let subject = Operand::new("time", crate::check::utc(now));
            let against = Operand::new(name, crate::check::utc(limit));
            let valid = Check::moments(&x509::rules::VALIDITY, subject, against, None, left);
            let valid = valid.about([Operand::new("certificate", certificate.subject.clone())]);
            if !checks.decide(valid) {
                return Err(format!("the certificate of {} is not valid now", certificate.subject));
            }
        }
    }
    Ok(read)
}
