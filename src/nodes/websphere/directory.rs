//! An LDAP directory as a user registry: entries by their distinguished names, and how names and
//! certificates lead to them.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::filter::Filter;
use crate::nodes::esm::database::Password;
use crate::protocol::x509;

/// An LDAP directory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Directory {
    /// Its entries, by their distinguished names (RFC 4514: `uid=alice,ou=people,o=example`).
    pub entries: BTreeMap<String, Entry>,
    /// The filter that finds a user by name, in which `%v` is the name: `(&(uid=%v)(objectclass=person))`.
    #[serde(default = "default_user_filter")]
    pub user_filter: String,
    /// The attribute whose value is the user ID of an entry.
    #[serde(default = "default_user_attribute")]
    pub user_attribute: String,
    /// How a distinguished name or a certificate leads to an entry.
    #[serde(default)]
    pub certificate_map: CertificateMap,
}

fn default_user_filter() -> String {
    "(uid=%v)".to_owned()
}

fn default_user_attribute() -> String {
    "uid".to_owned()
}

/// An entry of a directory.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Entry {
    /// Its password; none: nobody binds as it.
    pub password: Option<Password>,
    /// Values by attribute.
    pub attributes: BTreeMap<String, Vec<String>>,
    /// Names of the groups of which it is a member.
    pub groups: Vec<String>,
}

/// How a distinguished name or a certificate leads to an entry (certificate map mode).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub enum CertificateMap {
    /// The entry has the subject's distinguished name.
    #[default]
    ExactDn,
    /// The entry fits a filter with parts of the subject's name: `uid=${SubjectCN}`. The names are
    /// `${SubjectDN}`, `${SubjectCN}`, `${SubjectOU}`, `${SubjectO}` and `${SubjectC}`.
    Filter(String),
}

/// The name of a user in filters.
const NAME: &str = "%v";
/// Parts of the subject's name in filters, and the attributes of the name.
const PARTS: [(&str, &str); 4] =
    [("${SubjectCN}", "CN"), ("${SubjectOU}", "OU"), ("${SubjectO}", "O"), ("${SubjectC}", "C")];
/// The whole name in filters.
const WHOLE: &str = "${SubjectDN}";

/// A user of a directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found<'a> {
    pub name: &'a str,
    pub entry: &'a Entry,
}

impl Directory {
    /// What is wrong with it: the field, and why.
    pub fn faults(&self) -> Vec<(String, String)> {
        let mut faults = Vec::new();
        let mut filter = |field: &str, text: &str, valid: &[&str]| match Filter::read(text) {
            Err(why) => faults.push((field.to_owned(), why)),
            Ok(filter) => {
                let names = filter.placeholders();
                if names.is_empty() || names.iter().any(|name| !valid.contains(&name.as_str())) {
                    let why = format!("the filter holds one of {}", valid.join(" "));
                    faults.push((field.to_owned(), why));
                }
            }
        };
        filter("user_filter", &self.user_filter, &[NAME]);
        if let CertificateMap::Filter(text) = &self.certificate_map {
            let valid: Vec<&str> = PARTS.iter().map(|(name, _)| *name).chain([WHOLE]).collect();
            filter("certificate_map", text, &valid);
        }
        faults
    }

    /// The user whom a name means: the one entry that the filter finds.
    pub(super) fn by_name(&self, name: &str) -> Option<Found<'_>> {
        let fill = |piece: &str| if piece == NAME { name.to_owned() } else { piece.to_owned() };
        self.search(&Filter::read(&self.user_filter).ok()?, &fill)
    }

    /// The user whom a distinguished name means.
    pub(super) fn by_subject(&self, subject: &str) -> Option<Found<'_>> {
        match &self.certificate_map {
            CertificateMap::ExactDn => {
                let own = |(name, entry)| Found { name, entry };
                let mut entries = self.entries.iter();
                let found = entries.find(|(name, _)| x509::same_name(name, subject));
                found.map(|(name, entry)| own((name.as_str(), entry)))
            }
            CertificateMap::Filter(text) => {
                let fill = |piece: &str| {
                    let part = PARTS.iter().find(|(name, _)| *name == piece);
                    match (piece, part) {
                        (WHOLE, _) => subject.to_owned(),
                        (_, Some((_, attribute))) => x509::part(subject, attribute),
                        (piece, None) => piece.to_owned(),
                    }
                };
                self.search(&Filter::read(text).ok()?, &fill)
            }
        }
    }

    /// How it looks for distinguished names, for the trace.
    pub(super) fn map_words(&self) -> String {
        match &self.certificate_map {
            CertificateMap::ExactDn => "exact distinguished name".to_owned(),
            CertificateMap::Filter(filter) => filter.clone(),
        }
    }

    /// The one entry that fits; none where there are several.
    fn search(&self, filter: &Filter, fill: &dyn Fn(&str) -> String) -> Option<Found<'_>> {
        let mut fitting = self
            .entries
            .iter()
            .filter(|(_, entry)| filter.fits(&|attribute: &str| entry.values(attribute), fill));
        match (fitting.next(), fitting.next()) {
            (Some((name, entry)), None) => Some(Found { name, entry }),
            _ => None,
        }
    }

    /// The user ID of an entry: the value of the attribute, or else its distinguished name.
    pub(super) fn userid(&self, found: &Found<'_>) -> String {
        let values = found.entry.values(&self.user_attribute);
        values.into_iter().next().unwrap_or_else(|| found.name.to_owned())
    }
}

impl Entry {
    /// Its values of an attribute.
    fn values(&self, attribute: &str) -> Vec<String> {
        let own = self.attributes.iter().filter(|(name, _)| name.eq_ignore_ascii_case(attribute));
        own.flat_map(|(_, values)| values.iter().cloned()).collect()
    }
}
