//! A task: whose it is, what it runs, what it holds.

use std::collections::BTreeSet;
use std::sync::Arc;

use sim::NodeId;

use super::channel::{Channel, Channels, TRANSACTION_CHANNEL};
use super::commands::passticket::Request;
use super::commands::signon::SigningOn;
use super::commands::verify_token::Verify;
use super::dfhsaml::Linked;
use super::exec::{Areas, Command, StorageId, StorageRef};
use super::program::{MethodCall, Program};
use crate::nodes::frame::ContextFacts;

/// Highest task number of a user task; the next one is 1 again (assumed).
pub(super) const TASK_NUMBER_MAX: u32 = 99_999;

/// One task of a region.
#[derive(Clone, Debug)]
pub(super) struct Task {
    pub(super) number: u32,
    pub(super) transaction: String,
    /// Fixed at attach; nothing changes it later (CICS RACF Security Guide).
    pub(super) userid: String,
    pub(super) start: StartedBy,
    /// The terminal from which it was started, by its identifier.
    pub(super) terminal: Option<String>,
    /// Programs linked to one another; the last one runs.
    pub(super) levels: Vec<Level>,
    pub(super) channels: Channels,
    /// The channel with which the task was started.
    pub(super) first: Option<String>,
    pub(super) eib: Eib,
    /// Storage of the region that pointers refer to; it lives until the task ends.
    storage: Vec<Arc<[u8]>>,
    /// The one ENCRYPTKEY of the task that is valid, with its context.
    pub(super) encrypt_key: Option<([u8; 4], ContextFacts)>,
    /// Octets that no trace shows: what secret containers held, keys and PassTickets.
    secrets: BTreeSet<Vec<u8>>,
    /// Commands executed so far.
    pub(super) commands: u32,
    /// Rounds of loops since the last command: a loop without commands is one too.
    pub(super) idle_rounds: u32,
    pub(super) waiting: Waiting,
    /// The record of the attach, which the end of the task refers to.
    pub(super) attached: u64,
}

/// Who started a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum StartedBy {
    /// A client over a link, which waits for the answer.
    Client {
        /// The client's node.
        node: NodeId,
        /// Its number of the request.
        request: u32,
    },
    /// An EXEC CICS START of another task, with a channel or without.
    Start {
        /// Whether it came with a channel.
        channel: bool,
        /// How many tasks started one another before it.
        generation: u32,
    },
}

impl StartedBy {
    /// How many tasks started one another up to this one.
    pub(super) fn generation(self) -> u32 {
        match self {
            StartedBy::Client { .. } => 1,
            StartedBy::Start { generation, .. } => generation.saturating_add(1),
        }
    }
}

/// What a task waits for.
#[derive(Clone, Debug)]
pub(super) enum Waiting {
    /// For nothing: it runs.
    Nothing,
    /// For the verification of its user at attach.
    User,
    /// For the authorization of its transaction at attach.
    Transaction,
    /// For a service that VERIFY TOKEN called.
    Token(Box<Verify>),
    /// For a service that REQUEST ENCRYPTPTKT or REQUEST PASSTICKET called.
    PassTicket(Box<Request>),
    /// For the ESM's word on a password.
    Password(Pending),
    /// For the ESM's word on the user of a BASICAUTH token.
    Basic(String, Pending),
    /// For the ESM's word on a user who signs on.
    SignOn(Box<SigningOn>),
    /// For the key ring that program DFHSAML needs.
    Saml(Box<Linked>),
    /// For a server whose method was called.
    Method(Arc<MethodCall>),
    /// For a DELAY to pass.
    Delay(Pending),
    /// For the destination of a WRITEQ TD.
    Queue(Pending),
}

/// A command that waits, and the record that began it.
#[derive(Clone, Debug)]
pub(super) struct Pending {
    pub(super) command: Arc<Command>,
    pub(super) begin: u64,
}

/// One program in the chain of LINKs.
#[derive(Clone, Debug)]
pub(super) struct Level {
    pub(super) program: Arc<Program>,
    /// Next operation.
    pub(super) next: usize,
    /// Rounds left of the loops that are open, innermost last.
    pub(super) rounds: Vec<u32>,
    pub(super) areas: Areas,
    /// The program's current channel.
    pub(super) channel: Option<String>,
    /// The LINK that runs this program, and the record that began it.
    pub(super) linked: Option<(u64, Arc<Command>)>,
}

/// The EXEC interface block, as far as it is not in the areas.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Eib {
    pub(super) resp: i32,
    pub(super) resp2: i32,
    /// Local time at task start, then at the last ASKTIME (ns since 1970).
    pub(super) time: i64,
}

impl Level {
    pub(super) fn new(
        program: Arc<Program>,
        channel: Option<String>,
        linked: Option<(u64, Arc<Command>)>,
    ) -> Level {
        let areas = Areas::new(&program.declared);
        Level { program, next: 0, rounds: Vec::new(), areas, channel, linked }
    }
}

impl Task {
    pub(super) fn new(number: u32, transaction: &str, userid: &str, start: StartedBy) -> Task {
        Task {
            number,
            transaction: transaction.to_owned(),
            userid: userid.to_owned(),
            start,
            terminal: None,
            levels: Vec::new(),
            channels: Channels::default(),
            first: None,
            eib: Eib::default(),
            storage: Vec::new(),
            secrets: BTreeSet::new(),
            encrypt_key: None,
            commands: 0,
            idle_rounds: 0,
            waiting: Waiting::Nothing,
            attached: 0,
        }
    }

    /// The name of a channel: the one that a command names, or the program's current one.
    pub(super) fn channel_name(&self, named: Option<String>) -> Option<String> {
        named.or_else(|| self.levels.last().and_then(|level| level.channel.clone()))
    }

    /// A channel in scope, by its name. DFHTRANSACTION is always in scope.
    pub(super) fn channel(&mut self, name: &str) -> Option<&mut Channel> {
        if name == TRANSACTION_CHANNEL {
            return Some(self.channels.make(name));
        }
        self.channels.get_mut(name)
    }

    /// The channel with which the task was started.
    pub(super) fn first_channel(&self) -> Option<&Channel> {
        self.channels.get(self.first.as_deref()?)
    }

    /// Keeps bytes for a pointer until the task ends.
    pub(super) fn keep(&mut self, bytes: &[u8]) -> StorageRef {
        self.storage.push(bytes.into());
        let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        StorageRef { id: StorageId(self.storage.len() as u64 - 1), length }
    }

    /// From now on no trace of the task shows these octets, wherever its programs move them.
    pub(super) fn conceal(&mut self, secret: &[u8]) {
        let secret = without_padding(secret);
        if !secret.is_empty() {
            self.secrets.insert(secret.to_vec());
        }
    }

    /// Whether data is a secret of the task, or holds one among other things. What is shorter than four
    /// octets would be found anywhere, and counts only alone.
    pub(super) fn is_secret(&self, data: &[u8]) -> bool {
        let whole = without_padding(data);
        let is_in = |secret: &Vec<u8>| {
            secret == whole
                || secret.len() >= 4 && data.windows(secret.len()).any(|part| part == secret)
        };
        self.secrets.iter().any(is_in)
    }

    /// The bytes that a pointer refers to.
    pub(super) fn stored(&self, target: StorageRef) -> Option<Arc<[u8]>> {
        let index = usize::try_from(target.id.0).ok()?;
        self.storage.get(index).cloned()
    }
}

/// Data without the blanks, of ASCII or EBCDIC, and zeros with which an area is filled up.
fn without_padding(data: &[u8]) -> &[u8] {
    let end = data.iter().rposition(|octet| !matches!(octet, 0 | b' ' | 0x40));
    data.get(..end.map_or(0, |last| last + 1)).unwrap_or(data)
}
