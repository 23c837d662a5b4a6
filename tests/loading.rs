//! Loading scenarios: every mistake located, all at once, with the nearest valid word.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use regionsim::scenario::canonical::{canonical, differences, digest};
use regionsim::scenario::decode::decode;
use regionsim::scenario::duration::{Duration, Offset};
use regionsim::scenario::located::Located;
use regionsim::scenario::overrides::{Override, Roots, lookup, normal, path_of, paths};
use regionsim::scenario::problem::Problems;
use regionsim::scenario::read::parse;
use regionsim::scenario::scalar::Ratio;
use regionsim::scenario::schema::reference;
use regionsim::scenario::source::Sources;
use regionsim::scenario::time::ScriptTime;
use regionsim::scenario::tree::Tree;
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

const GOOD: &str = r#"#![enable(implicit_some)]
// A comment.
Scenario(
    title: "x",
    systems: { "A": (clock: (skew: "-6m", loss: "5%"), priority: 3) },
    script: [
        (at: "09:00:00", client: "a", do: LogOn),
        (name: "queued", at: "+5s", client: "a", do: GetTicket(service: "x")), /* another */
        (at: "+5s", client: "a", do: Wait("5s")),
        (at: "+5s", client: "a", do: Set(skew: "5s")),
        (at: "+5s", client: "a", do: Move(1, 2)),
    ],
    focus: "queued",
)
"#;

#[test]
fn a_good_file_loads_whole() {
    let (scenario, problems) = load(GOOD);
    assert_eq!(problems, [""; 0]);
    let scenario = scenario.unwrap();
    assert_eq!(scenario.systems["A"].clock.skew.to_string(), "-6m");
    assert_eq!(scenario.systems["A"].clock.loss, Ratio::new(1, 20));
    assert_eq!(scenario.systems["A"].priority, Some(3));
    assert_eq!(
        scenario.script[3].action,
        Action::Set(Clock { skew: Offset::from_nanoseconds(5_000_000_000), ..Clock::default() })
    );
    assert_eq!(scenario.script[4].action, Action::Move(1, 2));
    let span = scenario.focus.unwrap().span.unwrap();
    assert_eq!(&GOOD[span.start as usize..span.end as usize], "\"queued\"");
}

#[test]
fn line_ends_byte_order_mark_and_tabs_change_nothing() {
    let crlf = format!("\u{feff}{}", GOOD.replace('\n', "\r\n").replace("    ", "\t"));
    let (scenario, problems) = load(&crlf);
    assert_eq!(problems, [""; 0]);
    assert_eq!(scenario, load(GOOD).0);
    let (_, problems) = load("\u{feff}(\r\n\ttitel: \"\u{e4}\",\r\n)");
    assert_eq!(
        problems,
        ["f.ron:2:2: error: unknown field `titel` in `Scenario` (did you mean `title`?)"]
    );
}

/// What users get wrong, and exactly what they are told.
#[test]
fn every_mistake_has_its_place_and_its_words() {
    let mut wrong = Vec::new();
    let table: &[(&str, &[&str])] = &[
        ("", &["1:1: error: expected a value, found the end of the text"]),
        (
            "Scenario(title: \"x\"\n seed: 1)",
            &[
                "2:2: error: expected `,` or a closing bracket, found `seed` (a comma is missing before this, or a bracket is not closed)",
            ],
        ),
        (
            "(title: \"x\"",
            &[
                "1:12: error: expected `,` or a closing bracket, found the end of the text (a comma is missing before this, or a bracket is not closed)",
            ],
        ),
        (
            "(title: \"x)",
            &["1:10: error: this text has no closing quote (put a double quote at its end)"],
        ),
        ("(title: )", &["1:9: error: expected a value, found `)`"]),
        (
            "(title: \"x\")\n)",
            &["2:1: error: expected the end of the text, found `)` (one value per file)"],
        ),
        ("(title: \"x\", systems: { \"A\" () })", &["1:29: error: expected `:`, found `(`"]),
        (
            "Senario(title: \"x\")",
            &[
                "1:1: error: expected `Scenario(…)`, found `Senario(…)` (write `Scenario(…)`, or leave the name out)",
            ],
        ),
        ("[]", &["1:1: error: expected `Scenario` as `(field: value, …)`, found a list `[…]`"]),
        ("()", &["1:2: error: missing field `title` in `Scenario`"]),
        (
            "Scenario(tilte: \"x\", sed: 1)",
            &[
                "1:10: error: unknown field `tilte` in `Scenario` (did you mean `title`?)",
                "1:22: error: unknown field `sed` in `Scenario` (did you mean `seed`?)",
            ],
        ),
        (
            "(title: x, zebra: 1)",
            &[
                "1:9: error: expected a text in quotes, found the name `x` (put it in quotes: `\"x\"`)",
                "1:12: error: unknown field `zebra` in `Scenario` (valid are `title`, `seed`, `systems`, `script`, `focus`)",
            ],
        ),
        (
            "(title: \"x\", title: \"y\", systems: {\"a\": (), \"a\": ()})",
            &["1:14: error: duplicate field `title`", "1:45: error: duplicate key `a`"],
        ),
        (
            "(title: \"x\", seed: 1.5)",
            &[
                "1:20: error: `1.5` is not a whole number (write a smaller unit, a duration like \"1.5s\" or a ratio like \"1/20\")",
            ],
        ),
        (
            "(title: \"x\", seed: -1)",
            &[
                "1:20: error: expected a whole number from 0 to 18446744073709551615, found the number -1",
            ],
        ),
        (
            "(title: \"x\", seed: 18446744073709551616)",
            &["1:20: error: the number 18446744073709551616 is too large"],
        ),
        (
            "(title: \"x\", systems: [], script: {})",
            &[
                "1:23: error: expected a map `{…}`, found a list `[…]`",
                "1:35: error: expected a list `[…]`, found a map `{…}`",
            ],
        ),
        (
            "(title: \"x\", systems: {\"A\": (priority: 256, clock: (skew: \"6x\", drift_ppm: 1, los: \"1/0\"))})",
            &[
                "1:40: error: expected a whole number from 0 to 255, found the number 256",
                "1:59: error: `6x` is not an offset such as \"6m\" or \"-1.5s\": unknown unit `x`; units are d, h, m, s, ms, us, ns",
                "1:79: error: unknown field `los` in `Clock` (did you mean `loss`?)",
                "1:84: error: `1/0` is not a ratio such as \"1/20\" or \"5%\": it must lie between nothing and everything",
            ],
        ),
        (
            "(title: \"x\", script: [(do: LogOn)])",
            &[
                "1:33: error: missing field `at` in `Step`",
                "1:33: error: missing field `client` in `Step`",
            ],
        ),
        (
            "(title: \"x\", script: [(at: \"25:00:00\", client: \"a\", do: Logon)])",
            &[
                "1:28: error: `25:00:00` is not a time such as \"09:00:00\", \"2026-03-02T09:00:00Z\" or \"+6m\": the hour must be from 00 to 23",
                "1:57: error: `Logon` is not a valid `Action` (did you mean `LogOn`?)",
            ],
        ),
        (
            "(title: \"x\", script: [(at: \"+1s\", client: \"a\", do: \"LogOn\"), (at: \"+1s\", client: \"a\", do: 5), 5])",
            &[
                "1:52: error: expected `Action`, found the text \"LogOn\" (write `LogOn` without quotes)",
                "1:91: error: expected `Action`, found the number 5 (valid are `LogOn`, `GetTicket`, `Wait`, `Set`, `Move`)",
                "1:95: error: expected `Step` as `(field: value, …)`, found the number 5",
            ],
        ),
        (
            "(title: \"x\", script: [(at: \"+1s\", client: \"a\", do: LogOn(3)), (at: \"+1s\", client: \"a\", do: Wait(1, 2)), (at: \"+1s\", client: \"a\", do: Move(1))])",
            &[
                "1:58: error: `LogOn` holds no values",
                "1:92: error: `Wait` holds one value, found 2",
                "1:134: error: expected 2 values, found 1",
            ],
        ),
        (
            "(title: \"x\", script: [(at: \"+1s\", client: \"a\", do: GetTicket(servce: \"x\", lifetime: \"10\"))])",
            &[
                "1:62: error: unknown field `servce` in `GetTicket` (did you mean `service`?)",
                "1:85: error: `10` is not a duration such as \"10m\" or \"1.5s\": the unit is missing; units are d, h, m, s, ms, us, ns",
            ],
        ),
        (
            "(title: b\"x\", seed: \"5\")",
            &[
                "1:9: error: byte strings are not used here (write bytes in hexadecimal digits, in quotes)",
                "1:21: error: expected a whole number from 0 to 18446744073709551615, found the text \"5\"",
            ],
        ),
    ];
    for (text, expected) in table {
        let expected: Vec<String> = expected.iter().map(|line| format!("f.ron:{line}")).collect();
        let found = load(text).1;
        if found != expected {
            wrong.push((text, found));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_file_cut_anywhere_is_refused_at_a_place() {
    for cut in (0..GOOD.trim_end().len()).filter(|cut| GOOD.is_char_boundary(*cut)) {
        let (_, problems) = load(&GOOD[..cut]);
        assert!(!problems.is_empty(), "cut at {cut}");
        for problem in problems {
            let mut parts = problem.split(':');
            assert_eq!(parts.next(), Some("f.ron"));
            let line: usize = parts.next().unwrap().parse().unwrap();
            assert!(line <= GOOD[..cut].split('\n').count(), "{problem}");
        }
    }
}

#[test]
fn hostile_nesting_is_refused() {
    for (open, close) in
        [("(", ")"), ("[", "]"), ("{1:", "}"), ("A(", ")"), ("Some(", ")"), ("(a:", ")")]
    {
        for depth in [30, 60, 100, 1000, 100_000] {
            for text in
                [open.repeat(depth), format!("{}1{}", open.repeat(depth), close.repeat(depth))]
            {
                let (scenario, problems) = load(&text);
                assert!(scenario.is_none() && !problems.is_empty(), "{open} {depth}");
            }
        }
    }
    let (_, problems) = load(&format!("(title: \"x\", systems: {}", "[".repeat(100_000)));
    assert!(problems[0].contains("values are nested too deeply here"), "{problems:?}");
}

#[test]
fn hostile_sizes_are_refused_or_loaded_quickly() {
    let long = "x".repeat(4 << 20);
    assert!(load(&format!("(title: \"{long}\")")).1[0].contains("the limit is 4194304"));
    let title = "x".repeat(4_000_000);
    assert_eq!(load(&format!("(title: \"{title}\")")).0.unwrap().title, title);
    let (_, problems) = load(&format!("(title: {title})"));
    assert!(problems[0].len() < 200, "{} bytes", problems[0].len());
    let many: String = (0..1_000_000).map(|_| "a:1,").collect();
    let (_, problems) = load(&format!("({})", &many[..4 * 1_000_000]));
    assert_eq!(problems.len(), 1);
    assert!(problems[0].contains("more than 100000 values in one text"), "{problems:?}");
    let deep = format!("{}{}{}", "[".repeat(30), "1,".repeat(40_000), "]".repeat(30));
    assert!(load(&deep).1[0].contains("too many values are nested deeply in one text"));
    let fields: String = (0..30_000).map(|number| format!("field{number}:1,")).collect();
    let (_, problems) = load(&format!("({fields})"));
    assert_eq!(problems.len(), 101);
    let steps = "(at:\"x\"),".repeat(10_000);
    let (_, problems) = load(&format!("(title:\"x\",script:[{steps}])"));
    assert_eq!(problems.len(), 101);
    assert_eq!(problems[100], "the first 100 problems are shown; there may be more");
}

/// A tree of a text that must be good.
fn tree(sources: &mut Sources, text: &str) -> Tree {
    let mut problems = Problems::new();
    let source = sources.add("f.ron", text).expect("a short text");
    let tree = parse(sources, source, &mut problems);
    assert_eq!(problems.lines(sources), [""; 0]);
    tree.expect("a good text")
}

/// The good file changed by arguments, and what is wrong with it then.
fn changed(arguments: &[&str]) -> (Option<Scenario>, Vec<String>) {
    let mut sources = Sources::new();
    let mut tree = tree(&mut sources, GOOD);
    let mut problems = Problems::new();
    for (number, argument) in arguments.iter().enumerate() {
        let name = format!("--set #{}", number + 1);
        if let Some(change) = Override::from_argument(&mut sources, &name, argument, &mut problems)
        {
            change.apply(&mut tree, &mut problems);
        }
    }
    (decode(&tree, &mut problems), problems.lines(&sources))
}

#[test]
fn every_value_can_be_changed_by_its_path() {
    let arguments = [
        "title=6m",
        "seed=7",
        "systems.A.clock.skew=6m",
        "systems.A.clock.drift_ppm=-5",
        "systems.A.clock.loss=1/3",
        "systems.B=(priority: 9)",
        "systems.B.clock.skew=-1s",
        "script.queued.at=10:00:00",
        "script.queued.do.service=HTTP",
        "script.queued.do.GetTicket.lifetime=5m",
        "script.3.do.drift_ppm=9",
        "script.4.do.1=200",
        "script.0.do=Wait(\"3s\")",
        "script.2.do.0=4s",
        "focus=None",
    ];
    let (scenario, problems) = changed(&arguments);
    assert_eq!(problems, [""; 0]);
    let scenario = scenario.unwrap();
    let expected = r#"(
        title: "6m", seed: 7,
        systems: {
            "A": (clock: (skew: "6m", drift_ppm: -5, loss: "1/3"), priority: 3),
            "B": (clock: (skew: "-1s"), priority: 9),
        },
        script: [
            (at: "09:00:00", client: "a", do: Wait("3s")),
            (name: "queued", at: "10:00:00", client: "a", do: GetTicket(service: "HTTP", lifetime: "5m")),
            (at: "+5s", client: "a", do: Wait("4s")),
            (at: "+5s", client: "a", do: Set(skew: "5s", drift_ppm: 9)),
            (at: "+5s", client: "a", do: Move(1, 200)),
        ],
    )"#;
    assert_eq!(Some(scenario), load(expected).0);
}

#[test]
fn a_path_that_leads_nowhere_is_refused_in_its_own_text() {
    let mut wrong = Vec::new();
    let table: &[(&str, &str)] = &[
        ("seed", "1: error: a change is written PATH=VALUE"),
        ("=5", "1: error: a part of the path is missing here"),
        ("a..b=5", "3: error: a part of the path is missing here"),
        ("\"a=5", "1: error: this quote is not closed"),
        ("sed=5", "1: error: unknown field `sed` in `Scenario` (did you mean `seed`?)"),
        (
            "seed=x",
            "6: error: expected a whole number from 0 to 18446744073709551615, found the name `x`",
        ),
        (
            "seed=(1",
            "8: error: expected `,` or a closing bracket, found the end of the text (a comma is missing before this, or a bracket is not closed)",
        ),
        (
            "seed.x=5",
            "1: error: expected a whole number from 0 to 18446744073709551615, found a value with parts",
        ),
        ("systems.AA.clock.skew=5s", "9: error: there is no `AA` here (did you mean `A`?)"),
        (
            "systems.A.clok.skew=5s",
            "11: error: unknown field `clok` in `System` (did you mean `clock`?)",
        ),
        (
            "systems.A.clock.skew=5x",
            "22: error: `5x` is not an offset such as \"6m\" or \"-1.5s\": unknown unit `x`; units are d, h, m, s, ms, us, ns",
        ),
        ("systems.A.clock.skew.x=5", "22: error: `x` leads nowhere: the text \"-6m\" has no parts"),
        (
            "script.quued.at=+1s",
            "8: error: there is no element `quued` here (did you mean `queued`?)",
        ),
        (
            "script.5.at=+1s",
            "8: error: there is no element `5` here (the only valid word is `queued`; the indices go from 0 to 4)",
        ),
        ("script.0.do.x=1", "13: error: `LogOn` holds no values"),
    ];
    for (argument, expected) in table {
        let (_, problems) = changed(&[argument]);
        let at = problems.iter().map(|line| line.replace("--set #1:1:", "")).collect::<Vec<_>>();
        if at != [*expected] {
            wrong.push((argument, at));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn entries_of_a_set_map_are_located_in_the_file() {
    let mut sources = Sources::new();
    let mut tree = tree(&mut sources, GOOD);
    let set = self::tree(
        &mut sources,
        "{\n \"systems.B.clock\": 1,\n \"script.queued.at\": \"10:00:00\",\n \"sections.x\": 3,\n}",
    );
    let mut problems = Problems::new();
    let changes = Override::from_entries(&set.root, &mut problems);
    let mut roots = Roots {
        scenario: &mut tree,
        plex: None,
        scenario_sections: &["title", "seed", "script"],
        plex_sections: &["systems"],
    };
    changes.iter().for_each(|change| roots.apply(change, &mut problems));
    assert_eq!(
        problems.lines(&sources),
        [
            "f.ron:2:11: error: there is no `B` here (the only valid word is `A`)",
            "f.ron:4:3: error: unknown section `sections` (valid are `title`, `seed`, `script`, `systems`)",
        ]
    );
    assert_eq!(lookup(&tree, "script.1.at").unwrap().as_str(), Some("10:00:00"));
}

#[test]
fn every_path_leads_to_its_value_and_can_be_set() {
    let mut sources = Sources::new();
    let tree = tree(&mut sources, GOOD);
    let all = paths(&tree);
    let names: Vec<&str> = all.iter().map(|(path, _)| path.as_str()).collect();
    assert!(names.contains(&"systems.A.clock.skew") && names.contains(&"script.queued.do.service"));
    // Changing the name of an element changes its path.
    for (path, node) in
        all.into_iter().filter(|(path, _)| !path.ends_with(".name") && path != "script.queued")
    {
        assert_eq!(lookup(&tree, &path).unwrap().id, node.id, "{path}");
        assert_eq!(path_of(&tree, node.id), Some(path.clone()));
        assert_eq!(normal(&tree, &path), path);
        let mut copy = tree.clone();
        let mut problems = Problems::new();
        let value = self::tree(&mut sources, "Unlikely");
        let argument = format!("{path}=Unlikely");
        let change = Override::from_argument(&mut sources, "--set #1", &argument, &mut problems);
        change.unwrap().apply(&mut copy, &mut problems);
        assert_eq!(problems.lines(&sources), [""; 0]);
        assert_eq!(lookup(&copy, &path).map(|node| node.describe()), Some(value.root.describe()));
    }
    assert_eq!(normal(&tree, "script.1.do.GetTicket.lifetime"), "script.queued.do.lifetime");
}

const MANUAL: &str = r#"// A small scenario.
Scenario(
    // What it shows.
    title: text,                                         // required
    // The beginning of all randomness.
    seed: number,                                        // default: 0
    systems: { name: System, … },                        // default: {}
    script: [Step, …],                                   // default: []
    // The step that matters.
    focus: text,                                         // optional
)

System(
    clock: Clock,                                        // default: (skew: "0s", drift_ppm: 0)
    priority: number 0..255,                             // optional
)

// How a clock goes wrong.
Clock(
    skew: Offset,                                        // default: "0s"
    drift_ppm: number, also negative,                    // default: 0
    loss: Ratio,                                         // optional
)

// A step.
Step(
    name: text,                                          // optional
    at: ScriptTime,                                      // required
    client: text,                                        // required
    do: Action,                                          // required
)

// What a client does.
Action is one of:
    // Ask for a ticket-granting ticket.
    LogOn
    // Ask for a ticket.
    GetTicket(
        // For whom.
        service: text,                                   // required
        lifetime: Duration,                              // optional
    )
    // Do nothing.
    Wait(Duration)
    Set(Clock)                                           // the fields of Clock may follow directly
    Move(number 0..255, number 0..255)

// Texts with a syntax of their own. All of them stand in quotes.

// A length of time with a direction: a duration such as "6m", or "-6m" for backwards.
Offset: text

// A share from nothing to everything: a fraction of whole numbers such as "1/20", or a percentage
// such as "5%" or "0.5%".
Ratio: text

// A time: "09:00:00" on the day of the scenario, "2026-03-02T09:00:00Z", or "+6m" after the
// previous step. Up to nine digits may stand behind the seconds.
ScriptTime: text

// A length of time: a number and a unit (ns, us, ms, s, m, h, d) such as "10m" or "1.5s", or
// several of them, the largest unit first, such as "1h30m".
Duration: text
"#;

#[test]
fn the_manual_shows_every_field_type_default_and_comment() {
    assert_eq!(reference::<Scenario>(), MANUAL);
}

#[test]
fn the_canonical_form_reads_back_as_the_same_model() {
    let scenario = load(GOOD).0.unwrap();
    let value = canonical(&scenario).unwrap();
    assert_eq!(value["systems"]["A"]["clock"]["drift_ppm"], 0);
    let reordered =
        GOOD.replace("skew: \"-6m\", loss: \"5%\"", "loss: \"1/20\", skew: \"-360s\" /* six */");
    assert_eq!(digest(&canonical(&load(&reordered).0.unwrap()).unwrap()), digest(&value));
    let other =
        canonical(&changed(&["systems.A.clock.skew=0s", "script.queued.do.service=y"]).0).unwrap();
    let differences = differences(&value, &other);
    assert_eq!(differences, ["script.queued.do.GetTicket.service", "systems.A.clock.skew"]);
}

proptest! {
    #![proptest_config(ProptestConfig { rng_seed: RngSeed::Fixed(7), ..ProptestConfig::with_cases(512) })]

    #[test]
    fn nothing_panics_and_what_is_refused_says_so(
        text in "[ ()\\[\\]{}:,\"a-zA-Z0-9/*#!.'\\\\\n+-]{0,60}|\\PC{0,60}",
        at in 0..GOOD.len(),
        length in 0usize..40,
    ) {
        for text in [text.clone(), spliced(at, length, &text)] {
            let (scenario, problems) = load(&text);
            prop_assert!(scenario.is_some() || !problems.is_empty());
            let (scenario, problems) = changed(&[&text, &format!("{text}=1"), &format!("seed={text}")]);
            prop_assert!(scenario.is_some() || !problems.is_empty());
        }
    }
}

/// The good file with a part of it replaced.
fn spliced(at: usize, length: usize, text: &str) -> String {
    format!("{}{text}{}", &GOOD[..at], &GOOD[(at + length).min(GOOD.len())..])
}
