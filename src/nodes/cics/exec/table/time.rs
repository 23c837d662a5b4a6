//! Commands on time (application programming reference, by command name).

use super::{CommandSpec, Data, Kind, OptionSpec, Rule, input, keyword, output, value};
use crate::nodes::cics::exec::release::Release;
use crate::nodes::cics::exec::words::{Opt, Verb};

pub(super) static ASKTIME: CommandSpec = CommandSpec {
    verb: Verb::Asktime,
    purpose: "Read the clock into EIBDATE and EIBTIME, and as an absolute time.",
    since: Release::V5_2,
    options: &[output(Opt::Abstime, Data::Packed(8))],
    rules: &[],
    conditions: &[],
    unmodelled: &[],
};

pub(super) static DELAY: CommandSpec = CommandSpec {
    verb: Verb::Delay,
    purpose: "Suspend the task for a time or until a time.",
    since: Release::V5_2,
    options: &[
        value(Opt::Interval, Data::Packed(4)),
        keyword(Opt::For),
        value(Opt::Hours, Data::Fullword),
        value(Opt::Minutes, Data::Fullword),
        value(Opt::Seconds, Data::Fullword),
        value(Opt::Millisecs, Data::Fullword),
    ],
    rules: &[
        Rule::AtMostOne(&[Opt::Interval, Opt::For]),
        Rule::Needs(Opt::For, &[Opt::Hours, Opt::Minutes, Opt::Seconds, Opt::Millisecs]),
        Rule::Needs(Opt::Hours, &[Opt::For]),
        Rule::Needs(Opt::Minutes, &[Opt::For]),
        Rule::Needs(Opt::Seconds, &[Opt::For]),
        Rule::Needs(Opt::Millisecs, &[Opt::For]),
        Rule::Excludes(Opt::Millisecs, &[Opt::Hours, Opt::Minutes, Opt::Seconds]),
    ],
    conditions: &["INVREQ"],
    unmodelled: &["REQID", "TIME", "UNTIL"],
};

pub(super) static FORMATTIME: CommandSpec = CommandSpec {
    verb: Verb::Formattime,
    purpose: "Turn an absolute time into dates and times for people.",
    since: Release::V5_2,
    options: &[
        input(Opt::Abstime, Data::Packed(8)).required(),
        output(Opt::Date, Data::Char(8)),
        output(Opt::Fulldate, Data::Char(10)),
        output(Opt::Dateform, Data::Char(6)),
        OptionSpec::new(Opt::Datesep, Kind::OptionalValue(Data::Char(1))),
        output(Opt::Daycount, Data::Fullword),
        output(Opt::Dayofmonth, Data::Fullword),
        output(Opt::Dayofweek, Data::Fullword),
        output(Opt::Ddmmyy, Data::Char(8)),
        output(Opt::Ddmmyyyy, Data::Char(10)),
        output(Opt::Milliseconds, Data::Fullword),
        output(Opt::Mmddyy, Data::Char(8)),
        output(Opt::Mmddyyyy, Data::Char(10)),
        output(Opt::Monthofyear, Data::Fullword),
        output(Opt::Time, Data::Char(8)),
        OptionSpec::new(Opt::Timesep, Kind::OptionalValue(Data::Char(1))),
        output(Opt::Year, Data::Fullword),
        output(Opt::Yyddd, Data::Char(6)),
        output(Opt::Yyddmm, Data::Char(8)),
        output(Opt::Yymmdd, Data::Char(8)),
        output(Opt::Yyyyddd, Data::Char(8)),
        output(Opt::Yyyyddmm, Data::Char(10)),
        output(Opt::Yyyymmdd, Data::Char(10)),
    ],
    rules: &[],
    conditions: &["INVREQ"],
    unmodelled: &["DATESTRING", "STRINGFORMAT"],
};
