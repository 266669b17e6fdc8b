#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Tells stories to spoor and looks at what it makes of them.

    run.py --spoor BIN [--seeds N] [--first S] [--story NAME]… [--keep DIR] [--report]

Each story is told after two weeks of background, once for each seed. An attack must reach its level
(and not go beyond what it may), with its ids in one incident and its links shown. No benign story,
and no background, may reach medium. What is marked as a known gap is listed, and does not fail.
"""
import argparse
import concurrent.futures
import json
import os
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

import attacks  # noqa: E402
import background  # noqa: E402
import benign  # noqa: E402
import incidents  # noqa: E402,F401  registers its stories
import routine  # noqa: E402,F401  registers its stories
import wrappers  # noqa: E402
from world import World, iso  # noqa: E402

LEVELS = ("informational", "low", "medium", "high", "critical")


def rank(level):
    return LEVELS.index(level)


def scan(spoor, where):
    out = subprocess.run([spoor, "scan", "--no-builtin", "--jobs", "1", "--format", "jsonl", where],
                         capture_output=True, text=True, check=False)
    if out.returncode != 0:
        raise RuntimeError(f"spoor failed: {out.stderr}")
    findings = [json.loads(line) for line in out.stdout.splitlines()]
    summary = findings[-1]
    if summary["malformed"] or summary["skipped"]:
        raise RuntimeError(f"not all was read: {summary['skipped']}")
    return [f for f in findings if f["type"] == "incident"]


def tell(spoor, name, seed, keep):
    """Generates the story's logs, scans them, returns (begin of the story, wanted, incidents)."""
    is_attack = name in attacks.STORIES
    story = (attacks if is_attack else benign).STORIES[name]
    world = World(f"{seed}/{name}")
    organisation = background.LIVES[story.cloud](world)
    began = world.now
    wanted = story.tell(world, organisation)
    root = tempfile.mkdtemp(prefix="spoor-story-")
    try:
        wrappers.write(world, root)
        incidents = scan(spoor, root)
        if keep:
            shutil.copytree(root, os.path.join(keep, f"{name}-{seed}"), dirs_exist_ok=True)
    finally:
        shutil.rmtree(root)
    return began, wanted, incidents


def ids_of(incident):
    found = {r["id"] for r in incident["resources"]} | {a["id"] for a in incident["actors"]}
    for step in incident["steps"]:
        found |= {r["id"] for r in step["resources"]}
    for link in incident["links"]:
        found |= {link["from"], link["to"]}
    return found


def has_link(incident, link):
    pairs = {(x["from"], x["to"]) for x in incident["links"]}
    return link in pairs or link[::-1] in pairs


def holds(incident, wanted):
    return sum(i in ids_of(incident) for i in wanted.together)


def judge_attack(story, wanted, incidents):
    """(problems, links wanted, links shown, the incident)"""
    if not wanted.together:
        worst = max(incidents, key=lambda i: rank(i["level"]), default=None)
    else:
        worst = max(incidents, key=lambda i: (holds(i, wanted), rank(i["level"])), default=None)
    if worst is None:
        quiet = story.least == "informational"  # these are not shown
        return [] if quiet else ["no incident at all"], len(wanted.links), 0, None
    problems = []
    lacking = [i for i in wanted.together if i not in ids_of(worst)]
    if lacking:
        problems.append("not in the incident: " + ", ".join(lacking))
    if rank(worst["level"]) < rank(story.least):
        problems.append(f"{worst['level']} {worst['score']}, wanted {story.least}")
    if rank(worst["level"]) > rank(story.most):
        problems.append(f"{worst['level']} {worst['score']}, may be {story.most} at most")
    links = [x for x in wanted.links if x[0] != x[1]]
    shown = [x for x in links if has_link(worst, x)]
    problems += [f"no link {a} -- {b}" for a, b in links if (a, b) not in shown]
    return problems, len(links), len(shown), worst


def since(incidents, when):
    """Those that went on after `when`: what ended before is no part of a story that began then."""
    return [i for i in incidents if i["last_time"] >= iso(when)]


def loud(incidents, when):
    """False alarms: those before `when` belong to a time in which nothing was known of habits."""
    return [i for i in since(incidents, when) if rank(i["level"]) >= rank("medium")]


def describe(incident):
    return f"{incident['level']} {incident['score']}: {incident['title']} ({incident['verdict']})"


def run_one(job):
    """One story with one seed: a row of results."""
    spoor, name, seed, keep = job
    try:
        began, wanted, incidents = tell(spoor, name, seed, keep)
    except RuntimeError as error:
        return {"name": name, "seed": seed, "problems": [str(error)], "false": 0, "early": 0, "links": 0,
                "shown": 0, "level": "-"}
    row = {"name": name, "seed": seed, "links": 0, "shown": 0, "level": "-",
           "early": len(loud(incidents, 0)) - len(loud(incidents, began))}
    if name in attacks.STORIES:
        told = since(incidents, began)
        problems, row["links"], row["shown"], worst = judge_attack(attacks.STORIES[name], wanted, told)
        row["level"] = worst["level"] if worst else "-"
        others = [i for i in loud(incidents, began) if worst is None or i["id"] != worst["id"]]
        problems += ["beside it: " + describe(i) for i in others]
        row["false"] = len(others)
    else:
        worst = max(since(incidents, began), key=lambda i: (rank(i["level"]), i["score"]), default=None)
        row["level"] = worst["level"] if worst else "-"
        problems = [describe(i) for i in loud(incidents, began)]
        row["false"] = len(problems)
    row["problems"] = problems
    return row


def gap_of(name):
    return (attacks.STORIES.get(name) or benign.STORIES[name]).gap


def report(rows, names, seeds):
    """Prints a line a story and the sums; returns how many stories failed, and how many are gaps."""
    failed, gaps = 0, 0
    print(f"{'story':26}{'right':>9}  {'levels'}")
    for name in names:
        mine = [r for r in rows if r["name"] == name]
        right = sum(not r["problems"] for r in mine)
        levels = sorted({r["level"] for r in mine}, key=lambda x: LEVELS.index(x) if x in LEVELS else -1)
        mark = "" if right == len(mine) else "  known gap: " + gap_of(name) if gap_of(name) else "  FAILED"
        failed += right != len(mine) and not gap_of(name)
        gaps += right != len(mine) and bool(gap_of(name))
        print(f"{name:26}{right:4} of {len(mine):<3} {', '.join(levels)}{mark}")
        for row in mine:
            for problem in row["problems"][:3]:
                print(f"      seed {row['seed']}: {problem}"[:300])
    told = [r for r in rows if r["name"] in attacks.STORIES]
    calm = [r for r in rows if r["name"] not in attacks.STORIES]
    days = len(rows) * background.DAYS
    if told:
        print(f"\nattacks found as they must be  {sum(not r['problems'] for r in told)} of {len(told)}")
        links, shown = sum(r["links"] for r in told), sum(r["shown"] for r in told)
        print(f"links shown                    {shown} of {links}")
    if calm:
        print(f"benign stories below medium    {sum(not r['problems'] for r in calm)} of {len(calm)}")
    print(f"false incidents                {sum(r['false'] for r in rows)} in {len(rows)} stories, {seeds} seeds")
    print(f"medium or more a day, meanwhile {sum(r['early'] for r in rows) / days:.3f} (of {days} days of which nothing was known before)")
    return failed, gaps


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--spoor", required=True)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--story", action="append")
    parser.add_argument("--keep")
    parser.add_argument("--report", action="store_true", help="exit 0 whatever failed")
    asked = parser.parse_args()
    everything = [*attacks.STORIES, *benign.STORIES]
    names = asked.story or everything
    unknown = [n for n in names if n not in everything]
    if unknown:
        parser.error(f"no such story: {', '.join(unknown)}")
    work = [(asked.spoor, name, seed, asked.keep) for name in names for seed in range(asked.first, asked.first + asked.seeds)]
    with concurrent.futures.ProcessPoolExecutor() as pool:
        rows = list(pool.map(run_one, work, chunksize=2))
    failed, gaps = report(rows, names, asked.seeds)
    print(f"{len(names) - failed - gaps} stories right, {failed} wrong, {gaps} known gaps")
    return 0 if asked.report or not failed else 1


if __name__ == "__main__":
    sys.exit(main())
