//! Where the parts of a line stand, found in one pass that accepts canonical lines and no others.
//!
//! [`Line`](super::Line) takes a line apart; an [`Outline`] only says where its parts are, at a
//! tenth of the price, and allocates nothing. Both accept exactly the same lines.

use std::fmt::Display;

use super::json::{first_escape, needs_escape};
use super::line::LINE_FIELDS;
use super::timestamp::Timestamp;

/// The most lists and objects within each other, the line itself counted: the limit of the JSON
/// reader.
const DEPTH_MAX: u32 = 127;

/// Part of a line, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Part {
    from: usize,
    to: usize,
}

/// Where the parts of one line stand. The methods take the text of that line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outline {
    /// Record number.
    pub n: u64,
    /// True time in nanoseconds since 1970, UTC.
    pub t: i64,
    /// The node's own time; the same as `t` where the line does not say.
    pub local: i64,
    /// Task number.
    pub task: Option<u32>,
    /// The number of the record that led to this one.
    pub cause: Option<u64>,
    node: Option<Part>,
    also: Part,
    kind: Part,
}

impl Outline {
    /// Finds the parts of one line, without its end.
    ///
    /// # Errors
    ///
    /// The line is not canonical: the column, from 1, and what was expected there.
    pub fn of(text: &str) -> Result<Outline, String> {
        let mut scan = Scan { text, at: 0 };
        let outline = scan.line()?;
        outline.check_order(text)?;
        Ok(outline)
    }

    /// The node as it stands between its quotes.
    pub fn node<'a>(&self, text: &'a str) -> Option<&'a str> {
        self.node.map(|part| cut(text, part))
    }

    /// The kind as it stands between its quotes.
    pub fn kind<'a>(&self, text: &'a str) -> &'a str {
        cut(text, self.kind)
    }

    /// The numbers of further records that led to this one.
    pub fn also<'a>(&self, text: &'a str) -> impl Iterator<Item = u64> + use<'a> {
        cut(text, self.also).split(',').filter_map(|number| number.parse().ok())
    }

    /// Everything that the record says: kind, names and values, as they stand.
    pub fn content<'a>(&self, text: &'a str) -> &'a str {
        text.get(self.kind.from..).unwrap_or_default()
    }

    /// Names and values of the record's own fields, as they stand, names without their quotes.
    pub fn fields<'a>(&self, text: &'a str) -> Fields<'a> {
        Fields { scan: Scan { text, at: self.kind.to + 1 } }
    }

    /// Causes come before what they cause.
    fn check_order(&self, text: &str) -> Result<(), String> {
        match self.cause.into_iter().chain(self.also(text)).find(|n| *n == 0 || *n >= self.n) {
            Some(cause) => Err(format!("record {} cannot be caused by record {cause}", self.n)),
            None => Ok(()),
        }
    }
}

fn cut(text: &str, part: Part) -> &str {
    text.get(part.from..part.to).unwrap_or_default()
}

/// Names and values of a line that has an [`Outline`].
#[derive(Clone, Debug)]
pub struct Fields<'a> {
    scan: Scan<'a>,
}

impl<'a> Iterator for Fields<'a> {
    type Item = (&'a str, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        let Scan { text, .. } = self.scan;
        if !self.scan.eat(",") {
            return None;
        }
        let name = self.scan.string().ok()?;
        self.scan.expect(":").ok()?;
        let from = self.scan.at;
        self.scan.value(1).ok()?;
        Some((cut(text, name), text.get(from..self.scan.at)?))
    }
}

/// Reads on in a text from a place.
#[derive(Clone, Debug)]
struct Scan<'a> {
    text: &'a str,
    at: usize,
}

impl Scan<'_> {
    fn line(&mut self) -> Result<Outline, String> {
        self.expect("{\"n\":")?;
        let n = self.count()?;
        self.expect(",\"t\":")?;
        let t = self.time()?;
        let local = if self.eat(",\"local\":") { Some(self.time()?) } else { None };
        if local == Some(t) {
            return Err(self.expected("no `local` where it is the same as `t`"));
        }
        let node = if self.eat(",\"node\":") { Some(self.string()?) } else { None };
        let task = if self.eat(",\"task\":") { Some(self.task()?) } else { None };
        let cause = if self.eat(",\"cause\":") { Some(self.count()?) } else { None };
        let also = if self.eat(",\"also\":[") { self.numbers()? } else { Part::default() };
        self.expect(",\"kind\":")?;
        let kind = self.string()?;
        while self.eat(",") {
            let name = self.string()?;
            let name = cut(self.text, name);
            if LINE_FIELDS.contains(&name) {
                return Err(self.expected(format_args!("`{name}` before the kind, once")));
            }
            self.expect(":")?;
            self.value(1)?;
        }
        self.expect("}")?;
        if self.at < self.text.len() {
            return Err(self.expected("the end of the line"));
        }
        Ok(Outline { n, t, local: local.unwrap_or(t), task, cause, node, also, kind })
    }

    fn rest(&self) -> &[u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }

    fn eat(&mut self, word: &str) -> bool {
        let there = self.rest().starts_with(word.as_bytes());
        if there {
            self.at += word.len();
        }
        there
    }

    fn expect(&mut self, word: &str) -> Result<(), String> {
        if self.eat(word) { Ok(()) } else { Err(self.expected(format_args!("`{word}`"))) }
    }

    fn expected(&self, what: impl Display) -> String {
        format!("not canonical: column {} should be {what}", self.at + 1)
    }

    /// A value below so many lists and objects.
    fn value(&mut self, depth: u32) -> Result<(), String> {
        match self.rest().first() {
            Some(b'"') => self.string().map(|_| ()),
            Some(b'[' | b'{') if depth >= DEPTH_MAX => {
                Err(self.expected(format_args!("no deeper than {DEPTH_MAX} lists and objects")))
            }
            Some(b'[') => self.items("]", |scan| scan.value(depth + 1)),
            Some(b'{') => self.items("}", |scan| {
                scan.string()?;
                scan.expect(":")?;
                scan.value(depth + 1)
            }),
            _ => self.int().map(|_| ()),
        }
    }

    /// Items between the bracket that stands here and its partner.
    fn items(
        &mut self,
        close: &str,
        item: impl Fn(&mut Self) -> Result<(), String>,
    ) -> Result<(), String> {
        self.at += 1;
        if self.eat(close) {
            return Ok(());
        }
        loop {
            item(self)?;
            if self.eat(close) {
                return Ok(());
            }
            self.expect(",")?;
        }
    }

    /// The numbers of a list of which the first bracket is read; at least one.
    fn numbers(&mut self) -> Result<Part, String> {
        let from = self.at;
        loop {
            self.count()?;
            let to = self.at;
            if self.eat("]") {
                return Ok(Part { from, to });
            }
            self.expect(",")?;
        }
    }

    fn count(&mut self) -> Result<u64, String> {
        let number = self.int()?;
        u64::try_from(number).map_err(|_| self.expected("a number, zero or more"))
    }

    fn task(&mut self) -> Result<u32, String> {
        let number = self.int()?;
        u32::try_from(number).map_err(|_| self.expected("a task number below 2^32"))
    }

    /// A whole number of 64 bits: no zero before another digit, no minus before a zero.
    fn int(&mut self) -> Result<i64, String> {
        let rest = self.rest();
        let minus = usize::from(rest.first() == Some(&b'-'));
        let digits = rest.iter().skip(minus).take_while(|byte| byte.is_ascii_digit()).count();
        let first = rest.get(minus);
        let plain = digits > 0 && (first != Some(&b'0') || digits + minus == 1);
        let number = self.text.get(self.at..self.at + minus + digits).filter(|_| plain);
        let number = number.and_then(|text| text.parse().ok());
        let number =
            number.ok_or_else(|| self.expected("a whole number of 64 bits or a string"))?;
        self.at += minus + digits;
        Ok(number)
    }

    fn time(&mut self) -> Result<i64, String> {
        let part = self.string()?;
        let time = cut(self.text, part).parse::<Timestamp>().ok();
        time.and_then(Timestamp::to_nanoseconds)
            .ok_or_else(|| self.expected("a time such as 2026-03-02T09:00:00.5Z"))
    }

    /// A string with its quotes; the part is what stands between them.
    fn string(&mut self) -> Result<Part, String> {
        if !self.eat("\"") {
            return Err(self.expected("a string"));
        }
        let from = self.at;
        loop {
            self.at += plain(self.rest());
            match self.rest() {
                [b'"', ..] => {
                    self.at += 1;
                    return Ok(Part { from, to: self.at - 1 });
                }
                [b'\\', ..] => self.escape()?,
                _ => return Err(self.expected("the end of the string")),
            }
        }
    }

    /// The shortest escape of a character that needs one.
    fn escape(&mut self) -> Result<(), String> {
        let length = match self.rest() {
            [_, b'"' | b'\\' | b'b' | b't' | b'n' | b'f' | b'r', ..] => 2,
            [_, b'u', b'0', b'0', b'0', b'0'..=b'7' | b'b' | b'e' | b'f', ..] => 6,
            [_, b'u', b'0', b'0', b'1', b'0'..=b'9' | b'a'..=b'f', ..] => 6,
            _ => return Err(self.expected("the shortest escape of a character that needs one")),
        };
        self.at += length;
        Ok(())
    }
}

/// How many bytes there are before the first that needs an escape, or before the end.
#[inline(always)]
fn plain(bytes: &[u8]) -> usize {
    let (eights, _) = bytes.as_chunks::<8>();
    for (at, eight) in eights.iter().enumerate() {
        if let Some(first) = first_escape(*eight) {
            return 8 * at + first;
        }
    }
    let at = 8 * eights.len();
    let left = bytes.get(at..).unwrap_or_default();
    at + left.iter().take_while(|byte| !needs_escape(**byte)).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::Line;
    use proptest::prelude::*;

    const FULL: &str = concat!(
        r#"{"n":9,"t":"2026-03-02T09:00:00Z","local":"2026-03-02T08:59:59.5Z","node":"CICSPRD1","#,
        r#""task":42,"cause":8,"also":[2,5],"kind":"exec.end","command":"A \"B\"\n\u001f é","#,
        r#""resp":-70,"outputs":{"x":[1,[],{}],"y":"z"}}"#,
    );

    #[test]
    fn every_part_is_found() {
        let outline = Outline::of(FULL).unwrap();
        let line = Line::parse(FULL).unwrap();
        assert_eq!((outline.n, outline.t, Some(outline.local)), (line.n, line.t, line.local));
        assert_eq!((outline.task, outline.cause), (Some(42), Some(8)));
        assert_eq!((outline.node(FULL), outline.kind(FULL)), (Some("CICSPRD1"), "exec.end"));
        assert_eq!(outline.also(FULL).collect::<Vec<_>>(), [2, 5]);
        let fields: Vec<_> = outline.fields(FULL).collect();
        assert_eq!(fields[1], ("resp", "-70"));
        assert_eq!(fields[2], ("outputs", r#"{"x":[1,[],{}],"y":"z"}"#));
        assert_eq!(fields.len(), 3);
    }

    #[test]
    fn depth_has_the_same_limit_for_both() {
        for depth in [1, 125, 126, 127, 128, 10_000] {
            for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
                let value = format!("{}1{}", open.repeat(depth), close.repeat(depth));
                let text = format!(
                    "{{\"n\":1,\"t\":\"1970-01-01T00:00:00Z\",\"kind\":\"a\",\"b\":{value}}}"
                );
                assert_eq!(Outline::of(&text).is_ok(), depth < 127, "{depth}");
                assert_eq!(Line::parse(&text).is_ok(), depth < 127, "{depth}");
            }
        }
    }

    #[test]
    fn every_character_is_escaped_in_one_way_only() {
        for code in 0..0x80_u32 {
            let plain = char::from_u32(code).unwrap().to_string();
            let forms = [plain, format!("\\u{code:04x}"), format!("\\u{code:04X}")];
            let short = "btnfr\"\\/".chars().map(|letter| format!("\\{letter}"));
            for form in forms.into_iter().chain(short) {
                let text = format!(
                    "{{\"n\":1,\"t\":\"1970-01-01T00:00:00Z\",\"kind\":\"k\",\"f\":\"{form}\"}}"
                );
                assert_eq!(Outline::of(&text).is_ok(), Line::parse(&text).is_ok(), "{text}");
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4000))]

        #[test]
        fn whatever_stands_in_a_line_both_judge_alike(
            at in 0..FULL.len(),
            length in 0..6_usize,
            text in "[{}\\[\\]\",:0-9antu\\\\.eE+-]{0,8}|\\PC{0,4}|[\\x00-\\x20]",
        ) {
            let (at, to) = (FULL.floor_char_boundary(at), FULL.ceil_char_boundary((at + length).min(FULL.len())));
            let changed = format!("{}{text}{}", &FULL[..at], &FULL[to..]);
            prop_assert_eq!(Outline::of(&changed).is_ok(), Line::parse(&changed).is_ok(), "{}", changed);
        }
    }
}
