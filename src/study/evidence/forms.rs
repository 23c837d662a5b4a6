//! What programs are told of a person's own PassTickets, tokens, key tables and credential caches.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::{Question, hex};
use crate::check::{Check, Checks, Seconds};
use crate::protocol::kerberos::acceptor::AcceptError;
use crate::protocol::kerberos::ccache::{CachedCredential, Ccache};
use crate::protocol::kerberos::evidence::Verification;
use crate::protocol::kerberos::initiator::MutualError;
use crate::protocol::kerberos::keytab::{Keytab, KeytabEntry};
use crate::protocol::kerberos::wrap::Context;
use crate::protocol::passticket::{Evaluation, PassTicket};

/// A PassTicket that was made: what `passticket generate --format json` prints.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct MadePassTicket {
    /// Version of these keys: 1.
    pub schema: u32,
    /// The PassTicket.
    pub passticket: String,
    /// Whom it signs on.
    pub user: String,
    /// Where.
    pub application: String,
    /// `legacy` or `enhanced`.
    pub algorithm: &'static str,
    /// The second for which it was made, since 1970.
    pub made: Seconds,
}

impl MadePassTicket {
    /// The PassTicket that answers a question.
    pub fn of(question: &Question<'_>, ticket: &PassTicket) -> MadePassTicket {
        MadePassTicket {
            schema: 1,
            passticket: ticket.as_str().to_owned(),
            user: question.parties.user.to_string(),
            application: question.parties.application.to_string(),
            algorithm: question.method.algorithm(),
            made: question.now,
        }
    }
}

/// The verdict on a PassTicket or token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// It is good.
    Accepted,
    /// It is not.
    Refused,
}

impl Verdict {
    fn of<T, E>(result: &Result<T, E>) -> Verdict {
        if result.is_ok() { Verdict::Accepted } else { Verdict::Refused }
    }
}

/// A PassTicket that was evaluated: what `passticket evaluate --format json` prints, on one line for
/// each.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct EvaluatedPassTicket {
    /// Version of these keys: 1.
    pub schema: u32,
    /// Whether the ESM would take it.
    pub verdict: Verdict,
    /// Why it is refused.
    pub reason: Option<String>,
    /// Whom it signs on.
    pub user: String,
    /// Where.
    pub application: String,
    /// `legacy` or `enhanced`.
    pub algorithm: &'static str,
    /// The second for which it was made, since 1970; none where no second gives this text.
    pub made: Option<Seconds>,
    /// How long before `evaluated` that was, in seconds; negative where it was made ahead.
    pub age: Option<Seconds>,
    /// How far apart they may be, in seconds.
    pub window: Seconds,
    /// The time by the evaluator's clock, in seconds since 1970.
    pub evaluated: Seconds,
    /// Each decision, in order.
    pub checks: Vec<TakenCheck>,
}

impl EvaluatedPassTicket {
    /// The evaluation that answers a question.
    pub fn of(
        question: &Question<'_>,
        evaluation: &Evaluation,
        checks: &Checks,
    ) -> EvaluatedPassTicket {
        let Question { method, parties, now } = question;
        EvaluatedPassTicket {
            schema: 1,
            verdict: Verdict::of(&evaluation.verdict),
            reason: evaluation.verdict.err().map(|why| why.to_string()),
            user: parties.user.to_string(),
            application: parties.application.to_string(),
            algorithm: method.algorithm(),
            made: evaluation.made,
            age: evaluation.made.map(|made| now.saturating_sub(made)),
            window: method.window(),
            evaluated: *now,
            checks: checks.taken().iter().map(TakenCheck::of).collect(),
        }
    }
}

/// A token that was verified: what `kerberos verify --format json` prints, on one line for each.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct VerifiedToken {
    /// Version of these keys: 1.
    pub schema: u32,
    /// The token's file.
    pub token: String,
    /// Whether the service takes it.
    pub verdict: Verdict,
    /// The error number of RFC 4120, where it is refused with one.
    pub krb_error: Option<i32>,
    /// Why it is refused.
    pub reason: Option<String>,
    /// The client's principal; none where no key opens the ticket.
    pub client: Option<String>,
    /// The owner of the key that opens the ticket; where none does, whom the ticket names.
    pub server: Option<String>,
    /// Whom the ticket names in clear text.
    pub ticket_server: Option<String>,
    /// The version of the key.
    pub kvno: Option<u32>,
    /// The encryption type of the key, by its number.
    pub etype: Option<i32>,
    /// The encryption type of the session key, by its number.
    pub session_etype: Option<i32>,
    /// The flags of the GSS-API checksum, as a number.
    pub gss_flags: Option<u32>,
    /// These by their names.
    pub gss_flag_names: Option<String>,
    /// The flags of the ticket by their names.
    pub ticket_flags: Option<String>,
    /// The realms between the client's and the service's, null where they cannot be read.
    pub realms_between: Option<Vec<String>>,
    /// When the client logged on, in seconds since 1970.
    pub authtime: Option<Seconds>,
    /// From when on the ticket is valid.
    pub starttime: Option<Seconds>,
    /// Until when.
    pub endtime: Option<Seconds>,
    /// Until when it can be renewed.
    pub renew_till: Option<Seconds>,
    /// When the token was made, by the client's clock.
    pub made: Option<Seconds>,
    /// Each decision, in order.
    pub checks: Vec<TakenCheck>,
}

impl VerifiedToken {
    /// The verdict on a token.
    pub fn of(name: &str, verification: &Verification) -> VerifiedToken {
        let refusal = verification.verdict.as_ref().err();
        let contents = verification.contents.as_ref();
        let times = contents.map(|contents| contents.times);
        let flags = contents.and_then(|contents| contents.gss_flags);
        let named = verification.server.as_ref().map(ToString::to_string);
        let owner = contents.map(|contents| contents.key_principal.to_string());
        VerifiedToken {
            schema: 1,
            token: name.to_owned(),
            verdict: Verdict::of(&verification.verdict),
            krb_error: refusal.and_then(AcceptError::code).map(|code| code.0),
            reason: refusal.map(ToString::to_string),
            client: contents.map(|contents| contents.client.to_string()),
            server: owner.or_else(|| named.clone()),
            ticket_server: named,
            kvno: contents.map(|contents| contents.kvno),
            etype: contents.map(|contents| contents.etype.number()),
            session_etype: contents.map(|contents| contents.session_etype.number()),
            gss_flags: flags.map(|flags| flags.0),
            gss_flag_names: flags.map(|flags| flags.to_string()),
            ticket_flags: contents.map(|contents| contents.flags.text()),
            realms_between: contents.and_then(|contents| contents.realms_between.clone()),
            authtime: times.map(|times| times.auth),
            starttime: times.map(|times| times.valid_from()),
            endtime: times.map(|times| times.end),
            renew_till: times.and_then(|times| times.renew_till),
            made: contents.and_then(|contents| contents.made).map(|made| made.seconds),
            checks: verification.checks.taken().iter().map(TakenCheck::of).collect(),
        }
    }
}

/// The answer to a token that was judged: what `kerberos token judge --format json` prints.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct JudgedAnswer {
    /// Version of these keys: 1.
    pub schema: u32,
    /// Whether the client takes it.
    pub verdict: Verdict,
    /// Why it is refused.
    pub reason: Option<String>,
    /// Whether the service has chosen a subkey for the context; none where the answer is refused.
    pub acceptor_subkey: Option<bool>,
    /// Each decision, in order.
    pub checks: Vec<TakenCheck>,
}

impl JudgedAnswer {
    /// The verdict on an answer.
    pub fn of(result: &Result<Context, MutualError>, checks: &Checks) -> JudgedAnswer {
        JudgedAnswer {
            schema: 1,
            verdict: Verdict::of(result),
            reason: result.as_ref().err().map(ToString::to_string),
            acceptor_subkey: result.as_ref().ok().map(|context| context.acceptor_subkey),
            checks: checks.taken().iter().map(TakenCheck::of).collect(),
        }
    }
}

/// A decision that was taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TakenCheck {
    /// Name of the rule.
    pub rule: &'static str,
    /// The rule in one sentence.
    pub text: &'static str,
    /// Document and section.
    pub source: &'static str,
    /// `documented` or `assumed`.
    pub mark: &'static str,
    /// What was judged.
    pub subject: &'static str,
    /// Its value.
    pub subject_value: String,
    /// What it was judged against.
    pub against: &'static str,
    /// Its value.
    pub against_value: String,
    /// How far apart they may be.
    pub limit: Option<String>,
    /// Whether it passed.
    pub passed: bool,
    /// Distance from the limit, in `unit`; negative if it failed.
    pub margin: Option<i64>,
    /// Unit of the margin: `s`, or empty for counts.
    pub unit: Option<&'static str>,
    /// What else is worth knowing, by name.
    pub about: BTreeMap<&'static str, String>,
}

impl TakenCheck {
    pub(super) fn of(check: &Check) -> TakenCheck {
        let about = check.about.iter().map(|fact| (fact.name, fact.value.to_string()));
        TakenCheck {
            rule: check.rule.id,
            text: check.rule.text,
            source: check.rule.source,
            mark: check.rule.mark.word(),
            subject: check.subject.name,
            subject_value: check.subject.value.to_string(),
            against: check.against.name,
            against_value: check.against.value.to_string(),
            limit: check.limit.as_ref().map(ToString::to_string),
            passed: check.passed,
            margin: check.margin.map(|margin| margin.value),
            unit: check.margin.map(|margin| margin.unit.word()),
            about: about.collect(),
        }
    }
}

/// A key table: what `kerberos keytab list --format json` prints.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct KeytabListing {
    /// Version of these keys: 1.
    pub schema: u32,
    /// Its entries, in the order of the file.
    pub entries: Vec<KeytabLine>,
}

/// A key of a key table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct KeytabLine {
    /// Whose it is.
    pub principal: String,
    /// Its version.
    pub kvno: u32,
    /// When it was written, in seconds since 1970.
    pub timestamp: u32,
    /// Its encryption type, by its number.
    pub etype: i32,
    /// Its octets in hexadecimal, with `--keys`.
    pub key: Option<String>,
}

impl KeytabListing {
    /// The entries of a key table, with their keys where these are wanted.
    pub fn of(keytab: &Keytab, keys: bool) -> KeytabListing {
        let line = |entry: &KeytabEntry| KeytabLine {
            principal: entry.principal.to_string(),
            kvno: entry.kvno,
            timestamp: entry.timestamp,
            etype: entry.key.etype,
            key: keys.then(|| hex(entry.key.octets())),
        };
        KeytabListing { schema: 1, entries: keytab.entries.iter().map(line).collect() }
    }
}

/// A credential cache: what `kerberos ccache list --format json` prints.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CcacheListing {
    /// Version of these keys: 1.
    pub schema: u32,
    /// Whose cache it is.
    pub principal: String,
    /// Its credentials, in the order of the file.
    pub credentials: Vec<CcacheLine>,
}

/// A credential, or a setting that is kept in the form of one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CcacheLine {
    /// Whose it is.
    pub client: String,
    /// What it is for.
    pub server: String,
    /// Whether it is a setting.
    pub setting: bool,
    /// When the client logged on, in seconds since 1970.
    pub authtime: Seconds,
    /// From when on it is valid.
    pub starttime: Seconds,
    /// Until when.
    pub endtime: Seconds,
    /// Until when it can be renewed.
    pub renew_till: Option<Seconds>,
    /// Its flags by their names.
    pub flags: String,
    /// The encryption type of its session key, by its number.
    pub etype: i32,
    /// The octets of that key in hexadecimal, with `--keys`.
    pub key: Option<String>,
    /// Length of the ticket.
    pub ticket_bytes: usize,
}

impl CcacheListing {
    /// The credentials of a cache, with their keys where these are wanted.
    pub fn of(ccache: &Ccache, keys: bool) -> CcacheListing {
        let line = |credential: &CachedCredential| CcacheLine {
            client: credential.client.to_string(),
            server: credential.server.to_string(),
            setting: credential.is_setting(),
            authtime: credential.times.auth,
            starttime: credential.times.valid_from(),
            endtime: credential.times.end,
            renew_till: credential.times.renew_till,
            flags: credential.flags.text(),
            etype: credential.key.etype,
            key: keys.then(|| hex(credential.key.octets())),
            ticket_bytes: credential.ticket.len(),
        };
        CcacheListing {
            schema: 1,
            principal: ccache.principal.to_string(),
            credentials: ccache.credentials.iter().map(line).collect(),
        }
    }
}
