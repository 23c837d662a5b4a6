//! The Network Authentication Service of a z/OS image (started task SKRBKDC).
//!
//! It serves two callers. Clients send it Kerberos requests, as to any KDC. The ESM hands it the
//! tokens of R_ticketserv and R_GenSec (a PC call). For both it reads principals and keys from the
//! ESM, which owns them; it owns the replay cache and the security contexts.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sim::NodeId;

use super::frame::{
    ContextFacts, Frame, KeyFacts, NasFunction, NasReply, NasRequest, Packet, PrincipalFacts,
    RealmFacts, SafReply, SafRequest, SafResult, SafService, Standing, TicketFacts,
};
use super::{Ctx, DEFAULT_CLOCK_SKEW, Decide, Event, kdc, whole_seconds};
use crate::catalogue::kerberos_status as status;
use crate::check::{Check, Checks, Mark, Operand, Rule};
use crate::protocol::kerberos::acceptor::{AcceptError, Acceptor, Inspected};
use crate::protocol::kerberos::flags::ApOptions;
use crate::protocol::kerberos::gss::GssFlags;
use crate::protocol::kerberos::kdc::{Database, Entry, Policy, PrincipalKey, Registry, Status};
use crate::protocol::kerberos::present::{PresentError, ServiceKey};
use crate::protocol::kerberos::replay::ReplayCache;
use crate::protocol::kerberos::wrap::Context;
use crate::protocol::kerberos::{EncryptionType, Key, KeyRing, Principal};
use crate::scalar::Duration;
use crate::trace::Record;

/// The NAS of a system.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct NasConfig {
    /// How far a token's or a client's time may be from the system's clock (clockskew of the
    /// environment file).
    pub clock_skew: Duration,
    /// Whether clients must pre-authenticate (assumed: yes).
    pub preauthentication: bool,
    /// The realms that may stand between a client's realm and the system's, as `capaths` of a
    /// configuration file lists them. Without any, only clients of realms are let in with which profiles
    /// of class REALM share a key (assumed).
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    #[schemars(extend("default" = []))]
    pub transit: BTreeSet<String>,
}

impl Default for NasConfig {
    fn default() -> NasConfig {
        let transit = BTreeSet::new();
        NasConfig { clock_skew: DEFAULT_CLOCK_SKEW, preauthentication: true, transit }
    }
}

/// The rules of this file.
pub(super) const RULES: [&Rule; 4] =
    [&REALM_DEFINED, &REGION_PRINCIPAL, &CONTEXT_KNOWN, &CONTEXT_PRIVATE];

static REALM_DEFINED: Rule = Rule {
    id: "nas.realm-defined",
    text: "The NAS serves the realm that profile KERBDFLT of class REALM defines.",
    source: "RACF Security Administrator's Guide, RACF and the z/OS Network Authentication Service",
    mark: Mark::Documented,
};

static REGION_PRINCIPAL: Rule = Rule {
    id: "nas.region-principal",
    text: "The region's Kerberos user has a KERB segment with a key.",
    source: "CICS SIT KERBEROSUSER; DFHXS1402, reason: not a kerberos region",
    mark: Mark::Documented,
};

static CONTEXT_KNOWN: Rule = Rule {
    id: "nas.context",
    text: "A message is wrapped in a context that was accepted before.",
    source: "RFC 2743 section 2.3.3",
    mark: Mark::Documented,
};

static CONTEXT_PRIVATE: Rule = Rule {
    id: "nas.context-confidentiality",
    text: "A message is sealed only in a context with confidentiality.",
    source: "RFC 2743 section 2.3.3",
    mark: Mark::Documented,
};

/// Most authenticators that are remembered: far more than a run presents within the clock skew.
const REPLAYS_MAX: u32 = 1_000_000;
/// Most security contexts that are kept; the oldest goes first.
const CONTEXTS_MAX: usize = 100_000;

/// The actor.
#[derive(Clone)]
pub struct Nas {
    esm: NodeId,
    config: NasConfig,
    keys: KeyRing,
    replay: ReplayCache,
    contexts: BTreeMap<u32, Context>,
    context_next: u32,
    /// Work that waits for the ESM's answer.
    waiting: BTreeMap<u64, Work>,
    call_next: u64,
}

#[derive(Clone, Debug)]
enum Work {
    /// A Kerberos request of a client.
    Request { client: NodeId, bytes: Vec<u8> },
    /// A token of the ESM's.
    Token { esm: NodeId, request: NasRequest },
}

impl Nas {
    /// A NAS that has just started.
    pub fn new(config: &NasConfig, esm: NodeId) -> Nas {
        Nas {
            esm,
            config: config.clone(),
            keys: KeyRing::new(),
            replay: ReplayCache::new(REPLAYS_MAX),
            contexts: BTreeMap::new(),
            context_next: 1,
            waiting: BTreeMap::new(),
            call_next: 1,
        }
    }

    pub(super) fn handle(&mut self, event: Event, ctx: &mut Ctx<'_>) {
        match event {
            Event::Message { from, message } => match message.open() {
                Ok(Frame::Nas(NasRequest {
                    call,
                    function: NasFunction::Wrap(handle),
                    token,
                    ..
                })) => {
                    let (status, result) = self.wrap(handle, &token, ctx);
                    returned(from, NasReply { call, status, result }, ctx);
                }
                Ok(Frame::Nas(request)) => {
                    let userids = request.server.iter().cloned().collect();
                    let work = Work::Token { esm: from, request };
                    self.ask((Vec::new(), userids), work, ctx);
                }
                Ok(Frame::SafReturn(reply)) => self.answered(reply, ctx),
                Ok(_) => super::unreadable(&message, ctx),
                Err(_) => {
                    let bytes = sim::Message::bytes(&message).to_vec();
                    let names = crate::protocol::kerberos::kdc::names(&bytes);
                    self.ask((names, Vec::new()), Work::Request { client: from, bytes }, ctx);
                }
            },
            // The ESM is gone; nobody is left who could be answered with more than silence.
            Event::Refused { message, .. } => {
                if let Ok(Frame::Saf(request)) = message.open() {
                    self.waiting.remove(&request.call);
                }
            }
            _ => {}
        }
    }

    /// Asks the ESM for the principals that a piece of work needs.
    fn ask(&mut self, (names, userids): (Vec<String>, Vec<String>), work: Work, ctx: &mut Ctx<'_>) {
        let call = self.call_next;
        self.call_next += 1;
        self.waiting.insert(call, work);
        let service = SafService::Principals { names, userids };
        let request = SafRequest { call, caller: NAS_USER.to_owned(), service };
        ctx.send(self.esm, Packet::frame(&Frame::Saf(request)));
    }

    fn answered(&mut self, reply: SafReply, ctx: &mut Ctx<'_>) {
        let SafResult::Principals(facts) = reply.result else { return };
        match self.waiting.remove(&reply.call) {
            Some(Work::Request { client, bytes }) => {
                match View::new(&self.config, facts, &mut self.keys) {
                    Some(view) => kdc::serve(&view, client, &bytes, ctx),
                    None => no_realm(ctx),
                }
            }
            Some(Work::Token { esm, request }) => {
                let (status, result) = self.token(&request, &facts, ctx);
                returned(esm, NasReply { call: request.call, status, result }, ctx);
            }
            None => {}
        }
    }

    /// Judges a token for the principal of a user: status word and what it gives.
    fn token(
        &mut self,
        request: &NasRequest,
        facts: &RealmFacts,
        ctx: &mut Ctx<'_>,
    ) -> (u32, SafResult) {
        let acceptor = facts.principals.first().and_then(|owner| {
            let principal = Principal::parse(&owner.name, &facts.realm).ok()?;
            let keys = owner.keys.iter().filter_map(|key| service_key(key, &mut self.keys));
            let keys: Vec<ServiceKey> = keys.collect();
            let skew = whole_seconds(self.config.clock_skew);
            (!keys.is_empty()).then(|| Acceptor { skew, ..Acceptor::new(principal, keys) })
        });
        let user = request.server.as_deref().unwrap_or("none");
        let principal = match &acceptor {
            Some(acceptor) => acceptor.principal.name(),
            None => "no principal with a key".to_owned(),
        };
        let usable = Check::holds(
            &REGION_PRINCIPAL,
            Operand::new("Kerberos user", user.to_owned()),
            Operand::new("principal", principal),
            acceptor.is_some(),
        );
        if !ctx.decide(usable) {
            return (status::SERVER_UNKNOWN, SafResult::None);
        }
        let Some(acceptor) = acceptor else { return (status::SERVER_UNKNOWN, SafResult::None) };
        let now = super::client::now(ctx);
        let mut checks = Checks::new();
        let result = match request.function {
            NasFunction::Inspect => acceptor
                .inspect(&request.token, now, &mut checks)
                .map(|token| SafResult::Ticket(ticket_facts(&token))),
            // Answered where it arrives: it needs no principal.
            NasFunction::Wrap(_) => return (status::CONTEXT_NOT_VALID, SafResult::None),
            NasFunction::Accept => {
                let random = ctx.random("accept");
                let accepted =
                    acceptor.accept(&request.token, now, &mut self.replay, random, &mut checks);
                accepted.map(|accepted| {
                    SafResult::Context(ContextFacts {
                        handle: self.keep(accepted.context),
                        gss_flags: accepted.token.gss_flags.0,
                        output: accepted.output,
                    })
                })
            }
        };
        ctx.decided(checks);
        match result {
            Ok(result) => (0, result),
            Err(error) => (status_word(&error), SafResult::None),
        }
    }

    /// Seals a message in a context that was accepted before.
    fn wrap(&mut self, handle: u32, message: &[u8], ctx: &mut Ctx<'_>) -> (u32, SafResult) {
        let held = self.contexts.get(&handle);
        let known = Check::holds(
            &CONTEXT_KNOWN,
            Operand::new("context", handle.to_string()),
            Operand::new("state", if held.is_some() { "established" } else { "unknown" }),
            held.is_some(),
        );
        let private = held.is_some_and(|context| context.flags.has(GssFlags::CONFIDENTIALITY));
        if !ctx.decide(known) {
            return (status::CONTEXT_NOT_VALID, SafResult::None);
        }
        let seals = Check::holds(
            &CONTEXT_PRIVATE,
            Operand::new("context", handle.to_string()),
            Operand::new("confidentiality", if private { "agreed" } else { "not agreed" }),
            private,
        );
        if !ctx.decide(seals) {
            return (status::NO_PRIVACY, SafResult::None);
        }
        let random = ctx.random("wrap");
        match self.contexts.get_mut(&handle) {
            Some(context) => (0, SafResult::Wrapped(context.wrap(true, message, random))),
            None => (status::CONTEXT_NOT_VALID, SafResult::None),
        }
    }

    fn keep(&mut self, context: Context) -> u32 {
        let handle = self.context_next;
        self.context_next = self.context_next.wrapping_add(1);
        if self.contexts.len() >= CONTEXTS_MAX {
            self.contexts.pop_first();
        }
        self.contexts.insert(handle, context);
        handle
    }
}

fn returned(esm: NodeId, reply: NasReply, ctx: &mut Ctx<'_>) {
    ctx.say(Record::new("nas.return").text("status", format!("X'{:08X}'", reply.status)));
    ctx.send(esm, Packet::frame(&Frame::NasReturn(reply)));
}

/// Without a realm the NAS has no name to answer under, and stays silent. Files with a client of such
/// a NAS do not load; the decision is noted only where it is no.
fn no_realm(ctx: &mut Ctx<'_>) {
    let (realm, profile) = (Operand::new("realm", "none"), Operand::new("profile", "KERBDFLT"));
    ctx.decide(Check::holds(&REALM_DEFINED, realm, profile, false));
}

/// The user ID of the started task.
const NAS_USER: &str = "SKRBKDC";

fn ticket_facts(token: &Inspected) -> TicketFacts {
    TicketFacts {
        principal: token.client_racf_name.clone(),
        gss_flags: token.gss_flags.0,
        mutual_required: token.ap_options.has(ApOptions::MUTUAL_REQUIRED),
    }
}

fn key_of(facts: &KeyFacts, ring: &mut KeyRing) -> Option<Key> {
    ring.key(EncryptionType::from_number(facts.etype)?, &facts.key)
}

fn service_key(facts: &KeyFacts, ring: &mut KeyRing) -> Option<ServiceKey> {
    Some(ServiceKey { kvno: facts.version, key: key_of(facts, ring)? })
}

fn principal_key(facts: &KeyFacts, ring: &mut KeyRing) -> Option<PrincipalKey> {
    Some(PrincipalKey {
        kvno: facts.version,
        key: key_of(facts, ring)?,
        salt: Some(facts.salt.clone().into_bytes()),
        iterations: facts.iterations,
    })
}

/// The status word that the NAS returns for a refused token (RFC 4120 section 7.5.9 and the NAS's own numbers).
fn status_word(error: &AcceptError) -> u32 {
    match error {
        AcceptError::Mechanism => status::MECHANISM_UNSUPPORTED,
        AcceptError::TokenId(_) => status::NOT_INIT_SEC_CONTEXT,
        AcceptError::Framing(_)
        | AcceptError::Checksum
        | AcceptError::Sequence
        | AcceptError::Ticket(PresentError::Encoding(_)) => status::TOKEN_NOT_VALID,
        AcceptError::ClientName => status::WRONG_SIZE,
        AcceptError::Ticket(PresentError::WrongPrincipal) => status::WRONG_PRINCIPAL,
        AcceptError::Ticket(PresentError::Invalid) => status::TICKET_INVALID,
        AcceptError::Ticket(error) => {
            let number = u32::try_from(error.code().0).ok();
            number.and_then(status::from_protocol_error).unwrap_or(status::TOKEN_NOT_VALID)
        }
    }
}

/// The ESM's answer as a KDC's database.
struct View {
    policy: Policy,
    principals: Vec<(PrincipalFacts, Vec<PrincipalKey>)>,
}

impl View {
    /// None where the realm is not defined or cannot be written in Kerberos strings.
    fn new(config: &NasConfig, facts: RealmFacts, ring: &mut KeyRing) -> Option<View> {
        let mut policy = Policy::new(&facts.realm).ok().filter(|_| !facts.realm.is_empty())?;
        policy.least_life = facts.life_min;
        policy.default_life = facts.life_default;
        policy.most_life = facts.life_max;
        policy.skew = whole_seconds(config.clock_skew);
        policy.preauth_required = config.preauthentication;
        policy.transit.clone_from(&config.transit);
        policy.check_addresses = facts.check_addresses;
        let with_keys = facts.principals.into_iter().map(|facts| {
            let keys = facts.keys.iter().filter_map(|key| principal_key(key, ring)).collect();
            (facts, keys)
        });
        Some(View { policy, principals: with_keys.collect() })
    }
}

/// A NAS's database of all principals of its ESM, for one that serves outside a run. None where the
/// realm is not defined.
pub fn registry(config: &NasConfig, facts: RealmFacts) -> Option<Registry> {
    let realm = facts.realm.clone();
    let names: Vec<String> = facts.principals.iter().map(|facts| facts.name.clone()).collect();
    let view = View::new(config, facts, &mut KeyRing::new())?;
    let mut registry = Registry::new(view.policy.clone());
    let principals = names.iter().filter_map(|name| Principal::parse_racf(name, &realm).ok());
    principals
        .filter_map(|principal| view.find(&principal))
        .for_each(|entry| registry.insert(entry));
    Some(registry)
}

impl Database for View {
    fn policy(&self) -> &Policy {
        &self.policy
    }

    fn find(&self, principal: &Principal) -> Option<Entry> {
        let name = principal.racf_name(self.policy.realm());
        let (facts, keys) = self.principals.iter().find(|(facts, _)| facts.name == name)?;
        let mut entry = Entry::new(principal.clone(), keys.clone());
        entry.kvno = facts.version;
        entry.status = match facts.standing {
            Standing::Good => Status::Active,
            Standing::Revoked => Status::Revoked,
            Standing::PasswordExpired => Status::KeyExpired,
        };
        entry.most_life = facts.life_max;
        Some(entry)
    }
}
