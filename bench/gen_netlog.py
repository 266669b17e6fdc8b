#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes a conn.log of Zeek with many addresses: the same arguments give the same bytes.

Half of the connections come from outside, from --outside different addresses; the machines inside are
two thousand. One in ten goes to a port that nobody else uses.
"""
import argparse
import random

FIELDS = ("ts uid id.orig_h id.orig_p id.resp_h id.resp_p proto service duration orig_bytes resp_bytes "
          "conn_state local_orig local_resp missed_bytes history orig_pkts orig_ip_bytes resp_pkts "
          "resp_ip_bytes tunnel_parents").split()
STATES = ("SF", "S0", "REJ", "RSTO", "S1", "SF", "SF")
PORTS = (22, 80, 443, 443, 443, 3389, 53, 445, 8080, 3306)


def header():
    return ("#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tconn\n"
            "#fields\t" + "\t".join(FIELDS) + "\n")


def line(dice, number, outside, inside):
    source, target = dice.choice(outside), dice.choice(inside)
    if dice.random() < 0.5:
        source, target = target, source
    port = dice.choice(PORTS) if dice.random() < 0.9 else dice.randrange(1, 65535)
    return (f"{1780000000 + number * 0.05:.6f}\tC{number:016x}\t{source}\t{dice.randrange(1024, 65535)}\t"
            f"{target}\t{port}\ttcp\t-\t0.123456\t{dice.randrange(5000)}\t{dice.randrange(50000)}\t"
            f"{dice.choice(STATES)}\t-\t-\t0\tShADadFf\t10\t{dice.randrange(9000)}\t12\t"
            f"{dice.randrange(90000)}\t-\n")


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--mb", type=int, default=200)
    options.add_argument("--outside", type=int, default=60000)
    options.add_argument("--out", required=True)
    given = options.parse_args()
    dice = random.Random(1)
    outside = [f"{dice.randrange(11, 100)}.{dice.randrange(256)}.{dice.randrange(256)}."
               f"{dice.randrange(1, 255)}" for _ in range(given.outside)]
    inside = [f"10.0.{a}.{b}" for a in range(8) for b in range(1, 251)]
    with open(given.out, "w", encoding="ascii") as out:
        written, number = out.write(header()), 0
        while written < given.mb * 1000000:
            written += out.write(line(dice, number, outside, inside))
            number += 1


main()
