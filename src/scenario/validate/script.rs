//! Steps: who acts, on what, and with what was made before.

use std::collections::{BTreeMap, BTreeSet};

use super::plex::drift;
use super::server::{called, restarted};
use super::{At, ends, illegal_name, node_names, part, realms};
use crate::nodes::cics::channel::{CCSIDS, converts};
use crate::nodes::cics::config::RegionConfig;
use crate::nodes::client::Who;
use crate::scenario::model::{
    Action, FaultAnswer, Node, Plex, Scenario, Secret, Source, Step, Token,
};

/// The kind of actor that an action belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Actor {
    Client,
    System,
    Node,
    Between,
    Fault,
}

fn actor_of(action: &Action) -> Actor {
    match action {
        Action::LogOn { .. }
        | Action::GetTicket { .. }
        | Action::MakeToken { .. }
        | Action::GetAssertion { .. }
        | Action::Start { .. }
        | Action::Call { .. }
        | Action::Wait { .. } => Actor::Client,
        Action::StepClock { .. }
        | Action::SetClock { .. }
        | Action::DriftClock { .. }
        | Action::FreezeClock
        | Action::ThawClock
        | Action::SlewClock { .. }
        | Action::Racf(_) => Actor::System,
        Action::Stop
        | Action::Refuse
        | Action::Hold
        | Action::Slow { .. }
        | Action::Resume
        | Action::SetJvmServer { .. }
        | Action::Restart
        | Action::Answer { .. } => Actor::Node,
        Action::Partition | Action::Heal => Actor::Between,
        Action::Release | Action::Replay => Actor::Fault,
    }
}

/// Checks a step: who acts, and on what.
pub(super) fn step(step: &Step, scenario: &Scenario, plex: &Plex, path: &str, at: &mut At<'_>) {
    actor(step, path, at);
    references(step, scenario, plex, path, at);
    match &step.action {
        Action::Start {
            region,
            transaction,
            userid,
            terminal,
            containers,
            more_tokens,
            secrets,
            documents,
            keep,
            ..
        } => {
            let userid_fault =
                userid.as_ref().and_then(|userid| illegal_name("user ID", userid, 8));
            if let Some(message) = userid_fault {
                at.error(&format!("{path}.do.userid"), message);
            }
            if let Some(terminal) = terminal {
                from_terminal(plex, region, terminal, userid.is_some(), path, at);
            }
            let fields = [
                ("containers", containers.keys().collect::<Vec<_>>()),
                ("more_tokens", more_tokens.keys().collect()),
                ("secrets", secrets.keys().collect()),
                ("documents", documents.keys().collect()),
                ("keep", keep.keys().collect()),
            ];
            start(plex, region, transaction, &fields, path, at);
            for (container, document) in documents {
                if let Some(ccsid) = document.ccsid.filter(|ccsid| !converts(*ccsid)) {
                    let path = format!("{path}.do.documents.{}.ccsid", part(container));
                    at.error(&path, format!("CCSID {ccsid} is none of {CCSIDS}"));
                }
            }
        }
        Action::GetAssertion { from, assertion, .. } => {
            let path = format!("{path}.do");
            issued(plex, from, &path, at);
            for (field, message) in assertion.faults() {
                at.error(&format!("{path}.assertion.{field}"), message);
            }
        }
        Action::Call { server, method, who, .. } => {
            called(plex, (server, method), &format!("{path}.do"), at);
            shown(who, &format!("{path}.do.as"), at);
        }
        Action::Restart => restarted(plex, step.node.as_deref(), path, at),
        Action::SetJvmServer { name, .. } => jvm_server(plex, step.node.as_deref(), name, path, at),
        Action::GetTicket { service, .. } | Action::MakeToken { service, .. }
            if !service.is_ascii() || service.is_empty() =>
        {
            at.error(&format!("{path}.do.service"), "a service's name has ASCII characters");
        }
        Action::GetTicket { service, .. } | Action::MakeToken { service, .. } => {
            let client = step.client.as_deref().unwrap_or_default();
            realms::service(plex, client, service, &format!("{path}.do.service"), at);
        }
        Action::DriftClock { ppm } => drift(*ppm, &format!("{path}.do.ppm"), at),
        Action::SlewClock { ppm } if !(1..=1_000_000).contains(ppm) => {
            let message = "a clock is slewed by 1 to 1000000 parts per million";
            at.error(&format!("{path}.do.ppm"), message);
        }
        _ => {}
    }
}

/// Assertions come from an identity provider.
fn issued(plex: &Plex, from: &str, path: &str, at: &mut At<'_>) {
    let issues = |node: &Node| matches!(node, Node::IdentityProvider(_));
    let valid = plex.nodes.iter().filter(|(_, node)| issues(node));
    at.known(
        &format!("{path}.from"),
        "identity provider",
        from,
        valid.map(|(name, _)| name.as_str()),
    );
}

/// A service has a name that Kerberos can carry.
fn shown(who: &Who, path: &str, at: &mut At<'_>) {
    if let Who::Kerberos { service } = who
        && (!service.is_ascii() || service.is_empty())
    {
        at.error(&format!("{path}.service"), "a service's name has ASCII characters");
    }
}

/// A region has the JVM server whose status is set.
fn jvm_server(plex: &Plex, node: Option<&str>, name: &str, path: &str, at: &mut At<'_>) {
    match node.and_then(|node| plex.nodes.get(node)) {
        Some(Node::Cics(config)) => {
            let valid = config.jvmservers.keys().map(String::as_str);
            at.known(&format!("{path}.do.name"), "JVM server", name, valid);
        }
        Some(_) => at.error(&format!("{path}.node"), "only a region has JVM servers"),
        None => {}
    }
}

/// Each action belongs to one kind of actor.
fn actor(step: &Step, path: &str, at: &mut At<'_>) {
    let given = [
        (Actor::Client, "client", step.client.is_some()),
        (Actor::System, "system", step.system.is_some()),
        (Actor::Node, "node", step.node.is_some()),
        (Actor::Between, "between", step.between.is_some()),
        (Actor::Fault, "fault", step.fault.is_some()),
    ];
    let wanted = actor_of(&step.action);
    for (actor, field, is_given) in given {
        if actor == wanted && !is_given {
            let message = format!("this step needs `{field}`: who it happens to");
            at.error(&format!("{path}.do"), message);
        } else if actor != wanted && is_given {
            at.error(&format!("{path}.{field}"), format!("this action is not done by `{field}`"));
        }
    }
    if step.at_local.is_some() && matches!(wanted, Actor::Between | Actor::Fault) {
        at.error(&format!("{path}.at_local"), "this step has no clock of its own: use `at`");
    }
}

/// What a step refers to is there.
fn references(step: &Step, scenario: &Scenario, plex: &Plex, path: &str, at: &mut At<'_>) {
    if let Some(client) = &step.client {
        let clients = plex.nodes.iter().filter(|(_, node)| matches!(node, Node::Client(_)));
        let valid = clients.map(|(name, _)| name.as_str());
        at.known(&format!("{path}.client"), "client", client, valid);
    }
    if let Some(system) = &step.system {
        let valid = plex.systems.keys().map(String::as_str);
        let known = at.known(&format!("{path}.system"), "system", system, valid);
        let has_esm = plex.systems.get(system).is_some_and(|system| system.esm.is_some());
        if known && !has_esm && matches!(step.action, Action::Racf(_)) {
            at.error(&format!("{path}.system"), format!("system `{system}` has no ESM"));
        }
    }
    if let Some(node) = &step.node {
        let names = node_names(plex);
        at.known(&format!("{path}.node"), "node", node, names.iter().map(String::as_str));
    }
    if let (Some(node), Some(injection)) = (&step.node, step.action.injection()) {
        if !node.ends_with(".ESM") {
            at.error(&format!("{path}.node"), "only an ESM answers codes: SYSTEM.ESM");
        }
        if let Some(why) = injection.objection() {
            at.error(&format!("{path}.do"), why);
        }
    }
    if let Some((left, right)) = &step.between {
        ends(plex, (left, right), &format!("{path}.between"), at);
    }
    if let Some(fault) = &step.fault {
        let valid = scenario.faults.iter().map(|fault| fault.name.as_str());
        if at.known(&format!("{path}.fault"), "fault", fault, valid) {
            fault_suits(&step.action, fault, scenario, path, at);
        }
    }
}

fn fault_suits(action: &Action, name: &str, scenario: &Scenario, path: &str, at: &mut At<'_>) {
    let answer = scenario.faults.iter().find(|fault| fault.name == name).map(|f| &f.answer);
    let suits = match action {
        Action::Release => matches!(answer, Some(FaultAnswer::Hold)),
        Action::Replay => matches!(answer, Some(FaultAnswer::Tap)),
        _ => true,
    };
    if !suits {
        let needed = if matches!(action, Action::Release) { "Hold" } else { "Tap" };
        at.error(&format!("{path}.fault"), format!("the fault `{name}` is no `{needed}`"));
    }
}

fn start(
    plex: &Plex,
    region: &str,
    transaction: &str,
    fields: &[(&str, Vec<&String>)],
    path: &str,
    at: &mut At<'_>,
) {
    let regions = plex.nodes.iter().filter_map(|(name, node)| match node {
        Node::Cics(config) => Some((name.as_str(), config)),
        _ => None,
    });
    let regions: BTreeMap<&str, &Box<RegionConfig>> = regions.collect();
    let known = at.known(&format!("{path}.do.region"), "region", region, regions.keys().copied());
    if let (true, Some(config)) = (known, regions.get(region)) {
        let valid = config.transactions.keys().map(String::as_str);
        at.known(&format!("{path}.do.transaction"), "transaction", transaction, valid);
    }
    let names =
        fields.iter().flat_map(|(field, names)| names.iter().map(move |name| (field, name)));
    for (field, name) in names {
        if !crate::nodes::cics::channel::name_is_legal(name) {
            let path = format!("{path}.do.{field}.{}", part(name));
            at.misnamed(&path, format!("`{name}` is no container name"));
        }
    }
}

/// A terminal is one of the region's, and its task has the terminal's user.
fn from_terminal(
    plex: &Plex,
    region: &str,
    terminal: &str,
    names_user: bool,
    path: &str,
    at: &mut At<'_>,
) {
    if let Some(Node::Cics(config)) = plex.nodes.get(region) {
        let path = format!("{path}.do.terminal");
        let valid = config.terminals.keys().map(String::as_str);
        if config.terminals.is_empty() {
            at.error(&path, format!("region {region} has no terminals: give it `terminals`"));
        } else {
            at.known(&path, "terminal", terminal, valid);
        }
    }
    if names_user {
        let message =
            "a task from a terminal runs under the user who is signed on there: leave `userid` out";
        at.error(&format!("{path}.do.userid"), message);
    }
}

/// A token must have been made, a PassTicket opened and a document kept by an earlier step of the same
/// client.
pub(super) fn tokens(steps: &[(usize, Step)], at: &mut At<'_>) {
    let mut made: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let (mut opened, mut kept) = (made.clone(), made.clone());
    for (index, step) in steps {
        let Some(client) = step.client.as_deref() else { continue };
        match &step.action {
            Action::MakeToken { name, .. } => {
                made.entry(client).or_default().insert(name);
            }
            Action::GetAssertion { name, .. } => {
                kept.entry(client).or_default().insert(name);
            }
            Action::Start { token, more_tokens, secrets, documents, keep, open, .. } => {
                let path = format!("script.{index}.do");
                let valid = || made.get(client).into_iter().flatten().copied();
                if let Token::Made(name) = token {
                    at.known(&format!("{path}.token"), "token", name, valid());
                }
                for (container, name) in more_tokens {
                    let path = format!("{path}.more_tokens.{}", part(container));
                    at.known(&path, "token", name, valid());
                }
                for (container, secret) in secrets {
                    let name = match secret {
                        Secret::PassTicket(name) | Secret::BasicAuth { passticket: name, .. } => {
                            name
                        }
                        Secret::Text(_) => continue,
                    };
                    let valid = opened.get(client).into_iter().flatten().copied();
                    let path = format!("{path}.secrets.{}", part(container));
                    at.known(&path, "PassTicket", name, valid);
                }
                for (container, document) in documents {
                    if let Source::Kept(name) = &document.from {
                        let valid = kept.get(client).into_iter().flatten().copied();
                        let path = format!("{path}.documents.{}.from", part(container));
                        at.known(&path, "document", name, valid);
                    }
                }
                kept.entry(client).or_default().extend(keep.values().map(String::as_str));
                for (number, open) in open.iter().enumerate() {
                    if let Some(name) = &open.token {
                        at.known(&format!("{path}.open.{number}.token"), "token", name, valid());
                    }
                    opened.entry(client).or_default().insert(&open.name);
                }
            }
            _ => {}
        }
    }
}
