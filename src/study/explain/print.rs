//! An answer in words, and as JSON.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::{Answer, Candidate, Explanation, Insert};

/// Width of the text.
const WIDTH: usize = 100;

impl Answer {
    /// The answer for people.
    pub fn text(&self) -> String {
        match self {
            Answer::Explained(told) => explanation(told),
            Answer::Ambiguous(candidates) => {
                let head =
                    format!("It may be any of these {}. Ask for the one:\n", candidates.len());
                head + &list(candidates)
            }
            Answer::Unknown { note, nearest } => {
                let mut text = "Nothing is known of it.\n".to_owned();
                if let Some(note) = note {
                    paragraph(&mut text, note, "");
                }
                if !nearest.is_empty() {
                    text.push_str("\nPerhaps one of these was meant:\n");
                    text.push_str(&list(nearest));
                }
                text
            }
            Answer::Unusable(why) => format!("{why}\n"),
        }
    }

    /// The answer for programs.
    pub fn json(&self, what: &str) -> Value {
        let mut value = match self {
            Answer::Explained(told) => {
                json!({ "answer": "explained", "explanation": explanation_json(told) })
            }
            Answer::Ambiguous(candidates) => {
                let candidates: Vec<Value> = candidates.iter().map(candidate_json).collect();
                json!({ "answer": "ambiguous", "candidates": candidates })
            }
            Answer::Unknown { note, nearest } => {
                let nearest: Vec<Value> = nearest.iter().map(candidate_json).collect();
                json!({ "answer": "unknown", "note": note, "nearest": nearest })
            }
            Answer::Unusable(why) => json!({ "answer": "unusable", "why": why }),
        };
        value["schema"] = 1.into();
        value["what"] = what.into();
        value
    }
}

fn list(candidates: &[Candidate]) -> String {
    let mut text = String::new();
    for candidate in candidates {
        let Candidate { title, text: says, ask, .. } = candidate;
        let _ = writeln!(text, "\n  {ask}");
        let says = if says == title { title.clone() } else { format!("{title}: {says}") };
        paragraph(&mut text, &says, "      ");
    }
    text
}

fn explanation(told: &Explanation) -> String {
    let mut text = String::new();
    for line in told.heading.lines() {
        let _ = writeln!(text, "{line}");
    }
    let (mark, source) = (told.entry.mark.word(), told.entry.source);
    let source = source.strip_prefix("assumed: ").unwrap_or(source);
    let _ = writeln!(text, "{mark}: {source}");
    for note in &told.notes {
        paragraph(&mut text, note, "");
    }
    section(&mut text, "Explanation", told.explanation.iter().map(String::as_str));
    section(&mut text, "System action", told.system_action.as_deref());
    section(&mut text, "User response", [told.user_response.as_str()]);
    let lines: Vec<String> =
        told.lines.iter().map(|(place, line)| format!("  {place:<8}  {line}")).collect();
    verbatim(&mut text, "To type", lines);
    for (name, meaning) in &told.placeholders {
        let _ = writeln!(text, "            {name}: {meaning}");
    }
    section(&mut text, "Module", told.module.map(|module| module.unwrap_or("Not known.")));
    section(&mut text, "Destination", told.destination);
    let of_line = told.inserts.iter().any(|insert| insert.value.is_some());
    let inserts = told.inserts.iter().map(|own| insert(own, of_line));
    verbatim(&mut text, "Inserts", inserts.collect());
    if !told.neighbours.is_empty() {
        text.push_str("\nEasily mistaken for\n");
    }
    for (other, tell) in &told.neighbours {
        paragraph(&mut text, &format!("{}: {tell}", other.key), "  ");
        let named = name_of(other);
        if !named.contains(&other.key) {
            paragraph(&mut text, named, "    ");
        }
    }
    if let Some(scenario) = told.scenario {
        text.push_str("\nSmallest scenario (a file of regionsim's repository)\n");
        let _ = writeln!(text, "  regionsim run {scenario}");
    }
    text
}

/// What an entry is called where its key stands beside it: the words that a reason inserts.
fn name_of(candidate: &Candidate) -> &str {
    let is_reason = candidate.key.contains('/') && candidate.key.starts_with("DFHXS");
    if is_reason { &candidate.text } else { &candidate.title }
}

fn section<'a>(text: &mut String, title: &str, paragraphs: impl IntoIterator<Item = &'a str>) {
    let mut paragraphs = paragraphs.into_iter().peekable();
    if paragraphs.peek().is_some() {
        let _ = writeln!(text, "\n{title}");
    }
    for words in paragraphs {
        paragraph(text, words, "  ");
    }
}

fn verbatim(text: &mut String, title: &str, lines: Vec<String>) {
    if !lines.is_empty() {
        let _ = writeln!(text, "\n{title}");
    }
    for line in lines {
        let _ = writeln!(text, "{line}");
    }
}

fn paragraph(text: &mut String, words: &str, indent: &str) {
    let deeper = format!("{indent}  ");
    let options = textwrap::Options::new(WIDTH)
        .initial_indent(indent)
        .subsequent_indent(if indent.is_empty() { indent } else { &deeper })
        .word_splitter(textwrap::WordSplitter::NoHyphenation);
    let _ = writeln!(text, "{}", textwrap::fill(words, options));
}

fn insert(insert: &Insert, of_line: bool) -> String {
    let Insert { number, name, meaning, value, reads } = insert;
    match (value.as_deref().map(str::trim), reads) {
        (None, _) if of_line => format!("  {number:>2}  {name:<16}  (not in the line)"),
        (Some(""), _) => format!("  {number:>2}  {name:<16}  (empty)"),
        (None, _) => format!("  {number:>2}  {name:<16}  {meaning}"),
        (Some(value), Some(reads)) => format!("  {number:>2}  {name:<16}  {value}  ({reads})"),
        (Some(value), None) => format!("  {number:>2}  {name:<16}  {value}").trim_end().to_owned(),
    }
}

fn candidate_json(candidate: &Candidate) -> Value {
    let Candidate { key, title, text, ask } = candidate;
    json!({ "key": key, "title": title, "text": text, "ask": ask })
}

fn explanation_json(told: &Explanation) -> Value {
    let entry = &told.entry;
    let inserts = told.inserts.iter().map(|insert| {
        json!({
            "number": insert.number,
            "name": insert.name,
            "meaning": insert.meaning,
            "value": insert.value,
            "reads": insert.reads,
        })
    });
    let lines = told.lines.iter().map(|(place, line)| json!({ "place": place, "line": line }));
    let names = told.placeholders.iter();
    let names = names.map(|(name, meaning)| json!({ "name": name, "meaning": meaning }));
    let neighbours = told.neighbours.iter().map(|(other, tell)| {
        json!({ "key": other.key, "title": name_of(other), "tell": tell, "ask": other.ask })
    });
    json!({
        "kind": entry.kind.word(),
        "key": entry.key,
        "heading": told.heading,
        "text": entry.text,
        "mark": entry.mark.word(),
        "source": entry.source,
        "notes": told.notes,
        "explanation": told.explanation,
        "system_action": told.system_action,
        "user_response": told.user_response,
        "to_type": lines.collect::<Vec<_>>(),
        "names_to_fill_in": names.collect::<Vec<_>>(),
        "module": told.module.flatten(),
        "destination": told.destination,
        "inserts": inserts.collect::<Vec<_>>(),
        "mistaken_for": neighbours.collect::<Vec<_>>(),
        "scenario": told.scenario,
    })
}
