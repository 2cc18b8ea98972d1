"""Knows StartTransaction (OCPP 1.6 §4.8, §6.45). Knows not when it is sent."""

from ..ground.timestamp import to_text
from ..station import transaction as transactions


def payload(station, record, seconds: int) -> dict:
    """The request for a START record of the outbox."""
    transaction = record[1]
    request = {
        "connectorId": transaction.connector_id,
        "idTag": transaction.id_tag,
        "meterStart": transaction.meter_start,
        "timestamp": to_text(seconds),
    }
    if transaction.reservation_id is not None:
        request["reservationId"] = transaction.reservation_id
    return request


def answered(station, record, result):
    """The response: the transaction's id, and what the central system thinks of the idTag."""
    info = result["idTagInfo"]
    transactions.started(station, record[1], result["transactionId"], info["status"], info.get("parentIdTag"))


def given_up(station, record):
    """What follows carries transactionId -1 (errata 3.18)."""
    record[1].id = -1
