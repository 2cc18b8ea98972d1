"""A vendor's DataTransfer: the contract of the files beside this one.

Besides the file, a row with the vendorId and the file's name is added to VENDORS in ../vendors.py. The file is loaded
when its vendorId is asked for, and leaves RAM again: it keeps nothing at module level. This one is never loaded:
host_tests/laptop/test_contracts.py holds all vendors against it.
"""

# Configuration keys of its own, as configuration.py explains: lines `name access kind default`, or "".
KEYS = ""


def answer(station, message_id: "str | None", data: "str | None") -> tuple:
    """(status, data or None) for a DataTransfer that has come in (OCPP 1.6 §5.6).

    The status is Accepted, Rejected or UnknownMessageId (§7.23). `data` is text of at most 8 kB and may hold anything.
    What is to be sent to the central system goes out by `station.vendors.send(vendor_id, message_id, data, answered)`.
    """
