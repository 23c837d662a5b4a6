//! `regionsim kerberos`.

mod ccache;
mod keytab;
mod token;
mod verify;

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use super::{End, Stop, plan, tell, told};
use crate::host::files::{Disk, read_input, write_whole};
use crate::protocol::kerberos::ccache::Ccache;
use crate::protocol::kerberos::keytab::Keytab;
use crate::protocol::kerberos::octets::LONGEST_FILE;
use crate::protocol::kerberos::{KeyTable, Principal};
use crate::scenario::export::{clients, load_plex};
use crate::scenario::plan::Plan;

#[derive(Debug, Subcommand)]
#[command(after_help = "Examples:\n  regionsim kerberos keytab list services.keytab\n  \
    regionsim kerberos verify request.token --keytab services.keytab --at 2026-03-02T09:05:21Z")]
pub(super) enum Kerberos {
    /// Verify tokens that other software made, with the keys of a key table.
    Verify(verify::Verify),
    /// Key tables: list, make, export the keys of a scenario.
    #[command(subcommand)]
    Keytab(keytab::KeytabCommand),
    /// Credential caches: list, export the tickets of a scenario's client.
    #[command(subcommand)]
    Ccache(ccache::CcacheCommand),
    /// Context tokens: export one that a scenario's client made.
    #[command(subcommand)]
    Token(token::TokenCommand),
}

impl Kerberos {
    pub(super) fn run(&self, out: &mut dyn Write) -> Result<End, Stop> {
        match self {
            Kerberos::Verify(command) => command.run(out),
            Kerberos::Keytab(command) => command.run(out),
            Kerberos::Ccache(command) => command.run(out),
            Kerberos::Token(command) => command.run(out),
        }
    }
}

/// Where something secret is written.
#[derive(Debug, Args)]
struct Output {
    /// The file to write. It can be read by its owner alone.
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// Replace the file where there is one.
    #[arg(long)]
    force: bool,
}

impl Output {
    /// Writes secret bytes, and says what they are.
    fn write(&self, bytes: &[u8], what: &str) -> Result<End, Stop> {
        let path = &self.output;
        if !self.force && path.exists() {
            let why = format!("{}: it is there already; --force replaces it", path.display());
            return Err(Stop::Because(why));
        }
        write_secret(path, bytes)?;
        tell(&format!("{}: {what}, for its owner's eyes alone", path.display()));
        Ok(End::Expected)
    }
}

fn write_secret(path: &Path, bytes: &[u8]) -> Result<(), Stop> {
    write_whole(path, true, |file| file.write_all(bytes))
        .map_err(|error| Stop::Because(format!("{}: {error}", path.display())))
}

/// A scenario, or a plex alone.
#[derive(Debug, Args)]
struct World {
    /// The scenario file.
    #[arg(required_unless_present = "plex")]
    scenario: Option<String>,
    /// A plex file, in place of a scenario.
    #[arg(long, value_name = "FILE", conflicts_with = "scenario")]
    plex: Option<String>,
    /// Change a value by its path, as often as wanted.
    #[arg(long, value_name = "PATH=VALUE")]
    set: Vec<String>,
}

impl World {
    fn plan(&self) -> Result<Plan, Stop> {
        match (&self.scenario, &self.plex) {
            (_, Some(plex)) => told(load_plex(&Disk, plex, &self.set)),
            (scenario, None) => plan(scenario.as_deref().unwrap_or_default(), &self.set),
        }
    }
}

/// A client of a scenario that has run.
#[derive(Debug, Args)]
struct Holder {
    /// The scenario file.
    scenario: String,
    /// The client's node; without it the only one.
    #[arg(long, value_name = "NODE")]
    client: Option<String>,
    /// Change a value by its path, as often as wanted.
    #[arg(long, value_name = "PATH=VALUE")]
    set: Vec<String>,
}

impl Holder {
    /// The client with all that it holds at the end of the run.
    fn client(&self) -> Result<crate::nodes::client::Client, Stop> {
        let plan = plan(&self.scenario, &self.set)?;
        let mut held = clients(&plan, &mut KeyTable::new())
            .map_err(|error| Stop::Because(error.to_string()))?;
        let names = held.keys().cloned().collect::<Vec<_>>().join(", ");
        let name = match &self.client {
            Some(name) => name.clone(),
            None if held.len() == 1 => names.clone(),
            None => return Err(Stop::Because(format!("name one --client: {names}"))),
        };
        held.remove(&name)
            .ok_or_else(|| Stop::Because(format!("no client {name}; there are: {names}")))
    }
}

fn read_keytab(path: &str) -> Result<Keytab, Stop> {
    let file = read(path)?;
    Keytab::decode(&file).map_err(|error| Stop::Because(format!("{path}: {error}")))
}

fn read_ccache(path: &str) -> Result<Ccache, Stop> {
    let file = read(path)?;
    Ccache::decode(&file).map_err(|error| Stop::Because(format!("{path}: {error}")))
}

fn read(path: &str) -> Result<Vec<u8>, Stop> {
    read_input(path, LONGEST_FILE as u64).map_err(|why| Stop::Because(format!("{path}: {why}")))
}

/// A principal as a person types it. Without a realm, that of the key table, where it has one only.
fn principal(text: &str, keytab: Option<&Keytab>) -> Result<Principal, Stop> {
    let wrong = |why: &str| Stop::Because(format!("--principal {text}: {why}"));
    let (name, realm) = Principal::split_realm(text);
    let entries = keytab.map(|keytab| keytab.entries.as_slice()).unwrap_or_default();
    let mut realms: Vec<&str> = entries.iter().map(|entry| entry.principal.realm()).collect();
    realms.sort_unstable();
    realms.dedup();
    let realm = match (realm, realms.as_slice()) {
        (Some(realm), _) => realm,
        (None, [only]) => only,
        (None, _) => return Err(wrong("the realm is missing: write NAME@REALM")),
    };
    if name.split('/').any(str::is_empty) || realm.is_empty() {
        return Err(wrong("write NAME@REALM, as in HTTP/host.example@EXAMPLE.COM"));
    }
    Principal::parse(name, realm).map_err(|error| wrong(&error.to_string()))
}

/// Which principals have keys.
fn owners(keytab: &Keytab) -> String {
    let mut names: Vec<String> =
        keytab.entries.iter().map(|entry| entry.principal.to_string()).collect();
    names.sort_unstable();
    names.dedup();
    match names.is_empty() {
        true => "nobody has a key".to_owned(),
        false => format!("these have keys: {}", names.join(", ")),
    }
}
