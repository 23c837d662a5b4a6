//! The walk through a message by its type.

use std::borrow::Cow;

use super::schema::{self, Field, Form, Inside, Type};
use super::sense::Sense;
use super::token;
use crate::protocol::anatomy::{Flaws, Part, hex};
use crate::protocol::kerberos::der;
use crate::protocol::kerberos::error::ErrorCode;
use crate::protocol::kerberos::gss::CHECKSUM_TYPE;
use crate::protocol::kerberos::messages::padata;

/// From where to where, in octets of the token.
type Range = (usize, usize);

/// The deepest nesting of data within data that is looked into.
const DEEPEST: usize = 16;

/// AD-IF-RELEVANT (RFC 4120 section 5.2.6.1).
const AD_IF_RELEVANT: i64 = 1;

/// One walk.
pub(super) struct Walk<'a> {
    bytes: &'a [u8],
    flaws: &'a mut Flaws,
    /// The number read last: it says what the octets behind it are.
    number: i64,
    error: ErrorCode,
    depth: usize,
    /// An element was longer than its room: what is missing behind it is a consequence.
    cut: bool,
}

impl<'a> Walk<'a> {
    pub(super) fn new(bytes: &'a [u8], flaws: &'a mut Flaws) -> Self {
        Walk { bytes, flaws, number: 0, error: ErrorCode(0), depth: 0, cut: false }
    }

    /// A value that fills the range.
    pub(super) fn whole(&mut self, of: &'static Type, range: Range) -> Part {
        if range.1 - range.0 > der::LONGEST_MESSAGE {
            self.flaws.enter(of.name);
            self.flaws.note(der::LONGEST_MESSAGE, "longer than 65536 octets");
            self.flaws.leave();
            return Part::new(of.name, of.form.name(), range.0, range.1 - range.0);
        }
        self.value(of, of.name.into(), range, range)
    }

    /// The content of the element with this tag, which must fill the range.
    pub(super) fn fill(&mut self, tag: u8, (at, end): Range) -> Option<Range> {
        let (found, (start, stop)) = self.element((at, end))?;
        if found != tag {
            self.flaws.note(at, format!("tag {found:02x} where {tag:02x} belongs"));
            return None;
        }
        if stop < end {
            self.flaws.note(stop, "octets follow");
        }
        Some((start, stop))
    }

    /// The tag of the element at the start of the range, and where its content is, as far as it goes.
    pub(super) fn element(&mut self, (at, end): Range) -> Option<(u8, Range)> {
        let window = self.bytes.get(..end).unwrap_or_default();
        let header = match der::header(window, at) {
            Ok(header) => header,
            Err((place, problem)) => {
                self.flaws.note(place, problem);
                return None;
            }
        };
        let stop = header.start + header.length;
        if stop > end && !self.cut {
            let whole = end == self.bytes.len();
            let beyond = "the length goes beyond the enclosing element";
            self.flaws.note(at, if whole { "truncated" } else { beyond });
            self.cut = true;
        }
        Some((header.tag, (header.start, stop.min(end))))
    }

    fn value(
        &mut self,
        of: &'static Type,
        name: Cow<'static, str>,
        (from, to): Range,
        mut range: Range,
    ) -> Part {
        self.flaws.enter(name.clone());
        let mut part = Part::new(name, of.form.name(), from, to - from);
        let wrapper = of.application.map(|number| 0x60 | number);
        for tag in wrapper.into_iter().chain([of.form.tag()]) {
            match self.fill(tag, range) {
                Some(content) => range = content,
                None => {
                    part.parts.push(opaque("undecoded", self.slice(range), range.0));
                    self.flaws.leave();
                    return part;
                }
            }
        }
        self.content(of, range, &mut part);
        self.flaws.leave();
        part
    }

    fn content(&mut self, of: &'static Type, range: Range, part: &mut Part) {
        match &of.form {
            Form::Fields(fields) => {
                self.fields(of.name, fields, range, part);
                part.meaning = principal(part);
            }
            Form::Many(item) => self.items(item, range, part),
            primitive => {
                let content = self.slice(range);
                if let Err(problem) = der::primitive(of.form.tag(), content) {
                    self.flaws.note(range.0, problem);
                    part.value = Some(hex(content));
                } else {
                    self.primitive(primitive, content, range, part);
                }
            }
        }
    }

    fn fields(
        &mut self,
        name: &str,
        fields: &'static [Field],
        (mut at, end): Range,
        part: &mut Part,
    ) {
        let mut left = fields;
        while at < end {
            let Some((tag, content)) = self.element((at, end)) else {
                part.parts.push(opaque("undecoded", self.slice((at, end)), at));
                return;
            };
            let outer = (at, content.1);
            at = content.1;
            let place = left.iter().position(|field| 0xA0 | field.tag == tag);
            match place.and_then(|place| left.split_at_checked(place)) {
                Some((skipped, [field, rest @ ..])) => {
                    self.missing(skipped, outer.0);
                    let value = self.value(field.of, field.name.into(), outer, content);
                    part.parts.push(value);
                    left = rest;
                }
                _ => {
                    let whose = if name.is_empty() { "the sequence" } else { name };
                    let problem = format!("tag {tag:02x} is no field of {whose}, or out of order");
                    self.flaws.note(outer.0, problem);
                    part.parts.push(opaque("unknown", self.slice(outer), outer.0));
                }
            }
        }
        self.missing(left, end);
    }

    fn missing(&mut self, fields: &[Field], at: usize) {
        for field in fields.iter().filter(|field| !field.optional && !self.cut) {
            self.flaws.note(at, format!("the field {} is missing", field.name));
        }
    }

    fn items(&mut self, item: &'static Type, (mut at, end): Range, part: &mut Part) {
        let mut number = 0;
        while at < end {
            let Some((_, (_, stop))) = self.element((at, end)) else {
                part.parts.push(opaque("undecoded", self.slice((at, end)), at));
                return;
            };
            let name = format!("[{number}]");
            part.parts.push(self.value(item, name.into(), (at, stop), (at, stop)));
            at = stop;
            number += 1;
        }
    }

    fn primitive(&mut self, form: &Form, content: &[u8], range: Range, part: &mut Part) {
        match form {
            Form::Integer(sense) => self.integer(*sense, content, range.0, part),
            Form::Flags(bits) => {
                let octets = content.get(1..).unwrap_or_default();
                let word = octets.first_chunk().map_or(0, |word| u32::from_be_bytes(*word));
                part.value = Some(hex(octets));
                part.meaning = Some(bits.of(word));
            }
            Form::Octets(inside) => self.octets(*inside, content, range, part),
            Form::Text => part.value = Some(String::from_utf8_lossy(content).into_owned()),
            Form::Time => {
                part.value = Some(String::from_utf8_lossy(content).into_owned());
                part.meaning = moment(content);
            }
            Form::Fields(_) | Form::Many(_) => {}
        }
    }

    fn integer(&mut self, sense: Sense, content: &[u8], at: usize, part: &mut Part) {
        let (least, most) = sense.range();
        let Some(number) = number(content).filter(|number| (least..=most).contains(number)) else {
            self.flaws.note(at, format!("not a number from {least} to {most}"));
            part.value = Some(hex(content));
            return;
        };
        self.number = number;
        if let (Sense::Error, Ok(code)) = (sense, i32::try_from(number)) {
            self.error = ErrorCode(code);
        }
        part.value = Some(number.to_string());
        part.meaning = sense.of(number);
    }

    fn octets(&mut self, inside: Inside, content: &[u8], range: Range, part: &mut Part) {
        let printable = matches!(inside, Inside::Text) && is_printable(content);
        part.value = Some(match std::str::from_utf8(content) {
            Ok(text) if printable => text.to_owned(),
            _ => hex(content),
        });
        let of: Option<&'static Type> = match inside {
            Inside::Opaque | Inside::Text => None,
            Inside::Address => {
                part.meaning = address(self.number, content);
                None
            }
            // An error names the pre-authentication that it asks for, with nothing in it (RFC 4120
            // section 5.9.1, METHOD-DATA).
            Inside::Padata if content.is_empty() && self.asks_for_time() => {
                part.meaning = Some("asked for".to_owned());
                None
            }
            Inside::Padata => padata_type(self.number),
            Inside::Authorization if self.number == AD_IF_RELEVANT => {
                Some(&schema::AUTHORIZATION_DATA)
            }
            Inside::Authorization => None,
            Inside::Checksum if self.number == i64::from(CHECKSUM_TYPE) => {
                part.parts = token::checksum(self, range);
                None
            }
            Inside::Checksum => None,
            Inside::ErrorData => {
                let asks = [ErrorCode::PREAUTH_REQUIRED, ErrorCode::PREAUTH_FAILED];
                asks.contains(&self.error).then_some(&schema::METHOD_DATA)
            }
        };
        if let Some(of) = of.filter(|_| self.depth < DEEPEST) {
            self.depth += 1;
            let cut = std::mem::take(&mut self.cut);
            let inner = self.value(of, of.name.into(), range, range);
            part.parts.push(inner);
            self.cut = cut;
            self.depth -= 1;
        }
    }

    /// Whether this is the encrypted time stamp in a list of what an error asks for.
    fn asks_for_time(&self) -> bool {
        self.error != ErrorCode(0) && self.number == i64::from(padata::ENC_TIMESTAMP)
    }

    /// The octets of a range.
    pub(super) fn slice(&self, (from, to): Range) -> &'a [u8] {
        self.bytes.get(from..to).unwrap_or_default()
    }

    /// Notes a flaw.
    pub(super) fn note(&mut self, at: usize, problem: impl Into<String>) {
        self.flaws.note(at, problem);
    }
}

impl Form {
    fn tag(&self) -> u8 {
        match self {
            Form::Fields(_) | Form::Many(_) => 0x30,
            Form::Integer(_) => 0x02,
            Form::Flags(_) => 0x03,
            Form::Octets(_) => 0x04,
            Form::Text => 0x1B,
            Form::Time => 0x18,
        }
    }

    fn name(&self) -> &'static str {
        match self {
            Form::Fields(_) => "SEQUENCE",
            Form::Many(_) => "SEQUENCE OF",
            Form::Integer(_) => "INTEGER",
            Form::Flags(_) => "BIT STRING",
            Form::Octets(_) => "OCTET STRING",
            Form::Text => "GeneralString",
            Form::Time => "GeneralizedTime",
        }
    }
}

/// Octets that are shown as they are.
pub(super) fn opaque(name: &'static str, bytes: &[u8], at: usize) -> Part {
    Part::new(name, "octets", at, bytes.len()).with_value(hex(bytes))
}

fn padata_type(number: i64) -> Option<&'static Type> {
    Some(match i32::try_from(number).ok()? {
        padata::TGS_REQ => &schema::AP_REQ,
        padata::ENC_TIMESTAMP => &schema::ENCRYPTED_DATA,
        padata::ETYPE_INFO => &schema::ETYPE_INFO,
        padata::ETYPE_INFO2 => &schema::ETYPE_INFO2,
        _ => return None,
    })
}

/// The value of an INTEGER of at most eight octets.
fn number(content: &[u8]) -> Option<i64> {
    let first = content.first().filter(|_| content.len() <= 8)?;
    let sign = if *first >= 0x80 { -1 } else { 0 };
    Some(content.iter().fold(sign, |number: i64, octet| number << 8 | i64::from(*octet)))
}

/// `YYYYMMDDHHMMSSZ`, which the caller has checked, as RFC 3339 writes it.
fn moment(content: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(content).ok()?;
    let cut = |from: usize, to: usize| text.get(from..to);
    Some(format!(
        "{}-{}-{}T{}:{}:{}Z",
        cut(0, 4)?,
        cut(4, 6)?,
        cut(6, 8)?,
        cut(8, 10)?,
        cut(10, 12)?,
        cut(12, 14)?
    ))
}

/// The components of a principal's name, where the part is one.
fn principal(part: &Part) -> Option<String> {
    let strings = part.part("name-string")?;
    let components = strings.parts.iter().filter_map(|part| part.value.as_deref());
    Some(components.collect::<Vec<_>>().join("/"))
}

fn address(kind: i64, content: &[u8]) -> Option<String> {
    match (kind, content) {
        (2, [a, b, c, d]) => Some(format!("{a}.{b}.{c}.{d}")),
        _ => None,
    }
}

fn is_printable(content: &[u8]) -> bool {
    !content.is_empty() && content.iter().all(|octet| (0x20..0x7F).contains(octet))
}
