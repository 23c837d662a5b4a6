//! The commands as a reference for people and programs.

use std::fmt;

use serde::Serialize;

use super::operands::signature;
use super::table::{COMMANDS, CommandSpec, OperandSet, OperandSpec, Takes};

/// One command of the reference.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CommandReference {
    /// Its name: `ALTUSER`.
    pub command: &'static str,
    /// Its short name: `ALU`.
    pub short: &'static str,
    /// What it does.
    pub purpose: &'static str,
    /// What stands before its operands: `(user ID …)`.
    pub positionals: Vec<String>,
    /// Its operands.
    pub operands: Vec<OperandReference>,
    /// Operands of the real command that are not modelled.
    pub unmodelled: Vec<&'static str>,
}

/// One operand of the reference.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OperandReference {
    /// How it is written: `DFLTGRP(group)`.
    pub signature: String,
    /// What it does.
    pub meaning: &'static str,
    /// What stands in its parentheses, where that are operands again.
    pub operands: Vec<OperandReference>,
}

/// Every command with its operands, in the order of names.
pub fn reference() -> Vec<CommandReference> {
    COMMANDS.iter().map(command).collect()
}

fn command(spec: &CommandSpec) -> CommandReference {
    let positional = |what: &str, many| {
        if many { format!("({what} …)") } else { what.to_owned() }
    };
    CommandReference {
        command: spec.name,
        short: spec.short,
        purpose: spec.purpose,
        positionals: spec.positionals.iter().map(|p| positional(p.what, p.many)).collect(),
        operands: operands(&spec.operands),
        unmodelled: spec.operands.unmodelled.split_whitespace().collect(),
    }
}

fn operands(set: &OperandSet) -> Vec<OperandReference> {
    set.modelled.iter().map(operand).collect()
}

fn operand(spec: &OperandSpec) -> OperandReference {
    let inner = match spec.takes {
        Takes::Operands(set) => operands(set),
        _ => Vec::new(),
    };
    OperandReference { signature: signature(spec), meaning: spec.meaning, operands: inner }
}

impl fmt::Display for CommandReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let positionals = self.positionals.iter().map(|text| format!(" {text}"));
        let positionals: String = positionals.collect();
        writeln!(f, "{}{positionals}  (short {})", self.command, self.short)?;
        writeln!(f, "  {}", self.purpose)?;
        for operand in &self.operands {
            operand.write(f, 1)?;
        }
        let unmodelled = self.unmodelled.join(" ");
        if !unmodelled.is_empty() {
            let options = textwrap::Options::new(100).subsequent_indent("      ");
            let text = format!("    not modelled: {unmodelled}");
            writeln!(f, "{}", textwrap::fill(&text, options))?;
        }
        Ok(())
    }
}

impl OperandReference {
    fn write(&self, f: &mut fmt::Formatter<'_>, depth: usize) -> fmt::Result {
        let signature = format!("{}{}", "    ".repeat(depth), self.signature);
        let column = " ".repeat(34);
        let first = format!("{signature:<33} ");
        let options = textwrap::Options::new(100).initial_indent(&first).subsequent_indent(&column);
        writeln!(f, "{}", textwrap::fill(self.meaning, options))?;
        self.operands.iter().try_for_each(|operand| operand.write(f, depth + 1))
    }
}
