"""Holds what the program prints for other programs against published schemas: JUnit reports against that of
the xunit plugin of Jenkins, JSON against what `schema --output` prints.

Usage: validate.py PROGRAM. Needs the Python packages jsonschema and lxml.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

from jsonschema import Draft202012Validator
from lxml import etree

HERE = pathlib.Path(__file__).parent
EXPIRED = "scenarios/dfhxs1402/ticket-expired.ron"
SUCCESS = "scenarios/dfhxs1402/success.ron"
CUT = "scenarios/dfhxs1402/kdc-not-active.ron"
SAML = "tests/interop/saml"
MIT = "tests/interop/kerberos/mit"

passed = failed = 0


def judge(what, problems):
    global passed, failed
    problems = list(problems)
    if problems:
        failed += 1
        print(f"INVALID {what}")
        for problem in problems[:5]:
            print(f"        {problem}")
    else:
        passed += 1
        print(f"valid   {what}")


def closed(schema):
    """The schema with nothing allowed that it does not describe."""
    if isinstance(schema, dict):
        schema = {key: closed(value) for key, value in schema.items()}
        if isinstance(schema.get("properties"), dict) and "additionalProperties" not in schema:
            schema["unevaluatedProperties"] = False
    elif isinstance(schema, list):
        schema = [closed(value) for value in schema]
    return schema


class Program:
    def __init__(self, path, folder):
        self.path, self.folder = path, folder
        self.environment = dict(os.environ, XDG_STATE_HOME=folder)
        schemas = json.loads(self.run("schema", "--output", "--format", "json"))
        self.validators = {}
        for name, schema in schemas.items():
            Draft202012Validator.check_schema(schema)
            self.validators[name] = Draft202012Validator(closed(schema))
        self.unseen = set(schemas)

    def run(self, *arguments, code=(0, 1)):
        result = subprocess.run(
            [self.path, *arguments], capture_output=True, text=True, env=self.environment
        )
        if result.returncode not in code:
            sys.exit(f"{' '.join(arguments)}: exit code {result.returncode}: {result.stderr}")
        return result.stdout

    def holds(self, form, *arguments, lines=False, code=(0, 1)):
        """What a command prints is as its form says."""
        out = self.run(*arguments, "--format", "json", code=code)
        values = [json.loads(line) for line in out.splitlines()] if lines else [json.loads(out)]
        self.unseen.discard(form)
        for number, value in enumerate(values):
            errors = self.validators[form].iter_errors(value)
            what = " ".join(arguments)[:90]
            judge(f"{form}: {what} [{number}]", (f"{e.json_path}: {e.message[:200]}" for e in errors))
            if self.validators[form].is_valid(value | {"surplus": 1}):
                judge(f"{form}: a key that is not described", ["is accepted"])


def commands(program):
    holds, folder = program.holds, program.folder
    for scenario in [EXPIRED, SUCCESS, CUT]:
        holds("run", "run", scenario)
        holds("why", "why", scenario)
    holds("run", "run", EXPIRED, "--log", "SYSA.ESM", "--watch", "&ESMREAS", "--watch", "check")
    holds("run", "run", SUCCESS, "--set", "script.pay.at=19:05:01")
    holds("run-seeds", "run", SUCCESS, "--set", "links.alice-kdc.loss=30%", "--seeds", "1..20")
    for path in sorted(pathlib.Path("scenarios").glob("*/*.ron"))[::9]:
        if path.parent.name != "plexes":
            holds("why", "why", str(path))
    holds("check", "check", "scenarios/dfhxs1402")
    broken = os.path.join(folder, "broken.ron")
    pathlib.Path(broken).write_text("Scenario(")
    holds("check", "check", broken, EXPIRED, code=(2,))
    trace = os.path.join(folder, "a.jsonl")
    program.run("run", EXPIRED, "--trace", trace)
    holds("diff", "diff", EXPIRED, EXPIRED)
    holds("diff", "diff", EXPIRED, SUCCESS)
    holds("diff", "diff", "scenarios/lessons/slow-client.ron", "--set", "script.late.do.by=-4m")
    cut = os.path.join(folder, "cut.jsonl")
    pathlib.Path(cut).write_bytes(pathlib.Path(trace).read_bytes()[:9000])
    holds("diff", "diff", trace, cut, code=(2,))
    holds("coverage", "coverage", "scenarios/dfhxs1402", "--require=dfhxs1402")
    line = json.loads(program.run("run", EXPIRED, "--format", "json"))["logs"]["MSGUSR"][0]
    for what in ["DFHXS1402", "ticket expired", "INVREQ 255", "RESP2=61", "AEY7", "SAF 8 ESM 16", "nonsense", line]:
        holds("explain", "explain", what)
    holds("rules", "rules")
    holds("rules", "rules", "--assumed", "kdc")
    profile = ["--user", "IBMUSER", "--appl", "TSOR001", "--key", "E001193519561977"]
    holds("passticket-generate", "passticket", "generate", *profile, "--at", "@1700000000")
    ticket = program.run("passticket", "generate", *profile, "--at", "@1700000000").strip()
    for at in ["@1700000600", "@1700000601"]:
        tickets = ["--ticket", ticket, "--ticket", ticket, "--ticket", "AAAAAAAA"]
        holds("passticket-evaluate", "passticket", "evaluate", *profile, "--at", at, *tickets, lines=True)
    for at in ["2026-03-02T09:00:30Z", "2026-03-02T10:00:30Z"]:
        tokens = [f"{MIT}/e{number}.token" for number in (17, 18, 19, 20)]
        for keytab in ["services.keytab", "hole.keytab"]:
            verify = ["kerberos", "verify", *tokens, "--keytab", f"{MIT}/{keytab}", "--at", at]
            holds("kerberos-verify", *verify, lines=True)
    holds("kerberos-keytab-list", "kerberos", "keytab", "list", f"{MIT}/services.keytab")
    holds("kerberos-keytab-list", "kerberos", "keytab", "list", f"{MIT}/services.keytab", "--keys")
    holds("kerberos-ccache-list", "kerberos", "ccache", "list", f"{MIT}/alice.ccache")
    holds("kerberos-ccache-list", "kerberos", "ccache", "list", f"{MIT}/alice.ccache", "--keys")
    answer = os.path.join(folder, "no.answer")
    pathlib.Path(answer).write_bytes(b"no answer")
    holds("kerberos-token-judge", "kerberos", "token", "judge", "tests/mit/mutual.ron", "--name", "token",
          "--answer", answer)
    times = ["--from", "09:14:00", "--to"]
    for to in ["09:16:00", "09:14:30"]:
        holds("flip", "flip", EXPIRED, "--vary", "script.queued.at", *times, to, "--scan", "2")
    life = "systems.SYSA.esm.realm.max_ticket_life"
    holds("flip", "flip", EXPIRED, "--vary", life, "--from", "1s", "--to", "1m", "--scan", "2")
    signed = f"{SAML}/valid/v20-all-optional-fields.xml"
    at = ["--at", "2026-06-15T12:00:00Z"]
    for trust in [["--trust", f"{SAML}/pki/ca.pem"], [], ["--no-keyring"], ["--signed", "ignored"]]:
        holds("saml-validate", "saml", "validate", signed, *trust, *at)
    key = ["--certificate", f"{SAML}/pki/cicscert.pem", "--key", f"{SAML}/pki/TEST-ONLY-cicscert.key.pem"]
    holds("saml-issue", "saml", "issue", signed, *key, *at, "--attribute", "role=teller")
    holds("saml-issue", "saml", "issue", f"{MIT}/e18.token", *key, *at)
    holds("inspect", "inspect", f"{MIT}/e18.token")
    flawed = os.path.join(folder, "flawed.token")
    pathlib.Path(flawed).write_bytes(pathlib.Path(f"{MIT}/e18.token").read_bytes()[:300])
    holds("inspect", "inspect", flawed)
    vectors = json.loads(pathlib.Path("tests/vectors/csiv2.json").read_text())["vectors"]
    for vector in (own for own in vectors if own["hex"]):
        holds("inspect", "inspect", "--kind", vector["kind"], "--hex", vector["hex"])


def reports(program):
    schema = etree.XMLSchema(etree.parse(str(HERE / "junit-10.xsd")))
    folder = pathlib.Path(program.folder)
    failing = folder / "failing.ron"
    text = pathlib.Path(EXPIRED).read_text().replace("../plexes", os.path.abspath("scenarios/plexes"))
    failing.write_text(text.replace('text: "REFUSED"', 'text: "GRANTED"'))
    for name, paths, code in [
        ("all scenarios", ["scenarios"], (0,)),
        ("a failure and an error", [str(failing), str(folder / "broken.ron")], (2,)),
    ]:
        report = str(folder / "report.xml")
        program.run("check", *paths, "--junit", report, code=code)
        tree = etree.parse(report)
        schema.validate(tree)
        found = (len(tree.findall(".//failure")), len(tree.findall(".//error")))
        if found != (sum(code) // 2, sum(code) // 2):
            judge(f"junit: {name}", [f"failures and errors: {found}"])
        judge(f"junit: {name}", (f"line {e.line}: {e.message[:200]}" for e in schema.error_log))


def main():
    with tempfile.TemporaryDirectory() as folder:
        program = Program(os.path.abspath(sys.argv[1]), folder)
        commands(program)
        reports(program)
    judge("every form was printed", sorted(program.unseen))
    print(f"{passed} valid, {failed} invalid")
    sys.exit(1 if failed else 0)


main()
