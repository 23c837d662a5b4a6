//! `regionsim diff`.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufReader, Write};
use std::path::PathBuf;

use clap::Args;

use super::{End, Format, LATEST, Stop, json, plan, tell};
use crate::host::latest::Latest;
use crate::host::sides::{is_scenario, open, perform};
use crate::protocol::kerberos::KeyTable;
use crate::scalar::words::suggestion;
use crate::scenario::plan::Plan;
use crate::study::diff::forms::ComparisonForm;
use crate::study::diff::text::{Names, report};
use crate::study::diff::{Comparison, Options, Side, compare};
use crate::trace::kinds::{KINDS, LINE};

const AFTER: &str = "\
Without B, the scenario A is compared with itself as --set and --seed change it.

Examples:
  regionsim diff scenarios/lessons/slow-client.ron --set script.late.do.by=-4m
  regionsim diff traces/lessons/slow-client.jsonl scenarios/lessons/slow-client.ron
  regionsim diff latest my.ron

Exit codes: 0 no record differs, 1 some do, 2 unusable input; a trace that is cut or edited is
compared up to there.

regionsim schema --output diff tells the keys of --format json.";

#[derive(Debug, Args)]
#[command(after_help = AFTER)]
pub(super) struct Diff {
    /// A trace, or a scenario (*.ron), which is run; `latest`: the trace of the latest run.
    a: String,
    /// What it is compared with; without it, A as it is changed.
    b: Option<String>,
    /// Change a value of B (of the changed A where there is no B), as often as wanted.
    #[arg(long, value_name = "PATH=VALUE", visible_alias = "set-b")]
    set: Vec<String>,
    /// Change a value of A, as often as wanted.
    #[arg(long, value_name = "PATH=VALUE")]
    set_a: Vec<String>,
    /// Another seed for B (for the changed A where there is no B).
    #[arg(long, visible_alias = "seed-b", allow_negative_numbers = true)]
    seed: Option<u64>,
    /// Another seed for A.
    #[arg(long, allow_negative_numbers = true)]
    seed_a: Option<u64>,
    /// Compare the outcomes alone: no times, values or causes of anything else.
    #[arg(long)]
    outcome: bool,
    /// Leave records of this kind out, as often as wanted: `check`, or `net.*` for all of an area.
    #[arg(long, value_name = "KIND")]
    ignore_kind: Vec<String>,
    /// Take no notice of this field, as often as wanted: `sha256`, `t`.
    #[arg(long, value_name = "FIELD")]
    ignore_field: Vec<String>,
    /// Leave records of this node out, as often as wanted.
    #[arg(long, value_name = "NODE")]
    ignore_node: Vec<String>,
    /// How many differences are listed; all are counted.
    #[arg(long, value_name = "N", default_value_t = 20, allow_negative_numbers = true)]
    limit: usize,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// One of the two, ready to be read.
struct Opened {
    name: String,
    from: BufReader<File>,
    plan: Option<Plan>,
}

impl Diff {
    pub(super) fn run(&self, out: &mut dyn Write) -> Result<End, Stop> {
        let options = self.options()?;
        let changes_a = changes(&self.set_a, self.seed_a);
        let changes_b = changes(&self.set, self.seed);
        let b = match &self.b {
            Some(b) => b,
            None if !is_scenario(&self.a) => {
                return Err(Stop::Because(format!("what is {} to be compared with?", self.a)));
            }
            None if changes_a.is_empty() && changes_b.is_empty() => {
                let text = "name a second scenario or trace, or change a value with --set";
                return Err(Stop::Because(text.to_owned()));
            }
            None => &self.a,
        };
        let mut table = KeyTable::new();
        let a = opened(&self.a, &changes_a, &mut table)?;
        let b = opened(b, &changes_b, &mut table)?;
        let names = Names { names: [&a.name, &b.name], plans: [a.plan.as_ref(), b.plan.as_ref()] };
        let comparison = compare(a.from, b.from, &options).map_err(|unusable| {
            let name = if unusable.side == Side::A { &a.name } else { &b.name };
            Stop::Because(format!("{name}: {unusable}"))
        })?;
        known_nodes(&comparison)?;
        match self.format {
            Format::Text => {
                out.write_all(report(&comparison, &names, options.window).as_bytes())?;
            }
            Format::Json => json(out, &ComparisonForm::of(&comparison, &names, options.window))?,
        }
        Ok(end(&comparison, &names))
    }

    fn options(&self) -> Result<Options, Stop> {
        Ok(Options {
            outcome: self.outcome,
            ignore_kinds: kinds(&self.ignore_kind)?,
            ignore_fields: fields(&self.ignore_field)?,
            ignore_nodes: self.ignore_node.iter().cloned().collect(),
            limit: self.limit,
            window: Default::default(),
        })
    }
}

fn end(comparison: &Comparison, names: &Names<'_>) -> End {
    for (name, damage) in names.names.iter().zip(&comparison.damage) {
        if let Some(damage) = damage {
            tell(&format!("error: {name}: {damage}"));
        }
    }
    if !comparison.whole() {
        End::Unusable
    } else if comparison.equal() {
        End::Expected
    } else {
        End::Different
    }
}

fn changes(set: &[String], seed: Option<u64>) -> Vec<String> {
    let seed = seed.map(|seed| format!("seed={seed}"));
    set.iter().cloned().chain(seed).collect()
}

fn opened(path: &str, changes: &[String], table: &mut KeyTable) -> Result<Opened, Stop> {
    if is_scenario(path) {
        let plan = plan(path, changes)?;
        let from = perform(&plan, table).map_err(Stop::Because)?;
        let told: String = changes.iter().map(|change| format!(" --set {change}")).collect();
        return Ok(Opened { name: format!("{path}{told}"), from, plan: Some(plan) });
    }
    if !changes.is_empty() {
        let text = format!("{path} is no scenario (*.ron): nothing of it can be changed");
        return Err(Stop::Because(text));
    }
    let kept = (path == LATEST).then(Latest::find).transpose();
    let kept = kept.map_err(|error| Stop::Because(error.to_string()))?;
    let file = kept.map_or_else(|| PathBuf::from(path), |kept| kept.trace);
    let from =
        open(&file).map_err(|error| Stop::Because(format!("cannot read {path}: {error}")))?;
    Ok(Opened { name: path.to_owned(), from, plan: None })
}

/// The kinds that are meant by their names and by `area.*`.
fn kinds(wanted: &[String]) -> Result<BTreeSet<String>, Stop> {
    let mut found = BTreeSet::new();
    for word in wanted {
        let area = word.strip_suffix('*').filter(|area| area.ends_with('.'));
        let meant = |name: &str| name == word || area.is_some_and(|area| name.starts_with(area));
        let before = found.len();
        found.extend(KINDS.iter().filter(|kind| meant(kind.name)).map(|kind| kind.name.to_owned()));
        if found.len() == before && !found.contains(word) {
            return Err(unknown("kind of record", word, KINDS.iter().map(|kind| kind.name)));
        }
    }
    Ok(found)
}

fn fields(wanted: &[String]) -> Result<BTreeSet<String>, Stop> {
    let of_line = LINE.iter().map(|field| field.name);
    let of_line = of_line.filter(|name| !["n", "node", "kind"].contains(name));
    let of_kinds = KINDS.iter().flat_map(|kind| kind.fields).map(|field| field.name);
    let known: BTreeSet<&str> = of_line.chain(of_kinds).collect();
    for word in wanted {
        if !known.contains(word.as_str()) {
            return Err(unknown("field", word, known.iter().copied()));
        }
    }
    Ok(wanted.iter().cloned().collect())
}

fn known_nodes(comparison: &Comparison) -> Result<(), Stop> {
    match comparison.unknown_nodes.first() {
        Some(word) => Err(unknown("node", word, comparison.nodes.iter().map(String::as_str))),
        None => Ok(()),
    }
}

fn unknown<'a>(what: &str, word: &str, known: impl IntoIterator<Item = &'a str> + Clone) -> Stop {
    let help = suggestion(word, known).map(|help| format!("; {help}")).unwrap_or_default();
    Stop::Because(format!("there is no {what} `{word}`{help}"))
}
