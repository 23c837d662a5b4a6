//! The replay cache: which authenticators a server has seen (RFC 4120 section 3.2.3).

use std::collections::BTreeMap;

use super::principal::Principal;
use super::rules;
use super::time::KerberosTime;
use crate::check::{Check, Checks, Operand, Seconds, utc};

/// How many authenticators a cache remembers unless another bound is chosen.
pub const DEFAULT_CAPACITY: u32 = 100_000;

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Identity {
    /// In front, so that the map is in order of time.
    time: KerberosTime,
    server: Principal,
    client: Principal,
}

/// The authenticators of one system's servers.
///
/// An entry is an authenticator's server, client, time and microseconds; the same time from another
/// client is no replay. It is kept while its time is inside the clock skew, and as long after it was
/// first seen, because a use that was refused for its time counts as used too (measured on the
/// reference acceptor). Nothing else is ever forgotten, until the bound is reached: then the
/// entry with the oldest time goes.
#[derive(Clone, Debug)]
pub struct ReplayCache {
    seen: BTreeMap<Identity, Seconds>,
    capacity: u32,
    /// Nothing can be purged before this time, so most calls need not look.
    next_purge: Seconds,
}

impl Default for ReplayCache {
    fn default() -> Self {
        ReplayCache::new(DEFAULT_CAPACITY)
    }
}

impl ReplayCache {
    /// An empty cache of at most `capacity` authenticators, at least one.
    pub fn new(capacity: u32) -> Self {
        ReplayCache { seen: BTreeMap::new(), capacity: capacity.max(1), next_purge: Seconds::MIN }
    }

    /// How many authenticators are remembered.
    pub fn len(&self) -> usize {
        self.seen.len()
    }

    /// Whether nothing is remembered.
    pub fn is_empty(&self) -> bool {
        self.seen.is_empty()
    }

    /// Decides whether an authenticator is new, and remembers it if so.
    #[must_use]
    pub fn first_use(
        &mut self,
        server: &Principal,
        client: &Principal,
        time: KerberosTime,
        now: Seconds,
        skew: i64,
        checks: &mut Checks,
    ) -> bool {
        self.purge(now, skew);
        let identity = Identity { time, server: server.clone(), client: client.clone() };
        let before = self.seen.get(&identity);
        let subject = Operand::new("authenticator", format!("{client} {}", time.text()));
        let against = match before {
            Some(seen) => format!("first used {}", utc(*seen)),
            None => "not used before".to_owned(),
        };
        let against = Operand::new("replay cache", against);
        let new = checks.decide(Check::holds(&rules::REPLAY, subject, against, before.is_none()));
        if new {
            if self.seen.len() >= self.capacity as usize {
                self.seen.pop_first();
            }
            let kept_until = identity.time.seconds.max(now).saturating_add(skew);
            self.next_purge = self.next_purge.min(kept_until);
            self.seen.insert(identity, now);
        }
        new
    }

    /// Forgets what is neither inside the skew nor was seen within it.
    fn purge(&mut self, now: Seconds, skew: i64) {
        if now <= self.next_purge {
            return;
        }
        let until =
            |time: &Identity, seen: &Seconds| time.time.seconds.max(*seen).saturating_add(skew);
        self.seen.retain(|identity, seen| now <= until(identity, seen));
        let earliest = self.seen.iter().map(|(identity, seen)| until(identity, seen)).min();
        self.next_purge = earliest.unwrap_or(Seconds::MAX);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn principal(name: &str) -> Principal {
        Principal::parse(name, "R").unwrap()
    }

    fn first(cache: &mut ReplayCache, client: &str, time: KerberosTime, now: Seconds) -> bool {
        let (server, client) = (principal("HTTP/h"), principal(client));
        cache.first_use(&server, &client, time, now, 300, &mut Checks::new())
    }

    #[test]
    fn the_same_authenticator_is_new_once_and_others_are_not_touched_by_it() {
        let mut cache = ReplayCache::default();
        let time = KerberosTime { seconds: 1000, micros: 7 };
        assert!(first(&mut cache, "alice", time, 1000));
        assert!(!first(&mut cache, "alice", time, 1001));
        assert!(first(&mut cache, "bob", time, 1001));
        assert!(first(&mut cache, "alice", time.next(), 1001));
        let (other, alice) = (principal("HTTP/other"), principal("alice"));
        assert!(cache.first_use(&other, &alice, time, 1001, 300, &mut Checks::new()));
        assert_eq!(cache.len(), 4);
    }

    #[test]
    fn entries_are_kept_through_the_skew_and_not_longer() {
        for (client_time, kept_until) in [(1000, 1300), (1250, 1550), (700, 1300)] {
            for (now, replay) in
                [(kept_until - 1, true), (kept_until, true), (kept_until + 1, false)]
            {
                let mut cache = ReplayCache::default();
                let time = KerberosTime::whole(client_time);
                assert!(first(&mut cache, "alice", time, 1000));
                assert_eq!(!first(&mut cache, "alice", time, now), replay, "{client_time} {now}");
            }
        }
    }

    #[test]
    fn the_bound_forgets_the_oldest_time_first() {
        let mut cache = ReplayCache::new(2);
        for seconds in [30, 10, 20] {
            assert!(first(&mut cache, "alice", KerberosTime::whole(seconds), 30));
        }
        assert_eq!(cache.len(), 2);
        assert!(!first(&mut cache, "alice", KerberosTime::whole(20), 30));
        assert!(!first(&mut cache, "alice", KerberosTime::whole(30), 30));
        assert!(first(&mut cache, "alice", KerberosTime::whole(10), 30));
    }

    #[test]
    fn the_check_says_when_it_was_used() {
        let mut cache = ReplayCache::default();
        let (server, client) = (principal("HTTP/h"), principal("alice"));
        let mut checks = Checks::new();
        for now in [0, 5] {
            let time = KerberosTime::default();
            let _ = cache.first_use(&server, &client, time, now, 300, &mut checks);
        }
        let texts: Vec<_> = checks.taken().iter().map(|check| &*check.against.value).collect();
        assert_eq!(texts, ["not used before", "first used 1970-01-01T00:00:00Z"]);
    }
}
