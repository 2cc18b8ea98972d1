"""The words that a person may type in `make sim`, and what each of them does."""

import asyncio
import json
import os
import threading
from datetime import UTC, datetime, timedelta

import sim_security
from rich.markup import escape

from csms import CallFailed

HELP = """\
[bold]At the station[/]      plug [1]   unplug [1]   swipe TAG [1]   draw 1 AMPS   pause [1]   resume [1]
                    fault 1 CODE   clear 1   jam [1] / unjam [1] (the cable lock)
[bold]What breaks[/]         weld [1] (the contactor)   diode [1] (it is missing)   short [1]
                    sleep [1], and each of these with an un- before it; faults that stay end with cut, back
[bold]The world[/]           offline   online   cut (the power goes)   back (it returns)   stall MS
[bold]Central system[/]      start TAG [1]   stop TRANSACTION   unlock [1]   reset \\[hard]
                    available [1] / unavailable [1]   get [KEY]   set KEY VALUE   trigger MESSAGE [1]
[bold]Who may charge[/]      reserve TAG [1] (for 15 minutes)   cancel [1]   list TAG... (is the local list then)
[bold]How much[/]            limit AMPS [1] (without a connector: of the whole station)   limit off   schedule [1]
[bold]Its insides[/]         diagnostics   update \\[VERSION] (new firmware, once nobody charges)
[bold]Here[/]                state   log (the station's own words)   help   quit
                    wait SECONDS   until TEXT (of a message; when the lines come from a file)""" + sim_security.HELP

# word of the prompt → command of the control port, for a connector
_AT_CONNECTOR = {"plug": "plug_in", "unplug": "plug_out", "pause": "suspend_ev", "resume": "resume_ev"}
# More than anything takes, on a machine with other work too.
_UNTIL_S = 120
_SWITCHES = {"jam": "lock_fail", "weld": "weld", "diode": "no_diode", "short": "short", "sleep": "asleep"}


def number(words, at, default=1):
    """A whole number among the words, or the default."""
    if len(words) <= at:
        return default
    if not words[at].lstrip("-").isdigit():
        raise ValueError(f"{words[at]} is not a number")
    return int(words[at])


def word(words, at, what):
    if len(words) <= at:
        raise ValueError(f"{what} is missing; type help")
    return words[at]


def _later(**time):
    return (datetime.now(UTC) + timedelta(**time)).strftime("%Y-%m-%dT%H:%M:%SZ")


async def _at_the_station(sim, command, words) -> bool:
    """Whether it was a word for what people and vehicles do, and what breaks."""
    if command in _AT_CONNECTOR:
        await sim.do(_AT_CONNECTOR[command], connector=number(words, 1))
    elif command == "swipe":
        where = {"connector": number(words, 2)} if len(words) > 2 else {}
        await sim.do("swipe", tag=word(words, 1, "the card's number"), **where)
    elif command == "draw":
        await sim.do("draw", connector=number(words, 1), amps=number(words, 2, None))
    elif command == "fault":
        await sim.do("fault", connector=number(words, 1), code=word(words, 2, "a ChargePointErrorCode"))
    elif command == "clear":
        await sim.do("clear_fault", connector=number(words, 1), code="OtherError")
    elif command.removeprefix("un") in _SWITCHES:
        switch = _SWITCHES[command.removeprefix("un")]
        await sim.do(switch, connector=number(words, 1), on=not command.startswith("un"))
    elif command in ("tamper", "untamper"):
        await sim.do("tamper", on=command == "tamper")
    elif command in ("offline", "online"):
        await sim.do(command)
    elif command == "stall":
        await sim.do("stall", ms=number(words, 1, None))
    elif command == "cut":
        sim.power_off()
        sim.console.print("[red]The power is gone. What the station knows is what lies on its flash.[/]")
    elif command == "back":
        sim.power_on()
    else:
        return False
    return True


async def _core(csms, console, command, words) -> bool:
    """Whether it was a word for a call of the core profile or a trigger."""
    if command == "start":
        await csms.call("RemoteStartTransaction", {"idTag": word(words, 1, "a tag"), "connectorId": number(words, 2)})
    elif command == "stop":
        await csms.call("RemoteStopTransaction", {"transactionId": number(words, 1, 0)})
    elif command == "get":
        answer = await csms.call("GetConfiguration", {"key": words[1:]})
        for row in answer.get("configurationKey", []):
            console.print(f"  {row['key']} = {escape(row.get('value', ''))}{' (read-only)' * row['readonly']}")
        for name in answer.get("unknownKey", []):
            console.print(f"  {escape(name)}: no such key, or one that cannot be read")
    elif command == "set":
        value = " ".join(words[2:])
        await csms.call("ChangeConfiguration", {"key": word(words, 1, "a key"), "value": value})
    elif command == "unlock":
        await csms.call("UnlockConnector", {"connectorId": number(words, 1)})
    elif command in ("available", "unavailable"):
        kind = "Operative" if command == "available" else "Inoperative"
        await csms.call("ChangeAvailability", {"connectorId": number(words, 1), "type": kind})
    elif command == "reset":
        await csms.call("Reset", {"type": "Hard" if words[1:] == ["hard"] else "Soft"})
    elif command == "trigger":
        request = {"requestedMessage": word(words, 1, "a message, like Heartbeat,")}
        if len(words) > 2:
            request["connectorId"] = number(words, 2)
        await csms.call("TriggerMessage", request)
    else:
        return False
    return True


def _profile(amperes, connector):
    """A limit that holds from now on: of a connector for whoever charges there, of 0 for all together."""
    schedule = {"chargingRateUnit": "A", "chargingSchedulePeriod": [{"startPeriod": 0, "limit": amperes}]}
    return {
        "chargingProfileId": connector + 1, "stackLevel": 0, "chargingProfileKind": "Relative",
        "chargingProfilePurpose": "TxDefaultProfile" if connector else "ChargePointMaxProfile",
        "chargingSchedule": schedule,
    }  # fmt: skip


async def _profiles(sim, command, words) -> bool:
    """Whether it was a word for a call of the other profiles."""
    csms = sim.csms
    if command == "reserve":
        request = {"connectorId": number(words, 2), "reservationId": number(words, 2), "idTag": word(words, 1, "a tag")}
        await csms.call("ReserveNow", {**request, "expiryDate": _later(minutes=15)})
    elif command == "cancel":
        await csms.call("CancelReservation", {"reservationId": number(words, 1)})
    elif command == "list":
        sim.list_version += 1
        entries = [{"idTag": tag, "idTagInfo": {"status": "Accepted"}} for tag in words[1:]]
        request = {"listVersion": sim.list_version, "updateType": "Full", "localAuthorizationList": entries}
        await csms.call("SendLocalList", request)
    elif command == "limit" and words[1:] == ["off"]:
        await csms.call("ClearChargingProfile", {})
    elif command == "limit":
        connector = number(words, 2, 0)
        profile = _profile(number(["", word(words, 1, "a number of amperes")], 1), connector)
        await csms.call("SetChargingProfile", {"connectorId": connector, "csChargingProfiles": profile})
    elif command == "schedule":
        answer = await csms.call("GetCompositeSchedule", {"connectorId": number(words, 1), "duration": 3600})
        sim.console.print_json(json.dumps(answer))
    elif command == "diagnostics":
        await csms.call("GetDiagnostics", {"location": sim.files().url + "/"})
    elif command == "update":
        location = await sim.new_firmware(words[1] if len(words) > 1 else "9.9.9")
        await csms.call("UpdateFirmware", {"location": location, "retrieveDate": _later()})
    else:
        return False
    return True


async def obey(sim, line):
    """Carry out one line of the prompt. Raises ValueError with what is wrong, EOFError for the end."""
    words = line.split()
    command = words[0]
    if command in ("quit", "exit", "q"):
        raise EOFError
    if command == "until":
        word(words, 1, "the text that is waited for")
        await sim.said(" ".join(words[1:]), _UNTIL_S)
        return
    if command != "wait":
        sim.trace.fresh.clear()
    if command == "state":
        sim.console.print_json(json.dumps(await sim.do("state"), sort_keys=True))
    elif command == "log":
        sim.console.print(escape(sim.last_words()))
    elif command == "help":
        sim.console.print(HELP, highlight=False)
    elif command == "wait":
        await asyncio.sleep(number(words, 1))
    elif not (
        await _at_the_station(sim, command, words)
        or await _core(sim.csms, sim.console, command, words)
        or await _profiles(sim, command, words)
        or await sim_security.obey(sim, command, words)
    ):
        raise ValueError(f"{command} is not known here; type help")


def _read(put):
    """Give the lines of standard input to a function, and None at its end; terminal, pipe or file."""
    rest = b""
    while True:
        # Not sys.stdin: nobody may hold its lock when the program ends.
        data = os.read(0, 4096)
        *whole, rest = (rest + data).split(b"\n")
        for line in whole if data else [rest]:
            put(line.decode(errors="replace"))
        if not data:
            put(None)
            return


async def prompt(sim):
    """Take lines until the end."""
    sim.console.print("\n[bold]Now it is yours.[/] Type [bold]help[/] for what can be done, [bold]quit[/] to end.\n")
    loop = asyncio.get_running_loop()
    lines = asyncio.Queue()
    put = lambda line: loop.call_soon_threadsafe(lines.put_nowait, line)  # noqa: E731
    threading.Thread(target=_read, args=(put,), daemon=True).start()
    while (line := await lines.get()) is not None:
        if line.strip():
            try:
                await obey(sim, line.strip())
            except EOFError:
                return
            except (ValueError, CallFailed, TimeoutError) as error:
                sim.console.print(f"[yellow]{escape(str(error))}[/]")
