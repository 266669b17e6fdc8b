#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes CloudTrail events that name as many different things as one asks for.

    gen_flood.py --events 10000000 --things 1000000 --out DIR

Of all events, `things` make a snapshot with an id of its own, evenly spread; the others read one
of a few secrets. With as many things as events every event names a new one: a flood. The same
arguments give the same bytes.
"""
import argparse
import gzip
import os
import time

FILE_EVENTS = 250_000
START = 1714953600  # 2024-05-06T00:00:00Z

IDENTITY = (
    '"userIdentity":{"type":"IAMUser","principalId":"AIDA0000000000000%04d","arn":'
    '"arn:aws:iam::111122223333:user/u%d","accountId":"111122223333","accessKeyId":'
    '"AKIA000000000000%04d","userName":"u%d"}'
)
COMMON = (
    '{"eventVersion":"1.09",%s,"eventTime":"%s","eventSource":"%s","eventName":"%s",'
    '"awsRegion":"eu-west-1","sourceIPAddress":"198.51.100.%d","userAgent":"aws-cli/2.15",'
    '"requestParameters":%s,"responseElements":%s,"requestID":"r%d","eventID":"e%d",'
    '"readOnly":%s,"eventType":"AwsApiCall","managementEvent":true,'
    '"recipientAccountId":"111122223333","eventCategory":"Management"}'
)


def moment(number, events):
    """Events are spread over two weeks."""
    seconds = START + number * 14 * 86400 // events
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def record(number, events, things):
    """The event with this number, as JSON."""
    who = number % 5000
    identity = IDENTITY % (who, who, who, who)
    when = moment(number, events)
    is_new = number * things // events != (number + 1) * things // events
    if is_new:
        request = '{"volumeId":"vol-%017x"}' % (number % 1000)
        response = '{"snapshotId":"snap-%017x","volumeId":"vol-%017x"}' % (number, number % 1000)
        return COMMON % (identity, when, "ec2.amazonaws.com", "CreateSnapshot", who % 250, request,
                         response, number, number, "false")
    request = '{"secretId":"s%d"}' % (number % 50)
    return COMMON % (identity, when, "secretsmanager.amazonaws.com", "GetSecretValue", who % 250,
                     request, "null", number, number, "true")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--events", type=int, required=True)
    parser.add_argument("--things", type=int, required=True)
    parser.add_argument("--out", required=True)
    asked = parser.parse_args()
    os.makedirs(asked.out, exist_ok=True)
    for first in range(0, asked.events, FILE_EVENTS):
        last = min(first + FILE_EVENTS, asked.events)
        path = os.path.join(asked.out, f"flood-{first // FILE_EVENTS:05d}.json.gz")
        with gzip.GzipFile(path, "wb", compresslevel=1, mtime=0) as out:
            rows = (record(n, asked.events, asked.things) for n in range(first, last))
            out.write(('{"Records":[' + ",".join(rows) + "]}").encode())


if __name__ == "__main__":
    main()
