//! `regionsim schema`.

use std::io::Write;

use clap::builder::PossibleValuesParser;
use clap::{Args, ValueEnum};

use super::forms::FORMS;
use super::{End, Format, Stop, json};
use crate::catalogue::copybook::{self, Language};
use crate::nodes::cics::exec;
use crate::nodes::esm::command as racf;
use crate::scenario::model::{Plex, Scenario};
use crate::scenario::schema::{EXAMPLE, EXAMPLE_PLEX, json_schema, manual};
use crate::trace::kinds;

const ABOUT_SCENARIOS: &str = "A scenario: what happens on a plex, and what must come of it. \
    `regionsim run FILE` runs it.";

const ABOUT_PLEXES: &str = "A plex: the systems, nodes and links of scenarios. A scenario names it \
    in `plex`.";

const ABOUT_COMMANDS: &str = "\
EXEC CICS commands as programs of regions write them: Exec(\"VERIFY TOKEN(&TOKEN) TOKENLEN(&LEN) KERBEROS\").

  &NAME          a data area that the program declares; fields of the EIB need no &: EIBRESP
  'PAY1' X'C1'   literals, where a data-value is asked for; numbers stand as they are
  DFHVALUE(BIT)  a CVDA; its word may also stand alone as an option: BIT

An option gets the data area that it names: `in` is read, `out` is set. Without RESP or NOHANDLE a
condition other than NORMAL abends the task.
";

const ABOUT_RACF: &str = "\
RACF commands as administrators enter them, in `commands` of an `esm` section before the run, or in a
step of a script: (at: \"09:05:00\", system: \"SYSA\", do: Racf(\"ALTUSER ALICE REVOKE\")).

  ALU (ALICE BOB) REV    short names; operands cut as long as no other begins so; lists of users
  NAME('Alice Adams')    values in parentheses; in quotes where they have blanks, a quote doubled
  blanks or commas       stand between operands; a line goes on after a - or + at its end

A class that is RACLISTed answers from its copy in storage: PERMIT, RDEFINE, RALTER and RDELETE work at
SETROPTS RACLIST(class) REFRESH. Users, connections, KERB segments and the realm are read as they are.
RACDCERT works on the certificates, key rings and filters of the plex (DIGTCERT, DIGTRING, DIGTNMAP); ADD reads a
file beside the plex or scenario that says it, PEM with its private key or without, or DER.
Whoever enters the commands may do everything, and SYS1 is his group.
";

/// The word for all forms.
const ALL: &str = "all";

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  regionsim schema scenario\n  regionsim schema plex --format json\n  \
    regionsim schema --copybook cobol\n  regionsim schema --output\n  regionsim schema --output run --format json"
)]
pub(super) struct Schema {
    /// What to describe.
    #[arg(value_enum, default_value_t = Subject::Scenario)]
    subject: Subject,
    /// Describe what a command prints with --format json instead; without a value, list these forms,
    /// or with --format json print the JSON Schemas of all.
    #[arg(long, value_name = "FORM", num_args = 0..=1, default_missing_value = ALL,
        value_parser = PossibleValuesParser::new([ALL].into_iter().chain(FORMS.map(|form| form.name))),
        conflicts_with = "subject")]
    output: Option<String>,
    /// Print the areas of program DFHSAML as a copybook of this language instead.
    #[arg(long, value_enum, value_name = "LANGUAGE", conflicts_with_all = ["subject", "output", "format"])]
    copybook: Option<Copybook>,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Copybook {
    /// DFHSAMLO.
    Cobol,
    /// DFHSAMLP.
    Pli,
    /// DFHSAMLH.
    C,
    /// DFHSAMLD, for the assembler.
    Asm,
}

impl Copybook {
    fn language(self) -> Language {
        match self {
            Copybook::Cobol => Language::Cobol,
            Copybook::Pli => Language::Pli,
            Copybook::C => Language::C,
            Copybook::Asm => Language::Assembler,
        }
    }
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Subject {
    /// Scenario files.
    Scenario,
    /// Plex files.
    Plex,
    /// EXEC CICS commands of programs.
    Commands,
    /// RACF commands of plexes and scripts.
    Racf,
    /// Records of traces.
    Trace,
}

impl Schema {
    pub(super) fn run(&self, out: &mut dyn Write) -> Result<End, Stop> {
        if let Some(copybook) = self.copybook {
            write!(out, "{}", copybook::copybook(copybook.language()))?;
            return Ok(End::Expected);
        }
        if let Some(name) = &self.output {
            return Ok(output(out, name, self.format).map(|()| End::Expected)?);
        }
        match (self.subject, self.format) {
            (Subject::Scenario, Format::Text) => {
                write!(out, "{}", manual::<Scenario>(ABOUT_SCENARIOS, EXAMPLE))?;
            }
            (Subject::Plex, Format::Text) => {
                write!(out, "{}", manual::<Plex>(ABOUT_PLEXES, EXAMPLE_PLEX))?;
            }
            (Subject::Scenario, Format::Json) => {
                writeln!(out, "{:#}", json_schema::<Scenario>())?;
            }
            (Subject::Plex, Format::Json) => writeln!(out, "{:#}", json_schema::<Plex>())?,
            (Subject::Commands, Format::Text) => listed(out, ABOUT_COMMANDS, exec::reference())?,
            (Subject::Commands, Format::Json) => json(out, &exec::reference())?,
            (Subject::Racf, Format::Text) => listed(out, ABOUT_RACF, racf::reference())?,
            (Subject::Racf, Format::Json) => json(out, &racf::reference())?,
            (Subject::Trace, Format::Text) => write!(out, "{}", kinds::reference())?,
            (Subject::Trace, Format::Json) => writeln!(out, "{:#}", kinds::json())?,
        }
        Ok(End::Expected)
    }
}

fn listed<T: std::fmt::Display>(
    out: &mut dyn Write,
    about: &str,
    entries: Vec<T>,
) -> std::io::Result<()> {
    writeln!(out, "{about}")?;
    entries.iter().try_for_each(|entry| writeln!(out, "{entry}"))
}

/// Forms of what is printed: one, or all.
fn output(out: &mut dyn Write, name: &str, format: Format) -> std::io::Result<()> {
    let mut wanted = FORMS.iter().filter(|form| [ALL, form.name].contains(&name));
    match (name, format) {
        (ALL, Format::Text) => wanted.try_for_each(|form| {
            let command = format!("regionsim {} --format json", form.command);
            writeln!(out, "{:<21}  {command}", form.name)
        }),
        (ALL, Format::Json) => {
            let schemas = wanted.map(|form| (form.name.to_owned(), (form.schema)()));
            json(out, &schemas.collect::<serde_json::Map<_, _>>())
        }
        (_, Format::Text) => wanted.try_for_each(|form| write!(out, "{}", (form.reference)())),
        (_, Format::Json) => wanted.try_for_each(|form| json(out, &(form.schema)())),
    }
}
