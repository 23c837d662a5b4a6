//! Paths from a certificate to one that is trusted (RFC 5280 section 6, as far as key rings go: no
//! revocation, no policies).

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::certificate::{Certificate, Error};
use crate::check::Seconds;

/// Most certificates of a path, and most signatures that are tried for one: they bound the work.
const LENGTH_MAX: usize = 8;
const TRIES_MAX: u32 = 64;

/// Certificates that are remembered at most, and pairs of them; then all are forgotten.
const KNOWN_MAX: usize = 256;

/// The certificates that are trusted, with their labels.
#[derive(Clone, Debug, Default)]
pub struct KeyRing {
    entries: Vec<(String, Arc<Certificate>)>,
    known: Arc<Mutex<Known>>,
}

/// What was found out about certificates by their octets alone, which no clock changes: most tokens bring
/// the same ones.
#[derive(Debug, Default)]
struct Known {
    read: BTreeMap<Vec<u8>, Arc<Certificate>>,
    /// Whether the first one of a pair was issued by the second.
    issued: BTreeMap<[Vec<u8>; 2], bool>,
}

impl KeyRing {
    /// Connects a certificate.
    pub fn connect(&mut self, label: &str, certificate: Arc<Certificate>) {
        self.entries.push((label.to_owned(), certificate));
    }

    /// The certificates with their labels, in the order of connection.
    pub fn entries(&self) -> impl Iterator<Item = (&str, &Arc<Certificate>)> {
        self.entries.iter().map(|(label, certificate)| (label.as_str(), certificate))
    }

    /// Reads a certificate in DER that came with a token.
    ///
    /// # Errors
    /// As for [`Certificate::from_der`].
    pub fn read(&self, der: &[u8]) -> Result<Arc<Certificate>, Error> {
        if let Some(known) = self.known().read.get(der) {
            return Ok(Arc::clone(known));
        }
        let read = Arc::new(Certificate::from_der(der)?);
        let mut known = self.known();
        if known.read.len() >= KNOWN_MAX {
            known.read.clear();
        }
        known.read.insert(der.to_vec(), Arc::clone(&read));
        Ok(read)
    }

    /// Whether a certificate was issued by another one.
    fn is_issued(&self, own: &Certificate, issuer: &Certificate) -> bool {
        let pair = [own.der().to_vec(), issuer.der().to_vec()];
        if let Some(known) = self.known().issued.get(&pair) {
            return *known;
        }
        let issued = own.is_issued_by(issuer);
        let mut known = self.known();
        if known.issued.len() >= KNOWN_MAX {
            known.issued.clear();
        }
        known.issued.insert(pair, issued);
        issued
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        // Whoever fell over while holding it had changed nothing by halves.
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The label of a certificate that is on the ring, compared byte for byte.
    fn label(&self, certificate: &Certificate) -> Option<&str> {
        self.entries().find(|(_, own)| ***own == *certificate).map(|(label, _)| label)
    }
}

/// A path, from the certificate to the trusted one, and the label of that.
#[derive(Clone, Debug)]
pub struct Path {
    /// The certificates, the trusted one last.
    pub certificates: Vec<Arc<Certificate>>,
    /// The label of the trusted one.
    pub anchor: String,
}

/// A path from a certificate to the key ring, over certificates of the ring and of a bag that came with
/// it. The certificate itself may be on the ring. Where there are several, one of certificates that are
/// valid at this time is taken before others.
pub fn find_path(
    certificate: &Arc<Certificate>,
    bag: &[Arc<Certificate>],
    ring: &KeyRing,
    now: Seconds,
) -> Option<Path> {
    [Some(now), None].into_iter().find_map(|valid_at| {
        let mut search = Search { bag, ring, valid_at, tries: 0, path: vec![certificate.clone()] };
        let anchor = search.extend()?;
        Some(Path { certificates: search.path, anchor })
    })
}

struct Search<'a> {
    bag: &'a [Arc<Certificate>],
    ring: &'a KeyRing,
    /// Only issuers count that are valid at this time.
    valid_at: Option<Seconds>,
    /// Signatures that were tried.
    tries: u32,
    path: Vec<Arc<Certificate>>,
}

impl Search<'_> {
    /// Takes the path on to a trusted certificate; gives its label.
    fn extend(&mut self) -> Option<String> {
        let last = Arc::clone(self.path.last()?);
        if let Some(label) = self.ring.label(&last) {
            return Some(label.to_owned());
        }
        if self.path.len() >= LENGTH_MAX {
            return None;
        }
        let issuers = self.ring.entries().map(|(_, certificate)| certificate).chain(self.bag);
        let issuers: Vec<Arc<Certificate>> =
            issuers.filter(|issuer| self.may_issue(issuer, &last)).cloned().collect();
        for issuer in issuers {
            self.tries += 1;
            if self.tries > TRIES_MAX {
                return None;
            }
            if !self.ring.is_issued(&last, &issuer) {
                continue;
            }
            self.path.push(issuer);
            let label = self.extend();
            if label.is_some() {
                return label;
            }
            self.path.pop();
        }
        None
    }

    /// Whether a certificate may follow the last one of the path, before any signature is tried.
    fn may_issue(&self, issuer: &Arc<Certificate>, last: &Certificate) -> bool {
        // Authorities between the issuer and the end of the path.
        let between = self.path.len() as u64 - 1;
        issuer.may_issue
            && issuer.not_understood.is_none()
            && issuer.path_length.is_none_or(|most| between <= u64::from(most))
            && self.valid_at.is_none_or(|now| (issuer.not_before..=issuer.not_after).contains(&now))
            && last.names_as_issuer(issuer)
            && !self.path.contains(issuer)
    }
}
