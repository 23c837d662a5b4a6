//! From files to a plan: everything loaded, resolved and checked, ready to run any number of times.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;

use super::canonical::{canonical, digest};
use super::decode::decode;
use super::model::{NamedFile, Plex, Scenario, Step};
use super::overrides::{Override, Roots};
use super::problem::{Problem, Problems};
use super::read;
use super::source::{MAX_BYTES, SourceId, Sources, Span};
use super::tree::Tree;
use super::validate;
use crate::nodes::cics::program::Program;
use crate::nodes::esm::command::RacfCommand;
use crate::scalar::{ScriptTime, Timestamp};
use crate::trace::OPENING;

/// Fields of a scenario file that paths may begin with.
const SCENARIO_SECTIONS: [&str; 14] = [
    "title",
    "teaches",
    "fix",
    "plex",
    "seed",
    "date",
    "start",
    "until",
    "faults",
    "script",
    "expect",
    "allow",
    "sibling_of",
    "differs",
];
/// Fields of a plex file that paths may begin with.
const PLEX_SECTIONS: [&str; 3] = ["systems", "nodes", "links"];
/// How long before its first step a run begins where the scenario does not say (assumed): enough for
/// the regions to initialize.
const LEAD: i64 = 1_000_000_000;

/// Where files come from. The host reads a disk; tests and the browser hand over what they have.
pub trait Files {
    /// The bytes of a file. `beside` is the file that names it, none for the scenario itself.
    ///
    /// # Errors
    /// Why the file cannot be read, in the words of the system.
    fn read(&self, beside: Option<&str>, path: &str) -> Result<Vec<u8>, String>;

    /// The path under which a file beside another one is read.
    fn resolve(&self, beside: &str, path: &str) -> String;
}

/// A scenario that loads, and everything that it refers to.
#[derive(Clone)]
pub struct Plan {
    /// The path under which the scenario was read.
    pub path: String,
    /// The scenario, with all changes applied.
    pub scenario: Scenario,
    /// Its plex, with all changes applied, and RACF commands of the ESMs carried out.
    pub plex: Plex,
    /// When the run begins, in true time.
    pub start: Timestamp,
    /// When it ends at the latest, in true time.
    pub until: Option<Timestamp>,
    /// When each step happens, by true time or by its actor's clock.
    pub times: Vec<Timestamp>,
    /// The programs of every region.
    pub programs: BTreeMap<String, BTreeMap<String, Arc<Program>>>,
    /// The RACF commands of the script, by the numbers of their steps.
    pub commands: BTreeMap<usize, Arc<RacfCommand>>,
    /// Files that steps and the plex refer to, by the paths that they write.
    pub files: BTreeMap<String, Arc<[u8]>>,
    /// BLAKE3 digest of the resolved model: the scenario's identity.
    pub digest: String,
    /// The changes of the command line, as typed.
    pub overrides: Vec<String>,
    /// The texts, for places in them.
    pub sources: Sources,
    /// What is wrong without making it unusable.
    pub warnings: Problems,
    /// The canonical form of everything that decides what a run does, as it is declared.
    resolved: Value,
    tree: Tree,
    plex_tree: Tree,
}

/// A scenario that does not load.
#[derive(Debug)]
pub struct Unusable {
    /// Its texts.
    pub sources: Sources,
    /// What is wrong, in the order of the places.
    pub problems: Problems,
}

/// The part of the model that decides what a run does; what `differs` and the digest speak of.
#[derive(Serialize)]
struct Resolved<'a> {
    seed: u64,
    date: String,
    start: &'a Option<ScriptTime>,
    until: &'a Option<ScriptTime>,
    faults: &'a [super::model::Fault],
    script: &'a [Step],
    systems: &'a BTreeMap<String, super::model::System>,
    nodes: &'a BTreeMap<String, super::model::Node>,
    links: &'a BTreeMap<String, super::model::Link>,
}

/// Loads a scenario with its plex and all files that it names.
///
/// # Errors
/// Everything that is wrong with them, located; the author of the files mends it.
pub fn load(files: &dyn Files, path: &str, changes: &[String]) -> Result<Plan, Box<Unusable>> {
    let mut loader = Loader { files, sources: Sources::new(), problems: Problems::new() };
    let plan = loader.load(path, changes);
    let Loader { sources, mut problems, .. } = loader;
    if problems.has_errors() {
        // What rests on something wrong may not be meant as it looks.
        problems.drop_warnings();
    }
    match plan {
        Some(plan) if !problems.has_errors() => Ok(Plan { sources, warnings: problems, ..plan }),
        _ => Err(Box::new(Unusable { sources, problems })),
    }
}

struct Loader<'a> {
    files: &'a dyn Files,
    sources: Sources,
    problems: Problems,
}

impl Loader<'_> {
    fn load(&mut self, path: &str, changes: &[String]) -> Option<Plan> {
        let source = self.source(path, None, None)?;
        if self.sources.text(source).as_bytes().starts_with(OPENING) {
            let whole = self.sources.whole(source);
            let problem = Problem::error(whole.part(0, 1), "this is a trace, not a scenario");
            self.problems.add(problem.help("`regionsim diff` compares it with another one"));
            return None;
        }
        let mut tree = read::parse(&self.sources, source, &mut self.problems)?;
        if tree.root.name() == Some("Plex") {
            let problem = Problem::error(tree.root.name_span(), "this is a plex, not a scenario");
            self.problems.add(problem.help("run a scenario that names it: `plex: \"…\"`"));
            return None;
        }
        let all = self.changes(&tree, changes);
        let of_scenario =
            |change: &&Override| SCENARIO_SECTIONS.contains(&change.section().unwrap_or_default());
        for change in all.iter().filter(of_scenario) {
            change.apply(&mut tree, &mut self.problems);
        }
        let mut plex_tree = self.plex_of(&tree, path);
        for change in all.iter().filter(|change| !of_scenario(change)) {
            self.change_plex(change, &mut tree, plex_tree.as_mut());
        }
        let scenario: Option<Scenario> = decode(&tree, &mut self.problems);
        let plex: Option<Plex> =
            plex_tree.as_ref().and_then(|tree| decode(tree, &mut self.problems));
        let (scenario, mut plex) = (scenario?, plex?);
        let trees = validate::Trees { scenario: &tree, plex: plex_tree.as_ref()? };
        let files = self.referenced((&scenario, &plex), &trees, path);
        let resolved = canonical(&resolved(&scenario, &plex)).ok()?;
        let administered =
            validate::plex_commands(&mut plex, &files, &trees, &self.sources, &mut self.problems);
        let commands = validate::script_commands(&trees, &self.sources, &mut self.problems);
        let programs = validate::programs(&plex, &trees, &self.sources, &mut self.problems);
        validate::certificates(&plex, &files, &trees, &mut self.problems);
        validate::plex(&plex, &administered, &trees, &mut self.problems);
        validate::files(&plex, &files, &trees, &mut self.problems);
        validate::scenario(&scenario, &plex, &trees, &mut self.problems);
        let times = self.times(&scenario, &plex, &trees)?;
        if !self.problems.has_errors() {
            let played = (&commands, times.steps.as_slice());
            let problems = &mut self.problems;
            validate::rehearse(&scenario, &plex, played, &files, &trees, &self.sources, problems);
        }
        validate::allowed(&scenario, !changes.is_empty(), &trees, &mut self.problems);
        let digest = identity(&resolved, &files);
        Some(Plan {
            path: path.to_owned(),
            start: times.start,
            until: times.until,
            times: times.steps,
            programs,
            commands,
            files,
            digest,
            resolved,
            overrides: changes.to_vec(),
            sources: Sources::new(),
            warnings: Problems::new(),
            scenario,
            plex,
            tree,
            plex_tree: plex_tree?,
        })
    }

    /// Reads a file into the sources; what cannot be read is a problem at the place that names it.
    fn source(
        &mut self,
        path: &str,
        beside: Option<&str>,
        named: Option<Span>,
    ) -> Option<SourceId> {
        let shown = match beside {
            Some(beside) => self.files.resolve(beside, path),
            None => path.to_owned(),
        };
        let (message, help) = match self.files.read(beside, path) {
            Ok(bytes) if bytes.len() <= MAX_BYTES && bytes.trim_ascii().is_empty() => {
                let help = "`regionsim schema` shows how scenarios and plexes are written";
                (format!("{shown} is empty"), Some(help))
            }
            Ok(bytes) => {
                let added = self.sources.add_bytes(&shown, &bytes);
                return added.map_err(|problem| self.problems.add(problem)).ok();
            }
            Err(why) => (format!("cannot read {shown}: {why}"), None),
        };
        let span = match named {
            Some(span) => span,
            None => {
                let empty = self.sources.add(&shown, "").ok()?;
                self.sources.whole(empty)
            }
        };
        let problem = Problem::error(span, message);
        self.problems.add(help.into_iter().fold(problem, Problem::help));
        None
    }

    /// The plex that a scenario names.
    fn plex_of(&mut self, tree: &Tree, path: &str) -> Option<Tree> {
        let node = tree.root.get("plex")?;
        let source = self.source(node.as_str()?, Some(path), Some(node.span))?;
        let plex = read::parse(&self.sources, source, &mut self.problems)?;
        if plex.root.name() == Some("Scenario") {
            let problem = Problem::error(node.span, "this file is a scenario, not a plex");
            self.problems.add(problem.also(plex.root.name_span(), "here it says so"));
            return None;
        }
        Some(plex)
    }

    /// The changes of the file, then those of the command line.
    fn changes(&mut self, tree: &Tree, arguments: &[String]) -> Vec<Override> {
        let mut all = match tree.root.get("set") {
            Some(set) => Override::from_entries(set, &mut self.problems),
            None => Vec::new(),
        };
        for (index, change) in arguments.iter().enumerate() {
            let name = format!("--set #{}", index + 1);
            let problems = &mut self.problems;
            all.extend(Override::from_argument(&mut self.sources, &name, change, problems));
        }
        all
    }

    /// Applies a change of the plex, if there is one; a section that nothing has is reported.
    fn change_plex(&mut self, change: &Override, tree: &mut Tree, plex: Option<&mut Tree>) {
        if plex.is_none() && PLEX_SECTIONS.contains(&change.section().unwrap_or_default()) {
            return;
        }
        let mut roots = Roots {
            scenario: tree,
            plex,
            scenario_sections: &SCENARIO_SECTIONS,
            plex_sections: &PLEX_SECTIONS,
        };
        roots.apply(change, &mut self.problems);
    }

    /// The bytes of the files that steps and the plex name, each beside the file that names it.
    fn referenced(
        &mut self,
        (scenario, plex): (&Scenario, &Plex),
        trees: &validate::Trees<'_>,
        path: &str,
    ) -> BTreeMap<String, Arc<[u8]>> {
        let plex_path = self.files.resolve(path, &scenario.plex);
        let own = scenario.files().into_iter().map(|named| (named, trees.scenario, path));
        let its = plex.files().into_iter().map(|named| (named, trees.plex, &*plex_path));
        let mut found: BTreeMap<String, Arc<[u8]>> = BTreeMap::new();
        for (NamedFile { place, name, within }, tree, beside) in own.chain(its) {
            let read = self.files.read(Some(beside), &name).and_then(|bytes| {
                let bytes: Arc<[u8]> = bytes.into();
                match found.insert(name.clone(), Arc::clone(&bytes)) {
                    Some(other) if other != bytes => {
                        Err("another file of this name is beside the scenario".to_owned())
                    }
                    _ => Ok(()),
                }
            });
            if let Err(why) = read {
                let message = format!("cannot read {name}: {why}");
                let span = match within {
                    Some(piece) => validate::in_text(tree, &place, piece, &self.sources),
                    None => validate::place(tree, &place),
                };
                self.problems.add(Problem::error(span, message));
            }
        }
        found
    }

    fn times(
        &mut self,
        scenario: &Scenario,
        plex: &Plex,
        trees: &validate::Trees<'_>,
    ) -> Option<Times> {
        let midnight = scenario.date.at(0)?;
        let steps = validate::times(scenario, midnight, trees, &mut self.problems);
        let start = match scenario.start {
            Some(start) => start.resolve(scenario.date, midnight)?,
            None => {
                let earliest = scenario.script.iter().zip(&steps).map(|(step, time)| {
                    let skew = step.local_skew(plex);
                    time.nanoseconds().saturating_sub(skew)
                });
                let earliest = earliest.min().unwrap_or(midnight.nanoseconds());
                Timestamp::from_nanoseconds(earliest.saturating_sub(LEAD))
            }
        };
        let last = steps.iter().max().copied().unwrap_or(start);
        let until = match scenario.until {
            Some(until) => Some(until.resolve(scenario.date, last)?),
            None => None,
        };
        Some(Times { start, until, steps })
    }
}

struct Times {
    start: Timestamp,
    until: Option<Timestamp>,
    steps: Vec<Timestamp>,
}

fn resolved<'a>(scenario: &'a Scenario, plex: &'a Plex) -> Resolved<'a> {
    Resolved {
        seed: scenario.seed,
        date: scenario.date.to_string(),
        start: &scenario.start,
        until: &scenario.until,
        faults: &scenario.faults,
        script: &scenario.script,
        systems: &plex.systems,
        nodes: &plex.nodes,
        links: &plex.links,
    }
}

/// The digest of everything that decides what a run does.
fn identity(resolved: &Value, files: &BTreeMap<String, Arc<[u8]>>) -> String {
    let files: BTreeMap<&String, String> =
        files.iter().map(|(name, bytes)| (name, crate::trace::sha256(bytes))).collect();
    digest(&serde_json::json!({ "model": resolved, "files": files }))
}

impl Plan {
    /// The same plan with another seed, as the change `seed=N` makes it.
    pub fn with_seed(&self, seed: u64) -> Plan {
        let mut plan = self.clone();
        plan.scenario.seed = seed;
        plan.resolved["seed"] = seed.into();
        plan.digest = identity(&plan.resolved, &plan.files);
        plan.overrides.push(format!("seed={seed}"));
        plan
    }

    /// The paths at which this plan and another one differ.
    pub fn differences(&self, other: &Plan) -> Vec<String> {
        let found = super::canonical::differences(&self.resolved, &other.resolved);
        found.iter().map(|path| self.normal(path)).collect()
    }

    /// The values at which this plan and another one differ: path, value here, value there, as JSON.
    pub fn changes(&self, other: &Plan) -> Vec<(String, Option<Value>, Option<Value>)> {
        let found = super::canonical::changes(&self.resolved, &other.resolved);
        let owned = |change: super::canonical::Change<'_>| {
            (self.normal(&change.path), change.from.cloned(), change.to.cloned())
        };
        found.into_iter().map(owned).collect()
    }

    /// A path without the names of enum variants, as `differs` may be written.
    pub fn normal(&self, path: &str) -> String {
        let section = path.split('.').next().unwrap_or_default();
        super::overrides::normal(self.tree_of(section), path)
    }

    /// The name of a step, or its number from 1.
    pub fn step_name(&self, step: usize) -> String {
        let name = self.scenario.script.get(step).and_then(|step| step.name.clone());
        name.unwrap_or_else(|| format!("#{}", step + 1))
    }

    /// What identifies a run: version, scenario, seed and changes.
    pub fn run_id(&self) -> String {
        let digest = self.digest.get(..16).unwrap_or(&self.digest);
        format!("{}:{digest}:{}", env!("CARGO_PKG_VERSION"), self.scenario.seed)
    }

    /// The command that repeats the run.
    pub fn command(&self) -> String {
        self.command_of("run")
    }

    /// A command about this scenario with the same changes: `regionsim why FILE --set '…'`.
    pub fn command_of(&self, verb: &str) -> String {
        let changes = self.overrides.iter().map(|change| format!(" --set '{change}'"));
        format!("regionsim {verb} {}{}", self.path, changes.collect::<String>())
    }

    /// The scenario's own text, and its plex's, with all changes applied.
    pub(super) fn trees(&self) -> (&Tree, &Tree) {
        (&self.tree, &self.plex_tree)
    }

    /// The text in which a section lies.
    pub(super) fn tree_of(&self, section: &str) -> &Tree {
        if PLEX_SECTIONS.contains(&section) { &self.plex_tree } else { &self.tree }
    }
}
