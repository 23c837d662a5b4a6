//! Each kind of expectation, met and not met, and what a failure says.

use crate::fixture::{START, Small};

/// Whether the expectation is met by one run of a program that answers `HELLO`, and the detail.
fn verdict(expectation: &str) -> (bool, String) {
    let mut small = Small::program(
        "\"A\": \"CHAR(5) VALUE('HELLO')\", \"U\": \"CHAR(8)\", \"RC\": \"FULLWORD\"",
        "Exec(\"PUT CONTAINER('OUT') FROM(&A) CHAR\"), Exec(\"ASSIGN USERID(&U)\"), \
         Exec(\"LINK PROGRAM('NONE') RESP(&RC)\"), Exec(\"ASSIGN USERID(&U)\")",
    );
    small.script = START.to_owned();
    small.expect = expectation.to_owned();
    let run = small.run();
    assert_eq!(run.report.verdicts.len(), 1);
    assert_eq!(run.report.as_expected(), run.report.verdicts[0].met);
    (run.report.verdicts[0].met, run.report.verdicts[0].detail.clone())
}

#[test]
fn what_happened_is_met() {
    for expectation in [
        "Ended(task: 1)",
        "Response(command: \"LINK\", resp: PGMIDERR)",
        "Response(command: \"LINK\", resp: PGMIDERR, resp2: 1, task: 1, node: \"CICSPRD1\")",
        "Container(name: \"OUT\", text: \"HELLO\")",
        "Container(name: \"OUT\", hex: \"C8C5D3D3D6\")",
        "Variable(name: \"U\", value: \"ALICE\")",
        "Variable(name: \"RC\", value: \"27\")",
        "Record(kind: \"task.attach\", node: \"CICSPRD1\", fields: { \"userid\": \"ALICE\" })",
        "Never(Message(id: \"DFHXS1402\"))",
        "Never(Abend(code: \"AEI0\"))",
        "Count(what: Response(command: \"ASSIGN\", resp: NORMAL), times: 2)",
        "Count(what: Abend(code: \"AEI0\"), times: 0)",
        "Eventually(what: Ended(task: 1), by: \"09:00:01\")",
        "Sequence([Response(command: \"LINK\", resp: PGMIDERR), Response(command: \"ASSIGN\", \
         resp: NORMAL), Ended(task: 1)])",
    ] {
        assert_eq!(verdict(expectation), (true, String::new()), "{expectation}");
    }
}

#[test]
fn what_did_not_happen_is_told_with_what_came_closest() {
    for (expectation, detail) in [
        ("Ended(task: 2)", ""),
        ("Message(id: \"DFHXS1402\")", "nothing of the kind happened"),
        ("Response(command: \"LINK\", resp: NORMAL)", "LINK -> PGMIDERR RESP2 1"),
        ("Response(command: \"LINK\", resp: PGMIDERR, resp2: 2)", "LINK -> PGMIDERR RESP2 1"),
        ("Abend(code: \"AEI0\")", ""),
        ("Refused(transaction: \"MAIN\")", ""),
        ("Container(name: \"OUT\", text: \"OTHER\")", "task 00001: container OUT holds \"HELLO\""),
        ("Container(name: \"IN\", text: \"OTHER\")", "no container IN; its containers: NAME OUT"),
        ("Variable(name: \"U\", value: \"BOB\")", "task 00001: &U is \"ALICE\" (record"),
        (
            "Record(kind: \"task.attach\", fields: { \"userid\": \"BOB\" })",
            "task.attach at CICSPRD1 userid=\"ALICE\" (record",
        ),
        ("Message(id: \"DFHXS1402\", text: \"SAF\")", "nothing of the kind happened"),
        ("Never(Ended(task: 1))", "it came true once: CICSPRD1 task 00001: ended normally (record"),
        (
            "Count(what: Response(command: \"ASSIGN\", resp: NORMAL), times: 3)",
            "it came true 2 times: CICSPRD1 task 00001: ASSIGN -> NORMAL (record",
        ),
        ("Eventually(what: Ended(task: 1), by: \"09:00:00\")", "not in time"),
        (
            "Sequence([Ended(task: 1), Response(command: \"LINK\", resp: PGMIDERR)])",
            "after 1 parts, not: LINK -> PGMIDERR",
        ),
    ] {
        let (met, told) = verdict(expectation);
        assert!(!met, "{expectation}");
        assert!(!told.is_empty() && told.contains(detail), "{expectation}: {told}");
    }
}
