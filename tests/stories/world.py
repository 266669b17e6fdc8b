# SPDX-License-Identifier: Apache-2.0
"""What all clouds share: a clock, ids by chance, and the records that were written.

Everything comes from one random.Random, so that a seed is a whole world. Times are seconds since
1970. A record is kept with its cloud and time; wrappers.py turns them into files.
"""
import datetime
import random
import uuid

START = 1772438400  # 2026-03-02T08:00:00Z, a Monday
DAY = 86400
HOUR = 3600


class World:
    """The clock, the chance, and what was logged."""

    def __init__(self, seed):
        self.rng = random.Random(seed)
        self.now = START
        self.records = []  # (cloud, kind of log, time, record)
        self.owners = {}  # who has which id, for as long as this world lasts

    def later(self, least, most=None):
        """Lets some time pass."""
        self.now += self.rng.uniform(least, most if most is not None else least * 1.5 + 2)
        return self

    def at(self, day, hour=9.0, spread=1.0):
        """Goes to about this hour of a day since the beginning."""
        self.now = START - 8 * HOUR + day * DAY + (hour + self.rng.uniform(0, spread)) * HOUR
        return self

    def hex(self, digits):
        return "".join(self.rng.choice("0123456789abcdef") for _ in range(digits))

    def digits(self, count):
        return "".join(self.rng.choice("0123456789") for _ in range(count))

    def token(self, count):
        return "".join(self.rng.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") for _ in range(count))

    def owned(self, owner, make):
        """The id of `owner`: made once, the same ever after."""
        if owner not in self.owners:
            self.owners[owner] = make()
        return self.owners[owner]

    def uuid(self):
        return str(uuid.UUID(int=self.rng.getrandbits(128), version=4))

    def address(self, network=None):
        """An address of the network ("192.0.2"), or of one that nobody here uses."""
        if network is None:
            network = f"{self.rng.choice((185, 193, 45, 91))}.{self.rng.randint(1, 250)}.{self.rng.randint(1, 250)}"
        return f"{network}.{self.rng.randint(1, 250)}"

    def pick(self, *choices):
        return self.rng.choice(choices)

    def log(self, cloud, kind, record):
        self.records.append((cloud, kind, self.now, record))


def iso(seconds, digits=0):
    """RFC 3339 in UTC."""
    moment = datetime.datetime.fromtimestamp(int(seconds), datetime.timezone.utc)
    text = moment.strftime("%Y-%m-%dT%H:%M:%S")
    if digits:
        text += f".{int((seconds % 1) * 10 ** digits):0{digits}d}"
    return text + "Z"
