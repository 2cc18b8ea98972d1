"""Knows what a board runs after boot.py: the station, of the firmware that slots.py has chosen. Copied last by `make
deploy`."""

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
