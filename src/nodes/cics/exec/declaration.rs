//! Declarations of a program's data areas, as a scenario writes them: `CHAR(8) VALUE('PAY1')`.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::de::{Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use super::charset;
use super::complaint::{Span, SyntaxError, nearest, quote};
use super::eib;
use super::scan::{Argument, Item, Value, scan};
use super::words::Cvda;

/// Longest name of an area, in characters (the limit of COBOL data names).
const MAX_NAME: usize = 30;
/// Most bytes that all areas of one program may have together: 16 MiB, the storage below the line.
const MAX_TOTAL: u64 = 16 << 20;
/// Most areas of one program. Far above what a test program needs; it bounds a hostile file.
const MAX_AREAS: usize = 1000;
/// Most bytes of a packed decimal: 17 digits, which fit the integers of the model.
const MAX_PACKED: u8 = 9;

/// The type of a data area.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AreaType {
    /// Text in code page 037, so many bytes, padded with blanks.
    Char(u32),
    /// Bytes that are not text, so many, padded with zeros.
    Bit(u32),
    /// Signed binary number of 32 bits, big-endian.
    Fullword,
    /// Signed binary number of 16 bits, big-endian.
    Halfword,
    /// Signed packed decimal number, so many bytes: two digits less one for each.
    Packed(u8),
    /// The address of storage that the region owns.
    Pointer,
}

impl AreaType {
    /// Bytes that an area of this type takes; a pointer takes four, as in a 31-bit program.
    pub fn size(self) -> u32 {
        match self {
            AreaType::Char(length) | AreaType::Bit(length) => length,
            AreaType::Fullword | AreaType::Pointer => 4,
            AreaType::Halfword => 2,
            AreaType::Packed(length) => u32::from(length),
        }
    }
}

impl fmt::Display for AreaType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            AreaType::Char(length) => write!(f, "CHAR({length})"),
            AreaType::Bit(length) => write!(f, "BIT({length})"),
            AreaType::Fullword => f.write_str("FULLWORD"),
            AreaType::Halfword => f.write_str("HALFWORD"),
            AreaType::Packed(length) => write!(f, "PACKED({length})"),
            AreaType::Pointer => f.write_str("POINTER"),
        }
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
            if !holds_number(area_type, *number) {
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

/// Whether a numeric area can hold a number.
pub(super) fn holds_number(area_type: AreaType, number: i64) -> bool {
    match area_type {
        AreaType::Fullword => i32::try_from(number).is_ok(),
        AreaType::Halfword => i16::try_from(number).is_ok(),
        AreaType::Packed(length) => {
            let digits = (u32::from(length.min(MAX_PACKED)) * 2).saturating_sub(1);
            number.unsigned_abs() < 10_u64.pow(digits)
        }
        AreaType::Char(_) | AreaType::Bit(_) | AreaType::Pointer => false,
    }
}

/// A set of declarations cannot be a program's. The author of the scenario must change them.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DeclarationError {
    /// A name breaks the rules of names.
    #[error("{} is not a name: a letter, then letters, digits, `-` and `_`, at most {MAX_NAME}", quote(.0))]
    Name(String),
    /// A name of the EXEC interface block.
    #[error("{} is reserved: names that begin with EIB belong to CICS", quote(.0))]
    Reserved(String),
    /// A name is declared twice; upper and lower case are the same.
    #[error("{} is declared twice", quote(.0))]
    Twice(String),
    /// The declaration of a name is wrong.
    #[error("{}: {errors}", quote(.name), errors = messages(.errors))]
    Declaration {
        /// The name.
        name: String,
        /// What is wrong with its text.
        errors: Vec<SyntaxError>,
    },
    /// The areas are too large together.
    #[error("the areas of a program may have {MAX_TOTAL} bytes together; {} exceeds that", quote(.0))]
    TooLarge(String),
    /// There are too many areas.
    #[error("a program may have {MAX_AREAS} areas; {} is one more", quote(.0))]
    TooMany(String),
}

fn messages(errors: &[SyntaxError]) -> String {
    errors.iter().map(|error| error.message.as_str()).collect::<Vec<_>>().join("; ")
}

/// The data areas that a program declares, by upper-case name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Declarations {
    areas: BTreeMap<String, Declaration>,
    #[serde(skip)]
    #[schemars(skip)]
    total: u64,
}

impl Declarations {
    /// No area.
    pub fn new() -> Self {
        Declarations::default()
    }

    /// Adds an area.
    ///
    /// # Errors
    ///
    /// The name is not a name, reserved or taken, or the program's areas become too many or too
    /// large.
    pub fn declare(
        &mut self,
        name: &str,
        declaration: Declaration,
    ) -> Result<(), DeclarationError> {
        let name = name.to_ascii_uppercase();
        if !is_name(&name) {
            return Err(DeclarationError::Name(name));
        }
        if eib::reserved(&name) {
            return Err(DeclarationError::Reserved(name));
        }
        if self.areas.contains_key(&name) {
            return Err(DeclarationError::Twice(name));
        }
        if self.areas.len() >= MAX_AREAS {
            return Err(DeclarationError::TooMany(name));
        }
        let total = self.total + u64::from(declaration.area_type.size());
        if total > MAX_TOTAL {
            return Err(DeclarationError::TooLarge(name));
        }
        self.total = total;
        self.areas.insert(name, declaration);
        Ok(())
    }

    /// The type of an area or of a field of the EXEC interface block, by upper-case name.
    pub fn area_type(&self, name: &str) -> Option<AreaType> {
        self.areas.get(name).map(Declaration::area_type).or_else(|| eib::field(name))
    }

    /// Every area in the order of names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Declaration)> {
        self.areas.iter().map(|(name, declaration)| (name.as_str(), declaration))
    }
}

fn is_name(name: &str) -> bool {
    let mut characters = name.chars();
    characters.next().is_some_and(|first| first.is_ascii_alphabetic())
        && characters.all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
        && name.len() <= MAX_NAME
}

impl<const N: usize> TryFrom<[(&str, &str); N]> for Declarations {
    type Error = DeclarationError;

    fn try_from(areas: [(&str, &str); N]) -> Result<Self, DeclarationError> {
        let mut declarations = Declarations::new();
        for (name, text) in areas {
            let declaration = text.parse().map_err(|errors| DeclarationError::Declaration {
                name: name.to_owned(),
                errors,
            })?;
            declarations.declare(name, declaration)?;
        }
        Ok(declarations)
    }
}

impl<'de> Deserialize<'de> for Declarations {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(DeclarationsVisitor)
    }
}

/// Reads a map and refuses a name that comes twice, which a plain map would swallow.
struct DeclarationsVisitor;

impl<'de> Visitor<'de> for DeclarationsVisitor {
    type Value = Declarations;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map from names to declarations such as \"CHAR(8)\"")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Declarations, M::Error> {
        let mut declarations = Declarations::new();
        while let Some((name, declaration)) = map.next_entry::<String, Declaration>()? {
            declarations.declare(&name, declaration).map_err(M::Error::custom)?;
        }
        Ok(declarations)
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

    #[test]
    fn names_follow_the_rules() {
        let try_name = |name: &str| Declarations::try_from([(name, "FULLWORD")]);
        let longest = "A".repeat(MAX_NAME);
        for name in ["A", "WS-TOKEN_1", longest.as_str()] {
            assert!(try_name(name).is_ok(), "{name}");
        }
        let too_long = "A".repeat(MAX_NAME + 1);
        for name in ["", "1A", "-A", "A B", "Ä", too_long.as_str()] {
            assert!(matches!(try_name(name), Err(DeclarationError::Name(_))), "{name}");
        }
        for name in ["EIBRESP", "eibcalen"] {
            assert!(matches!(try_name(name), Err(DeclarationError::Reserved(_))), "{name}");
        }
        let twice = Declarations::try_from([("RC", "FULLWORD"), ("rc", "HALFWORD")]);
        assert_eq!(twice, Err(DeclarationError::Twice("RC".to_owned())));
        let bad = Declarations::try_from([("RC", "WORD")]).unwrap_err();
        assert_eq!(bad.to_string(), "`RC`: `WORD` is not a type");
    }

    #[test]
    fn storage_and_count_are_limited_at_the_limit() {
        let full = [("A", "CHAR(16777212)"), ("B", "FULLWORD")];
        assert!(Declarations::try_from(full).is_ok());
        let over = [("A", "CHAR(16777213)"), ("B", "FULLWORD")];
        let error = Declarations::try_from(over).unwrap_err();
        assert_eq!(error, DeclarationError::TooLarge("B".to_owned()));
        let mut many = Declarations::new();
        let one: Declaration = "CHAR(1)".parse().unwrap();
        for number in 0..MAX_AREAS {
            many.declare(&format!("A{number}"), one.clone()).unwrap();
        }
        assert_eq!(many.declare("B", one), Err(DeclarationError::TooMany("B".to_owned())));
    }

    #[test]
    fn scenario_text_loads_and_repeated_names_do_not() {
        let text = r#"{ "TOKEN": "BIT(4096)", "user": "CHAR(8) VALUE('ALICE')" }"#;
        let declared: Declarations = ron::from_str(text).unwrap();
        assert_eq!(declared.area_type("USER"), Some(AreaType::Char(8)));
        assert_eq!(declared.area_type("EIBRESP"), Some(AreaType::Fullword));
        let json = serde_json::to_string(&declared).unwrap();
        assert_eq!(json, r#"{"TOKEN":"BIT(4096)","USER":"CHAR(8) VALUE('ALICE')"}"#);
        assert_eq!(serde_json::from_str::<Declarations>(&json).unwrap(), declared);
        for (text, message) in [
            (r#"{ "A": "CHAR(8)", "a": "CHAR(9)" }"#, "`A` is declared twice"),
            (r#"{ "A": "CHAR(0)" }"#, "CHAR needs a length from 1 to 16777216, not 0"),
            (r#"{ "EIBX": "CHAR(1)" }"#, "`EIBX` is reserved"),
        ] {
            let error = ron::from_str::<Declarations>(text).unwrap_err().to_string();
            assert!(error.contains(message), "{error}");
        }
    }

    #[test]
    fn the_schema_is_a_map_of_texts() {
        let schema = serde_json::to_value(schemars::schema_for!(Declarations)).unwrap();
        assert_eq!(schema["type"], "object");
        let entry = schema["$defs"]["Declaration"].clone();
        assert_eq!(entry["type"], "string");
    }
}
