"""A central system that was started anew and does not know the station any more, or says SecurityError for good."""

from fakes.bench import Bench

ACTIONS = (
    "Authorize", "Heartbeat", "MeterValues", "StartTransaction", "StatusNotification", "StopTransaction",
    "DiagnosticsStatusNotification",
)  # fmt: skip


def forget(bench, times=1):
    """From now on all is refused until the station has sent so many BootNotifications (OCPP-J errata 3.10)."""
    central = bench.central
    left = [times]

    def accepts(payload):
        left[0] -= 1
        if left[0] <= 0:
            for action in ACTIONS:
                central.answers.pop(action, None)
            central.answers.pop("BootNotification")
        return {"status": "Accepted", "currentTime": central._now(), "interval": 300}

    for action in ACTIONS:
        central.answers[action] = "SecurityError"
    central.answers["BootNotification"] = accepts


def test_it_registers_anew_and_nothing_is_lost():
    def sample(bench):
        bench.run(12000, 500)

    def beat(bench):
        bench.run(310000, 1000)

    def card(bench):
        bench.swipe("B", 2)

    def stop(bench):
        bench.swipe("A", 1)

    def plug(bench):
        bench.plug(2)

    def log(bench):
        bench.station.maintenance().diagnostics.reach("Uploaded")
        bench.station.woken()

    for what, interval in ((sample, 10), (beat, 0), (card, 0), (stop, 0), (plug, 0), (log, 0)):
        bench = Bench(2, config={"MeterValueSampleInterval": interval, "TransactionMessageRetryInterval": 600})
        bench.central.clock = bench.clock
        bench.plug(1)
        bench.swipe("A", 1)
        bench.run(1000)
        bench.drop()
        forget(bench)
        bench.connect()
        bench.run(500)
        del bench.central.sent[:]
        what(bench)
        bench.run(5000)
        told = bench.central.sent
        names = [name for name, _ in told]
        assert names.count("BootNotification") == 1, (what, names)
        statuses = [
            payload["connectorId"]
            for name, payload in told[names.index("BootNotification") :]
            if "Status" in name and "connectorId" in payload
        ]
        assert statuses[:3] == [0, 1, 2], (what, names)
        first = told[0]
        assert told.count(first) == 2 or first[0] in ("Heartbeat", "StatusNotification"), (what, names)
        assert len(bench.station.outbox) == 0 and bench.station.registration.accepted
        if what == card:
            assert bench.status(2) == "Preparing" and bench.station.connectors[1].claim, (
                "the card was asked about again"
            )


def test_who_says_so_for_good_is_asked_once_a_connection():
    bench = Bench(
        config={"TransactionMessageAttempts": 3, "TransactionMessageRetryInterval": 1, "MeterValueSampleInterval": 0}
    )
    bench.central.answers["StartTransaction"] = "SecurityError"
    boots = len(bench.central.all("BootNotification"))
    bench.charging()
    bench.run(30000, 500)
    assert len(bench.central.all("BootNotification")) == boots + 1
    assert len(bench.central.all("StartTransaction")) == 4, "the first one does not count"
    assert bench.station.connectors[0].transaction.id == -1
    bench.central.answers["Heartbeat"] = "SecurityError"
    bench.run(1000000, 5000)
    assert len(bench.central.all("BootNotification")) == boots + 1
    bench.drop()
    bench.connect()
    bench.run(1000000, 5000)
    assert len(bench.central.all("BootNotification")) == boots + 2


def test_a_card_does_not_wait_for_a_registration_that_fails():
    bench = Bench(config={"AllowOfflineTxForUnknownId": True})
    bench.central.answers["Authorize"] = bench.central.answers["BootNotification"] = "SecurityError"
    bench.plug()
    bench.swipe("A")
    bench.run(2000)
    assert bench.station.connectors[0].transaction, "it is decided as without a connection"
    bench.run(60000, 500)
    assert [name for name, _ in bench.central.sent].count("StartTransaction") == 0
    bench.central.answers.clear()
    bench.run(60000, 500)
    assert len(bench.central.all("StartTransaction")) == 1 and bench.station.registration.accepted
