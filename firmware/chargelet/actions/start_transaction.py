"""StartTransaction (OCPP 1.6 §4.8, §6.45). When it is sent is in delivery.py."""

from ..ground.timestamp import to_text
from ..station import transaction as transactions
from .authorize import learn


def payload(station, record, seconds: int) -> dict:
    """The request for a START record of the outbox."""
    connector_id, id_tag, meter_start, reservation_id = record[2], record[5], record[6], record[7]
    request = {"connectorId": connector_id, "idTag": id_tag, "meterStart": meter_start, "timestamp": to_text(seconds)}
    if reservation_id is not None:
        request["reservationId"] = reservation_id
    return request


def answered(station, record, result):
    """The response: the transaction's id, and what the central system thinks of the idTag."""
    transaction_id = result["transactionId"]
    info = result["idTagInfo"]
    station.outbox.started(record, transaction_id, info["status"] == "Accepted", info.get("parentIdTag"))
    status, parent_id_tag = learn(station, record[5], info)
    transactions.started(station, record[2], record[3], transaction_id, status, parent_id_tag)


def given_up(station, record):
    """What follows carries transactionId -1 (errata 3.18)."""
    station.outbox.given_up(record)
    transactions.started(station, record[2], record[3], -1, "Accepted", None)
