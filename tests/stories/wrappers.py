# SPDX-License-Identifier: Apache-2.0
"""The files in which records are found: every wrapper of each cloud, chosen by chance.

Records of one hour of one day and kind share a file, as in real exports; a few files come twice,
and records inside a file are not in order.
"""
import base64
import csv
import gzip
import io
import json
import os
import time

import azure

HOURS_A_FILE = 12


def dump(value):
    return json.dumps(value, separators=(",", ":"))


def lines(values):
    return "".join(dump(v) + "\n" for v in values)


# ---- CloudTrail

def bus(record):
    return {"version": "0", "id": record["eventID"], "detail-type": "AWS API Call via CloudTrail",
            "source": "aws." + record["eventSource"].split(".")[0], "account": record["recipientAccountId"],
            "time": record["eventTime"], "region": record["awsRegion"], "resources": [], "detail": record}


def subscription(records):
    return {"messageType": "DATA_MESSAGE", "owner": "111122223333", "logGroup": "CloudTrail/g", "logStream": "s",
            "subscriptionFilters": ["f"], "logEvents": [{"id": str(n), "timestamp": 1, "message": dump(r)} for n, r in enumerate(records)]}


def lookup(records):
    return {"Events": [{"EventId": r["eventID"], "EventName": r["eventName"], "ReadOnly": "false",
                        "CloudTrailEvent": dump(r)} for r in records]}


def beat(record):
    return {"@timestamp": record["eventTime"], "event": {"original": dump(record), "provider": record["eventSource"]},
            "aws": {"cloudtrail": {"event_version": "1.09"}}}


def lake(records):
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["eventID", "eventJson"])
    for record in records:
        writer.writerow([record["eventID"], dump(record)])
    return out.getvalue()


AWS = {
    "s3": lambda rs: dump({"Records": rs}), "lines": lines, "array": dump,
    "eventbridge": lambda rs: lines(bus(r) for r in rs), "logs": lambda rs: dump(subscription(rs)),
    "lookup": lambda rs: json.dumps(lookup(rs), indent=2), "beats": lambda rs: lines(beat(r) for r in rs), "lake": lake,
}


# ---- Azure

def both(write):
    """Activity as `write` says; Entra records have one shape in files."""
    return lambda rows: [write(r) if kind == "activity" else azure.entra_diagnostic(kind, r) for kind, r in rows]


def cell(value):
    """Objects and lists stand in a table as text."""
    return dump(value) if isinstance(value, (dict, list)) else value


def activity_row(record):
    """A row of AzureActivity. TenantId is that of the workspace, not the caller's."""
    whole = azure.diagnostic(record)
    return {"TimeGenerated": whole["time"], "OperationNameValue": whole["operationName"],
            "ActivityStatusValue": whole["resultType"], "ActivitySubstatusValue": whole["resultSignature"],
            "Caller": record["caller"].get("upn", record["caller"]["oid"]),
            "CallerIpAddress": whole["callerIpAddress"], "CategoryValue": "Administrative",
            "Claims": whole["identity"]["claims"], "Authorization": whole["identity"]["authorization"],
            "CorrelationId": whole["correlationId"], "EventDataId": record["id"],
            "Properties": whole["properties"], "_ResourceId": record["resource"].lower(),
            "SubscriptionId": record["subscription"], "TenantId": record["tenant"], "Type": "AzureActivity"}


def entra_row(kind, record):
    """A row of AuditLogs or SigninLogs: the members of a record, in UpperCamel."""
    row = {key[0].upper() + key[1:]: value for key, value in record.items() if key != "tenant"}
    audit = kind == "audit"
    row["TimeGenerated"] = record["activityDateTime" if audit else "createdDateTime"]
    row["OperationName"] = record["activityDisplayName"] if audit else "Sign-in activity"
    row["Type"] = "AuditLogs" if audit else "SigninLogs"
    row["AADTenantId"] = record["tenant"]
    if audit:
        return row
    status = row.pop("Status")
    return {**row, "ResultType": str(status["errorCode"]), "IPAddress": row.pop("IpAddress"),
            "LocationDetails": row.pop("Location")}


def table(rows):
    """One table of a query's answer: columns that any of its rows has."""
    names = sorted({name for row in rows for name in row})
    return {"name": "PrimaryResult", "columns": [{"name": name, "type": "string"} for name in names],
            "rows": [[cell(row.get(name)) for name in names] for row in rows]}


def tables(rows):
    kinds = {}
    for kind, record in rows:
        row = activity_row(record) if kind == "activity" else entra_row(kind, record)
        kinds.setdefault(kind, []).append(row)
    return dump({"tables": [table(kinds[kind]) for kind in sorted(kinds)]})


AZURE = {
    "analytics": tables,
    "pt1h": lambda rows: lines(both(azure.diagnostic)(rows)),
    "hub": lambda rows: dump({"records": both(azure.diagnostic)(rows)}),
    "rest": lambda rows: dump({"value": both(azure.rest)(rows)}),
    "cli": lambda rows: json.dumps(both(azure.rest)(rows), indent=1),
}


# ---- Google

def pushed(entry):
    return {"message": {"data": base64.b64encode(dump(entry).encode()).decode(), "messageId": entry["insertId"],
                        "publishTime": entry["timestamp"]}, "subscription": "projects/p/subscriptions/s"}


def table_row(entry):
    """As a sink writes it into BigQuery: lower case, objects of any shape as text."""
    payload = dict(entry["protoPayload"])
    row = {"servicename": payload["serviceName"], "methodname": payload["methodName"], "resourcename": payload["resourceName"],
           "authenticationinfo": {"principalemail": payload["authenticationInfo"]["principalEmail"],
                                  "serviceaccountkeyname": payload["authenticationInfo"].get("serviceAccountKeyName")},
           "requestmetadata": {"callerip": payload["requestMetadata"]["callerIp"],
                               "callersupplieduseragent": payload["requestMetadata"]["callerSuppliedUserAgent"]},
           "status": payload.get("status") or None}
    for key in ("request", "response"):
        if key in payload:
            row[key + "Json"] = dump(payload[key])
    if "serviceData" in payload:
        row["servicedata_v1_iam"] = {"policydelta": {"bindingdeltas": payload["serviceData"]["policyDelta"]["bindingDeltas"]}}
    out = {"protopayload_auditlog": row, "insertId": entry["insertId"], "resource": entry["resource"],
           "timestamp": entry["timestamp"].replace("T", " ").replace("Z", " UTC"), "severity": entry["severity"],
           "logName": entry["logName"]}
    if "operation" in entry:
        out["operation"] = entry["operation"]
    return out


GCP = {
    "sink": lines, "gcloud": lambda es: json.dumps(es, indent=2), "pubsub": lambda es: lines(pushed(e) for e in es),
    "bigquery": lambda es: lines(table_row(e) for e in es),
}

WRAPPERS = {"aws": AWS, "azure": AZURE, "gcp": GCP}


def place(world, name, when, records):
    """Where the service that delivers puts such a file; what people export has a name of theirs."""
    day = time.gmtime(when)
    if name == "s3":
        account, region = records[0]["recipientAccountId"], records[0]["awsRegion"]
        at = time.strftime("%Y%m%dT%H%MZ", day)
        return (f"AWSLogs/{account}/CloudTrail/{region}/{time.strftime('%Y/%m/%d', day)}/"
                f"{account}_CloudTrail_{region}_{at}_{world.token(16)}.json")
    if name == "pt1h":
        kind, record = records[0]
        whose = record["subscription"].upper() if kind == "activity" else record["tenant"].upper()
        return (f"insights-activity-logs/resourceId=/SUBSCRIPTIONS/{whose}/"
                f"{time.strftime('y=%Y/m=%m/d=%d/h=%H/m=00', day)}/{world.hex(4)}/PT1H.json")
    if name == "sink":
        return (f"cloudaudit.googleapis.com/activity/{time.strftime('%Y/%m/%d/%H:00:00_%H:59:59', day)}"
                f"_S0_{world.hex(4)}.json")
    return f"{world.hex(4)}-{when}-{name}.json"


def write(world, root):
    """Writes all records of the world as files under `root`."""
    files = {}
    for cloud, kind, when, record in world.records:
        part = (cloud, int(when // (3600 * HOURS_A_FILE)))
        files.setdefault(part, []).append((kind, record) if cloud == "azure" else record)
    for (cloud, hour), records in files.items():
        world.rng.shuffle(records)
        name = world.rng.choice(sorted(WRAPPERS[cloud]))
        again = records + world.rng.sample(records, len(records) // 20)
        text = WRAPPERS[cloud][name](again).encode()
        where = os.path.join(root, cloud, place(world, name, hour * HOURS_A_FILE * 3600, again))
        os.makedirs(os.path.dirname(where), exist_ok=True)
        if name == "s3" or world.rng.random() < 0.5:
            where, text = where + ".gz", gzip.compress(text, 1, mtime=0)
        with open(where, "wb") as out:
            out.write(text)
