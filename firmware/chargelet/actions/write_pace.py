"""How fast a central system may make the station write its flash, which bears a limited number of writes."""

from ..messages.errors import CallError

# Calls whose answers stand on flash, or what follows them: values of meters, a new key. Answers and transactions have
# their own bounds.
_WRITING = (
    "CancelReservation",
    "CertificateSigned",
    "ChangeAvailability",
    "ChangeConfiguration",
    "ClearCache",
    "ClearChargingProfile",
    "DeleteCertificate",
    "ExtendedTriggerMessage",
    "GetDiagnostics",
    "GetLog",
    "InstallCertificate",
    "ReserveNow",
    "SendLocalList",
    "SetChargingProfile",
    "SignedUpdateFirmware",
    "TriggerMessage",
    "UpdateFirmware",
)
# So many at once: setting up a station takes some dozens. From there on one each 3 s, which a flash of 2 MB with
# 100,000 erases a block bears for some five years without a pause.
_BURST = 60
_EVERY_MS = 3000
# Answers that wait at most; a central system that does not wait for them is refused.
_WAITING_MAX = 3


class WritePace:
    """Lets calls through at once as long as there are some `spare`; after that their answers come later."""

    def __init__(self, clock):
        self._clock = clock
        self._since = clock.uptime()  # up to here time has been turned into spare calls
        self.spare = _BURST

    def _refill(self, now):
        earned = (now - self._since) // _EVERY_MS
        if earned > 0:
            self._since += earned * _EVERY_MS
            self.spare = max(self.spare, min(_BURST, self.spare + earned))

    def take(self, action: str):
        """Account for a call; None, or a function `(result)` that makes an answer of it which comes later.

        Raises CallError when too many wait already: then nothing has been done.
        """
        if action not in _WRITING:
            return None
        now = self._clock.uptime()
        self._refill(now)
        if self.spare <= -_WAITING_MAX:
            raise CallError("GenericError", "too many changes: wait for the answers, one comes each 3 s")
        self.spare -= 1
        if self.spare >= 0:
            return None
        due = self._since - self.spare * _EVERY_MS
        clock = self._clock

        def later(result):
            def poll():
                if clock.uptime() < due:
                    return None
                return result() if callable(result) else result

            return poll

        return later
