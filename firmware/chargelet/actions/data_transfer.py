"""DataTransfer, both ways (OCPP 1.6 §4.3, §5.6, §6.15). The vendors themselves are in station/vendors.py."""

from ..base import loading

loading.seldom(__name__)


def answer(station, payload):
    """What the vendor's handler says; UnknownVendorId without one."""
    status, data = station.vendors.answer(payload["vendorId"], payload.get("messageId"), payload.get("data"))
    return {"status": status} if data is None else {"status": status, "data": data}


def next_call(station):
    """A transfer of ours, when one waits."""
    if not station.vendors.waiting:
        return None
    transfer = station.vendors.waiting[0]
    vendor_id, message_id, data, told = transfer
    payload = {"vendorId": vendor_id}
    if message_id is not None:
        payload["messageId"] = message_id
    if data is not None:
        payload["data"] = data

    def answered(result, failure):
        station.vendors.over(transfer)
        if failure:
            station.log("data transfer: no answer from %s: %s" % (vendor_id, failure))
        if told:
            told(None if failure else result["status"], None if failure else result.get("data"))

    return "DataTransfer", payload, answered
