#!/usr/bin/env python3
"""What people write by hand: a dict of answers, then a walk over the table.

    merge.py WORK_FOLDER TARGET
"""
import csv
import glob
import json
import os
import sys

work, target = sys.argv[1], sys.argv[2]
answers = {}
for path in glob.glob(os.path.join(work, "*.output.jsonl")) + glob.glob(os.path.join(work, "*.errors.jsonl")):
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            result = json.loads(line)
            if result["error"]:
                error = result["error"]
                answers[result["custom_id"]] = ("", "", error["code"] + ": " + error["message"])
            else:
                body = result["response"]["body"]
                answers[result["custom_id"]] = (
                    body["choices"][0]["message"]["content"], body["usage"]["total_tokens"], "")

with open(os.path.join(work, "input", "tickets.csv"), encoding="utf-8", newline="") as table, \
        open(target, "w", encoding="utf-8", newline="") as out:
    reader = csv.reader(table)
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(next(reader) + ["answer", "tokens", "batchdrop_error"])
    suffix = work.rstrip("/")[-6:]
    for number, record in enumerate(reader, 1):
        writer.writerow(record + list(answers[f"{suffix}-{number:09d}"]))
