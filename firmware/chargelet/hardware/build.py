"""Builds the drivers that a board file asks for.

Needed once a boot, then its code leaves RAM. Drivers are imported where a board has them.
"""

from machine import Pin

from ..base import loading
from . import board_file, board_keys
from .contactor import Contactor
from .equipment import TIER, Equipment

loading.seldom(__name__)


def read(board) -> dict:
    """A board file's content with the defaults of what it leaves out. Raises ValueError that explains all that is wrong
    in it, a line each."""
    wrong = board_file.problems(board)
    if wrong:
        raise ValueError("\n".join(["board: " + board_file.explain(problem) for problem in wrong]))
    return board_file.completed(board)


def build(board: dict, clock, log) -> Equipment:
    """The hardware of a board file that read() has returned.

    Contactors first: they are off before anything else is looked at.
    """
    contactors = [_contactor(table["contactor"]) if "contactor" in table else None for table in board["connector"]]
    kit = Kit(board, clock, log)
    safety = board["safety"]
    log("safety tier %s%s" % (safety["tier"], ", on a bench" if safety["bench"] else ""))
    evses = []
    for at, table in enumerate(board["connector"]):
        (name,) = board_keys.sections("evse", table)
        evse = board_keys.part("evse", name).make(kit, table, at + 1, contactors[at])
        if safety["tier"] == "T0" and not safety["bench"]:
            evse.latch(TIER)
        evses.append(evse)
    main_meter = None
    if "main_meter" in board:
        main_meter, _ = kit.meter(board["main_meter"], 80 * len(evses))
    keep_alive = Pin(safety["keep_alive"], Pin.OUT, value=0) if "keep_alive" in safety else None
    reader = _reader(kit, board["rfid"]) if "rfid" in board else None
    lights = None
    if "lights" in board:
        lights = board_keys.part("lights", board["lights"]["kind"]).make(kit, board["lights"], 0)
    tamper = None
    if "tamper" in board:
        from .tamper import Tamper

        tamper = Tamper(board["tamper"]["pin"], board["tamper"]["level"])
    watchdog_s = safety["watchdog_s"]
    return Equipment(evses, main_meter, reader, lights, kit.tasks, keep_alive, watchdog_s, _rtc(), tamper)


class Kit:
    """What parts are made with. `board` is the board file, `volts` and `phases` are the grid's, `tasks` collects the
    drivers' own tasks, `shared` is for what several parts have in common, such as a bus."""

    def __init__(self, board, clock, log):
        self.board = board
        self.clock = clock
        self.log = log
        self.volts = board["grid"]["voltage"]
        self.phases = board["grid"]["phases"]
        self.tasks = []
        self.shared = {}

    def meter(self, table, max_a: int):
        """(the meter of a section, whether it is one of the connector's interlocks too)."""
        part = board_keys.part("meter", table["kind"])
        return part.make(self, table, max_a), part.INTERLOCK


def _contactor(table):
    coils = [table["coil"]]
    if "second_coil" in table:
        coils.append(table["second_coil"])
    return Contactor(coils, table.get("feedback"), table["feedback_inverted"])


def _reader(kit, table):
    from .reader import Reader

    return Reader(board_keys.part("reader", table["kind"]).make(kit, table, 0), kit.clock, kit.log)


def _rtc():
    from machine import RTC

    from .rtc_memory import RtcMemory

    return RtcMemory(RTC())
