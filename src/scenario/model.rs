//! Scenario and plex files as types: what loads, what `regionsim schema` prints.
//!
//! The nodes' own sections stand beside the nodes ([`crate::nodes`]); here is what joins them.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::catalogue::conditions::Condition;
use crate::catalogue::dfhxs1402::Reason;
use crate::nodes::cics::config::RegionConfig;
use crate::nodes::client::{ClientConfig, TokenFlags};
use crate::nodes::cscs::CscsConfig;
use crate::nodes::esm::database::{Database as EsmConfig, Password};
use crate::nodes::kdc::KdcConfig;
use crate::nodes::nas::NasConfig;
use crate::scalar::{Date, Duration, Hex, Offset, Ratio, ScriptTime};

/// A plex: the systems, nodes and links that scenarios run on.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Plex {
    /// What this plex is, in one sentence.
    #[serde(default)]
    pub title: String,
    /// Machines by name. Each owns a clock; a z/OS image also an ESM and a NAS.
    pub systems: BTreeMap<String, System>,
    /// Actors by name. The ESM and the NAS of a system are nodes too, named `SYSTEM.ESM` and
    /// `SYSTEM.NAS`.
    pub nodes: BTreeMap<String, Node>,
    /// Paths between two nodes by name. Nodes without a link between them reach each other all the
    /// same: in 1 ms between systems, at once on one system.
    #[serde(default)]
    pub links: BTreeMap<String, Link>,
}

/// A machine with a clock of its own.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct System {
    /// How its hardware clock differs from true time.
    pub clock: Clock,
    /// Local time minus UTC, for what is printed: `1h`, `-5h`.
    pub gmt_offset: Offset,
    /// The external security manager; none on a machine that is not a z/OS image.
    pub esm: Option<EsmConfig>,
    /// The Network Authentication Service of a system with an ESM.
    pub nas: NasConfig,
}

/// A hardware clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Clock {
    /// A constant offset from true time: `6m` is six minutes fast, `-6m` slow.
    pub skew: Offset,
    /// How much it gains (parts per million); negative: loses.
    pub drift_ppm: i32,
}

/// An actor.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub enum Node {
    /// A user's workstation or a middleware server that holds Kerberos credentials.
    Client(ClientConfig),
    /// A Key Distribution Center with a database of its own.
    Kdc(KdcConfig),
    /// A CICS region.
    Cics(Box<RegionConfig>),
    /// The destination of a transient data queue such as CSCS.
    Cscs(CscsConfig),
}

impl Node {
    /// The system on which the node runs.
    pub fn system(&self) -> &str {
        match self {
            Node::Client(config) => &config.system,
            Node::Kdc(config) => &config.system,
            Node::Cics(config) => &config.system,
            Node::Cscs(config) => &config.system,
        }
    }
}

/// A path between two nodes.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Link {
    /// The two nodes.
    pub between: (String, String),
    /// How long a message takes.
    #[serde(default)]
    pub latency: Latency,
    /// How many messages get lost: `1/20` or `5%`.
    #[serde(default = "no_loss")]
    pub loss: Ratio,
}

fn no_loss() -> Ratio {
    Ratio::ZERO
}

/// How long a message takes on a link.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub enum Latency {
    /// Always the same.
    Fixed(Duration),
    /// Any value of the range, all as likely.
    Uniform {
        /// The shortest.
        least: Duration,
        /// The longest.
        most: Duration,
    },
    /// Memoryless: often short, sometimes long.
    Exponential {
        /// The mean.
        mean: Duration,
    },
}

impl Default for Latency {
    fn default() -> Latency {
        Latency::Fixed(Duration::from_nanoseconds(1_000_000).unwrap_or_default())
    }
}

/// A scenario: a plex, what is changed in it, what happens, and what is expected.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// What the scenario shows, in one line.
    pub title: String,
    /// The lesson, in a sentence or two.
    #[serde(default)]
    pub teaches: String,
    /// What an administrator does about it.
    #[serde(default)]
    pub fix: String,
    /// The plex file, relative to this file.
    pub plex: String,
    /// Seed of every random stream of the run.
    #[serde(default)]
    pub seed: u64,
    /// The day on which times of day without a date lie: `2026-03-02`.
    #[serde(default = "default_date")]
    pub date: Date,
    /// When the run begins; without it one second before the earliest step. A clock's skew and drift
    /// count from here.
    #[serde(default)]
    pub start: Option<ScriptTime>,
    /// When the run ends; without it when nothing is left to happen.
    #[serde(default)]
    pub until: Option<ScriptTime>,
    /// Changes of values of the plex or of this file, by path: `"systems.SYSA.clock.skew": "6m"`.
    #[serde(default)]
    pub set: BTreeMap<String, serde_json::Value>,
    /// Rules that disturb links, in the order in which they are asked.
    #[serde(default)]
    pub faults: Vec<Fault>,
    /// What happens, in order of time.
    pub script: Vec<Step>,
    /// What must be true of the run.
    #[serde(default)]
    pub expect: Vec<Expectation>,
    /// The scenario from which this one differs in one thing: a file relative to this one.
    #[serde(default)]
    pub sibling_of: Option<String>,
    /// The value paths in which it differs from it; `check` proves that there are no others.
    #[serde(default)]
    pub differs: Vec<String>,
}

fn default_date() -> Date {
    Date::from_days(crate::check::days_from_civil(2026, 3, 2))
}

/// A rule on a link.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// A name, for steps and paths that refer to it.
    pub name: String,
    /// The link; or, where no link is declared, the two nodes in `between`.
    #[serde(default)]
    pub link: Option<String>,
    /// The two nodes whose messages are meant.
    #[serde(default)]
    pub between: Option<(String, String)>,
    /// Only messages to this node.
    #[serde(default)]
    pub to: Option<String>,
    /// Only messages of this kind: `AS-REQ`, `TGS-REP`, `start`, `saf-call`, `nas-call` …
    #[serde(default)]
    pub kind: Option<String>,
    /// Only from this time on.
    #[serde(default)]
    pub from: Option<ScriptTime>,
    /// Only before this time.
    #[serde(default)]
    pub until: Option<ScriptTime>,
    /// Only the message with this number among those that match, from 1.
    #[serde(default)]
    pub nth: Option<u64>,
    /// How often the rule fires where it matches.
    #[serde(default)]
    pub chance: Option<Ratio>,
    /// What it does.
    #[serde(rename = "do")]
    pub answer: FaultAnswer,
}

/// What a rule does with a message.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub enum FaultAnswer {
    /// The message is lost.
    Drop,
    /// It arrives this much later.
    Delay(Duration),
    /// It arrives more than once.
    Duplicate {
        /// How many copies beside the original.
        copies: u32,
        /// How long after one another.
        after: Duration,
    },
    /// It is overtaken by the next message that matches, or arrives after the time-out.
    Reorder {
        /// The longest wait.
        timeout: Duration,
    },
    /// It is kept until a step releases the rule.
    Hold,
    /// One bit is inverted.
    FlipBit {
        /// Bit number from the start of the message, from 0.
        #[serde(default)]
        from_start: Option<u64>,
        /// Bit number from its end, from 0 (the lowest bit of the last byte).
        #[serde(default)]
        from_end: Option<u64>,
    },
    /// It passes, and a copy is kept for a step that replays it.
    Tap,
}

/// One step of the script.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// A name, for paths: `script.NAME.at`.
    #[serde(default)]
    pub name: Option<String>,
    /// When, in true time.
    #[serde(default)]
    pub at: Option<ScriptTime>,
    /// When, by the actor's own clock.
    #[serde(default)]
    pub at_local: Option<ScriptTime>,
    /// The client that acts.
    #[serde(default)]
    pub client: Option<String>,
    /// The system to which it happens.
    #[serde(default)]
    pub system: Option<String>,
    /// The node to which it happens.
    #[serde(default)]
    pub node: Option<String>,
    /// The two nodes to whose path it happens.
    #[serde(default)]
    pub between: Option<(String, String)>,
    /// The fault rule to which it happens.
    #[serde(default)]
    pub fault: Option<String>,
    /// What happens.
    #[serde(rename = "do")]
    pub action: Action,
}

impl Step {
    /// The file whose bytes the step presents as a token.
    pub fn token_file(&self) -> Option<&str> {
        match &self.action {
            Action::Start { token: Token::File(name), .. } => Some(name),
            _ => None,
        }
    }

    /// How far the clock by which the step is timed is ahead of true time at first (ns).
    pub fn local_skew(&self, plex: &Plex) -> i64 {
        let system = match (&self.system, self.client.as_ref().or(self.node.as_ref())) {
            _ if self.at_local.is_none() => None,
            (Some(system), _) => Some(system.as_str()),
            (None, Some(node)) => plex.system_of(node),
            (None, None) => None,
        };
        let system = system.and_then(|system| plex.systems.get(system));
        system.map_or(0, |system| system.clock.skew.nanoseconds())
    }
}

impl Plex {
    /// The system on which a node runs; the ESM and the NAS of a system are nodes too.
    pub fn system_of<'a>(&'a self, node: &'a str) -> Option<&'a str> {
        match self.nodes.get(node) {
            Some(node) => Some(node.system()),
            None => {
                let system = node.strip_suffix(".ESM").or_else(|| node.strip_suffix(".NAS"))?;
                self.systems.get(system)?.esm.as_ref().map(|_| system)
            }
        }
    }
}

/// What a step does. Each action belongs to one kind of actor.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub enum Action {
    /// Client: obtain a ticket-granting ticket (AS exchange).
    LogOn {
        /// The password as typed; without it the configured one.
        #[serde(default)]
        password: Option<String>,
    },
    /// Client: obtain a ticket for a service (TGS exchange).
    GetTicket {
        /// A region by its node name, or a service principal.
        service: String,
        /// The wanted end of the ticket, as time from now; without it the longest that the KDC gives.
        #[serde(default)]
        life: Option<Duration>,
    },
    /// Client: make a token from a ticket, and keep it.
    MakeToken {
        /// The service for which a ticket is held.
        service: String,
        /// The name under which the token is kept.
        name: String,
        /// The token's flags.
        #[serde(default)]
        flags: TokenFlags,
    },
    /// Client: start a transaction in a region.
    Start {
        /// The region, by its node name.
        region: String,
        /// The transaction identifier.
        transaction: String,
        /// The user ID under which the task runs; without it the region's default user.
        #[serde(default)]
        userid: Option<String>,
        /// The Kerberos token that goes with the request, in container KRBTOKEN.
        #[serde(default)]
        token: Token,
        /// The flags of a new token.
        #[serde(default)]
        flags: TokenFlags,
        /// Further containers: characters, by name.
        #[serde(default)]
        containers: BTreeMap<String, String>,
        /// Further tokens, by container: names under which MakeToken has kept them.
        #[serde(default)]
        more_tokens: BTreeMap<String, String>,
        /// Passwords and PassTickets, by container. They travel as BIT data in code page 037, and
        /// the trace shows no more than their digests.
        #[serde(default)]
        secrets: BTreeMap<String, Secret>,
        /// Encrypted PassTickets that the task returns, which the client opens and keeps.
        #[serde(default)]
        open: Vec<OpenPassTicket>,
        /// Whether the client expects the region to prove itself in container OUTTOKEN, and checks it.
        #[serde(default)]
        verify_region: bool,
    },
    /// Client: do nothing for a while before the next step.
    Wait {
        /// How long, by the client's clock.
        #[serde(rename = "for")]
        time: Duration,
    },
    /// System: step the clock.
    StepClock {
        /// By how much: `6m` forwards, `-6m` backwards.
        by: Offset,
    },
    /// System: set the clock to a time.
    SetClock {
        /// The time that it shows then.
        to: ScriptTime,
    },
    /// System: make the clock drift.
    DriftClock {
        /// What it gains (parts per million).
        ppm: i32,
    },
    /// System: stop the clock.
    FreezeClock,
    /// System: let a stopped clock run on from where it stands.
    ThawClock,
    /// System: bring the clock back to true time, as a time service does.
    SlewClock {
        /// How fast it is corrected (parts per million).
        ppm: u32,
    },
    /// Node: end it. A call on the same system is told so at once; over a network there is silence.
    Stop,
    /// Node: it is there but refuses everything.
    Refuse,
    /// Node: it runs but does nothing until resumed (it holds its lock).
    Hold,
    /// Node: everything takes this much longer.
    Slow {
        /// By how much.
        by: Duration,
    },
    /// Node: back to normal.
    Resume,
    /// Between two nodes: nothing passes any more.
    Partition,
    /// Between two nodes: the partition ends.
    Heal,
    /// Fault: what the rule holds goes on its way.
    Release,
    /// Fault: what the rule tapped is sent again.
    Replay,
}

/// Which token a client presents.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub enum Token {
    /// None.
    #[default]
    None,
    /// One made now from the ticket for the region.
    New,
    /// One made earlier by MakeToken, by its name.
    Made(String),
    /// The one that this client presented last.
    Again,
    /// The bytes of a file beside the scenario.
    File(String),
    /// These bytes.
    Hex(Hex),
}

/// What a client sends in place of a password.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub enum Secret {
    /// A PassTicket that it has opened and keeps under this name.
    PassTicket(String),
    /// A password or phrase as it is typed.
    Text(Password),
    /// A BASICAUTH token, `userid:password` in base64, with a PassTicket as the password.
    BasicAuth {
        /// The user ID.
        userid: String,
        /// The name under which the PassTicket is kept.
        passticket: String,
    },
}

/// An encrypted PassTicket that a task returns.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OpenPassTicket {
    /// The container of the task's channel that holds it.
    pub container: String,
    /// The token in whose context it was made, by the name that MakeToken gave it; without it the
    /// token of this step.
    #[serde(default)]
    pub token: Option<String>,
    /// The name under which the PassTicket is kept.
    pub name: String,
}

/// What must be true of a run.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub enum Expectation {
    /// A message was written.
    Message {
        /// Its identifier: `DFHXS1402`.
        id: String,
        /// The reason, by its name in the catalogue: `TicketExpired`.
        #[serde(default)]
        reason: Option<Reason>,
        /// Text that the line contains.
        #[serde(default)]
        text: Option<String>,
        /// The task that it names.
        #[serde(default)]
        task: Option<u32>,
        /// The queue to which it was written.
        #[serde(default)]
        queue: Option<String>,
    },
    /// A command ended with a response.
    Response {
        /// The command: `VERIFY TOKEN`.
        command: String,
        /// The condition: `NORMAL`, `NOTAUTH`.
        resp: Condition,
        /// RESP2.
        #[serde(default)]
        resp2: Option<u32>,
        /// The task.
        #[serde(default)]
        task: Option<u32>,
        /// The region's node.
        #[serde(default)]
        node: Option<String>,
    },
    /// A task ended normally.
    Ended {
        /// The task.
        task: u32,
    },
    /// A task abended.
    Abend {
        /// The abend code: `AEY7`.
        code: String,
        /// The task.
        #[serde(default)]
        task: Option<u32>,
    },
    /// A request to start a transaction was refused at attach.
    Refused {
        /// The transaction.
        transaction: String,
    },
    /// A container held this when its task ended.
    Container {
        /// Its name.
        name: String,
        /// Its characters.
        #[serde(default)]
        text: Option<String>,
        /// Its bytes.
        #[serde(default)]
        hex: Option<Hex>,
        /// The task.
        #[serde(default)]
        task: Option<u32>,
    },
    /// A data area held this after a command.
    Variable {
        /// Its name, without the ampersand.
        name: String,
        /// Its value: characters without trailing blanks, or a number.
        value: String,
        /// The task.
        #[serde(default)]
        task: Option<u32>,
    },
    /// A trace record of this kind with these fields was made.
    Record {
        /// The kind: `client.failed`.
        kind: String,
        /// The node.
        #[serde(default)]
        node: Option<String>,
        /// Fields and their values as text.
        #[serde(default)]
        fields: BTreeMap<String, String>,
    },
    /// It is never true.
    Never(Box<Expectation>),
    /// It becomes true before a time.
    Eventually {
        /// What.
        what: Box<Expectation>,
        /// The latest true time.
        by: ScriptTime,
    },
    /// It is true so often.
    Count {
        /// What.
        what: Box<Expectation>,
        /// How often, exactly.
        times: u32,
    },
    /// These become true one after another.
    Sequence(Vec<Expectation>),
}
