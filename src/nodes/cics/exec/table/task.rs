//! Commands on tasks, programs and queues (application programming reference, by command name).

use super::{CommandSpec, Data, Rule, input, keyword, output, value};
use crate::nodes::cics::exec::release::Release;
use crate::nodes::cics::exec::words::{Opt, Verb};

pub(super) static ABEND: CommandSpec = CommandSpec {
    verb: Verb::Abend,
    purpose: "End the task abnormally.",
    since: Release::V5_2,
    options: &[value(Opt::Abcode, Data::Char(4)), keyword(Opt::Cancel), keyword(Opt::Nodump)],
    rules: &[],
    conditions: &[],
    unmodelled: &[],
};

pub(super) static ASSIGN: CommandSpec = CommandSpec {
    verb: Verb::Assign,
    purpose: "Ask for values of the region, the task and the program.",
    since: Release::V5_2,
    options: &[
        output(Opt::Applid, Data::Char(8)),
        output(Opt::Channel, Data::Char(16)),
        output(Opt::Invokingprog, Data::Char(8)),
        output(Opt::Program, Data::Char(8)),
        output(Opt::Returnprog, Data::Char(8)),
        output(Opt::Startcode, Data::Char(2)),
        output(Opt::Sysid, Data::Char(4)),
        output(Opt::Userid, Data::Char(8)),
    ],
    rules: &[],
    conditions: &["INVREQ"],
    unmodelled: ASSIGN_UNMODELLED,
};

#[rustfmt::skip]
const ASSIGN_UNMODELLED: &[&str] = &[
    "ABDUMP", "ABOFFSET", "ACTIVITY", "ACTIVITYID", "ALTSCRNHT", "ALTSCRNWD", "APLKYBD",
    "APLTEXT", "APPLICATION", "ASRAINTRPT", "ASRAKEY", "ASRAPSW", "ASRAPSW16", "ASRAREGS",
    "ASRAREGS64", "ASRASPC", "ASRASTG", "BRIDGE", "BTRANS", "CMDSEC", "COLOR", "CWALENG",
    "DEFSCRNHT", "DEFSCRNWD", "DELIMITER", "DESTCOUNT", "DESTID", "DESTIDLENG", "DS3270",
    "DSSCS", "ERRORMSG", "ERRORMSGLEN", "EWASUPP", "EXTDS", "FACILITYTOKEN", "FCI", "GCHARS",
    "GCODES", "GMMI", "HILIGHT", "INITPARM", "INITPARMLEN", "INPARTN", "INPUTMSGLEN",
    "KATAKANA", "LANGINUSE", "LDCMNEM", "LDCNUM", "LINKLEVEL", "LOCALCCSID", "MAJORVERSION",
    "MAPCOLUMN", "MAPHEIGHT", "MAPLINE", "MAPWIDTH", "MICROVERSION", "MINORVERSION",
    "MSRCONTROL", "NATLANGINUSE", "NETNAME", "NEXTTRANSID", "NUMTAB", "OPCLASS", "OPERATION",
    "OPERKEYS", "OPSECURITY", "ORGABCODE", "OUTLINE", "PAGENUM", "PARTNPAGE", "PARTNS",
    "PARTNSET", "PLATFORM", "PRINSYSID", "PROCESS", "PROCESSTYPE", "PS", "QNAME", "RESSEC",
    "RESTART", "SCRNHT", "SCRNWD", "SIGDATA", "SOSI", "STATIONID", "TASKPRIORITY", "TCTUALENG",
    "TELLERID", "TERMCODE", "TERMPRIORITY", "TEXTKYBD", "TEXTPRINT", "TNADDR", "TNIPFAMILY",
    "TNPORT", "TRANPRIORITY", "TWALENG", "UNATTEND", "USERNAMELEN", "USERPRIORITY",
    "VALIDATION",
];

pub(super) static LINK: CommandSpec = CommandSpec {
    verb: Verb::Link,
    purpose: "Run another program and come back.",
    since: Release::V5_2,
    options: &[value(Opt::Program, Data::Char(8)).required(), value(Opt::Channel, Data::Char(16))],
    rules: &[],
    conditions: &["CHANNELERR", "INVREQ", "LENGERR", "NOTAUTH", "PGMIDERR"],
    unmodelled: &[
        "ACQACTIVITY",
        "ACQPROCESS",
        "ACTIVITY",
        "DATALENGTH",
        "INPUTMSG",
        "INPUTMSGLEN",
        "LENGTH",
        "SYNCONRETURN",
        "SYSID",
        "TRANSID",
    ],
};

pub(super) static RETURN: CommandSpec = CommandSpec {
    verb: Verb::Return,
    purpose: "End the program.",
    since: Release::V5_2,
    options: &[],
    rules: &[],
    conditions: &[],
    unmodelled: &[
        "CHANNEL",
        "COMMAREA",
        "ENDACTIVITY",
        "IMMEDIATE",
        "INPUTMSG",
        "INPUTMSGLEN",
        "LENGTH",
        "TRANSID",
    ],
};

/// Where data is passed it is a channel: START with FROM needs RETRIEVE, which is not modelled.
pub(super) static START: CommandSpec = CommandSpec {
    verb: Verb::Start,
    purpose: "Start a task, now or later.",
    since: Release::V5_2,
    options: &[
        value(Opt::Transid, Data::Char(4)).required(),
        value(Opt::Channel, Data::Char(16)),
        value(Opt::Interval, Data::Packed(4)),
        keyword(Opt::After),
        value(Opt::Hours, Data::Fullword),
        value(Opt::Minutes, Data::Fullword),
        value(Opt::Seconds, Data::Fullword),
    ],
    rules: &[
        Rule::AtMostOne(&[Opt::Interval, Opt::After]),
        Rule::Needs(Opt::After, &[Opt::Hours, Opt::Minutes, Opt::Seconds]),
        Rule::Needs(Opt::Hours, &[Opt::After]),
        Rule::Needs(Opt::Minutes, &[Opt::After]),
        Rule::Needs(Opt::Seconds, &[Opt::After]),
        Rule::Excludes(Opt::Channel, &[Opt::Interval, Opt::After]),
    ],
    conditions: &["CHANNELERR", "INVREQ", "TRANSIDERR"],
    unmodelled: &[
        "AT", "ATTACH", "BREXIT", "FMH", "FROM", "LENGTH", "NOCHECK", "PROTECT", "QUEUE", "REQID",
        "RTERMID", "RTRANSID", "SYSID", "TERMID", "TIME", "USERID",
    ],
};

pub(super) static WRITEQ_TD: CommandSpec = CommandSpec {
    verb: Verb::WriteqTd,
    purpose: "Write a record to a transient data queue.",
    since: Release::V5_2,
    options: &[
        keyword(Opt::Td).required(),
        value(Opt::Queue, Data::Char(4)).required(),
        input(Opt::From, Data::Any).required(),
        value(Opt::Length, Data::Halfword),
    ],
    rules: &[],
    conditions: &["LENGERR", "NOSPACE", "QIDERR"],
    unmodelled: &["SYSID"],
};
