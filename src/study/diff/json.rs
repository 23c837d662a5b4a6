//! A comparison for programs. The keys are documented in [`KEYS`]; `schema` grows when they change.

use serde_json::{Value, json};

use super::divergence::Step;
use super::inputs::inputs;
use super::tally::{Class, Counts, Difference, Place};
use super::text::Names;
use super::{Comparison, Window};
use crate::trace::{Problem, TraceError};

/// What the keys mean.
pub const KEYS: &str = "\
Keys of --format json (schema 1):
  schema        1; another number means that keys have changed
  equal         whether no record differs
  a, b          name, title, scenario, seed, run, overrides, program; records compared, ignored and
                not_compared; digest of a whole trace; damage: null, or kind (cut, edited, unread),
                line and problem
  inputs        what went in differently: path, from, to
  counts        pairs and records: equal, value, bytes, time, order, missing, added
  own           differences that follow from no other
  window        records within which partners are looked for
  given_up      missing or added because the window was full
  far_causes    pairs with a cause too far back to compare
  first         null, or the first real divergence: a difference with chain_a and chain_b, the
                records that led to it from the root on, and left_out
  outcome       changes: how many; listed: a, b in words
  shifts        pairs that are later by the same: nanoseconds, a, b (first pair), pairs, all
  clocks        by node: least and most nanoseconds by which its clock is further ahead
  kinds         counts by kind
  fields        kind, field, count
  differences   class, own, moved, shift and clock (nanoseconds), fields (path, from, to, bytes),
                a and b: null or n, t (nanoseconds since 1970), node, task, kind, brief, ending
                (times and bytes that follow from others are counted, not listed)";

/// The whole comparison.
pub fn json(comparison: &Comparison, names: &Names<'_>, window: Window) -> Value {
    let tally = &comparison.tally;
    let inputs = inputs(&comparison.headers, names.plans).into_iter();
    let shifts = tally.shifts();
    let first = comparison.first.as_ref().map(|first| {
        let mut told = difference(&first.difference);
        told["chain_a"] = first.chains[0].iter().map(step).collect();
        told["chain_b"] = first.chains[1].iter().map(step).collect();
        told["left_out"] = json!(first.left_out);
        told
    });
    json!({
        "schema": 1,
        "equal": comparison.equal(),
        "a": side(comparison, names, 0),
        "b": side(comparison, names, 1),
        "inputs": inputs
            .map(|input| json!({ "path": input.path, "from": input.from, "to": input.to }))
            .collect::<Value>(),
        "counts": counts(&tally.totals),
        "own": tally.own,
        "window": window.records,
        "given_up": tally.given_up,
        "far_causes": tally.far_causes,
        "first": first,
        "outcome": {
            "changes": tally.outcome_changes,
            "listed": tally
                .outcomes
                .iter()
                .map(|change| json!({ "a": change.a, "b": change.b }))
                .collect::<Value>(),
        },
        "shifts": shifts
            .iter()
            .map(|shift| json!({
                "nanoseconds": shift.by,
                "a": shift.first.0,
                "b": shift.first.1,
                "pairs": shift.pairs,
                "all": shift.all,
            }))
            .collect::<Value>(),
        "clocks": tally.clocks(),
        "kinds": tally
            .kinds
            .iter()
            .map(|(kind, of)| (kind.clone(), counts(of)))
            .collect::<serde_json::Map<_, _>>(),
        "fields": tally
            .fields
            .iter()
            .map(|((kind, field), count)| json!({ "kind": kind, "field": field, "count": count }))
            .collect::<Value>(),
        "differences": tally.listed.iter().map(difference).collect::<Value>(),
    })
}

fn side(comparison: &Comparison, names: &Names<'_>, side: usize) -> Value {
    let (header, tally) = (&comparison.headers[side], &comparison.tally);
    json!({
        "name": names.names[side],
        "title": header.title,
        "scenario": header.scenario,
        "seed": header.seed,
        "run": header.run,
        "overrides": header.overrides,
        "program": header.program,
        "records": tally.records[side],
        "ignored": tally.ignored[side],
        "not_compared": tally.not_compared[side],
        "digest": comparison.summaries[side].as_ref().map(|summary| &summary.digest),
        "damage": comparison.damage[side].as_ref().map(damage),
    })
}

fn damage(error: &TraceError) -> Value {
    let kind = match &error.problem {
        Problem::Cut(_) => "cut",
        Problem::Read(_) => "unread",
        _ => "edited",
    };
    json!({ "kind": kind, "line": error.line, "problem": error.problem.to_string() })
}

fn counts(counts: &Counts) -> Value {
    let mut told = json!({ "equal": counts.equal });
    for class in Class::ALL {
        told[class.word()] = counts.of(class).into();
    }
    told
}

fn difference(difference: &Difference) -> Value {
    let Difference { class, a, b, own, fields, shift, clock, moved } = difference;
    let fields = fields.iter().map(|field| {
        json!({ "path": field.path, "from": field.from, "to": field.to, "bytes": field.bytes })
    });
    json!({
        "class": class.word(),
        "own": own,
        "moved": moved,
        "shift": shift,
        "clock": clock,
        "fields": fields.collect::<Value>(),
        "a": a.as_ref().map(place),
        "b": b.as_ref().map(place),
    })
}

fn step(step: &Step) -> Value {
    place(&step.place)
}

fn place(place: &Place) -> Value {
    let Place { n, t, node, task, kind, brief, ending } = place;
    json!({
        "n": n,
        "t": t,
        "node": node,
        "task": task,
        "kind": kind,
        "brief": brief,
        "ending": ending.trim(),
    })
}
