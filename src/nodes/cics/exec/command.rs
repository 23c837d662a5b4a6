//! A command that was parsed: what the interpreter of a program works on.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::areas::{Areas, StorageRef, trimmed};
use super::table::{CommandSpec, Data, Kind};
use super::words::{Cvda, Opt, Verb};
use crate::nodes::complaint::Span;
use crate::protocol::charset;

/// The argument of an option.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Arg {
    /// A declared data area or a field of the EXEC interface block, by upper-case name.
    Variable(String),
    /// Bytes of a literal; text is in code page 037.
    Bytes(Vec<u8>),
    /// A number.
    Number(i64),
    /// A CVDA value.
    Cvda(Cvda),
}

/// An option as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Given {
    pub(super) span: Span,
    pub(super) arg: Option<Arg>,
}

/// A correct command.
///
/// Its options are those of the table, its arguments suit them and the declarations that it was
/// parsed against. The accessors read through variables: they answer what CICS would be given at
/// that moment. An option that was not written answers nothing.
#[derive(Clone, Debug)]
pub struct Command {
    pub(super) spec: &'static CommandSpec,
    pub(super) options: BTreeMap<Opt, Given>,
    pub(super) text: String,
    pub(super) name: Span,
}

impl PartialEq for Command {
    fn eq(&self, other: &Command) -> bool {
        self.text == other.text && self.options == other.options && self.verb() == other.verb()
    }
}

impl Eq for Command {}

impl Command {
    /// Which command it is.
    pub fn verb(&self) -> Verb {
        self.spec.verb
    }

    /// Its entry in the table.
    pub fn spec(&self) -> &'static CommandSpec {
        self.spec
    }

    /// The text as its author wrote it.
    pub fn text_as_written(&self) -> &str {
        &self.text
    }

    /// Where the name of the command stands in the text.
    pub fn name_span(&self) -> Span {
        self.name
    }

    /// Every option in a fixed order, with its argument.
    pub fn options(&self) -> impl Iterator<Item = (Opt, Option<&Arg>)> {
        self.options.iter().map(|(opt, given)| (*opt, given.arg.as_ref()))
    }

    /// Whether an option was written.
    pub fn has(&self, opt: Opt) -> bool {
        self.options.contains_key(&opt)
    }

    /// Where an option stands in the text, with its argument.
    pub fn span(&self, opt: Opt) -> Option<Span> {
        self.options.get(&opt).map(|given| given.span)
    }

    /// The argument of an option as it was written.
    pub fn arg(&self, opt: Opt) -> Option<&Arg> {
        self.options.get(&opt)?.arg.as_ref()
    }

    /// The data area that an option names: where a result goes.
    pub fn variable(&self, opt: Opt) -> Option<&str> {
        match self.arg(opt)? {
            Arg::Variable(name) => Some(name),
            Arg::Bytes(_) | Arg::Number(_) | Arg::Cvda(_) => None,
        }
    }

    /// The bytes that an option passes; characters are padded with blanks to the length that the
    /// table gives. Nothing for a pointer: see [`Command::storage`].
    pub fn bytes<'a>(&'a self, opt: Opt, areas: &'a Areas) -> Option<Cow<'a, [u8]>> {
        let bytes = match self.arg(opt)? {
            Arg::Variable(name) => areas.bytes(name)?,
            Arg::Bytes(bytes) => bytes,
            Arg::Number(_) | Arg::Cvda(_) => return None,
        };
        let length = self.width(opt).map_or(bytes.len(), |width| width.max(bytes.len()));
        if length == bytes.len() {
            return Some(Cow::Borrowed(bytes));
        }
        let mut padded = bytes.to_vec();
        padded.resize(length, charset::BLANK);
        Some(Cow::Owned(padded))
    }

    /// The text that an option passes, without the blanks at its end.
    pub fn text(&self, opt: Opt, areas: &Areas) -> Option<String> {
        self.bytes(opt, areas).map(|bytes| trimmed(&bytes))
    }

    /// The storage that a pointer given as data refers to; nothing for a null pointer.
    pub fn storage(&self, opt: Opt, areas: &Areas) -> Option<StorageRef> {
        areas.pointer(self.variable(opt)?)
    }

    /// The number that an option passes. Nothing also for a packed decimal area without valid
    /// digits.
    pub fn number(&self, opt: Opt, areas: &Areas) -> Option<i64> {
        match self.arg(opt)? {
            Arg::Variable(name) => areas.number(name),
            Arg::Number(number) => Some(*number),
            Arg::Bytes(_) | Arg::Cvda(_) => None,
        }
    }

    /// The CVDA value that an option passes, also where the value was written alone: `BASE64` for
    /// `DATATYPE(DFHVALUE(BASE64))`. Nothing if neither was written.
    ///
    /// # Errors
    ///
    /// The number in a variable that is no value of this option: INVREQ at run time.
    pub fn cvda(&self, opt: Opt, areas: &Areas) -> Result<Option<Cvda>, i64> {
        let Some(Kind::Cvda(values)) = self.spec.option(opt).map(|option| option.kind) else {
            return Ok(None);
        };
        match self.arg(opt) {
            Some(Arg::Cvda(value)) => Ok(Some(*value)),
            Some(Arg::Variable(name)) => {
                let number = areas.number(name).unwrap_or_default();
                let value = Cvda::from_number(number).filter(|value| values.contains(value));
                value.map(Some).ok_or(number)
            }
            _ => Ok(values.iter().copied().find(|value| self.has(value.keyword()))),
        }
    }

    fn width(&self, opt: Opt) -> Option<usize> {
        match self.spec.option(opt)?.kind {
            Kind::Value(Data::Char(width))
            | Kind::OptionalValue(Data::Char(width))
            | Kind::Input(Data::Char(width)) => Some(usize::from(width)),
            _ => None,
        }
    }
}
