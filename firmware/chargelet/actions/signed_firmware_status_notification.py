"""SignedFirmwareStatusNotification (security whitepaper §5.19, L01): what becomes of signed firmware."""

from ..base import loading
from .patience import unheard

loading.seldom(__name__)


def next_call(station, asked: bool = False):
    """The call for the oldest state that has not been told; the present one when it was `asked` for."""
    maintenance = station.maintenance()
    progress = maintenance.firmware
    told = progress.newest(True) if asked else progress.oldest()
    if told is None:
        return None
    status, request, ticket = told
    if asked and status == "Installed":
        status = "Idle"  # L01.FR.28
    payload = {"status": status}
    if status != "Idle":
        payload["requestId"] = request

    def answered(result, failure):
        progress.answered(ticket, not unheard(failure))
        maintenance.told()

    return "SignedFirmwareStatusNotification", payload, answered
