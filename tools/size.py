"""`make size`: what the firmware takes. RAM by module, compiled sizes, and the heap of a station at work.

Everything is counted in the form that tools/station takes by default: frozen into MicroPython, with a heap of 88k,
where that can be. The last line is one of JSON, to compare one change with another.
"""

import asyncio
import json
import re
import subprocess
import sys

import interpreter
import rom
import size_page
from csms import CallFailed

sys.path.insert(0, str(rom.ROOT / "host_tests" / "e2e"))

# The order in which a station imports its parts; what an import keeps is what it itself brings along. What is in none
# of these lists comes at the end.
ORDER = """
    asyncio chargelet.base.heap
    chargelet.base.clock chargelet.base.randomness chargelet.base.timestamp
    chargelet.base.pieces chargelet.base.cistring
    chargelet.base.log chargelet.base.alarm chargelet.base.storage
    chargelet.base.loading chargelet.messages.core
    chargelet.messages.errors chargelet.messages.long_list
    chargelet.messages.profiles chargelet.messages.tables
    chargelet.messages.values chargelet.messages.check chargelet.hardware.pilot_levels
    electrics vehicle world machine
    chargelet.hardware.pilot_watch chargelet.hardware.pilot_offer chargelet.hardware.looks
    chargelet.hardware.pilot chargelet.hardware.contactor chargelet.hardware.lock chargelet.hardware.pulse_register
    chargelet.hardware.counter_meter
    chargelet.hardware.over_current chargelet.hardware.evse chargelet.hardware.proximity
    chargelet.hardware.rtc_memory chargelet.hardware.equipment chargelet.journal.record
    chargelet.journal.sidecar chargelet.journal.journal chargelet.station.outbox
    chargelet.station.configuration
    chargelet.station.registration chargelet.station.status chargelet.station.metering
    chargelet.station.energy_registers
    chargelet.station.transaction chargelet.station.unknown_time
    chargelet.station.credentials chargelet.station.vendors
    chargelet.station.authorization chargelet.station.authorization_cache
    chargelet.base.sorted_lines chargelet.station.local_list
    chargelet.station.claim chargelet.station.bolt
    chargelet.station.connector chargelet.station.station chargelet.actions.incoming
    chargelet.actions.heartbeat
    chargelet.actions.status_notification chargelet.actions.meter_values
    chargelet.actions.patience chargelet.actions.delivery
    chargelet.actions.write_pace chargelet.actions.conversation
    chargelet.rpc.wire chargelet.rpc.taken chargelet.rpc.rpc chargelet.rpc.endpoint
    uwebsockets.errors uwebsockets.frames
    uwebsockets.sockets uwebsockets.outgoing uwebsockets.client
    uwebsockets.backoff chargelet.transport.csms chargelet.compose
    control
""".split()

MEASURE = """
import asyncio, gc, json, sys
from chargelet.base import heap
heap.collect_often()
def used():
    gc.collect()
    return gc.mem_alloc()
before = used()
print(before)
for name in NAMES:
    __import__(name)
    now = used()
    print(now - before)
    before = now
"""

NAMES = """
import micropython
for name in MODULES:
    __import__(name)
micropython.qstr_info()
"""
# From ROM a name is in RAM from when it is first met; the table of them is made of parts that double, and the next one
# takes 9 kB in one piece. Frozen, names are in flash; what is counted then are mostly the names of the modules that
# are asked for here.
NAMES_MOST = 1260 if interpreter.form() == "rom" else 200

# What must be left with everything in use, in all and in one piece (host_tests/e2e/test_long_work.py). The aim is 14 kB
# and 8 kB.
FREE_LEAST = 8192
LARGEST_LEAST = 2048

# Not from the boot on; those of actions only while they answer.
LATER = [
    "chargelet." + name
    for name in """
    actions.change_availability actions.change_configuration actions.clear_cache actions.get_configuration
    actions.remote_start_transaction actions.remote_stop_transaction actions.reset actions.unlock_connector
    actions.data_transfer
    station.reset station.vendor.chargelet station.unlocking
    actions.get_local_list_version actions.send_local_list actions.trigger_message
    station.reservations actions.reserve_now actions.cancel_reservation
    station.charging_profile station.charging_profiles actions.set_charging_profile actions.clear_charging_profile
    actions.get_composite_schedule station.maintenance station.progress actions.get_diagnostics actions.update_firmware
    actions.firmware_status_notification actions.diagnostics_status_notification
    transport.location transport.http transport.ftp transport.files base.package
    station.station_keys station.availability station.reset_causes version
    station.card actions.boot_notification actions.authorize actions.start_transaction actions.stop_transaction
    hardware.chips hardware.warnings hardware.board_keys hardware.board_file hardware.build
""".split()
] + ["commands", "chargelet.update.received", "installer"]
# Of real boards, or of boards that have such a part: not loaded here.
ELSEWHERE = [
    "chargelet." + name
    for name in """
    device installation station.free_vend station.unfetched
    update.slot_installer update.partition_installer station.status_lights
    hardware.analog_sensor hardware.derating hardware.modbus_numbers hardware.mfrc522
    hardware.modbus hardware.modbus_meter hardware.network_link hardware.network_time
    hardware.onewire_sensor hardware.pixel_lights
    hardware.pn532 hardware.residual_current hardware.pulse_meter hardware.rapi hardware.rapi_evse hardware.rapi_meter
    hardware.reader hardware.rgb_light
""".split()
] + ["uwebsockets.handshake", "uwebsockets.opening"]


def modules():
    """(name, bytes) of the RAM that each module keeps."""
    files = rom.station_files("simulator")
    known = {name[:-3].replace("/", ".") for name in files if name.endswith(".py") and "__init__" not in name}
    order = ORDER + sorted(known - set(ORDER + LATER + ELSEWHERE) - {"main"})
    # Never are all of the later ones there at once; all their names together would count the table that holds them.
    half = len(LATER) // 2
    rows = {}
    for names in (order + LATER[:half], order + LATER[half:]):
        code = MEASURE.replace("NAMES", repr(names)).encode()
        command = interpreter.beside(files, {"measure.py": code}, "measure")
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            sys.exit(done.stderr)
        rows.update(zip(["interpreter", *names], [int(line) for line in done.stdout.split()], strict=True))
    return list(rows.items())


def names() -> int:
    """How many names the interpreter's table has when every module has been loaded, which happens in a long life."""
    files = rom.station_files("simulator")
    code = NAMES.replace("MODULES", repr(ORDER + LATER)).encode()
    command = interpreter.beside(files, {"names.py": code}, "names", heap_size="400k")
    done = subprocess.run(command, capture_output=True, text=True)
    return int(re.search(r"n_qstr=(\d+)", done.stdout)[1])


def compiled():
    """{module: bytes of its .mpy}."""
    tree = rom.build(rom.station_files("simulator"), "mpy")
    return {str(path.relative_to(tree))[:-4].replace("/", "."): path.stat().st_size for path in tree.rglob("*.mpy")}


def layer(name: str) -> str:
    parts = name.split(".")
    if parts[0] == "chargelet":
        return f"chargelet/{parts[1]}" if len(parts) > 2 else "chargelet"
    return parts[0] if parts[0] == "uwebsockets" else name if name in ("interpreter", "asyncio") else "simulated board"


def report_modules():
    rows, sizes = modules(), compiled()
    later = set(LATER)
    print(f"{'module':<44}{'RAM':>7}{'.mpy':>8}")
    for name, ram in rows:
        print(f"{name:<44}{ram:>7}{sizes.get(name, 0):>8}{'  when used' if name in later else ''}")
    print()
    sums = {}
    for name, ram in rows:
        key = layer(name) + (", when used" if name in later else "")
        ram_sum, mpy_sum = sums.get(key, (0, 0))
        sums[key] = (ram_sum + ram, mpy_sum + sizes.get(name, 0))
    for key, (ram, mpy) in sums.items():
        print(f"{key:<44}{ram:>7}{mpy:>8}")
    firmware = [sums[key] for key in sums if key.startswith(("chargelet", "uwebsockets"))]
    print(f"{'the firmware, all loaded':<44}{sum(r for r, _ in firmware):>7}{sum(m for _, m in firmware):>8}")
    print(f"{'names, when all has been loaded':<44}{names():>7} of {NAMES_MOST}\n")


async def report_heap() -> dict:
    """The heap of a station with two connectors: booted, both charging with samples every second, everything in use."""
    from conftest import stage

    figures = {}
    async with stage("--connectors", "2", "--config", '{"MeterValueSampleInterval": 1}') as scene:

        async def show(what, key):
            state = await scene.station.do("state")
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


def report_flash() -> dict:
    """What a transaction costs on a real littlefs."""
    tests = rom.test_files()
    code = b"import test_littlefs\ntest_littlefs.test_what_a_transaction_costs()\n"
    others = {**tests, "flash_cost.py": code}
    files = rom.station_files("simulator")
    command = interpreter.beside(files, others, "flash_cost", heap_size="4M", spared=tests)
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    print(f"\nflash (littlefs, blocks of 4096 bytes):\n{said}")
    figures = {}
    for samples, programmed, erases in re.findall(r"with (\d+) samples: .*, (\d+) bytes .*, ([\d.]+) erases", said):
        figures[f"bytes_{samples}_samples"], figures[f"erases_{samples}_samples"] = int(programmed), float(erases)
    return figures


def main():
    if not interpreter.there():
        sys.exit("size: RAM is counted in MicroPython, and there is none here (tools/setup --retry looks for one)")
    print(f"{interpreter.about()}, heap {interpreter.heap()}\n")
    if interpreter.form() == "rom":
        print("Nothing can be frozen here: on a board there is more RAM than what is counted here.\n")
    report_modules()
    figures = {"form": interpreter.form(), "heap": interpreter.heap()}
    figures.update(asyncio.run(report_heap()))
    print()
    figures.update(asyncio.run(report_page()))
    figures.update(report_flash())
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
