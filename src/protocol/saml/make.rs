//! Assertions made: what a template says, signed by an identity. The bytes depend on nothing else.

use std::fmt::Write as _;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::SIGNATURE_NAMESPACE as DS;
use super::assertion::{Attribute, Subject, Version};
use super::instant::Instant;
use super::signature::{ENVELOPED, EXCLUSIVE, INCLUSIVE, digest_uri, signature_uri};
use crate::protocol::x509::{Certificate, Hash, Identity};
use crate::protocol::xml::canonical::{self, Form, canonical, escape_text, escape_value};
use crate::protocol::xml::{Document, Limits, NodeId};

/// What an assertion is to say.
#[derive(Clone, Debug)]
pub struct Template {
    /// The version.
    pub version: Version,
    /// ID, or AssertionID: an XML name.
    pub id: String,
    /// The issuer.
    pub issuer: String,
    /// The format of the issuer's name; SAML 2.0 alone.
    pub issuer_format: Option<String>,
    /// When it is issued.
    pub issue_instant: Instant,
    /// Whom it is about.
    pub subject: Subject,
    /// How the subject is confirmed.
    pub confirmation: Option<Confirmation>,
    /// When it begins.
    pub not_before: Option<Instant>,
    /// When it ends, the moment itself outside.
    pub not_on_or_after: Option<Instant>,
    /// Audience restrictions, each with its audiences.
    pub audiences: Vec<Vec<String>>,
    /// Whether it may be used once only.
    pub one_time: bool,
    /// Whether further assertions are restricted; SAML 2.0 alone.
    pub proxy: Option<Proxy>,
    /// How the subject was authenticated.
    pub authentication: Option<Authentication>,
    /// Attributes of the subject.
    pub attributes: Vec<Attribute>,
}

/// How a subject is confirmed.
#[derive(Clone, Debug)]
pub struct Confirmation {
    /// URI of the method.
    pub method: String,
    /// When it begins; SAML 2.0 alone, as what follows.
    pub not_before: Option<Instant>,
    /// When it ends.
    pub not_on_or_after: Option<Instant>,
    /// To whom the assertion may be presented.
    pub recipient: Option<String>,
    /// The request that it answers.
    pub in_response_to: Option<String>,
    /// The certificate of the holder of the key; in both versions.
    pub holder: Option<Arc<Certificate>>,
}

/// Restrictions on further assertions.
#[derive(Clone, Debug)]
pub struct Proxy {
    /// How many one after another.
    pub count: Option<u32>,
    /// For whom.
    pub audiences: Vec<String>,
}

/// How a subject was authenticated.
#[derive(Clone, Debug)]
pub struct Authentication {
    /// URI of the method, or class reference of the context.
    pub method: String,
    /// When.
    pub instant: Instant,
    /// The subject's DNS name.
    pub dns: Option<String>,
    /// The subject's address.
    pub address: Option<String>,
}

/// How an assertion is signed.
#[derive(Clone, Copy, Debug)]
pub struct Signing<'a> {
    /// By whom.
    pub identity: &'a Identity,
    /// The hash of digest and signature.
    pub hash: Hash,
    /// Whether the canonical form is exclusive.
    pub exclusive: bool,
    /// Whether the certificates go with it.
    pub key_info: bool,
}

/// Makes an assertion. Texts with characters that XML does not have come out without them.
pub fn make(template: &Template, signing: Option<&Signing<'_>>) -> String {
    let text = assertion(template);
    let Some(signing) = signing else { return text };
    let document = Document::parse_within(&text, &Limits::OWN).ok();
    let signed = document.and_then(|document| {
        let place = place(&document, template.version);
        sign(document, place, &template.id, signing).ok()
    });
    // What is made here is a document, and its namespaces are absolute: it can be signed.
    signed.unwrap_or_default()
}

/// Where the signature of an assertion stands: behind the issuer, in SAML 1.1 at the end.
pub(super) fn place(document: &Document, version: Version) -> Option<NodeId> {
    let root = document.root();
    let issuer = document.named(root, version.namespace(), "Issuer").next();
    issuer.filter(|_| version == Version::V20)
}

/// Signs a document element by its ID. The signature stands behind `after`, or at the end. Gives the text.
///
/// # Errors
/// The document has no canonical form, so that nothing can be signed.
pub(super) fn sign(
    mut document: Document,
    after: Option<NodeId>,
    id: &str,
    signing: &Signing<'_>,
) -> Result<String, canonical::Error> {
    let root = document.root();
    let form = Form { exclusive: signing.exclusive, ..Form::default() };
    let whole = canonical(&document, root, None, &form)?;
    let digest = signing.hash.digest(whole.as_bytes());
    let unsigned = insert(&mut document, after, &signature(signing, id, &digest, &[]));
    let signed_info = document.named(unsigned, DS, "SignedInfo").next().unwrap_or(unsigned);
    let signed = canonical(&document, signed_info, None, &form)?;
    let value = signing.identity.sign(signing.hash, signed.as_bytes());
    document.remove(unsigned);
    insert(&mut document, after, &signature(signing, id, &digest, &value));
    canonical(&document, root, None, &Form::default())
}

/// Puts an element behind another one, or at the end of the document element.
pub(super) fn insert(document: &mut Document, after: Option<NodeId>, text: &str) -> NodeId {
    let root = document.root();
    match Document::parse_within(text, &Limits::OWN) {
        Ok(fragment) => document.insert(root, after, &fragment),
        // What is inserted is made here and always an element.
        Err(_) => root,
    }
}

fn signature(signing: &Signing<'_>, id: &str, digest: &[u8], value: &[u8]) -> String {
    let form = if signing.exclusive { EXCLUSIVE } else { INCLUSIVE };
    let mut out = Writer::default();
    out.open("ds:Signature", &[("xmlns:ds", Some(DS))]);
    out.open("ds:SignedInfo", &[]);
    out.empty("ds:CanonicalizationMethod", &[("Algorithm", Some(form))]);
    out.empty("ds:SignatureMethod", &[("Algorithm", Some(signature_uri(signing.hash)))]);
    out.open("ds:Reference", &[("URI", Some(&format!("#{id}")))]);
    out.open("ds:Transforms", &[]);
    out.empty("ds:Transform", &[("Algorithm", Some(ENVELOPED))]);
    out.empty("ds:Transform", &[("Algorithm", Some(form))]);
    out.close();
    out.empty("ds:DigestMethod", &[("Algorithm", Some(digest_uri(signing.hash)))]);
    out.leaf("ds:DigestValue", &[], &STANDARD.encode(digest));
    out.close();
    out.close();
    out.leaf("ds:SignatureValue", &[], &STANDARD.encode(value));
    if signing.key_info {
        out.open("ds:KeyInfo", &[]);
        out.certificates(signing.identity.certificates());
        out.close();
    }
    out.close();
    out.text
}

/// The assertion without a signature.
fn assertion(template: &Template) -> String {
    let mut out = Writer::default();
    let namespace = Some(template.version.namespace());
    let issued = template.issue_instant.to_string();
    match template.version {
        Version::V11 => {
            out.open(
                "saml:Assertion",
                &[
                    ("xmlns:saml", namespace),
                    ("MajorVersion", Some("1")),
                    ("MinorVersion", Some("1")),
                    ("AssertionID", Some(&template.id)),
                    ("Issuer", Some(&template.issuer)),
                    ("IssueInstant", Some(&issued)),
                ],
            );
            conditions(&mut out, template);
            statements_1(&mut out, template);
        }
        Version::V20 => {
            out.open(
                "saml:Assertion",
                &[
                    ("xmlns:saml", namespace),
                    ("Version", Some("2.0")),
                    ("ID", Some(&template.id)),
                    ("IssueInstant", Some(&issued)),
                ],
            );
            let format = [("Format", template.issuer_format.as_deref())];
            out.leaf("saml:Issuer", &format, &template.issuer);
            subject(&mut out, template);
            conditions(&mut out, template);
            statements_2(&mut out, template);
        }
    }
    out.close();
    out.text
}

fn subject(out: &mut Writer, template: &Template) {
    let own = &template.subject;
    let old = template.version == Version::V11;
    out.open("saml:Subject", &[]);
    if let Some(name) = &own.name {
        let mut attributes = vec![
            ("Format", own.format.as_deref()),
            ("NameQualifier", own.name_qualifier.as_deref()),
        ];
        if !old {
            attributes.push(("SPNameQualifier", own.sp_name_qualifier.as_deref()));
            attributes.push(("SPProvidedID", own.sp_provided_id.as_deref()));
        }
        out.leaf(if old { "saml:NameIdentifier" } else { "saml:NameID" }, &attributes, name);
    }
    if let Some(confirmation) = &template.confirmation {
        confirm(out, confirmation, old);
    }
    out.close();
}

fn confirm(out: &mut Writer, confirmation: &Confirmation, old: bool) {
    let key = |out: &mut Writer| {
        if let Some(holder) = &confirmation.holder {
            out.open("ds:KeyInfo", &[("xmlns:ds", Some(DS))]);
            out.certificates([holder].into_iter());
            out.close();
        }
    };
    if old {
        out.open("saml:SubjectConfirmation", &[]);
        out.leaf("saml:ConfirmationMethod", &[], &confirmation.method);
        key(out);
        return out.close();
    }
    out.open("saml:SubjectConfirmation", &[("Method", Some(&confirmation.method))]);
    let (begin, end) = (
        confirmation.not_before.map(|time| time.to_string()),
        confirmation.not_on_or_after.map(|time| time.to_string()),
    );
    let attributes = [
        ("NotBefore", begin.as_deref()),
        ("NotOnOrAfter", end.as_deref()),
        ("Recipient", confirmation.recipient.as_deref()),
        ("InResponseTo", confirmation.in_response_to.as_deref()),
    ];
    if confirmation.holder.is_some() || attributes.iter().any(|(_, value)| value.is_some()) {
        out.open("saml:SubjectConfirmationData", &attributes);
        key(out);
        out.close();
    }
    out.close();
}

fn conditions(out: &mut Writer, template: &Template) {
    let (begin, end) = (
        template.not_before.map(|time| time.to_string()),
        template.not_on_or_after.map(|time| time.to_string()),
    );
    let none = begin.is_none() && end.is_none() && template.audiences.is_empty();
    if none && !template.one_time && template.proxy.is_none() {
        return;
    }
    let old = template.version == Version::V11;
    let window = [("NotBefore", begin.as_deref()), ("NotOnOrAfter", end.as_deref())];
    out.open("saml:Conditions", &window);
    for audiences in &template.audiences {
        let name =
            if old { "saml:AudienceRestrictionCondition" } else { "saml:AudienceRestriction" };
        out.open(name, &[]);
        audiences.iter().for_each(|audience| out.leaf("saml:Audience", &[], audience));
        out.close();
    }
    if template.one_time {
        out.empty(if old { "saml:DoNotCacheCondition" } else { "saml:OneTimeUse" }, &[]);
    }
    if let (false, Some(proxy)) = (old, &template.proxy) {
        let count = proxy.count.map(|count| count.to_string());
        out.open("saml:ProxyRestriction", &[("Count", count.as_deref())]);
        proxy.audiences.iter().for_each(|audience| out.leaf("saml:Audience", &[], audience));
        out.close();
    }
    out.close();
}

fn statements_1(out: &mut Writer, template: &Template) {
    if let Some(own) = &template.authentication {
        let instant = own.instant.to_string();
        out.open(
            "saml:AuthenticationStatement",
            &[
                ("AuthenticationMethod", Some(&own.method)),
                ("AuthenticationInstant", Some(&instant)),
            ],
        );
        subject(out, template);
        if own.dns.is_some() || own.address.is_some() {
            let locality =
                [("IPAddress", own.address.as_deref()), ("DNSAddress", own.dns.as_deref())];
            out.empty("saml:SubjectLocality", &locality);
        }
        out.close();
    }
    if !template.attributes.is_empty() {
        out.open("saml:AttributeStatement", &[]);
        subject(out, template);
        template.attributes.iter().for_each(|own| attribute(out, "saml:", own, Version::V11));
        out.close();
    }
}

fn statements_2(out: &mut Writer, template: &Template) {
    if let Some(own) = &template.authentication {
        let instant = own.instant.to_string();
        out.open("saml:AuthnStatement", &[("AuthnInstant", Some(&instant))]);
        if own.dns.is_some() || own.address.is_some() {
            let locality = [("Address", own.address.as_deref()), ("DNSName", own.dns.as_deref())];
            out.empty("saml:SubjectLocality", &locality);
        }
        out.open("saml:AuthnContext", &[]);
        out.leaf("saml:AuthnContextClassRef", &[], &own.method);
        out.close();
        out.close();
    }
    if !template.attributes.is_empty() {
        out.open("saml:AttributeStatement", &[]);
        template.attributes.iter().for_each(|own| attribute(out, "saml:", own, Version::V20));
        out.close();
    }
}

fn attribute(out: &mut Writer, prefix: &str, own: &Attribute, version: Version) {
    let attributes = match version {
        Version::V11 => vec![
            ("AttributeName", Some(own.name.as_str())),
            ("AttributeNamespace", own.namespace.as_deref()),
        ],
        Version::V20 => vec![
            ("Name", Some(own.name.as_str())),
            ("NameFormat", own.format.as_deref()),
            ("FriendlyName", own.friendly_name.as_deref()),
        ],
    };
    out.open(&format!("{prefix}Attribute"), &attributes);
    let value = format!("{prefix}AttributeValue");
    own.values.iter().for_each(|text| out.leaf(&value, &[], text));
    out.close();
}

/// Attributes in an element of their own, with a prefix for the namespace of the version.
pub(super) fn attribute_elements(all: &[Attribute], version: Version) -> String {
    let mut out = Writer::default();
    out.open("saml:AttributeStatement", &[("xmlns:saml", Some(version.namespace()))]);
    all.iter().for_each(|own| attribute(&mut out, "saml:", own, version));
    out.close();
    out.text
}

/// Elements one after another, in canonical form.
#[derive(Default)]
struct Writer {
    text: String,
    open: Vec<String>,
}

impl Writer {
    fn open(&mut self, name: &str, attributes: &[(&str, Option<&str>)]) {
        self.text.push('<');
        self.text.push_str(name);
        for (name, value) in attributes {
            if let Some(value) = value {
                let _ = write!(self.text, " {name}=\"");
                escape_value(&mut self.text, &legal(value));
                self.text.push('"');
            }
        }
        self.text.push('>');
        self.open.push(name.to_owned());
    }

    fn close(&mut self) {
        if let Some(name) = self.open.pop() {
            let _ = write!(self.text, "</{name}>");
        }
    }

    fn empty(&mut self, name: &str, attributes: &[(&str, Option<&str>)]) {
        self.open(name, attributes);
        self.close();
    }

    fn leaf(&mut self, name: &str, attributes: &[(&str, Option<&str>)], text: &str) {
        self.open(name, attributes);
        escape_text(&mut self.text, &legal(text));
        self.close();
    }

    fn certificates<'a>(&mut self, all: impl Iterator<Item = &'a Arc<Certificate>>) {
        self.open("ds:X509Data", &[]);
        for certificate in all {
            self.leaf("ds:X509Certificate", &[], &STANDARD.encode(certificate.der()));
        }
        self.close();
    }
}

/// A text without the characters that XML does not have.
fn legal(text: &str) -> String {
    text.chars().filter(|c| crate::protocol::xml::is_xml_text(c.encode_utf8(&mut [0; 4]))).collect()
}
