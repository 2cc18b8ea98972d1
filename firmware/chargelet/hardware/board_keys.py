"""The keys that a board file may have, and what each one takes.

A row of the table: path, kind, need, and what it takes. Needed are those with "!", wherever their section is; "=X" is
a default. Kinds: coil, out, in and adc are pins (a coil must not move before the program runs), then int, text, bool,
one and list.
"""

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
rs485.uart int ! 0..2
rs485.tx out !
rs485.rx in !
rs485.direction out ?
rs485.baud int =9600 1200..115200
rfid.kind one ! pn532,mfrc522
rfid.sda out ?
rfid.scl out ?
rfid.sck out ?
rfid.mosi out ?
rfid.miso in ?
rfid.cs out ?
rfid.reset out ?
tamper.pin in !
tamper.level int =1 0..1
lights.red out ?
lights.green out ?
lights.blue out ?
lights.inverted bool =false
lights.pixels out ?
lights.count int =1 1..64
main_meter.kind one ! s0,modbus
main_meter.pin in ?
main_meter.imp_per_kwh int ? 1..20000
main_meter.counter bool =false
main_meter.model one ? sdm230,sdm630,b21,b23
main_meter.address int ? 1..247
connector.max_current int ! 6..80
connector.cable one ! socket,fixed
connector.ventilation bool =false
connector.pilot.pwm out !
connector.pilot.adc adc !
connector.pilot.zero_mv int ! 0..3300
connector.pilot.span_mv int ! 100..3300
connector.pilot.disconnect out ?
connector.pilot.a_least_mv int =10500 9500..11500
connector.pilot.b_least_mv int =7500 6500..8500
connector.pilot.c_least_mv int =4500 3500..5500
connector.pilot.d_least_mv int =1500 500..2500
connector.contactor.coil coil !
connector.contactor.second_coil coil ?
connector.contactor.feedback in ?
connector.contactor.feedback_inverted bool =false
connector.meter.kind one ! s0,modbus
connector.meter.pin in ?
connector.meter.imp_per_kwh int ? 1..20000
connector.meter.counter bool =false
connector.meter.model one ? sdm230,sdm630,b21,b23
connector.meter.address int ? 1..247
connector.lock.close coil !
connector.lock.open coil !
connector.lock.feedback in !
connector.lock.feedback_inverted bool =false
connector.proximity.adc adc !
connector.proximity.pull_up_ohm int ! 100..10000
connector.proximity.supply_mv int =3300 2500..5500
connector.residual_current.trip in !
connector.residual_current.trip_level int =1 0..1
connector.residual_current.test out ?
connector.temperature.kind one ! analog,ds18x20
connector.temperature.adc adc ?
connector.temperature.pin out ?
connector.temperature.zero_mv int =500 0..3300
connector.temperature.slope_mv int =10 1..100
connector.temperature.derate_c int =65 20..100
connector.temperature.stop_c int =75 20..110
connector.rapi.uart int ! 0..2
connector.rapi.tx out !
connector.rapi.rx in !
"""

_PINS = "coil out in adc"


def _rows(prefix: str):
    """(name, kind, need, rest) of the keys directly in a section."""
    start = 1
    while True:
        end = _KEYS.find("\n", start)
        if end < 0:
            return
        if _KEYS.startswith(prefix, start):
            path, kind, need, rest = (_KEYS[start:end] + "  ").split(" ", 3)
            if "." not in path[len(prefix) :]:
                yield path[len(prefix) :], kind, need, rest.strip()
        start = end + 1


def names(prefix: str) -> list:
    """All keys and sections that there are in a section, which is written like `connector.pilot.`"""
    found = []
    for line in _KEYS.split("\n"):
        if line.startswith(prefix) and line:
            name = line[len(prefix) :].split(" ")[0].split(".")[0]
            if name not in found:
                found.append(name)
    return found


def check(table, path, prefix, found):
    """Check a section; `path` has the numbers of connectors, `prefix` has not."""
    known = names(prefix)
    for name in table:
        if name not in known:
            found.append((path + name, "an unknown key", ", ".join(known)))
    for name, kind, need, rest in _rows(prefix):
        if name not in table:
            if need == "!":
                found.append((path + name, "nothing", _allowed(kind, rest)))
            elif need[0] == "=":
                table[name] = need[1:] == "true" if kind == "bool" else int(need[1:])
        elif not _fits(kind, rest, table[name]):
            found.append((path + name, "%r" % (table[name],), _allowed(kind, rest)))
    for name in known:
        if name in table and "\n" + prefix + name + "." in _KEYS:
            inner = table[name]
            if prefix + name == "connector":
                if not isinstance(inner, list) or not 1 <= len(inner) <= 9:
                    found.append((path + name, "%d" % len(inner) if inner == [] else "no list", "1 to 9 [[connector]]"))
                    continue
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


def _fits(kind, rest, value) -> bool:
    if kind == "bool":
        return isinstance(value, bool)
    if kind == "text":
        return isinstance(value, str) and 0 < len(value) <= int(rest)
    if kind == "one":
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
    if kind in ("one", "list"):
        return ("one of " if kind == "one" else "a list of ") + rest.replace(",", ", ")
    if kind == "text":
        return "a text of 1 to %s characters" % rest
    return "true or false" if kind == "bool" else "the number of a pin"


def leaves(table, path, prefix):
    """(path, kind, value) of every pin in a section and those below it."""
    for name, kind, _need, _rest in _rows(prefix):
        if kind in _PINS.split() and name in table:
            yield path + name, kind, table[name]
    for name, inner in table.items():
        if isinstance(inner, dict):
            yield from leaves(inner, path + name + ".", prefix + name + ".")
        elif name == "connector":
            for at, one in enumerate(inner):
                yield from leaves(one, "connector[%d]." % at, "connector.")
