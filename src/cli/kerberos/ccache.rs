//! `regionsim kerberos ccache`.

use std::io::Write;

use clap::{Args, Subcommand};

use super::{Holder, Output, read_ccache};
use crate::cli::{End, Format, Stop, json};
use crate::protocol::kerberos::ccache::{CachedCredential, Ccache};
use crate::study::evidence;

#[derive(Debug, Subcommand)]
#[command(after_help = "Example: regionsim kerberos ccache list alice.ccache")]
pub(in crate::cli) enum CcacheCommand {
    /// List the tickets of a credential cache, as klist does.
    #[command(after_help = "Example: regionsim kerberos ccache list /tmp/krb5cc_1000")]
    List(List),
    /// Run a scenario and write the tickets that a client holds at its end.
    #[command(
        after_help = "Other software presents the tickets of the scenario's KDC with it.\n\n\
        Example: regionsim kerberos ccache export scenarios/dfhxs1402/success.ron --client alice \
        -o alice.ccache"
    )]
    Export(Export),
}

#[derive(Debug, Args)]
pub(in crate::cli) struct List {
    /// The credential cache, - for standard input.
    ccache: String,
    /// Show the session keys too: they are secret.
    #[arg(long)]
    keys: bool,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Export {
    #[command(flatten)]
    holder: Holder,
    #[command(flatten)]
    output: Output,
}

impl CcacheCommand {
    pub(super) fn run(&self, out: &mut dyn Write) -> Result<End, Stop> {
        match self {
            CcacheCommand::List(command) => command.run(out),
            CcacheCommand::Export(command) => command.run(),
        }
    }
}

impl List {
    fn run(&self, out: &mut dyn Write) -> Result<End, Stop> {
        let ccache = read_ccache(&self.ccache)?;
        match self.format {
            Format::Text => out.write_all(evidence::ccache(&ccache, self.keys).as_bytes())?,
            Format::Json => json(out, &evidence::CcacheListing::of(&ccache, self.keys))?,
        }
        Ok(End::Expected)
    }
}

impl Export {
    fn run(&self) -> Result<End, Stop> {
        let client = self.holder.client()?;
        let credentials: Vec<_> = client.credentials().map(CachedCredential::from).collect();
        let (principal, count) = (client.principal().clone(), credentials.len());
        let what = format!("{count} tickets of {principal} with their session keys");
        let ccache = Ccache { kdc_offset: None, principal, credentials };
        let bytes = ccache.encode().map_err(|error| Stop::Because(error.to_string()))?;
        self.output.write(&bytes, &what)
    }
}
