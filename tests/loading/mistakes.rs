//! What users get wrong, and exactly what they are told.

use super::load;

#[test]
fn every_mistake_has_its_place_and_its_words() {
    let mut wrong = Vec::new();
    let table: &[(&str, &[&str])] = &[
        ("", &["1:1: error: expected a value, found the end of the text"]),
        (
            "Scenario(title: \"x\"\n seed: 1)",
            &[
                "2:2: error: expected `,` or a closing bracket, found `seed` (a comma is missing before this, or a bracket or quote is not closed)",
            ],
        ),
        (
            "(title: \"x\"",
            &[
                "1:12: error: expected `,` or a closing bracket, found the end of the text (a comma is missing before this, or a bracket or quote is not closed)",
            ],
        ),
        (
            "(title: \"x)",
            &["1:10: error: this text has no closing quote (put a double quote at its end)"],
        ),
        ("(title: )", &["1:9: error: expected a value, found `)`"]),
        (
            "(title: \"x\")\n)",
            &[
                "2:1: error: expected the end of the text, found `)` (only one value can stand here)",
            ],
        ),
        ("(title: \"x\", systems: { \"A\" () })", &["1:29: error: expected `:`, found `(`"]),
        (
            "Senario(title: \"x\")",
            &[
                "1:1: error: expected `Scenario(…)`, found `Senario(…)` (write `Scenario(…)`, or leave the name out)",
            ],
        ),
        ("[]", &["1:1: error: expected `Scenario` as `(field: value, …)`, found a list `[…]`"]),
        ("()", &["1:2: error: missing field `title` in `Scenario`"]),
        (
            "Scenario(tilte: \"x\", sed: 1)",
            &[
                "1:10: error: unknown field `tilte` in `Scenario` (did you mean `title`?)",
                "1:22: error: unknown field `sed` in `Scenario` (did you mean `seed`?)",
            ],
        ),
        (
            "(title: x, zebra: 1)",
            &[
                "1:9: error: expected a text in quotes, found the name `x` (put it in quotes: `\"x\"`)",
                "1:12: error: unknown field `zebra` in `Scenario` (valid are `title`, `seed`, `systems`, `script`, `focus`)",
            ],
        ),
        (
            "(title: \"x\", title: \"y\", systems: {\"a\": (), \"a\": ()})",
            &["1:14: error: duplicate field `title`", "1:45: error: duplicate key `a`"],
        ),
        (
            "(title: \"x\", seed: 1.5)",
            &[
                "1:20: error: `1.5` is not a whole number (write a smaller unit, or a text: a duration \"1.5s\", a ratio \"1/20\", a release \"5.6\")",
            ],
        ),
        (
            "(title: \"x\", seed: -1)",
            &[
                "1:20: error: expected a whole number from 0 to 18446744073709551615, found the number -1",
            ],
        ),
        (
            "(title: \"x\", seed: 18446744073709551616)",
            &["1:20: error: the number 18446744073709551616 is too large"],
        ),
        (
            "(title: \"x\", systems: [], script: {})",
            &[
                "1:23: error: expected a map `{…}`, found a list `[…]`",
                "1:35: error: expected a list `[…]`, found a map `{…}`",
            ],
        ),
        (
            "(title: \"x\", systems: {\"A\": (priority: 256, clock: (skew: \"6x\", drift_ppm: 1, los: \"1/0\"))})",
            &[
                "1:40: error: expected a whole number from 0 to 255, found the number 256",
                "1:59: error: `6x` is not an offset such as \"6m\" or \"-1.5s\": unknown unit `x`; units are d, h, m, s, ms, us, ns",
                "1:79: error: unknown field `los` in `Clock` (did you mean `loss`?)",
                "1:84: error: `1/0` is not a ratio such as \"1/20\" or \"5%\": it must lie between nothing and everything",
            ],
        ),
        (
            "(title: \"x\", script: [(do: LogOn)])",
            &[
                "1:33: error: missing field `at` in `Step`",
                "1:33: error: missing field `client` in `Step`",
            ],
        ),
        (
            "(title: \"x\", script: [(at: \"25:00:00\", client: \"a\", do: Logon)])",
            &[
                "1:28: error: `25:00:00` is not a time such as \"09:00:00\", \"2026-03-02T09:00:00Z\" or \"+6m\": the hour must be from 00 to 23",
                "1:57: error: `Logon` is not a valid `Action` (did you mean `LogOn`?)",
            ],
        ),
        (
            "(title: \"x\", script: [(at: \"+1s\", client: \"a\", do: \"LogOn\"), (at: \"+1s\", client: \"a\", do: 5), 5])",
            &[
                "1:52: error: expected `Action`, found the text \"LogOn\" (write `LogOn` without quotes)",
                "1:91: error: expected `Action`, found the number 5 (valid are `LogOn`, `GetTicket`, `Wait`, `Set`, `Move`)",
                "1:95: error: expected `Step` as `(field: value, …)`, found the number 5",
            ],
        ),
        (
            "(title: \"x\", script: [(at: \"+1s\", client: \"a\", do: LogOn(3)), (at: \"+1s\", client: \"a\", do: Wait(1, 2)), (at: \"+1s\", client: \"a\", do: Move(1))])",
            &[
                "1:58: error: `LogOn` holds no values",
                "1:92: error: `Wait` holds one value, found 2",
                "1:134: error: expected 2 values, found 1",
            ],
        ),
        (
            "(title: \"x\", script: [(at: \"+1s\", client: \"a\", do: GetTicket(servce: \"x\", lifetime: \"10\"))])",
            &[
                "1:62: error: unknown field `servce` in `GetTicket` (did you mean `service`?)",
                "1:85: error: `10` is not a duration such as \"10m\" or \"1.5s\": the unit is missing; units are d, h, m, s, ms, us, ns",
            ],
        ),
        (
            "(title: b\"x\", seed: \"5\")",
            &[
                "1:9: error: byte strings are not used here (write bytes in hexadecimal digits, in quotes)",
                "1:21: error: expected a whole number from 0 to 18446744073709551615, found the text \"5\"",
            ],
        ),
    ];
    for (text, expected) in table {
        let expected: Vec<String> = expected.iter().map(|line| format!("f.ron:{line}")).collect();
        let found = load(text).1;
        if found != expected {
            wrong.push((text, found));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
