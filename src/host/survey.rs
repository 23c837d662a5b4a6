//! Runs scenarios and their siblings, and takes down what each of them comes to.

use std::collections::BTreeSet;
use std::io;

use super::files::Disk;
use super::suite::{SharedKeys, each};
use crate::scenario::plan::{Files, load};
use crate::scenario::run::{Options, run};
use crate::study::coverage::Case;
use crate::study::coverage::reach::Census;

/// A scenario that came to nothing: it does not load, or its run broke off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unusable {
    /// The file.
    pub path: String,
    /// What is wrong, a text each.
    pub why: Vec<String>,
}

/// Runs the files, then the siblings that they name and that are not among them.
///
/// # Errors
/// Never an error of its own; `io::Error` is the worker pool's.
pub fn survey(
    files: &[String],
    jobs: usize,
    keys: &SharedKeys,
) -> io::Result<Vec<Result<Case, Unusable>>> {
    // One file has one name here, however it was written.
    let files: BTreeSet<String> = files.iter().map(|path| Disk.resolve("", path)).collect();
    let mut cases = Vec::new();
    let listed: Vec<String> = files.iter().cloned().collect();
    each(
        listed.iter(),
        jobs,
        |path| case(path, true, keys),
        |case| {
            cases.push(case);
            Ok(())
        },
    )?;
    let named = cases.iter().flatten().filter_map(|case| case.sibling_of.clone());
    let beside: BTreeSet<String> = named.filter(|path| !files.contains(path)).collect();
    let beside: Vec<String> = beside.into_iter().collect();
    each(
        beside.iter(),
        jobs,
        |path| case(path, false, keys),
        |case| {
            cases.push(case);
            Ok(())
        },
    )?;
    Ok(cases)
}

fn case(path: &str, listed: bool, keys: &SharedKeys) -> Result<Case, Unusable> {
    let unusable = |why| Unusable { path: path.to_owned(), why };
    let plan = load(&Disk, path, &[])
        .map_err(|broken| unusable(broken.problems.lines(&broken.sources)))?;
    let mut table = keys.snapshot();
    let mut census = Census::default();
    let mut sink = io::sink();
    let options = Options { trace: &mut sink, bytes: false, queue: sim::QueueKind::default() };
    let report = run(&plan, &mut table, options, &mut |line| census.observe(line));
    keys.merge(table);
    report.map_err(|error| unusable(vec![error.to_string()]))?;
    let sibling_of = plan.scenario.sibling_of.as_ref().map(|name| Disk.resolve(&plan.path, name));
    Ok(Case { path: path.to_owned(), sibling_of, reach: census.finish(), listed })
}
