#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""fnlen.py -- how long functions are: median <= 12 lines, p90 <= 40, none over 60.

The format puts a function's braces, and only those, alone at the left margin, so a function is
what stands between them. A function over the limit says why, in the comment above it or in its
body: /* long: one state machine */. Tests obey the hard limit only.
"""
import pathlib
import re
import sys

MEDIAN, P90, HARD = 12, 40, 60
MARK = "/* long: one state machine */"
ENDS = (";", "}", "*/")  # of what may stand above a function's first line
NAME = re.compile(r"(\w+)\s*\(")


def functions(path):
    """Yields (name, line, length, is marked)."""
    lines = path.read_text().splitlines()
    start = None
    for i, line in enumerate(lines):
        if line == "{":
            start = i
        elif line == "}" and start is not None:
            head = start - 1
            while head > 0 and lines[head - 1].strip() and not lines[head - 1].endswith(ENDS):
                head -= 1
            found = NAME.search(" ".join(lines[head:start]))
            marked = any(MARK in text for text in lines[max(0, head - 8):i])
            yield found.group(1) if found else "?", head + 1, i - start - 1, marked
            start = None


def sources(root, trees):
    found = [p for tree in trees for p in (root / tree).rglob("*")]
    return sorted(p for p in found if p.suffix in (".c", ".cc", ".h"))


def rank(lengths, share):
    return sorted(lengths)[min(len(lengths) - 1, int(len(lengths) * share))] if lengths else 0


def main():
    root = pathlib.Path(__file__).resolve().parent.parent
    errors, lengths = [], {}
    for path in sources(root, ("lib", "app", "include", "fuzz", "bench", "tests")):
        shown = path.relative_to(root)
        for name, line, length, marked in functions(path):
            lengths.setdefault(shown.parts[0], []).append(length)
            if length > HARD and not marked:
                errors.append(f"{shown}:{line}: {name} has {length} lines, the limit is {HARD}")
    for tree, all_lengths in lengths.items():
        median, p90 = rank(all_lengths, 0.5), rank(all_lengths, 0.9)
        n, longest = len(all_lengths), max(all_lengths)
        print(f"{tree}: {n} functions, median {median}, p90 {p90}, max {longest}")
        if tree in ("lib", "app") and (median > MEDIAN or p90 > P90):
            errors.append(f"{tree}: median {median} (limit {MEDIAN}), p90 {p90} (limit {P90})")
    print("\n".join(errors), end="\n" if errors else "")
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
