"""New firmware over HTTP: installed after the session, fetched anew, refused, or left again."""

import asyncio

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from file_server import INSTALLED, REAL_ONLY, Files, soon, told, versions

import interpreter
import package
import size
from sim_station import KEY


def test_firmware_that_cannot_be_fetched(play):
    async def scenario(scene):
        csms = scene.csms
        date = soon(3)
        request = {"location": "http://127.0.0.1:1/fw", "retrieveDate": date, "retries": 1, "retryInterval": 1}
        assert await csms.call("UpdateFirmware", request) == {}
        await csms.until(lambda: told(csms, "Firmware"))
        assert soon() >= date, "it begins when it is due"
        await csms.until(lambda: told(csms, "Firmware") == ["Downloading", "DownloadFailed"])
        await scene.charge()

    play(scenario)


def test_an_update_that_waits_outlives_a_power_cut(play):
    async def scenario(scene):
        csms = scene.csms
        request = {"location": "http://127.0.0.1:1/fw", "retrieveDate": soon(4), "retries": 0}
        await csms.call("UpdateFirmware", request)
        scene.station.cut()
        scene.station.start()
        await csms.until(lambda: told(csms, "Firmware") == ["Downloading", "DownloadFailed"])
        await csms.call("TriggerMessage", {"requestedMessage": "FirmwareStatusNotification"})
        await csms.until(lambda: told(csms, "Firmware")[-1] == "Idle")

    play(scenario)


@REAL_ONLY
def test_new_firmware_is_installed_after_the_session(play, new_firmware):
    async def scenario(scene):
        csms = scene.csms
        async with Files() as files:
            files.files["/fw"] = new_firmware
            files.cut_after = 30000
            await scene.charge()
            request = {"location": f"{files.url}/fw", "retrieveDate": soon(), "retries": 3, "retryInterval": 1}
            await csms.call("UpdateFirmware", request)
            await csms.until(lambda: told(csms, "Firmware") == ["Downloading", "Downloaded"])
            assert [headers.get("range") for _, _, headers in files.requests] == [None, "bytes=30000-"]
            await asyncio.sleep(1.5)
            assert (await scene.station.state(1))["contactor"] and told(csms, "Firmware")[-1] == "Downloaded"
            await scene.station.do("swipe", tag="CARD")
            await csms.until(lambda: told(csms, "Firmware") == INSTALLED)
            assert versions(csms)[-1] == "9.9.9" and len(csms.calls("StopTransaction")) == 1
            scene.station.cut()
            scene.station.start()
            await csms.until(lambda: len(versions(csms)) == 3)
            assert versions(csms)[-1] == "9.9.9" and told(csms, "Firmware") == INSTALLED

    play(scenario)


@REAL_ONLY
def test_a_station_that_has_used_everything_has_the_ram_for_an_update(play, new_firmware):
    async def scenario(scene):
        csms = scene.csms
        async with Files() as files:
            files.files["/fw"] = new_firmware
            for connector in (1, 2):
                await scene.charge(f"CARD{connector}", connector)
            await size.all_profiles(csms)
            since = len(told(csms, "Firmware"))
            await csms.call("UpdateFirmware", {"location": f"{files.url}/fw", "retrieveDate": soon(), "retries": 0})
            await csms.until(lambda: told(csms, "Firmware")[since:] == ["Downloading", "Downloaded"])
            for connector in (1, 2):
                await scene.station.do("swipe", tag=f"CARD{connector}", connector=connector)
            await csms.until(lambda: told(csms, "Firmware")[since:] == INSTALLED)
            assert versions(csms)[-1] == "9.9.9" and len(csms.calls("StopTransaction")) == 2

    play(scenario, "--connectors", "2")


@REAL_ONLY
def test_a_file_that_changes_while_it_is_fetched_is_fetched_anew(play, new_firmware):
    async def scenario(scene):
        csms = scene.csms
        async with Files() as files:
            files.files["/fw"] = package.make(b"x" * 50000, "simulator", "simulator", "9.9.8", package.load_key(KEY))
            files.tags["/fw"] = '"one"'
            files.moved = {"/latest": "/newest", "/newest": f"{files.url}/fw"}
            files.cut_after = 30000

            def changed():
                files.files["/fw"] = new_firmware
                files.tags["/fw"] = '"two"'

            # In the moment of the cut, so that no request can come in between.
            files.when_cut = changed
            request = {"location": f"{files.url}/latest", "retrieveDate": soon(), "retries": 3, "retryInterval": 1}
            await csms.call("UpdateFirmware", request)
            await csms.until(lambda: told(csms, "Firmware")[-1:] == ["Installed"])
            assert told(csms, "Firmware") == INSTALLED and versions(csms)[-1] == "9.9.9"
            assert [headers.get("if-range") for _, _, headers in files.requests][-1] == '"one"'
            assert files.requests[-1][2]["range"].startswith("bytes=") and len(files.requests) == 6

    play(scenario)


@REAL_ONLY
def test_a_package_that_is_not_right_is_not_installed(play, new_firmware):
    async def scenario(scene):
        csms = scene.csms
        key = package.load_key(KEY)
        wrong = {
            "/noise": b"rubbish" * 100,
            "/empty": b"",
            "/stranger": package.make(b"image", "simulator", "simulator", "1", rsa.generate_private_key(65537, 2048)),
            "/board": package.make(b"image", "other", "simulator", "1", key),
            "/chip": package.make(b"image", "simulator", "esp32", "1", key),
            "/older": package.make(b"image", "simulator", "simulator", "0.0.1", key),
            "/cut": new_firmware[:-5],
            "/longer": new_firmware + b"!",
            "/bit": new_firmware[:-5] + b"!" + new_firmware[-4:],
        }
        async with Files() as files:
            files.files.update(wrong)
            for path in wrong:
                since = len(told(csms, "Firmware"))
                await csms.call("UpdateFirmware", {"location": files.url + path, "retrieveDate": soon(), "retries": 0})
                # Only the hash of all of it tells the last from a good one.
                wanted = ["Downloading", "DownloadFailed"]
                if path == "/bit":
                    wanted = ["Downloading", "Downloaded", "Installing", "InstallationFailed"]
                end = wanted[-1:]
                await csms.until(lambda since=since, end=end: told(csms, "Firmware")[since:][-1:] == end)
                assert told(csms, "Firmware")[since:] == wanted, path
                assert scene.station.files("firmware") == [], path
            assert len(versions(csms)) == 1
            await scene.charge()

    play(scenario)


def resets_at_once():
    main = {"main.py": b"raise SystemExit(3)\n"}
    return interpreter.build(main).read_bytes()


def fails_at_once():
    main = {"main.py": b"nothing_of_that_name\n"}
    return interpreter.build(main).read_bytes()


@REAL_ONLY
@pytest.mark.parametrize("broken", [resets_at_once, fails_at_once, lambda: b"no image of anything" * 100])
def test_firmware_that_does_not_start_is_left_again(play, broken):
    async def scenario(scene):
        csms = scene.csms
        async with Files() as files:
            files.files["/fw"] = package.make(broken(), "simulator", "simulator", "6.6.6", package.load_key(KEY))
            await csms.call("UpdateFirmware", {"location": f"{files.url}/fw", "retrieveDate": soon()})
            wanted = ["Downloading", "Downloaded", "Installing", "InstallationFailed"]
            await csms.until(lambda: told(csms, "Firmware") == wanted)
            assert len(versions(csms)) == 2 and versions(csms)[0] == versions(csms)[1]
            await scene.charge()

    play(scenario)
