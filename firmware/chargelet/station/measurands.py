"""Which measurands there are, and how they are read. metering.py says when.

A sample is `[measurand, phase or None, text, unit or None]`.
"""

from ..base import loading

loading.seldom(__name__)

# Those of OCPP 1.6 §7.31 that a station can know without a meter: of its connectors only.
_OWN = ("Current.Offered", "Power.Offered")
_UNITS = {"E": "Wh", "P": "W", "C": "A", "V": "V", "T": "Celcius", "S": "Percent"}
ENERGY = "Energy.Active.Import.Register"

# What differs from meter to meter, of() says.
KEYS = """
MeterValuesSampledData RW measurands
MeterValuesSampledDataMaxLength R 0..22 2
MeterValuesAlignedData RW measurands
MeterValuesAlignedDataMaxLength R 0..22 2
StopTxnSampledData RW measurands
StopTxnSampledDataMaxLength R 0..22 2
StopTxnAlignedData RW measurands
StopTxnAlignedDataMaxLength R 0..22 2
"""
_SENT = ("MeterValuesSampledData", "MeterValuesAlignedData")
_MAX = (
    "MeterValuesSampledDataMaxLength", "MeterValuesAlignedDataMaxLength", "StopTxnSampledDataMaxLength",
    "StopTxnAlignedDataMaxLength",
)  # fmt: skip


def of(measurands) -> list:
    """The values (key, value) of KEYS, for connectors whose meters give these measurands.

    What is sent is by default all that there is: central systems that ask for every measurand they know in one list
    are Rejected, as one that is not there must be (OCPP 1.6 §5.3), read back what there is, and take that.
    """
    names = []
    for form in tuple(measurands) + _OWN:
        name, _phase = _parts(form)
        if name not in names:
            names.append(name)
    everything, most = ",".join(names), len(measurands) + len(_OWN)
    return [(key, everything) for key in _SENT] + [(key, most) for key in _MAX]


def listed(measurands, text: str) -> str:
    """A list as ChangeConfiguration sets it, for connectors whose meters give these measurands (`Voltage.L1` forms
    included). Raises ValueError with what is allowed."""
    known = tuple(measurands) + _OWN
    phased = _phased(measurands)
    names = [name.strip() for name in text.split(",")] if text.strip() else []
    for name in names:
        if name not in known and not _forms(phased, name):
            raise ValueError("%s is not one of %s" % (name[:40], ", ".join(known)))
    if len(names) > len(known):
        raise ValueError("at most %d measurands are allowed" % len(known))
    if len(set(names)) < len(names):
        raise ValueError("a measurand is named twice")
    return ",".join(names)


def _parts(form: str) -> tuple:
    """(measurand, phase or None) of a form such as Voltage.L1 or Current.Import.N."""
    dot = form.rfind(".")
    return (form[:dot], form[dot + 1 :]) if dot > 0 and form[dot + 1] in "LN" else (form, None)


def _phased(measurands) -> list:
    """Those of a phase: Voltage.L1, Current.Import.N."""
    return [form for form in measurands if _parts(form) != (form, None)]


def _forms(phased, name: str) -> list:
    """The forms of a measurand for each phase that the meter has: Voltage.L1, Voltage.L2 …"""
    return [form for form in phased if form.startswith(name) and form.rfind(".") == len(name)]


def count(meter, names: str) -> int:
    """How many values a comma-separated list of measurands gives at most."""
    phased = _phased(meter.measurands)
    return sum([len(_forms(phased, name)) or 1 for name in names.split(",")]) if names else 0


def sample(station, meter, evse, names: str, wh: "int | None" = None) -> list:
    """The values now of a comma-separated list of measurands; `evse` is None for the station's own meter, `wh` another
    register than the meter's."""
    found = []
    phased = _phased(meter.measurands)
    for name in names.split(",") if names else ():
        for form in _forms(phased, name) or (name,):
            measurand, phase = _parts(form)
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


# The measurands of OCPP 1.6 §7.31; each is kept as the letter of its place.
_ALL = (
    "Energy.Active.Import.Register", "Power.Active.Import", "Current.Import", "Voltage",
    "Current.Offered", "Power.Offered",
    "Energy.Active.Export.Register", "Energy.Reactive.Import.Register", "Energy.Reactive.Export.Register",
    "Energy.Active.Import.Interval", "Energy.Active.Export.Interval", "Energy.Reactive.Import.Interval",
    "Energy.Reactive.Export.Interval", "Power.Active.Export", "Power.Reactive.Import", "Power.Reactive.Export",
    "Power.Factor", "Current.Export", "Frequency", "Temperature", "SoC", "RPM",
)  # fmt: skip


_PHASES = ("L1", "L2", "L3")


def pack(samples) -> str:
    """Samples as flash keeps them: `a=1234567;d1=230.1`. A record above 128 bytes costs ten times as much."""
    pieces = []
    for measurand, phase, text, _unit in samples:
        letter = chr(97 + _ALL.index(measurand)) if measurand in _ALL else measurand + " "
        pieces.append("%s%s=%s" % (letter, phase[1] if phase in _PHASES else phase or "", text))
    return ";".join(pieces)


def unpack(kept: "str | None") -> list:
    """The samples of what pack() has made; none of None."""
    samples = []
    for piece in kept.split(";") if kept else ():
        head, _, text = piece.partition("=")
        measurand, _, phase = head.partition(" ")
        if measurand == head:
            measurand, phase = _ALL[ord(head[0]) - 97], head[1:]
        phase = "L" + phase if phase.isdigit() else phase or None
        samples.append([measurand, phase, text, _unit(measurand)])
    return samples
