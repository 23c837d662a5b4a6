//! A token that was made elsewhere, judged with the keys of a key table.
//!
//! The verdict is the [`Acceptor`]'s, the same as in a region. Here it is only decided which
//! principal and keys that acceptor has, and what the token says is read for a person, also where it
//! is refused.

use rasn_kerberos as asn1;
use thiserror::Error;

use super::acceptor::{AcceptError, Acceptor, message_of};
use super::authenticator::Authenticator;
use super::der;
use super::flags::TicketFlags;
use super::gss::{CHECKSUM_TYPE, ContextChecksum, GssFlags, TokenId};
use super::keytab::{Keytab, KeytabEntry};
use super::messages::{open, usage};
use super::present::{KeyVersions, ServiceKey};
use super::principal::{Principal, text};
use super::replay::ReplayCache;
use super::rules;
use super::ticket::{TicketPart, TicketTimes};
use super::time::KerberosTime;
use super::{EncryptionType, Key};
use crate::check::{Check, Checks, Operand};

/// Whoever judges tokens with the keys of a key table.
#[derive(Clone, Debug)]
pub struct Verifier<'a> {
    keytab: &'a Keytab,
    named: Option<&'a Principal>,
    /// The named principal, or the first of the table.
    own: &'a Principal,
    skew: i64,
}

/// A key table has no key that could open a token; whoever chose it takes another.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum NoKeys {
    /// It has no entries.
    #[error("the key table has no entries")]
    Empty,
    /// It has none of the principal.
    #[error("the key table has no key of {0}")]
    Principal(Principal),
}

/// What came of a token.
#[derive(Clone, Debug)]
pub struct Verification {
    /// Accepted, or why not.
    pub verdict: Result<(), AcceptError>,
    /// The decisions.
    pub checks: Checks,
    /// The service that the ticket names in clear text.
    pub server: Option<Principal>,
    /// What is inside, where a key opens it.
    pub contents: Option<Contents>,
}

/// What a ticket and its authenticator say. Nothing of it is to be trusted where the verdict is a
/// refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contents {
    /// The principal whose key opened the ticket.
    pub key_principal: Principal,
    /// The version of that key.
    pub kvno: u32,
    /// Its type.
    pub etype: EncryptionType,
    /// The client of the ticket.
    pub client: Principal,
    /// Flags of the ticket.
    pub flags: TicketFlags,
    /// The realms between the client's and the service's; `None` where they cannot be read.
    pub realms_between: Option<Vec<String>>,
    /// Times of the ticket.
    pub times: TicketTimes,
    /// The type of the session key.
    pub session_etype: EncryptionType,
    /// The client's time when it made the token, where the session key opens the authenticator.
    pub made: Option<KerberosTime>,
    /// What the initiator asks for, where the authenticator says it.
    pub gss_flags: Option<GssFlags>,
}

/// A ticket and the entry whose key opens it.
struct Opened<'a> {
    entry: &'a KeytabEntry,
    key: Key,
    part: TicketPart,
}

impl<'a> Verifier<'a> {
    /// A service with the keys of `keytab` and a tolerated clock skew in seconds. Where no principal
    /// is named, tokens may be for any to whom a key belongs.
    ///
    /// # Errors
    /// [`NoKeys`] where there is nothing to open a token with.
    pub fn new(
        keytab: &'a Keytab,
        named: Option<&'a Principal>,
        skew: i64,
    ) -> Result<Verifier<'a>, NoKeys> {
        let mut owners = keytab.entries.iter().map(|entry| &entry.principal);
        let own = match named {
            None => owners.next().ok_or(NoKeys::Empty)?,
            Some(named) => owners
                .find(|owner| *owner == named)
                .ok_or_else(|| NoKeys::Principal(named.clone()))?,
        };
        Ok(Verifier { keytab, named, own, skew })
    }

    /// Judges one token. Tokens that share `replay` are accepted once.
    pub fn verify(
        &self,
        token: &[u8],
        now: KerberosTime,
        replay: &mut ReplayCache,
    ) -> Verification {
        let mut checks = Checks::new();
        let request = message_of(token, TokenId::ApReq, &mut Checks::new()).ok();
        let request = request.and_then(|message| der::read::<asn1::ApReq>("AP-REQ", message).ok());
        let server = request.as_ref().map(server_of);
        let opened = request.as_ref().and_then(|request| self.open(&request.ticket));
        let acceptor = self.acceptor(server.as_ref(), opened.as_ref(), &mut checks);
        let verdict = acceptor.verify(token, now, replay, &mut checks).map(drop);
        let contents = opened.zip(request).map(|(opened, request)| contents(opened, &request));
        Verification { verdict, checks, server, contents }
    }

    /// The first entry whose key opens the ticket; those of the ticket's own service go first.
    fn open(&self, ticket: &asn1::Ticket) -> Option<Opened<'a>> {
        let server = Principal::from_wire(&ticket.realm, &ticket.sname);
        let fits = |entry: &&KeytabEntry| self.named.is_none_or(|named| entry.principal == *named);
        let entries = self.keytab.entries.iter().filter(fits);
        let (own, others): (Vec<_>, Vec<_>) = entries.partition(|entry| entry.principal == server);
        own.into_iter().chain(others).find_map(|entry| {
            let key = entry.key.key().filter(|_| entry.key.etype == ticket.enc_part.etype)?;
            let plain = open(&key, usage::TICKET, &ticket.enc_part)?;
            let part = TicketPart::decode(&plain).ok()??;
            Some(Opened { entry, key, part })
        })
    }

    /// The service that judges: the named principal, or whoever has the key.
    ///
    /// Where no key opens the ticket, the service that the ticket names judges it if it has keys
    /// here, so that the refusal says what is wrong with them; else another one, whose refusal says
    /// for whom the ticket is.
    fn acceptor(
        &self,
        server: Option<&Principal>,
        opened: Option<&Opened<'_>>,
        checks: &mut Checks,
    ) -> Acceptor {
        let open_to_all = server.filter(|_| self.named.is_none());
        if let Some(server) = open_to_all {
            let found = match opened {
                Some(Opened { entry, .. }) => format!("{} version {}", entry.principal, entry.kvno),
                None => "none".to_owned(),
            };
            let subject = Operand::new("ticket for", server.to_string());
            let against = Operand::new("opened by the key of", found);
            let any = Check::holds(&rules::KEYTAB_KEY, subject, against, opened.is_some());
            if checks.decide(any)
                && let Some(Opened { entry, key, .. }) = opened
            {
                let keys = vec![ServiceKey { kvno: entry.kvno, key: key.clone() }];
                let acceptor = Acceptor::new(server.clone(), keys);
                return Acceptor { versions: KeyVersions::Any, skew: self.skew, ..acceptor };
            }
        }
        let has_keys = |server: &&Principal| {
            self.keytab.entries.iter().any(|entry| entry.principal == **server)
        };
        let principal = open_to_all.filter(has_keys).unwrap_or(self.own);
        let keys = self.keytab.keys_of(principal);
        Acceptor { skew: self.skew, ..Acceptor::new(principal.clone(), keys) }
    }
}

fn server_of(request: &asn1::ApReq) -> Principal {
    Principal::from_wire(&request.ticket.realm, &request.ticket.sname)
}

fn contents(opened: Opened<'_>, request: &asn1::ApReq) -> Contents {
    let Opened { entry, key, part } = opened;
    let authenticator =
        open(&part.session_key, usage::AP_REQ_AUTHENTICATOR, &request.authenticator);
    let authenticator = authenticator.and_then(|plain| Authenticator::decode(&plain).ok());
    let checksum = authenticator.as_ref().and_then(|authenticator| {
        authenticator.checksum.as_ref().filter(|checksum| checksum.kind == CHECKSUM_TYPE)
    });
    let checksum = checksum.and_then(|checksum| ContextChecksum::decode(&checksum.octets).ok());
    let service = text(&request.ticket.realm);
    Contents {
        realms_between: part.transited.realms(part.client.realm(), &service),
        key_principal: entry.principal.clone(),
        kvno: entry.kvno,
        etype: key.etype(),
        client: part.client,
        flags: part.flags,
        times: part.times,
        session_etype: part.session_key.etype(),
        made: authenticator.as_ref().map(|authenticator| authenticator.time),
        gss_flags: checksum.map(|checksum| checksum.flags),
    }
}
