//! Changing values by their paths.

use regionsim::scenario::canonical::{canonical, differences, digest};
use regionsim::scenario::decode::decode;
use regionsim::scenario::overrides::{Override, Roots, lookup, normal, path_of, paths};
use regionsim::scenario::problem::Problems;
use regionsim::scenario::source::Sources;

use super::model::Scenario;
use super::{GOOD, load, tree};

/// The good file changed by arguments, and what is wrong with it then.
pub(crate) fn changed(arguments: &[&str]) -> (Option<Scenario>, Vec<String>) {
    let mut sources = Sources::new();
    let mut good = tree(&mut sources, GOOD);
    let mut problems = Problems::new();
    for (number, argument) in arguments.iter().enumerate() {
        let name = format!("--set #{}", number + 1);
        if let Some(change) = Override::from_argument(&mut sources, &name, argument, &mut problems)
        {
            change.apply(&mut good, &mut problems);
        }
    }
    (decode(&good, &mut problems), problems.lines(&sources))
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
        "script.2.do.Wait=Wait(\"9s\")",
        "script.2.do.0=8s",
        "script.2.do.Wait=4s",
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
            "8: error: expected `,` or a closing bracket, found the end of the text (a comma is missing before this, or a bracket or quote is not closed)",
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
    let mut good = tree(&mut sources, GOOD);
    let set = tree(
        &mut sources,
        "{\n \"systems.B.clock\": 1,\n \"script.queued.at\": \"10:00:00\",\n \"sections.x\": 3,\n}",
    );
    let mut problems = Problems::new();
    let changes = Override::from_entries(&set.root, &mut problems);
    let mut roots = Roots {
        scenario: &mut good,
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
    assert_eq!(lookup(&good, "script.1.at").unwrap().as_str(), Some("10:00:00"));
}

#[test]
fn every_path_leads_to_its_value_and_can_be_set() {
    let mut sources = Sources::new();
    let good = tree(&mut sources, GOOD);
    let all = paths(&good);
    let names: Vec<&str> = all.iter().map(|(path, _)| path.as_str()).collect();
    assert!(names.contains(&"systems.A.clock.skew") && names.contains(&"script.queued.do.service"));
    // Changing the name of an element changes its path.
    for (path, node) in
        all.into_iter().filter(|(path, _)| !path.ends_with(".name") && path != "script.queued")
    {
        assert_eq!(lookup(&good, &path).unwrap().id, node.id, "{path}");
        assert_eq!(path_of(&good, node.id), Some(path.clone()));
        assert_eq!(normal(&good, &path), path);
        let mut copy = good.clone();
        let mut problems = Problems::new();
        let value = tree(&mut sources, "Unlikely");
        let argument = format!("{path}=Unlikely");
        let change = Override::from_argument(&mut sources, "--set #1", &argument, &mut problems);
        change.unwrap().apply(&mut copy, &mut problems);
        assert_eq!(problems.lines(&sources), [""; 0]);
        assert_eq!(lookup(&copy, &path).map(|node| node.describe()), Some(value.root.describe()));
    }
    assert_eq!(normal(&good, "script.1.do.GetTicket.lifetime"), "script.queued.do.lifetime");
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
