"""Knows what a board runs after boot.py: the station. Copied last by `make deploy`."""

from chargelet import device

device.main()
