"""Starts the station on a real board: files, drivers, network, station.

boot.py has switched the contactors off already. Whatever goes wrong in here they are off again, and the console says
why.
"""

import asyncio
import json
import os

from .base import heap

heap.collect_often()

from .base import loading
from .base.clock import Clock
from .base.log import ERROR, Log, print_trace
from .base.storage import Storage

_STATE = "/state"
_INSTALLATION = "/installation.json"
_BOARD = "/board.json"
# Between a failure and the reset: time to read what the console says, and to stop it there.
_READ_MS = 5000


class _Nowhere:
    """The console of a board whose serial line belongs to somebody else."""

    def write(self, text):
        pass


def main(machine, partitions=None, root: str = ""):
    """Run the station until the board resets; come back to the REPL when there is no station to run.

    `machine` is MicroPython's, `partitions` esp32.Partition where there is one.
    """
    clock = Clock()
    started = False
    log = Log(clock)
    try:
        board = _json(root + _BOARD, "make deploy")
        installed = _there(root + _INSTALLATION)
        radio = None if installed and not _wanted(board, clock) else _radio(board, clock)
        installation = None if radio else _json(root + _INSTALLATION, "make provision")
        _entropy(board.get("network"), log)
        if not board.get("console", True):
            _give_up_console(log)
        Storage(root + _STATE)  # the folder, before those inside it
        log = Log(clock, None if board.get("console", True) else _Nowhere(), Storage(root + _STATE + "/log"))
        if radio:
            asyncio.run(_set_up(radio, machine, clock, log, root, board if installed else None))
            machine.reset()
            return
        board, equipment = _hardware(board, machine, clock, log, root + _STATE)
        _check(installation, board)
        loading.sweep()
        if "cpu_mhz" in board:
            machine.freq(board["cpu_mhz"] * 1000000)  # plain images start at less than the chip can
        started = True
        try:
            asyncio.run(_run(board, installation, equipment, clock, log, machine, partitions, root))
        finally:
            # Before a word is said: pins keep their levels through a reset until boot.py.
            for evse in equipment.evses:
                evse.open_contactor()
    except KeyboardInterrupt:
        log("boot: stopped at the console")
    except Exception as error:
        if isinstance(error, ValueError) and not started:
            # What is wrong with its files no reset makes better: the REPL waits for better ones.
            for line in str(error).split("\n"):
                log(line, ERROR)
            log("boot: no station is started, and all contactors are off", ERROR)
            return
        log("boot: %r" % error, ERROR)
        print_trace(error)
        clock.stall(_READ_MS)
        machine.reset()


def _entropy(network, log):
    """See to the noise that keys are made of, while there is RAM for the radio: with Wi-Fi it is on anyway."""
    if type(network) is dict and network.get("kind") == "ethernet":
        if network.get("entropy") == "radio":
            from .hardware import radio_noise

            radio_noise.gather(log)
        else:
            from .base import entropy

            entropy.distrust()


def _there(path) -> bool:
    try:
        os.stat(path)
        return True
    except OSError:
        return False


def _give_up_console(log):
    import micropython

    from .base import log as written

    log("boot: this board's serial line is not a console: nothing more is said here")
    written.console = False  # nor where an exception came from
    micropython.kbd_intr(-1)


def _radio(board, clock):
    """An access point to be set up at, for a board with Wi-Fi or Ethernet; else None. Raises ValueError."""
    network = board.get("network") if type(board) is dict else None
    kind = network.get("kind") if type(network) is dict else None
    try:
        if kind == "wifi":
            from .hardware import access_point

            return access_point.AccessPoint(clock)
        if kind == "ethernet":
            from .hardware import wired_access_point

            return wired_access_point.WiredAccessPoint(clock, network)
    except (ImportError, AttributeError, OSError):
        pass  # no such radio here
    except (KeyError, TypeError, ValueError):
        # Files are not judged before there is an installation, and Ethernet's pins are needed now.
        raise ValueError("/board.json: network: not what Ethernet needs: `make deploy` makes it anew") from None
    return None


def _wanted(board, clock) -> bool:
    """Whether somebody holds the button that a board file names for it."""
    from .hardware import access_point

    return access_point.button_held(board, clock)


def _set_up(radio, machine, clock, log, root, board):
    from . import set_up
    from .hardware import access_point

    given = radio, machine.unique_id(), clock, log, Storage(root + _STATE), root + _INSTALLATION
    return set_up.run(*given, minutes=access_point.minutes_of(board) if board else None)


def _json(path, remedy):
    try:
        with open(path) as file:
            return json.load(file)
    except OSError:
        raise ValueError("%s is not there: `%s` makes it" % (path, remedy)) from None
    except ValueError:
        raise ValueError("%s is damaged: `%s` makes it anew" % (path, remedy)) from None


def _check(installation, board):
    wifi = board.get("network", {}).get("kind") == "wifi"
    from .installation import problems

    wrong = problems(installation, wifi)
    if wrong:
        raise ValueError("\n".join(["installation.json: %s: %s; allowed: %s" % problem for problem in wrong]))


def _installers(clock, partitions, root):
    """What start_up.station() asks for what takes new firmware in: a second partition where the image has one, else a
    second folder. Its code leaves RAM afterwards."""

    def given(terms, storage):
        def in_partition():
            from .update.partition_installer import PartitionInstaller

            return PartitionInstaller(storage, terms, clock, partitions)

        def in_slot():
            from .update.slot_installer import SlotInstaller

            terms.kind = "files"
            made = SlotInstaller(storage, terms, clock, root)
            terms.running = made.version or running
            return made

        running = terms.running
        if partitions:
            try:
                in_partition()
                return in_partition
            except OSError:
                pass  # an image with one partition only
        # Frozen: what is loaded from files instead takes more RAM than there is. Our images know no __file__ at all.
        return in_slot if globals().get("__file__", "")[:1] == "/" else None

    return given


def _hardware(*handed) -> tuple:
    from . import start_up

    return start_up.hardware(*handed)


def _station(*handed):
    from . import start_up

    return start_up.station(*handed)


def _on_network(*handed) -> list:
    from . import on_network

    return on_network.tasks(*handed)


async def _run(board, installation, equipment, clock, log, machine, partitions, root):
    # The station's part of the board file is all that stays of it.
    nets = {name: board.get(name) for name in ("network", "set_up")}
    network, csms = nets["network"] or {"kind": "none"}, installation.get("csms")
    if "page" in installation:
        installation["page"]["board"] = root + _BOARD
    handed = root + _STATE, root, _installers(clock, partitions, root)
    chargelet = _station(board, equipment, installation, machine, clock, log, *handed)
    loading.sweep()
    others = []
    # Without a central system the network is for the time, where it is given.
    if network["kind"] != "none" and (csms or network["kind"] != "wifi" or "wifi" in installation):
        others = _on_network(nets, installation, chargelet, machine, root + _INSTALLATION)
        loading.sweep()
    del nets, installation
    await chargelet.run(*others)
