//! A holder of Kerberos credentials: logs on, gets tickets, makes tokens, starts transactions.
//!
//! ```text
//!   LogOn      AS-REQ ─> KDC ─> error 25 ─> AS-REQ with timestamp ─> AS-REP ─> ticket-granting ticket
//!   GetTicket  TGS-REQ ─> KDC ─> TGS-REP ─> ticket; for a service of another realm first a
//!              ticket-granting ticket for each realm on the way, then the KDC of that realm
//!   MakeToken  ticket ─> AP-REQ in GSS framing, with the client's time of that moment
//!   Start      token in container KRBTOKEN ─> region ─> answer, with the region's proof in OUTTOKEN,
//!              and encrypted PassTickets, which the client opens and sends on
//!   Call       user ID and password ─> server ─> the method returns, or an exception
//!   GetAssertion  what it wants ─> identity provider ─> signed assertion, kept and sent in a container
//! ```
//!
//! Steps of one client run one after another; an exchange with the KDC ends before the next step
//! begins. A request to a region does not hold up the next step. A client waits for nobody for ever:
//! it asks its KDC again and gives up, and it gives a region up that has not answered in time.

mod call;
mod config;
mod document;
mod exchange;
mod passticket;
mod rules;
mod start;

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use sim::{NodeId, Span};

use super::frame::Frame;
use super::identity_provider::Wanted;
use super::orb::{Keys, Orb, References};
use super::{Ctx, Decide, Event, Wake};
use crate::protocol::kerberos::client::Credentials;
use crate::protocol::kerberos::initiator::Initiator;
use crate::protocol::kerberos::{EncryptionType, KerberosTime, KeyTable, Principal};
use crate::scalar::Duration;
use crate::trace::Record;
pub use call::{Asserts, CallAction, Who};
pub use config::{ClientConfig, OtherRealm, TokenFlags, TokenForm};
pub use document::{Document, DocumentSource};
use exchange::Exchange;
use passticket::Kept;
pub use passticket::{Open, Secret};
pub(super) use rules::ALL as RULES;
use start::Started;

/// The actor.
#[derive(Clone)]
pub struct Client {
    setup: Arc<Setup>,
    keys: KeyTable,
    /// Steps that wait for the one in hand, with the record of the script's word.
    steps: VecDeque<(u64, Arc<ClientAction>)>,
    busy: Option<Busy>,
    granting: Option<Held>,
    /// Ticket-granting tickets for other realms, by realm.
    crossing: BTreeMap<String, Held>,
    /// Tickets by service, as the client's realm writes it.
    tickets: BTreeMap<String, Held>,
    tokens: BTreeMap<String, Token>,
    /// PassTickets that were opened, by the names that the script gives them.
    passtickets: BTreeMap<String, Kept>,
    /// Assertions and containers of answers, by the names that the script gives them.
    documents: BTreeMap<String, document::Held>,
    last_token: Option<Token>,
    last_time: Option<KerberosTime>,
    started: BTreeMap<u32, Started>,
    request_next: u32,
    /// What it sends to servers.
    orb: Orb,
}

/// What does not change while a client runs.
#[derive(Clone, Debug)]
pub struct Setup {
    /// The client's principal.
    pub principal: Principal,
    /// Its configured password.
    pub password: String,
    /// The node of its KDC.
    pub kdc: NodeId,
    /// The realms beside its own that it can reach, by name.
    pub realms: BTreeMap<String, Reach>,
    /// Encryption types that it asks for, the favourite first.
    pub etypes: Vec<EncryptionType>,
    /// How long it waits for an answer of the KDC before it asks again.
    pub patience: Span,
    /// How often it asks.
    pub tries: u32,
    /// How long it waits for the end of a task that it started.
    pub reply_timeout: Duration,
    /// How far the KDC's clock may be from its own (s).
    pub skew: i64,
    /// References to servers.
    pub references: References,
    /// What it has for TLS.
    pub keys: Option<Arc<Keys>>,
}

/// How a client reaches another realm.
#[derive(Clone, Debug)]
pub struct Reach {
    /// The node of its KDC.
    pub kdc: NodeId,
    /// The realms on the way, the nearest first.
    pub through: Vec<String>,
}

/// A client's step, with everything that the script refers to resolved.
#[derive(Clone, Debug)]
pub enum ClientAction {
    /// Obtain a ticket-granting ticket, with another password than the configured one perhaps.
    LogOn {
        /// The password as typed.
        password: Option<String>,
    },
    /// Obtain a ticket for a service.
    GetTicket {
        /// The service.
        service: Principal,
        /// Wanted life.
        life: Option<Span>,
    },
    /// Make a token and keep it.
    MakeToken {
        /// The service.
        service: Principal,
        /// Its name for later steps.
        name: String,
        /// Flags.
        flags: TokenFlags,
    },
    /// Ask an identity provider for an assertion, and keep it.
    GetAssertion {
        /// The provider's node.
        provider: NodeId,
        /// Its name for later steps.
        name: String,
        /// What is asked for.
        wanted: Box<Wanted>,
    },
    /// Start a transaction.
    Start(Box<StartAction>),
    /// Call a method of a server.
    Call(Box<CallAction>),
    /// Let time pass.
    Wait {
        /// By the client's clock.
        time: Span,
    },
}

impl ClientAction {
    /// Its name in scripts.
    pub fn name(&self) -> &'static str {
        match self {
            ClientAction::LogOn { .. } => "LogOn",
            ClientAction::GetTicket { .. } => "GetTicket",
            ClientAction::MakeToken { .. } => "MakeToken",
            ClientAction::GetAssertion { .. } => "GetAssertion",
            ClientAction::Start(_) => "Start",
            ClientAction::Call(_) => "Call",
            ClientAction::Wait { .. } => "Wait",
        }
    }
}

/// A request to start a transaction, with everything resolved.
#[derive(Clone, Debug)]
pub struct StartAction {
    /// The region's node.
    pub region: NodeId,
    /// The region's service principal, where it has one.
    pub service: Option<Principal>,
    /// Transaction identifier.
    pub transaction: String,
    /// User ID of the task.
    pub userid: Option<String>,
    /// The terminal at which it is typed.
    pub terminal: Option<String>,
    /// The token to present.
    pub token: TokenSource,
    /// How it stands in its container.
    pub form: TokenForm,
    /// Flags of a new token.
    pub flags: TokenFlags,
    /// Further containers with characters.
    pub containers: BTreeMap<String, String>,
    /// Further tokens, by container: the names under which they were made.
    pub more_tokens: BTreeMap<String, String>,
    /// Passwords and PassTickets, by container.
    pub secrets: BTreeMap<String, Secret>,
    /// Documents, by container.
    pub documents: BTreeMap<String, Document>,
    /// Containers of the answer that are kept, and the names under which.
    pub keep: BTreeMap<String, String>,
    /// Encrypted PassTickets that are expected and opened.
    pub open: Vec<Open>,
    /// Whether the region's proof is expected and checked.
    pub verify_region: bool,
}

/// Where a token comes from.
#[derive(Clone, Debug)]
pub enum TokenSource {
    /// No token.
    None,
    /// Made now.
    New,
    /// Made earlier under this name.
    Made(String),
    /// The last one presented.
    Again,
    /// These bytes.
    Bytes(Arc<[u8]>),
}

/// A client's timer, or the script's word to it.
#[derive(Clone, Debug)]
pub enum ClientWake {
    /// A step of the script: its number in the script, and what to do.
    Step {
        /// Position in the script, from 0.
        step: u32,
        /// What to do.
        action: Arc<ClientAction>,
    },
    /// The KDC has not answered in time.
    Retry,
    /// The end of a task has not been reported in time.
    NoReply {
        /// The client's number of the request.
        request: u32,
    },
    /// An identity provider has not answered in time.
    NoAssertion {
        /// The client's number of the request.
        request: u32,
    },
    /// A Wait is over.
    Waited,
}

#[derive(Clone)]
enum Busy {
    Exchange(Box<Exchange>),
    Assertion(document::Asking),
    Wait,
}

/// A ticket, and the record of its arrival.
#[derive(Clone)]
struct Held {
    credentials: Credentials,
    record: u64,
}

/// A token, what is needed to judge the answer to it, and the record of its making.
#[derive(Clone)]
struct Token {
    bytes: Arc<[u8]>,
    initiator: Option<Initiator>,
    record: u64,
}

impl Setup {
    fn is_kdc(&self, node: NodeId) -> bool {
        node == self.kdc || self.realms.values().any(|realm| realm.kdc == node)
    }

    fn kdc_of(&self, realm: &str) -> NodeId {
        self.realms.get(realm).map_or(self.kdc, |realm| realm.kdc)
    }
}

impl Client {
    /// A client without credentials.
    pub fn new(setup: Setup, keys: KeyTable) -> Client {
        Client {
            orb: Orb::new(setup.references.clone(), setup.keys.clone()),
            setup: Arc::new(setup),
            keys,
            steps: VecDeque::new(),
            busy: None,
            granting: None,
            crossing: BTreeMap::new(),
            tickets: BTreeMap::new(),
            tokens: BTreeMap::new(),
            passtickets: BTreeMap::new(),
            documents: BTreeMap::new(),
            last_token: None,
            last_time: None,
            started: BTreeMap::new(),
            request_next: 1,
        }
    }

    /// Keys that this client computed in the run, for the caller's cache.
    pub fn keys(&self) -> &KeyTable {
        &self.keys
    }

    /// Its principal.
    pub fn principal(&self) -> &Principal {
        &self.setup.principal
    }

    /// The tickets that it holds: for ticket-granting services first, then by service.
    pub fn credentials(&self) -> impl Iterator<Item = &Credentials> {
        let granting = self.granting.iter().chain(self.crossing.values());
        granting.chain(self.tickets.values()).map(|held| &held.credentials)
    }

    /// The token that it made under a name, or without one the last that it presented.
    pub fn token_bytes(&self, name: Option<&str>) -> Option<&[u8]> {
        let token = match name {
            Some(name) => self.tokens.get(name),
            None => self.last_token.as_ref(),
        };
        token.map(|token| token.bytes.as_ref())
    }

    /// What it needs to judge the answer to a token: to one that it made under a name, or without one to
    /// the last that it presented.
    pub fn initiator(&self, name: Option<&str>) -> Option<&Initiator> {
        let token = match name {
            Some(name) => self.tokens.get(name),
            None => self.last_token.as_ref(),
        };
        token?.initiator.as_ref()
    }

    /// The names of the tokens that it made for later.
    pub fn token_names(&self) -> impl Iterator<Item = &str> {
        self.tokens.keys().map(String::as_str)
    }

    pub(super) fn handle(&mut self, event: Event, ctx: &mut Ctx<'_>) {
        match event {
            Event::Input(Wake::Client(ClientWake::Step { action, .. })) => {
                self.steps.push_back((ctx.cause(), action));
                self.go_on(ctx);
            }
            Event::Message { from, message } => match message.open() {
                Ok(Frame::Started(reply)) => self.start_answered(reply, ctx),
                Ok(Frame::Issued(reply)) => self.assertion_issued(reply, ctx),
                // What became of a call is in the trace; no later step waits for it.
                Ok(Frame::Segment(segment)) => {
                    self.orb.handle(from, &segment, ctx);
                }
                Err(_) if self.setup.is_kdc(from) => self.kdc_answered(from, &message, ctx),
                // A fault changed the bytes; the time-out tells what has become of the request.
                _ => super::unreadable(&message, ctx),
            },
            Event::Refused { to, message } => self.refused(to, &message, ctx),
            Event::Timer { timer: Wake::Client(ClientWake::Retry), .. } => self.retry(ctx),
            Event::Timer { timer: Wake::Orb(wake), .. } => {
                self.orb.woken(&wake, ctx);
            }
            Event::Timer { timer: Wake::Client(ClientWake::NoReply { request }), .. } => {
                self.not_answered(request, ctx);
            }
            Event::Timer { timer: Wake::Client(ClientWake::NoAssertion { request }), .. } => {
                self.no_assertion(request, "the identity provider does not answer", ctx);
            }
            Event::Timer { timer: Wake::Client(ClientWake::Waited), .. } => {
                self.busy.take_if(|busy| matches!(busy, Busy::Wait));
                self.go_on(ctx);
            }
            _ => {}
        }
    }

    /// Does the steps that are due, until one has to wait.
    fn go_on(&mut self, ctx: &mut Ctx<'_>) {
        while self.busy.is_none() {
            let Some((cause, action)) = self.steps.pop_front() else { return };
            ctx.resume(cause);
            self.act(&action, ctx);
        }
    }

    fn act(&mut self, action: &ClientAction, ctx: &mut Ctx<'_>) {
        match action {
            ClientAction::LogOn { password } => self.log_on(password.clone(), ctx),
            ClientAction::GetTicket { service, life } => self.get_ticket(service, *life, ctx),
            ClientAction::MakeToken { service, name, flags } => {
                if let Some(token) = self.make_token(service, *flags, Some(name), ctx) {
                    self.tokens.insert(name.clone(), token);
                }
            }
            ClientAction::GetAssertion { provider, name, wanted } => {
                self.get_assertion(*provider, (name, wanted), ctx);
            }
            ClientAction::Start(start) => self.start(start, ctx),
            ClientAction::Call(call) => self.call(call, ctx),
            ClientAction::Wait { time } => {
                ctx.set_timer_in(*time, Wake::Client(ClientWake::Waited));
                self.busy = Some(Busy::Wait);
            }
        }
    }

    /// A service as the client's realm writes it: with its realm only where that is another one.
    fn named(&self, service: &Principal) -> String {
        service.racf_name(self.setup.principal.realm())
    }

    /// The client's time for an authenticator, unlike that of every earlier one.
    fn unique_time(&mut self, ctx: &Ctx<'_>) -> KerberosTime {
        let time = KerberosTime::unique(now(ctx), self.last_time);
        self.last_time = Some(time);
        time
    }
}

/// The clock of a node's system as Kerberos tells time.
pub(super) fn now(ctx: &Ctx<'_>) -> KerberosTime {
    let nanos = ctx.now().nanos();
    KerberosTime {
        seconds: nanos.div_euclid(super::NANOS),
        micros: (nanos.rem_euclid(super::NANOS) / 1_000) as u32,
    }
}

/// A client cannot go on with a step.
fn failed(ctx: &mut Ctx<'_>, what: &'static str, why: impl Into<String>) {
    ctx.say(Record::new("client.failed").text("what", what).text("why", why.into()));
}
