//! What commands print with `--format json`: one form for each, described by the type that is printed.

use serde_json::Value;

use super::check::Checked;
use crate::scenario::schema::{printed_reference, printed_schema};
use crate::study::coverage::Listing;
use crate::study::diff::forms::ComparisonForm;
use crate::study::evidence::saml::SamlAnswer;
use crate::study::evidence::{
    CcacheListing, EvaluatedPassTicket, JudgedAnswer, KeytabListing, MadePassTicket, VerifiedToken,
};
use crate::study::explain::Reply;
use crate::study::flip::Flips;
use crate::study::frequencies::Survey;
use crate::study::inspect::Inspection;
use crate::study::rules::RuleList;
use crate::study::story::Summary;
use crate::study::why::Explanation;

/// One form.
pub(super) struct Form {
    /// The word for it: the command's, joined by hyphens.
    pub(super) name: &'static str,
    /// The command that prints it.
    pub(super) command: &'static str,
    /// The JSON Schema.
    pub(super) schema: fn() -> Value,
    /// The annotated reference.
    pub(super) reference: fn() -> String,
}

macro_rules! forms {
    ($($name:literal: $command:literal => $type:ty,)*) => {
        [$(Form {
            name: $name,
            command: $command,
            schema: printed_schema::<$type>,
            reference: printed_reference::<$type>,
        }),*]
    };
}

/// All forms; of a command with `--format json` the word is its path.
pub(super) const FORMS: [Form; 18] = forms! {
    "run": "run" => Summary,
    "run-seeds": "run --seeds" => Survey,
    "check": "check" => Checked,
    "diff": "diff" => ComparisonForm,
    "coverage": "coverage" => Listing,
    "explain": "explain" => Reply,
    "rules": "rules" => RuleList,
    "why": "why" => Explanation,
    "flip": "flip" => Flips,
    "passticket-generate": "passticket generate" => MadePassTicket,
    "passticket-evaluate": "passticket evaluate" => EvaluatedPassTicket,
    "kerberos-verify": "kerberos verify" => VerifiedToken,
    "kerberos-token-judge": "kerberos token judge" => JudgedAnswer,
    "kerberos-keytab-list": "kerberos keytab list" => KeytabListing,
    "kerberos-ccache-list": "kerberos ccache list" => CcacheListing,
    "saml-validate": "saml validate" => SamlAnswer,
    "saml-issue": "saml issue" => SamlAnswer,
    "inspect": "inspect" => Inspection,
};

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;
    use crate::cli::Arguments;

    /// The paths of all commands that print for programs.
    fn with_format(command: &clap::Command, path: &str, found: &mut Vec<String>) {
        for sub in command.get_subcommands() {
            let own = format!("{path}{}", sub.get_name());
            if sub.get_arguments().any(|argument| argument.get_id() == "format") {
                found.push(own.clone());
            }
            with_format(sub, &format!("{own}-"), found);
        }
    }

    #[test]
    fn every_command_that_prints_for_programs_has_a_form() {
        let mut found = Vec::new();
        with_format(&Arguments::command(), "", &mut found);
        // What `schema --format json` prints is a schema itself.
        let mut named = vec!["schema".to_owned()];
        named.extend(FORMS.iter().map(|form| form.name.to_owned()));
        // The same command under many seeds.
        named.retain(|name| name != "run-seeds");
        found.sort();
        named.sort();
        assert_eq!(found, named);
        assert!(
            FORMS
                .iter()
                .all(|form| form.command.replace([' ', '-'], "") == form.name.replace('-', ""))
        );
    }
}
