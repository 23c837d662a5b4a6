//! Many scenarios at once: a pool of workers, one key cache, results in the order of the files.

use std::fs;
use std::io::{self, BufReader, Cursor};
use std::path::{Path, PathBuf};
use std::thread;

use crossbeam_channel::{Receiver, bounded};
use parking_lot::Mutex;

use super::files::{Disk, write_whole};
use crate::protocol::kerberos::KeyTable;
use crate::scenario::plan::{Files, Plan, load};
use crate::scenario::problem::Problems;
use crate::scenario::read;
use crate::scenario::run::{Options, Report, run};
use crate::scenario::source::Sources;
use crate::study::diff::compare;
use crate::study::diff::text::brief;
use crate::trace::verify;

/// Most workers at a time.
const JOBS_MAX: usize = 256;

/// Keys that runs share: what one has derived, the others find.
#[derive(Default)]
pub struct SharedKeys(Mutex<KeyTable>);

impl SharedKeys {
    /// What is known so far, for one run.
    pub fn snapshot(&self) -> KeyTable {
        self.0.lock().snapshot()
    }

    /// Takes over what a run has added.
    pub fn merge(&self, table: KeyTable) {
        self.0.lock().merge(table);
    }
}

/// What became of one scenario.
#[derive(Clone, Debug)]
pub struct CaseResult {
    /// The file.
    pub path: String,
    /// Its title, where it loads.
    pub title: String,
    /// What is wrong, a text each; nothing: it passed.
    pub failures: Vec<String>,
    /// What is noteworthy without being wrong.
    pub notes: Vec<String>,
    /// Whether the file did not load.
    pub unusable: bool,
}

/// What to do with golden traces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Golden {
    /// A difference is a failure.
    Compare,
    /// A difference is accepted and written.
    Bless,
}

/// All scenario files under the paths, in order. A path that is a file is taken as it is.
///
/// # Errors
/// A path that cannot be read, with the reason; or paths without any scenario.
pub fn find(paths: &[String]) -> Result<Vec<String>, String> {
    let mut found = Vec::new();
    for path in paths {
        let facts = fs::metadata(path).map_err(|error| format!("cannot read {path}: {error}"))?;
        if facts.is_dir() {
            walk(Path::new(path), &mut found)
                .map_err(|error| format!("cannot read {path}: {error}"))?;
        } else {
            found.push(path.clone());
        }
    }
    found.sort();
    found.dedup();
    if found.is_empty() {
        return Err(format!("no scenario file (*.ron) under {}", paths.join(", ")));
    }
    Ok(found)
}

fn walk(folder: &Path, found: &mut Vec<String>) -> io::Result<()> {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<_>>()?;
    entries.sort();
    for entry in entries {
        // A link to a folder can lead round in a circle.
        if entry.is_dir() && !entry.is_symlink() {
            walk(&entry, found)?;
        } else if entry.extension().is_some_and(|kind| kind == "ron")
            && entry.is_file()
            && !is_plex(&entry)
        {
            found.push(entry.display().to_string());
        }
    }
    Ok(())
}

/// Whether a file describes a plex rather than a scenario, by its outermost name.
fn is_plex(path: &Path) -> bool {
    let mut sources = Sources::new();
    let bytes = Disk.read(None, &path.display().to_string()).unwrap_or_default();
    let Ok(source) = sources.add_bytes("", &bytes) else { return false };
    let tree = read::parse(&sources, source, &mut Problems::new());
    tree.is_some_and(|tree| tree.root.name() == Some("Plex"))
}

/// Checks scenarios on so many workers. `done` sees each result in the order of the files.
pub fn run_all(
    files: &[String],
    jobs: usize,
    golden: Golden,
    keys: &SharedKeys,
    done: impl FnMut(CaseResult) -> io::Result<()>,
) -> io::Result<()> {
    each(files.iter(), jobs, |path| case(path, golden, keys), done)
}

/// Does the same work for every item on so many workers. `done` sees each result in the order of the
/// items; when it fails, the rest is left.
pub fn each<I: Send, T: Send>(
    items: impl Iterator<Item = I> + Send,
    jobs: usize,
    work: impl Fn(I) -> T + Sync,
    mut done: impl FnMut(T) -> io::Result<()>,
) -> io::Result<()> {
    let most = items.size_hint().1.unwrap_or(JOBS_MAX).min(JOBS_MAX);
    let jobs = jobs.clamp(1, most.max(1));
    // Short queues: items are made as they are wanted. Only results that wait for a slow one are kept.
    let (hand_out, queue) = bounded(jobs);
    let (results, finished) = bounded(2 * jobs);
    thread::scope(|scope| {
        scope.spawn(move || {
            for item in items.enumerate() {
                if hand_out.send(item).is_err() {
                    return;
                }
            }
        });
        for _ in 0..jobs {
            let (queue, results, work) = (queue.clone(), results.clone(), &work);
            scope.spawn(move || {
                for (index, item) in queue {
                    if results.send((index, work(item))).is_err() {
                        return;
                    }
                }
            });
        }
        drop((queue, results));
        let ended = in_order(&finished, &mut done);
        drop(finished);
        ended
    })
}

/// Hands results on in the order of their numbers, whatever the order of their arrival.
fn in_order<T>(
    finished: &Receiver<(usize, T)>,
    done: &mut impl FnMut(T) -> io::Result<()>,
) -> io::Result<()> {
    let mut early = std::collections::BTreeMap::new();
    let mut next = 0;
    for (index, result) in finished {
        early.insert(index, result);
        while let Some(result) = early.remove(&next) {
            done(result)?;
            next += 1;
        }
    }
    Ok(())
}

fn case(path: &str, golden: Golden, keys: &SharedKeys) -> CaseResult {
    let mut result = CaseResult {
        path: path.to_owned(),
        title: String::new(),
        failures: Vec::new(),
        notes: Vec::new(),
        unusable: false,
    };
    let plan = match load(&Disk, path, &[]) {
        Ok(plan) => plan,
        Err(unusable) => {
            result.unusable = true;
            result.failures = unusable.problems.lines(&unusable.sources);
            return result;
        }
    };
    result.title.clone_from(&plan.scenario.title);
    result.notes = plan.warnings.lines(&plan.sources);
    let report = match run_once(&plan, keys, &mut io::sink()) {
        Ok(report) => report,
        Err(why) => {
            result.failures.push(why);
            return result;
        }
    };
    for verdict in report.verdicts.iter().filter(|verdict| !verdict.met) {
        result.failures.push(format!("not: {}; {}", verdict.expectation, verdict.detail));
    }
    if plan.scenario.expect.is_empty() {
        result.notes.push("it expects nothing".to_owned());
    }
    result.failures.extend(report.cut.iter().map(|cut| format!("the run was cut: {cut}")));
    if let Err(why) = sibling(&plan, &report, keys) {
        result.failures.push(why);
    }
    // A golden trace of a run that fails would make the failure the rule.
    if result.failures.is_empty() {
        compare_golden(&plan, &report, golden, keys, &mut result);
    }
    if !result.failures.is_empty() {
        result.failures.push(format!("repeat with: {}", plan.command()));
    }
    result
}

fn run_once(plan: &Plan, keys: &SharedKeys, trace: &mut dyn io::Write) -> Result<Report, String> {
    let mut table = keys.snapshot();
    let options = Options { trace, bytes: false, queue: sim::QueueKind::default() };
    let report = run(plan, &mut table, options, &mut |_| {}).map_err(|error| error.to_string());
    keys.merge(table);
    report
}

/// A sibling differs in what it says and in nothing else, and comes to another outcome.
fn sibling(plan: &Plan, report: &Report, keys: &SharedKeys) -> Result<(), String> {
    let Some(name) = &plan.scenario.sibling_of else { return Ok(()) };
    let path = Disk.resolve(&plan.path, name);
    let other = load(&Disk, &path, &[])
        .map_err(|_| format!("its sibling {path} does not load: check it alone"))?;
    let mut told: Vec<String> =
        plan.scenario.differs.iter().map(|path| plan.normal(path)).collect();
    let mut found = plan.differences(&other);
    told.sort();
    found.sort();
    if told != found {
        return Err(format!(
            "it says that it differs from {path} in [{}]; it differs in [{}]",
            told.join(", "),
            found.join(", ")
        ));
    }
    let other = run_once(&other, keys, &mut io::sink())?;
    if other.outcome == report.outcome {
        return Err(format!("it comes to the same outcome as its sibling {path}"));
    }
    Ok(())
}

/// The golden trace of a scenario: the same place below `traces` that it has below `scenarios`. None
/// where no folder of its path is called `scenarios`.
pub fn golden_path(scenario: &str) -> Option<PathBuf> {
    let path = Path::new(scenario);
    let parts: Vec<_> = path.components().collect();
    let at = parts.iter().rposition(|part| part.as_os_str() == "scenarios")?;
    let mut golden: PathBuf = parts.iter().take(at).collect();
    golden.push("traces");
    golden.extend(parts.iter().skip(at + 1));
    Some(golden.with_extension("jsonl"))
}

fn compare_golden(
    plan: &Plan,
    report: &Report,
    golden: Golden,
    keys: &SharedKeys,
    result: &mut CaseResult,
) {
    let Some(path) = golden_path(&plan.path) else { return };
    let shown = path.display();
    let difference = match fs::File::open(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Some(format!("there is no golden trace {shown}"))
        }
        Err(error) => Some(format!("cannot read {shown}: {error}")),
        Ok(file) => match verify(BufReader::new(file)) {
            Ok((_, summary)) if summary.digest == report.summary.digest => None,
            Ok(_) => Some(match divergence(plan, &path, keys) {
                Ok(text) => format!("differs from {shown}: {text}"),
                Err(why) => format!("differs from {shown}; it cannot be told where: {why}"),
            }),
            Err(error) => Some(format!("{shown}: {error}")),
        },
    };
    let Some(difference) = difference else { return };
    match golden {
        Golden::Compare => {
            result.failures.push(format!("{difference} (accept it with --bless)"));
        }
        Golden::Bless => match bless(plan, &path, keys) {
            Ok(()) => result.notes.push(format!("blessed: {difference}")),
            Err(why) => result.failures.push(format!("cannot write {shown}: {why}")),
        },
    }
}

/// What differs from the golden trace first, and how to see the rest.
fn divergence(plan: &Plan, golden: &Path, keys: &SharedKeys) -> Result<String, String> {
    let mut trace = Vec::new();
    run_once(plan, keys, &mut trace)?;
    let shown = golden.display();
    let file = fs::File::open(golden).map_err(|error| error.to_string())?;
    let found = compare(BufReader::new(file), Cursor::new(trace), &Default::default());
    let found = found.map_err(|unusable| unusable.to_string())?;
    Ok(format!("{}\n    more: regionsim diff {shown} {}", brief(&found), plan.path))
}

fn bless(plan: &Plan, path: &Path, keys: &SharedKeys) -> Result<(), String> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(|error| error.to_string())?;
    }
    let written = write_whole(path, false, |file| {
        run_once(plan, keys, file).map(|_| ()).map_err(io::Error::other)
    });
    written.map_err(|error| error.to_string())
}
