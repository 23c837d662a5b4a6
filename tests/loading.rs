//! Loading scenarios: every mistake located, all at once, with the nearest valid word.

use std::collections::BTreeMap;

use regionsim::scenario::decode::decode;
use regionsim::scenario::located::Located;
use regionsim::scenario::problem::Problems;
use regionsim::scenario::read::parse;
use regionsim::scenario::scalar::Ratio;
use regionsim::scenario::source::Sources;
use regionsim::scenario::time::{Duration, Offset, ScriptTime};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A small scenario.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Scenario {
    /// What it shows.
    title: String,
    /// The beginning of all randomness.
    #[serde(default)]
    seed: u64,
    #[serde(default)]
    systems: BTreeMap<String, System>,
    #[serde(default)]
    script: Vec<Step>,
    /// The step that matters.
    #[serde(default)]
    focus: Option<Located<String>>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct System {
    #[serde(default)]
    clock: Clock,
    priority: Option<u8>,
}

/// How a clock goes wrong.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct Clock {
    skew: Offset,
    drift_ppm: i32,
    loss: Option<Ratio>,
}

/// A step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Step {
    #[serde(default)]
    name: Option<String>,
    at: ScriptTime,
    client: String,
    #[serde(rename = "do")]
    action: Action,
}

/// What a client does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
enum Action {
    /// Ask for a ticket-granting ticket.
    LogOn,
    /// Ask for a ticket.
    GetTicket {
        /// For whom.
        service: String,
        #[serde(default)]
        lifetime: Option<Duration>,
    },
    /// Do nothing.
    Wait(Duration),
    Set(Clock),
    Move(u8, u8),
}

fn load(text: &str) -> (Option<Scenario>, Vec<String>) {
    let mut sources = Sources::new();
    let mut problems = Problems::new();
    let id = match sources.add_bytes("f.ron", text.as_bytes()) {
        Ok(id) => id,
        Err(problem) => return (None, vec![problem.line(&sources)]),
    };
    let scenario = parse(&sources, id, &mut problems).and_then(|tree| decode(&tree, &mut problems));
    (scenario, problems.lines(&sources))
}

#[test]
fn explore() {
    for text in [
        "Scenario(title: \"x\", systems: {\"A\": (clock: (skew: \"-6m\", loss: \"5%\"), priority: 3)}, script: [(at: \"09:00:00\", client: \"a\", do: LogOn), (at: \"+5s\", client: \"a\", do: GetTicket(service: \"x\")), (at: \"+5s\", client: \"a\", do: Wait(\"5s\")), (at: \"+5s\", client: \"a\", do: Set(skew: \"5s\")), (at: \"+5s\", client: \"a\", do: Move(1, 2))], focus: \"x\")",
        "Scenario(\n tilte: \"x\",\n sed: 1,\n systems: {\"A\": (clok: (skew: \"6x\", lss: 3, drift_ppm: 99999999999), priority: 300)},\n script: [\n  (at: \"25:00:00\", client: alice, do: Logon),\n  (at: \"09:00:00\", do: GetTicket(srv: 3, lifetime: 5)),\n (client: \"x\", do: LogOn(3)), (at: \"+1s\", client: \"x\", do: Wait(1, 2)), \n (at: \"+1s\", client: \"x\", do: \"LogOn\"), (at: \"+1s\", client: \"x\", do: Move(1)), (at: \"+1s\", client: \"x\", do: Set(skew: 1, skoo: 2)), 5, (at: \"+1s\", client: \"x\", do: Move(1, 300))],\n focus: 5)",
        "Senario()", "[]", "()", "Scenario(title: \"x\", systems: [], script: {}, seed: -1)", "Scenario(title: \"x\", title: \"y\", systems: {\"a\": (), \"a\": ()}, seed: 1.5)",
    ] {
        let (s, p) = load(text);
        println!("{text}\n{s:?}");
        for l in p { println!("    {l}"); }
    }
    panic!();
}
