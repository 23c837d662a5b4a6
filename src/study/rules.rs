//! Every rule by which anything is decided, for people and for programs.

use std::fmt::Write as _;

use schemars::JsonSchema;
use serde::Serialize;

use crate::check::{Mark, Rule};

/// The rules that are wanted: all, or the assumed ones, and of these those that hold a text in their
/// id, sentence or source. Case does not count.
pub fn wanted(assumed: bool, text: Option<&str>) -> Vec<&'static Rule> {
    let text = text.unwrap_or_default().to_lowercase();
    let holds = |rule: &Rule| {
        [rule.id, rule.text, rule.source].iter().any(|own| own.to_lowercase().contains(&text))
    };
    let mut rules = super::rules();
    rules.retain(|rule| (!assumed || rule.mark == Mark::Assumed) && holds(rule));
    rules
}

/// Rules for people.
pub fn text(rules: &[&Rule]) -> String {
    let mut text = String::new();
    for rule in rules {
        let Rule { id, text: sentence, source, mark } = rule;
        let _ = writeln!(text, "{id}\n  {sentence}\n  {}: {source}\n", mark.word());
    }
    let assumed = rules.iter().filter(|rule| rule.mark == Mark::Assumed).count();
    let _ = writeln!(text, "{} rules, {assumed} of them assumed", rules.len());
    text
}

/// The rules by which anything is decided: what `rules --format json` prints.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RuleList {
    /// Version of these keys: 1.
    pub schema: u32,
    /// The rules, in the order of their names.
    pub rules: Vec<&'static Rule>,
}

/// Rules for programs.
pub fn list(rules: &[&'static Rule]) -> RuleList {
    RuleList { schema: 1, rules: rules.to_vec() }
}
