"""Knows how a board gets the time from the network before it has met a central system. Knows no protocol of its own.

Certificates have dates: without a time that is about right, a board that checks them connects to nobody (TLS).
"""

_TRY_MS = 5000


class NetworkTime:
    """`nic` is the network interface, `settime()` ntptime's: sets the chip's clock, or raises OSError within a second.

    Asks only until the time is known, and never while anybody charges: it makes the program stand still.
    """

    def __init__(self, nic, settime, clock, log, charging):
        self._nic = nic
        self._settime = settime
        self._clock = clock
        self._log = log
        self._charging = charging

    async def run(self):
        """Until the time is known."""
        while self._clock.now() is None:
            if self._nic.isconnected() and not self._charging():
                try:
                    self._settime()
                    self._clock.set_from_rtc()
                    self._log("clock: set from the network")
                    break
                except OSError as error:
                    self._log("clock: the network does not tell the time: %s" % error)
            await self._clock.sleep(_TRY_MS)
        while True:
            await self._clock.sleep(3600000)  # a task that ends is one that has died
