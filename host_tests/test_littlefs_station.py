"""A whole station on a real littlefs, with the power cut at every operation of the flash. MicroPython only.

The work is done once, and every operation of the flash is noted. Then, for each of them, the chip is brought to where a
power cut in the middle of it leaves it, a station boots from that, and what the central system has seen in the end is
compared with what was durable. Runs with a larger heap than a board's: the chip itself lies in it.
"""

import gc

from chargelet.base.storage import Storage
from chargelet.journal.record import parts_of
from fakes import ledger
from fakes.bench import Bench, Central
from fakes.littlefs import VfsLfs2, formatted, mounted

BLOCKS = 64
CONFIG = {
    "MeterValueSampleInterval": 1,
    "StopTxnSampledData": "Energy.Active.Import.Register",
    "LocalPreAuthorize": True,
}


def storages(flash):
    """The station's three storages on a chip; empty or as they were."""
    return {
        "storage": mounted(flash, "/flash"),
        "records": Storage("/flash/journal"),
        "cache": Storage("/flash/cache"),
    }


def ask(bench, action, **payload):
    """A call of the central system that must succeed."""
    answer = bench.ask(action, payload)
    assert answer.get("status", "Accepted") == "Accepted", (action, answer)


def listed(*tags):
    return [{"idTag": tag, "idTagInfo": {"status": "Accepted"}} for tag in tags]


def everything_else(bench):
    """What the other profiles keep on flash."""
    ask(bench, "SendLocalList", listVersion=1, updateType="Full", localAuthorizationList=listed("L1", "L2"))
    ask(bench, "SendLocalList", listVersion=2, updateType="Differential", localAuthorizationList=listed("L3"))
    for limit in (10, 12):
        periods = [{"startPeriod": 0, "limit": limit}]
        profile = {
            "chargingProfileId": 1, "stackLevel": 0, "chargingProfilePurpose": "TxDefaultProfile",
            "chargingProfileKind": "Relative",
            "chargingSchedule": {"chargingRateUnit": "A", "chargingSchedulePeriod": periods},
        }  # fmt: skip
        ask(bench, "SetChargingProfile", connectorId=0, csChargingProfiles=profile)
    ask(bench, "ReserveNow", connectorId=2, expiryDate="2036-01-01T00:00:00Z", idTag="R", reservationId=7)
    ask(bench, "CancelReservation", reservationId=7)
    ask(bench, "UpdateFirmware", location="http://x/y", retrieveDate="2036-01-01T00:00:00Z")


def look(after, cut):
    """What the other profiles know after a power cut is what they knew before or after the change it cut off."""
    known = after.station.local_list
    found = [tag for tag in ("L1", "L2", "L3") if known.find(tag)]
    assert found == {0: [], 1: ["L1", "L2"], 2: ["L1", "L2", "L3"]}[known.version], (cut, known.version, found)
    now = after.clock.now()
    assert after.station.profiles().at(1, now, now, 32000)[0] in (32000, 10000, 12000), cut
    assert after.status(2) in ("Available", "Reserved", "Preparing", "Unavailable", "Finishing"), after.status(2)
    update = after.station.maintenance().update
    assert update is None or update["location"] == "http://x/y", cut


def work(bench):
    """Two connectors, three transactions, cards that become known, configuration changes, a network that goes."""
    everything_else(bench)
    bench.plug(1)
    bench.swipe("A", 1)
    bench.run(4000, 500)
    bench.evses[0].meter.wh += 150
    bench.drop()
    bench.plug(2)
    bench.swipe("A", 2)  # known by now
    bench.evses[1].meter.wh += 90
    bench.run(3000, 500)
    bench.connect()
    bench.run(2000, 500)
    bench.ask("ChangeConfiguration", {"key": "HeartbeatInterval", "value": "77"})
    bench.ask("ChangeConfiguration", {"key": "ConnectionTimeOut", "value": "33"})
    bench.ask("ChangeAvailability", {"connectorId": 2, "type": "Inoperative"})
    bench.drop()
    bench.swipe("A", 1)
    bench.run(3000, 500)
    bench.connect()
    bench.run(1000, 500)
    bench.swipe("A", 2)
    bench.unplug(1)
    bench.run(3000, 500)
    bench.plug(1)
    bench.ask("ClearCache", {})
    bench.swipe("C", 1)
    bench.run(3000, 500)
    bench.swipe("C", 1)
    bench.run(2000, 500)


class Mark:
    """How far the world had come when an operation of the flash began."""

    def __init__(self, bench, durable):
        self.sent = len(bench.central.sent)
        self.transactions = bench.central.transactions
        self.durable = len(durable)
        self.now = bench.clock.now()


def reboot(flash, mark, sent, durable, plugged):
    """A station that boots from the chip and is online until nothing is left to say; returns it."""
    bench = Bench(2, config=CONFIG, now=mark.now + 1, online=False, **storages(flash))
    bench.central = Central()
    bench.central.sent = list(sent[: mark.sent])
    bench.central.transactions = mark.transactions
    for evse in bench.evses:
        evse.connected = plugged
    noted = durable[: mark.durable]
    known = [record[4] for record in noted]
    names = []
    for folder in bench.records.names():
        names += list(bench.records.each(folder)) if folder[0] == "r" else []
    for name in sorted(names):
        # An append that was cut off may have become durable though it never returned.
        parts = parts_of(name)
        if parts and parts[1] != "B" and parts[0] not in known:
            noted.append((parts[1], parts[2], parts[3], "", parts[0]))
    assert len(noted) <= mark.durable + 1
    ledger.watch(bench, noted)
    bench.endpoint.opened()
    bench.run(3000, 500)
    return bench, noted


if VfsLfs2:

    def test_the_power_is_cut_at_every_operation_of_the_flash():
        from fakes.flash import Flash, Recorder

        chip = Recorder(BLOCKS)
        formatted(chip)
        durable = []
        bench = Bench(2, config=CONFIG, **storages(chip))
        ledger.watch(bench, durable)
        start = bytearray(chip.content)
        chip.record(lambda: Mark(bench, durable))
        work(bench)
        chip.record(None)
        ledger.check(bench.central, durable)
        marks = [mark for mark, _operation in chip.operations]
        again = 0
        for cut, mark in enumerate(marks):
            torn = chip.torn(start, cut)
            after, noted = reboot(Flash(BLOCKS, torn), mark, bench.central.sent, durable, cut % 2)
            damage = [line for line in after.lines if "damaged" in line or "no sense" in line]
            assert damage == [] and len(after.station.outbox) == 0, (cut, damage)
            again += ledger.check(after.central, noted)
            ledger.logged(after, noted)
            timeout = after.station.config["ConnectionTimeOut"]
            assert timeout in (60, 33) and (timeout == 60 or after.station.config["HeartbeatInterval"])
            look(after, cut)
            left = [name for name in after.records.names() if name[0] not in "nrx"]
            left += [name for name in after.records.each("n") if name != "k"] + list(after.records.each("n/k"))
            assert left == [], (cut, left)
            del after
            if cut % 8 == 0:
                gc.collect()
        print("a station on littlefs: %d cuts, %d messages came twice" % (len(marks), again))
        assert len(marks) > 150 and again < len(marks)
