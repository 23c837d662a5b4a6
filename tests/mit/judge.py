"""Accepts each TOKENFILE with MIT's GSS library and the keys of KRB5_KTNAME; prints a line for each: the
number of the error or 0, and the client, service and flags of the context.

With a first argument --name=PRINCIPAL, as that service only."""

import sys

import gssapi

# Without this the binding reports an acceptor's error one step late.
gssapi.SecurityContext.__DEFER_STEP_ERRORS__ = False

arguments = sys.argv[1:]
credentials = None
if arguments[0].startswith("--name="):
    # A whole principal: a service on a host, without realm, would be any that looks like it.
    name = arguments.pop(0).removeprefix("--name=")
    name = gssapi.Name(name, gssapi.NameType.kerberos_principal)
    credentials = gssapi.Credentials(name=name, usage="accept")
for path in arguments:
    with open(path, "rb") as file:
        token = file.read()
    try:
        context = gssapi.SecurityContext(usage="accept", creds=credentials)
        context.step(token)
        print(0, context.initiator_name, context.target_name, int(context.actual_flags))
    except gssapi.exceptions.GSSError as error:
        print(error.min_code & 0xFF)
