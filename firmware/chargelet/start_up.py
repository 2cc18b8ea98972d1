"""Makes a station from a board file and an installation: the same on a real board and on the simulated one."""

import gc
from binascii import hexlify

from uwebsockets import sockets

from .base import loading
from .base.cistring import folded
from .base.log import ERROR
from .base.storage import Storage
from .compose import Chargelet
from .station import reset_causes

loading.seldom(__name__)

# So many bytes have to be free here for a page. Of the 80 kB of the reference, two connectors leave 25.6 kB at this
# point, and 9 while both charge, two look and the log is asked for (`make size`).
_PAGE_MIN = 19000

# With so many, as with PSRAM, a chain of certificates may be as long as the security whitepaper has it (A02).
_ROOMY = 200000
_CHAIN = (("CertificateSignedMaxChainSize", 10000),)

# What the station itself wants to know of a board file, once the drivers have the rest.
_STATIONS = ("station", "grid", "profiles", "transaction")

# So many seldom modules are there at once: while a call is answered, a vehicle charges, and a file comes or goes.
_ACTIONS = ("authorize", "meter_values", "stop_transaction")
_STATION = (
    "card", "charge_log", "charging_profile", "charging_profiles", "composite_schedule", "diagnostics", "maintenance",
    "measurands", "progress", "reservations", "samples", "security_profile",
)  # fmt: skip
_TRANSPORT = ("files", "http", "lines", "location", "securing", "tls_failures", "upload_status")


def hardware(board, machine, clock, log, state: str) -> tuple:
    """(the board file's content with all defaults, Equipment). Raises ValueError that explains what is wrong in it.

    `machine` is MicroPython's or the simulator's, `state` the folder of all that outlives a power cut. What makes
    drivers is needed once: its code leaves RAM again.
    """
    from .hardware import build

    reset_causes.count(Storage(state), reset_causes.cause_of(machine), log)
    board = build.read(board)
    if board["clock"]["battery"]:
        clock.set_from_rtc()
    return board, build.build(board, clock, log)


def station(board, equipment, installation, machine, clock, log, state: str, brought: str, installers) -> Chargelet:
    """The station, ready to run. `board` loses what only drivers need.

    `installation` is as in installation.json; `brought` the folder in which certificates lie that an installer
    has brought; `installers(terms, storage)` gives a function that makes what takes new firmware in, or None.
    """
    installer = _installer(board, Storage(state + "/firmware"), installers)
    for name in list(board):
        if name not in _STATIONS:
            del board[name]
    storages = [Storage(state + folder) for folder in ("", "/journal", "/cache")]
    storages[0].log = log
    made = Chargelet(board, equipment, clock, *storages, log, machine.reset, None, installer)
    if hasattr(gc, "mem_free") and gc.mem_free() >= _ROOMY:
        made.station.config.default(_CHAIN)
    for key, value in installation.get("config", {}).items():
        try:
            if folded(key) == "securityprofile":
                raise ValueError("csms.profile says it")  # what is said here would count at each boot: it only rises
            made.station.config.initial(key, value)
        except ValueError as error:
            log("installation: config.%s: %s; left out" % (key, error))
    if installation.get("stand_alone"):
        made.station.authorization.stand_alone = True
    csms = installation.get("csms")
    _adopt(storages[0], brought, csms and csms.get("ca"), made.station.security, log)
    loading.settle()
    if csms:
        identity = csms.get("identity") or hexlify(machine.unique_id()).decode().upper()
        more = csms.get("profile"), csms.get("secure_url")
        made.connect_to(csms["url"], identity, csms.get("password"), *more)
    loading.settle()
    loading.room("chargelet.actions", _ACTIONS)
    loading.room("chargelet.station", _STATION)
    loading.room("chargelet.transport", _TRANSPORT)
    reset_causes.started(made.station, reset_causes.cause_of(machine))  # by now it is known whether that is told
    page = installation.get("page")
    if page and _has_room(log):
        name = board["station"]["chargePointModel"] + (" " + csms["identity"] if csms and "identity" in csms else "")
        made.show_page(page, name)
    return made


def _has_room(log) -> bool:
    """Whether there is the RAM for a page. A board without it says so, and can be set up from a phone all the same."""
    loading.settle()
    free = gc.mem_free() if hasattr(gc, "mem_free") else _PAGE_MIN
    if free < _PAGE_MIN:
        log("page: not served: it takes %d bytes of RAM, and %d are free" % (_PAGE_MIN, free), ERROR)
    return free >= _PAGE_MIN


def _adopt(storage, brought, root, security, log):
    from . import given_root, provisioned
    from .transport import securing

    given_root.claim(brought, root)
    provisioned.adopt(storage, brought, security, log)
    sockets.trust(*securing.roots(storage))


def _installer(board, storage, installers):
    update = board.pop("update", {})
    key = update.get("key")  # large, and needed here only
    if not key:
        return None
    chip = board["chip"]
    from . import version
    from .update.terms import Terms

    running = version.of(board)
    terms = Terms(int(key, 16), chip, chip, running, update["allow_older"])
    installer = installers(terms, storage)
    version = installer and installer().version
    if version:
        board["station"]["firmwareVersion"] = version
    return installer
