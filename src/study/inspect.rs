//! Tokens taken apart for a person: which kind they are, their fields with places, what is wrong.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use thiserror::Error;

use crate::protocol::anatomy::{Flaw, Flaws, Part, hex};
use crate::protocol::csiv2;
use crate::protocol::kerberos::{anatomy, summary};
use crate::protocol::ltpa;
use crate::protocol::saml::anatomy as saml;
use crate::scalar::words;

/// The version of the JSON form: it grows when a member changes its meaning or goes away.
pub const SCHEMA: u32 = 1;

/// Most octets of a value that the text form shows; the JSON form shows all.
const SHOWN: usize = 24;

/// A token taken apart.
#[derive(Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Inspection {
    /// Version of this form: 1.
    pub schema: u32,
    /// The kind of the token: `GSSToken`, `AP-REQ`.
    pub kind: String,
    /// How the input was read.
    pub read_as: ReadAs,
    /// Length of the token in octets.
    pub length: u32,
    /// Whether the token is what its kind says, without a flaw.
    pub decodes: bool,
    /// The clear-text facts, by name: texts, numbers, and lists where there are several.
    pub fields: BTreeMap<String, Value>,
    /// The token's fields, from the outermost.
    pub parts: Vec<Part>,
    /// What is wrong, at most 20, in order of the walk; a flaw can have others in its wake.
    pub flaws: Vec<Flaw>,
}

/// How the input was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ReadAs {
    /// As the octets of the token.
    Octets,
    /// As hexadecimal digits.
    Hexadecimal,
    /// As base64 text.
    Base64,
}

/// Why input cannot be inspected.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum InspectError {
    /// The user gave nothing.
    #[error("there is nothing to inspect: the input is empty")]
    Empty,
    /// The user gave something that is no token, or has to say which kind it is.
    #[error(
        "no kind of token begins like this ({0}); name it with --kind, valid are {kinds}",
        kinds = kinds_text()
    )]
    Unknown(String),
    /// The user named a kind that does not exist.
    #[error("there is no kind `{0}`{advice}", advice = kind_advice(.0))]
    NoSuchKind(String),
    /// Text that is neither hexadecimal nor base64.
    #[error("{0}")]
    Text(String),
}

/// The names of all kinds.
pub fn kinds() -> Vec<&'static str> {
    let kinds = anatomy::kinds().into_iter().chain([saml::KIND]);
    kinds.chain(csiv2::anatomy::kinds()).chain(ltpa::KINDS).collect()
}

fn kinds_text() -> String {
    kinds().join(", ")
}

fn kind_advice(word: &str) -> String {
    let advice = words::suggestion(word, kinds());
    advice.map_or(String::new(), |advice| format!(": {advice}"))
}

/// The octets of an input: text is hexadecimal digits or base64, or XML; everything else is the token.
///
/// # Errors
/// [`InspectError`] for empty input, and for text that is neither.
pub fn octets(input: &[u8]) -> Result<(Vec<u8>, ReadAs), InspectError> {
    if input.iter().all(u8::is_ascii_whitespace) {
        return Err(InspectError::Empty);
    }
    if saml::begins(input) {
        return Ok((input.to_vec(), ReadAs::Octets));
    }
    // Other tokens hold octets that no text has: lengths, tags, zeros.
    let is_of_text = |c: char| !c.is_control() || c.is_ascii_whitespace();
    if !std::str::from_utf8(input).is_ok_and(|text| text.chars().all(is_of_text)) {
        return Ok((input.to_vec(), ReadAs::Octets));
    }
    let packed: Vec<u8> = input.iter().copied().filter(|o| !o.is_ascii_whitespace()).collect();
    if packed.iter().all(u8::is_ascii_hexdigit) && packed.len().is_multiple_of(2) {
        return Ok((from_hex(&packed), ReadAs::Hexadecimal));
    }
    let decoded = STANDARD.decode(&packed).or_else(|_| STANDARD_NO_PAD.decode(&packed));
    match decoded {
        Ok(octets) => Ok((octets, ReadAs::Base64)),
        Err(_) => Err(InspectError::Text(place_of_text_error(input))),
    }
}

/// The octets of hexadecimal digits, where blanks and colons between them do not count.
///
/// # Errors
/// [`InspectError::Text`] names the first character that is no digit.
pub fn octets_of_hex(digits: &str) -> Result<Vec<u8>, InspectError> {
    let mut packed = Vec::new();
    for (number, letter) in digits.chars().enumerate() {
        match u8::try_from(letter) {
            Ok(octet) if octet.is_ascii_hexdigit() => packed.push(octet),
            _ if letter.is_ascii_whitespace() || letter == ':' => {}
            _ => {
                let shown = letter.escape_debug();
                let place = number + 1;
                return Err(InspectError::Text(format!(
                    "'{shown}' at character {place} is no hexadecimal digit"
                )));
            }
        }
    }
    match packed.len() {
        0 => Err(InspectError::Empty),
        odd if odd % 2 == 1 => {
            Err(InspectError::Text(format!("{odd} digits do not make whole octets")))
        }
        _ => Ok(from_hex(&packed)),
    }
}

fn from_hex(digits: &[u8]) -> Vec<u8> {
    let value = |digit: u8| char::from(digit).to_digit(16).unwrap_or(0);
    let octet = |pair: &[u8]| pair.iter().fold(0, |sum, digit| sum << 4 | value(*digit));
    digits.chunks(2).map(|pair| u8::try_from(octet(pair)).unwrap_or(0)).collect()
}

fn place_of_text_error(input: &[u8]) -> String {
    let alphabet = |o: &u8| {
        o.is_ascii_alphanumeric() || matches!(o, b'+' | b'/' | b'=') || o.is_ascii_whitespace()
    };
    match input.iter().enumerate().find(|(_, octet)| !alphabet(octet)) {
        Some((place, _)) => {
            let rest = String::from_utf8_lossy(input.get(place..).unwrap_or_default());
            let shown = rest.chars().next().unwrap_or_default().escape_debug();
            let line = 1 + input.iter().take(place).filter(|octet| **octet == b'\n').count();
            format!(
                "the text is neither hexadecimal nor base64: '{shown}' in line {line}, octet {place}"
            )
        }
        None => {
            "the text is neither hexadecimal nor base64: its length or padding is wrong".to_owned()
        }
    }
}

/// Takes a token apart; without a kind, the one that its first octets announce.
///
/// # Errors
/// [`InspectError`] where no kind is known or announced. A token with flaws is no error.
pub fn inspect(
    kind: Option<&str>,
    bytes: &[u8],
    read_as: ReadAs,
) -> Result<Inspection, InspectError> {
    let kind = match kind {
        Some(word) => {
            let same = |kind: &&str| kind.eq_ignore_ascii_case(word);
            kinds()
                .into_iter()
                .find(same)
                .ok_or_else(|| InspectError::NoSuchKind(word.to_owned()))?
        }
        None if saml::begins(bytes) => saml::KIND,
        None => {
            let own = csiv2::anatomy::kind_of(bytes).or_else(|| anatomy::kind_of(bytes));
            own.ok_or_else(|| unknown(bytes))?
        }
    };
    let mut flaws = Flaws::new();
    let part = part(kind, bytes, &mut flaws).ok_or_else(|| unknown(bytes))?;
    let flaws = flaws.into_found();
    let fields = if flaws.is_empty() { facts(kind, bytes) } else { BTreeMap::new() };
    Ok(Inspection {
        schema: SCHEMA,
        kind: kind.to_owned(),
        read_as,
        length: part.length,
        decodes: flaws.is_empty(),
        fields,
        parts: vec![part],
        flaws,
    })
}

/// Whether CORBA's readers are the ones for these octets: framed tokens are of several mechanisms.
fn is_of_corba(kind: &str, bytes: &[u8]) -> bool {
    match kind {
        csiv2::anatomy::TOKEN => csiv2::anatomy::is_token(bytes),
        kind => csiv2::anatomy::kinds().any(|own| own == kind),
    }
}

fn part(kind: &str, bytes: &[u8], flaws: &mut Flaws) -> Option<Part> {
    match kind {
        saml::KIND => Some(saml::take_apart(bytes, flaws)),
        "LTPA2" => Some(ltpa::take_apart(bytes, flaws)),
        "LTPA-Domino" => Some(ltpa::domino::take_apart(bytes, flaws)),
        kind if is_of_corba(kind, bytes) => csiv2::anatomy::take_apart(kind, bytes, flaws),
        kind => anatomy::take_apart(kind, bytes, flaws),
    }
}

fn facts(kind: &str, bytes: &[u8]) -> BTreeMap<String, Value> {
    let named = |all: Vec<(&'static str, String)>| {
        all.into_iter().map(|(name, text)| (name.to_owned(), Value::String(text))).collect()
    };
    match kind {
        saml::KIND => named(saml::facts(bytes)),
        "LTPA2" => named(vec![("base64", STANDARD.encode(bytes)), ("hex", hex(bytes))]),
        "LTPA-Domino" => {
            let own = ltpa::domino::Token::decode(bytes).map(|own| own.fields());
            own.unwrap_or_default().into_iter().collect()
        }
        kind if is_of_corba(kind, bytes) => csiv2::fields(kind, bytes).into_iter().collect(),
        _ => named(summary::summary(bytes)),
    }
}

fn unknown(bytes: &[u8]) -> InspectError {
    let start: Vec<String> = bytes.iter().take(4).map(|octet| format!("{octet:02x}")).collect();
    InspectError::Unknown(start.join(" "))
}

impl Inspection {
    /// The text form.
    pub fn text(&self) -> String {
        let mut text = String::new();
        let how = match self.read_as {
            ReadAs::Octets => "",
            ReadAs::Hexadecimal => ", read as hexadecimal digits",
            ReadAs::Base64 => ", read as base64",
        };
        let _ = writeln!(text, "{}, {} octets{how}", self.kind, self.length);
        for (name, fact) in &self.fields {
            let _ = match fact {
                Value::String(fact) if fact.chars().any(char::is_control) => {
                    writeln!(text, "  {name}: {}", fact.escape_debug())
                }
                Value::String(fact) => writeln!(text, "  {name}: {fact}"),
                fact => writeln!(text, "  {name}: {fact}"),
            };
        }
        let _ = writeln!(text, "\noffset length  field");
        self.parts.iter().for_each(|part| rows(part, 0, &mut text));
        for Flaw { offset, path, problem } in &self.flaws {
            let _ = writeln!(text, "\nflaw at octet {offset}: {problem}\n  in {path}");
        }
        text
    }
}

fn rows(part: &Part, depth: usize, text: &mut String) {
    let indent = 2 * depth;
    let _ = write!(text, "{:>6} {:>6}  {:indent$}{}", part.offset, part.length, "", part.name);
    // What is inside says more than its octets.
    let shows = part.parts.is_empty() || part.form == "element";
    if let Some(value) = part.value.as_deref().filter(|_| shows) {
        let _ = match part.form {
            // What is longer than a line tells nobody more.
            "element" | "attribute" | "comment" | "instruction" => {
                write!(text, " = \"{}\"", beginning(value))
            }
            "GeneralString" => write!(text, " = \"{}\"", value.escape_debug()),
            "OCTET STRING" | "octets" => write!(text, " = {}", shortened(value)),
            _ => write!(text, " = {}", value.escape_debug()),
        };
    }
    if let Some(meaning) = part.meaning.as_deref().filter(|meaning| !meaning.is_empty()) {
        let _ = write!(text, " ({})", meaning.escape_debug());
    }
    text.push('\n');
    part.parts.iter().for_each(|part| rows(part, depth + 1, text));
}

/// The first characters, and how many there are.
fn beginning(value: &str) -> String {
    const MOST: usize = 100;
    match value.char_indices().nth(MOST) {
        Some((end, _)) => {
            let start = value.get(..end).unwrap_or_default();
            format!("{}… ({} characters)", start.escape_debug(), value.chars().count())
        }
        None => value.escape_debug().to_string(),
    }
}

/// The first octets, and how many there are.
fn shortened(digits: &str) -> String {
    match digits.get(..2 * SHOWN) {
        Some(start) if digits.len() > 2 * SHOWN => {
            format!("{start}… ({} octets)", digits.len() / 2)
        }
        _ => digits.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn octets_hexadecimal_and_base64_are_told_apart() {
        assert_eq!(octets(&[0x60, 0x82, 1]), Ok((vec![0x60, 0x82, 1], ReadAs::Octets)));
        assert_eq!(octets(b"60 82\n01"), Ok((vec![0x60, 0x82, 1], ReadAs::Hexadecimal)));
        assert_eq!(octets(b"YIIB\n"), Ok((vec![0x60, 0x82, 1], ReadAs::Base64)));
        assert_eq!(octets(b"YII"), Ok((vec![0x60, 0x82], ReadAs::Base64)));
        assert_eq!(octets(b" \n"), Err(InspectError::Empty));
        let error = octets(b"YIIB\nY!IB").unwrap_err().to_string();
        assert!(error.contains("'!' in line 2, octet 6"), "{error}");
    }

    #[test]
    fn digits_may_be_parted_by_blanks_and_colons() {
        assert_eq!(octets_of_hex("60:0a 1B"), Ok(vec![0x60, 10, 27]));
        assert_eq!(octets_of_hex(""), Err(InspectError::Empty));
        assert!(octets_of_hex("600").unwrap_err().to_string().contains("3 digits"));
        assert!(octets_of_hex("6g").unwrap_err().to_string().contains("'g' at character 2"));
    }

    #[test]
    fn a_kind_that_does_not_exist_has_a_neighbour() {
        let error = inspect(Some("AP-RQE"), &[0x6E], ReadAs::Octets).unwrap_err().to_string();
        assert!(error.contains("did you mean `AP-REQ`?"), "{error}");
        let error = inspect(None, &[1, 2], ReadAs::Octets).unwrap_err().to_string();
        assert!(error.contains("01 02") && error.contains("GSSToken, GSS-WRAP"), "{error}");
    }

    #[test]
    fn a_damaged_token_is_shown_as_far_as_it_goes() {
        let token = octets_of_hex("6e0b3009a003020105a103020a").unwrap();
        let found = inspect(None, &token, ReadAs::Octets).unwrap();
        assert!(!found.decodes);
        let text = found.text();
        assert!(text.contains("pvno = 5"), "{text}");
        assert!(text.contains("msg-type") && text.contains("flaw at octet 9: truncated"), "{text}");
    }
}
