#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""aws_managed.py FACTS.json -- writes lib/policy/aws_managed.def to the standard output.

FACTS.json says which policies that AWS manages grant an action: {"ec2:RunInstances": ["NAME", …], …}.
Members whose value is no list are notes and left out.
"""
import json
import sys

HEAD = """/* SPDX-License-Identifier: Apache-2.0
 *
 * aws_managed.def -- which policies that AWS manages grant what a rogue instance takes; written by
 * tools/aws_managed.py.
 *
 * AWS_MANAGED_ACTION(name), bit 0 first; AWS_MANAGED_POLICY(name, bits of the actions it grants, for
 * whatever resources and under whatever conditions), in the order of names.
 */
/* clang-format off */"""


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        facts = {k: v for k, v in json.load(file).items() if isinstance(v, list)}
    bits = {}
    for bit, names in enumerate(facts.values()):
        for name in names:
            bits[name] = bits.get(name, 0) | 1 << bit
    print(HEAD)
    for action in facts:
        print(f'AWS_MANAGED_ACTION("{action}")')
    for name in sorted(bits):
        print(f'AWS_MANAGED_POLICY("{name}", 0x{bits[name]:04x})')
    print("/* clang-format on */")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main()
