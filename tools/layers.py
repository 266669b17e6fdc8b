#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""layers.py -- includes obey tools/layers.txt, form no cycle, and no header drags in a crowd.

An include of ours is written "module/file.h" and found under the tree (lib or app) of the file
that includes it; the public header is <spoor/spoor.h>. A .c file includes its own header first.
"""
import pathlib
import re
import sys

MAX_PULLED = 16  # headers of ours that one header may bring along
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.M)
SOURCES = {".c", ".cc", ".h", ".def"}


def read_law(path):
    law = {}
    for line in path.read_text().splitlines():
        line = line.split("#")[0].strip()
        if line:
            module, _, allowed = line.partition(":")
            law.setdefault(module.strip(), set()).update(allowed.split())
    return law


def module_of(path):
    return "/".join(path.parts[:2]) if len(path.parts) > 2 else path.parts[0]


def judge_include(root, law, path, mark, name):
    """(the file of ours that it leads to or None, what is wrong or None)"""
    tree, module = path.parts[0], module_of(path)
    if mark == "<":
        if not name.startswith("spoor/"):
            return None, None
        allowed = "api" in law[module]
        return None, None if allowed else f"{module} may not include <{name}>"
    target = pathlib.Path(tree, name)
    if not (root / target).is_file():
        return None, f'"{name}" is not "module/file.h" in {tree}/'
    to = module_of(target)
    if to != module and to not in law[module]:
        return target, f'{module} may not include {to} ("{name}")'
    return target, None


def own_header_first(root, path, includes):
    own = path.with_suffix(".h")
    if path.suffix not in (".c", ".cc") or not (root / own).is_file():
        return None
    name = "/".join(own.parts[1:])
    return None if includes and includes[0][1] == name else f'"{name}" must be included first'


def pulled_by(graph, header):
    seen, todo = set(), list(graph.get(header, ()))
    while todo:
        h = todo.pop()
        if h not in seen:
            seen.add(h)
            todo.extend(graph.get(h, ()))
    return {h for h in seen if h.suffix == ".h"}


def law_for(law, path):
    """main.c stands outside the modules and may use what the command line may."""
    module = module_of(path)
    if path.name == "main.c" and module not in law:
        return {**law, module: law["app/cli"] | {"app/cli"}}
    return law if module in law else None


def judge_file(root, law, path):
    """(what is wrong, the files of ours that it includes)"""
    law = law_for(law, path)
    if law is None:
        return [f"{path}: module {module_of(path)} is not in tools/layers.txt"], []
    includes = INCLUDE.findall((root / path).read_text())
    judged = [judge_include(root, law, path, mark, name) for mark, name in includes]
    wrong = [w for _, w in judged] + [own_header_first(root, path, includes)]
    return [f"{path}: {w}" for w in wrong if w], [target for target, _ in judged if target]


def judge_graph(graph):
    for path in sorted(p for p in graph if p.suffix == ".h"):
        pulled = pulled_by(graph, path)
        if path in pulled:
            yield f"{path}: is in an include cycle"
        n = len(pulled - {path})
        if n > MAX_PULLED:
            yield f"{path}: pulls in {n} headers, the limit is {MAX_PULLED}"


def main():
    root = pathlib.Path(__file__).resolve().parent.parent
    law = read_law(root / "tools/layers.txt")
    found = [p for tree in ("lib", "app") for p in (root / tree).rglob("*")]
    paths = sorted(p.relative_to(root) for p in found if p.suffix in SOURCES)
    errors, graph = [], {}
    for path in paths:
        wrong, graph[path] = judge_file(root, law, path)
        errors += wrong
    errors += judge_graph(graph)
    print("\n".join(errors) if errors else f"{len(paths)} files obey tools/layers.txt")
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
