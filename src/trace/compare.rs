//! Where two traces first differ, for golden comparison.
//!
//! The texts are compared line by line as they stand, so that a damaged trace can be compared too.

use std::io::{self, BufRead};

use super::input::{Input, read_line};
use super::reader::MAX_LINE_BYTES;
use super::record::{Object, Value};

/// The first line in which two traces differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Line of both files, from 1. Line 1 is the header, line n + 1 the record n.
    pub line: u64,
    /// The line of the first trace; none where that one has ended. Bytes that are not UTF-8 show as
    /// replacement characters.
    pub left: Option<String>,
    /// The line of the second trace; none where that one has ended.
    pub right: Option<String>,
    /// The first field that differs, as a path (`options.TOKENLEN`, `also.0`). None where a trace has
    /// ended, a line is no JSON object, or only the line ends differ.
    pub field: Option<String>,
}

/// Reads both traces until a line differs; `None` if they are equal byte for byte.
///
/// Memory is bounded by the longest line, at most [`MAX_LINE_BYTES`] of each.
///
/// # Errors
///
/// What reading answered; `InvalidData` where a line is longer than a trace may have.
pub fn first_difference(
    mut left: impl BufRead,
    mut right: impl BufRead,
) -> io::Result<Option<Difference>> {
    let (mut left_line, mut right_line) = (Vec::new(), Vec::new());
    let mut line = 0;
    loop {
        line += 1;
        let left_input = next(&mut left, &mut left_line, line)?;
        let right_input = next(&mut right, &mut right_line, line)?;
        if left_input != right_input || left_line != right_line {
            let left = text(&left_input, &left_line);
            let right = text(&right_input, &right_line);
            let field = left.as_deref().zip(right.as_deref()).and_then(|(a, b)| differing(a, b));
            return Ok(Some(Difference { line, left, right, field }));
        }
        if left_input == Input::End {
            return Ok(None);
        }
    }
}

fn next(from: &mut impl BufRead, buffer: &mut Vec<u8>, line: u64) -> io::Result<Input> {
    match read_line(from, buffer, MAX_LINE_BYTES)? {
        Input::TooLong => {
            let text = format!("line {line} is longer than 16 MiB, which no trace has");
            Err(io::Error::new(io::ErrorKind::InvalidData, text))
        }
        input => Ok(input),
    }
}

fn text(input: &Input, line: &[u8]) -> Option<String> {
    (*input != Input::End).then(|| String::from_utf8_lossy(line).into_owned())
}

fn differing(left: &str, right: &str) -> Option<String> {
    let left: Object = serde_json::from_str(left).ok()?;
    let right: Object = serde_json::from_str(right).ok()?;
    in_objects(&left, &right)
}

/// The first field of which name or value differ; a missing one is named as the trace that has it
/// names it.
fn in_objects(left: &Object, right: &Object) -> Option<String> {
    let mut others = right.iter();
    for (name, value) in left.iter() {
        match others.next() {
            Some((other_name, other)) if other_name == name => {
                if other != value {
                    return Some(within(name, value, other));
                }
            }
            // A field was put in before this one, or this one is gone.
            Some((other_name, _)) if left.get(other_name).is_none() => {
                return Some(other_name.to_owned());
            }
            _ => return Some(name.to_owned()),
        }
    }
    others.next().map(|(name, _)| name.to_owned())
}

/// The path below a name of which both values differ.
fn within(name: &str, left: &Value, right: &Value) -> String {
    let below = match (left, right) {
        (Value::Object(left), Value::Object(right)) => in_objects(left, right),
        (Value::List(left), Value::List(right)) => {
            let at = left.iter().zip(right).take_while(|(left, right)| left == right).count();
            Some(match (left.get(at), right.get(at)) {
                (Some(left), Some(right)) => within(&at.to_string(), left, right),
                _ => at.to_string(),
            })
        }
        _ => None,
    };
    match below {
        Some(below) => format!("{name}.{below}"),
        None => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn difference(left: &str, right: &str) -> Option<Difference> {
        first_difference(left.as_bytes(), right.as_bytes()).unwrap()
    }

    #[test]
    fn equal_texts_do_not_differ() {
        for text in ["", "a", "a\n", "a\n\nb\n"] {
            assert_eq!(difference(text, text), None);
        }
    }

    #[test]
    fn the_first_line_and_field_are_named() {
        for (left, right, field) in [
            (r#"{"n":1}"#, r#"{"n":2}"#, Some("n")),
            (r#"{"n":1,"a":"x"}"#, r#"{"n":1}"#, Some("a")),
            (r#"{"n":1}"#, r#"{"n":1,"a":"x"}"#, Some("a")),
            (r#"{"n":1,"b":1}"#, r#"{"n":1,"a":0,"b":1}"#, Some("a")),
            (r#"{"n":1,"a":0,"b":1}"#, r#"{"n":1,"b":1}"#, Some("a")),
            (r#"{"a":1,"b":1}"#, r#"{"b":1,"a":1}"#, Some("a")),
            (r#"{"o":{"x":1,"y":2}}"#, r#"{"o":{"x":1,"y":3}}"#, Some("o.y")),
            (r#"{"o":[1,2]}"#, r#"{"o":[1,3]}"#, Some("o.1")),
            (r#"{"o":[1,{"a":1}]}"#, r#"{"o":[1,{"a":2}]}"#, Some("o.1.a")),
            (r#"{"o":[1,2]}"#, r#"{"o":[1]}"#, Some("o.1")),
            (r#"{"o":{"x":1}}"#, r#"{"o":"x"}"#, Some("o")),
            (r#"{"o":1}"#, "rubbish", None),
            (r#"{"o":1}"#, r#"{"o": 1}"#, None),
        ] {
            let found =
                difference(&format!("h\n{left}\nx\n"), &format!("h\n{right}\ny\n")).unwrap();
            assert_eq!(found.line, 2);
            assert_eq!((found.left.as_deref(), found.right.as_deref()), (Some(left), Some(right)));
            assert_eq!(found.field.as_deref(), field, "{left} {right}");
        }
    }

    #[test]
    fn an_end_and_a_missing_line_end_are_differences() {
        let found = difference("a\nb\n", "a\n").unwrap();
        assert_eq!((found.line, found.left.as_deref(), found.right), (2, Some("b"), None));
        let found = difference("a\nb\n", "a\nb").unwrap();
        assert_eq!((found.line, found.field), (2, None));
    }

    #[test]
    fn a_line_beyond_the_limit_is_an_error() {
        let long = "x".repeat(MAX_LINE_BYTES + 1);
        let error = first_difference(&b"a\n"[..], long.as_bytes()).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::InvalidData);
    }
}
