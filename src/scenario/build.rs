//! From a plan to a simulation: systems, nodes, links, faults and the script.

mod faults;
mod steps;

use std::collections::BTreeMap;
use std::sync::Arc;

use sim::{
    At, Builder, Clock, ClockChange, Condition, LocalTime, Match, NodeId, Ordinal, Rule, SystemId,
    Time,
};

use super::model::{Action, Fault, Latency, Link, Node, Plex, Step};
use super::plan::Plan;
use crate::nodes::Actor;
use crate::nodes::Wake;
use crate::nodes::cics::config::RegionConfig;
use crate::nodes::cics::jvmserver::{Sts, read_sts};
use crate::nodes::cics::{self, Region, RegionWake};
use crate::nodes::client::{self, Client, ClientConfig, ClientWake, OtherRealm, Reach};
use crate::nodes::cscs::Cscs;
use crate::nodes::esm::{Esm, EsmWake};
use crate::nodes::identity_provider::IdentityProvider;
use crate::nodes::kdc::Kdc;
use crate::nodes::nas::Nas;
use crate::nodes::orb::{Keys, Reference, References, Tls};
use crate::nodes::websphere::config::WebSphereConfig;
use crate::nodes::websphere::{self, WebSphere, WebSphereWake};
use crate::protocol::kerberos::{EncryptionType, KeyTable, Principal};
use crate::scalar::{Duration, Ratio};
use faults::answer_of;

/// Latency between systems that no link joins (assumed).
const NETWORK: i64 = 1_000_000;
/// Most events of one run: a scenario that reaches it is in a loop.
const EVENTS_MAX: u64 = 10_000_000;

/// What keeps a plan from being built.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BuildError {
    /// A name that Kerberos cannot carry; the plex's author mends it.
    #[error("{0}")]
    Name(String),
    /// The engine refuses the layout; the plex's author mends it (two links between the same nodes).
    #[error("{0}")]
    Layout(String),
}

/// The world of a plan before its first event. Keys come from `table`; what it did not have is
/// computed and added to it.
///
/// # Errors
/// What the checks of the files cannot see: see [`BuildError`].
pub fn build(
    plan: &Plan,
    table: &mut KeyTable,
    queue: sim::QueueKind,
) -> Result<sim::Simulation<Actor>, BuildError> {
    let start = Time::from_nanos(plan.start.nanoseconds());
    let builder = Builder::new(plan.scenario.seed, start);
    let mut world = World {
        plan,
        table,
        builder,
        systems: BTreeMap::new(),
        nodes: BTreeMap::new(),
        references: References::default(),
    };
    world.systems(start);
    world.number_nodes();
    world.name_servers();
    world.add_nodes()?;
    world.links();
    for fault in &plan.scenario.faults {
        let rule = world.rule(fault);
        world.builder.rule(rule);
    }
    world.script()?;
    let limits = sim::Limits { events: EVENTS_MAX, ..sim::Limits::default() };
    world.builder.limits(limits);
    world.builder.queue(queue);
    world.builder.build().map_err(|error| BuildError::Layout(error.to_string()))
}

struct World<'a> {
    plan: &'a Plan,
    table: &'a mut KeyTable,
    builder: Builder<Actor>,
    systems: BTreeMap<&'a str, SystemId>,
    /// Every node by its name, those of systems included.
    nodes: BTreeMap<String, NodeId>,
    references: References,
}

impl<'a> World<'a> {
    fn plex(&self) -> &'a Plex {
        &self.plan.plex
    }

    fn systems(&mut self, start: Time) {
        for (name, system) in &self.plex().systems {
            let skew = span(system.clock.skew.nanoseconds());
            // The engine counts drift in parts per billion.
            let drift = i64::from(system.clock.drift_ppm) * 1_000;
            let clock = Clock::drifting(start, skew, drift);
            let id = self.builder.system(name.clone(), clock);
            self.systems.insert(name, id);
        }
        self.builder.same_system(sim::Latency::Fixed(span(0)), true);
        self.builder.between_systems(sim::Latency::Fixed(span(NETWORK)), false);
    }

    /// Nodes refer to one another, so their numbers are given before they are made: nodes of systems
    /// first, then those of the plex, each in the order of their names.
    fn number_nodes(&mut self) {
        let own = self.plex().systems.iter().filter(|(_, system)| system.esm.is_some());
        let own = own.flat_map(|(name, _)| [esm_name(name), nas_name(name)]);
        let all: Vec<String> = own.chain(self.plex().nodes.keys().cloned()).collect();
        for (index, name) in (0..).zip(all) {
            self.nodes.insert(name, NodeId::from_index(index));
        }
    }

    fn node_id(&self, name: &str) -> Option<NodeId> {
        self.nodes.get(name).copied()
    }

    /// A node that the checks of the files have found.
    fn known(&self, name: &str) -> Result<NodeId, BuildError> {
        self.node_id(name).ok_or_else(|| BuildError::Name(format!("no node {name}")))
    }

    fn add_nodes(&mut self) -> Result<(), BuildError> {
        for (name, system) in &self.plex().systems {
            let (Some(database), Some(id)) = (&system.esm, self.systems.get(name.as_str())) else {
                continue;
            };
            let id = *id;
            let (esm, nas) = (self.known(&esm_name(name))?, self.known(&nas_name(name))?);
            let files = Arc::new(self.plan.files.clone());
            let node = Esm::new(database.clone(), nas, self.table, files);
            self.builder.node(esm_name(name), id, Actor::Esm(Box::new(node)));
            let node = Nas::new(&system.nas, esm);
            self.builder.node(nas_name(name), id, Actor::Nas(Box::new(node)));
        }
        for (name, node) in &self.plex().nodes {
            let system = self.systems.get(node.system()).copied();
            let system = system.ok_or_else(|| BuildError::Name(format!("no system for {name}")))?;
            let actor = match node {
                Node::Client(config) => Actor::Client(Box::new(self.client(config)?)),
                Node::Kdc(config) => {
                    let kdc = Kdc::new(config, self.table);
                    Actor::Kdc(Box::new(kdc.map_err(|error| BuildError::Name(error.to_string()))?))
                }
                Node::Cics(config) => Actor::Region(Box::new(self.region(name, config)?)),
                Node::Cscs(config) => Actor::Cscs(Cscs::new(config)),
                Node::IdentityProvider(config) => {
                    let provider = IdentityProvider::new(config, &self.plan.files);
                    let provider = provider.map_err(|(_, why)| BuildError::Name(why))?;
                    Actor::IdentityProvider(Box::new(provider))
                }
                Node::WebSphere(config) => Actor::WebSphere(Box::new(self.server(name, config)?)),
            };
            self.builder.node(name.clone(), system, actor);
        }
        Ok(())
    }

    fn client(&self, config: &ClientConfig) -> Result<Client, BuildError> {
        let realm = self.plex().realm_of(&config.kdc).unwrap_or_default();
        let setup = client::Setup {
            principal: principal(&config.principal, realm)?,
            password: config.password.clone(),
            kdc: self.known(&config.kdc)?,
            realms: self.reached(config)?,
            etypes: config.etypes.iter().filter_map(|n| EncryptionType::from_number(*n)).collect(),
            patience: of(config.patience),
            tries: config.tries,
            reply_timeout: config.reply_timeout,
            skew: crate::nodes::whole_seconds(config.clock_skew),
            references: self.references.clone(),
            keys: self.keys(config.tls.as_ref())?,
        };
        Ok(Client::new(setup, self.table.snapshot()))
    }

    fn reached(&self, config: &ClientConfig) -> Result<BTreeMap<String, Reach>, BuildError> {
        let reach = |(realm, other): (&String, &OtherRealm)| {
            let kdc = self.known(&other.kdc)?;
            Ok((realm.clone(), Reach { kdc, through: other.through.clone() }))
        };
        config.realms.iter().map(reach).collect()
    }

    fn region(&self, name: &str, config: &RegionConfig) -> Result<Region, BuildError> {
        let system = self.plex().systems.get(&config.system);
        let programs = self.plan.programs.get(name).cloned().unwrap_or_default();
        let mut queues = BTreeMap::new();
        for (queue, node) in &config.queues {
            queues.insert(queue.clone(), self.known(node)?);
        }
        Ok(Region::new(cics::Setup {
            applid: config.sit.applid.clone().unwrap_or_else(|| name.to_owned()),
            esm: self.node_id(&esm_name(&config.system)),
            queues,
            programs,
            sts: self.sts_of(config)?,
            gmt_offset: system.map_or(0, |system| system.gmt_offset.nanoseconds()),
            references: self.references.clone(),
            config: config.clone(),
        }))
    }

    fn server(&self, name: &str, config: &WebSphereConfig) -> Result<WebSphere, BuildError> {
        Ok(WebSphere::new(websphere::Setup {
            name: name.to_owned(),
            esm: self.node_id(&esm_name(&config.system)),
            references: self.references.clone(),
            keys: self.keys(config.tls.as_ref())?,
            local: self.started_tasks(config),
            config: config.clone(),
        }))
    }

    /// The started tasks that a server on z/OS finds at the other ends of local connections.
    fn started_tasks(&self, own: &WebSphereConfig) -> BTreeMap<NodeId, String> {
        let on_zos = own.zos.is_some();
        let others = self.plex().nodes.iter().filter_map(|(name, node)| match node {
            Node::WebSphere(other) if other.zos.is_some() => {
                Some((name, &other.system, &other.userid))
            }
            Node::Cics(other) => Some((name, &other.system, &other.userid)),
            _ => None,
        });
        let local = others.filter(|(_, system, _)| on_zos && **system == own.system);
        local.filter_map(|(name, _, userid)| Some((self.node_id(name)?, userid.clone()))).collect()
    }

    fn keys(&self, tls: Option<&Tls>) -> Result<Option<Arc<Keys>>, BuildError> {
        let read = tls.map(|tls| tls.read(&self.plan.files)).transpose();
        read.map(|keys| keys.map(Arc::new)).map_err(|(_, why)| BuildError::Name(why))
    }

    /// The references to all servers, as they have put them into the name service.
    fn name_servers(&mut self) {
        let servers = self.plex().nodes.iter().filter_map(|(name, node)| match node {
            Node::WebSphere(config) => Some((name, config)),
            _ => None,
        });
        let references = servers.filter_map(|(name, config)| {
            let ior = websphere::reference(name, config).into();
            Some((name.clone(), Reference { node: self.node_id(name)?, ior }))
        });
        self.references = Arc::new(references.collect());
    }

    /// The secure token services of a region's JVM servers.
    fn sts_of(&self, config: &RegionConfig) -> Result<BTreeMap<String, Sts>, BuildError> {
        let mut services = BTreeMap::new();
        for (name, server) in &config.jvmservers {
            let sts = match &server.sts_file {
                Some(file) => {
                    let bytes = self.plan.files.get(file).map(|bytes| &**bytes).unwrap_or_default();
                    Some(
                        read_sts(bytes)
                            .map_err(|why| BuildError::Name(format!("{file}: {why}")))?,
                    )
                }
                None => server.sts.clone(),
            };
            services.extend(sts.map(|sts| (name.clone(), sts)));
        }
        Ok(services)
    }

    fn links(&mut self) {
        for (name, link) in &self.plex().links {
            let Link { between: (left, right), latency, loss } = link;
            let (Some(left), Some(right)) = (self.node_id(left), self.node_id(right)) else {
                continue;
            };
            let id = self.builder.link(name.clone(), left, right, latency_of(latency));
            if *loss != Ratio::ZERO {
                let matching = Match {
                    link: Some(id),
                    chance: Some((loss.part(), loss.whole())),
                    ..Match::default()
                };
                let name = format!("loss of {name}");
                self.builder.rule(Rule { name, matching, answer: sim::Answer::Drop });
            }
        }
    }

    fn rule(&self, fault: &Fault) -> Rule {
        let ends = match (&fault.link, &fault.between) {
            (Some(link), _) => self.plex().links.get(link).map(|link| link.between.clone()),
            (None, between) => between.clone(),
        };
        let ends =
            ends.and_then(|(left, right)| Some((self.node_id(&left)?, self.node_id(&right)?)));
        let to = fault.to.as_deref().and_then(|to| self.node_id(to));
        let midnight = self.plan.scenario.date.at(0).map_or(0, |time| time.nanoseconds());
        let time = |time: Option<crate::scalar::ScriptTime>, default: Time| {
            let resolved = time.and_then(|time| {
                let midnight = crate::scalar::Timestamp::from_nanoseconds(midnight);
                time.resolve(self.plan.scenario.date, midnight)
            });
            resolved.map_or(default, |time| Time::from_nanos(time.nanoseconds()))
        };
        let matching = Match {
            between: ends,
            to,
            kind: fault.kind.clone(),
            part: fault.part.clone(),
            window: Some((time(fault.from, Time::MIN), time(fault.until, Time::MAX))),
            ordinal: fault.nth.map_or(Ordinal::Any, Ordinal::Nth),
            chance: fault.chance.map(|chance| (chance.part(), chance.whole())),
            ..Match::default()
        };
        Rule { name: fault.name.clone(), matching, answer: answer_of(fault) }
    }

    fn script(&mut self) -> Result<(), BuildError> {
        let plan = self.plan;
        for (index, step) in plan.scenario.script.iter().enumerate() {
            let time = plan.times.get(index).map_or(0, |time| time.nanoseconds());
            let at = match (step.at_local, self.clock_of(step)) {
                (Some(_), Some(system)) => At::Local(system, LocalTime::from_nanos(time)),
                _ => At::True(Time::from_nanos(time)),
            };
            let number = u32::try_from(index).unwrap_or(u32::MAX);
            if let Some(client) = &step.client {
                let node = self.known(client)?;
                let action = Arc::new(self.client_action(&step.action, client)?);
                let wake = Wake::Client(ClientWake::Step { step: number, action });
                self.builder.input(at, node, wake);
            } else if let (Some(system), Some(command)) = (&step.system, plan.commands.get(&index))
            {
                let node = self.known(&esm_name(system))?;
                let wake = EsmWake::Command { step: number, command: Arc::clone(command) };
                self.builder.input(at, node, Wake::Esm(wake));
            } else if let (Some(esm), Some(injection)) = (&step.node, step.action.injection()) {
                let node = self.known(esm)?;
                self.builder.input(
                    at,
                    node,
                    Wake::Esm(EsmWake::Answer { step: number, injection }),
                );
            } else if let (Some(region), Action::SetJvmServer { name, status }) =
                (&step.node, &step.action)
            {
                let wake =
                    RegionWake::JvmServer { step: number, name: name.clone(), status: *status };
                self.builder.input(at, self.known(region)?, Wake::Region(wake));
            } else if let (Some(server), Action::Restart) = (&step.node, &step.action) {
                let wake = WebSphereWake::Restart { step: number };
                self.builder.input(at, self.known(server)?, Wake::WebSphere(wake));
            } else if let Some(action) = self.action(step)? {
                self.builder.action(at, action);
            }
        }
        Ok(())
    }

    fn clock_of(&self, step: &Step) -> Option<SystemId> {
        let system = match (&step.system, step.client.as_ref().or(step.node.as_ref())) {
            (Some(system), _) => system.as_str(),
            (None, node) => self.plex().system_of(node?)?,
        };
        self.systems.get(system).copied()
    }

    /// What happens to systems, nodes, paths and rules.
    fn action(&self, step: &Step) -> Result<Option<sim::Action>, BuildError> {
        let clock = |change| {
            let system = step.system.as_deref().and_then(|name| self.systems.get(name).copied());
            system.map(|system| sim::Action::Clock(system, change))
        };
        let node = |condition| {
            let node = step.node.as_deref().and_then(|name| self.node_id(name));
            node.map(|node| sim::Action::Node(node, condition))
        };
        let fault = step.fault.clone().unwrap_or_default();
        Ok(match &step.action {
            Action::StepClock { by } => clock(ClockChange::Step(span(by.nanoseconds()))),
            Action::SetClock { to } => {
                let midnight = self.plan.scenario.date.at(0);
                let time = midnight.and_then(|m| to.resolve(self.plan.scenario.date, m));
                let time = time.map_or(0, |time| time.nanoseconds());
                clock(ClockChange::Set(LocalTime::from_nanos(time)))
            }
            Action::DriftClock { ppm } => clock(ClockChange::Drift(i64::from(*ppm) * 1_000)),
            Action::FreezeClock => clock(ClockChange::Freeze),
            Action::ThawClock => clock(ClockChange::Thaw),
            Action::SlewClock { ppm } => clock(ClockChange::Slew(i64::from(*ppm) * 1_000)),
            Action::Stop => node(Condition::Stopped),
            Action::Refuse => node(Condition::Refusing),
            Action::Hold => node(Condition::Held),
            Action::Slow { by } => node(Condition::Slow(of(*by))),
            Action::Resume => node(Condition::Up),
            Action::Partition => match &step.between {
                Some((left, right)) => Some(sim::Action::Partition {
                    name: partition_name(left, right),
                    left: vec![self.known(left)?],
                    right: vec![self.known(right)?],
                }),
                None => None,
            },
            Action::Heal => step
                .between
                .as_ref()
                .map(|(left, right)| sim::Action::Heal(partition_name(left, right))),
            Action::Release => Some(sim::Action::Release(fault)),
            Action::Replay => Some(sim::Action::Replay { tap: fault, which: sim::Which::All }),
            _ => None,
        })
    }
}

fn esm_name(system: &str) -> String {
    format!("{system}.ESM")
}

fn nas_name(system: &str) -> String {
    format!("{system}.NAS")
}

fn partition_name(left: &str, right: &str) -> String {
    format!("{left} | {right}")
}

fn principal(name: &str, realm: &str) -> Result<Principal, BuildError> {
    Principal::parse(name, realm).map_err(|error| BuildError::Name(error.to_string()))
}

fn span(nanoseconds: i64) -> sim::Span {
    sim::Span::from_nanos(nanoseconds)
}

fn of(duration: Duration) -> sim::Span {
    span(duration.nanoseconds())
}

fn latency_of(latency: &Latency) -> sim::Latency {
    match latency {
        Latency::Fixed(time) => sim::Latency::Fixed(of(*time)),
        Latency::Uniform { least, most } => {
            sim::Latency::Uniform { min: of(*least), max: of(*most) }
        }
        Latency::Exponential { mean } => {
            sim::Latency::Exponential { min: span(0), mean: of(*mean) }
        }
    }
}
