#!/usr/bin/env python3
"""Writes a seeded synthetic table. Usage: generate.py SET MEGABYTES OUT

SET is a (116 bytes a row, five short columns), b (600 bytes, quotes, commas, line ends, about 7 %
of the bytes outside ASCII) or c (8 KB documents with a line end every 42 bytes).
"""
import csv
import io
import random
import sys

WORDS = (
    "the of order late parcel refund and please broken screen battery invoice to price was not for "
    "support account login reset help with delivery address changed again thanks would like return "
    "window colour size wrong item quality excellent poor slow fast friendly manager"
).split()
FOREIGN = "很好 质量 不错 客服 退款 größer schön où déjà niño año привет спасибо 😀 naïve".split()


def text(rnd, length, foreign, line, quote):
    out, size, column = [], 0, 0
    while size < length:
        word = rnd.choice(FOREIGN) if rnd.random() < foreign else rnd.choice(WORDS)
        if quote and rnd.random() < 0.02:
            word = '"' + word + '"'
        if line and column > line:
            gap, column = "\n", 0
        elif quote and rnd.random() < 0.08:
            gap = ", "
        else:
            gap = " "
        out.append(word + gap)
        size += len(word.encode()) + len(gap)
        column += len(word) + 1
    return "".join(out).strip()


def row(rnd, kind, number):
    if kind == "a":
        fields = [text(rnd, 24, 0.002, 0, False), text(rnd, 62, 0.002, 0, False)]
    elif kind == "b":
        fields = [text(rnd, 40, 0.07, 0, False), text(rnd, rnd.randint(200, 850), 0.07, 120, True)]
    else:
        fields = [text(rnd, 40, 0.05, 0, False), text(rnd, rnd.randint(6000, 10000), 0.08, 40, True)]
    return [number, fields[0], fields[1], rnd.randint(1, 5), rnd.choice(("en", "de", "zh"))]


def main():
    kind, size, target = sys.argv[1], int(sys.argv[2]) << 20, sys.argv[3]
    rnd = random.Random(20240501)
    pool = io.StringIO()
    writer = csv.writer(pool)
    with open(target, "w", encoding="utf-8", newline="") as out:
        out.write("id,title,text,stars,lang\r\n")
        # A pool of distinct rows, then repeated under other numbers: making 300 MB word by word
        # would take longer than all measurements.
        rows = [row(rnd, kind, 0)[1:] for _ in range(3000 if kind != "c" else 400)]
        tails = []
        for fields in rows:
            pool.seek(0)
            pool.truncate()
            writer.writerow(fields)
            tails.append(pool.getvalue())
        written, number = 0, 0
        while written < size:
            line = f"{number},{rnd.choice(tails)}"
            out.write(line)
            written += len(line.encode())
            number += 1


main()
