//! Commands that ask the external security manager.

use super::{CommandSpec, Data, Kind, OptionSpec, Rule, input, keyword, output, value};
use crate::nodes::cics::exec::release::Release;
use crate::nodes::cics::exec::words::{Cvda, Opt, Verb};

/// Application programming reference, "REQUEST ENCRYPTPTKT"; the required options and the first
/// release are assumed.
pub(super) static REQUEST_ENCRYPTPTKT: CommandSpec = CommandSpec {
    verb: Verb::RequestEncryptptkt,
    purpose: "Get a PassTicket for the task's user, encrypted for the sender of a Kerberos token.",
    since: Release::V5_4,
    options: &[
        OptionSpec::new(Opt::Encryptptkt, Kind::Pointer).required(),
        output(Opt::Flength, Data::Fullword).required(),
        input(Opt::Encryptkey, Data::Bytes(4)).required(),
        value(Opt::Esmappname, Data::Char(8)).required(),
        output(Opt::Esmresp, Data::Fullword),
        output(Opt::Esmreason, Data::Fullword),
    ],
    rules: &[],
    conditions: &["INVREQ", "NOTAUTH"],
    unmodelled: &[],
};

/// Application programming reference, "REQUEST PASSTICKET".
pub(super) static REQUEST_PASSTICKET: CommandSpec = CommandSpec {
    verb: Verb::RequestPassticket,
    purpose: "Get a PassTicket for the task's user.",
    since: Release::V5_2,
    options: &[
        output(Opt::Passticket, Data::Char(8)).required(),
        value(Opt::Esmappname, Data::Char(8)).required(),
        output(Opt::Esmresp, Data::Fullword),
        output(Opt::Esmreason, Data::Fullword),
    ],
    rules: &[],
    conditions: &["INVREQ", "NOTAUTH"],
    unmodelled: &[],
};

/// Application programming reference, "VERIFY PASSWORD" of releases 5.4 (without GROUPID) and 5.5. The
/// password stands in an area, never in the command's text, which the trace shows.
pub(super) static VERIFY_PASSWORD: CommandSpec = CommandSpec {
    verb: Verb::VerifyPassword,
    purpose: "Check a user's password or PassTicket.",
    since: Release::V5_2,
    options: &[
        input(Opt::Password, Data::Char(8)).required(),
        value(Opt::Userid, Data::Char(8)).required(),
        value(Opt::Groupid, Data::Char(8)).since(Release::V5_5),
        output(Opt::Esmresp, Data::Fullword),
        output(Opt::Esmreason, Data::Fullword),
    ],
    rules: &[],
    conditions: &["INVREQ", "NOTAUTH", "USERIDERR"],
    unmodelled: &["CHANGETIME", "DAYSLEFT", "EXPIRYTIME", "INVALIDCOUNT", "LASTUSETIME"],
};

/// Application programming reference, "VERIFY PHRASE". A length of 1 to 8 means a password.
pub(super) static VERIFY_PHRASE: CommandSpec = CommandSpec {
    verb: Verb::VerifyPhrase,
    purpose: "Check a user's password phrase, password or PassTicket.",
    since: Release::V5_2,
    options: &[
        input(Opt::Phrase, Data::Any).required(),
        value(Opt::Phraselen, Data::Fullword).required(),
        value(Opt::Userid, Data::Char(8)).required(),
        value(Opt::Groupid, Data::Char(8)).since(Release::V5_5),
        output(Opt::Esmresp, Data::Fullword),
        output(Opt::Esmreason, Data::Fullword),
    ],
    rules: &[],
    conditions: &["INVREQ", "LENGERR", "NOTAUTH", "USERIDERR"],
    unmodelled: &["CHANGETIME", "DAYSLEFT", "EXPIRYTIME", "INVALIDCOUNT", "LASTUSETIME"],
};

/// Application programming reference, "VERIFY TOKEN", releases 5.2, 5.4, 5.5 and 5.6. The length of
/// ISUSERID is that of a user ID; that OUTTOKEN and OUTTOKENLEN form a pair is assumed.
pub(super) static VERIFY_TOKEN: CommandSpec = CommandSpec {
    verb: Verb::VerifyToken,
    purpose: "Verify a security token and learn who presented it.",
    since: Release::V5_2,
    options: &[
        input(Opt::Token, Data::Any).required(),
        value(Opt::Tokenlen, Data::Fullword).required(),
        OptionSpec::new(Opt::Tokentype, Kind::Cvda(&[Cvda::Basicauth, Cvda::Jwt, Cvda::Kerberos])),
        keyword(Opt::Basicauth).since(Release::V5_6),
        keyword(Opt::Jwt).since(Release::V5_6),
        keyword(Opt::Kerberos),
        OptionSpec::new(Opt::Datatype, Kind::Cvda(&[Cvda::Bit, Cvda::Base64])),
        keyword(Opt::Bit),
        keyword(Opt::Base64),
        output(Opt::Isuserid, Data::Char(8)),
        output(Opt::Encryptkey, Data::Bytes(4)).since(Release::V5_4),
        OptionSpec::new(Opt::Outtoken, Kind::Pointer).since(Release::V5_4),
        output(Opt::Outtokenlen, Data::Fullword).since(Release::V5_4),
        output(Opt::Esmresp, Data::Fullword),
        output(Opt::Esmreason, Data::Fullword),
    ],
    rules: &[
        Rule::ExactlyOne(&[Opt::Tokentype, Opt::Basicauth, Opt::Jwt, Opt::Kerberos]),
        Rule::AtMostOne(&[Opt::Datatype, Opt::Bit, Opt::Base64]),
        Rule::Together(&[Opt::Outtoken, Opt::Outtokenlen]),
    ],
    conditions: &["INVREQ", "LENGERR", "NOTAUTH"],
    unmodelled: &[],
};

/// Options of sign-on that the model lacks: languages, the operator's identification card.
const SIGNON_UNMODELLED: &[&str] =
    &["LANGINUSE", "LANGUAGECODE", "NATLANG", "NATLANGINUSE", "OIDCARD"];

/// Application programming reference, "SIGNON". The password stands in an area, never in the command's
/// text, which the trace shows.
pub(super) static SIGNON: CommandSpec = CommandSpec {
    verb: Verb::Signon,
    purpose: "Sign a user on at the task's terminal.",
    since: Release::V5_2,
    options: &[
        value(Opt::Userid, Data::Char(8)).required(),
        input(Opt::Password, Data::Char(8)),
        input(Opt::Phrase, Data::Any),
        value(Opt::Phraselen, Data::Fullword),
        input(Opt::Newpassword, Data::Char(8)),
        input(Opt::Newphrase, Data::Any),
        value(Opt::Newphraselen, Data::Fullword),
        value(Opt::Groupid, Data::Char(8)),
        output(Opt::Esmresp, Data::Fullword),
        output(Opt::Esmreason, Data::Fullword),
    ],
    rules: &[
        Rule::AtMostOne(&[Opt::Password, Opt::Phrase]),
        Rule::Together(&[Opt::Phrase, Opt::Phraselen]),
        Rule::Needs(Opt::Newpassword, &[Opt::Password]),
        Rule::Needs(Opt::Newphrase, &[Opt::Phrase]),
        Rule::Together(&[Opt::Newphrase, Opt::Newphraselen]),
    ],
    conditions: &["INVREQ", "LENGERR", "NOTAUTH", "USERIDERR"],
    unmodelled: SIGNON_UNMODELLED,
};

/// Application programming reference, "SIGNON TOKEN", 5.4. Its options are taken from VERIFY TOKEN
/// (assumed); only KERBEROS tokens sign on.
pub(super) static SIGNON_TOKEN: CommandSpec = CommandSpec {
    verb: Verb::SignonToken,
    purpose: "Sign on at the task's terminal the user whom a Kerberos token stands for.",
    since: Release::V5_4,
    options: &[
        input(Opt::Token, Data::Any).required(),
        value(Opt::Tokenlen, Data::Fullword).required(),
        OptionSpec::new(Opt::Tokentype, Kind::Cvda(&[Cvda::Kerberos])),
        keyword(Opt::Kerberos),
        OptionSpec::new(Opt::Datatype, Kind::Cvda(&[Cvda::Bit, Cvda::Base64])),
        keyword(Opt::Bit),
        keyword(Opt::Base64),
        value(Opt::Groupid, Data::Char(8)),
        OptionSpec::new(Opt::Outtoken, Kind::Pointer),
        output(Opt::Outtokenlen, Data::Fullword),
        output(Opt::Esmresp, Data::Fullword),
        output(Opt::Esmreason, Data::Fullword),
    ],
    rules: &[
        Rule::ExactlyOne(&[Opt::Tokentype, Opt::Kerberos]),
        Rule::AtMostOne(&[Opt::Datatype, Opt::Bit, Opt::Base64]),
        Rule::Together(&[Opt::Outtoken, Opt::Outtokenlen]),
    ],
    conditions: &["INVREQ", "LENGERR", "NOTAUTH"],
    unmodelled: &["LANGINUSE", "LANGUAGECODE", "NATLANG", "NATLANGINUSE"],
};

/// Application programming reference, "SIGNOFF".
pub(super) static SIGNOFF: CommandSpec = CommandSpec {
    verb: Verb::Signoff,
    purpose: "Sign off the user who is signed on at the task's terminal.",
    since: Release::V5_2,
    options: &[],
    rules: &[],
    conditions: &["INVREQ"],
    unmodelled: &[],
};
