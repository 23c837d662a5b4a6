//! What differs between two traces, and where it began.
//!
//! # How records find each other
//!
//! Records are aligned by what they are, not by line or number: by node, kind, the names that tell
//! records of one kind apart (the rule of a check, the command of an EXEC), and where they come
//! from (the step, fault or start at the root of their causes). So a record that only one trace has
//! does not shift all that follow.
//!
//! While both traces say the same, records are compared as they are read, byte by byte. Where they
//! part, [`Window::records`] of both are looked at together and joined from the strictest likeness
//! to the weakest; what finds nobody there waits for a partner that comes later. Only what waits
//! longer than the window holds is given up, and the count of it is told. Numbers of causes are
//! compared by the records they point to.
//!
//! # What is a difference
//!
//! Of two records that found each other: other values, other token bytes, another time, another
//! order; else one is missing or added ([`Class`]). A difference is *its own* when none of the
//! records that led to it, on either side, differs; everything else may follow from those. The
//! first of its own is the first real divergence, and a second look at the files fetches what led
//! to it.
//!
//! Memory does not grow with the traces: windows, the waiting, the fates of the last [`CAUSES_MAX`]
//! records and all lists have limits.

mod books;
mod divergence;
mod feed;
pub mod forms;
mod inputs;
mod join;
mod judge;
mod lens;
mod meet;
mod past;
mod tally;
pub mod text;
mod waiting;

use std::collections::BTreeSet;
use std::io::{BufRead, Seek};

pub use divergence::{Divergence, Step};
pub use judge::FieldChange;
pub use past::CAUSES_MAX;
pub use tally::{Class, Counts, Difference, OutcomeChange, Place, Shift, Tally};

use crate::trace::{Header, Summary, TraceError, TraceReader};

/// How much of both traces is looked at together, of each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Records that wait for a partner.
    pub records: usize,
    /// Bytes of their lines.
    pub bytes: usize,
}

impl Default for Window {
    fn default() -> Self {
        Window { records: 100_000, bytes: 64 << 20 }
    }
}

/// What to compare.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Only the outcome: no times, values or causes of anything else.
    pub outcome: bool,
    /// Kinds that do not count.
    pub ignore_kinds: BTreeSet<String>,
    /// Fields that do not count, also `t`, `local`, `task`, `cause` and `also`.
    pub ignore_fields: BTreeSet<String>,
    /// Nodes that do not count.
    pub ignore_nodes: BTreeSet<String>,
    /// How many differences are kept for the list; all are counted.
    pub limit: usize,
    /// How far partners are looked for.
    pub window: Window,
}

/// Which of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The first.
    A,
    /// The second.
    B,
}

/// One of the two is no trace that this program reads.
#[derive(Debug, thiserror::Error)]
#[error("{error}")]
pub struct Unusable {
    /// Which.
    pub side: Side,
    /// Why.
    pub error: TraceError,
}

/// What a comparison found.
#[derive(Debug)]
pub struct Comparison {
    /// What each trace says about itself.
    pub headers: [Header; 2],
    /// What each amounts to, if it is whole.
    pub summaries: [Option<Summary>; 2],
    /// Why one is not whole. Both are compared up to there.
    pub damage: [Option<TraceError>; 2],
    /// All differences, counted.
    pub tally: Tally,
    /// Where it began.
    pub first: Option<Divergence>,
    /// Names of `ignore_nodes` that neither trace has, and all that they have, if names were given.
    pub unknown_nodes: Vec<String>,
    /// All nodes that the traces have, if `ignore_nodes` were given.
    pub nodes: BTreeSet<String>,
}

impl Comparison {
    /// Whether no record differs. Headers may: they say what went in, not what came out.
    pub fn equal(&self) -> bool {
        self.tally.totals.differing() == 0
    }

    /// Whether both traces were whole.
    pub fn whole(&self) -> bool {
        self.damage.iter().all(Option::is_none)
    }
}

/// Compares two traces; both are read once in order, and then once more in places.
///
/// A trace that turns out to be cut or edited is compared up to there, and the comparison says so.
///
/// # Errors
///
/// The first line of one is not the header of a trace that this program reads.
pub fn compare<A: BufRead + Seek, B: BufRead + Seek>(
    a: A,
    b: B,
    options: &Options,
) -> Result<Comparison, Unusable> {
    let unusable = |side| move |error| Unusable { side, error };
    let a = TraceReader::new(a).map_err(unusable(Side::A))?;
    let b = TraceReader::new(b).map_err(unusable(Side::B))?;
    let headers = [a.header().clone(), b.header().clone()];
    let met = meet::meet(a, b, options);
    let unknown_nodes = options.ignore_nodes.difference(&met.nodes).cloned().collect();
    let (mut a, mut b) = (met.a, met.b);
    let first = met.first.map(|first| divergence::tell(first, &mut a, &mut b));
    Ok(Comparison {
        headers,
        summaries: [a.summary, b.summary],
        damage: [a.damage, b.damage],
        tally: met.tally,
        first,
        unknown_nodes,
        nodes: met.nodes,
    })
}
