//! Servers: roles and methods that nothing has, calls that lead nowhere or in a circle.

use std::collections::{BTreeMap, BTreeSet};

use super::{At, illegal_name, part};
use crate::nodes::cics::config::{RegionConfig, Statement};
use crate::nodes::websphere::config::{Registry, WebSphereConfig};
use crate::scenario::model::{Node, Plex};

/// A method of a server is there.
pub(super) fn called(plex: &Plex, (server, method): (&str, &str), path: &str, at: &mut At<'_>) {
    let servers = plex.nodes.iter().filter_map(|(name, node)| match node {
        Node::WebSphere(config) => Some((name.as_str(), config)),
        _ => None,
    });
    let servers: BTreeMap<&str, &Box<WebSphereConfig>> = servers.collect();
    let known = at.known(&format!("{path}.server"), "server", server, servers.keys().copied());
    if let (true, Some(config)) = (known, servers.get(server)) {
        let valid = config.methods.keys().map(String::as_str);
        at.known(&format!("{path}.method"), "method", method, valid);
    }
}

/// The methods that a region's programs call are there, and the region says what it shows.
pub(super) fn methods_called(
    plex: &Plex,
    (config, code): (&RegionConfig, &[Statement]),
    path: &str,
    at: &mut At<'_>,
) {
    for (index, statement) in code.iter().enumerate() {
        let path = format!("{path}.{index}");
        match statement {
            Statement::Call { server, method, .. } => {
                called(plex, (server, method), &path, at);
                if config.csiv2.is_none() {
                    at.error(&path, "the region calls methods: say in `csiv2` what it shows");
                }
            }
            Statement::If { then, otherwise, .. } => {
                methods_called(plex, (config, then), &format!("{path}.then"), at);
                methods_called(plex, (config, otherwise), &format!("{path}.otherwise"), at);
            }
            Statement::Repeat { body, .. } => {
                methods_called(plex, (config, body), &format!("{path}.body"), at);
            }
            Statement::Exec(_) => {}
        }
    }
}

/// Servers alone are started anew.
pub(super) fn restarted(plex: &Plex, node: Option<&str>, path: &str, at: &mut At<'_>) {
    let node = node.and_then(|node| plex.nodes.get(node));
    if node.is_some_and(|node| !matches!(node, Node::WebSphere(_))) {
        at.error(&format!("{path}.node"), "only a WebSphere server is started anew");
    }
}

/// Checks a server.
pub(super) fn server(plex: &Plex, config: &WebSphereConfig, path: &str, at: &mut At<'_>) {
    let system = plex.systems.get(&config.system);
    let has_esm = system.is_some_and(|system| system.esm.is_some());
    if let Some(message) = illegal_name("user ID", &config.userid, 8) {
        at.error(&format!("{path}.userid"), message);
    }
    if config.realm.is_empty() || !config.realm.is_ascii() || config.realm.contains('@') {
        at.error(&format!("{path}.realm"), "a realm has a name of ASCII characters without @");
    }
    match &config.registry {
        Registry::LocalOs if system.is_some() && !has_esm => {
            let message = format!("LocalOs needs an ESM, and system `{}` has none", config.system);
            at.error(&format!("{path}.registry"), message);
        }
        Registry::Ldap(directory) => {
            for (field, why) in directory.faults() {
                at.error(&format!("{path}.registry.{field}"), why);
            }
        }
        Registry::LocalOs | Registry::None => {}
    }
    if config.zos.is_some() && system.is_some() && !has_esm {
        let message = format!("a z/OS image has an ESM, and system `{}` has none", config.system);
        at.error(&format!("{path}.zos"), message);
    }
    if config.tls.as_ref().is_some_and(|tls| tls.certificate.is_none()) {
        at.error(&format!("{path}.tls"), "a server with TLS has a certificate");
    }
    for (name, method) in &config.methods {
        let path = format!("{path}.methods.{}", part(name));
        // With SAF authorization roles are profiles, which come and go.
        let roles = method.roles.iter().enumerate().filter(|_| !config.uses_saf());
        for (index, role) in roles {
            let valid = config.roles.keys().map(String::as_str);
            at.known(&format!("{path}.roles.{index}"), "role", role, valid);
        }
        for (index, call) in method.calls.iter().enumerate() {
            let path = format!("{path}.calls.{index}");
            called(plex, (&call.server, &call.method), &path, at);
        }
    }
}

/// Methods that call one another in a circle never return.
pub(super) fn circles(plex: &Plex, at: &mut At<'_>) {
    for (server, node) in &plex.nodes {
        let Node::WebSphere(config) = node else { continue };
        for name in config.methods.keys() {
            if calls_itself(plex, (server, name)) {
                let path = format!("nodes.{}.methods.{}.calls", part(server), part(name));
                at.error(&path, format!("`{name}` calls itself through the methods that it calls"));
            }
        }
    }
}

fn calls_itself(plex: &Plex, method: (&str, &str)) -> bool {
    let (mut seen, mut open) = (BTreeSet::new(), vec![method]);
    while let Some((server, name)) = open.pop() {
        let Some(Node::WebSphere(config)) = plex.nodes.get(server) else { continue };
        for call in config.methods.get(name).into_iter().flat_map(|method| &method.calls) {
            let next = (call.server.as_str(), call.method.as_str());
            if next == method {
                return true;
            }
            if seen.insert(next) {
                open.push(next);
            }
        }
    }
    false
}
