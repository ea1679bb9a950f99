#!/usr/bin/env python3
"""The usual script: a CSV becomes Batch API request lines. Usage: convert.py IN OUT PREFIX [compact]

Without `compact` it is what people write; with it the output has no blanks and keeps non-ASCII, so
that it can be compared byte by byte.
"""
import csv
import json
import sys

SYSTEM = (
    "You are a careful assistant. Read the text of the user and answer with one short label that "
    "says what it is about. Use lower case, at most three words, no punctuation, and no explanation "
    "of any kind."
)


def main():
    source, target, prefix = sys.argv[1:4]
    compact = len(sys.argv) > 4
    style = {"ensure_ascii": False, "separators": (",", ":")} if compact else {}
    with open(source, newline="", encoding="utf-8") as rows, open(
        target, "w", encoding="utf-8", newline="\n"
    ) as lines:
        for number, row in enumerate(csv.DictReader(rows), 1):
            request = {
                "custom_id": f"{prefix}-{number:09d}",
                "method": "POST",
                "url": "/v1/chat/completions",
                "body": {
                    "model": "gpt-4o-mini",
                    "messages": [
                        {"role": "system", "content": SYSTEM},
                        {"role": "user", "content": row["title"] + ": " + row["text"]},
                    ],
                },
            }
            lines.write(json.dumps(request, **style) + "\n")


csv.field_size_limit(1 << 30)
main()
