"""Firmware that a manufacturer has signed, and a station that is asked to install it."""

from binascii import b2a_base64
from hashlib import sha256

from chargelet.base.pieces import finish
from chargelet.certificates import arrivals, der, kept, p256

from . import authority
from .transfers import Scene

ROOT = authority.root(7)
SIGNER = authority.make(
    "Signer", authority.key(8)[1], "Root 7", authority.key(7)[0],
    extensions=[
        authority.constraints(False), authority.usage(0x80),
        authority.extension(0x25, der.sequence(authority.CODE_SIGNING), False),
    ],
)  # fmt: skip
IMAGE = b"a package of signed firmware"


def signature(content, key=8):
    return b2a_base64(finish(p256.sign(authority.key(key)[0], sha256(content).digest()))).decode().strip()


class SignedScene(Scene):
    def __init__(self, **options):
        Scene.__init__(self, **options)
        finish(arrivals.install(self.bench.storage, kept.MANUFACTURER, authority.pem(ROOT), authority.NOON, 4, False))
        self.bench.central.clock = self.bench.clock
        self.network.files["http://x/f"] = "v1", IMAGE

    def signed(self, request=5, retrieve="2026-11-20T12:00:00Z", signer=SIGNER, content=IMAGE, **firmware):
        said = {"location": "http://x/f", "retrieveDateTime": retrieve, "signingCertificate": authority.pem(signer)}
        firmware = dict(dict(said, signature=signature(content)), **firmware)
        payload = {"requestId": request, "retries": 3, "retryInterval": 1, "firmware": firmware}
        return self.bench.ask("SignedUpdateFirmware", payload)["status"]

    @property
    def states(self):
        told = self.bench.central.all("SignedFirmwareStatusNotification")
        assert {p.get("requestId") for p in told if p["status"] != "Idle"} <= {5}, told
        return [payload["status"] for payload in told]

    def asked(self):
        self.bench.ask("ExtendedTriggerMessage", {"requestedMessage": "FirmwareStatusNotification"})
        self.bench.run(500)
        return self.bench.central.all("SignedFirmwareStatusNotification")[-1]

    def cut(self):
        self.bench = self.bench.cut(config={"SecurityProfile": 1})
        self.bench.connect()
        self.bench.run(1000)
