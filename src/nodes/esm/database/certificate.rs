//! Digital certificates and key rings (z/OS Security Server RACF Command Language Reference,
//! RACDCERT).
//!
//! The database holds the names of the files with the certificates; their bytes come with the
//! scenario. Nothing here reads them.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Database;
use super::validate::segment;

/// The class of certificates.
pub const DIGTCERT: &str = "DIGTCERT";
/// The class of key rings.
pub const DIGTRING: &str = "DIGTRING";
/// The owner of certificates of certificate authorities, in place of a user ID.
pub const CERTAUTH: &str = "CERTAUTH";
/// The owner of certificates that all users of the system share.
pub const SITE: &str = "SITE";

/// Longest label (characters).
pub const LABEL_MAX: usize = 32;
/// Longest name of a key ring (characters).
pub const RING_MAX: usize = 237;

/// Whether a text can be the label of a certificate.
pub fn is_label(text: &str) -> bool {
    (1..=LABEL_MAX).contains(&text.chars().count()) && text.trim() == text
}

/// Whether a text can name a key ring. `*` is the ring of all certificates of a user.
pub fn is_ring(text: &str) -> bool {
    (1..=RING_MAX).contains(&text.chars().count()) && text != "*" && !text.contains(' ')
}

/// Certificates of one owner, by label.
pub type Labels = BTreeMap<String, Certificate>;
/// Key rings of one user, by name.
pub type Rings = BTreeMap<String, KeyRing>;
/// All certificates, by owner.
pub type Certificates = BTreeMap<String, Labels>;
/// All key rings, by owner.
pub type AllRings = BTreeMap<String, Rings>;

/// A certificate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Certificate {
    /// The file with the certificate, PEM or DER, beside the plex.
    pub file: String,
    /// The file with its RSA private key, PKCS #8 or PKCS #1 as PEM; none where the system does not
    /// have it.
    #[serde(default)]
    pub key: Option<String>,
    /// Its trust status.
    #[serde(default)]
    pub trust: Trust,
}

/// The trust status of a certificate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Trust {
    /// It may be used.
    #[default]
    Trust,
    /// It is known and may not be used.
    NoTrust,
    /// As `Trust`; for certificates of certificate authorities.
    HighTrust,
}

impl Trust {
    /// The word of RACDCERT.
    pub fn word(self) -> &'static str {
        match self {
            Trust::Trust => "TRUST",
            Trust::NoTrust => "NOTRUST",
            Trust::HighTrust => "HIGHTRUST",
        }
    }

    /// Whether programs get it from a key ring.
    pub fn is_trusted(self) -> bool {
        self != Trust::NoTrust
    }
}

/// A key ring.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct KeyRing {
    /// The certificates that are connected to it, in their order: owner (a user ID, `CERTAUTH` or
    /// `SITE`) and label.
    pub certificates: Vec<(String, String)>,
    /// The default certificate, one of those connected.
    #[serde(rename = "default")]
    pub default_certificate: Option<(String, String)>,
    /// Certificates that are connected for another use than that of their owner: owner, label, use.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub usages: Vec<(String, String, Usage)>,
}

/// What a certificate is connected to a ring for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Usage {
    /// To show who the owner of the ring is: programs get its private key.
    Personal,
    /// To share: programs get no private key.
    Site,
    /// To verify others: programs get no private key.
    CertAuth,
}

impl Usage {
    /// The word of RACDCERT.
    pub fn word(self) -> &'static str {
        match self {
            Usage::Personal => "PERSONAL",
            Usage::Site => SITE,
            Usage::CertAuth => CERTAUTH,
        }
    }

    /// By the word of RACDCERT.
    pub fn find(word: &str) -> Option<Usage> {
        [Usage::Personal, Usage::Site, Usage::CertAuth].into_iter().find(|one| one.word() == word)
    }

    /// What certificates of an owner are for where CONNECT says nothing else.
    fn of_owner(owner: &str) -> Usage {
        Usage::find(owner).unwrap_or(Usage::Personal)
    }
}

/// A certificate that is connected to a ring.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Connected<'a> {
    /// Its owner.
    pub owner: &'a str,
    /// Its label.
    pub label: &'a str,
    /// The certificate.
    pub certificate: &'a Certificate,
    /// Whether it is the ring's default.
    pub is_default: bool,
    /// What it is connected for.
    pub usage: Usage,
}

impl KeyRing {
    /// Connects a certificate, or connects it anew: what it is for and whether it is the default is
    /// as this command says (RACF Command Language Reference, RACDCERT CONNECT, DEFAULT).
    pub fn connect(&mut self, certificate: (String, String), usage: Option<Usage>, default: bool) {
        let (owner, label) = &certificate;
        self.usages.retain(|(o, l, _)| (o, l) != (owner, label));
        if let Some(usage) = usage.filter(|usage| *usage != Usage::of_owner(owner)) {
            self.usages.push((owner.clone(), label.clone(), usage));
        }
        if default {
            self.default_certificate = Some(certificate.clone());
        } else if self.default_certificate.as_ref() == Some(&certificate) {
            self.default_certificate = None;
        }
        if !self.certificates.contains(&certificate) {
            self.certificates.push(certificate);
        }
    }

    /// Gives a certificate that is connected its new label; without one takes it out. Answers whether
    /// it was connected.
    pub fn relabel(&mut self, (owner, old): (&str, &str), new: Option<&str>) -> bool {
        let is_it = |held: &(String, String)| held.0 == owner && held.1 == old;
        let connected = self.certificates.iter().any(is_it);
        let renamed = |held: &(String, String)| new.map(|new| (held.0.clone(), new.to_owned()));
        let changed =
            |held: (String, String)| if is_it(&held) { renamed(&held) } else { Some(held) };
        let all = std::mem::take(&mut self.certificates);
        self.certificates = all.into_iter().filter_map(changed).collect();
        self.default_certificate = self.default_certificate.take().and_then(changed);
        let usages = std::mem::take(&mut self.usages).into_iter();
        self.usages = usages
            .filter_map(|(owner, label, usage)| {
                changed((owner, label)).map(|(owner, label)| (owner, label, usage))
            })
            .collect();
        connected
    }

    /// What a certificate is connected for.
    fn usage(&self, owner: &str, label: &str) -> Usage {
        let own = self.usages.iter().find(|(o, l, _)| o == owner && l == label);
        own.map_or_else(|| Usage::of_owner(owner), |(.., usage)| *usage)
    }
}

/// The certificates and key rings that answer: a system's copies of RACLISTed classes, or the database.
#[derive(Clone, Copy, Debug)]
pub struct Answering<'a> {
    pub(super) certificates: &'a Certificates,
    pub(super) rings: &'a AllRings,
}

impl<'a> Answering<'a> {
    /// All owners of certificates, with what they own.
    pub fn owners(self) -> impl Iterator<Item = (&'a String, &'a Labels)> {
        self.certificates.iter()
    }

    /// The key rings of a user.
    pub fn rings(&self, owner: &str) -> Option<&'a Rings> {
        self.rings.get(owner)
    }

    /// A key ring by its owner and its name, which upper and lower case tell apart.
    pub fn ring(&self, owner: &str, name: &str) -> Option<&'a KeyRing> {
        self.rings.get(owner)?.get(name)
    }

    /// A certificate by its owner and label.
    pub fn certificate(&self, owner: &str, label: &str) -> Option<&'a Certificate> {
        self.certificates.get(owner)?.get(label)
    }

    /// The certificates of a ring that are still there, in the order of connection.
    pub fn connected(self, ring: &'a KeyRing) -> impl Iterator<Item = Connected<'a>> {
        ring.certificates.iter().filter_map(move |(owner, label)| {
            let default = ring.default_certificate.as_ref();
            Some(Connected {
                owner,
                label,
                certificate: self.certificate(owner, label)?,
                is_default: default.is_some_and(|(o, l)| o == owner && l == label),
                usage: ring.usage(owner, label),
            })
        })
    }
}

impl Database {
    /// A certificate by its owner and label.
    pub fn certificate(&self, owner: &str, label: &str) -> Option<&Certificate> {
        self.certificates.get(owner)?.get(label)
    }

    /// Every file that the certificates name, with the place of the name in the declaration.
    pub fn certificate_files(&self) -> impl Iterator<Item = (String, &str)> {
        let owned = self.certificates.iter();
        let all = owned
            .flat_map(|(owner, labels)| labels.iter().map(move |(label, c)| (owner, label, c)));
        all.flat_map(|(owner, label, certificate)| {
            let path = format!("certificates.{}.{}", segment(owner), segment(label));
            let key = certificate.key.as_deref().map(|key| (format!("{path}.key"), key));
            [(format!("{path}.file"), certificate.file.as_str())].into_iter().chain(key)
        })
    }
}
