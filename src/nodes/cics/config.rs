//! A region as a plex file declares it: SIT parameters, transactions, programs, queues.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::exec::{Declarations, Release};
use super::jvmserver::JvmServer;
use crate::catalogue::conditions::Condition;
use crate::nodes::esm::database::Password;
use crate::scalar::Duration;

/// A CICS region.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RegionConfig {
    /// The system (z/OS image) on which the region runs: its clock, its ESM and its NAS.
    pub system: String,
    /// Release of CICS TS: decides which options a command has, and defaults such as KERBEROSUSER.
    #[serde(default = "default_release")]
    pub release: Release,
    /// User ID of the region's address space (the region user ID).
    pub userid: String,
    /// System initialization parameters, by their names.
    #[serde(default)]
    pub sit: Sit,
    /// Transactions by identifier (1 to 4 characters).
    pub transactions: BTreeMap<String, Transaction>,
    /// Programs by name (1 to 8 characters).
    pub programs: BTreeMap<String, Program>,
    /// Transient data queues (1 to 4 characters) and the node that each writes to. Without an entry
    /// for CSCS the region has no such queue: its security messages are lost and it carries on.
    #[serde(default)]
    pub queues: BTreeMap<String, String>,
    /// Terminals by identifier (1 to 4 characters): where users sign on.
    // Left out where there are none: a plex without terminals keeps its digest.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub terminals: BTreeMap<String, Terminal>,
    /// CSD groups that are installed beside the region's own definitions. The model knows `DFHSAML`:
    /// program DFHSAML, the linkable interface of the secure token service.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<String>,
    /// JVM servers by name (1 to 8 characters). Program DFHSAML uses `DFHXSTS` unless it is told another.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub jvmservers: BTreeMap<String, JvmServer>,
    /// What the region shows to servers whose methods its programs call; without it they call none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub csiv2: Option<Csiv2>,
    /// What the global user exit at XMEOUT does, by message identifier.
    #[serde(default)]
    pub xmeout: BTreeMap<String, MessageExit>,
    /// How long the region waits for a Kerberos service before it reports that the KDC does not
    /// respond (assumed).
    #[serde(default = "default_kerberos_timeout")]
    pub kerberos_timeout: Duration,
    /// How many commands a task may execute before the region takes it for one that is in a loop,
    /// 1 to 100,000 (in place of ICVR, which counts time); as many rounds of loops without a command.
    // Left out where it is the default: a plex that does not name it keeps its digest.
    #[serde(default = "default_runaway_commands", skip_serializing_if = "is_most_commands")]
    pub runaway_commands: u32,
    /// Whether VERIFY TOKEN ENCRYPTKEY refuses a token without the confidentiality flag at once
    /// (INVREQ 51, second-hand) rather than leave it to REQUEST ENCRYPTPTKT (INVREQ 257).
    #[serde(default)]
    pub encryptkey_needs_confidentiality: bool,
}

/// SIT parameters that the model knows.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "UPPERCASE", default)]
pub struct Sit {
    /// The region's APPLID; without it, the name of the node.
    pub applid: Option<String>,
    /// System identifier of the region.
    pub sysid: Option<String>,
    /// Whether the region calls the ESM at all.
    pub sec: Switch,
    /// Whether transaction authority (class TCICSTRN) is checked at attach.
    pub xtran: Switch,
    /// The default user ID, signed on at initialization; without it CICSUSER.
    pub dfltuser: Option<String>,
    /// User ID whose KERB segment names the region's service principal. Releases before 6: without
    /// it the region user ID. Releases 6 and later: without it the region does not use Kerberos.
    pub kerberosuser: Option<String>,
    /// Whether a PassTicket is made only for a user who has UPDATE access to IRRPTAUTH.applid.userid
    /// of this region in class PTKTDATA.
    pub xptkt: Switch,
    /// Order of the date in messages.
    pub datform: DateForm,
    /// Name of the key ring of the region's user ID, from which certificates come; without it there is
    /// none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("default" = null))]
    pub keyring: Option<String>,
}

/// YES or NO.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Switch {
    /// Yes.
    #[default]
    YES,
    /// No.
    NO,
}

/// DATFORM: the order of the date in messages and of FORMATTIME DATE.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum DateForm {
    /// Month, day, year.
    #[default]
    MMDDYY,
    /// Day, month, year.
    DDMMYY,
    /// Year, month, day.
    YYMMDD,
}

/// A transaction definition.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Transaction {
    /// The program that the task runs first.
    pub program: String,
}

/// What a region shows to servers whose methods its programs call.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Csiv2 {
    /// The password that it shows with the region user ID; none: it shows neither, and on its own z/OS
    /// image its started task says who it is.
    pub password: Option<Password>,
    /// Whether it asks servers to keep contexts.
    pub stateful: bool,
}

/// A terminal definition.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Terminal {
    /// Its netname (1 to 8 characters), by which messages and class TERMINAL know it; without it the
    /// identifier.
    pub netname: Option<String>,
    /// Preset security: the user who is signed on as long as the terminal is installed. Nobody else
    /// can sign on there.
    pub userid: Option<String>,
}

/// A program: its data areas and its statements.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Program {
    /// Data areas by name: `CHAR(8)`, `BIT(4096)`, `FULLWORD`, `HALFWORD`, `POINTER`, `PACKED(8)`.
    #[serde(default)]
    pub data: Declarations,
    /// What it does, in order. The end of the list is a RETURN.
    pub code: Vec<Statement>,
}

/// One statement of a program.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub enum Statement {
    /// An EXEC CICS command in its own syntax: `VERIFY TOKEN(&TOKEN) TOKENLEN(&LEN) KERBEROS`.
    Exec(String),
    /// A branch on the condition of the last command (EIBRESP).
    If {
        /// The condition's name: `NORMAL`, `NOTAUTH`.
        resp: Condition,
        /// What to do where it was raised.
        then: Vec<Statement>,
        /// What to do otherwise.
        #[serde(default)]
        otherwise: Vec<Statement>,
    },
    /// A Java program's call of a method of a server (CSIv2): the region asserts the task's user.
    Call {
        /// The server, by its node name.
        server: String,
        /// The method.
        method: String,
        /// The CHAR area that says what became of it: `returned`, or the exception.
        into: String,
    },
    /// A counted loop.
    Repeat {
        /// How often, 1 to 10,000.
        times: u32,
        /// The body.
        body: Vec<Statement>,
    },
}

/// What an exit at XMEOUT decides about a message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub enum MessageExit {
    /// The message is not written.
    Suppress,
    /// The message is written to this queue in place of its own.
    Route(String),
}

fn default_release() -> Release {
    Release::V5_6
}

/// Most commands of one task, whatever a plex says: it bounds the work.
pub(crate) const RUNAWAY_COMMANDS_MAX: u32 = 100_000;

fn default_runaway_commands() -> u32 {
    RUNAWAY_COMMANDS_MAX
}

fn is_most_commands(commands: &u32) -> bool {
    *commands == RUNAWAY_COMMANDS_MAX
}

fn default_kerberos_timeout() -> Duration {
    Duration::from_seconds(60)
}

impl DateForm {
    /// The word of the SIT parameter.
    pub fn word(self) -> &'static str {
        match self {
            DateForm::MMDDYY => "MMDDYY",
            DateForm::DDMMYY => "DDMMYY",
            DateForm::YYMMDD => "YYMMDD",
        }
    }
}

/// The CSD group of the secure token service.
pub const SAML_GROUP: &str = "DFHSAML";

impl RegionConfig {
    /// Whether program DFHSAML is installed.
    pub fn has_saml(&self) -> bool {
        self.groups.iter().any(|group| group == SAML_GROUP)
    }

    /// The files that it names, with the places of their names.
    pub fn files(&self) -> Vec<(String, &str)> {
        let named = self.jvmservers.iter().filter_map(|(name, server)| {
            Some((format!("jvmservers.{name}.sts_file"), server.sts_file.as_deref()?))
        });
        named.collect()
    }

    /// The user ID whose principal is the region's service principal, if the region uses Kerberos
    /// (CICS TS SIT KERBEROSUSER: the default depends on the release).
    pub fn kerberos_user(&self) -> Option<&str> {
        match &self.sit.kerberosuser {
            Some(user) => Some(user),
            None if self.release.major < 6 => Some(&self.userid),
            None => None,
        }
    }
}
