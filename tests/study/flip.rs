//! Where outcomes change: the documented bounds, found to the nanosecond, and held against runs of values
//! that the search did not try.

use std::path::Path;

use regionsim::host::files::Kept;
use regionsim::protocol::kerberos::KeyTable;
use regionsim::scenario::plan::load;
use regionsim::scenario::run::{Options, run};
use regionsim::study::flip::{Axis, Change, FlipError, Flips, Question, flip};

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
        axis: Axis::new(case.from, case.to).expect("a range"),
        parts: case.parts,
    };
    flip(&Kept::default(), &question)
}

/// A link takes 2 ms, so that the region looks at its clock so much later. Kerberos counts whole seconds,
/// a PassTicket too; a bound of an assertion is a point in time.
#[test]
fn documented_bounds_are_found_to_the_nanosecond() {
    let ticket_end = [("09:15:00.997999999", "09:15:00.998", "kerberos.ticket-end")];
    bounds_are(&TICKET_END, &ticket_end);
    let passticket = [("09:10:20.997999999", "09:10:20.998", "passticket.window")];
    bounds_are(&PASSTICKET, &passticket);
    let assertion = [("09:07:59.997999999", "09:07:59.998", "saml.not-on-or-after")];
    bounds_are(&ASSERTION, &assertion);
}

#[test]
fn several_bounds_of_one_value_are_found() {
    let clock = [
        ("-5m6.000001ms", "-5m6ms", "kdc.preauth-skew"),
        ("-5m2.000001ms", "-5m2ms", "kerberos.clock-skew"),
        ("5m993.999999ms", "5m994ms", "kdc.preauth-skew"),
    ];
    bounds_are(&CLOCK, &clock);
}

/// The changes are these, and values that the search did not try come to what the changes say.
fn bounds_are(case: &Case, expected: &[(&'static str, &'static str, &str)]) {
    let flips = flips(case).expect("an answer");
    assert!(flips.unsure.is_empty() && !flips.cut, "{flips:?}");
    let rule = |change: &Change| change.decision.as_ref().map(|decided| decided.rule.clone());
    let found: Vec<_> =
        flips.changes.iter().map(|it| (&*it.before, &*it.after, rule(it))).collect();
    let owned = |&(before, after, rule): &(&'static str, &'static str, &str)| {
        (before, after, Some(rule.to_owned()))
    };
    assert_eq!(found, expected.iter().map(owned).collect::<Vec<_>>(), "{}", case.vary);
    let grid = grid(case);
    let runs: Vec<Vec<String>> = grid.iter().map(|value| results(case, value)).collect();
    // A value lies behind as many changes as those whose first value is not after it.
    let behind =
        |value: &str| flips.changes.iter().filter(|it| order(&it.after) <= order(value)).count();
    for (pair, values) in runs.windows(2).zip(grid.windows(2)) {
        let same = behind(&values[0]) == behind(&values[1]);
        assert_eq!(pair[0] == pair[1], same, "{} {values:?}", case.vary);
    }
    let last = grid.last().expect("values");
    assert_eq!((behind(&grid[0]), behind(last)), (0, expected.len()), "the grid meets them all");
}

/// Another count of equal parts than any that a search begins with.
fn grid(case: &Case) -> Vec<String> {
    const PARTS: i64 = 13;
    let (from, to) = (order(case.from), order(case.to));
    let value = |part| from + (to - from) / PARTS * part;
    (0..PARTS).map(|part| written(case, value(part))).collect()
}

/// Nanoseconds of a length of time or of a time of day.
fn order(text: &str) -> i64 {
    use regionsim::scalar::{Offset, ScriptTime};
    match text.parse::<ScriptTime>() {
        Ok(ScriptTime::Daytime(time)) => time,
        _ => text.parse::<Offset>().expect("a length").nanoseconds(),
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
    let report = run(&plan, &mut KeyTable::new(), options, &mut |_| {}).expect("a run");
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
