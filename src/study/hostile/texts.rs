//! Texts that a person types: commands of programs and administrators, changes, questions.

use crate::nodes::cics::exec::{Declarations, Release, Span, SyntaxError, parse};
use crate::nodes::esm::command::{Files, RacfCommand};
use crate::nodes::esm::database::validate::validate;
use crate::nodes::esm::database::{Database, InStorage};
use crate::study::explain::{Answer, explain};

/// Most commands of one text.
const COMMANDS_MAX: usize = 50;

/// Text as an EXEC CICS command of every release, over some data areas.
///
/// # Errors
///
/// It is refused without a reason, or for something that is not in it.
pub fn exec(declared: &Declarations, text: &str) -> Result<(), String> {
    for release in Release::KNOWN {
        match parse(text, declared, release) {
            Ok(command) => {
                for (option, _) in command.options() {
                    let place = command.span(option);
                    if place.is_none_or(|place| text.get(place.start..place.end).is_none()) {
                        return Err(format!("{option:?} is not in {text:?}"));
                    }
                }
            }
            Err(errors) => located(text, &errors)?,
        }
    }
    Ok(())
}

/// Each paragraph of a text as a RACF command, one after the other in a database that begins empty, with
/// files that RACDCERT can read.
///
/// # Errors
///
/// One is refused without a reason, or for something that is not in it; or what they leave would not
/// do as a declaration.
pub fn racf(files: &Files, text: &str) -> Result<(), String> {
    let mut database = Database::default();
    let mut storage = InStorage::load(&database);
    for text in text.split("\n\n").take(COMMANDS_MAX) {
        let command = match RacfCommand::parse(text) {
            Ok(command) => command,
            Err(errors) => {
                located(text, &errors)?;
                continue;
            }
        };
        let effect = command.apply(&mut database, &mut storage, files);
        let outside = |span: Span| text.get(span.start..span.end).is_none();
        if let Some(refusal) = effect.refused.iter().find(|refusal| outside(refusal.span)) {
            return Err(format!("{refusal:?} is not in {text:?}"));
        }
        if command.shown().contains('\n') {
            return Err(format!("{text:?} is shown on several lines"));
        }
    }
    let of_rings = |path: &str| {
        ["certificates", "key_rings", "name_filters"].iter().any(|own| path.starts_with(own))
    };
    match validate(&database).into_iter().find(|finding| of_rings(&finding.path)) {
        Some(finding) => Err(format!("{text:?} leaves {}: {finding}", finding.path)),
        None => Ok(()),
    }
}

fn located(text: &str, errors: &[SyntaxError]) -> Result<(), String> {
    if errors.is_empty() {
        return Err(format!("{text:?} is refused without a reason"));
    }
    let outside = |error: &&SyntaxError| {
        text.get(error.span.start..error.span.end).is_none() || error.message.is_empty()
    };
    match errors.iter().find(outside) {
        Some(error) => Err(format!("{error:?} is not in {text:?}")),
        None => Ok(()),
    }
}

/// Text as a question to `explain`.
///
/// # Errors
///
/// There is no answer in words, or several readings are one.
pub fn question(text: &str) -> Result<(), String> {
    let answer = explain(text);
    match &answer {
        Answer::Ambiguous(readings) if readings.len() < 2 => Err(format!("{text:?} is ambiguous")),
        _ if answer.text(80).trim().is_empty() => Err(format!("nothing is said of {text:?}")),
        _ => Ok(()),
    }
}
