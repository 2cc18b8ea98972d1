"""MeterValues (OCPP 1.6 §4.7, §6.31). When values are taken is in station/metering.py."""

from ..base import loading
from ..base.timestamp import to_text
from ..station.measurands import unpack

loading.seldom(__name__)


def payload(station, record, seconds: int) -> dict:
    """The request for a VALUES record of the outbox."""
    _kind, _name, connector_id, number, _stamp, context, samples = record
    request = {
        "connectorId": connector_id,
        "meterValue": [{"timestamp": to_text(seconds), "sampledValue": sampled(samples, context, connector_id == 0)}],
    }
    if number:
        request["transactionId"] = station.outbox.id_of(connector_id, number)
    return request


def sampled(samples, context: str, inlet: bool = False) -> list:
    """SampledValues (OCPP 1.6 §7.43) of samples as the outbox keeps them; from the grid's side: `inlet`."""
    values = []
    for measurand, phase, text, unit in unpack(samples):
        value = {"value": text, "context": context, "measurand": measurand}
        if unit:
            value["unit"] = unit
        if phase:
            value["phase"] = phase
        if inlet:
            value["location"] = "Inlet"
        values.append(value)
    return values


def answered(station, record, result):
    """The response carries nothing."""
    station.outbox.delivered(record)


def given_up(station, record):
    """Nothing else depends on a sample."""
    station.outbox.given_up(record)
