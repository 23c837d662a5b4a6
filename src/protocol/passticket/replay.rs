//! Replay protection: which PassTickets a system has accepted.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use super::{LONGEST_WINDOW, Parties, rules};
use crate::check::{Check, Checks, Operand, Seconds, utc};

/// How many PassTickets a cache remembers unless another bound is chosen.
pub const DEFAULT_CAPACITY: u32 = 100_000;

/// What an accepted PassTicket is known by (assumed: the least that the documented text needs). Which
/// key or algorithm made it plays no part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Identity {
    /// In front, so that the map is in order of time.
    made: Seconds,
    parties: Parties,
}

/// The PassTickets that one system has accepted. It is each system's own, not shared in a sysplex
/// (*RACF Security Administrator's Guide*).
///
/// An entry is kept as long as any PassTicket of its second can be accepted, and then forgotten; when
/// the bound is reached, the entry of the earliest second goes.
#[derive(Clone, Debug)]
pub struct ReplayCache {
    /// When each was first used.
    seen: BTreeMap<Identity, Seconds>,
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
        ReplayCache { seen: BTreeMap::new(), capacity: capacity.max(1) }
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
        now: Seconds,
        checks: &mut Checks,
    ) -> bool {
        self.forget(now);
        let identity = Identity { made, parties: *parties };
        let entry = self.seen.entry(identity);
        let (new, against) = match &entry {
            Entry::Vacant(_) => (true, "not used before".into()),
            Entry::Occupied(first) => (false, format!("first used {}", utc(*first.get())).into()),
        };
        let subject = [parties.user.as_str(), " for ", parties.application.as_str()].concat();
        let check = Check::holds(
            &rules::REPLAY,
            Operand::new("PassTicket of this second", subject),
            Operand { name: "replay cache", value: against },
            new,
        );
        let new = checks.decide(check);
        if new {
            entry.or_insert(now);
            if self.seen.len() > self.capacity as usize {
                let earliest = self.seen.keys().find(|other| **other != identity).copied();
                earliest.map(|earliest| self.seen.remove(&earliest));
            }
        }
        new
    }

    /// Forgets what cannot be accepted any more.
    fn forget(&mut self, now: Seconds) {
        while let Some(first) = self.seen.first_entry()
            && first.key().made.saturating_add(LONGEST_WINDOW) < now
        {
            first.remove();
        }
    }
}
