"""Knows when meter values are taken and of what. Knows no payloads.

A sample is `[measurand, phase or None, text, unit or None]`.
"""

# Those of OCPP 1.6 §7.31 that a station can know without a meter.
_OWN = ("Current.Offered", "Power.Offered")
_UNITS = {"E": "Wh", "P": "W", "C": "A", "V": "V", "T": "Celcius", "S": "Percent"}
_ENERGY = "Energy.Active.Import.Register"
_LIST_MOST = 8
_DAY = 86400
# A clock that is set forward lands between two moments of the day: what was missed is not made up for.
_LATE_MOST = 10

# What a StopTransaction carries, and how many single values: all of it is in RAM once, when it is sent.
_STOP_MOST = 24
_STOP_VALUES_MOST = 56


KEYS = """
MeterValueSampleInterval RW 0..86400 60
MeterValuesSampledData RW measurands Energy.Active.Import.Register
MeterValuesSampledDataMaxLength R 0..22 8
ClockAlignedDataInterval RW 0..86400 0
MeterValuesAlignedData RW measurands Energy.Active.Import.Register
MeterValuesAlignedDataMaxLength R 0..22 8
StopTxnSampledData RW measurands
StopTxnSampledDataMaxLength R 0..22 8
StopTxnAlignedData RW measurands
StopTxnAlignedDataMaxLength R 0..22 8
StopTransactionMaxMeterValues R 0..100 24
"""


def kinds(measurands) -> dict:
    """The kinds of these keys, for connectors whose meters give these measurands (`Voltage.L1` forms included)."""
    known = tuple(measurands) + _OWN

    def listed(text: str) -> str:
        names = [name.strip() for name in text.split(",")] if text.strip() else []
        for name in names:
            if name not in known and not _forms(known, name):
                raise ValueError("%s is not one of %s" % (name[:40], ", ".join(known)))
        if len(names) > _LIST_MOST:
            raise ValueError("at most %d measurands are allowed" % _LIST_MOST)
        if len(set(names)) < len(names):
            raise ValueError("a measurand is named twice")
        return ",".join(names)

    return {"measurands": listed}


def _forms(known, name: str) -> list:
    """The forms of a measurand for each phase that the meter has: Voltage.L1, Voltage.L2 …"""
    return [form for form in known if form.startswith(name + ".") and form[len(name) + 1] in "LN"]


def sample(station, meter, evse, names: str) -> list:
    """The values now of a comma-separated list of measurands; `evse` is None for the station's own meter."""
    found = []
    for name in names.split(",") if names else ():
        for form in _forms(meter.measurands, name) or (name,):
            measurand, phase = form, None
            dot = form.rfind(".")
            if dot > 0 and form[dot + 1] in "LN":
                measurand, phase = form[:dot], form[dot + 1 :]
            text = _read(station, meter, evse, form)
            if text is not None:
                found.append([measurand, phase, text, _unit(measurand)])
    return found


def _read(station, meter, evse, name) -> "str | None":
    if name == _ENERGY:
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


def _of(station, connector, names: str) -> list:
    return sample(station, connector.evse.meter, connector.evse, names)


def edge(station, connector) -> "list | None":
    """The values of a transaction's begin or end for its StopTransaction; None when it is to carry none
    (errata 3.14)."""
    names = station.config["StopTxnSampledData"]
    for name in station.config["StopTxnAlignedData"].split(","):
        if name and name not in names.split(","):
            names = names + "," + name if names else name
    return _of(station, connector, names) if names else None


def last_register(station, wh: int) -> "list | None":
    """edge() of a transaction that a power cut has ended: of its end only the register is known."""
    names = station.config["StopTxnSampledData"] + "," + station.config["StopTxnAlignedData"]
    if names == ",":
        return None
    return [[_ENERGY, None, str(wh), "Wh"]] if _ENERGY in names.split(",") else []


def step(station, connector):
    """Take the periodic sample when it is due: at whole intervals from the start (OCPP 1.6 §3.16.1)."""
    transaction = connector.transaction
    interval = station.config["MeterValueSampleInterval"] * 1000
    if transaction is None or not interval:
        return
    _interruption(station, connector, transaction)
    intervals = (station.clock.uptime() - transaction.started) // interval
    if transaction.interval != interval:
        # A new interval counts from the start as well; what has passed of it is not made up for.
        transaction.interval = interval
        transaction.samples = intervals
    if intervals > transaction.samples:
        transaction.samples = intervals
        stamp = station.clock.stamp()
        tell(station, connector, stamp, "Sample.Periodic", station.config["MeterValuesSampledData"])
        _keep(station, connector, stamp, "Sample.Periodic", station.config["StopTxnSampledData"])


def due(station, connector, latest: int) -> int:
    """The uptime in ms at which step() has something to do, `latest` at the latest."""
    transaction = connector.transaction
    interval = station.config["MeterValueSampleInterval"] * 1000
    if transaction is None or not interval or transaction.interval != interval:
        return latest
    return min(latest, transaction.started + (transaction.samples + 1) * interval)


def _interruption(station, connector, transaction):
    """A fault that interrupts charging, and its end, have values of their own (OCPP 1.6 §7.35)."""
    interrupted = bool(connector.evse.fault)
    if interrupted != transaction.interrupted and transaction.charged:
        transaction.interrupted = interrupted
        context = "Interruption.Begin" if interrupted else "Interruption.End"
        tell(station, connector, station.clock.stamp(), context, station.config["MeterValuesSampledData"])


def tell(station, connector, stamp: int, context: str, names: str) -> bool:
    """Take values now and put them in line for the central system; whether there are any."""
    samples = _of(station, connector, names)
    if samples:
        # What has been told must not be more than what a power cut leaves of the register.
        station.registers.save()
        number = connector.transaction.number if connector.transaction else 0
        return station.outbox.values(connector.id, number, stamp, context, samples)
    return False


def _keep(station, connector, stamp, context, names):
    """Take values now for the StopTransaction; when they become too many, every other one goes (errata 3.91)."""
    transaction = connector.transaction
    if transaction is None or not names:
        return
    transaction.offered += 1
    if transaction.offered % transaction.stride:
        return
    samples = _of(station, connector, names)
    if not samples:
        return
    most = min(_STOP_MOST, _STOP_VALUES_MOST // len(samples)) - 2
    if transaction.kept >= most:
        transaction.kept = station.outbox.thin_kept(connector.id, transaction.number)
        transaction.stride *= 2
        if transaction.offered % transaction.stride:
            return
    transaction.kept += 1
    station.outbox.keep(connector.id, transaction.number, stamp, context, samples)


def step_aligned(station):
    """Take the values of all connectors at whole intervals of the day (OCPP 1.6 §3.16.2), charging or not."""
    interval = station.config["ClockAlignedDataInterval"]
    now = station.clock.now()
    if not interval or now is None or not station.registration.ever:
        station.moment = None
        return
    moment = now - now % _DAY % interval
    if moment == station.moment:
        return
    known = station.moment is not None
    station.moment = moment
    if not known or now - moment > _LATE_MOST:
        return
    names = station.config["MeterValuesAlignedData"]
    if station.main_meter:
        tell_main(station, moment, "Sample.Clock", names)
    for connector in station.connectors:
        tell(station, connector, moment, "Sample.Clock", names)
        _keep(station, connector, moment, "Sample.Clock", station.config["StopTxnAlignedData"])


def aligned_due(station, latest: int) -> int:
    """The uptime in ms at which step_aligned() has something to do, `latest` at the latest."""
    interval = station.config["ClockAlignedDataInterval"]
    now = station.clock.now()
    if not interval or now is None or station.moment is None:
        return latest
    return min(latest, station.clock.uptime() + (interval - now % _DAY % interval) * 1000)


def tell_main(station, stamp: int, context: str, names: str) -> bool:
    """The same for the station's own meter, which is connector 0 (errata 3.14.3)."""
    samples = sample(station, station.main_meter, None, names)
    if samples:
        station.registers.save()
        return station.outbox.values(0, 0, stamp, context, samples)
    return False
