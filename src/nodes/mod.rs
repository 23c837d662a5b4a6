//! The actors: each a state machine that owns its state and speaks only through the engine.
//!
//! ```text
//!   client ── AS, TGS ──> kdc | nas                       link, Kerberos messages
//!   client ── start ────> region                          link, frame with the token
//!                         region ── SAF ──> esm           same system
//!                                           esm ── PC ──> nas
//!                                           esm <─ SAF ── nas   (keys of a principal)
//!                         region ── TD ───> cscs
//!   client ── wanted ───> identity provider ─ assertion
//!   client ── GIOP ─────> server ── GIOP ──> server   (CSIv2; each asks the ESM of its system)
//! ```
//!
//! Only bytes cross ([`frame`]); a node sees its own system's clock and nothing of true time.

pub mod cics;
pub mod client;
pub mod complaint;
pub mod cscs;
pub mod esm;
pub mod frame;
pub mod identity_provider;
pub mod kdc;
pub mod nas;
pub mod orb;
pub mod warning;
pub mod websphere;

use crate::check::{Check, Checks, Unit};
use crate::trace::Record;
use frame::Packet;

/// Any actor: one type, so that dispatch is static and a whole run is `Clone`.
#[derive(Clone)]
pub enum Actor {
    /// A holder of Kerberos credentials.
    Client(Box<client::Client>),
    /// A KDC with its own database.
    Kdc(Box<kdc::Kdc>),
    /// The NAS of a z/OS image.
    Nas(Box<nas::Nas>),
    /// The ESM of a z/OS image.
    Esm(Box<esm::Esm>),
    /// A CICS region.
    Region(Box<cics::Region>),
    /// A queue's destination.
    Cscs(cscs::Cscs),
    /// An issuer of SAML assertions.
    IdentityProvider(Box<identity_provider::IdentityProvider>),
    /// A WebSphere application server.
    WebSphere(Box<websphere::WebSphere>),
}

/// What a timer carries, and what the script tells a node to do.
#[derive(Clone, Debug)]
pub enum Wake {
    /// A client's step or time-out.
    Client(client::ClientWake),
    /// A region's timer.
    Region(cics::RegionWake),
    /// What the script does to an ESM.
    Esm(esm::EsmWake),
    /// The answer to a call of a method is overdue.
    Orb(orb::OrbWake),
    /// What the script does to a server.
    WebSphere(websphere::WebSphereWake),
}

/// What a node handles in one go.
pub type Event = sim::Event<Packet, Wake>;
/// The engine as a node sees it.
pub type Ctx<'a> = sim::Context<'a, Actor>;

impl sim::Node for Actor {
    type Message = Packet;
    type Timer = Wake;
    type Note = Note;

    fn handle(&mut self, event: Event, ctx: &mut Ctx<'_>) {
        match self {
            Actor::Client(node) => node.handle(event, ctx),
            Actor::Kdc(node) => node.handle(event, ctx),
            Actor::Nas(node) => node.handle(event, ctx),
            Actor::Esm(node) => node.handle(event, ctx),
            Actor::Region(node) => node.handle(event, ctx),
            Actor::Cscs(node) => node.handle(event, ctx),
            Actor::IdentityProvider(node) => node.handle(event, ctx),
            Actor::WebSphere(node) => node.handle(event, ctx),
        }
    }
}

/// A record on its way to the one observer that writes it down, who takes it out.
#[derive(Default)]
pub struct Note(std::cell::Cell<Record>);

impl Note {
    /// Takes the record; a second time there is none.
    pub fn take(&self) -> Record {
        self.0.take()
    }
}

impl From<Record> for Note {
    fn from(record: Record) -> Note {
        Note(std::cell::Cell::new(record))
    }
}

/// Records and decisions into the trace.
pub(crate) trait Decide {
    /// Notes a record; gives its number.
    fn say(&mut self, record: Record) -> u64;
    /// Notes a decision and gives its verdict.
    fn decide(&mut self, check: Check) -> bool;
    /// Notes decisions that protocol code took.
    fn decided(&mut self, checks: Checks);
    /// Notes a record that needed others beside the one before it.
    fn note_also(&mut self, record: Record, also: &[u64]) -> u64;
}

impl Decide for Ctx<'_> {
    fn say(&mut self, record: Record) -> u64 {
        self.note(record.into())
    }

    fn decide(&mut self, check: Check) -> bool {
        let passed = check.passed;
        note_check(self, check);
        passed
    }

    fn decided(&mut self, checks: Checks) {
        for check in checks.into_taken() {
            note_check(self, check);
        }
    }

    fn note_also(&mut self, record: Record, also: &[u64]) -> u64 {
        self.note_caused(record.into(), self.cause(), also)
    }
}

/// A comparison of times also rests on the last change of the node's clock.
fn note_check(ctx: &mut Ctx<'_>, check: Check) {
    let timed = check.margin.is_some_and(|margin| margin.unit == Unit::Seconds);
    let clock = ctx.clock_changed().filter(|_| timed);
    ctx.note_also(check.into(), clock.as_slice());
}

/// The clock skew that Kerberos tolerates where nothing else is configured.
pub(crate) const DEFAULT_CLOCK_SKEW: crate::scalar::Duration =
    crate::scalar::Duration::from_seconds(crate::protocol::kerberos::acceptor::DEFAULT_SKEW as u32);

/// Whole seconds of a configured duration, towards zero: Kerberos counts no parts of them.
pub(crate) fn whole_seconds(duration: crate::scalar::Duration) -> i64 {
    duration.nanoseconds() / NANOS
}

/// Nanoseconds in a second.
pub(crate) const NANOS: i64 = 1_000_000_000;

/// Most names that a decision shows of those that it looked through.
const NAMES_MAX: usize = 12;

/// Names in their order, as a decision shows them: the first ones, and how many more there are.
pub(crate) fn listed<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let mut names = names.peekable();
    if names.peek().is_none() {
        return "none".to_owned();
    }
    let shown: Vec<&str> = names.by_ref().take(NAMES_MAX).collect();
    match names.count() {
        0 => shown.join(" "),
        more => format!("{} and {more} more", shown.join(" ")),
    }
}

/// Every rule by which a node decides.
pub fn rules() -> Vec<&'static crate::check::Rule> {
    let mut rules = Vec::new();
    rules.extend(client::RULES);
    rules.extend(esm::RULES);
    rules.extend(esm::database::access::RULES);
    rules.extend(esm::database::principal::RULES);
    rules.extend(esm::database::ssignon::RULES);
    rules.extend(esm::PASSTICKET_RULES);
    rules.extend(esm::KEYRING_RULES);
    rules.extend(esm::ACEE_RULES);
    rules.extend(esm::RENEWAL_RULES);
    rules.extend(esm::database::verify::RULES);
    rules.extend(nas::RULES);
    rules.extend(cics::RULES);
    rules.extend(cics::DFHSAML_RULES);
    rules.extend(cscs::RULES);
    rules.extend(orb::RULES);
    rules.extend(websphere::RULES);
    rules
}

/// Notes bytes that are no frame: a fault changed them, and the receiver drops them.
pub(crate) fn unreadable(packet: &Packet, ctx: &mut Ctx<'_>) {
    unreadable_bytes(sim::Message::bytes(packet).len(), ctx);
}

/// Notes so many bytes that are nothing that the receiver knows.
pub(crate) fn unreadable_bytes(bytes: usize, ctx: &mut Ctx<'_>) {
    ctx.say(Record::new("net.unreadable").count("bytes", bytes as u64));
}
