//! What people are told of their own PassTickets, tokens, key tables and credential caches.

mod forms;
pub mod saml;

use std::fmt::Write as _;

use crate::check::{Check, Checks, Margin, Mark, Seconds, utc};
use crate::protocol::kerberos::acceptor::AcceptError;
use crate::protocol::kerberos::ccache::{CachedCredential, Ccache};
use crate::protocol::kerberos::evidence::{Contents, Verification};
use crate::protocol::kerberos::initiator::MutualError;
use crate::protocol::kerberos::keytab::Keytab;
use crate::protocol::kerberos::wrap::Context;
use crate::protocol::passticket::{Evaluation, Method, Parties};
use crate::scalar::words::plain;

pub use forms::{
    CcacheListing, EvaluatedPassTicket, JudgedAnswer, KeytabListing, MadePassTicket, VerifiedToken,
};

/// What was asked of a PassTicket.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// The algorithm and its key.
    pub method: &'a Method,
    /// Whom it signs on, and where.
    pub parties: &'a Parties,
    /// When, by the evaluator's clock.
    pub now: Seconds,
}

/// An evaluation, for people.
pub fn passticket(question: &Question<'_>, evaluation: &Evaluation, checks: &Checks) -> String {
    let Question { method, parties, now } = question;
    let Parties { user, application } = parties;
    let mut out = match evaluation.verdict {
        Ok(()) => format!("accepted: {user} for {application}\n"),
        Err(why) => format!("refused: {why}\n"),
    };
    fact(&mut out, "algorithm", method.algorithm());
    match evaluation.made {
        Some(made) => {
            let apart = now.saturating_sub(made);
            let age = if apart < 0 { " (made ahead of the evaluator's clock)" } else { "" };
            fact(&mut out, "made", format!("{} (@{made})", utc(made)));
            fact(&mut out, "age", format!("{apart} s{age}"));
            let window = method.window();
            let (from, to) = (made.saturating_sub(window), made.saturating_add(window));
            fact(&mut out, "valid", format!("{} to {}", utc(from), utc(to)));
        }
        None => fact(&mut out, "made", "never: no second gives this text"),
    }
    fact(&mut out, "evaluated", format!("{} (@{now})", utc(*now)));
    check_lines(&mut out, checks.taken());
    out
}

/// The verdict on the answer to a token, for people.
pub fn answer(name: &str, result: &Result<Context, MutualError>, checks: &Checks) -> String {
    let mut out = match result {
        Ok(_) => format!("{name}: accepted\n"),
        Err(error) => format!("{name}: refused: {error}\n"),
    };
    if let Ok(context) = result {
        let chosen = if context.acceptor_subkey { "chosen by the service" } else { "the client's" };
        fact(&mut out, "context key", chosen);
    }
    check_lines(&mut out, checks.taken());
    out
}

/// The verdict on a token, for people. `skew` is what the service tolerated.
pub fn token(name: &str, skew: i64, verification: &Verification) -> String {
    let mut out = match &verification.verdict {
        Ok(()) => format!("{name}: accepted\n"),
        Err(error) => format!("{name}: refused{}: {error}\n", number_text(error)),
    };
    if let Some(contents) = &verification.contents {
        fact(&mut out, "client", contents.client.to_string());
    }
    if let Some(server) = &verification.server {
        fact(&mut out, "service", server.to_string());
    }
    match &verification.contents {
        Some(contents) => inside(&mut out, contents, skew),
        None => fact(&mut out, "inside", "no key of the key table opens it"),
    }
    check_lines(&mut out, verification.checks.taken());
    out
}

fn inside(out: &mut String, contents: &Contents, skew: i64) {
    let Contents { key_principal, kvno, etype, .. } = contents;
    fact(out, "opened by", format!("{key_principal} version {kvno}, {etype}"));
    fact(out, "session key", contents.session_etype.to_string());
    let gss = contents.gss_flags.map_or_else(|| "none".to_owned(), |flags| flags.to_string());
    fact(out, "GSS flags", gss);
    fact(out, "ticket flags", contents.flags.text());
    match &contents.realms_between {
        Some(realms) if realms.is_empty() => {}
        Some(realms) => fact(out, "realms between", realms.join(", ")),
        None => fact(out, "realms between", "not readable"),
    }
    let times = contents.times;
    fact(out, "authenticated", utc(times.auth));
    let (from, to) = (times.valid_from(), times.end);
    fact(out, "ticket valid", format!("{} to {}", utc(from), utc(to)));
    if let Some(till) = times.renew_till {
        fact(out, "renewable", format!("until {}", utc(till)));
    }
    let Some(made) = contents.made else { return };
    fact(out, "token made", made.text());
    let from = from.max(made.seconds).saturating_sub(skew);
    let to = to.min(made.seconds).saturating_add(skew);
    fact(out, "accepted", format!("{} to {} by the service's clock", utc(from), utc(to)));
}

fn number_text(error: &AcceptError) -> String {
    error.code().map(|code| format!(" ({code})")).unwrap_or_default()
}

/// A key table, for people. Keys are shown where it is wanted.
pub fn keytab(keytab: &Keytab, keys: bool) -> String {
    let mut rows = vec![row(&["version", "written", "principal", "encryption type"])];
    if keys {
        rows[0].push("key".to_owned());
    }
    for entry in &keytab.entries {
        let written = utc(Seconds::from(entry.timestamp));
        let principal = entry.principal.to_string();
        let mut row = vec![entry.kvno.to_string(), written, principal, entry.key.type_name()];
        if keys {
            row.push(format!("0x{}", hex(entry.key.octets())));
        }
        rows.push(row);
    }
    table(&rows)
}

/// A credential cache, for people.
pub fn ccache(ccache: &Ccache, keys: bool) -> String {
    let mut out = format!("principal {}\n", plain(&ccache.principal.to_string()));
    if let Some(offset) = ccache.kdc_offset {
        fact(&mut out, "KDC ahead by", format!("{}.{:06} s", offset.seconds, offset.micros));
    }
    for credential in &ccache.credentials {
        cached(&mut out, credential, keys);
    }
    out
}

fn cached(out: &mut String, credential: &CachedCredential, keys: bool) {
    let CachedCredential { times, ticket, .. } = credential;
    let server = plain(&credential.server.to_string());
    if credential.is_setting() {
        let value = String::from_utf8_lossy(ticket);
        let _ = writeln!(out, "\nsetting {server}: {}", value.escape_debug());
        return;
    }
    let _ = writeln!(out, "\n{server}");
    fact(out, "client", credential.client.to_string());
    fact(out, "authenticated", utc(times.auth));
    fact(out, "valid", format!("{} to {}", utc(times.valid_from()), utc(times.end)));
    if let Some(till) = times.renew_till {
        fact(out, "renewable", format!("until {}", utc(till)));
    }
    fact(out, "flags", credential.flags.text());
    fact(out, "session key", credential.key.type_name());
    if keys {
        fact(out, "key", format!("0x{}", hex(credential.key.octets())));
    }
    let addresses: Vec<String> = credential.addresses.iter().map(|it| it.text()).collect();
    if !addresses.is_empty() {
        fact(out, "addresses", addresses.join(" "));
    }
    fact(out, "ticket", format!("{} bytes", ticket.len()));
}

fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}

fn fact(out: &mut String, name: &str, value: impl AsRef<str>) {
    let _ = writeln!(out, "  {name:<14} {}", plain(value.as_ref()));
}

/// One line for each decision: its verdict, its margin, what was compared under which rule.
fn check_lines(out: &mut String, checks: &[Check]) {
    for check in checks {
        let Check { rule, subject, against, .. } = check;
        let word = if check.passed { "ok" } else { "FAILED" };
        let margin =
            check.margin.map(|Margin { value, unit }| format!("{value:+} {}", unit.word()));
        let margin = margin.unwrap_or_default();
        let _ = write!(out, "  {word:<6} {margin:>12}  {}: ", rule.id);
        let (judged, with) = (plain(&subject.value), plain(&against.value));
        let _ = write!(out, "{} {judged}, {} {with}", subject.name, against.name);
        if let Some(limit) = &check.limit {
            let _ = write!(out, ", limit {limit}");
        }
        for fact in &check.about {
            let _ = write!(out, ", {} {}", fact.name, plain(&fact.value));
        }
        let assumed = if rule.mark == Mark::Assumed { " (assumed)" } else { "" };
        let _ = writeln!(out, "{assumed}");
    }
}

fn row(cells: &[&str]) -> Vec<String> {
    cells.iter().map(|cell| (*cell).to_owned()).collect()
}

/// Rows in columns of equal width.
fn table(rows: &[Vec<String>]) -> String {
    let mut widths: Vec<usize> = Vec::new();
    for row in rows {
        widths.resize(widths.len().max(row.len()), 0);
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(plain(cell).chars().count());
        }
    }
    let mut out = String::new();
    for row in rows {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{:<width$}", plain(cell)));
        let line = cells.collect::<Vec<_>>().join("  ");
        let _ = writeln!(out, "{}", line.trim_end());
    }
    out
}
