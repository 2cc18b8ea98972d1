"""When a card counts as presented, with any card reader that has begin() and uid()."""

from binascii import hexlify

from ..base.log import ERROR

_LOOK_MS = 150
# A card that stays is one presentation, until it has been gone for so many looks.
_GONE = 4
# A reader that fails is woken up again, and said to be broken after so many times in a row.
_REST_MS = 2000
_FAILURES_MAX = 3
# A card for which there is no memory just now is told again, for as long as somebody stands there.
_TELLS = 20


class ReaderError(Exception):
    """The reader does not answer, or its answer cannot be right."""


class Reader:
    """`failed` tells whether the reader is broken; run() tells `presented(id_tag)` of each card."""

    def __init__(self, driver, clock, log):
        self._driver = driver
        self._clock = clock
        self._log = log
        self.failed = False

    async def run(self, presented):
        """Look for cards for ever."""
        failures = 0
        while True:
            try:
                await self._driver.begin()
                if self.failed:
                    self._log("reader: it works again")
                failures = 0
                self.failed = False
                await self._look(presented)
            except ReaderError as error:
                failures += 1
                if failures >= _FAILURES_MAX and not self.failed:
                    self.failed = True
                    self._log("reader: %s" % error)
            await self._clock.sleep(_REST_MS)

    async def _look(self, presented):
        last, gone = None, 0
        while True:
            uid = await self._driver.uid()
            if uid is None:
                gone += 1
                if gone >= _GONE:
                    last = None
            else:
                gone = 0
                if uid != last:
                    last = uid
                    await self._tell(presented, uid)
            await self._clock.sleep(_LOOK_MS)

    async def _tell(self, presented, uid):
        for _ in range(_TELLS):
            try:
                presented(hexlify(uid).decode().upper())
                return
            except MemoryError:
                pass
            await self._clock.sleep(_LOOK_MS)
        self._log("reader: no memory for a card", ERROR)
