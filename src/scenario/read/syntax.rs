//! What `ron` refuses, in the words of people who write scenarios.

use ron::error::SpannedError;

use crate::scalar::words::shortened;
use crate::scenario::problem::Problem;
use crate::scenario::source::Span;

/// The problem of a syntax error that `ron` found in `text`, which stands at `span`.
pub(super) fn syntax_problem(text: &str, span: Span, error: &SpannedError) -> Problem {
    let offset = offset_of(text, error.span.end.line, error.span.end.col);
    let offset = match error.code {
        // `ron` has gone past the letter that it did not expect.
        ron::Error::UnexpectedChar(letter) => {
            let before = text.get(..offset).and_then(|before| before.strip_suffix(letter));
            before.map_or(offset, str::len)
        }
        _ => offset,
    };
    let rest = text.get(offset..).unwrap_or("");
    let length = rest.chars().next().map_or(0, char::len_utf8);
    let word: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    let found = match (rest.get(..length), word.as_str()) {
        (Some("") | None, _) => "the end of the text".to_owned(),
        (Some(letter), "") => format!("`{}`", letter.escape_debug()),
        (Some(_), word) => format!("`{}`", shortened(word)),
    };
    let at = span.part(offset, word.len().max(length));
    let (message, help) = syntax_words(&error.code, &found);
    let problem = Problem::error(at, message);
    match help {
        Some(help) => problem.help(help),
        None => problem,
    }
}

/// What is wrong and what to do, for the slips that are common; for others in `ron`'s words.
fn syntax_words(error: &ron::Error, found: &str) -> (String, Option<&'static str>) {
    use ron::Error as E;
    match error {
        E::ExpectedComma => {
            let help = "a comma is missing before this, or a bracket or quote is not closed";
            (format!("expected `,` or a closing bracket, found {found}"), Some(help))
        }
        E::ExpectedMapColon => {
            let help = (found == "`.`").then_some("a key with dots stands in double quotes");
            (format!("expected `:`, found {found}"), help)
        }
        E::UnexpectedChar(_) | E::Eof => {
            let text_begins =
                !matches!(found, "the end of the text" | "`)`" | "`]`" | "`}`" | "`,`");
            let help = text_begins.then_some("a text stands in double quotes");
            (format!("expected a value, found {found}"), help)
        }
        E::ExpectedChar => {
            ("this is more than one letter".to_owned(), Some("a text stands in double quotes"))
        }
        E::ExpectedIdentifier => {
            let help = "the names of fields stand without quotes; keys of maps `{…}` have them";
            (format!("expected the name of a field, found {found}"), Some(help))
        }
        E::ExpectedStringEnd => {
            ("this text has no closing quote".to_owned(), Some("put a double quote at its end"))
        }
        E::InvalidEscape(_) => {
            let help = "write a backslash as `\\\\`, or the text as r\"…\"";
            ("the text holds an unknown escape before this".to_owned(), Some(help))
        }
        E::TrailingCharacters => (
            format!("expected the end of the text, found {found}"),
            Some("only one value can stand here"),
        ),
        E::ExceededRecursionLimit => ("values are nested too deeply here".to_owned(), None),
        E::Message(message) => (message.clone(), None),
        other => (format!("{other}, at {found}"), None),
    }
}

fn offset_of(text: &str, line: usize, column: usize) -> usize {
    let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let rest = text.get(start..).unwrap_or("");
    let within: usize = rest.chars().take(column.saturating_sub(1)).map(char::len_utf8).sum();
    start + within
}

/// The problem of a number that only a floating-point number could hold.
pub(super) fn fraction_problem(span: Span, text: &str) -> Problem {
    let digits = text.trim_start_matches(['+', '-']);
    if digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_') {
        return Problem::error(span, format!("the number {} is too large", shortened(text)));
    }
    let help =
        "write a smaller unit, or a text: a duration \"1.5s\", a ratio \"1/20\", a release \"5.6\"";
    Problem::error(span, format!("`{}` is not a whole number", shortened(text))).help(help)
}
