//! Paths from a certificate to one that is trusted (RFC 5280 section 6, as far as key rings go: no
//! revocation, no policies).

use std::sync::Arc;

use super::certificate::Certificate;

/// Most certificates of a path, and most signatures that are tried for one: they bound the work.
const LENGTH_MAX: usize = 8;
const TRIES_MAX: u32 = 64;

/// The certificates that are trusted, with their labels.
#[derive(Clone, Debug, Default)]
pub struct KeyRing {
    entries: Vec<(String, Arc<Certificate>)>,
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
/// it. The certificate itself may be on the ring.
pub fn find_path(
    certificate: &Arc<Certificate>,
    bag: &[Arc<Certificate>],
    ring: &KeyRing,
) -> Option<Path> {
    let mut tries = 0;
    let mut path = vec![Arc::clone(certificate)];
    let anchor = extend(&mut path, bag, ring, &mut tries)?;
    Some(Path { certificates: path, anchor })
}

/// Takes the path on to a trusted certificate; gives its label.
fn extend(
    path: &mut Vec<Arc<Certificate>>,
    bag: &[Arc<Certificate>],
    ring: &KeyRing,
    tries: &mut u32,
) -> Option<String> {
    let last = Arc::clone(path.last()?);
    if let Some(label) = ring.label(&last) {
        return Some(label.to_owned());
    }
    if path.len() >= LENGTH_MAX {
        return None;
    }
    let issuers = ring.entries().map(|(_, certificate)| certificate).chain(bag);
    for issuer in issuers {
        // Authorities between this one and the end of the path.
        let between = path.len() as u64 - 1;
        let allowed = issuer.path_length.is_none_or(|most| between <= u64::from(most));
        if !issuer.may_issue || !allowed || path.contains(issuer) {
            continue;
        }
        *tries += 1;
        if *tries > TRIES_MAX {
            return None;
        }
        if last.is_issued_by(issuer) {
            path.push(Arc::clone(issuer));
            if let Some(label) = extend(path, bag, ring, tries) {
                return Some(label);
            }
            path.pop();
        }
    }
    None
}
