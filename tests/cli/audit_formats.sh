#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Every format of an audit is valid where it is read, and no name of a resource does anything there.
set -euo pipefail
. "$(dirname "$0")/helper.bash"

mkdir -p "$work/exports/111122223333/eu-west-1"
python3 - "$work/exports/111122223333/eu-west-1/instances.json" <<'END'
import json, sys
hostile = ["=cmd|' /C calc'!A0", "<script>alert(1)</script><img src=x onerror=alert(1)>", "\x1b[31mred\x1b]0;t\x07",
           "two\r\nlines,\"quoted\"", "\u202etxt.exe", "+1", "@SUM(A1)", "-->", "]]>", "\u2028", "'\"&amp;"]
machines = [{"InstanceId": f"i-{n:08x}", "Tags": [{"Key": "Name", "Value": name}, {"Key": name, "Value": name}],
             "MetadataOptions": {"HttpTokens": "optional"}} for n, name in enumerate(hostile)]
json.dump({"Reservations": [{"OwnerId": "111122223333", "Instances": machines}]}, open(sys.argv[1], "w"))
END
for format in table jsonl csv ocsf sarif html; do
    run 0 audit "$work/exports" --quiet --now 2026-06-01 --format "$format" --output "$work/audit.$format"
    [ ! -s "$out" ] || fail "--output $format wrote to standard output, too"
    [ -s "$work/audit.$format" ] || fail "--output $format wrote nothing"
done
for format in table csv html; do
    lacks "$work/audit.$format" $'\033'
done

python3 - "$work" <<'END' || fail "a format is not valid"
import base64, csv, hashlib, html.parser, json, pathlib, re, sys
work = pathlib.Path(sys.argv[1])

findings = [json.loads(line) for line in open(work / "audit.jsonl", encoding="utf-8")]
checks = [f for f in findings if f["type"] == "check"]
judged = [f["resource"]["id"] for f in checks if f["id"] == "aws-instance-imdsv2"]
assert len(judged) == 11, judged

# CSV: as many rows, the same statuses, no cell that begins a formula.
rows = list(csv.DictReader(open(work / "audit.csv", encoding="utf-8", newline=""), strict=True))
assert len(rows) == len(checks)
for row, f in zip(rows, checks):
    assert None not in row and None not in row.values(), row
    assert (row["status"], row["check"], row["severity"]) == (f["status"], f["id"], f["severity"])
    assert not any(value[:1] in tuple("=+-@\t\r\n") and value for value in row.values()), row
assert (work / "audit.csv").read_bytes().count(b"\r\n") >= len(rows) + 1

# OCSF: what the schema requires of class 2003.
lines = [json.loads(line) for line in open(work / "audit.ocsf", encoding="utf-8")]
assert len(lines) == len(checks)
for o in lines:
    assert o["class_uid"] == 2003 and o["category_uid"] == 2 and o["type_uid"] == 200300 + o["activity_id"]
    assert 1 <= o["severity_id"] <= 5 and isinstance(o["time"], int)
    assert o["metadata"]["version"] and o["metadata"]["product"]["vendor_name"]
    assert o["finding_info"]["uid"] and o["finding_info"]["title"]
    assert o["compliance"]["standards"] and o["compliance"]["status_id"] in (1, 2, 3, 99)
    assert o["cloud"]["provider"]
assert len({o["finding_info"]["uid"] for o in lines}) == len(lines)

# SARIF: the structure, and rules that results point at.
sarif = json.load(open(work / "audit.sarif", encoding="utf-8"))
assert sarif["version"] == "2.1.0" and "sarif-2.1.0" in sarif["$schema"]
run, = sarif["runs"]
rules = run["tool"]["driver"]["rules"]
assert len({r["id"] for r in rules}) == len(rules)
for r in rules:
    assert r["shortDescription"]["text"] and r["help"]["text"] and r["defaultConfiguration"]["level"] in ("error", "warning", "note")
    assert 0 <= float(r["properties"]["security-severity"]) <= 10
assert len(run["results"]) == len(checks)
for r in run["results"]:
    assert rules[r["ruleIndex"]]["id"] == r["ruleId"] and r["message"]["text"]
    assert r["kind"] in ("pass", "fail", "open", "notApplicable") and (r["kind"] == "fail" or r["level"] == "none")
    assert r["partialFingerprints"]
    for l in r.get("locations", []):
        if "physicalLocation" in l:
            assert re.fullmatch(r"[A-Za-z0-9._~/%:-]+", l["physicalLocation"]["artifactLocation"]["uri"])
assert all(isinstance(i["executionSuccessful"], bool) for i in run["invocations"])

# HTML: balanced, one script whose hash the policy names, no handler, nothing from elsewhere.
class Page(html.parser.HTMLParser):
    void = {"meta", "input", "br", "link", "img"}
    def __init__(self):
        super().__init__()
        self.open, self.seen, self.text, self.script, self.policy = [], {}, [], "", ""
    def handle_starttag(self, tag, attrs):
        self.seen[tag] = self.seen.get(tag, 0) + 1
        for key, value in attrs:
            assert not key.startswith("on") and key not in ("src", "srcset", "action", "data"), (tag, key)
            assert key != "href" or value.startswith("#"), value
            if key == "content" and "default-src" in value:
                self.policy = value
        if tag not in self.void:
            self.open.append(tag)
    def handle_endtag(self, tag):
        assert self.open and self.open.pop() == tag, tag
    def handle_data(self, data):
        self.text.append(data)
        if self.open and self.open[-1] == "script":
            self.script += data
page = Page()
page.feed((work / "audit.html").read_text(encoding="utf-8"))
page.close()
assert not page.open and page.seen["script"] == 1 and not {"img", "link", "iframe", "object"} & set(page.seen)
digest = base64.b64encode(hashlib.sha256(page.script.encode()).digest()).decode()
assert f"'sha256-{digest}'" in page.policy and "default-src 'none'" in page.policy
text = "".join(page.text)
assert "<script>alert(1)</script>" in text and "=cmd|' /C calc'!A0" in text and "\\u202etxt.exe" in text
assert page.seen["details"] == len({f["id"] for f in checks})
assert not any(ord(c) < 32 and c not in "\n" for c in text)
END
