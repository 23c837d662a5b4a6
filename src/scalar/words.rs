//! Words that people misspell, and how to help them.

/// The valid word that was probably meant, if one is near enough.
///
/// Letters may be missing, added, wrong or swapped: one per three of the word, at least one. Case, `-`
/// and `_` do not count. Of several equally near words the first is taken.
pub fn nearest<'a>(word: &str, valid: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = folded(word);
    let allowed = (wanted.chars().count() / 3).max(1);
    let mut best: Option<(usize, &str)> = None;
    for candidate in valid {
        let other = folded(candidate);
        // A distance is at least the difference of the lengths: skips most of the quadratic work.
        if other.len().abs_diff(wanted.len()) > allowed.saturating_mul(4) {
            continue;
        }
        let distance = strsim::damerau_levenshtein(&wanted, &other);
        let enough = distance <= allowed && (distance == 0 || distance < wanted.chars().count());
        if enough && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// Text of anyone, fit to print: what could steer a terminal is shown as an escape.
pub fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_control() {
            out.extend(character.escape_default());
        } else {
            out.push(character);
        }
    }
    out
}

/// Advice for an invalid word: the nearest valid word, or else the list of all that are valid.
pub fn suggestion<'a>(
    word: &str,
    valid: impl IntoIterator<Item = &'a str> + Clone,
) -> Option<String> {
    if let Some(near) = nearest(word, valid.clone()) {
        return Some(format!("did you mean `{near}`?"));
    }
    const SHOWN: usize = 16;
    let mut words: Vec<String> =
        valid.into_iter().take(SHOWN + 1).map(|word| format!("`{word}`")).collect();
    if words.len() > SHOWN {
        words.truncate(SHOWN);
        words.push("…".to_owned());
    }
    match words.as_slice() {
        [] => None,
        [only] => Some(format!("the only valid word is {only}")),
        _ => Some(format!("valid are {}", words.join(", "))),
    }
}

/// Words longer than this are never misspelt names; the cut bounds the work.
fn folded(word: &str) -> String {
    let letters = word.chars().filter(|letter| !matches!(letter, '-' | '_'));
    letters.take(64).flat_map(char::to_lowercase).collect()
}

/// The beginning of a text for use inside a message: one line, at most 40 characters.
pub fn shortened(text: &str) -> String {
    let mut short: String = text.chars().take_while(|c| !c.is_control()).take(40).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_forgives_case_separators_and_one_letter_in_three() {
        let valid = ["title", "teaches", "max_ticket_life", "at", "at_local"];
        let table = [
            ("tilte", Some("title")),
            ("TITLE", Some("title")),
            ("max-ticket-life", Some("max_ticket_life")),
            ("maxticketlive", Some("max_ticket_life")),
            ("att", Some("at")),
            ("a", None),
            ("zebra", None),
            ("", None),
        ];
        for (word, expected) in table {
            assert_eq!(nearest(word, valid), expected, "{word}");
        }
        assert_eq!(suggestion("zzz", ["a"]).unwrap(), "the only valid word is `a`");
        assert_eq!(suggestion("zzz", ["one", "two"]).unwrap(), "valid are `one`, `two`");
        assert_eq!(suggestion("zzz", []), None);
    }
}
