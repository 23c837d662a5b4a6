//! The first real divergence: what led to it on both sides, fetched in a second look at the files.

use std::io::{BufRead, Seek};

use super::feed::Ended;
use super::lens::View;
use super::tally::{Difference, Place};
use crate::trace::{Outline, Value};

/// The most steps that are followed from the divergence to its root.
const STEPS_MAX: usize = 10_000;
/// The most of them that are kept, the nearest, beside the root.
const STEPS_KEPT: usize = 200;

/// The first difference that is its own, and what led to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Divergence {
    /// What differs.
    pub difference: Difference,
    /// The step of the script that the record of each trace is, if it is one.
    pub script_steps: [Option<u64>; 2],
    /// What led to it in each trace, from the root on.
    pub chains: [Vec<Step>; 2],
    /// How many steps between the root and the rest are left out.
    pub left_out: [u64; 2],
    /// Why a file could not be read again.
    pub unread: [Option<String>; 2],
}

/// A record on the way to another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The record.
    pub place: Place,
    /// A step of the script: its place there, from 1.
    pub script_step: Option<u64>,
    /// Whether it tells something: it is more than a message on its way or a check that passed.
    pub telling: bool,
}

/// Fetches what led to a divergence.
pub(super) fn tell<A: BufRead + Seek, B: BufRead + Seek>(
    difference: Difference,
    a: &mut Ended<A>,
    b: &mut Ended<B>,
) -> Divergence {
    let mut divergence = Divergence {
        script_steps: [None, None],
        chains: Default::default(),
        left_out: [0, 0],
        unread: [None, None],
        difference,
    };
    let number = |place: &Option<Place>| place.as_ref().map(|place| place.n);
    let (in_a, in_b) = (number(&divergence.difference.a), number(&divergence.difference.b));
    for (side, told) in [chain(a, in_a), chain(b, in_b)].into_iter().enumerate() {
        let Chain { script_step, steps, left_out, unread } = told;
        divergence.script_steps[side] = script_step;
        divergence.chains[side] = steps;
        divergence.left_out[side] = left_out;
        divergence.unread[side] = unread;
    }
    divergence
}

#[derive(Default)]
struct Chain {
    script_step: Option<u64>,
    steps: Vec<Step>,
    left_out: u64,
    unread: Option<String>,
}

/// Follows the causes of a record up to the root.
fn chain<R: BufRead + Seek>(trace: &mut Ended<R>, from: Option<u64>) -> Chain {
    let mut chain = Chain::default();
    let mut next = match from.map(|n| fetch(trace, n)) {
        None => return chain,
        Some(Ok((step, cause))) => {
            chain.script_step = step.script_step;
            cause
        }
        Some(Err(why)) => return Chain { unread: Some(why), ..chain },
    };
    let mut followed = 0;
    while let Some(n) = next.filter(|_| followed < STEPS_MAX) {
        followed += 1;
        match fetch(trace, n) {
            Ok((step, cause)) => {
                if chain.steps.len() > STEPS_KEPT {
                    // The last one is replaced until it is the root.
                    chain.steps.pop();
                    chain.left_out += 1;
                }
                chain.steps.push(step);
                next = cause;
            }
            Err(why) => {
                chain.unread = Some(why);
                break;
            }
        }
    }
    chain.steps.reverse();
    chain
}

fn fetch<R: BufRead + Seek>(trace: &mut Ended<R>, n: u64) -> Result<(Step, Option<u64>), String> {
    let line = trace.places.fetch(&mut trace.from, n).map_err(|error| error.to_string())?;
    let mut text = Vec::new();
    line.append_to(&mut text);
    let text = String::from_utf8_lossy(&text);
    let at = Outline::of(&text)?;
    let number = line.record.get("step").and_then(Value::as_int);
    let script_step = number.filter(|_| line.record.kind == "script.step");
    let step = Step {
        place: Place::of(&View { at, text: &text }),
        script_step: script_step.and_then(|step| u64::try_from(step).ok()),
        telling: is_telling(&line.record),
    };
    Ok((step, line.cause))
}

fn is_telling(record: &crate::trace::Record) -> bool {
    match record.kind.as_ref() {
        "check" => record.get("verdict").and_then(Value::as_text) == Some("failed"),
        "timer" => false,
        kind => !kind.starts_with("net."),
    }
}
