"""A realm of MIT's on the loopback, in a folder of its own, at a time of one's choice. No file outside
the folder is touched, and nothing needs root."""

import os
import signal
import socket
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
REALM = "TEST.EXAMPLE"
PASSWORD = "userpw"
# One service for each encryption type.
SERVICES = {
    "e20.example": "aes256-cts-hmac-sha384-192",
    "e19.example": "aes128-cts-hmac-sha256-128",
    "e18.example": "aes256-cts-hmac-sha1-96",
    "e17.example": "aes128-cts-hmac-sha1-96",
}

CLIENT_CONFIG = """[libdefaults]
 default_realm = {realm}
 dns_lookup_kdc = false
 dns_lookup_realm = false
 dns_canonicalize_hostname = false
 udp_preference_limit = 1
[realms]
 {realm} = {{
  kdc = 127.0.0.1:{port}
 }}
"""
KDC_CONFIG = """[kdcdefaults]
 kdc_listen = 127.0.0.1:{port}
 kdc_tcp_listen = 127.0.0.1:{port}
[realms]
 {realm} = {{
  database_name = {folder}/principal
  key_stash_file = {folder}/stash
  acl_file = {folder}/acl
  supported_enctypes = {etypes}
 }}
[logging]
 kdc = FILE:{folder}/kdc.log
"""


class Realm:
    """Keys, a KDC that is started for each exchange, and the client alice."""

    def __init__(self, folder):
        self.folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        etypes = " ".join(f"{etype}:normal" for etype in SERVICES.values())
        for name, text in (("krb5.conf", CLIENT_CONFIG), ("kdc.conf", KDC_CONFIG)):
            with open(self.path(name), "w") as file:
                file.write(text.format(realm=REALM, port=self.port, folder=folder, etypes=etypes))
        self.environment = dict(
            os.environ, TZ="UTC", LC_ALL="C", KRB5_CONFIG=self.path("krb5.conf"),
            KRB5_KDC_PROFILE=self.path("kdc.conf"),
        )
        self.tool("kdb5_util", "create", "-s", "-r", REALM, "-P", "masterpw")
        words = [f"addprinc -pw {PASSWORD} alice"]
        for host, etype in SERVICES.items():
            words.append(f"addprinc -randkey -e {etype}:normal HTTP/{host}")
            words.append(f"ktadd -norandkey -k {self.path('svc.keytab')} HTTP/{host}")
        self.tool("kadmin.local", "-r", REALM, input="\n".join(words) + "\n")

    def path(self, name):
        return os.path.join(self.folder, name)

    def tool(self, *command, at=None, check=True, **options):
        """Runs a program, its clock set where a time is given; what it prints."""
        if at:
            command = ("faketime", "-f", "@" + at) + command
        environment = dict(self.environment, **options.pop("env", {}))
        result = subprocess.run(
            command, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **options
        )
        if check and result.returncode:
            sys.exit(f"{' '.join(command)}: exit code {result.returncode}\n{result.stdout}")
        return result.stdout

    def log_on(self, at, life):
        """alice gets tickets, by one credential cache for each service, all of whose keys are of the
        service's encryption type."""
        kdc = subprocess.Popen(
            ["faketime", "-f", "@" + at, "krb5kdc", "-n"], env=self.environment, stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            self.wait(kdc)
            for host in SERVICES:
                env = self.client(host)
                self.tool("kinit", "-l", life, "alice", at=at, input=PASSWORD + "\n", env=env)
                self.tool("kvno", f"HTTP/{host}", at=at, env=env)
        finally:
            # faketime becomes the KDC or starts it, as its version goes: both are one group.
            os.killpg(kdc.pid, signal.SIGTERM)
            kdc.wait()

    def client(self, host):
        """The environment of a client that knows no other encryption type than the service's."""
        config = self.path(f"{host}.conf")
        with open(self.path("krb5.conf")) as file:
            text = file.read()
        with open(config, "w") as file:
            file.write(text.replace("[libdefaults]", f"[libdefaults]\n permitted_enctypes = {SERVICES[host]}"))
        return {"KRB5_CONFIG": config, "KRB5CCNAME": "FILE:" + self.path(f"{host}.ccache")}

    def wait(self, kdc):
        for _ in range(100):
            if kdc.poll() is not None:
                sys.exit(f"the KDC ended: see {self.path('kdc.log')}")
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                time.sleep(0.05)
        sys.exit("the KDC does not listen")

    def python(self, script, *arguments, at, env=None):
        script = os.path.join(HERE, script)
        return self.tool(sys.executable, script, *arguments, at=at, env=env or {})
