//! The random streams of all nodes.

use super::Layout;
use crate::node::NodeId;
use crate::random::Stream;

/// By node: a stream for each purpose for which it draws. The first purpose is kept at hand, because most nodes have
/// no other.
#[derive(Clone, Debug)]
pub(crate) struct Streams {
    /// The first purpose of each node that has drawn.
    purposes: Vec<Option<&'static str>>,
    /// The stream of each of these; blank for a node that has not drawn.
    first: Vec<Stream>,
    others: Vec<Vec<(&'static str, Stream)>>,
}

impl Streams {
    pub(crate) fn new(nodes: usize) -> Self {
        Self {
            purposes: vec![None; nodes],
            first: vec![Stream::blank(); nodes],
            others: vec![Vec::new(); nodes],
        }
    }

    /// The stream of a node for a purpose, made when it is wanted first.
    #[inline(always)]
    pub(crate) fn of(
        &mut self,
        node: NodeId,
        purpose: &'static str,
        layout: &Layout,
    ) -> &mut Stream {
        // Where the texts are one there is no need to compare them.
        match self.purposes[node.at()] {
            Some(known) if core::ptr::eq(known, purpose) => &mut self.first[node.at()],
            _ => self.search(node, purpose, layout),
        }
    }

    #[inline(never)]
    fn search(&mut self, node: NodeId, purpose: &'static str, layout: &Layout) -> &mut Stream {
        let make = || Stream::new(layout.seed, layout.node_name(node), purpose);
        let first = &mut self.first[node.at()];
        match &mut self.purposes[node.at()] {
            Some(known) if *known == purpose => return first,
            Some(_) => {}
            unused => {
                *unused = Some(purpose);
                *first = make();
                return first;
            }
        }
        let others = &mut self.others[node.at()];
        let index = others.iter().position(|(known, _)| *known == purpose).unwrap_or_else(|| {
            others.push((purpose, make()));
            others.len() - 1
        });
        &mut others[index].1
    }
}
