//! The trace format from outside: golden bytes, round trips, and every way in which a file can fail
//! to be a whole trace.

use std::io::{self, BufReader, Read};

use proptest::prelude::*;
use regionsim::check::{Check, Mark, Rule};
use regionsim::trace::{
    FORMAT_VERSION, Header, Line, MAX_LINE_BYTES, Object, Problem, Record, Summary, TraceError,
    TraceReader, TraceWriter, Value, verify,
};

/// 2026-03-02T09:00:00Z.
const NINE: i64 = 1_772_442_000_000_000_000;

static SKEW: Rule = Rule {
    id: "kerberos.skew",
    text: "The authenticator is no further than the limit from the server's clock.",
    source: "RFC 4120 section 3.2.3",
    mark: Mark::Documented,
};

fn header() -> Header {
    Header {
        program: "0.1.0".into(),
        title: "Clocks disagree".into(),
        scenario: "00ff".into(),
        seed: 1402,
        run: "0.1.0-00ff-1402".into(),
        overrides: vec!["systems.SYSA.clock.skew=301s".into()],
        secret: false,
    }
}

fn sample() -> Vec<Line> {
    let skew = Check::within_seconds(&SKEW, ("ctime", 1_772_442_000), ("now", 1_772_442_301), 300);
    let put =
        Object::new().with("name", "TOKEN \"A\"\n").with("bytes", Value::List(vec![1.into()]));
    let region = |n: u64, record: Record| Line {
        local: Some(NINE + 301_000_000_000),
        node: Some("CICSPRD1".into()),
        cause: Some(n - 1),
        ..Line::new(n, NINE + 1, record)
    };
    vec![
        Line::new(1, NINE, Record::new("script.step").int("step", 1).text("action", "Start É")),
        region(2, Record::from_check(&skew).task(42)),
        Line {
            also: vec![1],
            ..region(3, Record::new("exec.end").task(42).int("resp", -70).object("put", put))
        },
    ]
}

fn written(header: &Header, lines: &[Line]) -> (Summary, Vec<u8>) {
    let mut writer = TraceWriter::new(Vec::new(), header);
    for line in lines {
        writer.write(line).expect("the line can stand there");
    }
    writer.finish_into().expect("memory takes it")
}

/// A trace of these lines with a trailer that is right for them, whatever they say.
fn sealed(lines: &[&[u8]]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for line in lines {
        bytes.extend_from_slice(line);
        bytes.push(b'\n');
    }
    let (records, digest) = (lines.len() - 1, blake3::hash(&bytes).to_hex());
    bytes.extend_from_slice(
        format!("{{\"records\":{records},\"blake3\":\"{digest}\"}}\n").as_bytes(),
    );
    bytes
}

fn header_line() -> Vec<u8> {
    let (_, bytes) = written(&header(), &[]);
    bytes.split(|byte| *byte == b'\n').next().expect("a first line").to_vec()
}

fn problem(bytes: &[u8]) -> TraceError {
    verify(bytes).expect_err("not a whole trace")
}

#[track_caller]
fn assert_edited(bytes: &[u8], line: u64, says: &str) {
    let error = problem(bytes);
    assert!(matches!(error.problem, Problem::Edited(_)), "{error}");
    assert_eq!(error.line, line, "{error}");
    assert!(error.to_string().contains(says), "{error}");
}

#[test]
fn bytes_are_golden() {
    let (summary, bytes) = written(&header(), &sample());
    let before = concat!(
        r#"{"trace":"regionsim","version":1,"program":"0.1.0","title":"Clocks disagree","#,
        r#""scenario":"00ff","seed":1402,"run":"0.1.0-00ff-1402","#,
        r#""overrides":["systems.SYSA.clock.skew=301s"]}"#,
        "\n",
        r#"{"n":1,"t":"2026-03-02T09:00:00Z","kind":"script.step","step":1,"action":"Start É"}"#,
        "\n",
        r#"{"n":2,"t":"2026-03-02T09:00:00.000000001Z","local":"2026-03-02T09:05:01Z","#,
        r#""node":"CICSPRD1","task":42,"cause":1,"kind":"check","rule":"kerberos.skew","#,
        r#""source":"RFC 4120 section 3.2.3","mark":"documented","#,
        r#""subject":"ctime","subject_value":"2026-03-02T09:00:00Z","#,
        r#""against":"now","against_value":"2026-03-02T09:05:01Z","limit":"300 s","#,
        r#""rounding":"whole seconds","verdict":"failed","margin":-1,"unit":"s"}"#,
        "\n",
        r#"{"n":3,"t":"2026-03-02T09:00:00.000000001Z","local":"2026-03-02T09:05:01Z","#,
        r#""node":"CICSPRD1","task":42,"cause":2,"also":[1],"kind":"exec.end","resp":-70,"#,
        r#""put":{"name":"TOKEN \"A\"\n","bytes":[1]}}"#,
        "\n",
    );
    let trailer = format!("{{\"records\":3,\"blake3\":\"{}\"}}\n", summary.digest);
    assert_eq!(String::from_utf8(bytes).unwrap(), format!("{before}{trailer}"));
    assert_eq!(summary.digest, blake3::hash(before.as_bytes()).to_hex().as_str());
    // This must never change within a format version.
    assert_eq!(summary.digest, GOLDEN_DIGEST);
}

const GOLDEN_DIGEST: &str = "be9b2a2040a41e19af2691e1fc45a7ffd9092151ba971c74f6e09d99ab78a9c6";

#[test]
fn a_trace_without_records_and_a_secret_one_are_whole() {
    let secret = Header { secret: true, seed: u64::MAX, ..header() };
    let (summary, bytes) = written(&secret, &[]);
    assert_eq!(verify(&bytes[..]).unwrap(), (secret, summary));
}

#[test]
fn every_truncation_is_cut() {
    let (_, bytes) = written(&header(), &sample());
    assert!(matches!(problem(b"").problem, Problem::NotATrace(_)));
    for end in 1..bytes.len() {
        let error = problem(&bytes[..end]);
        assert!(matches!(error.problem, Problem::Cut(_)), "{end}: {error}");
        let lines_before = bytes[..end].iter().filter(|byte| **byte == b'\n').count() as u64;
        assert_eq!(error.line, lines_before + 1);
    }
}

#[test]
fn a_cut_trace_still_gives_the_records_before_the_cut() {
    let (_, bytes) = written(&header(), &sample());
    let mut reader = TraceReader::new(&bytes[..bytes.len() - 100]).unwrap();
    assert_eq!(reader.next_line().unwrap().as_ref(), Some(&sample()[0]));
    assert_eq!(reader.next_line().unwrap().as_ref(), Some(&sample()[1]));
    assert!(reader.next_line().is_err());
    assert!(reader.next_line().unwrap().is_none());
    assert_eq!(reader.summary(), None);
}

#[test]
fn every_flip_of_a_bit_is_seen() {
    let (_, bytes) = written(&header(), &sample());
    let version_end =
        bytes.iter().position(|byte| *byte == b',').unwrap() + r#""version":1,"#.len();
    for at in 0..bytes.len() {
        for bit in 0..8 {
            let mut flipped = bytes.clone();
            flipped[at] ^= 1 << bit;
            let error = problem(&flipped);
            // Before the end of the version a flip makes another format of it.
            let edited = matches!(error.problem, Problem::Edited(_) | Problem::Cut(_));
            assert!(edited || at <= version_end, "byte {at} bit {bit}: {error}");
        }
    }
}

#[test]
fn lying_trailers_are_edited() {
    let (_, bytes) = written(&header(), &sample());
    let text = String::from_utf8(bytes).unwrap();
    let (before, trailer) = text.split_at(text.find(r#"{"records""#).unwrap());
    let lie =
        |trailer: &str| assert_edited(format!("{before}{trailer}").as_bytes(), 5, "it ends with");
    lie(&trailer.replace(":3,", ":4,"));
    lie(&trailer.replace(":3,", ":03,"));
    lie(&trailer.replace(":3,", ": 3,"));
    lie(&trailer.to_uppercase().replace("RECORDS", "records").replace("BLAKE3", "blake3"));
    lie("{\"records\":\n");
    lie(&format!("{{\"records\":{}}}\n", "9".repeat(100_000)));
    assert_edited(format!("{text}\n").as_bytes(), 5, "more follows");
    assert_edited(format!("{text}{text}").as_bytes(), 5, "more follows");
    assert_edited(text.replace('\n', "\r\n").as_bytes(), 1, "CR LF");
}

#[test]
fn well_sealed_nonsense_is_edited() {
    let header = header_line();
    let good: &[u8] = br#"{"n":1,"t":"2026-03-02T09:00:00Z","kind":"timer"}"#;
    assert!(verify(&sealed(&[&header, good])[..]).is_ok());
    let cases: [(&[u8], &str); 6] = [
        (br#"{"n":2,"t":"2026-03-02T09:00:00Z","kind":"timer"}"#, "record 2 stands for 1"),
        (
            br#"{"n":1,"t":"2026-03-02T09:00:00Z","kind":"timer","a":1.5}"#,
            "column 55 should be `}`",
        ),
        (
            br#"{"n":1,"t":"2026-03-02T09:00:00Z","kind":"timer","a":null}"#,
            "a whole number of 64 bits or a string",
        ),
        (br#"{"n":1,"t":"2026-03-02T09:00:00Z", "kind":"timer"}"#, "canonical"),
        (b"{\"n\":1,\"t\":\"2026-03-02T09:00:00Z\",\"kind\":\"tim\xffer\"}", "not UTF-8"),
        (b"", "column 1 should be"),
    ];
    for (line, says) in cases {
        assert_edited(&sealed(&[&header, line]), 2, says);
    }
    assert_edited(&sealed(&[&header, good, good]), 3, "record 1 stands for 2");
}

#[test]
fn nesting_is_bounded() {
    let nested = |depth: usize| {
        let (open, close) = ("[".repeat(depth), "]".repeat(depth));
        let line =
            format!(r#"{{"n":1,"t":"2026-03-02T09:00:00Z","kind":"timer","a":{open}{close}}}"#);
        sealed(&[&header_line(), line.as_bytes()])
    };
    assert!(verify(&nested(126)[..]).is_ok());
    for depth in [127, 128, 1_000_000] {
        assert_edited(&nested(depth), 2, "no deeper than 127");
    }
    let objects = r#"{"a":"#.repeat(1_000_000);
    assert_edited(&sealed(&[&header_line(), objects.as_bytes()]), 2, "column 1 should be");
}

#[test]
fn a_line_of_a_hundred_megabytes_is_not_read() {
    let endless = || io::repeat(b'x').take(100_000_000);
    let mut start = header_line();
    start.push(b'\n');
    let mut file = BufReader::new(start.chain(endless()));
    let error = verify(&mut file).unwrap_err();
    assert!(matches!(error.problem, Problem::Edited(_)), "{error}");
    assert_eq!(error.line, 2);
    let left = io::copy(&mut file, &mut io::sink()).unwrap();
    assert!(left >= 100_000_000 - MAX_LINE_BYTES as u64 - 10_000);

    let error = verify(BufReader::new(endless())).unwrap_err();
    assert!(matches!(error.problem, Problem::NotATrace(_)), "{error}");
    let opening = header_line()[..40].to_vec();
    let error = verify(BufReader::new(opening.chain(endless()))).unwrap_err();
    assert!(matches!(error.problem, Problem::Edited(_)), "{error}");
}

trait Chain {
    fn chain(&self, next: impl Read) -> impl Read;
}

impl Chain for Vec<u8> {
    fn chain(&self, next: impl Read) -> impl Read {
        Read::chain(self.as_slice(), next)
    }
}

#[test]
fn other_versions_are_named() {
    let newer = FORMAT_VERSION + 1;
    let other = |version: &str| {
        let line =
            format!("{{\"trace\":\"regionsim\",\"version\":{version},\"new\":{{\"a\":null}}}}\n");
        problem(line.as_bytes())
    };
    let error = other(&newer.to_string());
    assert!(matches!(error.problem, Problem::Newer(version) if version == newer));
    assert!(error.to_string().contains("newer"));
    assert!(matches!(other("4294967295").problem, Problem::Newer(u32::MAX)));
    assert!(matches!(other("0").problem, Problem::Older(0)));
    for version in ["1", "01", "4294967296", "-1", "1.5", "x"] {
        assert!(matches!(other(version).problem, Problem::Edited(_)), "{version}");
    }
}

#[test]
fn other_files_are_no_traces() {
    for bytes in [
        &b"\n"[..],
        b"Scenario(\n",
        b"{}\n",
        b"{\"trace\":\"other\",\"version\":1,\n",
        b"{\"trace\":\"regionsim\",\"version\":1}\n",
        b"\xef\xbb\xbf{\"trace\":\"regionsim\",\"version\":1,\n",
        b"\x1f\x8b\x08\x00",
        &[0xff; 5000],
    ] {
        let error = problem(bytes);
        assert!(matches!(error.problem, Problem::NotATrace(_)), "{error}");
        assert_eq!(error.line, 1);
    }
}

#[test]
fn a_reader_that_fails_is_not_a_bad_trace() {
    struct Broken;
    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("the disk is gone"))
        }
    }
    let (_, bytes) = written(&header(), &sample());
    for end in [0, 10, bytes.len() - 10, bytes.len()] {
        let error = verify(BufReader::new(bytes[..end].chain(Broken))).unwrap_err();
        assert!(matches!(error.problem, Problem::Read(_)), "{end}: {error}");
    }
}

fn any_value() -> impl Strategy<Value = Value> {
    let leaf =
        prop_oneof![any::<i64>().prop_map(Value::from), any::<String>().prop_map(Value::from)];
    leaf.prop_recursive(4, 32, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::List),
            prop::collection::vec((any::<String>(), inner), 0..4).prop_map(|fields| {
                Value::Object(fields.into_iter().fold(Object::new(), |to, (k, v)| to.with(k, v)))
            }),
        ]
    })
}

fn any_record() -> impl Strategy<Value = Record> {
    // No name of a record's field is one of the line's own.
    let fields = prop::collection::vec(("f\\PC{0,6}", any_value()), 0..6);
    (any::<String>(), any::<Option<u32>>(), fields).prop_map(|(kind, task, fields)| {
        let record = Record { kind: kind.into(), task, fields: Object::new() };
        fields.into_iter().fold(record, |record, (name, value)| record.with(name, value))
    })
}

type Place = (i64, Option<i64>, Option<String>, Option<u64>, Vec<u64>);

fn any_lines() -> impl Strategy<Value = Vec<Line>> {
    prop::collection::vec((any::<Place>(), any_record()), 0..8).prop_map(|lines| {
        let numbered = (1..).zip(lines);
        numbered.map(|(n, (place, record))| placed(n, place, record)).collect()
    })
}

fn placed(n: u64, (t, local, node, cause, also): Place, record: Record) -> Line {
    let earlier = |cause: u64| (n > 1).then(|| 1 + cause % (n - 1));
    Line {
        n,
        t,
        local: local.filter(|local| *local != t),
        node: node.map(Into::into),
        cause: cause.and_then(earlier),
        also: also.into_iter().filter_map(earlier).collect(),
        record,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn what_is_written_is_read(
        title: String, seed: u64, secret: bool, overrides: Vec<String>, lines in any_lines(),
    ) {
        let header = Header { title, seed, secret, overrides, ..header() };
        let (summary, bytes) = written(&header, &lines);
        let mut reader = TraceReader::new(&bytes[..]).unwrap();
        prop_assert_eq!(reader.header(), &header);
        let read: Vec<Line> = reader.by_ref().collect::<Result<_, _>>().unwrap();
        prop_assert_eq!(read, lines);
        prop_assert_eq!(reader.summary(), Some(&summary));
    }

    #[test]
    fn a_changed_byte_is_never_whole(lines in any_lines(), at: prop::sample::Index, change in 1..=255_u8) {
        let (_, mut bytes) = written(&header(), &lines);
        let at = at.index(bytes.len());
        bytes[at] ^= change;
        prop_assert!(verify(&bytes[..]).is_err());
    }

    #[test]
    fn any_bytes_are_judged_without_panic(bytes: Vec<u8>, with_header: bool) {
        let start = if with_header { header_line() } else { Vec::new() };
        let file = [&start[..], b"\n", &bytes].concat();
        prop_assert!(verify(&file[..]).is_err());
    }

    #[test]
    fn any_line_is_judged_without_panic(text in "[{}\\[\\]\",:0-9a-z\\\\.eE+-]{0,60}") {
        let line = format!("{{\"n\":1,\"t\":\"2026-03-02T09:00:00Z\",\"kind\":\"timer\"{text}");
        let file = sealed(&[&header_line(), line.as_bytes()]);
        // Whole only if the random text completes a canonical line.
        prop_assert_eq!(verify(&file[..]).is_ok(), Line::parse(&line).is_ok());
    }
}
