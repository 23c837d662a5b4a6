//! A line of a log, split into the inserts of its message.
//!
//! The line may be wrapped as a region wraps it, carry what a console prints before it, and be cut.
//! Whatever stands before the message's id is left out; blanks and line ends count as one blank.

use regex_lite::{Captures, Regex};

use crate::catalogue::messages::{self, Message};

/// A message line and its inserts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Split {
    /// The message.
    pub message: &'static Message,
    /// Its inserts, from insert 1; none for those that the line does not have.
    pub inserts: Vec<Option<String>>,
    /// What follows the last part that looks like the message.
    pub rest: String,
}

impl Split {
    /// The value of an insert by its name.
    pub fn get(&self, name: &str) -> Option<&str> {
        let at = self.message.inserts.iter().position(|own| *own == name)?;
        self.inserts.get(at)?.as_deref()
    }
}

/// An id of a message in a text, known or not, and what follows it. The text is one line afterwards.
pub(super) fn id_in(text: &str) -> Option<(String, String)> {
    let id = Regex::new(r"(?i)\b(DFH[A-Z]{2}[0-9]{4}|ICH[0-9]{3}I)[ADEISW]?\b").ok()?;
    let whole = id.captures(text)?.get(1)?;
    let name = whole.as_str().to_ascii_uppercase();
    let lines = without_prefix(text, whole.start());
    let joined = lines.split_whitespace().collect::<Vec<_>>().join(" ");
    let found = id.captures(&joined)?;
    let after = joined.get(found.get(0)?.end()..).unwrap_or_default();
    Some((name, after.trim().to_owned()))
}

/// The text without what a console prints before the id, also in front of continuation lines: they
/// lose as many characters where those look the same, digit for digit.
fn without_prefix(text: &str, id_at: usize) -> String {
    let start = text.get(..id_at).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
    let prefix = shape(text.get(start..id_at).unwrap_or_default().trim_end_matches('+'));
    let mut lines = text.get(id_at..).unwrap_or_default().lines();
    let mut joined = lines.next().unwrap_or_default().to_owned();
    for line in lines {
        let head: String = line.chars().take(prefix.chars().count()).collect();
        let alike = !prefix.trim().is_empty() && shape(&head) == prefix;
        let line = if alike { line.get(head.len()..).unwrap_or_default() } else { line };
        joined.push(' ');
        joined.push_str(line);
    }
    joined
}

/// What a text looks like: every digit is the same digit.
fn shape(text: &str) -> String {
    text.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect()
}

/// Splits what follows the id of a message. None where not even its first insert is there.
pub(super) fn split(message: &'static Message, after: &str) -> Option<Split> {
    let parts = parts(message)?;
    let read = |parts: &[Part], end| {
        let pattern = Regex::new(&pattern(message, parts, end)).ok()?;
        taken(message, after, &pattern.captures(after)?)
    };
    let whole = read(&parts, End::Word).or_else(|| read(&parts, End::Anything));
    whole.or_else(|| {
        // An insert ends where the text behind it begins.
        let cuts = (1..parts.len()).rev().filter_map(|kept| parts.get(..kept));
        let mut cuts = cuts.filter(|kept| !matches!(kept.last(), Some(Part::Insert(_))));
        cuts.find_map(|kept| {
            let mut split = read(kept, End::FirstWord)?;
            if let Some(Part::Text(text)) = kept.last()
                && goes_on_with(text, &split.rest)
            {
                split.rest.clear();
            }
            Some(split)
        })
    })
}

/// Whether what follows the first word of a text is more of the text, as far as it goes.
fn goes_on_with(text: &str, rest: &str) -> bool {
    let own = text.trim_start().split_once(' ').map(|(_, own)| own).unwrap_or_default();
    let own = own.trim_start().to_ascii_lowercase();
    !rest.is_empty() && own.starts_with(&rest.to_ascii_lowercase())
}

fn taken(message: &'static Message, after: &str, found: &Captures<'_>) -> Option<Split> {
    let value = |number: usize| Some(found.name(&format!("i{number}"))?.as_str().to_owned());
    let inserts: Vec<Option<String>> = (1..=message.inserts.len()).map(value).collect();
    let rest = after.get(found.get(0)?.end()..).unwrap_or_default().trim().to_owned();
    inserts.iter().any(Option::is_some).then_some(Split { message, inserts, rest })
}

/// What a line of ICH408I says about whom, and its words behind that; nothing for other messages.
pub(super) fn racf_facts(id: &str, after: &str) -> Vec<String> {
    if id != messages::ICH408I.id {
        return Vec::new();
    }
    let Ok(fact) = Regex::new(r"(?i)^\s*(USER|GROUP|NAME)\(\s*([^)]*?)\s*\)") else {
        return Vec::new();
    };
    let (mut told, mut rest) = (Vec::new(), after);
    while let Some(found) = fact.captures(rest) {
        let part = |at| found.get(at).map(|part: regex_lite::Match<'_>| part.as_str());
        told.push(format!(
            "{}: {}",
            part(1).unwrap_or_default().to_lowercase(),
            part(2).unwrap_or_default()
        ));
        rest = rest.get(found.get(0).map_or(0, |whole| whole.end())..).unwrap_or_default();
    }
    if !rest.trim().is_empty() {
        told.push(format!("RACF's own words: {}", rest.trim()));
    }
    told
}

/// A piece of a template behind the id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    /// Inserts 1 and 2, date and time. A console leaves them out.
    Stamp,
    Text(&'static str),
    Insert(usize),
}

const STAMP: &str = " {1} {2} ";

fn parts(message: &'static Message) -> Option<Vec<Part>> {
    let mut rest = message.template?.strip_prefix(message.id)?;
    let mut parts = Vec::new();
    if message.inserts.starts_with(&["date", "time"]) {
        rest = rest.strip_prefix(STAMP)?;
        parts.push(Part::Stamp);
    }
    rest = rest.trim_start();
    while let Some((text, after)) = rest.split_once('{') {
        let (number, after) = after.split_once('}')?;
        if !text.is_empty() {
            parts.push(Part::Text(text));
        }
        parts.push(Part::Insert(number.parse().ok()?));
        rest = after;
    }
    if !rest.is_empty() {
        parts.push(Part::Text(rest));
    }
    Some(parts)
}

/// How a pattern ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// With the message, and a blank or nothing behind it.
    Word,
    /// With the message, whatever follows.
    Anything,
    /// With the first word of its last text: the line is cut, or goes on otherwise.
    FirstWord,
}

/// The pattern of a message, or of its first parts.
fn pattern(message: &Message, parts: &[Part], end: End) -> String {
    let mut pattern = "(?i)^".to_owned();
    let insert = |number: &usize| {
        let name = message.inserts.get(number.wrapping_sub(1)).copied().unwrap_or_default();
        format!("(?P<i{number}>{})", value_pattern(name))
    };
    for (at, part) in parts.iter().enumerate() {
        let last = at + 1 == parts.len();
        pattern.push_str(&match part {
            Part::Stamp => format!(r"(?:{}\s+{}\s+)?", insert(&1), insert(&2)),
            Part::Text(text) if last && end == End::FirstWord => first_word(text),
            Part::Text(text) => literal(text),
            Part::Insert(number) => insert(number),
        });
    }
    if end == End::Word {
        pattern.push_str(r"(?:\s|$)");
    }
    pattern
}

/// A text in which a blank stands for any blanks.
fn literal(text: &str) -> String {
    let words: Vec<String> = text.split(' ').map(regex_lite::escape).collect();
    words.join(r"\s+")
}

fn first_word(text: &str) -> String {
    let front = if text.starts_with(' ') { r"\s+" } else { "" };
    let word = text.trim_start().split(' ').next().unwrap_or_default();
    format!("{front}{}", regex_lite::escape(word))
}

/// What the values of an insert look like. All but three are one word.
fn value_pattern(name: &str) -> &'static str {
    match name {
        "date" => r"[0-9]{1,4}[/.-][0-9]{1,2}[/.-][0-9]{1,4}",
        "time" => r"[0-9]{1,2}[:.][0-9]{2}[:.][0-9]{2}",
        "safresp" | "safreas" | "esmresp" | "esmreas" => "[0-9A-F]{1,8}",
        "reason" => ".+?",
        "port" => r"(?:|\s+at\s+(?:netname|console)\s+\S+)",
        _ => r"\S+?",
    }
}

/// Splits a whole line, wherever its id stands.
pub fn split_line(text: &str) -> Option<Split> {
    let (id, after) = id_in(text)?;
    split(messages::lookup(&id)?, &after)
}
