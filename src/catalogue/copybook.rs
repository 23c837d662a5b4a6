//! The areas of program DFHSAML as declarations of four languages: our own layout of them, under the
//! names of the copybooks (CICS TS, SAML linkable interface DFHSAML, table 1).

use super::dfhsaml;
use super::saml_areas::{AREAS, Area, Field, FieldType, INPUTS, NO, OUTPUTS, YES};

/// A language with a copybook.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// COBOL.
    Cobol,
    /// PL/I.
    Pli,
    /// C.
    C,
    /// Assembler.
    Assembler,
}

/// The constants that programs put into containers or find there.
const WORDS: [(&str, &str); 5] = [
    ("FUNCTION-EXTRACT", "SAML-EXTRACT"),
    ("FUNCTION-ISSUE", "SAML-ISSUE"),
    ("FUNCTION-VALIDATE", "SAML-VALIDATE"),
    ("SIGNED-REQUIRED", "SAML-REQUIRED"),
    ("SIGNED-IGNORED", "SAML-IGNORED"),
];

/// The copybook of a language.
pub fn copybook(language: Language) -> String {
    let lines = match language {
        Language::Cobol => cobol(),
        Language::Pli => pli(),
        Language::C => c(),
        Language::Assembler => assembler(),
    };
    lines.iter().map(|line| line.trim_end().to_owned() + "\n").collect()
}

/// What every copybook says first: a comment of the language.
fn opening(name: &str) -> [String; 3] {
    [
        format!("{name}: areas and constants of program {}", dfhsaml::PROGRAM),
        "Laid out by regionsim; the lengths are documented, the order".to_owned(),
        "of the fields and the values of constants are assumed.".to_owned(),
    ]
}

/// The names of the containers, as constants.
fn containers() -> impl Iterator<Item = &'static str> {
    INPUTS.iter().chain(OUTPUTS).map(|container| container.name)
}

/// Text in comments of its own, in lines that every language takes.
fn comments(text: &str, comment: impl Fn(&str) -> String) -> Vec<String> {
    /// Columns that are left between the signs of a comment.
    const WIDTH: usize = 60;
    textwrap::wrap(text, WIDTH).iter().map(|line| comment(line)).collect()
}

/// A name without the hyphens that only COBOL has.
fn plain(name: &str) -> String {
    name.replace('-', "_")
}

fn cobol() -> Vec<String> {
    let mut lines: Vec<String> =
        opening("DFHSAMLO").iter().map(|line| format!("      * {line}")).collect();
    for area in AREAS {
        lines.push(format!("       01  {}.", area.name));
        lines.extend(area.fields.iter().map(|field| {
            let picture = match field.field_type {
                FieldType::Fullword => "PIC S9(9) COMP".to_owned(),
                FieldType::Char(length) => format!("PIC X({length})"),
            };
            format!("           05  {:<18} {picture}.", field.name)
        }));
    }
    lines.push("       01  SAML-CONSTANTS.".to_owned());
    for (name, value) in [("SAML-YES", YES), ("SAML-NO", NO)] {
        lines.push(format!("           05  {name:<26} PIC X VALUE '{value}'."));
    }
    for (name, value) in WORDS {
        let name = format!("SAML-{name}");
        let picture = format!("PIC X({})", value.len());
        lines.push(format!("           05  {name:<26} {picture} VALUE"));
        lines.push(format!("               '{value}'."));
    }
    for row in dfhsaml::ROWS {
        let name = format!("SAML-RESPONSE-{}", row.code);
        lines.extend(comments(row.meaning, |line| format!("      * {line}")));
        lines.push(format!("           05  {name:<26} PIC S9(9) COMP VALUE {}.", row.code));
    }
    lines.extend(containers().map(|name| format!("      * container {name}")));
    lines
}

fn pli() -> Vec<String> {
    let comment = |line: &str| format!(" /* {line:<64} */");
    let mut lines: Vec<String> = opening("DFHSAMLP").iter().map(|line| comment(line)).collect();
    for area in AREAS {
        lines.push(format!(" DCL 1 {} UNALIGNED BASED,", plain(area.name)));
        let fields = area.fields.iter().map(|field| match field.field_type {
            FieldType::Fullword => format!("{:<18} FIXED BIN(31)", plain(field.name)),
            FieldType::Char(length) => format!("{:<18} CHAR({length})", plain(field.name)),
        });
        let fields: Vec<String> = fields.collect();
        lines.push(
            fields.iter().map(|field| format!("       2 {field}")).collect::<Vec<_>>().join(",\n")
                + ";",
        );
    }
    for (name, value) in [("SAML_YES", YES), ("SAML_NO", NO)] {
        lines.push(format!(" DCL {name} CHAR(1) VALUE('{value}');"));
    }
    for (name, value) in WORDS {
        let name = format!("SAML_{}", plain(name));
        lines.push(format!(" DCL {name} CHAR({}) VALUE('{value}');", value.len()));
    }
    for row in dfhsaml::ROWS {
        lines.extend(comments(row.meaning, comment));
        lines.push(format!(" DCL SAML_RESPONSE_{0} FIXED BIN(31) VALUE({0});", row.code));
    }
    lines.extend(containers().map(|name| comment(&format!("container {name}"))));
    lines
}

fn c() -> Vec<String> {
    let comment = |line: &str| format!("/* {line} */");
    let mut lines: Vec<String> = opening("DFHSAMLH").iter().map(|line| comment(line)).collect();
    lines.extend(["#ifndef DFHSAMLH", "#define DFHSAMLH", ""].map(str::to_owned));
    for area in AREAS {
        lines.push("typedef struct {".to_owned());
        lines.extend(area.fields.iter().map(|field| {
            let name = plain(field.name);
            let declared = match field.field_type {
                FieldType::Fullword => format!("int {name};"),
                FieldType::Char(1) => format!("char {name};"),
                FieldType::Char(length) => format!("char {name}[{length}];"),
            };
            format!("    {declared:<28} /* {} */", field.meaning)
        }));
        lines.push(format!("}} {};", plain(area.name)));
        lines.push(String::new());
    }
    for (name, value) in [("SAML_YES", YES), ("SAML_NO", NO)] {
        lines.push(format!("#define {name:<24} '{value}'"));
    }
    for (name, value) in WORDS {
        lines.push(format!("#define {:<24} \"{value}\"", format!("SAML_{}", plain(name))));
    }
    for row in dfhsaml::ROWS {
        let name = format!("SAML_RESPONSE_{}", row.code);
        lines.extend(comments(row.meaning, comment));
        lines.push(format!("#define {name:<24} {}", row.code));
    }
    lines.push(String::new());
    lines.extend(containers().map(|name| comment(&format!("container {name}"))));
    lines.push("#endif".to_owned());
    lines
}

fn assembler() -> Vec<String> {
    let comment = |line: &str| format!("*  {line}");
    let mut lines: Vec<String> = opening("DFHSAMLD").iter().map(|line| comment(line)).collect();
    for area in AREAS {
        lines.push(format!("{:<18} DSECT", plain(area.name)));
        for field in area.fields {
            lines.extend(comments(field.meaning, comment));
            lines.push(dsect_field(field));
        }
        lines.push(format!("{:<18} EQU   {}", format!("{}_LEN", plain(area.name)), area.bytes()));
    }
    for (name, value) in [("SAML_YES", YES), ("SAML_NO", NO)] {
        lines.push(format!("{name:<18} EQU   C'{value}'"));
    }
    for row in dfhsaml::ROWS {
        lines.extend(comments(row.meaning, comment));
        lines.push(format!("{:<18} EQU   {}", format!("SAML_RESPONSE_{}", row.code), row.code));
    }
    lines.extend(WORDS.map(|(name, value)| comment(&format!("{}: {value}", plain(name)))));
    lines.extend(containers().map(|name| comment(&format!("container {name}"))));
    lines
}

fn dsect_field(field: &Field) -> String {
    let constant = match field.field_type {
        // XL4 keeps the field where it is: F would be aligned.
        FieldType::Fullword => "XL4".to_owned(),
        FieldType::Char(length) => format!("CL{length}"),
    };
    format!("{:<18} DS    {constant}", plain(field.name))
}

/// The offset of every field, for tests and readers.
pub fn offsets(area: &Area) -> Vec<(&'static str, usize)> {
    let mut next = 0;
    let place = |field: &Field| {
        let own = next;
        next += field.field_type.bytes();
        (field.name, own)
    };
    area.fields.iter().map(place).collect()
}
