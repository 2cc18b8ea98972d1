"""Knows which values there are, and reads them. When they are taken is metering.py's.

A sample is `[measurand, phase or None, text, unit or None]`.
"""

# Those of OCPP 1.6 §7.31 that a station can know without a meter: of its connectors only.
_OWN = ("Current.Offered", "Power.Offered")
_UNITS = {"E": "Wh", "P": "W", "C": "A", "V": "V", "T": "Celcius", "S": "Percent"}
ENERGY = "Energy.Active.Import.Register"

_KEYS = """
MeterValuesSampledData RW measurands %s
MeterValuesSampledDataMaxLength R 0..22 %d
MeterValuesAlignedData RW measurands %s
MeterValuesAlignedDataMaxLength R 0..22 %d
StopTxnSampledData RW measurands
StopTxnSampledDataMaxLength R 0..22 %d
StopTxnAlignedData RW measurands
StopTxnAlignedDataMaxLength R 0..22 %d
"""


def keys(measurands) -> str:
    """The keys of the lists, for connectors whose meters give these measurands.

    What is sent is by default all that there is: central systems that ask for every measurand they know in one list
    are Rejected, as one that is not there must be (OCPP 1.6 §5.3), read back what there is, and take that.
    """
    names = []
    for name in tuple(measurands) + _OWN:
        dot = name.rfind(".")
        if dot > 0 and name[dot + 1] in "LN":
            name = name[:dot]
        if name not in names:
            names.append(name)
    everything, most = ",".join(names), len(measurands) + len(_OWN)
    return _KEYS % (everything, most, everything, most, most, most)


def kinds(measurands) -> dict:
    """The kinds of these keys, for connectors whose meters give these measurands (`Voltage.L1` forms included)."""
    known = tuple(measurands) + _OWN

    def listed(text: str) -> str:
        names = [name.strip() for name in text.split(",")] if text.strip() else []
        for name in names:
            if name not in known and not _forms(known, name):
                raise ValueError("%s is not one of %s" % (name[:40], ", ".join(known)))
        if len(names) > len(known):
            raise ValueError("at most %d measurands are allowed" % len(known))
        if len(set(names)) < len(names):
            raise ValueError("a measurand is named twice")
        return ",".join(names)

    return {"measurands": listed}


def _forms(known, name: str) -> list:
    """The forms of a measurand for each phase that the meter has: Voltage.L1, Voltage.L2 …"""
    return [form for form in known if form.startswith(name + ".") and form[len(name) + 1] in "LN"]


def count(meter, names: str) -> int:
    """How many values a comma-separated list of measurands is at most."""
    return sum([len(_forms(meter.measurands, name)) or 1 for name in names.split(",")]) if names else 0


def sample(station, meter, evse, names: str, wh: "int | None" = None) -> list:
    """The values now of a comma-separated list of measurands; `evse` is None for the station's own meter, `wh` another
    register than the meter's."""
    found = []
    for name in names.split(",") if names else ():
        for form in _forms(meter.measurands, name) or (name,):
            measurand, phase = form, None
            dot = form.rfind(".")
            if dot > 0 and form[dot + 1] in "LN":
                measurand, phase = form[:dot], form[dot + 1 :]
            text = str(wh) if form == ENERGY and wh is not None else _read(station, meter, evse, form)
            if text is not None:
                found.append([measurand, phase, text, _unit(measurand)])
    return found


def _read(station, meter, evse, name) -> "str | None":
    if name == ENERGY:
        return str(meter.energy_wh())
    if name == "Power.Active.Import":
        return str(meter.power_w())
    if name == "Current.Import" and name in meter.measurands:
        return _tenths(meter.current_ma())
    if evse and name == "Current.Offered":
        return _tenths(evse.offered_ma)
    if evse and name == "Power.Offered":
        return str(evse.offered_ma * station.volts * station.phases // 1000)
    return meter.read(name) if name in meter.measurands else None


def _unit(measurand):
    if measurand in ("Power.Factor", "Frequency", "RPM"):
        return None  # Hertz is no unit of 1.6 (errata 3.86)
    unit = _UNITS[measurand[0]]
    if ".Reactive" in measurand:
        unit = "var" + unit[1:]
    return unit


def _tenths(milliamperes: int) -> str:
    return "%d.%d" % (milliamperes // 1000, milliamperes % 1000 // 100)
