"""Drivers over `machine`, and the EVSE that alone writes the contactor. See README.md."""
