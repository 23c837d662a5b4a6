//! The list of rules against the rules that there are.

use std::collections::BTreeSet;

use regionsim::check::Mark;
use regionsim::study::rules::{list, text as listed, wanted};
use regionsim::study::{self};

use crate::{golden_lines, sources, text};

/// Names of rules that stand in the sources: in the field `id` of a static, or as the first literal of
/// a row of the macro that declares rules. Tests of a file declare none that count.
fn in_the_sources() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (_, source) in sources() {
        let source = source.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
        for line in source.lines().map(str::trim) {
            let id = match line.strip_prefix("id: \"") {
                Some(id) => Some(id),
                None if is_row(line) => line.split_once('"').map(|(_, rest)| rest),
                None => None,
            };
            let id = id.and_then(|id| id.split('"').next()).filter(|id| is_id(id));
            found.extend(id.map(str::to_owned));
        }
    }
    found
}

/// `TICKET_END Documented "kerberos.ticket-end" "RFC …"`.
fn is_row(line: &str) -> bool {
    let mut words = line.split(' ');
    let name = words.next().is_some_and(|name| {
        name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
    });
    name && words.next().is_some_and(|mark| mark == "Documented" || mark == "Assumed")
}

/// `area.name`, in lower case.
fn is_id(text: &str) -> bool {
    let plain = |part: &str| {
        !part.is_empty()
            && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
    };
    text.split_once('.').is_some_and(|(area, name)| plain(area) && plain(name))
}

#[test]
fn the_list_holds_every_rule_of_the_sources_and_no_other() {
    let listed: BTreeSet<String> = study::rules().iter().map(|rule| rule.id.to_owned()).collect();
    let found = in_the_sources();
    assert_eq!(listed.len(), study::rules().len(), "two rules have one name");
    assert!(found.len() > 50);
    assert_eq!(found.difference(&listed).collect::<Vec<_>>(), Vec::<&String>::new(), "not listed");
    assert_eq!(listed.difference(&found).collect::<Vec<_>>(), Vec::<&String>::new(), "not found");
}

#[test]
fn every_decision_of_every_golden_trace_is_by_a_listed_rule_with_its_own_words() {
    let rules = study::rules();
    let mut seen = BTreeSet::new();
    for (path, line) in golden_lines() {
        if line.record.kind != "check" || !seen.insert(text(&line, "rule").to_owned()) {
            continue;
        }
        let rule = rules.iter().find(|rule| rule.id == text(&line, "rule"));
        let rule = rule.unwrap_or_else(|| panic!("{}: {line:?}", path.display()));
        assert_eq!(text(&line, "source"), rule.source);
        assert_eq!(text(&line, "mark"), rule.mark.word());
    }
    assert!(seen.len() > 30, "{seen:?}");
}

#[test]
fn rules_are_found_by_their_words_and_by_their_mark() {
    let all = wanted(false, None);
    assert_eq!(all.len(), study::rules().len());
    let assumed = wanted(true, None);
    assert!(!assumed.is_empty() && assumed.iter().all(|rule| rule.mark == Mark::Assumed));
    let of_end = wanted(false, Some("TICKET-END"));
    assert_eq!(of_end.iter().map(|rule| rule.id).collect::<Vec<_>>(), ["kerberos.ticket-end"]);
    assert!(wanted(true, Some("ticket-end")).is_empty(), "it is documented");
    assert!(wanted(false, Some("no such words")).is_empty());
    let text = listed(&of_end);
    assert!(text.contains("documented: RFC 4120 section 3.2.3"), "{text}");
    assert!(text.ends_with("1 rules, 0 of them assumed\n"), "{text}");
    assert_eq!(list(&of_end).rules[0].mark, Mark::Documented);
}
