//! What a person said, taken apart: words, numbers, and what each number is said to be.
//!
//! Upper and lower case are the same, and punctuation only separates. Hexadecimal numbers may be
//! written `X'96C73A20'`, `0x96C73A20` or as eight digits; others count as decimal.

use crate::catalogue::conditions::Condition;
use crate::catalogue::response;
use crate::catalogue::saf::Service;

/// A word or a number, in the order in which they were said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// In upper case.
    Word(String),
    /// With its sign.
    Number(i64),
}

/// What was said of a code.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Said {
    /// A command by its name.
    pub(super) command: Option<&'static str>,
    /// Services by their names.
    pub(super) services: Vec<Service>,
    /// RESP, by name or by number.
    pub(super) resp: Option<Condition>,
    /// RESP2.
    pub(super) resp2: Option<i32>,
    /// SAF return code.
    pub(super) saf: Option<u32>,
    /// Return code of the ESM.
    pub(super) rc: Option<u32>,
    /// Reason code of the ESM.
    pub(super) rsn: Option<u32>,
    /// Numbers of which nothing is said.
    pub(super) loose: Vec<i64>,
    /// Words that name nothing of all this.
    pub(super) words: Vec<String>,
}

/// What the next number is said to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Next {
    Loose,
    Resp,
    Resp2,
    Saf,
    Rc,
    Rsn,
}

/// Words that stand between codes and say nothing of their own.
const FILLERS: [&str; 12] =
    ["AND", "ARE", "AS", "CODE", "CODES", "FROM", "IS", "OF", "RETURN", "THE", "WITH", "X"];

/// Takes a text apart at everything that is neither letter nor digit nor one of `_ @ # $ ?`.
pub(super) fn parts(text: &str) -> Vec<Part> {
    let text = text.to_uppercase().replace(['’', '‘', '´', '`'], "'");
    let mut parts = Vec::new();
    let mut rest = text.as_str();
    let mut before = ' ';
    while let Some(first) = rest.chars().next() {
        if let Some((number, after)) = hexadecimal(rest).filter(|_| !is_of_word(before)) {
            parts.push(Part::Number(number));
            (before, rest) = ('\'', after);
            continue;
        }
        let negative = first == '-' && !is_of_word(before);
        let start = if negative { 1 } else { 0 };
        let word = rest.get(start..).unwrap_or_default();
        let end = word.find(|c| !is_of_word(c)).unwrap_or(word.len());
        let (word, _) = word.split_at(end);
        if word.is_empty() {
            (before, rest) = (first, rest.get(first.len_utf8()..).unwrap_or_default());
            continue;
        }
        parts.push(part(word, negative));
        before = 'A';
        rest = rest.get(start + end..).unwrap_or_default();
    }
    parts
}

fn is_of_word(c: char) -> bool {
    c.is_alphanumeric() || "_@#$?".contains(c)
}

/// A number in front of a text that says that it is hexadecimal: `X'10'`, `0X10`.
fn hexadecimal(text: &str) -> Option<(i64, &str)> {
    let digits = text.strip_prefix("X'").or_else(|| text.strip_prefix("0X"))?;
    let end = digits.find(|c: char| !c.is_ascii_hexdigit()).unwrap_or(digits.len());
    let (digits, rest) = digits.split_at(end);
    let number = u32::from_str_radix(digits, 16).ok()?;
    Some((i64::from(number), rest.strip_prefix('\'').unwrap_or(rest)))
}

fn part(word: &str, negative: bool) -> Part {
    let decimal = word.bytes().all(|byte| byte.is_ascii_digit());
    let number = match word {
        word if decimal => word.parse::<i64>().ok(),
        word if word.len() == 8 => u32::from_str_radix(word, 16).ok().map(i64::from),
        word if word.len() == 9 && word.starts_with('X') => {
            u32::from_str_radix(word.get(1..).unwrap_or_default(), 16).ok().map(i64::from)
        }
        _ => None,
    };
    match number {
        Some(number) if negative => Part::Number(-number),
        Some(number) => Part::Number(number),
        None => Part::Word(word.to_owned()),
    }
}

impl Said {
    /// Sorts what was said.
    pub(super) fn of(parts: &[Part]) -> Said {
        let mut said = Said::default();
        let mut next = Next::Loose;
        let mut rest = parts;
        while let Some((first, after)) = rest.split_first() {
            let (taken, then) = match first {
                Part::Number(number) => (1, said.number(*number, next)),
                Part::Word(word) => said.word(word, rest, next),
            };
            next = then;
            rest = rest.get(taken..).unwrap_or(after);
        }
        // A reason without a return code is a number like any other.
        if said.rc.is_none() && said.saf.is_none() {
            said.loose.extend(said.rsn.take().map(i64::from));
        }
        said
    }

    /// Whether codes of a service were given: the word SAF or ESM with a number, or a service.
    pub(super) fn is_service_code(&self) -> bool {
        self.saf.is_some() || self.rc.is_some() || !self.services.is_empty()
    }

    fn word(&mut self, word: &str, rest: &[Part], next: Next) -> (usize, Next) {
        if let Some((command, length)) = command(rest) {
            self.command = Some(command);
            return (length, Next::Loose);
        }
        if let Some((service, length)) = service(rest) {
            self.services.push(service);
            return (length, Next::Loose);
        }
        let next = match word {
            "RESP" | "EIBRESP" => Next::Resp,
            // As `run` shows the data areas of programs.
            "RC" if self.rc.is_some() => Next::Resp,
            "RESP2" | "EIBRESP2" | "RC2" => Next::Resp2,
            "SAF" | "SAFRESP" => Next::Saf,
            "ESM" | "ESMRESP" | "RACF" | "RC" => Next::Rc,
            "ESMREASON" | "ESMREAS" | "RSN" => Next::Rsn,
            "REASON" if self.rc.is_some() => Next::Rsn,
            word if FILLERS.contains(&word) => next,
            // Conditions whose names are words of their own are found as such where they stand alone.
            "ERROR" | "END" | "LOCKED" | "NORMAL" => {
                self.words.push(word.to_owned());
                Next::Loose
            }
            word => match Condition::from_name(word) {
                Some(condition) => {
                    self.resp = Some(condition);
                    Next::Resp2
                }
                None => {
                    self.words.push(word.to_owned());
                    Next::Loose
                }
            },
        };
        (1, next)
    }

    fn number(&mut self, number: i64, next: Next) -> Next {
        let code = fullword(number);
        match next {
            Next::Resp => {
                let small = i32::try_from(number).ok();
                self.resp = small.and_then(Condition::from_number);
                if self.resp.is_none() {
                    self.loose.push(number);
                }
                Next::Loose
            }
            Next::Resp2 => {
                self.resp2 = i32::try_from(number).ok();
                Next::Loose
            }
            // A number behind the return code of SAF is its reason, which is always zero here.
            Next::Saf if self.saf.is_some() => Next::Loose,
            Next::Saf => {
                self.saf = code;
                Next::Saf
            }
            Next::Rc => {
                self.rc = code;
                Next::Rsn
            }
            Next::Rsn => {
                self.rsn = code;
                Next::Loose
            }
            Next::Loose => {
                self.loose.push(number);
                Next::Loose
            }
        }
    }
}

/// A number as a fullword: unsigned, or negative as programs see it.
pub(super) fn fullword(number: i64) -> Option<u32> {
    let signed = || i32::try_from(number).ok().map(i32::cast_unsigned);
    u32::try_from(number).ok().or_else(signed)
}

/// A command with its rows in the catalogue, in front of what was said, and its number of words.
fn command(said: &[Part]) -> Option<(&'static str, usize)> {
    let names = response::all().map(|row| row.command);
    let found = names.filter_map(|name| Some((name, begins(said, name)?)));
    found.max_by_key(|(_, length)| *length)
}

fn service(said: &[Part]) -> Option<(Service, usize)> {
    let known = Service::ALL.into_iter().map(|service| (service, service.name()));
    let forms = [
        (Service::RacrouteAuth, "RACROUTE FASTAUTH"),
        (Service::RacrouteVerify, "RACROUTE VERIFYX"),
    ];
    let mut known = known.chain(forms);
    known.find_map(|(service, name)| Some((service, begins(said, name)?)))
}

/// The number of words of a name, if what was said begins with them.
fn begins(said: &[Part], name: &str) -> Option<usize> {
    let mut length = 0;
    for word in name.split(' ') {
        match said.get(length) {
            Some(Part::Word(own)) if own.eq_ignore_ascii_case(word) => length += 1,
            _ => return None,
        }
    }
    Some(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> Said {
        Said::of(&parts(text))
    }

    #[test]
    fn numbers_in_every_spelling_are_the_same() {
        for text in [
            "X'96C73A20'",
            "x’96c73a20’",
            "0x96C73A20",
            "96c73a20",
            "2529638944",
            " (X'96C73A20'), ",
            "X'96C73A20",
        ] {
            assert_eq!(parts(text), [Part::Number(0x96C7_3A20)], "{text}");
        }
        assert_eq!(parts("-1765328352"), [Part::Number(-1_765_328_352)]);
        assert_eq!(fullword(-1_765_328_352), Some(0x96C7_3A20));
    }

    #[test]
    fn codes_go_where_they_are_said_to_go() {
        let codes = said("SAF 8 ESM 16 X'96C73A25'");
        assert_eq!((codes.saf, codes.rc, codes.rsn), (Some(8), Some(16), Some(0x96C7_3A25)));
        let line =
            "SAF codes are (X'00000008',X'00000000') ESM codes are (X'00000010',X'96C73A25')";
        assert_eq!(said(line), codes);
        assert_eq!(said("resp2=61").resp2, Some(61));
        let both = said("EIBRESP=70, EIBRESP2=61");
        assert_eq!((both.resp, both.resp2), (Some(Condition::NotAuth), Some(61)));
        let named = said("request encryptptkt invreq 255");
        assert_eq!(named.command, Some("REQUEST ENCRYPTPTKT"));
        assert_eq!((named.resp, named.resp2), (Some(Condition::InvReq), Some(255)));
        let triple = said("R_ticketserv 8/8/16");
        assert_eq!((triple.services, triple.loose), (vec![Service::RTicketserv], vec![8, 8, 16]));
    }

    #[test]
    fn words_with_digits_stay_words_and_ranges_are_no_negative_numbers() {
        assert_eq!(parts("AEY7 ????"), [Part::Word("AEY7".into()), Part::Word("????".into())]);
        assert_eq!(parts("8-12"), [Part::Number(8), Part::Number(12)]);
        assert_eq!(parts("99999999999999999999"), [Part::Word("99999999999999999999".into())]);
        assert_eq!(fullword(i64::from(u32::MAX) + 1), None);
        assert_eq!(fullword(-2_147_483_649), None);
    }
}
