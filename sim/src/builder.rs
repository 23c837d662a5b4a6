//! Putting a world together.

use std::collections::BTreeSet;
use std::fmt;

use crate::action::{Action, At};
use crate::clock::Clock;
use crate::fault::Rule;
use crate::latency::Latency;
use crate::node::{LinkId, Node, NodeId, SystemId};
use crate::queue::{Queue, QueueKind};
use crate::simulation::{Limits, Simulation};
use crate::state::{Core, Layout, Link, Path, Pending};
use crate::time::Time;

/// Puts a simulation together: systems, nodes on them, links between those, and what is to happen from outside.
#[derive(Clone)]
pub struct Builder<N: Node> {
    start: Time,
    layout: Layout,
    clocks: Vec<Clock>,
    nodes: Vec<N>,
    rules: Vec<Rule>,
    agenda: Vec<(At, Item<N::Timer>)>,
    queue: QueueKind,
    limits: Limits,
}

#[derive(Clone)]
enum Item<T> {
    Input(NodeId, T),
    Action(Box<Action>),
}

impl<N: Node> Builder<N> {
    /// An empty world, whose true time starts at `start`, and whose randomness comes from `seed`.
    pub fn new(seed: u64, start: Time) -> Self {
        Self {
            start,
            layout: Layout { seed, ..Layout::default() },
            clocks: Vec::new(),
            nodes: Vec::new(),
            rules: Vec::new(),
            agenda: Vec::new(),
            queue: QueueKind::default(),
            limits: Limits::default(),
        }
    }

    /// Adds a system with its clock.
    pub fn system(&mut self, name: impl Into<String>, clock: Clock) -> SystemId {
        self.layout.system_names.push(name.into());
        self.clocks.push(clock);
        SystemId::from_index(self.clocks.len() as u32 - 1)
    }

    /// Adds a node on a system. Its name keys its random streams.
    pub fn node(&mut self, name: impl Into<String>, system: SystemId, node: N) -> NodeId {
        self.layout.node_names.push(name.into());
        self.layout.systems.push(system);
        self.nodes.push(node);
        NodeId::from_index(self.nodes.len() as u32 - 1)
    }

    /// Adds a link between two nodes, one for both directions. Its name keys its random streams.
    pub fn link(
        &mut self,
        name: impl Into<String>,
        a: NodeId,
        b: NodeId,
        latency: Latency,
    ) -> LinkId {
        let path = Path { latency, tells: false };
        self.layout.links.push(Link { name: name.into(), ends: (a, b), path });
        LinkId::from_index(self.layout.links.len() as u32 - 1)
    }

    /// Marks a link as one that tells: a sender learns at once that nobody takes its message. Such are calls within
    /// a machine, and connections.
    pub fn tells(&mut self, link: LinkId) {
        if let Some(link) = self.layout.links.get_mut(link.at()) {
            link.path.tells = true;
        }
    }

    /// The path of pairs without a link, on the same system. By default it has no latency and does not tell.
    pub fn same_system(&mut self, latency: Latency, tells: bool) {
        self.layout.same_system = Path { latency, tells };
    }

    /// The path of pairs without a link, on different systems. By default it has no latency and does not tell.
    pub fn between_systems(&mut self, latency: Latency, tells: bool) {
        self.layout.between_systems = Path { latency, tells };
    }

    /// Adds a link rule that is in force from the start.
    pub fn rule(&mut self, rule: Rule) {
        self.rules.push(rule);
    }

    /// Schedules an input to a node. What is scheduled for the same time happens in the order of these calls, after
    /// the start of all nodes.
    pub fn input(&mut self, at: At, node: NodeId, input: N::Timer) {
        self.agenda.push((at, Item::Input(node, input)));
    }

    /// Schedules an action.
    pub fn action(&mut self, at: At, action: Action) {
        self.agenda.push((at, Item::Action(Box::new(action))));
    }

    /// Chooses the queue.
    pub fn queue(&mut self, queue: QueueKind) {
        self.queue = queue;
    }

    /// Sets limits.
    pub fn limits(&mut self, limits: Limits) {
        self.limits = limits;
    }

    /// The simulation, about to start.
    ///
    /// # Errors
    /// A mistake of the caller: a name given twice, two links between the same nodes, or an id that this builder did
    /// not give out.
    pub fn build(self) -> Result<Simulation<N>, BuildError> {
        let layout = connect(self.layout)?;
        let nodes = layout.nodes() as u32;
        for (at, item) in &self.agenda {
            check_item(&layout, at, item)?;
        }
        let queue = Queue::new(self.queue);
        let mut core = Core::new(layout, self.clocks, self.start, queue, self.limits);
        for rule in self.rules {
            core.add_initial_rule(rule);
        }
        for node in 0..nodes {
            core.schedule(self.start, || Pending::Start(NodeId::from_index(node)));
        }
        for (at, item) in self.agenda {
            match item {
                Item::Input(node, input) => core.schedule_input(at, node, input),
                Item::Action(action) => core.schedule_action(at, *action),
            }
        }
        Ok(Simulation { core, nodes: self.nodes })
    }
}

/// What is wrong with a world.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BuildError {
    /// Two nodes, two systems or two links have this name.
    DuplicateName(String),
    /// This link is the second between its nodes.
    DuplicateLink(String),
    /// A node is on a system that does not exist, or something is scheduled by the clock of one.
    UnknownSystem(SystemId),
    /// A link ends at a node that does not exist, or an input goes to one.
    UnknownNode(NodeId),
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DuplicateName(name) => write!(f, "the name {name:?} is given twice"),
            Self::DuplicateLink(name) => {
                write!(f, "the link {name:?} is the second between its nodes")
            }
            Self::UnknownSystem(id) => write!(f, "there is no system number {}", id.index()),
            Self::UnknownNode(id) => write!(f, "there is no node number {}", id.index()),
        }
    }
}

impl std::error::Error for BuildError {}

/// Checks a layout and fills in who has links to whom.
fn connect(mut layout: Layout) -> Result<Layout, BuildError> {
    check_names(layout.node_names.iter())?;
    check_names(layout.system_names.iter())?;
    check_names(layout.links.iter().map(|link| &link.name))?;
    for system in &layout.systems {
        check_system(&layout, *system)?;
    }
    for (index, link) in layout.links.iter().enumerate() {
        let id = LinkId::from_index(index as u32);
        let (a, b) = link.ends;
        for node in [a, b] {
            check_node(&layout, node)?;
        }
        layout.directions.push((a, b, id));
        if a != b {
            layout.directions.push((b, a, id));
        }
    }
    layout.directions.sort_unstable();
    let same =
        |pair: &&[(NodeId, NodeId, LinkId)]| (pair[0].0, pair[0].1) == (pair[1].0, pair[1].1);
    if let Some(pair) = layout.directions.windows(2).find(same) {
        let name = layout.links.get(pair[1].2.at()).map(|link| link.name.clone());
        return Err(BuildError::DuplicateLink(name.unwrap_or_default()));
    }
    Ok(layout)
}

fn check_names<'a>(names: impl Iterator<Item = &'a String>) -> Result<(), BuildError> {
    let mut seen = BTreeSet::new();
    for name in names {
        if !seen.insert(name) {
            return Err(BuildError::DuplicateName(name.clone()));
        }
    }
    Ok(())
}

fn check_item<T>(layout: &Layout, at: &At, item: &Item<T>) -> Result<(), BuildError> {
    if let At::Local(system, _) = at {
        check_system(layout, *system)?;
    }
    match item {
        Item::Input(node, _) => check_node(layout, *node),
        Item::Action(action) => match **action {
            Action::Node(node, _) => check_node(layout, node),
            Action::Clock(system, _) => check_system(layout, system),
            _ => Ok(()),
        },
    }
}

fn check_system(layout: &Layout, system: SystemId) -> Result<(), BuildError> {
    let known = system.at() < layout.system_names.len();
    if known { Ok(()) } else { Err(BuildError::UnknownSystem(system)) }
}

fn check_node(layout: &Layout, node: NodeId) -> Result<(), BuildError> {
    if node.at() < layout.nodes() { Ok(()) } else { Err(BuildError::UnknownNode(node)) }
}
