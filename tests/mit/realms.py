"""MIT's and Heimdal's own clients from realm to realm: three KDCs of `regionsim serve kdc`, and MIT's
krb5kdc as a fourth that shares keys with them. Tickets are issued by one and taken by the other, both
ways, with every encryption type; the realms between are written down by one and read by the other.

Usage: realms.py PROGRAM PLEX HEIMDAL, where PLEX is scenarios/plexes/realms.ron. Needs what kdc.py does, MIT's
krb5kdc, and the Python package gssapi.
"""

import glob
import json
import os
import socket
import subprocess
import sys
import tempfile
import time

from kdc import ETYPES, Client, Server
from tally import check, finish

HERE = os.path.dirname(os.path.abspath(__file__))
PROD, TEST, PARTNER, MIT = "PROD.EXAMPLE", "TEST.EXAMPLE", "PARTNER.EXAMPLE", "MIT.EXAMPLE"
REGION = f"CICS/prd1.example@{PROD}"
# Where a client goes through other realms: what stands between the first and the second.
PATHS = {PARTNER: {PROD: [TEST], MIT: [TEST]}, TEST: {}, MIT: {}}
NOT_FOUND = "not found in Kerberos database"


def profile(system, issuer, granted, password):
    name = f'systems.{system}.esm.profiles.REALM."/.../{issuer}/KRBTGT/{granted}"'
    return ["--set", f'{name}=(kerb:(password:"{password}"))']


def transit(*realms):
    return ["--set", f"systems.SYSA.nas.transit={json.dumps(realms)}"]


# Keys that our KDCs share with MIT's.
FROM_MIT = profile("SYSA", MIT, PROD, "from-mit-to-prod")
TO_MIT = profile("SYSB", TEST, MIT, "from-test-to-mit")


def conf(addresses, default, paths):
    """What a client knows: each realm's KDC, and the realms on its way."""
    realms = "".join(f" {realm} = {{\n  kdc = 127.0.0.1:{port}\n }}\n" for realm, port in addresses.items())
    between = ""
    for start, ends in paths.items():
        lines = "".join(f"  {end} = {realm}\n" for end, through in ends.items() for realm in through)
        between += f" {start} = {{\n{lines} }}\n"
    return (
        f"[libdefaults]\n default_realm = {default}\n dns_lookup_kdc = false\n dns_lookup_realm = false\n"
        f" dns_canonicalize_hostname = false\n rdns = false\n[realms]\n{realms}"
        f"[domain_realm]\n prd1.example = {PROD}\n mit.example = {MIT}\n[capaths]\n{between}"
    )


class Krb5Kdc:
    """MIT's KDC of its realm: it lets clients of TEST in, and its own may come to PROD."""

    def __init__(self, folder):
        path = lambda name: os.path.join(folder, name)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        with open(path("mit.conf"), "w") as file:
            file.write(conf({}, MIT, {PARTNER: {MIT: [TEST]}}))
        with open(path("kdc.conf"), "w") as file:
            etypes = " ".join(f"{etype}:normal" for etype in ETYPES)
            file.write(f"[kdcdefaults]\n kdc_listen = 127.0.0.1:{self.port}\n kdc_tcp_listen = 127.0.0.1:{self.port}\n"
                       f"[realms]\n {MIT} = {{\n  key_stash_file = {path('stash')}\n  acl_file = {path('acl')}\n"
                       f"  database_name = {path('principal')}\n  supported_enctypes = {etypes}\n }}\n"
                       f"[logging]\n kdc = FILE:{path('kdc.log')}\n")
        environment = dict(os.environ, KRB5_CONFIG=path("mit.conf"), KRB5_KDC_PROFILE=path("kdc.conf"))
        run = lambda *words, **more: subprocess.run(
            words, env=environment, check=True, capture_output=True, text=True, **more)
        run("kdb5_util", "create", "-s", "-r", MIT, "-P", "masterpw")
        words = ("addprinc -pw ERINPW erin\naddprinc -pw service HTTP/mit.example\n"
                 f"addprinc -pw from-mit-to-prod krbtgt/{PROD}@{MIT}\n"
                 f"addprinc -pw from-test-to-mit krbtgt/{MIT}@{TEST}\n")
        run("kadmin.local", "-r", MIT, input=words)
        self.process = subprocess.Popen(["krb5kdc", "-n"], env=environment, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL)
        for _ in range(100):
            try:
                return socket.create_connection(("127.0.0.1", self.port), 1).close()
            except OSError:
                time.sleep(0.05)
        sys.exit("krb5kdc does not listen")

    def end(self):
        self.process.terminate()
        self.process.wait()


class World:
    """The KDCs that run, and clients that know them."""

    def __init__(self, folder, program, plex):
        self.folder, self.program, self.plex, self.count = folder, program, plex, 0

    def serve(self, node, *changes):
        return Server(self.program, self.plex, self.folder, ["--node", node, *changes])

    def client(self, user, password, realm, addresses, settings=(), paths=PATHS):
        self.count += 1
        made = Client(self.folder, f"client{self.count}", conf(addresses, realm, paths), settings)
        code, told = made.kinit(f"{user}@{realm}", password)
        check(f"kinit {user}@{realm}", code == 0, told)
        return made

    def verified(self, client, keys):
        """What `kerberos verify` says of a token that MIT's library makes for the region."""
        token = os.path.join(self.folder, "token")
        script = os.path.join(HERE, "initiate.py")
        code, told = client.run(sys.executable, script, f"CICS@prd1.example={token}")
        check("MIT's initiator has a ticket", code == 0, told)
        command = [self.program, "kerberos", "verify", token, "--keytab", keys, "--principal", REGION]
        command += ["--at", f"@{int(time.time())}", "--format", "json"]
        result = subprocess.run(command, capture_output=True, text=True)
        return json.loads(result.stdout)


def direct(world, addresses, keys):
    for etype in ETYPES:
        limit = [f"{name} = {etype}" for name in ("default_tkt_enctypes", "default_tgs_enctypes")]
        client = world.client("carol", "CARLAPW", TEST, addresses, limit)
        code, told = client.run("kvno", "-k", keys, REGION)
        check(f"kvno of another realm {etype}", code == 0 and "keytab entry valid" in told, told)
        code, told = client.run("klist", "-e", "-f")
        held = f"krbtgt/{PROD}@{TEST}" in told and told.count(f"(skey, tkt): {etype}") == 3
        check(f"tickets of two realms {etype}", code == 0 and held, told)
        token = world.verified(client, keys)
        good = (token["verdict"], token["client"], token["realms_between"])
        check(f"a token of another realm {etype}", good == ("accepted", f"carol@{TEST}", []), token)
    client = world.client("alice", "ALICEPW", PROD, addresses)
    code, told = client.run("kvno", f"CICS/tst1.example@{TEST}")
    check("trust goes one way", code == 1 and NOT_FOUND in told, told)


def with_mit(world, addresses, keys):
    client = world.client("erin", "ERINPW", MIT, addresses)
    code, told = client.run("kvno", "-k", keys, REGION)
    check("a client of MIT's KDC at ours", code == 0 and "keytab entry valid" in told, told)
    token = world.verified(client, keys)
    check("and its token", (token["verdict"], token["client"]) == ("accepted", f"erin@{MIT}"), token)
    client = world.client("carol", "CARLAPW", TEST, addresses)
    code, told = client.run("kvno", f"HTTP/mit.example@{MIT}")
    check("a client of our KDC at MIT's", code == 0, told)
    client = world.client("dave", "DAVEPW", PARTNER, addresses)
    code, told = client.run("kvno", f"HTTP/mit.example@{MIT}")
    check("the path that our KDCs let grow is accepted by MIT's", code == 0, told)
    # All the way: MIT's KDC writes down who stands before it, ours reads it. TEST has no key for PROD here.
    alone = {f"/.../{issuer}/KRBTGT/{granted}": password for issuer, granted, password in [
        (PARTNER, TEST, "from-partner-to-test"), (TEST, MIT, "from-test-to-mit")]}
    alone = ",".join(f'"{name}":(kerb:(password:"{password}"))' for name, password in alone.items())
    server = world.serve("SYSB.NAS", "--set", f"systems.SYSB.esm.profiles.REALM={{{alone}}}")
    paths = {PARTNER: {PROD: [TEST, MIT], MIT: [TEST]}}
    client = world.client("dave", "DAVEPW", PARTNER, dict(addresses, **{TEST: server.port}), paths=paths)
    token = world.verified(client, keys)
    server.end()
    good = (token["verdict"], token["client"], token["realms_between"])
    check("a path of MIT's", good == ("accepted", f"dave@{PARTNER}", [TEST, MIT]), token)


def between(world, addresses, keys):
    client = world.client("dave", "DAVEPW", PARTNER, addresses)
    token = world.verified(client, keys)
    good = (token["verdict"], token["client"], token["realms_between"])
    check("through a realm between", good == ("accepted", f"dave@{PARTNER}", [TEST]), token)


def refused(world, addresses):
    """A KDC of PROD that is set otherwise, in the place of the right one."""
    carol = ("carol", "CARLAPW", TEST)
    for name, changes, user, words in [
        ("a realm between", [], ("dave", "DAVEPW", PARTNER), "KDC policy rejects transited path"),
        ("another key", profile("SYSA", TEST, PROD, "another"), carol, "Decrypt integrity check failed"),
        ("no key", ["--set", "systems.SYSA.esm.profiles.REALM={}"], carol, "Service key not available"),
    ]:
        server = world.serve("SYSA.NAS", *changes)
        client = world.client(*user, dict(addresses, **{PROD: server.port}))
        code, told = client.run("kvno", REGION)
        check(f"kvno with {name}", code == 1 and words in told, told)
        server.end()


def heimdal(world, addresses, root, keys):
    libraries = glob.glob(os.path.join(root, "usr/lib/*-linux-gnu*"))
    for user, password, realm in [("carol", "CARLAPW", TEST), ("dave", "DAVEPW", PARTNER)]:
        client = world.client(user, password, realm, addresses)
        client.environment["LD_LIBRARY_PATH"] = ":".join(libraries)
        code, told = client.run(os.path.join(root, "usr/bin/kgetcred"), REGION)
        check(f"Heimdal's kgetcred of another realm, {user}", code == 0, told)
        del client.environment["LD_LIBRARY_PATH"]
        token = world.verified(client, keys)
        check(f"and its token, {user}", token["verdict"] == "accepted", token)


def main():
    program, plex, other = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        keys = os.path.join(folder, "all.keytab")
        export = [program, "kerberos", "keytab", "export", "--plex", plex, "-o", keys]
        subprocess.run(export, check=True, capture_output=True)
        world = World(folder, program, plex)
        theirs = Krb5Kdc(folder)
        ours = [world.serve("SYSA.NAS", *FROM_MIT, *transit(TEST, MIT)), world.serve("SYSB.NAS", *TO_MIT),
                world.serve("PARTNER")]
        try:
            addresses = {server.realm: server.port for server in ours} | {MIT: theirs.port}
            direct(world, addresses, keys)
            between(world, addresses, keys)
            with_mit(world, addresses, keys)
            refused(world, addresses)
            heimdal(world, addresses, other, keys)
        finally:
            theirs.end()
            for server in ours:
                server.end()
    finish()


main()
