//! Principal names.

use std::cmp::Ordering;
use std::fmt;

use rasn::types::GeneralString;
use thiserror::Error;

/// Name types of RFC 4120 section 6.2.
pub mod name_type {
    /// A plain principal.
    pub const PRINCIPAL: i32 = 1;
    /// A service and an instance, as krbtgt.
    pub const SERVICE_INSTANCE: i32 = 2;
    /// A service on a host.
    pub const SERVICE_HOST: i32 = 3;
    /// An enterprise name.
    pub const ENTERPRISE: i32 = 10;
}

/// A principal: realm and name components.
///
/// Two principals are equal when realm and components are; the name type is a hint that is never
/// compared (RFC 4120 section 6.2).
#[derive(Clone, Debug)]
pub struct Principal {
    realm: String,
    components: Vec<String>,
    kind: i32,
}

/// A name has characters outside ASCII, which Kerberos strings cannot carry between
/// implementations (RFC 4120 section 5.2.1).
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("a Kerberos name has only ASCII characters: {0}")]
pub struct NameError(pub String);

impl Principal {
    /// A principal of any type.
    ///
    /// # Errors
    /// [`NameError`] when whoever chose the name used characters outside ASCII.
    pub fn new(realm: &str, components: &[&str], kind: i32) -> Result<Principal, NameError> {
        for text in std::iter::once(&realm).chain(components) {
            if !text.is_ascii() {
                return Err(NameError((*text).to_owned()));
            }
        }
        let components = components.iter().map(|part| (*part).to_owned()).collect();
        Ok(Principal { realm: realm.to_owned(), components, kind })
    }

    /// A principal from its text without realm: components separated by `/`, a backslash in front of
    /// `/`, `@` or a backslash that belong to a component. More than one component makes it a
    /// service on a host.
    ///
    /// # Errors
    /// [`NameError`] when whoever chose the name used characters outside ASCII.
    pub fn parse(name: &str, realm: &str) -> Result<Principal, NameError> {
        let mut components = vec![String::new()];
        let mut characters = name.chars();
        while let Some(character) = characters.next() {
            match character {
                '/' => components.push(String::new()),
                other => {
                    let literal =
                        if other == '\\' { characters.next().unwrap_or(other) } else { other };
                    if let Some(last) = components.last_mut() {
                        last.push(literal);
                    }
                }
            }
        }
        let kind =
            if components.len() > 1 { name_type::SERVICE_HOST } else { name_type::PRINCIPAL };
        let components: Vec<&str> = components.iter().map(String::as_str).collect();
        Principal::new(realm, &components, kind)
    }

    /// Splits a text at the `@` in front of the realm, where there is one without a backslash.
    pub fn split_realm(text: &str) -> (&str, Option<&str>) {
        let mut escaped = false;
        for (at, character) in text.char_indices() {
            match character {
                '@' if !escaped => {
                    let (name, realm) = text.split_at(at);
                    return (name, realm.get(1..));
                }
                _ => escaped = character == '\\' && !escaped,
            }
        }
        (text, None)
    }

    /// The ticket-granting service of `realm`, as a principal of `issuer` (the same realm, or one
    /// that trusts it).
    ///
    /// # Errors
    /// As [`Principal::new`].
    pub fn ticket_granting(realm: &str, issuer: &str) -> Result<Principal, NameError> {
        Principal::new(issuer, &["krbtgt", realm], name_type::SERVICE_INSTANCE)
    }

    /// The realm.
    pub fn realm(&self) -> &str {
        &self.realm
    }

    /// The same name with another type.
    #[must_use]
    pub fn with_kind(self, kind: i32) -> Principal {
        Principal { kind, ..self }
    }

    /// The components of the name.
    pub fn components(&self) -> &[String] {
        &self.components
    }

    /// The name type.
    pub fn kind(&self) -> i32 {
        self.kind
    }

    /// The name without its realm, components separated by `/`.
    pub fn name(&self) -> String {
        let escaped: Vec<String> = self.components.iter().map(|part| escape(part)).collect();
        escaped.join("/")
    }

    /// The name as RACF knows it: without realm in `local` realm, `/.../REALM/name` elsewhere.
    pub fn racf_name(&self, local: &str) -> String {
        if self.realm == local {
            self.name()
        } else {
            format!("/.../{}/{}", self.realm, self.name())
        }
    }

    /// The inverse of [`Principal::racf_name`]. Ticket-granting services get the type that is theirs.
    ///
    /// # Errors
    /// [`NameError`] when whoever chose the name used characters outside ASCII.
    pub fn parse_racf(text: &str, local: &str) -> Result<Principal, NameError> {
        let foreign = text.strip_prefix("/.../").and_then(|foreign| foreign.split_once('/'));
        let (realm, name) = foreign.unwrap_or((local, text));
        match name.strip_prefix("krbtgt/") {
            Some(granted) => Principal::ticket_granting(granted, realm),
            None => Principal::parse(name, realm),
        }
    }

    /// The salt of its keys where nothing else is said: realm and components without separators
    /// (RFC 4120 section 4).
    pub fn default_salt(&self) -> Vec<u8> {
        let mut salt = self.realm.clone().into_bytes();
        for part in &self.components {
            salt.extend_from_slice(part.as_bytes());
        }
        salt
    }

    pub(super) fn from_wire(
        realm: &GeneralString,
        name: &rasn_kerberos::PrincipalName,
    ) -> Principal {
        Principal {
            realm: text(realm),
            components: name.string.iter().map(text).collect(),
            kind: name.r#type,
        }
    }

    pub(super) fn wire_name(&self) -> rasn_kerberos::PrincipalName {
        let string = self.components.iter().map(|part| general(part)).collect();
        rasn_kerberos::PrincipalName { r#type: self.kind, string }
    }

    pub(super) fn wire_realm(&self) -> GeneralString {
        general(&self.realm)
    }
}

fn escape(part: &str) -> String {
    let mut out = String::with_capacity(part.len());
    for character in part.chars() {
        if matches!(character, '/' | '@' | '\\') {
            out.push('\\');
        }
        out.push(character);
    }
    out
}

/// Text of a string that the strict decoder has found to be ASCII.
pub(super) fn text(string: &GeneralString) -> String {
    String::from_utf8_lossy(string.as_bytes()).into_owned()
}

/// The wire form of ASCII text.
pub(super) fn general(text: &str) -> GeneralString {
    GeneralString::from_bytes(text.as_bytes()).unwrap_or_default()
}

impl PartialEq for Principal {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Principal {}

impl PartialOrd for Principal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Principal {
    fn cmp(&self, other: &Self) -> Ordering {
        (&self.realm, &self.components).cmp(&(&other.realm, &other.components))
    }
}

impl fmt::Display for Principal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.name(), self.realm)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_components_go_back_and_forth() {
        let region = Principal::parse("HTTP/host.example", "EXAMPLE.COM").unwrap();
        assert_eq!(region.components(), ["HTTP", "host.example"]);
        assert_eq!(region.to_string(), "HTTP/host.example@EXAMPLE.COM");
        assert_eq!(region.kind(), name_type::SERVICE_HOST);
        let odd = Principal::new("R", &["a/b@c\\d"], 1).unwrap();
        assert_eq!(odd.name(), "a\\/b\\@c\\\\d");
        assert_eq!(Principal::parse(&odd.name(), "R").unwrap(), odd);
        assert!(Principal::parse("älice", "R").is_err());
        assert!(Principal::parse("alice", "Ä").is_err());
        for (text, split) in [
            ("alice@R", ("alice", Some("R"))),
            ("a\\@b@R", ("a\\@b", Some("R"))),
            ("a\\\\@R", ("a\\\\", Some("R"))),
            ("HTTP/h", ("HTTP/h", None)),
            ("alice@", ("alice", Some(""))),
        ] {
            assert_eq!(Principal::split_realm(text), split);
        }
    }

    #[test]
    fn names_compare_without_type_and_have_racf_form_and_salt() {
        let one = Principal::new("R", &["alice"], 1).unwrap();
        let ten = Principal::new("R", &["alice"], 10).unwrap();
        assert_eq!(one, ten);
        assert_ne!(one, Principal::new("S", &["alice"], 1).unwrap());
        assert_eq!(one.racf_name("R"), "alice");
        assert_eq!(one.racf_name("S"), "/.../R/alice");
        for text in ["alice", "/.../R/alice", "/.../R/krbtgt/S", "krbtgt/R"] {
            assert_eq!(Principal::parse_racf(text, "S").unwrap().racf_name("S"), text);
        }
        let granting = Principal::parse_racf("/.../R/krbtgt/S", "S").unwrap();
        assert_eq!((granting.realm(), granting.kind()), ("R", name_type::SERVICE_INSTANCE));
        let host = Principal::parse("HTTP/h", "R").unwrap();
        assert_eq!(host.default_salt(), b"RHTTPh");
    }
}
