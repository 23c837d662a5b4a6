//! Types of every shape that serde and schemars derive.

use std::collections::BTreeMap;

use regionsim::scenario::decode::decode;
use regionsim::scenario::problem::Problems;
use regionsim::scenario::schema::reference;
use regionsim::scenario::source::Sources;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::tree;

/// Types of every shape that serde and schemars derive.
#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Shapes {
    pair: (u8, Option<String>),
    #[serde(default)]
    access: BTreeMap<Level, Vec<Level>>,
    names: Names,
    #[serde(default = "three")]
    count: i64,
    letter: Option<char>,
    marker: Option<Marker>,
    wrapped: Option<Wrapped>,
    nested: Option<Box<Shapes>>,
    extended: Option<Extended>,
    level: Option<Level>,
    on: Option<bool>,
    times: Option<std::num::NonZeroU8>,
    numbered: Option<BTreeMap<u16, String>>,
}

fn three() -> i64 {
    3
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
enum Level {
    None,
    Read,
}

#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
enum Names {
    One(String),
    Many(Vec<String>),
}

#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
struct Marker;

#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
struct Wrapped(u8);

#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
struct Extended {
    own: u8,
    #[serde(flatten)]
    rest: BTreeMap<String, u8>,
}

fn shapes(text: &str) -> (Option<Shapes>, Vec<String>) {
    let mut sources = Sources::new();
    let tree = tree(&mut sources, text);
    let mut problems = Problems::new();
    (decode(&tree, &mut problems), problems.lines(&sources))
}

#[test]
fn every_shape_of_type_loads() {
    let text = r#"(pair: (1, Some("x")), access: {NONE: [READ], "READ": []}, names: ["a", "b"], letter: 'c',
        marker: Marker, wrapped: Wrapped(7), nested: (pair: (2, None), names: "n", wrapped: 8, count: -1),
        extended: (own: 1, other: 2), level: NONE, on: false, times: 1, numbered: {5: "five", "6": "six"})"#;
    let (found, problems) = shapes(text);
    assert_eq!(problems, [""; 0]);
    let found = found.unwrap();
    assert_eq!(found.pair, (1, Some("x".to_owned())));
    assert_eq!(found.access[&Level::None], [Level::Read]);
    assert_eq!(found.names, Names::Many(vec!["a".to_owned(), "b".to_owned()]));
    assert_eq!((found.count, found.letter, found.marker), (3, Some('c'), Some(Marker)));
    assert_eq!(found.wrapped, Some(Wrapped(7)));
    let nested = found.nested.unwrap();
    assert_eq!((nested.pair, nested.names), ((2, None), Names::One("n".to_owned())));
    assert_eq!((nested.wrapped, nested.count), (Some(Wrapped(8)), -1));
    assert_eq!(found.extended.unwrap().rest["other"], 2);
    assert_eq!((found.level, found.on), (Some(Level::None), Some(false)));
    assert_eq!(found.numbered.unwrap()[&6], "six");
}

#[test]
fn every_shape_of_type_refuses_what_it_cannot_hold() {
    let text = r#"(pair: (300, 5), access: {NONE: READ, REED: [], READ: [NONE, REED]}, names: 5, letter: "ab",
 marker: Maker, wrapped: Wrapped("x"), nested: (), extended: 5, level: READ(1), on: 1, times: 0, numbered: {"x": "y"})"#;
    let expected = [
        "1:9: error: expected a whole number from 0 to 255, found the number 300",
        "1:33: error: expected a list `[…]`, found the name `READ`",
        "1:39: error: the key `REED` is not a valid `Level`: did you mean `READ`?",
        "1:62: error: `REED` is not a valid `Level` (did you mean `READ`?)",
        "1:77: error: expected `Names`, found the number 5",
        "1:88: error: expected a letter in single quotes, found the text \"ab\"",
        "2:10: error: expected `Marker`, found the name `Maker`",
        "2:34: error: expected a whole number from 0 to 255, found the text \"x\"",
        "2:49: error: missing field `names` in `Shapes`",
        "2:49: error: missing field `pair` in `Shapes`",
        "2:62: error: expected `Extended` as `(field: value, …)`, found the number 5",
        "2:77: error: `READ` holds no values",
        "2:85: error: expected `true` or `false`, found the number 1",
        "2:95: error: expected a whole number from 1 to 255, found the number 0",
        "2:109: error: expected a whole number from 0 to 65535, found the key `x`",
    ];
    let expected: Vec<String> = expected.iter().map(|line| format!("f.ron:{line}")).collect();
    assert_eq!(shapes(text).1, expected);
}

const SHAPES: &str = r#"// Types of every shape that serde and schemars derive.
Shapes(
    pair: (number 0..255, text),                         // required
    access: { NONE or READ: [Level, …], … },             // default: {}
    names: Names,                                        // required
    count: number, also negative,                        // default: 3
    letter: text,                                        // optional
    marker: Marker,                                      // optional
    wrapped: Wrapped,                                    // optional
    nested: Shapes,                                      // optional
    extended: Extended,                                  // optional
    level: Level,                                        // optional
    on: true or false,                                   // optional
    times: number 1..255,                                // optional
    numbered: { number: text, … },                       // optional
)

Level is one of:
    NONE
    READ

Names: text or [text, …]

Marker

Wrapped: number 0..255

Extended(
    own: number 0..255,                                  // required
    …: number 0..255,                                    // fields of any other name
)
"#;

#[test]
fn the_manual_describes_every_shape_of_type() {
    assert_eq!(reference::<Shapes>(), SHAPES);
}
