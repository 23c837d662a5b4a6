//! `regionsim serve`.

use std::io::Write;
use std::net::{SocketAddr, ToSocketAddrs as _};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use clap::{Args, Subcommand};
use signal_hook::consts::{SIGINT, SIGTERM};

use super::{End, Stop, tell, told};
use crate::host::files::{Disk, write_result};
use crate::host::kdc::{Served, Server, Transport};
use crate::protocol::kerberos::KeyTable;
use crate::protocol::kerberos::kdc::Database;
use crate::protocol::kerberos::messages::MessageType;
use crate::scalar::words::plain;
use crate::scenario::export::{self, load_plex};

#[derive(Debug, Subcommand)]
#[command(after_help = "Example: regionsim serve kdc --plex scenarios/plexes/plex1.ron")]
pub(super) enum Serve {
    /// Answer real Kerberos clients from the users of a plex, on the wall clock, until it is ended by
    /// Ctrl-C or SIGTERM.
    Kdc(Kdc),
}

#[derive(Debug, Args)]
#[command(
    after_help = "The passwords of a plex are known to whoever reads the file: the server listens \
    on this machine alone unless told otherwise.\n\nExamples:\n  regionsim serve kdc --plex \
    scenarios/plexes/plex1.ron --krb5-conf krb5.conf\n  KRB5_CONFIG=krb5.conf kinit alice"
)]
pub(super) struct Kdc {
    /// The plex file: its ESM with a realm, or a Kdc node.
    #[arg(long, value_name = "FILE")]
    plex: String,
    /// Where to listen, over UDP and TCP; port 0 takes a free one.
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:10088", value_parser = address)]
    listen: SocketAddr,
    /// The KDC, where the plex has several: a Kdc node, or SYSTEM.NAS.
    #[arg(long, value_name = "NODE")]
    node: Option<String>,
    /// Change a value by its path, as often as wanted.
    #[arg(long, value_name = "PATH=VALUE")]
    set: Vec<String>,
    /// Write the configuration by which MIT's and Heimdal's clients find the server. For clients of
    /// several realms, each served by a process of its own, put the [realms] of their files into one.
    #[arg(long, value_name = "FILE")]
    krb5_conf: Option<PathBuf>,
    /// Do not print what is served.
    #[arg(long)]
    quiet: bool,
}

/// The first address that a text stands for; names are looked up, as `localhost:10088`.
fn address(text: &str) -> Result<SocketAddr, String> {
    let found = text.to_socket_addrs().map_err(|error| error.to_string())?;
    found.into_iter().next().ok_or_else(|| "no address has this name".to_owned())
}

impl Serve {
    pub(super) fn run(&self, out: &mut dyn Write) -> Result<End, Stop> {
        match self {
            Serve::Kdc(command) => command.run(out),
        }
    }
}

impl Kdc {
    fn run(&self, out: &mut dyn Write) -> Result<End, Stop> {
        let because = |error: std::io::Error| Stop::Because(format!("{}: {error}", self.listen));
        let plan = told(load_plex(&Disk, &self.plex, &self.set))?;
        let registry = export::kdc(&plan, self.node.as_deref(), &mut KeyTable::new())
            .map_err(|error| Stop::Because(format!("{}: {error}", self.plex)))?;
        let realm = registry.policy().realm().to_owned();
        let mut seed = [0; 32];
        getrandom::fill(&mut seed).map_err(|error| Stop::Because(error.to_string()))?;
        let server = Server::bind(registry, self.listen, seed).map_err(because)?;
        let address = server.address().map_err(because)?;
        if let Some(path) = &self.krb5_conf {
            write_result(path, false, CONF_BEGIN, |file| {
                file.write_all(krb5_conf(&realm, address).as_bytes())
            })
            .map_err(|error| Stop::Because(format!("{}: {error}", path.display())))?;
        }
        let stop = Arc::new(AtomicBool::new(false));
        for signal in [SIGINT, SIGTERM] {
            signal_hook::flag::register(signal, Arc::clone(&stop)).map_err(because)?;
        }
        if !address.ip().is_loopback() {
            tell("note: whoever reaches this address can try the passwords of the plex");
        }
        writeln!(out, "serving {realm} on {address}, UDP and TCP")?;
        out.flush()?;
        let mut heard = |served: Served, lost: u64| {
            if lost > 0 {
                writeln!(out, "({lost} more)")?;
            }
            writeln!(out, "{}", line(&served))?;
            out.flush()
        };
        server.serve(&stop, if self.quiet { None } else { Some(&mut heard) })?;
        writeln!(out, "ended")?;
        Ok(End::Expected)
    }
}

/// What was served, on a line.
fn line(served: &Served) -> String {
    let Served { time, transport, peer, kind, error, client, service } = served;
    let transport = match transport {
        Transport::Udp => "udp",
        Transport::Tcp => "tcp",
    };
    let what = match (kind, error) {
        (MessageType::AsRep, _) => "AS-REP".to_owned(),
        (MessageType::TgsRep, _) => "TGS-REP".to_owned(),
        (_, Some(error)) => format!("KRB-ERROR {error}"),
        _ => "KRB-ERROR".to_owned(),
    };
    let client = client.as_ref().map(|client| format!(" {}", plain(client))).unwrap_or_default();
    let service =
        service.as_ref().map(|service| format!(" for {}", plain(service))).unwrap_or_default();
    format!("{} {transport} {peer} {what}{client}{service}", time.text())
}

/// How the file begins: one that somebody wrote himself is never replaced.
const CONF_BEGIN: &[u8] = b"# Written by regionsim serve kdc";

/// The configuration file of a client that is to ask this server and nobody else.
fn krb5_conf(realm: &str, address: SocketAddr) -> String {
    format!(
        "# Written by regionsim serve kdc: replaced by the next one.\n[libdefaults]\n \
         default_realm = {realm}\n dns_lookup_kdc = false\n dns_lookup_realm = false\n \
         dns_canonicalize_hostname = false\n rdns = false\n\n[realms]\n {realm} = {{\n  kdc = \
         {address}\n }}\n"
    )
}
