//! The declaration of a data area, as a scenario writes it: `CHAR(8) VALUE('PAY1')`.

use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::area_type::{AreaType, MAX_PACKED};
use super::scan::{Argument, Item, Value, scan};
use super::words::Cvda;
use crate::nodes::complaint::{Span, SyntaxError, quote};
use crate::protocol::charset;
use crate::scalar::words::nearest;

/// Most bytes that all areas of one program may have together: 16 MiB, the storage below the line.
pub(super) const MAX_TOTAL: u64 = 16 << 20;

/// A declaration: a type and an optional value.
///
/// Types are `CHAR(n)`, `BIT(n)` (n bytes), `FULLWORD`, `HALFWORD`, `PACKED(n)` (n bytes) and
/// `POINTER`; `VALUE(…)` after the type sets the content at the start of the program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String")]
pub struct Declaration {
    text: String,
    area_type: AreaType,
    initial: Initial,
}

impl Declaration {
    /// The type of the area.
    pub fn area_type(&self) -> AreaType {
        self.area_type
    }

    pub(super) fn initial(&self) -> &Initial {
        &self.initial
    }
}

/// The content that an area has when its program begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Initial {
    /// Blanks, zeros or a null pointer.
    Default,
    /// These bytes, padded.
    Bytes(Vec<u8>),
    /// This number.
    Number(i64),
}

impl FromStr for Declaration {
    type Err = Vec<SyntaxError>;

    fn from_str(text: &str) -> Result<Self, Vec<SyntaxError>> {
        let (items, errors) = scan(text);
        if !errors.is_empty() {
            return Err(errors);
        }
        read(text, &items).map_err(|error| vec![error])
    }
}

impl TryFrom<String> for Declaration {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse().map_err(|errors: Vec<SyntaxError>| {
            let messages: Vec<String> = errors.into_iter().map(|error| error.message).collect();
            messages.join("; ")
        })
    }
}

impl From<Declaration> for String {
    fn from(declaration: Declaration) -> String {
        declaration.text
    }
}

fn read(text: &str, items: &[Item]) -> Result<Declaration, SyntaxError> {
    let (first, rest) = items.split_first().ok_or_else(|| {
        SyntaxError::new(Span::new(0, text.len()), "a type is missing").help(TYPES)
    })?;
    let area_type = read_type(first)?;
    let initial = match rest {
        [] => Initial::Default,
        [value] if value.word == "VALUE" => read_initial(area_type, value)?,
        [value, other, ..] if value.word == "VALUE" => return Err(misplaced(other)),
        [other, ..] => return Err(misplaced(other)),
    };
    Ok(Declaration { text: text.to_owned(), area_type, initial })
}

fn misplaced(item: &Item) -> SyntaxError {
    SyntaxError::new(item.span, format!("{} cannot stand here", quote(&item.word)))
        .help("only VALUE(…) may follow the type")
}

const TYPES: &str = "types are CHAR(n), BIT(n), FULLWORD, HALFWORD, PACKED(n) and POINTER";

fn read_type(item: &Item) -> Result<AreaType, SyntaxError> {
    let length = |most: u64| read_length(item, most);
    let bytes = |most: u64| length(most).map(|length| u32::try_from(length).unwrap_or(u32::MAX));
    let area_type = match item.word.as_str() {
        "CHAR" => AreaType::Char(bytes(MAX_TOTAL)?),
        "BIT" => AreaType::Bit(bytes(MAX_TOTAL)?),
        "PACKED" => {
            let length = length(u64::from(MAX_PACKED))?;
            AreaType::Packed(u8::try_from(length).unwrap_or(MAX_PACKED))
        }
        "FULLWORD" => AreaType::Fullword,
        "HALFWORD" => AreaType::Halfword,
        "POINTER" => AreaType::Pointer,
        other => {
            let error = SyntaxError::new(item.span, format!("{} is not a type", quote(other)));
            let valid = ["CHAR", "BIT", "FULLWORD", "HALFWORD", "PACKED", "POINTER"];
            return Err(match nearest(other, valid) {
                Some(word) => error.help(format!("did you mean `{word}`? {TYPES}")),
                None => error.help(TYPES),
            });
        }
    };
    match (&item.argument, area_type) {
        (Some(argument), AreaType::Fullword | AreaType::Halfword | AreaType::Pointer) => {
            Err(SyntaxError::new(argument.span, format!("{area_type} has no length")))
        }
        _ => Ok(area_type),
    }
}

fn read_length(item: &Item, most: u64) -> Result<u64, SyntaxError> {
    let range = format!("a length from 1 to {most}");
    let Some(argument) = &item.argument else {
        let message = format!("{} needs {range}", item.word);
        return Err(SyntaxError::new(item.span, message));
    };
    match argument.value {
        Value::Number(length) => u64::try_from(length)
            .ok()
            .filter(|length| (1..=most).contains(length))
            .ok_or_else(|| {
                let message = format!("{} needs {range}, not {length}", item.word);
                SyntaxError::new(argument.span, message)
            }),
        _ => {
            let message = format!("{} needs {range} in bytes", item.word);
            Err(SyntaxError::new(argument.span, message))
        }
    }
}

fn read_initial(area_type: AreaType, item: &Item) -> Result<Initial, SyntaxError> {
    let Some(Argument { span, value }) = &item.argument else {
        return Err(SyntaxError::new(item.span, "VALUE needs an argument"));
    };
    let wrong = |wanted: &str| {
        Err(SyntaxError::new(*span, format!("{area_type} needs {wanted} as its value")))
    };
    match (area_type, value) {
        (AreaType::Char(_) | AreaType::Bit(_), Value::Hex(bytes)) => {
            fitting(area_type, bytes.clone(), *span)
        }
        (AreaType::Char(_), Value::Text(text)) => {
            let bytes = charset::encode(text).map_err(|character| foreign(*span, character))?;
            fitting(area_type, bytes, *span)
        }
        (AreaType::Fullword | AreaType::Halfword | AreaType::Packed(_), Value::Number(number)) => {
            if !area_type.holds(*number) {
                let message = format!("{number} does not fit in {area_type}");
                return Err(SyntaxError::new(*span, message));
            }
            Ok(Initial::Number(*number))
        }
        (AreaType::Fullword, Value::Cvda(word, at)) => match Cvda::find(word) {
            Some(value) => Ok(Initial::Number(i64::from(value.number()))),
            None => Err(unknown_cvda(word, *at)),
        },
        (AreaType::Char(_), _) => wrong("a literal"),
        (AreaType::Bit(_), _) => wrong("a hexadecimal literal"),
        (AreaType::Pointer, _) => {
            Err(SyntaxError::new(*span, "POINTER takes no value: CICS sets it"))
        }
        _ => wrong("a number"),
    }
}

fn fitting(area_type: AreaType, bytes: Vec<u8>, span: Span) -> Result<Initial, SyntaxError> {
    if bytes.len() as u64 > u64::from(area_type.size()) {
        let message = format!("a value of {} bytes does not fit in {area_type}", bytes.len());
        return Err(SyntaxError::new(span, message));
    }
    Ok(Initial::Bytes(bytes))
}

pub(super) fn foreign(span: Span, character: char) -> SyntaxError {
    SyntaxError::new(span, format!("code page 037 has no character `{character}`"))
}

pub(super) fn unknown_cvda(word: &str, span: Span) -> SyntaxError {
    let error = SyntaxError::new(span, format!("{} is not a CVDA value", quote(word)));
    let words = || Cvda::ALL.iter().map(|value| value.word());
    match nearest(word, words()) {
        Some(near) => error.help(format!("did you mean `{near}`?")),
        None => error.help(format!("values are {}", words().collect::<Vec<_>>().join(", "))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complaint(text: &str) -> (String, String) {
        let errors = text.parse::<Declaration>().unwrap_err();
        assert_eq!(errors.len(), 1, "{text}: {errors:?}");
        let span = errors[0].span;
        (text[span.start..span.end].to_owned(), errors[0].message.clone())
    }

    #[test]
    fn types_read_back_as_they_are_shown() {
        for (text, area_type, size) in [
            ("CHAR(1)", AreaType::Char(1), 1),
            ("BIT(16777216)", AreaType::Bit(16 << 20), 16 << 20),
            ("FULLWORD", AreaType::Fullword, 4),
            ("HALFWORD", AreaType::Halfword, 2),
            ("PACKED(9)", AreaType::Packed(9), 9),
            ("POINTER", AreaType::Pointer, 4),
        ] {
            let declaration: Declaration = text.parse().unwrap();
            assert_eq!(declaration.area_type(), area_type);
            assert_eq!((area_type.to_string(), area_type.size()), (text.to_owned(), size));
        }
        assert!("char ( 8 ) value( 'a' )".parse::<Declaration>().is_ok());
    }

    #[test]
    fn bad_declarations_are_named() {
        for (text, piece, message) in [
            ("", "", "a type is missing"),
            ("CHR(8)", "CHR", "`CHR` is not a type"),
            ("CHAR", "CHAR", "CHAR needs a length from 1 to 16777216"),
            ("CHAR(0)", "0", "CHAR needs a length from 1 to 16777216, not 0"),
            ("BIT(16777217)", "16777217", "BIT needs a length from 1 to 16777216, not 16777217"),
            ("CHAR(-1)", "-1", "CHAR needs a length from 1 to 16777216, not -1"),
            ("CHAR('8')", "'8'", "CHAR needs a length from 1 to 16777216 in bytes"),
            ("PACKED(10)", "10", "PACKED needs a length from 1 to 9, not 10"),
            ("FULLWORD(4)", "4", "FULLWORD has no length"),
            ("CHAR(8) 'A'", "'A'", "`'A'` is not an option"),
            ("CHAR(8) INIT('A')", "INIT", "`INIT` cannot stand here"),
            ("CHAR(8) VALUE('A') VALUE('B')", "VALUE", "`VALUE` cannot stand here"),
            ("CHAR(8) VALUE", "VALUE", "VALUE needs an argument"),
            ("CHAR(2) VALUE('ABC')", "'ABC'", "a value of 3 bytes does not fit in CHAR(2)"),
            ("CHAR(2) VALUE(5)", "5", "CHAR(2) needs a literal as its value"),
            ("CHAR(2) VALUE('€')", "'€'", "code page 037 has no character `€`"),
            ("BIT(2) VALUE('A')", "'A'", "BIT(2) needs a hexadecimal literal as its value"),
            ("FULLWORD VALUE('A')", "'A'", "FULLWORD needs a number as its value"),
            ("HALFWORD VALUE(32768)", "32768", "32768 does not fit in HALFWORD"),
            ("PACKED(1) VALUE(10)", "10", "10 does not fit in PACKED(1)"),
            ("FULLWORD VALUE(DFHVALUE(BITS))", "BITS", "`BITS` is not a CVDA value"),
            ("POINTER VALUE(0)", "0", "POINTER takes no value: CICS sets it"),
        ] {
            assert_eq!(complaint(text), (piece.to_owned(), message.to_owned()), "{text}");
        }
    }
}
