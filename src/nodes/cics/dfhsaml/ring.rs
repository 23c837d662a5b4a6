//! The key ring as the JVM holds it: parsed once, and again only when the ESM gives another one.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::nodes::frame::RingEntry;
use crate::nodes::listed;
use crate::protocol::x509::{Certificate, Identity, KeyRing};

/// A key ring, parsed.
#[derive(Debug)]
pub(in crate::nodes::cics) struct Ring {
    entries: Vec<RingEntry>,
    /// The certificates to which paths may lead.
    pub(super) trusted: KeyRing,
    /// Those with a private key, by their labels.
    signers: BTreeMap<String, Identity>,
}

impl Ring {
    /// The ring of what the ESM gave; the earlier one where nothing has changed. A certificate that
    /// cannot be read is none: the loader takes no such file, and a fault on the way may make it one.
    pub(super) fn of(earlier: Option<Arc<Ring>>, entries: Vec<RingEntry>) -> Arc<Ring> {
        if let Some(earlier) = earlier.filter(|earlier| earlier.entries == entries) {
            return earlier;
        }
        let mut trusted = KeyRing::default();
        let mut signers = BTreeMap::new();
        for entry in &entries {
            let Ok(certificate) = Certificate::read(&entry.certificate) else { continue };
            let certificate = Arc::new(certificate);
            let key = entry.key.as_deref();
            if let Some(Ok(identity)) = key.map(|key| Identity::read(&certificate, key)) {
                signers.insert(entry.label.clone(), identity);
            }
            trusted.connect(&entry.label, certificate);
        }
        Arc::new(Ring { entries, trusted, signers })
    }

    /// A certificate with its private key.
    pub(super) fn signer(&self, label: &str) -> Option<&Identity> {
        self.signers.get(label)
    }

    /// The labels of certificates with a private key.
    pub(super) fn signers(&self) -> String {
        listed(self.signers.keys().map(String::as_str))
    }
}
