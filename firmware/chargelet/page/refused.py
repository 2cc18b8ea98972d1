"""The exception that refuses a request: an HTTP status, and in words what is wrong."""


class Refused(Exception):
    """`status` is HTTP's; it is to wait for `wait_ms`."""

    def __init__(self, status: int, text: str, wait_ms: int = 0):
        super().__init__(text)
        self.status = status
        self.wait_ms = wait_ms
