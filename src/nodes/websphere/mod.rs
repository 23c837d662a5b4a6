//! A WebSphere application server, upstream and downstream.
//!
//! ```text
//!   request ─> context? ─> trust ─> sender ─> identity token ─> user there? ─> role? ─> method
//!                            │        │             │               │            │        │
//!                            └────────┴── refused: exception, ContextError ──────┘     RunAs
//!                                                                                         │
//!   reply  <────────────── returned, or the exception of a method that it called <─── other server
//! ```
//!
//! Every decision of a request is a stage; a stage that needs the ESM asks and is taken up again
//! with the answer. What the server sends to others goes through its [`Orb`].

mod answer;
mod authority;
pub mod config;
mod connections;
mod contexts;
pub mod directory;
mod filter;
mod identity;
mod kerberos;
mod receive;
mod rules;
mod sender;
mod work;

pub(super) use rules::ALL as RULES;

use std::collections::BTreeMap;
use std::sync::Arc;

use sim::NodeId;

use super::frame::{Frame, Packet, SafRequest, SafResult, SafService, Segment};
use super::orb::{Keys, Orb, References};
use super::{Ctx, Decide, Event, Wake};
use crate::catalogue::saf::{self, SafReturn};
use crate::trace::Record;
use config::WebSphereConfig;
use connections::Connections;
use contexts::Contexts;
pub use receive::reference;
use work::{Next, Source, Stage, Work};

/// The actor.
#[derive(Clone)]
pub struct WebSphere {
    setup: Arc<Setup>,
    /// What it sends to other servers.
    orb: Orb,
    /// Requests in hand, by the server's own number.
    works: BTreeMap<u64, Work>,
    work_next: u64,
    /// Calls of the ESM that have not returned, and the requests that wait for them.
    calls: BTreeMap<u64, u64>,
    call_next: u64,
    /// Calls of other servers, and the requests that wait for them.
    outcalls: BTreeMap<u32, u64>,
    /// Connections with TLS that callers have opened.
    connections: Connections,
    /// Contexts of the connections of callers.
    contexts: BTreeMap<Source, Contexts>,
}

/// What the script does to a server.
#[derive(Clone, Copy, Debug)]
pub enum WebSphereWake {
    /// It is started anew: connections, contexts and requests in hand are gone.
    Restart {
        /// Place of the step in the script.
        step: u32,
    },
}

/// What does not change while a server runs.
#[derive(Debug)]
pub struct Setup {
    /// The name of its node.
    pub name: String,
    /// The plex's declaration.
    pub config: WebSphereConfig,
    /// Its system's ESM; none on a system without one.
    pub esm: Option<NodeId>,
    /// References to other servers.
    pub references: References,
    /// What it has for TLS.
    pub keys: Option<Arc<Keys>>,
    /// Started tasks of its own z/OS image, by their nodes; none on other systems. Their system vouches
    /// for them: nothing that they send says it.
    pub local: BTreeMap<NodeId, String>,
}

impl WebSphere {
    /// A server that has just started.
    pub fn new(setup: Setup) -> WebSphere {
        WebSphere {
            orb: Orb::new(setup.references.clone(), setup.keys.clone()),
            setup: Arc::new(setup),
            works: BTreeMap::new(),
            work_next: 1,
            calls: BTreeMap::new(),
            call_next: 1,
            outcalls: BTreeMap::new(),
            connections: Connections::new(),
            contexts: BTreeMap::new(),
        }
    }

    pub(super) fn handle(&mut self, event: Event, ctx: &mut Ctx<'_>) {
        match event {
            Event::Message { from, message } => match message.open() {
                Ok(Frame::Segment(segment)) => self.segment(from, &segment, ctx),
                Ok(Frame::SafReturn(reply)) => {
                    self.returned(reply.call, reply.codes, reply.result, ctx);
                }
                _ => super::unreadable(&message, ctx),
            },
            Event::Refused { message, .. } => match message.open() {
                // Nobody is there: the SAF router answers in place of the ESM.
                Ok(Frame::Saf(request)) => {
                    self.returned(request.call, saf::NO_DECISION, SafResult::None, ctx);
                }
                Ok(Frame::Segment(segment)) => {
                    let answers = self.orb.refused(&segment, ctx);
                    self.outcalls_answered(answers, ctx);
                }
                _ => {}
            },
            Event::Input(Wake::WebSphere(WebSphereWake::Restart { .. })) => self.restart(ctx),
            Event::Timer { timer: Wake::Orb(wake), .. } => {
                let answers = self.orb.woken(&wake, ctx);
                self.outcalls_answered(answers, ctx);
            }
            _ => {}
        }
    }

    /// A segment is for the side of the server that calls, or for the side that is called.
    fn segment(&mut self, from: NodeId, segment: &Segment, ctx: &mut Ctx<'_>) {
        if segment.back {
            let answers = self.orb.handle(from, segment, ctx);
            self.outcalls_answered(answers, ctx);
        } else {
            let from = Source { node: from, connection: segment.connection };
            self.segment_came(from, &segment.content, ctx);
        }
    }

    /// The server is started anew.
    fn restart(&mut self, ctx: &mut Ctx<'_>) {
        let contexts: usize = self.contexts.values().map(Contexts::len).sum();
        let record = Record::new("was.restart").count("contexts", contexts as u64);
        // Numbers go on: answers to what was asked before belong to nothing.
        let (works, calls) = (self.work_next, self.call_next);
        let setup = Arc::clone(&self.setup);
        *self = WebSphere {
            orb: self.orb.restarted(),
            works: BTreeMap::new(),
            work_next: works,
            calls: BTreeMap::new(),
            call_next: calls,
            outcalls: BTreeMap::new(),
            connections: Connections::new(),
            contexts: BTreeMap::new(),
            setup,
        };
        ctx.say(record);
    }

    /// Takes the decisions about a request, one after the other, until one has to wait.
    fn advance(&mut self, mut work: Work, ctx: &mut Ctx<'_>) {
        loop {
            let next = match work.stage {
                Stage::Sender => self.sender(&mut work, ctx),
                Stage::Trust => self.trust(&mut work, ctx),
                Stage::Authenticate => self.authenticate(&mut work, ctx),
                Stage::Ticket => self.ticket(&mut work, ctx),
                Stage::Principal => self.principal(&mut work, ctx),
                Stage::Identify => self.identify(&mut work, ctx),
                Stage::Presence => self.presence(&mut work, ctx),
                Stage::Authorize => self.authorize(&mut work, ctx),
                Stage::RunAs => self.run_as(&mut work, ctx),
                Stage::Calls => self.call_next(&mut work, ctx),
            };
            match next {
                Next::Go(stage) => work.stage = stage,
                Next::Ask(service) => return self.ask(work, *service, ctx),
                Next::Wait(request) => {
                    let number = self.keep(work);
                    self.outcalls.insert(request, number);
                    return;
                }
                Next::Refuse(refusal, why) => return self.refuse(&work, refusal, why, ctx),
                Next::Raise(raised) => return self.pass_on(&work, &raised, ctx),
                Next::Return => return self.method_returns(&work, ctx),
            }
        }
    }

    fn keep(&mut self, work: Work) -> u64 {
        let number = self.work_next;
        self.work_next += 1;
        self.works.insert(number, work);
        number
    }

    /// Asks the ESM for a request. The trace keeps what is asked, never passwords.
    fn ask(&mut self, work: Work, service: SafService, ctx: &mut Ctx<'_>) {
        let number = self.keep(work);
        let call = self.call_next;
        self.call_next += 1;
        self.calls.insert(call, number);
        let record = Record::new("saf.call").text("service", service.name());
        ctx.say(service.describe(record));
        match self.setup.esm {
            Some(esm) => {
                let caller = self.setup.config.userid.clone();
                ctx.send(esm, Packet::frame(&Frame::Saf(SafRequest { call, caller, service })));
            }
            None => self.returned(call, saf::NO_DECISION, SafResult::None, ctx),
        }
    }

    /// The ESM has answered.
    fn returned(&mut self, call: u64, codes: SafReturn, result: SafResult, ctx: &mut Ctx<'_>) {
        let number = self.calls.remove(&call);
        let Some(mut work) = number.and_then(|number| self.works.remove(&number)) else { return };
        ctx.say(
            Record::new("saf.return")
                .int("saf", codes.saf)
                .int("rc", codes.rc)
                .text("rsn", format!("X'{:08X}'", codes.rsn)),
        );
        work.answer = Some((codes, result));
        self.advance(work, ctx);
    }
}
