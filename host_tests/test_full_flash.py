"""A flash without room: what cannot be kept is refused whole, and nobody is kept from charging for it."""

from chargelet.station.credentials import Credentials
from fakes.bench import Bench
from fakes.reservations import reserve


def test_a_full_flash_keeps_nobody_from_charging():
    bench = Bench(3)
    for connector_id in (1, 2):
        assert reserve(bench, connector_id, connector_id, "R%d" % connector_id) == "Accepted"
    bench.storage.full = True
    assert reserve(bench, 3, 3, "R3") == "Rejected"
    bench.plug()
    bench.swipe("R1")
    bench.run(2000)
    assert bench.status() == "Charging" and bench.central.all("StartTransaction")[0]["reservationId"] == 1
    bench.evses[1].fault = ("OtherError", None)
    bench.run(2000)
    assert bench.station.connectors[1].reservation is None
    bench.storage.full = False
    bench.run(120000, 1000)
    after = bench.cut()
    assert not after.station.reserved


def test_what_cannot_be_delivered_wakes_nobody():
    """An end that a full flash does not take, or a record that only newer firmware can read."""
    for newer in (False, True):
        bench = Bench().charging()
        bench.run(1000)
        if newer:
            bench.drop()
        else:
            bench.records.full = True
        bench.swipe()
        bench.run(2000)
        if newer:
            (name,) = [name for name in bench.records.values if name[:1] == "r"]
            bench.records.values[name] = b"7" + bench.records.values[name][1:]
            bench = bench.cut()
            bench.connect()
        bench.run(3000)
        assert len(bench.station.outbox) == 1 and bench.central.all("StopTransaction") == []
        assert not bench.endpoint.waiting and bench.endpoint.next_due() > 1000 and bench.station.step() > 100
        bench.records.full = False
        bench.run(130000, 1000)
        assert len(bench.central.all("StopTransaction")) == (not newer)
        bench.unplug()
        bench.run(3000)
        bench.charging("NEXT")
        bench.run(1000)
        assert bench.central.all("StartTransaction")[-1]["idTag"] == "NEXT", "what comes after it goes out"


def test_a_password_that_flash_does_not_forget_ends_no_connection():
    def stuck(name):
        raise OSError(28)

    bench = Bench(config={"AuthorizationKey": "before-before-before"})
    credentials = Credentials(bench.station.config, bench.storage, bench._log)
    key = {"key": "AuthorizationKey", "value": "after-after-after"}
    assert bench.ask("ChangeConfiguration", key) == {"status": "Accepted"} and credentials.changed()
    remove = bench.storage.remove
    bench.storage.remove = stuck
    credentials.accepted()
    bench.storage.remove = remove
    credentials.accepted()
    assert bench.storage.read("key_before") is None, "the next connection does it"


def test_availability_is_refused_whole():
    bench = Bench(2).charging()
    bench.storage.full = True
    for connector_id in (0, 1, 2):
        request = {"connectorId": connector_id, "type": "Inoperative"}
        assert bench.ask("ChangeAvailability", request) == {"status": "Rejected"}
    bench.run(1000)
    assert bench.status() == "Charging" and bench.status(2) == "Available" and bench.status(0) == "Available"
    bench.storage.full = False
    assert bench.ask("ChangeAvailability", {"connectorId": 0, "type": "Inoperative"}) == {"status": "Scheduled"}
    assert bench.status() == "Charging"
    bench.storage.full = True
    bench.swipe()
    bench.unplug()
    bench.run(3000)
    assert bench.status() == "Unavailable", "what was scheduled is stored already"
    after = bench.cut()
    after.run(100)
    assert [after.status(connector_id) for connector_id in range(3)] == ["Unavailable"] * 3


def test_an_update_is_refused_and_the_one_before_stays():
    bench = Bench()
    request = {"location": "http://one/", "retrieveDate": "2026-11-21T12:00:00Z"}
    assert bench.ask("UpdateFirmware", request) == {}
    bench.storage.full = True
    assert bench.ask("UpdateFirmware", dict(request, location="http://two/")) == "InternalError"
    assert bench.station.maintenance().update["location"] == "http://one/"
    bench.charging()


def test_a_new_key_is_used_all_the_same():
    bench = Bench(config={"AuthorizationKey": "before-before-before"})
    credentials = Credentials(bench.station.config, bench.storage, bench._log)
    key = {"key": "AuthorizationKey", "value": "after-after-after"}
    assert bench.ask("ChangeConfiguration", key) == {"status": "Accepted"}
    bench.storage.full = True
    assert credentials.changed() and credentials.password() == "after-after-after"
    credentials.refused()
    assert credentials.password() == "before-before-before", "in case the central system did not mean it"
