#!/usr/bin/env python3
"""Runs a command and appends its wall seconds and peak KiB. Usage: measure.py FILE COMMAND..."""
import resource
import subprocess
import sys
import time

start = time.monotonic()
subprocess.run(sys.argv[2:], check=True, stdout=subprocess.DEVNULL)
wall = time.monotonic() - start
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
with open(sys.argv[1], "a", encoding="ascii") as out:
    out.write(f"{wall:.3f} {peak}\n")
