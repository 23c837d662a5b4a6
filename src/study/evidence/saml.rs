//! What a person and a program are told of a SAML token: the answer of DFHSAML, the containers that it
//! would fill, each decision, and what the signature covers.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

use super::forms::TakenCheck;
use super::{check_lines, fact};
use crate::catalogue::dfhsaml::{self, SamlResponse};
use crate::catalogue::saml_areas::{DataType, ERROR, FieldType, OUTTOKEN, RESPONSE, area};
use crate::check::{Check, Checks, Operand};
use crate::nodes::cics::{Made, XML_NOT_VALID};
use crate::protocol::charset;
use crate::protocol::saml::{self, Coverage, Issuing, Policy, Refusal, rules};
use crate::scalar::words::plain;

/// Longest value that the text form shows (characters); the JSON form shows all.
const SHOWN: usize = 200;

/// What came of a token.
#[derive(Clone, Debug)]
pub struct Answer {
    response: &'static SamlResponse,
    reason: Option<String>,
    containers: Vec<(String, DataType, Vec<u8>)>,
    coverage: Option<Coverage>,
    checks: Vec<Check>,
}

/// The answer of DFHSAML: what `saml validate --format json` and `saml issue --format json` print.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SamlAnswer {
    /// Version of these keys: 1.
    pub schema: u32,
    /// The value of DFHSAML-RESPONSE.
    pub response: i32,
    /// A name for it.
    pub name: &'static str,
    /// Why the token was refused.
    pub reason: Option<String>,
    /// The containers by their names: text, a number, or the fields of the area that stands in it; a
    /// field of blanks is empty.
    pub containers: BTreeMap<String, Value>,
    /// What the signature covers, where one was verified.
    pub signature: Option<CoveredToken>,
    /// Every decision, in order.
    pub checks: Vec<TakenCheck>,
}

/// What a verified signature covers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CoveredToken {
    /// The ID of the element that was digested.
    pub id: String,
    /// How many octets were digested.
    pub octets: u32,
    /// Their canonical form.
    pub canonicalization: &'static str,
    /// The hash of the digest.
    pub digest: &'static str,
    /// The hash of the signature.
    pub signature: &'static str,
    /// The distinguished names of the certificate path, the signer's first.
    pub path: Vec<String>,
    /// The label or file of the trusted certificate at its end.
    pub anchor: String,
    /// What of the token is not covered.
    pub uncovered: Vec<String>,
}

/// Validates a token and extracts what it says, as DFHSAML does with SAML-EXTRACT. Data that is not of
/// its coded character set cannot be parsed.
pub fn validated(data: &[u8], ccsid: Option<u16>, policy: &Policy<'_>) -> Answer {
    let text = match text(data, ccsid) {
        Ok(text) => text,
        Err(answer) => return *answer,
    };
    let validation = saml::validate(&text, policy);
    let checks = validation.checks.into_taken();
    match validation.outcome {
        Ok(assertion) => {
            let mut containers = vec![outtoken(&text)];
            containers.extend(
                Made::of(&assertion)
                    .into_iter()
                    .map(|made| (made.name, made.family.datatype, made.data)),
            );
            Answer::of(&dfhsaml::OK, containers, checks, validation.coverage)
        }
        Err(refusal) => Answer::refused(refusal, checks),
    }
}

/// Issues a token again, as DFHSAML does with SAML-ISSUE.
pub fn issued(data: &[u8], ccsid: Option<u16>, issuing: &Issuing<'_>) -> Answer {
    let text = match text(data, ccsid) {
        Ok(text) => text,
        Err(answer) => return *answer,
    };
    let mut checks = Checks::new();
    match saml::issue(&text, issuing, &mut checks) {
        Ok(token) => Answer::of(&dfhsaml::OK, vec![outtoken(&token)], checks.into_taken(), None),
        Err(refusal) => Answer::refused(refusal, checks.into_taken()),
    }
}

fn outtoken(token: &str) -> (String, DataType, Vec<u8>) {
    (OUTTOKEN.name.to_owned(), OUTTOKEN.datatype, token.as_bytes().to_vec())
}

/// The characters of a token. Without a CCSID it is UTF-8, or UTF-16 where a byte order mark says so.
fn text(data: &[u8], ccsid: Option<u16>) -> Result<String, Box<Answer>> {
    let ccsid = ccsid.unwrap_or(match data {
        [0xFE, 0xFF, ..] => 1200,
        [0xFF, 0xFE, ..] => 1202,
        _ => 1208,
    });
    charset::decode_as(ccsid, data).map_err(|wrong| {
        let reason = wrong.to_string();
        let check = Check::holds(
            &rules::PARSED,
            Operand::new("token", reason.clone()),
            Operand::new("needed", format!("data of CCSID {ccsid}")),
            false,
        );
        let refusal = Refusal { response: dfhsaml::NOT_PARSED.code, reason };
        Box::new(Answer::refused(refusal, vec![check]))
    })
}

impl Answer {
    fn of(
        response: &'static SamlResponse,
        more: Vec<(String, DataType, Vec<u8>)>,
        checks: Vec<Check>,
        coverage: Option<Coverage>,
    ) -> Answer {
        let code = response.code.to_be_bytes().to_vec();
        let mut containers = vec![(RESPONSE.name.to_owned(), RESPONSE.datatype, code)];
        containers.extend(more);
        Answer { response, reason: None, containers, coverage, checks }
    }

    fn refused(refusal: Refusal, checks: Vec<Check>) -> Answer {
        // The codes of the token layer are those of the table.
        let response = dfhsaml::lookup(refusal.response).unwrap_or(&dfhsaml::INVALID_TOKEN);
        let error = (ERROR.name.to_owned(), ERROR.datatype, XML_NOT_VALID.to_be_bytes().to_vec());
        let more = if response.code == dfhsaml::NOT_PARSED.code { vec![error] } else { Vec::new() };
        let answer = Answer::of(response, more, checks, None);
        Answer { reason: Some(refusal.reason), ..answer }
    }

    /// Whether the response is 0.
    pub fn is_ok(&self) -> bool {
        self.response.code == dfhsaml::OK.code
    }

    /// The token that goes out.
    pub fn token(&self) -> Option<&str> {
        let own = self.containers.iter().find(|(name, _, _)| name == OUTTOKEN.name);
        own.and_then(|(_, _, data)| std::str::from_utf8(data).ok())
    }

    /// The form for programs.
    pub fn form(&self) -> SamlAnswer {
        let containers = self.containers.iter();
        let value = |(name, datatype, data): &(String, DataType, Vec<u8>)| {
            (name.clone(), value(name, *datatype, data))
        };
        SamlAnswer {
            schema: 1,
            response: self.response.code,
            name: self.response.name,
            reason: self.reason.clone(),
            containers: containers.map(value).collect(),
            signature: self.coverage.as_ref().map(CoveredToken::of),
            checks: self.checks.iter().map(TakenCheck::of).collect(),
        }
    }

    /// The form for people.
    pub fn text(&self, name: &str) -> String {
        let SamlResponse { code, name: word, .. } = self.response;
        let mut out = format!("{}: response {code} ({word})\n", plain(name));
        if let Some(reason) = &self.reason {
            fact(&mut out, "why", reason);
        }
        out.push_str("\ncontainers\n");
        for (name, datatype, data) in &self.containers {
            match value(name, *datatype, data) {
                Value::Object(fields) => {
                    let _ = writeln!(out, "  {name}");
                    fields.iter().for_each(|(name, value)| line(&mut out, 4, name, value));
                }
                value => line(&mut out, 2, name, &value),
            }
        }
        if let Some(coverage) = &self.coverage {
            covered(&mut out, coverage);
        }
        out.push_str("\nchecks\n");
        check_lines(&mut out, &self.checks);
        out
    }
}

fn line(out: &mut String, indent: usize, name: &str, value: &Value) {
    let shown = match value {
        Value::String(text) => plain(text),
        other => other.to_string(),
    };
    let width = 20 - indent;
    let cut: String = shown.chars().take(SHOWN).collect();
    let rest = shown.chars().count().saturating_sub(SHOWN);
    let more = if rest > 0 { format!("… ({rest} more characters)") } else { String::new() };
    let text = format!("{:indent$}{name:<width$} {cut}{more}", "");
    let _ = writeln!(out, "{}", text.trim_end());
}

fn covered(out: &mut String, own: &Coverage) {
    out.push_str("\nsignature\n");
    fact(out, "covers", format!("element {}, {} octets ({})", own.id, own.octets, own.form));
    for what in &own.uncovered {
        fact(out, "does not cover", what);
    }
    let (signature, digest) = (own.signature.word(), own.digest.word());
    fact(out, "algorithms", format!("RSA with {signature}, digest {digest}"));
    for (number, subject) in own.path.iter().enumerate() {
        fact(out, if number == 0 { "signer" } else { "issued by" }, subject);
    }
    fact(out, "trusted as", &own.anchor);
}

/// What stands in a container.
fn value(name: &str, datatype: DataType, data: &[u8]) -> Value {
    let Some(area) = area(name) else { return one(datatype, data) };
    let mut rest = data;
    let mut fields = Map::new();
    for field in area.fields {
        let (own, behind) = rest.split_at_checked(field.field_type.bytes()).unwrap_or((rest, &[]));
        let datatype = match field.field_type {
            FieldType::Fullword => DataType::Bit,
            FieldType::Char(_) => DataType::Char,
        };
        fields.insert(field.name.to_owned(), one(datatype, own));
        rest = behind;
    }
    // Blanks stand for nothing.
    for field in fields.values_mut() {
        if let Value::String(text) = field {
            text.truncate(text.trim_end().len());
        }
    }
    Value::Object(fields)
}

/// Characters, or the number in a fullword.
fn one(datatype: DataType, data: &[u8]) -> Value {
    match (datatype, data.try_into().map(i32::from_be_bytes)) {
        (DataType::Bit, Ok(number)) => Value::from(number),
        _ => Value::from(String::from_utf8_lossy(data)),
    }
}

impl CoveredToken {
    fn of(own: &Coverage) -> CoveredToken {
        CoveredToken {
            id: own.id.clone(),
            octets: own.octets,
            canonicalization: own.form,
            digest: own.digest.word(),
            signature: own.signature.word(),
            path: own.path.clone(),
            anchor: own.anchor.clone(),
            uncovered: own.uncovered.clone(),
        }
    }
}
