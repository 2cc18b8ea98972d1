"""What is to be billed outlives SIGKILL, and a long queue is drained in order under a board's heap."""

import json

from conftest import REAL

from chargelet.base.storage import Storage
from chargelet.journal.journal import Journal
from chargelet.journal.record import START, VALUES


def stamps(values):
    return [value["meterValue"][0]["timestamp"] for value in values]


def test_a_session_in_which_the_network_and_then_the_power_fails(play):
    async def scenario(scene):
        csms, station = scene.csms, scene.station
        await scene.charge("CARD")
        await station.do("offline")
        before = (await station.until(lambda state: state["queue"] >= 4))["queue"]
        station.cut()
        await csms.stop()
        station.start()
        state = await station.until(lambda state: state["queue"] >= before + 1)
        assert not state["connectors"]["1"]["contactor"]
        station.cut()
        station.start()
        await csms.listen()
        await scene.calls("StopTransaction")
        assert (await station.state())["queue"] == 0
        (stop,) = csms.calls("StopTransaction")
        assert stop["reason"] == "PowerLoss" and stop["transactionId"] == 1
        last = csms.calls("MeterValues")[-1]["meterValue"][0]["sampledValue"][0]["value"]
        assert stop["meterStop"] >= int(last) > csms.calls("StartTransaction")[0]["meterStart"]
        seen = stamps(csms.calls("MeterValues"))
        assert len(seen) >= before and seen == sorted(seen)
        assert len(csms.calls("StartTransaction")) == 1

    play(scenario, "--config", '{"MeterValueSampleInterval": 1}')


def test_a_whole_transaction_offline_and_a_power_cut(play):
    async def scenario(scene):
        csms, station = scene.csms, scene.station
        await scene.charge("CARD")
        await station.do("offline")
        await station.do("swipe", tag="CARD")
        await station.do("plug_out", connector=1)
        await station.until(lambda state: state["status"]["1"] == "Available")
        station.cut()
        since = len(csms.log)
        station.start()
        (stop,) = await scene.calls("StopTransaction")
        assert stop["reason"] == "Local" and stop["idTag"] == "CARD" and stop["transactionId"] == 1
        await csms.until(lambda: csms.statuses(1, since) == ["Available"])
        assert csms.calls("StartTransaction", since) == []

    play(scenario)


def test_five_hundred_queued_messages_are_drained_in_order(play):
    async def scenario(scene):
        csms, station = scene.csms, scene.station
        journal = Journal(Storage(f"{station.log.parent}/journal"), print)
        number = journal.append(START, 1, None, json.dumps([840000000, "CARD", 5, None, None, None]))
        for sample in range(500):
            text = json.dumps([840000000 + sample, "Sample.Periodic", "a=%d" % (5 + sample)])
            journal.append(VALUES, 1, number, text, sample + 1)
        station.start()
        await scene.ready()
        await scene.calls("MeterValues", 20)
        # A backlog keeps nobody waiting.
        answer = await csms.call("GetConfiguration", {"key": ["NumberOfConnectors"]}, timeout=2)
        assert answer["configurationKey"][0]["value"] == "1"
        await scene.calls("StopTransaction")
        seen = stamps(csms.calls("MeterValues"))
        assert len(seen) == 500 and seen == sorted(seen)
        assert {value["transactionId"] for value in csms.calls("MeterValues")} == {1}
        await station.left(8000 * REAL, 0)

    play(scenario, start=False)
