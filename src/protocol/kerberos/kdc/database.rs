//! What a KDC knows: the realm's policy and its principals.

use std::collections::{BTreeMap, BTreeSet};

use crate::protocol::kerberos::acceptor::DEFAULT_SKEW;
use crate::protocol::kerberos::etype::{EncryptionType, Key};
use crate::protocol::kerberos::principal::{NameError, Principal};

/// The view that a KDC has of its database, wherever that is kept.
pub trait Database {
    /// The realm and its policy.
    fn policy(&self) -> &Policy;

    /// A principal by its exact name and realm. Two kinds have a key that another realm has too:
    /// `krbtgt/OTHER` lets clients of this realm into the other one, `krbtgt/THIS@OTHER` those of the
    /// other one into this.
    fn find(&self, principal: &Principal) -> Option<Entry>;
}

/// Policy of a realm. Times are in seconds.
#[derive(Clone, Debug)]
pub struct Policy {
    /// The realm's own ticket-granting service; its realm is the realm.
    ticket_granting: Principal,
    /// The least lifetime of a ticket (MINTKTLFE).
    pub least_life: i64,
    /// The lifetime where the request leaves it open (DEFTKTLFE).
    pub default_life: i64,
    /// The greatest lifetime (MAXTKTLFE).
    pub most_life: i64,
    /// Tolerated clock skew.
    pub skew: i64,
    /// Whether every client must pre-authenticate.
    pub preauth_required: bool,
    /// Whether addresses of tickets are looked at (CHECKADDRS).
    pub check_addresses: bool,
    /// The realms that may stand between a client's and this one; without any only realms with a key
    /// in common are trusted.
    pub transit: BTreeSet<String>,
}

impl Policy {
    /// The documented defaults, where there are any: 30 seconds, 10 hours and 24 hours are an ESM
    /// manual's example, mandatory pre-authentication is assumed, addresses are not looked at.
    ///
    /// # Errors
    /// [`NameError`] when whoever names the realm uses characters outside ASCII.
    pub fn new(realm: &str) -> Result<Policy, NameError> {
        Ok(Policy {
            ticket_granting: Principal::ticket_granting(realm, realm)?,
            least_life: 30,
            default_life: 10 * 3600,
            most_life: 24 * 3600,
            skew: DEFAULT_SKEW,
            preauth_required: true,
            check_addresses: false,
            transit: BTreeSet::new(),
        })
    }

    /// The realm.
    pub fn realm(&self) -> &str {
        self.ticket_granting.realm()
    }

    /// The realm's own ticket-granting service.
    pub fn ticket_granting(&self) -> &Principal {
        &self.ticket_granting
    }
}

/// Whether a principal may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// It may.
    Active,
    /// It is revoked.
    Revoked,
    /// Its password has expired.
    KeyExpired,
}

/// A key of a principal and how it was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrincipalKey {
    /// Version number.
    pub kvno: u32,
    /// The key.
    pub key: Key,
    /// The salt that it was made with; absent for the default salt.
    pub salt: Option<Vec<u8>>,
    /// The iterations that it was made with.
    pub iterations: u32,
}

/// A principal of the database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its name as it is to be written into tickets.
    pub principal: Principal,
    /// Its keys of all types, current and previous.
    pub keys: Vec<PrincipalKey>,
    /// The current version. Keys of earlier ones open only what was made under them, also where the
    /// current one has no key at all.
    pub kvno: u32,
    /// Whether it may be used.
    pub status: Status,
    /// Its own greatest ticket lifetime in seconds, where it has one.
    pub most_life: Option<i64>,
    /// Whether it must pre-authenticate even where the policy does not ask for it.
    pub preauth_required: bool,
}

impl Entry {
    /// An active principal whose newest key is of the current version.
    pub fn new(principal: Principal, keys: Vec<PrincipalKey>) -> Entry {
        let kvno = keys.iter().map(|key| key.kvno).max().unwrap_or_default();
        Entry {
            principal,
            keys,
            kvno,
            status: Status::Active,
            most_life: None,
            preauth_required: false,
        }
    }

    /// The keys of the current version.
    pub fn current_keys(&self) -> impl Iterator<Item = &PrincipalKey> {
        self.keys.iter().filter(|key| key.kvno == self.kvno)
    }

    /// The current key of a type.
    pub fn current_key(&self, etype: EncryptionType) -> Option<&PrincipalKey> {
        self.current_keys().find(|key| key.key.etype() == etype)
    }

    /// The strongest current key.
    pub fn strongest_key(&self) -> Option<&PrincipalKey> {
        self.current_keys().min_by_key(|key| key.key.etype().strength_rank())
    }
}

/// A database of its own: the KDC that is not part of a z/OS system.
#[derive(Clone, Debug)]
pub struct Registry {
    policy: Policy,
    entries: BTreeMap<Principal, Entry>,
}

impl Registry {
    /// A realm without principals.
    pub fn new(policy: Policy) -> Registry {
        Registry { policy, entries: BTreeMap::new() }
    }

    /// Adds a principal, or replaces the one of its name.
    pub fn insert(&mut self, entry: Entry) {
        self.entries.insert(entry.principal.clone(), entry);
    }

    /// A principal, to be changed.
    pub fn entry_mut(&mut self, principal: &Principal) -> Option<&mut Entry> {
        self.entries.get_mut(principal)
    }

    /// All principals in the order of their names.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.entries.values()
    }

    /// The policy, to be changed.
    pub fn policy_mut(&mut self) -> &mut Policy {
        &mut self.policy
    }
}

impl Database for Registry {
    fn policy(&self) -> &Policy {
        &self.policy
    }

    fn find(&self, principal: &Principal) -> Option<Entry> {
        self.entries.get(principal).cloned()
    }
}
