"""A card reader: the contract of what parts/reader_*.py make. reader.py says when a card counts as presented."""


class CardReader:
    """Both raise reader.ReaderError with a few words for the log when the reader does not answer, or its answer cannot
    be right; then begin() is called again. Neither stands still: they `await` the clock's sleep()."""

    async def begin(self):
        """Wake the reader up."""

    async def uid(self) -> "bytes | None":
        """The UID of the card that lies there, byte 0 first (OCPP 1.6 §3.9), or None. Called every 150 ms."""
