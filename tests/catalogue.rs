//! The catalogue against the documents that it models.

use std::collections::BTreeSet;

use regionsim::catalogue::conditions::Condition;
use regionsim::catalogue::copybook::{Language, copybook, offsets};
use regionsim::catalogue::dfhxs1402::{self, CallSite, Inserts, Reason, classify};
use regionsim::catalogue::saf::{self, SafReturn};
use regionsim::catalogue::saml_areas::{AREAS, FieldType, INPUTS, OUTPUTS};
use regionsim::catalogue::{
    assertion, dfhsaml, encryptptkt, entries, kerberos_status, response, verify_token,
};
use regionsim::nodes::orb::IdentityType;

const DFHXS1402: &str = include_str!("seeds/DFHXS1402.txt");
const DFHSAML: &str = include_str!("seeds/DFHSAML.txt");
const ASSERTION: &str = include_str!("seeds/IDENTITY-ASSERTION.txt");
const ENCRYPTPTKT: &str = include_str!("seeds/REQUEST-ENCRYPTPTKT.txt");

/// The first line of the document, taken apart at its braces.
fn document_line() -> (&'static str, Vec<&'static str>, &'static str) {
    let line = DFHXS1402.lines().next().expect("a line");
    let (before, rest) = line.split_once('{').expect("the option list");
    let (reasons, after) = rest.split_once('}').expect("its end");
    (before, reasons.split(" | ").collect(), after)
}

#[test]
fn reasons_are_those_of_the_document_in_its_order() {
    let (_, reasons, _) = document_line();
    let ours: Vec<_> = dfhxs1402::ROWS.iter().map(|row| row.text).collect();
    assert_eq!(ours, reasons);
    for (index, row) in dfhxs1402::ROWS.iter().enumerate() {
        let number = u8::try_from(index + 1).unwrap();
        assert_eq!(row.reason.number(), number);
        assert_eq!(Reason::from_number(number), Some(row.reason));
        assert_eq!(row.reason.row().text, row.text);
    }
    assert_eq!(Reason::from_number(0), None);
    assert_eq!(Reason::from_number(17), None);
}

#[test]
fn the_template_is_the_document_line_with_numbered_inserts() {
    let (before, _, after) = document_line();
    let before = before.replace("date time applid", "{1} {2} {3}");
    let after = [
        ("safresp", "{5}"),
        ("safreas", "{6}"),
        ("esmresp", "{7}"),
        ("esmreas", "{8}"),
        ("(taskid)", "({9})"),
        ("(tranid)", "({10})"),
        ("(userid)", "({11})"),
    ]
    .iter()
    .fold(after.to_owned(), |text, (word, insert)| text.replace(word, insert));
    assert_eq!(dfhxs1402::TEMPLATE, format!("{before}{{4}}{after}").trim_end());
}

#[test]
fn inserts_module_and_destination_are_those_of_the_document() {
    let list = DFHXS1402.split_once("Message inserts\n").unwrap().1;
    let inserts: Vec<_> = list
        .lines()
        .filter_map(|line| line.trim().split_once(". "))
        .map(|(_, name)| name.trim_start_matches("X'").trim_end_matches('\''))
        .collect();
    assert_eq!(inserts.len(), dfhxs1402::INSERTS.len());
    for (document, ours) in inserts.iter().zip(dfhxs1402::INSERTS) {
        assert!(*document == ours || ours == "reason", "{document} {ours}");
    }
    assert!(DFHXS1402.contains(&format!("Module\n\n{}\n", dfhxs1402::MODULE)));
    assert!(DFHXS1402.trim_end().ends_with(&format!("Destination\n\n{}", dfhxs1402::DESTINATION)));
}

#[test]
fn a_message_reads_as_the_product_prints_it() {
    let inserts = Inserts {
        date: "03/02/2026",
        time: "09:16:00",
        applid: "CICSPRD1",
        reason: Reason::TicketExpired,
        codes: SafReturn::nas(kerberos_status::TICKET_EXPIRED),
        taskid: 42,
        tranid: "PAY1",
        userid: "ALICE",
    };
    assert_eq!(
        dfhxs1402::text(&inserts),
        "DFHXS1402 03/02/2026 09:16:00 CICSPRD1 A request to inquire the client principal of a \
         kerberos token obtained from a Security Token Service has failed, reason = R_TICKETSERV \
         service responded ticket expired. SAF codes are (X'00000008',X'00000000') ESM codes are \
         (X'00000010',X'96C73A20') Taskid (00042) Tranid (PAY1) Task userid (ALICE)"
    );
    // Inserts are text, never templates.
    let hostile = Inserts { applid: "{11}", ..inserts };
    assert!(dfhxs1402::text(&hostile).contains("09:16:00 {11} A request"));
}

#[test]
fn the_codes_of_every_reason_lead_back_to_it() {
    let sites = [
        CallSite::BeforeAnyCall,
        CallSite::RTicketserv,
        CallSite::RUsermap,
        CallSite::RGenSecAccept,
    ];
    for row in &dfhxs1402::ROWS {
        let Some(codes) = row.codes else {
            assert_eq!(row.reason, Reason::Unclassified);
            continue;
        };
        let found = sites.iter().filter(|site| classify(**site, codes) == row.reason).count();
        assert!(found >= 1, "{:?}", row.reason);
    }
}

#[test]
fn the_call_site_decides_between_equal_codes() {
    let codes = SafReturn::new(8, 8, 16);
    assert_eq!(classify(CallSite::RTicketserv, codes), Reason::TicketservNotAuthorized);
    assert_eq!(classify(CallSite::RUsermap, codes), Reason::NoUserForPrincipal);
    assert_eq!(classify(CallSite::RGenSecAccept, codes), Reason::Unclassified);
    assert_eq!(classify(CallSite::BeforeAnyCall, saf::SUCCESS), Reason::SecurityNotActive);
    assert_eq!(classify(CallSite::RGenSecAccept, saf::SUCCESS), Reason::NoOutputToken);
    let expired = SafReturn::nas(kerberos_status::TICKET_EXPIRED);
    assert_eq!(classify(CallSite::RTicketserv, expired), Reason::TicketExpired);
    assert_eq!(classify(CallSite::RGenSecAccept, expired), Reason::Unclassified);
}

#[test]
fn status_words_lead_to_the_reason_that_they_tell() {
    for (word, reason) in [
        (0x96C7_3A07, Reason::NotKerberosRegion),
        (0x861B_6D06, Reason::InvalidClientPrincipal),
        (0x861B_6D0B, Reason::InvalidToken),
        (0x861B_6D58, Reason::InvalidToken),
        (0x861B_6D60, Reason::InvalidToken),
        (0x96C7_3A1F, Reason::InvalidToken),
        (0x96C7_3A20, Reason::TicketExpired),
        (0x96C7_3A25, Reason::AuthenticatorExpired),
        (0x96C7_3A90, Reason::InvalidServerPrincipal),
        (0x96C7_3A23, Reason::InvalidServerPrincipal),
        (0x96C7_3A22, Reason::Unclassified),
    ] {
        assert_eq!(classify(CallSite::RTicketserv, SafReturn::new(8, 16, word)), reason);
    }
    let replay = SafReturn::new(8, 16, 0x96C7_3A22);
    assert_eq!(classify(CallSite::RGenSecAccept, replay), Reason::AttemptedReplay);
    for site in [CallSite::RTicketserv, CallSite::RGenSecAccept] {
        assert_eq!(classify(site, SafReturn::new(8, 12, 16)), Reason::KdcNotActive);
        assert_eq!(classify(site, SafReturn::new(8, 12, 24)), Reason::KdcNotResponding);
        assert_eq!(classify(site, SafReturn::new(4, 0, 0)), Reason::EsmNotActive);
    }
    assert_eq!(
        classify(CallSite::RUsermap, SafReturn::new(8, 8, 20)),
        Reason::UsermapNotAuthorized
    );
}

#[test]
fn what_no_reason_names_is_unclassified() {
    for codes in [
        SafReturn::nas(kerberos_status::NOT_YET_VALID),
        SafReturn::nas(kerberos_status::BADADDR),
        saf::INTERNAL,
        saf::NAS_ABEND,
        SafReturn::new(u32::MAX, u32::MAX, u32::MAX),
    ] {
        assert_eq!(classify(CallSite::RTicketserv, codes), Reason::Unclassified);
    }
}

#[test]
fn reasons_answer_with_a_known_response() {
    for row in &dfhxs1402::ROWS {
        let (resp, resp2) = row.reason.response();
        assert_eq!(response::lookup(&verify_token::ROWS, resp, resp2), Some(row.response));
    }
    assert_eq!(Reason::TicketExpired.response(), (Condition::NotAuth, 61));
    assert_eq!(Reason::KdcNotActive.response(), (Condition::InvReq, 53));
}

#[test]
fn request_encryptptkt_answers_what_the_document_lists() {
    let list = ENCRYPTPTKT.rsplit_once("Conditions\n").unwrap().1;
    let mut resp = None;
    let mut documented = Vec::new();
    for line in list.lines() {
        match line.split_once(' ') {
            Some((number, name)) if Condition::from_name(name).is_some() => {
                resp = Condition::from_name(name);
                assert_eq!(resp.unwrap().number().to_string(), number);
            }
            _ => {
                if let Ok(resp2) = line.parse::<i32>() {
                    documented.push((resp.unwrap(), resp2));
                }
            }
        }
    }
    let ours: Vec<_> = encryptptkt::ROWS.iter().map(|row| (row.resp, row.resp2)).collect();
    assert_eq!(ours, documented);
    assert_eq!(ours.len(), 8);
}

#[test]
fn every_entry_is_whole_and_bears_a_name_of_its_own() {
    let all = entries();
    let keys: BTreeSet<_> = all.iter().map(|entry| (entry.kind, entry.key.as_str())).collect();
    assert_eq!(keys.len(), all.len());
    for entry in &all {
        for text in [entry.title.as_ref(), &entry.text, entry.cause, entry.cure, entry.source] {
            assert!(!text.trim().is_empty(), "{}", entry.key);
        }
    }
    for key in
        ["DFHXS1402/16", "VERIFY TOKEN NOTAUTH 61", "REQUEST ENCRYPTPTKT INVREQ 255", "DFHXS1401"]
    {
        assert!(all.iter().any(|entry| entry.key == key), "{key}");
    }
}

/// The lines of a table of the DFHSAML document.
fn table(number: u32) -> Vec<&'static str> {
    let (_, rest) = DFHSAML.split_once(&format!("Table {number}. ")).expect("the table");
    let end = rest.find("\nTable ").unwrap_or(rest.len());
    rest[..end].lines().skip(2).collect()
}

#[test]
fn response_codes_of_dfhsaml_are_those_of_table_5() {
    let theirs: Vec<i32> =
        table(5).iter().filter_map(|line| line.split_once(' ')?.0.parse().ok()).collect();
    let ours: Vec<i32> = dfhsaml::ROWS.iter().map(|row| row.code).collect();
    assert_eq!(ours, theirs);
    assert_eq!(ours.len(), 29);
}

#[test]
fn containers_of_dfhsaml_are_those_of_tables_2_and_4() {
    let named = |number| -> BTreeSet<String> {
        let words = table(number).into_iter().filter_map(|line| line.split(' ').next());
        words.filter(|word| word.starts_with("DFHSAML-")).map(str::to_owned).collect()
    };
    let outputs: BTreeSet<String> = OUTPUTS.iter().map(|own| own.name.to_owned()).collect();
    assert_eq!(outputs, named(4));
    let inputs: BTreeSet<String> = INPUTS.iter().map(|own| own.name.to_owned()).collect();
    assert!(inputs.is_subset(&named(2)), "{inputs:?}");
    // What is left of table 2 is an output too: the token to issue, and attributes to add.
    let rest: BTreeSet<String> = &named(2) - &inputs;
    assert!(rest.is_subset(&outputs), "{rest:?}");
    for own in OUTPUTS {
        let begin = format!("{} {} ", own.name, own.datatype.word());
        let whole = begin.trim_end().to_owned();
        let is_its = |line: &&str| line.starts_with(&begin) || **line == *whole;
        // The document puts the type behind the name, but on the next line for none.
        assert!(table(4).iter().any(is_its), "{begin}");
    }
}

#[test]
fn areas_of_dfhsaml_are_those_of_tables_3_6_7_and_8() {
    let tables = [3, 6, 7, 8].map(|number| -> Vec<(String, Option<usize>)> {
        let fields = table(number).into_iter().filter(|line| line.starts_with("SAML"));
        let field = |line: &str| {
            let (name, rest) = line.split_once(' ').expect("a type");
            let length = rest.strip_prefix("CHAR").map(|rest| {
                let digits = rest.trim_start().trim_start_matches('(');
                digits.split(')').next().and_then(|digits| digits.parse().ok()).expect("a length")
            });
            (name.to_owned(), length)
        };
        fields.map(field).collect()
    });
    let ours = AREAS.map(|area| -> Vec<(String, Option<usize>)> {
        let field = |own: &regionsim::catalogue::saml_areas::Field| {
            let length = (own.field_type != FieldType::Fullword).then(|| own.field_type.bytes());
            (own.name.to_owned(), length)
        };
        area.fields.iter().map(field).collect()
    });
    assert_eq!(ours, tables);
    assert_eq!(offsets(AREAS[2])[3], ("SAMLT-CERTNAFT", 60));
}

#[test]
fn copybooks_bear_the_names_of_table_1_and_hold_every_field_and_code() {
    for (language, line) in [
        (Language::Cobol, "COBOL DFHSAMLO"),
        (Language::Pli, "PL/I DFHSAMLP"),
        (Language::C, "C DFHSAMLH"),
        (Language::Assembler, "Assembler DFHSAMLD"),
    ] {
        assert!(DFHSAML.lines().any(|own| own.starts_with(line)), "{line}");
        let text = copybook(language);
        let name = line.split(' ').next_back().expect("a name");
        assert!(text.lines().next().expect("a line").contains(name), "{text}");
        let plain = text.replace('_', "-");
        for field in AREAS.iter().flat_map(|area| area.fields) {
            assert!(plain.contains(field.name), "{name}: {}", field.name);
        }
        for row in dfhsaml::ROWS {
            assert!(plain.contains(&format!("RESPONSE-{}", row.code)), "{name}: {}", row.code);
        }
        // Columns that the compilers read: HLASM to 71, PL/I to 72; C has no such limit.
        let limit = match language {
            Language::Assembler => 71,
            Language::Pli | Language::Cobol => 72,
            Language::C => 100,
        };
        let longest = text.lines().max_by_key(|line| line.len()).expect("lines");
        assert!(longest.len() <= limit, "{name}: {longest}");
        if language == Language::Cobol {
            // COBOL reads columns 8 to 72.
            assert!(
                text.lines().all(|line| line.len() <= 72 && line.starts_with("      ")),
                "{text}"
            );
        }
    }
}

/// The four formats of the document, in its order, are those of the model.
#[test]
fn identity_formats_are_those_of_the_document() {
    let list =
        ASSERTION.split_once("four identity formats that exist in an identity token\n").unwrap().1;
    let formats: Vec<&str> =
        list.lines().take(4).map(|line| line.trim_start_matches("- ")).collect();
    assert_eq!(
        formats,
        ["Principal name", "Distinguished name", "Certificate chain", "Anonymous identity"]
    );
    let words: Vec<String> =
        IdentityType::ALL.iter().map(|form| form.word().to_lowercase()).collect();
    for format in formats {
        let word = format.replace(' ', "").to_lowercase().replace("anonymousidentity", "anonymous");
        assert!(words.contains(&word), "{format}");
    }
}

/// What is refused has an exception, and a pair of ContextError is one of the standard's four majors.
#[test]
fn refusals_are_whole() {
    let mut names = BTreeSet::new();
    for row in assertion::ROWS {
        assert!(names.insert(row.name), "{}", row.name);
        assert_eq!(assertion::lookup(row.name).map(|own| own.name), Some(row.name));
        assert!(
            row.context_error.is_none_or(|(major, minor)| (1..=4).contains(&major) && minor == 1)
        );
        // IBM's family of security codes, or none.
        let family = row.minor & 0xFFFF_F000;
        assert!(row.minor == 0 || [0x4942_4000, 0x4942_1000].contains(&family), "{:X}", row.minor);
    }
}
