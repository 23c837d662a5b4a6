//! A comparison for people: what went in, where it began, what it came to, then all that differs.

use std::fmt::Write as _;

use super::divergence::{Divergence, Step};
use super::inputs::{Input, inputs};
use super::judge::FieldChange;
use super::tally::{Class, Counts, Difference, Place, Shift, Tally};
use super::{Comparison, Window};
use crate::scalar::Duration;
use crate::scenario::plan::Plan;
use crate::trace::Timestamp;

/// The most rows of a table that is not asked for by length.
const ROWS_SHOWN: usize = 12;
/// The most steps of a causal chain, the nearest, beside the root.
const STEPS_SHOWN: usize = 8;

/// What the two are called, and their plans where they are scenarios.
#[derive(Clone, Copy)]
pub struct Names<'a> {
    /// As they were given.
    pub names: [&'a str; 2],
    /// For lines of scripts and values of scenarios.
    pub plans: [Option<&'a Plan>; 2],
}

/// The whole report.
pub fn report(comparison: &Comparison, names: &Names<'_>, window: Window) -> String {
    let mut out = String::new();
    head(&mut out, comparison, names);
    verdict(&mut out, comparison, window);
    section(&mut out, "What went in", &input_lines(&inputs(&comparison.headers, names.plans)));
    if let Some(first) = &comparison.first {
        divergence(&mut out, first, names);
    }
    let tally = &comparison.tally;
    section(&mut out, "Outcome", &outcome_lines(tally));
    section(&mut out, "Times", &time_lines(tally));
    section(&mut out, "By kind", &kind_lines(tally));
    section(&mut out, "Fields that differ", &field_lines(tally));
    differences(&mut out, tally);
    out
}

/// What differs first, in one line, for those who only want to know where to look.
pub fn brief(comparison: &Comparison) -> String {
    let counts = counts(&comparison.tally.totals);
    match &comparison.first {
        Some(first) => format!("{counts}\n    first: {}", difference(&first.difference)),
        None if comparison.equal() => {
            let inputs = inputs(&comparison.headers, [None, None]);
            format!("no record, only what went in: {}", input_lines(&inputs).join("; ").trim())
        }
        None => counts,
    }
}

fn head(out: &mut String, comparison: &Comparison, names: &Names<'_>) {
    for (side, letter) in ["A", "B"].iter().enumerate() {
        let header = &comparison.headers[side];
        let _ = writeln!(out, "{letter}  {}", names.names[side]);
        let _ = writeln!(out, "   {}; run {}", header.title, header.run);
    }
}

fn verdict(out: &mut String, comparison: &Comparison, window: Window) {
    let Tally { totals, records, ignored, not_compared, given_up, far_causes, own, .. } =
        &comparison.tally;
    let told = match records {
        [0, 0] => "nothing to compare".to_owned(),
        _ => counts(totals),
    };
    let _ = writeln!(out, "\n{} records against {}: {told}", records[0], records[1]);
    if *own > 0 {
        let follow = if *own == 1 { "follows" } else { "follow" };
        let _ = writeln!(out, "{own} of them {follow} from no other difference");
    }
    if ignored != &[0, 0] {
        let _ = writeln!(out, "left out as asked: {} against {}", ignored[0], ignored[1]);
    }
    for (letter, damage) in ["A", "B"].iter().zip(&comparison.damage) {
        if let Some(damage) = damage {
            let _ = writeln!(out, "{letter} is not whole: {damage}");
        }
    }
    if not_compared != &[0, 0] {
        let [a, b] = not_compared;
        let _ = writeln!(out, "not compared, after that place: {a} records of A, {b} of B");
    }
    if *given_up > 0 {
        let _ = writeln!(
            out,
            "{given_up} count as missing or added because they found no partner within {} records",
            window.records
        );
    }
    if *far_causes > 0 {
        let _ = writeln!(
            out,
            "{far_causes} pairs have a cause more than {} records back, which was not compared",
            super::CAUSES_MAX
        );
    }
}

/// The counts of all classes that occur, in words.
fn counts(counts: &Counts) -> String {
    if counts.differing() == 0 {
        return "no difference".to_owned();
    }
    let words = Class::ALL.iter().filter(|class| counts.of(**class) > 0).map(|class| {
        let what = match class {
            Class::Value => "differ in a value",
            Class::Bytes => "only in bytes of tokens",
            Class::Time => "only in time",
            Class::Order => "only in order",
            Class::Missing => "missing in B",
            Class::Added => "added in B",
        };
        format!("{} {what}", counts.of(*class))
    });
    let words: Vec<String> = words.collect();
    format!("{}, {} equal", words.join(", "), counts.equal)
}

fn section(out: &mut String, title: &str, lines: &[String]) {
    if lines.is_empty() {
        return;
    }
    let _ = writeln!(out, "\n{title}");
    for line in lines {
        let _ = writeln!(out, "  {}", line.trim_end());
    }
}

fn input_lines(inputs: &[Input]) -> Vec<String> {
    let line = |Input { path, from, to }: &Input| {
        let told = |value: &Option<String>| value.clone().unwrap_or_else(|| "(none)".to_owned());
        format!("{path}: {} -> {}", told(from), told(to))
    };
    inputs.iter().map(line).collect()
}

fn divergence(out: &mut String, first: &Divergence, names: &Names<'_>) {
    let Difference { class, a, b, .. } = &first.difference;
    let title = match first.difference.own {
        true => "First real divergence",
        false => "First difference (each follows from another)",
    };
    let _ = writeln!(out, "\n{title}: {}", class.word());
    let scripted = |side: usize| script_place(first.own_step(side), names.plans[side]);
    for (side, (letter, place)) in ["A", "B"].iter().zip([a, b]).enumerate() {
        match place {
            Some(place) => {
                let _ = writeln!(out, "  {letter}  {}{}", placed(place), scripted(side));
            }
            None => {
                let _ = writeln!(out, "  {letter}  has no such record");
            }
        }
    }
    for line in details(&first.difference) {
        let _ = writeln!(out, "     {line}");
    }
    chains(out, first, names);
}

/// What led to it: once where both traces agree, else each for itself.
fn chains(out: &mut String, first: &Divergence, names: &Names<'_>) {
    let [a, b] = &first.chains;
    let agree = a.len() == b.len()
        && a.iter()
            .zip(b)
            .all(|(a, b)| (&a.place.node, &a.place.brief) == (&b.place.node, &b.place.brief));
    if a.is_empty() && b.is_empty() {
        let _ = writeln!(out, "  Nothing led to it: it comes from the script or from a start");
    } else if agree {
        let _ = writeln!(out, "  What led to it, in both (records of A and of B)");
        let numbers = |at: usize| {
            let n = |side: &[Step]| side.get(at).map_or(0, |step| step.place.n);
            format!("{:>6} {:>6}", n(a), n(b))
        };
        let plan = if names.plans[0].is_some() { names.plans[0] } else { names.plans[1] };
        chain(out, a, first.left_out[0], plan, numbers);
    } else {
        for (side, letter) in ["A", "B"].iter().enumerate() {
            let steps = &first.chains[side];
            if !steps.is_empty() {
                let _ = writeln!(out, "  What led to it in {letter}");
                let numbers =
                    |at: usize| format!("{:>6}", steps.get(at).map_or(0, |step| step.place.n));
                chain(out, steps, first.left_out[side], names.plans[side], numbers);
            }
        }
    }
    for (letter, why) in ["A", "B"].iter().zip(&first.unread) {
        if let Some(why) = why {
            let _ = writeln!(out, "  {letter} could not be read again: {why}");
        }
    }
}

fn chain(
    out: &mut String,
    steps: &[Step],
    left_out: u64,
    plan: Option<&Plan>,
    numbers: impl Fn(usize) -> String,
) {
    let last = steps.len().saturating_sub(1);
    let telling = |at: usize| at == 0 || at == last || steps.get(at).is_some_and(|s| s.telling);
    let shown: Vec<usize> = (0..steps.len()).filter(|at| telling(*at)).collect();
    let skip = shown.len().saturating_sub(STEPS_SHOWN);
    let shown = shown.into_iter().enumerate().filter(|(rank, at)| *at == 0 || *rank > skip);
    let mut next = 0;
    for (_, at) in shown {
        let hidden = (at - next) as u64 + if next == 1 { left_out } else { 0 };
        if hidden > 0 {
            let _ = writeln!(out, "     … {hidden} more");
        }
        next = at + 1;
        if let Some(step) = steps.get(at) {
            let script = script_place(step.script_step, plan);
            let _ = writeln!(out, "     {}  {}{script}", numbers(at), described(&step.place));
        }
    }
}

impl Divergence {
    /// The step of the script that the record itself is.
    fn own_step(&self, side: usize) -> Option<u64> {
        self.script_steps.get(side).copied().flatten()
    }
}

fn script_place(step: Option<u64>, plan: Option<&Plan>) -> String {
    let place = step.zip(plan).and_then(|(step, plan)| {
        Some(plan.step_place(usize::try_from(step.checked_sub(1)?).ok()?))
    });
    place.map(|place| format!("  ({place})")).unwrap_or_default()
}

fn placed(place: &Place) -> String {
    format!("record {}  {}", place.n, described(place))
}

fn described(place: &Place) -> String {
    let Place { t, node, task, brief, ending, .. } = place;
    let task = task.map(|task| format!("task {task:05} ")).unwrap_or_default();
    let node = if node.is_empty() { String::new() } else { format!("{node} ") };
    let text = format!("{}  {node}{task}{brief} {ending}", Timestamp::from_nanoseconds(*t));
    text.trim_end().to_owned()
}

/// What differs between the two records of a difference.
fn details(difference: &Difference) -> Vec<String> {
    let mut lines = Vec::new();
    if difference.shift != 0 {
        lines.push(later(difference.shift));
    }
    if difference.clock != 0 {
        lines.push(format!("its clock is {}", ahead(difference.clock)));
    }
    if difference.moved {
        lines.push("it stands elsewhere among the others".to_owned());
    }
    lines.extend(difference.fields.iter().map(field));
    lines
}

fn field(change: &FieldChange) -> String {
    let told = |value: &Option<String>| value.clone().unwrap_or_else(|| "(none)".to_owned());
    match (&change.from, &change.to) {
        (None, None) => change.path.clone(),
        (from, to) => format!("{}: {} -> {}", change.path, told(from), told(to)),
    }
}

fn later(shift: i64) -> String {
    format!("{} {}", span(shift), if shift > 0 { "later" } else { "earlier" })
}

fn ahead(clock: i64) -> String {
    format!("{} further {}", span(clock), if clock > 0 { "ahead" } else { "behind" })
}

fn span(nanoseconds: i64) -> String {
    let length = i64::try_from(nanoseconds.unsigned_abs()).unwrap_or(i64::MAX);
    Duration::from_nanoseconds(length).unwrap_or_default().to_string()
}

fn outcome_lines(tally: &Tally) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for change in &tally.outcomes {
        lines.extend(change.a.as_ref().map(|a| format!("A  {a}")));
        lines.extend(change.b.as_ref().map(|b| format!("B  {b}")));
    }
    let hidden = tally.outcome_changes.saturating_sub(tally.outcomes.len() as u64);
    if hidden > 0 {
        lines.push(format!("… {hidden} more"));
    }
    lines
}

fn time_lines(tally: &Tally) -> Vec<String> {
    let shifts = tally.shifts();
    let shift = |Shift { by, first, pairs, all, .. }: &Shift| {
        let from = format!("record {} of A, {} of B", first.0, first.1);
        match all {
            true => format!("everything from {from} on is {} ({pairs} pairs)", later(*by)),
            false => format!("{pairs} pairs are {}, the first is {from}", later(*by)),
        }
    };
    let mut lines: Vec<String> = shifts.iter().take(ROWS_SHOWN).map(shift).collect();
    more(&mut lines, shifts.len());
    let clocks = tally.clocks().iter().map(|(node, (least, most))| match least == most {
        true => format!("the clock of {node} is {}", ahead(*least)),
        false => format!("the clock of {node} is {} to {}", ahead(*least), ahead(*most)),
    });
    lines.extend(clocks.take(ROWS_SHOWN));
    lines
}

fn kind_lines(tally: &Tally) -> Vec<String> {
    let rows: Vec<_> =
        tally.kinds.iter().filter(|(_, counts)| counts.differing() > 0).take(1000).collect();
    if rows.is_empty() {
        return Vec::new();
    }
    let mut title = format!("{:<20} {:>8}", "", "equal");
    for class in Class::ALL {
        let _ = write!(title, " {:>8}", class.word());
    }
    let row = |(kind, counts): (&String, &Counts)| {
        let mut line = format!("{kind:<20} {:>8}", counts.equal);
        for class in Class::ALL {
            let count = counts.of(class);
            let told = if count == 0 { String::new() } else { count.to_string() };
            let _ = write!(line, " {told:>8}");
        }
        line
    };
    std::iter::once(title).chain(rows.into_iter().map(row)).collect()
}

fn field_lines(tally: &Tally) -> Vec<String> {
    let mut fields: Vec<_> = tally.fields.iter().collect();
    fields.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
    let line =
        |((kind, field), count): &(&(String, String), &u64)| format!("{count:>6}  {kind} {field}");
    let mut lines: Vec<String> = fields.iter().take(ROWS_SHOWN).map(line).collect();
    more(&mut lines, fields.len());
    lines
}

fn more(lines: &mut Vec<String>, all: usize) {
    if all > lines.len() {
        lines.push(format!("… {} more", all - lines.len()));
    }
}

fn differences(out: &mut String, tally: &Tally) {
    if tally.listed.is_empty() {
        return;
    }
    let (shown, all) = (tally.listed.len(), tally.totals.differing());
    let _ = writeln!(out, "\nDifferences, {shown} of {all} (* follows from no other)");
    for listed in &tally.listed {
        let mark = if listed.own { '*' } else { ' ' };
        let _ = writeln!(out, "{mark} {}", difference(listed));
    }
    let follow = tally.totals.of(Class::Time) + tally.totals.of(Class::Bytes);
    if follow > 0 && (shown as u64) < all {
        let _ = writeln!(out, "  (times and bytes that follow from others are not listed)");
    }
}

/// One difference in one line.
fn difference(listed: &Difference) -> String {
    let n = |place: &Option<Place>| place.as_ref().map_or("-".to_owned(), |p| p.n.to_string());
    let place = listed.a.as_ref().or(listed.b.as_ref());
    let alone = listed.a.is_none() || listed.b.is_none();
    let what = place.map(|place| {
        let ending = if alone { &place.ending } else { "" };
        format!("{} {} {ending}", place.node, place.brief).trim_end().to_owned()
    });
    let what = what.unwrap_or_default();
    let what = what.trim_start();
    let details = details(listed).join("; ");
    let line = format!(
        "{:<7} {:>6} {:>6}  {what}  {details}",
        listed.class.word(),
        n(&listed.a),
        n(&listed.b)
    );
    line.trim_end().to_owned()
}
