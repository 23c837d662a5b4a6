//! Trust between realms: profiles `/.../REALM_1/KRBTGT/REALM_2` of class REALM.
//!
//! Such a profile is the principal `krbtgt/REALM_2` of realm 1. Its key opens realm 2 to the clients of
//! realm 1, and both realms must have the same one: the KDC of realm 1 seals the ticket with it, that
//! of realm 2 opens it. The other direction is another profile with another key.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Database;
use super::kerberos::{KeySource, PreviousKeys, first_version};
use super::principal::FOREIGN_PREFIX;
use super::user::Password;

/// The class of the profiles.
pub const REALM: &str = "REALM";
/// How they are named, for whoever names one otherwise.
pub const TRUST_FORM: &str = "/.../REALM_1/KRBTGT/REALM_2";
/// What stands between the realms in a profile's name.
const GRANTING: &str = "KRBTGT";

/// The KERB segment of such a profile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TrustSegment {
    /// What the key is made from, 1 to 128 characters, case kept: the same in both realms.
    pub password: Password,
    /// Version number of the key: the same in both realms.
    #[serde(default = "first_version")]
    pub key_version: u32,
    /// The generation before, under the version number before: tickets that were issued with it are
    /// still taken (assumed).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous: Option<PreviousKeys>,
}

/// The ticket-granting service of one realm as a principal of another: what a profile stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trust<'a> {
    /// Realm 1, whose clients are let in: its KDC issues the tickets.
    pub issuer: &'a str,
    /// Realm 2, which lets them in.
    pub realm: &'a str,
}

impl<'a> Trust<'a> {
    /// What the name of a profile says. `None` for a name of another form.
    pub fn parse(profile: &'a str) -> Option<Trust<'a>> {
        let mut parts = profile.strip_prefix(FOREIGN_PREFIX)?.split('/');
        let (issuer, granting, realm) = (parts.next()?, parts.next()?, parts.next()?);
        let named = !issuer.is_empty() && !realm.is_empty() && issuer != realm;
        let whole = named && granting.eq_ignore_ascii_case(GRANTING) && parts.next().is_none();
        whole.then_some(Trust { issuer, realm })
    }

    /// Its principal as services of the local realm write it.
    pub fn principal(&self, local: &str) -> String {
        let name = format!("krbtgt/{}", self.realm);
        if self.issuer == local { name } else { format!("{FOREIGN_PREFIX}{}/{name}", self.issuer) }
    }
}

impl Database {
    /// The profiles of trust of the local realm, by name.
    pub fn trusts(&self) -> impl Iterator<Item = (&str, &TrustSegment)> {
        let profiles = self.profiles.get(REALM).into_iter().flatten();
        profiles.filter_map(|(name, profile)| Some((name.as_str(), profile.kerb.as_ref()?)))
    }

    /// The profile that stands for a principal as services write it: `krbtgt/REALM_2`, or
    /// `/.../REALM_1/krbtgt/REALM_2` from another realm. `None` without a local realm or a profile.
    pub fn trust_of(&self, principal: &str) -> Option<(&str, &TrustSegment)> {
        let local = self.realm.as_ref()?.name.as_str();
        self.trusts().find(|(name, _)| {
            Trust::parse(name).is_some_and(|trust| trust.principal(local) == principal)
        })
    }

    /// What the keys of a profile of trust are made from: the current generation, strongest type first,
    /// then the previous one. They are of the types that the local realm has (assumed), and of the
    /// salt of the principal, so that other software makes the same from the password.
    pub fn trust_keys(&self, profile: &str) -> Vec<KeySource> {
        let segment = self.profile(REALM, profile).and_then(|profile| profile.kerb.as_ref());
        let (Some(local), Some(segment), Some(trust)) =
            (&self.realm, segment, Trust::parse(profile))
        else {
            return Vec::new();
        };
        let salt = format!("{}krbtgt{}", trust.issuer, trust.realm);
        let source = |version, password: &Password, encryption_type| KeySource {
            version,
            encryption_type,
            password: password.clone(),
            salt: salt.clone(),
        };
        let source = &source;
        let current = local.encrypt.iter();
        let current = current.map(|kind| source(segment.key_version, &segment.password, *kind));
        let before = segment.key_version.checked_sub(1).zip(segment.previous.as_ref());
        let previous = before.into_iter().flat_map(|(version, keys)| {
            keys.types.iter().map(move |kind| source(version, &keys.password, *kind))
        });
        current.chain(previous).collect()
    }
}
