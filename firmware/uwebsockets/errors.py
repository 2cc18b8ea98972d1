"""What can go wrong with a connection: it was not opened, or it has ended."""


class HandshakeError(Exception):
    """There is no connection; `status` is the HTTP status, or 0 when what came was not HTTP."""

    def __init__(self, status: int, text: str):
        super().__init__(status, text)
        self.status = status
        self.text = text


class ConnectionClosed(Exception):
    """The connection has ended, with the close code and reason of RFC 6455 §7.4; 1006: without a close frame."""

    def __init__(self, code: int, reason: str = ""):
        super().__init__(code, reason)
        self.code = code
        self.reason = reason
