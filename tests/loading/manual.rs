//! The manual of a model.

use regionsim::protocol::kerberos::KeyTable;
use regionsim::scenario::plan::{Files, load};
use regionsim::scenario::run::{Options, run};
use regionsim::scenario::schema::{EXAMPLE, EXAMPLE_PLEX, manual, reference};

use super::model::Scenario;

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

/// The examples of the manual, as files beside one another.
struct Examples;

impl Files for Examples {
    fn read(&self, _: Option<&str>, path: &str) -> Result<Vec<u8>, String> {
        match path {
            "example.ron" => Ok(EXAMPLE.into()),
            "example-plex.ron" => Ok(EXAMPLE_PLEX.into()),
            other => Err(format!("no file {other}")),
        }
    }

    fn resolve(&self, _: &str, path: &str) -> String {
        path.to_owned()
    }
}

#[test]
fn the_examples_of_the_manual_load_without_warnings_and_run_as_they_say() {
    let plan = match load(&Examples, "example.ron", &[]) {
        Ok(plan) => plan,
        Err(unusable) => panic!("{:#?}", unusable.problems.lines(&unusable.sources)),
    };
    assert_eq!(plan.warnings.lines(&plan.sources), [""; 0]);
    let options =
        Options { trace: &mut std::io::sink(), bytes: false, queue: sim::QueueKind::default() };
    let report = run(&plan, &mut KeyTable::new(), options, &mut |_| {}).expect("a run");
    assert!(report.as_expected(), "{:#?}", report.verdicts);
    for (text, example) in [
        (manual::<regionsim::scenario::model::Scenario>("A scenario.", EXAMPLE), EXAMPLE),
        (manual::<regionsim::scenario::model::Plex>("A plex.", EXAMPLE_PLEX), EXAMPLE_PLEX),
    ] {
        assert!(text.contains(example));
        assert!(!text.contains("[`"), "links of the documentation do not lead anywhere here");
        for line in text.lines() {
            assert!(line.chars().count() <= 104, "{line}");
        }
    }
}
