//! The judgement of a token, step by step in the order of the checks (assumed: trust before
//! cryptography on the body, times after integrity, so that forged tokens tell nothing of times).

use super::assertion::{self, Assertion, Read, Signer, Version};
use super::instant::Instant;
use super::signature;
use super::trust::told;
use super::{response, rules};
use crate::check::{Check, Checks, Operand};
use crate::protocol::x509::{self, Certificate, KeyRing};
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
    /// The canonical form of what was digested.
    pub form: &'static str,
    /// How many octets were digested.
    pub octets: u32,
    /// What of the token is not covered, in words.
    pub uncovered: Vec<String>,
    /// The certificates of the path, as distinguished names, the signer's first.
    pub path: Vec<String>,
    /// The label of the trusted certificate at its end.
    pub anchor: String,
}

pub(super) type Judged<T> = Result<T, Refusal>;

pub(super) fn refused<T>(response: i32, reason: impl Into<String>) -> Judged<T> {
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
pub(super) fn sound<T>(
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
    let holds = checks.decide(fits);
    match read {
        Ok(value) if holds => Ok(value),
        _ => refused(response::INVALID, found),
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

pub(super) struct Judge<'a> {
    pub(super) document: &'a Document,
    /// The assertion.
    pub(super) root: NodeId,
    pub(super) policy: &'a Policy<'a>,
    pub(super) checks: Checks,
    pub(super) coverage: Option<Coverage>,
}

impl Judge<'_> {
    fn judge(&mut self) -> Judged<Assertion> {
        let mut read = read(self.document, self.root, &mut self.checks)?;
        self.methods(&read)?;
        match self.policy.signed {
            Signed::Required => read = self.signed(&read)?,
            Signed::Ignored => {
                read.assertion.signer = unverified(self.document, self.root, &read.assertion);
            }
        }
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

/// A moment with as many digits as it needs.
pub(super) fn moment(instant: Instant) -> String {
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

/// The certificate that a signature brings, where nobody has asked whether it holds (assumed).
fn unverified(document: &Document, root: NodeId, assertion: &Assertion) -> Option<Signer> {
    let own = signature::read(document, root, &assertion.id).ok()?;
    let bag = own.certificates(document, &KeyRing::default()).ok()?;
    let issues =
        |own: &Certificate| bag.iter().any(|other| **other != *own && other.is_issued_by(own));
    bag.iter().find(|own| !issues(own)).map(|own| told(own))
}
