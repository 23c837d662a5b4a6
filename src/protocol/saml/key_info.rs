//! Whose key a signature says it was made with: certificates that come with it, or the name of one that
//! does not (XML Signature 1.1 section 4.5).

use std::sync::Arc;

use super::SIGNATURE_NAMESPACE as DS;
use super::signature::{Signature, data};
use crate::protocol::x509::{self, Certificate, KeyRing};
use crate::protocol::xml::{Document, NodeId};

/// Most certificates of a signature: it bounds the work.
const CERTIFICATES_MAX: usize = 16;

impl Signature {
    /// The certificates that come with the signature, each once: those of its one X509Data. The key ring
    /// remembers certificates that it has met.
    ///
    /// # Errors
    /// There are several X509Data, or what should be a certificate is none.
    pub(super) fn certificates(
        &self,
        document: &Document,
        ring: &KeyRing,
    ) -> Result<Vec<Arc<Certificate>>, String> {
        let Some(own) = self.x509_data(document)? else { return Ok(Vec::new()) };
        let mut found = Vec::new();
        for (id, number) in document.named(own, DS, "X509Certificate").zip(1..) {
            if number > CERTIFICATES_MAX {
                return Err(format!("KeyInfo has more than {CERTIFICATES_MAX} certificates"));
            }
            let read = ring.read(&data(document, id)?);
            let read = read.map_err(|error| format!("certificate {number}: {error}"))?;
            if !found.contains(&read) {
                found.push(read);
            }
        }
        Ok(found)
    }

    fn x509_data(&self, document: &Document) -> Result<Option<NodeId>, String> {
        let Some(key_info) = self.key_info else { return Ok(None) };
        let mut all = document.named(key_info, DS, "X509Data");
        let own = all.next();
        match all.next() {
            None => Ok(own),
            Some(_) => Err("KeyInfo has several X509Data".to_owned()),
        }
    }

    /// Whether KeyInfo holds a bare key.
    pub(super) fn has_bare_key(&self, document: &Document) -> bool {
        let holds = |id| document.named(id, DS, "KeyValue").next().is_some();
        self.key_info.is_some_and(holds)
    }

    /// The certificate that KeyInfo names by issuer and serial number, or by its subject.
    pub(super) fn named(&self, document: &Document) -> Option<Named> {
        let own = self.x509_data(document).ok()??;
        let text = |id, local| {
            let found = document.named(id, DS, local).next();
            found.map(|found| document.text(found).trim().to_owned())
        };
        if let Some(id) = document.named(own, DS, "X509IssuerSerial").next() {
            let issuer = text(id, "X509IssuerName")?;
            return Some(Named::IssuerSerial(issuer, text(id, "X509SerialNumber")?));
        }
        text(own, "X509SubjectName").map(Named::Subject)
    }
}

/// The name of a certificate. It says which one is meant, and nothing about trust.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Named {
    /// Issuer and serial number, decimal.
    IssuerSerial(String, String),
    /// Subject.
    Subject(String),
}

impl Named {
    /// Whether it is the name of this certificate.
    pub(super) fn means(&self, own: &Certificate) -> bool {
        match self {
            Named::IssuerSerial(issuer, serial) => {
                own.serial_decimal() == *serial && x509::same_name(&own.issuer, issuer)
            }
            Named::Subject(subject) => x509::same_name(&own.subject, subject),
        }
    }
}

impl std::fmt::Display for Named {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Named::IssuerSerial(issuer, serial) => write!(f, "number {serial} of {issuer}"),
            Named::Subject(subject) => f.write_str(subject),
        }
    }
}
