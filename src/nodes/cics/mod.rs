//! A CICS region: tasks that run programs, attach security, the message domain.
//!
//! ```text
//!   start ─> attach: user ─SAF─> transaction ─SAF─> dispatch ─> commands … ─> end ─> reply
//!                 │                  │                  │
//!              refused         DFHXS1111, refused   wait: token service, delay, queue
//! ```
//!
//! The region goes on whatever becomes of one task.

mod attach;
mod calls;
pub mod channel;
mod commands;
pub mod config;
mod dfhsaml;
pub mod exec;
pub mod jvmserver;
mod message;
mod methods;
pub mod program;
mod rules;
mod run;
mod task;

pub(super) use dfhsaml::RULES as DFHSAML_RULES;
pub use dfhsaml::{Made, XML_NOT_VALID};
pub(super) use rules::ALL as RULES;

use std::collections::BTreeMap;
use std::sync::Arc;

use sim::NodeId;

use super::frame::{Frame, StartRequest, TerminalInput};
use super::orb::{Orb, References};
use super::{Ctx, Decide, Event};
use crate::check::{Check, Operand};
use crate::trace::Record;
use attach::Identity;
use calls::Call;
use channel::Channel;
use config::{RegionConfig, Switch};
use dfhsaml::Ring;
use jvmserver::{JvmStatus, Sts};
use program::Program;
use task::{StartedBy, Task};

/// The actor.
#[derive(Clone)]
pub struct Region {
    setup: Arc<Setup>,
    state: State,
    tasks: BTreeMap<u32, Task>,
    task_next: u32,
    /// Users who have signed on, by terminal.
    signed_on: BTreeMap<String, String>,
    /// JVM servers whose status the script has set.
    jvm_statuses: BTreeMap<String, JvmStatus>,
    /// The key ring as the JVM has read it last.
    ring: Option<Arc<Ring>>,
    /// Calls to other nodes that have not returned.
    calls: BTreeMap<u64, Call>,
    call_next: u64,
    /// What it sends to servers, and the tasks that wait for their answers.
    orb: Orb,
    methods: BTreeMap<u32, u32>,
}

/// What does not change while a region runs.
#[derive(Clone, Debug)]
pub struct Setup {
    /// The plex's declaration.
    pub config: RegionConfig,
    /// The region's applid.
    pub applid: String,
    /// Its ESM; none on a system without one.
    pub esm: Option<NodeId>,
    /// Destinations of its transient data queues.
    pub queues: BTreeMap<String, NodeId>,
    /// Its programs, compiled.
    pub programs: BTreeMap<String, Arc<Program>>,
    /// The secure token services of its JVM servers.
    pub sts: BTreeMap<String, Sts>,
    /// Local time of its system minus UTC (ns).
    pub gmt_offset: i64,
    /// References to servers.
    pub references: References,
}

/// A region's timer.
#[derive(Clone, Debug)]
pub enum RegionWake {
    /// A Kerberos service has not returned in time.
    KerberosTimeout {
        /// The call.
        call: u64,
    },
    /// The script sets the status of a JVM server.
    JvmServer {
        /// Place of the step in the script.
        step: u32,
        /// Its name.
        name: String,
        /// The new status.
        status: JvmStatus,
    },
    /// A DELAY is over.
    Delay {
        /// The task.
        task: u32,
    },
    /// An EXEC CICS START is due.
    Start {
        /// The transaction.
        transaction: String,
        /// The user of the task that issued it.
        userid: String,
        /// The channel that goes with it, by its name.
        channel: Option<(String, Channel)>,
        /// How many tasks started one another up to the one that issued it.
        generation: u32,
    },
}

/// Where a region is in its life.
#[derive(Clone, Debug)]
enum State {
    /// The default user is being signed on; requests wait.
    Starting(Vec<Waiter>),
    Active,
    /// Initialization failed, as this record says; every request is refused.
    Failed(u64),
}

/// A request, whence it comes, and the terminal where it was typed.
#[derive(Clone, Debug)]
struct Arrival {
    from: NodeId,
    terminal: Option<String>,
    request: StartRequest,
}

impl Arrival {
    fn new(from: NodeId, request: StartRequest) -> Arrival {
        Arrival { from, terminal: None, request }
    }
}

/// A request that waits for the end of initialization, and the record of its arrival.
#[derive(Clone, Debug)]
struct Waiter {
    arrival: Arrival,
    arrived: u64,
}

impl Region {
    /// A region before its initialization.
    pub fn new(setup: Setup) -> Region {
        Region {
            orb: Orb::new(setup.references.clone(), None),
            methods: BTreeMap::new(),
            setup: Arc::new(setup),
            state: State::Starting(Vec::new()),
            tasks: BTreeMap::new(),
            task_next: 1,
            signed_on: BTreeMap::new(),
            jvm_statuses: BTreeMap::new(),
            ring: None,
            calls: BTreeMap::new(),
            call_next: 1,
        }
    }

    pub(super) fn handle(&mut self, event: Event, ctx: &mut Ctx<'_>) {
        match event {
            Event::Start => self.initialize(ctx),
            Event::Message { from, message } => match message.open() {
                Ok(Frame::Start(request)) => self.requested(Arrival::new(from, request), ctx),
                Ok(Frame::Terminal(TerminalInput { terminal, start })) => {
                    let arrival = Arrival { terminal: Some(terminal), ..Arrival::new(from, start) };
                    self.requested(arrival, ctx);
                }
                Ok(Frame::SafReturn(reply)) => {
                    self.returned(reply.call, reply.codes, reply.result, ctx);
                }
                Ok(Frame::TdDone(done)) => self.written(done.call, done.written, ctx),
                Ok(Frame::Segment(segment)) => {
                    let answers = self.orb.handle(from, &segment, ctx);
                    self.methods_answered(answers, ctx);
                }
                // Bytes that a fault made unreadable: the link layer of a real system drops them.
                _ => super::unreadable(&message, ctx),
            },
            Event::Refused { message, .. } => self.refused(&message, ctx),
            Event::Input(super::Wake::Region(wake)) => self.woken(wake, ctx),
            Event::Timer { timer: super::Wake::Orb(wake), .. } => {
                let answers = self.orb.woken(&wake, ctx);
                self.methods_answered(answers, ctx);
            }
            Event::Timer { timer: super::Wake::Region(wake), .. } => self.woken(wake, ctx),
            _ => {}
        }
    }

    fn woken(&mut self, wake: RegionWake, ctx: &mut Ctx<'_>) {
        match wake {
            RegionWake::KerberosTimeout { call } => self.timed_out(call, ctx),
            RegionWake::JvmServer { name, status, .. } => {
                let record = Record::new("jvmserver.status").text("jvmserver", name.clone());
                ctx.say(record.text("status", status.word()));
                self.jvm_statuses.insert(name, status);
            }
            RegionWake::Delay { task } => self.delay_over(task, ctx),
            RegionWake::Start { transaction, userid, channel, generation } => {
                let start = StartedBy::Start { channel: channel.is_some(), generation };
                let channel = channel.as_ref().map(|(name, channel)| (&**name, channel.clone()));
                self.attach(&transaction, Identity::User(&userid), start, channel, ctx);
            }
        }
    }

    /// Signs on the default user (CICS TS 5.6, SIT DFLTUSER: a failure ends initialization).
    fn initialize(&mut self, ctx: &mut Ctx<'_>) {
        if self.setup.security() {
            let userid = self.setup.default_user().to_owned();
            self.verify_user(userid, Call::DefaultUser, ctx);
        } else {
            self.activate(ctx);
        }
    }

    fn activate(&mut self, ctx: &mut Ctx<'_>) {
        ctx.say(Record::new("region.active").text("applid", self.setup.applid.clone()));
        self.initialized(State::Active, ctx);
    }

    fn fail(&mut self, ctx: &mut Ctx<'_>) {
        let userid = self.setup.default_user().to_owned();
        let record = ctx.say(
            Record::new("region.failed")
                .text("why", "the default user cannot be signed on")
                .text("userid", userid),
        );
        self.initialized(State::Failed(record), ctx);
    }

    /// Requests that have waited are answered now.
    fn initialized(&mut self, state: State, ctx: &mut Ctx<'_>) {
        let State::Starting(waiting) = std::mem::replace(&mut self.state, state) else { return };
        for Waiter { arrival, arrived } in waiting {
            ctx.resume(arrived);
            self.requested(arrival, ctx);
        }
    }

    fn requested(&mut self, arrival: Arrival, ctx: &mut Ctx<'_>) {
        let failed = match &mut self.state {
            State::Starting(waiting) => {
                return waiting.push(Waiter { arrival, arrived: ctx.cause() });
            }
            State::Active => None,
            State::Failed(record) => Some(*record),
        };
        let state = if failed.is_some() { "initialization failed" } else { "active" };
        let active = Check::holds(
            &rules::REGION_ACTIVE,
            Operand::new("region", self.setup.applid.clone()),
            Operand::new("state", state),
            failed.is_none(),
        );
        let takes = active.passed;
        ctx.note_also(active.into(), failed.as_slice());
        if takes {
            self.start_requested(arrival, ctx);
        } else {
            self.refuse_request(&arrival, "the region is not active".to_owned(), ctx);
        }
    }
}

impl Setup {
    fn security(&self) -> bool {
        self.config.sit.sec == Switch::YES
    }

    fn default_user(&self) -> &str {
        self.config.sit.dfltuser.as_deref().unwrap_or("CICSUSER")
    }

    /// The user whom a terminal's definition names.
    fn preset_user(&self, terminal: &str) -> Option<&str> {
        self.config.terminals.get(terminal)?.userid.as_deref()
    }

    /// The netname of a terminal.
    fn netname<'a>(&'a self, terminal: &'a str) -> &'a str {
        let definition = self.config.terminals.get(terminal);
        definition.and_then(|definition| definition.netname.as_deref()).unwrap_or(terminal)
    }

    fn sysid(&self) -> &str {
        self.config.sit.sysid.as_deref().unwrap_or("CICS")
    }
}
