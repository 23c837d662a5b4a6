//! What differs in what went in: headers, and the values of scenarios.

use crate::scenario::plan::Plan;
use crate::trace::Header;
use schemars::JsonSchema;
use serde::Serialize;

/// The longest value that is shown, in characters.
const SHOWN_MAX: usize = 100;

/// Something that went in and differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Input {
    /// What it is: a path of the scenario, or a field of the header.
    pub path: String,
    /// What the first has.
    pub from: Option<String>,
    /// What the second has.
    pub to: Option<String>,
}

/// What differs in the inputs of two runs. Where both are scenarios, the values that differ are
/// named; else only the headers can tell.
pub(super) fn inputs(headers: &[Header; 2], plans: [Option<&Plan>; 2]) -> Vec<Input> {
    let mut found = from_headers(headers);
    if let [Some(a), Some(b)] = plans {
        // The values say it all: digest and changes only follow from them.
        found.retain(|input| !["scenario", "seed", "overrides"].contains(&input.path.as_str()));
        found.extend(a.changes(b).into_iter().map(|(path, from, to)| {
            let told = |value: Option<serde_json::Value>| value.map(|value| short(&value));
            Input { path, from: told(from), to: told(to) }
        }));
    }
    found
}

fn from_headers([a, b]: &[Header; 2]) -> Vec<Input> {
    let yes = |yes: bool| if yes { "yes" } else { "no" }.to_owned();
    let digest = |digest: &str| digest.get(..16).unwrap_or(digest).to_owned();
    let rows = [
        ("program", a.program.clone(), b.program.clone()),
        ("title", a.title.clone(), b.title.clone()),
        ("scenario", digest(&a.scenario), digest(&b.scenario)),
        ("seed", a.seed.to_string(), b.seed.to_string()),
        ("overrides", a.overrides.join(" "), b.overrides.join(" ")),
        ("secret", yes(a.secret), yes(b.secret)),
    ];
    let differing = rows.into_iter().filter(|(_, from, to)| from != to);
    let some = |text: String| (!text.is_empty()).then(|| cut(&text));
    differing
        .map(|(path, from, to)| Input { path: path.to_owned(), from: some(from), to: some(to) })
        .collect()
}

fn short(value: &serde_json::Value) -> String {
    cut(&value.to_string())
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(SHOWN_MAX) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
        None => text.to_owned(),
    }
}
