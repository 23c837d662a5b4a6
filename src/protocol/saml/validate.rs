//! The judgement of a token, step by step in the order of the checks (assumed: trust before
//! cryptography on the body, times after integrity, so that forged tokens tell nothing of times).

use std::sync::Arc;

use super::assertion::{self, Assertion, Read, Signer, Version};
use super::instant::Instant;
use super::signature::{self, Signature};
use super::{response, rules};
use crate::check::{Check, Checks, Operand};
use crate::protocol::x509::{self, Certificate, KeyRing, Path, find_path};
use crate::protocol::xml::{Document, NodeId};

/// Whether a signature is demanded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signed {
    /// It must be there and hold.
    Required,
    /// It is not looked at.
    Ignored,
}

/// By what a token is judged.
#[derive(Clone, Copy, Debug)]
pub struct Policy<'a> {
    /// The clock of the system.
    pub now: Instant,
    /// How much clocks may differ (ns), applied to every time of the token.
    pub skew: i64,
    /// Whether a signature is demanded.
    pub signed: Signed,
    /// The key ring; none where the region has none.
    pub ring: Option<&'a KeyRing>,
}

/// A token that is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The value of DFHSAML-RESPONSE.
    pub response: i32,
    /// Why, in a sentence without its full stop.
    pub reason: String,
}

/// What came of a token.
#[derive(Clone, Debug)]
pub struct Validation {
    /// What it says, or why it is refused.
    pub outcome: Result<Assertion, Refusal>,
    /// Every decision on the way.
    pub checks: Checks,
    /// What the signature covers, where one was verified.
    pub coverage: Option<Coverage>,
}

/// What a verified signature covers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coverage {
    /// The ID of the element that was digested.
    pub id: String,
    /// Hash of the signature.
    pub signature: x509::Hash,
    /// Hash of the digest.
    pub digest: x509::Hash,
    /// The certificates of the path, as distinguished names, the signer's first.
    pub path: Vec<String>,
    /// The label of the trusted certificate at its end.
    pub anchor: String,
}

type Judged<T> = Result<T, Refusal>;

fn refused<T>(response: i32, reason: impl Into<String>) -> Judged<T> {
    Err(Refusal { response, reason: reason.into() })
}

/// Judges a token, and reads it.
pub fn validate(token: &str, policy: &Policy<'_>) -> Validation {
    let mut checks = Checks::new();
    match parsed(token, &mut checks) {
        Ok(document) => judge(&document, document.root(), policy, checks),
        Err(refusal) => Validation { outcome: Err(refusal), checks, coverage: None },
    }
}

/// Judges an assertion where it stands in a document, as a message brings it.
pub fn validate_within(document: &Document, assertion: NodeId, policy: &Policy<'_>) -> Validation {
    judge(document, assertion, policy, Checks::new())
}

fn judge(document: &Document, root: NodeId, policy: &Policy<'_>, checks: Checks) -> Validation {
    let mut judge = Judge { document, root, policy, checks, coverage: None };
    let outcome = judge.judge();
    Validation { outcome, checks: judge.checks, coverage: judge.coverage }
}

/// The tree of a token, or refusal 15.
pub(super) fn parsed(token: &str, checks: &mut Checks) -> Judged<Document> {
    let document = Document::parse(token);
    let found = match &document {
        Ok(_) => "well-formed".to_owned(),
        Err(error) => error.to_string(),
    };
    let fits = Check::holds(
        &rules::PARSED,
        Operand::new("token", found.clone()),
        Operand::new("needed", "well-formed XML"),
        document.is_ok(),
    );
    if checks.decide(fits)
        && let Ok(document) = document
    {
        return Ok(document);
    }
    refused(response::NOT_PARSED, found)
}

/// A decision about something that was read: what is wrong with it is the value.
fn sound<T>(
    rule: &'static crate::check::Rule,
    what: &'static str,
    read: Result<T, String>,
    checks: &mut Checks,
) -> Judged<T> {
    let found = read.as_ref().err().cloned().unwrap_or_else(|| "as it should be".to_owned());
    let fits = Check::holds(
        rule,
        Operand::new(what, found.clone()),
        Operand::new("needed", "as it should be"),
        read.is_ok(),
    );
    match read {
        Ok(value) if checks.decide(fits.clone()) => Ok(value),
        _ => {
            if !fits.passed {
                let _ = checks.decide(fits);
            }
            refused(response::INVALID, found)
        }
    }
}

/// Version and fields of a token, or refusal 1.
pub(super) fn read(document: &Document, root: NodeId, checks: &mut Checks) -> Judged<Read> {
    let version = sound(&rules::ASSERTION, "token", assertion::version(document, root), checks)?;
    let read = assertion::read(document, root, version);
    let read = sound(&rules::STRUCTURE, "assertion", read, checks)?;
    let unique = is_unique(document, &read.assertion.id);
    let id = Operand::new("ID", read.assertion.id.clone());
    let bearers = Operand::new("elements with it", if unique { "one" } else { "several" });
    if !checks.decide(Check::holds(&rules::UNIQUE_ID, id, bearers, unique)) {
        return refused(response::INVALID, "several elements have the ID of the assertion");
    }
    Ok(read)
}

/// Whether one element alone has an ID.
fn is_unique(document: &Document, id: &str) -> bool {
    const NAMES: [&str; 6] = ["ID", "AssertionID", "ResponseID", "RequestID", "Id", "id"];
    let bears = |element: &NodeId| {
        let attributes = document.element(*element).map(|own| own.attributes.as_slice());
        attributes
            .unwrap_or_default()
            .iter()
            .any(|own| own.value == id && NAMES.contains(&own.name.local.as_str()))
    };
    document.all_elements().filter(bears).count() == 1
}

struct Judge<'a> {
    document: &'a Document,
    /// The assertion.
    root: NodeId,
    policy: &'a Policy<'a>,
    checks: Checks,
    coverage: Option<Coverage>,
}

impl Judge<'_> {
    fn judge(&mut self) -> Judged<Assertion> {
        let mut read = read(self.document, self.root, &mut self.checks)?;
        self.methods(&read)?;
        read.assertion.signer = match self.policy.signed {
            Signed::Required => Some(self.signed(&read.assertion)?),
            Signed::Ignored => unverified(self.document, self.root, &read.assertion),
        };
        self.times(&read)?;
        Ok(read.assertion)
    }

    /// One confirmation method, and one that SAML defines.
    fn methods(&mut self, read: &Read) -> Judged<()> {
        let version = if read.assertion.version == Version::V11 { "1.0" } else { "2.0" };
        let begin = format!("urn:oasis:names:tc:SAML:{version}:cm:");
        let known = |method: &String| {
            let word = method.strip_prefix(&begin);
            word.is_some_and(|word| ["holder-of-key", "bearer", "sender-vouches"].contains(&word))
        };
        let fits = match read.methods.as_slice() {
            [] => true,
            [method] => known(method),
            _ => false,
        };
        let found = match read.methods.as_slice() {
            [] => "none".to_owned(),
            methods => methods.join(" "),
        };
        let methods = Operand::new("confirmation methods", found.clone());
        let needed =
            Operand::new("needed", format!("{begin}holder-of-key, bearer or sender-vouches"));
        match self.checks.decide(Check::holds(&rules::ONE_METHOD, methods, needed, fits)) {
            true => Ok(()),
            false => refused(response::INVALID, format!("the confirmation methods are {found}")),
        }
    }

    /// The signature: its form, the certificate and its path, the signature itself, the digest.
    fn signed(&mut self, assertion: &Assertion) -> Judged<Signer> {
        let (document, root) = (self.document, self.root);
        let own = signature::read(document, root, &assertion.id);
        let own = sound(&rules::SIGNATURE, "signature", own, &mut self.checks)?;
        let has_ring =
            Operand::new("KEYRING", if self.policy.ring.is_some() { "specified" } else { "none" });
        let needed = Operand::new("needed", "specified");
        let there = Check::holds(&rules::KEY_RING, has_ring, needed, self.policy.ring.is_some());
        let (true, Some(ring)) = (self.checks.decide(there), self.policy.ring) else {
            return refused(response::NO_KEY_RING, "the region has no key ring");
        };
        let (signer, bag) = self.signer(&own)?;
        let path = self.trusted(&signer, &bag, ring)?;
        let made = own.is_made_by(document, &signer).map_err(|error| error.to_string());
        self.holds(
            &rules::SIGNATURE_VALUE,
            ("signature", "made by another key or over other data"),
            made,
        )?;
        let digested = own.digests(document, root).map_err(|error| error.to_string());
        self.holds(&rules::DIGEST, ("digest", "that of other data"), digested)?;
        self.coverage = Some(Coverage {
            id: assertion.id.clone(),
            signature: own.hash,
            digest: own.digest_hash,
            path: path.certificates.iter().map(|own| own.subject.clone()).collect(),
            anchor: path.anchor,
        });
        Ok(told(&signer))
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

    /// The certificate of the signer among those that come with the signature.
    fn signer(&mut self, own: &Signature) -> Judged<(Arc<Certificate>, Vec<Arc<Certificate>>)> {
        let document = self.document;
        let bag = own.certificates(document);
        let bag: Vec<Arc<Certificate>> = match bag {
            Ok(bag) => bag.into_iter().map(Arc::new).collect(),
            Err(wrong) => {
                let read: Result<(), String> = Err(wrong);
                sound(&rules::ONE_SIGNER, "certificates", read, &mut self.checks)?;
                Vec::new()
            }
        };
        let count = bag.len();
        let some = Check::holds(
            &rules::CERTIFICATE,
            Operand::new("certificates of the signature", count.to_string()),
            Operand::new("needed", "one at least"),
            count > 0,
        );
        if !self.checks.decide(some) {
            return match own.has_bare_key(document) {
                true => refused(
                    response::NOT_TRUSTED,
                    "the signature brings a bare key, which nothing vouches for",
                ),
                false => refused(
                    response::NOT_FOUND,
                    "the signature brings no certificate of its signer",
                ),
            };
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
            (true, [signer]) => Ok((Arc::clone(signer), bag.clone())),
            _ => refused(response::INVALID, "the signature brings certificates of several signers"),
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
        let path = find_path(signer, bag, ring);
        let labels: Vec<&str> = ring.entries().map(|(label, _)| label).collect();
        let labels = if labels.is_empty() { "none".to_owned() } else { labels.join(" ") };
        let found = Check::holds(
            &x509::rules::PATH,
            Operand::new("certificate", signer.subject.clone()),
            Operand::new("on the key ring", labels),
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
        let early = i128::from(begin) * NANOS - now.nanoseconds();
        // The last second is valid to its end.
        let late = now.nanoseconds() - (i128::from(end) + 1) * NANOS + 1;
        // What decides is the bound that is passed, or else the nearer one.
        let (against, left) = if early > late {
            (Operand::new("begin of the certificate", crate::check::utc(begin)), -early)
        } else {
            (Operand::new("end of the certificate", crate::check::utc(end)), -late)
        };
        let check = Check::moments(&x509::rules::VALIDITY, subject, against, None, left);
        if self.checks.decide(check.about([about])) {
            return Ok(());
        }
        let state = if early > 0 { "is not valid yet" } else { "has expired" };
        refused(
            response::CERTIFICATE_EXPIRED,
            format!("the certificate of {} {state}", certificate.subject),
        )
    }

    /// Conditions that are known, and the windows of the assertion and of its confirmation.
    fn times(&mut self, read: &Read) -> Judged<()> {
        let unknown = read.unknown_condition.clone();
        let fits = Check::holds(
            &rules::CONDITIONS,
            Operand::new("unknown condition", unknown.clone().unwrap_or_else(|| "none".to_owned())),
            Operand::new("needed", "none"),
            unknown.is_none(),
        );
        if !self.checks.decide(fits) {
            return refused(
                response::INVALID,
                format!("condition {} is not known", unknown.unwrap_or_default()),
            );
        }
        let assertion = &read.assertion;
        let (begin, end) = (assertion.not_before, assertion.not_on_or_after);
        if let (Some(begin), Some(end)) = (begin, end) {
            let subject = Operand::new("NotBefore", moment(begin));
            let against = Operand::new("NotOnOrAfter", moment(end));
            if !self.checks.decide(Check::holds(&rules::WINDOW, subject, against, begin < end)) {
                return refused(response::TOKEN_EXPIRED, "the assertion ends before it begins");
            }
        }
        self.window((&rules::NOT_BEFORE, begin), (&rules::NOT_ON_OR_AFTER, end), "the assertion")?;
        // One confirmation that can be used is enough (SAML core 2.0 section 2.4.1.1); that of the
        // first is told where there is none.
        let mut last = Ok(());
        for (begin, end) in read.confirmations.iter().rev() {
            let begin = (&rules::CONFIRMATION_BEGIN, *begin);
            last = self.window(begin, (&rules::CONFIRMATION_END, *end), "the subject confirmation");
            if last.is_ok() {
                break;
            }
        }
        last
    }

    fn window(
        &mut self,
        begin: (&'static crate::check::Rule, Option<Instant>),
        end: (&'static crate::check::Rule, Option<Instant>),
        what: &str,
    ) -> Judged<()> {
        let (now, skew) = (self.policy.now, i128::from(self.policy.skew));
        let clock = || Operand::new("clock of the system", moment(now));
        let limit = || Some(seconds(self.policy.skew));
        if let (rule, Some(begin)) = begin {
            let left = now.nanoseconds() + skew - begin.nanoseconds();
            let against = Operand::new("NotBefore", moment(begin));
            if !self.checks.decide(Check::moments(rule, clock(), against, limit(), left)) {
                return refused(response::TOKEN_EXPIRED, format!("{what} is not valid yet"));
            }
        }
        if let (rule, Some(end)) = end {
            // The end itself is outside.
            let left = end.nanoseconds() + skew - now.nanoseconds() - 1;
            let against = Operand::new("NotOnOrAfter", moment(end));
            if !self.checks.decide(Check::moments(rule, clock(), against, limit(), left)) {
                return refused(response::TOKEN_EXPIRED, format!("{what} is no longer valid"));
            }
        }
        Ok(())
    }
}

const NANOS: i128 = 1_000_000_000;

/// A moment with as many digits as it needs.
fn moment(instant: Instant) -> String {
    let text = instant.to_string();
    if instant.nanos == 0 {
        return text;
    }
    let digits = format!("{:09}", instant.nanos);
    format!("{}.{}Z", text.trim_end_matches('Z'), digits.trim_end_matches('0'))
}

/// A skew in seconds: `180 s`, `0.25 s`.
fn seconds(nanos: i64) -> String {
    let (whole, rest) = (nanos / 1_000_000_000, nanos % 1_000_000_000);
    let rest = if rest == 0 { String::new() } else { format!(".{:09}", rest.abs()) };
    format!("{whole}{} s", rest.trim_end_matches('0'))
}

fn told(certificate: &Certificate) -> Signer {
    Signer {
        serial: certificate.serial_digits(),
        issuer: certificate.issuer.clone(),
        subject: certificate.subject.clone(),
        not_before: Instant::from_seconds(certificate.not_before),
        not_after: Instant::from_seconds(certificate.not_after),
    }
}

/// The certificate that a signature brings, where nobody has asked whether it holds (assumed).
fn unverified(document: &Document, root: NodeId, assertion: &Assertion) -> Option<Signer> {
    let own = signature::read(document, root, &assertion.id).ok()?;
    let bag = own.certificates(document).ok()?;
    let issues =
        |own: &Certificate| bag.iter().any(|other| other != own && other.is_issued_by(own));
    bag.iter().find(|own| !issues(own)).map(told)
}
