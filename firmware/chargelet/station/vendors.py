"""Who answers DataTransfer for which vendor, and what is to be sent to one (OCPP 1.6 §4.3, §5.6)."""

from ..ground.cistring import folded

# Transfers that wait for the wire; the next one is refused.
_WAITING_MOST = 4


class Vendors:
    """A registry: an extension registers for its vendorId.

    A handler is a function `(message_id or None, data or None) -> (status, data or None)` with a status of
    OCPP 1.6 §7.23; UnknownMessageId is its to give, UnknownVendorId is not.
    """

    def __init__(self, woken=lambda: None):
        self._woken = woken  # called when there is something to send
        self._handlers = {}
        self._waiting = []

    def register(self, vendor_id: str, handler):
        """From now on the handler answers for this vendorId. Raises ValueError when somebody does already."""
        if folded(vendor_id) in self._handlers:
            raise ValueError("vendorId %s is taken" % vendor_id)
        self._handlers[folded(vendor_id)] = handler

    def answer(self, vendor_id: str, message_id: "str | None", data: "str | None"):
        """(status, data or None)."""
        handler = self._handlers.get(folded(vendor_id))
        return handler(message_id, data) if handler else ("UnknownVendorId", None)

    def send(self, vendor_id: str, message_id=None, data=None, answered=None) -> bool:
        """Send a DataTransfer when the line is free; False when too many wait.

        `answered(status, data)` is called once; a status of None means that no answer came.
        """
        if len(self._waiting) >= _WAITING_MOST:
            return False
        self._waiting.append((vendor_id, message_id, data, answered))
        self._woken()
        return True

    @property
    def waiting(self) -> bool:
        """Whether a transfer waits."""
        return bool(self._waiting)

    def next(self):
        """The oldest transfer that waits, taken out, or None."""
        return self._waiting.pop(0) if self._waiting else None
