//! EXEC CICS commands as an author writes them: what is accepted, and every complaint.

#![allow(clippy::unwrap_used, reason = "a helper that fails fails its test")]

use proptest::prelude::*;
use regionsim::nodes::cics::exec::table::{COMMANDS, CommandSpec, Data, Kind, OptionSpec, Rule};
use regionsim::nodes::cics::exec::{
    Areas, Arg, Cvda, Declarations, Opt, Release, SyntaxError, Verb, parse,
};

fn declared() -> Declarations {
    [
        ("TOKEN", "BIT(4096)"),
        ("TOKENLEN", "FULLWORD VALUE(1200)"),
        ("USER", "CHAR(8)"),
        ("KEY", "BIT(4)"),
        ("PTR", "POINTER"),
        ("RC", "FULLWORD"),
        ("HALF", "HALFWORD VALUE(7)"),
        ("ABS", "PACKED(8)"),
        ("HHMMSS", "PACKED(4) VALUE(000130)"),
        ("NAME4", "CHAR(4) VALUE('PAY1')"),
        ("NAME16", "CHAR(16) VALUE('TICKETS')"),
        ("TEXT40", "CHAR(40)"),
        ("KIND", "FULLWORD VALUE(DFHVALUE(KERBEROS))"),
        ("ONE", "CHAR(1) VALUE('/')"),
    ]
    .try_into()
    .unwrap()
}

fn release(text: &str) -> Release {
    text.parse().unwrap()
}

fn errors(text: &str, at: &str) -> Vec<SyntaxError> {
    parse(text, &declared(), release(at)).unwrap_err()
}

/// What a complaint looks like in the tables below: the offending text, then the message.
fn shown(text: &str, errors: &[SyntaxError]) -> Vec<(String, String)> {
    errors
        .iter()
        .map(|error| (text[error.span.start..error.span.end].to_owned(), error.message.clone()))
        .collect()
}

#[track_caller]
fn complains(text: &str, at: &str, expected: &[(&str, &str)]) {
    let errors = errors(text, at);
    let expected: Vec<(String, String)> =
        expected.iter().map(|(piece, message)| ((*piece).into(), (*message).into())).collect();
    assert_eq!(shown(text, &errors), expected, "{text}");
}

#[track_caller]
fn helps(text: &str, help: &str) {
    let errors = errors(text, "5.6");
    assert_eq!(errors.len(), 1, "{text}: {errors:?}");
    let found = errors[0].help.as_deref().unwrap_or_default();
    assert!(found.contains(help), "{text}: {found}");
}

#[test]
fn the_command_of_the_design_reads_back() {
    let text = "VERIFY TOKEN(&TOKEN) TOKENLEN(&TOKENLEN) KERBEROS ISUSERID(&USER) \
                ENCRYPTKEY(&KEY) RESP(&RC)";
    let command = parse(text, &declared(), release("5.4")).unwrap();
    let areas = Areas::new(&declared());
    assert_eq!(command.verb(), Verb::VerifyToken);
    assert_eq!(command.variable(Opt::Token), Some("TOKEN"));
    assert_eq!(command.number(Opt::Tokenlen, &areas), Some(1200));
    assert_eq!(command.cvda(Opt::Tokentype, &areas), Ok(Some(Cvda::Kerberos)));
    assert_eq!(command.cvda(Opt::Datatype, &areas), Ok(None));
    assert_eq!(command.variable(Opt::Resp), Some("RC"));
    assert!(command.has(Opt::Encryptkey) && !command.has(Opt::Nohandle));
    let name = command.name_span();
    assert_eq!(&text[name.start..name.end], "VERIFY TOKEN");
    let span = command.span(Opt::Isuserid).unwrap();
    assert_eq!(&text[span.start..span.end], "ISUSERID(&USER)");
    assert_eq!(command.text_as_written(), text);
}

#[test]
fn writing_is_free_in_case_blanks_order_and_frame() {
    let plain = "VERIFY TOKEN(&TOKEN) TOKENLEN(5) TOKENTYPE(DFHVALUE(KERBEROS)) BASE64";
    let plain = parse(plain, &declared(), release("5.6")).unwrap();
    for text in [
        "exec cics verify\n token ( &token )\ttokenlen( +5 ) tokentype (dfhvalue( kerberos ))\
         base64 end-exec",
        "VERIFY BASE64 TOKENTYPE(DFHVALUE(KERBEROS)) TOKENLEN(0005)TOKEN(&Token)",
    ] {
        let command = parse(text, &declared(), release("5.6")).unwrap();
        let options: Vec<_> = command.options().collect();
        assert_eq!(options, plain.options().collect::<Vec<_>>(), "{text}");
    }
}

#[test]
fn arguments_are_read_through_variables_and_padded() {
    let areas = Areas::new(&declared());
    let command = parse(
        "PUT CONTAINER('IT''S') CHANNEL(&NAME16) FROM(&PTR) FLENGTH(EIBRESP) CHAR",
        &declared(),
        release("6.1"),
    )
    .unwrap();
    assert_eq!(command.text(Opt::Container, &areas).unwrap(), "IT'S");
    assert_eq!(command.bytes(Opt::Container, &areas).unwrap().len(), 16);
    assert_eq!(command.text(Opt::Channel, &areas).unwrap(), "TICKETS");
    assert_eq!(command.number(Opt::Flength, &areas), Some(0));
    assert_eq!(command.cvda(Opt::Datatype, &areas), Ok(Some(Cvda::Char)));
    assert_eq!(command.storage(Opt::From, &areas), None);
    assert_eq!(command.bytes(Opt::From, &areas), None);

    let command = parse("LINK PROGRAM(X'D7C1E8F1')", &declared(), release("6.1")).unwrap();
    assert_eq!(command.text(Opt::Program, &areas).unwrap(), "PAY1");
    let command = parse("START TRANSID(&NAME4) AFTER HOURS(-1)", &declared(), release("6.1"));
    assert_eq!(command.unwrap().number(Opt::Hours, &areas), Some(-1));
    let command = parse("DELAY INTERVAL(&HHMMSS)", &declared(), release("6.1")).unwrap();
    assert_eq!(command.number(Opt::Interval, &areas), Some(130));
}

#[test]
fn a_cvda_in_a_variable_is_judged_when_it_is_used() {
    let text = "VERIFY TOKEN(&TOKEN) TOKENLEN(1) TOKENTYPE(&KIND)";
    let command = parse(text, &declared(), release("5.2")).unwrap();
    let mut areas = Areas::new(&declared());
    assert_eq!(command.cvda(Opt::Tokentype, &areas), Ok(Some(Cvda::Kerberos)));
    areas.set_number("KIND", i64::from(Cvda::Base64.number())).unwrap();
    assert_eq!(command.cvda(Opt::Tokentype, &areas), Err(i64::from(Cvda::Base64.number())));
    areas.set_number("KIND", 0).unwrap();
    assert_eq!(command.cvda(Opt::Tokentype, &areas), Err(0));
}

#[test]
fn unknown_commands() {
    complains("", "5.6", &[("", "a command is missing")]);
    complains("EXEC CICS END-EXEC", "5.6", &[("EXEC CICS END-EXEC", "a command is missing")]);
    complains("EXEC SQL COMMIT", "5.6", &[("EXEC SQL", "only EXEC CICS commands can be written")]);
    complains("SEND MAP('M')", "5.6", &[("SEND", "the command `SEND` is not modelled")]);
    complains("GET COUNTER('X')", "5.6", &[("GET", "the command `GET COUNTER` is not modelled")]);
    complains(
        "WRITEQ QUEUE('Q') TS",
        "5.6",
        &[("WRITEQ", "the command `WRITEQ TS` is not modelled")],
    );
    complains("VERFY TOKEN(&TOKEN)", "5.6", &[("VERFY TOKEN", "`VERFY TOKEN` is not a command")]);
    complains("VERIFY TOKN(&TOKEN)", "5.6", &[("VERIFY TOKN", "`VERIFY TOKN` is not a command")]);
    complains("DELY FOR SECONDS(1)", "5.6", &[("DELY", "`DELY` is not a command")]);
    complains("FROBNICATE", "5.6", &[("FROBNICATE", "`FROBNICATE` is not a command")]);
    helps("VERFY TOKEN(&TOKEN)", "did you mean `VERIFY TOKEN`?");
    helps("VERIFY TOKN(&TOKEN)", "did you mean `VERIFY TOKEN`?");
    helps("VERIFY", "did you mean `VERIFY PASSWORD`?");
    helps("GET CONTANER('A')", "did you mean `GET CONTAINER`?");
    helps("WRITEQ QUEUE('CSCS')", "did you mean `WRITEQ TD`?");
    helps("RETRN", "did you mean `RETURN`?");
    helps("FROBNICATE", "commands are ABEND, ASKTIME, ASSIGN");
}

#[test]
fn unknown_and_unmodelled_options() {
    complains("ABEND ABCOD('A')", "5.6", &[("ABCOD", "`ABCOD` is not an option of ABEND")]);
    helps("ABEND ABCOD('A')", "did you mean `ABCODE`? options are ABCODE, CANCEL, NODUMP, RESP");
    complains("ABEND ZZZZZZ", "5.6", &[("ZZZZZZ", "`ZZZZZZ` is not an option of ABEND")]);
    complains(
        "RETURN INPUTMSG('A')",
        "5.6",
        &[("INPUTMSG", "the option `INPUTMSG` of RETURN is not modelled")],
    );
    // A misspelt option is not also missing.
    complains("LINK PROGRM('PAY1')", "5.6", &[("PROGRM", "`PROGRM` is not an option of LINK")]);
}

#[test]
fn options_and_values_of_later_releases() {
    let base = "VERIFY TOKEN(&TOKEN) TOKENLEN(1) ";
    let late = |option: &str, at: &str, piece: &str, message: &str| {
        complains(&format!("{base}{option}"), at, &[(piece, message)]);
    };
    late(
        "KERBEROS ENCRYPTKEY(&KEY)",
        "5.3",
        "ENCRYPTKEY",
        "`ENCRYPTKEY` is not in release 5.3: it came with 5.4",
    );
    late("JWT", "5.5", "JWT", "`JWT` is not in release 5.5: it came with 5.6");
    late(
        "TOKENTYPE(DFHVALUE(BASICAUTH))",
        "5.5",
        "BASICAUTH",
        "`BASICAUTH` is not in release 5.5: it came with 5.6",
    );
    assert!(parse(&format!("{base} JWT"), &declared(), release("5.6")).is_ok());
    assert!(
        parse(&format!("{base} KERBEROS ENCRYPTKEY(&KEY)"), &declared(), release("5.4")).is_ok()
    );
}

#[test]
fn missing_repeated_and_contradicting_options() {
    complains(
        "VERIFY TOKEN(&TOKEN)",
        "5.6",
        &[
            ("VERIFY TOKEN", "VERIFY TOKEN needs the option `TOKENLEN`"),
            ("VERIFY TOKEN", "VERIFY TOKEN needs one of TOKENTYPE, BASICAUTH, JWT or KERBEROS"),
        ],
    );
    let base = "VERIFY TOKEN(&TOKEN) TOKENLEN(1) KERBEROS ";
    let wrong = |option: &str, piece: &str, message: &str| {
        complains(&format!("{base}{option}"), "5.6", &[(piece, message)]);
    };
    wrong("JWT", "JWT", "`KERBEROS` and `JWT` exclude each other");
    wrong("BIT BASE64", "BASE64", "`BIT` and `BASE64` exclude each other");
    wrong("TOKENLEN(2)", "TOKENLEN", "`TOKENLEN` is given twice");
    wrong("OUTTOKEN(&PTR)", "OUTTOKEN(&PTR)", "`OUTTOKEN` needs `OUTTOKENLEN` with it");
    wrong("OUTTOKENLEN(&RC)", "OUTTOKENLEN(&RC)", "`OUTTOKENLEN` needs `OUTTOKEN` with it");
    complains(
        "GET CONTAINER('A') INTO(&TOKEN) NODATA FLENGTH(&RC)",
        "5.6",
        &[("NODATA", "`INTO` and `NODATA` exclude each other")],
    );
    complains(
        "GET CONTAINER('A') SET(&PTR)",
        "5.6",
        &[("SET(&PTR)", "`SET` needs `FLENGTH` with it")],
    );
    complains("DELAY HOURS(1)", "5.6", &[("HOURS(1)", "`HOURS` needs `FOR` with it")]);
    complains(
        "DELAY FOR",
        "5.6",
        &[("FOR", "`FOR` needs one of HOURS, MINUTES, SECONDS or MILLISECS")],
    );
    complains(
        "DELAY FOR MILLISECS(5) SECONDS(1)",
        "5.6",
        &[("SECONDS(1)", "`MILLISECS` and `SECONDS` exclude each other")],
    );
    complains(
        "START TRANSID('PAY1') CHANNEL('C') INTERVAL(100)",
        "5.6",
        &[("INTERVAL(100)", "`CHANNEL` and `INTERVAL` exclude each other")],
    );
}

#[test]
fn shapes() {
    complains("ABEND ABCODE", "5.6", &[("ABCODE", "`ABCODE` needs an argument")]);
    complains("ABEND ABCODE( )", "5.6", &[("( )", "the argument of `ABCODE` is empty")]);
    complains("ABEND CANCEL(&RC)", "5.6", &[("&RC", "`CANCEL` takes no argument")]);
    complains("ABEND CANCEL()", "5.6", &[("()", "`CANCEL` takes no argument")]);
    complains("ABEND('A')", "5.6", &[("'A'", "`ABEND` takes no argument")]);
    complains(
        "LINK PROGRAM(&USER CHANNEL('C')",
        "5.6",
        &[("(", "the parenthesis after `PROGRAM` is not closed")],
    );
    complains(
        "LINK PROGRAM('PAY1'",
        "5.6",
        &[("(", "the parenthesis after `PROGRAM` is not closed")],
    );
    complains("LINK PROGRAM(", "5.6", &[("(", "the parenthesis after `PROGRAM` is not closed")]);
    complains(
        "LINK PROGRAM('A' 'B'",
        "5.6",
        &[("'B'", "the argument of `PROGRAM` should end here")],
    );
    complains(
        "LINK PROGRAM('A') (&RC)",
        "5.6",
        &[("(", "an option is missing before this parenthesis")],
    );
    complains("ABEND NODUMP) CANCEL", "5.6", &[(")", "this closing parenthesis was never opened")]);
    complains(
        "ABEND ABCODE('A', 'B') CANCEL",
        "5.6",
        &[(", 'B'", "the argument of `ABCODE` should end here")],
    );
    complains("ABEND ('A')", "5.6", &[("'A'", "`ABEND` takes no argument")]);
    complains("ABEND CANCEL , NODUMP", "5.6", &[(",", "`,` is not an option")]);
    complains("ABEND &RC", "5.6", &[("&RC", "`&RC` is not an option")]);
}

#[test]
fn literals() {
    let abend = |argument: &str, piece: &str, message: &str| {
        complains(&format!("ABEND ABCODE({argument}) NODUMP"), "5.6", &[(piece, message)]);
    };
    abend("''", "''", "a literal cannot be empty");
    abend("'ABCDE'", "'ABCDE'", "this literal has 5 characters, `ABCODE` takes at most 4");
    abend("X'C1C2C'", "X'C1C2C'", HEX);
    abend("X''", "X''", HEX);
    abend("x'G1'", "x'G1'", HEX);
    abend("12", "12", "`ABCODE` needs characters");
    abend("'A€'", "'A€'", "code page 037 has no character `€`");
    abend("&", "&", "a name must follow the ampersand");
    abend("\"ABC\"", "\"ABC\"", "`\"ABC\"` is not an argument");
    abend("DFHVALUE(BIT)", "DFHVALUE(BIT)", "`ABCODE` takes no CVDA value");
    complains("ABEND ABCODE('ABCD", "5.6", &[("'ABCD", "this literal has no closing quote")]);
    let length = |argument: &str, piece: &str, message: &str| {
        let text = format!("WRITEQ TD QUEUE('CSCS') FROM(&TOKEN) LENGTH({argument})");
        complains(&text, "5.6", &[(piece, message)]);
    };
    length("LENGTH OF &TOKEN", "LENGTH OF &TOKEN", "LENGTH OF is not supported");
    length("'12'", "'12'", "`LENGTH` needs a number");
    length("1.5", "1.5", "`1.5` is not a whole decimal number");
    length("12A", "12A", "`12A` is not a whole decimal number");
    length("99999999999999999999", "99999999999999999999", NUMBER);
    length("32768", "32768", "32768 does not fit in HALFWORD");
    length("-32769", "-32769", "-32769 does not fit in HALFWORD");
    assert!(
        parse("WRITEQ TD QUEUE('CSCS') FROM(&TOKEN) LENGTH(32767)", &declared(), release("5.6"))
            .is_ok()
    );
    complains(
        "DELAY INTERVAL(10000000)",
        "5.6",
        &[("10000000", "10000000 does not fit in PACKED(4)")],
    );
}

const HEX: &str = "a hexadecimal literal needs an even number of digits 0-9 and A-F";
const NUMBER: &str = "`99999999999999999999` is not a whole decimal number";

#[test]
fn variables_and_their_types() {
    let base = "VERIFY TOKEN(&TOKEN) TOKENLEN(1) KERBEROS ";
    let wrong = |option: &str, piece: &str, message: &str| {
        complains(&format!("{base}{option}"), "5.6", &[(piece, message)]);
    };
    wrong("ISUSERID(&USR)", "&USR", "the data area `USR` is not declared");
    helps(&format!("{base}ISUSERID(&USR)"), "did you mean `&USER`?");
    wrong("ISUSERID('BOB')", "'BOB'", "`ISUSERID` needs a data area, not a literal");
    wrong(
        "ISUSERID(&NAME4)",
        "&NAME4",
        "`ISUSERID` needs CHAR(8) or longer, but `NAME4` is CHAR(4)",
    );
    wrong(
        "ISUSERID(&TOKEN)",
        "&TOKEN",
        "`ISUSERID` needs CHAR(8) or longer, but `TOKEN` is BIT(4096)",
    );
    wrong(
        "ENCRYPTKEY(&HALF)",
        "&HALF",
        "`ENCRYPTKEY` needs 4 bytes or more, but `HALF` is HALFWORD",
    );
    wrong("ENCRYPTKEY(&PTR)", "&PTR", "`ENCRYPTKEY` needs 4 bytes or more, but `PTR` is POINTER");
    wrong("ESMRESP(&HALF)", "&HALF", "`ESMRESP` needs FULLWORD, but `HALF` is HALFWORD");
    wrong(
        "OUTTOKEN(&RC) OUTTOKENLEN(&RC)",
        "&RC",
        "`OUTTOKEN` needs POINTER, but `RC` is FULLWORD",
    );
    wrong("OUTTOKEN(5) OUTTOKENLEN(&RC)", "5", "`OUTTOKEN` needs a pointer, not a literal");
    wrong("RESP(EIBRESP)", "EIBRESP", "`EIBRESP` is read-only: only CICS sets it");
    wrong("RESP(RC)", "RC", "`RC` is not an argument");
    helps(&format!("{base}RESP(RC)"), "&RC");
    wrong("RESP(&EIBRESP)", "&EIBRESP", "`EIBRESP` is written without an ampersand");
    helps(&format!("{base}DATATYPE(BASE64)"), "write DFHVALUE(BASE64)");
    wrong("DATATYPE(DFHVALUE(CHAR))", "CHAR", "`CHAR` is not a value of DATATYPE");
    wrong("DATATYPE(DFHVALUE(BASE))", "BASE", "`BASE` is not a CVDA value");
    wrong("DATATYPE(1)", "1", "`DATATYPE` needs a CVDA value, not a literal");
    wrong("DATATYPE(DFHVALUE())", "DFHVALUE", "DFHVALUE needs one name");
    complains(
        "LINK PROGRAM(&NAME16)",
        "5.6",
        &[("&NAME16", "`PROGRAM` needs characters, at most 8, but `NAME16` is CHAR(16)")],
    );
    complains(
        "GET CONTAINER('A') INTO(&PTR)",
        "5.6",
        &[("&PTR", "`INTO` needs an area that holds data, but `PTR` is POINTER")],
    );
    complains("LINK PROGRAM(EIBTRMD)", "5.6", &[("EIBTRMD", "`EIBTRMD` is not an argument")]);
    helps("LINK PROGRAM(pay1)", "write 'PAY1' for a text, &PAY1 for a data area");
    helps("PUT CONTAINER('A') FROM(DATA)", "with an ampersand: &NAME");
    helps("LINK PROGRAM(EIBTRMD)", "did you mean `EIBTRMID`?");
}

#[test]
fn all_errors_come_together_in_the_order_of_the_text() {
    complains(
        "GET CONTAINER('A) NAME') CHANEL('C') INTO(&BUFFER) RESP(&HALF) RESP(&RC) NODATA",
        "5.6",
        &[
            ("CHANEL", "`CHANEL` is not an option of GET CONTAINER"),
            ("&BUFFER", "the data area `BUFFER` is not declared"),
            ("&HALF", "`RESP` needs FULLWORD, but `HALF` is HALFWORD"),
            ("RESP", "`RESP` is given twice"),
            ("NODATA", "`INTO` and `NODATA` exclude each other"),
            ("NODATA", "`NODATA` needs `FLENGTH` with it"),
        ],
    );
}

#[test]
fn long_texts_are_refused_at_the_limit() {
    let text = |length: usize| format!("{:<length$}", "ABEND");
    assert!(parse(&text(8192), &declared(), release("5.6")).is_ok());
    let errors = errors(&text(8193), "5.6");
    assert_eq!(errors.len(), 1);
    assert_eq!(errors[0].message, "the text is longer than 8192 bytes");
}

/// An argument that suits an option, from the areas of [`declared`].
fn argument(option: &OptionSpec) -> String {
    let by_data = |data: Data, reads: bool| match data {
        Data::Char(length) if reads && length < 4 => "&ONE",
        Data::Char(length) if reads && length < 16 => "&NAME4",
        Data::Char(_) if reads => "&NAME16",
        Data::Char(_) => "&TEXT40",
        Data::Bytes(_) => "&KEY",
        Data::Fullword => "&RC",
        Data::Halfword => "&HALF",
        Data::Packed(8) => "&ABS",
        Data::Packed(_) => "&HHMMSS",
        Data::Any => "&TOKEN",
    };
    match option.kind {
        Kind::Keyword => String::new(),
        Kind::Value(data) | Kind::OptionalValue(data) | Kind::Input(data) => {
            format!("({})", by_data(data, true))
        }
        Kind::Output(data) | Kind::Both(data) => format!("({})", by_data(data, false)),
        Kind::Pointer => "(&PTR)".to_owned(),
        Kind::Cvda(values) => format!("(DFHVALUE({}))", values.last().unwrap().word()),
    }
}

/// The options that a command needs so that `wanted` can stand in it.
fn company(spec: &CommandSpec, wanted: Opt) -> Vec<Opt> {
    let mut chosen: Vec<Opt> =
        spec.options.iter().filter(|option| option.required).map(|option| option.opt).collect();
    chosen.push(wanted);
    for _ in 0..4 {
        for rule in spec.rules {
            match rule {
                Rule::ExactlyOne(opts) if !opts.iter().any(|opt| chosen.contains(opt)) => {
                    chosen.push(*opts.last().unwrap());
                }
                Rule::Together(opts) if opts.iter().any(|opt| chosen.contains(opt)) => {
                    chosen.extend(*opts);
                }
                Rule::Needs(opt, any)
                    if chosen.contains(opt) && !any.iter().any(|other| chosen.contains(other)) =>
                {
                    chosen.push(any[0]);
                }
                Rule::Excludes(opt, others)
                    if *opt != wanted && others.contains(&wanted) && chosen.contains(opt) =>
                {
                    chosen.retain(|chosen| chosen != opt);
                    chosen.push(Opt::Into);
                }
                _ => {}
            }
        }
        chosen.sort_unstable();
        chosen.dedup();
    }
    chosen
}

fn written(spec: &CommandSpec, opts: &[Opt]) -> String {
    let mut text = spec.verb.first().to_owned();
    for opt in opts {
        let option = spec.option(*opt).unwrap();
        text.push_str(&format!(" {}{}", opt.word(), argument(option)));
    }
    text
}

#[test]
fn every_option_of_every_command_is_accepted_from_its_release_on() {
    for spec in COMMANDS {
        for option in spec.all_options() {
            let text = written(spec, &company(spec, option.opt));
            for at in Release::KNOWN {
                let parsed = parse(&text, &declared(), at);
                if at < option.since.max(spec.since) {
                    assert!(parsed.is_err(), "{text} at {at}");
                } else {
                    let command = parsed.unwrap_or_else(|errors| panic!("{text}: {errors:?}"));
                    assert_eq!(command.verb(), spec.verb);
                    assert!(command.has(option.opt));
                    let arg = command.arg(option.opt);
                    assert_eq!(arg.is_none(), option.kind == Kind::Keyword, "{text}");
                }
            }
        }
    }
}

#[test]
fn every_required_option_is_missed() {
    for spec in COMMANDS {
        for required in spec.options.iter().filter(|option| option.required) {
            if spec.verb.object() == Some(required.opt) {
                continue;
            }
            let mut opts = company(spec, required.opt);
            opts.retain(|opt| *opt != required.opt);
            let errors = errors(&written(spec, &opts), "6.3");
            let word = required.opt.word();
            let message = format!("{} needs the option `{word}`", spec.verb.word());
            assert_eq!(errors.len(), 1, "{errors:?}");
            assert_eq!(errors[0].message, message);
        }
    }
}

#[test]
fn separators_of_formattime_may_stand_alone() {
    let text = "FORMATTIME ABSTIME(&ABS) DATE(&USER) DATESEP TIME(&USER) TIMESEP('.')";
    let command = parse(text, &declared(), release("5.2")).unwrap();
    assert!(command.has(Opt::Datesep));
    assert_eq!(command.arg(Opt::Datesep), None);
    assert_eq!(command.arg(Opt::Timesep), Some(&Arg::Bytes(vec![0x4B])));
}

/// Pieces that make texts which come close to commands.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        prop::sample::select(Opt::ALL).prop_map(|opt| opt.word().to_owned()),
        prop::sample::select(Verb::ALL).prop_map(|verb| verb.word().to_owned()),
        prop::sample::select(vec![
            "(",
            ")",
            "()",
            " ",
            "'",
            "''",
            "&",
            "&RC",
            "&TOKEN",
            "X'",
            "X'C1'",
            "'é€'",
            "-",
            "12",
            "DFHVALUE(",
            "DFHVALUE(BIT)",
            "LENGTH OF ",
            "EXEC CICS",
            "END-EXEC",
            "EIBRESP",
        ])
        .prop_map(str::to_owned),
        "\\PC{0,3}",
    ];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn any_text_gets_an_answer_with_spans_inside_it(text in pieces(), at in 0..8_usize) {
        let declared = declared();
        match parse(&text, &declared, Release::KNOWN[at]) {
            Ok(command) => {
                let areas = Areas::new(&declared);
                for (opt, _) in command.options() {
                    let span = command.span(opt).unwrap();
                    prop_assert!(text.get(span.start..span.end).is_some());
                    let _ = (command.bytes(opt, &areas), command.number(opt, &areas));
                }
            }
            Err(errors) => {
                prop_assert!(!errors.is_empty());
                prop_assert!(errors.is_sorted_by_key(|error| error.span));
                for error in errors {
                    prop_assert!(text.get(error.span.start..error.span.end).is_some(), "{error}");
                    prop_assert!(!error.message.is_empty());
                }
            }
        }
    }
}
