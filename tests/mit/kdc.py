"""MIT's and Heimdal's own clients against `regionsim serve kdc`: log on with every encryption type, over UDP and TCP;
get tickets that the exported key table opens; be refused for what is wrong. Then hostile clients, and
the server still serves.

Usage: kdc.py PROGRAM PLEX HEIMDAL. Needs MIT's kinit, kvno and klist, faketime, and a folder into which
Heimdal's packages are unpacked: both cannot be installed at once.
"""

import glob
import os
import random
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile

from tally import check, finish

REALM = "PROD.EXAMPLE"
ETYPES = [
    "aes256-cts-hmac-sha384-192",
    "aes128-cts-hmac-sha256-128",
    "aes256-cts-hmac-sha1-96",
    "aes128-cts-hmac-sha1-96",
]
SERVICE = "CICS/prd1.example"


class Client:
    """MIT's tools with a configuration and a cache of their own."""

    def __init__(self, folder, name, conf, settings=(), clock=()):
        self.cache = os.path.join(folder, f"{name}.cc")
        path = os.path.join(folder, f"{name}.conf")
        lines = "".join(f" {setting}\n" for setting in settings)
        with open(path, "w") as file:
            file.write(conf.replace("[libdefaults]\n", "[libdefaults]\n" + lines))
        self.environment = dict(
            os.environ, KRB5_CONFIG=path, KRB5CCNAME=f"FILE:{self.cache}", TZ="UTC", LC_ALL="C"
        )
        self.clock = list(clock)

    def run(self, *command, text=None):
        result = subprocess.run(
            self.clock + list(command), env=self.environment, input=text, text=True,
            capture_output=True, timeout=60,
        )
        return result.returncode, result.stdout + result.stderr

    def kinit(self, user, password, *options):
        return self.run("kinit", *options, user, text=password + "\n")


def log_on(folder, conf, keys):
    for transport in ("udp", "tcp"):
        limit = "udp_preference_limit = " + ("1" if transport == "tcp" else "32700")
        for etype in ETYPES:
            kinds = [f"{name} = {etype}" for name in ("default_tkt_enctypes", "default_tgs_enctypes")]
            client = Client(folder, "good", conf, [limit, *kinds])
            what = f"{transport} {etype}"
            code, told = client.kinit("alice", "ALICEPW")
            check(f"kinit {what}", code == 0, told)
            code, told = client.kinit("alice", "ALICEPW", "-r", "7d")
            check(f"kinit for a renewable ticket {what}", code == 0, told)
            code, told = client.run("kvno", "-k", keys, SERVICE)
            check(f"kvno {what}", code == 0 and "keytab entry valid" in told, told)
            code, told = client.run("klist", "-e")
            session = [line for line in told.splitlines() if f"(skey, tkt): {etype}" in line]
            check(f"session keys {what}", code == 0 and len(session) == 2, told)


def heimdal(folder, conf, root):
    """Heimdal's kinit and kgetcred; what they got, MIT's klist reads."""
    libraries = glob.glob(os.path.join(root, "usr/lib/*-linux-gnu*"))
    secret = {}
    for password in ("ALICEPW", "WRONG"):
        secret[password] = os.path.join(folder, password)
        with open(secret[password], "w") as file:
            file.write(password + "\n")

    def client(name, settings=()):
        made = Client(folder, name, conf, settings)
        made.environment["LD_LIBRARY_PATH"] = ":".join(libraries)
        return made

    def kinit(made, user, password, *more):
        program = os.path.join(root, "usr/bin/kinit.heimdal")
        return made.run(program, f"--password-file={secret[password]}", *more, user)

    for etype in ETYPES:
        made = client("heimdal")
        code, told = kinit(made, "alice", "ALICEPW", "-e", etype)
        check(f"Heimdal's kinit {etype}", code == 0, told)
        # Half of its nonces are negative numbers.
        for number in range(8):
            made.environment["KRB5CCNAME"] = f"FILE:{made.cache}.{number}"
            shutil.copy(made.cache, f"{made.cache}.{number}")
            code, told = made.run(os.path.join(root, "usr/bin/kgetcred"), SERVICE)
            check(f"Heimdal's kgetcred {etype}", code == 0, told)
        shutil.copy(f"{made.cache}.0", made.cache)
        code, told = Client(folder, "heimdal", conf).run("klist", "-e")
        check(f"Heimdal's tickets {etype}", SERVICE in told and f"(skey, tkt): {etype}" in told, told)
    made = client("heimdal")
    for user, password, words in [("alice", "WRONG", "incorrect"), ("nobody", "ALICEPW", "unknown")]:
        code, told = kinit(made, user, password)
        check(f"Heimdal's kinit {user} {password}", code == 1 and words in told, told)
    over_tcp = conf.replace("kdc = ", "kdc = tcp/")
    made = Client(folder, "heimdal-tcp", over_tcp)
    made.environment["LD_LIBRARY_PATH"] = ":".join(libraries)
    code, told = kinit(made, "alice", "ALICEPW")
    check("Heimdal's kinit over TCP", code == 0, told)


def refusals(folder, conf):
    client = Client(folder, "bad", conf, ["kdc_timesync = 0"])
    for user, password, words in [
        ("alice", "WRONG", "Password incorrect"),
        ("nobody", "ALICEPW", "not found in Kerberos database"),
        ("bob", "BOBPW", "not found in Kerberos database"),
    ]:
        code, told = client.kinit(user, password)
        check(f"kinit {user} {password}", code == 1 and words in told, told)
    code, told = client.kinit("alice", "ALICEPW")
    check("kinit before kvno", code == 0, told)
    code, told = client.run("kvno", "HTTP/nowhere.example")
    check("kvno of no service", code == 1 and "not found in Kerberos database" in told, told)
    skew = "Clock skew too great"
    for shift, within in [("+4m", True), ("-4m", True), ("+6m", False), ("-6m", False)]:
        shifted = Client(folder, "shifted", conf, ["kdc_timesync = 0"], ["faketime", "-f", shift])
        code, told = shifted.kinit("alice", "ALICEPW")
        check(f"kinit {shift}", (code == 0) if within else (code == 1 and skew in told), told)
        # The ticket of a right clock, presented by a wrong one.
        shifted.environment["KRB5CCNAME"] = f"FILE:{client.cache}"
        code, told = shifted.run("kvno", "--no-store", SERVICE)
        check(f"kvno {shift}", (code == 0) if within else (code == 1 and skew in told), told)


def revoked(program, plex, folder):
    server = Server(program, plex, folder, ["--set", "systems.SYSA.esm.users.ALICE.revoked=true"])
    code, told = Client(folder, "revoked", server.conf).kinit("alice", "ALICEPW")
    check("kinit of a revoked user", code == 1 and "revoked" in told, told)
    server.end()


def hostile(address, seed):
    """Datagrams and connections as no client makes them."""
    noise = random.Random(seed)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        for size in [0, 1, 2, 100, 1400, 60_000]:
            for first in (b"", b"\x6a", b"\x6c", b"\x7e"):
                udp.sendto(first + noise.randbytes(size), address)
        udp.sendto(b"\x6a\x84\xff\xff\xff\xff" + b"\x30\x80" * 20_000, address)
        udp.settimeout(0.3)
        try:
            while True:
                answer = udp.recv(65_536)
                check("damage is answered with an error", answer[:1] == b"\x7e", answer[:8].hex())
        except TimeoutError:
            pass
    with socket.create_connection(address) as tcp:
        tcp.sendall(struct.pack(">I", 0x7FFF_FFFF))
        length = struct.unpack(">I", tcp.recv(4))[0]
        answer = tcp.recv(length)
        check("a length beyond all bounds", answer[:1] == b"\x7e", answer[:8].hex())
        check("and then the end of the connection", tcp.recv(1) == b"")
    for _ in range(50):
        with socket.create_connection(address) as tcp:
            tcp.sendall(struct.pack(">I", 500) + noise.randbytes(noise.randrange(500)))
    # Many connections that say nothing, and slow ones, stay open meanwhile.
    return [socket.create_connection(address) for _ in range(100)]


def readme(program, folder):
    """The commands that the README shows, as they stand there."""
    with open("README.md") as file:
        lines = file.read().splitlines()
    serve = next(line for line in lines if line.startswith("regionsim serve kdc "))
    kinit = next(line for line in lines if line.startswith("KRB5_CONFIG=krb5.conf kinit "))
    conf = os.path.join(folder, "krb5.conf")
    words = serve.replace(" krb5.conf", f" {conf}").split()
    process = subprocess.Popen([program, *words[1:]], stdout=subprocess.PIPE, text=True)
    told = process.stdout.readline()
    check("the README's server", "127.0.0.1:10088" in told, told)
    environment = dict(os.environ, KRB5_CONFIG=conf, KRB5CCNAME=f"FILE:{folder}/readme.cc")
    command = kinit.split("#")[0].split()[1:]
    result = subprocess.run(command, env=environment, input="ALICEPW\n", text=True, capture_output=True)
    check("the README's client", result.returncode == 0, result.stderr)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=30)


class Server:
    def __init__(self, program, plex, folder, more=()):
        conf = os.path.join(folder, "krb5.conf")
        command = [program, "serve", "kdc", "--plex", plex, "--listen", "127.0.0.1:0"]
        command += ["--krb5-conf", conf, *more]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        first = self.process.stdout.readline()
        self.realm = first.split()[1]
        self.port = int(first.split(",")[0].rsplit(":", 1)[1])
        with open(conf) as file:
            self.conf = file.read()

    def end(self, by=signal.SIGTERM):
        self.process.send_signal(by)
        out, _ = self.process.communicate(timeout=30)
        check(f"ends on {by.name}", self.process.returncode == 0 and out.endswith("ended\n"), out[-300:])
        return out


def main():
    program, plex, other = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        keys = os.path.join(folder, "all.keytab")
        export = [program, "kerberos", "keytab", "export", "--plex", plex, "-o", keys]
        subprocess.run(export, check=True, capture_output=True)
        server = Server(program, plex, folder)
        log_on(folder, server.conf, keys)
        heimdal(folder, server.conf, other)
        refusals(folder, server.conf)
        held = hostile(("127.0.0.1", server.port), 1402)
        code, told = Client(folder, "after", server.conf).kinit("alice", "ALICEPW")
        check("kinit after all that, over UDP", code == 0, told)
        code, told = Client(folder, "evil", server.conf).kinit("evil\x1b[31m\nname", "x")
        check("kinit of a name with controls", code == 1, told)
        after = Client(folder, "after", server.conf, ["udp_preference_limit = 1"])
        code, told = after.kinit("alice", "ALICEPW")
        check("kinit after all that, over TCP", code == 0, told)
        out = server.end()
        check("what was served is told", out.count("AS-REP alice@") >= 12, out[:500])
        check("a name that would steer a terminal is told with escapes", "\\u{1b}[31m" in out, out[-800:])
        check("and no octet of it", all(c.isprintable() or c == "\n" for c in out), out[-800:])
        for connection in held:
            connection.close()
        revoked(program, plex, folder)
        readme(program, folder)
        Server(program, plex, folder, ["--quiet"]).end(signal.SIGINT)
    finish()


if __name__ == "__main__":
    main()
