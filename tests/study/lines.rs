//! Lines of logs, split back into what the region put in.

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use regionsim::catalogue::dfhxs1402::{self, Inserts, Reason};
use regionsim::catalogue::messages::{self, Message};
use regionsim::catalogue::saf::SafReturn;
use regionsim::host::files::Disk;
use regionsim::nodes::cscs::wrap;
use regionsim::protocol::kerberos::KeyTable;
use regionsim::scenario::plan::load;
use regionsim::scenario::run::{Options, run};
use regionsim::study::explain::{Answer, Explanation, explain, split_line};

use crate::text;

fn values(told: &Explanation) -> Vec<String> {
    told.inserts.iter().map(|insert| insert.value.clone().unwrap_or_default()).collect()
}

fn told(line: &str) -> Explanation {
    match explain(line) {
        Answer::Explained(told) => *told,
        other => panic!("{line}\n{other:?}"),
    }
}

#[test]
fn lines_of_a_region_with_every_datform_come_back_with_their_values() {
    for (form, date) in
        [("MMDDYY", "03/02/2026"), ("DDMMYY", "02/03/2026"), ("YYMMDD", "2026/03/02")]
    {
        for (scenario, id) in
            [("dfhxs1402/ticket-expired", "DFHXS1402"), ("region/attach-refused", "DFHXS1111")]
        {
            let path = format!("scenarios/{scenario}.ron");
            let change = format!("nodes.CICSPRD1.sit.DATFORM={form}");
            let plan = load(&Disk, &path, &[change]).expect("a plan");
            let mut lines = Vec::new();
            let mut sink = std::io::sink();
            let options =
                Options { trace: &mut sink, bytes: false, queue: sim::QueueKind::default() };
            let mut table = KeyTable::new();
            run(&plan, &mut table, options, &mut |line| {
                if line.record.kind == "cscs.message" {
                    lines.push(text(line, "line").to_owned());
                }
            })
            .expect("a run");
            assert_eq!(lines.len(), 1, "{path}");
            let told = told(&wrap(&lines[0], 128).join("\n"));
            let values = values(&told);
            assert_eq!((values[0].as_str(), values[2].as_str()), (date, "CICSPRD1"));
            let refs: Vec<&str> = values.iter().map(String::as_str).collect();
            let again = messages::lookup(id).and_then(|message| message.text(&refs));
            assert_eq!(again.as_deref(), Some(lines[0].as_str()));
            assert!(told.notes.is_empty(), "{:?}", told.notes);
            assert!(
                told.heading.contains(&format!("{id} of region CICSPRD1, ")),
                "{}",
                told.heading
            );
        }
    }
}

const SPECIMEN: &str = "DFHXS1402 03/02/2026 10:16:00 CICSPRD1 A request to inquire the client principal of a \
    kerberos token obtained from a Security Token Service has failed, reason = R_TICKETSERV service responded \
    not authorized by ESM. SAF codes are (X'00000008',X'00000000') ESM codes are (X'00000008',X'00000010') \
    Taskid (00001) Tranid (PAY1) Task userid (ALICE)";

#[test]
fn a_refusal_brings_the_command_with_the_values_of_the_line() {
    let told = told(SPECIMEN);
    assert_eq!(told.entry.key, "DFHXS1402/1");
    let typed: Vec<_> = told.lines.iter().map(|(_, line)| line.as_str()).collect();
    assert_eq!(
        typed,
        [
            "PERMIT IRR.RTICKETSERV CLASS(FACILITY) ID(region_userid) ACCESS(READ)",
            "SETROPTS RACLIST(FACILITY) REFRESH"
        ]
    );
    assert_eq!(
        told.placeholders,
        [("region_userid", "the user ID of the region CICSPRD1".to_owned())]
    );
    assert!(told.explanation.iter().any(|text| text.starts_with("R_ticketserv 8/8/16: ")));
    let violation = self::told(
        "DFHXS1111 26/09/95 13:30:41 CICSSYS1 CEMT Security violation by user USR001 at netname D2D1 \
         for resource CEMT in class TCICSTRN. SAF codes are (X'00000008',X'00000000'). ESM codes are \
         (X'00000008',X'00000000').",
    );
    // A line of an older release: it ends before insert 13.
    assert_eq!(violation.inserts[5].value.as_deref(), Some(" at netname D2D1"));
    assert_eq!(violation.inserts[12].value, None);
    assert_eq!(violation.notes.len(), 1);
    assert_eq!(violation.lines[0].1, "PERMIT CEMT CLASS(TCICSTRN) ID(USR001) ACCESS(READ)");
    assert!(violation.placeholders.is_empty());
}

#[test]
fn codes_say_more_than_an_unclassified_error() {
    let line = SPECIMEN.replace(
        "R_TICKETSERV service responded not authorized by ESM.",
        "Unclassified ESM error.",
    );
    let told = told(&line);
    assert_eq!(told.entry.key, "DFHXS1402/11");
    assert!(told.lines[0].1.starts_with("PERMIT IRR.GSSERV "), "{:?}", told.lines);
    assert_eq!(told.scenario, Some("scenarios/dfhxs1402/unclassified-gensec.ron"));
    let early = line.replace("X'00000008',X'00000010'", "X'00000010',X'96C73A21'");
    let early = self::told(&early);
    let reads = early.inserts[7].reads.as_deref().unwrap_or_default();
    assert!(reads.contains("KRB5KRB_AP_ERR_TKT_NYV"), "{reads}");
    assert_eq!(early.scenario, Some("scenarios/dfhxs1402/unclassified-ticket-not-yet-valid.ron"));
}

#[test]
fn consoles_wraps_and_cuts_are_forgiven() {
    let whole = values(&told(SPECIMEN));
    for width in [60, 79, 128] {
        let wrapped = wrap(SPECIMEN, width);
        let console: Vec<String> = wrapped
            .iter()
            .enumerate()
            .map(|(at, line)| {
                format!("09.16.{:02} STC01234 {}{line}", at % 60, if at == 0 { "+" } else { "" })
            })
            .collect();
        assert_eq!(values(&told(&wrapped.join("\n"))), whole);
        assert_eq!(values(&told(&wrapped.join("\r\n"))), whole);
        assert_eq!(values(&told(&console.join("\n"))), whole, "{console:#?}");
    }
    // The name of a region's log, as `run` shows it.
    assert_eq!(values(&told(&format!("MSGUSR: {SPECIMEN}"))), whole);
    assert_eq!(values(&told(&SPECIMEN.to_lowercase()))[9], "pay1");
    let stampless = SPECIMEN.replace("03/02/2026 10:16:00 ", "");
    assert_eq!(values(&told(&stampless))[2..], whole[2..]);
    assert!(told(&stampless).notes.is_empty());
    // Cut behind the date nothing is left to recognize; from then on more and more.
    let mut known = 0;
    for cut in SPECIMEN.match_indices(' ').map(|(at, _)| at).skip(2) {
        let told = told(&SPECIMEN[..cut]);
        let found = told.inserts.iter().filter(|insert| insert.value.is_some()).count();
        assert!(found >= known, "{}", &SPECIMEN[..cut]);
        known = found;
    }
    assert!(known >= 9, "{known}");
}

#[test]
fn what_does_not_belong_is_said() {
    let notes = |line: &str| told(line).notes.join("\n");
    assert!(notes(&format!("{SPECIMEN} and more")).contains("Not part of the message: and more"));
    assert!(
        notes(&SPECIMEN.replace("not authorized by ESM.", "out of sorts."))
            .contains("no such reason")
    );
    let odd = SPECIMEN.replace("X'00000008',X'00000010'", "X'00000010',X'96C73A20'");
    let told = "another reason than the text: DFHXS1402/9";
    assert!(notes(&odd).contains(told), "{}", notes(&odd));
    assert!(notes("DFHXS1402 was seen again").contains("Not part of the message"));
}

/// One word, as odd as a name may be in a file; none of the characters that end a line.
fn odd_word() -> impl Strategy<Value = String> {
    prop_oneof!["[A-Z0-9$@#]{1,8}", "[!-~]{1,8}", "[a-zäöüß¬£§éλ漢.,;:'(){}\\[\\]]{1,8}"]
}

fn stamp() -> impl Strategy<Value = (String, String)> {
    let date = (1u32..13, 1u32..32, 1990u32..2100, 0u8..6).prop_map(|(month, day, year, form)| {
        let short = year % 100;
        match form {
            0 => format!("{month:02}/{day:02}/{year:04}"),
            1 => format!("{day:02}/{month:02}/{year:04}"),
            2 => format!("{year:04}/{month:02}/{day:02}"),
            3 => format!("{month:02}/{day:02}/{short:02}"),
            4 => format!("{day:02}/{month:02}/{short:02}"),
            _ => format!("{short:02}/{month:02}/{day:02}"),
        }
    });
    let time = (0u32..24, 0u32..60, 0u32..60).prop_map(|(h, m, s)| format!("{h:02}:{m:02}:{s:02}"));
    (date, time)
}

/// Values that suit the inserts of a message.
fn suiting(message: &'static Message) -> impl Strategy<Value = Vec<String>> {
    let words = proptest::collection::vec(odd_word(), message.inserts.len());
    let codes = proptest::collection::vec(any::<u32>(), message.inserts.len());
    (words, codes, stamp(), 0..16u8, any::<bool>()).prop_map(
        move |(words, codes, stamp, reason, port)| {
            let values = message.inserts.iter().zip(words).zip(codes);
            values
                .map(|((name, word), code)| match *name {
                    "date" => stamp.0.clone(),
                    "time" => stamp.1.clone(),
                    "reason" => dfhxs1402::ROWS[usize::from(reason)].text.to_owned(),
                    "port" if port => format!(" at netname {word}"),
                    "port" => String::new(),
                    name if name.starts_with("saf") || name.starts_with("esm") => {
                        format!("{code:08X}")
                    }
                    _ => word,
                })
                .collect()
        },
    )
}

fn any_line() -> impl Strategy<Value = (&'static Message, Vec<String>)> {
    let with_text: Vec<&'static Message> = messages::ROWS
        .iter()
        .copied()
        .filter(|message| message.template.is_some() && !message.inserts.is_empty())
        .collect();
    proptest::sample::select(with_text).prop_flat_map(|message| (Just(message), suiting(message)))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, rng_seed: RngSeed::Fixed(1402), ..ProptestConfig::default() })]

    #[test]
    fn every_line_that_the_program_can_print_comes_back((message, inserts) in any_line(), width in 60usize..200) {
        let refs: Vec<&str> = inserts.iter().map(String::as_str).collect();
        let line = message.text(&refs).expect("a text");
        // A region cuts words that are longer than a record; none of these is.
        let split = split_line(&wrap(&line, width).join("\n")).expect("a message");
        let found: Vec<String> = split.inserts.into_iter().map(Option::unwrap_or_default).collect();
        prop_assert_eq!(&found, &inserts, "{}", line);
        prop_assert_eq!(split.rest, "");
    }

    #[test]
    fn dfhxs1402_as_the_region_builds_it_comes_back(
        applid in "[A-Z$@#][A-Z0-9$@#]{0,7}", tranid in "[A-Za-z0-9$@#./_%&?!:|\"=,;<>-]{1,4}",
        userid in "[A-Z0-9$@#]{1,8}", taskid in 0u32..100_000, number in 1u8..17,
        saf: u32, rc: u32, rsn: u32, (date, time) in stamp(),
    ) {
        let reason = Reason::from_number(number).expect("a reason");
        let codes = SafReturn::new(saf, rc, rsn);
        let inserts = Inserts {
            date: &date, time: &time, applid: &applid, reason, codes, taskid, tranid: &tranid, userid: &userid,
        };
        let told = told(&wrap(&dfhxs1402::text(&inserts), 128).join("\n"));
        prop_assert_eq!(&told.entry.key, &reason.key());
        let values = values(&told);
        prop_assert_eq!(&values[2], &applid);
        prop_assert_eq!(&values[7], &format!("{rsn:08X}"));
        prop_assert_eq!(&values[8], &format!("{taskid:05}"));
        prop_assert_eq!(&values[9], &tranid);
        prop_assert_eq!(&values[10], &userid);
    }
}
