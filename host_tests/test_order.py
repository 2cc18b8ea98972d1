"""Order: clocks that jump, spells offline and power cuts over sessions, at random, against a model; larger heap.

The model knows when everything has really happened. Whatever the clock was told: what is recorded of a transaction
arrives once and in order, its distances are the real ones, its contexts say why it was taken and none is missing, and
its registers are what the meter showed.
"""

import sys

from chargelet.base.timestamp import to_text
from fakes import ledger
from fakes.bench import BOARD, Bench
from fakes.chance import Chance
from fakes.told import SLACK, Moment, Told, stamp_of

CASES = 150 if sys.implementation.name == "cpython" else 12
NOON = 848491200
CONFIG = {
    "AllowOfflineTxForUnknownId": True,
    "MeterValueSampleInterval": 30,
    "ClockAlignedDataInterval": 60,
    "MeterValuesSampledData": "Energy.Active.Import.Register",
    "MeterValuesAlignedData": "Energy.Active.Import.Register",
    "StopTxnSampledData": "Energy.Active.Import.Register",
    "TransactionMessageAttempts": 100,
    "TransactionMessageRetryInterval": 1,
}
# What a central system's clock does, in seconds; None: it has none, and begins in 1970.
JUMPS = (0, 0, 1, -1, 4, -4, 59, -59, 3600, -3600, 7200, -5 * 3600, 86400, -400 * 86400, None)


class Case:
    def __init__(self, seed):
        self.chance = chance = Chance(seed)
        self.board = dict(BOARD, transaction={"resume_after_power_cut": chance.below(2) == 1})
        self.true = NOON  # when this boot has begun
        self.skew = 0
        self.durable = []
        self.when = []  # the Moment of each durable record
        self.cuts = []  # (connector, number) → when its power failed
        self.boot = 0
        self.late = 0  # seconds for which the program has stood still just now
        self.bench = Bench(2, config=CONFIG, board=self.board, online=False)
        self.begin()
        self.bench.connect()
        self.bench.run(1000, 500)

    def now(self):
        return self.true + self.bench.clock.uptime() // 1000

    def told(self):
        return "1970-01-01T00:01:00Z" if self.skew is None else to_text(self.now() + self.skew)

    def begin(self):
        central = self.bench.central
        central.answers["BootNotification"] = lambda _: {
            "status": "Accepted", "currentTime": self.told(), "interval": 86400,
        }  # fmt: skip
        central.answers["Heartbeat"] = lambda _: {"currentTime": self.told()}
        ledger.watch(self.bench, self.durable)
        journal = self.bench.whole.station.outbox._journal
        append = journal.append

        def noting(kind, connector, *rest):
            sequence = append(kind, connector, *rest)
            if len(self.when) < len(self.durable):
                bench = self.bench
                wh = bench.evses[connector - 1].meter.wh
                self.when.append(Moment(self.boot, self.now(), self.late, wh, bench.clock.now()))
            return sequence

        journal.append = noting

    def run(self, seconds):
        for _ in range(seconds):
            for evse in self.bench.evses:
                if evse.contactor_closed:
                    evse.meter.wh += 3
            self.bench.run(1000, 500)

    def cut(self):
        before, central = self.bench, self.bench.central
        failed = self.now()
        for connector in before.station.connectors:
            running = connector.transaction
            if running:
                self.cuts.append((connector.id, running.number, failed))
        self.true = failed + self.chance.of((1, 40, 3600, 9 * 3600))
        self.boot += 1
        now = self.chance.of((None, None, self.true, self.true - 7200))
        self.bench = Bench(
            2, True, before.storage, before.records, CONFIG, now, online=False, cache=before.cache, board=self.board
        )
        for old, new in zip(before.evses, self.bench.evses):
            new.connected = old.connected
            # Registers are saved each 100 Wh.
            assert 0 <= old.meter.wh - new.meter.wh <= 103, (old.meter.wh, new.meter.wh)
        self.bench.central = central
        self.begin()
        self.run(2)

    def step(self):
        chance, bench = self.chance, self.bench
        what = chance.below(12)
        connector = 1 + chance.below(2)
        if what < 3:
            bench.evses[connector - 1].connected = True
            bench.swipe("CARD%d" % connector, connector)
        elif what == 3:
            bench.evses[connector - 1].connected = False
        elif what < 7:
            self.skew = chance.of(JUMPS)
            if bench.endpoint.online:
                bench.station.registration.ask_soon()
        elif what == 7 and bench.endpoint.online:
            bench.drop()
        elif what == 8 and not bench.endpoint.online:
            bench.connect()
        elif what == 9:
            self.cut()
        elif what == 10:
            # The program stands still: what was due in between comes late, and all at once.
            self.late = 1 + chance.below(9)
            bench.clock.advance(1000 * self.late)
            if bench.endpoint.online:
                bench.ask("TriggerMessage", {"requestedMessage": "MeterValues"})
            bench.turn()
            self.late = 0
        self.run(1 + chance.below(45))

    def end(self):
        bench = self.bench
        self.skew = 0
        for evse in bench.evses:
            evse.connected = False
        self.run(3)
        if not bench.endpoint.online:
            bench.connect()
        self.run(20)
        assert len(bench.station.outbox) == 0
        ledger.check(bench.central, self.durable)
        self.compare()

    def compare(self):
        """Every message against the model."""
        once, _ = ledger.without_repetitions(ledger.told(self.bench.central))
        transactions, moments, ends = {}, [], {}
        for (_, payload), record, moment in zip(once, self.durable, self.when):
            kind, connector, number = record[:3]
            key = connector, number
            if kind == "S":
                moments = [one for one in moments if one[0] != key]  # when all was delivered, numbers come again
                assert payload["meterStart"] == ends.get(connector, payload["meterStart"]), "it starts elsewhere"
                transactions[key] = Told(payload, moment)
            elif kind == "E":
                ends[connector] = payload["meterStop"]
                failed = [cut[2] for cut in self.cuts if cut[:2] == key][-1:]
                transactions[key].ends(payload, moment, failed)
            else:
                value = payload["meterValue"][0]["sampledValue"][0]
                assert int(value["value"]) == moment.wh, (key, payload, moment.wh)
                stamp = stamp_of(payload)
                if value["context"] == "Sample.Clock":
                    # One that is late is not told before what was later.
                    assert stamp % 60 == 0 or (moment.late and stamp == transactions[key].newest[0]), (key, payload)
                    assert (key, stamp) not in moments or not number, (key, payload)
                    moments.append((key, stamp))
                if number:
                    transactions[key].goes_on(value["context"], stamp, moment)
                elif moment.clock is not None:
                    # By the clock as it was, which may have been set to just after the moment.
                    slack = {"Sample.Clock": 10 + SLACK, "Trigger": SLACK}[value["context"]]
                    assert 0 <= moment.clock - stamp <= slack, payload
        return transactions


def test_what_is_recorded_is_in_order_and_its_distances_are_true():
    transactions = records = cuts = 0
    for seed in range(CASES):
        case = Case(seed)
        for _ in range(16):
            case.step()
        try:
            case.end()
        except AssertionError:
            print("seed %d" % seed)
            raise
        transactions += len(case.bench.central.all("StartTransaction"))
        records += len(case.durable)
        cuts += case.boot
    print("%d cases: %d transactions, %d records, %d power cuts" % (CASES, transactions, records, cuts))
    assert transactions > CASES
