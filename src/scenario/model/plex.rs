//! Plex files: the systems, nodes and links that scenarios run on.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::NamedFile;
use crate::nodes::cics::config::RegionConfig;
use crate::nodes::client::ClientConfig;
use crate::nodes::cscs::CscsConfig;
use crate::nodes::esm::database::Database as EsmConfig;
use crate::nodes::identity_provider::IdentityProviderConfig;
use crate::nodes::kdc::KdcConfig;
use crate::nodes::nas::NasConfig;
use crate::nodes::websphere::config::WebSphereConfig;
use crate::scalar::{Duration, Offset, Ratio};

/// A plex: the systems, nodes and links that scenarios run on.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Plex {
    /// What this plex is, in one sentence.
    #[serde(default)]
    pub title: String,
    /// Machines by name. Each owns a clock; a z/OS image also an ESM and a NAS.
    pub systems: BTreeMap<String, System>,
    /// Actors by name. The ESM and the NAS of a system are nodes too, named `SYSTEM.ESM` and
    /// `SYSTEM.NAS`.
    pub nodes: BTreeMap<String, Node>,
    /// Paths between two nodes by name. Nodes without a link between them reach each other all the
    /// same: in 1 ms between systems, at once on one system.
    #[serde(default)]
    pub links: BTreeMap<String, Link>,
}

impl Plex {
    /// The files that the systems and nodes name.
    pub fn files(&self) -> Vec<NamedFile> {
        let mut files = Vec::new();
        for (name, system) in &self.systems {
            let Some(esm) = &system.esm else { continue };
            let path = |place| format!("systems.{name}.esm.{place}");
            let declared = esm.certificate_files();
            files.extend(declared.map(|(place, file)| NamedFile::whole(path(place), file)));
            let commands = esm.commands.iter().enumerate();
            files.extend(commands.filter_map(|(index, text)| {
                NamedFile::of_command(text, path(format!("commands.{index}")))
            }));
        }
        for (name, node) in &self.nodes {
            let named = match node {
                Node::IdentityProvider(config) => config.files(),
                Node::Cics(config) => config.files(),
                Node::WebSphere(config) => config.files(),
                Node::Client(config) => config.files(),
                Node::Kdc(_) | Node::Cscs(_) => Vec::new(),
            };
            let path = |place| format!("nodes.{name}.{place}");
            files
                .extend(named.into_iter().map(|(place, file)| NamedFile::whole(path(place), file)));
        }
        files
    }

    /// The realm of a KDC: a Kdc node, or the NAS of a system (`SYSA.NAS`) whose ESM has one.
    pub fn realm_of(&self, kdc: &str) -> Option<&str> {
        if let Some(Node::Kdc(config)) = self.nodes.get(kdc) {
            return Some(&config.realm);
        }
        let system = self.systems.get(kdc.strip_suffix(".NAS")?)?;
        Some(system.esm.as_ref()?.realm.as_ref()?.name.as_str())
    }

    /// The system on which a node runs; the ESM and the NAS of a system are nodes too.
    pub fn system_of<'a>(&'a self, node: &'a str) -> Option<&'a str> {
        match self.nodes.get(node) {
            Some(node) => Some(node.system()),
            None => {
                let system = node.strip_suffix(".ESM").or_else(|| node.strip_suffix(".NAS"))?;
                self.systems.get(system)?.esm.as_ref().map(|_| system)
            }
        }
    }
}

/// A machine with a clock of its own.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct System {
    /// How its hardware clock differs from true time.
    pub clock: Clock,
    /// Local time minus UTC, for what is printed: `1h`, `-5h`.
    pub gmt_offset: Offset,
    /// The external security manager; none on a machine that is not a z/OS image.
    pub esm: Option<EsmConfig>,
    /// The Network Authentication Service of a system with an ESM.
    pub nas: NasConfig,
}

/// A hardware clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Clock {
    /// A constant offset from true time: `6m` is six minutes fast, `-6m` slow.
    pub skew: Offset,
    /// How much it gains (parts per million); negative: loses.
    pub drift_ppm: i32,
}

/// An actor.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub enum Node {
    /// A user's workstation or a middleware server that holds Kerberos credentials.
    Client(ClientConfig),
    /// A Key Distribution Center with a database of its own.
    Kdc(KdcConfig),
    /// A CICS region.
    Cics(Box<RegionConfig>),
    /// The destination of a transient data queue such as CSCS.
    Cscs(CscsConfig),
    /// An issuer of SAML assertions.
    IdentityProvider(IdentityProviderConfig),
    /// A WebSphere application server: methods that clients and other servers call (CSIv2).
    WebSphere(Box<WebSphereConfig>),
}

impl Node {
    /// The system on which the node runs.
    pub fn system(&self) -> &str {
        match self {
            Node::Client(config) => &config.system,
            Node::Kdc(config) => &config.system,
            Node::Cics(config) => &config.system,
            Node::Cscs(config) => &config.system,
            Node::IdentityProvider(config) => &config.system,
            Node::WebSphere(config) => &config.system,
        }
    }
}

/// A path between two nodes.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Link {
    /// The two nodes.
    pub between: (String, String),
    /// How long a message takes.
    #[serde(default)]
    pub latency: Latency,
    /// How many messages get lost: `1/20` or `5%`.
    #[serde(default = "no_loss")]
    pub loss: Ratio,
}

fn no_loss() -> Ratio {
    Ratio::ZERO
}

/// How long a message takes on a link.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub enum Latency {
    /// Always the same.
    Fixed(Duration),
    /// Any value of the range, all as likely.
    Uniform {
        /// The shortest.
        least: Duration,
        /// The longest.
        most: Duration,
    },
    /// Memoryless: often short, sometimes long.
    Exponential {
        /// The mean.
        mean: Duration,
    },
}

impl Default for Latency {
    fn default() -> Latency {
        Latency::Fixed(Duration::from_nanoseconds(1_000_000).unwrap_or_default())
    }
}
