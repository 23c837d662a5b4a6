"""AS exchanges a second of `regionsim serve kdc` and of MIT's krb5kdc, in one run, in turn, each on the
first core, with the same users; the load comes from the second core.

Usage: rate.py PROGRAM BENCH, where BENCH is the command of the benchmark `kdc`. Needs MIT's krb5kdc, and
taskset where there are several cores.
"""

import os
import shlex
import socket
import subprocess
import sys
import tempfile
import time

REALM = "RATE.EXAMPLE"
USERS = 200
ETYPES = "aes256-cts-hmac-sha384-192:normal aes128-cts-hmac-sha256-128:normal"


def on_core(core):
    return ["taskset", "-c", str(core)] if (os.cpu_count() or 1) > 1 else []


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def mit(folder):
    port = free_port()
    path = lambda name: os.path.join(folder, name)
    with open(path("krb5.conf"), "w") as file:
        file.write(f"[libdefaults]\n default_realm = {REALM}\n dns_lookup_kdc = false\n")
    with open(path("kdc.conf"), "w") as file:
        file.write(f"[kdcdefaults]\n kdc_listen = 127.0.0.1:{port}\n kdc_tcp_listen = 127.0.0.1:{port}\n"
                   f"[realms]\n {REALM} = {{\n"
                   f"  key_stash_file = {folder}/stash\n  acl_file = {folder}/acl\n"
                   f"  supported_enctypes = {ETYPES}\n  default_principal_flags = +preauth\n"
                   f"  database_module = files\n }}\n"
                   # It need not write who logged on when, which the other one does not do either.
                   f"[dbmodules]\n files = {{\n  db_library = db2\n  database_name = {folder}/principal\n"
                   f"  disable_last_success = true\n  disable_lockout = true\n }}\n"
                   f"[logging]\n kdc = FILE:/dev/null\n")
    environment = dict(os.environ, KRB5_CONFIG=path("krb5.conf"), KRB5_KDC_PROFILE=path("kdc.conf"))
    run = lambda *words, **more: subprocess.run(
        words, env=environment, check=True, capture_output=True, text=True, **more)
    run("kdb5_util", "create", "-s", "-r", REALM, "-P", "masterpw")
    words = "".join(f"addprinc -pw pw{number} user{number}\n" for number in range(USERS))
    run("kadmin.local", "-r", REALM, input=words)
    server = subprocess.Popen([*on_core(0), "krb5kdc", "-n"], env=environment,
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return server, port


def ours(program, folder):
    users = "".join(
        f'            "user{number}": (password: "pw{number}", etypes: [20, 19]),\n' for number in range(USERS))
    plex = os.path.join(folder, "plex.ron")
    with open(plex, "w") as file:
        file.write(f'Plex(\n    title: "many users",\n    systems: {{ "DESK": () }},\n    nodes: {{\n'
                   f'        "kdc": Kdc(\n            system: "DESK", realm: "{REALM}", principals: {{\n{users}'
                   f'            }},\n        ),\n    }},\n)\n')
    command = [*on_core(0), program, "serve", "kdc", "--plex", plex, "--listen", "127.0.0.1:0", "--quiet"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    return server, int(server.stdout.readline().split(",")[0].rsplit(":", 1)[1])


def main():
    program, bench = os.path.abspath(sys.argv[1]), shlex.split(sys.argv[2])
    with tempfile.TemporaryDirectory() as folder:
        servers = [mit(folder), ours(program, folder)]
        try:
            time.sleep(1)
            peers = [f"{name}=127.0.0.1:{port}" for name, (_, port) in zip(("krb5kdc", "regionsim"), servers)]
            subprocess.run([*on_core(1), *bench, REALM, *peers], check=True)
        finally:
            for server, _ in servers:
                server.terminate()
                server.wait()


main()
