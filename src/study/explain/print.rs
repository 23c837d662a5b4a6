//! An answer in words.

use super::{Answer, Candidate, Explanation, Insert};
use crate::study::page::Page;

impl Answer {
    /// The answer for people, in lines of at most so many characters.
    pub fn text(&self, width: usize) -> String {
        let mut page = Page::new(width);
        match self {
            Answer::Explained(told) => explanation(&mut page, told),
            Answer::Ambiguous(candidates) => {
                let many = candidates.len();
                page.line(0, &format!("It may be any of these {many}. Ask for the one:"));
                list(&mut page, candidates);
            }
            Answer::Unknown { note, nearest } => {
                page.line(0, note.as_deref().unwrap_or("Nothing is known of it."));
                if !nearest.is_empty() {
                    page.title("Perhaps one of these was meant:");
                    list(&mut page, nearest);
                }
            }
            Answer::Unusable(why) => page.line(0, why),
        }
        page.text
    }
}

fn list(page: &mut Page, candidates: &[Candidate]) {
    for Candidate { title, text, ask, .. } in candidates {
        page.text.push('\n');
        page.as_is(2, ask);
        let says = if text == title { title.clone() } else { format!("{title}: {text}") };
        page.line(6, &says);
    }
}

fn explanation(page: &mut Page, told: &Explanation) {
    for line in told.heading.lines() {
        page.line(0, line);
    }
    let (mark, source) = (told.entry.mark.word(), told.entry.source);
    let source = source.strip_prefix("assumed: ").unwrap_or(source);
    page.line(0, &format!("{mark}: {source}"));
    for note in &told.notes {
        page.line(0, note);
    }
    section(page, "Explanation", told.explanation.iter().map(String::as_str));
    section(page, "System action", told.system_action.as_deref());
    section(page, "User response", [told.user_response.as_str()]);
    to_type(page, told);
    section(page, "Module", told.module.map(|module| module.unwrap_or("Not known.")));
    section(page, "Destination", told.destination);
    inserts(page, &told.inserts);
    if !told.neighbours.is_empty() {
        page.title("Easily mistaken for");
    }
    for (other, tell) in &told.neighbours {
        page.line(2, &format!("{}: {tell}", other.key));
        let named = name_of(other);
        if !named.contains(&other.key) {
            page.line(4, named);
        }
    }
    if let Some(scenario) = told.scenario {
        page.title("Smallest scenario (a file of regionsim's repository)");
        page.as_is(2, &format!("regionsim run {scenario}"));
    }
}

/// What an entry is called where its key stands beside it: the words that a reason inserts.
pub(super) fn name_of(candidate: &Candidate) -> &str {
    let is_reason = candidate.key.contains('/') && candidate.key.starts_with("DFHXS");
    if is_reason { &candidate.text } else { &candidate.title }
}

fn section<'a>(page: &mut Page, title: &str, paragraphs: impl IntoIterator<Item = &'a str>) {
    let mut paragraphs = paragraphs.into_iter().peekable();
    if paragraphs.peek().is_some() {
        page.title(title);
    }
    for words in paragraphs {
        page.line(2, words);
    }
}

fn to_type(page: &mut Page, told: &Explanation) {
    if !told.lines.is_empty() {
        page.title("To type");
    }
    for (place, line) in &told.lines {
        page.as_is(2, &format!("{place:<8}  {line}"));
    }
    for (name, meaning) in &told.placeholders {
        page.line(12, &format!("{name}: {meaning}"));
    }
}

/// Inserts by number: what each holds, or, of a line, what stands there.
fn inserts(page: &mut Page, inserts: &[Insert]) {
    let of_line = inserts.iter().any(|insert| insert.value.is_some());
    if !inserts.is_empty() {
        page.title("Inserts");
    }
    for Insert { number, name, meaning, value, reads } in inserts {
        let held = match (value.as_deref().map(str::trim), reads) {
            (None, _) if of_line => "(not in the line)".to_owned(),
            (None, _) => (*meaning).to_owned(),
            (Some(""), _) => "(empty)".to_owned(),
            (Some(value), Some(reads)) => format!("{value}  ({reads})"),
            (Some(value), None) => value.to_owned(),
        };
        page.put(&held, &format!("  {number:>2}  {name:<16}  "), &" ".repeat(24));
    }
}
