//! What does not change during a run: names, systems, paths. Shared by all clones of a simulation.

use crate::latency::Latency;
use crate::node::{LinkId, NodeId, SystemId};

#[derive(Clone, Debug, Default)]
pub(crate) struct Layout {
    pub(crate) seed: u64,
    pub(crate) node_names: Vec<String>,
    /// By node.
    pub(crate) systems: Vec<SystemId>,
    pub(crate) system_names: Vec<String>,
    pub(crate) links: Vec<Link>,
    /// Each direction of each link, in order.
    pub(crate) directions: Vec<(NodeId, NodeId, LinkId)>,
    /// For pairs without a link.
    pub(crate) same_system: Path,
    pub(crate) between_systems: Path,
}

#[derive(Clone, Debug)]
pub(crate) struct Link {
    pub(crate) name: String,
    pub(crate) ends: (NodeId, NodeId),
    pub(crate) path: Path,
}

/// The way from one node to another.
#[derive(Clone, Debug)]
pub(crate) struct Path {
    pub(crate) latency: Latency,
    pub(crate) tells: bool,
}

impl Default for Path {
    fn default() -> Self {
        Self { latency: Latency::ZERO, tells: false }
    }
}

impl Layout {
    pub(crate) fn nodes(&self) -> usize {
        self.node_names.len()
    }

    pub(crate) fn node_name(&self, node: NodeId) -> &str {
        self.node_names.get(node.at()).map_or("", String::as_str)
    }

    /// The system of a node; the first one for a node that does not exist.
    #[inline]
    pub(crate) fn system_of(&self, node: NodeId) -> SystemId {
        self.systems.get(node.at()).copied().unwrap_or(SystemId::from_index(0))
    }

    /// The link between two nodes, if there is one.
    #[inline]
    pub(crate) fn link_between(&self, from: NodeId, to: NodeId) -> Option<LinkId> {
        if self.directions.is_empty() {
            return None;
        }
        let ends = |(from, to, _): &(NodeId, NodeId, LinkId)| (*from, *to);
        let index = self.directions.binary_search_by_key(&(from, to), ends).ok()?;
        self.directions.get(index).map(|(_, _, link)| *link)
    }

    #[inline]
    pub(crate) fn path(&self, from: NodeId, to: NodeId, link: Option<LinkId>) -> &Path {
        match link.and_then(|link| self.links.get(link.at())) {
            Some(link) => &link.path,
            None if self.system_of(from) == self.system_of(to) => &self.same_system,
            None => &self.between_systems,
        }
    }

    /// Who owns the random draws of a path: the link, or the sender where there is none.
    pub(crate) fn path_owner(&self, from: NodeId, link: Option<LinkId>) -> &str {
        match link.and_then(|link| self.links.get(link.at())) {
            Some(link) => &link.name,
            None => self.node_name(from),
        }
    }
}
