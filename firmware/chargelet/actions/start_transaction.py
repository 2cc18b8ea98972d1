"""StartTransaction (OCPP 1.6 §4.8, §6.45). When it is sent is in delivery.py."""

from ..base import loading
from ..base.timestamp import to_text
from ..station import transaction as transactions
from .authorize import learn

loading.seldom(__name__)


def payload(station, record, seconds: int) -> dict:
    """The request for a START record of the outbox."""
    _kind, _name, connector_id, _number, _stamp, id_tag, meter_start, reservation_id, _parent, _samples = record
    request = {"connectorId": connector_id, "idTag": id_tag, "meterStart": meter_start, "timestamp": to_text(seconds)}
    if reservation_id is not None:
        request["reservationId"] = reservation_id
    return request


def answered(station, record, result):
    """The response: the transaction's id, and what the central system thinks of the idTag."""
    transaction_id = result["transactionId"]
    info = result["idTagInfo"]
    station.outbox.started(record, transaction_id, info["status"] == "Accepted", info.get("parentIdTag"))
    connector_id, number, _stamp, id_tag = record[2:6]
    status, parent_id_tag = learn(station, id_tag, info)
    transactions.started(station, connector_id, number, transaction_id, status, parent_id_tag)


def given_up(station, record):
    """What follows carries transactionId -1 (errata 3.18)."""
    station.outbox.given_up(record)
    connector_id, number = record[2:4]
    transactions.started(station, connector_id, number, -1, "Accepted", None)
