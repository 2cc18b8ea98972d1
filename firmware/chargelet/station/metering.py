"""When meter values are taken. samples.py takes them, measurands.py says of what."""

_DAY = 86400
# A clock that is set forward lands between two moments of the day: what was missed is not made up for.
_LATE_MAX = 10
# And one that is set back comes to moments a second time. Set back by more, it was another clock.
_AGAIN_MAX = 7200

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


def _samples():
    from . import samples

    return samples


def step(station, connector):
    """Take the periodic sample when it is due: at whole intervals from the start (OCPP 1.6 §3.16.1)."""
    transaction = connector.transaction
    interval = station.config["MeterValueSampleInterval"] * 1000
    if transaction is None:
        return
    if not interval:
        transaction.interval = 0  # what passes meanwhile is not made up for either
        return
    _interruption(station, connector, transaction)
    intervals = (station.clock.uptime() - transaction.started) // interval
    if transaction.interval != interval:
        # A new interval counts from the start as well; what has passed of it is not made up for.
        transaction.interval = interval
        transaction.samples = intervals
    if intervals > transaction.samples:
        samples = _samples()
        transaction.samples = intervals
        stamp = stamp_of(station, connector)
        if station.main_meter and connector is [one for one in station.connectors if one.transaction][0]:
            # Every place that can be measured is told (§3.16.3), and the grid's once an interval.
            names = station.config["MeterValuesSampledData"]
            samples.tell_main(station, station.clock.stamp(), _PERIODIC, names)
        samples.tell(station, connector, _PERIODIC, station.config["MeterValuesSampledData"], stamp)
        samples.keep(station, connector, _PERIODIC, station.config["StopTxnSampledData"], stamp)


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
        _samples().tell(station, connector, context, station.config["MeterValuesSampledData"])


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
            _samples().tell_main(station, stamp, _CLOCK, names)
    for connector in station.connectors:
        transaction = connector.transaction
        frame = transaction.frame if transaction else station.clock.frame
        stamp = _moment(station, connector.id, frame, interval)
        if stamp is not None:
            _samples().tell(station, connector, _CLOCK, names, stamp)
            _samples().keep(station, connector, _CLOCK, station.config["StopTxnAlignedData"], stamp)


def _moment(station, at, frame, interval) -> "int | None":
    """The stamp of a moment of the day that has just come in this frame for the first time, or None."""
    stamp = station.clock.stamp_in(frame)
    now = station.clock.wall(stamp)
    if now is None:
        station.moments[at] = None
        return None
    moment = now - now % _DAY % interval
    last = station.moments[at]
    if last is not None and 0 <= last - moment <= _AGAIN_MAX:
        return None
    station.moments[at] = moment
    if last is None or moment < last or now - moment > _LATE_MAX:
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
