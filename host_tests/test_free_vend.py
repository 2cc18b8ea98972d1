"""Free charging: whoever plugs in charges, with and without a central system."""

from fakes.bench import Bench

FREE = {"FreeVend": True, "FreeVendIdTag": "HOUSE"}


def alone(connectors=1, **more):
    """A station that has no central system at all."""
    bench = Bench(connectors, online=False, config=dict(FREE, **more), now=None)
    bench.station.authorization.stand_alone = True
    bench.run(1500)
    return bench


def test_plugging_in_starts_and_unplugging_ends():
    for stops in (True, False):
        # Also where a vehicle may come back: nobody with a card could ever end it.
        bench = Bench(config=dict(FREE, StopTransactionOnEVSideDisconnect=stops))
        for _ in range(2):
            bench.plug()
            bench.run(1000)
            assert bench.status() == "Charging"
            bench.evse.meter.wh += 500
            bench.unplug()
            bench.run(3000)
            assert bench.status() == "Available" and not bench.evse.locked
        starts, stops = bench.central.all("StartTransaction"), bench.central.all("StopTransaction")
        assert [start["idTag"] for start in starts] == ["HOUSE", "HOUSE"]
        assert [stop["reason"] for stop in stops] == ["EVDisconnected"] * 2
        assert [stop["meterStop"] - start["meterStart"] for start, stop in zip(starts, stops)] == [500, 500]
        # The same authorization as for a card.
        assert bench.central.all("Authorize") == [{"idTag": "HOUSE"}] * 2


def test_the_central_system_ends_it_and_it_does_not_begin_again_with_the_plug_in():
    bench = Bench(config=FREE)
    bench.plug()
    bench.run(1000)
    assert bench.ask("RemoteStopTransaction", {"transactionId": 1}) == {"status": "Accepted"}
    bench.run(300000, 1000)
    assert bench.status() == "Finishing" and len(bench.central.all("StartTransaction")) == 1
    bench.unplug()
    bench.run(1000)
    bench.plug()
    bench.run(1000)
    assert len(bench.central.all("StartTransaction")) == 2


def test_whom_the_central_system_refuses_does_not_charge_and_is_asked_for_once_a_plug():
    bench = Bench(config=FREE)
    bench.central.answers["Authorize"] = {"idTagInfo": {"status": "Blocked"}}
    bench.plug()
    bench.run(600000, 1000)
    assert bench.central.all("StartTransaction") == [] and len(bench.central.all("Authorize")) == 1
    bench.unplug()
    bench.plug()
    bench.run(1000)
    assert len(bench.central.all("Authorize")) == 2
    # Refused with the start: the cable is free all the same, for there is no card to free it with.
    del bench.central.answers["Authorize"]
    bench.central.answers["StartTransaction"] = {"transactionId": 1, "idTagInfo": {"status": "Invalid"}}
    bench.unplug()
    bench.plug()
    bench.run(2000)
    assert bench.central.all("StopTransaction")[-1]["reason"] == "DeAuthorized" and not bench.evse.locked


def test_cards_reservations_and_availability_come_first():
    bench = Bench(config=FREE)
    bench.swipe("CARD")
    bench.plug()
    bench.run(1000)
    assert bench.central.all("StartTransaction")[0]["idTag"] == "CARD"
    bench.swipe("CARD")
    bench.unplug()
    bench.run(1000)
    request = {"connectorId": 1, "idTag": "A", "reservationId": 1, "expiryDate": "2026-11-20T12:05:00Z"}
    assert bench.ask("ReserveNow", request) == {"status": "Accepted"}
    bench.plug()
    bench.run(5000)
    assert len(bench.central.all("StartTransaction")) == 1 and bench.status() == "Reserved"
    bench.ask("CancelReservation", {"reservationId": 1})
    bench.run(2000)
    assert bench.central.all("StartTransaction")[1]["idTag"] == "HOUSE"
    bench.ask("RemoteStopTransaction", {"transactionId": 2})
    bench.ask("ChangeAvailability", {"connectorId": 1, "type": "Inoperative"})
    bench.run(1000)
    assert bench.status() == "Unavailable"
    bench.ask("ChangeAvailability", {"connectorId": 1, "type": "Operative"})
    bench.run(62000, 500)
    assert len(bench.central.all("StartTransaction")) == 3 and bench.status() == "Charging"


def test_offline_it_goes_on_and_what_the_central_system_has_said_counts():
    bench = Bench(config=FREE)
    bench.drop()
    bench.plug()
    bench.run(1000)
    assert bench.status() == "Charging"
    bench.unplug()
    bench.run(1000)
    bench.station.authorization.learn("HOUSE", "Blocked", None, None)
    bench.plug()
    bench.run(1000)
    assert bench.status() == "Preparing"


def test_before_a_central_system_was_ever_reached_only_where_the_installation_says_so():
    bench = Bench(online=False, config=FREE)
    bench.run(1500)
    bench.plug()
    bench.run(2000)
    assert bench.status() == "Preparing"
    # And as soon as it is accepted, the vehicle that waits gets its current.
    bench.connect()
    bench.run(2000)
    assert bench.status() == "Charging"


def test_a_station_that_stands_alone_charges_and_counts():
    bench = alone()
    first = bench.evse.meter.wh
    for _ in range(3):
        bench.plug()
        bench.run(2000)
        assert bench.status() == "Charging"
        bench.evse.meter.wh += 700
        bench.unplug()
        bench.run(3000)
    assert len(bench.station.outbox) == 6
    again = bench.cut()
    again.run(2000)
    assert again.evse.meter.energy_wh() == first + 2100 and len(again.station.outbox) == 6
    # If a central system comes after all, it is told.
    again.connect()
    again.run(3000)
    stops = again.central.all("StopTransaction")
    assert [stop["meterStop"] - first for stop in stops] == [700, 1400, 2100]


def test_after_a_power_cut_the_vehicle_charges_on():
    bench = alone()
    bench.plug()
    bench.run(2000)
    assert bench.status() == "Charging"
    after = bench.cut(config=FREE)
    after.station.authorization.stand_alone = True
    after.run(3000)
    assert after.status() == "Charging"
    assert len(after.station.outbox) == 3  # the old one has ended, a new one has begun


def test_the_journal_of_a_station_that_stands_alone_is_bounded():
    bench = alone()
    outbox = bench.station.outbox
    for number in range(1, 400):
        start = outbox.start(1, -1000 + number, "HOUSE", number, None, None, None)
        outbox.stop(1, start, -1000 + number, number + 1, "EVDisconnected", None)
        bench.station.step()
        bench.station.step()
    assert 490 <= len(outbox) <= 500, len(outbox)
    assert not outbox.full
    bench.plug()
    bench.run(2000)
    assert bench.status() == "Charging"
    # One that knows a central system gives up nothing.
    bench.station.registration.ever = True
    for number in range(20):
        start = outbox.start(1, -500 + number, "HOUSE", number, None, None, None)
        outbox.stop(1, start, -500 + number, number + 1, "EVDisconnected", None)
        bench.station.step()
    assert len(outbox) > 520


def test_flash_that_takes_no_start_is_not_tried_all_the_time():
    bench = alone()
    bench.records.full = True
    bench.records.free = lambda: 10**6  # it looks as if there were room
    tries = []
    start = bench.station.outbox.start

    def tried(*record):
        tries.append(bench.clock.uptime() // 1000)
        return start(*record)

    bench.station.outbox.start = tried
    bench.plug()
    bench.run(120000, 500)
    assert bench.status() == "Preparing" and 1 <= len(tries) <= 3, tries
    bench.records.full = False
    bench.run(62000, 500)
    assert bench.status() == "Charging"


def test_the_idtag_is_one():
    bench = Bench()
    for value in ("", "x" * 21, "two words", "tab\t"):
        assert bench.ask("ChangeConfiguration", {"key": "FreeVendIdTag", "value": value}) == {"status": "Rejected"}
    assert bench.ask("ChangeConfiguration", {"key": "FreeVendIdTag", "value": "HOUSE"}) == {"status": "Accepted"}
    assert bench.ask("ChangeConfiguration", {"key": "FreeVend", "value": "true"}) == {"status": "Accepted"}
    bench.plug()
    bench.run(2000)
    assert bench.status() == "Charging"
