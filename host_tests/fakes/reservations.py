"""ReserveNow as tests send it."""

from chargelet.base.timestamp import to_text


def reserve(bench, number=5, connector_id=1, tag="A", seconds=600, parent=None):
    request = {"connectorId": connector_id, "idTag": tag, "reservationId": number}
    request["expiryDate"] = to_text(bench.clock.now() + seconds)
    if parent is not None:
        request["parentIdTag"] = parent
    status = bench.ask("ReserveNow", request)["status"]
    bench.run(200)
    return status
