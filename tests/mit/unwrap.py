"""MIT's initiator makes a token, a simulated region accepts it and answers with an encrypted PassTicket,
and MIT's gss_unwrap opens it in the initiator's context; with every encryption type, with and without
mutual authentication. Nobody else's context opens it, and the PassTicket is good.

Usage: unwrap.py PROGRAM PLEX. Needs MIT's GSS library, faketime and the Python package gssapi.
"""

import json
import os
import subprocess
import sys
import tempfile

from tally import check, finish

HERE = os.path.dirname(os.path.abspath(__file__))
MECHANISM = "1.2.840.113554.1.2.2"
KEY = "E001193519561977"


def container(frame, name):
    """The data of a BIT container in a reply: name, no CCSID, data, each with its length before it."""
    label = bytes([len(name)]) + name.encode() + b"\0"
    at = frame.find(label)
    if at < 0:
        return None
    at, length, shift = at + len(label), 0, 0
    while True:
        octet = frame[at]
        length, shift, at = length | (octet & 0x7F) << shift, shift + 7, at + 1
        if octet < 0x80:
            return frame[at:at + length]


def context(mutual):
    import gssapi

    flags = gssapi.RequirementFlag.confidentiality
    if mutual:
        flags |= gssapi.RequirementFlag.mutual_authentication
    name = gssapi.Name("CICS@prd1.example", gssapi.NameType.hostbased_service)
    mechanism = gssapi.OID.from_int_seq(MECHANISM)
    return gssapi.SecurityContext(name=name, usage="initiate", mech=mechanism, flags=flags)


def exchange(program, folder, transaction, mutual, changes):
    """Within the initiator's process, at its time: token out, answer in, PassTicket opened."""
    import gssapi

    own, other = context(mutual), context(mutual)
    token = own.step()
    other.step()
    with open(os.path.join(folder, "mit.token"), "wb") as file:
        file.write(token)
    trace = os.path.join(folder, "trace.jsonl")
    command = [program, "run", os.path.join(folder, "ptkt.ron"), "--bytes", "--trace", trace]
    command += ["--set", f"script.pay.do.transaction={transaction}", *changes]
    subprocess.run(command, check=True, capture_output=True)
    frames = []
    for line in open(trace):
        record = json.loads(line)
        if record.get("kind") == "net.send" and record["what"] == "start-reply":
            frames.append(bytes.fromhex(record["data"]))
    os.remove(trace)
    wrapped = container(frames[-1], "ENCPTKT")
    result = {"wrapped": bool(wrapped), "mutual": mutual}
    if wrapped:
        if mutual:
            own.step(container(frames[-1], "OUTTOKEN"))
        result["complete"] = own.complete
        opened = own.unwrap(wrapped)
        result["encrypted"] = bool(opened.encrypted)
        result["text"] = opened.message.decode("cp037")
        result["clear"] = opened.message in wrapped
        try:
            other.unwrap(wrapped)
            result["foreign"] = "opened"
        except gssapi.exceptions.GSSError:
            result["foreign"] = "refused"
    print(json.dumps(result))


def main():
    program, plex = (os.path.abspath(argument) for argument in sys.argv[1:])
    with tempfile.TemporaryDirectory() as folder:
        scenario = os.path.join(folder, "ptkt.ron")
        with open(os.path.join(HERE, "ptkt.ron")) as source, open(scenario, "w") as file:
            file.write(source.read().replace("PLEX", plex))
        config = os.path.join(folder, "krb5.conf")
        with open(config, "w") as file:
            file.write("[libdefaults]\n default_realm = PROD.EXAMPLE\n dns_lookup_kdc = false\n"
                       " dns_canonicalize_hostname = false\n")
        with open(os.path.join(folder, "mit.token"), "wb") as file:
            file.write(b"\x60")
        for etype in (20, 19, 18, 17):
            ccache = os.path.join(folder, f"{etype}.ccache")
            changes = ["--set", f"nodes.alice.etypes=[{etype}]"]
            command = [program, "kerberos", "ccache", "export", scenario, "-o", ccache, *changes]
            subprocess.run(command, check=True, capture_output=True)
            for transaction, mutual in (("PTK1", ""), ("PTKM", "mutual")):
                what = f"type {etype} {mutual}".strip()
                environment = dict(
                    os.environ, TZ="UTC", LC_ALL="C", KRB5_CONFIG=config, KRB5CCNAME=f"FILE:{ccache}"
                )
                command = ["faketime", "-f", "@2026-03-02 09:02:00", sys.executable, __file__]
                command += [program, folder, transaction, mutual, *changes]
                done = subprocess.run(command, env=environment, capture_output=True, text=True)
                if done.returncode:
                    check(what, False, done.stderr[-600:])
                    continue
                result = json.loads(done.stdout)
                check(f"{what}: a PassTicket comes back", result["wrapped"], result)
                check(f"{what}: the context stands", result.get("complete"), result)
                check(f"{what}: it is sealed", result.get("encrypted") and not result["clear"], result)
                check(f"{what}: another context", result.get("foreign") == "refused", result)
                evaluate = [program, "passticket", "evaluate", "--user", "ALICE", "--appl", "CICSPRD2"]
                evaluate += ["--key", KEY, "--at", "2026-03-02T09:02:30Z", "--ticket"]
                evaluate += [result.get("text", "")]
                judged = subprocess.run(evaluate, capture_output=True, text=True)
                check(f"{what}: it is good", judged.returncode == 0, judged.stdout + judged.stderr)
    finish()


if len(sys.argv) > 3:
    exchange(sys.argv[1], sys.argv[2], sys.argv[3], bool(sys.argv[4]), sys.argv[5:])
else:
    main()
