"""Takes meter values: for MeterValues, and for what a StopTransaction carries. metering.py says when."""

from ..base import loading
from .measurands import ENERGY, count, pack, sample
from .metering import Series, stamp_of

loading.seldom(__name__)

# What a StopTransaction carries, and how many single values: all of it is in RAM once, when it is sent.
_STOP_MAX = 24
_STOP_VALUES_MAX = 56


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
    return stamp if station.energy_registers.save(transaction is not None) else None


def keep(station, connector, context, names, stamp):
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
    most = min(_STOP_MAX, _STOP_VALUES_MAX // count(meter, names)) - 2
    return max(2, most // max(1, len(_kept_lists(station))))


def stop_most(station) -> int:
    """StopTransactionMaxMeterValues, which depends on the lists (errata 3.91)."""
    meter = station.connectors[0].evse.meter
    return 2 + sum([_room(station, meter, names) for names in _kept_lists(station) or (ENERGY,)])


def tell_main(station, stamp: int, context: str, names: str) -> bool:
    """The same for the station's own meter, which is connector 0 (errata 3.14.3)."""
    samples = sample(station, station.main_meter, None, names)
    if samples:
        station.energy_registers.save()
        return station.outbox.values(0, 0, stamp, context, pack(samples))
    return False
