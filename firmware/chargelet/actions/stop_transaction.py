"""StopTransaction (OCPP 1.6 §4.10, §6.49). When it is sent is in delivery.py."""

from ..base import loading
from ..base.timestamp import to_text
from ..station.measurands import pack, unpack
from .authorize import learn
from .meter_values import sampled

loading.seldom(__name__)


def payload(station, record, seconds: int) -> dict:
    """The request for a STOP record of the outbox."""
    _kind, _name, connector_id, number, _stamp, meter_stop, reason, id_tag, _samples = record
    request = {
        "transactionId": station.outbox.id_of(connector_id, number),
        "meterStop": meter_stop,
        "timestamp": to_text(seconds),
        "reason": reason,
    }
    if id_tag:
        request["idTag"] = id_tag

    def data():
        """One by one, from flash: all at once they take tens of kB."""
        for taken, context, samples in _values(station.outbox, record):
            yield {"timestamp": to_text(station.clock.wall(taken)), "sampledValue": sampled(samples, context)}

    for _first in data():
        request["transactionData"] = data
        break
    return request


def _values(outbox, record):
    """(stamp, context, samples) of all that goes with a STOP record: Begin, intermediate ones, End."""
    _kind, _name, connector_id, number, stamp, _meter_stop, _reason, _id_tag, last = record
    if last is None:
        return
    note = outbox.note_of(connector_id, number)
    if note:
        first = note["begin"] or _begin(unpack(last), str(note["meter"]))
        if first:
            yield note["stamp"], "Transaction.Begin", first
    yield from outbox.kept_values(connector_id, number)
    if last:
        yield stamp, "Transaction.End", last


def _begin(samples, wh: str) -> str:
    """What a transaction began with where its start did not say: of what its end has, the register then."""
    return pack([[name, phase, wh, unit] for name, phase, _wh, unit in samples if "Import.Reg" in name])


def answered(station, record, result):
    """The central system cannot keep a transaction from stopping; what it says of the idTag is kept."""
    id_tag, _samples = record[-2:]
    learn(station, id_tag, result.get("idTagInfo"))
    station.outbox.delivered(record)


def given_up(station, record):
    """Nothing else depends on a stop."""
    station.outbox.given_up(record)
