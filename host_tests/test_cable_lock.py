"""The bolt and its owner: whose cable it is, when the bolt opens, and what happens when it jams."""

from fakes.bench import Bench
from fakes.reservations import reserve
from fakes.site import Site
from fakes.storage import PowerCut


def kept(**config):
    """A station after its vehicle was unplugged in mid-session, with the cable still locked in."""
    bench = Bench(config=dict({"UnlockConnectorOnEVSideDisconnect": False}, **config)).charging("CARD")
    bench.unplug()
    bench.run(3000)
    assert bench.evse.locked and bench.status() == "Finishing"
    return bench


def test_the_owner_opens_the_bolt_also_after_a_power_cut_or_a_reset():
    for reset in (False, True):
        bench = kept()
        if reset:
            bench.ask("Reset", {"type": "Soft"})
            bench.run(3000)
        bench = bench.cut()
        bench.connect()
        bench.run(2000)
        assert bench.evse.locked and bench.status() == "Finishing"
        bench.swipe("OTHER")
        bench.run(500)
        assert bench.evse.locked and bench.status() == "Finishing"
        bench.swipe("card")
        bench.run(3000)
        assert not bench.evse.locked and bench.status() == "Available"
        assert bench.storage.read("cables") is None
        bench = bench.cut()
        bench.connect()
        bench.run(2000)
        assert bench.status() == "Available"
        bench.plug()
        bench.swipe("OTHER")
        assert bench.status() == "Charging"


def test_the_power_is_cut_at_every_write_of_a_stop_that_keeps_the_cable():
    for cuts in range(8):
        bench = Bench(config={"UnlockConnectorOnEVSideDisconnect": False}).charging("CARD")
        (bench.records if cuts % 2 else bench.storage).cut(cuts // 2)
        try:
            bench.unplug()
        except PowerCut:
            pass
        bench.records.cut(10**9)
        bench.storage.cut(10**9)
        bench = bench.cut()
        bench.connect()
        bench.run(5000)
        # In doubt for the driver: either the cable is free, or its owner frees it.
        if bench.evse.locked:
            bench.swipe("CARD")
            bench.run(3000)
        assert not bench.evse.locked and bench.status() == "Available", (cuts, bench.status())
        stops = bench.central.all("StopTransaction")
        assert [stop for stop in stops if stop != stops[0]] == [], stops  # perhaps the same one again


def test_nobody_else_charges_on_a_cable_that_waits_for_its_owner():
    bench = kept()
    bench.plug()  # a stranger's vehicle at the cable that lies there
    bench.run(1000)
    bench.swipe("STRANGER")
    bench.run(1000)
    assert len(bench.central.all("StartTransaction")) == 1 and bench.status() == "Finishing"
    assert bench.ask("RemoteStartTransaction", {"idTag": "STRANGER", "connectorId": 1}) == {"status": "Rejected"}
    assert bench.ask("UnlockConnector", {"connectorId": 1}) == {"status": "Unlocked"}
    bench.unplug()
    bench.run(2000)
    assert bench.status() == "Available"


def test_a_stranger_gets_no_cable_by_charging_where_its_owner_was_refused():
    """Errata 3.5: it stays until the same identifier, or one of its group, is presented."""
    infos = {"OWNER": ("Blocked", "P"), "FRIEND": ("Accepted", "P"), "STRANGER": ("Accepted", "Q")}

    def info(payload):
        return {"status": infos[payload["idTag"]][0], "parentIdTag": infos[payload["idTag"]][1]}

    for who in ("OWNER", "FRIEND"):
        bench = Bench()
        bench.central.answers["StartTransaction"] = lambda payload: {"transactionId": 1, "idTagInfo": info(payload)}
        bench.central.answers["Authorize"] = lambda payload: {"idTagInfo": dict(info(payload), status="Accepted")}
        bench.plug()
        bench.swipe("OWNER")
        bench.run(1000)
        assert bench.central.all("StopTransaction")[0]["reason"] == "DeAuthorized" and bench.evse.locked
        for _ in range(2):  # the vehicle is there, then after a power cut too
            bench.swipe("STRANGER")
            bench.run(1000)
            request = {"idTag": "STRANGER", "connectorId": 1}
            assert bench.ask("RemoteStartTransaction", request) == {"status": "Rejected"}
            assert len(bench.central.all("StartTransaction")) == 1 and bench.evse.locked
            bench = bench.cut()
            bench.run(1500)
            bench.connect()
            bench.run(1500)
        bench.swipe(who)
        bench.run(1000)
        assert not bench.evse.locked and len(bench.central.all("StartTransaction")) == 1
        bench.swipe("STRANGER")
        bench.run(1000)
        assert bench.status() == "Charging"


def test_a_bolt_that_nobody_owns_opens_after_a_power_cut():
    bench = Bench().charging()
    bench.evse.lock_sticks = True
    bench.swipe()
    bench.run(500)
    assert bench.evse.locked
    after = bench.cut()
    after.connect()
    after.run(2000)
    assert not after.evse.locked


def test_a_bolt_that_goes_in_for_a_claim_comes_out_when_it_is_forgotten():
    bench = Bench(config={"ConnectionTimeOut": 5})
    bench.plug()
    bench.records.full = True  # no transaction starts
    bench.swipe()
    bench.run(10000)
    assert bench.central.all("StartTransaction") == [] and not bench.evse.locked


def test_a_bolt_that_jams_at_a_stop_and_the_next_card():
    bench = Bench().charging("CARD")
    bench.evse.lock_sticks = True
    bench.swipe("CARD")
    bench.run(2000)
    assert bench.status() == "Faulted"
    told = bench.central.all("StatusNotification")[-1]
    assert told["errorCode"] == "ConnectorLockFailure"
    # The driver means: let my cable go; a stranger gets no session on a cable that does not come out.
    bench.swipe("CARD")
    bench.swipe("STRANGER")
    bench.run(1000)
    assert len(bench.central.all("StartTransaction")) == 1 and bench.evse.locked
    bench.evse.lock_sticks = False
    bench.swipe("CARD")
    bench.run(1000)
    assert not bench.evse.locked and bench.status() == "Finishing"
    bench.unplug()
    bench.run(1000)
    assert bench.status() == "Available"


def test_a_bolt_that_jams_is_sent_again_by_itself():
    bench = Bench().charging()
    bench.evse.lock_sticks = True
    bench.swipe()
    bench.run(5000)
    bench.evse.lock_sticks = False
    bench.run(61000, 500)
    assert not bench.evse.locked and bench.status() == "Finishing"


def test_a_lock_that_does_not_close_is_faulted_and_the_next_plug_gets_a_try():
    bench = Bench()
    bench.evse.lock_sticks = True
    bench.plug()
    assert bench.status() == "Preparing"
    bench.swipe()
    bench.run(2000)
    assert bench.status() == "Faulted"
    assert bench.central.all("StatusNotification")[-1]["errorCode"] == "ConnectorLockFailure"
    assert reserve(bench) == "Faulted"
    bench.unplug()
    bench.run(500)
    assert bench.status() == "Preparing"  # the card still waits
    bench.evse.lock_sticks = False
    bench.plug()
    bench.run(500)
    assert bench.status() == "Charging"


def test_a_real_lock_that_does_not_close():
    site = Site()
    bench = Bench(site=site)
    bench.run(2000)
    site.point.bolt_sticks = True
    site.vehicle.plug()
    bench.run(1000)
    bench.station.swipe("CARD")
    bench.run(20000)
    told = [p for p in bench.central.all("StatusNotification") if p["connectorId"] == 1]
    assert [p["status"] for p in told] == ["Available", "Preparing", "Faulted"], told
    assert told[-1]["errorCode"] == "ConnectorLockFailure"
    site.point.bolt_sticks = False
    bench.run(62000)
    assert bench.status() == "Preparing"  # nobody's turn any more: ConnectionTimeOut
    bench.station.swipe("CARD")
    bench.run(5000)
    assert bench.status() == "Charging"
