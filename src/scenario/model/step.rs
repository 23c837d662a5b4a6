//! Steps of the script.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::plex::Plex;
use crate::catalogue::saf::SafReturn;
use crate::nodes::cics::jvmserver::JvmStatus;
use crate::nodes::client::{Asserts, TokenFlags, TokenForm, Who};
use crate::nodes::esm::database::Password;
use crate::nodes::esm::{Injection, TokenCall};
use crate::nodes::identity_provider::Wanted;
use crate::nodes::orb::ContextUse;
use crate::scalar::{Duration, Hex, Offset, ScriptTime};

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
    /// The files whose bytes the step presents, with the places of their names in its action.
    pub(super) fn files(&self) -> Vec<(String, &str)> {
        let Action::Start { token, documents, .. } = &self.action else { return Vec::new() };
        let token = match token {
            Token::File(name) => Some(("token".to_owned(), name.as_str())),
            _ => None,
        };
        let documents = documents.iter().filter_map(|(container, document)| match &document.from {
            Source::File(name) => Some((format!("documents.{container}.from"), name.as_str())),
            Source::Kept(_) => None,
        });
        token.into_iter().chain(documents).collect()
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

impl Action {
    /// The codes that the action makes an ESM answer.
    pub fn injection(&self) -> Option<Injection> {
        match *self {
            Action::Answer { service, saf, rc, rsn } => {
                Some(Injection { service, codes: SafReturn::new(saf, rc, rsn) })
            }
            _ => None,
        }
    }
}

/// What a step does. Each action belongs to one kind of actor.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(clippy::large_enum_variant, reason = "a script has few steps")]
pub enum Action {
    /// Client: obtain a ticket-granting ticket (AS exchange).
    LogOn {
        /// The password as typed; without it the configured one.
        #[serde(default)]
        password: Option<String>,
    },
    /// Client: obtain a ticket for a service (TGS exchange).
    GetTicket {
        /// A region by its node name, or a service principal, with `@REALM` where that is not the
        /// client's.
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
    /// Client: ask an identity provider for a SAML assertion, and keep it.
    GetAssertion {
        /// The identity provider, by its node name.
        from: String,
        /// The name under which the assertion is kept.
        name: String,
        /// What is asked for.
        #[serde(default)]
        assertion: Box<Wanted>,
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
        /// The terminal of the region at which the client types it: the task runs under the user who
        /// is signed on there, and SIGNON changes that user.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        terminal: Option<String>,
        /// The Kerberos token that goes with the request, in container KRBTOKEN.
        #[serde(default)]
        token: Token,
        /// How the token stands in that container: as bytes, or as base64 text.
        #[serde(default, skip_serializing_if = "TokenForm::is_bit")]
        #[schemars(extend("default" = "Bit"))]
        token_form: TokenForm,
        /// The flags of a new token.
        #[serde(default)]
        flags: TokenFlags,
        /// Further containers: characters, by name.
        #[serde(default)]
        containers: BTreeMap<String, String>,
        /// Further tokens, by container: names under which MakeToken has kept them.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        more_tokens: BTreeMap<String, String>,
        /// Passwords and PassTickets, by container. They travel as BIT data in code page 037, and
        /// the trace shows no more than their digests.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        secrets: BTreeMap<String, Secret>,
        /// Assertions and other documents, by container: they travel as CHAR data.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        documents: BTreeMap<String, Document>,
        /// Containers of the task's answer that the client keeps as documents: container, then the
        /// name under which it is kept.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        keep: BTreeMap<String, String>,
        /// Encrypted PassTickets that the task returns, which the client opens and keeps.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        open: Vec<OpenPassTicket>,
        /// Whether the client expects the region to prove itself in container OUTTOKEN, and checks it.
        #[serde(default)]
        verify_region: bool,
    },
    /// Client: call a method of a server (CSIv2).
    Call {
        /// The server, by its node name.
        server: String,
        /// The method.
        method: String,
        /// What the client shows of itself, beside its certificate where it has one.
        #[serde(rename = "as")]
        who: Who,
        /// Whom it asserts, where it plays a sending server.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        asserts: Option<Asserts>,
        /// How it uses contexts.
        #[serde(default, skip_serializing_if = "ContextUse::is_stateless")]
        #[schemars(extend("default" = "Stateless"))]
        context: ContextUse,
        /// Whether the context ends with this request.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        #[schemars(extend("default" = false))]
        discard: bool,
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
    /// System: an administrator enters a RACF command: `Racf("ALTUSER ALICE REVOKE")`. What commands
    /// there are, `regionsim schema racf` tells.
    Racf(String),
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
    /// Node, an ESM: the next call of a service returns these codes, whatever it would have decided.
    /// Only codes that no reason of DFHXS1402 stands for; coverage calls what comes of it injected.
    Answer {
        /// The service.
        service: TokenCall,
        /// SAF return code.
        saf: u32,
        /// RACF return code.
        rc: u32,
        /// RACF reason code.
        rsn: u32,
    },
    /// Node, a region: set the status of one of its JVM servers, as SET JVMSERVER does.
    SetJvmServer {
        /// Its name.
        name: String,
        /// The new status.
        status: JvmStatus,
    },
    /// Node, a WebSphere server: it is started anew at once. Its contexts and the requests in hand are gone.
    Restart,
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

/// A document that a client sends in a CHAR container.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// Where it comes from.
    pub from: Source,
    /// The CCSID that the container says its data is in; without it the document's own, and 1208
    /// (UTF-8) for a file.
    #[serde(default)]
    pub ccsid: Option<u16>,
}

/// Where a document comes from.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub enum Source {
    /// An earlier step has kept it under this name: GetAssertion, or Start with `keep`.
    Kept(String),
    /// The bytes of a file beside the scenario.
    File(String),
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
