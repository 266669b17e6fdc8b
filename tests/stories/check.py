#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks the harness itself: that it sees what is wrong, and that a seed is a whole world.

    check.py --spoor BIN [--harness]

Prints TAP; with --harness without the weeks of background, which judge the program instead. A harness that calls everything right would pass any program, so expectations are broken
on purpose here, attacks are left out of their story, and the background goes on without a story.
"""
import argparse
import hashlib
import os
import sys
import tempfile
from types import SimpleNamespace

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

import background  # noqa: E402
import run  # noqa: E402
import wrappers  # noqa: E402
from world import World  # noqa: E402

DAYS_ALONE = 7
DAY_OF = {"aws": background.aws_day, "azure": background.azure_day, "gcp": background.gcp_day}
SUBJECT = "aws_catalogue"  # an attack that is found; its expectations are broken


def scanned(spoor, world):
    with tempfile.TemporaryDirectory(prefix="spoor-check-") as root:
        wrappers.write(world, root)
        return run.scan(spoor, root)


def told(name, seed):
    """The world of a story, what it wants, and when it began."""
    story = run.attacks.STORIES[name]
    world = World(f"{seed}/{name}")
    organisation = background.LIVES[story.cloud](world)
    began = world.now
    return world, story.tell(world, organisation), began


def digest(world):
    with tempfile.TemporaryDirectory(prefix="spoor-check-") as root:
        wrappers.write(world, root)
        sums = []
        for where, _, names in os.walk(root):
            for name in names:
                path = os.path.join(where, name)
                with open(path, "rb") as file:
                    sums.append((os.path.relpath(path, root), hashlib.sha256(file.read()).hexdigest()))
    return sorted(sums)


def seeds_are_worlds(_):
    """The same seed writes the same bytes; another seed has other ids."""
    one, again, other = (told(SUBJECT, seed) for seed in (1, 1, 2))
    same = digest(one[0]) == digest(again[0])
    return same and not set(one[1].together) & set(other[1].together)


def broken_expectations_fail(spoor):
    """The story as it is passes; with an id, a link or a level that is not there it fails."""
    world, wanted, began = told(SUBJECT, 1)
    incidents = run.since(scanned(spoor, world), began)
    story = run.attacks.STORIES[SUBJECT]
    link = (wanted.together[0], "vol-nowhere")
    broken = [
        (story, SimpleNamespace(together=[*wanted.together, "i-nowhere"], links=wanted.links)),
        (story, SimpleNamespace(together=wanted.together, links=[*wanted.links, link])),
        (SimpleNamespace(least="low", most="low"), wanted),
    ]
    right = not run.judge_attack(story, wanted, incidents)[0]
    return right and all(run.judge_attack(s, want, incidents)[0] for s, want in broken)


def nothing_told_nothing_found(spoor):
    """With the attack left out, the background is not taken for it."""
    world, wanted, began = told(SUBJECT, 1)
    world.records = [r for r in world.records if r[2] < began]
    incidents = run.since(scanned(spoor, world), began)
    return bool(run.judge_attack(run.attacks.STORIES[SUBJECT], wanted, incidents)[0])


def alone(cloud):
    """A week more of the background, without a story: nothing of it may reach medium."""
    def calm(spoor):
        world = World(f"alone/{cloud}")
        organisation = background.LIVES[cloud](world)
        began = world.now
        for day in range(background.DAYS, background.DAYS + DAYS_ALONE):
            DAY_OF[cloud](world, organisation, day)
        noise = run.loud(scanned(spoor, world), began)
        for incident in noise:
            print("# " + run.describe(incident)[:160])
        return not noise
    return calm


HARNESS = {
    "a seed is a whole world": seeds_are_worlds,
    "broken expectations fail": broken_expectations_fail,
    "an attack that is left out is not found": nothing_told_nothing_found,
}
CALM = {
    "a week of AWS without a story is calm": alone("aws"),
    "a week of Azure without a story is calm": alone("azure"),
    "a week of Google without a story is calm": alone("gcp"),
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--spoor", required=True)
    parser.add_argument("--harness", action="store_true")
    asked = parser.parse_args()
    checks = HARNESS if asked.harness else {**HARNESS, **CALM}
    print(f"1..{len(checks)}")
    failed = 0
    for number, (name, check) in enumerate(checks.items(), 1):
        passed = check(asked.spoor)
        failed += not passed
        print(f"{'ok' if passed else 'not ok'} {number} - {name}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
