//! The translator: from the text of a command to a [`Command`], or to every complaint about it.

use std::collections::{BTreeMap, BTreeSet};

use super::argument::{Context, argument};
use super::command::{Command, Given};
use super::declarations::Declarations;
use super::release::Release;
use super::scan::{Item, scan};
use super::table::{COMMANDS, CommandSpec, OptionSpec, Rule, UNMODELLED, list};
use super::words::Opt;
use crate::nodes::complaint::{Span, SyntaxError, quote};
use crate::scalar::words::nearest;

/// Parses one command for a region of a release.
///
/// `EXEC CICS` before the command and `END-EXEC` after it may be written. Words may be in any case,
/// options in any order.
///
/// # Errors
///
/// Every complaint about the text, in the order of their places. All are its author's to mend.
pub fn parse(
    text: &str,
    declared: &Declarations,
    release: Release,
) -> Result<Command, Vec<SyntaxError>> {
    let (items, mut errors) = scan(text);
    let shape_is_good = errors.is_empty();
    let command = match body(text, &items) {
        Ok(Some(items)) => translate(text, items, Context { declared, release }, &mut errors),
        // Complaints about the shape explain why nothing is left.
        Ok(None) if !shape_is_good => None,
        Ok(None) => {
            let error = SyntaxError::new(Span::new(0, text.len()), "a command is missing");
            errors.push(error.help(all_commands()));
            None
        }
        Err(error) => {
            errors.push(error);
            None
        }
    };
    errors.sort_by_key(|error| error.span);
    match command {
        Some(command) if errors.is_empty() => Ok(command),
        _ => Err(errors),
    }
}

/// The items between `EXEC CICS` and `END-EXEC`; none if nothing is left.
fn body<'i>(text: &str, items: &'i [Item]) -> Result<Option<&'i [Item]>, SyntaxError> {
    let is = |item: &Item, word: &str| item.word == word && item.argument.is_none();
    let items = match items {
        [exec, cics, rest @ ..] if is(exec, "EXEC") && is(cics, "CICS") => rest,
        [exec, rest @ ..] if is(exec, "EXEC") => {
            let end = rest.first().map_or(text.len(), |item| item.span.end);
            let message = "only EXEC CICS commands can be written";
            return Err(SyntaxError::new(Span::new(exec.span.start, end), message));
        }
        items => items,
    };
    let items = match items {
        [rest @ .., last] if is(last, "END-EXEC") => rest,
        items => items,
    };
    Ok((!items.is_empty()).then_some(items))
}

fn translate(
    text: &str,
    items: &[Item],
    context: Context<'_>,
    errors: &mut Vec<SyntaxError>,
) -> Option<Command> {
    let (first, rest) = items.split_first()?;
    let spec = match identify(first, rest) {
        Ok(spec) => spec,
        Err(error) => {
            errors.push(error);
            return None;
        }
    };
    let name = name_span(spec, first, rest);
    let mut translator = Translator {
        spec,
        context,
        name,
        options: BTreeMap::new(),
        meant: BTreeSet::new(),
        errors,
    };
    translator.command(first);
    for item in rest {
        translator.option(item);
    }
    translator.required();
    for rule in spec.rules {
        translator.rule(rule);
    }
    let options = translator.options;
    Some(Command { spec, options, text: text.to_owned(), name })
}

/// Finds the entry of a command by its verb and, where verbs are shared, its object.
fn identify(first: &Item, rest: &[Item]) -> Result<&'static CommandSpec, SyntaxError> {
    let same_verb = || COMMANDS.iter().copied().filter(|spec| spec.verb.first() == first.word);
    let has = |object: &str| rest.iter().any(|item| item.word == object);
    let objects = |spec: &CommandSpec| spec.verb.object().is_none_or(|opt| has(opt.word()));
    // SIGNON is a command, and SIGNON TOKEN another one: the longer name first.
    let named = same_verb().filter(|spec| objects(spec));
    if let Some(spec) = named.max_by_key(|spec| spec.verb.object().is_some()) {
        return Ok(spec);
    }
    let unmodelled = UNMODELLED.iter().find(|name| match name.split_once(' ') {
        Some((verb, object)) => verb == first.word && has(object),
        None => **name == first.word,
    });
    if let Some(name) = unmodelled {
        let message = format!("the command `{name}` is not modelled");
        return Err(SyntaxError::new(first.span, message).help(all_commands()));
    }
    Err(unknown_command(first, rest))
}

fn unknown_command(first: &Item, rest: &[Item]) -> SyntaxError {
    let full = rest.first().map(|second| format!("{} {}", first.word, second.word));
    let names = || COMMANDS.iter().map(|spec| spec.verb.word());
    let verbs = || names().filter(|name| !name.contains(' '));
    let near = match &full {
        Some(full) => nearest(full, names().filter(|name| name.contains(' '))),
        None => None,
    };
    let near = near.or_else(|| nearest(&first.word, verbs())).or_else(|| {
        let verb = nearest(&first.word, COMMANDS.iter().map(|spec| spec.verb.first()))?;
        COMMANDS.iter().find(|spec| spec.verb.first() == verb).map(|spec| spec.verb.word())
    });
    let two_words = near.is_none_or(|near| near.contains(' '));
    let (name, span) = match (full, rest.first()) {
        (Some(full), Some(second)) if two_words => (full, first.span.to(second.span)),
        _ => (first.word.clone(), first.span),
    };
    let error = SyntaxError::new(span, format!("{} is not a command", quote(&name)));
    match near {
        Some(near) => error.help(format!("did you mean `{near}`?")),
        None => error.help(all_commands()),
    }
}

fn all_commands() -> String {
    let names: Vec<&str> = COMMANDS.iter().map(|spec| spec.verb.word()).collect();
    format!("commands are {}", names.join(", "))
}

/// The verb, with the object if it follows at once.
fn name_span(spec: &CommandSpec, first: &Item, rest: &[Item]) -> Span {
    match (spec.verb.object(), rest.first()) {
        (Some(object), Some(second)) if second.word == object.word() => first.span.to(second.span),
        _ => first.span,
    }
}

struct Translator<'a> {
    spec: &'static CommandSpec,
    context: Context<'a>,
    name: Span,
    options: BTreeMap<Opt, Given>,
    /// Options that a misspelt word was probably meant to be: they are not missing.
    meant: BTreeSet<Opt>,
    errors: &'a mut Vec<SyntaxError>,
}

impl Translator<'_> {
    fn complain(&mut self, span: Span, message: String, help: Option<String>) {
        self.errors.push(SyntaxError { span, message, help });
    }

    /// Checks the verb itself.
    fn command(&mut self, first: &Item) {
        if let Some(argument) = &first.argument {
            let message = format!("`{}` takes no argument", first.word);
            self.complain(argument.span, message, None);
        }
        let (since, release) = (self.spec.since, self.context.release);
        if release < since {
            let message = format!(
                "`{}` is not in release {release}: it came with {since}",
                self.spec.verb.word()
            );
            self.complain(self.name, message, later_release(since));
        }
    }

    fn option(&mut self, item: &Item) {
        let found = Opt::find(&item.word).and_then(|opt| self.spec.option(opt));
        let Some(option) = found else {
            self.unknown_option(item);
            return;
        };
        let repeated = self.options.contains_key(&option.opt);
        if repeated {
            let message = format!("`{}` is given twice", item.word);
            self.complain(item.span, message, None);
        }
        let (since, release) = (option.since, self.context.release);
        if release < since && !repeated {
            let message =
                format!("`{}` is not in release {release}: it came with {since}", item.word);
            self.complain(item.span, message, later_release(since));
        }
        let arg = argument(self.spec, option, item, self.context).unwrap_or_else(|error| {
            self.errors.extend(error);
            None
        });
        self.options.entry(option.opt).or_insert(Given { span: item.whole, arg });
    }

    fn unknown_option(&mut self, item: &Item) {
        let command = self.spec.verb.word();
        let valid = || self.spec.all_options().map(|option| option.opt.word());
        let all = format!("options are {}", valid().collect::<Vec<_>>().join(", "));
        if self.spec.unmodelled.contains(&item.word.as_str()) {
            let message = format!("the option `{}` of {command} is not modelled", item.word);
            self.complain(item.span, message, Some(all));
            return;
        }
        let near = nearest(&item.word, valid());
        self.meant.extend(near.and_then(Opt::find));
        let help = match near {
            Some(near) => format!("did you mean `{near}`? {all}"),
            None => all,
        };
        let message = format!("{} is not an option of {command}", quote(&item.word));
        self.complain(item.span, message, Some(help));
    }

    /// Whether an option is there, or was probably meant to be.
    fn present(&self, opt: Opt) -> bool {
        self.options.contains_key(&opt) || self.meant.contains(&opt)
    }

    fn required(&mut self) {
        let missing: Vec<&OptionSpec> = self
            .spec
            .options
            .iter()
            .filter(|option| option.required && !self.present(option.opt))
            .collect();
        for option in missing {
            let message =
                format!("{} needs the option `{}`", self.spec.verb.word(), option.opt.word());
            self.complain(self.name, message, Some(format!("add {}", option.signature())));
        }
    }

    fn rule(&mut self, rule: &Rule) {
        match rule {
            Rule::AtMostOne(opts) => self.at_most_one(opts),
            Rule::ExactlyOne(opts) => {
                self.at_most_one(opts);
                if !opts.iter().any(|opt| self.present(*opt)) {
                    let command = self.spec.verb.word();
                    let message = format!("{command} needs one of {}", list(opts, "or"));
                    self.complain(self.name, message, None);
                }
            }
            Rule::Together(opts) => {
                for (opt, span) in self.written(opts) {
                    self.needs_all(opt, span, opts);
                }
            }
            Rule::Needs(opt, any) => self.needs_any(*opt, any),
            Rule::Excludes(opt, others) => {
                for (other, _) in self.written(others) {
                    self.at_most_one(&[*opt, other]);
                }
            }
        }
    }

    /// Those of some options that were written, in the order of the text.
    fn written(&self, opts: &[Opt]) -> Vec<(Opt, Span)> {
        let mut written: Vec<(Opt, Span)> = opts
            .iter()
            .filter_map(|opt| self.options.get(opt).map(|given| (*opt, given.span)))
            .collect();
        written.sort_by_key(|(_, span)| *span);
        written
    }

    fn at_most_one(&mut self, opts: &[Opt]) {
        let written = self.written(opts);
        let Some(((first, _), others)) = written.split_first() else { return };
        for (other, span) in others {
            let message = format!("`{}` and `{}` exclude each other", first.word(), other.word());
            self.complain(*span, message, Some("leave one of them out".to_owned()));
        }
    }

    fn needs_all(&mut self, opt: Opt, span: Span, others: &[Opt]) {
        let missing: Vec<Opt> =
            others.iter().copied().filter(|other| !self.present(*other)).collect();
        for other in missing {
            let message = format!("`{}` needs `{}` with it", opt.word(), other.word());
            let help = self.spec.option(other).map(|other| format!("add {}", other.signature()));
            self.errors.push(SyntaxError { span, message, help });
        }
    }

    fn needs_any(&mut self, opt: Opt, any: &[Opt]) {
        let Some(span) = self.options.get(&opt).map(|given| given.span) else { return };
        if any.iter().any(|other| self.present(*other)) {
            return;
        }
        match any {
            [_] => self.needs_all(opt, span, any),
            _ => {
                let message = format!("`{}` needs one of {}", opt.word(), list(any, "or"));
                self.complain(span, message, None);
            }
        }
    }
}

fn later_release(since: Release) -> Option<String> {
    Some(format!("leave it out, or give the region release {since} or later"))
}
