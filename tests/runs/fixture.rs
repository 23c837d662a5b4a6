//! Scenarios of the repository and small ones from memory, run with all their lines kept.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regionsim::host::files::Disk;
use regionsim::host::suite::{SharedKeys, find};
use regionsim::scenario::plan::{Files, Plan, load};
use regionsim::scenario::run::{Options, Report, run};
use regionsim::trace::{Line, Value};

/// Keys of all tests of this program: derived once.
pub(crate) static KEYS: LazyLock<SharedKeys> = LazyLock::new(SharedKeys::default);

/// A run with everything that it showed.
pub(crate) struct Run {
    pub(crate) report: Report,
    pub(crate) lines: Vec<Line>,
    pub(crate) trace: Vec<u8>,
}

impl Run {
    /// Records of a kind.
    pub(crate) fn of<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Line> {
        self.lines.iter().filter(move |line| line.record.kind == kind)
    }

    /// RESP and RESP2 of every command of a verb.
    pub(crate) fn responses(&self, command: &str) -> Vec<(String, i64)> {
        let ends = self.of("exec.end").filter(|line| text(line, "command") == command);
        ends.map(|line| (text(line, "resp"), int(line, "resp2"))).collect()
    }

    /// What the last command of a verb put into its areas.
    pub(crate) fn outputs(&self, command: &str) -> BTreeMap<String, String> {
        let last = self.of("exec.end").filter(|line| text(line, "command") == command).last();
        let outputs = last.and_then(|line| line.record.get("outputs")?.as_object().cloned());
        let shown = |value: &Value| match value {
            Value::Int(number) => number.to_string(),
            value => value.as_text().unwrap_or_default().to_owned(),
        };
        let outputs = outputs.unwrap_or_default();
        outputs.iter().map(|(name, value)| (name.to_owned(), shown(value))).collect()
    }

    /// Codes of the abends, in order.
    pub(crate) fn abends(&self) -> Vec<String> {
        self.of("task.abend").map(|line| text(line, "code")).collect()
    }
}

pub(crate) fn text(line: &Line, field: &str) -> String {
    line.record.get(field).and_then(Value::as_text).unwrap_or_default().to_owned()
}

pub(crate) fn int(line: &Line, field: &str) -> i64 {
    line.record.get(field).and_then(Value::as_int).expect("a number")
}

/// Every scenario of the repository.
pub(crate) fn scenarios() -> Vec<String> {
    find(&["scenarios".to_owned()]).expect("scenarios")
}

pub(crate) fn plan_of(path: &str, changes: &[&str]) -> Plan {
    loaded(&Disk, path, changes)
}

pub(crate) fn loaded(files: &dyn Files, path: &str, changes: &[&str]) -> Plan {
    let changes: Vec<String> = changes.iter().map(|change| (*change).to_owned()).collect();
    match load(files, path, &changes) {
        Ok(plan) => plan,
        Err(unusable) => {
            panic!("{path}: {}", unusable.problems.lines(&unusable.sources).join("\n"))
        }
    }
}

pub(crate) fn run_plan(plan: &Plan) -> Run {
    run_with(plan, false, sim::QueueKind::default())
}

pub(crate) fn run_with(plan: &Plan, bytes: bool, queue: sim::QueueKind) -> Run {
    let mut table = KEYS.snapshot();
    let (mut trace, mut lines) = (Vec::new(), Vec::new());
    let options = Options { trace: &mut trace, bytes, queue };
    let report = run(plan, &mut table, options, &mut |line| lines.push(line.clone()));
    KEYS.merge(table);
    Run { report: report.expect("a run"), lines, trace }
}

/// Files in memory, by their paths.
pub(crate) struct Memory(pub(crate) BTreeMap<String, Vec<u8>>);

impl Files for Memory {
    fn read(&self, _: Option<&str>, path: &str) -> Result<Vec<u8>, String> {
        self.0.get(path).cloned().ok_or_else(|| "no such file".to_owned())
    }

    fn resolve(&self, _: &str, path: &str) -> String {
        path.to_owned()
    }
}

/// The plex of the repository as text.
pub(crate) const PLEX: &str = include_str!("../../scenarios/plexes/plex1.ron");

/// A region with the given programs and transactions, and a script of clients' steps.
pub(crate) struct Small {
    /// `"MAIN": (data: {…}, code: […]),` and so on; transaction MAIN runs MAIN, SUB1 runs SUB.
    pub(crate) programs: String,
    pub(crate) script: String,
    pub(crate) expect: String,
    pub(crate) changes: Vec<&'static str>,
}

impl Small {
    /// One program MAIN, started once as ALICE with the containers NAME (characters `ALICE A`).
    pub(crate) fn program(data: &str, code: &str) -> Small {
        Small {
            programs: format!("\"MAIN\": (data: {{{data}}}, code: [{code}]),"),
            script: START.to_owned(),
            expect: String::new(),
            changes: Vec::new(),
        }
    }

    pub(crate) fn plan(&self) -> Plan {
        let sub = match self.programs.contains("\"SUB\"") {
            true => "\"SUB1\": (program: \"SUB\"),",
            false => "",
        };
        let transactions = format!("transactions: {{ \"MAIN\": (program: \"MAIN\"), {sub}");
        let plex = PLEX
            .replacen("transactions: {", &transactions, 1)
            .replacen("programs: {", &format!("programs: {{ {}", self.programs), 1)
            .replace("\"PAY*\"", "\"*\"");
        let scenario = format!(
            "#![enable(implicit_some)]\nScenario(title: \"small\", plex: \"plex\", script: [{}], \
             expect: [{}])",
            self.script, self.expect
        );
        let files = [("plex", plex), ("small", scenario)];
        let files = files.map(|(name, text)| (name.to_owned(), text.into_bytes()));
        loaded(&Memory(files.into()), "small", &self.changes)
    }

    pub(crate) fn run(&self) -> Run {
        run_plan(&self.plan())
    }
}

/// A step that starts MAIN with a container of characters.
pub(crate) const START: &str = "(at: \"09:00:00\", client: \"alice\", do: Start(region: \"CICSPRD1\", \
    transaction: \"MAIN\", userid: \"ALICE\", containers: { \"NAME\": \"ALICE A\" })),";
