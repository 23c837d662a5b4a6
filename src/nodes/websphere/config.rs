//! A server as a plex file declares it.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::nodes::esm::database::Password;
use crate::nodes::orb::{IdentityType, Layer};

/// A WebSphere application server: it answers calls of methods, and calls methods of other servers.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WebSphereConfig {
    /// The system on which the server runs: its clock, and its ESM where the registry is LocalOs.
    pub system: String,
    /// The server's own user ID: what it is to other servers, and what RunAs System takes.
    pub userid: String,
    /// The password that it sends with that user ID.
    pub password: Password,
    /// The realm: the name of its user registry.
    pub realm: String,
    /// Where its users are.
    #[serde(default)]
    pub registry: Registry,
    /// What it asks of callers, and how it judges them.
    #[serde(default)]
    pub inbound: Inbound,
    /// What it shows to servers that it calls.
    #[serde(default)]
    pub outbound: Outbound,
    /// Who has which role, by the names of roles.
    #[serde(default)]
    pub roles: BTreeMap<String, Role>,
    /// Methods of its beans, by name.
    pub methods: BTreeMap<String, Method>,
}

/// Where the users of a server are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub enum Registry {
    /// The users of the system's ESM.
    #[default]
    LocalOs,
}

/// CSIv2 inbound: what the references to the server advertise, and how it judges what comes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Inbound {
    /// Whether callers authenticate themselves with a token (basic authentication).
    pub client_authentication: Layer,
    /// Whether callers may assert the identity of somebody else.
    pub identity_assertion: bool,
    /// The forms in which they may assert it.
    pub identity_types: Vec<IdentityType>,
    /// The trusted principal list: user IDs of servers that may assert identities. Upper and lower case
    /// differ.
    pub trusted: Vec<String>,
}

impl Default for Inbound {
    fn default() -> Inbound {
        Inbound {
            client_authentication: Layer::Supported,
            identity_assertion: true,
            identity_types: IdentityType::ALL.to_vec(),
            trusted: Vec::new(),
        }
    }
}

/// CSIv2 outbound: what the server shows to servers that it calls.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Outbound {
    /// Whether it asserts the invocation credential where the other server takes assertions.
    pub identity_assertion: bool,
}

impl Default for Outbound {
    fn default() -> Outbound {
        Outbound { identity_assertion: true }
    }
}

/// Who has a role.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Role {
    /// Users of the registry.
    pub users: Vec<String>,
    /// Groups of the registry.
    pub groups: Vec<String>,
    /// Whoever has an identity.
    pub all_authenticated: bool,
    /// Everyone, with an identity or without.
    pub everyone: bool,
}

/// A method of a bean.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Method {
    /// Roles that may call it: one of them is enough. Without any, nobody is asked for a role.
    pub roles: Vec<String>,
    /// Whose identity it uses when it calls other methods.
    pub run_as: RunAs,
    /// The methods that it calls, one after the other.
    pub calls: Vec<Outcall>,
}

/// Whose identity a method uses when it calls others (RunAs mode).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub enum RunAs {
    /// The caller's.
    #[default]
    Caller,
    /// The server's own.
    System,
}

/// A method of another server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Outcall {
    /// The server, by its node name.
    pub server: String,
    /// The method.
    pub method: String,
}
