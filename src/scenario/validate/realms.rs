//! What is wrong with realms: the KDCs of clients, the realms that they cross, and keys between realms.

use super::{At, part};
use crate::nodes::client::{ClientConfig, OtherRealm};
use crate::nodes::kdc::KdcConfig;
use crate::protocol::kerberos::Principal;
use crate::scenario::model::{Node, Plex};

/// A client's KDC and the realms beside its own.
pub(super) fn client(plex: &Plex, config: &ClientConfig, path: &str, at: &mut At<'_>) {
    client_kdc(plex, &config.kdc, path, at);
    let own = plex.realm_of(&config.kdc);
    for (name, realm) in &config.realms {
        let path = format!("{path}.realms.{}", part(name));
        if own == Some(name) {
            at.misnamed(&path, format!("{name} is the client's own realm"));
        }
        other_realm(plex, name, realm, &path, at);
        for (index, through) in realm.through.iter().enumerate() {
            let others = config.realms.keys().filter(|other| *other != name);
            at.known(
                &format!("{path}.through.{index}"),
                "realm of this client",
                through,
                others.map(String::as_str),
            );
        }
    }
}

fn other_realm(plex: &Plex, name: &str, realm: &OtherRealm, path: &str, at: &mut At<'_>) {
    client_kdc(plex, &realm.kdc, path, at);
    if let Some(of_kdc) = plex.realm_of(&realm.kdc).filter(|of_kdc| *of_kdc != name) {
        let message = format!("{} serves realm {of_kdc}, not {name}", realm.kdc);
        at.error(&format!("{path}.kdc"), message);
    }
}

fn client_kdc(plex: &Plex, kdc: &str, path: &str, at: &mut At<'_>) {
    let systems = plex.systems.keys().map(|name| format!("{name}.NAS"));
    let all = plex.nodes.keys().cloned().chain(systems);
    let valid: Vec<String> = all.filter(|name| plex.realm_of(name).is_some()).collect();
    at.known(&format!("{path}.kdc"), "KDC", kdc, valid.iter().map(String::as_str));
}

/// The names of a KDC's ticket-granting services.
pub(super) fn granting(config: &KdcConfig, path: &str, at: &mut At<'_>) {
    for name in config.principals.keys() {
        let (local, issuer) = Principal::split_realm(name);
        let path = format!("{path}.principals.{}", part(name));
        match (local.strip_prefix("krbtgt/"), issuer) {
            (Some(granted), issuer) => {
                let realms = [granted, issuer.unwrap_or(&config.realm)];
                if realms.contains(&"") || !realms.contains(&config.realm.as_str()) {
                    let form = format!("krbtgt/OTHER or krbtgt/{}@OTHER", config.realm);
                    at.misnamed(&path, format!("a key between realms is that of {form}"));
                }
            }
            (None, Some(_)) => {
                let message = "only krbtgt is of another realm: a name goes without its realm";
                at.misnamed(&path, message);
            }
            (None, None) => {}
        }
    }
}

/// The realm of a service that a step names: the client's own, or one that it reaches.
pub(super) fn service(plex: &Plex, client: &str, service: &str, path: &str, at: &mut At<'_>) {
    let (Some(Node::Client(config)), (_, Some(realm))) =
        (plex.nodes.get(client), Principal::split_realm(service))
    else {
        return;
    };
    let own = plex.realm_of(&config.kdc);
    let valid = own.into_iter().chain(config.realms.keys().map(String::as_str));
    at.known(path, "realm of this client", realm, valid);
}
