"""Whole sessions of the station process in MicroPython under a board's heap, every message checked by schema."""


def test_a_session_by_card(play):
    async def scenario(scene):
        csms, station = scene.csms, scene.station
        await scene.charge("CARD")
        await scene.calls("MeterValues", 2)
        assert (await station.state(1))["contactor"]
        await station.do("swipe", tag="CARD")
        await scene.status("Finishing")
        await station.do("plug_out", connector=1)
        await scene.status("Available")
        assert csms.statuses() == ["Available", "Preparing", "Charging", "Finishing", "Available"]
        (transaction,) = csms.transactions.values()
        assert transaction.start["idTag"] == transaction.stop["idTag"] == "CARD"
        assert transaction.stop["meterStop"] > transaction.start["meterStart"]
        assert len(transaction.values) >= 2
        assert len(csms.calls("Authorize")) == 1

    play(scenario, "--config", '{"MeterValueSampleInterval": 1}')


def test_card_first_on_the_second_of_two_connectors(play):
    async def scenario(scene):
        await scene.station.do("swipe", tag="CARD", connector=2)
        await scene.status("Preparing", 2)
        await scene.station.do("plug_in", connector=2)
        await scene.status("Charging", 2)
        assert (await scene.calls("StartTransaction"))[0]["connectorId"] == 2
        state = await scene.station.state()
        assert state["connectors"]["2"]["transaction"] == 1 and state["status"]["1"] == "Available"
        assert state["connectors"]["2"]["locked"] and state["connectors"]["2"]["offered_ma"] == 32000

    play(scenario, "--connectors", "2")


def test_remote_start_to_remote_stop(play):
    async def scenario(scene):
        csms = scene.csms
        await scene.station.do("plug_in", connector=1)
        await scene.status("Preparing")
        assert await csms.call("RemoteStartTransaction", {"idTag": "APP"}) == {"status": "Accepted"}
        await scene.status("Charging")
        assert await csms.call("RemoteStopTransaction", {"transactionId": 9}) == {"status": "Rejected"}
        assert await csms.call("RemoteStopTransaction", {"transactionId": 1}) == {"status": "Accepted"}
        await scene.status("Finishing")
        assert (await scene.calls("StopTransaction"))[0]["reason"] == "Remote"

    play(scenario)


def test_the_vehicle_pauses_and_leaves(play):
    async def scenario(scene):
        await scene.charge()
        await scene.station.do("suspend_ev", connector=1)
        await scene.status("SuspendedEV")
        await scene.station.do("resume_ev", connector=1)
        await scene.status("Charging")
        await scene.station.do("plug_out", connector=1)
        await scene.status("Available")
        assert (await scene.calls("StopTransaction"))[0]["reason"] == "EVDisconnected"
        assert scene.csms.statuses()[-2:] == ["Finishing", "Available"]
        state = await scene.station.state(1)
        assert not state["contactor"] and not state["locked"]

    play(scenario)


def test_unlock_and_a_lock_that_sticks(play):
    async def scenario(scene):
        csms = scene.csms
        assert await csms.call("UnlockConnector", {"connectorId": 9}) == {"status": "NotSupported"}
        await scene.charge()
        assert await csms.call("UnlockConnector", {"connectorId": 1}) == {"status": "Unlocked"}
        await scene.status("Finishing")
        assert (await scene.calls("StopTransaction"))[0]["reason"] == "UnlockCommand"
        await scene.station.do("plug_out", connector=1)
        await scene.status("Available")
        await scene.charge("OTHER")
        await scene.station.do("lock_fail", connector=1, on=True)
        assert await csms.call("UnlockConnector", {"connectorId": 1}) == {"status": "UnlockFailed"}

    play(scenario)


def test_reset_ends_the_transaction_and_boots_again(play):
    async def scenario(scene):
        csms = scene.csms
        await scene.station.do("plug_in", connector=1)
        for number, kind in enumerate(("Soft", "Hard")):
            await scene.status("Preparing")
            await scene.station.do("swipe", tag="CARD")
            await scene.status("Charging")
            assert await csms.call("Reset", {"type": kind}) == {"status": "Accepted"}
            await scene.calls("BootNotification", number + 2)
            assert (await scene.calls("StopTransaction", number + 1))[number]["reason"] == kind + "Reset"
            await scene.status("Preparing")  # the vehicle has not moved

    play(scenario)


def test_a_fault_comes_and_goes(play):
    async def scenario(scene):
        await scene.station.do("fault", connector=1, code="GroundFailure")
        await scene.status("Faulted")
        assert scene.csms.calls("StatusNotification")[-1]["errorCode"] == "GroundFailure"
        await scene.station.do("plug_in", connector=1)
        await scene.station.do("swipe", tag="CARD", connector=1)
        await scene.station.do("clear_fault", connector=1, code="GroundFailure")
        await scene.status("Preparing")
        assert scene.csms.calls("StartTransaction") == []

    play(scenario)


def test_unavailable_survives_a_power_cut(play):
    async def scenario(scene):
        csms, station = scene.csms, scene.station
        change = {"connectorId": 0, "type": "Inoperative"}
        assert await csms.call("ChangeAvailability", change) == {"status": "Accepted"}
        await scene.status("Unavailable", 0)
        station.cut()
        since = len(csms.log)
        station.start()
        await csms.until(lambda: csms.statuses(1, since))
        assert csms.statuses(0, since) == csms.statuses(1, since) == ["Unavailable"]

    play(scenario)
