"""The exception that refuses a CALL. The codes are chosen where it is raised."""


class CallError(Exception):
    """Becomes a CALLERROR on the wire (OCPP-J 1.6 §4.2.3), with `code` out of its table 7."""

    def __init__(self, code: str, text: str = ""):
        super().__init__(code, text)
        self.code = code
        self.text = text
