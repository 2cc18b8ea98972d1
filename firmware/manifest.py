"""Knows what is frozen into an image of MicroPython: the way onto boards without external RAM (boards/README.md).

    make -C micropython/ports/esp32 BOARD=ESP32_GENERIC FROZEN_MANIFEST=/path/to/chargelet/firmware/manifest.py
"""

include("$(PORT_DIR)/boards/manifest.py")  # noqa: F821
package("uwebsockets")  # noqa: F821
package("chargelet")  # noqa: F821
