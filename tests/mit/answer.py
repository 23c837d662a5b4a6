"""Accepts the token in a file with MIT's GSS library and writes the answer into another file."""

import sys

import gssapi

answer = gssapi.SecurityContext(usage="accept").step(open(sys.argv[1], "rb").read())
with open(sys.argv[2], "wb") as file:
    file.write(answer)
