//! `regionsim kerberos keytab`.

use std::io::Write;

use clap::{Args, Subcommand};

use super::{Output, World, owners, principal, read, read_keytab, write_secret};
use crate::cli::{End, Format, Stop, json, tell};
use crate::protocol::kerberos::keytab::{Keytab, KeytabEntry};
use crate::protocol::kerberos::{EncryptionType, Key, KeyTable, Principal, string_to_key};
use crate::scalar::{Hex, Moment};
use crate::scenario::export;
use crate::study::evidence;

#[derive(Debug, Subcommand)]
#[command(after_help = "Example: regionsim kerberos keytab list services.keytab")]
pub(in crate::cli) enum KeytabCommand {
    /// List the entries of a key table, as klist -k does.
    #[command(after_help = "Example: regionsim kerberos keytab list region.keytab")]
    List(List),
    /// Make a key table from a password or a key, or add to one, as ktutil does.
    #[command(after_help = "Examples:\n  \
        regionsim kerberos keytab make -o region.keytab --principal HTTP/host.example@EXAMPLE.COM \
        --password-file secret.txt\n  regionsim kerberos keytab make -o region.keytab --append \
        --principal HTTP/host.example@EXAMPLE.COM --kvno 2 --password-file -")]
    Make(Make),
    /// Write the keys of a scenario's or plex's principals, as they are when it begins.
    #[command(
        after_help = "Other software accepts with them what the scenario's clients send.\n\n\
        Examples:\n  regionsim kerberos keytab export scenarios/dfhxs1402/success.ron -o all.keytab\n  \
        regionsim kerberos keytab export --plex scenarios/plexes/plex1.ron -o region.keytab \
        --principal CICS/prd1.example"
    )]
    Export(Export),
}

#[derive(Debug, Args)]
pub(in crate::cli) struct List {
    /// The key table, - for standard input.
    keytab: String,
    /// Show the keys too: they are secret.
    #[arg(long)]
    keys: bool,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Make {
    #[command(flatten)]
    output: Output,
    /// Add to the key table that is there.
    #[arg(long, conflicts_with = "force")]
    append: bool,
    /// The principal, as NAME@REALM.
    #[arg(long, value_name = "NAME")]
    principal: String,
    #[command(flatten)]
    secret: Secret,
    /// An encryption type, by its name or number (17 to 20), as often as wanted; without it all four
    /// from a password, or the only one that fits a key.
    #[arg(long, value_name = "TYPE")]
    etype: Vec<String>,
    /// The key version number.
    #[arg(long, value_name = "N", default_value_t = 1)]
    kvno: u32,
    /// The salt of a password, where it is not realm and name.
    #[arg(long, value_name = "TEXT", requires = "password_file")]
    salt: Option<String>,
    /// When the entries were written.
    #[arg(long, value_name = "TIME", default_value = "@0", allow_hyphen_values = true)]
    at: Moment,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct Secret {
    /// A file with the principal's password in its first line, - for standard input.
    #[arg(long, value_name = "FILE")]
    password_file: Option<String>,
    /// A file with a key in hexadecimal digits, - for standard input.
    #[arg(long, value_name = "FILE")]
    key_file: Option<String>,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Export {
    #[command(flatten)]
    world: World,
    #[command(flatten)]
    output: Output,
    /// One of the principals, as often as wanted; without it all of them.
    #[arg(long, value_name = "NAME")]
    principal: Vec<String>,
}

impl KeytabCommand {
    pub(super) fn run(&self, out: &mut dyn Write) -> Result<End, Stop> {
        match self {
            KeytabCommand::List(command) => command.run(out),
            KeytabCommand::Make(command) => command.run(),
            KeytabCommand::Export(command) => command.run(),
        }
    }
}

impl List {
    fn run(&self, out: &mut dyn Write) -> Result<End, Stop> {
        let keytab = read_keytab(&self.keytab)?;
        match self.format {
            Format::Text => out.write_all(evidence::keytab(&keytab, self.keys).as_bytes())?,
            Format::Json => json(out, &evidence::KeytabListing::of(&keytab, self.keys))?,
        }
        Ok(End::Expected)
    }
}

impl Make {
    fn run(&self) -> Result<End, Stop> {
        let path = self.output.output.display().to_string();
        let mut keytab = if self.append { read_keytab(&path)? } else { Keytab::default() };
        let principal = principal(&self.principal, None)?;
        let timestamp = u32::try_from(self.at.seconds());
        let timestamp = timestamp.map_err(|_| {
            Stop::Because(format!("--at {}: a key table holds 1970 to 2106", self.at))
        })?;
        let keys = self.keys(&principal)?;
        let count = keys.len();
        for key in keys {
            keytab.entries.push(KeytabEntry::new(principal.clone(), self.kvno, &key, timestamp));
        }
        let bytes = encode(&keytab)?;
        if self.append {
            write_secret(&self.output.output, &bytes)?;
            tell(&format!("{path}: {count} keys of {principal} added"));
            return Ok(End::Expected);
        }
        self.output.write(&bytes, &format!("{count} keys of {principal}"))
    }

    fn keys(&self, principal: &Principal) -> Result<Vec<Key>, Stop> {
        let etypes = self.etype.iter().map(|text| etype(text)).collect::<Result<Vec<_>, _>>()?;
        match (&self.secret.password_file, &self.secret.key_file) {
            (Some(path), _) => {
                let password = first_line(path)?;
                let salt = match &self.salt {
                    Some(salt) => salt.clone().into_bytes(),
                    None => principal.default_salt(),
                };
                let all = EncryptionType::STRONGEST_FIRST.to_vec();
                let etypes = if etypes.is_empty() { all } else { etypes };
                let key = |etype: EncryptionType| {
                    string_to_key(etype, password.as_bytes(), &salt, etype.default_iterations())
                };
                Ok(etypes.into_iter().map(key).collect())
            }
            (None, path) => {
                let path = path.as_deref().unwrap_or_default();
                let told = |why: &str| Stop::Because(format!("{path}: {why}"));
                let digits = first_line(path)?;
                let Hex(bytes) =
                    digits.trim().parse().map_err(|error: crate::scalar::ScalarError| {
                        told(&format!("the key is not in hexadecimal digits: {}", error.reason()))
                    })?;
                let [etype] = etypes.as_slice() else {
                    return Err(told("a key is of one --etype: name it"));
                };
                Ok(vec![Key::new(*etype, &bytes).map_err(|error| told(&error.to_string()))?])
            }
        }
    }
}

impl Export {
    fn run(&self) -> Result<End, Stop> {
        let plan = self.world.plan()?;
        let mut keytab = export::keytab(&plan, &mut KeyTable::new())
            .map_err(|error| Stop::Because(error.to_string()))?;
        let wanted = self.principal.iter().map(|text| principal(text, Some(&keytab)));
        let wanted = wanted.collect::<Result<Vec<_>, _>>()?;
        for principal in &wanted {
            if !keytab.entries.iter().any(|entry| entry.principal == *principal) {
                return Err(Stop::Because(format!("{principal} has no key; {}", owners(&keytab))));
            }
        }
        if !wanted.is_empty() {
            keytab.entries.retain(|entry| wanted.contains(&entry.principal));
        }
        let count = keytab.entries.len();
        self.output.write(&encode(&keytab)?, &format!("{count} keys"))
    }
}

fn encode(keytab: &Keytab) -> Result<Vec<u8>, Stop> {
    keytab.encode().map_err(|error| Stop::Because(error.to_string()))
}

/// The first line of a file, without its end.
fn first_line(path: &str) -> Result<String, Stop> {
    let told = |why: &str| Stop::Because(format!("{path}: {why}"));
    let text = String::from_utf8(read(path)?).map_err(|_| told("it is not UTF-8"))?;
    match text.lines().next().unwrap_or_default() {
        "" => Err(told("its first line is empty")),
        line => Ok(line.to_owned()),
    }
}

/// An encryption type by its name or number.
fn etype(text: &str) -> Result<EncryptionType, Stop> {
    let known = EncryptionType::STRONGEST_FIRST;
    let found = known.into_iter().find(|etype| {
        etype.name().eq_ignore_ascii_case(text) || etype.number().to_string() == text
    });
    found.ok_or_else(|| {
        let help = crate::scalar::words::suggestion(text, known.map(EncryptionType::name));
        Stop::Because(format!("--etype {text}: unknown; {}", help.unwrap_or_default()))
    })
}
