"""Tokens, key tables and credential caches between MIT's software and the program, both ways.

Usage: evidence.py PROGRAM SCENARIO. Needs MIT Kerberos with its KDC, faketime and the Python package
gssapi.
"""

import json
import os
import subprocess
import sys
import tempfile

from realm import PASSWORD, REALM, SERVICES, Realm

DAY = "2026-03-02"
# Tickets run from 09:00:00 to 09:10:00; one token of each type is made at 09:00:20, one at 09:09:50.
MADE = ["09:00:20", "09:09:50"]
CLOCKS = [
    "08:54:59", "08:55:00", "08:55:19", "08:55:20", "08:55:21", "09:00:00", "09:00:20", "09:04:49",
    "09:04:50", "09:05:19", "09:05:20", "09:05:21", "09:10:01", "09:14:50", "09:14:51", "09:15:00",
    "09:15:01", "10:00:00",
]

passed = failed = 0


def compare(what, ours, theirs):
    global passed, failed
    if ours == theirs:
        passed += 1
        print(f"agree   {what}: {str(ours)[:80]}")
    else:
        failed += 1
        print(f"DIFFER  {what}: regionsim {ours}, MIT {theirs}")


class Peers:
    def __init__(self, program, folder):
        self.program, self.realm = program, Realm(folder)
        self.path = self.realm.path

    def run(self, *arguments, input=None):
        result = subprocess.run(
            [self.program, "kerberos", *arguments], input=input, capture_output=True, text=True
        )
        if result.returncode == 2:
            sys.exit(f"{' '.join(arguments)}: {result.stderr}")
        return result.stdout

    def ours(self, tokens, keytab, clock, *options):
        """The program's verdicts, as it prints them for programs."""
        at = f"{DAY}T{clock}Z"
        out = self.run("verify", *tokens, "--keytab", keytab, "--at", at, "--format", "json", *options)
        return [json.loads(line) for line in out.splitlines()]

    def errors(self, *arguments):
        return [verdict["krb_error"] or 0 for verdict in self.ours(*arguments)]

    def theirs(self, tokens, keytab, clock, *options, cache="none:"):
        """MIT's verdicts: for each token the number, and for an accepted one who, for whom and flags."""
        env = {"KRB5_KTNAME": "FILE:" + keytab, "KRB5RCACHENAME": cache}
        out = self.realm.python("judge.py", *options, *tokens, at=f"{DAY} {clock}", env=env)
        return [line.split() for line in out.splitlines() if line]

    def numbers(self, *arguments, **options):
        return [int(words[0]) for words in self.theirs(*arguments, **options)]

    def tokens(self):
        """Tokens of every type, made at each time."""
        self.realm.log_on(f"{DAY} 09:00:00", "10m")
        made = {}
        for clock in MADE:
            for host in SERVICES:
                path = self.path(f"{host}-{clock}.token")
                self.realm.python(
                    "initiate.py", f"{host}={path}", at=f"{DAY} {clock}", env=self.realm.client(host)
                )
                made[host, clock] = path
        return made


def clocks(peers, made):
    """Every token by every clock, at both ends of every limit."""
    keytab = peers.path("svc.keytab")
    for clock in CLOCKS:
        ours = peers.ours(made.values(), keytab, clock)
        theirs = peers.theirs(made.values(), keytab, clock)
        for (host, at), our, their in zip(made, ours, theirs):
            number = our["krb_error"] or 0
            compare(f"{SERVICES[host]} made {at} at {clock}", number, int(their[0]))
            if number == 0:
                # A library adds PROT_READY and TRANS, which are not the token's.
                facts = [our["client"], our["server"], our["gss_flags"] | 0x180]
                compare("  its client, service and flags", facts, their[1:3] + [int(their[3]) | 0x180])
                types = [int(word) for word in (our["etype"], our["session_etype"])]
                compare("  its encryption types", types, [int(host[1:3])] * 2)


def keys(peers, made):
    """Which keys open a token, under which names and versions."""
    host, clock = "e18.example", "09:00:30"
    token = [made[host, MADE[0]]]
    entry = next(
        entry for entry in json.loads(
            peers.run("keytab", "list", peers.path("svc.keytab"), "--keys", "--format", "json")
        )["entries"] if host in entry["principal"]
    )

    def keytab(name, principal, kvno, key=entry["key"]):
        path = peers.path(name)
        etype = str(entry["etype"])
        peers.run("keytab", "make", "-o", path, "--principal", principal, "--kvno", str(kvno),
                  "--etype", etype, "--key-file", "-", input=key)
        return path

    own, other = f"HTTP/{host}@{REALM}", f"HTTP/other.example@{REALM}"
    wrong = "00" * 32
    for name, path, options in [
        ("the same key", keytab("same", own, 1), []),
        ("a version of its own", keytab("version", own, 300), []),
        ("another name", keytab("alias", other, 1), []),
        ("another key", keytab("wrong", own, 1, wrong), []),
        ("another name and key", keytab("stranger", other, 1, wrong), []),
        ("another key of another version", keytab("late", own, 2, wrong), []),
        ("the service by name", keytab("named", own, 1), [own]),
        ("by name, a version of its own", keytab("named-version", own, 300), [own]),
        ("by name, another key", keytab("named-wrong", own, 1, wrong), [own]),
        ("by another name", keytab("named-other", other, 1, wrong), [other]),
    ]:
        ours = peers.errors(token, path, clock, *(f"--principal={it}" for it in options))
        theirs = peers.numbers(token, path, clock, *(f"--name={it}" for it in options))
        compare(f"keys: {name}", ours, theirs)


def damage(peers, made):
    """Bits that are flipped on the way, and replays."""
    keytab, clock = peers.path("svc.keytab"), "09:00:30"
    for (host, at), path in made.items():
        if at != MADE[0]:
            continue
        with open(path, "rb") as file:
            token = file.read()
        flipped = []
        for number, place in enumerate((len(token) // 3, len(token) // 2, len(token) - 1)):
            copy = bytearray(token)
            copy[place] ^= 1
            flipped.append(peers.path(f"{host}-{number}.flipped"))
            with open(flipped[-1], "wb") as file:
                file.write(copy)
        compare(f"flipped bits, {SERVICES[host]}", peers.errors(flipped, keytab, clock),
                peers.numbers(flipped, keytab, clock))
        twice = [path, path]
        cache = "file2:" + peers.path("rcache")
        compare(f"presented twice, {SERVICES[host]}", peers.errors(twice, keytab, clock),
                peers.numbers(twice, keytab, clock, cache=cache))


def files(peers):
    """MIT's tools read what the program writes, and the other way round."""
    realm = peers.realm
    at = f"{DAY}T09:00:00Z"
    words = "".join(
        f"addent -password -p HTTP/new.example@{REALM} -k 300 -e {etype}\n{PASSWORD}\n"
        for etype in SERVICES.values()
    )
    theirs, ours = peers.path("ktutil.keytab"), peers.path("ours.keytab")
    realm.tool("ktutil", at=f"{DAY} 09:00:00", input=f"{words}wkt {theirs}\nq\n")
    peers.run("keytab", "make", "-o", ours, "--principal", f"HTTP/new.example@{REALM}", "--kvno", "300",
              "--at", at, "--password-file", "-", input=PASSWORD + "\n")
    with open(theirs, "rb") as one, open(ours, "rb") as two:
        compare("a key table of ktutil's, byte for byte", two.read().hex(), one.read().hex())
    for path in (ours, peers.path("svc.keytab")):
        listed = json.loads(peers.run("keytab", "list", path, "--keys", "--format", "json"))["entries"]
        lines = [line.split() for line in realm.tool("klist", "-k", "-K", "-e", path).splitlines()[3:]]
        compare(f"klist -k of {os.path.basename(path)}",
                [[str(it["kvno"]), it["principal"], f"(0x{it['key']})"] for it in listed],
                [[line[0], line[1], line[-1]] for line in lines])
    for host in SERVICES:
        path = peers.path(f"{host}.ccache")
        listed = json.loads(peers.run("ccache", "list", path, "--format", "json"))["credentials"]
        cache(peers, path, [it for it in listed if not it["setting"]])


def cache(peers, path, listed):
    lines = [line.split() for line in peers.realm.tool("klist", "-c", path).splitlines()[4:]]

    def shown(time):
        out = peers.realm.tool("date", "-u", "-d", f"@{time}", "+%m/%d/%y %H:%M:%S")
        return out.split()

    compare(f"klist of {os.path.basename(path)}",
            [[*shown(it["starttime"]), *shown(it["endtime"]), it["server"]] for it in listed],
            [line[:5] for line in lines])


def simulated(peers, scenario):
    """MIT's initiator and acceptor with what a simulated client and KDC hold."""
    keytab, ccache, token = (peers.path(name) for name in ("sim.keytab", "sim.ccache", "sim.token"))
    service = "CICS/prd1.example@PROD.EXAMPLE"
    peers.run("keytab", "export", scenario, "-o", keytab, "--principal", service)
    peers.run("ccache", "export", scenario, "-o", ccache)
    peers.run("token", "export", scenario, "--name", "token", "-o", token)
    mode = [oct(os.stat(path).st_mode & 0o777) for path in (keytab, ccache, token)]
    compare("secrets are private", mode, ["0o600"] * 3)
    listed = json.loads(peers.run("ccache", "list", ccache, "--format", "json"))["credentials"]
    cache(peers, ccache, listed)
    for clock in ("08:55:20", "09:05:20", "09:05:21"):
        compare(f"a simulated client's token at {clock}", peers.errors([token], keytab, clock),
                peers.numbers([token], keytab, clock))
    made = peers.path("mit.token")
    config = peers.path("prod.conf")
    with open(config, "w") as file:
        file.write("[libdefaults]\n default_realm = PROD.EXAMPLE\n dns_lookup_kdc = false\n"
                   " dns_canonicalize_hostname = false\n")
    env = {"KRB5_CONFIG": config, "KRB5CCNAME": "FILE:" + ccache}
    peers.realm.python("initiate.py", f"CICS@prd1.example={made}", at=f"{DAY} 09:02:00", env=env)
    for clock in ("09:07:00", "09:07:01"):
        compare(f"MIT's token from a simulated KDC's ticket at {clock}",
                peers.errors([made], keytab, clock), peers.numbers([made], keytab, clock))


def main():
    program, scenario = (os.path.abspath(argument) for argument in sys.argv[1:])
    with tempfile.TemporaryDirectory() as folder:
        peers = Peers(program, folder)
        made = peers.tokens()
        clocks(peers, made)
        keys(peers, made)
        damage(peers, made)
        files(peers)
        simulated(peers, scenario)
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed or not passed else 0)


main()
