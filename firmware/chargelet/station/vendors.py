"""Who answers DataTransfer for which vendor, and what is to be sent to one (OCPP 1.6 §4.3, §5.6)."""

from ..base import loading
from ..base.cistring import folded

# vendorId → its file in vendor/, whose contract is vendor/contract.py.
VENDORS = (("org.chargelet", "chargelet"),)

# Transfers that wait for the wire; the next one is refused.
_WAITING_MAX = 4


def _file(vendor_id: str):
    """The module of a vendor, for as long as it is used; None for an unknown one."""
    for known, name in VENDORS:
        if folded(known) == folded(vendor_id):
            return loading.named("chargelet.station.vendor", name)
    return None


class Vendors:
    """Those of VENDORS, and whoever registers while the station runs.

    A handler is a function `(message_id or None, data or None) -> (status, data or None)` with a status of
    OCPP 1.6 §7.23; UnknownMessageId is its to give, UnknownVendorId is not.
    """

    def __init__(self, station):
        self._station = station
        self._handlers = {}
        for vendor_id, _ in VENDORS:
            keys = _file(vendor_id).KEYS
            if keys:
                station.config.declare(keys)
        self.waiting = []  # transfers, the oldest first, until they are over

    def register(self, vendor_id: str, handler):
        """From now on the handler answers for this vendorId. Raises ValueError when somebody does already."""
        if folded(vendor_id) in self._handlers or _file(vendor_id):
            raise ValueError("vendorId %s is taken" % vendor_id)
        self._handlers[folded(vendor_id)] = handler

    def answer(self, vendor_id: str, message_id: "str | None", data: "str | None"):
        """(status, data or None)."""
        handler = self._handlers.get(folded(vendor_id))
        if handler:
            return handler(message_id, data)
        file = _file(vendor_id)
        return file.answer(self._station, message_id, data) if file else ("UnknownVendorId", None)

    def send(self, vendor_id: str, message_id=None, data=None, answered=None) -> bool:
        """Send a DataTransfer when the line is free; False when too many wait.

        `answered(status, data)` is called once; a status of None means that no answer came.
        """
        if len(self.waiting) >= _WAITING_MAX:
            return False
        self.waiting.append((vendor_id, message_id, data, answered))
        self._station.woken()
        return True

    def over(self, transfer):
        """It is answered, or will not be."""
        if transfer in self.waiting:
            self.waiting.remove(transfer)
