"""Whatever a worn flash makes of any one file that a busy station leaves: the station boots with its contactors off,
its log names the file, all else is as it was, it charges, and what is written next is whole again. STEP=1 tries each
byte.
"""

import gc
import json
import sys

from fakes.busy_station import booted, copied, made_of, used
from fakes.thinned import each

# Of the lengths and bytes of a file each so many-th, and of the cases with which it goes on to charge.
_BOARD = sys.implementation.name == "micropython"
STEP = each(40 if _BOARD else 9)
CHARGES = 6

RUBBISH = (
    b"", b"\x00", b"\xff" * 40, b"{", b"[]", b"{}", b"null", b"7", b'"text"', b"[[]]", b"[1, 2]", b"[[1, 2, 3, 4, 5]]",
    b'{"a": 1}', b"[null, null, null]", b'[["x"], [1]]', b"a\tb\nc", b"\xc3\x28", b"-1", b"[-1, -1, -1]", b"[1e99]",
)  # fmt: skip
# Values of the right form and with a right check sum.
ABSURD = ([], {}, None, 7, -1, "x", [[]], [-1, -1, -1], [[None, 7]], {"now": 9}, [10**20], [[[1]]], {"location": 7})

# What a file is about, by the beginning of its name: the only things that it may cost. What is kept twice costs none.
ABOUT = (
    ("accepted", ("ever",)), ("availability", ("availability",)), ("boots", ()), ("cables", ("cables",)),
    ("cards", ("cards",)), ("certificates/a.", ("pair",)), ("certificates/c-", ("roots", "hashes")),
    ("certificates/state", ("pair",)), ("config", ()), ("epochs", ("epochs",)), ("key_before", ("the key before",)),
    ("locallist", ("list",)), ("n/", ()), ("page", ()), ("profile-", ("profiles",)), ("r1/", ()),
    ("registers", ("registers",)), ("reservations", ("reservations",)),
    ("security-log", ("events",)), ("security-profile", ()), ("security-untold", ("events",)),
    ("sessions/", ("sessions",)), ("twins/", ()), ("update-signed-", ()), ("update", ("update",)),
)  # fmt: skip
# Nobody can say of these what they were: a mark, a text without a form, lines each by itself, and what is looked at
# when it is needed.
SILENT = "accepted", "key_before", "sessions/", "certificates/c-", "security-log"
WORDS = "damaged", "left out", "lost", "no sense"


def about(at, name):
    if at == 2:
        return ("cache",)
    for begin, found in ABOUT:
        if name.startswith(begin):
            return found
    raise AssertionError("%s is a new file: say in ABOUT what it is about" % name)


def spoilt(storage, name, step):
    """What may be left of a file."""
    whole = storage.values[name]
    yield from (None, b"\x00" * len(whole), whole + whole, b"\xff" * len(whole), bytes(range(256)) * 40, b"[" * 10000)
    yield from RUBBISH
    for value in ABSURD:
        storage.keep("x", value)
        yield storage.values.pop("x")
    for at in range(len(name) % step, len(whole), step if len(whole) < 250 else step * 20):
        yield whole[:at]
        yield whole[:at] + bytes([whole[at] ^ (1 << at % 8)]) + whole[at + 1 :]


def a_value(raw):
    """Whether it is one, from firmware without check sums or with a right one."""
    try:
        json.loads(raw or b"")
        return True
    except (ValueError, RuntimeError, MemoryError):
        return False


def charges(bench):
    bench.central.clock = bench.clock
    bench.connect()
    bench.run(3000, 500)
    for connector in (1, 2):
        bench.unplug(connector)
    bench.run(1000, 500)
    bench.ask("CancelReservation", {"reservationId": 1})
    bench.plug()
    bench.swipe("AFTER", 1)
    bench.run(1000, 500)
    assert bench.status() == "Charging", bench.status()
    bench.ask("GetCompositeSchedule", {"connectorId": 1, "duration": 60})
    bench.ask("TriggerMessage", {"requestedMessage": "MeterValues"})
    bench.ask("ChangeConfiguration", {"key": "HeartbeatInterval", "value": "77"})
    bench.swipe("AFTER", 1)
    bench.run(1000, 500)
    assert bench.status() == "Finishing", bench.status()


def said(bench):
    return [line for line in bench.lines if [word for word in WORDS if word in line]]


def test_one_file_after_the_other():
    bench = used()
    kept = [bench.storage, bench.records, bench.cache]
    bench = None
    whole = made_of(booted(copied(kept)))
    for name in ("locallist", "locallist-changes", "update", "certificates/state", "twins/config", "sessions/000001"):
        assert name in kept[0].values, name
    tried = 0
    for at in range(3):
        for name in sorted(kept[at].values):
            costs = about(at, name)
            for content in spoilt(kept[at], name, STEP):
                if _BOARD:
                    gc.collect()  # RAM would come into pieces
                after = None
                storages = copied(kept, at, name, content)
                try:
                    after = booted(storages)
                    assert not [evse for evse in after.evses if evse.contactor_closed]
                    found = made_of(after)
                    lost = [each for each in whole if found[each] != whole[each]]
                    # Any table may be a configuration: of keys that nobody knows.
                    taken = name == "config" and a_value(content) and content[:1] == b"{"
                    assert taken or not [each for each in lost if each not in costs], lost
                    named = not lost or said(after) or content is None or a_value(content)
                    assert named or [begin for begin in SILENT if name.startswith(begin)], (lost, after.lines)
                    tried += 1
                    if tried % CHARGES:
                        continue
                    charges(after)
                    # A record of a newer format waits for a newer firmware.
                    assert len(after.station.outbox) == (name[:2] == "r1" and content == b"7")
                    if storages[at].values.get(name) != content:
                        after = booted(copied(storages))
                        assert not [line for line in said(after) if name in line], after.lines
                except Exception:
                    print(at, name, content and content[:80])
                    raise
    print("%d spoilt files" % tried)
    assert tried > 800
