//! Replay protection: which PassTickets a system has accepted.

use std::collections::{BTreeMap, BTreeSet};

use super::{Parties, rules};
use crate::check::{Check, Checks, Operand, Seconds, utc};

/// How many PassTickets a cache remembers unless another bound is chosen.
pub const DEFAULT_CAPACITY: u32 = 100_000;

/// What an accepted PassTicket is known by (assumed: the least that the documented text needs). Which
/// key or algorithm made it plays no part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Identity {
    made: Seconds,
    parties: Parties,
}

/// The PassTickets that one system has accepted. It is each system's own, not shared in a sysplex
/// (*RACF Security Administrator's Guide*).
///
/// An entry is kept while its PassTicket would still be accepted, and then forgotten; when the bound
/// is reached, the entry that ends first goes.
#[derive(Clone, Debug)]
pub struct ReplayCache {
    /// When each was first used.
    seen: BTreeMap<Identity, Seconds>,
    /// The same entries by the last second of their windows.
    ends: BTreeSet<(Seconds, Identity)>,
    capacity: u32,
}

impl Default for ReplayCache {
    fn default() -> ReplayCache {
        ReplayCache::new(DEFAULT_CAPACITY)
    }
}

impl ReplayCache {
    /// An empty cache of at most `capacity` PassTickets, at least one.
    pub fn new(capacity: u32) -> ReplayCache {
        ReplayCache { seen: BTreeMap::new(), ends: BTreeSet::new(), capacity: capacity.max(1) }
    }

    /// How many PassTickets are remembered.
    pub fn len(&self) -> usize {
        self.seen.len()
    }

    /// Whether nothing is remembered.
    pub fn is_empty(&self) -> bool {
        self.seen.is_empty()
    }

    /// Decides whether a PassTicket is used for the first time, and remembers it if so.
    #[must_use]
    pub(super) fn first_use(
        &mut self,
        parties: &Parties,
        made: Seconds,
        window: i64,
        now: Seconds,
        checks: &mut Checks,
    ) -> bool {
        self.forget(now);
        let identity = Identity { made, parties: *parties };
        let before = self.seen.get(&identity);
        let Parties { user, application } = parties;
        let subject = format!("of {user} for {application}, generated {}", utc(made));
        let against = match before {
            Some(first) => format!("first used {}", utc(*first)),
            None => "not used before".to_owned(),
        };
        let check = Check::holds(
            &rules::REPLAY,
            Operand::new("PassTicket", subject),
            Operand::new("replay cache", against),
            before.is_none(),
        );
        let new = checks.decide(check);
        if new {
            if self.seen.len() >= self.capacity as usize
                && let Some((_, first)) = self.ends.pop_first()
            {
                self.seen.remove(&first);
            }
            self.seen.insert(identity, now);
            self.ends.insert((made.saturating_add(window), identity));
        }
        new
    }

    /// Forgets what would not be accepted any more.
    fn forget(&mut self, now: Seconds) {
        while let Some((_, identity)) = self.ends.first().copied().filter(|(end, _)| *end < now) {
            self.ends.pop_first();
            self.seen.remove(&identity);
        }
    }
}
