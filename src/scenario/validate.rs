//! What decoding cannot see: references that lead nowhere, steps of the wrong actor, times that run
//! backwards, programs that do not translate. Every finding has its place in the files.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use schemars::JsonSchema;
use serde::de::DeserializeOwned;

use super::decode::decode;
use super::model::{
    Action, Expectation, Fault, FaultAnswer, Node, Plex, Scenario, Secret, Step, Token,
};
use super::overrides::lookup;
use super::problem::{Problem, Problems};
use super::source::{Sources, Span};
use super::tree::{Node as TreeNode, Tree, Value};
use crate::nodes::cics::config::RegionConfig;
use crate::nodes::cics::exec::Verb;
use crate::nodes::cics::program::{Program, ProgramError, StatementError};
use crate::nodes::esm::database::validate::{self as esm, Severity};
use crate::nodes::frame::Frame;
use crate::protocol::kerberos::{self, EncryptionType};
use crate::scalar::Timestamp;

/// The trees of a scenario and its plex, for the places of values.
pub struct Trees<'a> {
    /// The scenario.
    pub scenario: &'a Tree,
    /// The plex.
    pub plex: &'a Tree,
}

/// The place of a value, or of the nearest value above it that is written.
fn place(tree: &Tree, path: &str) -> Span {
    let mut path = path;
    loop {
        if let Some(node) = lookup(tree, path) {
            return node.span;
        }
        match path.rfind('.') {
            Some(end) => path = path.get(..end).unwrap_or_default(),
            None => return tree.root.name_span(),
        }
    }
}

/// A value path part, quoted where it has a dot.
fn part(name: &str) -> String {
    if name.contains('.') { format!("\"{name}\"") } else { name.to_owned() }
}

/// A checker over one of the trees.
struct At<'a> {
    tree: &'a Tree,
    problems: &'a mut Problems,
}

impl At<'_> {
    fn error(&mut self, path: &str, message: impl Into<String>) {
        self.problems.add(Problem::error(place(self.tree, path), message));
    }

    /// Reports a name that is not among the valid ones, with the nearest of them.
    fn known<'b>(
        &mut self,
        path: &str,
        what: &str,
        name: &str,
        valid: impl IntoIterator<Item = &'b str>,
    ) -> bool {
        let valid: Vec<&str> = valid.into_iter().collect();
        let found = valid.contains(&name);
        if !found {
            let problem =
                Problem::error(place(self.tree, path), format!("unknown {what} `{name}`"));
            self.problems.add(problem.suggest(name, valid));
        }
        found
    }
}

/// Checks a plex.
pub fn plex(plex: &Plex, trees: &Trees<'_>, problems: &mut Problems) {
    let mut at = At { tree: trees.plex, problems };
    for (name, system) in &plex.systems {
        if name.contains('.') {
            at.error(&format!("systems.{}", part(name)), "a system's name has no dot");
        }
        if let Some(database) = &system.esm {
            for finding in esm::validate(database) {
                let span = place(at.tree, &format!("systems.{}.esm.{}", part(name), finding.path));
                at.problems.add(match finding.severity {
                    Severity::Error => Problem::error(span, finding.message),
                    Severity::Warning => Problem::warning(span, finding.message),
                });
            }
        }
    }
    for (name, node) in &plex.nodes {
        let path = format!("nodes.{}", part(name));
        if name.contains('.') {
            at.error(&path, "a node's name has no dot");
        }
        let systems = plex.systems.keys().map(String::as_str);
        at.known(&format!("{path}.system"), "system", node.system(), systems);
        match node {
            Node::Client(config) => {
                etypes(&config.etypes, &format!("{path}.etypes"), &mut at);
                client_kdc(plex, &config.kdc, &path, &mut at);
                if config.tries == 0 {
                    at.error(&format!("{path}.tries"), "a client tries at least once");
                }
            }
            Node::Kdc(config) => {
                if !config.realm.is_ascii() || config.realm.is_empty() {
                    at.error(&format!("{path}.realm"), "a realm has ASCII characters alone");
                }
                for (principal, keys) in &config.principals {
                    let path = format!("{path}.principals.{}", part(principal));
                    etypes(&keys.etypes, &format!("{path}.etypes"), &mut at);
                    if !principal.is_ascii() {
                        at.error(&path, "a principal's name has ASCII characters alone");
                    }
                }
            }
            Node::Cics(config) => region(plex, config, &path, &mut at),
            Node::Cscs(config) => {
                if !(40..=32_756).contains(&config.record_length) {
                    let path = format!("{path}.record_length");
                    at.error(&path, "a record length lies between 40 and 32756");
                }
            }
        }
    }
    for (name, link) in &plex.links {
        let path = format!("links.{}", part(name));
        ends(plex, (&link.between.0, &link.between.1), &format!("{path}.between"), &mut at);
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

/// The names of all nodes, those of systems included.
fn node_names(plex: &Plex) -> Vec<String> {
    let own = plex.systems.iter().filter(|(_, system)| system.esm.is_some());
    let own = own.flat_map(|(name, _)| [format!("{name}.ESM"), format!("{name}.NAS")]);
    plex.nodes.keys().cloned().chain(own).collect()
}

fn client_kdc(plex: &Plex, kdc: &str, path: &str, at: &mut At<'_>) {
    let kdcs = plex.nodes.iter().filter(|(_, node)| matches!(node, Node::Kdc(_)));
    let nas = plex
        .systems
        .iter()
        .filter(|(_, system)| system.esm.as_ref().is_some_and(|database| database.realm.is_some()));
    let mut valid: Vec<String> = kdcs.map(|(name, _)| name.clone()).collect();
    valid.extend(nas.map(|(name, _)| format!("{name}.NAS")));
    at.known(&format!("{path}.kdc"), "KDC", kdc, valid.iter().map(String::as_str));
}

fn ends(plex: &Plex, (left, right): (&str, &str), path: &str, at: &mut At<'_>) {
    let names = node_names(plex);
    let valid = || names.iter().map(String::as_str);
    let known = at.known(&format!("{path}.0"), "node", left, valid())
        & at.known(&format!("{path}.1"), "node", right, valid());
    if known && left == right {
        at.error(path, "a link joins two different nodes");
    }
}

fn region(plex: &Plex, config: &RegionConfig, path: &str, at: &mut At<'_>) {
    let mut name = |path: String, what: &str, name: &str, most: usize| {
        let legal = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || "$@#".contains(c);
        if name.is_empty() || name.len() > most || !name.chars().all(legal) {
            let message =
                format!("`{name}` is no {what}: 1 to {most} of A to Z, 0 to 9, $, @ and #");
            at.error(&path, message);
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
    for program in config.programs.keys() {
        name(format!("{path}.programs.{}", part(program)), "program name", program, 8);
    }
    for (transaction, definition) in &config.transactions {
        let path = format!("{path}.transactions.{}.program", part(transaction));
        let programs = config.programs.keys().map(String::as_str);
        at.known(&path, "program", &definition.program, programs);
    }
    let logs = || plex.nodes.iter().filter(|(_, node)| matches!(node, Node::Cscs(_)));
    for (queue, node) in &config.queues {
        let path = format!("{path}.queues.{}", part(queue));
        at.known(&path, "Cscs node", node, logs().map(|(name, _)| name.as_str()));
    }
    for (id, exit) in &config.xmeout {
        if let crate::nodes::cics::config::MessageExit::Route(queue) = exit {
            // The exit is a program: it may name any queue, and what it writes there is lost.
            if !config.queues.contains_key(queue) {
                let span = place(at.tree, &format!("{path}.xmeout.{}", part(id)));
                let message =
                    format!("the region has no queue `{queue}`: the message will be lost");
                at.problems.add(Problem::warning(span, message));
            }
        }
        let path = format!("{path}.xmeout.{}", part(id));
        let ids = crate::catalogue::messages::ROWS.iter().map(|message| message.id);
        at.known(&path, "message", id, ids);
    }
}

/// Compiles the programs of every region; complaints stand at their column in the command's text.
pub fn programs(
    plex: &Plex,
    trees: &Trees<'_>,
    sources: &Sources,
    problems: &mut Problems,
) -> BTreeMap<String, BTreeMap<String, Arc<Program>>> {
    let mut all = BTreeMap::new();
    for (name, node) in &plex.nodes {
        let Node::Cics(config) = node else { continue };
        let mut compiled = BTreeMap::new();
        for (program, source) in &config.programs {
            let path = format!("nodes.{}.programs.{}.code", part(name), part(program));
            let declared = source.data.clone();
            match Program::compile(program, declared, &source.code, config.release) {
                Ok(done) => {
                    compiled.insert(program.clone(), Arc::new(done));
                }
                Err(errors) => {
                    let located =
                        errors.iter().map(|error| complaint(error, &path, trees, sources));
                    problems.extend(located.collect::<Vec<_>>());
                }
            }
        }
        all.insert(name.clone(), compiled);
    }
    all
}

fn complaint(error: &ProgramError, path: &str, trees: &Trees<'_>, sources: &Sources) -> Problem {
    let pieces = error.path.split(['[', ']']).filter(|piece| !piece.is_empty());
    let path = pieces
        .fold(path.to_owned(), |path, piece| format!("{path}.{}", piece.trim_start_matches('.')));
    let span = place(trees.plex, &path);
    match &error.error {
        StatementError::Syntax(error) => {
            let text = lookup(trees.plex, &path).and_then(exec_text);
            let span = match text {
                Some(node) => within(node.span, error.span.start, error.span.end, sources),
                None => span,
            };
            let problem = Problem::error(span, error.message.clone());
            match &error.help {
                Some(help) => problem.help(help.clone()),
                None => problem,
            }
        }
        StatementError::Times(times) => {
            Problem::error(span, format!("a loop runs 1 to 10000 times, not {times}"))
        }
        StatementError::Depth => Problem::error(span, "statements are nested too deeply"),
    }
}

/// The string inside `Exec("…")`.
fn exec_text(node: &TreeNode) -> Option<&TreeNode> {
    match &node.value {
        Value::Tuple { items, .. } => items.first(),
        Value::Str(_) => Some(node),
        _ => None,
    }
}

/// The place of bytes of a string's value inside the string as it is written. With escapes before
/// them the place is the whole string: nothing nearer can be told.
fn within(span: Span, start: usize, end: usize, sources: &Sources) -> Span {
    let written = sources.excerpt(span);
    let opening = written.find('"').map_or(0, |quote| quote + 1);
    if !written.starts_with('r') && written.contains('\\') {
        return span;
    }
    span.part(opening + start, end.saturating_sub(start).max(1))
}

/// Checks a scenario against its plex.
pub fn scenario(scenario: &Scenario, plex: &Plex, trees: &Trees<'_>, problems: &mut Problems) {
    let mut at = At { tree: trees.scenario, problems };
    let steps: Vec<(usize, Step)> = elements(trees.scenario, "script");
    let mut names = BTreeSet::new();
    for (index, step) in &steps {
        let path = format!("script.{index}");
        if let Some(name) = &step.name
            && !names.insert(name.clone())
        {
            at.error(&format!("{path}.name"), format!("a second step has the name `{name}`"));
        }
        step_actor(step, scenario, plex, &path, &mut at);
    }
    tokens(&steps, &mut at);
    let mut names = BTreeSet::new();
    for (index, fault) in &elements::<Fault>(trees.scenario, "faults") {
        let path = format!("faults.{index}");
        if !names.insert(fault.name.clone()) {
            let message = format!("a second fault has the name `{}`", fault.name);
            at.error(&format!("{path}.name"), message);
        }
        fault_rule(fault, plex, &path, &mut at);
    }
    for (index, expectation) in &elements::<Expectation>(trees.scenario, "expect") {
        expected(expectation, plex, &format!("expect.{index}"), &mut at);
    }
    match (&scenario.sibling_of, scenario.differs.is_empty()) {
        (Some(_), true) => at.error("sibling_of", "a sibling says in `differs` what differs"),
        (None, false) => at.error("differs", "`differs` needs `sibling_of`"),
        _ => {}
    }
}

/// The elements of a list that decode, each with its place in the list. One that does not has been
/// reported and is missing from the model, where the numbers of those behind it have moved.
fn elements<T: DeserializeOwned + JsonSchema>(tree: &Tree, list: &str) -> Vec<(usize, T)> {
    let items = tree.root.get(list).map(TreeNode::items).unwrap_or_default().iter().enumerate();
    let decoded = items.map(|(index, item)| {
        let piece = Tree::new(item.clone(), u32::MAX / 2);
        (index, decode(&piece, &mut Problems::new()))
    });
    decoded.filter_map(|(index, element)| Some((index, element?))).collect()
}

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
        | Action::Start { .. }
        | Action::Wait { .. } => Actor::Client,
        Action::StepClock { .. }
        | Action::SetClock { .. }
        | Action::DriftClock { .. }
        | Action::FreezeClock
        | Action::ThawClock
        | Action::SlewClock { .. } => Actor::System,
        Action::Stop | Action::Refuse | Action::Hold | Action::Slow { .. } | Action::Resume => {
            Actor::Node
        }
        Action::Partition | Action::Heal => Actor::Between,
        Action::Release | Action::Replay => Actor::Fault,
    }
}

fn step_actor(step: &Step, scenario: &Scenario, plex: &Plex, path: &str, at: &mut At<'_>) {
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
            at.error(
                &format!("{path}.do"),
                format!("this step needs `{field}`: who it happens to"),
            );
        } else if actor != wanted && is_given {
            at.error(&format!("{path}.{field}"), format!("this action is not done by `{field}`"));
        }
    }
    let clients = || plex.nodes.iter().filter(|(_, node)| matches!(node, Node::Client(_)));
    if let Some(client) = &step.client {
        let valid = clients().map(|(name, _)| name.as_str());
        at.known(&format!("{path}.client"), "client", client, valid);
    }
    if let Some(system) = &step.system {
        let valid = plex.systems.keys().map(String::as_str);
        at.known(&format!("{path}.system"), "system", system, valid);
    }
    if let Some(node) = &step.node {
        let names = node_names(plex);
        at.known(&format!("{path}.node"), "node", node, names.iter().map(String::as_str));
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
    if step.at_local.is_some() && matches!(wanted, Actor::Between | Actor::Fault) {
        at.error(&format!("{path}.at_local"), "this step has no clock of its own: use `at`");
    }
    match &step.action {
        Action::Start { region, transaction, containers, more_tokens, secrets, .. } => {
            let fields = [
                ("containers", containers.keys().collect::<Vec<_>>()),
                ("more_tokens", more_tokens.keys().collect()),
                ("secrets", secrets.keys().collect()),
            ];
            start(plex, region, transaction, &fields, path, at);
        }
        Action::GetTicket { service, .. } | Action::MakeToken { service, .. }
            if !service.is_ascii() || service.is_empty() =>
        {
            at.error(&format!("{path}.do.service"), "a service's name has ASCII characters");
        }
        _ => {}
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
            at.error(&path, format!("`{name}` is no container name"));
        }
    }
}

/// A token must have been made, and a PassTicket opened, by an earlier step of the same client.
fn tokens(steps: &[(usize, Step)], at: &mut At<'_>) {
    let mut made: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let mut opened = made.clone();
    for (index, step) in steps {
        let Some(client) = step.client.as_deref() else { continue };
        match &step.action {
            Action::MakeToken { name, .. } => {
                made.entry(client).or_default().insert(name);
            }
            Action::Start { token, more_tokens, secrets, open, .. } => {
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

fn fault_rule(fault: &Fault, plex: &Plex, path: &str, at: &mut At<'_>) {
    match (&fault.link, &fault.between) {
        (Some(link), None) => {
            let valid = plex.links.keys().map(String::as_str);
            at.known(&format!("{path}.link"), "link", link, valid);
        }
        (None, Some((left, right))) => {
            ends(plex, (left, right), &format!("{path}.between"), at);
        }
        _ => at.error(path, "a fault names either its `link` or the nodes `between` which it acts"),
    }
    if let Some(to) = &fault.to {
        let names = node_names(plex);
        at.known(&format!("{path}.to"), "node", to, names.iter().map(String::as_str));
    }
    if let Some(kind) = &fault.kind {
        let valid = Frame::KINDS.iter().copied().chain(kerberos::KINDS.iter().copied());
        at.known(&format!("{path}.kind"), "kind of message", kind, valid);
    }
    if fault.nth == Some(0) {
        at.error(&format!("{path}.nth"), "messages are counted from 1");
    }
    match &fault.answer {
        FaultAnswer::FlipBit { from_start, from_end }
            if from_start.is_some() == from_end.is_some() =>
        {
            at.error(&format!("{path}.do"), "FlipBit takes either `from_start` or `from_end`");
        }
        FaultAnswer::Duplicate { copies, .. } if !(1..=1000).contains(copies) => {
            at.error(&format!("{path}.do.copies"), "between 1 and 1000 copies can be made");
        }
        _ => {}
    }
}

fn expected(what: &Expectation, plex: &Plex, path: &str, at: &mut At<'_>) {
    match what {
        Expectation::Message { id, .. } => {
            let ids = crate::catalogue::messages::ROWS.iter().map(|message| message.id);
            at.known(&format!("{path}.id"), "message", id, ids);
        }
        Expectation::Response { command, node, .. } => {
            let verbs = Verb::ALL.iter().map(|verb| verb.word());
            at.known(&format!("{path}.command"), "command", command, verbs);
            if let Some(node) = node {
                let names = plex.nodes.keys().map(String::as_str);
                at.known(&format!("{path}.node"), "node", node, names);
            }
        }
        Expectation::Container { text: None, hex: None, .. } => {
            at.error(path, "a container is compared with `text` or `hex`");
        }
        Expectation::Variable { name, .. } => {
            let regions = plex.nodes.values().filter_map(|node| match node {
                Node::Cics(config) => Some(config),
                _ => None,
            });
            let programs = regions.flat_map(|config| config.programs.values());
            let declared: BTreeSet<String> = programs
                .flat_map(|program| program.data.iter().map(|(name, _)| name.to_owned()))
                .collect();
            let valid = declared.iter().map(String::as_str);
            at.known(&format!("{path}.name"), "data area", name, valid);
        }
        Expectation::Record { kind, .. } => {
            let kinds = crate::trace::kinds::KINDS.iter().map(|row| row.name);
            at.known(&format!("{path}.kind"), "record kind", kind, kinds);
        }
        Expectation::Never(inner) => expected(inner, plex, &format!("{path}.0"), at),
        Expectation::Eventually { what, .. } | Expectation::Count { what, .. } => {
            expected(what, plex, &format!("{path}.what"), at);
        }
        Expectation::Sequence(parts) => {
            if parts.is_empty() {
                at.error(path, "a sequence has at least one part");
            }
            for (index, inner) in parts.iter().enumerate() {
                expected(inner, plex, &format!("{path}.0.{index}"), at);
            }
        }
        _ => {}
    }
}

/// When each step happens; a step without a time, with two, or before the one above it is an error.
pub fn times(
    scenario: &Scenario,
    midnight: Timestamp,
    trees: &Trees<'_>,
    problems: &mut Problems,
) -> Vec<Timestamp> {
    let mut at = At { tree: trees.scenario, problems };
    let mut previous = midnight;
    let mut latest: Option<Timestamp> = None;
    let mut times = Vec::with_capacity(scenario.script.len());
    let written = at.tree.root.get("script").map_or(0, |node| node.items().len());
    if written != scenario.script.len() {
        return vec![midnight; scenario.script.len()];
    }
    for (index, step) in scenario.script.iter().enumerate() {
        let path = format!("script.{index}");
        let (field, time) = match (step.at, step.at_local) {
            (Some(time), None) => ("at", time),
            (None, Some(time)) => ("at_local", time),
            (None, None) if unreadable_time(trees.scenario, &path) => {
                times.push(previous);
                continue;
            }
            (None, None) => {
                // A time that did not decode is reported already.
                let is_written = ["at", "at_local"]
                    .iter()
                    .any(|field| lookup(at.tree, &format!("{path}.{field}")).is_some());
                if !is_written {
                    at.error(&path, "a step needs a time: `at` (true time) or `at_local`");
                }
                times.push(previous);
                continue;
            }
            (Some(_), Some(_)) => {
                at.error(&path, "a step has `at` or `at_local`, not both");
                times.push(previous);
                continue;
            }
        };
        let resolved = time.resolve(scenario.date, previous).unwrap_or_else(|| {
            at.error(&format!("{path}.{field}"), "the time is out of range");
            previous
        });
        if field == "at" {
            if latest.is_some_and(|latest| resolved < latest) {
                let message = "time runs backwards: this step is before the one above it";
                at.error(&format!("{path}.at"), message);
            }
            latest = Some(resolved);
        }
        previous = resolved;
        times.push(resolved);
    }
    times
}

/// Whether a step has a time that could not be read: decoding has already told what is wrong with it.
fn unreadable_time(tree: &Tree, step: &str) -> bool {
    ["at", "at_local"].iter().any(|field| lookup(tree, &format!("{step}.{field}")).is_some())
}
