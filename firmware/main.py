"""Runs after boot.py on a board: starts the firmware that slots.py chooses. `make deploy` copies it last."""

import sys

import machine
import slots

try:
    from esp32 import Partition
except ImportError:
    Partition = None

sys.path.insert(0, slots.choose())

from chargelet import device

device.main(machine, Partition)
