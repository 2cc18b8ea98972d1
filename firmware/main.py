"""Runs after boot.py on a board: starts the firmware that slots.py chooses. `make deploy` copies it last."""

import json
import sys

import machine
import slots

try:
    from esp32 import Partition
except ImportError:
    Partition = None


def radio():
    """Switch Wi-Fi on where the board has it: now there is RAM for it, and once the firmware is loaded there may not
    be."""
    try:
        with open("/board.json") as file:
            board = json.load(file)
        kind = board["network"]["kind"]
    except (OSError, ValueError, KeyError, TypeError):
        return  # device.py says what is wrong with it
    if kind != "wifi":
        return
    import network

    try:
        network.WLAN(network.STA_IF).active(True)
    except OSError as error:
        if board.get("console", True):
            print("boot: Wi-Fi cannot be switched on: %s" % error)  # network_link.py goes on trying


radio()
sys.path.insert(0, slots.choose())

from chargelet import device

device.main(machine, Partition)
