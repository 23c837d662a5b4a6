//! The calling side of CSIv2: references, connections, requests, and what becomes of them.
//!
//! ```text
//!   reference ─> what the server takes ─> tokens ─> request with service context 15 ─> reply
//!                                                                                        │
//!                                                           returned, exception, or none in time
//! ```
//!
//! A client and a server that calls another have one each.

mod rules;
pub(super) mod wire;

pub(super) use rules::ALL as RULES;

use std::collections::BTreeMap;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sim::{NodeId, Span, TimerId};

use super::esm::database::Password;
use super::frame::{Content, Frame, Packet, Segment};
use super::{Ctx, Decide, Wake};
use crate::catalogue::assertion::Exception;
use crate::check::{Check, Operand};
use crate::trace::Record;
use wire::{BasicToken, Establish, SasReply};

/// How long a caller waits for a reply (com.ibm.CORBA.RequestTimeout; assumed: its default).
const PATIENCE: Span = Span::from_secs(180);

/// References to servers, by their node names.
pub type References = Arc<BTreeMap<String, Reference>>;

/// A reference to a server, as a name service gives it.
#[derive(Clone, Debug)]
pub struct Reference {
    /// Where it leads.
    pub node: NodeId,
    /// The reference itself (IOR).
    pub ior: Arc<[u8]>,
}

/// A method that is to be called, and as whom.
#[derive(Clone, Debug)]
pub struct Invocation {
    /// The server, by its node name.
    pub server: String,
    /// The method.
    pub method: String,
    /// The caller's own user ID and password, where it shows them.
    pub sender: Option<(String, Password)>,
    /// Whom it asserts; none where it asserts nobody.
    pub identity: Option<Identity>,
}

/// Somebody who is asserted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Identity {
    /// Nobody in particular.
    Anonymous,
    /// A user, by name.
    Principal(String),
}

impl Identity {
    /// In words, for the trace.
    pub fn words(&self) -> String {
        match self {
            Identity::Anonymous => "anonymous".to_owned(),
            Identity::Principal(name) => format!("principal {name}"),
        }
    }
}

/// A form in which somebody is asserted.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
pub enum IdentityType {
    /// Nobody in particular.
    Anonymous,
    /// A user by his name.
    PrincipalName,
}

impl IdentityType {
    /// All of them.
    pub const ALL: [IdentityType; 2] = [IdentityType::Anonymous, IdentityType::PrincipalName];
}

/// What a server does with a layer of the protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Layer {
    /// It does not use it.
    Never,
    /// It uses it where the caller does.
    Supported,
    /// It refuses callers who do not use it.
    Required,
}

/// What a reference says of its server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// Its object: the name of the server.
    pub object: String,
    /// Its realm.
    pub realm: String,
    /// Whether callers authenticate themselves with a token.
    pub authentication: Layer,
    /// The forms in which callers may assert somebody; none: not at all.
    pub identity_types: Vec<IdentityType>,
}

/// What became of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The method has returned.
    Returned,
    /// An exception.
    Raised(Raised),
}

/// A system exception.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Raised {
    /// Which.
    pub exception: Exception,
    /// Its minor code; zero where it has none.
    pub minor: u32,
}

/// A timer of an ORB.
#[derive(Clone, Debug)]
pub struct OrbWake {
    /// The request whose reply is overdue.
    request: u32,
}

/// The calling side.
#[derive(Clone, Debug)]
pub struct Orb {
    references: References,
    /// Connections by their numbers.
    connections: BTreeMap<u32, Connection>,
    connection_next: u32,
    /// Requests that wait for a reply.
    pending: BTreeMap<u32, Pending>,
    request_next: u32,
}

#[derive(Clone, Debug)]
struct Connection {
    server: String,
    node: NodeId,
}

#[derive(Clone, Debug)]
struct Pending {
    connection: u32,
    server: String,
    method: String,
    record: u64,
    timer: TimerId,
}

impl Orb {
    /// The calling side of a node that has called nobody.
    pub fn new(references: References) -> Orb {
        Orb {
            references,
            connections: BTreeMap::new(),
            connection_next: 1,
            pending: BTreeMap::new(),
            request_next: 1,
        }
    }

    /// Calls a method; gives the number of the request, whose answer comes later.
    ///
    /// # Errors
    /// The request cannot be made; the method that wanted it raises the exception.
    pub(super) fn call(
        &mut self,
        invocation: &Invocation,
        ctx: &mut Ctx<'_>,
    ) -> Result<u32, Raised> {
        let Invocation { server, method, sender, identity } = invocation;
        let Some(reference) = self.references.get(server).cloned() else {
            return Err(Raised { exception: Exception::Internal, minor: 0 });
        };
        let request = self.request_next;
        self.request_next = self.request_next.wrapping_add(1);
        let shown =
            sender.as_ref().map_or("nothing".to_owned(), |(user, _)| format!("user {user}"));
        let asserted = identity.as_ref().map_or("absent".to_owned(), Identity::words);
        let record = ctx.say(
            Record::new("orb.call")
                .text("server", server.clone())
                .text("method", method.clone())
                .int("request", request)
                .text("sender", shown)
                .text("identity", asserted),
        );
        let Ok(target) = wire::open_ior(&reference.ior) else {
            return Err(Raised { exception: Exception::Internal, minor: 0 });
        };
        let octets =
            wire::request(request, method, establish(invocation, &target).as_ref(), &target);
        let connection = self.connection(server, reference.node);
        let content = Content::Giop(octets);
        let segment = Segment { connection, back: false, content };
        ctx.send(reference.node, Packet::frame(&Frame::Segment(segment)));
        let timer = ctx.set_timer_in(PATIENCE, Wake::Orb(OrbWake { request }));
        let (server, method) = (server.clone(), method.clone());
        self.pending.insert(request, Pending { connection, server, method, record, timer });
        Ok(request)
    }

    /// The connection to a server; a new one where there is none.
    fn connection(&mut self, server: &str, node: NodeId) -> u32 {
        let open = self.connections.iter().find(|(_, open)| open.server == server);
        if let Some((number, _)) = open {
            return *number;
        }
        let number = self.connection_next;
        self.connection_next = self.connection_next.wrapping_add(1);
        self.connections.insert(number, Connection { server: server.to_owned(), node });
        number
    }

    /// Takes in what came back on a connection; gives the requests that are answered by it.
    pub(super) fn handle(
        &mut self,
        from: NodeId,
        segment: &Segment,
        ctx: &mut Ctx<'_>,
    ) -> Vec<(u32, Answer)> {
        let open = self.connections.get(&segment.connection);
        if open.is_none_or(|open| open.node != from) {
            return Vec::new();
        }
        match &segment.content {
            Content::Giop(octets) => self.replied(octets, ctx).into_iter().collect(),
            Content::Reset => {
                self.connections.remove(&segment.connection);
                self.lost(segment.connection, "the connection is reset", ctx)
            }
        }
    }

    /// A reply has come. One that nobody waits for is ignored.
    fn replied(&mut self, octets: &[u8], ctx: &mut Ctx<'_>) -> Option<(u32, Answer)> {
        let reply = wire::open_reply(octets).ok()?;
        let pending = self.pending.remove(&reply.request)?;
        ctx.cancel_timer(pending.timer);
        let record = result(&pending);
        let record = match &reply.answer {
            Answer::Returned => record.text("result", "returned").maybe("caller", reply.caller),
            Answer::Raised(raised) => raised.describe(record),
        };
        let status = match reply.sas {
            Some(SasReply::Error { major, minor, .. }) => Some(format!("({major},{minor})")),
            _ => None,
        };
        ctx.note_also(record.maybe("context_error", status), &[pending.record]);
        Some((reply.request, reply.answer))
    }

    /// Nobody listens where a segment went.
    pub(super) fn refused(&mut self, segment: &Segment, ctx: &mut Ctx<'_>) -> Vec<(u32, Answer)> {
        if segment.back {
            return Vec::new();
        }
        self.connections.remove(&segment.connection);
        self.lost(segment.connection, "nobody listens at the server", ctx)
    }

    /// A reply is overdue.
    pub(super) fn woken(&mut self, wake: &OrbWake, ctx: &mut Ctx<'_>) -> Vec<(u32, Answer)> {
        let waited =
            Operand::new("time up", format!("after {} s", PATIENCE.nanos() / super::NANOS));
        let answer = Operand::new("answer", "none");
        let pending = self.pending.remove(&wake.request);
        let Some(pending) = pending else { return Vec::new() };
        // The timer has compared the times; a reply takes it back.
        ctx.decide(Check::holds(&rules::REPLY_TIME, answer, waited, false));
        vec![(wake.request, self.no_response(&pending, "no reply in time", ctx))]
    }

    /// The requests of a connection that is gone get no reply.
    fn lost(
        &mut self,
        connection: u32,
        why: &'static str,
        ctx: &mut Ctx<'_>,
    ) -> Vec<(u32, Answer)> {
        let waiting = self.pending.iter().filter(|(_, pending)| pending.connection == connection);
        let waiting: Vec<u32> = waiting.map(|(request, _)| *request).collect();
        let mut answers = Vec::new();
        for request in waiting {
            let Some(pending) = self.pending.remove(&request) else { continue };
            ctx.cancel_timer(pending.timer);
            answers.push((request, self.no_response(&pending, why, ctx)));
        }
        answers
    }

    fn no_response(&self, pending: &Pending, why: &'static str, ctx: &mut Ctx<'_>) -> Answer {
        let raised = Raised { exception: Exception::NoResponse, minor: 0 };
        let record = raised.describe(result(pending)).text("why", why);
        ctx.note_also(record, &[pending.record]);
        Answer::Raised(raised)
    }
}

/// The tokens that go with a request, of those that the server takes.
fn establish(invocation: &Invocation, target: &Target) -> Option<Establish> {
    let takes = target.authentication != Layer::Never;
    let token = invocation.sender.as_ref().filter(|_| takes).map(|(userid, password)| BasicToken {
        userid: userid.clone(),
        password: password.clone(),
    });
    let identity = invocation.identity.clone().filter(|_| !target.identity_types.is_empty());
    (token.is_some() || identity.is_some()).then_some(Establish { context: 0, identity, token })
}

fn result(pending: &Pending) -> Record {
    Record::new("orb.result")
        .text("server", pending.server.clone())
        .text("method", pending.method.clone())
}

impl Raised {
    fn describe(&self, record: Record) -> Record {
        let minor = (self.minor != 0).then(|| format!("{:08X}", self.minor));
        record.text("result", self.exception.word()).maybe("minor", minor)
    }
}
