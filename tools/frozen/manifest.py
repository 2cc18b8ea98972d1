"""What is frozen into the MicroPython of the laptop: the firmware, by its own manifest, and a simulated board."""

include("firmware/manifest.py")
freeze("board")
