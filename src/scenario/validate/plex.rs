//! What is wrong with a plex: its systems, nodes and links.

use std::collections::BTreeMap;

use super::server::{circles, methods_called, server};
use super::{At, Changes, Trees, ends, illegal_name, name_place, part, place, realms};
use crate::nodes::cics::config::{RUNAWAY_COMMANDS_MAX, RegionConfig, SAML_GROUP};
use crate::nodes::esm::database::validate::{self as esm, Finding};
use crate::nodes::kdc::KdcConfig;
use crate::nodes::warning::{Severity, Warning};
use crate::protocol::kerberos::EncryptionType;
use crate::scenario::model::{Latency, Node, Plex, System};
use crate::scenario::overrides::lookup;
use crate::scenario::problem::{Problem, Problems};
use crate::scenario::source::Span;
use crate::scenario::tree::Tree;

/// Checks a plex.
pub fn plex(plex: &Plex, changes: &Changes, trees: &Trees<'_>, problems: &mut Problems) {
    let mut at = At { tree: trees.plex, problems };
    for (name, description) in &plex.systems {
        system(name, description, changes, &mut at);
    }
    for (name, description) in &plex.nodes {
        node(plex, name, description, &mut at);
    }
    links(plex, &mut at);
    circles(plex, &mut at);
}

/// A day (ns).
const DAY: i64 = 86_400 * 1_000_000_000;
/// The most that a clock is wrong at first (ns).
const SKEW_MAX: i64 = 36_525 * DAY;

fn system(name: &str, system: &System, changes: &Changes, at: &mut At<'_>) {
    let path = format!("systems.{}", part(name));
    if name.contains('.') {
        at.misnamed(&path, "a system's name has no dot");
    }
    drift(system.clock.drift_ppm, &format!("{path}.clock.drift_ppm"), at);
    if system.gmt_offset.nanoseconds().abs() > DAY {
        let message = "local time is at most a day from UTC";
        at.error(&format!("{path}.gmt_offset"), message);
    }
    if system.clock.skew.nanoseconds().abs() > SKEW_MAX {
        let message = "a clock is at most 100 years (36525d) from true time";
        at.error(&format!("{path}.clock.skew"), message);
    }
    for finding in system.esm.iter().flat_map(esm::validate) {
        let span = found_at(&format!("{path}.esm"), name, &finding, changes, at.tree);
        let Finding { severity, message, help, .. } = finding;
        let problem = match severity {
            Severity::Error => Problem::error(span, message),
            Severity::Warning(warning) => Problem::warning(span, warning, message),
        };
        at.problems.add(help.into_iter().fold(problem, Problem::help));
    }
}

/// Whether a clock can gain so much.
pub(super) fn drift(ppm: i32, path: &str, at: &mut At<'_>) {
    if !(-999_999..=1_000_000).contains(&ppm) {
        at.error(path, "a clock gains between -999999 and 1000000 parts per million");
    }
}

/// The place of a finding: where its value is written, else the last command that made it so.
fn found_at(esm: &str, system: &str, finding: &Finding, changes: &Changes, tree: &Tree) -> Span {
    let whole = format!("{esm}.{}", finding.path);
    let made = |change: &&(String, String, Span)| {
        let rest = finding.path.strip_prefix(change.1.as_str());
        change.0 == system && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    match changes.iter().rev().find(made) {
        Some((.., span)) if lookup(tree, &whole).is_none() => *span,
        _ if finding.is_name => name_place(tree, &whole),
        _ => place(tree, &whole),
    }
}

fn node(plex: &Plex, name: &str, node: &Node, at: &mut At<'_>) {
    let path = format!("nodes.{}", part(name));
    if name.contains('.') {
        at.misnamed(&path, "a node's name has no dot");
    }
    let systems = plex.systems.keys().map(String::as_str);
    at.known(&format!("{path}.system"), "system", node.system(), systems);
    match node {
        Node::Client(config) => {
            etypes(&config.etypes, &format!("{path}.etypes"), at);
            realms::client(plex, config, &path, at);
            if config.tries == 0 {
                at.error(&format!("{path}.tries"), "a client tries at least once");
            }
        }
        Node::Kdc(config) => kdc(config, &path, at),
        Node::Cics(config) => region(plex, config, &path, at),
        Node::IdentityProvider(config) => {
            if config.issuer.is_empty() {
                at.error(&format!("{path}.issuer"), "an issuer has a name");
            }
        }
        Node::WebSphere(config) => server(plex, config, &path, at),
        Node::Cscs(config) => {
            if !(40..=32_756).contains(&config.record_length) {
                let path = format!("{path}.record_length");
                at.error(&path, "a record length lies between 40 and 32756");
            }
        }
    }
}

fn kdc(config: &KdcConfig, path: &str, at: &mut At<'_>) {
    if !config.realm.is_ascii() || config.realm.is_empty() {
        at.error(&format!("{path}.realm"), "a realm has ASCII characters alone");
    }
    realms::granting(config, path, at);
    for (principal, keys) in &config.principals {
        let path = format!("{path}.principals.{}", part(principal));
        etypes(&keys.etypes, &format!("{path}.etypes"), at);
        if !principal.is_ascii() {
            at.misnamed(&path, "a principal's name has ASCII characters alone");
        }
    }
}

fn links(plex: &Plex, at: &mut At<'_>) {
    let mut joined: BTreeMap<[&str; 2], &str> = BTreeMap::new();
    for (name, link) in &plex.links {
        let path = format!("links.{}", part(name));
        let (left, right) = (link.between.0.as_str(), link.between.1.as_str());
        ends(plex, (left, right), &format!("{path}.between"), at);
        let pair = if left < right { [left, right] } else { [right, left] };
        match joined.get(&pair) {
            Some(first) => {
                let message = format!("link `{first}` joins these two nodes already");
                at.error(&format!("{path}.between"), message);
            }
            None => {
                joined.insert(pair, name);
            }
        }
        if let Latency::Uniform { least, most } = &link.latency
            && least > most
        {
            let message = "the shortest latency is longer than the longest";
            at.error(&format!("{path}.latency.least"), message);
        }
    }
}

fn etypes(numbers: &[i32], path: &str, at: &mut At<'_>) {
    for (index, number) in numbers.iter().enumerate() {
        if EncryptionType::from_number(*number).is_none() {
            let message = format!("encryption type {number} is not one of 17, 18, 19, 20");
            at.error(&format!("{path}.{index}"), message);
        }
    }
    if numbers.is_empty() {
        at.error(path, "at least one encryption type is needed");
    }
}

/// The names of what a region has.
fn region_names(config: &RegionConfig, path: &str, at: &mut At<'_>) {
    let mut name = |path: String, what: &str, name: &str, most: usize| {
        if let Some(message) = illegal_name(what, name, most) {
            at.misnamed(&path, message);
        }
    };
    name(format!("{path}.userid"), "user ID", &config.userid, 8);
    for (field, value, most) in [
        ("APPLID", &config.sit.applid, 8),
        ("SYSID", &config.sit.sysid, 4),
        ("DFLTUSER", &config.sit.dfltuser, 8),
        ("KERBEROSUSER", &config.sit.kerberosuser, 8),
    ] {
        if let Some(value) = value {
            name(format!("{path}.sit.{field}"), field, value, most);
        }
    }
    for transaction in config.transactions.keys() {
        let path = format!("{path}.transactions.{}", part(transaction));
        name(path, "transaction identifier", transaction, 4);
    }
    for queue in config.queues.keys() {
        name(format!("{path}.queues.{}", part(queue)), "queue name", queue, 4);
    }
    for (terminal, definition) in &config.terminals {
        let path = format!("{path}.terminals.{}", part(terminal));
        name(path.clone(), "terminal identifier", terminal, 4);
        for (field, what, value) in
            [("netname", "netname", &definition.netname), ("userid", "user ID", &definition.userid)]
        {
            if let Some(value) = value {
                name(format!("{path}.{field}"), what, value, 8);
            }
        }
    }
    for program in config.programs.keys() {
        name(format!("{path}.programs.{}", part(program)), "program name", program, 8);
    }
    for server in config.jvmservers.keys() {
        name(format!("{path}.jvmservers.{}", part(server)), "JVM server name", server, 8);
    }
}

fn region(plex: &Plex, config: &RegionConfig, path: &str, at: &mut At<'_>) {
    region_names(config, path, at);
    for (transaction, definition) in &config.transactions {
        let path = format!("{path}.transactions.{}.program", part(transaction));
        let programs = config.programs.keys().map(String::as_str);
        at.known(&path, "program", &definition.program, programs);
    }
    for (index, group) in config.groups.iter().enumerate() {
        at.known(&format!("{path}.groups.{index}"), "CSD group", group, [SAML_GROUP]);
    }
    for (server, definition) in &config.jvmservers {
        let path = format!("{path}.jvmservers.{}", part(server));
        if definition.sts.is_some() && definition.sts_file.is_some() {
            at.error(&format!("{path}.sts_file"), "`sts` has the configuration already");
        }
        let skew = definition.sts.as_ref().map_or(0, |sts| sts.clock_skew.nanoseconds());
        if skew % 1_000_000 != 0 || skew > SKEW_MAX {
            let message = "the clock skew is a whole number of milliseconds, at most 100 years";
            at.error(&format!("{path}.sts.clock_skew"), message);
        }
    }
    for (program, source) in &config.programs {
        let path = format!("{path}.programs.{}.code", part(program));
        methods_called(plex, (config, &source.code), &path, at);
    }
    let ring = config.sit.keyring.as_deref().unwrap_or("RING");
    if ring.is_empty() || ring.len() > 47 || !ring.bytes().all(|byte| byte.is_ascii_graphic()) {
        // 47 characters: CICS SIT KEYRING.
        at.error(&format!("{path}.sit.KEYRING"), "a key ring's name has 1 to 47 characters");
    }
    let logs = || plex.nodes.iter().filter(|(_, node)| matches!(node, Node::Cscs(_)));
    for (queue, node) in &config.queues {
        let path = format!("{path}.queues.{}", part(queue));
        at.known(&path, "Cscs node", node, logs().map(|(name, _)| name.as_str()));
    }
    if !(1..=RUNAWAY_COMMANDS_MAX).contains(&config.runaway_commands) {
        let message = format!("expected 1 to {RUNAWAY_COMMANDS_MAX} commands");
        at.error(&format!("{path}.runaway_commands"), message);
    }
    for (id, exit) in &config.xmeout {
        if let crate::nodes::cics::config::MessageExit::Route(queue) = exit {
            // The exit is a program: it may name any queue, and what it writes there is lost.
            if !config.queues.contains_key(queue) {
                let span = place(at.tree, &format!("{path}.xmeout.{}", part(id)));
                let message =
                    format!("the region has no queue `{queue}`: the message will be lost");
                let warning = Warning::XmeoutUndefinedQueue;
                at.problems.add(Problem::warning(span, warning, message));
            }
        }
        let path = format!("{path}.xmeout.{}", part(id));
        let ids = crate::catalogue::messages::ROWS.iter().map(|message| message.id);
        at.known(&path, "message", id, ids);
    }
}
