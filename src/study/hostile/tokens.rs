//! Octets that arrive from the network: tokens, requests to a KDC, PassTickets.

use crate::check::Checks;
use crate::protocol::anatomy::{Flaws, Part};
use crate::protocol::kerberos::evidence::Verifier;
use crate::protocol::kerberos::gss::GssFlags;
use crate::protocol::kerberos::kdc::{self, Entry, Policy, PrincipalKey, Registry};
use crate::protocol::kerberos::keytab::Keytab;
use crate::protocol::kerberos::replay::ReplayCache;
use crate::protocol::kerberos::wrap::{Context, Role};
use crate::protocol::kerberos::{KerberosTime, Key, anatomy};
use crate::protocol::passticket::{
    self, EnhancedKey, LegacyKey, Method, Name, Parties, TicketType, Timeout,
};
use crate::study::inspect::{ReadAs, inspect, kinds, octets};

/// The time by which tokens and requests are judged, in seconds: that of the tokens that the project has.
pub const NOW: i64 = 1_772_442_030;

/// Octets as a token of every kind: taken apart, judged with the keys of a key table, unwrapped.
///
/// # Errors
///
/// A field or flaw lies outside the octets, or octets are accepted that are not whole.
pub fn token(keytab: &Keytab, bytes: &[u8]) -> Result<(), String> {
    let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    for kind in kinds() {
        let mut flaws = Flaws::new();
        if let Some(part) = anatomy::take_apart(kind, bytes, &mut flaws) {
            inside(&part, 0, length)?;
        }
        if let Some(flaw) = flaws.into_found().iter().find(|flaw| flaw.offset > length) {
            return Err(format!("{kind}: a flaw behind the end: {flaw:?}"));
        }
    }
    if let Ok((read, how)) = octets(bytes)
        && let Ok(found) = inspect(None, &read, how)
    {
        if found.text().is_empty() || found.decodes != found.flaws.is_empty() {
            return Err(format!("it is told wrongly: {found:?}"));
        }
        let length = u32::try_from(read.len()).unwrap_or(u32::MAX);
        found.parts.iter().try_for_each(|part| inside(part, 0, length))?;
        if let Some(flaw) = found.flaws.iter().find(|flaw| flaw.offset > length) {
            return Err(format!("a flaw behind the end: {flaw:?}"));
        }
    }
    judged(keytab, bytes)?;
    unwrapped(keytab, bytes);
    Ok(())
}

fn inside(part: &Part, from: u32, to: u32) -> Result<(), String> {
    let end = part.offset.saturating_add(part.length);
    if part.offset < from || end > to {
        return Err(format!(
            "{} at {}+{} is not in {from}..{to}",
            part.name, part.offset, part.length
        ));
    }
    // Encrypted parts and lists are within what holds them too.
    part.parts.iter().try_for_each(|inner| inside(inner, part.offset, end))
}

/// Judged twice by a service that remembers: only a token without a flaw is accepted, and once.
fn judged(keytab: &Keytab, bytes: &[u8]) -> Result<(), String> {
    let Ok(verifier) = Verifier::new(keytab, None, 300) else { return Ok(()) };
    let now = KerberosTime::whole(NOW);
    let mut replay = ReplayCache::default();
    let first = verifier.verify(bytes, now, &mut replay);
    let again = verifier.verify(bytes, now, &mut replay);
    let flawed = inspect(Some("GSSToken"), bytes, ReadAs::Octets).is_ok_and(|found| !found.decodes);
    match (first.verdict.is_ok(), again.verdict.is_ok()) {
        (true, true) => Err("accepted twice".to_owned()),
        (false, true) => Err("refused, then accepted".to_owned()),
        (true, false) if flawed => Err("accepted with a flaw".to_owned()),
        _ => Ok(()),
    }
}

/// Unwrapped in contexts that never made it: it cannot be opened, but all of it is looked at.
fn unwrapped(keytab: &Keytab, bytes: &[u8]) {
    let keys = keytab.entries.iter().filter_map(|entry| entry.key.key());
    for key in keys.take(4) {
        let flags = GssFlags::CONFIDENTIALITY;
        let mut context = Context {
            role: Role::Initiator,
            key,
            acceptor_subkey: true,
            flags,
            send_sequence: 0,
            receive_sequence: 0,
        };
        // Whoever has the key of a service could have made it; either answer is right.
        let _ = context.unwrap(bytes, &mut Checks::new());
    }
}

/// Octets as a request to a KDC whose principals have the keys of a key table.
///
/// # Errors
///
/// The reply is no message, or says something else than the answer.
pub fn request(keytab: &Keytab, bytes: &[u8]) -> Result<(), String> {
    let Some(first) = keytab.entries.first() else { return Ok(()) };
    let Ok(policy) = Policy::new(first.principal.realm()) else { return Ok(()) };
    let now = KerberosTime::whole(NOW);
    let own = policy.ticket_granting().clone();
    let mut registry = Registry::new(policy);
    let key = |key: Key| PrincipalKey { kvno: 1, key, salt: None, iterations: 4096 };
    let keys: Vec<PrincipalKey> =
        keytab.entries.iter().filter_map(|entry| entry.key.key()).map(key).collect();
    let owners = keytab.entries.iter().map(|entry| entry.principal.clone());
    for principal in owners.chain([own]) {
        registry.insert(Entry::new(principal, keys.clone()));
    }
    let mut random = sim::Stream::new(1, "kdc", "replies");
    let answer = kdc::answer(&registry, now, None, &mut random, bytes);
    if kdc::names(bytes).len() > 3 {
        return Err("more principals are looked up than a request names".to_owned());
    }
    let found = inspect(None, &answer.reply, ReadAs::Octets).map_err(|error| error.to_string())?;
    let is_error = found.kind == "KRB-ERROR";
    match (found.decodes, is_error == answer.error.is_some()) {
        (true, true) => Ok(()),
        _ => Err(format!("{answer:?} is told as {found:?}")),
    }
}

/// Text as a PassTicket of both algorithms, as names and as keys.
///
/// # Errors
///
/// It stands for a second whose PassTicket is another text.
pub fn passticket(text: &str) -> Result<(), String> {
    let name = |text: &str| Name::new(text).ok();
    if let Ok(bytes) = passticket::key::bytes_of(text) {
        let _ = (LegacyKey::new(&bytes).is_ok(), EnhancedKey::new(&bytes).is_ok());
    }
    let (user, application) = (name(text).or(name("IBMUSER")), name("TSOR001"));
    let (Some(user), Some(application)) = (user, application) else { return Ok(()) };
    let parties = Parties { user, application };
    for method in methods() {
        let Some(made) = method.made(&parties, text, NOW) else { continue };
        let again = method.generate(&parties, made);
        let case_counts = matches!(method, Method::Enhanced { kind: TicketType::Mixed, .. });
        let same =
            again.as_str() == text || !case_counts && again.as_str() == text.to_ascii_uppercase();
        if !same {
            return Err(format!("{text:?} is of {made}, which has {again}"));
        }
    }
    Ok(())
}

fn methods() -> Vec<Method> {
    let legacy = LegacyKey::new(&[0xe0; 8]).map(Method::Legacy).ok();
    let enhanced = [TicketType::Upper, TicketType::Mixed].into_iter().filter_map(|kind| {
        let key = EnhancedKey::new(&[0x5a; 32]).ok()?;
        Some(Method::Enhanced { key, kind, timeout: Timeout::default() })
    });
    legacy.into_iter().chain(enhanced).collect()
}
