//! An assertion issued again: attributes added, the old signature out, a new one in.
//!
//! Its conditions stay: who issues an assertion again must not make its life longer (assumed). Comments
//! of the old text do not go with it, as no signature covers them.

use super::assertion::{Attribute, Version};
use super::instant::Instant;
use super::make::{Signing, attribute_elements, insert, place, sign};
use super::validate::{Refusal, parsed, read, sound};
use super::{SIGNATURE_NAMESPACE, response, rules};
use crate::check::{Check, Checks, Operand};
use crate::protocol::x509::{Hash, Identity};
use crate::protocol::xml::canonical::{Form, canonical};
use crate::protocol::xml::{Document, Limits, NodeId, is_xml_text};

/// How an assertion is issued again.
#[derive(Clone, Debug)]
pub struct Issuing<'a> {
    /// Attributes that are added, in their order.
    pub additions: &'a [Attribute],
    /// The new issuer and the format of its name; none: it stays.
    pub issuer: Option<(&'a str, Option<&'a str>)>,
    /// Who signs.
    pub signer: &'a Identity,
    /// The hash of digest and signature.
    pub hash: Hash,
    /// The new issue instant.
    pub now: Instant,
    /// The new ID: an XML name.
    pub id: String,
}

/// Most attributes of an assertion (CICS TS, SAML linkable interface DFHSAML, table 4).
const ATTRIBUTES_MAX: usize = 999;

/// Issues a token again. `checks` gets every decision.
///
/// # Errors
/// 15 or 1 where the token is no assertion that can be signed, 26 where an attribute cannot be added.
pub fn issue(token: &str, issuing: &Issuing<'_>, checks: &mut Checks) -> Result<String, Refusal> {
    let mut document = parsed(token, checks)?;
    let assertion = read(&document, document.root(), checks)?.assertion;
    let version = assertion.version;
    let found = obstacle(issuing.additions, assertion.attributes.len(), version);
    let fits = Check::holds(
        &rules::ADDED,
        Operand::new(
            "attributes to add",
            found.clone().unwrap_or_else(|| issuing.additions.len().to_string()),
        ),
        Operand::new("attributes of the assertion", assertion.attributes.len().to_string()),
        found.is_none(),
    );
    if !checks.decide(fits) {
        return Err(Refusal { response: response::NOT_ADDED, reason: found.unwrap_or_default() });
    }
    let root = document.root();
    let old: Vec<NodeId> = document.named(root, SIGNATURE_NAMESPACE, "Signature").collect();
    old.into_iter().rev().for_each(|old| document.remove(old));
    document.set_attribute(root, version.id_attribute(), &issuing.id);
    document.set_attribute(root, "IssueInstant", &issuing.now.to_string());
    if let Some((uri, format)) = issuing.issuer {
        set_issuer(&mut document, version, uri, format);
    }
    add(&mut document, issuing.additions, version);
    let signing =
        Signing { identity: issuing.signer, hash: issuing.hash, exclusive: true, key_info: true };
    let place = place(&document, version);
    let signed = sign(document, place, &issuing.id, &signing).map_err(|error| error.to_string());
    sound(&rules::SIGNABLE, "assertion to be signed", signed, checks)
}

/// What keeps attributes from being added.
fn obstacle(additions: &[Attribute], held: usize, version: Version) -> Option<String> {
    if !additions.is_empty() && held.saturating_add(additions.len()) > ATTRIBUTES_MAX {
        return Some(format!("the assertion would have more than {ATTRIBUTES_MAX} attributes"));
    }
    for own in additions {
        let texts = [
            Some(&own.name),
            own.namespace.as_ref(),
            own.friendly_name.as_ref(),
            own.format.as_ref(),
        ];
        if texts.into_iter().flatten().chain(&own.values).any(|text| !is_xml_text(text)) {
            return Some(format!(
                "attribute {:?} holds characters that XML does not have",
                own.name
            ));
        }
        if version == Version::V11 && own.namespace.is_none() {
            return Some(format!(
                "attribute {:?} has no namespace, which SAML 1.1 needs",
                own.name
            ));
        }
    }
    None
}

fn set_issuer(document: &mut Document, version: Version, uri: &str, format: Option<&str>) {
    let root = document.root();
    if version == Version::V11 {
        return document.set_attribute(root, "Issuer", uri);
    }
    let Some(issuer) = document.named(root, version.namespace(), "Issuer").next() else { return };
    document.set_text(issuer, uri);
    for name in ["NameQualifier", "SPNameQualifier", "SPProvidedID", "Format"] {
        document.remove_attribute(issuer, name);
    }
    if let Some(format) = format {
        document.set_attribute(issuer, "Format", format);
    }
}

/// Appends the attributes to the first attribute statement, which is made where there is none.
fn add(document: &mut Document, additions: &[Attribute], version: Version) {
    if additions.is_empty() {
        return;
    }
    let root = document.root();
    let statement = document.named(root, version.namespace(), "AttributeStatement").next();
    let statement = statement.unwrap_or_else(|| {
        let text = new_statement(document, version);
        insert(document, None, &text)
    });
    // What is parsed is made here and always an element.
    if let Ok(fragment) =
        Document::parse_within(&attribute_elements(additions, version), &Limits::OWN)
    {
        document.append_content(statement, &fragment);
    }
}

/// An attribute statement without attributes; in SAML 1.1 about the subject of the other statements.
fn new_statement(document: &Document, version: Version) -> String {
    let namespace = version.namespace();
    let root = document.root();
    let subject: Option<NodeId> = match version {
        Version::V20 => None,
        Version::V11 => document
            .elements(root)
            .find_map(|statement| document.named(statement, namespace, "Subject").next()),
    };
    let subject = subject.and_then(|id| canonical(document, id, None, &Form::default()).ok());
    let subject = subject.unwrap_or_default();
    format!(
        "<saml:AttributeStatement xmlns:saml=\"{namespace}\">{subject}</saml:AttributeStatement>"
    )
}
