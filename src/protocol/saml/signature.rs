//! The signature of an assertion: which ones are taken, and whether it holds (XML Signature 1.1, within
//! the profile of SAML core 2.0 section 5.4).
//!
//! Whatever the profile does not have is refused before any cryptography: other transforms than the
//! enveloped signature and one canonical form, several references, Object, keyed hashes, unknown
//! algorithms.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::SIGNATURE_NAMESPACE as DS;
use crate::protocol::x509::{Certificate, Hash};
use crate::protocol::xml::canonical::{self, Form};
use crate::protocol::xml::{Document, Kind, NodeId};

pub(super) const ENVELOPED: &str = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";
pub(super) const EXCLUSIVE: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";
pub(super) const INCLUSIVE: &str = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315";
const WITH_COMMENTS: &str = "WithComments";

/// The identifier of RSA (PKCS #1 version 1.5) with a hash (XML Signature 1.1 section 6.4.2).
pub(super) fn signature_uri(hash: Hash) -> &'static str {
    match hash {
        Hash::Sha1 => "http://www.w3.org/2000/09/xmldsig#rsa-sha1",
        Hash::Sha256 => "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
        Hash::Sha384 => "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384",
        Hash::Sha512 => "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512",
    }
}

/// The identifier of a digest (XML Signature 1.1 section 6.2).
pub(super) fn digest_uri(hash: Hash) -> &'static str {
    match hash {
        Hash::Sha1 => "http://www.w3.org/2000/09/xmldsig#sha1",
        Hash::Sha256 => "http://www.w3.org/2001/04/xmlenc#sha256",
        Hash::Sha384 => "http://www.w3.org/2001/04/xmldsig-more#sha384",
        Hash::Sha512 => "http://www.w3.org/2001/04/xmlenc#sha512",
    }
}

/// A signature that the profile takes.
#[derive(Clone, Debug)]
pub(super) struct Signature {
    pub(super) node: NodeId,
    signed_info: NodeId,
    form: Form,
    pub(super) hash: Hash,
    value: Vec<u8>,
    reference: Form,
    pub(super) digest_hash: Hash,
    digest: Vec<u8>,
    pub(super) key_info: Option<NodeId>,
}

/// The elements in an element; characters other than white space and instructions beside them are
/// refused.
fn elements(document: &Document, id: NodeId) -> Result<Vec<NodeId>, String> {
    let mut found = Vec::new();
    for child in document.children(id) {
        match document.kind(child) {
            Some(Kind::Element(_)) => found.push(child),
            Some(Kind::Comment(_)) => {}
            Some(Kind::Text(text)) if text.chars().all(|c| c.is_ascii_whitespace()) => {}
            _ => return Err(format!("{} holds more than elements", name(document, id))),
        }
    }
    Ok(found)
}

fn name(document: &Document, id: NodeId) -> String {
    document.element(id).map(|element| element.name.local.clone()).unwrap_or_default()
}

/// The base64 data of an element that holds nothing else.
pub(super) fn data(document: &Document, id: NodeId) -> Result<Vec<u8>, String> {
    let mut digits = String::new();
    for child in document.children(id) {
        match document.kind(child) {
            Some(Kind::Text(text)) => digits.push_str(text),
            _ => return Err(format!("{} holds more than text", name(document, id))),
        }
    }
    decoded(&digits).ok_or_else(|| format!("{} is no base64", name(document, id)))
}

/// The data that base64 text stands for; white space does not count.
pub(super) fn decoded(text: &str) -> Option<Vec<u8>> {
    let digits: String = text.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    STANDARD.decode(digits).ok()
}

/// The algorithm that an element names.
fn algorithm(document: &Document, id: NodeId) -> Result<&str, String> {
    let named = document.attribute(id, "Algorithm");
    named.ok_or_else(|| format!("{} names no algorithm", name(document, id)))
}

/// Exactly these children, in this order.
fn exactly<const N: usize>(
    document: &Document,
    id: NodeId,
    names: [&str; N],
) -> Result<[NodeId; N], String> {
    let found = elements(document, id)?;
    let fits =
        found.len() == N && found.iter().zip(names).all(|(id, name)| document.is(*id, DS, name));
    let wrong = || format!("{} does not hold exactly {}", name(document, id), names.join(", "));
    if fits { found.try_into().map_err(|_| wrong()) } else { Err(wrong()) }
}

/// Reads the signature of an assertion.
///
/// # Errors
/// What the profile does not take, in words.
pub(super) fn read(document: &Document, assertion: NodeId, id: &str) -> Result<Signature, String> {
    let mut own = document.named(assertion, DS, "Signature");
    let node = own.next().ok_or("the assertion has no signature of its own")?;
    if own.next().is_some() {
        return Err("the assertion has several signatures".to_owned());
    }
    let (parts, key_info) = match elements(document, node)?.as_slice() {
        [info, value] => ([*info, *value], None),
        [info, value, key] if document.is(*key, DS, "KeyInfo") => ([*info, *value], Some(*key)),
        _ => return Err("Signature holds other elements than it may".to_owned()),
    };
    let [signed_info, value] = parts;
    if !document.is(signed_info, DS, "SignedInfo") || !document.is(value, DS, "SignatureValue") {
        return Err("Signature does not hold SignedInfo and SignatureValue".to_owned());
    }
    let [method, signing, reference] =
        exactly(document, signed_info, ["CanonicalizationMethod", "SignatureMethod", "Reference"])?;
    let hash = hash_of(document, signing, signature_uri)?;
    let (reference, digest_hash, digest) = read_reference(document, reference, id)?;
    Ok(Signature {
        node,
        signed_info,
        form: form_of(document, method)?,
        hash,
        value: data(document, value)?,
        reference,
        digest_hash,
        digest,
        key_info,
    })
}

/// The one hash whose identifier an element names; it has no parameters.
fn hash_of(
    document: &Document,
    id: NodeId,
    uri: impl Fn(Hash) -> &'static str,
) -> Result<Hash, String> {
    let named = algorithm(document, id)?;
    if !elements(document, id)?.is_empty() {
        return Err(format!("{} has parameters", name(document, id)));
    }
    let found = Hash::ALL.into_iter().find(|hash| uri(*hash) == named);
    found.ok_or_else(|| format!("{} {named:?} is not accepted", name(document, id)))
}

/// The reference: by the ID of the assertion, enveloped, and one canonical form at most.
fn read_reference(
    document: &Document,
    reference: NodeId,
    id: &str,
) -> Result<(Form, Hash, Vec<u8>), String> {
    let uri = document.attribute(reference, "URI");
    if uri.and_then(|uri| uri.strip_prefix('#')) != Some(id) || id.is_empty() {
        let uri = uri.map_or_else(|| "nothing".to_owned(), |uri| format!("{uri:?}"));
        return Err(format!("the signature refers to {uri}, not to the assertion"));
    }
    let [transforms, method, value] =
        exactly(document, reference, ["Transforms", "DigestMethod", "DigestValue"])?;
    let transforms = elements(document, transforms)?;
    if transforms.iter().any(|id| !document.is(*id, DS, "Transform")) {
        return Err("Transforms holds something else than transforms".to_owned());
    }
    let (enveloped, canonical) = match transforms.as_slice() {
        [enveloped] => (*enveloped, None),
        [enveloped, canonical] => (*enveloped, Some(*canonical)),
        _ => return Err("there are not one or two transforms".to_owned()),
    };
    if algorithm(document, enveloped)? != ENVELOPED || !elements(document, enveloped)?.is_empty() {
        return Err("the first transform is not the enveloped signature".to_owned());
    }
    // Without one, Canonical XML 1.0 (XML Signature 1.1 section 4.4.3.2). Comments went with the
    // reference by ID already (the same, section 4.4.3.3).
    let form = canonical.map(|id| form_of(document, id)).transpose()?.unwrap_or_default();
    let form = Form { comments: false, ..form };
    Ok((form, hash_of(document, method, digest_uri)?, data(document, value)?))
}

/// The canonical form that an element names, with its list of prefixes.
fn form_of(document: &Document, id: NodeId) -> Result<Form, String> {
    let named = algorithm(document, id)?;
    let (exclusive, rest) = match (named.strip_prefix(EXCLUSIVE), named.strip_prefix(INCLUSIVE)) {
        (Some(rest), _) => (true, rest),
        // The long form has its number sign in front.
        (None, Some(rest)) => (false, rest.strip_prefix('#').unwrap_or(rest)),
        (None, None) => return Err(format!("{} {named:?} is not accepted", name(document, id))),
    };
    let comments = match rest {
        "" if !named.ends_with('#') || exclusive => false,
        WITH_COMMENTS => true,
        _ => return Err(format!("{} {named:?} is not accepted", name(document, id))),
    };
    let mut form = Form { exclusive, comments, ..Form::default() };
    for child in elements(document, id)? {
        if !exclusive || !document.is(child, EXCLUSIVE, "InclusiveNamespaces") {
            return Err(format!("{} has parameters", name(document, id)));
        }
        let list = document.attribute(child, "PrefixList").unwrap_or_default();
        form.prefixes.extend(list.split_ascii_whitespace().map(str::to_owned));
    }
    Ok(form)
}

impl Signature {
    /// Whether the key of a certificate made the signature.
    ///
    /// # Errors
    /// SignedInfo has no canonical form.
    pub(super) fn is_made_by(
        &self,
        document: &Document,
        certificate: &Certificate,
    ) -> Result<bool, canonical::Error> {
        let signed = canonical::canonical(document, self.signed_info, None, &self.form)?;
        Ok(certificate.verifies(self.hash, signed.as_bytes(), &self.value))
    }

    /// The octets that the signature covers: the canonical form of the assertion without its signature.
    ///
    /// # Errors
    /// The assertion has no canonical form.
    pub(super) fn covered(
        &self,
        document: &Document,
        assertion: NodeId,
    ) -> Result<String, canonical::Error> {
        canonical::canonical(document, assertion, Some(self.node), &self.reference)
    }

    /// Whether the digest is that of these octets.
    pub(super) fn digests(&self, covered: &str) -> bool {
        self.digest_hash.digest(covered.as_bytes()) == self.digest
    }

    /// The canonical form of the assertion in words.
    pub(super) fn form_word(&self) -> &'static str {
        match self.reference.exclusive {
            true => "Exclusive XML Canonicalization 1.0",
            false => "Canonical XML 1.0",
        }
    }
}
