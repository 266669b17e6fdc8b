#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""fold_table.py -- prints lib/base/fold_table.def: Unicode simple case folding as runs.

    tools/fold_table.py > lib/base/fold_table.def

Simple folding (status C and S of CaseFolding.txt) maps one code point to one. Python knows full
folding (C and F) only, but both follow from what it knows:
  * str.casefold gives one code point: that is the C mapping. Cherokee is among these: its small
    letters fold to the capital ones.
  * str.casefold gives several: the mapping is F. The S mapping beside it, where there is one, is
    the letter's simple lower case: U+1E9E to U+00DF, U+1F88 to U+1F80. Letters whose lower case is
    several code points (U+0130), or that are lower case already (U+00DF, U+FB00), have no S mapping
    and stay.
The Turkic mappings (status T) are left out, as the standard tells all others to.
"""
import sys
import unicodedata

HEAD = """/* SPDX-License-Identifier: Apache-2.0
 *
 * fold_table.def -- simple case folding of Unicode {version}: FOLD(first, last, step, delta). Each
 * code point first, first + step … last becomes itself + delta. Sorted; written by
 * tools/fold_table.py.
 */
/* clang-format off */"""


def simple(code):
    char = chr(code)
    folded = char.casefold()
    if len(folded) > 1:
        folded = char.lower()
    return ord(folded) if len(folded) == 1 else code


def runs(pairs):
    """Joins (code, delta) pairs of one delta that follow each other at steps of 1 or 2."""
    found = []
    for code, delta in pairs:
        if found:
            first, last, step, same = found[-1]
            gap = code - last
            if same == delta and gap <= 2 and step in (0, gap):
                found[-1] = (first, code, gap, delta)
                continue
        found.append((code, code, 0, delta))
    return found


def main():
    codes = [c for c in range(0x80, sys.maxunicode + 1) if not 0xD800 <= c <= 0xDFFF]
    pairs = [(c, simple(c) - c) for c in codes if simple(c) != c]
    for code, delta in pairs:  # fold_text makes room for half as much again
        before, after = (len(chr(c).encode()) for c in (code, code + delta))
        assert 2 * after <= 3 * before, hex(code)
    print(HEAD.format(version=unicodedata.unidata_version))
    for first, last, step, delta in runs(pairs):
        print(f"FOLD(0x{first:04X}, 0x{last:04X}, {step or 1}, {delta})")
    print("/* clang-format on */")


if __name__ == "__main__":
    main()
