//! The shape of a command: words, each with an argument or without. What they mean is judged later.

use crate::nodes::complaint::{Span, SyntaxError, quote};

/// Longest text of one command or declaration, in bytes. Real commands stay far below; the limit
/// bounds the work that a hostile file can ask for.
pub(super) const MAX_TEXT: usize = 8192;

/// A word and its argument.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Item {
    /// The word in upper case.
    pub(super) word: String,
    /// Where the word stands.
    pub(super) span: Span,
    /// The word with its parentheses.
    pub(super) whole: Span,
    /// What stands in parentheses after it.
    pub(super) argument: Option<Argument>,
}

/// What stands in parentheses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Argument {
    /// Where the value stands, or the parentheses if there is none.
    pub(super) span: Span,
    /// The value.
    pub(super) value: Value,
}

/// A value as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    /// Nothing between the parentheses.
    Nothing,
    /// `&NAME`, in upper case without the ampersand.
    Variable(String),
    /// `'text'`, with doubled quotes made single.
    Text(String),
    /// `X'C1C2'`.
    Hex(Vec<u8>),
    /// A decimal number.
    Number(i64),
    /// `DFHVALUE(WORD)`: the word in upper case and where it stands.
    Cvda(String, Span),
    /// Some other word, in upper case.
    Word(String),
    /// Something wrong that has been reported already.
    Bad,
}

/// Reads a text into its items, with every complaint about their shape.
pub(super) fn scan(text: &str) -> (Vec<Item>, Vec<SyntaxError>) {
    let mut scanner = Scanner { text, at: 0, errors: Vec::new() };
    if text.len() > MAX_TEXT {
        let message = format!("the text is longer than {MAX_TEXT} bytes");
        scanner.complain(Span::new(0, text.len()), message);
        return (Vec::new(), scanner.errors);
    }
    let mut items = Vec::new();
    while let Some(next) = scanner.peek_after_blanks() {
        match next {
            next if starts_word(next) => items.push(scanner.item()),
            '(' => scanner.argument_without_word(),
            ')' => scanner.stray_close(),
            _ => scanner.unexpected(),
        }
    }
    (items, scanner.errors)
}

fn starts_word(character: char) -> bool {
    character.is_ascii_alphabetic()
}

fn in_word(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '-' | '_')
}

struct Scanner<'t> {
    text: &'t str,
    at: usize,
    errors: Vec<SyntaxError>,
}

impl<'t> Scanner<'t> {
    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn peek_after_blanks(&mut self) -> Option<char> {
        self.take_while(char::is_whitespace);
        self.peek()
    }

    fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> (&'t str, Span) {
        let rest = self.rest();
        let length = rest.find(|character| !wanted(character)).unwrap_or(rest.len());
        let span = Span::new(self.at, self.at + length);
        self.at = span.end;
        (rest.get(..length).unwrap_or_default(), span)
    }

    /// Takes the one character `wanted` if it is next.
    fn take(&mut self, wanted: char) -> bool {
        let next = self.peek() == Some(wanted);
        if next {
            self.at += wanted.len_utf8();
        }
        next
    }

    fn complain(&mut self, span: Span, message: impl Into<String>) {
        self.errors.push(SyntaxError::new(span, message));
    }

    fn complain_with(&mut self, span: Span, message: impl Into<String>, help: impl Into<String>) {
        self.errors.push(SyntaxError::new(span, message).help(help));
    }

    fn word(&mut self) -> (String, Span) {
        let (word, span) = self.take_while(in_word);
        (word.to_ascii_uppercase(), span)
    }

    fn item(&mut self) -> Item {
        let (word, span) = self.word();
        let argument = if self.peek_after_blanks() == Some('(') {
            let open = self.at;
            self.at += 1;
            Some(self.argument(open, &word))
        } else {
            None
        };
        let whole = if argument.is_some() { Span::new(span.start, self.at) } else { span };
        Item { word, span, whole, argument }
    }

    /// Reads a value and its closing parenthesis. A missing one is taken as standing before the
    /// next word, so that one slip does not spoil the rest of the command.
    fn argument(&mut self, open: usize, word: &str) -> Argument {
        self.take_while(char::is_whitespace);
        let start = self.at;
        let mut value = self.value();
        let span = Span::new(start, self.at);
        match self.peek_after_blanks() {
            Some(')') => {
                self.at += 1;
                if value == Value::Nothing {
                    return Argument { span: Span::new(open, self.at), value };
                }
            }
            None if value == Value::Bad => {}
            Some(next) if next != '(' && (starts_word(next) || value == Value::Bad) => {
                if value != Value::Bad {
                    self.unclosed(open, word);
                }
            }
            None => {
                self.unclosed(open, word);
                if value == Value::Nothing {
                    value = Value::Bad;
                }
            }
            Some(_) => self.after_value(word),
        }
        Argument { span, value }
    }

    fn unclosed(&mut self, open: usize, word: &str) {
        let message = format!("the parenthesis after {} is not closed", quote(word));
        self.complain(Span::new(open, open + 1), message);
    }

    /// Complains about what stands where the closing parenthesis should, and skips to after it.
    fn after_value(&mut self, word: &str) {
        let start = self.at;
        let mut depth = 0_usize;
        while let Some(next) = self.peek() {
            match next {
                '(' => depth += 1,
                ')' if depth == 0 => break,
                ')' => depth -= 1,
                _ => {}
            }
            self.at += next.len_utf8();
        }
        let message = format!("the argument of {} should end here", quote(word));
        self.complain(Span::new(start, self.at), message);
        self.take(')');
    }

    fn argument_without_word(&mut self) {
        let open = self.at;
        self.at += 1;
        self.complain(Span::new(open, open + 1), "an option is missing before this parenthesis");
        self.argument(open, "(");
    }

    fn stray_close(&mut self) {
        let span = Span::new(self.at, self.at + 1);
        self.at += 1;
        self.complain(span, "this closing parenthesis was never opened");
    }

    fn unexpected(&mut self) {
        let (run, span) = self.take_while(|c| !c.is_whitespace() && !matches!(c, '(' | ')'));
        let error = SyntaxError::new(span, format!("{} is not an option", quote(run)));
        self.errors.push(error.help("arguments stand in parentheses after their option"));
    }

    fn value(&mut self) -> Value {
        match self.peek() {
            None | Some(')') => Value::Nothing,
            Some('&') => self.variable(),
            Some('\'') => self.literal().map_or(Value::Bad, |(text, _)| Value::Text(text)),
            Some(next) if next.is_ascii_digit() || matches!(next, '+' | '-') => self.number(),
            Some('x' | 'X') if self.rest().chars().nth(1) == Some('\'') => self.hex(),
            Some(next) if starts_word(next) => self.word_value(),
            Some(_) => self.no_value(),
        }
    }

    fn variable(&mut self) -> Value {
        let start = self.at;
        self.at += 1;
        let (name, span) = self.word();
        if name.is_empty() {
            self.complain(Span::new(start, span.end), "a name must follow the ampersand");
            return Value::Bad;
        }
        Value::Variable(name)
    }

    /// Reads a quoted literal; two quotes in it stand for one.
    fn literal(&mut self) -> Option<(String, Span)> {
        let start = self.at;
        self.at += 1;
        let mut text = String::new();
        loop {
            text.push_str(self.take_while(|character| character != '\'').0);
            if !self.take('\'') {
                let message = "this literal has no closing quote";
                self.complain_with(
                    Span::new(start, self.at),
                    message,
                    "a quote inside a literal is doubled",
                );
                return None;
            }
            if !self.take('\'') {
                return Some((text, Span::new(start, self.at)));
            }
            text.push('\'');
        }
    }

    fn hex(&mut self) -> Value {
        let start = self.at;
        self.at += 1;
        let Some((digits, span)) = self.literal() else { return Value::Bad };
        let bytes = hex_bytes(&digits);
        let Some(bytes) = bytes else {
            let message = "a hexadecimal literal needs an even number of digits 0-9 and A-F";
            self.complain(Span::new(start, span.end), message);
            return Value::Bad;
        };
        Value::Hex(bytes)
    }

    fn number(&mut self) -> Value {
        let (digits, span) = self.take_while(|c| in_word(c) || matches!(c, '+' | '.' | ','));
        digits.parse().map_or_else(
            |_| {
                let message = format!("{} is not a whole decimal number", quote(digits));
                self.complain(span, message);
                Value::Bad
            },
            Value::Number,
        )
    }

    fn word_value(&mut self) -> Value {
        let (word, span) = self.word();
        match word.as_str() {
            "DFHVALUE" => self.dfhvalue(span),
            "LENGTH" if self.peek_after_blanks().is_some_and(starts_word) => self.length_of(span),
            _ => Value::Word(word),
        }
    }

    fn dfhvalue(&mut self, start: Span) -> Value {
        self.take_while(char::is_whitespace);
        let opened = self.take('(');
        self.take_while(char::is_whitespace);
        let (word, span) = self.word();
        self.take_while(char::is_whitespace);
        let closed = opened && self.take(')');
        if closed && !word.is_empty() {
            return Value::Cvda(word, span);
        }
        self.complain_with(start, "DFHVALUE needs one name", "as in DFHVALUE(BASE64)");
        Value::Bad
    }

    fn length_of(&mut self, start: Span) -> Value {
        let (_, last) = self.take_while(|character| character != ')');
        let message = "LENGTH OF is not supported";
        self.complain_with(start.to(last), message, "write the length as a number");
        Value::Bad
    }

    fn no_value(&mut self) -> Value {
        let (run, span) = self.take_while(|c| !c.is_whitespace() && !matches!(c, '(' | ')'));
        let help = "an argument is &NAME, 'text', X'00FF', a number or DFHVALUE(NAME)";
        let message = if run.is_empty() {
            "an argument is missing here".to_owned()
        } else {
            format!("{} is not an argument", quote(run))
        };
        self.complain_with(span, message, help);
        Value::Bad
    }
}

fn hex_bytes(digits: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|value| u8::try_from(value).ok());
    let (pairs, []) = digits.as_bytes().as_chunks::<2>() else { return None };
    if pairs.is_empty() {
        return None;
    }
    pairs.iter().map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?)).collect()
}
