"""This firmware's version, and the interpreter's."""

import sys

from .base import loading

loading.seldom(__name__)

VERSION = "0.1.0"
# 2026-11-01 in seconds since 2000, raised with each release: no clock that shows less is right.
BUILT = 846806400


def of(board: dict) -> str:
    """The version that the board file or an update gives, else the firmware's own."""
    return board.get("station", {}).get("firmwareVersion", VERSION)


def interpreter() -> str:
    """What the interpreter calls itself."""
    return sys.version.split("\n")[0]
