"""Knows when meter values are taken and of what. Knows no payloads.

A sample is `(measurand, phase or None, text, unit)`.
"""

# Those of OCPP 1.6 §7.31 that a station can know without a meter.
_OWN = ("Current.Offered", "Power.Offered")
_UNITS = {"E": "Wh", "P": "W", "C": "A", "V": "V"}
_LIST_MOST = 8
_DAY = 86400
# A clock that is set forward lands between two moments of the day: what was missed is not made up for.
_LATE_MOST = 10


def keys(measurands):
    """The keys of this part, for connectors whose meters give these measurands."""
    known = tuple(measurands) + _OWN

    def listed(text: str) -> str:
        names = [name.strip() for name in text.split(",")] if text.strip() else []
        for name in names:
            if name not in known:
                raise ValueError("%s is not one of %s" % (name[:40], ", ".join(known)))
        if len(names) > _LIST_MOST:
            raise ValueError("at most %d measurands are allowed" % _LIST_MOST)
        if len(set(names)) < len(names):
            raise ValueError("a measurand is named twice")
        return ",".join(names)

    return (
        ("MeterValueSampleInterval", "RW", (0, None), 60),
        ("MeterValuesSampledData", "RW", listed, "Energy.Active.Import.Register"),
        ("MeterValuesSampledDataMaxLength", "R", (0, None), _LIST_MOST),
        ("ClockAlignedDataInterval", "RW", (0, 86400), 0),
        ("MeterValuesAlignedData", "RW", listed, "Energy.Active.Import.Register"),
        ("MeterValuesAlignedDataMaxLength", "R", (0, None), _LIST_MOST),
    )


def sample(station, connector, names: str) -> list:
    """The values now of a comma-separated list of measurands."""
    meter = connector.evse.meter
    found = []
    for name in names.split(",") if names else ():
        if name == "Energy.Active.Import.Register":
            text = str(meter.energy_wh())
        elif name == "Power.Active.Import":
            text = str(meter.power_w())
        elif name == "Current.Import":
            text = _tenths(meter.current_ma())
        elif name == "Current.Offered":
            text = _tenths(connector.evse.offered_ma)
        else:
            text = str(connector.evse.offered_ma * station.volts * station.phases // 1000)
        found.append((name, None, text, _UNITS[name[0]]))
    return found


def _tenths(milliamperes: int) -> str:
    return "%d.%d" % (milliamperes // 1000, milliamperes % 1000 // 100)


def step(station, connector):
    """Take the periodic sample when it is due: at whole intervals from the start (OCPP 1.6 §3.16.1)."""
    transaction = connector.transaction
    interval = station.config["MeterValueSampleInterval"] * 1000
    if transaction is None or not interval:
        return
    intervals = (station.clock.uptime() - transaction.started) // interval
    if transaction.interval != interval:
        # A new interval counts from the start as well; what has passed of it is not made up for.
        transaction.interval = interval
        transaction.samples = intervals
    if intervals > transaction.samples:
        transaction.samples = intervals
        samples = sample(station, connector, station.config["MeterValuesSampledData"])
        if samples:
            # What has been told must not be more than what a power cut leaves of the register.
            station.save_registers()
            stamp = station.clock.stamp()
            station.outbox.values(connector.id, transaction.number, stamp, "Sample.Periodic", samples)


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
    station.save_registers()
    for connector in station.connectors:
        samples = sample(station, connector, station.config["MeterValuesAlignedData"])
        if samples:
            number = connector.transaction.number if connector.transaction else 0
            station.outbox.values(connector.id, number, moment, "Sample.Clock", samples)
