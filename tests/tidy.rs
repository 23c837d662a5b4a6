//! Rules of the house that no lint knows: what a layer may use, where times are compared, how long
//! files and functions are.

use std::fs;
use std::path::Path;

/// Layers from the top, each with those below it that it may name. `trace` is for all above the
/// protocols; what holds values of files is for all.
const LAYERS: [(&str, &[&str]); 10] = [
    (
        "cli",
        &[
            "host",
            "study",
            "scenario",
            "nodes",
            "protocol",
            "catalogue",
            "check",
            "trace",
            "scalar",
        ],
    ),
    ("host", &["study", "scenario", "nodes", "protocol", "catalogue", "check", "trace", "scalar"]),
    ("study", &["scenario", "nodes", "protocol", "catalogue", "check", "trace", "scalar"]),
    ("scenario", &["nodes", "protocol", "catalogue", "check", "trace", "scalar"]),
    ("nodes", &["protocol", "catalogue", "check", "trace", "scalar"]),
    ("trace", &["check", "scalar"]),
    ("catalogue", &["check", "scalar"]),
    ("protocol", &["check", "scalar"]),
    ("scalar", &["check"]),
    ("check", &[]),
];
/// Readers of scenario files, which name floats because a file may hold one: it is refused there, or
/// taken as the text that it is.
const READ_FLOATS: [&str; 4] = [
    "src/scenario/decode.rs",
    "src/scenario/decode/access.rs",
    "src/scenario/read/parts.rs",
    "src/scenario/read/census.rs",
];
/// Small helpers that all may use.
const LEAVES: [&str; 1] = ["words"];
const FILE_LINES: usize = 560;
const FUNCTION_LINES: usize = 70;

/// Every source file of a folder with its text, without its tests.
fn sources(folder: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut found);
    assert!(!found.is_empty(), "{folder}");
    found
}

fn walk(folder: &Path, found: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            walk(&path, found);
        } else if path.extension().is_some_and(|kind| kind == "rs") {
            let text = fs::read_to_string(&path).expect("a source file");
            let name = path.strip_prefix(env!("CARGO_MANIFEST_DIR")).expect("inside");
            found.push((name.display().to_string(), text));
        }
    }
}

/// The text before the tests of the file.
fn without_tests(text: &str) -> &str {
    text.split("#[cfg(test)]\nmod tests").next().unwrap_or(text)
}

/// Code without comments.
fn code_lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let lines = without_tests(text).lines().enumerate();
    lines.filter(|(_, line)| !line.trim_start().starts_with("//")).map(|(at, line)| (at + 1, line))
}

fn layer_of(file: &str) -> &str {
    let inside = file.trim_start_matches("src/");
    inside.split(['/', '.']).next().unwrap_or(inside)
}

#[test]
fn layers_name_only_what_is_below_them() {
    let mut wrong = Vec::new();
    for (file, text) in sources("src") {
        let layer = layer_of(&file);
        let Some((_, below)) = LAYERS.iter().find(|(name, _)| *name == layer) else { continue };
        for (at, line) in code_lines(&text) {
            if line.contains("crate::{") || line.contains("super::super::super::") {
                wrong.push(format!(
                    "{file}:{at}: names several layers at once, or climbs out of its own"
                ));
            }
            for named in line.split("crate::").skip(1) {
                let named = named.split(|c: char| !c.is_ascii_lowercase() && c != '_').next();
                let named = named.unwrap_or_default();
                let is_layer = LAYERS.iter().any(|(name, _)| *name == named);
                if is_layer && named != layer && !below.contains(&named) && !LEAVES.contains(&named)
                {
                    wrong.push(format!("{file}:{at}: {layer} names {named}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn nothing_below_the_host_touches_the_outside_world() {
    let forbidden = [
        "std::fs",
        "std::env",
        "std::thread",
        "std::net",
        "std::process",
        "time::Instant",
        "SystemTime",
        "HashMap",
        "HashSet",
        "f32",
        "f64",
        "println!",
        "eprintln!",
    ];
    let mut wrong = Vec::new();
    for (file, text) in sources("src").into_iter().chain(sources("sim/src")) {
        if ["src/host", "src/cli", "src/main.rs"].iter().any(|above| file.starts_with(above)) {
            continue;
        }
        for (at, line) in code_lines(&text) {
            for word in forbidden.iter().filter(|word| line.contains(**word)) {
                let reads = matches!(*word, "f32" | "f64") && READ_FLOATS.contains(&file.as_str());
                if !reads {
                    wrong.push(format!("{file}:{at}: {word}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn actors_compare_no_times_themselves() {
    let mut wrong = Vec::new();
    for (file, text) in sources("src/nodes") {
        for (at, line) in code_lines(&text) {
            let compares = [" < ", " > ", " <= ", " >= "].iter().any(|sign| line.contains(sign));
            let of_time = ["nanos()", "ctx.now()", ".seconds", ".end_time", "skew"];
            if compares && of_time.iter().any(|word| line.contains(word)) {
                wrong.push(format!("{file}:{at}: {}", line.trim()));
            }
        }
    }
    assert!(wrong.is_empty(), "a decision is the value of a check: {wrong:#?}");
}

#[test]
fn files_and_functions_can_be_held_in_mind() {
    let mut wrong = Vec::new();
    for (file, text) in sources("src").into_iter().chain(sources("sim/src")) {
        let lines = text.lines().count();
        if lines > FILE_LINES {
            wrong.push(format!("{file} has {lines} lines"));
        }
        let mut open: Option<(usize, String)> = None;
        for (at, line) in text.lines().enumerate() {
            let indent: String = line.chars().take_while(|c| *c == ' ').collect();
            let word = line.trim_start();
            let begins =
                word.starts_with("fn ") || word.starts_with("pub") && word.contains(" fn ");
            if begins && open.is_none() && !word.ends_with('}') && !word.ends_with(';') {
                open = Some((at, format!("{indent}}}")));
            } else if let Some((start, end)) = &open
                && line == end
            {
                let length = at - start + 1;
                if length > FUNCTION_LINES {
                    wrong.push(format!("{file}:{}: a function of {length} lines", start + 1));
                }
                open = None;
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// A source is a document that a reader can look up, and what is assumed is marked so.
#[test]
fn sources_can_be_looked_up() {
    let private = ["cics.md", "esm-kerberos.md", "saml.md", "csiv2-websphere.md", "decisions.md"];
    let mut wrong = Vec::new();
    for (file, text) in sources("src").into_iter().chain(sources("sim/src")) {
        for (at, line) in text.lines().enumerate() {
            let numbered = line.split("decisions ").skip(1);
            let mut numbered = numbered.filter_map(|after| after.chars().next());
            if private.iter().any(|name| line.contains(name))
                || numbered.any(|c| c.is_ascii_digit())
            {
                wrong.push(format!("{file}:{}: a document that nobody else has", at + 1));
            }
        }
    }
    for rule in regionsim::study::rules::wanted(false, None) {
        if rule.mark == regionsim::check::Mark::Documented && rule.source.contains("assumed") {
            wrong.push(format!("{}: marked as documented, and its source says assumed", rule.id));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
