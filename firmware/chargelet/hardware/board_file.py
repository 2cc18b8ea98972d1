"""Finds every mistake in a board file: each key, each pin, and keys that do not go together.

Loaded at boot, before anything is built, and by tools/check_board.py on the laptop; then forgotten.
"""

from ..base import loading
from . import board_keys
from .chips import chip

loading.seldom(__name__)

# Shorter RSA keys are broken; each multiplication with longer ones takes an ESP32 more than 20 ms.
_KEY_BITS = (2048, 3072)
_KEY = "hexadecimal digits of an RSA key of 2048 to 3072 bits, as tools/package.py --show-key prints them"
# What Ethernet takes of an ESP32 besides the pins that can be chosen.
_RMII = (19, 21, 22, 25, 26, 27)


def problems(board) -> list:
    """[(path, what was found, what is allowed)] of all that is wrong in a board file."""
    found = []
    if not isinstance(board, dict):
        return [("board", "%r" % (board,), "a table of keys")]
    board_keys.check(board, "", "", found)
    for name in ("station", "grid", "safety", "connector"):
        if name not in board:
            found.append((name, "nothing", "this section is needed"))
    if not found:
        board = completed(board)
        _pins(board, found)
        _sense(board, found)
    return found


def completed(board: dict) -> dict:
    """A copy of a board file without mistakes, in which each key that is left out has its default."""
    whole = board_keys.completed(board)
    kind = board.get("network", {}).get("kind")
    radio = ("set_up",) if kind in ("wifi", "ethernet") else ()
    for name in ("clock", "transaction") + radio:  # sections in which nothing is needed
        if name not in whole:
            whole[name] = board_keys.completed({}, name + ".")
    if kind == "ethernet" and "without_wifi" not in board.get("set_up", {}):
        del whole["set_up"]["without_wifi"]  # no Wi-Fi is searched for
    rates = chip(whole["chip"]).mhz
    if rates and "cpu_mhz" not in whole:
        whole["cpu_mhz"] = rates[-1]
    return whole


def explain(problem) -> str:
    """One problem as one line."""
    return "%s: %s; allowed: %s" % problem


def _pins(board, found):
    """Every pin once, and only for what it can do."""
    facts = chip(board["chip"])
    used = {}
    if board.get("network", {}).get("kind") == "ethernet":
        used.update([(pin, "Ethernet's") for pin in _RMII])
    for path, kind, pin in board_keys.leaves(board, "", ""):
        if pin in used:
            found.append((path, "pin %d is already %s" % (pin, used[pin]), "a pin of its own"))
            continue
        used[pin] = path
        wrong = _taken(board, facts, pin) or _unable(board, facts, path, kind, pin)
        if wrong:
            found.append((path,) + wrong)


def _taken(board, facts, pin) -> "tuple | None":
    """Why nothing at all may hang on a pin: (what was found, what is allowed)."""
    ram = board.get("psram", "none")
    if pin not in facts.pins:
        return "the %s has no pin %d" % (facts.name, pin), "%d to %d" % (facts.pins[0], facts.pins[-1])
    if pin in facts.psram.get(ram, ()):
        return "pin %d belongs to the external RAM (%s)" % (pin, ram), "any pin but %s" % _listed(facts.psram[ram])
    if pin in facts.flash:
        return "pin %d belongs to the flash chip" % pin, "any pin but %s" % _listed(facts.flash)
    if pin in facts.console and board["console"]:
        return "pin %d is the console's" % pin, "console = false, and then nothing is said there"
    if pin in facts.usb:
        return "pin %d is USB" % pin, "any pin but %s" % _listed(facts.usb)
    return None


def _unable(board, facts, path, kind, pin) -> "tuple | None":
    """Why a pin is no good for what hangs on it."""
    if kind in ("coil", "out") and pin in facts.inputs:
        return "pin %d can only read" % pin, "any pin but %s" % _listed(facts.inputs)
    if kind == "coil" and pin in facts.strapping:
        why = "pin %d decides how the chip boots: it moves before the program runs" % pin
        return why, "any pin but %s" % _listed(facts.strapping)
    if kind == "adc" and pin not in facts.adc1:
        why = "pin %d is on ADC2, which does not work beside Wi-Fi" if pin in facts.adc2 else "pin %d has no ADC"
        return why % pin, _listed(facts.adc1)
    if kind == "in" and pin in facts.dips and not _counted(board, path):
        why = "pin %d reads low for 80 ns when an ADC is switched on" % pin
        return why, "any pin but %s; they are good for an ADC and for counter = true" % _listed(facts.dips)
    return None


def _counted(board, path) -> bool:
    """Whether this is the pin of a meter that the chip counts: its filter takes short dips away."""
    if path == "main_meter.pin":
        return board["main_meter"].get("counter")
    if not path.endswith("].meter.pin"):
        return False
    return board["connector"][int(path[len("connector[") : path.find("]")])]["meter"].get("counter")


def _listed(pins) -> str:
    return ", ".join([str(pin) for pin in pins])


def _needs(table, path, names_, found, why):
    for name in names_:
        if name not in table:
            found.append((path + name, "nothing", "needed %s" % why))


def _sense(board, found):
    """What keys have to do with each other."""
    facts = chip(board["chip"])
    if facts.mhz and board["cpu_mhz"] not in facts.mhz:
        found.append(("cpu_mhz", "%d" % board["cpu_mhz"], "one of " + _listed(facts.mhz)))
    if board.get("psram", "none") not in facts.psram:
        found.append(("psram", board["psram"], "one of " + ", ".join(sorted(facts.psram))))
    for at, table in enumerate(board["connector"]):
        _connector(board, table, "connector[%d]." % at, found)
    _safety(board, found)
    if "main_meter" in board:
        _part("meter", board["main_meter"], board, "main_meter.", 80, found)
    for kind, name in (("reader", "rfid"), ("lights", "lights")):
        if name in board:
            _part(kind, board[name], board, name + ".", 0, found)
    _enough(board, board["connector"], facts, found)
    _shared(board, facts, found)
    _update(board, found)
    _network(board, found)


def _safety(board, found):
    """What the safety tier asks for (boards/SAFETY.md)."""
    safety = board["safety"]
    tier = safety["tier"]
    if safety["bench"] and tier != "T0":
        found.append(("safety.bench", "true", "false on tier %s" % tier))
    if tier != "T1":
        return
    for at, table in enumerate(board["connector"]):
        path = "connector[%d]." % at
        _needs(table, path, ("residual_current",), found, "on tier T1")
        _needs(table.get("contactor", {}), path + "contactor.", ("feedback",), found, "on tier T1")
    _needs(safety, "safety.", ("keep_alive",), found, "on tier T1")
    if safety["watchdog_s"] < 4:
        found.append(("safety.watchdog_s", "%d" % safety["watchdog_s"], "4 to 60 on tier T1"))


def _shared(board, facts, found):
    """What hangs on one wire: meters have addresses there, and each UART has one user."""
    tables = board["connector"]
    meters = [table["meter"] for table in tables + [{"meter": board.get("main_meter", {})}] if "meter" in table]
    addresses = [meter["address"] for meter in meters if "address" in meter]
    if len(set(addresses)) < len(addresses):
        found.append(("connector.meter.address", "an address twice", "one of its own for each meter"))
    uarts = {}
    for at, table in enumerate(tables):
        if "rapi" in table:
            uarts.setdefault(table["rapi"]["uart"], []).append("connector[%d].rapi.uart" % at)
    if "rs485" in board:
        uarts.setdefault(board["rs485"]["uart"], []).append("rs485.uart")
    for number, users in uarts.items():
        if not 0 < number < facts.uarts:
            found.append((users[0], "%d" % number, "1 to %d: MicroPython keeps 0 for itself" % (facts.uarts - 1)))
        if len(users) > 1:
            first, second = users[:2]
            found.append((second, "UART %d is already %s" % (number, first), "a UART of its own"))


def _enough(board, connectors, facts, found):
    """What the chip has a number of."""
    meters = [table.get("meter", {}) for table in connectors] + [board.get("main_meter", {})]
    counters = len([meter for meter in meters if meter.get("counter")])
    if facts.counters and counters > facts.counters:
        allowed = "%d of them: the others count by interrupt, with counter = false" % facts.counters
        found.append(("connector.meter.counter", "%d pulse counters" % counters, allowed))
    pulses = len([table for table in connectors if "pilot" in table])
    if "red" in board.get("lights", {}):
        pulses += 3
    if pulses > facts.pwms:
        found.append(("connector", "%d PWM channels for pilots and lights" % pulses, "%d of them" % facts.pwms))


def _part(kind, table, board, path, max_a, found):
    """The mistakes that a part's own file finds (contracts/part.py)."""
    found.extend(board_keys.part(kind, table["kind"]).problems(board, table, path, max_a))


def _connector(board, table, path, found):
    evses = board_keys.sections("evse", table)
    if len(evses) != 1:
        names = board_keys.sections("evse", None)
        found.append((path + names[0], " and ".join(evses) or "nothing", "one of the sections " + ", ".join(names)))
        return
    max_a = table["max_current"]
    found.extend(board_keys.part("evse", evses[0]).problems(board, table, path, max_a))
    if "meter" in table:
        _part("meter", table["meter"], board, path + "meter.", max_a, found)
    for name in board_keys.sections("interlock", table):
        found.extend(board_keys.part("interlock", name).problems(board, table[name], path + name + ".", max_a))


def _key_problem(key) -> "str | None":
    """What is wrong with the modulus of an RSA key: one that is short or even can be taken apart by anybody."""
    for digit in key:
        if digit not in "0123456789abcdefABCDEF":
            return "%r" % key[:20]
    key = key.lstrip("0")
    bits = 4 * len(key) - (0, 3, 2, 2, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0)[int(key[:1] or "0", 16)]
    fewest, most = _KEY_BITS
    if not fewest <= bits <= most:
        return "a key of %d bits" % bits
    return "an even number" if key[-1] in "02468aceACE" else None


def _update(board, found):
    key = board.get("update", {}).get("key")
    wrong = _key_problem(key) if key is not None else None
    if wrong:
        found.append(("update.key", wrong, _KEY))


def _network(board, found):
    if "network" not in board and board["chip"] != "simulator":
        found.append(("network", "nothing", "this section is needed"))
    network = board.get("network", {"kind": "none"})
    if "set_up" in board and network["kind"] == "none":
        found.append(("set_up", "a section", "none: a board without a network is not set up at an access point"))
    if network["kind"] == "ethernet":
        if "without_wifi" in board["set_up"]:
            found.append(("set_up.without_wifi", "a time", "nothing: a board with Ethernet searches for no Wi-Fi"))
        _needs(network, "network.", ("phy", "mdc", "mdio", "clock", "clock_pin", "entropy"), found, "for Ethernet")
        if board["chip"] != "esp32":
            found.append(("network.kind", "ethernet", "wifi: this chip has no Ethernet"))
