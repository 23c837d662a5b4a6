//! What people ask about outcomes: explanations, rules, and which scenario shows what.

mod coverage;
mod explain;
mod flip;
mod lines;
mod rules;

use std::io::BufReader;
use std::path::{Path, PathBuf};

use regionsim::trace::{Line, TraceReader, Value};

/// Every golden trace of the repository, line by line.
fn golden_lines() -> impl Iterator<Item = (PathBuf, Line)> {
    let mut files = Vec::new();
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("traces"), &mut files);
    assert!(files.len() > 80, "golden traces");
    files.into_iter().flat_map(|path| {
        let file = std::fs::File::open(&path).expect("a trace");
        let reader = TraceReader::new(BufReader::new(file)).expect("a header");
        reader.map(move |line| (path.clone(), line.expect("a line")))
    })
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            walk(&path, files);
        } else {
            files.push(path);
        }
    }
    files.sort();
}

fn text<'a>(line: &'a Line, name: &str) -> &'a str {
    line.record.get(name).and_then(Value::as_text).unwrap_or_default()
}

fn int(line: &Line, name: &str) -> i64 {
    line.record.get(name).and_then(Value::as_int).unwrap_or(0)
}

/// The text of a source file of the repository.
fn source(path: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).expect("a source")
}

/// Every source file below `src`, by path.
fn sources() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    walk(&root.join("src"), &mut files);
    let rust = files.into_iter().filter(|path| path.extension().is_some_and(|kind| kind == "rs"));
    rust.map(|path| {
        let name = path.strip_prefix(root).expect("inside").display().to_string();
        (name, std::fs::read_to_string(path).expect("a source"))
    })
    .collect()
}
