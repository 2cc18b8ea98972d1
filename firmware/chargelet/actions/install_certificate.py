"""InstallCertificate (security whitepaper §5.11, M05): a root certificate of the central system or the manufacturer."""

from ..base import loading
from ..station import judged
from . import incoming

loading.seldom(__name__)


def answer(station, payload):
    """A generator: Rejected, or what says Accepted, Rejected (the certificate is not right, or one too many) or Failed
    (flash, RAM) later (station/judged.py): the message leaves RAM first."""
    known = yield from judged.comes(station, payload["certificateType"], payload.pop("certificate"))
    return incoming.when_known(known)
