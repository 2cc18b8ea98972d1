"""`make size`: what the firmware takes. RAM by module, compiled sizes, and the heap of a station at work.

Everything is counted in the form that tools/station takes by default: frozen into MicroPython, with a heap of 88k,
where that can be. The last line is one of JSON, to compare one change with another.
"""

import argparse
import asyncio
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import interpreter
import rom
import size_modules
import size_page
from csms import CallFailed

sys.path.insert(0, str(rom.ROOT / "host_tests" / "e2e"))

# What must be left with everything in use, in all and in one piece (host_tests/e2e/test_long_work.py); and with a
# connection over TLS (test_tls.py).
FREE_MIN = 15000
LARGEST_MIN = 8000
FREE_TLS_MIN = 11500
LARGEST_TLS_MIN = 5000


def compiled():
    """{module: bytes of its .mpy}."""
    tree = rom.build(rom.station_files("simulator"), "mpy")
    return {str(path.relative_to(tree))[:-4].replace("/", "."): path.stat().st_size for path in tree.rglob("*.mpy")}


def report_modules():
    stay, others = size_modules.measured()
    sizes = compiled()
    print(f"{'module':<44}{'RAM':>7}{'.mpy':>8}")
    for rows, note in ((stay, ""), (others, "  while it is used")):
        for name, ram in rows.items():
            print(f"{name:<44}{ram:>7}{sizes.get(name, 0):>8}{note}")
        print()
    for rows, note in ((stay, ""), (others, ", while used")):
        for key, ram in size_modules.by_layer(rows).items():
            code = sum(sizes.get(name, 0) for name in rows if size_modules.layer(name) == key)
            print(f"{key + note:<44}{ram:>7}{code:>8}")
    print(f"{'all that stays':<44}{sum(stay.values()):>7}\n")


async def report_heap() -> dict:
    """The heap of a station with two connectors: booted, both charging with samples every second, everything in use."""
    from conftest import stage

    figures = {}
    async with stage("--connectors", "2", "--config", '{"MeterValueSampleInterval": 1}') as scene:

        async def show(what, key):
            state = await scene.station.do("heap")
            free, largest = state["heap_free"], state["heap_largest"]
            print(f"{what:<44}{state['heap_used']:>7} used{free:>8} free{largest:>8} in one piece")
            figures["free_" + key], figures["largest_" + key] = free, largest

        await scene.csms.until(lambda: scene.csms.statuses(2))
        await show("booted and registered, two connectors", "booted")
        await scene.charge("ONE", 1)
        await scene.charge("TWO", 2)
        await scene.calls("MeterValues", 6)
        await show("both charging, samples every second", "charging")
        await scene.csms.call("GetConfiguration")
        await show("after GetConfiguration of all keys", "configuration")
        try:
            await all_profiles(scene.csms)
        except CallFailed as error:
            print(f"NOT ENOUGH RAM for every profile: {error}")
            figures["free_all"] = figures["largest_all"] = 0
            return figures
        await show("and every profile in use (24 periods each)", "all")
    return figures


async def all_profiles(csms):
    """A local list, three charging profiles with 24 periods each, composite schedules, diagnostics that fail."""
    most = 24
    info = {"status": "Accepted", "expiryDate": "2036-01-01T00:00:00Z", "parentIdTag": "GROUP"}
    (row,) = (await csms.call("GetConfiguration", {"key": ["SendLocalListMaxLength"]}))["configurationKey"]
    entries = [{"idTag": f"CARD{number:016}", "idTagInfo": info} for number in range(int(row["value"]))]
    calls = [("SendLocalList", {"listVersion": 1, "updateType": "Full", "localAuthorizationList": entries})]
    periods = [{"startPeriod": 3600 * at, "limit": 20 + at / 10, "numberPhases": 3} for at in range(most)]
    schedule = {"chargingRateUnit": "A", "chargingSchedulePeriod": periods}
    for connector, purpose in ((0, "ChargePointMaxProfile"), (1, "TxProfile"), (2, "TxProfile")):
        profile = {
            "chargingProfileId": connector, "stackLevel": 0, "chargingProfilePurpose": purpose,
            "chargingProfileKind": "Relative", "chargingSchedule": schedule,
        }  # fmt: skip
        calls.append(("SetChargingProfile", {"connectorId": connector, "csChargingProfiles": profile}))
        calls.append(("GetCompositeSchedule", {"connectorId": connector, "duration": 86400}))
    reservation = {"connectorId": 1, "expiryDate": "2036-01-01T00:00:00Z", "idTag": "A", "reservationId": 1}
    calls += [("ReserveNow", reservation), ("TriggerMessage", {"requestedMessage": "Heartbeat"})]
    calls.append(("GetDiagnostics", {"location": "http://127.0.0.1:1/", "retries": 0}))
    for action, payload in calls:
        answer = await csms.call(action, payload)
        wanted = "Occupied" if action == "ReserveNow" else None if action == "GetDiagnostics" else "Accepted"
        assert answer.get("status") == wanted, (action, answer)
    await csms.until(lambda: len(csms.calls("DiagnosticsStatusNotification")) == 2)
    assert len((await csms.call("GetConfiguration"))["configurationKey"]) > 40


async def report_page() -> dict:
    """The same with the page for people there, and with those who look at it."""
    from conftest import stage

    return await size_page.report(stage)


async def report_tls() -> dict:
    """The heap with everything in use, over TLS with a certificate of the station's own (security profile 3)."""
    from certificate_authority import CertificateAuthority, private_pem
    from conftest import Scene, StationProcess

    from csms import CentralSystem

    root = CertificateAuthority()
    chain, key = root.pair("SIM-0001")
    figures = {}
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / name for name in ("ca.pem", "own.pem", "own.key")]
        for path, content in zip(paths, (root.pem.encode(), chain.encode(), private_pem(key)), strict=True):
            path.write_bytes(content)
        given = ["--connectors", "2", "--config", '{"MeterValueSampleInterval": 1}', "--profile", "3"]
        for option, path in zip(("--ca", "--certificate", "--key"), paths, strict=True):
            given += [option, str(path)]
        async with CentralSystem(authority=root) as csms:
            state = Path(folder) / "state"
            state.mkdir()
            station = StationProcess(csms.url, str(state), "--secure-csms", csms.secure_url, *given)
            scene = Scene(csms, station)
            station.start()
            try:
                await csms.until(lambda: csms.statuses(2), 60)
                await scene.charge("ONE", 1)
                await scene.charge("TWO", 2)
                await scene.calls("MeterValues", 6)
                await all_profiles(csms)
                state = await station.do("heap")
            except CallFailed as error:
                print(f"NOT ENOUGH RAM for every profile over TLS: {error}")
                state = {"heap_used": 0, "heap_free": 0, "heap_largest": 0}
            finally:
                station.cut()
    free, largest = state["heap_free"], state["heap_largest"]
    what = "the same over TLS, with its own certificate"
    print(f"{what:<44}{state['heap_used']:>7} used{free:>8} free{largest:>8} in one piece")
    figures["free_tls"], figures["largest_tls"] = free, largest
    return figures


def report_flash() -> dict:
    """What a transaction costs on a real littlefs."""
    tests = rom.test_files()
    code = b"import test_littlefs_wear\ntest_littlefs_wear.test_what_a_transaction_costs()\n"
    others = {**tests, "flash_cost.py": code}
    files = rom.station_files("simulator")
    command = interpreter.beside(files, others, "flash_cost", heap_size="4M")
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    print(f"\nflash (littlefs, blocks of 4096 bytes):\n{said}")
    figures = {}
    for samples, programmed, erases in re.findall(r"with (\d+) samples: .*, (\d+) bytes .*, ([\d.]+) erases", said):
        figures[f"bytes_{samples}_samples"], figures[f"erases_{samples}_samples"] = int(programmed), float(erases)
    return figures


def main():
    argparse.ArgumentParser(prog="make size", description=__doc__.split("\n\n")[0]).parse_args()
    if not interpreter.there():
        sys.exit("size: RAM is counted in MicroPython, and there is none here (tools/setup --retry looks for one)")
    print(f"{interpreter.about()}, heap {interpreter.heap()}\n")
    if interpreter.form() == "rom":
        print("Nothing can be frozen here: on a board there is more RAM than what is counted here.\n")
    report_modules()
    figures = {"form": interpreter.form(), "heap": interpreter.heap()}
    figures.update(asyncio.run(report_heap()))
    figures.update(asyncio.run(report_tls()))
    print()
    figures.update(asyncio.run(report_page()))
    figures.update(report_flash())
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
