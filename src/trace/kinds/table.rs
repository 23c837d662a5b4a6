//! The rows of the table, by who notes them.

use super::{Field, Kind, Shape};

const fn field(
    name: &'static str,
    shape: Shape,
    unit: &'static str,
    meaning: &'static str,
) -> Field {
    Field { name, shape, unit, optional: false, meaning }
}

const fn number(name: &'static str, meaning: &'static str) -> Field {
    field(name, Shape::Integer, "", meaning)
}

const fn amount(name: &'static str, unit: &'static str, meaning: &'static str) -> Field {
    field(name, Shape::Integer, unit, meaning)
}

const fn text(name: &'static str, meaning: &'static str) -> Field {
    field(name, Shape::Text, "", meaning)
}

const fn time(name: &'static str, meaning: &'static str) -> Field {
    field(name, Shape::Time, "", meaning)
}

const fn yes_no(name: &'static str, meaning: &'static str) -> Field {
    field(name, Shape::YesNo, "", meaning)
}

const fn texts(name: &'static str, meaning: &'static str) -> Field {
    field(name, Shape::Texts, "", meaning)
}

const fn object(name: &'static str, meaning: &'static str) -> Field {
    field(name, Shape::Object, "", meaning)
}

const fn optional(field: Field) -> Field {
    Field { optional: true, ..field }
}

const fn kind(name: &'static str, meaning: &'static str, fields: &'static [Field]) -> Kind {
    Kind { name, meaning, fields }
}

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

const MESSAGE: Field = number("message", "Number of the message in the run.");
const LINK: Field = text("link", "The link it is on.");
const FROM: Field = text("from", "The node that sent it.");
const TO: Field = text("to", "The node it is for.");
const LABEL: Field = text("label", "What it is: `AP-REQ`, `AS-REQ`.");
const LENGTH: Field = amount("length", "bytes", "Length of its bytes.");
const SHA256: Field = field("sha256", Shape::Digest, "", "Digest of its bytes.");
const DATA: Field = optional(field("data", Shape::Bytes, "", "All of its bytes, with `--bytes`."));
const SUMMARY: Field = optional(object("summary", "What its bytes say, decoded, without secrets."));
const RULE: Field = text("rule", "Name or path of the fault in the scenario.");
const SYSTEM: Field = text("system", "The system whose clock it is.");
const WHY: Field = optional(text("reason", "Why, in words."));
const UNTIL: Field = optional(time("until", "True time at which it ends, where that is known."));
const SERVICE: Field = text("service", "Principal of the service.");
const CLIENT: Field = text("client", "Principal of the client.");
const TRANSACTION: Field = text("transaction", "Transaction identifier.");
const MESSAGE_ID: Field = text("id", "Message identifier: `DFHXS1402`.");
const MESSAGE_TEXT: Field = text("text", "The logical line of the message.");

const TICKET: &[Field] = &[
    CLIENT,
    SERVICE,
    number("etype", "Encryption type of the ticket (RFC 3961 registry)."),
    time("authtime", "When the client proved who it is, by the KDC's clock."),
    optional(time("starttime", "From when the ticket is valid, where it says so.")),
    time("endtime", "Until when the ticket is valid."),
    optional(time("renew_till", "Until when the ticket can be renewed.")),
    optional(texts("flags", "Flags of the ticket that are set.")),
    SHA256,
];

/// Every kind of record, by area.
pub const KINDS: &[Kind] = &[
    // The script.
    kind(
        "script.step",
        "A step of the script begins.",
        &[
            number("step", "Place of the step in the script, from 1."),
            optional(text("name", "Name of the step.")),
            text("action", "What it does, as the script says it."),
        ],
    ),
    // The engine: messages.
    kind(
        "net.send",
        "A node sends a message.",
        &[MESSAGE, LINK, TO, LABEL, LENGTH, SHA256, SUMMARY, DATA],
    ),
    kind(
        "net.deliver",
        "A message reaches a node.",
        &[
            MESSAGE,
            LINK,
            FROM,
            LABEL,
            LENGTH,
            SHA256,
            amount("latency", "nanoseconds", "True time since it was sent."),
            optional(number("copy", "Which copy it is, from 2, where a fault made copies.")),
        ],
    ),
    kind(
        "net.refused",
        "A message reaches a system on which nobody takes it.",
        &[MESSAGE, LINK, FROM, LABEL, text("reason", "Why nobody takes it.")],
    ),
    kind(
        "net.lost",
        "The link loses a message by its own loss rate, or the receiver has stopped.",
        &[MESSAGE, LINK, TO, LABEL, text("reason", "Why it is lost.")],
    ),
    kind(
        "timer",
        "A timer of a node ends.",
        &[
            text("timer", "What it was set for."),
            optional(time("due", "Local time it was set to.")),
        ],
    ),
    // The engine: faults.
    kind("fault.drop", "A fault drops a message.", &[RULE, MESSAGE, LINK, LABEL]),
    kind(
        "fault.delay",
        "A fault delays a message.",
        &[RULE, MESSAGE, LINK, LABEL, amount("by", "nanoseconds", "Added to the latency.")],
    ),
    kind(
        "fault.duplicate",
        "A fault delivers a message more than once.",
        &[RULE, MESSAGE, LINK, LABEL, number("copies", "How many more there will be.")],
    ),
    kind(
        "fault.reorder",
        "A fault lets a later message overtake this one.",
        &[
            RULE,
            MESSAGE,
            LINK,
            LABEL,
            optional(amount("by", "nanoseconds", "Added to the latency.")),
        ],
    ),
    kind(
        "fault.hold",
        "A fault keeps a message back until it is released.",
        &[RULE, MESSAGE, LINK, LABEL],
    ),
    kind(
        "fault.release",
        "A message that was kept back goes on.",
        &[RULE, MESSAGE, LINK, LABEL, amount("held", "nanoseconds", "True time it was kept back.")],
    ),
    kind(
        "fault.corrupt",
        "A fault changes the bytes of a message.",
        &[
            RULE,
            MESSAGE,
            LINK,
            LABEL,
            amount("offset", "bytes", "First byte that changes, from 0."),
            text("mask", "Bits that are turned over, in hexadecimal."),
            SHA256,
        ],
    ),
    kind(
        "fault.tap",
        "A tap stores a copy of a message.",
        &[RULE, MESSAGE, LINK, LABEL, text("tap", "Name of the store.")],
    ),
    kind(
        "fault.replay",
        "A message that a tap stored is sent again.",
        &[
            RULE,
            MESSAGE,
            LINK,
            LABEL,
            text("tap", "Name of the store."),
            number("original", "Number of the message that was stored."),
        ],
    ),
    kind(
        "fault.partition",
        "Links stop to carry messages.",
        &[RULE, texts("links", "The links."), UNTIL],
    ),
    kind("fault.heal", "Links carry messages again.", &[RULE, texts("links", "The links.")]),
    // The engine: clocks.
    kind(
        "clock.step",
        "A clock is set.",
        &[
            SYSTEM,
            amount("by", "nanoseconds", "Forwards; backwards if negative."),
            time("from", "Local time before."),
            time("to", "Local time after."),
        ],
    ),
    kind(
        "clock.drift",
        "A clock begins to run at another rate.",
        &[SYSTEM, amount("rate", "ppm", "Faster than true time; slower if negative.")],
    ),
    kind("clock.freeze", "A clock stands still.", &[SYSTEM, UNTIL]),
    kind(
        "clock.thaw",
        "A clock that stood still runs again.",
        &[SYSTEM, amount("behind", "nanoseconds", "How long it stood.")],
    ),
    kind(
        "clock.slew",
        "A time service begins to bring a clock back, by rate and not by step.",
        &[
            SYSTEM,
            amount(
                "offset",
                "nanoseconds",
                "What is to be made up; negative if the clock is behind.",
            ),
            amount("rate", "ppm", "How fast."),
        ],
    ),
    // The state of nodes.
    kind("node.stopped", "A node stops: messages to it are lost.", &[WHY, UNTIL]),
    kind("node.refusing", "A node answers every request with a refusal.", &[WHY, UNTIL]),
    kind(
        "node.slow",
        "A node takes longer for every request.",
        &[amount("by", "nanoseconds", "Added to each."), UNTIL],
    ),
    kind("node.held", "A node keeps its requests and answers none.", &[WHY, UNTIL]),
    kind("node.up", "A node works as usual again.", &[WHY]),
    // The client.
    kind(
        "client.logon",
        "A client asks for a ticket-granting ticket.",
        &[text("principal", "Who logs on."), text("realm", "The realm it asks.")],
    ),
    kind("client.ticket", "A client receives a ticket and keeps it.", TICKET),
    kind(
        "client.token",
        "A client makes a token from a ticket.",
        &[
            SERVICE,
            text("form", "How it is framed: `GSS`, `raw`."),
            time("ctime", "Time in the authenticator, by the client's clock."),
            optional(amount("cusec", "microseconds", "After `ctime`.")),
            optional(number("sequence", "Sequence number in the authenticator.")),
            yes_no("mutual", "Whether it demands that the service proves itself."),
            LENGTH,
            SHA256,
            SUMMARY,
            DATA,
        ],
    ),
    kind(
        "client.start",
        "A client asks a region to run a transaction.",
        &[
            text("region", "Applid of the region."),
            TRANSACTION,
            optional(text("userid", "User ID that it names.")),
            optional(text("token", "Name of the container that carries its token.")),
        ],
    ),
    kind(
        "client.result",
        "A client receives the result of a transaction.",
        &[
            text("region", "Applid of the region."),
            TRANSACTION,
            text("result", "What it was told."),
        ],
    ),
    kind(
        "client.failed",
        "A client gives up.",
        &[text("action", "What it wanted."), text("reason", "Why it could not.")],
    ),
    kind(
        "client.mutual",
        "A client judges the reply by which the service proves itself.",
        &[SERVICE, yes_no("proved", "Whether the reply is from the service."), WHY],
    ),
    // The KDC.
    kind("kdc.as-rep", "The KDC issues an initial ticket.", TICKET),
    kind("kdc.tgs-rep", "The KDC issues a ticket for a ticket.", TICKET),
    kind(
        "kdc.error",
        "The KDC refuses.",
        &[
            number("code", "Error code (RFC 4120 section 7.5.9)."),
            text("name", "Its name: `KDC_ERR_C_PRINCIPAL_UNKNOWN`."),
            optional(CLIENT),
            optional(SERVICE),
            WHY,
        ],
    ),
    // SAF, the ESM and the network authentication service.
    kind(
        "saf.call",
        "A SAF service is called.",
        &[
            text("service", "The service: `R_ticketserv`, `RACROUTE`."),
            text("function", "What it is asked to do: `VERIFY`, `AUTH`."),
            optional(text("userid", "User ID that it is asked about.")),
            optional(text("class", "Class of the profile.")),
            optional(text("resource", "Name of the resource.")),
            optional(text("access", "Access level that is asked for.")),
        ],
    ),
    kind(
        "saf.return",
        "A SAF service returns.",
        &[
            text("service", "The service."),
            text("function", "What it was asked to do."),
            number("saf", "SAF return code."),
            number("racf", "RACF return code."),
            number("reason", "RACF reason code."),
            optional(text("userid", "User ID that it answers.")),
        ],
    ),
    kind(
        "nas.call",
        "The network authentication service is called.",
        &[
            text("function", "What it is asked to do."),
            optional(SERVICE),
            optional(LENGTH),
            optional(SHA256),
        ],
    ),
    kind(
        "nas.return",
        "The network authentication service returns.",
        &[
            text("function", "What it was asked to do."),
            number("major", "GSS-API major status."),
            number("minor", "Status of the mechanism."),
            optional(text("principal", "The client that it found.")),
            WHY,
        ],
    ),
    kind(
        "check",
        "A decision that compared two things.",
        &[
            text("rule", "Name of the rule."),
            text("source", "Document and section of the rule."),
            text("mark", "`documented` or `assumed`."),
            text("subject", "What was judged."),
            text("subject_value", "Its value."),
            text("against", "What it was judged against."),
            text("against_value", "Its value."),
            optional(text("limit", "How far apart they may be.")),
            text("rounding", "`exact` or `whole seconds`: how both were cut before."),
            text("verdict", "`passed` or `failed`."),
            optional(number(
                "margin",
                "Distance from the limit, in `unit`; negative if it failed.",
            )),
            optional(text("unit", "Unit of the margin: `s`, `bytes`, `levels`; none for counts.")),
        ],
    ),
    // The region.
    kind(
        "task.attach",
        "A task begins.",
        &[
            TRANSACTION,
            text("program", "Its first program."),
            text("userid", "User ID that it runs under."),
            optional(text("started_by", "What began it: a client, a START, a link.")),
        ],
    ),
    kind(
        "task.refused",
        "A task is not begun.",
        &[
            TRANSACTION,
            text("reason", "Why."),
            optional(text("userid", "User ID that asked for it.")),
        ],
    ),
    kind("task.end", "A task ends by itself.", &[TRANSACTION]),
    kind(
        "task.abend",
        "A task ends abnormally.",
        &[
            TRANSACTION,
            text("code", "Abend code."),
            optional(text("program", "The program that ran.")),
            optional(text("command", "The command that ran.")),
        ],
    ),
    kind(
        "exec.begin",
        "A command begins.",
        &[
            text("command", "Its name: `VERIFY TOKEN`."),
            optional(text("program", "The program that issued it.")),
            optional(number("statement", "Place of the command in the program, from 1.")),
            optional(object(
                "options",
                "Its options and their values; those that carry secrets say so.",
            )),
        ],
    ),
    kind(
        "exec.end",
        "A command ends.",
        &[
            text("command", "Its name."),
            number("resp", "RESP."),
            text("condition", "The name of RESP: `NOTAUTH`."),
            number("resp2", "RESP2."),
            optional(object(
                "outputs",
                "Data areas that it set and their values, without secrets.",
            )),
        ],
    ),
    kind(
        "container.put",
        "A container receives data.",
        &[
            text("channel", "The channel."),
            text("container", "The container."),
            optional(text("datatype", "`BIT` or `CHAR`.")),
            optional(number("ccsid", "Coded character set of character data.")),
            LENGTH,
            SHA256,
            SUMMARY,
            DATA,
        ],
    ),
    // Messages and destinations.
    kind(
        "cscs.message",
        "A message reaches its destination.",
        &[
            MESSAGE_ID,
            text("destination", "The transient data queue: `CSCS`."),
            MESSAGE_TEXT,
            optional(text(
                "reason",
                "The reason that the message names, as the catalogue calls it.",
            )),
            text("mark", "`documented` or `assumed`: the text of the message."),
        ],
    ),
    kind(
        "message.suppressed",
        "A message is not issued.",
        &[MESSAGE_ID, MESSAGE_TEXT, text("reason", "Why not: a setting, an exit.")],
    ),
    kind(
        "message.lost",
        "A message was issued and did not reach its destination.",
        &[
            MESSAGE_ID,
            text("destination", "Where it should be."),
            MESSAGE_TEXT,
            text("reason", "Why not."),
        ],
    ),
    kind(
        "td.write",
        "A program writes to a transient data queue.",
        &[
            text("queue", "The queue."),
            LENGTH,
            optional(text("text", "What it wrote, if that is text.")),
        ],
    ),
    kind(
        "limit",
        "A limit of the model or of the run was reached.",
        &[
            text("limit", "Path or name of the limit."),
            number("value", "The limit."),
            optional(text("unit", "Its unit.")),
            text("effect", "What happens now."),
        ],
    ),
];
