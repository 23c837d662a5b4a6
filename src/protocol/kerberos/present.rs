//! How a server judges a presented ticket: the steps that every server takes, a region and a KDC
//! alike.
//!
//! The order was measured on the reference implementation and decides which error is reported when
//! two things are wrong: key and decryption, names, address, realms between, replay, start or end, skew, and the
//! INVALID flag last. Limits are inclusive and count whole seconds.

use rasn_kerberos as asn1;
use thiserror::Error;

use super::authenticator::Authenticator;
use super::der::{self, WireError};
use super::error::ErrorCode;
use super::etype::{EncryptionType, Key};
use super::flags::{ApOptions, TicketFlags};
use super::messages::{MessageType, number, open, usage, word};
use super::principal::Principal;
use super::replay::ReplayCache;
use super::rules;
use super::ticket::{Address, TicketPart};
use super::time::KerberosTime;
use crate::check::{Check, Checks, Operand, Rule};

/// A key of a service with its version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceKey {
    /// The key version number.
    pub kvno: u32,
    /// The key.
    pub key: Key,
}

/// Which versions of its keys a server tries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyVersions {
    /// The version that the ticket names; all of them where it names none.
    Named,
    /// All of them.
    Any,
}

/// Whether a server looks at the addresses of a ticket.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum AddressCheck {
    /// It does not (CHECKADDRS off, the default).
    #[default]
    Off,
    /// It does, and the ticket comes from this address.
    From(Address),
}

/// Whether a server looks at the realms between the client's and its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PathCheck {
    /// It does not: a KDC writes down one realm more and judges the whole path itself.
    Off,
    /// It takes the word of the KDC that issued the ticket.
    ByIssuer,
}

/// Why a presented ticket was refused, in the order of the steps.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PresentError {
    /// Not the DER encoding of the message or of a part inside.
    #[error(transparent)]
    Encoding(#[from] WireError),
    /// Protocol or ticket version is not 5.
    #[error("version is not 5")]
    Version,
    /// Not an AP-REQ.
    #[error("message type is not AP-REQ")]
    MessageType,
    /// The ticket is for another principal.
    #[error("the ticket is for another principal")]
    WrongPrincipal,
    /// The server has no key of the ticket's encryption type, or the ticket is under a session key.
    #[error("no key of the ticket's encryption type")]
    NoKey,
    /// The server no longer, or not yet, has the key version of the ticket.
    #[error("no key of the ticket's version")]
    KeyVersion,
    /// Ticket or authenticator do not open: another key, or changed on the way.
    #[error("integrity of ticket or authenticator")]
    Integrity,
    /// The session key is of a type without support.
    #[error("session key of a type without support")]
    SessionKeyType,
    /// Authenticator and ticket name different clients.
    #[error("authenticator and ticket name different clients")]
    ClientMismatch,
    /// The sender's address is not in the ticket.
    #[error("address is not in the ticket")]
    Address,
    /// There are realms between the client's and the server's, and no KDC says that it checked them.
    #[error("the path of realms was not checked")]
    Path,
    /// The authenticator was used before.
    #[error("replay")]
    Replay,
    /// The start time lies ahead.
    #[error("ticket is not valid yet")]
    NotYetValid,
    /// The end time has passed.
    #[error("ticket has expired")]
    Expired,
    /// The authenticator's time is too far from the server's.
    #[error("clock skew too great")]
    Skew,
    /// The ticket has the INVALID flag.
    #[error("ticket has the INVALID flag")]
    Invalid,
}

impl PresentError {
    /// The number that a KRB-ERROR would carry.
    pub fn code(&self) -> ErrorCode {
        match self {
            PresentError::Encoding(_) => ErrorCode::GENERIC,
            PresentError::Version => ErrorCode::BADVERSION,
            PresentError::MessageType => ErrorCode::MSG_TYPE,
            PresentError::WrongPrincipal => ErrorCode::NOT_US,
            PresentError::NoKey => ErrorCode::NOKEY,
            PresentError::KeyVersion => ErrorCode::BADKEYVER,
            PresentError::Integrity => ErrorCode::BAD_INTEGRITY,
            PresentError::SessionKeyType => ErrorCode::ETYPE_NOSUPP,
            PresentError::ClientMismatch => ErrorCode::BADMATCH,
            PresentError::Address => ErrorCode::BADADDR,
            PresentError::Path => ErrorCode::AP_PATH_NOT_ACCEPTED,
            PresentError::Replay => ErrorCode::REPEAT,
            // RFC 4120 section 3.2.3 gives the INVALID flag the number of a ticket that is not
            // valid yet.
            PresentError::NotYetValid | PresentError::Invalid => ErrorCode::TKT_NYV,
            PresentError::Expired => ErrorCode::TKT_EXPIRED,
            PresentError::Skew => ErrorCode::SKEW,
        }
    }
}

/// A server and its circumstances.
pub(super) struct Server<'a> {
    /// Who it is.
    pub(super) principal: &'a Principal,
    /// Its keys, of any type and version.
    pub(super) keys: &'a [ServiceKey],
    /// Which versions of them it tries.
    pub(super) versions: KeyVersions,
    /// Its clock.
    pub(super) now: KerberosTime,
    /// The clock skew that it tolerates, in seconds.
    pub(super) skew: i64,
    /// Whether it looks at addresses.
    pub(super) addresses: &'a AddressCheck,
    /// The key usage of the authenticator.
    pub(super) authenticator_usage: u32,
    /// Whether it looks at the realms between.
    pub(super) path: PathCheck,
}

/// A ticket that passed all steps.
pub(super) struct Presented {
    pub(super) options: ApOptions,
    pub(super) ticket: TicketPart,
    pub(super) authenticator: Authenticator,
}

impl Server<'_> {
    /// Takes all steps; without `replay` that step is left out.
    pub(super) fn judge(
        &self,
        message: &[u8],
        replay: Option<&mut ReplayCache>,
        checks: &mut Checks,
    ) -> Result<Presented, PresentError> {
        let request = decode_request(message, checks)?;
        self.is_addressed(&request, checks)?;
        let ticket = self.open_ticket(&request.ticket, checks)?;
        let authenticator = self.open_authenticator(&request, &ticket, checks)?;
        let matches = Check::equal(
            &rules::CLIENT_MATCH,
            (
                Operand::new("authenticator client", authenticator.client.to_string()),
                &authenticator.client,
            ),
            (Operand::new("ticket client", ticket.client.to_string()), &ticket.client),
        );
        demand(checks, matches, PresentError::ClientMismatch)?;
        self.check_address(&ticket, checks)?;
        self.check_path(&ticket, checks)?;
        if let Some(cache) = replay {
            let (now, time) = (self.now.seconds, authenticator.time);
            let client = &authenticator.client;
            if !cache.first_use(self.principal, client, time, now, self.skew, checks) {
                return Err(PresentError::Replay);
            }
        }
        self.check_times(&ticket, authenticator.time, checks)?;
        Ok(Presented { options: ApOptions(word(&request.ap_options.0)), ticket, authenticator })
    }

    /// The ticket names this server and is not a user-to-user ticket.
    fn is_addressed(&self, request: &asn1::ApReq, checks: &mut Checks) -> Result<(), PresentError> {
        let options = ApOptions(word(&request.ap_options.0));
        let own_key = !options.has(ApOptions::USE_SESSION_KEY);
        let subject = Operand::new("AP options", options.text());
        let against = Operand::new("server has", "long-term keys only");
        let plain = Check::holds(&rules::USER_TO_USER, subject, against, own_key);
        let named = Principal::from_wire(&request.ticket.realm, &request.ticket.sname);
        let name = Check::equal(
            &rules::SERVER_NAME,
            (Operand::new("ticket server", named.to_string()), &named),
            (Operand::new("server principal", self.principal.to_string()), self.principal),
        );
        demand(checks, name, PresentError::WrongPrincipal)?;
        demand(checks, plain, PresentError::NoKey)
    }

    fn open_ticket(
        &self,
        ticket: &asn1::Ticket,
        checks: &mut Checks,
    ) -> Result<TicketPart, PresentError> {
        let keys = self.keys_for(&ticket.enc_part, checks)?;
        let opened = keys.iter().find_map(|key| open(&key.key, usage::TICKET, &ticket.enc_part));
        let subject = Operand::new("ticket", format!("{} bytes", ticket.enc_part.cipher.len()));
        let versions: Vec<String> = keys.iter().map(|key| key.kvno.to_string()).collect();
        let against = Operand::new("key version", versions.join(" or "));
        let check = Check::holds(&rules::TICKET_INTEGRITY, subject, against, opened.is_some());
        let plain = opened_by(checks, check, opened)?;
        let part = TicketPart::decode(&plain)?;
        let subject = Operand::new(
            "session key",
            part.as_ref().map_or("unknown type", |part| part.session_key.etype().name()),
        );
        let known = Check::holds(&rules::SESSION_KEY, subject, supported(), part.is_some());
        demand(checks, known, PresentError::SessionKeyType)?;
        part.ok_or(PresentError::SessionKeyType)
    }

    /// The keys that the ticket may be under, newest first: one version where it names one.
    fn keys_for(
        &self,
        part: &asn1::EncryptedData,
        checks: &mut Checks,
    ) -> Result<Vec<&ServiceKey>, PresentError> {
        let etype = EncryptionType::from_number(part.etype);
        let mut keys: Vec<&ServiceKey> =
            self.keys.iter().filter(|key| Some(key.key.etype()) == etype).collect();
        keys.sort_by_key(|key| std::cmp::Reverse(key.kvno));
        let name = etype.map_or(format!("type {}", part.etype), |etype| etype.to_string());
        let subject = Operand::new("ticket encryption", name);
        let against = Operand::new("server keys", types(self.keys));
        let there = Check::holds(&rules::TICKET_ETYPE, subject, against, !keys.is_empty());
        demand(checks, there, PresentError::NoKey)?;
        let named = part.kvno.filter(|_| self.versions == KeyVersions::Named);
        let Some(version) = named else { return Ok(keys) };
        let versions: Vec<String> = keys.iter().map(|key| key.kvno.to_string()).collect();
        keys.retain(|key| key.kvno == version);
        let subject = Operand::new("ticket key version", version.to_string());
        let against = Operand::new("server key versions", versions.join(" "));
        let there = Check::holds(&rules::KEY_VERSION, subject, against, !keys.is_empty());
        demand(checks, there, PresentError::KeyVersion)?;
        Ok(keys)
    }

    fn open_authenticator(
        &self,
        request: &asn1::ApReq,
        ticket: &TicketPart,
        checks: &mut Checks,
    ) -> Result<Authenticator, PresentError> {
        let part = &request.authenticator;
        let opened = open(&ticket.session_key, self.authenticator_usage, part);
        let (rule, key) = (&rules::AUTHENTICATOR_INTEGRITY, &ticket.session_key);
        let check = opened_check(rule, "authenticator", part, key, opened.is_some());
        let plain = opened_by(checks, check, opened)?;
        Ok(Authenticator::decode(&plain)?)
    }

    /// Tickets without addresses may come from anywhere (RFC 4120 section 3.2.3).
    fn check_address(&self, ticket: &TicketPart, checks: &mut Checks) -> Result<(), PresentError> {
        let (AddressCheck::From(peer), Some(allowed)) = (self.addresses, &ticket.addresses) else {
            return Ok(());
        };
        let texts: Vec<String> = allowed.iter().map(Address::text).collect();
        let subject = Operand::new("sender address", peer.text());
        let against = Operand::new("ticket addresses", texts.join(" "));
        let check = Check::holds(&rules::ADDRESS, subject, against, allowed.contains(peer));
        demand(checks, check, PresentError::Address)
    }

    /// Without realms between there is nothing to decide.
    fn check_path(&self, ticket: &TicketPart, checks: &mut Checks) -> Result<(), PresentError> {
        if self.path == PathCheck::Off || ticket.transited.is_empty() {
            return Ok(());
        }
        let realms = ticket.transited.realms(ticket.client.realm(), self.principal.realm());
        let between = realms.map_or("not readable".to_owned(), |realms| realms.join(" "));
        let subject = Operand::new("realms between", between);
        let against = Operand::new("ticket flags", ticket.flags.text());
        let checked = ticket.flags.has(TicketFlags::TRANSITED_CHECKED);
        let check = Check::holds(&rules::PATH_CHECKED, subject, against, checked);
        demand(checks, check, PresentError::Path)
    }

    fn check_times(
        &self,
        ticket: &TicketPart,
        time: KerberosTime,
        checks: &mut Checks,
    ) -> Result<(), PresentError> {
        let now = ("server time", self.now.seconds);
        let start = ("ticket start", ticket.times.valid_from());
        let end = ("ticket end", ticket.times.end);
        let sent = ("authenticator time", time.seconds);
        let seconds = Check::not_after_seconds;
        demand(
            checks,
            seconds(&rules::TICKET_START, start, now, self.skew),
            PresentError::NotYetValid,
        )?;
        demand(checks, seconds(&rules::TICKET_END, now, end, self.skew), PresentError::Expired)?;
        let skew = Check::within_seconds(&rules::AUTHENTICATOR_SKEW, sent, now, self.skew);
        demand(checks, skew, PresentError::Skew)?;
        let valid = !ticket.flags.has(TicketFlags::INVALID);
        let subject = Operand::new("ticket flags", ticket.flags.text());
        let against = Operand::new("must not be", "invalid");
        let check = Check::holds(&rules::TICKET_VALID, subject, against, valid);
        demand(checks, check, PresentError::Invalid)
    }
}

/// Decodes an AP-REQ and checks its versions and type.
fn decode_request(message: &[u8], checks: &mut Checks) -> Result<asn1::ApReq, PresentError> {
    let decoded = der::decode::<asn1::ApReq>("AP-REQ", message);
    let request = encoding(checks, "AP-REQ", decoded)?;
    let versions = [number(&request.pvno), number(&request.ticket.tkt_vno)];
    let subject =
        Operand::new("versions", format!("{} and {}", shown(versions[0]), shown(versions[1])));
    let five = Operand::new("must be", "5");
    let version = Check::holds(&rules::VERSION, subject, five, versions == [Some(5); 2]);
    demand(checks, version, PresentError::Version)?;
    let due = Some(MessageType::ApReq as i32);
    let kind = number(&request.msg_type);
    let kind = Check::equal(
        &rules::MESSAGE_TYPE,
        (Operand::new("message type", shown(kind)), &kind),
        (Operand::new("due", shown(due)), &due),
    );
    demand(checks, kind, PresentError::MessageType)?;
    Ok(request)
}

/// A number of the wire as a person reads it.
pub(super) fn shown(number: Option<i32>) -> String {
    number.map_or_else(|| "none".to_owned(), |number| number.to_string())
}

/// Records whether a message could be decoded.
pub(super) fn encoding<T>(
    checks: &mut Checks,
    message: &'static str,
    decoded: Result<T, WireError>,
) -> Result<T, WireError> {
    let found = decoded.as_ref().map_or_else(WireError::to_string, |_| "decoded".to_owned());
    let subject = Operand::new("encoding", found);
    let against = Operand::new("message", message);
    let check = Check::holds(&rules::ENCODING, subject, against, decoded.is_ok());
    match (checks.decide(check), decoded) {
        (true, Ok(value)) => Ok(value),
        (_, Err(error)) => Err(error),
        (false, Ok(_)) => Err(WireError { message, offset: 0, problem: "not decoded" }),
    }
}

/// Records a decision; a failed one is `error`.
pub(super) fn demand<E>(checks: &mut Checks, check: Check, error: E) -> Result<(), E> {
    if checks.decide(check) { Ok(()) } else { Err(error) }
}

fn opened_by(
    checks: &mut Checks,
    check: Check,
    opened: Option<Vec<u8>>,
) -> Result<Vec<u8>, PresentError> {
    demand(checks, check, PresentError::Integrity)?;
    opened.ok_or(PresentError::Integrity)
}

fn supported() -> Operand {
    let names = EncryptionType::STRONGEST_FIRST.map(EncryptionType::name);
    Operand::new("supported", names.join(" "))
}

fn types(keys: &[ServiceKey]) -> String {
    let mut etypes: Vec<EncryptionType> = keys.iter().map(|key| key.key.etype()).collect();
    etypes.sort_unstable();
    etypes.dedup();
    let names: Vec<&str> = etypes.into_iter().map(EncryptionType::name).collect();
    if names.is_empty() { "none".to_owned() } else { names.join(" ") }
}

/// The decision whether an encrypted part opened with `key`.
pub(super) fn opened_check(
    rule: &'static Rule,
    what: &'static str,
    part: &asn1::EncryptedData,
    key: &Key,
    opened: bool,
) -> Check {
    let subject = Operand::new(what, format!("{} bytes", part.cipher.len()));
    Check::holds(rule, subject, Operand::new("key", key.etype().name()), opened)
}
