"""Registration, and networks that refuse, stall, break and come back."""

import asyncio
import time

from csms import SILENCE, CentralSystem


def gaps(times):
    return [later - earlier for earlier, later in zip(times, times[1:])]


def test_refusals_are_spaced_and_grow(play):
    async def scenario(scene):
        csms = scene.csms
        csms.refuse = 503
        scene.station.start()
        await csms_handshakes(csms, 4)
        csms.refuse = 404
        assert all(gap >= 0.95 for gap in gaps(csms.handshakes)), gaps(csms.handshakes)
        assert gaps(csms.handshakes)[-1] > gaps(csms.handshakes)[0]
        csms.refuse = None
        await csms.until(lambda: csms.statuses(1))
        assert scene.station.alive

    async def csms_handshakes(csms, count):
        until = time.monotonic() + 300
        while len(csms.handshakes) < count and time.monotonic() < until:
            await asyncio.sleep(0.1)
        assert len(csms.handshakes) >= count

    play(scenario, start=False)


def test_a_server_without_the_subprotocol_is_left(play):
    async def scenario(scene):
        csms = scene.csms
        await csms.stop()
        csms.subprotocols = None
        await csms.listen()
        scene.station.start()
        await csms.until(lambda: len([e for e in csms.log if e["kind"] == "open"]) >= 2)
        assert csms.calls("BootNotification") == []
        await csms.stop()
        csms.subprotocols = ["ocpp1.6"]
        await csms.listen()
        await scene.ready()

    play(scenario, start=False)


def test_basic_authentication(play):
    async def scenario(scene):
        assert scene.csms.handshakes and len(scene.csms.handshakes) == 1

    play(scenario, "--password", "open sesame 123456", password="open sesame 123456", identity="CP ü/1")


def test_a_lost_connection_needs_no_boot(play):
    async def scenario(scene):
        csms, station = scene.csms, scene.station
        await scene.charge()
        since = len(csms.log)
        await csms.until(lambda: csms.calls("MeterValues", since))  # so the status has been answered
        await station.do("offline")
        await csms.until(lambda: [e for e in csms.log if e["kind"] == "close"])
        assert not (await station.state())["online"]
        await asyncio.sleep(2.5)
        since = len(csms.log)
        await station.do("online")
        await csms.until(lambda: len(csms.calls("MeterValues", since)) >= 3)
        values = csms.calls("MeterValues", since)
        stamps = [value["meterValue"][0]["timestamp"] for value in values]
        assert stamps == sorted(stamps) and len(set(stamps)) == len(stamps)
        assert csms.calls("BootNotification", since) == [] and csms.statuses(1, since) == []
        assert (await station.state())["status"]["1"] == "Charging"

    play(scenario, "--config", '{"MeterValueSampleInterval": 1}')


def test_the_server_goes_away_and_comes_back(play):
    async def scenario(scene):
        csms = scene.csms
        await csms.stop()
        await asyncio.sleep(1)
        await scene.station.do("plug_in", connector=1)
        await csms.listen()
        await scene.status("Preparing")
        assert len(csms.calls("BootNotification")) == 1

    play(scenario)


def test_a_server_that_accepts_and_says_nothing(play):
    async def scenario(scene):
        async def mute(reader, writer):
            await reader.read(100000)

        server = await asyncio.start_server(mute, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        scene.station._command[2] = f"ws://127.0.0.1:{port}/ocpp"
        scene.station.start()
        await scene.station.do("plug_in", connector=1)
        await asyncio.sleep(1)
        assert (await scene.station.state(1))["pilot"] == "B"
        server.close()

    play(scenario, start=False)


def test_pending_then_rejected_then_accepted(play):
    async def scenario(scene):
        csms = scene.csms
        answers = ["Pending", "Rejected"]

        def boot(payload):
            if not answers:
                return None
            return {"status": answers.pop(0), "currentTime": "2026-11-20T12:00:00Z", "interval": 2}

        csms.answers["BootNotification"] = boot
        scene.station.start()
        await scene.calls("BootNotification")
        assert await csms.call("RemoteStartTransaction", {"idTag": "A"}) == {"status": "Rejected"}
        await scene.calls("BootNotification", 2)
        assert {event["action"] for event in csms.log if event["kind"] == "call" and event["direction"] == "in"} == {
            "BootNotification"
        }
        try:
            await csms.call("GetConfiguration", timeout=1)
        except TimeoutError:
            pass
        else:
            raise AssertionError("a rejected station answered")
        await scene.ready()
        boots = [e["time"] for e in csms.log if e["kind"] == "call" and e["action"] == "BootNotification"]
        assert all(gap >= 1.95 for gap in gaps(boots)), gaps(boots)
        assert csms.statuses(0) == ["Available"]

    play(scenario, start=False)


def test_heartbeats_and_a_half_open_connection(play):
    async def scenario(scene):
        csms = scene.csms
        await scene.calls("Heartbeat", 2)
        change = {"key": "WebSocketPingInterval", "value": "3"}
        assert await csms.call("ChangeConfiguration", change) == {"status": "Accepted"}
        await asyncio.sleep(8)
        assert len([e for e in csms.log if e["kind"] == "open"]) == 1, "pongs keep a connection alive"
        # The other side's socket stays open, but nobody is there: no pong, no answer.
        csms.connection.transport.pause_reading()
        await csms.until(lambda: len([e for e in csms.log if e["kind"] == "open"]) == 2)

    play(scenario, interval=1)


def test_one_lost_answer_stops_nothing(play):
    async def scenario(scene):
        csms = scene.csms
        csms.answers["StatusNotification"] = SILENCE
        await scene.station.do("plug_in", connector=1)
        await csms.until(lambda: csms.statuses()[-1] == "Preparing")
        del csms.answers["StatusNotification"]
        await scene.station.do("swipe", tag="CARD")
        await scene.calls("StartTransaction")
        await scene.status("Charging")

    play(scenario, "--config", '{"MessageTimeout": 2}')


def test_a_reset_says_goodbye(play):
    async def scenario(scene):
        csms = scene.csms
        for kind in ("Hard", "Soft"):
            boots = len(csms.calls("BootNotification"))
            assert await csms.call("Reset", {"type": kind}) == {"status": "Accepted"}
            await csms.until(lambda boots=boots: len(csms.calls("BootNotification")) > boots)
            codes = [event["code"] for event in csms.log if event["kind"] == "close"]
            assert codes[-1] == 1001, codes

    play(scenario)


def test_a_key_of_the_installation_is_used_from_the_first_connection_on(play):
    async def scenario(scene):
        await scene.calls("Heartbeat", 2)
        assert len(scene.csms.handshakes) == 1

    key = "a-key-from-the-start"
    play(scenario, "--config", f'{{"AuthorizationKey": "{key}"}}', password=key, interval=2)


def test_two_stations_side_by_side(play):
    async def scenario(scene):
        import tempfile

        from conftest import StationProcess

        with tempfile.TemporaryDirectory() as state:
            async with CentralSystem() as other:
                second = StationProcess(other.url, state, identity="CP002")
                try:
                    second.start()
                    await other.until(lambda: other.statuses(1))
                    await scene.charge()
                    assert (await second.state())["status"]["1"] == "Available"
                    assert other.violations == []
                finally:
                    second.cut()

    play(scenario)
