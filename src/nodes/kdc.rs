//! A Key Distribution Center with a database of its own.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::frame::Packet;
use super::{Ctx, DEFAULT_CLOCK_SKEW, Decide, Event, whole_seconds};
use crate::protocol::kerberos::kdc::{
    Answer, Database, Entry, Policy, PrincipalKey, Registry, answer,
};
use crate::protocol::kerberos::messages::MessageType;
use crate::protocol::kerberos::principal::NameError;
use crate::protocol::kerberos::{EncryptionType, Principal, StringToKey};
use crate::scalar::Duration;
use crate::trace::Record;

/// A KDC that is not part of a z/OS image.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct KdcConfig {
    /// The system on which it runs: its clock.
    pub system: String,
    /// Its realm.
    pub realm: String,
    /// Longest ticket.
    #[serde(default = "default_max_life")]
    pub max_ticket_life: Duration,
    /// Ticket life where a request names no end.
    #[serde(default = "default_life")]
    pub default_ticket_life: Duration,
    /// Shortest ticket that is worth issuing.
    #[serde(default = "default_min_life")]
    pub min_ticket_life: Duration,
    /// How far a client's clock may be from its own.
    #[serde(default = "default_skew")]
    pub clock_skew: Duration,
    /// The realms that may stand between a client's realm and its own, as `capaths` of a configuration
    /// file lists them. Without any, only clients of realms are let in with which it shares a key.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub transit: BTreeSet<String>,
    /// Its principals by name, without the realm; `krbtgt/REALM` is made by itself unless declared.
    /// `krbtgt/OTHER` lets its clients into another realm, `krbtgt/REALM@OTHER` those of the other realm
    /// into this one; both realms have the same password and version for it.
    pub principals: BTreeMap<String, KdcPrincipal>,
}

/// A principal of a KDC.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct KdcPrincipal {
    /// The password from which its keys are made.
    pub password: String,
    /// Key version number.
    #[serde(default = "default_kvno")]
    pub kvno: u32,
    /// Encryption types of its keys, by number (17 to 20).
    #[serde(default = "default_etypes")]
    pub etypes: Vec<i32>,
}

fn default_max_life() -> Duration {
    Duration::from_seconds(24 * 3600)
}

fn default_life() -> Duration {
    Duration::from_seconds(10 * 3600)
}

fn default_min_life() -> Duration {
    Duration::from_seconds(30)
}

fn default_skew() -> Duration {
    DEFAULT_CLOCK_SKEW
}

fn default_kvno() -> u32 {
    1
}

fn default_etypes() -> Vec<i32> {
    vec![20, 19, 18, 17]
}

/// The actor.
#[derive(Clone)]
pub struct Kdc {
    registry: Arc<Registry>,
}

impl Kdc {
    /// A KDC with the keys of all its principals derived.
    ///
    /// # Errors
    /// Whoever declared a realm or principal used characters outside ASCII.
    pub fn new(config: &KdcConfig, table: &mut dyn StringToKey) -> Result<Kdc, NameError> {
        let mut policy = Policy::new(&config.realm)?;
        policy.least_life = whole_seconds(config.min_ticket_life);
        policy.default_life = whole_seconds(config.default_ticket_life);
        policy.most_life = whole_seconds(config.max_ticket_life);
        policy.skew = whole_seconds(config.clock_skew);
        policy.transit.clone_from(&config.transit);
        let mut registry = Registry::new(policy);
        let granting = format!("krbtgt/{}", config.realm);
        if !config.principals.contains_key(&granting) {
            // The realm's own key is nobody's password; it only has to be stable.
            let own = KdcPrincipal {
                password: format!("{granting} of this plex"),
                kvno: default_kvno(),
                etypes: default_etypes(),
            };
            registry.insert(entry(&granting, &config.realm, &own, table)?);
        }
        for (name, principal) in &config.principals {
            registry.insert(entry(name, &config.realm, principal, table)?);
        }
        Ok(Kdc { registry: Arc::new(registry) })
    }

    /// Its principals with their keys.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.registry.entries()
    }

    /// Its database.
    pub fn registry(&self) -> Arc<Registry> {
        Arc::clone(&self.registry)
    }

    pub(super) fn handle(&mut self, event: Event, ctx: &mut Ctx<'_>) {
        if let Event::Message { from, message } = event {
            serve(self.registry.as_ref(), from, sim::Message::bytes(&message), ctx);
        }
    }
}

fn entry(
    name: &str,
    realm: &str,
    config: &KdcPrincipal,
    table: &mut dyn StringToKey,
) -> Result<Entry, NameError> {
    let principal = match name.strip_prefix("krbtgt/").map(Principal::split_realm) {
        Some((granted, issuer)) => Principal::ticket_granting(granted, issuer.unwrap_or(realm))?,
        None => Principal::parse(name, realm)?,
    };
    let salt = principal.default_salt();
    let key = |etype: EncryptionType| {
        let iterations = etype.default_iterations();
        let key = table.key(etype, config.password.as_bytes(), &salt, iterations);
        PrincipalKey { kvno: config.kvno, key, salt: None, iterations }
    };
    let etypes = config.etypes.iter().filter_map(|etype| EncryptionType::from_number(*etype));
    let keys = etypes.map(key).collect();
    Ok(Entry::new(principal, keys))
}

/// Answers a Kerberos request from a database, and puts its decisions into the trace.
pub(super) fn serve(
    database: &dyn Database,
    client: sim::NodeId,
    request: &[u8],
    ctx: &mut Ctx<'_>,
) {
    let now = super::client::now(ctx);
    let answer = answer(database, now, None, ctx.random("kdc"), request);
    let Answer { reply, kind, error, client: principal, server, checks } = answer;
    ctx.decided(checks);
    let record = match (kind, error) {
        (MessageType::AsRep, _) => Record::new("kdc.as-rep"),
        (MessageType::TgsRep, _) => Record::new("kdc.tgs-rep"),
        (_, error) => {
            let record = Record::new("kdc.error");
            record.maybe("error", error.map(|error| error.to_string()))
        }
    };
    let name = |principal: Principal| format!("{}@{}", principal.name(), principal.realm());
    ctx.say(record.maybe("client", principal.map(name)).maybe("service", server.map(name)));
    ctx.send(client, Packet::new(reply));
}
