//! One thing is done to a trace; that one thing is found and nothing else.

use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::RngSeed;
use regionsim::trace::{Line, Object, Record, Value};

use super::{compared, counts, supplied, trace};

/// Numbers the lines anew in their order. Causes that are gone are replaced by what caused those.
fn numbered(lines: &[Line], gone: &[Line]) -> Vec<Line> {
    let new = |old: u64| lines.iter().position(|line| line.n == old).map(|at| at as u64 + 1);
    let follow = |mut old: u64| loop {
        match (new(old), gone.iter().find(|line| line.n == old)) {
            (Some(n), _) => return Some(n),
            (None, Some(line)) => old = line.cause?,
            (None, None) => panic!("record {old} is nowhere"),
        }
    };
    let renumbered = lines.iter().enumerate().map(|(at, line)| Line {
        n: at as u64 + 1,
        cause: line.cause.and_then(follow),
        also: line.also.iter().filter_map(|old| follow(*old)).collect(),
        ..line.clone()
    });
    renumbered.collect()
}

/// Whether one line leads to another.
fn leads(from: &Line, to: &Line) -> bool {
    to.cause == Some(from.n) || to.also.contains(&from.n)
}

fn other(value: &Value) -> Value {
    match value {
        Value::Int(number) => Value::Int(number ^ 1),
        Value::Text(text) => Value::Text(format!("{text}?").into()),
        Value::List(items) => Value::List(items.iter().cloned().chain([Value::Int(0)]).collect()),
        Value::Object(object) => Value::Object(object.clone().with("more", 1)),
    }
}

/// Fields by which records are told apart: with another value it is another record.
const NAMES: [&str; 14] = [
    "rule",
    "subject",
    "command",
    "what",
    "to",
    "from",
    "service",
    "function",
    "id",
    "queue",
    "transaction",
    "system",
    "action",
    "name",
];

/// Traces of few nodes, kinds and values, so that many records are alike; times never stand still,
/// so that no two are the same.
fn made() -> impl Strategy<Value = Vec<Line>> {
    let line = (0..3_u8, 0..3_u8, 0..4_i64, any::<Index>(), 0..10_u8, 1..4_i64);
    prop::collection::vec(line, 3..120).prop_map(|lines| {
        let (mut t, mut made) = (1_772_442_000_000_000_000, Vec::<Line>::new());
        for (at, (node, kind, value, cause, root, later)) in lines.into_iter().enumerate() {
            t += later * 1_000_000;
            let kind = ["timer", "node.up", "check"][usize::from(kind)];
            let record = Record::new(kind).text("rule", format!("r{}", value % 2)).int("x", value);
            let cause = (at > 0 && root > 0).then(|| {
                // Mostly the one before.
                if root < 7 { at as u64 } else { cause.index(at) as u64 + 1 }
            });
            let node = Some(["A", "B", "C"][usize::from(node)].into());
            made.push(Line { node, cause, ..Line::new(at as u64 + 1, t, record) });
        }
        made
    })
}

fn any_trace() -> impl Strategy<Value = Vec<Line>> {
    prop_oneof![made(), prop::sample::select(supplied())]
}

/// Whether both say the same at the same time.
fn alike(a: &Line, b: &Line) -> bool {
    (a.t, &a.node, &a.record) == (b.t, &b.node, &b.record)
}

/// A line for whoever reads why a test failed.
fn told(line: &Line) -> String {
    let mut text = Vec::new();
    line.append_to(&mut text);
    String::from_utf8_lossy(&text).into_owned()
}

proptest! {
    #![proptest_config(ProptestConfig { rng_seed: RngSeed::Fixed(11), ..ProptestConfig::with_cases(300) })]

    #[test]
    fn a_trace_is_equal_to_itself(lines in any_trace()) {
        let bytes = trace(&lines);
        let found = compared(&bytes, &bytes);
        prop_assert!(found.equal() && found.whole() && found.first.is_none());
        prop_assert_eq!(found.tally.totals.equal, lines.len() as u64);
        prop_assert_eq!(&found.summaries[0], &found.summaries[1]);
    }

    #[test]
    fn an_added_record_is_added_and_a_deleted_one_missing(
        lines in any_trace(), at in any::<Index>(), caused: bool, rewired: bool,
    ) {
        let at = at.index(lines.len());
        let mut more = lines.clone();
        let extra = Line {
            node: Some("A".into()),
            cause: caused.then_some(lines[at].n),
            ..Line::new(0, lines[at].t, Record::new("node.slow").int("by", 7))
        };
        more.insert(at + 1, Line { n: u64::MAX, ..extra });
        if let Some(next) = more.get_mut(at + 2).filter(|next| rewired && next.cause == Some(lines[at].n) && caused) {
            // The new one stands between cause and effect.
            next.cause = Some(u64::MAX);
        }
        let (a, b) = (trace(&lines), trace(&numbered(&more, &[])));
        let found = compared(&a, &b);
        prop_assert_eq!(counts(&found), [("added", 1)]);
        let first = found.first.expect("a divergence").difference;
        prop_assert_eq!(first.b.map(|place| place.n), Some(at as u64 + 2));
        let found = compared(&b, &a);
        prop_assert_eq!(counts(&found), [("missing", 1)]);
        let first = found.first.expect("a divergence").difference;
        prop_assert_eq!(first.a.map(|place| place.n), Some(at as u64 + 2));
    }

    #[test]
    fn a_deleted_record_is_missing_wherever_its_effects_hang_then(lines in any_trace(), at in any::<Index>()) {
        let at = at.index(lines.len());
        let mut fewer = lines.clone();
        let gone = fewer.remove(at);
        let found = compared(&trace(&lines), &trace(&numbered(&fewer, &[gone])));
        prop_assert_eq!(counts(&found), [("missing", 1)], "{}\n{:#?}", told(&lines[at]), found.tally.listed);
        // Of records that say the same at the same time nobody knows which is gone.
        let first = found.first.expect("a divergence").difference.a.expect("a record");
        prop_assert!(alike(&lines[at], &lines[first.n as usize - 1]), "{}", told(&lines[at]));
    }

    #[test]
    fn a_changed_value_is_that_value(lines in any_trace(), at in any::<Index>(), field in any::<Index>()) {
        let at = at.index(lines.len());
        let names: Vec<String> =
            lines[at].record.fields.iter().map(|field| field.0.to_owned()).filter(|name| !NAMES.contains(&name.as_str())).collect();
        prop_assume!(!names.is_empty());
        let name = field.get(&names);
        let mut changed = lines.clone();
        let fields = lines[at].record.fields.iter().fold(Object::new(), |object, (own, value)| {
            object.with(own.to_owned(), if own == name { other(value) } else { value.clone() })
        });
        changed[at].record.fields = fields;
        let found = compared(&trace(&lines), &trace(&changed));
        prop_assert_eq!(found.tally.totals.differing(), 1, "{} {}\n{:#?}", told(&lines[at]), name, found.tally.listed);
        let first = found.first.expect("a divergence");
        let difference = first.difference;
        prop_assert_eq!(difference.a.map(|place| place.n), Some(at as u64 + 1));
        prop_assert_eq!(difference.b.map(|place| place.n), Some(at as u64 + 1));
        prop_assert!(difference.own && difference.shift == 0);
        prop_assert!(difference.fields.iter().all(|field| field.path.split('.').next() == Some(name)));
        // The chain leads to the root, from cause to effect.
        let mut next = lines[at].cause;
        for step in first.chains[0].iter().rev() {
            prop_assert_eq!(Some(step.place.n), next);
            next = lines[step.place.n as usize - 1].cause;
        }
        prop_assert_eq!(next, None);
    }

    #[test]
    fn a_swap_is_a_matter_of_order(lines in any_trace(), at in any::<Index>()) {
        let free = |at: &usize| !leads(&lines[*at], &lines[at + 1]) && !alike(&lines[*at], &lines[at + 1]);
        let places: Vec<usize> = (0..lines.len() - 1).filter(free).collect();
        prop_assume!(!places.is_empty());
        let at = *at.get(&places);
        let mut swapped = lines.clone();
        swapped.swap(at, at + 1);
        let found = compared(&trace(&lines), &trace(&numbered(&swapped, &[])));
        prop_assert_eq!(counts(&found), [("order", 1)], "{:?}", found.tally.listed);
    }

    #[test]
    fn a_shift_is_told_once(lines in any_trace(), at in any::<Index>(), by in prop::sample::select(vec![-1, 1, 360_000_000_000_i64])) {
        let at = at.index(lines.len());
        let mut shifted = lines.clone();
        for line in &mut shifted[at..] {
            line.t += by;
            line.local = line.local.map(|local| local + by);
        }
        let found = compared(&trace(&lines), &trace(&shifted));
        prop_assert_eq!(counts(&found), [("time", (lines.len() - at) as u64)], "{:?}", found.tally.listed);
        let shifts = found.tally.shifts();
        prop_assert_eq!(shifts.len(), 1);
        prop_assert!(shifts[0].all && shifts[0].by == by);
        prop_assert_eq!(shifts[0].first, (at as u64 + 1, at as u64 + 1));
    }

    #[test]
    fn whatever_differs_both_ways_tell_the_same(
        one in made(), other in prop_oneof![made(), prop::sample::select(supplied())],
    ) {
        let (a, b) = (trace(&one), trace(&other));
        let (there, back) = (compared(&a, &b), compared(&b, &a));
        for found in [&there, &back] {
            let totals = &found.tally.totals;
            let alone = |word| counts(found).iter().find(|count| count.0 == word).map_or(0, |count| count.1);
            let pairs = totals.equal + totals.differing() - alone("missing") - alone("added");
            prop_assert_eq!(found.tally.records, [pairs + alone("missing"), pairs + alone("added")]);
            let all: u64 = found.tally.kinds.values().map(|of| of.equal + of.differing()).sum();
            prop_assert_eq!(all, totals.equal + totals.differing());
            prop_assert_eq!(found.first.is_some(), totals.differing() > 0);
        }
        prop_assert_eq!(there.tally.records, [one.len() as u64, other.len() as u64]);
        prop_assert_eq!(back.tally.records, [other.len() as u64, one.len() as u64]);
        prop_assert_eq!(there.equal(), back.equal());
    }
}
