//! The declarations of one program.

use std::collections::BTreeMap;
use std::fmt;

use schemars::JsonSchema;
use serde::de::{Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use super::area_type::AreaType;
use super::declaration::{Declaration, MAX_TOTAL};
use super::eib;
use crate::nodes::complaint::{SyntaxError, quote};

/// Longest name of an area, in characters (the limit of COBOL data names).
const MAX_NAME: usize = 30;
/// Most areas of one program. Far above what a test program needs; it bounds a hostile file.
const MAX_AREAS: usize = 1000;

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
        let total = self.total + u64::from(declaration.area_type().size());
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
