//! Commands on channels and containers (application programming reference, the "(CHANNEL)" pages).

use super::{CommandSpec, Data, Kind, OptionSpec, Rule, input, keyword, output, value};
use crate::nodes::cics::exec::release::Release;
use crate::nodes::cics::exec::words::{Cvda, Opt, Verb};

pub(super) static PUT_CONTAINER: CommandSpec = CommandSpec {
    verb: Verb::PutContainer,
    purpose: "Place data in a container of a channel.",
    since: Release::V5_2,
    options: &[
        value(Opt::Container, Data::Char(16)).required(),
        value(Opt::Channel, Data::Char(16)),
        input(Opt::From, Data::Any).required(),
        value(Opt::Flength, Data::Fullword),
        OptionSpec::new(Opt::Datatype, Kind::Cvda(&[Cvda::Bit, Cvda::Char])),
        keyword(Opt::Bit),
        keyword(Opt::Char),
        value(Opt::Fromccsid, Data::Fullword),
        keyword(Opt::Append),
    ],
    rules: &[Rule::AtMostOne(&[Opt::Datatype, Opt::Bit, Opt::Char])],
    conditions: &["CCSIDERR", "CHANNELERR", "CODEPAGEERR", "CONTAINERERR", "INVREQ", "LENGERR"],
    unmodelled: &["ACQACTIVITY", "ACQPROCESS", "ACTIVITY", "FROMCODEPAGE", "PREPEND", "PROCESS"],
};

pub(super) static GET_CONTAINER: CommandSpec = CommandSpec {
    verb: Verb::GetContainer,
    purpose: "Retrieve data from a container of a channel, or its length.",
    since: Release::V5_2,
    options: &[
        value(Opt::Container, Data::Char(16)).required(),
        value(Opt::Channel, Data::Char(16)),
        output(Opt::Into, Data::Any),
        OptionSpec::new(Opt::Set, Kind::Pointer),
        keyword(Opt::Nodata),
        OptionSpec::new(Opt::Flength, Kind::Both(Data::Fullword)),
        value(Opt::Byteoffset, Data::Fullword),
        value(Opt::Intoccsid, Data::Fullword),
    ],
    rules: &[
        Rule::ExactlyOne(&[Opt::Into, Opt::Set, Opt::Nodata]),
        Rule::Needs(Opt::Set, &[Opt::Flength]),
        Rule::Needs(Opt::Nodata, &[Opt::Flength]),
        Rule::Excludes(Opt::Nodata, &[Opt::Byteoffset]),
    ],
    conditions: &["CCSIDERR", "CHANNELERR", "CODEPAGEERR", "CONTAINERERR", "INVREQ", "LENGERR"],
    unmodelled: &[
        "ACQACTIVITY",
        "ACQPROCESS",
        "ACTIVITY",
        "CCSID",
        "CONVERTST",
        "INTOCODEPAGE",
        "NOCONVERT",
        "PROCESS",
    ],
};

pub(super) static DELETE_CONTAINER: CommandSpec = CommandSpec {
    verb: Verb::DeleteContainer,
    purpose: "Delete a container of a channel.",
    since: Release::V5_2,
    options: &[
        value(Opt::Container, Data::Char(16)).required(),
        value(Opt::Channel, Data::Char(16)),
    ],
    rules: &[],
    conditions: &["CHANNELERR", "CONTAINERERR", "INVREQ"],
    unmodelled: &["ACQACTIVITY", "ACQPROCESS", "ACTIVITY", "PROCESS"],
};
