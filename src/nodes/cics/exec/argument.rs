//! Whether the argument of an option is what the option takes.

use super::area_type::AreaType;
use super::command::Arg;
use super::declaration::{foreign, unknown_cvda};
use super::declarations::Declarations;
use super::eib;
use super::release::Release;
use super::scan::{Argument, Item, Value};
use super::table::{CommandSpec, Data, Kind, OptionSpec};
use super::words::Cvda;
use crate::nodes::complaint::{Span, SyntaxError, quote};
use crate::protocol::charset;
use crate::scalar::words::nearest;

/// What a command is judged against.
#[derive(Clone, Copy)]
pub(super) struct Context<'a> {
    pub(super) declared: &'a Declarations,
    pub(super) release: Release,
}

/// Judges the argument of an option, or its absence.
///
/// # Errors
///
/// One complaint, or none where the shape of the argument was complained about before.
pub(super) fn argument(
    spec: &CommandSpec,
    option: &OptionSpec,
    item: &Item,
    context: Context<'_>,
) -> Result<Option<Arg>, Option<SyntaxError>> {
    let word = option.opt.word();
    let Some(argument) = &item.argument else {
        return match option.kind {
            Kind::Keyword | Kind::OptionalValue(_) => Ok(None),
            _ => Err(Some(
                SyntaxError::new(item.span, format!("`{word}` needs an argument"))
                    .help(format!("write {}", option.signature())),
            )),
        };
    };
    let judge = Judge { spec, option, context, span: argument.span };
    match (&argument.value, option.kind) {
        (Value::Bad, _) => Err(None),
        (_, Kind::Keyword) => Err(Some(judge.error(format!("`{word}` takes no argument")))),
        (Value::Nothing, _) => {
            Err(Some(judge.wanted(format!("the argument of `{word}` is empty"))))
        }
        _ => judge.value(argument).map(Some).map_err(Some),
    }
}

struct Judge<'a> {
    spec: &'a CommandSpec,
    option: &'a OptionSpec,
    context: Context<'a>,
    span: Span,
}

/// What CICS does with an area.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Access {
    Read,
    Write,
    ReadWrite,
}

impl Judge<'_> {
    fn error(&self, message: impl Into<String>) -> SyntaxError {
        SyntaxError::new(self.span, message)
    }

    /// An error with the signature of the option as help.
    fn wanted(&self, message: impl Into<String>) -> SyntaxError {
        self.error(message).help(format!("write {}", self.option.signature()))
    }

    fn value(&self, argument: &Argument) -> Result<Arg, SyntaxError> {
        match &argument.value {
            Value::Variable(name) => self.variable(name),
            Value::Word(word) => self.word(word),
            Value::Cvda(word, span) => self.cvda(word, *span),
            Value::Text(text) => {
                let bytes = charset::encode(text).map_err(|c| foreign(self.span, c))?;
                self.literal(bytes)
            }
            Value::Hex(bytes) => self.literal(bytes.clone()),
            Value::Number(number) => self.number(*number),
            Value::Nothing | Value::Bad => Err(self.wanted("an argument is missing")),
        }
    }

    fn variable(&self, name: &str) -> Result<Arg, SyntaxError> {
        if eib::field(name).is_some() {
            let help = format!("write {name}");
            return Err(self.error(format!("`{name}` is written without an ampersand")).help(help));
        }
        let Some(area_type) = self.context.declared.area_type(name) else {
            return Err(self.undeclared(name));
        };
        self.area(name, area_type)
    }

    fn undeclared(&self, name: &str) -> SyntaxError {
        let error = self.error(format!("the data area {} is not declared", quote(name)));
        let names = || self.context.declared.iter().map(|(name, _)| name);
        match nearest(name, names()) {
            Some(near) => error.help(format!("did you mean `&{near}`?")),
            None => error.help("declare it among the areas of the program"),
        }
    }

    /// A bare word: a field of the EXEC interface block, or a slip that can be named.
    fn word(&self, word: &str) -> Result<Arg, SyntaxError> {
        if let Some(area_type) = eib::field(word) {
            if self.writes() {
                return Err(self.error(format!("`{word}` is read-only: only CICS sets it")));
            }
            return self.area(word, area_type);
        }
        let error = self.error(format!("{} is not an argument", quote(word)));
        if let Kind::Cvda(_) = self.option.kind
            && Cvda::find(word).is_some()
        {
            return Err(error.help(format!("write DFHVALUE({word})")));
        }
        if self.context.declared.area_type(word).is_some() {
            return Err(error.help(format!("a data area is written with an ampersand: &{word}")));
        }
        if eib::reserved(word)
            && let Some(near) = nearest(word, eib::FIELDS.iter().map(|(name, _)| *name))
        {
            return Err(error.help(format!("did you mean `{near}`?")));
        }
        let takes_text = matches!(
            self.option.kind,
            Kind::Value(Data::Char(_)) | Kind::OptionalValue(Data::Char(_))
        );
        if takes_text && word.len() <= 16 {
            return Err(error.help(format!("write '{word}' for a text, &{word} for a data area")));
        }
        Err(error.help("a data area is written with an ampersand: &NAME"))
    }

    fn writes(&self) -> bool {
        matches!(self.option.kind, Kind::Output(_) | Kind::Both(_) | Kind::Pointer)
    }

    /// Whether an area of this type suits the option.
    fn area(&self, name: &str, area_type: AreaType) -> Result<Arg, SyntaxError> {
        let fits = match self.option.kind {
            Kind::Value(data) | Kind::OptionalValue(data) | Kind::Input(data) => {
                suits(data, area_type, Access::Read)
            }
            Kind::Output(data) => suits(data, area_type, Access::Write),
            Kind::Both(data) => suits(data, area_type, Access::ReadWrite),
            Kind::Pointer => area_type == AreaType::Pointer,
            Kind::Cvda(_) => area_type == AreaType::Fullword,
            Kind::Keyword => false,
        };
        if fits {
            return Ok(Arg::Variable(name.to_owned()));
        }
        let word = self.option.opt.word();
        Err(self.error(format!("`{word}` needs {}, but `{name}` is {area_type}", self.needed())))
    }

    /// The type that an area must have, in words.
    fn needed(&self) -> String {
        match self.option.kind {
            Kind::Value(data) | Kind::OptionalValue(data) | Kind::Input(data) => match data {
                Data::Char(length) => format!("characters, at most {length}"),
                Data::Bytes(length) => format!("exactly {length} bytes"),
                other => other.to_string(),
            },
            Kind::Output(data) | Kind::Both(data) => match data {
                Data::Char(length) => format!("CHAR({length}) or longer"),
                Data::Bytes(length) => format!("{length} bytes or more"),
                Data::Any => "an area that holds data".to_owned(),
                other => other.to_string(),
            },
            Kind::Pointer => AreaType::Pointer.to_string(),
            Kind::Cvda(_) => "DFHVALUE or FULLWORD".to_owned(),
            Kind::Keyword => "no argument".to_owned(),
        }
    }

    /// The data of an option that takes literals.
    fn literals(&self) -> Result<Data, SyntaxError> {
        let word = self.option.opt.word();
        match self.option.kind {
            Kind::Value(data) | Kind::OptionalValue(data) => Ok(data),
            Kind::Input(_) | Kind::Output(_) | Kind::Both(_) => {
                Err(self.wanted(format!("`{word}` needs a data area, not a literal")))
            }
            Kind::Pointer => Err(self.wanted(format!("`{word}` needs a pointer, not a literal"))),
            Kind::Cvda(_) => {
                Err(self.wanted(format!("`{word}` needs a CVDA value, not a literal")))
            }
            Kind::Keyword => Err(self.error(format!("`{word}` takes no argument"))),
        }
    }

    fn literal(&self, bytes: Vec<u8>) -> Result<Arg, SyntaxError> {
        let word = self.option.opt.word();
        let most = match self.literals()? {
            Data::Char(most) | Data::Bytes(most) => usize::from(most),
            Data::Any => usize::MAX,
            Data::Fullword | Data::Halfword | Data::Packed(_) => {
                return Err(self.wanted(format!("`{word}` needs a number")));
            }
        };
        match bytes.len() {
            0 => Err(self.error("a literal cannot be empty")),
            length if length > most => {
                let message =
                    format!("this literal has {length} characters, `{word}` takes at most {most}");
                Err(self.error(message))
            }
            _ => Ok(Arg::Bytes(bytes)),
        }
    }

    fn number(&self, number: i64) -> Result<Arg, SyntaxError> {
        let word = self.option.opt.word();
        let data = self.literals()?;
        let area_type = match data {
            Data::Fullword => AreaType::Fullword,
            Data::Halfword => AreaType::Halfword,
            Data::Packed(length) => AreaType::Packed(length),
            Data::Char(_) => {
                let help = format!("write {word}('{number}')");
                return Err(self.error(format!("`{word}` needs characters")).help(help));
            }
            Data::Bytes(_) | Data::Any => {
                return Err(self.wanted(format!("`{word}` takes no number")));
            }
        };
        if !area_type.holds(number) {
            return Err(self.error(format!("{number} does not fit in {data}")));
        }
        Ok(Arg::Number(number))
    }

    fn cvda(&self, word: &str, at: Span) -> Result<Arg, SyntaxError> {
        let Kind::Cvda(values) = self.option.kind else {
            return Err(self.wanted(format!("`{}` takes no CVDA value", self.option.opt.word())));
        };
        let value = Cvda::find(word).ok_or_else(|| unknown_cvda(word, at))?;
        if !values.contains(&value) {
            let message = format!("`{word}` is not a value of {}", self.option.opt.word());
            return Err(
                SyntaxError::new(at, message).help(format!("write {}", self.option.signature()))
            );
        }
        let since = self.spec.option(value.keyword()).map(|keyword| keyword.since);
        let release = self.context.release;
        match since {
            Some(since) if release < since => {
                let message = format!("`{word}` is not in release {release}: it came with {since}");
                Err(SyntaxError::new(at, message))
            }
            _ => Ok(Arg::Cvda(value)),
        }
    }
}

/// Whether an area of a type can be used for some data.
fn suits(data: Data, area_type: AreaType, access: Access) -> bool {
    match data {
        Data::Char(length) => match area_type {
            AreaType::Char(size) if access == Access::Read => size <= u32::from(length),
            AreaType::Char(size) => size >= u32::from(length),
            _ => false,
        },
        Data::Bytes(_) if area_type == AreaType::Pointer => false,
        Data::Bytes(length) if access == Access::Read => area_type.size() == u32::from(length),
        Data::Bytes(length) => area_type.size() >= u32::from(length),
        Data::Fullword => area_type == AreaType::Fullword,
        Data::Halfword => area_type == AreaType::Halfword,
        Data::Packed(length) => area_type == AreaType::Packed(length),
        Data::Any => access == Access::Read || area_type != AreaType::Pointer,
    }
}
