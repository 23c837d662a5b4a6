//! Where outcomes change: the documented bounds, found to the nanosecond, and held against runs of values
//! that the search did not try.

use std::path::Path;

use regionsim::host::files::Kept;
use regionsim::protocol::kerberos::KeyTable;
use regionsim::scenario::plan::load;
use regionsim::scenario::run::{Options, run};
use regionsim::study::flip::{Axis, FlipError, Flips, Question, flip};

/// A scenario, a path, its ends, and how many parts are tried at first.
struct Case {
    scenario: &'static str,
    vary: &'static str,
    from: &'static str,
    to: &'static str,
    parts: u32,
}

const TICKET_END: Case = Case {
    scenario: "scenarios/dfhxs1402/ticket-expired.ron",
    vary: "script.queued.at",
    from: "09:10:00",
    to: "09:20:00",
    parts: 16,
};
const CLOCK: Case = Case {
    scenario: "scenarios/dfhxs1402/ticket-expired.ron",
    vary: "systems.SYSA.clock.skew",
    from: "-10m",
    to: "10m",
    parts: 16,
};
const PASSTICKET: Case = Case {
    scenario: "scenarios/passtickets/stale-sibling.ron",
    vary: "script.signon.at",
    from: "09:05:00",
    to: "09:20:00",
    parts: 16,
};
const ASSERTION: Case = Case {
    scenario: "scenarios/dfhsaml/expired.ron",
    vary: "script.pay.at",
    from: "09:00:01",
    to: "09:20:00",
    parts: 16,
};

fn path(scenario: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(scenario).display().to_string()
}

fn flips(case: &Case) -> Result<Flips, FlipError> {
    let question = Question {
        scenario: &path(case.scenario),
        changes: &[],
        vary: case.vary,
        axis: Axis::new(case.from, case.to).unwrap(),
        parts: case.parts,
    };
    flip(&Kept::default(), &question)
}

/// Last value, first value, and the rule that decides, of each change.
fn found(case: &Case) -> Vec<(String, String, String)> {
    let flips = flips(case).unwrap();
    assert!(flips.unsure.is_empty() && !flips.cut, "{flips:?}");
    let rule = |change: &regionsim::study::flip::Change| {
        change.decision.as_ref().map(|decided| decided.rule.clone()).unwrap_or_default()
    };
    flips.changes.iter().map(|it| (it.before.clone(), it.after.clone(), rule(it))).collect()
}

fn changes(expected: &[(&str, &str, &str)]) -> Vec<(String, String, String)> {
    let owned = |(a, b, c): &(&str, &str, &str)| ((*a).into(), (*b).into(), (*c).into());
    expected.iter().map(owned).collect()
}

/// A link takes 2 ms, so that the region looks at its clock so much later. Kerberos counts whole seconds,
/// a PassTicket too; a bound of an assertion is a point in time.
#[test]
fn documented_bounds_are_found_to_the_nanosecond() {
    let table: [(&Case, &[(&str, &str, &str)]); 4] = [
        (&TICKET_END, &[("09:15:00.997999999", "09:15:00.998", "kerberos.ticket-end")]),
        (
            &CLOCK,
            &[
                ("-5m6.000001ms", "-5m6ms", "kdc.preauth-skew"),
                ("-5m2.000001ms", "-5m2ms", "kerberos.clock-skew"),
                ("5m993.999999ms", "5m994ms", "kdc.preauth-skew"),
            ],
        ),
        (&PASSTICKET, &[("09:10:20.997999999", "09:10:20.998", "passticket.window")]),
        (&ASSERTION, &[("09:07:59.997999999", "09:07:59.998", "saml.not-on-or-after")]),
    ];
    for (case, expected) in table {
        assert_eq!(found(case), changes(expected), "{}", case.vary);
    }
}

/// What the changes say of a value is what a run with that value comes to.
#[test]
fn values_between_the_changes_come_to_what_the_changes_say() {
    for case in [&TICKET_END, &CLOCK, &PASSTICKET, &ASSERTION] {
        let flips = flips(case).unwrap();
        let grid = grid(case);
        let runs: Vec<Vec<String>> = grid.iter().map(|value| results(case, value)).collect();
        let (mut passed, mut kinds) = (0, 0);
        for (pair, value) in runs.windows(2).zip(grid.iter().skip(1)) {
            // A value lies behind as many changes as those whose first value is not after it.
            let behind = flips.changes.iter().filter(|it| order(&it.after) <= order(value)).count();
            assert_eq!(pair[0] == pair[1], behind == passed, "{} {value}", case.vary);
            kinds += usize::from(behind != passed);
            passed = behind;
        }
        assert!(kinds > 0, "the grid meets a change");
    }
}

/// Another count of equal parts than any that a search begins with.
fn grid(case: &Case) -> Vec<String> {
    const PARTS: i64 = 37;
    let (from, to) = (order(case.from), order(case.to));
    let value = |part| from + (to - from) / PARTS * part;
    (0..PARTS).map(|part| written(case, value(part))).collect()
}

/// Nanoseconds of a length of time or of a time of day.
fn order(text: &str) -> i64 {
    use regionsim::scalar::{Offset, ScriptTime};
    match text.parse::<ScriptTime>() {
        Ok(ScriptTime::Daytime(time)) => time,
        _ => text.parse::<Offset>().unwrap().nanoseconds(),
    }
}

fn written(case: &Case, value: i64) -> String {
    use regionsim::scalar::{Offset, ScriptTime};
    match case.from.contains(':') {
        true => ScriptTime::Daytime(value).to_string(),
        false => Offset::from_nanoseconds(value).to_string(),
    }
}

fn results(case: &Case, value: &str) -> Vec<String> {
    let change = format!("{}={value}", case.vary);
    let plan = load(&Kept::default(), &path(case.scenario), &[change])
        .unwrap_or_else(|unusable| panic!("{:?}", unusable.problems));
    let mut sink = std::io::sink();
    let options = Options { trace: &mut sink, bytes: false, queue: sim::QueueKind::default() };
    let report = run(&plan, &mut KeyTable::new(), options, &mut |_| {}).unwrap();
    report.outcome.items().iter().map(ToString::to_string).collect()
}

#[test]
fn a_range_without_a_change_says_what_all_of_it_comes_to() {
    let flips = flips(&Case { to: "09:11:00", ..TICKET_END }).unwrap();
    assert!(flips.changes.is_empty() && flips.unsure.is_empty());
    assert!(flips.begins.iter().any(|it| it.ends_with("VERIFY TOKEN -> NORMAL")), "{flips:?}");
}

/// A value that the scenario cannot have is the other side of a change; a path that leads nowhere is a
/// mistake.
#[test]
fn values_that_cannot_be_are_outcomes_and_paths_that_lead_nowhere_are_not() {
    let life = "systems.SYSA.esm.realm.max_ticket_life";
    let flips_of_life = flips(&Case { vary: life, from: "-1m", to: "5m", ..TICKET_END }).unwrap();
    let first = flips_of_life.changes.first().unwrap();
    assert_eq!((first.before.as_str(), first.after.as_str()), ("29s", "30s"));
    assert!(first.only_before[0].contains("the least lifetime (30s)"), "{first:?}");
    assert_eq!(flips_of_life.unit, "1 s", "a lifetime has no parts of seconds");
    let unknown = flips(&Case { vary: "script.nobody.at", ..TICKET_END });
    assert!(matches!(unknown, Err(FlipError::Unusable(_))));
}
