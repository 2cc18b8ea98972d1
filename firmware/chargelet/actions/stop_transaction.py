"""StopTransaction (OCPP 1.6 §4.10, §6.49). When it is sent is in delivery.py."""

from ..ground import loading
from ..ground.timestamp import to_text
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
        for taken, context, samples in station.outbox.transaction_data(record):
            yield {"timestamp": to_text(station.clock.wall(taken)), "sampledValue": sampled(samples, context)}

    for _first in data():
        request["transactionData"] = data
        break
    return request


def answered(station, record, result):
    """The central system cannot keep a transaction from stopping; what it says of the idTag is kept."""
    id_tag, _samples = record[-2:]
    learn(station, id_tag, result.get("idTagInfo"))
    station.outbox.delivered(record)


def given_up(station, record):
    """Nothing else depends on a stop."""
    station.outbox.given_up(record)
