"""Makes a context token for each HOST=FILE with MIT's GSS library, from the tickets of KRB5CCNAME.
HOST is a host whose service is HTTP, or SERVICE@HOST."""

import sys

import gssapi

MECHANISM = gssapi.OID.from_int_seq("1.2.840.113554.1.2.2")

for argument in sys.argv[1:]:
    host, path = argument.split("=", 1)
    service = host if "@" in host else f"HTTP@{host}"
    name = gssapi.Name(service, gssapi.NameType.hostbased_service)
    context = gssapi.SecurityContext(name=name, usage="initiate", mech=MECHANISM)
    with open(path, "wb") as file:
        file.write(context.step())
