"""A vehicle that asks for what it is offered, and whose contactor is kept open: who is told to suspend it."""

from fakes.bench import Bench
from fakes.site import Site


class NotReady:
    """An interlock that keeps the contactor open, and says nothing of it."""

    limit_ma = calm = None

    def look(self, now, evse):
        return None

    def ready(self, now):
        return False


def test_a_vehicle_that_asks_in_vain_is_suspended_by_the_station():
    for reason in ("diode", "interlock"):
        site = Site()
        bench = Bench(site=site)
        if reason == "diode":
            site.vehicle.diode = False
        else:
            site.evse._interlocks = tuple(site.evse._interlocks) + (NotReady(),)
        site.vehicle.plug()
        bench.run(1000)
        bench.station.swipe("CARD")
        bench.run(15000)
        told = [p for p in bench.central.all("StatusNotification") if p["connectorId"] == 1]
        assert "SuspendedEV" not in [p["status"] for p in told] and told[-1]["status"] == "SuspendedEVSE", told
        if reason == "diode":
            assert told[-1]["errorCode"] == "EVCommunicationError" and told[-1]["vendorErrorCode"] == "NoDiode"
