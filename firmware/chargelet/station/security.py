"""Keeps in RAM what is always needed of the station's security; security_events.py, security_profile.py and renewal.py,
which do the work, are loaded for as long."""

KEYS = """
AdditionalRootCertificateCheck R bool false
CertificateSignedMaxChainSize R 0..10000 2300
CertificateStoreMaxLength R 0..99 4
CpoName RW name
SecurityProfile RW 0..3 0
"""
# A name in a certificate has no more (RFC 5280, ub-organization-name): of characters there, of bytes for most software.
_NAME_MAX = 64


def _name(text: str) -> str:
    if len(text.encode()) > _NAME_MAX or min(text + "x") < " ":
        raise ValueError("up to %d bytes of UTF-8 are allowed, none of them a control character" % _NAME_MAX)
    return text


# A clock that is set by less than this is corrected, not changed.
_TIME_S = 60


class Security:
    """`untold` is how many events wait to be told, `seen` which were noted lately (type → uptime), `tamper` a contact
    of the housing, where the board has one.

    Of the profile: `before` is the one to go back to while a new one is tried, else None; `secure` the URL from profile
    2 on, `serial` what stands for this station in its certificate. Of the connection: `root` is the value with the root
    certificate that it was made with, `refused` counts those that have not fitted, `fitted` is that count when one had;
    `pair` says which client certificate is presented, `spare` whether the other one is to be tried, and why
    (securing.py). `wanted`: one is to be asked for, by `csr`; `look_at` is the uptime at which its dates are looked at.
    `came` is [of which call there are certificates on flash that nobody has judged yet, None], else None.
    """

    def __init__(self, station):
        self.station = station
        self.seen = {}
        self.before = self.secure = self.serial = self.root = self.pair = self.csr = self.came = None
        self.refused = self.fitted = self.look_at = self.spare = 0
        self.wanted = False
        station.config.declare(KEYS, {"name": _name})
        self.untold = 0
        if station.storage.there("security-untold"):
            from . import security_events

            self.untold = security_events.load(station.storage)
        self.tamper = None
        self._frame = station.clock.frame

    def resume(self):
        """Take over the profile that is stored, once the station is whole."""
        from ..base import twice

        if twice.there(self.station.storage, "security-profile"):
            from . import security_profile

            security_profile.load(self.station, self)

    def note(self, event: str, info: str = ""):
        """Something has happened that the security whitepaper has a name for (§8)."""
        from . import security_events

        try:
            security_events.note(self.station, event, info)
        except (OSError, MemoryError) as error:
            self.station.log("security: %s is not kept: %r" % (event, error))

    def answer(self, status: str):
        """What the call is answered with that certificates came with: whoever waits for it has the same list."""
        self.came[1] = status
        self.came = None

    def step(self):
        """Let time pass."""
        frame = self.station.clock.frame
        if frame is not self._frame:
            before, self._frame = self._frame, frame
            (seconds, _ms), (earlier, _ms) = frame, before or frame
            if abs(seconds - earlier) >= _TIME_S:
                self.note("SettingSystemTime", "by %d s" % (seconds - earlier))
        if self.tamper and self.tamper.opened():
            self.note("TamperDetectionActivated")
