"""When meter values are taken. measurands.py says of what."""

from .measurands import ENERGY, count, pack, sample

_DAY = 86400
# A clock that is set forward lands between two moments of the day: what was missed is not made up for.
_LATE_MOST = 10
# And one that is set back comes to moments a second time. Set back by more, it was another clock.
_AGAIN_MOST = 7200

# What a StopTransaction carries, and how many single values: all of it is in RAM once, when it is sent.
_STOP_MOST = 24
_STOP_VALUES_MOST = 56

_PERIODIC = "Sample.Periodic"
_CLOCK = "Sample.Clock"

KEYS = """
MeterValueSampleInterval RW 0..86400 60
ClockAlignedDataInterval RW 0..86400 0
StopTransactionMaxMeterValues R 0..100 24
"""


class Series:
    """Values for the StopTransaction, of one context: how many there have been, every which is kept, how many are."""

    def __init__(self, kept: int):
        self.offered = 0
        self.stride = 1
        self.kept = kept


def stamp_of(station, connector) -> int:
    """A stamp for now. In a transaction it is the transaction's own time, which nobody sets: in order, with true
    distances."""
    transaction = connector.transaction
    if transaction is None:
        return station.clock.stamp()
    return station.clock.stamp_in(transaction.frame)


def _stop_names(station) -> str:
    names = station.config["StopTxnSampledData"]
    for name in station.config["StopTxnAlignedData"].split(","):
        if name and name not in names.split(","):
            names = names + "," + name if names else name
    return names


def edge(station, connector, wh: int) -> "str | None":
    """The values of a transaction's begin or end at this register for its StopTransaction; None when it is to carry
    none (errata 3.14)."""
    names = _stop_names(station)
    return pack(sample(station, connector.evse.meter, connector.evse, names, wh)) if names else None


def last_register(station, wh: int) -> "str | None":
    """edge() of a transaction that a power cut has ended: of its end only the register is known."""
    names = _stop_names(station)
    if not names:
        return None
    return pack([[ENERGY, None, str(wh), "Wh"]] if ENERGY in names.split(",") else [])


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
        stamp = stamp_of(station, connector)
        tell(station, connector, _PERIODIC, station.config["MeterValuesSampledData"], stamp)
        _keep(station, connector, _PERIODIC, station.config["StopTxnSampledData"], stamp)


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
        tell(station, connector, context, station.config["MeterValuesSampledData"])


def tell(station, connector, context: str, names: str, stamp: "int | None" = None) -> bool:
    """Take values now, or of a moment just over, and put them in line for the central system; whether there are any."""
    samples = sample(station, connector.evse.meter, connector.evse, names)
    stamp = _stamped(station, connector, stamp) if samples else None
    if stamp is None:
        return False
    number = connector.transaction.number if connector.transaction else 0
    return station.outbox.values(connector.id, number, stamp, context, pack(samples))


def _stamped(station, connector, stamp) -> "int | None":
    """The stamp for a record, never before the one before. None: it would be more, or later, than what a power cut
    leaves, for flash does not take that."""
    transaction = connector.transaction
    if stamp is None:
        stamp = stamp_of(station, connector)
    if transaction:
        # While the clock is unknown stamps count down.
        if abs(stamp) < abs(transaction.latest):
            stamp = transaction.latest
        transaction.latest = stamp
    return stamp if station.registers.save(transaction is not None) else None


def _keep(station, connector, context, names, stamp):
    """Take values now for the StopTransaction; when they become too many, every other one of their context goes (errata
    3.91)."""
    transaction = connector.transaction
    if transaction is None or not names:
        return
    series = transaction.series.get(context)
    if series is None:
        # Some are there after a power cut.
        kept = station.outbox.kept(connector.id, transaction.number, context)
        series = transaction.series[context] = Series(kept)
    series.offered += 1
    if series.offered % series.stride:
        return
    samples = sample(station, connector.evse.meter, connector.evse, names)
    if not samples:
        return
    if series.kept >= _room(station, connector.evse.meter, names):
        series.kept = station.outbox.thin_kept(connector.id, transaction.number, context)
        series.stride *= 2
        if series.offered % series.stride:
            return
    stamp = _stamped(station, connector, stamp)
    if stamp is not None:
        series.kept += 1
        station.outbox.keep(connector.id, transaction.number, stamp, context, pack(samples))


def _kept_lists(station) -> list:
    """The lists of which intermediate values are kept for StopTransaction."""
    config = station.config
    lists = []
    if config["MeterValueSampleInterval"] and config["StopTxnSampledData"]:
        lists.append(config["StopTxnSampledData"])
    if config["ClockAlignedDataInterval"] and config["StopTxnAlignedData"]:
        lists.append(config["StopTxnAlignedData"])
    return lists


def _room(station, meter, names) -> int:
    """How many intermediate values of this list a StopTransaction carries beside those of the other."""
    most = min(_STOP_MOST, _STOP_VALUES_MOST // count(meter, names)) - 2
    return max(2, most // max(1, len(_kept_lists(station))))


def stop_most(station) -> int:
    """StopTransactionMaxMeterValues, which depends on the lists (errata 3.91)."""
    meter = station.connectors[0].evse.meter
    return 2 + sum([_room(station, meter, names) for names in _kept_lists(station) or (ENERGY,)])


def forget_moment(station, connector):
    """A transaction's own time begins here: the moment that is over was not in it."""
    if station.moments:
        station.moments[connector.id] = None


def step_aligned(station):
    """Take the values of all connectors at whole intervals of the day (OCPP 1.6 §3.16.2), charging or not."""
    interval = station.config["ClockAlignedDataInterval"]
    if not interval or not station.registration.ever:
        station.moments = None
        return
    if station.moments is None:
        station.moments = [None] * (len(station.connectors) + 1)
    names = station.config["MeterValuesAlignedData"]
    if station.main_meter:
        stamp = _moment(station, 0, station.clock.frame, interval)
        if stamp is not None:
            tell_main(station, stamp, _CLOCK, names)
    for connector in station.connectors:
        transaction = connector.transaction
        frame = transaction.frame if transaction else station.clock.frame
        stamp = _moment(station, connector.id, frame, interval)
        if stamp is not None:
            tell(station, connector, _CLOCK, names, stamp)
            _keep(station, connector, _CLOCK, station.config["StopTxnAlignedData"], stamp)


def _moment(station, at, frame, interval) -> "int | None":
    """The stamp of a moment of the day that has just come in this frame for the first time, or None."""
    stamp = station.clock.stamp_in(frame)
    now = station.clock.wall(stamp)
    if now is None:
        station.moments[at] = None
        return None
    moment = now - now % _DAY % interval
    last = station.moments[at]
    if last is not None and 0 <= last - moment <= _AGAIN_MOST:
        return None
    station.moments[at] = moment
    if last is None or moment < last or now - moment > _LATE_MOST:
        return None
    return stamp - (now - moment) if stamp >= 0 else stamp + (now - moment)


def aligned_due(station, latest: int) -> int:
    """The uptime in ms at which step_aligned() has something to do, `latest` at the latest."""
    interval = station.config["ClockAlignedDataInterval"]
    if not interval or station.moments is None:
        return latest
    latest = _moment_due(station, station.clock.frame, interval, latest)
    for connector in station.connectors:
        if connector.transaction:
            latest = _moment_due(station, connector.transaction.frame, interval, latest)
    return latest


def _moment_due(station, frame, interval, latest) -> int:
    stamp = station.clock.stamp_in(frame)
    now = station.clock.wall(stamp)
    if now is None:
        return latest
    wait = min(interval - now % _DAY % interval, _DAY - now % _DAY)
    return min(latest, station.clock.reached(stamp + wait if stamp >= 0 else stamp - wait, frame))


def tell_main(station, stamp: int, context: str, names: str) -> bool:
    """The same for the station's own meter, which is connector 0 (errata 3.14.3)."""
    samples = sample(station, station.main_meter, None, names)
    if samples:
        station.registers.save()
        return station.outbox.values(0, 0, stamp, context, pack(samples))
    return False
