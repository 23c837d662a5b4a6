"""A token of the simulator before MIT's GSS acceptor, and before the simulated region, at the same
clock readings: the verdicts must agree, to the second.

Usage: compare.py PROGRAM SCENARIO. Needs MIT Kerberos (libgssapi, ktutil), faketime and the Python
package gssapi.
"""

import json
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
PRINCIPAL, PASSWORD = "CICS/prd1.example@PROD.EXAMPLE", "REGIONPW"
ETYPES = [
    "aes256-cts-hmac-sha384-192",
    "aes128-cts-hmac-sha256-128",
    "aes256-cts-hmac-sha1-96",
    "aes128-cts-hmac-sha1-96",
]
# The authenticator was made at 09:00:20, the ticket runs from 09:00:00 to 09:10:00.
CLOCKS = [
    "08:54:59", "08:55:00", "08:55:01", "08:55:19", "08:55:20", "08:55:21", "08:59:00",
    "09:00:20", "09:00:31", "09:05:19", "09:05:20", "09:05:21", "09:10:00", "09:14:59",
    "09:15:00", "09:15:01", "10:00:00",
]


def keytab(folder):
    path = os.path.join(folder, "svc.keytab")
    for etype in ETYPES:
        words = f"addent -password -p {PRINCIPAL} -k 1 -e {etype}\n{PASSWORD}\nwkt {path}\nq\n"
        subprocess.run(["ktutil"], input=words, text=True, check=True, stdout=subprocess.DEVNULL)
    return path


def simulate(program, scenario, clock, folder):
    """The token's bytes, and the region's verdict: 0, or the number of the error."""
    trace = os.path.join(folder, "trace.jsonl")
    command = [program, "run", scenario, "--bytes", "--trace", trace]
    command += ["--set", f"script.jump.do.to={clock}"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    token, verdict = b"", None
    for line in open(trace):
        record = json.loads(line)
        kind = record.get("kind")
        if kind == "net.send" and record["what"] == "start":
            frame = bytes.fromhex(record["data"])
            token = frame[frame.index(b"\x60\x82"):]
        elif kind == "exec.end" and record["command"] == "VERIFY TOKEN" and record["resp"] == "NORMAL":
            verdict = 0
        elif kind == "nas.return" and record["status"] != "X'00000000'":
            verdict = int(record["status"][2:-1], 16) & 0xFF
    os.remove(trace)
    # The DER length of the frame tells where the token ends inside the request.
    length = 4 + int.from_bytes(token[2:4], "big")
    return token[:length], verdict


def accept(token, clock, folder, keys):
    path = os.path.join(folder, "token")
    with open(path, "wb") as file:
        file.write(token)
    config = os.path.join(folder, "krb5.conf")
    with open(config, "w") as file:
        file.write("[libdefaults]\n default_realm = PROD.EXAMPLE\n dns_lookup_kdc = false\n")
    environment = dict(
        os.environ, TZ="UTC", KRB5_CONFIG=config, KRB5_KTNAME=f"FILE:{keys}", KRB5RCACHENAME="none:"
    )
    command = ["faketime", "-f", f"@2026-03-02 {clock}", sys.executable]
    command += [os.path.join(HERE, "accept.py"), path]
    result = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    return int(result.stdout)


def main():
    program, scenario = sys.argv[1:]
    differ = 0
    with tempfile.TemporaryDirectory() as folder:
        keys = keytab(folder)
        for clock in CLOCKS:
            token, ours = simulate(program, scenario, clock, folder)
            theirs = accept(token, clock, folder, keys)
            agree = "agree " if ours == theirs else "DIFFER"
            differ += ours != theirs
            print(f"{agree} at {clock}: simulated region {ours}, MIT acceptor {theirs}")
    print(f"{len(CLOCKS) - differ} passed, {differ} failed")
    sys.exit(1 if differ else 0)


main()
