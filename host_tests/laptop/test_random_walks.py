"""Users, networks, power cuts and central systems at their worst, in any order: what was recorded is what arrives."""

from hypothesis import given, settings
from hypothesis import strategies as st

from fakes import ledger
from fakes.bench import BOARD, Bench
from fakes.storage import PowerCut

CONFIG = {
    "AllowOfflineTxForUnknownId": True,
    "MeterValueSampleInterval": 5,
    "StopTxnSampledData": "Energy.Active.Import.Register",
    "TransactionMessageAttempts": 1000,
    "TransactionMessageRetryInterval": 2,
    "MessageTimeout": 4,
    "ConnectionTimeOut": 20,
}
CALLS = ("StartTransaction", "StopTransaction", "MeterValues", "Authorize", "StatusNotification", "Heartbeat")

COUNTS = {"transactions": 0}

connectors = st.integers(1, 2)
REQUESTS = (
    '"ChangeAvailability",{"connectorId":%d,"type":"Inoperative"}',
    '"ChangeAvailability",{"connectorId":%d,"type":"Operative"}',
    '"ReserveNow",{"connectorId":%d,"expiryDate":"2026-11-20T12:05:00Z","idTag":"CARD1","reservationId":1}',
    '"ReserveNow",{"connectorId":%d,"expiryDate":"2026-11-20T12:01:00Z","idTag":"CARD2","reservationId":2}',
    '"CancelReservation",{"reservationId":%d}',
    '"ChangeConfiguration",{"key":"MeterValueSampleInterval","value":"%d"}',
    '"SetChargingProfile",{"connectorId":%d,"csChargingProfiles":{"chargingProfileId":1,"stackLevel":0,'
    '"chargingProfilePurpose":"TxDefaultProfile","chargingProfileKind":"Relative","chargingSchedule":'
    '{"chargingRateUnit":"A","chargingSchedulePeriod":[{"startPeriod":0,"limit":6},{"startPeriod":9,"limit":0}]}}}',
    '"ClearChargingProfile",{"connectorId":%d}',
    '"UnlockConnector",{"connectorId":%d}',
    '"ClearCache",{}',
    '"UpdateFirmware",{"location":"http://x/","retrieveDate":"2026-11-20T12:00:00Z"}',
)
STEPS = st.one_of(
    st.tuples(st.just("charge"), connectors),
    st.tuples(st.just("charge"), connectors),
    st.tuples(st.just("charge"), connectors),
    st.tuples(st.just("plug"), connectors),
    st.tuples(st.just("unplug"), connectors),
    st.tuples(st.just("swipe"), connectors),
    st.tuples(st.just("run"), st.integers(1, 20)),
    st.tuples(st.just("run"), st.integers(1, 20)),
    st.tuples(st.just("drop"), st.none()),
    st.tuples(st.just("connect"), st.none()),
    st.tuples(st.just("silence"), st.sampled_from(CALLS)),
    st.tuples(st.just("error"), st.sampled_from(CALLS)),
    st.tuples(st.just("refuse"), st.sampled_from(("Blocked", "Invalid"))),
    st.tuples(st.just("heal"), st.none()),
    st.tuples(st.just("slow"), st.sampled_from((0, 1000, 6000))),
    st.tuples(st.just("remote"), connectors),
    st.tuples(st.just("reset"), st.sampled_from(("Soft", "Hard"))),
    st.tuples(st.just("ask"), st.tuples(st.sampled_from(REQUESTS), connectors)),
    st.tuples(st.just("ask"), st.tuples(st.sampled_from(REQUESTS), connectors)),
    st.tuples(st.just("full"), st.booleans()),
    st.tuples(st.just("cut"), st.integers(0, 6)),
)


class Walk:
    """A station on its way, and what of it is durable."""

    def __init__(self, resumes):
        self.durable = []
        self.bench = Bench(2, config=CONFIG, board=dict(BOARD, transaction={"resume_after_power_cut": resumes}))
        self.bench.central.clock = self.bench.clock
        ledger.watch(self.bench, self.durable)

    def step(self, name, value):
        bench = self.bench
        if name in ("plug", "unplug"):
            getattr(bench, name)(value)
        elif name == "charge":
            bench.plug(value)
            bench.swipe("CARD%d" % value, value)
            self.step("run", 2)
        elif name == "swipe":
            bench.swipe("CARD%d" % value, value)
        elif name == "run":
            for evse in bench.evses:
                if evse.contactor_closed:
                    evse.meter.wh += 37 * value
            bench.run(value * 1000, 500)
        elif name == "drop" and bench.endpoint.online:
            bench.drop()
        elif name == "connect" and not bench.endpoint.online:
            bench.connect()
        elif name == "silence":
            bench.central.answers[value] = None
        elif name == "error":
            bench.central.answers[value] = "InternalError"
        elif name == "refuse":
            bench.central.answers["StartTransaction"] = self._refusing(value)
        elif name == "heal":
            bench.central.answers.clear()
        elif name == "slow":
            bench.delay = value
        elif name == "remote" and bench.endpoint.online:
            bench.endpoint.receive('[2,"r","RemoteStartTransaction",{"idTag":"APP","connectorId":%d}]' % value)
        elif name == "reset" and bench.endpoint.online:
            bench.endpoint.receive('[2,"x","Reset",{"type":"%s"}]' % value)

        elif name == "full":
            # What is billed has its own room; everything else finds none.
            bench.storage.full = bench.cache.full = value
        elif name == "ask" and bench.endpoint.online:
            text, connector = value
            bench.endpoint.receive('[2,"q",%s]' % (text % connector if "%" in text else text))

    def _refusing(self, status):
        def answer(payload):
            self.bench.central.transactions += 1
            return {"transactionId": self.bench.central.transactions, "idTagInfo": {"status": status}}

        return answer

    def reboot(self):
        """The power is gone, and comes back."""
        central, delay = self.bench.central, self.bench.delay
        self.bench = ledger.reboot(self.bench, self.durable, config=CONFIG)
        self.bench.central, self.bench.delay = central, delay
        central.clock = self.bench.clock

    def end(self):
        """Everything gets well, everybody goes home."""
        self.step("heal", None)
        self.step("slow", 0)
        self.step("full", False)
        self.step("connect", None)
        for connector in (1, 2):
            self.step("unplug", connector)
        self.bench.run(60000, 500)
        for connector in self.bench.station.connectors:
            assert connector.transaction is None
        assert len(self.bench.station.outbox) == 0
        assert not any(evse.contactor_closed for evse in self.bench.evses)
        ledger.check(self.bench.central, self.durable)
        assert [name for name in self.bench.records.names() if name[0] != "x"] == []


@given(st.lists(STEPS, min_size=15, max_size=60), st.booleans())
@settings(max_examples=600, deadline=None, derandomize=True)
def walk_to_the_end(script, resumes):
    walk = Walk(resumes)
    for name, value in script:
        try:
            if name == "cut":
                # The power fails at one of the next changes of the journal, or else a moment later.
                walk.bench.records.cut(value)
                walk.step("run", 3)
                raise PowerCut
            walk.step(name, value)
        except PowerCut:
            walk.reboot()
    walk.end()
    COUNTS["transactions"] += len(walk.bench.central.all("StartTransaction"))


def test_what_was_recorded_is_what_arrives():
    COUNTS["transactions"] = 0
    walk_to_the_end()
    assert COUNTS["transactions"] > 300, "the walks have been nowhere"
