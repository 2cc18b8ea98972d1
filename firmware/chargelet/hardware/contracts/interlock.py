"""An interlock, which keeps the contactor open: the contract of what parts/interlock_*.py make."""


class Interlock:
    """Asked by evse.py, which alone writes the contactor. A meter and the contactor itself are interlocks too."""

    # The most that it lets flow in mA, or None where it does not limit.
    limit_ma = None
    # None, or a function without arguments that is called at each look at the pilot: False when something has changed
    # that cannot wait for the next look(). It takes no RAM and no time.
    calm = None

    def look(self, now: int, evse):
        """Called at least twice a second, with the clock's ticks and the EVSE (evse.py), of which it only reads.

        Returns None, or (errorCode of OCPP 1.6 §7.6, vendorErrorCode or None, latched): the contactor opens at once.
        A latched fault stays until the station has been without power.
        """

    def ready(self, now: int) -> bool:
        """Whether the contactor may close. Asked last, when everything else agrees: a self test may begin here."""
