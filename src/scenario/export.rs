//! What the actors of a scenario hold, for other people's tools: keys, tickets, tokens.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::build::{BuildError, build};
use super::model::{Node, System};
use super::plan::{Files, Plan, Unusable, load};
use crate::nodes::Actor;
use crate::nodes::client::Client;
use crate::nodes::esm::database::trust::Trust;
use crate::nodes::esm::{Keys, principals};
use crate::nodes::frame::KeyFacts;
use crate::nodes::kdc::Kdc;
use crate::nodes::nas;
use crate::protocol::kerberos::kdc::Registry;
use crate::protocol::kerberos::keytab::{Keytab, KeytabEntry};
use crate::protocol::kerberos::principal::NameError;
use crate::protocol::kerberos::{EncryptionType, Key, KeyTable, Principal};

const SECOND: i64 = 1_000_000_000;

/// Loads a plex alone, as a scenario would in which nothing happens.
///
/// # Errors
/// As [`load`].
pub fn load_plex(files: &dyn Files, path: &str, changes: &[String]) -> Result<Plan, Box<Unusable>> {
    load(&PlexAlone { files, path }, path, changes)
}

/// Files of which the first is a scenario that names the plex.
struct PlexAlone<'a> {
    files: &'a dyn Files,
    path: &'a str,
}

impl Files for PlexAlone<'_> {
    fn read(&self, beside: Option<&str>, path: &str) -> Result<Vec<u8>, String> {
        match beside {
            None => Ok(format!("Scenario(title: \"a plex alone\", plex: {path:?}, script: [])")
                .into_bytes()),
            Some(_) if path == self.path => self.files.read(None, path),
            Some(beside) => self.files.read(Some(beside), path),
        }
    }

    fn resolve(&self, beside: &str, path: &str) -> String {
        if path == self.path { path.to_owned() } else { self.files.resolve(beside, path) }
    }
}

/// The keys of every principal, as they are when the scenario begins: those of each system's ESM with
/// its ticket-granting services, then those of KDCs elsewhere. What systems share is there once.
///
/// # Errors
/// A name that Kerberos cannot carry; the plex's author mends it.
pub fn keytab(plan: &Plan, table: &mut KeyTable) -> Result<Keytab, BuildError> {
    let mut keytab = Keytab::default();
    let time = plan.start.nanoseconds().div_euclid(SECOND);
    let timestamp = u32::try_from(time).unwrap_or_default();
    let mut known = BTreeSet::new();
    let mut add = |principal: &Principal, kvno: u32, key: &Key| {
        let principal = principal.clone();
        if known.insert((principal.clone(), kvno, key.etype(), key.bytes().to_vec())) {
            keytab.entries.push(KeytabEntry::new(principal, kvno, key, timestamp));
        }
    };
    let told = |error: NameError| BuildError::Name(error.to_string());
    for database in plan.plex.systems.values().filter_map(|system| system.esm.as_ref()) {
        let Some(realm) = database.realm.as_ref().map(|realm| realm.name.as_str()) else {
            continue;
        };
        let keys = Keys::derive(database, table);
        let mut add_all = |principal: &Principal, facts: &[KeyFacts]| {
            facts.iter().filter_map(key_of).for_each(|(kvno, key)| add(principal, kvno, &key));
        };
        for user in database.users.keys() {
            if let Some(named) = database.principal_of(user) {
                let principal = Principal::parse(&named.name, realm).map_err(told)?;
                add_all(&principal, keys.of_user(user));
            }
        }
        let granting = Principal::ticket_granting(realm, realm).map_err(told)?;
        add_all(&granting, keys.of_realm());
        for (profile, _) in database.trusts() {
            let Some(trust) = Trust::parse(profile) else { continue };
            let between = Principal::ticket_granting(trust.realm, trust.issuer).map_err(told)?;
            add_all(&between, keys.of_trust(profile));
        }
    }
    for node in plan.plex.nodes.values() {
        let Node::Kdc(config) = node else { continue };
        let kdc = Kdc::new(config, table).map_err(told)?;
        for entry in kdc.entries() {
            entry.keys.iter().for_each(|key| add(&entry.principal, key.kvno, &key.key));
        }
    }
    Ok(keytab)
}

/// The database of a KDC of the plex by the name of its node, `SYSTEM.NAS` for that of a system; without
/// a name that of the only one.
///
/// # Errors
/// No such KDC, or several and none named, in words for whoever chose; [`NameError`] in the same way.
pub fn kdc(plan: &Plan, node: Option<&str>, table: &mut KeyTable) -> Result<Arc<Registry>, String> {
    let own = plan.plex.nodes.iter().filter(|(_, node)| matches!(node, Node::Kdc(_)));
    let mut names: Vec<String> = own.map(|(name, _)| name.clone()).collect();
    let has_realm = |system: &System| system.esm.as_ref().is_some_and(|esm| esm.realm.is_some());
    let systems = plan.plex.systems.iter().filter(|(_, system)| has_realm(system));
    names.extend(systems.map(|(name, _)| format!("{name}.NAS")));
    let listed = names.join(", ");
    let name = match (node, names.as_slice()) {
        (Some(node), _) if names.iter().any(|name| name == node) => node,
        (Some(node), []) => return Err(format!("no KDC {node}: the plex has none")),
        (Some(node), _) => return Err(format!("no KDC {node}; there are: {listed}")),
        (None, [only]) => only,
        (None, []) => {
            return Err(
                "the plex has no KDC: neither a Kdc node nor an ESM with a realm".to_owned()
            );
        }
        (None, _) => return Err(format!("the plex has several KDCs, name one: {listed}")),
    };
    if let Some(Node::Kdc(config)) = plan.plex.nodes.get(name) {
        let kdc = Kdc::new(config, table).map_err(|error| error.to_string())?;
        return Ok(kdc.registry());
    }
    let system = name.strip_suffix(".NAS").and_then(|system| plan.plex.systems.get(system));
    let registry = system.and_then(|system| {
        let database = system.esm.as_ref()?;
        let keys = Keys::derive(database, table);
        nas::registry(&system.nas, principals::all(database, &keys))
    });
    registry
        .map(Arc::new)
        .ok_or_else(|| format!("the realm of {name} cannot be written in Kerberos"))
}

fn key_of(facts: &KeyFacts) -> Option<(u32, Key)> {
    let etype = EncryptionType::from_number(facts.etype)?;
    Some((facts.version, Key::new(etype, &facts.key).ok()?))
}

/// Runs a plan to its end and gives its clients, by the names of their nodes, with all that they hold.
///
/// # Errors
/// See [`BuildError`].
pub fn clients(plan: &Plan, table: &mut KeyTable) -> Result<BTreeMap<String, Client>, BuildError> {
    let mut simulation = build(plan, table, sim::QueueKind::default())?;
    match plan.until {
        Some(until) => {
            simulation.run_until(sim::Time::from_nanos(until.nanoseconds()), &mut ());
        }
        None => {
            simulation.run(&mut ());
        }
    }
    let clients = simulation.nodes().filter_map(|(id, node)| match node {
        Actor::Client(client) => {
            Some((simulation.node_name(id).to_owned(), client.as_ref().clone()))
        }
        _ => None,
    });
    Ok(clients.collect())
}
