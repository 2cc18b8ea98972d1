"""The keys that a board file may have, and what each one takes.

A row of the table: path, kind, need, and what it takes. Needed are those with "!", wherever their section is; "=X" is
a default. Kinds: coil, out, in and adc are pins (a coil must not move before the program runs), then int, text, bool,
one and list. What follows in four more kinds is the name of a file in parts/, which declares further keys:

- meter, reader, lights: one of several words, like `one`; the keys of parts/KIND_WORD.py come into the same section;
- evse, interlock: a section of its own, with the keys of parts/KIND_NAME.py. Interlocks are asked in this order.

A section of the kind `same` has the keys of another one.
"""

from ..base import loading

loading.seldom(__name__)

_KEYS = """
chip one ! esp32,esp32s3,esp32c3,simulator
console bool =true
cpu_mhz int ? 80..240
psram one ? none,quad,octal
profiles list ? Core,FirmwareManagement,LocalAuthListManagement,Reservation,SmartCharging,RemoteTrigger
station.chargePointVendor text ! 20
station.chargePointModel text ! 20
station.chargePointSerialNumber text ? 25
station.meterType text ? 25
station.meterSerialNumber text ? 25
station.firmwareVersion text ? 50
grid.voltage int ! 100..260
grid.phases int ! 1..3
safety.tier one ! T0,T1,T3
safety.bench bool =false
safety.keep_alive coil ?
safety.watchdog_s int =0 0..60
clock.battery bool =false
transaction.resume_after_power_cut bool =false
update.key text ? 768
update.allow_older bool =false
network.kind one ! none,wifi,ethernet
network.phy one ? LAN8720,IP101,RTL8201,DP83848,KSZ8081
network.phy_address int =0 0..31
network.mdc out ?
network.mdio out ?
network.power out ?
network.clock one ? in,out
network.clock_pin out ?
network.entropy one ? radio,none
rs485.uart int ! 0..2
rs485.tx out !
rs485.rx in !
rs485.direction out ?
rs485.baud int =9600 1200..115200
rfid.kind reader ! pn532,mfrc522
set_up.button in ?
set_up.level int =0 0..1
set_up.minutes int =10 1..60
set_up.without_wifi int =30 0..1440
tamper.pin in !
tamper.level int =1 0..1
lights.kind lights ! rgb,pixels
main_meter same ? connector.meter
connector.max_current int ! 6..80
connector.cable one ! socket,fixed
connector.ventilation bool =false
connector.pilot evse ?
connector.rapi evse ?
connector.contactor.coil coil !
connector.contactor.second_coil coil ?
connector.contactor.feedback in ?
connector.contactor.feedback_inverted bool =false
connector.meter.kind meter ! s0,modbus
connector.lock.close coil !
connector.lock.open coil !
connector.lock.feedback in !
connector.lock.feedback_inverted bool =false
connector.proximity interlock ?
connector.temperature interlock ?
connector.residual_current interlock ?
"""

_PINS = ("coil", "out", "in", "adc")
_WORDS, _SECTIONS = ("meter", "reader", "lights"), ("evse", "interlock")
# Keys that had another name once: a board file that still has them gets the new name as its answer.
_RENAMED = {"connector.pilot.%s_least_mv" % state: state + "_min_mv" for state in "abcd"}
_RENAMED["lights.pixels"] = 'pin, with kind = "pixels"'


def part(kind: str, name: str):
    """The module parts/KIND_NAME.py. What it has, contracts/part.py says."""
    return loading.named("chargelet.hardware.parts", kind + "_" + name)


def _base(prefix: str):
    """(name, kind, need, rest) of the rows of _KEYS directly in a section."""
    start = 1
    while True:
        end = _KEYS.find("\n", start)
        if end < 0:
            return
        if _KEYS.startswith(prefix, start):
            row = _row(_KEYS[start:end])
            name = row[0][len(prefix) :]
            if "." not in name:
                yield (name,) + row[1:]
        start = end + 1


def _row(line) -> tuple:
    path, kind, need, rest = (line + "  ").split(" ", 3)
    return path, kind, need, rest.strip()


def _of_part(kind, name) -> list:
    return [_row(line) for line in part(kind, name).KEYS.split("\n") if line]


def _written(prefix: str) -> str:
    """Where the keys of a section stand in _KEYS."""
    return "connector.meter." if prefix == "main_meter." else prefix


def rows(prefix: str, table):
    """(name, kind, need, rest) of the keys in a section; `table` is what a file has in it, None: all there may be."""
    prefix = _written(prefix)
    for row in _base(prefix):
        yield row
        name, kind, _need, rest = row
        if kind in _WORDS:
            for word in rest.split(","):
                if table is None or table.get(name) == word:
                    yield from _of_part(kind, word)
    outer, _, own = prefix[:-1].rpartition(".")
    if own:
        for name, kind, _need, _rest in _base(outer + "." if outer else ""):
            if name == own and kind in _SECTIONS:
                yield from _of_part(kind, own)


def names(prefix: str, table=None) -> list:
    """All keys and sections that there are in a section, which is written like `connector.pilot.`"""
    found = []
    prefix = _written(prefix)
    for line in _KEYS.split("\n"):
        if line.startswith(prefix) and line:
            name = line[len(prefix) :].split(" ")[0].split(".")[0]
            if name not in found:
                found.append(name)
    return found + [row[0] for row in rows(prefix, table) if row[0] not in found]


def sections(kind: str, table) -> list:
    """The sections of a kind, evse or interlock, that a connector has (None: may have), in the order of the table."""
    return [name for name, its, _need, _rest in _base("connector.") if its == kind and (table is None or name in table)]


def check(table, path, prefix, found):
    """Check a section; `path` has the numbers of connectors, `prefix` has not."""
    known = names(prefix, table)
    for name in table:
        if prefix + name in _RENAMED:
            found.append((path + name, "an old name", "its new one: %s" % _RENAMED[prefix + name]))
        elif name not in known:
            found.append((path + name, "an unknown key", ", ".join(known)))
    for name, kind, need, rest in rows(prefix, table):
        if kind in _SECTIONS or kind == "same":
            continue
        known.remove(name)
        if name not in table and need == "!":
            found.append((path + name, "nothing", _allowed(kind, rest)))
        elif name in table and not _fits(kind, rest, table[name]):
            found.append((path + name, "%r" % (table[name],), _allowed(kind, rest)))
    for name in known:  # the sections
        if name in table:
            _check_section(table[name], path, prefix, name, found)


def _check_section(inner, path, prefix, name, found):
    if prefix + name == "connector":
        if not isinstance(inner, list) or not 1 <= len(inner) <= 9:
            found.append((path + name, "%d" % len(inner) if inner == [] else "no list", "1 to 9 [[connector]]"))
            return
        for at, one in enumerate(inner):
            if isinstance(one, dict):
                check(one, "connector[%d]." % at, "connector.", found)
            else:
                inside = ", ".join(names("connector."))
                found.append(("connector[%d]" % at, "%r" % (one,), "a section with %s" % inside))
    elif not isinstance(inner, dict):
        inside = ", ".join(names(prefix + name + "."))
        found.append((path + name, "%r" % (inner,), "a section with %s" % inside))
    else:
        check(inner, path + name + ".", prefix + name + ".", found)


def completed(table: dict, prefix: str = "") -> dict:
    """A copy of a good section in which each key that is left out has its default."""
    whole = {}
    for name, value in table.items():
        if isinstance(value, dict):
            value = completed(value, prefix + name + ".")
        elif prefix + name == "connector":
            value = [completed(one, "connector.") for one in value]
        whole[name] = value
    for name, kind, need, _rest in rows(prefix, table):
        if name not in whole and need[0] == "=":
            whole[name] = need[1:] == "true" if kind == "bool" else int(need[1:])
    return whole


def _fits(kind, rest, value) -> bool:
    if kind == "bool":
        return isinstance(value, bool)
    if kind == "text":
        return isinstance(value, str) and 0 < len(value) <= int(rest)
    if kind == "one" or kind in _WORDS:
        return isinstance(value, str) and value in rest.split(",")
    if kind == "list":
        return isinstance(value, list) and all([isinstance(one, str) and one in rest.split(",") for one in value])
    if isinstance(value, bool) or not isinstance(value, int):
        return False
    if kind == "int":
        least, _, most = rest.partition("..")
        return int(least) <= value <= int(most)
    return value >= 0


def _allowed(kind, rest) -> str:
    if kind == "int":
        return "a whole number from %s to %s" % tuple(rest.split(".."))
    if kind in ("one", "list") or kind in _WORDS:
        return ("a list of " if kind == "list" else "one of ") + rest.replace(",", ", ")
    if kind == "text":
        return "a text of 1 to %s characters" % rest
    return "true or false" if kind == "bool" else "the number of a pin"


def leaves(table, path, prefix):
    """(path, kind, value) of every pin in a section and those below it."""
    for name, kind, _need, _rest in rows(prefix, table):
        if kind in _PINS and name in table:
            yield path + name, kind, table[name]
    for name, inner in table.items():
        if isinstance(inner, dict):
            yield from leaves(inner, path + name + ".", prefix + name + ".")
        elif name == "connector":
            for at, one in enumerate(inner):
                yield from leaves(one, "connector[%d]." % at, "connector.")
