//! A server as a plex file declares it.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::directory::Directory;
use crate::nodes::esm::database::Password;
use crate::nodes::orb::{IdentityType, Layer, Tls};
use crate::scalar::Duration;

/// A WebSphere application server: it answers calls of methods, and calls methods of other servers.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WebSphereConfig {
    /// The system on which the server runs: its clock, and its ESM where the registry is LocalOs.
    pub system: String,
    /// The server's own user ID: what it is to other servers, and what RunAs System takes. On z/OS also
    /// the user ID of its started task.
    pub userid: String,
    /// The password that it shows with that user ID; none: it shows neither.
    #[serde(default)]
    pub password: Option<Password>,
    /// The realm: the name of its user registry.
    pub realm: String,
    /// Where its users are.
    #[serde(default)]
    pub registry: Registry,
    /// The user ID whose KERB segment makes the server a service principal; none: it takes no Kerberos
    /// tokens. The servers of a cell have one principal together, so that a token can be sent on.
    #[serde(default)]
    pub kerberos: Option<String>,
    /// What is particular on z/OS; none: the server runs on another operating system.
    #[serde(default)]
    pub zos: Option<Zos>,
    /// TLS: its certificate, and the authorities that it trusts; none: it does not speak TLS.
    #[serde(default)]
    pub tls: Option<Tls>,
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
    /// The entries of an LDAP directory.
    Ldap(Directory),
    /// Nowhere.
    None,
}

/// What is particular about a server on z/OS.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Zos {
    /// SAF authorization: with the registry LocalOs the server shows its started task and no user ID and
    /// password, and roles are profiles of class EJBROLE.
    pub saf_authorization: bool,
    /// SAF profile prefix: stands in the names of profiles.
    pub profile_prefix: Option<String>,
    /// Short name of its cluster; none: the name of the node stands in its place.
    pub cluster: Option<String>,
    /// The access level that a sending server needs to the CB.BIND profile.
    pub bind_access: BindAccess,
    /// Whether a sending server is trusted where no CB.BIND profile covers it or class CBIND is not active.
    pub unprotected_is_trusted: bool,
}

impl Default for Zos {
    fn default() -> Zos {
        Zos {
            saf_authorization: true,
            profile_prefix: None,
            cluster: None,
            bind_access: BindAccess::UPDATE,
            unprotected_is_trusted: true,
        }
    }
}

/// An access level to a CB.BIND profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum BindAccess {
    /// What the document asks for.
    UPDATE,
    /// What another page asks for where a server shows its user ID.
    CONTROL,
}

impl BindAccess {
    pub(super) fn word(self) -> &'static str {
        match self {
            BindAccess::UPDATE => "UPDATE",
            BindAccess::CONTROL => "CONTROL",
        }
    }
}

/// CSIv2 inbound: what the references to the server advertise, and how it judges what comes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Inbound {
    /// Whether callers authenticate themselves with a token (basic authentication).
    pub client_authentication: Layer,
    /// Whether callers may assert the identity of somebody else. Where they may not, a request that
    /// brings no identity at all runs without a check of roles: the receiving server needs none then.
    pub identity_assertion: bool,
    /// The forms in which they may assert it.
    pub identity_types: Vec<IdentityType>,
    /// The trusted principal list: user IDs of servers that may assert identities. Upper and lower case
    /// differ.
    pub trusted: Vec<String>,
    /// What is judged first of a sending server: whether it is trusted, or its password.
    pub first: First,
    /// Whether it keeps contexts, so that later requests of a connection name them.
    pub stateful: bool,
    /// How long a context is kept that nobody uses, by the server's clock; none: as long as the
    /// connection.
    pub context_idle: Option<Duration>,
}

impl Default for Inbound {
    fn default() -> Inbound {
        Inbound {
            client_authentication: Layer::Supported,
            identity_assertion: true,
            identity_types: IdentityType::ALL.to_vec(),
            trusted: Vec::new(),
            first: First::Trust,
            stateful: true,
            context_idle: None,
        }
    }
}

/// What is judged first of a sending server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum First {
    /// Whether it may assert identities, as the document has it.
    Trust,
    /// Whether it is who it says it is, as Open Liberty does it.
    Authentication,
}

/// CSIv2 outbound: what the server shows to servers that it calls.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Outbound {
    /// Whether it asserts the invocation credential where the other server takes assertions.
    pub identity_assertion: bool,
    /// Whether it shows its user ID and password.
    pub basic_authentication: bool,
    /// Whether it asks servers to keep contexts.
    pub stateful: bool,
}

impl Default for Outbound {
    fn default() -> Outbound {
        Outbound { identity_assertion: true, basic_authentication: true, stateful: true }
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
    /// A user of the server's registry, with his password.
    Specified {
        /// The user ID.
        userid: String,
        /// The password.
        password: Password,
    },
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

impl WebSphereConfig {
    /// The files that it names, with the paths of their names.
    pub fn files(&self) -> Vec<(String, &str)> {
        let own = self.tls.iter().flat_map(Tls::files);
        own.map(|(field, file)| (format!("tls.{field}"), file)).collect()
    }

    /// Whether roles are profiles of the ESM, and the server shows its started task alone.
    pub fn uses_saf(&self) -> bool {
        let switched_on = self.zos.as_ref().is_some_and(|zos| zos.saf_authorization);
        switched_on && self.registry == Registry::LocalOs
    }
}
