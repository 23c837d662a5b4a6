//! The part of the judgement that the signature decides: its form, whose key made it and why that one is
//! trusted, the signature itself, the digest, and that nothing is read but what was digested.

use std::sync::Arc;

use super::assertion::{self, Read, Signer};
use super::instant::Instant;
use super::signature::{self, Signature};
use super::validate::{Coverage, Judge, Judged, moment, refused, sound};
use super::{response, rules};
use crate::check::{Check, Operand};
use crate::protocol::x509::{self, Certificate, KeyRing, Path, find_path};
use crate::protocol::xml::{Document, Kind, Limits};

/// A signer and the certificates that came with the signature.
struct Found {
    signer: Arc<Certificate>,
    bag: Vec<Arc<Certificate>>,
}

impl<'a> Judge<'a> {
    /// The signature of what was read; gives what was read of the octets that it covers.
    pub(super) fn signed(&mut self, read: &Read) -> Judged<Read> {
        let (document, root) = (self.document, self.root);
        let own = signature::read(document, root, &read.assertion.id);
        let own = sound(&rules::SIGNATURE, "signature", own, &mut self.checks)?;
        let ring = self.ring()?;
        let Found { signer, bag } = self.signer(&own, ring)?;
        let path = self.trusted(&signer, &bag, ring)?;
        let made = own.is_made_by(document, &signer).map_err(|error| error.to_string());
        self.holds(
            &rules::SIGNATURE_VALUE,
            ("signature", "made by another key or over other data"),
            made,
        )?;
        let covered = own.covered(document, root);
        let digested = covered.as_ref().map(|covered| own.digests(covered));
        let digested = digested.map_err(ToString::to_string);
        self.holds(&rules::DIGEST, ("digest", "that of other data"), digested)?;
        let covered = covered.unwrap_or_default();
        let mut again = self.read_again(read, &covered)?;
        again.assertion.signer = Some(told(&signer));
        self.coverage = Some(Coverage {
            id: again.assertion.id.clone(),
            signature: own.hash,
            digest: own.digest_hash,
            form: own.form_word(),
            octets: u32::try_from(covered.len()).unwrap_or(u32::MAX),
            uncovered: self.uncovered(&own),
            path: path.certificates.iter().map(|own| own.subject.clone()).collect(),
            anchor: path.anchor,
        });
        Ok(again)
    }

    fn ring(&mut self) -> Judged<&'a KeyRing> {
        let ring = self.policy.ring;
        let has_ring = Operand::new("KEYRING", if ring.is_some() { "specified" } else { "none" });
        let needed = Operand::new("needed", "specified");
        let there = Check::holds(&rules::KEY_RING, has_ring, needed, ring.is_some());
        match (self.checks.decide(there), ring) {
            (true, Some(ring)) => Ok(ring),
            _ => refused(response::NO_KEY_RING, "the region has no key ring"),
        }
    }

    fn holds(
        &mut self,
        rule: &'static crate::check::Rule,
        (what, wrong): (&'static str, &'static str),
        verified: Result<bool, String>,
    ) -> Judged<()> {
        let (found, holds) = match verified {
            Ok(true) => ("right".to_owned(), true),
            Ok(false) => (wrong.to_owned(), false),
            Err(error) => (error, false),
        };
        let subject = Operand::new(what, found.clone());
        let fits = Check::holds(rule, subject, Operand::new("needed", "right"), holds);
        if self.checks.decide(fits) {
            Ok(())
        } else {
            refused(response::INVALID, format!("the {what} is {found}"))
        }
    }

    /// The fields again, from the octets that were digested: they are all that is used.
    fn read_again(&mut self, read: &Read, covered: &str) -> Judged<Read> {
        let again = Document::parse_within(covered, &Limits::OWN)
            .map_err(|error| error.to_string())
            .and_then(|document| {
                let version = read.assertion.version;
                assertion::read(&document, document.root(), version)
            });
        let again = again.and_then(|again| match again == *read {
            true => Ok(again),
            false => Err("they say other things than the token".to_owned()),
        });
        sound(&rules::SEEN, "octets that were digested", again, &mut self.checks)
    }

    /// The certificate of the signer: among those that come with the signature, or on the key ring.
    fn signer(&mut self, own: &Signature, ring: &KeyRing) -> Judged<Found> {
        let bag = own.certificates(self.document, ring);
        let bag = sound(&rules::CERTIFICATES, "certificates", bag, &mut self.checks)?;
        if bag.is_empty() {
            let signer = self.signer_on(own, ring)?;
            return Ok(Found { signer, bag });
        }
        let issues = |own: &Arc<Certificate>| {
            bag.iter().any(|other| other != own && other.is_issued_by(own))
        };
        let candidates: Vec<&Arc<Certificate>> = bag.iter().filter(|own| !issues(own)).collect();
        let one = Check::holds(
            &rules::ONE_SIGNER,
            Operand::new("certificates that issued no other", candidates.len().to_string()),
            Operand::new("needed", "1"),
            candidates.len() == 1,
        );
        match (self.checks.decide(one), candidates.as_slice()) {
            (true, [signer]) => Ok(Found { signer: Arc::clone(signer), bag: bag.clone() }),
            _ => refused(
                response::NOT_TRUSTED,
                "the signature brings certificates of several signers, or a circle of them",
            ),
        }
    }

    /// The certificate on the key ring that the signature names, or else the one whose key made it.
    fn signer_on(&mut self, own: &Signature, ring: &KeyRing) -> Judged<Arc<Certificate>> {
        let named = own.named(self.document);
        let bare = named.is_none() && own.has_bare_key(self.document);
        let made_it =
            |certificate: &Certificate| own.is_made_by(self.document, certificate) == Ok(true);
        let found = match &named {
            Some(named) => ring.entries().find(|(_, own)| named.means(own)),
            None if bare => None,
            None => ring.entries().find(|(_, own)| made_it(own)),
        };
        let brings = match &named {
            Some(named) => named.to_string(),
            None if bare => "a bare key".to_owned(),
            None => "none".to_owned(),
        };
        let there = Check::holds(
            &rules::CERTIFICATE,
            Operand::new("certificate of the signature", brings.clone()),
            Operand::new("on the key ring", found.map_or("none", |(label, _)| label).to_owned()),
            found.is_some(),
        );
        match (self.checks.decide(there), found) {
            (true, Some((_, signer))) => Ok(Arc::clone(signer)),
            _ if bare => refused(
                response::NOT_TRUSTED,
                "the signature brings a bare key, which nothing vouches for",
            ),
            _ if named.is_some() => {
                refused(response::NOT_FOUND, format!("{brings} is not on the key ring"))
            }
            _ => refused(
                response::NOT_FOUND,
                "the signature brings no certificate, and no key on the key ring made it",
            ),
        }
    }

    /// The signer's certificate is valid now, a path leads to the key ring, and everything on it is
    /// valid too.
    fn trusted(
        &mut self,
        signer: &Arc<Certificate>,
        bag: &[Arc<Certificate>],
        ring: &KeyRing,
    ) -> Judged<Path> {
        self.valid(signer)?;
        let critical = signer.not_understood.clone();
        let understood = Check::holds(
            &x509::rules::EXTENSIONS,
            Operand::new("extension", critical.clone().unwrap_or_else(|| "none".to_owned())),
            Operand::new("needed", "none that is critical and not understood"),
            critical.is_none(),
        );
        if !self.checks.decide(understood) {
            let what = critical.unwrap_or_default();
            let reason = format!("extension {what} of the certificate is not understood");
            return refused(response::NOT_TRUSTED, reason);
        }
        let path = find_path(signer, bag, ring, self.policy.now.seconds);
        let labels: Vec<&str> = ring.entries().map(|(label, _)| label).collect();
        let labels = if labels.is_empty() { "none".to_owned() } else { labels.join(" ") };
        let found = Check::holds(
            &x509::rules::PATH,
            Operand::new("certificate", signer.subject.clone()),
            Operand::new("certificates on the key ring", labels),
            path.is_some(),
        )
        .about([Operand::new("issuer", signer.issuer.clone())]);
        let (true, Some(path)) = (self.checks.decide(found), path) else {
            let reason = format!("no path leads from {} to the key ring", signer.subject);
            return refused(response::NOT_TRUSTED, reason);
        };
        for above in path.certificates.iter().skip(1) {
            self.valid(above)?;
        }
        Ok(path)
    }

    fn valid(&mut self, certificate: &Certificate) -> Judged<()> {
        let now = self.policy.now;
        let (begin, end) = (certificate.not_before, certificate.not_after);
        let subject = Operand::new("clock of the system", moment(now));
        let about = Operand::new("certificate", certificate.subject.clone());
        let left_of_begin = now.nanoseconds() - Instant::from_seconds(begin).nanoseconds();
        // The last second is valid to its end.
        let behind = Instant::from_seconds(end.saturating_add(1));
        let left_to_end = behind.nanoseconds() - 1 - now.nanoseconds();
        // What decides is the bound that is passed, or else the nearer one.
        let (against, left) = if left_of_begin < left_to_end {
            (Operand::new("begin of the certificate", crate::check::utc(begin)), left_of_begin)
        } else {
            (Operand::new("end of the certificate", crate::check::utc(end)), left_to_end)
        };
        let check = Check::moments(&x509::rules::VALIDITY, subject, against, None, left);
        if self.checks.decide(check.about([about])) {
            return Ok(());
        }
        let state = if left_of_begin < 0 { "is not valid yet" } else { "has expired" };
        let reason = format!("the certificate of {} {state}", certificate.subject);
        refused(response::CERTIFICATE_EXPIRED, reason)
    }

    /// What of the token the signature does not cover.
    fn uncovered(&self, own: &Signature) -> Vec<String> {
        let (document, root) = (self.document, self.root);
        let mut all = vec![match own.key_info {
            Some(_) => {
                "the signature's own elements: SignedInfo is signed, KeyInfo is not".to_owned()
            }
            None => "the signature's own elements: SignedInfo alone is signed".to_owned(),
        }];
        let is_comment = |id: &_| matches!(document.kind(*id), Some(Kind::Comment(_)));
        match document.all_within(root).filter(is_comment).count() {
            0 => {}
            1 => all.push("a comment".to_owned()),
            count => all.push(format!("{count} comments")),
        }
        match document.count_outside(root) {
            0 => {}
            count => all.push(format!("{count} nodes outside the assertion")),
        }
        all
    }
}

pub(super) fn told(certificate: &Certificate) -> Signer {
    Signer {
        serial: certificate.serial_digits(),
        issuer: certificate.issuer.clone(),
        subject: certificate.subject.clone(),
        not_before: Instant::from_seconds(certificate.not_before),
        not_after: Instant::from_seconds(certificate.not_after),
    }
}
