"""Accepts the token in a file with MIT's GSS library: prints 0, or the RFC 4120 error number."""

import sys

import gssapi

# Without this the binding reports an acceptor's error one step late.
gssapi.SecurityContext.__DEFER_STEP_ERRORS__ = False

token = open(sys.argv[1], "rb").read()
try:
    gssapi.SecurityContext(usage="accept").step(token)
    print(0)
except gssapi.exceptions.GSSError as error:
    print(error.min_code & 0xFF)
