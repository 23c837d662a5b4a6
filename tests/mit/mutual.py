"""Our client makes a token that demands mutual authentication, MIT's acceptor answers it with our
exported key table, and our client judges the answer: right as it came, wrong with any bit flipped, wrong
for another token and for another key; with every encryption type.

Usage: mutual.py PROGRAM. Needs MIT's GSS library, faketime and the Python package gssapi.
"""

import json
import os
import subprocess
import sys
import tempfile

from tally import check, finish

HERE = os.path.dirname(os.path.abspath(__file__))
SCENARIO = os.path.join(HERE, "mutual.ron")


def answered(folder, keys, token):
    config = os.path.join(folder, "krb5.conf")
    with open(config, "w") as file:
        file.write("[libdefaults]\n default_realm = PROD.EXAMPLE\n dns_lookup_kdc = false\n")
    environment = dict(os.environ, TZ="UTC", KRB5_CONFIG=config, KRB5_KTNAME=f"FILE:{keys}", KRB5RCACHENAME="none:")
    answer = token + ".answer"
    command = ["faketime", "-f", "@2026-03-02 09:00:25", sys.executable, os.path.join(HERE, "answer.py")]
    subprocess.run([*command, token, answer], env=environment, check=True)
    return answer


def main():
    program = os.path.abspath(sys.argv[1])
    for etype in (17, 18, 19, 20):
        with tempfile.TemporaryDirectory() as folder:
            path = lambda name: os.path.join(folder, name)
            changes = ["--set", f"nodes.alice.etypes=[{etype}]"]
            run = lambda *words: subprocess.run([program, "kerberos", *words], capture_output=True, text=True)
            run("keytab", "export", SCENARIO, *changes, "-o", path("keytab")).check_returncode()
            for name in ("token", "other"):
                run("token", "export", SCENARIO, *changes, "--name", name, "-o", path(name)).check_returncode()
            answer = answered(folder, path("keytab"), path("token"))

            def judge(file, name="token", more=()):
                result = run("token", "judge", SCENARIO, *changes, *more, "--name", name, "--answer", file, "--format", "json")
                return result.returncode, json.loads(result.stdout) if result.stdout else result.stderr

            code, told = judge(answer)
            check(f"{etype}: the answer is accepted", code == 0 and told["verdict"] == "accepted", told)
            code, told = judge(answer, "other")
            check(f"{etype}: the answer to another token is refused", code == 1, told)
            code, told = judge(answer, more=["--set", "seed=7"])
            check(f"{etype}: an answer with another key is refused", code == 1, told)
            octets = open(answer, "rb").read()
            check(f"{etype}: the answer has a length", len(octets) > 60, len(octets))
            # A bit of every part: framing, object identifier, message, encrypted data, its checksum.
            for at in (0, 1, 6, 14, 18, 30, len(octets) // 2, len(octets) - 13, len(octets) - 1):
                flipped = bytearray(octets)
                flipped[at] ^= 0x10
                with open(path("flipped"), "wb") as file:
                    file.write(flipped)
                code, told = judge(path("flipped"))
                check(f"{etype}: octet {at} flipped is refused", code == 1, told)
    finish()


main()
