//! Requests of a caller, and the connections on which they go.

use std::collections::BTreeMap;
use std::sync::Arc;

use sim::{NodeId, Span, TimerId};

use super::contexts::{Contexts, Sent};
use super::tls::{self, End, Keys, Randoms, Records};
use super::wire::{self, Reply, SasReply};
use super::{Answer, Invocation, Layer, Raised, Reference, References, Target, rules};
use crate::catalogue::assertion::{self, Exception, Refusal};
use crate::check::{Check, Checks, Operand};
use crate::nodes::frame::{Content, Frame, Packet, Segment};
use crate::nodes::{Ctx, Decide, NANOS, Wake, listed};
use crate::trace::Record;

/// How long a caller waits for a reply (com.ibm.CORBA.RequestTimeout; assumed: its default).
const PATIENCE: Span = Span::from_secs(180);

/// A timer of an ORB.
#[derive(Clone, Debug)]
pub struct OrbWake {
    /// The request whose reply is overdue.
    request: u32,
}

/// The calling side of a node.
#[derive(Clone, Debug)]
pub struct Orb {
    references: References,
    keys: Option<Arc<Keys>>,
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
    state: State,
    contexts: Contexts,
}

/// Where a connection is in its life.
#[derive(Clone, Debug)]
enum State {
    /// TCP alone.
    Plain,
    /// The handshake is under way; what is to be sent waits.
    Shaking { random: [u8; 32], server: Option<[u8; 32]>, waiting: Vec<Vec<u8>> },
    /// TLS: the records that were sent, and those that came.
    Secure { sent: u64, came: Records },
}

#[derive(Clone, Debug)]
struct Pending {
    connection: u32,
    invocation: Invocation,
    /// The number of the context that it went with.
    context: u64,
    /// Whether it has been sent again already.
    is_second: bool,
    record: u64,
    timer: TimerId,
}

/// Requests that are answered, with their numbers.
type Answers = Vec<(u32, Answer)>;

impl Orb {
    /// The calling side of a node that has called nobody.
    pub fn new(references: References, keys: Option<Arc<Keys>>) -> Orb {
        Orb {
            references,
            keys,
            connections: BTreeMap::new(),
            connection_next: 1,
            pending: BTreeMap::new(),
            request_next: 1,
        }
    }

    /// The same after its node has started anew: nothing is under way. Numbers go on, so that late
    /// replies belong to nothing.
    pub(in crate::nodes) fn restarted(&self) -> Orb {
        let fresh = Orb::new(self.references.clone(), self.keys.clone());
        let (connection_next, request_next) = (self.connection_next, self.request_next);
        Orb { connection_next, request_next, ..fresh }
    }

    /// Calls a method; gives the number of the request, whose answer comes later.
    ///
    /// # Errors
    /// The request cannot be made; whoever wanted it has the exception.
    pub(in crate::nodes) fn call(
        &mut self,
        invocation: &Invocation,
        ctx: &mut Ctx<'_>,
    ) -> Result<u32, Raised> {
        let request = self.request_next;
        self.request_next = self.request_next.wrapping_add(1);
        self.send(request, invocation, false, ctx)?;
        Ok(request)
    }

    fn send(
        &mut self,
        request: u32,
        invocation: &Invocation,
        is_second: bool,
        ctx: &mut Ctx<'_>,
    ) -> Result<(), Raised> {
        let Invocation { server, method, token, identities, forward, .. } = invocation;
        let (wish, is_server) = ((invocation.context, invocation.discard), invocation.is_server);
        let found = self.references.get(server).cloned();
        let read = found.and_then(|found| Some((wire::open_ior(&found.ior).ok()?, found)));
        let Some((target, Reference { node, .. })) = read else {
            return Err(Raised { exception: Exception::Internal, minor: 0 });
        };
        let takes = !target.identity_types.is_empty();
        let identity = match identities.as_ref().filter(|_| takes) {
            // A client that plays a server sends what it is told to.
            Some(forms) => {
                match forms.iter().find(|form| !is_server || is_common(form.form(), &target)) {
                    Some(form) => Some(form.clone()),
                    None => return Err(no_common_form(invocation, forms, &target, ctx)),
                }
            }
            None => None,
        };
        let own = if is_server && identity.is_none() { forward } else { token };
        let token = own.clone().filter(|_| target.authentication != Layer::Never);
        let token = token.map(|token| token.meant_for(&target.realm));
        if is_server && token.is_none() && target.authentication == Layer::Required {
            return Err(not_forwardable(invocation, ctx));
        }
        let (shown, asserted) = words(token.as_ref(), identity.as_ref());
        let number = self.connection(server, node, &target, ctx);
        let Some(connection) = self.connections.get_mut(&number) else { return Ok(()) };
        let sent = connection.contexts.send((identity, token), wish, target.stateful);
        let record = ctx.say(
            Record::new("orb.call")
                .text("server", server.clone())
                .text("method", method.clone())
                .int("request", request)
                .text("sender", shown)
                .text("identity", asserted)
                .text("context", sent.words()),
        );
        let octets = wire::request(request, method, &sent, &target);
        if let Sent::Within { context, discard: true } = sent {
            connection.contexts.forget(context);
        }
        self.transmit(number, octets, ctx);
        let timer = ctx.set_timer_in(PATIENCE, Wake::Orb(OrbWake { request }));
        let (invocation, context) = (invocation.clone(), sent.number());
        let pending = Pending { connection: number, invocation, context, is_second, record, timer };
        self.pending.insert(request, pending);
        Ok(())
    }

    /// The connection to a server; a new one where there is none, with TLS where both ends have it.
    fn connection(
        &mut self,
        server: &str,
        node: NodeId,
        target: &Target,
        ctx: &mut Ctx<'_>,
    ) -> u32 {
        let open = self.connections.iter().find(|(_, open)| open.server == server);
        if let Some((number, _)) = open {
            return *number;
        }
        let number = self.connection_next;
        self.connection_next = self.connection_next.wrapping_add(1);
        let state = match self.keys.is_some() && target.tls {
            false => State::Plain,
            true => {
                let mut random = [0; 32];
                rand_core::Rng::fill_bytes(ctx.random("tls"), &mut random);
                post(node, number, Content::Hello { random }, ctx);
                State::Shaking { random, server: None, waiting: Vec::new() }
            }
        };
        let (server, contexts) = (server.to_owned(), Contexts::default());
        self.connections.insert(number, Connection { server, node, state, contexts });
        number
    }

    fn transmit(&mut self, number: u32, octets: Vec<u8>, ctx: &mut Ctx<'_>) {
        let Some(connection) = self.connections.get_mut(&number) else { return };
        let content = match &mut connection.state {
            State::Plain => Content::Giop(octets),
            State::Shaking { waiting, .. } => return waiting.push(octets),
            State::Secure { sent, came } => {
                *sent += 1;
                let seal = tls::seal(End::Caller, &came.randoms, *sent, &octets);
                Content::Record { number: *sent, giop: octets, seal }
            }
        };
        post(connection.node, number, content, ctx);
    }

    /// Takes in what came back on a connection.
    pub(in crate::nodes) fn handle(
        &mut self,
        from: NodeId,
        segment: &Segment,
        ctx: &mut Ctx<'_>,
    ) -> Answers {
        let number = segment.connection;
        let open = self.connections.get(&number);
        if open.is_none_or(|open| open.node != from) {
            return Answers::new();
        }
        match &segment.content {
            Content::Giop(giop) => match open.map(|open| &open.state) {
                Some(State::Plain) => self.replied(giop, ctx),
                _ => Answers::new(),
            },
            Content::Record { number: record, giop, seal } => {
                match self.is_next(number, (*record, giop, seal), ctx) {
                    true => self.replied(giop, ctx),
                    false => Answers::new(),
                }
            }
            Content::ServerHello { random, chain, signature } => {
                self.greeted(number, *random, (chain, signature), ctx)
            }
            Content::Finished => {
                self.finished(number, ctx);
                Answers::new()
            }
            Content::Alert(why) => {
                self.lost(number, Exception::CommFailure, format!("the server ends it: {why}"), ctx)
            }
            Content::Reset => {
                let why = "the connection is reset".to_owned();
                self.lost(number, Exception::CommFailure, why, ctx)
            }
            Content::Hello { .. } | Content::Proof { .. } => Answers::new(),
        }
    }

    /// The server has shown its certificate; the caller judges it and shows its own.
    fn greeted(
        &mut self,
        number: u32,
        server: [u8; 32],
        (chain, signature): (&[Vec<u8>], &[u8]),
        ctx: &mut Ctx<'_>,
    ) -> Answers {
        let keys = self.keys.clone();
        let state = self.connections.get_mut(&number).map(|open| (open.node, &mut open.state));
        let (Some(keys), Some((node, State::Shaking { random, server: seen, .. }))) = (keys, state)
        else {
            return Answers::new();
        };
        let randoms = Randoms { caller: *random, server };
        *seen = Some(server);
        let mut checks = Checks::new();
        let now = ctx.now().nanos().div_euclid(NANOS);
        let shown = (chain, signature);
        let judged = tls::judge(shown, (End::Server, &randoms), &keys.trusted, now, &mut checks);
        ctx.decided(checks);
        match judged {
            Ok(_) => {
                let (chain, signature) = tls::prove(&keys, End::Caller, &randoms);
                post(node, number, Content::Proof { chain, signature }, ctx);
                Answers::new()
            }
            Err(why) => {
                post(node, number, Content::Alert(why.clone()), ctx);
                self.lost(number, Exception::CommFailure, why, ctx)
            }
        }
    }

    /// The handshake is over: what has waited goes out.
    fn finished(&mut self, number: u32, ctx: &mut Ctx<'_>) {
        let Some(connection) = self.connections.get_mut(&number) else { return };
        let State::Shaking { random, server: Some(server), waiting } = &mut connection.state else {
            return;
        };
        let waiting = std::mem::take(waiting);
        let randoms = Randoms { caller: *random, server: *server };
        let came = Records { randoms, end: End::Server, last: 0 };
        connection.state = State::Secure { sent: 0, came };
        for octets in waiting {
            self.transmit(number, octets, ctx);
        }
    }

    /// Whether a record that has come is the next one of its connection.
    fn is_next(
        &mut self,
        number: u32,
        (record, giop, seal): (u64, &[u8], &[u8]),
        ctx: &mut Ctx<'_>,
    ) -> bool {
        let state = self.connections.get_mut(&number).map(|open| &mut open.state);
        let Some(State::Secure { came, .. }) = state else { return false };
        let mut checks = Checks::new();
        let is_next = came.accept(record, giop, seal, &mut checks);
        noted_unless_next(is_next, checks, ctx);
        is_next
    }

    /// A reply has come. One that nobody waits for is ignored.
    fn replied(&mut self, octets: &[u8], ctx: &mut Ctx<'_>) -> Answers {
        let Ok(reply) = wire::open_reply(octets) else {
            crate::nodes::unreadable_bytes(octets.len(), ctx);
            return Answers::new();
        };
        let Some(pending) = self.pending.remove(&reply.request) else { return Answers::new() };
        ctx.cancel_timer(pending.timer);
        let Reply { request, answer, caller, sas } = reply;
        let record = result(&pending);
        let record = match &answer {
            Answer::Returned => record.text("result", "returned").maybe("caller", caller),
            Answer::Raised(raised) => raised.describe("result", record),
        };
        let status = sas.as_ref().and_then(SasReply::status);
        let contexts = self.connections.get_mut(&pending.connection).map(|open| &mut open.contexts);
        let is_unknown = match (&sas, contexts) {
            (Some(SasReply::Complete { context, stateful }), Some(contexts)) => {
                contexts.established(*context, *stateful);
                false
            }
            (Some(SasReply::Error { major, .. }), Some(contexts)) => {
                contexts.forget(pending.context);
                *major == wire::NO_CONTEXT
            }
            _ => false,
        };
        ctx.note_also(record.maybe("context_error", status), &[pending.record]);
        if is_unknown && ctx.decide(again(&pending)) {
            return match self.send(request, &pending.invocation, true, ctx) {
                Ok(()) => Answers::new(),
                Err(raised) => vec![(request, Answer::Raised(raised))],
            };
        }
        vec![(request, answer)]
    }

    /// Nobody listens where a segment went.
    pub(in crate::nodes) fn refused(&mut self, segment: &Segment, ctx: &mut Ctx<'_>) -> Answers {
        if segment.back {
            return Answers::new();
        }
        let why = "nobody listens at the server".to_owned();
        self.lost(segment.connection, Exception::CommFailure, why, ctx)
    }

    /// A reply is overdue.
    pub(in crate::nodes) fn woken(&mut self, wake: &OrbWake, ctx: &mut Ctx<'_>) -> Answers {
        let Some(pending) = self.pending.remove(&wake.request) else { return Answers::new() };
        let waited = format!("after {} s", PATIENCE.nanos() / NANOS);
        let (answer, waited) = (Operand::new("answer", "none"), Operand::new("time up", waited));
        // The timer has compared the times; a reply takes it back.
        ctx.decide(Check::holds(&rules::REPLY_TIME, answer, waited, false));
        let why = "no reply in time".to_owned();
        vec![(wake.request, no_answer(&pending, Exception::NoResponse, why, ctx))]
    }

    /// A connection is gone with its contexts, and its requests get no reply.
    fn lost(
        &mut self,
        number: u32,
        exception: Exception,
        why: String,
        ctx: &mut Ctx<'_>,
    ) -> Answers {
        self.connections.remove(&number);
        let waiting = self.pending.iter().filter(|(_, pending)| pending.connection == number);
        let waiting: Vec<u32> = waiting.map(|(request, _)| *request).collect();
        let mut answers = Answers::new();
        for request in waiting {
            let Some(pending) = self.pending.remove(&request) else { continue };
            ctx.cancel_timer(pending.timer);
            answers.push((request, no_answer(&pending, exception, why.clone(), ctx)));
        }
        answers
    }
}

/// Records in their order say nothing to anybody; one that is not is told.
pub(in crate::nodes) fn noted_unless_next(is_next: bool, checks: Checks, ctx: &mut Ctx<'_>) {
    if !is_next {
        ctx.decided(checks);
    }
}

fn post(node: NodeId, connection: u32, content: Content, ctx: &mut Ctx<'_>) {
    ctx.send(node, Packet::frame(&Frame::Segment(Segment { connection, back: false, content })));
}

fn no_answer(pending: &Pending, exception: Exception, why: String, ctx: &mut Ctx<'_>) -> Answer {
    let raised = Raised { exception, minor: 0 };
    let record = raised.describe("result", result(pending)).text("why", why);
    ctx.note_also(record, &[pending.record]);
    Answer::Raised(raised)
}

/// What a caller shows and whom it asserts, for the trace.
pub(in crate::nodes) fn words(
    token: Option<&super::Token>,
    identity: Option<&super::Identity>,
) -> (String, String) {
    let shown = token.map_or("nothing".to_owned(), super::Token::words);
    (shown, identity.map_or("absent".to_owned(), super::Identity::words))
}

fn is_common(form: super::IdentityType, target: &Target) -> bool {
    target.identity_types.contains(&form)
}

/// The server takes none of the forms in which the caller can assert somebody.
fn no_common_form(
    invocation: &Invocation,
    forms: &[super::Identity],
    target: &Target,
    ctx: &mut Ctx<'_>,
) -> Raised {
    let has = listed(forms.iter().map(|form| form.form().word()));
    let takes = listed(target.identity_types.iter().map(|form| form.word()));
    ctx.decide(Check::holds(
        &rules::COMMON_FORM,
        Operand::new("forms of the caller", has.clone()),
        Operand::new("forms of the server", takes.clone()),
        false,
    ));
    cannot_call(
        &assertion::NO_COMMON_FORM,
        (&invocation.server, &invocation.method),
        format!("the identity can be asserted as {has}, and the server takes {takes}"),
        ctx,
    )
}

/// The server requires a token, and the caller has none that it could show for whom it acts.
fn not_forwardable(invocation: &Invocation, ctx: &mut Ctx<'_>) -> Raised {
    ctx.decide(Check::holds(
        &rules::FORWARDABLE,
        Operand::new("token", "none"),
        Operand::new("client authentication of the server", "required"),
        false,
    ));
    cannot_call(
        &assertion::NOT_FORWARDABLE,
        (&invocation.server, &invocation.method),
        "the credential has no token that can be forwarded, and nobody is asserted".to_owned(),
        ctx,
    )
}

/// A request that is not even sent.
pub(in crate::nodes) fn cannot_call(
    refusal: &'static Refusal,
    (server, method): (&str, &str),
    why: String,
    ctx: &mut Ctx<'_>,
) -> Raised {
    let raised = Raised { exception: refusal.exception, minor: refusal.minor };
    let record = Record::new("orb.refused")
        .text("server", server.to_owned())
        .text("method", method.to_owned())
        .text("outcome", refusal.name);
    ctx.say(
        raised.describe("exception", record).maybe("message", refusal.message).text("why", why),
    );
    raised
}

/// Whether a request is sent again with its tokens, whose context the server does not know.
fn again(pending: &Pending) -> Check {
    let sent = if pending.is_second { "a second time" } else { "once" };
    let (subject, against) = (Operand::new("sent", sent), Operand::new("again", "once"));
    Check::holds(&rules::AGAIN, subject, against, !pending.is_second)
}

fn result(pending: &Pending) -> Record {
    Record::new("orb.result")
        .text("server", pending.invocation.server.clone())
        .text("method", pending.invocation.method.clone())
}
