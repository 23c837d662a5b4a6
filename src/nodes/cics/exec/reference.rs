//! The command table as a reference for people and programs.

use std::fmt;

use serde::Serialize;

use super::release::Release;
use super::table::{COMMANDS, CommandSpec, Kind, OptionSpec};

/// One command of the reference.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CommandReference {
    /// Its name: `VERIFY TOKEN`.
    pub command: &'static str,
    /// What it does.
    pub purpose: &'static str,
    /// The first modelled release that has it.
    pub since: Release,
    /// Its options; the last ones are common to all commands.
    pub options: Vec<OptionReference>,
    /// What must or must not stand together, a sentence each.
    pub rules: Vec<String>,
    /// Names of the conditions that it can raise.
    pub conditions: &'static [&'static str],
    /// Options of the real command that are not modelled.
    pub unmodelled: &'static [&'static str],
}

/// One option of the reference.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OptionReference {
    /// How it is written: `ISUSERID(CHAR(8) data-area)`.
    pub signature: String,
    /// `in`, `out`, `in/out`, or nothing for an option without argument.
    pub direction: &'static str,
    /// Whether the command cannot do without it.
    pub required: bool,
    /// The first modelled release that has it.
    pub since: Release,
}

impl fmt::Display for CommandReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}  {}", self.command, self.purpose)?;
        for option in &self.options {
            let required = if option.required { "required" } else { "" };
            let since = if option.since > self.since {
                format!("from {}", option.since)
            } else {
                String::new()
            };
            let line = format!(
                "    {:<44} {:<6} {required:<8} {since}",
                option.signature, option.direction
            );
            writeln!(f, "{}", line.trim_end())?;
        }
        for rule in &self.rules {
            writeln!(f, "    {rule}")?;
        }
        if !self.conditions.is_empty() {
            writeln!(f, "    raises {}", self.conditions.join(", "))?;
        }
        if !self.unmodelled.is_empty() {
            let options = textwrap::Options::new(100).subsequent_indent("      ");
            let text = format!("    not modelled: {}", self.unmodelled.join(" "));
            writeln!(f, "{}", textwrap::fill(&text, options))?;
        }
        Ok(())
    }
}

/// Every command with its options, in the order of names.
pub fn reference() -> Vec<CommandReference> {
    COMMANDS.iter().map(|spec| command(spec)).collect()
}

fn command(spec: &CommandSpec) -> CommandReference {
    CommandReference {
        command: spec.verb.word(),
        purpose: spec.purpose,
        since: spec.since,
        options: spec.all_options().map(|entry| option(spec, entry)).collect(),
        rules: spec.rules.iter().map(ToString::to_string).collect(),
        conditions: spec.conditions,
        unmodelled: spec.unmodelled,
    }
}

fn option(spec: &CommandSpec, option: &OptionSpec) -> OptionReference {
    OptionReference {
        signature: option.signature(),
        direction: match option.kind {
            Kind::Keyword => "",
            Kind::Value(_) | Kind::OptionalValue(_) | Kind::Input(_) | Kind::Cvda(_) => "in",
            Kind::Output(_) | Kind::Pointer => "out",
            Kind::Both(_) => "in/out",
        },
        required: option.required,
        since: option.since.max(spec.since),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reference_shows_what_the_table_says() {
        let commands = reference();
        assert_eq!(commands.len(), COMMANDS.len());
        let verify = commands.iter().find(|entry| entry.command == "VERIFY TOKEN").unwrap();
        let key = verify
            .options
            .iter()
            .find(|option| option.signature.starts_with("ENCRYPTKEY"))
            .unwrap();
        assert_eq!(key.signature, "ENCRYPTKEY(4-byte data-area)");
        assert_eq!((key.direction, key.required, key.since), ("out", false, Release::V5_4));
        assert_eq!(verify.options.last().unwrap().signature, "NOHANDLE");
        assert!(verify.rules.contains(&"OUTTOKEN and OUTTOKENLEN only together".to_owned()));
        let json = serde_json::to_value(verify).unwrap();
        assert_eq!(json["options"][0]["signature"], "TOKEN(any data-area)");
        assert_eq!(json["since"], "5.2");
    }
}
