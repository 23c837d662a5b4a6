//! Fields that several kinds have.

use super::fields::{amount, field, number, optional, text, time};
use super::{Field, Shape};

/// The fields that stand in every record, before its own.
pub const LINE: &[Field] = &[
    number("n", "Record number, from 1 without gaps."),
    time("t", "True time."),
    optional(time("local", "The node's own time, where it differs from true time.")),
    optional(text("node", "The node that noted the record.")),
    optional(number("task", "Number of the task that the record is about.")),
    optional(number("cause", "Number of the record that led to this one.")),
    optional(field(
        "also",
        Shape::Integers,
        "",
        "Numbers of further records that led to this one.",
    )),
    text("kind", "The kind of the record."),
];

pub(super) const LINK: Field =
    optional(text("link", "The link it is on, where the plex declares one."));
pub(super) const FROM: Field = text("from", "The node that sent it.");
pub(super) const TO: Field = text("to", "The node it is for.");
pub(super) const WHAT: Field =
    text("what", "What it is: `AS-REQ`, `TGS-REP`, `start`, `saf-call`.");
pub(super) const BYTES: Field = amount("bytes", "bytes", "Length.");
pub(super) const SHA256: Field = field("sha256", Shape::Digest, "", "Digest of its bytes.");
pub(super) const DIGEST: Field = optional(SHA256);
pub(super) const DATA: Field = optional(field(
    "data",
    Shape::Bytes,
    "",
    "All of its bytes, with `--bytes`; calls of an ESM, which hold passwords and keys, have none.",
));
pub(super) const RULE: Field = text("rule", "Name of the fault in the scenario.");
pub(super) const MESSAGES: Field = number("messages", "How many messages.");
pub(super) const SYSTEM: Field = text("system", "The system whose clock it is.");
pub(super) const BEFORE: Field = time("before", "What the clock showed before.");
pub(super) const AFTER: Field = time("after", "What it shows now.");
pub(super) const WHY: Field = text("why", "Why, in words.");
pub(super) const TRANSACTION: Field = text("transaction", "Transaction identifier.");
pub(super) const SERVER: Field = text("server", "The server, by its node name.");
pub(super) const METHOD: Field = text("method", "The method.");
pub(super) const MINOR: Field =
    optional(text("minor", "Minor code of the exception, in hexadecimal."));
pub(super) const CONTEXT_ERROR: Field =
    optional(text("context_error", "Major and minor status of ContextError: `(1,1)`."));
pub(super) const USERID: Field = text("userid", "User ID.");
pub(super) const QUEUE: Field = text("queue", "The transient data queue: `CSCS`.");
pub(super) const MESSAGE_ID: Field = text("id", "Message identifier: `DFHXS1402`.");
pub(super) const REASON: Field = optional(text("reason", "Its reason, as the catalogue names it."));
pub(super) const MESSAGE_LINE: Field = text("line", "The logical line of the message.");
pub(super) const COMMAND: Field = text("command", "Its name: `VERIFY TOKEN`.");
pub(super) const CONTAINERS: Field = optional(field(
    "containers",
    Shape::Objects,
    "",
    "Containers of the channel that the task began with: `name`, `type`, `bytes`, `sha256` \
     where it is no secret, and `text` where it is also short and characters.",
));

/// What a link or a fault does with a message.
pub(super) const FAULT: &[Field] = &[RULE, LINK, FROM, TO, WHAT, BYTES, DIGEST, DATA];

pub(super) const TICKET: &[Field] = &[
    text("client", "Principal of the client, with its realm."),
    text("service", "Principal of the service."),
    time("starts", "From when the ticket is valid, by the KDC's clock."),
    time("ends", "Until when the ticket is valid."),
    number("etype", "Encryption type of the session key (RFC 3961 registry)."),
];

pub(super) const ISSUED: &[Field] = &[
    optional(text("client", "Principal of the client, with its realm.")),
    optional(text("service", "Principal of the service, with its realm.")),
];

/// What is asked of a SAF service.
pub(super) const SAF_CALL: &[Field] = &[
    text("service", "The service: `R_ticketserv`, `RACROUTE VERIFY`."),
    optional(text("userid", "User ID that it is asked about.")),
    optional(text("group", "Group under which he signs on.")),
    optional(text("class", "Class of the profile.")),
    optional(text("resource", "Name of the resource.")),
    optional(text("ring", "Name of the key ring.")),
    optional(text("access", "Access level that is asked for.")),
    optional(text("kerberos_user", "User ID whose principal the region acts as.")),
    optional(amount("bytes", "bytes", "Length of the token.")),
    optional(field("sha256", Shape::Digest, "", "Digest of the token.")),
    optional(text("application", "Application of a PassTicket or a sign-on.")),
    optional(text("terminal", "Terminal at which he signs on, by its netname.")),
    optional(text("principal", "Principal whose user ID is asked for.")),
    optional(text("principals", "Principals and user IDs whose keys are asked for.")),
];
