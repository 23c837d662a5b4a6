//! The ESM's database: users, groups, classes, profiles, and the realm, in RACF's own terms.
//!
//! Plain state. It is declared in a plex file, changed by administrators while a run goes on, and
//! shared by the systems of a sysplex; what a system holds of it in storage is [`InStorage`].
//! Decisions are in [`access`] (may this user use this resource), [`verify`] (may this user work at
//! all), [`principal`] (who bears this principal) and [`kerberos`] (which keys has he);
//! [`validate`] says what is inconsistent in a declaration.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub mod access;
pub mod certificate;
pub mod class;
pub mod filter;
pub mod generic;
pub mod kerberos;
pub mod life;
pub mod principal;
pub mod profile;
pub mod ssignon;
pub mod trust;
pub mod user;
pub mod validate;
pub mod verify;

pub use access::{Decision, InStorage, Request, authorize};
pub use certificate::{Certificate, KeyRing, Trust};
pub use class::ClassOptions;
pub use kerberos::{EncryptionType, KerbSegment, KeySource, Realm};
pub use life::TicketLife;
pub use principal::{Mapping, Principal};
pub use profile::{AccessLevel, Profile};
pub use ssignon::Ssignon;
pub use user::{Connection, Password, User};

/// The group that every database has and that is the default of a user without another.
pub const SYS1: &str = "SYS1";

/// Keys that ICSF keeps in its key data set (CKDS): hexadecimal digits by label.
pub type KeyStore = BTreeMap<String, Password>;

/// Profiles of one class, by name.
pub type Profiles = BTreeMap<String, Profile>;

/// Everything that the ESM knows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Database {
    /// Users by user ID.
    pub users: BTreeMap<String, User>,
    /// Groups. [`SYS1`] is always one.
    pub groups: BTreeSet<String>,
    /// The local realm (profile KERBDFLT of class REALM); without it there are no local
    /// principals.
    pub realm: Option<Realm>,
    /// Options of classes (SETROPTS). A class that is not named has them all off.
    pub classes: BTreeMap<String, ClassOptions>,
    /// General resource profiles: class, then profile name. Those of class REALM are trust between
    /// realms: `/.../REALM_1/KRBTGT/REALM_2`.
    pub profiles: BTreeMap<String, Profiles>,
    /// Values of RACF variables (class RACFVARS), by name with its ampersand.
    pub variables: BTreeMap<String, BTreeSet<String>>,
    /// SETROPTS GRPLIST: all groups of a user count, not only the current connect group.
    pub list_of_groups: bool,
    /// SETROPTS PASSWORD(MIXEDCASE). Off, passwords are folded to upper case.
    pub mixed_case_passwords: bool,
    /// SETROPTS PASSWORD(REVOKE(n)): so many wrong passwords in a row are suffered, 1 to 254, and the
    /// next one revokes the user. Without it nobody is revoked so.
    pub revoke_after: Option<u8>,
    /// SETROPTS INITSTATS: sign-ons are recorded. Off, wrong passwords are not counted and REVOKE(n)
    /// revokes nobody.
    #[serde(skip_serializing_if = "is_on")]
    #[schemars(extend("default" = true))]
    pub initstats: bool,
    /// Keys of PassTickets that ICSF keeps, hexadecimal digits by label: what KEYLABEL and EPTKEYLABEL
    /// of PTKTDATA profiles name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(extend("default" = {}))]
    pub icsf_keys: KeyStore,
    /// Whether the product and its level support PassTickets.
    pub passtickets: bool,
    /// Digital certificates: owner (a user ID, `CERTAUTH` or `SITE`), then label.
    // Left out where there are none: a plex without certificates keeps its digest.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(extend("default" = {}))]
    pub certificates: certificate::Certificates,
    /// Key rings: the user ID that owns them, then the name of the ring.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(extend("default" = {}))]
    pub key_rings: certificate::AllRings,
    /// Certificate name filters: the user ID to which they map, then their label.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(extend("default" = {}))]
    pub name_filters: filter::Filters,
    /// RACF commands that were entered before the run, one after the other, in a database of what
    /// stands above: `"ADDUSER CAROL DFLTGRP(STAFF)"`. What commands there are, `regionsim schema racf`
    /// tells.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("default" = []))]
    pub commands: Vec<String>,
}

fn is_on(value: &bool) -> bool {
    *value
}

impl Default for Database {
    /// An empty database. List-of-groups and mixed-case passwords are on, as most installations
    /// run (assumed).
    fn default() -> Self {
        Database {
            users: BTreeMap::new(),
            groups: BTreeSet::new(),
            realm: None,
            classes: BTreeMap::new(),
            profiles: BTreeMap::new(),
            variables: BTreeMap::new(),
            list_of_groups: true,
            mixed_case_passwords: true,
            revoke_after: None,
            initstats: true,
            icsf_keys: KeyStore::new(),
            passtickets: true,
            certificates: certificate::Certificates::new(),
            key_rings: certificate::AllRings::new(),
            name_filters: filter::Filters::new(),
            commands: Vec::new(),
        }
    }
}

impl Database {
    /// Whether a group is defined.
    pub fn has_group(&self, group: &str) -> bool {
        group == SYS1 || self.groups.contains(group)
    }

    /// The options of a class; all off for a class that nobody turned on.
    pub fn class_options(&self, class: &str) -> ClassOptions {
        self.classes.get(class).copied().unwrap_or_default()
    }

    /// A profile by its exact name.
    pub fn profile(&self, class: &str, name: &str) -> Option<&Profile> {
        self.profiles.get(class)?.get(name)
    }
}
