"""What a central system asks for comes about, whatever of it finds no memory once, and no limit is passed meanwhile."""

from fakes.refused_stories import begun, bills, ended, in_order, new, stopped, sweep, works


def _profile(number, purpose, amps):
    schedule = {"chargingRateUnit": "A", "chargingSchedulePeriod": [{"startPeriod": 0, "limit": amps}]}
    kind = {"chargingProfileId": number, "stackLevel": 0, "chargingProfilePurpose": purpose}
    kind["chargingProfileKind"] = "Relative" if purpose == "TxProfile" else "Absolute"
    if purpose != "TxProfile":
        schedule["startSchedule"] = "2026-11-20T00:00:00Z"
    kind["chargingSchedule"] = schedule
    return kind


def test_the_limit_of_the_station_and_a_remote_start_with_a_profile():
    def story(short):
        bench = new()
        asked = {"connectorId": 0, "csChargingProfiles": _profile(1, "ChargePointMaxProfile", 16)}
        assert bench.ask("SetChargingProfile", asked)["status"] == "Accepted"
        bench.begin(short)
        bench.most_ma = 16000
        bench.evses[0].connected = True
        bench.run(500, 100)
        connector = bench.station.connectors[0]
        asked = {"idTag": "ONE", "connectorId": 1, "chargingProfile": _profile(2, "TxProfile", 10)}
        bench.say("RemoteStartTransaction", asked, lambda: connector.transaction)
        for _ in range(2):
            if not connector.transaction:  # what it was to begin with was not begun, and it was said so
                bench.say("RemoteStartTransaction", asked, lambda: connector.transaction)
        bench.run(3000, 100)
        assert bench.evses[0].offered_ma == 10000, bench.evses[0].offered_ma
        begun(bench, 2, "TWO")
        bench.evses[0].meter.wh += 1000
        bench.clock.set(bench.clock.now() + 100)
        bench.run(65000, 1000)
        stopped(bench, connector.transaction.id, connector)
        bench.evses[0].connected = False
        ended(bench, 2, "TWO")
        in_order(bench, short)
        bills(bench, short, [(1, 1, 1001, "Remote"), (2, 1, 2001, "Local")])
        bench.most_ma = None
        works(bench)

    sweep(story, 100)


def test_what_was_asked_for_is_told():
    names = ("BootNotification", "Heartbeat", "StatusNotification", "MeterValues", "FirmwareStatusNotification")

    def story(short):
        bench = new()
        heard = []
        bench.station.vendors.register("org.example", lambda message_id, data: ("Accepted", None))
        bench.begin(short)
        for name in names:
            before = len(bench.central.all(name))
            for _ in range(2):  # it is told once; where it was too large for that, it has to be asked for again
                if len(bench.central.all(name)) == before:
                    assert bench.say("TriggerMessage", {"requestedMessage": name}) == "Accepted"
                    bench.run(20000, 500)
            assert len(bench.central.all(name)) > before, name
        bench.station.vendors.send("org.example", "hello", "world", lambda status, data: heard.append(status))
        bench.run(20000, 500)
        assert heard == ["Accepted"] or heard == [None], heard
        in_order(bench, short)
        works(bench)

    sweep(story, 30)


_CARDS = (("ONE", "Accepted"), ("BAD", "Blocked"))


def test_a_list_a_configuration_and_an_unlock():
    def story(short):
        bench = new()
        bench.begin(short)
        entries = [{"idTag": name, "idTagInfo": {"status": status}} for name, status in _CARDS]
        asked = {"listVersion": 1, "updateType": "Full", "localAuthorizationList": entries}
        assert bench.say("SendLocalList", asked) == "Accepted"
        assert bench.say("ChangeConfiguration", {"key": "LocalPreAuthorize", "value": "true"}) == "Accepted"
        assert bench.station.local_list.version == 1 and bench.station.local_list.count == 2
        begun(bench, 1, "ONE")
        connector = bench.station.connectors[0]
        assert bench.say("UnlockConnector", {"connectorId": 1}) == "Unlocked"
        assert not connector.transaction and not bench.evses[0].locked
        assert bench.say("ClearCache", {}) == "Accepted"
        bench.evses[0].connected = False
        in_order(bench, short)
        bills(bench, short, [(1, 1, 1001, "UnlockCommand")])
        works(bench)

    sweep(story, 50)


def test_a_free_session_and_a_card_that_charges_elsewhere_too():
    def story(short):
        bench = new(config={"FreeVend": "true"})
        bench.begin(short)
        bench.evses[0].connected = True
        bench.run(65000, 1000)
        assert bench.station.connectors[0].transaction, bench.lines
        bench.evses[0].meter.wh += 1000
        bench.evses[0].connected = False
        bench.run(5000, 500)
        bench.station.config["FreeVend"] = False
        concurrent = {"transactionId": 2, "idTagInfo": {"status": "ConcurrentTx"}}
        bench.central.answers["StartTransaction"] = concurrent
        _tried(bench, 2, "TWO")
        bench.run(15000, 500)
        assert not bench.station.connectors[1].transaction, "who is not to charge does"
        if bench.station.connectors[1].bolt.kept:
            bench.card("TWO", 2)  # the cable waits for its owner
        bench.evses[1].connected = False
        bench.run(3000, 100)
        del bench.central.answers["StartTransaction"]
        bench.central.transactions = 2
        in_order(bench, short)
        stops = bench.central.all("StopTransaction")
        assert [one["reason"] for one in stops][-1] == "DeAuthorized", stops
        works(bench)

    sweep(story, 80)


def _tried(bench, connector_id, tag):
    bench.evses[connector_id - 1].connected = True
    bench.run(500, 100)
    for _ in range(3):
        if len(bench.central.all("StartTransaction")) < 2 and not bench.station.connector(connector_id).transaction:
            bench.card(tag, connector_id)


def test_new_firmware_is_asked_for():
    def story(short):
        bench = new()
        bench.begin(short)
        asked = {"location": "http://example.org/f", "retrieveDate": "2026-11-20T13:00:00Z", "retries": 2}
        assert bench.say("UpdateFirmware", asked) is None
        update = bench.station.maintenance().update
        assert update["location"] == asked["location"] and update["left"] == 3
        kept = bench.storage.kept("update")
        assert kept["location"] == asked["location"]
        bench.station.maintenance().end_update("DownloadFailed")
        bench.run(30000, 500)
        assert bench.central.all("FirmwareStatusNotification")[-1]["status"] == "DownloadFailed"
        in_order(bench, short)
        works(bench)

    sweep(story, 5)
