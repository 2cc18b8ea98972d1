"""Knows what is frozen into an image of MicroPython: the way onto boards without external RAM (boards/README.md).

    make -C micropython/ports/esp32 BOARD=ESP32_GENERIC FROZEN_MANIFEST=/path/to/chargelet/firmware/manifest.py
"""

# ruff: noqa: F821
import atexit
import os
import shutil
import tempfile

PACKAGES = ("uwebsockets", "chargelet")


def full_names(packages) -> list:
    """chargelet.station.bolt and the others: what modules are called when they are loaded."""
    found = []
    for package in packages:
        for folder, _, files in os.walk(package):
            found.append(folder)
            found += [os.path.join(folder, name[:-3]) for name in files if name.endswith(".py") and name[0] != "_"]
    return sorted(name.replace(os.sep, ".") for name in found if "__pycache__" not in name)


include("$(PORT_DIR)/boards/manifest.py")
for name in PACKAGES:
    package(name)
# A name that frozen code has in it lies in flash. Those that are put together at run time take RAM, 3 kB of it: so a
# module that nobody ever loads says them all.
folder = tempfile.mkdtemp()
atexit.register(shutil.rmtree, folder)
with open(os.path.join(folder, "full_names.py"), "w") as file:
    file.writelines("import %s\n" % name for name in full_names(PACKAGES))
module("full_names.py", base_path=folder)
