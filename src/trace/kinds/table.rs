//! The rows of the table, by who notes them.

use super::common::{
    AFTER, BEFORE, BYTES, COMMAND, CONTAINERS, CONTEXT_ERROR, DATA, DIGEST, FAULT, FROM, ISSUED,
    LINK, MESSAGE_ID, MESSAGE_LINE, MESSAGES, METHOD, MINOR, QUEUE, REASON, RULE, SAF_CALL, SERVER,
    SHA256, SYSTEM, TICKET, TO, TRANSACTION, USERID, WHAT, WHY,
};
use super::fields::{amount, field, kind, number, object, optional, text, texts, time};
use super::{Kind, Shape};

/// Every kind of record, by area.
pub const KINDS: &[Kind] = &[
    // The script.
    kind(
        "script.step",
        "A step of the script reaches its client, or the ESM that it is for.",
        &[
            number("step", "Place of the step in the script, from 1."),
            text("name", "Name of the step, or `#` and its place."),
            text("action", "What it does: `LogOn`, `Start`, `Racf`."),
        ],
    ),
    // The engine: messages and timers.
    kind(
        "net.send",
        "A node sends a message. Of a Kerberos message the digest and the clear text follow.",
        &[
            LINK,
            TO,
            WHAT,
            BYTES,
            DIGEST,
            optional(text("error", "KRB-ERROR: its code.")),
            optional(text("client", "Principal of the client.")),
            optional(text("server", "Principal of the service.")),
            optional(text("options", "Options of the request that are set.")),
            optional(text("till", "Requests: the wanted end of the ticket.")),
            optional(text("etypes", "Requests: the encryption types that the client has.")),
            optional(text("padata", "Requests: the kinds of pre-authentication data.")),
            optional(text("ticket", "How the ticket is sealed: type, key version, length.")),
            optional(text("authenticator", "How the authenticator is sealed.")),
            optional(text("encryption", "How the reply is sealed.")),
            optional(text("time", "KRB-ERROR: the server's time.")),
            optional(text("problem", "Why the message cannot be decoded.")),
            DATA,
        ],
    ),
    kind("net.deliver", "A message reaches a node.", &[LINK, FROM, WHAT, BYTES, DIGEST, DATA]),
    kind(
        "net.refused",
        "A node learns that nobody took its message.",
        &[TO, WHAT, BYTES, DIGEST, DATA],
    ),
    kind(
        "net.lost",
        "A message, timer or step comes to nothing.",
        &[WHY, optional(WHAT), optional(BYTES), DIGEST, DATA],
    ),
    kind("net.unreadable", "A node drops a message that is none that it knows.", &[BYTES]),
    kind("timer", "A timer of a node ends.", &[time("set_for", "Local time it was set for.")]),
    // The engine: faults.
    kind("fault.pass", "A rule lets a message pass.", FAULT),
    kind("fault.drop", "A rule drops a message.", FAULT),
    kind("fault.delay", "A rule delays a message.", FAULT),
    kind("fault.duplicate", "A rule delivers a message more than once.", FAULT),
    kind("fault.reorder", "A rule lets a later message overtake this one.", FAULT),
    kind("fault.hold", "A rule keeps a message back until it is released.", FAULT),
    kind("fault.corrupt", "A rule changes a message; the digest is that of the new bytes.", FAULT),
    kind("fault.tap", "A rule stores a copy of a message.", FAULT),
    kind("fault.replay", "A stored message is sent again.", FAULT),
    kind(
        "fault.answer",
        "An ESM returns codes that the script gave it, in place of its own.",
        &[
            text("service", "The service: `R_ticketserv`."),
            number("saf", "SAF return code."),
            number("rc", "Return code of the ESM."),
            text("rsn", "Reason code of the ESM, in hexadecimal."),
        ],
    ),
    kind("fault.add", "A rule begins to act.", &[RULE]),
    kind("fault.remove", "A rule ends.", &[RULE]),
    kind("fault.release", "The messages that a rule kept back go on.", &[RULE, MESSAGES]),
    kind("fault.replayed", "The messages that a rule stored go out again.", &[RULE, MESSAGES]),
    kind("fault.partition", "Nothing passes between two nodes any more.", &[RULE]),
    kind("fault.heal", "Messages pass between two nodes again.", &[RULE]),
    // The engine: clocks.
    kind(
        "clock.step",
        "A clock is moved.",
        &[amount("by", "nanoseconds", "Forwards; backwards if negative."), SYSTEM, BEFORE, AFTER],
    ),
    kind(
        "clock.set",
        "A clock is set to a time.",
        &[time("to", "The time it is set to."), SYSTEM, BEFORE, AFTER],
    ),
    kind(
        "clock.drift",
        "A clock begins to run at another rate.",
        &[
            amount("ppb", "parts per billion", "Faster than true time; slower if negative."),
            SYSTEM,
            BEFORE,
            AFTER,
        ],
    ),
    kind("clock.freeze", "A clock stands still.", &[SYSTEM, BEFORE, AFTER]),
    kind("clock.thaw", "A clock that stood still runs again.", &[SYSTEM, BEFORE, AFTER]),
    kind(
        "clock.slew",
        "A time service begins to bring a clock back, by rate and not by step.",
        &[amount("ppb", "parts per billion", "How fast."), SYSTEM, BEFORE, AFTER],
    ),
    // The state of nodes.
    kind("node.start", "A node starts.", &[]),
    kind("node.up", "A node works as usual again.", &[]),
    kind("node.stopped", "A node stops: nobody is there.", &[]),
    kind("node.refusing", "A node refuses every message.", &[]),
    kind(
        "node.slow",
        "A node takes longer for everything.",
        &[amount("by", "nanoseconds", "Added to each event.")],
    ),
    kind("node.held", "A node keeps what comes and does nothing.", &[]),
    // The client.
    kind("client.logon", "A client receives a ticket-granting ticket and keeps it.", TICKET),
    kind("client.ticket", "A client receives a ticket for a service and keeps it.", TICKET),
    kind(
        "client.token",
        "A client makes a token from a ticket.",
        &[
            optional(text("name", "The name under which the script keeps it.")),
            text("service", "Principal of the service."),
            text("time", "Time in the authenticator, by the client's clock."),
            time("ticket_ends", "Until when the ticket in it is valid."),
            text("flags", "Flags of the token that are set (RFC 4121 section 4.1.1.1)."),
            BYTES,
            SHA256,
        ],
    ),
    kind(
        "client.start",
        "A client asks a region to start a transaction.",
        &[
            TRANSACTION,
            optional(text("userid", "User ID that it names.")),
            optional(text("terminal", "Terminal of the region at which it is typed.")),
            optional(amount("bytes", "bytes", "Length of the token that goes with it.")),
            optional(field("sha256", Shape::Digest, "", "Digest of that token.")),
            optional(text(
                "form",
                "How the token stands in its container, if not as bytes: `base64`.",
            )),
        ],
    ),
    kind(
        "client.result",
        "A client learns how its transaction ended.",
        &[text("end", "What it was told: `normal`, `abend AEY7`, `refused: …`.")],
    ),
    kind(
        "client.failed",
        "A client cannot do a step.",
        &[text("what", "The step: `LogOn`, `Start`."), WHY],
    ),
    kind(
        "client.mutual",
        "A client judges the token by which the region proves itself.",
        &[text("verdict", "`accepted` or `refused`."), optional(WHY)],
    ),
    kind(
        "client.passticket",
        "A client opens an encrypted PassTicket.",
        &[
            text("name", "The name under which the script keeps the PassTicket."),
            text("container", "The container that brought it."),
            text("verdict", "`accepted` or `refused`."),
            optional(WHY),
        ],
    ),
    kind(
        "client.document",
        "A client keeps an assertion, or a container of an answer.",
        &[
            text("name", "The name under which the script keeps it."),
            amount("bytes", "bytes", "Its length."),
            optional(field("sha256", Shape::Digest, "", "Its digest, where it is no secret.")),
        ],
    ),
    kind(
        "idp.assertion",
        "An identity provider issues an assertion.",
        &[
            text("id", "The assertion's ID."),
            text("subject", "The name of its subject."),
            optional(time("not_before", "When it begins, by the provider's clock.")),
            optional(time("not_on_or_after", "When it ends, by the provider's clock.")),
            amount("bytes", "bytes", "Its length."),
            field("sha256", Shape::Digest, "", "Its digest."),
        ],
    ),
    // The KDC.
    kind("kdc.as-rep", "The KDC issues an initial ticket.", ISSUED),
    kind("kdc.tgs-rep", "The KDC issues a ticket for a ticket.", ISSUED),
    kind(
        "kdc.error",
        "The KDC refuses.",
        &[
            optional(text("error", "The error code's name (RFC 4120 section 7.5.9).")),
            optional(text("client", "Principal of the client, with its realm.")),
            optional(text("service", "Principal of the service, with its realm.")),
        ],
    ),
    // SAF, the ESM and the network authentication service.
    kind("saf.call", "A region or a server calls a SAF service.", SAF_CALL),
    kind(
        "saf.return",
        "A SAF service returns.",
        &[
            number("saf", "SAF return code."),
            number("rc", "Return code of the ESM."),
            text("rsn", "Reason code of the ESM, in hexadecimal."),
        ],
    ),
    kind(
        "saf.timeout",
        "A region gives a SAF service up.",
        &[text("waited", "How long it waited, by its own clock.")],
    ),
    kind(
        "esm.command",
        "The ESM carries a RACF command out.",
        &[
            text("text", "The command, without its passwords."),
            optional(texts("changed", "What it changed: `user ALICE`.")),
            optional(texts("refused", "What it could not do, and why.")),
        ],
    ),
    kind(
        "esm.key-ring",
        "The ESM reads a key ring for a program.",
        &[
            USERID,
            text("ring", "The ring's name."),
            field(
                "certificates",
                Shape::Objects,
                "",
                "What is connected to it: `owner`, `label`, `trust`.",
            ),
        ],
    ),
    kind(
        "esm.state",
        "A service is about to decide on something that commands, or sign-ons with a new password, changed; `also` names them.",
        &[
            optional(texts("changed", "What the commands changed.")),
            optional(texts(
                "not_in_storage",
                "What they changed in the database alone: its class answers from its copy in \
                 storage until SETROPTS RACLIST(class) REFRESH.",
            )),
        ],
    ),
    kind(
        "nas.call",
        "The ESM calls the network authentication service.",
        &[text("function", "What it is asked to do: `inspect`, `accept`, `wrap`.")],
    ),
    kind(
        "nas.return",
        "The network authentication service returns.",
        &[text("status", "Its status word, in hexadecimal; zero: done.")],
    ),
    kind(
        "esm.password",
        "The ESM gives a user the new password or phrase with which he has signed on.",
        &[USERID, text("what", "`password` or `phrase`.")],
    ),
    kind("esm.revoked", "The ESM revokes a user after too many wrong passwords.", &[USERID]),
    kind(
        "esm.log",
        "The ESM tells its log of a refusal, beside the region's own message.",
        &[
            MESSAGE_ID,
            USERID,
            optional(text("group", "The user's default group.")),
            optional(text("name", "The user's name.")),
            optional(text("resource", "Of an access: the resource.")),
            optional(text("class", "Of an access: the class of the resource.")),
            optional(text("profile", "Of an access: the profile that decided.")),
            optional(text("access_intent", "Of an access: the level wanted.")),
            optional(text("access_allowed", "Of an access: the level held.")),
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
            optional(object(
                "about",
                "What it was about, where the two values do not say it. Access: `user`, `class`, \
                 `resource` and `wanted`, a level; `profile`, or `none` where none covers the \
                 resource; and `by`, what gives the user the level that he holds: `the entry of \
                 user ALICE`, `the entry of group STAFF`, `the entry of ID(*)`, `UACC`, or \
                 `RESTRICTED`, which leaves him nothing.",
            )),
        ],
    ),
    // The region.
    kind(
        "region.active",
        "A region has initialized and takes requests.",
        &[text("applid", "Its applid.")],
    ),
    kind("region.failed", "A region cannot initialize.", &[WHY, USERID]),
    kind(
        "terminal.signon",
        "A user has signed on at a terminal.",
        &[text("terminal", "Terminal identifier."), USERID],
    ),
    kind(
        "terminal.signoff",
        "A user has signed off at a terminal.",
        &[text("terminal", "Terminal identifier."), USERID],
    ),
    kind(
        "task.attach",
        "A task begins.",
        &[
            TRANSACTION,
            text("userid", "User ID that it runs under."),
            optional(text("program", "Its first program.")),
        ],
    ),
    kind(
        "task.refused",
        "A task is not begun.",
        &[TRANSACTION, text("userid", "User ID that it would run under."), WHY],
    ),
    kind(
        "task.method",
        "A program calls a method of a server.",
        &[SERVER, METHOD, text("userid", "User ID whom the region asserts.")],
    ),
    kind("task.end", "A task ends by itself.", &[TRANSACTION, CONTAINERS]),
    kind(
        "task.abend",
        "A task ends abnormally.",
        &[text("code", "Abend code."), TRANSACTION, CONTAINERS],
    ),
    kind(
        "exec.begin",
        "A command begins.",
        &[
            optional(text("program", "The program that issued it.")),
            COMMAND,
            text("text", "The command as the program writes it."),
        ],
    ),
    kind(
        "exec.end",
        "A command ends.",
        &[
            COMMAND,
            text("resp", "The name of its condition: `NORMAL`, `NOTAUTH`."),
            number("resp2", "RESP2."),
            optional(object(
                "outputs",
                "Data areas that it set and their values, without secrets.",
            )),
        ],
    ),
    // Program DFHSAML and its JVM server.
    kind(
        "jvmserver.status",
        "The status of a JVM server is set.",
        &[
            text("jvmserver", "The JVM server."),
            text("status", "Its new status: `ENABLED`, `DISABLED`."),
        ],
    ),
    kind(
        "saml.request",
        "Program DFHSAML has read its input containers.",
        &[
            text("function", "What it is to do: `SAML-EXTRACT`."),
            text("jvmserver", "The JVM server."),
            amount("bytes", "bytes", "Length of the token in UTF-8."),
            field("sha256", Shape::Digest, "", "Digest of the token in UTF-8."),
        ],
    ),
    kind(
        "saml.response",
        "Program DFHSAML answers.",
        &[
            optional(text("function", "What it was asked to do; none where that was not clear.")),
            number("response", "The value of DFHSAML-RESPONSE."),
            text("name", "The name of the response."),
            optional(WHY),
            optional(field("sha256", Shape::Digest, "", "Digest of the token that goes out.")),
            texts("containers", "The containers that it made; numbered ones once."),
        ],
    ),
    // Calls of methods: the side that calls.
    kind(
        "orb.call",
        "A caller sends a request to a server.",
        &[
            SERVER,
            METHOD,
            number("request", "The caller's number of the request."),
            text("sender", "What it shows of itself: `user ALICE`, `nothing`."),
            text("identity", "Whom it asserts: `principal ALICE`; `absent` where nobody."),
            text("context", "What it says of contexts: `establish 1`, `within 1`, `none`."),
        ],
    ),
    kind(
        "orb.refused",
        "A caller cannot even send a request.",
        &[
            SERVER,
            METHOD,
            text("outcome", "The name of the refusal in the catalogue: `NoCommonForm`."),
            text("exception", "The exception that whoever wanted it gets."),
            MINOR,
            optional(text("message", "The message in the caller's log, where one is known.")),
            WHY,
        ],
    ),
    kind(
        "orb.result",
        "A caller learns what became of a request.",
        &[
            SERVER,
            METHOD,
            text("result", "`returned`, or the exception: `NO_PERMISSION`."),
            optional(text("caller", "As whom the method was called.")),
            MINOR,
            CONTEXT_ERROR,
            optional(WHY),
        ],
    ),
    // Calls of methods: the server.
    kind(
        "was.connection",
        "A server and a caller have agreed on TLS.",
        &[optional(text("certificate", "Subject of the certificate that the caller has shown."))],
    ),
    kind(
        "was.restart",
        "A server is started anew.",
        &[number("contexts", "How many contexts it has forgotten.")],
    ),
    kind(
        "was.request",
        "A server takes a request apart.",
        &[
            METHOD,
            number("request", "The caller's number of the request."),
            text("sender", "The client authentication token: `user WASUP`, `nothing`."),
            optional(text("certificate", "Subject of the certificate of the connection.")),
            optional(text("started_task", "The started task at the other end, on the same image.")),
            text("identity", "Whom the caller asserts."),
            text("context", "What it says of contexts."),
        ],
    ),
    kind(
        "was.context",
        "A server keeps a context, or ends it.",
        &[
            text("what", "`kept`, `discarded`, `idle for too long`."),
            text("context", "The number of the context."),
            text("userid", "Who calls in it."),
        ],
    ),
    kind(
        "was.credential",
        "A server sets a credential.",
        &[
            text("which", "`received`: the caller's; `invocation`: for calls of other methods."),
            USERID,
            optional(text("groups", "Groups that the registry gave.")),
            text("by", "What it was made from."),
        ],
    ),
    kind(
        "was.accept",
        "A server lets the caller in: the method begins.",
        &[METHOD, text("caller", "As whom it was called.")],
    ),
    kind(
        "was.refuse",
        "A server refuses a request.",
        &[
            METHOD,
            text("outcome", "The name of the refusal in the catalogue: `SenderNotTrusted`."),
            text("exception", "The exception that the caller gets."),
            MINOR,
            CONTEXT_ERROR,
            optional(text("message", "The message in the server's log, where one is known.")),
            WHY,
        ],
    ),
    kind(
        "was.raise",
        "A method ends with the exception of a method that it called.",
        &[METHOD, text("exception", "The exception."), MINOR],
    ),
    // Messages and destinations.
    kind(
        "cscs.message",
        "A message is written to its queue.",
        &[text("region", "Applid of the region."), QUEUE, MESSAGE_ID, REASON, MESSAGE_LINE],
    ),
    kind(
        "message.suppressed",
        "The exit at XMEOUT keeps a message from being written.",
        &[MESSAGE_ID, REASON, MESSAGE_LINE],
    ),
    kind(
        "message.lost",
        "A message does not reach its queue; the region carries on.",
        &[MESSAGE_ID, QUEUE, WHY],
    ),
    kind(
        "td.write",
        "A program's record is written to its queue.",
        &[
            text("region", "Applid of the region."),
            QUEUE,
            text("data", "The record, as characters of code page 037."),
        ],
    ),
];
