"""Finds every mistake in a board file: each key, each pin, and keys that do not go together.

Loaded at boot, before anything is built, and by tools/check_board.py on the laptop; then forgotten.
"""

from .board_keys import check, leaves
from .chips import chip

_MOST_PULSES = 16  # a second: 30 ms on and 30 ms off
_PLUG_OHM = 4500  # the largest resistance that is a plug (proximity.py)
# Shorter RSA keys are broken; each multiplication with longer ones takes an ESP32 more than 20 ms.
_KEY_BITS = (2048, 3072)
_KEY = "hexadecimal digits of an RSA key of 2048 to 3072 bits, as tools/package.py --show-key prints them"
# What Ethernet takes of an ESP32 besides the pins that can be chosen.
_RMII = (19, 21, 22, 25, 26, 27)


def problems(board) -> list:
    """[(path, what was found, what is allowed)] of all that is wrong in a board file; fills in the defaults."""
    found = []
    if not isinstance(board, dict):
        return [("board", "%r" % (board,), "a table of keys")]
    for name in ("clock", "transaction"):
        board.setdefault(name, {})  # sections in which nothing is needed
    check(board, "", "", found)
    for name in ("station", "grid", "safety", "connector"):
        if name not in board:
            found.append((name, "nothing", "this section is needed"))
    if not found:
        _pins(board, found)
        _sense(board, found)
    return found


def explain(problem) -> str:
    """One problem as one line."""
    return "%s: %s; allowed: %s" % problem


def _pins(board, found):
    """Every pin once, and only for what it can do."""
    facts = chip(board["chip"])
    ram = board.get("psram", "none")
    used = {}
    if board.get("network", {}).get("kind") == "ethernet":
        used.update([(pin, "Ethernet's") for pin in _RMII])
    for path, kind, pin in leaves(board, "", ""):
        if pin in used:
            found.append((path, "pin %d is already %s" % (pin, used[pin]), "a pin of its own"))
            continue
        used[pin] = path
        wrong = None
        if pin not in facts.pins:
            wrong = "the %s has no pin %d" % (facts.name, pin), "%d to %d" % (facts.pins[0], facts.pins[-1])
        elif pin in facts.psram.get(ram, ()):
            wrong = "pin %d belongs to the external RAM (%s)" % (pin, ram), "any pin but %s" % _listed(facts.psram[ram])
        elif pin in facts.flash:
            wrong = "pin %d belongs to the flash chip" % pin, "any pin but %s" % _listed(facts.flash)
        elif pin in facts.console and board["console"]:
            wrong = "pin %d is the console's" % pin, "console = false, and then nothing is said there"
        elif pin in facts.usb:
            wrong = "pin %d is USB" % pin, "any pin but %s" % _listed(facts.usb)
        elif kind in ("coil", "out") and pin in facts.inputs:
            wrong = "pin %d can only read" % pin, "any pin but %s" % _listed(facts.inputs)
        elif kind == "coil" and pin in facts.strapping:
            why = "pin %d decides how the chip boots: it moves before the program runs" % pin
            wrong = why, "any pin but %s" % _listed(facts.strapping)
        elif kind == "adc" and pin not in facts.adc1:
            why = "pin %d is on ADC2, which does not work beside Wi-Fi" if pin in facts.adc2 else "pin %d has no ADC"
            wrong = why % pin, _listed(facts.adc1)
        elif kind == "in" and pin in facts.dips and not _counted(board, path):
            why = "pin %d reads low for 80 ns when an ADC is switched on" % pin
            wrong = why, "any pin but %s; they are good for an ADC and for counter = true" % _listed(facts.dips)
        if wrong:
            found.append((path,) + wrong)


def _counted(board, path) -> bool:
    """Whether this is the pin of a meter that the chip counts: its filter takes short dips away."""
    if path == "main_meter.pin":
        return board["main_meter"]["counter"]
    if not path.endswith("].meter.pin"):
        return False
    return board["connector"][int(path[len("connector[") : path.find("]")])]["meter"]["counter"]


def _listed(pins) -> str:
    return ", ".join([str(pin) for pin in pins])


def _needs(table, path, names_, found, why):
    for name in names_:
        if name not in table:
            found.append((path + name, "nothing", "needed %s" % why))


def _bare(table, path, names_, found, why):
    for name in names_:
        if name in table:
            found.append((path + name, "a value", "none %s" % why))


def _sense(board, found):
    """What keys have to do with each other."""
    facts = chip(board["chip"])
    if facts.mhz and board.setdefault("cpu_mhz", facts.mhz[-1]) not in facts.mhz:
        found.append(("cpu_mhz", "%d" % board["cpu_mhz"], "one of " + _listed(facts.mhz)))
    if board.get("psram", "none") not in facts.psram:
        found.append(("psram", board["psram"], "one of " + ", ".join(sorted(facts.psram))))
    tier = board["safety"]["tier"]
    connectors = board["connector"]
    uarts = {}
    for at, table in enumerate(connectors):
        path = "connector[%d]." % at
        if "rapi" in table:
            if tier != "T3":
                found.append(("safety.tier", tier, "T3 for a controller behind RAPI"))
            others = ("pilot", "contactor", "meter", "lock", "proximity", "residual_current", "temperature")
            _bare(table, path, others, found, "beside rapi: the controller has its own")
            uarts.setdefault(table["rapi"]["uart"], []).append(path + "rapi.uart")
        else:
            if tier == "T3":
                found.append((path + "rapi", "nothing", "needed on tier T3"))
            _connector(board, table, path, facts, found)
        if tier == "T1":
            _needs(table, path, ("residual_current",), found, "on tier T1")
            _needs(table.get("contactor", {}), path + "contactor.", ("feedback",), found, "on tier T1")
    if tier == "T1":
        _needs(board["safety"], "safety.", ("keep_alive",), found, "on tier T1")
        if board["safety"]["watchdog_s"] < 4:
            found.append(("safety.watchdog_s", "%d" % board["safety"]["watchdog_s"], "4 to 60 on tier T1"))
    if board["safety"]["bench"] and tier != "T0":
        found.append(("safety.bench", "true", "false on tier %s" % tier))
    if "main_meter" in board:
        _meter(board, board["main_meter"], "main_meter.", 80, facts, found)
    modbus = [table["meter"] for table in connectors + [{"meter": board.get("main_meter", {})}] if "meter" in table]
    modbus = [meter for meter in modbus if meter.get("kind") == "modbus"]
    if modbus and "rs485" not in board:
        found.append(("rs485", "nothing", "needed for a Modbus meter"))
    _enough(board, connectors, facts, found)
    addresses = [meter.get("address") for meter in modbus]
    if len(set(addresses)) < len(addresses):
        found.append(("connector.meter.address", "an address twice", "one of its own for each meter"))
    if "rs485" in board:
        uarts.setdefault(board["rs485"]["uart"], []).append("rs485.uart")
    for number, users in uarts.items():
        if not 0 < number < facts.uarts:
            found.append((users[0], "%d" % number, "1 to %d: MicroPython keeps 0 for itself" % (facts.uarts - 1)))
        if len(users) > 1:
            found.append((users[1], "UART %d is already %s" % (number, users[0]), "a UART of its own"))
    _kinds(board, found)


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


def _connector(board, table, path, facts, found):
    _needs(table, path, ("pilot", "contactor", "meter"), found, "without rapi")
    if table["cable"] == "fixed":
        _bare(table, path, ("lock", "proximity"), found, "with a fixed cable")
    else:
        _needs(table, path, ("proximity",), found, "for a socket: the plug says what its cable bears")
        if board["safety"]["tier"] != "T0":
            _needs(table, path, ("lock",), found, "for a socket")
    if "pilot" in table:
        pilot = table["pilot"]
        # Both plateaus must be where the ADC is linear; it saturates above.
        zero, swing = pilot["zero_mv"] * 10, pilot["span_mv"] * 12
        if zero + swing > facts.adc_mv * 10 or zero < swing:
            shown = "%d mV at 0 V and %d mV more at 10 V" % (pilot["zero_mv"], pilot["span_mv"])
            found.append((path + "pilot", shown, "-12 V and +12 V between 0 and %d mV at the ADC" % facts.adc_mv))
    plug = table.get("proximity")
    if plug and plug["supply_mv"] * _PLUG_OHM // (_PLUG_OHM + plug["pull_up_ohm"]) > facts.adc_mv:
        least = plug["supply_mv"] * _PLUG_OHM // facts.adc_mv - _PLUG_OHM + 1
        why = "%d: a plug's %d ohm give more than the ADC reads, %d mV" % (plug["pull_up_ohm"], _PLUG_OHM, facts.adc_mv)
        found.append((path + "proximity.pull_up_ohm", why, "%d or more, or a lower supply" % least))
    if "meter" in table:
        _meter(board, table["meter"], path + "meter.", table["max_current"], facts, found)
    heat = table.get("temperature")
    if heat:
        _needs(heat, path + "temperature.", ("adc",) if heat["kind"] == "analog" else ("pin",), found, "for this kind")
        if heat["stop_c"] <= heat["derate_c"]:
            found.append((path + "temperature.stop_c", "%d" % heat["stop_c"], "more than derate_c"))
        hot = heat["zero_mv"] + heat["slope_mv"] * heat["stop_c"]
        if heat["kind"] == "analog" and hot > facts.adc_mv:
            most = "%d mV: the ADC reads no more" % facts.adc_mv
            found.append((path + "temperature.stop_c", "%d mV there" % hot, most))


def _meter(board, meter, path, most_a, facts, found):
    if meter["kind"] == "modbus":
        _needs(meter, path, ("model", "address"), found, "for a Modbus meter")
        _bare(meter, path, ("pin", "imp_per_kwh"), found, "for a Modbus meter")
        return
    _needs(meter, path, ("pin", "imp_per_kwh"), found, "for an S0 meter")
    _bare(meter, path, ("model", "address"), found, "for an S0 meter")
    if meter["counter"] and not facts.counters:
        found.append((path + "counter", "true", "false: the %s has no counter" % facts.name))
    power = most_a * board["grid"]["voltage"] * board["grid"]["phases"]
    most = _MOST_PULSES * 3600000 // power
    if meter.get("imp_per_kwh", 0) > most:
        found.append((path + "imp_per_kwh", "%d: too many pulses a second" % meter["imp_per_kwh"], "1 to %d" % most))


def _key_problem(key) -> "str | None":
    """What is wrong with the modulus of an RSA key: one that is short or even can be taken apart by anybody."""
    for digit in key:
        if digit not in "0123456789abcdefABCDEF":
            return "%r" % key[:20]
    key = key.lstrip("0")
    bits = 4 * len(key) - (0, 3, 2, 2, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0)[int(key[:1] or "0", 16)]
    if not _KEY_BITS[0] <= bits <= _KEY_BITS[1]:
        return "a key of %d bits" % bits
    return "an even number" if key[-1] in "02468aceACE" else None


def _kinds(board, found):
    """Sections whose keys depend on their kind, and a text that is a number."""
    key = board.get("update", {}).get("key")
    if key is not None:
        wrong = _key_problem(key)
        if wrong:
            found.append(("update.key", wrong, _KEY))
    if "network" not in board and board["chip"] != "simulator":
        found.append(("network", "nothing", "this section is needed"))
    network = board.get("network", {"kind": "none"})
    if network["kind"] == "ethernet":
        _needs(network, "network.", ("phy", "mdc", "mdio", "clock", "clock_pin"), found, "for Ethernet")
        if board["chip"] != "esp32":
            found.append(("network.kind", "ethernet", "wifi: this chip has no Ethernet"))
    rfid = board.get("rfid")
    if rfid:
        wanted = ("sda", "scl") if rfid["kind"] == "pn532" else ("sck", "mosi", "miso", "cs")
        _needs(rfid, "rfid.", wanted, found, "for this reader")
    lights = board.get("lights")
    if lights and "pixels" not in lights:
        _needs(lights, "lights.", ("red", "green", "blue"), found, "without pixels")
