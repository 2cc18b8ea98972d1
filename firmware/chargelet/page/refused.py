"""What a request gets that is not answered: its HTTP status, and what is wrong in words."""


class Refused(Exception):
    """`status` is HTTP's; it is to wait for `wait_ms`."""

    def __init__(self, status: int, text: str, wait_ms: int = 0):
        super().__init__(text)
        self.status = status
        self.wait_ms = wait_ms
